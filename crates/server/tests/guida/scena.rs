//! The gateway and the simulators as `govpay sandbox` runs them, and the commands of a page run by
//! `sh` exactly as they are written there.

use domain::Istante;
use engine::Orologio;
use jiff::civil::datetime;
use sandbox::{CredenzialiAmministratore, CredenzialiNodo};
use serde_json::Value;
use server::configurazione::Segreto;
use server::{Avviato, Configurazione, Uso};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// Stands still at 10 March 2026, 10:00 in Rome, until it is moved.
#[derive(Clone)]
pub(crate) struct Fermo(Arc<AtomicI64>);

impl Fermo {
    pub(crate) fn nuovo() -> Self {
        let ora = Istante::da_roma(datetime(2026, 3, 10, 10, 0, 0, 0));
        Self(Arc::new(AtomicI64::new(ora.micros())))
    }

    pub(crate) fn avanza(&self, durata: Duration) {
        self.0.fetch_add(i64::try_from(durata.as_micros()).unwrap(), Ordering::SeqCst);
    }
}

impl Orologio for Fermo {
    fn adesso(&self) -> Istante {
        Istante::da_micros(self.0.load(Ordering::SeqCst))
    }
}

/// A gateway on a fresh SQLite, with the simulators when it is a sandbox.
pub(crate) struct Scena {
    pub(crate) gateway: Avviato,
    pub(crate) simulatori: Option<sandbox::Avviata>,
    pub(crate) orologio: Fermo,
    pub(crate) cartella: TempDir,
    /// What the page calls by a name of its own.
    pub(crate) variabili: Vec<(&'static str, String)>,
}

const NODO: (&str, &str) = ("nodo", "Demo-2026-nodo");
const AMMINISTRATORE: (&str, &str) = ("gpadmin", "Demo-2026-admin");

impl Scena {
    /// The demo body and the simulators, as `govpay sandbox` leaves them.
    pub(crate) async fn sandbox() -> Self {
        Self::sandbox_con(|_| {}).await
    }

    /// The same, with a configuration that differs.
    pub(crate) async fn sandbox_con(cambia: impl FnOnce(&mut Configurazione)) -> Self {
        let mut scena = Self::nuova(Uso::Sandbox, cambia).await;
        let orologio = scena.orologio.clone();
        let s = sandbox::avvia(sandbox::Impostazioni {
            ascolto: "127.0.0.1:0".parse().unwrap(),
            gateway: scena.gateway.url(),
            nodo: CredenzialiNodo { utente: NODO.0.to_owned(), password: NODO.1.to_owned() },
            amministratore: CredenzialiAmministratore {
                utente: AMMINISTRATORE.0.to_owned(),
                password: AMMINISTRATORE.1.to_owned(),
            },
            ora: Arc::new(move || orologio.adesso()),
        })
        .await
        .unwrap();
        s.carica_dimostrazione().await.unwrap();
        scena.simulatori = Some(s);
        scena
    }

    /// An empty gateway.
    pub(crate) async fn vuota() -> Self {
        Self::nuova(Uso::Servizio, |_| {}).await
    }

    async fn nuova(uso: Uso, cambia: impl FnOnce(&mut Configurazione)) -> Self {
        server::provider_tls();
        let cartella = tempfile::tempdir().unwrap();
        let mut c = Configurazione::default();
        c.listen.set_port(0);
        c.database_url = format!("sqlite://{}", cartella.path().join("govpay.db").display());
        c.admin_password = Segreto::nuovo(AMMINISTRATORE.1);
        c.pagopa_auth = "basic".to_owned();
        c.pagopa_basic_user = NODO.0.to_owned();
        c.pagopa_basic_password = Segreto::nuovo(NODO.1);
        c.giornale.folder = cartella.path().display().to_string();
        cambia(&mut c);
        let orologio = Fermo::nuovo();
        let gateway = server::avvia(&c, Arc::new(orologio.clone()), uso).await.unwrap();
        Self { gateway, simulatori: None, orologio, cartella, variabili: Vec::new() }
    }

    pub(crate) fn simulatori(&self) -> &sandbox::Avviata {
        self.simulatori.as_ref().expect("la sandbox")
    }

    /// Runs a command of a page; gives back what the gateway answered.
    pub(crate) async fn esegui(&self, comando: &str) -> Risposta {
        // A command that writes the headers by itself keeps its body elsewhere.
        let testata = if comando.contains(" -D - ") { "" } else { "-i" };
        let preparato = format!("curl() {{ command curl -S {testata} --noproxy '*' \"$@\"; }}\n{comando}");
        let simulatori = self.simulatori.as_ref().map(sandbox::Avviata::url).unwrap_or_default();
        let mut c = Command::new("sh");
        c.args(["-euc", &preparato])
            .env("GOVPAY", format!("{}/govpay/backend/api", self.gateway.url()))
            .env("PAGOPA", format!("{simulatori}/simulatore"))
            .env("PERSONE", format!("{}/govpay/frontend/api/user", self.gateway.url()))
            .envs(self.variabili.iter().map(|(n, v)| (n, v)))
            .current_dir(self.cartella.path());
        let o = tokio::task::spawn_blocking(move || c.output()).await.unwrap().unwrap();
        assert!(o.status.success(), "{comando}\n{}", String::from_utf8_lossy(&o.stderr));
        Risposta::leggi(&o.stdout)
    }

