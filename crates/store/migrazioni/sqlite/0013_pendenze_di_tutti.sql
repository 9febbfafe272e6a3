-- The list of pendenze of whoever sees those of many applicazioni and domini, newest first: it tells
-- what the usual filters look at without reading the rows. The pendenze of a document.
create index pendenze_data on pendenze
    (data_caricamento, id, id_dominio, id_tipo_pendenza, tipo, stato, anomalo, stato_pagamento, data_scadenza);
create index pendenze_documento on pendenze (id_a2a, id_dominio, documento, id) where documento is not null;
