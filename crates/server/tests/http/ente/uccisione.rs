//! kill -9 between the commit of a receipt and its delivery (spec 60 Done when 5): the real binary.

use super::flusso::{attivazione, busta};
use super::scena::{IUV, NAV, RICEVUTA, carica, finche, rt};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use rstest::rstest;
use std::io::BufRead as _;
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use testkit::{AMMINISTRATORE, Anagrafica, Backend, CCP, Copione, NODO, StubEnte, TestApp};

struct Processo {
    figlio: Child,
    url: String,
}

impl Processo {
    fn avvia(database: &str) -> Self {
        let mut c = Command::new(env!("CARGO_BIN_EXE_govpay"));
        for (nome, _) in std::env::vars().filter(|(n, _)| n.starts_with("GOVPAY_")) {
            c.env_remove(nome);
        }
        let mut figlio = c
            .args(["serve", "--listen", "127.0.0.1:0"])
            .envs([
                ("GOVPAY_DATABASE_URL", database),
                ("GOVPAY_DATABASE__ENCRYPTION_KEY", &BASE64_STANDARD.encode([7; 32])),
                ("GOVPAY_ADMIN_PASSWORD", AMMINISTRATORE.1),
                ("GOVPAY_PAGOPA_AUTH", "basic"),
                ("GOVPAY_PAGOPA_BASIC_USER", NODO.0),
                ("GOVPAY_PAGOPA_BASIC_PASSWORD", NODO.1),
                // Shorter than the wait of the test, longer than a call.
                ("GOVPAY_WORKER__LEASE_SECONDS", "8"),
            ])
            .current_dir(std::env::temp_dir())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut riga = String::new();
        std::io::BufReader::new(figlio.stdout.take().unwrap()).read_line(&mut riga).unwrap();
        let url = riga.trim().strip_prefix("GovPay risponde su ").unwrap_or_else(|| panic!("{riga:?}"));
        Self { url: url.to_owned(), figlio }
    }

    async fn soap(&self, busta: String) {
        let r = reqwest::Client::builder().no_proxy().build().unwrap();
        let r = r.post(format!("{}{CCP}", self.url)).basic_auth(NODO.0, Some(NODO.1));
        let r = r.header("Content-Type", "text/xml").body(busta).send().await.unwrap();
        let testo = r.text().await.unwrap();
        assert!(testo.contains("<outcome>OK</outcome>"), "{testo}");
    }

    /// SIGKILL: nothing is said to the process.
    fn uccidi(mut self) {
        self.figlio.kill().unwrap();
        self.figlio.wait().unwrap();
    }
}

impl Drop for Processo {
    fn drop(&mut self) {
        let _ = self.figlio.kill();
        let _ = self.figlio.wait();
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn un_processo_ucciso_prima_della_consegna_consegna_al_riavvio(
    #[values(Backend::Lite, Backend::Pg)] backend: Backend,
) {
    let (mut app, ente) = (TestApp::nuova(backend).await, StubEnte::nuovo().await);
    ente.sempre(Copione::Dopo(Duration::from_secs(60), Box::new(Copione::Stato(200))));
    Anagrafica::standard().ente(ente.url(), "REST v2").crea(&app).await;
    let p = carica(&app, "P1", NAV).await;
    let database = match (app.file(), app.postgres()) {
        (Some(f), _) => format!("sqlite://{}", f.display()),
        (None, Some(d)) => d.url().to_owned(),
        (None, None) => panic!("una base dati"),
    };
    app.spegni().await;

    let processo = Processo::avvia(&database);
    processo.soap(attivazione()).await;
    processo.soap(busta(&String::from_utf8(rt(&p, RICEVUTA, "")).unwrap())).await;
    // The call to the ente is under way: it has the request and has not answered.
    let prima = ente.attendi(1).await;
    processo.uccidi();

    ente.sempre(Copione::Stato(201));
    let _processo = Processo::avvia(&database);
    let arrivate = finche("la consegna dopo il riavvio", async || {
        let r = ente.ricevute();
        (r.len() > 1).then_some(r)
    })
    .await;
    assert_eq!(arrivate[1].percorso, format!("/ricevute/12345678901/{IUV}/{RICEVUTA}"));
    assert_eq!(arrivate[1].intestazione("idempotency-key"), prima[0].intestazione("idempotency-key"));
    assert_eq!(arrivate[1].corpo, prima[0].corpo);
    tokio::time::sleep(Duration::from_millis(1500)).await;
    assert_eq!(ente.ricevute().len(), 2, "consegnata, non si ripete");
}
