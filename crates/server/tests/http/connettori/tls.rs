//! Kinds `Client` and `Server`: real handshakes, with certificates and stores made by the test.

use super::certificati::{Autorita, CLIENT, Certificato, Come, PASSWORD, PASSWORD_CHIAVE, SERVER, jks};
use super::*;
use rstest::rstest;
use std::path::{Path, PathBuf};
use testkit::{Backend, StubEnte};

struct Scena {
    app: TestApp,
    ente: StubEnte,
    ca: Autorita,
    cartella: tempfile::TempDir,
}

impl Scena {
    /// An ente that wants a certificate of our authority.
    async fn nuova(backend: Backend) -> Self {
        let ca = Autorita::nuova("CA di prova");
        let ente = ignaro(StubEnte::con_tls(ca.firma(&SERVER).server(Some(ca.der()))).await);
        Self { app: pronta(backend).await, ente, ca, cartella: tempfile::tempdir().unwrap() }
    }

    fn scrivi(&self, nome: &str, byte: impl AsRef<[u8]>) -> PathBuf {
        let dove = self.cartella.path().join(nome);
        std::fs::write(&dove, byte).unwrap();
        dove
    }

    async fn con(&self, auth: &Value) -> Result<(), String> {
        configura(&self.app, &self.ente.url(), auth).await;
        chiama(&self.app).await
    }
}

fn del_server(ts: &Path) -> Value {
    json!({"tipo": "Server", "tsLocation": ts, "tsPassword": PASSWORD, "tsType": "JKS", "sslType": "TLSv1.2"})
}

