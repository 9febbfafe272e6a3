use super::*;
use crate::nodo::iuv;
use rstest::rstest;
use testkit::BACKOFFICE;

fn negata(chi: &str, vocale: char, coda: &str) -> (u16, String, String) {
    let testo = format!("{chi} non autorizzat{vocale} ad accedere alla risorsa richiesta{coda}.");
    (403, "403000".to_owned(), testo)
}

/// Name, domini, types; the rows that are seen, and the domini of the details that are.
type Caso<'a> = (&'a str, Value, Value, &'a [&'a str], &'a [&'a str]);

/// The domini alone decide (spec 50 section 2): neither the offices nor the types of the caller, and no dominio is
/// an empty list.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn i_domini_decidono_e_nient_altro(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let (app, _) = scena(backend).await;
    let (n1, n3) = (nav(1), nav_b());
    let chiavi = [
        (DOMINIO, format!("/riscossioni/{DOMINIO}/{}/R1/1", iuv(&n1))),
        (B, format!("/riscossioni/{B}/{}/R3/1", iuv(&n3))),
        (ALTRO, format!("/riscossioni/{ALTRO}/{}/R1/3", iuv(&n1))),
        // What is not there is not told to whom may not see it.
        (B, format!("/riscossioni/{B}/0/R0/1")),
    ];
    let ufficio = json!([{ "idDominio": DOMINIO, "unitaOperative": ["UO1"] }]);
    let di_a: &[&str] = &["R2/1", "R2/2", "R1/1", "R1/2"];
    let casi: [Caso<'_>; 6] = [
        (
            "tutto",
            json!(["*"]),
            json!(["*"]),
            &["R3/1", "R2/1", "R2/2", "R1/1", "R1/2"],
            &[DOMINIO, B, ALTRO],
        ),
        ("dominio", json!([DOMINIO]), json!(["*"]), di_a, &[DOMINIO]),
        ("due", json!([DOMINIO, B]), json!(["*"]), &["R3/1", "R2/1", "R2/2", "R1/1", "R1/2"], &[DOMINIO, B]),
        ("ufficio", ufficio, json!(["*"]), di_a, &[DOMINIO]),
        ("tipo", json!([DOMINIO]), json!(["IMU"]), di_a, &[DOMINIO]),
        ("niente", json!([]), json!([]), &[], &[]),
    ];
    let bo = app.backoffice();
    for (nome, domini, tipi, attese, suoi) in casi {
        let mut corpo = contabile(nome, &domini);
        corpo["tipiPendenza"] = tipi.clone();
        bo.put(&format!("/applicazioni/A-{nome}"), &corpo).await.con_stato(201);
        let persona = json!({
            "ragioneSociale": nome, "abilitato": true, "password": CHI.1, "domini": domini, "tipiPendenza": tipi,
            "acl": [{ "servizio": "Rendicontazioni e Incassi", "autorizzazioni": ["R"] }]
        });
        bo.put(&format!("/operatori/o-{nome}"), &persona).await.con_stato(201);
        let applicazione = |n: u32| app.cliente(&format!("{RAGIONERIA}/v{n}")).come(nome, CHI.1);
        let operatore = app.cliente(BACKOFFICE).come(&format!("o-{nome}"), CHI.1);
        for (c, chi, vocale) in [
            (applicazione(1), format!("Applicazione [A-{nome}]"), 'a'),
            (applicazione(2), format!("Applicazione [A-{nome}]"), 'a'),
            (applicazione(3), format!("Applicazione [A-{nome}]"), 'a'),
            (operatore, format!("Operatore [{nome}]"), 'o'),
        ] {
            let b = json(&c, "/riscossioni").await;
            let mut avute = righe(&b);
            avute.retain(|r| r != "R1/3");
            assert_eq!(avute, attese, "{nome} {chi}");
            if attese.is_empty() {
                let atteso = [
                    ("numRisultati", json!(0)),
                    ("numPagine", json!(1)),
                    ("risultatiPerPagina", json!(25)),
                    ("pagina", json!(1)),
                    ("risultati", json!([])),
                ];
                let atteso: Value = atteso.into_iter().collect();
                assert_eq!(senza(b, &["maxRisultati"]), atteso, "{nome} {chi}");
            }
            for (dominio, percorso) in &chiavi {
                let r = c.get(percorso).await;
                let elenco = c.get(&format!("/riscossioni?idDominio={dominio}")).await;
                if suoi.contains(dominio) {
                    let atteso = if percorso.ends_with("R0/1") { 404 } else { 200 };
                    assert_eq!(r.stato(), atteso, "{nome} {percorso}: {}", r.testo());
                    elenco.con_stato(200);
                } else {
                    let atteso = negata(&chi, vocale, &format!(" per il Dominio [{dominio}]"));
                    assert_eq!((r.errore(), elenco.errore()), (atteso.clone(), atteso), "{nome} {percorso}");
                }
            }
        }
    }
}

