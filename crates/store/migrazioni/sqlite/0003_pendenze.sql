-- Pendenze, attempts, riscossioni, outbox, giornale. Instants are UTC microseconds, dates are
-- yyyy-MM-dd texts, money is cents. `id_dominio` is in every large table so that it can be sharded.

create table pendenze (
    id integer primary key,
    versione integer not null,
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
    importo integer not null check (importo > 0),
    numero_avviso text not null,
    iuv text not null,
    data_validita text,
    data_scadenza text,
    data_notifica_avviso text,
    data_promemoria_scadenza text,
    avvisatura_inibita integer not null check (avvisatura_inibita in (0, 1)),
    direzione text,
    divisione text,
    documento text,                      -- identificativo of the document
    dati text not null,                  -- JSON: debtor and what no query looks at
    stato text not null,
    anomalo integer not null check (anomalo in (0, 1)),
    stato_pagamento text not null,
    descrizione_stato text,
    verificato integer not null check (verificato in (0, 1)),
    importo_pagato integer not null,
    importo_incassato integer not null,
    data_pagamento integer,
    iuv_pagamento text,
    data_caricamento integer not null,
    data_ultimo_aggiornamento integer not null,
    data_ultima_modifica_aca integer not null,
    data_ultima_comunicazione_aca integer,
    unique (id_a2a, id_pendenza),
    unique (id_dominio, iuv)
) strict;

create table voci (
    id integer primary key,
    pendenza integer not null references pendenze (id),
    indice integer not null check (indice between 1 and 5),
    id_voce text not null,
    importo integer not null check (importo > 0),
    descrizione text not null,
    id_dominio text,
    dati text not null,                  -- JSON: form, accounting, metadata
    stato text not null,
    unique (pendenza, indice),
    unique (pendenza, id_voce)
) strict;

create table documenti (
    id_a2a text not null,
    id_dominio text not null,
    identificativo text not null,
    descrizione text not null,
    primary key (id_a2a, id_dominio, identificativo)
) strict;

create table allegati (
    id integer primary key,
    pendenza integer not null references pendenze (id),
    nome text not null,
    tipo text,
    descrizione text,
    contenuto blob not null
) strict;
create index allegati_pendenza on allegati (pendenza);

create table tentativi (
    id integer primary key,
    pendenza integer not null references pendenze (id),
    id_dominio text not null,
    iuv text not null,
    ccp text not null,
    versione text not null,
    modello text not null,
    stato text not null,
    descrizione_stato text,
    esito text not null,
    cod_msg_richiesta text not null,
    data_msg_richiesta integer not null,
    cod_stazione text not null,
    cod_carrello text,
    bloccante integer not null check (bloccante in (0, 1)),
    cod_msg_ricevuta text,
    data_msg_ricevuta integer,
    importo_totale_pagato integer,
    cod_attestante text,
    denominazione_attestante text,
    cod_psp text,
    cod_canale text,
    tipo_versamento text,
    ha_rpt integer not null check (ha_rpt in (0, 1)),
    ha_rt integer not null check (ha_rt in (0, 1)),
    unique (id_dominio, iuv, ccp)
) strict;
create index tentativi_pendenza on tentativi (pendenza, id);
create index tentativi_da_chiudere on tentativi (data_msg_richiesta, id)
    where stato in ('RPT_ATTIVATA', 'RPT_ACCETTATA_NODO');

create table messaggi (
    tentativo integer not null references tentativi (id),
    tipo text not null check (tipo in ('RPT', 'RT')),
    contenuto blob not null,            -- deflated bytes
    primary key (tentativo, tipo)
) strict;

create table riscossioni (
    id integer primary key,
    pendenza integer not null references pendenze (id),
    voce integer references voci (id),
    tentativo integer references tentativi (id),
    id_dominio text not null,
    iuv text not null,
    iur text not null,
    indice integer not null,
    importo integer not null,
    data integer not null,
    commissioni integer,
    stato text not null,
    tipo text not null,
    tipo_allegato text,
    allegato text,
    unique (id_dominio, iuv, iur, indice)
) strict;
create index riscossioni_pendenza on riscossioni (pendenza);
create index riscossioni_tentativo on riscossioni (tentativo);

create table notifiche (
    id integer primary key,
    chiave text not null unique,
    tipo text not null,
    id_a2a text not null,
    tentativo integer not null references tentativi (id),
    id_dominio text not null,
    iuv text not null,
    ccp text not null,
    stato text not null,
    descrizione_stato text,
    data_creazione integer not null,
    data_aggiornamento integer not null,
    data_prossima integer not null,
    tentativi integer not null,
    presa_da text,                       -- who holds the lease: unique per claim
    presa_fino integer not null default 0,
    unique (tentativo, tipo)
) strict;
create index notifiche_da_spedire on notifiche (id_a2a, data_prossima) where stato = 'DA_SPEDIRE';
create index notifiche_data on notifiche (data_creazione, id);
create index notifiche_non_spedite on notifiche (stato, data_creazione, id) where stato <> 'SPEDITO';
create index notifiche_prese on notifiche (presa_da) where presa_da is not null;

-- The message of a notification whose first attempt failed: every retry sends the same one.
create table notifiche_corpi (
    notifica integer primary key references notifiche (id),
    versione text not null,              -- of API Ente, for which it was built
    corpo blob not null                 -- deflated bytes
) strict;

create table eventi (
    id integer primary key,
    componente text not null,
    categoria text not null,
    ruolo text not null,
    tipo text not null,
    sottotipo text,
    esito text not null,
    sottotipo_esito text,
    dettaglio_esito text,
    data integer not null,
    durata integer not null,
    id_dominio text,
    iuv text,
    ccp text,
    id_a2a text,
    id_pendenza text,
    id_pagamento text,
    severita integer,
    cluster text not null,
    transazione text not null,
    dati text not null                   -- JSON: datiPagoPA, principal, utente, url, method, status
) strict;
create index eventi_data on eventi (data, id);
create index eventi_pendenza on eventi (id_a2a, id_pendenza, data);
create index eventi_iuv on eventi (id_dominio, iuv, data);

create table eventi_messaggi (
    evento integer primary key,
    richiesta blob,                     -- deflated JSON: headers and payload
    risposta blob
) strict;
