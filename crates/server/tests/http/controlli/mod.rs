//! `govpay check`: a true history is clean, and each fault that is planted in it is found.

mod dal_vivo;
mod elenco;
mod elenco_tracciati;
mod guasti;
mod storia;

use domain::Istante;
use engine::Orologio as _;
use engine::controlli::{Esito, Richiesta, Risultato, controlla};
use std::path::PathBuf;
use std::time::Duration;
use store::controlli::{Ispettore, Tempi};
use store::{ChiaveCifratura, Impostazioni};
use testkit::TestApp;

/// What an audit of the tests looks with.
#[derive(Debug, Clone)]
struct Lente {
    adesso: Istante,
    residui: Vec<PathBuf>,
    chiave: Option<[u8; 32]>,
    solo: Option<&'static [&'static str]>,
}

impl Lente {
    /// The time and the key of a gateway.
    fn di(app: &TestApp) -> Self {
        Self {
            adesso: app.orologio().adesso(),
            residui: worker::file_in_attesa(app.cartella_giornale()).to_vec(),
            chiave: Some([7; 32]),
            solo: None,
        }
    }

    async fn guarda(&self, url: &str) -> Vec<Risultato> {
        let mut imp = Impostazioni::nuove(url);
        imp.chiave = self.chiave.map(|c| ChiaveCifratura::da_byte(&c).unwrap());
        let mut i = Ispettore::apri(&imp, Duration::from_secs(60)).await.unwrap();
        let r = Richiesta {
            solo: self.solo.map(|s| s.iter().map(|c| (*c).to_owned()).collect()),
            tempi: Tempi {
                adesso: self.adesso,
                tolleranza: Duration::from_secs(600),
                timeout_lavori: Duration::from_secs(300),
            },
            esempi: 20,
            residui_del_giornale: self.residui.clone(),
        };
        let fatti = controlla(&mut i, &r, &mut |_| {}).await;
        i.chiudi().await;
        fatti
    }
}

/// Codes and examples of the checks that failed, every other one having been made.
fn falliti(fatti: &[Risultato]) -> Vec<(&'static str, Vec<String>)> {
    fatti
        .iter()
        .filter(|r| match &r.esito {
            Esito::Rispettato => false,
            Esito::Violato => {
                assert_eq!(r.trovati.violazioni, r.trovati.esempi.len() as u64, "{}", r.codice);
                true
            }
            Esito::NonEseguito(perche) => panic!("{}: {perche}", r.codice),
        })
        .map(|r| (r.codice, r.trovati.esempi.clone()))
        .collect()
}

/// The database of a gateway.
fn url(app: &TestApp) -> String {
    app.configurazione().database_url.clone()
}