/// The flag of the API, the right of the Backoffice, an utenza that is on (spec 50, Done when 16).
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn chi_puo_e_chi_no(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let (app, _) = scena(backend).await;
    let bo = app.backoffice();
    let n1 = nav(1);
    let dove = ["/riscossioni".to_owned(), format!("/riscossioni/{DOMINIO}/{}/R1/1", iuv(&n1))];
    let mut senza_bandiera = contabile("senza", &json!(["*"]));
    senza_bandiera["apiRagioneria"] = json!(false);
    senza_bandiera["apiPendenze"] = json!(true);
    let mut spenta = contabile("spenta", &json!(["*"]));
    spenta["abilitato"] = json!(false);
    for (id, corpo) in [("SENZA", senza_bandiera), ("SPENTA", spenta)] {
        bo.put(&format!("/applicazioni/{id}"), &corpo).await.con_stato(201);
    }
    let spenta = (403, "403000".to_owned(), "Applicazione [SPENTA] disabilitata.".to_owned());
    for n in [1, 2, 3] {
        let come = |chi: &str| app.cliente(&format!("{RAGIONERIA}/v{n}")).come(chi, CHI.1);
        for percorso in &dove {
            assert_eq!(come("senza").get(percorso).await.errore(), negata("Applicazione [SENZA]", 'a', ""));
            assert_eq!(come("spenta").get(percorso).await.errore(), spenta);
            let r = come("nessuno").get(percorso).await;
            assert_eq!((r.stato(), r.intestazione("www-authenticate")), (401, None));
        }
        assert_eq!(come("spenta").get("/profilo").await.errore(), spenta);
        // A person is no applicazione, whatever he may do elsewhere.
        let (utente, password) = testkit::AMMINISTRATORE;
        let persona = app.cliente(&format!("{RAGIONERIA}/v{n}")).come(utente, password);
        let (stato, codice, testo) = persona.get("/riscossioni").await.errore();
        assert_eq!((stato, codice.as_str()), (403, "403000"));
        assert!(testo.starts_with("Operatore ["), "{testo}");
    }
    for (nome, lettere, atteso) in [("legge", json!(["R"]), 200), ("scrive", json!(["W"]), 403)] {
        let persona = json!({
            "ragioneSociale": nome, "abilitato": true, "password": CHI.1, "domini": ["*"], "tipiPendenza": [],
            "acl": [{ "servizio": "Rendicontazioni e Incassi", "autorizzazioni": lettere }]
        });
        bo.put(&format!("/operatori/{nome}"), &persona).await.con_stato(201);
        let c = app.cliente(BACKOFFICE).come(nome, CHI.1);
        for percorso in &dove {
            assert_eq!(c.get(percorso).await.stato(), atteso, "{nome}");
        }
    }
    // The right itself is not that of the pendenze.
    let persona = json!({
        "ragioneSociale": "altro", "abilitato": true, "password": CHI.1, "domini": ["*"], "tipiPendenza": ["*"],
        "acl": [{ "servizio": "Pendenze", "autorizzazioni": ["R", "W"] }]
    });
    bo.put("/operatori/altro", &persona).await.con_stato(201);
    let c = app.cliente(BACKOFFICE).come("altro", CHI.1);
    assert_eq!(c.get("/riscossioni").await.errore(), negata("Operatore [altro]", 'o', ""));
}
