-- Lists of attempts (spec 30 10.3, 10.8), newest first: those of an applicazione, those of a dominio, all. The
-- applicazione is the one of the pendenza, which never changes.
alter table tentativi add column id_a2a text not null default '';
update tentativi set id_a2a = coalesce((select p.id_a2a from pendenze p where p.id = tentativi.pendenza), '');
create index tentativi_a2a on tentativi (id_a2a, data_msg_richiesta, id);
create index tentativi_dominio on tentativi (id_dominio, data_msg_richiesta, id);
create index tentativi_data on tentativi (data_msg_richiesta, id);
