-- A session of API User may be of a citizen (spec 10 2.5, 4.2): what SPID says of him, as JSON. Null: a
-- registered applicazione or operatore.
alter table sessioni add column cittadino text;
