//! Passwords that a directory verifies, in place of the stored hashes or beside them (spec 10 section 1, 4.2).

use super::{Autenticazione, IN_CODA, LUNGHEZZA, PRINCIPAL, Prova, QUANTE, affollata, freno};
use crate::chiamante::Metodo;
use crate::porte::{Cancello, Directory, Riconoscimento, VoceDirectory};
use crate::{Chiamante, Engine};
use domain::Istante;
use domain::anagrafica::{Applicazione, Utenza};
use moka::future::Cache;
use secrecy::{ExposeSecret, SecretString};
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;
use store::StoreError;

/// What stands in the memory in the place of a stored hash.
const MARCHIO: &str = "directory";

/// A login identity with the applicazione behind it.
type Identita = (Arc<Utenza>, Option<Arc<Applicazione>>);

/// Whom the directory has recognised, and when.
pub(super) struct Riconosciute(Cache<[u8; 32], (Istante, Arc<VoceDirectory>)>);

impl Default for Riconosciute {
    fn default() -> Self {
        // What counts is the age, which is looked at each time: this only keeps the memory small.
        Self(Cache::builder().max_capacity(QUANTE).time_to_live(Duration::from_secs(3600)).build())
    }
}

/// Why nobody was recognised.
enum Rifiuto {
    Errata,
    Guasto(StoreError),
}

impl Autenticazione {
    /// The entry of the directory that has this name and this password. What was right less than `durata`
    /// microseconds ago is not asked again; identical questions asked together are asked once.
    async fn riconosci<G>(
        &self,
        p: Prova<'_>,
        directory: &dyn Directory,
        durata: i64,
        adesso: Istante,
        turno: impl Future<Output = Option<G>>,
    ) -> Result<Option<Arc<VoceDirectory>>, StoreError> {
        if p.password.expose_secret().is_empty() || self.freno.fermo(p.rete, p.principal, adesso) {
            return Ok(None);
        }
        let memoria = &self.riconosciute.0;
        let marca = self.marca(p, MARCHIO);
        if let Some((quando, _)) = memoria.get(&marca).await
            && !(-durata..durata).contains(&adesso.micros().saturating_sub(quando.micros()))
        {
            memoria.invalidate(&marca).await;
        }
        let calcola = Box::pin(async {
            let _turno = turno.await.ok_or_else(|| Rifiuto::Guasto(affollata()))?;
            if self.freno.fermo(p.rete, p.principal, adesso) {
                return Err(Rifiuto::Errata);
            }
            // A directory finds one entry by many spellings of its name: who tries them all waits too.
            let attesa = AttesaDellaVoce { freno: &self.freno, rete: p.rete, adesso };
            match directory.riconosci(p.principal, p.password, &attesa).await {
                Ok(Riconoscimento::Giusta(voce)) => Ok((adesso, Arc::new(voce))),
                Ok(Riconoscimento::Errata(voce)) => {
                    if let Some(voce) = voce {
                        self.freno.fallito(p.rete, &di_voce(&voce), adesso);
                    }
                    Err(Rifiuto::Errata)
                }
                Err(e) => Err(Rifiuto::Guasto(StoreError::NonDisponibile(e.to_string()))),
            }
        });
        match memoria.try_get_with(marca, calcola).await {
            Ok((_, voce)) => {
                self.freno.riuscito(p.rete, p.principal);
                self.freno.riuscito(p.rete, &di_voce(&voce.voce));
                Ok(Some(voce))
            }
            Err(r) => match &*r {
                Rifiuto::Errata => Ok(None),
                Rifiuto::Guasto(e) => Err(e.clone()),
            },
        }
    }
}

/// The wait of an address on an entry.
struct AttesaDellaVoce<'a> {
    freno: &'a freno::Freno,
    rete: &'a str,
    adesso: Istante,
}

impl Cancello for AttesaDellaVoce<'_> {
    fn ammette(&self, voce: &str) -> bool {
        !self.freno.fermo(self.rete, &di_voce(voce), self.adesso)
    }
}

/// What the failures on an entry are counted under: no principal looks like it.
fn di_voce(voce: &str) -> String {
    format!("\0{}", voce.to_lowercase())
}

