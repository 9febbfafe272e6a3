-- Bulk loads (spec 20 section 11). The rows of operations and of stampe carry the key of their tracciato
-- without a foreign key: they are written only under its lease, and checking it once more for each line
-- would lock the row that the progress is written on.
create table tracciati (
    id integer primary key,
    formato text not null check (formato in ('CSV', 'JSON')),
    nome_file text not null,
    id_dominio text not null,
    id_tipo_pendenza text,
    principal text not null,
    operatore text not null,
    stampa_avvisi integer not null check (stampa_avvisi in (0, 1)),
    stato text not null,
    descrizione_stato text,
    totali integer not null,
    inserimenti integer not null,
    eseguite integer not null,
    fallite integer not null,
    avvisi_totali integer not null,
    avvisi_stampati integer not null,
    avvisi_falliti integer not null,
    prossima integer not null,
    intestazione text,
    data_caricamento integer not null,
    data_aggiornamento integer not null,
    presa_da text,
    presa_fino integer not null default 0
) strict;
create index tracciati_elenco on tracciati (data_caricamento, id);
create index tracciati_dominio on tracciati (id_dominio, data_caricamento, id);
create index tracciati_da_fare on tracciati (id)
    where stato in ('IN_RICEZIONE', 'IN_ATTESA', 'IN_ELABORAZIONE', 'ELABORAZIONE_STAMPA');

-- The file as it came, in pieces.
create table tracciati_pezzi (
    tracciato integer not null references tracciati (id),
    indice integer not null,
    contenuto blob not null,
    primary key (tracciato, indice)
) strict;

create table tracciati_operazioni (
    tracciato integer not null,
    numero integer not null,
    tipo text not null check (tipo in ('ADD', 'DEL', 'NON_VALIDA')),
    stato text not null check (stato in ('ESEGUITO', 'SCARTATO')),
    descrizione text,
    id_a2a text,
    id_pendenza text,
    id_dominio text,
    numero_avviso text,
    pendenza integer,
    documento text,
    stampa integer check (stampa in (0, 1, 2)),
    richiesta text,
    risposta text not null,
    riga text,
    primary key (tracciato, numero)
) strict;
create index tracciati_operazioni_chiave on tracciati_operazioni (tracciato, id_pendenza);
create index tracciati_operazioni_documento on tracciati_operazioni (tracciato, documento)
    where documento is not null;
create index tracciati_operazioni_stampa on tracciati_operazioni (tracciato, numero) where stampa = 0;

create table tracciati_stampe (
    tracciato integer not null,
    nome text not null,
    contenuto blob not null,
    primary key (tracciato, nome)
) strict;
