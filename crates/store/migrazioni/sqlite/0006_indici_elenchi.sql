-- Pages and counts of the lists of the giornale and of the notifications.
-- Interfaces are not busy together: when the Node has just written a hundred thousand events, those of
-- API Pendenze are not near by date. Nearly all notifications are delivered, but the newest may not be.
-- Who may see a small body only must not walk through the notifications of all the others.
drop index eventi_componente;
create index eventi_componente on eventi (componente, data, id);
drop index notifiche_data;
create index notifiche_data on notifiche (data_creazione, id, tipo);
create index notifiche_dominio on notifiche (id_dominio, data_creazione, id);
create index notifiche_spedite on notifiche (data_creazione, id, tipo) where stato = 'SPEDITO';