fn del_client(ks: &Path, ts: &Path) -> Value {
    json!({
        "tipo": "Client", "ksLocation": ks, "ksPassword": PASSWORD, "ksType": "JKS",
        "ksPKeyPasswd": PASSWORD_CHIAVE, "tsLocation": ts, "tsPassword": PASSWORD, "tsType": "JKS",
        "sslType": "SSLv3"
    })
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn il_certificato_client_arriva_da_ogni_portachiavi(
    #[values(Backend::Lite, Backend::Pg)] backend: Backend,
) {
    let s = Scena::nuova(backend).await;
    let noi = s.ca.firma(&CLIENT);
    let fidati_jks = s.scrivi("fidati.jks", jks(None, &[s.ca.der()]));
    let fidati_pem = s.scrivi("fidati.pem", s.ca.pem());
    let in_jks = s.scrivi("client.jks", jks(Some(&noi), &[]));
    let in_pem = s.scrivi("client.pem", format!("{}{}", noi.chiave_pem, noi.pem));
    for (n, (ks, ts)) in
        [(&in_jks, &fidati_jks), (&in_pem, &fidati_pem), (&in_jks, &fidati_pem), (&in_pem, &fidati_jks)]
            .into_iter()
            .enumerate()
    {
        assert_eq!(s.con(&del_client(ks, ts)).await, Ok(()), "{n}");
        let arrivata = &s.ente.ricevute()[n];
        assert_eq!(arrivata.certificato.as_ref(), Some(&noi.der), "{n}");
        // Nothing else says who we are.
        assert_eq!(
            (arrivata.intestazione("authorization"), arrivata.intestazione("x-api-key")),
            (None, None)
        );
    }
    // The journal says how, and no password.
    let e = crate::nodo::finche("l'evento si legge", async || {
        let r = s.app.backoffice().get("/eventi?messaggi=true&tipoEvento=getAvviso").await.con_stato(200);
        r.json()["risultati"].as_array().unwrap().first().cloned()
    })
    .await;
    assert_eq!(e["parametriRichiesta"]["principal"], "SSL Auth");
    assert!(!e.to_string().contains(PASSWORD) && !e.to_string().contains(PASSWORD_CHIAVE));
}

/// Stores that `keytool` and `openssl` made: the key of `client.pem`, signed by itself.
#[rstest]
#[case("client.jks", "Chiave123")]
#[case("client-keytool.p12", "Archivio1")]
#[case("client-legacy.p12", "Archivio1")]
#[case("client-openssl.p12", "Archivio1")]
#[case("client-cifrato.pem", "Chiave123")]
#[tokio::test(flavor = "multi_thread")]
async fn i_portachiavi_di_java_e_openssl(#[case] file: &str, #[case] password_chiave: &str) {
    let prove = Path::new(env!("CARGO_MANIFEST_DIR")).join("../portachiavi/prove");
    let pem = std::fs::read(prove.join("client.pem")).unwrap();
    let suo = {
        use rustls::pki_types::pem::PemObject as _;
        rustls::pki_types::CertificateDer::from_pem_slice(&pem).unwrap()
    };
    let ca = Autorita::nuova("CA di prova");
    let ente = ignaro(StubEnte::con_tls(ca.firma(&SERVER).server(Some(suo.clone()))).await);
    let app = pronta(Backend::Lite).await;
    let cartella = tempfile::tempdir().unwrap();
    let ts = cartella.path().join("fidati.pem");
    std::fs::write(&ts, ca.pem()).unwrap();
    let mut auth = del_client(&prove.join(file), &ts);
    auth["ksPassword"] = json!("Archivio1");
    auth["ksPKeyPasswd"] = json!(password_chiave);
    configura(&app, &ente.url(), &auth).await;
    assert_eq!(chiama(&app).await, Ok(()));
    assert_eq!(ente.ricevute()[0].certificato.as_ref(), Some(&suo));
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn chi_ha_il_certificato_sbagliato_non_passa(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let s = Scena::nuova(backend).await;
    let altra = Autorita::nuova("Altra CA");
    let fidati = s.scrivi("fidati.jks", jks(None, &[s.ca.der()]));
    let scaduto = Come { scaduto: true, ..CLIENT };
    for (nome, chi) in [("altrui", altra.firma(&CLIENT)), ("scaduto", s.ca.firma(&scaduto))] {
        let ks = s.scrivi(&format!("{nome}.jks"), jks(Some(&chi), &[]));
        let causa = s.con(&del_client(&ks, &fidati)).await.unwrap_err();
        assert!(causa.starts_with("TLS: il server ha rifiutato la connessione ("), "{nome}: {causa}");
        if nome == "scaduto" {
            assert_eq!(causa, "TLS: il server ha rifiutato la connessione (CertificateExpired)");
        }
    }
    // Without a certificate of ours.
    let causa = s.con(&del_server(&fidati)).await.unwrap_err();
    assert_eq!(causa, "TLS: il server ha rifiutato la connessione (CertificateRequired)");
    assert!(s.ente.ricevute().is_empty());
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn si_crede_solo_a_chi_e_nel_truststore(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let (ca, altra) = (Autorita::nuova("CA"), Autorita::nuova("Altra CA"));
    let app = pronta(backend).await;
    let cartella = tempfile::tempdir().unwrap();
    let archivio = |nome: &str, byte: Vec<u8>| {
        let dove = cartella.path().join(nome);
        std::fs::write(&dove, byte).unwrap();
        dove
    };
    let fidati = archivio("fidati.jks", jks(None, &[ca.der()]));
    let in_casa = Certificato::fatto_in_casa(&SERVER);
    let casa = archivio("casa.jks", jks(None, &[ca.der(), in_casa.der.clone()]));
    let altrove = Come { nomi: &["ente.example"], ..SERVER };
    let scaduto = Come { scaduto: true, ..SERVER };
    let (casa_altrove, casa_scaduto) =
        (Certificato::fatto_in_casa(&altrove), Certificato::fatto_in_casa(&scaduto));
    let strani = archivio("strani.jks", jks(None, &[casa_altrove.der.clone(), casa_scaduto.der.clone()]));
    let (ignoto, firma, scad, nome) = (
        Err("TLS: il certificato del server non e' valido, o non e' nel truststore".to_owned()),
        Err("TLS: il certificato del server non e' firmato da chi e' nel truststore".to_owned()),
        Err("TLS: il certificato del server e' scaduto".to_owned()),
        Err("TLS: il certificato del server non e' per il nome chiamato".to_owned()),
    );
    for (caso, server, ts, atteso) in [
        ("buono", ca.firma(&SERVER), &fidati, Ok(())),
        ("di altri", altra.firma(&SERVER), &fidati, firma),
        ("scaduto", ca.firma(&scaduto), &fidati, scad.clone()),
        ("altro nome", ca.firma(&altrove), &fidati, nome.clone()),
        ("fatto in casa, ignoto", Certificato::fatto_in_casa(&SERVER), &casa, ignoto),
        ("fatto in casa, noto", in_casa, &casa, Ok(())),
        ("fatto in casa, noto e scaduto", casa_scaduto, &strani, scad),
        ("fatto in casa, noto, altro nome", casa_altrove, &strani, nome),
    ] {
        let ente = ignaro(StubEnte::con_tls(server.server(None)).await);
        configura(&app, &ente.url(), &del_server(ts)).await;
        let trovato = chiama(&app).await;
        assert_eq!(trovato, atteso, "{caso}");
        assert_eq!(ente.ricevute().len(), usize::from(atteso.is_ok()), "{caso}");
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn un_portachiavi_che_non_va_si_dice(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let s = Scena::nuova(backend).await;
    let noi = s.ca.firma(&CLIENT);
    let ts = s.scrivi("fidati.jks", jks(None, &[s.ca.der()]));
    let ks = s.scrivi("client.jks", jks(Some(&noi), &[]));
    let manca = s.cartella.path().join("manca");
    let testo = s.scrivi("testo", "root:x:0:0:un segreto\n");
    let vuoto = s.scrivi("vuoto.jks", jks(None, &[]));
    let grande = s.scrivi("grande", vec![0x30; portachiavi::LIMITE + 5]);
    let altrui = s.scrivi("altrui.pem", format!("{}{}", s.ca.firma(&CLIENT).chiave_pem, noi.pem));
    let pieno = del_client(&ks, &ts);
    let cambia = |membro: &str, v: Value| {
        let mut a = pieno.clone();
        a[membro] = v;
        a
    };
    let di = |cosa: &str, dove: &Path, causa: &str| format!("{cosa} [{}]: {causa}", dove.display());
    let non_si_legge = "il file non c'e' o non si legge";
    for (auth, atteso) in [
        (cambia("tsLocation", json!(manca)), di("Truststore", &manca, non_si_legge)),
        (cambia("tsLocation", json!(s.cartella.path())), di("Truststore", s.cartella.path(), non_si_legge)),
        (cambia("tsLocation", json!("/dev/zero")), di("Truststore", Path::new("/dev/zero"), non_si_legge)),
        (
            cambia("tsLocation", json!(testo)),
            di("Truststore", &testo, "il file non e' un portachiavi JKS, PKCS#12 ne' PEM"),
        ),
        (cambia("tsLocation", json!(grande)), di("Truststore", &grande, "il file e' piu' grande di 1 MiB")),
        (cambia("tsLocation", json!(vuoto)), di("Truststore", &vuoto, "non contiene certificati")),
        (
            cambia("tsPassword", json!("altra")),
            di("Truststore", &ts, "la password del portachiavi e' sbagliata, o il file e' alterato"),
        ),
        (cambia("ksLocation", json!(manca)), di("Keystore", &manca, non_si_legge)),
        (
            cambia("ksPassword", json!("altra")),
            di("Keystore", &ks, "la password del portachiavi e' sbagliata, o il file e' alterato"),
        ),
        (
            cambia("ksPKeyPasswd", json!("altra")),
            di("Keystore", &ks, "la password della chiave privata e' sbagliata"),
        ),
        (
            cambia("ksLocation", json!(ts)),
            di("Keystore", &ts, "non contiene una chiave privata con il suo certificato"),
        ),
        (
            cambia("ksLocation", json!(altrui)),
            di(
                "Keystore",
                &altrui,
                "chiave privata e certificato non vanno insieme, o il loro tipo non e' previsto",
            ),
        ),
    ] {
        assert_eq!(s.con(&auth).await, Err(atteso));
    }
    assert!(s.ente.ricevute().is_empty());
    // Put right, it works at once.
    assert_eq!(s.con(&pieno).await, Ok(()));
    // In clear there is no certificate to show.
    configura(&s.app, "http://127.0.0.1:9", &pieno).await;
    assert_eq!(chiama(&s.app).await, Err("L'autenticazione TLS richiede un URL https".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn i_portachiavi_stanno_nella_loro_cartella() {
    let ca = Autorita::nuova("CA");
    let ente = ignaro(StubEnte::con_tls(ca.firma(&SERVER).server(None)).await);
    let (dentro, fuori) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let app = TestApp::con(Backend::Lite, |c| {
        c.connettori.stores = dentro.path().display().to_string();
    })
    .await;
    Anagrafica::standard().crea(&app).await;
    for cartella in [&dentro, &fuori] {
        std::fs::write(cartella.path().join("fidati.pem"), ca.pem()).unwrap();
    }
    std::os::unix::fs::symlink(fuori.path().join("fidati.pem"), dentro.path().join("scorciatoia.pem"))
        .unwrap();
    let no = "il file non e' nella cartella dei portachiavi";
    for (ts, buono) in [
        (PathBuf::from("fidati.pem"), true),
        (dentro.path().join("fidati.pem"), true),
        (fuori.path().join("fidati.pem"), false),
        (PathBuf::from("../fidati.pem"), false),
        (PathBuf::from("scorciatoia.pem"), false),
        (PathBuf::from("/etc/passwd"), false),
    ] {
        configura(&app, &ente.url(), &del_server(&ts)).await;
        match chiama(&app).await {
            Ok(()) => assert!(buono, "{}", ts.display()),
            Err(e) => {
                assert!(!buono && (e.ends_with(no) || e.ends_with("non si legge")), "{}: {e}", ts.display());
            }
        }
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn un_certificato_rinnovato_sul_posto_vale_senza_riavvio(
    #[values(Backend::Lite, Backend::Pg)] backend: Backend,
) {
    let s = Scena::nuova(backend).await;
    let (prima, dopo) = (s.ca.firma(&CLIENT), s.ca.firma(&Come { cn: "govpay rinnovato", ..CLIENT }));
    let ts = s.scrivi("fidati.pem", s.ca.pem());
    let ks = s.scrivi("client.jks", jks(Some(&prima), &[]));
    assert_eq!(s.con(&del_client(&ks, &ts)).await, Ok(()));
    s.scrivi("client.jks", jks(Some(&dopo), &[]));
    assert_eq!(chiama(&s.app).await, Ok(()));
    let arrivati: Vec<_> = s.ente.ricevute().into_iter().map(|r| r.certificato.unwrap()).collect();
    assert_eq!(arrivati, [prima.der, dopo.der]);
}
