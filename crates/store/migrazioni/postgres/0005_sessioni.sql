-- Sessions of people who have logged in (spec 10 2.4): shared by all nodes. The token itself is never
-- stored, only its SHA-256.
create table sessioni (
    impronta text primary key,
    principal text not null,
    nata bigint not null,
    ultimo_uso bigint not null,
    scade bigint not null
);
create index sessioni_principal on sessioni (principal, nata);
create index sessioni_scade on sessioni (scade);
