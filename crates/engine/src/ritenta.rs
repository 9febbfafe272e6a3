//! Lost races: reload and decide again, for a bounded time.

use rand::Rng as _;
use std::future::Future;
use std::time::Duration;
use store::StoreError;
use tokio::time::Instant;

/// How long a use case goes on losing before it gives up (design, section 2).
const PAZIENZA: Duration = Duration::from_secs(2);
/// Longest pause between two tries.
const PAUSA: Duration = Duration::from_millis(50);

/// Errors that may be nothing but a lost race.
pub trait Contesa: From<StoreError> {
    /// Whether somebody was faster and deciding again on fresh data helps.
    fn contesa(&self) -> bool;
}

impl Contesa for StoreError {
    fn contesa(&self) -> bool {
        matches!(self, Self::Conflitto)
    }
}

/// Runs `prova` until it does not lose a race. Each run must read its data again. After about two
/// seconds of lost races the error is [`StoreError::NonDisponibile`].
///
/// # Errors
/// What `prova` says, or `NonDisponibile`.
pub async fn ritenta<T, E, F, Fut>(mut prova: F) -> Result<T, E>
where
    E: Contesa,
    F: FnMut() -> Fut,
    Fut: Future<Output = Result<T, E>>,
{
    let fine = Instant::now() + PAZIENZA;
    let mut pausa = Duration::from_millis(1);
    loop {
        match prova().await {
            Err(e) if e.contesa() => {
                if Instant::now() >= fine {
                    return Err(StoreError::NonDisponibile("troppi aggiornamenti concorrenti".into()).into());
                }
                let attesa = pausa.mul_f64(rand::rng().random_range(0.5..1.5));
                tokio::time::sleep(attesa).await;
                pausa = (pausa * 2).min(PAUSA);
            }
            esito => return esito,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;

    #[tokio::test(start_paused = true)]
    async fn si_riprova_finche_qualcuno_e_piu_veloce() {
        let volte = Cell::new(0);
        let esito: Result<i32, StoreError> = ritenta(|| async {
            volte.set(volte.get() + 1);
            if volte.get() < 4 { Err(StoreError::Conflitto) } else { Ok(volte.get()) }
        })
        .await;
        assert_eq!(esito, Ok(4));
    }

    #[tokio::test(start_paused = true)]
    async fn dopo_due_secondi_si_rinuncia() {
        let inizio = Instant::now();
        let esito: Result<(), StoreError> = ritenta(|| async { Err(StoreError::Conflitto) }).await;
        assert!(matches!(esito, Err(StoreError::NonDisponibile(_))));
        let durata = inizio.elapsed();
        assert!(durata >= PAZIENZA && durata < PAZIENZA * 2, "{durata:?}");
    }

    #[tokio::test]
    async fn gli_altri_errori_escono_subito() {
        let volte = Cell::new(0);
        let esito: Result<(), StoreError> = ritenta(|| async {
            volte.set(volte.get() + 1);
            Err(StoreError::Rotto("x".into()))
        })
        .await;
        assert_eq!((esito, volte.get()), (Err(StoreError::Rotto("x".into())), 1));
    }
}
