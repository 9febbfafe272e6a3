//! API Backoffice.

pub(crate) mod v1;
