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

/// Asked after a lost race: an error, which must be no lost race itself, when trying again is of no use.
pub(crate) type Ancora<'a> =
    dyn Fn() -> futures_util::future::BoxFuture<'a, Result<(), StoreError>> + Send + Sync + 'a;

/// As [`ritenta`], as long as `ancora` allows it.
///
/// # Errors
/// As [`ritenta`], or what `ancora` says.
pub(crate) async fn ritenta_finche<T, E, F, Fut>(mut prova: F, ancora: &Ancora<'_>) -> Result<T, E>
where
    E: Contesa,
    F: FnMut() -> Fut,
    Fut: Future<Output = Result<T, E>>,
{
    ritenta(|| {
        let provata = prova();
        async move {
            let esito = provata.await;
            if matches!(&esito, Err(e) if e.contesa()) {
                ancora().await?;
            }
            esito
        }
    })
    .await
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

    #[tokio::test(start_paused = true)]
    async fn chi_ha_perduto_non_riprova() {
        let volte = Cell::new(0);
        let chieste = std::sync::atomic::AtomicU32::new(0);
        let perduta = StoreError::NonDisponibile("perduta".into());
        let esito: Result<(), StoreError> = ritenta_finche(
            || async {
                volte.set(volte.get() + 1);
                Err(StoreError::Conflitto)
            },
            &|| {
                let n = chieste.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                let esito = if n < 2 { Ok(()) } else { Err(perduta.clone()) };
                Box::pin(std::future::ready(esito))
            },
        )
        .await;
        assert_eq!((esito, volte.get()), (Err(perduta.clone()), 3));
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
