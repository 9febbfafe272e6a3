//! Bearer tokens of an OpenID Connect provider (spec 10 2.1 `oauth2`).
//!
//! The keys of the provider are fetched by URI, kept, and fetched again when they are old or when a token
//! names one that is not there: one fetch at a time, and not more often than [`RIPOSO`], whatever tokens
//! arrive. While the provider is away the keys that are known stay good for [`RISERVA`].

use super::gettone::{Chiavi, Firma, Gettone};
use crate::porte::Prelievo;
use domain::Istante;
use serde_json::{Map, Value};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;
use tokio::sync::Mutex;

/// Least time between two fetches, in microseconds.
const RIPOSO: i64 = 10_000_000;
/// How long keys that could not be refreshed are still believed, in microseconds.
const RISERVA: i64 = 3_600_000_000;
/// Longest principal or group, in bytes.
const NOME: usize = 4000;

/// Which tokens are believed.
#[derive(Debug, Clone)]
pub struct ImpostazioniOAuth2 {
    /// Where the provider shows its keys.
    pub jwks_uri: String,
    /// `iss`; not checked when empty.
    pub emittente: String,
    /// `aud`; not checked when empty.
    pub destinatario: String,
    /// Claims that name the principal: the first that is there.
    pub principal: Vec<String>,
    /// Claim with the groups of the caller that are ruoli; none when empty.
    pub gruppi: String,
    /// By how much the clocks may differ, in seconds.
    pub tolleranza: i64,
    /// How long keys are good without being fetched again, in seconds.
    pub durata_chiavi: i64,
    /// Longest time of a fetch.
    pub scadenza: Duration,
}

/// Who presented a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Portatore {
    /// Who.
    pub principal: String,
    /// Names of his groups.
    pub gruppi: Vec<String>,
}

/// Why a token was not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TokenRifiutato {
    /// What is wrong with it; safe to be told to the caller.
    #[error("{0}")]
    NonValido(&'static str),
    /// The provider does not show its keys, and none are known.
    #[error("chiavi del fornitore di identita' non disponibili")]
    SenzaChiavi,
}

use TokenRifiutato::NonValido;

#[derive(Clone)]
struct Prese {
    chiavi: Arc<Chiavi>,
    quando: Istante,
}

#[derive(Default)]
struct Stato {
    prese: Option<Prese>,
    ultimo_tentativo: Option<Istante>,
}

/// Verifies tokens against the keys of one provider.
pub struct VerificatoreOAuth2 {
    impostazioni: ImpostazioniOAuth2,
    prelievo: Arc<dyn Prelievo>,
    stato: RwLock<Stato>,
    in_fila: Mutex<()>,
}

impl VerificatoreOAuth2 {
    /// No key is fetched before the first token.
    #[must_use]
    pub fn nuovo(impostazioni: ImpostazioniOAuth2, prelievo: Arc<dyn Prelievo>) -> Self {
        Self { impostazioni, prelievo, stato: RwLock::default(), in_fila: Mutex::default() }
    }

    /// Who presents the token, if it is to be believed now.
    ///
    /// # Errors
    /// What is wrong with the token, or that nobody can tell.
    pub async fn verifica(&self, token: &str, adesso: Istante) -> Result<Portatore, TokenRifiutato> {
        let gettone = Gettone::leggi(token).map_err(NonValido)?;
        let chiavi = self.chiavi(adesso).await?;
        let mut firma = gettone.firmato_da(&chiavi);
        if firma == Firma::Ignota
            && let Some(nuove) = self.rinnova(adesso, Some(&chiavi)).await
        {
            firma = gettone.firmato_da(&nuove);
        }
        match firma {
            Firma::Buona => self.crede(&gettone.dati, adesso).map_err(NonValido),
            Firma::Falsa | Firma::Ignota => Err(NonValido("Firma del token non valida")),
        }
    }

