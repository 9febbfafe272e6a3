//! Every `auth`, wherever there is one: each kind comes back, each rule violated alone has its whole answer (spec 10
//! section 6).

use super::campi::{
    APPLICAZIONE, DOMINIO, INTERMEDIARIO, applicazione, cambiato, codifica, corto, dentro, dominio,
    e_rifiuto, intermediario, lungo, specie, url, vuoto,
};
use super::*;
use rstest::rstest;

const SSL: &str = "SSL, SSLv3, TLS, TLSv1, TLSv1.1, TLSv1.2";

/// An `auth` and why it is refused.
fn auth_sbagliate() -> Vec<(Value, String)> {
    let [oauth2, api_key, header, basic, server, client] = specie();
    let mut casi = Vec::new();
    let mut senza = |intero: &Value, membri: &[&str]| {
        for m in membri {
            for v in [None, Some(Value::Null)] {
                let mut a = intero.clone();
                a.as_object_mut().unwrap().remove(*m);
                if let Some(v) = v {
                    a[*m] = v;
                }
                casi.push((a, vuoto(m)));
            }
        }
    };
    senza(&oauth2, &["clientId", "clientSecret", "urlTokenEndpoint"]);
    senza(&api_key, &["apiId", "apiKey"]);
    senza(&header, &["headerName", "headerValue"]);
    senza(&basic, &["username", "password"]);
    senza(&server, &["tipo", "tsLocation", "tsPassword", "tsType", "sslType"]);
    senza(
        &client,
        &["tipo", "tsLocation", "tsType", "sslType", "ksLocation", "ksPassword", "ksType", "ksPKeyPasswd"],
    );
    for (intero, m, n) in [
        (&oauth2, "clientId", 255),
        (&oauth2, "clientSecret", 255),
        (&oauth2, "urlTokenEndpoint", 255),
        (&api_key, "apiId", 255),
        (&api_key, "apiKey", 255),
        (&header, "headerName", 255),
        (&header, "headerValue", 255),
    ] {
        let (_, v, _, testo) = lungo("", m, n);
        casi.push((cambiato(intero, &format!("/{m}"), &v), testo));
        casi.push((cambiato(intero, &format!("/{m}"), &json!("")), corto("", m).3));
    }
    casi.extend([
        (cambiato(&oauth2, "/urlTokenEndpoint", &json!("htttp://x")), url("urlTokenEndpoint")),
        (cambiato(&oauth2, "/scope", &json!("x".repeat(256))), lungo("", "scope", 255).3),
        (cambiato(&server, "/tipo", &json!("client")), codifica("tipo", "client", "Client, Server")),
        (cambiato(&server, "/tsType", &json!("PKCS12")), codifica("tsType", "PKCS12", "JKS")),
        (cambiato(&client, "/ksType", &json!("jks")), codifica("ksType", "jks", "JKS")),
        (cambiato(&client, "/sslType", &json!("TLSv1.3")), codifica("sslType", "TLSv1.3", SSL)),
        // One member of a kind is enough, and the first kind wins.
        (json!({}), vuoto("tipo")),
        (json!({"tipo": null}), vuoto("tipo")),
        (json!({"tsLocation": "/t"}), vuoto("tipo")),
        (json!({"scope": "s"}), vuoto("clientId")),
        (
            json!({"scope": "s", "apiId": "i", "apiKey": "k", "username": "u", "password": "p"}),
            vuoto("clientId"),
        ),
        (json!({"apiKey": "k", "headerName": "X", "headerValue": "v"}), vuoto("apiId")),
        (json!({"headerValue": "v", "username": "u", "password": "p"}), vuoto("headerName")),
        (json!({"password": "p", "tipo": "Server"}), vuoto("username")),
    ]);
    casi
}

type Intero = fn(&Value) -> Value;

