-- Bulk loads (spec 20 section 11). The rows of operations and of stampe carry the key of their tracciato
-- without a foreign key: they are written only under its lease, and checking it once more for each line
-- would lock the row that the progress is written on.
create table tracciati (
    id bigint primary key,
    formato text not null check (formato in ('CSV', 'JSON')),
    nome_file text not null,
    id_dominio text not null,
    id_tipo_pendenza text,
    principal text not null,
    operatore text not null,
    stampa_avvisi bigint not null check (stampa_avvisi in (0, 1)),
    stato text not null,
    descrizione_stato text,
    totali bigint not null,
    inserimenti bigint not null,
    eseguite bigint not null,
    fallite bigint not null,
    avvisi_totali bigint not null,
    avvisi_stampati bigint not null,
    avvisi_falliti bigint not null,
    prossima bigint not null,
    intestazione text,
    data_caricamento bigint not null,
    data_aggiornamento bigint not null,
    presa_da text,
    presa_fino bigint not null default 0
);
create index tracciati_elenco on tracciati (data_caricamento, id);
create index tracciati_dominio on tracciati (id_dominio, data_caricamento, id);
create index tracciati_da_fare on tracciati (id)
    where stato in ('IN_RICEZIONE', 'IN_ATTESA', 'IN_ELABORAZIONE', 'ELABORAZIONE_STAMPA');

-- The file as it came, in pieces.
create table tracciati_pezzi (
    tracciato bigint not null references tracciati (id),
    indice bigint not null,
    contenuto bytea not null,
    primary key (tracciato, indice)
);

create table tracciati_operazioni (
    tracciato bigint not null,
    numero bigint not null,
    tipo text not null check (tipo in ('ADD', 'DEL', 'NON_VALIDA')),
    stato text not null check (stato in ('ESEGUITO', 'SCARTATO')),
    descrizione text,
    id_a2a text,
    id_pendenza text,
    id_dominio text,
    numero_avviso text,
    pendenza bigint,
    documento text,
    stampa bigint check (stampa in (0, 1, 2)),
    richiesta text,
    risposta text not null,
    riga text,
    primary key (tracciato, numero)
);
create index tracciati_operazioni_chiave on tracciati_operazioni (tracciato, id_pendenza);
create index tracciati_operazioni_documento on tracciati_operazioni (tracciato, documento)
    where documento is not null;
create index tracciati_operazioni_stampa on tracciati_operazioni (tracciato, numero) where stampa = 0;

create table tracciati_stampe (
    tracciato bigint not null,
    nome text not null,
    contenuto bytea not null,
    primary key (tracciato, nome)
);