impl Engine {
    /// The caller of a name and a password that the directory takes, with the rights of those of his groups
    /// that are ruoli. Where the installation wants it, whoever has a password here may use it as well: he
    /// comes in also while the directory is away.
    pub(super) async fn autentica_con_directory(
        &self,
        directory: &dyn Directory,
        p: Prova<'_>,
        trovata: Option<Identita>,
        metodo: Metodo,
    ) -> Result<Option<Chiamante>, StoreError> {
        let hash = trovata.as_ref().and_then(|(u, _)| u.password.as_deref());
        let accanto = self.impostazioni().password_accanto_alla_directory;
        let autenticazione = self.autenticazione();
        let di_casa = hash.filter(|_| accanto);
        let gia_vista = match di_casa {
            Some(hash) => autenticazione.ricordata(p, hash, self.adesso()).await,
            None => false,
        };
        let esito = if gia_vista { Ok(None) } else { self.chiedi_alla_directory(directory, p).await };
        if let Ok(Some(voce)) = &esito {
            return self.di_directory(voce, trovata, metodo).await;
        }
        // A directory that is away says nothing of those who have no password here.
        if esito.is_err() && di_casa.is_none() {
            return esito.map(|_| None);
        }
        let giusta = if accanto {
            autenticazione
                .verifica(p, (di_casa, self.impostazioni().impronte_md5), self.adesso(), self.turno(p))
                .await?
        } else {
            autenticazione.freno.fallito(p.rete, p.principal, self.adesso());
            false
        };
        match (giusta, esito) {
            (true, _) => Ok(trovata.map(|(u, a)| Chiamante::registrato(u, a, metodo))),
            (false, Err(e)) => Err(e),
            (false, Ok(_)) => Ok(None),
        }
    }

    /// The registered caller of an entry: by the name he has typed, else by the one of the directory.
    async fn di_directory(
        &self,
        voce: &VoceDirectory,
        digitata: Option<Identita>,
        metodo: Metodo,
    ) -> Result<Option<Chiamante>, StoreError> {
        let chi = match (digitata, &voce.principal) {
            (Some((u, a)), _) => Some(Chiamante::registrato(u, a, metodo)),
            (None, Some(principal)) => self.registrato_o_iscritto(principal, metodo).await?,
            (None, None) => None,
        };
        match chi {
            Some(chi) => self.con_gruppi(chi, Arc::new(voce.gruppi.clone())).await.map(Some),
            None => Ok(None),
        }
    }

    async fn chiedi_alla_directory(
        &self,
        directory: &dyn Directory,
        p: Prova<'_>,
    ) -> Result<Option<Arc<VoceDirectory>>, StoreError> {
        let durata = self.impostazioni().memoria_directory_secondi.saturating_mul(1_000_000);
        self.autenticazione().riconosci(p, directory, durata, self.adesso(), self.turno(p)).await
    }

    /// The name that a directory vouches for, registered or not: for whoever is known elsewhere (spec 10
    /// section 1, PagoPA). `None` when name and password do not go together, or there is no directory.
    ///
    /// # Errors
    /// The directory cannot be asked.
    pub async fn riconosci_in_directory(
        &self,
        utente: &str,
        password: &SecretString,
        da: Option<IpAddr>,
    ) -> Result<Option<String>, StoreError> {
        let Some(directory) = self.porte().directory.as_deref() else { return Ok(None) };
        let lungo = utente.chars().count() > PRINCIPAL || password.expose_secret().len() > LUNGHEZZA;
        if lungo || utente.contains('\0') {
            return Ok(None);
        }
        let rete = freno::rete(da);
        let p = Prova { principal: utente, password, rete: &rete };
        let esito = self.chiedi_alla_directory(directory, p).await?;
        if esito.is_none() {
            self.autenticazione().freno.fallito(&rete, utente, self.adesso());
        }
        Ok(esito.map(|v| v.principal.clone().unwrap_or_else(|| utente.to_owned())))
    }

    /// A caller with the rights of those of his groups that are ruoli.
    ///
    /// # Errors
    /// The database cannot be read.
    pub(crate) async fn con_gruppi(
        &self,
        chi: Chiamante,
        gruppi: Arc<Vec<String>>,
    ) -> Result<Chiamante, StoreError> {
        if gruppi.is_empty() {
            return Ok(chi);
        }
        let ruoli = self.registro().ruoli(&gruppi).await?;
        Ok(Chiamante { gruppi, ..chi.con_ruoli(&ruoli) })
    }

    /// One credential of an address at a time.
    pub(super) fn turno(&self, p: Prova<'_>) -> impl Future<Output = Option<store::Guardia>> + use<> {
        let (store, fila) = (self.store().clone(), format!("accesso/{}", p.rete));
        async move { store.serratura_se(&fila, IN_CODA).await }
    }
}