    /// What changes from run to run, made the same: addresses and random identifiers.
    pub(crate) fn stabile(&self, testo: &str) -> String {
        let mut t = testo.replace(&self.gateway.url(), "http://127.0.0.1:8080");
        if let Some(s) = &self.simulatori {
            t = t.replace(&s.url(), "http://127.0.0.1:8180");
            t = t.replace(&s.indirizzo.to_string(), "127.0.0.1:8180");
        }
        senza_identificatori(&t)
    }
}

/// An answer as it came.
pub(crate) struct Risposta {
    stato: String,
    intestazioni: Vec<(String, String)>,
    pub(crate) corpo: Vec<u8>,
}

impl Risposta {
    fn leggi(byte: &[u8]) -> Self {
        let fine = byte.windows(4).position(|w| w == b"\r\n\r\n").expect("le intestazioni");
        let testa = String::from_utf8(byte[..fine].to_vec()).unwrap();
        let (stato, resto) = testa.split_once("\r\n").unwrap_or((&testa, ""));
        let intestazioni = resto.lines().filter_map(|r| r.split_once(": "));
        Self {
            stato: stato.trim_end().to_owned(),
            intestazioni: intestazioni.map(|(n, v)| (n.to_owned(), v.trim_end().to_owned())).collect(),
            corpo: byte[fine + 4..].to_vec(),
        }
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.corpo).expect("un corpo JSON")
    }

    /// The status, checked.
    pub(crate) fn con_stato(self, atteso: u16) -> Self {
        let corpo = String::from_utf8_lossy(&self.corpo);
        assert!(self.stato.contains(&format!(" {atteso}")), "atteso {atteso}: {} {corpo}", self.stato);
        self
    }

    /// Status, the headers that a reader needs, and the body indented.
    pub(crate) fn mostra(&self, altre: &[&str]) -> String {
        let mut t = format!("{}\n", self.stato);
        for (nome, valore) in &self.intestazioni {
            let mut mostrate = ["Content-Type", "Content-Disposition", "Location"].iter().chain(altre);
            if mostrate.any(|n| n.eq_ignore_ascii_case(nome)) {
                t.push_str(&format!("{nome}: {valore}\n"));
            }
        }
        if !self.corpo.is_empty() {
            t.push_str(&format!("\n{}\n", corpo_leggibile(&self.corpo)));
        }
        t
    }
}

/// JSON indented, long base64 cut.
pub(crate) fn corpo_leggibile(corpo: &[u8]) -> String {
    match serde_json::from_slice::<Value>(corpo) {
        Ok(mut v) => {
            accorcia(&mut v);
            serde_json::to_string_pretty(&v).unwrap()
        }
        Err(_) => String::from_utf8(corpo.to_vec()).unwrap(),
    }
}

fn accorcia(v: &mut Value) {
    match v {
        Value::String(s)
            if s.len() > 120 && s.bytes().all(|b| b.is_ascii_alphanumeric() || b"+/=".contains(&b)) =>
        {
            s.truncate(40);
            s.push_str("...");
        }
        Value::Array(a) => a.iter_mut().for_each(accorcia),
        Value::Object(o) => o.values_mut().for_each(accorcia),
        _ => {}
    }
}

/// Random identifiers, with or without dashes, become numbered ones, equal where they were equal.
fn senza_identificatori(testo: &str) -> String {
    let mut visti: Vec<String> = Vec::new();
    let mut esito = String::with_capacity(testo.len());
    let mut parola = String::new();
    let mut chiudi = |parola: &mut String, esito: &mut String| {
        let cifre: String = parola.chars().filter(|c| *c != '-').collect();
        let trattini: Vec<usize> = parola.match_indices('-').map(|(i, _)| i).collect();
        let forma = trattini.is_empty() || trattini == [8, 13, 18, 23];
        if forma
            && cifre.len() == 32
            && cifre.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
        {
            let n = visti.iter().position(|v| *v == cifre).unwrap_or_else(|| {
                visti.push(cifre.clone());
                visti.len() - 1
            });
            let nuovo = format!("5e1f0c2a9d844b7ea3610f8b7c2d{:04}", n + 1);
            *parola = match trattini.is_empty() {
                true => nuovo,
                false => [&nuovo[..8], &nuovo[8..12], &nuovo[12..16], &nuovo[16..20], &nuovo[20..]].join("-"),
            };
        }
        esito.push_str(parola);
        parola.clear();
    };
    for c in testo.chars() {
        if c.is_ascii_alphanumeric() || c == '-' {
            parola.push(c);
        } else {
            chiudi(&mut parola, &mut esito);
            esito.push(c);
        }
    }
    chiudi(&mut parola, &mut esito);
    esito
}

#[test]
fn gli_identificatori_si_numerano() {
    let a = "c110729d258c4ab1b765fe902aae41d6";
    let b = "01020304-0506-4708-890a-0b0c0d0e0f10";
    assert_eq!(
        senza_identificatori(&format!("/x/{a}?y={b}&z={a} parola-{a}")),
        "/x/5e1f0c2a9d844b7ea3610f8b7c2d0001?y=5e1f0c2a-9d84-4b7e-a361-0f8b7c2d0002\
         &z=5e1f0c2a9d844b7ea3610f8b7c2d0001 parola-c110729d258c4ab1b765fe902aae41d6"
    );
}

/// Asks again until the answer is there, 15 seconds at most.
pub(crate) async fn finche<F: AsyncFnMut() -> Option<T>, T>(cosa: &str, mut prova: F) -> T {
    let fine = Instant::now() + Duration::from_secs(15);
    loop {
        if let Some(t) = prova().await {
            return t;
        }
        assert!(Instant::now() < fine, "mai successo: {cosa}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
