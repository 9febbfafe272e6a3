-- The lists of master data find their pages through indexes that end with what makes the order total.
-- Names and ids are ordered by their bytes, whatever the collation of the database: the keys of the
-- tables have its own, so that an order by id needs an index too.
-- Whether a type of pendenza has a form of the Backoffice, or a layout of CSV files, is computed from
-- its JSON; in an override, whether the dominio has its own. By views: the sqlite3 of some systems cannot
-- copy a database that has generated columns (VACUUM INTO of 3.40).
create view tipi_pendenza_parti as select id,
    case when (configurazione::jsonb #> '{portaleBackoffice,form}') is not null then 1 else 0 end as form,
    case when (configurazione::jsonb #> '{tracciatoCsv}') is not null then 1 else 0 end as tracciato
    from tipi_pendenza;
create view tipi_pendenza_dominio_parti as select id_dominio, id_tipo_pendenza,
    case when (configurazione::jsonb #> '{portaleBackoffice,form}') is not null then 1 else 0 end as form,
    case when (configurazione::jsonb #> '{tracciatoCsv}') is not null then 1 else 0 end as tracciato
    from tipi_pendenza_dominio;

create index intermediari_elenco on intermediari (denominazione collate "C", id collate "C");
create index domini_elenco on domini (ragione_sociale collate "C", id collate "C");
create index domini_id on domini (id collate "C");
create index unita_operative_elenco on unita_operative (id_dominio, ragione_sociale collate "C", id collate "C");
create index conti_accredito_elenco on conti_accredito (id_dominio, iban collate "C");
create index entrate_id on entrate (id collate "C");
create index entrate_elenco on entrate (descrizione collate "C", id collate "C");
create index tipi_pendenza_id on tipi_pendenza (id collate "C");
create index tipi_pendenza_elenco on tipi_pendenza (descrizione collate "C", id collate "C");
create index applicazioni_id on applicazioni (id collate "C");
