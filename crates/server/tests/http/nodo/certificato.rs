//! The Node with its TLS certificate (spec 40 1.3).

use super::*;
use pagopa::nodo;
use rcgen::{BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair};
use rstest::rstest;
use testkit::{AMMINISTRATORE, BACKOFFICE, CCP};

/// A CA, the certificate of the server and the one of the Node, signed by it.
fn certificati(cartella: &std::path::Path) -> (reqwest::Certificate, reqwest::Identity) {
    let mut p = CertificateParams::new(Vec::new()).unwrap();
    p.distinguished_name.push(DnType::CommonName, "CA di prova");
    p.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let chiave = KeyPair::generate().unwrap();
    let pem_ca = p.self_signed(&chiave).unwrap().pem();
    let ca = Issuer::new(p, chiave);
    let mut p = CertificateParams::new(vec!["127.0.0.1".to_owned()]).unwrap();
    p.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    let chiave = KeyPair::generate().unwrap();
    let server = p.signed_by(&chiave, &ca).unwrap().pem();
    for (nome, testo) in
        [("server.pem", server), ("server.key", chiave.serialize_pem()), ("ca.pem", pem_ca.clone())]
    {
        std::fs::write(cartella.join(nome), testo).unwrap();
    }
    let mut p = CertificateParams::new(Vec::new()).unwrap();
    for (tipo, valore) in [
        (DnType::CountryName, "IT"),
        (DnType::OrganizationName, "PagoPA S.p.A."),
        (DnType::CommonName, "nodo"),
    ] {
        p.distinguished_name.push(tipo, valore);
    }
    p.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
    let chiave = KeyPair::generate().unwrap();
    let pem = p.signed_by(&chiave, &ca).unwrap().pem();
    let identita =
        reqwest::Identity::from_pem(format!("{pem}{}", chiave.serialize_pem()).as_bytes()).unwrap();
    (reqwest::Certificate::from_pem(pem_ca.as_bytes()).unwrap(), identita)
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn il_nodo_viene_col_suo_certificato(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let cartella = tempfile::tempdir().unwrap();
    let (ca, identita) = certificati(cartella.path());
    let file = |n: &str| cartella.path().join(n).display().to_string();
    let app = TestApp::con(backend, |c| {
        "ssl".clone_into(&mut c.pagopa_auth);
        (c.tls.certificate, c.tls.key, c.tls.client_ca) =
            (file("server.pem"), file("server.key"), file("ca.pem"));
    })
    .await;
    let https = app.url().replace("http://", "https://");
    let client = |identita: Option<reqwest::Identity>| {
        let mut c = reqwest::Client::builder().no_proxy().tls_certs_only([ca.clone()]);
        if let Some(i) = identita {
            c = c.identity(i);
        }
        c.build().unwrap()
    };
    let intermediario = |principal: &str| json!({ "denominazione": "I", "principalPagoPa": principal, "servizioPagoPa": { "urlRPT": "http://127.0.0.1:9/x" }, "abilitato": true });
    let put = async |percorso: &str, corpo: &Value| {
        let r = client(None)
            .put(format!("{https}{BACKOFFICE}{percorso}"))
            .basic_auth(AMMINISTRATORE.0, Some(AMMINISTRATORE.1))
            .body(corpo.to_string())
            .send()
            .await
            .unwrap();
        assert!(r.status().is_success(), "{percorso}: {}", r.text().await.unwrap());
    };
    // The attributes in another order, and more of them than the certificate has.
    put(&format!("/intermediari/{BROKER}"), &intermediario("CN=nodo, OU=Nodo, O=PagoPA S.p.A., C=IT")).await;
    put(
        &format!("/intermediari/{BROKER}/stazioni/{STAZIONE}"),
        &json!({ "abilitato": true, "versione": "V2" }),
    )
    .await;
    put(
        &format!("/domini/{DOMINIO}"),
        &json!({ "ragioneSociale": "E", "intermediato": true, "stazione": STAZIONE, "auxDigit": "3", "segregationCode": "01", "abilitato": true, "scaricaFr": false }),
    )
    .await;
    let chiedi = async |identita: Option<reqwest::Identity>| {
        let r = client(identita)
            .post(format!("{https}{CCP}"))
            .header("Content-Type", "text/xml")
            .body(nodo::scrivi(&verifica(&nav(1))))
            .send()
            .await
            .unwrap();
        (r.status().as_u16(), r.bytes().await.unwrap())
    };
    let (stato, byte) = chiedi(Some(identita.clone())).await;
    assert_eq!(stato, 200);
    e_ko(nodo::leggi(&byte, None).unwrap(), "PAA_PAGAMENTO_SCONOSCIUTO", None);
    let (stato, byte) = chiedi(None).await;
    assert_eq!(stato, 401);
    assert_eq!(serde_json::from_slice::<Value>(&byte).unwrap()["codice"], "401");
    put(&format!("/intermediari/{BROKER}"), &intermediario("CN=nodo, O=Altri, C=IT")).await;
    let (_, byte) = chiedi(Some(identita)).await;
    let (codice, testo) = ko(nodo::leggi(&byte, None).unwrap());
    assert_eq!(codice, "PAA_SYSTEM_ERROR");
    let testo = testo.unwrap();
    assert!(
        testo.starts_with("Autorizzazione fallita: principal fornito (") && testo.contains("nodo"),
        "{testo}"
    );
    // The WSDL stays open.
    let r = client(None).get(format!("{https}{CCP}?wsdl")).send().await.unwrap();
    assert_eq!(r.status(), 200);
}
