-- Lists of pendenze (spec 20 6.2): each order and each usual filter starts from one of these. The
-- first holds what the usual list and its count look at, so that they need not read the rows.
create index pendenze_a2a on pendenze (id_a2a, data_caricamento, id, tipo, stato, id_tipo_pendenza);
create index pendenze_stato on pendenze (id_a2a, stato, data_caricamento, id);
create index pendenze_scadenza on pendenze (id_a2a, data_scadenza, data_caricamento, id);
create index pendenze_dominio on pendenze (id_dominio, data_caricamento, id);
create index pendenze_debitore on pendenze (id_debitore, data_caricamento, id);
create index pendenze_anomale on pendenze (data_caricamento, id) where anomalo = 1;
create index pendenze_direzione on pendenze (direzione, data_caricamento, id) where direzione is not null;
create index pendenze_divisione on pendenze (divisione, data_caricamento, id) where divisione is not null;
