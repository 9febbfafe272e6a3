-- What citizens and those who do not say who they are have made of a form and not used yet (spec 20 section
-- 10): only their session sees it, and it ends with the session. A session that holds it and in which nobody
-- has logged in has an empty principal, which is of no utenza. `contenuto` is compressed; null: the pendenza
-- has been stored since, and the row only says that this session has made it.
create table pendenze_sessione (
    impronta text not null references sessioni (impronta) on delete cascade,
    id_a2a text not null,
    id_pendenza text not null,
    id_dominio text not null,
    id_tipo_pendenza text not null,
    id_unita text,
    numero_avviso text not null,
    uuid text not null,
    formato text not null check (formato in ('MODULO', 'ENTE_V1', 'ENTE_V2')),
    contenuto bytea,
    nata bigint not null,
    primary key (impronta, id_a2a, id_pendenza)
);
create index pendenze_sessione_avviso on pendenze_sessione (impronta, id_dominio, numero_avviso);
