-- Sessions (spec 10 4.2): the groups that a directory said of whoever logged in, a JSON array of their names.
alter table sessioni add column gruppi text;
