-- Lists of pendenze (spec 20 6.2). The few anomalous ones of an applicazione or of a dominio are found
-- without passing the others: with anomalo among the keys the index is preferred to the one of the usual
-- order. The index of the states holds what tells the shown state, so that a count reads no row.
drop index pendenze_anomale;
create index pendenze_anomale on pendenze (id_a2a, anomalo, data_caricamento, id) where anomalo = 1;
create index pendenze_anomale_dominio on pendenze (id_dominio, anomalo, data_caricamento, id)
    where anomalo = 1;
drop index pendenze_stato;
create index pendenze_stato on pendenze
    (id_a2a, stato, data_caricamento, id, anomalo, stato_pagamento, data_scadenza);
