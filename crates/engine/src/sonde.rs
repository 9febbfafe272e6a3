//! The sonde: whether the database answers, whether the batches run, how much they have to do
//! (spec 10 3.6).

use crate::Engine;
use crate::configurazioni::Configurazioni;
use crate::lavori::{self, Lavoro};
use domain::Istante;
use std::sync::Arc;
use std::time::Duration;
use store::StoreError;
use store::lavori::StatoLavoro;

/// `stato` of a sonda.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StatoSonda {
    /// Within the thresholds.
    Ok,
    /// Past the first threshold.
    Avviso,
    /// Past the second, or off, or unknown.
    Errore,
}

/// `tipo` of a sonda.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TipoSonda {
    /// Time since the last run that went well, in milliseconds.
    Batch,
    /// Items that wait.
    Coda,
    /// The database.
    Sistema,
}

/// A sonda as it is now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sonda {
    /// Its id.
    pub id: &'static str,
    /// What it looks at.
    pub nome: &'static str,
    /// How it is.
    pub stato: StatoSonda,
    /// Why.
    pub descrizione: String,
    /// For a batch: milliseconds since the last run that went well.
    pub durata: Option<i64>,
    /// The first and the second threshold.
    pub soglie: Option<(i64, i64)>,
    /// When it was looked at.
    pub controllata: Istante,
    /// What it measures.
    pub tipo: TipoSonda,
}

const GIORNO: (i64, i64) = (86_400_000, 172_800_000);
const CODA: (i64, i64) = (10, 100);
const CODA_FILE: (i64, i64) = (1, 1);
/// The database.
const DATABASE: (&str, &str) = ("check-db", "Controllo operativita' del database");

/// Every sonda after that of the database: id, name, kind, thresholds.
const SONDE: &[(&str, &str, TipoSonda, (i64, i64))] = &[
    ("update-rnd", "Acquisizione rendicontazioni", TipoSonda::Batch, (18_000_000, 86_400_000)),
    ("update-ntfy", "Spedizione notifiche", TipoSonda::Batch, GIORNO),
    ("update-ntfy-appio", "Spedizione notifiche AppIO", TipoSonda::Batch, GIORNO),
    ("spedizione-promemoria", "Spedizione promemoria", TipoSonda::Batch, GIORNO),
    ("gestione-promemoria", "Gestione promemoria", TipoSonda::Batch, GIORNO),
    ("elaborazione-trac-notif-pag", "Elaborazione tracciati notifica pagamenti", TipoSonda::Batch, GIORNO),
    ("spedizione-trac-notif-pag", "Spedizione tracciati notifica pagamenti", TipoSonda::Batch, GIORNO),
    ("riconciliazioni", "Elaborazione riconciliazioni", TipoSonda::Batch, GIORNO),
    ("rpt-scadute", "Chiusura RPT scadute", TipoSonda::Batch, GIORNO),
    ("recupero-rt", "Recupero RT", TipoSonda::Batch, GIORNO),
    ("caricamento-tracciati", "Elaborazione tracciati pendenze", TipoSonda::Batch, (3_600_000, 21_600_000)),
    ("check-ntfy", "Coda notifiche", TipoSonda::Coda, CODA),
    ("check-ntfy-appio", "Coda notifiche AppIO", TipoSonda::Coda, CODA),
    ("check-promemoria", "Coda promemoria da spedire", TipoSonda::Coda, CODA),
    ("check-gestione-promemoria", "Coda promemoria da creare", TipoSonda::Coda, CODA),
    ("check-riconciliazioni", "Coda riconciliazioni", TipoSonda::Coda, CODA),
    ("check-rpt-scadute", "Coda RPT scadute", TipoSonda::Coda, CODA),
    ("check-recupero-rt", "Coda RT da recuperare", TipoSonda::Coda, CODA),
    ("check-tracciati", "Coda tracciati pendenze", TipoSonda::Coda, CODA_FILE),
    ("check-elab-trac-notif-pag", "Coda tracciati notifica pagamenti da creare", TipoSonda::Coda, CODA_FILE),
    (
        "check-spedizione-trac-notif-pag",
        "Coda tracciati notifica pagamenti da spedire",
        TipoSonda::Coda,
        CODA_FILE,
    ),
];

/// Longest reading of the tables.
const ATTESA: Duration = Duration::from_secs(5);

