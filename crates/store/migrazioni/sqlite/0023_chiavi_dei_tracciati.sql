-- The keys that a bulk load has named are in the memory of who does it, and reread in the order of the
-- lines: an index of them was written for each line and read by nobody.
drop index tracciati_operazioni_chiave;
