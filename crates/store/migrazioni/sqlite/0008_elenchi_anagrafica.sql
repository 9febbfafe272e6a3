-- The lists of master data find their pages through indexes that end with what makes the order total.
-- Whether a type of pendenza has a form of the Backoffice, or a layout of CSV files, is computed from
-- its JSON; in an override, whether the dominio has its own.
alter table tipi_pendenza add column form integer
    generated always as (json_type(configurazione, '$.portaleBackoffice.form') is not null) virtual;
alter table tipi_pendenza add column tracciato integer
    generated always as (json_type(configurazione, '$.tracciatoCsv') is not null) virtual;
alter table tipi_pendenza_dominio add column form integer
    generated always as (json_type(configurazione, '$.portaleBackoffice.form') is not null) virtual;
alter table tipi_pendenza_dominio add column tracciato integer
    generated always as (json_type(configurazione, '$.tracciatoCsv') is not null) virtual;

create index intermediari_elenco on intermediari (denominazione, id);
create index domini_elenco on domini (ragione_sociale, id);
create index unita_operative_elenco on unita_operative (id_dominio, ragione_sociale, id);
create index entrate_elenco on entrate (descrizione, id);
create index tipi_pendenza_elenco on tipi_pendenza (descrizione, id);
