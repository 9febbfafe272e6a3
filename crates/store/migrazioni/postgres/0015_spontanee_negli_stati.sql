-- Lists of pendenze (spec 20 6.2): the spontaneous ones still to be paid are left out of most lists. With
-- tipo in the index of the states, counting those to be paid and those expired reads no row.
drop index pendenze_stato;
create index pendenze_stato on pendenze
    (id_a2a, stato, data_caricamento, id, anomalo, stato_pagamento, data_scadenza, tipo);
