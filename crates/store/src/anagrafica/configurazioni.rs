//! The configurazioni of the installation (spec 10 section 8): a row for each section that somebody has
//! written. Those that may hold secrets are encrypted whole.

use super::avanza;
use crate::{ChiaveCifratura, Riga, Scrittura, Store, StoreError, riga::DaRiga, valori};
use domain::anagrafica::Segreto;
use domain::configurazioni::Sezione;

pub(crate) fn contesto(sezione: &str) -> String {
    format!("configurazioni/{sezione}")
}

struct RigaSezione {
    sezione: Sezione,
    chiaro: Option<String>,
    cifrato: Option<Vec<u8>>,
}

impl DaRiga for RigaSezione {
    fn da_riga(r: &Riga<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            sezione: r.letto("sezione", Sezione::leggi)?,
            chiaro: r.testo_opt("chiaro")?,
            cifrato: r.byte_opt("cifrato")?,
        })
    }
}

impl RigaSezione {
    fn apri(self, chiave: &ChiaveCifratura) -> Result<(Sezione, Segreto), StoreError> {
        let rotta = || StoreError::Rotto(format!("configurazioni/{}: non leggibile", self.sezione));
        let testo = match (self.chiaro, self.cifrato) {
            (Some(chiaro), None) => chiaro,
            (None, Some(cifrato)) => {
                let byte = chiave.decifra(&cifrato, &contesto(self.sezione.as_str()))?;
                String::from_utf8(byte).map_err(|_| rotta())?
            }
            _ => return Err(rotta()),
        };
        Ok((self.sezione, Segreto(testo)))
    }
}

impl Store {
    /// The sections that somebody has written, each as the JSON text that was given: the others are as
    /// installed.
    pub async fn configurazioni(&self) -> Result<Vec<(Sezione, Segreto)>, StoreError> {
        self.leggi::<RigaSezione>("select sezione, chiaro, cifrato from configurazioni", valori![])
            .await?
            .into_iter()
            .map(|r| r.apri(self.chiave()))
            .collect()
    }
}

/// Writes a section, whether or not it was there.
pub fn salva_sezione(
    s: &mut Scrittura,
    chiave: &ChiaveCifratura,
    sezione: Sezione,
    testo: &Segreto,
) -> Result<(), StoreError> {
    let (chiaro, cifrato) = if sezione.riservata() {
        (None, Some(chiave.cifra(testo.as_str().as_bytes(), &contesto(sezione.as_str()))?))
    } else {
        (Some(testo.as_str().to_owned()), None)
    };
    s.esattamente(
        1,
        "insert into configurazioni (sezione, chiaro, cifrato) values ($1, $2, $3) \
         on conflict (sezione) do update set chiaro = excluded.chiaro, cifrato = excluded.cifrato",
        valori![sezione.as_str(), chiaro, cifrato],
    );
    avanza(s);
    Ok(())
}
