//! `govpay sandbox`: the gateway, the simulators and a demo body in one process, on loopback only.

use crate::avvio::{self, Uso};
use crate::comandi::SegnaleDiFine;
use crate::configurazione::{Configurazione, Segreto};
use anyhow::{Context as _, Result, bail};
use engine::Orologio;
use engine::orologio::OrologioDiSistema;
use sandbox::{CredenzialiAmministratore, CredenzialiNodo, dimostrazione};
use std::sync::Arc;

/// Credentials of a demo over simulated money: fixed, printed, never of any use elsewhere.
const PASSWORD_AMMINISTRATORE: &str = "Demo-2026-admin";
const UTENTE_NODO: &str = "nodo";
const PASSWORD_NODO: &str = "Demo-2026-nodo";
/// Key of the demo's own secrets on PostgreSQL: they are printed anyway.
const CHIAVE_CIFRATURA: &str = "c2FuZGJveC1nb3ZwYXktY2hpYXZlLWRpbW9zdHJhdGk=";

/// Turns a configuration into one of a sandbox.
pub(crate) fn adatta(c: &mut Configurazione) -> Result<()> {
    if !c.listen.ip().is_loopback() {
        bail!("govpay sandbox ascolta solo su loopback, non su {}", c.listen);
    }
    c.admin_password = Segreto::nuovo(PASSWORD_AMMINISTRATORE);
    c.pagopa_auth = "basic".to_owned();
    c.pagopa_basic_user = UTENTE_NODO.to_owned();
    c.pagopa_basic_password = Segreto::nuovo(PASSWORD_NODO);
    if !c.database_url.starts_with("sqlite:")
        && c.database.encryption_key.dato().is_none()
        && c.database.encryption_key_file.is_empty()
    {
        c.database.encryption_key = Segreto::nuovo(CHIAVE_CIFRATURA);
    }
    c.public_url = String::new();
    c.tls = crate::configurazione::Tls::default();
    for famiglia in ["basic", "public"] {
        if !c.auth_families.iter().any(|f| f == famiglia) {
            c.auth_families.push(famiglia.to_owned());
        }
    }
    c.api.backoffice_families.clear();
    c.api.pendenze_families.clear();
    c.api.pagamento_families.clear();
    c.api.ragioneria_families.clear();
    Ok(())
}

/// Runs until the process is told to end.
pub(crate) async fn esegui(c: Configurazione) -> Result<()> {
    let fine = SegnaleDiFine::ascolta()?;
    let gateway = avvio::avvia(&c, Arc::new(OrologioDiSistema), Uso::Sandbox).await?;
    let simulatori = sandbox::avvia(sandbox::Impostazioni {
        ascolto: c.sandbox_listen,
        gateway: gateway.url(),
        nodo: CredenzialiNodo { utente: UTENTE_NODO.to_owned(), password: PASSWORD_NODO.to_owned() },
        amministratore: CredenzialiAmministratore {
            utente: c.admin_user.clone(),
            password: PASSWORD_AMMINISTRATORE.to_owned(),
        },
        ora: Arc::new(|| OrologioDiSistema.adesso()),
    })
    .await?;
    let pendenze = simulatori.carica_dimostrazione().await.context("i dati dimostrativi non si caricano")?;
    annuncia(&c, &gateway.url(), &simulatori.url(), &pendenze);
    fine.attendi().await;
    drop(simulatori);
    gateway.ferma().await;
    Ok(())
}

fn annuncia(c: &Configurazione, gateway: &str, simulatori: &str, pendenze: &[(String, String)]) {
    println!("GovPay risponde su {gateway}");
    println!("pagoPA simulato su {simulatori}");
    println!();
    println!("Apri nel browser  {simulatori}/");
    println!();
    println!("Amministratore    {} / {PASSWORD_AMMINISTRATORE}", c.admin_user);
    println!(
        "Gestionali        {} e {} / {}",
        dimostrazione::GESTIONALE,
        dimostrazione::TRIBUTI,
        dimostrazione::PASSWORD_APPLICAZIONI
    );
    println!("Ente creditore    {}", dimostrazione::DOMINIO);
    println!();
    println!("Avvisi da pagare");
    for (cosa, avviso) in pendenze {
        println!("  {avviso}  {cosa}");
    }
    println!();
    println!("Tre cose da provare nella pagina (ogni azione mostra anche il suo comando curl)");
    println!("  1. Scegliere una pendenza, aprire «Avviso (PDF)» e inquadrarne il codice QR, o premere");
    println!("     «Verifica»: si vede quello che vede la banca.");
    println!("  2. Premere «Esegui il pagamento»: lo stato cambia e la notifica arriva al gestionale.");
    println!("  3. In «Guasti dell'ente» scegliere «Risponde un errore HTTP», pagare un'altra pendenza");
    println!("     e guardare la notifica che aspetta il prossimo tentativo (un minuto).");
}
