-- Reserved numbers: `prossimo` is the first number nobody has yet.
create table contatori (
    nome text not null primary key,
    prossimo bigint not null
);

-- One row per scheduled job. `nodo` is null when nobody runs it; `gettone` grows at each take and
-- fences the writes of whoever lost it.
create table lavori (
    nome text not null primary key,
    nodo text,
    gettone bigint not null,
    scatto bigint,
    inizio bigint,
    battito bigint,
    ultimo_successo bigint,
    ultimo_esito text,
    ultimo_testo text
);

-- Bumped by every change of master data; nodes poll it to drop their cards.
create table anagrafica_versione (
    id bigint not null primary key check (id = 1),
    versione bigint not null
);
insert into anagrafica_versione (id, versione) values (1, 1);

create table impostazioni (
    chiave text not null primary key,
    valore text not null
);
