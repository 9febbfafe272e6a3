//! What guessing a password costs (spec 10 2.2): after a few failures of one address on one principal each
//! further one doubles the wait. Nobody is locked out from elsewhere, and whoever is right pays nothing.

use domain::Istante;
use moka::sync::Cache;
use sha2::{Digest as _, Sha256};
use std::net::IpAddr;
use std::time::Duration;

/// Failures that cost nothing: people mistype.
const FRANCHIGIA: u32 = 5;
/// First wait, and the longest, in microseconds.
const PRIMA_ATTESA: i64 = 1_000_000;
const ATTESA_MASSIMA: i64 = 300_000_000;
/// Most pairs of address and principal in memory.
const QUANTE: u64 = 50_000;
/// A pair that nobody tries any more is forgotten.
const OBLIO: Duration = Duration::from_secs(900);
/// An address from which somebody was right is known for a day.
const NOTORIETA: Duration = Duration::from_secs(86_400);

/// Failures of each pair of address and principal, and the addresses from which somebody was right.
pub(crate) struct Freno {
    coppie: Cache<[u8; 32], Voce>,
    note: Cache<String, ()>,
}

#[derive(Debug, Clone, Copy)]
struct Voce {
    fallimenti: u32,
    ultimo: Istante,
}

impl Default for Freno {
    fn default() -> Self {
        Self {
            coppie: Cache::builder().max_capacity(QUANTE).time_to_idle(OBLIO).build(),
            note: Cache::builder().max_capacity(QUANTE).time_to_idle(NOTORIETA).build(),
        }
    }
}

/// What the failures of an address are counted under: one household of IPv6 is one.
pub(crate) fn rete(da: Option<IpAddr>) -> String {
    match da {
        None => String::new(),
        Some(IpAddr::V4(v4)) => v4.to_string(),
        Some(IpAddr::V6(v6)) => match v6.to_ipv4_mapped() {
            Some(v4) => v4.to_string(),
            None => {
                let [a, b, c, d, ..] = v6.segments();
                format!("{a:x}:{b:x}:{c:x}:{d:x}")
            }
        },
    }
}

fn chiave(rete: &str, principal: &str) -> [u8; 32] {
    let mut impronta = Sha256::new();
    impronta.update((rete.len() as u64).to_be_bytes());
    impronta.update(rete);
    impronta.update(principal);
    impronta.finalize().into()
}

/// How long after its last failure a pair has to wait.
fn attesa(fallimenti: u32) -> i64 {
    match fallimenti.checked_sub(FRANCHIGIA) {
        None => 0,
        Some(oltre) => PRIMA_ATTESA.saturating_mul(1 << oltre.min(20)).min(ATTESA_MASSIMA),
    }
}

impl Freno {
    /// Whether a pair has to wait still.
    pub(crate) fn fermo(&self, rete: &str, principal: &str, adesso: Istante) -> bool {
        self.coppie.get(&chiave(rete, principal)).is_some_and(|v| {
            let passato = adesso.micros().saturating_sub(v.ultimo.micros());
            let attesa = attesa(v.fallimenti);
            // The failure of somebody who asked together with this one may be a moment later than now.
            attesa > 0 && (-ATTESA_MASSIMA..attesa).contains(&passato)
        })
    }

    /// One more failure. The log tells when an address begins to wait: whoever keeps addresses out has
    /// something to go by.
    pub(crate) fn fallito(&self, rete: &str, principal: &str, adesso: Istante) {
        let chiave = chiave(rete, principal);
        let fallimenti = self.coppie.get(&chiave).map_or(0, |v| v.fallimenti).saturating_add(1);
        if fallimenti == FRANCHIGIA {
            tracing::warn!(rete, "troppe password sbagliate su un principal: l'indirizzo aspetta");
        }
        self.coppie.insert(chiave, Voce { fallimenti, ultimo: adesso });
    }

    /// The right password: all is forgotten, and the address is known.
    pub(crate) fn riuscito(&self, rete: &str, principal: &str) {
        let chiave = chiave(rete, principal);
        if self.coppie.contains_key(&chiave) {
            self.coppie.invalidate(&chiave);
        }
        // Asking is what keeps a known address from being forgotten.
        if !self.nota(rete) {
            self.note.insert(rete.to_owned(), ());
        }
    }

    /// Whether somebody was right from this address.
    pub(crate) fn nota(&self, rete: &str) -> bool {
        self.note.get(rete).is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn dopo(secondi: i64) -> Istante {
        Istante::da_micros(1_000_000_000_000_000 + secondi * 1_000_000)
    }

    #[test]
    fn l_attesa_raddoppia_fino_al_massimo_e_non_tocca_gli_altri() {
        let f = Freno::default();
        for _ in 0..FRANCHIGIA {
            assert!(!f.fermo("1.2.3.4", "a", dopo(0)));
            f.fallito("1.2.3.4", "a", dopo(0));
        }
        assert!(f.fermo("1.2.3.4", "a", dopo(0)) && !f.fermo("1.2.3.4", "a", dopo(1)));
        assert!(!f.fermo("1.2.3.5", "a", dopo(0)), "un altro indirizzo");
        assert!(!f.fermo("1.2.3.4", "b", dopo(0)), "un altro principal");
        f.fallito("1.2.3.4", "a", dopo(1));
        assert!(f.fermo("1.2.3.4", "a", dopo(2)) && !f.fermo("1.2.3.4", "a", dopo(3)));
        for _ in 0..100 {
            f.fallito("1.2.3.4", "a", dopo(10));
        }
        assert!(f.fermo("1.2.3.4", "a", dopo(309)) && !f.fermo("1.2.3.4", "a", dopo(310)));
        f.riuscito("1.2.3.4", "a");
        assert!(!f.fermo("1.2.3.4", "a", dopo(11)));
    }

    #[test]
    fn una_rete_ipv6_domestica_e_una_sola() {
        let di = |t: &str| rete(Some(t.parse().expect("indirizzo")));
        assert_eq!(di("2001:db8:1:2::3"), di("2001:db8:1:2:ffff::9"));
        assert_ne!(di("2001:db8:1:2::3"), di("2001:db8:1:3::3"));
        assert_eq!(di("::ffff:10.0.0.1"), di("10.0.0.1"));
        assert_eq!(rete(None), "");
    }
}
