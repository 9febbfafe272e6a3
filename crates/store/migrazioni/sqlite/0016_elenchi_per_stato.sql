-- Lists of pendenze (spec 20 6.2): each holds what the usual filters look at (state, tipo, tipo
-- pendenza), so that a count reads no row. Those expired are few among those with a last day, whatever
-- the rest has grown to; those cancelled and partly paid are few among all.
drop index pendenze_stato;
create index pendenze_stato on pendenze
    (id_a2a, stato, data_caricamento, id, anomalo, stato_pagamento, data_scadenza, tipo, id_tipo_pendenza);
drop index pendenze_dominio;
create index pendenze_dominio on pendenze
    (id_dominio, data_caricamento, id, id_a2a, id_tipo_pendenza, tipo, stato, anomalo, stato_pagamento,
    data_scadenza);
drop index pendenze_anomale;
create index pendenze_anomale on pendenze
    (id_a2a, anomalo, data_caricamento, id, stato, tipo, id_tipo_pendenza) where anomalo = 1;
drop index pendenze_anomale_dominio;
create index pendenze_anomale_dominio on pendenze
    (id_dominio, anomalo, data_caricamento, id, stato, tipo, id_tipo_pendenza) where anomalo = 1;
create index pendenze_scadute on pendenze
    (id_a2a, data_scadenza, data_caricamento, id, anomalo, tipo, id_tipo_pendenza, id_dominio, stato)
    where stato = 'NON_ESEGUITO' and data_scadenza is not null;
create index pendenze_rare on pendenze
    (stato, data_caricamento, id, anomalo, id_dominio, id_tipo_pendenza, tipo)
    where stato = 'ANNULLATO' or stato = 'PARZIALMENTE_ESEGUITO';