/// What was read of the batches and queues; `None` when the database did not answer.
struct Letto {
    lavori: Vec<StatoLavoro>,
    notifiche: i64,
    scaduti: i64,
    tracciati: i64,
    configurazioni: Arc<Configurazioni>,
}

/// What is known of a batch.
enum Corsa {
    Spento,
    SpentoDaApi,
    Ignota,
    Fallita,
    Mai,
    Riuscita(Istante),
}

impl Corsa {
    /// Of what runs all the time.
    fn ultima(quando: Option<Istante>) -> Self {
        quando.map_or(Self::Mai, Self::Riuscita)
    }
}

impl Engine {
    /// Every sonda, the database first. Never fails: what cannot be read is `error`.
    pub async fn sonde(&self) -> Vec<Sonda> {
        let adesso = self.adesso();
        let viva = self.store().viva().await;
        let letto = match &viva {
            Ok(()) => self.leggi_sonde(adesso).await,
            Err(e) => Err(StoreError::NonDisponibile(e.to_string())),
        };
        if let Err(errore) = &letto {
            tracing::warn!(%errore, "sonde non leggibili");
        }
        let letto = letto.ok();
        let (stato, testo) = match viva {
            Ok(()) => (StatoSonda::Ok, "Servizio database raggiungibile"),
            Err(_) => (StatoSonda::Errore, "Servizio database non disponibile: la base dati non risponde"),
        };
        let mut sonde = vec![Sonda {
            id: DATABASE.0,
            nome: DATABASE.1,
            stato,
            descrizione: testo.to_owned(),
            durata: None,
            soglie: None,
            controllata: adesso,
            tipo: TipoSonda::Sistema,
        }];
        sonde.extend(SONDE.iter().map(|&(id, nome, tipo, soglie)| {
            let (stato, descrizione, durata) = match tipo {
                TipoSonda::Batch => di_batch(&self.corsa(id, letto.as_ref()), adesso, soglie),
                TipoSonda::Coda | TipoSonda::Sistema => di_coda(accodati(id, letto.as_ref()), soglie),
            };
            Sonda { id, nome, stato, descrizione, durata, soglie: Some(soglie), controllata: adesso, tipo }
        }));
        sonde
    }

    async fn leggi_sonde(&self, adesso: Istante) -> Result<Letto, StoreError> {
        let minuti = self.impostazioni().minuti_chiusura_tentativi.clamp(1, 30);
        let lettura = async {
            Ok(Letto {
                lavori: self.store().lavori().await?,
                notifiche: self.store().notifiche_in_coda().await?,
                tracciati: self.store().tracciati_in_coda().await?,
                configurazioni: self.registro().configurazioni().await?,
                scaduti: self.store().tentativi_scaduti_in_coda(adesso.piu_secondi(-60 * minuti)).await?,
            })
        };
        tokio::time::timeout(ATTESA, lettura).await.unwrap_or_else(|_| {
            Err(StoreError::NonDisponibile("nessuna risposta entro 5 secondi".to_owned()))
        })
    }

    fn corsa(&self, id: &str, letto: Option<&Letto>) -> Corsa {
        let imp = self.impostazioni();
        match id {
            "update-ntfy" if imp.corre(lavori::NOTIFICHE) => Corsa::ultima(self.ultima_consegna()),
            "caricamento-tracciati" if imp.corre(lavori::TRACCIATI) => {
                Corsa::ultima(self.ultimo_giro_tracciati())
            }
            "rpt-scadute" if imp.corre(Lavoro::ChiusuraRptScadute.nome()) => {
                let Some(letto) = letto else { return Corsa::Ignota };
                match letto.lavori.iter().find(|l| l.nome == Lavoro::ChiusuraRptScadute.nome()) {
                    Some(l) if l.ultimo_esito.as_deref() == Some("KO") => Corsa::Fallita,
                    Some(StatoLavoro { ultimo_successo: Some(quando), .. }) => Corsa::Riuscita(*quando),
                    _ => Corsa::Mai,
                }
            }
            _ if letto.is_some_and(|l| spento_da_api(id, &l.configurazioni)) => Corsa::SpentoDaApi,
            _ => Corsa::Spento,
        }
    }
}

/// Whether the configurazioni say that a batch has nothing to do.
fn spento_da_api(id: &str, c: &Configurazioni) -> bool {
    match id {
        "update-ntfy-appio" => !c.app_io_abilitata(),
        "spedizione-promemoria" => !c.mail_abilitata(),
        "gestione-promemoria" => !c.mail_abilitata() && !c.app_io_abilitata(),
        _ => false,
    }
}

