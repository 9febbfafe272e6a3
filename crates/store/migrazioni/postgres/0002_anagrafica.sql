-- Master data (spec 10). Booleans are 0/1. Secrets are encrypted columns (bytea) from the start.

create table intermediari (
    id text primary key,
    denominazione text not null,
    principal_pagopa text not null,
    url_rpt text not null,
    segreti bytea not null,              -- encrypted JSON: credentials and optional connectors
    abilitato bigint not null check (abilitato in (0, 1))
);

create table stazioni (
    id text primary key,
    id_intermediario text not null references intermediari (id),
    versione text not null,
    password bytea,                      -- encrypted
    abilitato bigint not null check (abilitato in (0, 1))
);
create index stazioni_intermediario on stazioni (id_intermediario);

create table domini (
    id text primary key,
    ragione_sociale text not null,
    indirizzo text not null,             -- JSON of address and contacts
    id_stazione text references stazioni (id),
    aux_digit text,
    segregation_code bigint,
    gln text,
    cbill text,
    aut_stampa_poste text,
    iuv_prefix text,
    tassonomia_pagopa text,
    scarica_fr bigint not null check (scarica_fr in (0, 1)),
    abilitato bigint not null check (abilitato in (0, 1)),
    connettori bytea not null,           -- encrypted JSON of the connectors of spec 10 section 7
    check (id_stazione is null or aux_digit is not null),
    check (aux_digit is null or aux_digit <> '3' or segregation_code is not null)
);
create index domini_stazione on domini (id_stazione);

create table loghi (
    id_dominio text primary key references domini (id),
    contenuto text not null              -- base64 or data-URI, as sent
);

create table unita_operative (
    id_dominio text not null references domini (id),
    id text not null,
    ragione_sociale text not null,
    indirizzo text not null,
    abilitato bigint not null check (abilitato in (0, 1)),
    primary key (id_dominio, id)
);

create table conti_accredito (
    id_dominio text not null references domini (id),
    iban text not null,
    bic text,
    postale bigint not null check (postale in (0, 1)),
    descrizione text,
    intestatario text,
    aut_stampa_poste text,
    abilitato bigint not null check (abilitato in (0, 1)),
    primary key (id_dominio, iban)
);

create table entrate (
    id text primary key,
    descrizione text not null,
    tipo_contabilita text not null,
    codice_contabilita text not null
);

create table entrate_dominio (
    id_dominio text not null references domini (id),
    id_entrata text not null references entrate (id),
    iban_accredito text,
    iban_appoggio text,
    tipo_contabilita text,
    codice_contabilita text,
    abilitato bigint not null check (abilitato in (0, 1)),
    primary key (id_dominio, id_entrata),
    foreign key (id_dominio, iban_accredito) references conti_accredito (id_dominio, iban),
    foreign key (id_dominio, iban_appoggio) references conti_accredito (id_dominio, iban)
);

create table tipi_pendenza (
    id text primary key,
    descrizione text not null,
    codifica_iuv text,
    paga_terzi bigint not null check (paga_terzi in (0, 1)),
    abilitato bigint not null check (abilitato in (0, 1)),
    configurazione text not null         -- JSON object
);

create table tipi_pendenza_dominio (
    id_dominio text not null references domini (id),
    id_tipo_pendenza text not null references tipi_pendenza (id),
    codifica_iuv text,                   -- null inherits, here and below
    paga_terzi bigint check (paga_terzi in (0, 1)),
    abilitato bigint check (abilitato in (0, 1)),
    configurazione text not null,
    segreti bytea,                       -- encrypted: apiKey of App IO
    primary key (id_dominio, id_tipo_pendenza)
);

create table ruoli (
    id text primary key,
    acl text not null                    -- JSON
);

create table utenze (
    id bigint primary key,
    principal text not null,
    tipo text not null,
    nome text not null,
    password text,                       -- hash, never clear
    acl text not null,                   -- JSON
    ruoli text not null,                 -- JSON
    domini text not null,                -- JSON, [] is none
    tipi_pendenza text not null,         -- JSON, [] is none
    abilitato bigint not null check (abilitato in (0, 1)),
    -- Unique by its hash: a principal of 4000 characters is too long for a row of a B-tree.
    constraint utenze_principal_key exclude using hash (principal with =)
);

create table applicazioni (
    id text primary key,
    id_utenza bigint not null unique references utenze (id),
    codifica_avvisi bigint not null check (codifica_avvisi in (0, 1)),
    codifica_iuv text,
    reg_exp_iuv text,
    generazione_iuv_interna bigint not null check (generazione_iuv_interna in (0, 1)),
    api_pagamenti bigint not null check (api_pagamenti in (0, 1)),
    api_pendenze bigint not null check (api_pendenze in (0, 1)),
    api_ragioneria bigint not null check (api_ragioneria in (0, 1)),
    autodeterminazione bigint not null check (autodeterminazione in (0, 1)),
    integrazione_url text,
    integrazione_versione text,
    integrazione_segreti bytea           -- encrypted
);

insert into entrate (id, descrizione, tipo_contabilita, codice_contabilita)
values ('BOLLOT', 'Marca da Bollo Telematica', 'ALTRO', 'MBT');
insert into tipi_pendenza (id, descrizione, codifica_iuv, paga_terzi, abilitato, configurazione)
values ('LIBERO', 'Pendenza libera', null, 0, 1, '{}'), ('BOLLOT', 'Marca da Bollo Telematica', null, 0, 1, '{}');

-- Seed roles (spec 10 4.2).
insert into ruoli (id, acl) values
    ('Amministratore', '[{"servizio":"Anagrafica PagoPA","lettura":true,"scrittura":true},{"servizio":"Anagrafica Creditore","lettura":true,"scrittura":true},{"servizio":"Anagrafica Applicazioni","lettura":true,"scrittura":true},{"servizio":"Anagrafica Ruoli","lettura":true,"scrittura":true},{"servizio":"Pagamenti","lettura":true,"scrittura":true},{"servizio":"Pendenze","lettura":true,"scrittura":true},{"servizio":"Rendicontazioni e Incassi","lettura":true,"scrittura":true},{"servizio":"Giornale degli Eventi","lettura":true,"scrittura":true},{"servizio":"Configurazione e manutenzione","lettura":true,"scrittura":true}]'),
    ('Operatore', '[{"servizio":"Rendicontazioni e Incassi","lettura":true,"scrittura":false},{"servizio":"Pagamenti","lettura":true,"scrittura":false},{"servizio":"Pendenze","lettura":true,"scrittura":false},{"servizio":"Giornale degli Eventi","lettura":true,"scrittura":false}]');
