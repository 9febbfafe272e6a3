-- The lists of master data find their pages through indexes that end with what makes the order total.
-- Whether a type of pendenza has a form of the Backoffice, or a layout of CSV files, is computed from
-- its JSON; in an override, whether the dominio has its own. By views: the sqlite3 of some systems cannot
-- copy a database that has generated columns (VACUUM INTO of 3.40).
create view tipi_pendenza_parti as select id,
    case when json_type(configurazione, '$.portaleBackoffice.form') is not null then 1 else 0 end as form,
    case when json_type(configurazione, '$.tracciatoCsv') is not null then 1 else 0 end as tracciato
    from tipi_pendenza;
create view tipi_pendenza_dominio_parti as select id_dominio, id_tipo_pendenza,
    case when json_type(configurazione, '$.portaleBackoffice.form') is not null then 1 else 0 end as form,
    case when json_type(configurazione, '$.tracciatoCsv') is not null then 1 else 0 end as tracciato
    from tipi_pendenza_dominio;

create index intermediari_elenco on intermediari (denominazione, id);
create index domini_elenco on domini (ragione_sociale, id);
create index unita_operative_elenco on unita_operative (id_dominio, ragione_sociale, id);
create index entrate_elenco on entrate (descrizione, id);
create index tipi_pendenza_elenco on tipi_pendenza (descrizione, id);
