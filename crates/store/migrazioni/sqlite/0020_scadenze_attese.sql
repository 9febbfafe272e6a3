-- Lists of what has expired (spec 20 6.2) in the order of loading, whatever their number: the last day
-- is awaited until the job `scadenzePassate` has seen that it is past, and what it has seen has indexes
-- of its own. Only what nothing was paid of awaits a last day.
alter table pendenze add column scadenza_attesa text;
update pendenze set scadenza_attesa = data_scadenza
    where stato = 'NON_ESEGUITO' and data_scadenza >= date('now');
drop index pendenze_scadute;
create index pendenze_attese on pendenze (scadenza_attesa) where scadenza_attesa is not null;
create index pendenze_scadute on pendenze
    (data_caricamento, id, data_scadenza, anomalo, tipo, id_tipo_pendenza, id_dominio, id_a2a, stato,
    scadenza_attesa)
    where stato = 'NON_ESEGUITO' and data_scadenza is not null and scadenza_attesa is null;
create index pendenze_scadute_a2a on pendenze
    (id_a2a, data_caricamento, id, data_scadenza, anomalo, tipo, id_tipo_pendenza, id_dominio, stato,
    scadenza_attesa)
    where stato = 'NON_ESEGUITO' and data_scadenza is not null and scadenza_attesa is null;
create index pendenze_scadute_dominio on pendenze
    (id_dominio, data_caricamento, id, data_scadenza, anomalo, tipo, id_tipo_pendenza, id_a2a, stato,
    scadenza_attesa)
    where stato = 'NON_ESEGUITO' and data_scadenza is not null and scadenza_attesa is null;