fn accodati(id: &str, letto: Option<&Letto>) -> Option<i64> {
    match id {
        "check-ntfy" => letto.map(|l| l.notifiche),
        "check-rpt-scadute" => letto.map(|l| l.scaduti),
        "check-tracciati" => letto.map(|l| l.tracciati),
        // Nothing is queued for what is not there.
        _ => Some(0),
    }
}

fn oltre(valore: i64, (avviso, errore): (i64, i64)) -> StatoSonda {
    if valore >= errore {
        StatoSonda::Errore
    } else if valore >= avviso {
        StatoSonda::Avviso
    } else {
        StatoSonda::Ok
    }
}

fn di_batch(corsa: &Corsa, adesso: Istante, soglie: (i64, i64)) -> (StatoSonda, String, Option<i64>) {
    const LASSO: &str = "Lasso di tempo senza esecuzioni con successo:";
    let errore = |testo: String| (StatoSonda::Errore, testo, None);
    match corsa {
        Corsa::Spento => errore("Batch disabilitato tramite proprieta' di sistema".to_owned()),
        Corsa::SpentoDaApi => errore("Batch disabilitato tramite API di configurazione".to_owned()),
        Corsa::Ignota => errore("Stato del batch non leggibile: la base dati non risponde".to_owned()),
        Corsa::Fallita => {
            errore("Il batch e' stato interrotto con errore: vedere il log del nodo".to_owned())
        }
        Corsa::Mai => errore(format!("{LASSO} nessuna esecuzione")),
        Corsa::Riuscita(quando) => {
            let millis = adesso.micros().saturating_sub(quando.micros()).max(0) / 1000;
            (oltre(millis, soglie), format!("{LASSO} {}", durata(millis)), Some(millis))
        }
    }
}

fn di_coda(accodati: Option<i64>, soglie: (i64, i64)) -> (StatoSonda, String, Option<i64>) {
    match accodati {
        Some(n) => (oltre(n, soglie), format!("Numero di elementi accodati: {n}"), None),
        None => {
            let testo = "Coda non leggibile: la base dati non risponde".to_owned();
            (StatoSonda::Errore, testo, None)
        }
    }
}

/// `hh:mm:ss`; hours go on past 24.
fn durata(millis: i64) -> String {
    let secondi = millis / 1000;
    format!("{:02}:{:02}:{:02}", secondi / 3600, secondi / 60 % 60, secondi % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn le_soglie_di_un_batch() {
        let prima = Istante::da_micros(0);
        for (ore, stato, testo) in [
            (0, StatoSonda::Ok, "00:00:00"),
            (23, StatoSonda::Ok, "23:00:00"),
            (24, StatoSonda::Avviso, "24:00:00"),
            (47, StatoSonda::Avviso, "47:00:00"),
            (48, StatoSonda::Errore, "48:00:00"),
        ] {
            let adesso = prima.piu_secondi(ore * 3600);
            let atteso = format!("Lasso di tempo senza esecuzioni con successo: {testo}");
            let trovato = di_batch(&Corsa::Riuscita(prima), adesso, GIORNO);
            assert_eq!(trovato, (stato, atteso, Some(ore * 3_600_000)));
        }
        let (stato, testo, _) = di_batch(&Corsa::Spento, prima, GIORNO);
        assert_eq!(stato, StatoSonda::Errore);
        assert!(testo.ends_with("disabilitato tramite proprieta' di sistema"), "{testo}");
        // A clock that went back does not make a negative time.
        let (stato, _, millis) = di_batch(&Corsa::Riuscita(prima.piu_secondi(10)), prima, GIORNO);
        assert_eq!((stato, millis), (StatoSonda::Ok, Some(0)));
    }

    #[test]
    fn le_soglie_di_una_coda() {
        for (n, soglie, stato) in [
            (0, CODA, StatoSonda::Ok),
            (9, CODA, StatoSonda::Ok),
            (10, CODA, StatoSonda::Avviso),
            (100, CODA, StatoSonda::Errore),
            (0, CODA_FILE, StatoSonda::Ok),
            (1, CODA_FILE, StatoSonda::Errore),
        ] {
            let atteso = format!("Numero di elementi accodati: {n}");
            assert_eq!(di_coda(Some(n), soglie), (stato, atteso, None));
        }
        assert_eq!(di_coda(None, CODA).0, StatoSonda::Errore);
    }
}
