-- Pendenze, attempts, riscossioni, outbox, giornale. Instants are UTC microseconds, dates are
-- yyyy-MM-dd texts, money is cents. `id_dominio` is in every large table so that it can be sharded.

create table pendenze (
    id bigint primary key,
    versione bigint not null,
    id_a2a text not null,
    id_pendenza text not null,
    uuid text not null,
    id_dominio text not null,
    id_unita text,                       -- null: the dominio itself
    id_tipo_pendenza text not null,
    tipo text not null,
    nome text,
    causale text not null,
    id_debitore text not null,           -- upper case, for searches
    importo bigint not null check (importo > 0),
    numero_avviso text not null,
    iuv text not null,
    data_validita text,
    data_scadenza text,
    data_notifica_avviso text,
    data_promemoria_scadenza text,
    avvisatura_inibita bigint not null check (avvisatura_inibita in (0, 1)),
    direzione text,
    divisione text,
    documento text,                      -- identificativo of the document
    dati text not null,                  -- JSON: debtor and what no query looks at
    stato text not null,
    anomalo bigint not null check (anomalo in (0, 1)),
    stato_pagamento text not null,
    descrizione_stato text,
    verificato bigint not null check (verificato in (0, 1)),
    importo_pagato bigint not null,
    importo_incassato bigint not null,
    data_pagamento bigint,
    iuv_pagamento text,
    data_caricamento bigint not null,
    data_ultimo_aggiornamento bigint not null,
    data_ultima_modifica_aca bigint not null,
    data_ultima_comunicazione_aca bigint,
    unique (id_a2a, id_pendenza),
    unique (id_dominio, iuv)
);

create table voci (
    id bigint primary key,
    pendenza bigint not null references pendenze (id),
    indice bigint not null check (indice between 1 and 5),
    id_voce text not null,
    importo bigint not null check (importo > 0),
    descrizione text not null,
    id_dominio text,
    dati text not null,                  -- JSON: form, accounting, metadata
    stato text not null,
    unique (pendenza, indice),
    unique (pendenza, id_voce)
);

create table documenti (
    id_a2a text not null,
    id_dominio text not null,
    identificativo text not null,
    descrizione text not null,
    primary key (id_a2a, id_dominio, identificativo)
);

create table allegati (
    id bigint primary key,
    pendenza bigint not null references pendenze (id),
    nome text not null,
    tipo text,
    descrizione text,
    contenuto bytea not null
);
create index allegati_pendenza on allegati (pendenza);

create table tentativi (
    id bigint primary key,
    pendenza bigint not null references pendenze (id),
    id_dominio text not null,
    iuv text not null,
    ccp text not null,
    versione text not null,
    modello text not null,
    stato text not null,
    descrizione_stato text,
    esito text not null,
    cod_msg_richiesta text not null,
    data_msg_richiesta bigint not null,
    cod_stazione text not null,
    cod_carrello text,
    bloccante bigint not null check (bloccante in (0, 1)),
    cod_msg_ricevuta text,
    data_msg_ricevuta bigint,
    importo_totale_pagato bigint,
    cod_attestante text,
    denominazione_attestante text,
    cod_psp text,
    cod_canale text,
    tipo_versamento text,
    ha_rpt bigint not null check (ha_rpt in (0, 1)),
    ha_rt bigint not null check (ha_rt in (0, 1)),
    unique (id_dominio, iuv, ccp)
);
create index tentativi_pendenza on tentativi (pendenza, id);
create index tentativi_da_chiudere on tentativi (data_msg_richiesta, id)
    where stato in ('RPT_ATTIVATA', 'RPT_ACCETTATA_NODO');

create table messaggi (
    tentativo bigint not null references tentativi (id),
    tipo text not null check (tipo in ('RPT', 'RT')),
    contenuto bytea not null,            -- deflated bytes
    primary key (tentativo, tipo)
);

create table riscossioni (
    id bigint primary key,
    pendenza bigint not null references pendenze (id),
    voce bigint references voci (id),
    tentativo bigint references tentativi (id),
    id_dominio text not null,
    iuv text not null,
    iur text not null,
    indice bigint not null,
    importo bigint not null,
    data bigint not null,
    commissioni bigint,
    stato text not null,
    tipo text not null,
    tipo_allegato text,
    allegato text,
    unique (id_dominio, iuv, iur, indice)
);
create index riscossioni_pendenza on riscossioni (pendenza);
create index riscossioni_tentativo on riscossioni (tentativo);

create table notifiche (
    id bigint primary key,
    chiave text not null unique,
    tipo text not null,
    id_a2a text not null,
    tentativo bigint not null references tentativi (id),
    id_dominio text not null,
    iuv text not null,
    ccp text not null,
    stato text not null,
    descrizione_stato text,
    data_creazione bigint not null,
    data_aggiornamento bigint not null,
    data_prossima bigint not null,
    tentativi bigint not null,
    presa_da text,                       -- who holds the lease: unique per claim
    presa_fino bigint not null default 0,
    unique (tentativo, tipo)
);
create index notifiche_da_spedire on notifiche (id_a2a, data_prossima) where stato = 'DA_SPEDIRE';
create index notifiche_data on notifiche (data_creazione, id);
create index notifiche_non_spedite on notifiche (stato, data_creazione, id) where stato <> 'SPEDITO';
create index notifiche_prese on notifiche (presa_da) where presa_da is not null;

-- The message of a notification whose first attempt failed: every retry sends the same one.
create table notifiche_corpi (
    notifica bigint primary key references notifiche (id),
    versione text not null,              -- of API Ente, for which it was built
    corpo bytea not null                -- deflated bytes
);

create table eventi (
    id bigint primary key,
    componente text not null,
    categoria text not null,
    ruolo text not null,
    tipo text not null,
    sottotipo text,
    esito text not null,
    sottotipo_esito text,
    dettaglio_esito text,
    data bigint not null,
    durata bigint not null,
    id_dominio text,
    iuv text,
    ccp text,
    id_a2a text,
    id_pendenza text,
    id_pagamento text,
    severita bigint,
    cluster text not null,
    transazione text not null,
    dati text not null                   -- JSON: datiPagoPA, principal, utente, url, method, status
);
create index eventi_data on eventi (data, id);
create index eventi_pendenza on eventi (id_a2a, id_pendenza, data);
create index eventi_iuv on eventi (id_dominio, iuv, data);

create table eventi_messaggi (
    evento bigint primary key,
    richiesta bytea,                     -- deflated JSON: headers and payload
    risposta bytea
);
