-- Who has asked that a bulk load goes no further, and when. Whoever works on it sees it before its next
-- operation: the statements of its lease ask that nobody has.
alter table tracciati add column annullato_da text;
alter table tracciati add column annullato_il bigint;
