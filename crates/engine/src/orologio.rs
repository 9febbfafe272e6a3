//! The clock. Nothing else in the product reads the time of the machine.

use domain::Istante;

/// Tells the present instant, truncated to microseconds.
pub trait Orologio: Send + Sync {
    /// Now.
    fn adesso(&self) -> Istante;
}

/// The clock of the machine.
#[derive(Debug, Clone, Copy, Default)]
pub struct OrologioDiSistema;

impl Orologio for OrologioDiSistema {
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the clock")]
    fn adesso(&self) -> Istante {
        Istante::da_timestamp(jiff::Timestamp::now())
    }
}
