//! The clock of the database, for what several nodes must agree on: UTC microseconds.

/// A statement, chosen by dialect, with the clock of the database between each piece and the next.
macro_rules! con_orologio {
    ($dialetto:expr, $prima:expr $(, $pezzo:expr)*) => {
        match $dialetto {
            $crate::Dialetto::Sqlite => concat!(
                $prima $(, "cast(unixepoch('subsec') * 1000000 as integer)", $pezzo)*
            ),
            $crate::Dialetto::Postgres => concat!(
                $prima $(, "cast(extract(epoch from clock_timestamp()) * 1000000 as bigint)", $pezzo)*
            ),
        }
    };
}

pub(crate) use con_orologio;
