-- Lists of riscossioni (spec 50 section 8), the latest payment first: of a dominio, of an applicazione, of all,
-- by state, by reference. `data_acquisizione` is when we came to know of the payment: for those that are
-- here already, when their receipt came. The applicazione is the one of the pendenza, which never changes.
-- Each index ends with what the usual filters look at, so that a count reads no row.
alter table riscossioni add column data_acquisizione integer not null default 0;
alter table riscossioni add column id_a2a text not null default '';
update riscossioni set
    data_acquisizione = coalesce(
        (select t.data_msg_ricevuta from tentativi t where t.id = riscossioni.tentativo), data),
    id_a2a = coalesce((select p.id_a2a from pendenze p where p.id = riscossioni.pendenza), '');
create index riscossioni_data on riscossioni
    (data desc, id_dominio, iuv, iur, indice, tipo, stato, data_acquisizione);
create index riscossioni_dominio on riscossioni
    (id_dominio, data desc, iuv, iur, indice, tipo, stato, data_acquisizione);
create index riscossioni_a2a on riscossioni
    (id_a2a, data desc, id_dominio, iuv, iur, indice, tipo, stato, data_acquisizione);
create index riscossioni_stato on riscossioni
    (stato, data desc, id_dominio, iuv, iur, indice, tipo, data_acquisizione);
create index riscossioni_acquisite on riscossioni (data_acquisizione, id_dominio, tipo, stato);
create index riscossioni_iuv on riscossioni (iuv, id_dominio, iur, indice, tipo, stato, data_acquisizione);
create index riscossioni_iur on riscossioni (iur);
