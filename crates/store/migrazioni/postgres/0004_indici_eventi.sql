-- Every filter of the giornale finds its page through an index, also what is rare or not there.
-- The two keys begin with the column that is asked for alone; dominio and applicazione have their own
-- order by date. What nearly all rows have (OK, SERVER, INTERFACCIA, the two busy interfaces) is
-- found by the date, so the indexes of those columns hold the others only.
drop index eventi_pendenza;
drop index eventi_iuv;
create index eventi_pendenza on eventi (id_pendenza, id_a2a, data) where id_pendenza is not null;
create index eventi_iuv on eventi (iuv, id_dominio, data) where iuv is not null;
create index eventi_dominio on eventi (id_dominio, data, id) where id_dominio is not null;
create index eventi_a2a on eventi (id_a2a, data, id) where id_a2a is not null;
create index eventi_tipo on eventi (lower(tipo), data, id);
create index eventi_sottotipo on eventi (lower(sottotipo), data, id) where lower(sottotipo) is not null;
create index eventi_ccp on eventi (ccp, data) where ccp is not null;
create index eventi_pagamento on eventi (id_pagamento, data) where id_pagamento is not null;
create index eventi_esito on eventi (esito, data, id) where esito <> 'OK';
create index eventi_categoria on eventi (categoria, data, id) where categoria <> 'INTERFACCIA';
create index eventi_ruolo on eventi (ruolo, data, id) where ruolo <> 'SERVER';
create index eventi_componente on eventi (componente, data, id)
    where componente <> 'API_PAGOPA' and componente <> 'API_PENDENZE';
create index eventi_severita on eventi (data, id, severita) where severita is not null;