    fn stato<T>(&self, f: impl FnOnce(&Stato) -> T) -> T {
        f(&self.stato.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// The keys, fetched when there are none or they are old. Old ones are refreshed by one caller; the
    /// others go on with them.
    async fn chiavi(&self, adesso: Istante) -> Result<Arc<Chiavi>, TokenRifiutato> {
        let eta = |p: &Prese| adesso.micros().saturating_sub(p.quando.micros());
        let Some(prese) = self.stato(|s| s.prese.clone()) else {
            return self.rinnova(adesso, None).await.ok_or(TokenRifiutato::SenzaChiavi);
        };
        let durata = self.impostazioni.durata_chiavi.saturating_mul(1_000_000);
        if eta(&prese) < durata {
            return Ok(prese.chiavi);
        }
        match self.rinnova(adesso, Some(&prese.chiavi)).await {
            Some(nuove) => Ok(nuove),
            None if eta(&prese) < durata.saturating_add(RISERVA) => Ok(prese.chiavi),
            None => Err(TokenRifiutato::SenzaChiavi),
        }
    }

    /// Fetches the keys, unless somebody else has just done it, with other keys than `note` as outcome, or
    /// has just tried in vain. `None`: there is nothing new.
    async fn rinnova(&self, adesso: Istante, note: Option<&Arc<Chiavi>>) -> Option<Arc<Chiavi>> {
        let _fila = self.in_fila.lock().await;
        let (prese, tentato) = self.stato(|s| (s.prese.clone(), s.ultimo_tentativo));
        if let Some(p) = &prese
            && !note.is_some_and(|n| Arc::ptr_eq(n, &p.chiavi))
        {
            return Some(Arc::clone(&p.chiavi));
        }
        let riposa = |t: Istante| (0..RIPOSO).contains(&adesso.micros().saturating_sub(t.micros()));
        if tentato.is_some_and(riposa) {
            return None;
        }
        let scritto =
            |f: &dyn Fn(&mut Stato)| f(&mut self.stato.write().unwrap_or_else(PoisonError::into_inner));
        scritto(&|s| s.ultimo_tentativo = Some(adesso));
        let i = &self.impostazioni;
        let lette = match self.prelievo.preleva(&i.jwks_uri, i.scadenza).await {
            Ok((200, byte)) => Chiavi::leggi(&byte).ok_or_else(|| "nessuna chiave utilizzabile".to_owned()),
            Ok((stato, _)) => Err(format!("stato {stato}")),
            Err(testo) => Err(testo),
        };
        match lette {
            Ok(chiavi) => {
                let chiavi = Arc::new(chiavi);
                let prese = Prese { chiavi: Arc::clone(&chiavi), quando: adesso };
                scritto(&|s| s.prese = Some(prese.clone()));
                Some(chiavi)
            }
            Err(causa) => {
                tracing::warn!(%causa, "chiavi del fornitore di identita' non prelevate");
                None
            }
        }
    }

    /// What a token with a good signature says, if it is for us and valid at this instant (`exp`, `nbf`).
    fn crede(&self, dati: &Map<String, Value>, adesso: Istante) -> Result<Portatore, &'static str> {
        let i = &self.impostazioni;
        let adesso = adesso.micros().div_euclid(1_000_000);
        let secondi = |v: &Value| v.as_i64().or_else(|| v.as_f64().and_then(troncato));
        let scade = dati.get("exp").and_then(secondi).ok_or("Token senza scadenza")?;
        if adesso >= scade.saturating_add(i.tolleranza) {
            return Err("Token scaduto");
        }
        if let Some(da) = dati.get("nbf").filter(|v| !v.is_null()) {
            let da = secondi(da).ok_or("Token non valido")?;
            if adesso < da.saturating_sub(i.tolleranza) {
                return Err("Token non ancora valido");
            }
        }
        if !ammesso(&i.emittente, dati.get("iss")) {
            return Err("Emittente del token non ammesso");
        }
        if !ammesso(&i.destinatario, dati.get("aud")) {
            return Err("Destinatario del token non ammesso");
        }
        let principal = i.principal.iter().find_map(|n| dati.get(n).filter(|v| !v.is_null()));
        let principal = match principal {
            Some(Value::String(t)) => t.clone(),
            Some(Value::Number(n)) => n.to_string(),
            _ => String::new(),
        };
        if principal.is_empty() || principal.len() > NOME {
            return Err("Token senza principal");
        }
        let gruppi = match dati.get(&i.gruppi) {
            Some(Value::String(t)) => vec![t.clone()],
            Some(Value::Array(v)) => v.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
            _ => Vec::new(),
        };
        Ok(Portatore {
            principal,
            gruppi: gruppi.into_iter().filter(|g| g.len() <= NOME).take(200).collect(),
        })
    }
}

/// Whole seconds of a NumericDate with a fraction.
fn troncato(f: f64) -> Option<i64> {
    format!("{:.0}", f.floor()).parse().ok()
}

/// Whether a claim, of one or more values, holds what is wanted; nothing is wanted when it is empty.
fn ammesso(voluto: &str, claim: Option<&Value>) -> bool {
    match (voluto, claim) {
        ("", _) => true,
        (v, Some(Value::String(t))) => t == v,
        (v, Some(Value::Array(t))) => t.iter().any(|x| x.as_str() == Some(v)),
        (_, _) => false,
    }
}
