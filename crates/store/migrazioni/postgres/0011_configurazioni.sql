-- The configurazioni of the installation (spec 10 section 8): the sections that somebody has written, as JSON.
-- Those without secrets in clear, the others encrypted.
create table configurazioni (
    sezione text primary key,
    chiaro text,
    cifrato bytea,
    check ((chiaro is null) <> (cifrato is null))
);