/// Wherever there is an `auth`: address, body, and the way to it.
const LUOGHI: [(&str, Intero, [&str; 2]); 9] = [
    (INTERMEDIARIO, intermediario, ["servizioPagoPa", "auth"]),
    (INTERMEDIARIO, intermediario, ["servizioPagoPaRecuperoRT", "auth"]),
    (INTERMEDIARIO, intermediario, ["servizioPagoPaACA", "auth"]),
    (INTERMEDIARIO, intermediario, ["servizioPagoPaGPD", "auth"]),
    (INTERMEDIARIO, intermediario, ["servizioPagoPaFR", "auth"]),
    (INTERMEDIARIO, intermediario, ["servizioPagoPaBackofficeEC", "auth"]),
    (DOMINIO, dominio, ["servizioMyPivot", "webServiceAuth"]),
    (DOMINIO, dominio, ["servizioGovPay", "auth"]),
    (APPLICAZIONE, applicazione, ["servizioIntegrazione", "auth"]),
];

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn ogni_specie_di_auth_torna_da_ogni_luogo(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = pronta(backend).await;
    let bo = app.backoffice();
    for auth in specie() {
        for (percorso, intero) in
            [(INTERMEDIARIO, intermediario as Intero), (DOMINIO, dominio), (APPLICAZIONE, applicazione)]
        {
            let inviato = intero(&auth);
            let stato = bo.put(percorso, &inviato).await.stato();
            assert!(matches!(stato, 200 | 201), "{percorso} {auth}: {stato}");
            let letto = bo.get(percorso).await.con_stato(200).json();
            for (_, _, [servizio, campo]) in LUOGHI.iter().filter(|(p, ..)| *p == percorso) {
                assert_eq!(
                    letto[servizio],
                    {
                        let mut atteso = inviato[servizio].clone();
                        if atteso.get("tipiPendenza").is_some() {
                            atteso["tipiPendenza"] = json!([{"idTipoPendenza": "*", "descrizione": "Tutti"}]);
                        }
                        atteso
                    },
                    "{servizio}"
                );
                assert_eq!(letto[servizio][campo], auth);
            }
            // What GET gives back is what the console sends: nothing changes.
            let mut rimandato = inviato.clone();
            for (_, _, [servizio, _]) in LUOGHI.iter().filter(|(p, ..)| *p == percorso) {
                rimandato[servizio] = letto[servizio].clone();
            }
            bo.put(percorso, &rimandato).await.con_stato(200);
            assert_eq!(bo.get(percorso).await.json(), letto);
            // Without, and with null: none.
            for senza in [Value::Null, json!("tolto")] {
                let mut v = intero(&Value::Null);
                for (_, _, [servizio, campo]) in LUOGHI.iter().filter(|(p, ..)| *p == percorso) {
                    if senza == "tolto" {
                        v[servizio].as_object_mut().unwrap().remove(*campo);
                    }
                }
                bo.put(percorso, &v).await.con_stato(200);
                let letto = bo.get(percorso).await.json();
                for (_, _, [servizio, campo]) in LUOGHI.iter().filter(|(p, ..)| *p == percorso) {
                    assert!(letto[servizio].get(*campo).is_none(), "{servizio}");
                }
            }
        }
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn ogni_auth_sbagliata_si_rifiuta_in_ogni_luogo(
    #[values(Backend::Lite, Backend::Pg)] backend: Backend,
) {
    let app = pronta(backend).await;
    let bo = app.backoffice();
    for (percorso, intero, [servizio, campo]) in LUOGHI {
        let buono = intero(&Value::Null);
        for (auth, testo) in auth_sbagliate() {
            let corpo = cambiato(&buono, &format!("/{servizio}/{campo}"), &auth);
            let atteso = dentro(servizio, &dentro(campo, &testo));
            e_rifiuto(&bo.put(percorso, &corpo).await, 400, &atteso, &format!("{servizio} {auth}"));
        }
        // What is not of the kind that JSON wants.
        for (auth, pezzi) in [
            (json!("x"), vec![servizio, campo]),
            (json!([]), vec![servizio, campo]),
            (json!({"username": ["u"], "password": "p"}), vec![servizio, campo, "username"]),
        ] {
            let r = bo.put(percorso, &cambiato(&buono, &format!("/{servizio}/{campo}"), &auth)).await;
            let (stato, codice, dettaglio) = r.errore();
            assert_eq!((stato, codice.as_str()), (400, "SINTASSI"), "{auth}");
            let catena: Vec<String> = pezzi.iter().map(|p| format!("[\"{p}\"]")).collect();
            assert!(dettaglio.contains(&catena.join("->")), "{dettaglio}");
        }
        let ignoto =
            cambiato(&buono, &format!("/{servizio}/{campo}"), &json!({"username": "u", "altro": null}));
        let (stato, _, dettaglio) = bo.put(percorso, &ignoto).await.errore();
        let noti = "\"clientId\", \"clientSecret\", \"urlTokenEndpoint\", \"scope\", \"apiId\", \"apiKey\", \
                    \"headerName\", \"headerValue\", \"username\", \"password\", \"tipo\", \"ksLocation\", \
                    \"ksPassword\", \"ksType\", \"ksPKeyPasswd\", \"tsLocation\", \"tsPassword\", \"tsType\", \
                    \"sslType\"";
        let atteso = format!(
            "Unrecognized field \"altro\" (19 known properties: {noti}) (through reference chain: \
             [\"{servizio}\"]->[\"{campo}\"]->[\"altro\"])"
        );
        assert_eq!((stato, dettaglio), (400, atteso));
    }
    // Basic only.
    let (buono, campo) = (dominio(&Value::Null), "servizioMaggioliJPPA");
    for (auth, testo) in [
        (json!({}), vuoto("username")),
        (json!({"password": "p"}), vuoto("username")),
        (json!({"username": "u"}), vuoto("password")),
        (json!({"apiId": "i", "apiKey": "k"}), vuoto("username")),
        (json!({"username": "", "password": "p"}), corto("", "username").3),
        (json!({"username": "x".repeat(256), "password": "p"}), lungo("", "username", 255).3),
        (json!({"username": "u", "password": "x".repeat(256)}), lungo("", "password", 255).3),
    ] {
        let r = bo.put(DOMINIO, &cambiato(&buono, "/servizioMaggioliJPPA/auth", &auth)).await;
        e_rifiuto(&r, 400, &dentro(campo, &dentro("auth", &testo)), &auth.to_string());
    }
    let r = bo.put(DOMINIO, &cambiato(&buono, "/servizioMaggioliJPPA/auth", &Value::Null)).await;
    e_rifiuto(&r, 400, &dentro(campo, &vuoto("auth")), "senza auth");
}
