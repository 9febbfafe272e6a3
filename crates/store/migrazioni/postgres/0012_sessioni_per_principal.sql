-- A principal may have 4000 characters (spec 10 section 5): too many for a row of a B-tree.
drop index sessioni_principal;
create index sessioni_principal on sessioni using hash (principal);
