//! The second language and the term of the printed notice (spec 20 2.4 and section 8). How a page in two
//! languages looks is proved in crate `stampe`.

use super::stampa::{NAV, PDF, avviso, avviso_di, e_un_pdf, testo};
use super::{DOMINIO, Value, con, json, minima, percorso, put, ricca};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use rstest::rstest;
use testkit::{Anagrafica, Backend, TestApp};

async fn parole(app: &TestApp, query: &str) -> String {
    let percorso = format!("/avvisi/{DOMINIO}/{NAV}{query}");
    let r = avviso_di(&app.applicazione(), &percorso, PDF).await;
    testo(&e_un_pdf(r, &format!("{DOMINIO}_{NAV}.pdf")))
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn la_seconda_lingua_e_della_pendenza_o_della_richiesta(
    #[values(Backend::Lite, Backend::Pg)] backend: Backend,
) {
    let app = ricca(backend).await;
    let titoli = [
        ("de", "AVVISO DI PAGAMENTO · ZAHLUNGSMITTEILUNG"),
        ("sl", "AVVISO DI PAGAMENTO · OBVESTILO O PLAČILU"),
        ("en", "AVVISO DI PAGAMENTO · PAYMENT NOTICE"),
        ("fr", "AVVISO DI PAGAMENTO · AVIS DE PAIEMENT"),
    ];
    // Named by nobody, Italian alone; named by the request, that one.
    put(&app, "P1", &minima()).await.con_stato(201);
    for query in ["", "?linguaSecondaria=false"] {
        let p = parole(&app, query).await;
        assert!(p.contains("AVVISO DI PAGAMENTO") && !p.contains('·'), "{p}");
    }
    for (lingua, titolo) in titoli {
        let p = parole(&app, &format!("?linguaSecondaria={lingua}")).await;
        assert!(p.contains(titolo), "{p}");
    }
    // Named by the pendenza, that one, unless the request names another or none.
    for (lingua, titolo) in titoli {
        let p = con(&minima(), "/proprieta", json!({ "linguaSecondaria": lingua }));
        put(&app, "P1", &p).await.con_stato(200);
        let p = parole(&app, "").await;
        assert!(p.contains(titolo), "{p}");
        let p = parole(&app, "?linguaSecondaria=false").await;
        assert!(!p.contains('·'), "{p}");
        for (altra, suo) in titoli {
            let p = parole(&app, &format!("?linguaSecondaria={altra}")).await;
            assert!(p.contains(suo), "{p}");
        }
    }
    for no in [json!(false), json!("false")] {
        put(&app, "P1", &con(&minima(), "/proprieta", json!({ "linguaSecondaria": no })))
            .await
            .con_stato(200);
        assert!(!parole(&app, "").await.contains('·'));
        assert!(parole(&app, "?linguaSecondaria=de").await.contains("ZAHLUNGSMITTEILUNG"));
    }
    // Any other is a mistake, of the PDF and of the JSON; an empty one too.
    for lingua in ["es", "it", "DE", "true", ""] {
        let percorso = format!("/avvisi/{DOMINIO}/{NAV}?linguaSecondaria={lingua}");
        for intestazioni in [PDF, &[("Accept", "application/json")]] {
            assert_eq!(
                avviso_di(&app.applicazione(), &percorso, intestazioni).await.errore(),
                (
                    400,
                    "SINTASSI".into(),
                    format!(
                        "Codifica inesistente per linguaSecondaria. Valore fornito [{lingua}] valori possibili \
                         [false, de, en, fr, sl]"
                    )
                )
            );
        }
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn i_testi_tradotti_della_pendenza(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = ricca(backend).await;
    let stampa = async |proprieta: Value, query: &str| {
        let r = put(&app, "P1", &con(&minima(), "/proprieta", proprieta)).await;
        assert!(matches!(r.stato(), 200 | 201), "{}", r.testo());
        parole(&app, query).await
    };
    let intera = json!({
        "linguaSecondaria": "de", "linguaSecondariaCausale": "Strafe Nr. abc00000",
        "informativaImportoAvviso": "Interessi compresi",
        "linguaSecondariaInformativaImportoAvviso": "Zinsen inbegriffen"
    });
    let p = stampa(intera.clone(), "").await;
    for atteso in
        ["Sanzione CdS n. abc00000", "Strafe Nr. abc00000", "Interessi compresi", "Zinsen inbegriffen"]
    {
        assert!(p.contains(atteso), "{atteso}: {p}");
    }
    assert!(!p.contains("aggiornato") && !p.contains("aktualisiert"), "{p}");
    // They are in the language that the pendenza names, and in no other.
    let p = stampa(intera.clone(), "?linguaSecondaria=en").await;
    assert!(p.contains("PAYMENT NOTICE") && p.contains("Interessi compresi"), "{p}");
    assert!(!p.contains("Strafe") && !p.contains("Zinsen"), "{p}");
    let p = stampa(intera, "?linguaSecondaria=false").await;
    assert!(!p.contains("Strafe") && !p.contains("Zinsen") && !p.contains('·'), "{p}");
    // The note: standard in both languages, hidden in both, hidden in the second.
    let nota = |italiana: Option<&str>, seconda: Option<&str>| {
        let mut v = json!({ "linguaSecondaria": "de" });
        if let Some(t) = italiana {
            v["informativaImportoAvviso"] = t.into();
        }
        if let Some(t) = seconda {
            v["linguaSecondariaInformativaImportoAvviso"] = t.into();
        }
        v
    };
    for (proprieta, italiana, tedesca) in [
        (nota(None, None), true, true),
        (nota(Some(""), None), false, false),
        (nota(Some(""), Some("Zinsen")), false, false),
        (nota(None, Some("")), true, false),
    ] {
        let p = stampa(proprieta.clone(), "").await;
        assert_eq!(p.contains("L'importo è aggiornato"), italiana, "{proprieta} {p}");
        assert_eq!(p.contains("Der Betrag wird"), tedesca, "{proprieta} {p}");
        assert!(!p.contains("Zinsen inbegriffen"), "{p}");
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn stampa_avviso_ha_la_lingua_della_pendenza(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = ricca(backend).await;
    let p = con(&minima(), "/proprieta", json!({ "linguaSecondaria": "sl" }));
    let percorso = format!("{}?stampaAvviso=true", percorso("P1"));
    let r = app.applicazione().put(&percorso, &p).await.con_stato(201).json();
    let pdf = BASE64_STANDARD.decode(r["pdf"].as_str().expect("base64")).expect("base64");
    assert!(testo(&pdf).contains("OBVESTILO O PLAČILU"));
    assert_eq!(pdf, e_un_pdf(avviso(&app, NAV, PDF).await, &format!("{DOMINIO}_{NAV}.pdf")));
}

/// Spec 20 section 8: dataScandenzaAvviso, dataValidita, dataScadenza, creation and so many days, nothing.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn il_termine_stampato_e_il_primo_che_c_e(
    #[values(Backend::Lite, Backend::Pg)] backend: Backend,
    #[values(0, 30)] giorni: i64,
) {
    let app = TestApp::con(backend, |c| c.stampa.giorni_validita = giorni).await;
    Anagrafica::standard().crea(&app).await;
    let mut p = minima();
    let creata = put(&app, "P1", &p).await.con_stato(201);
    drop(creata);
    let senza_date = match giorni {
        0 => "-".to_owned(),
        n => {
            let letta = app.applicazione().get(&percorso("P1")).await.con_stato(200).json();
            let giorno = letta["dataCaricamento"].as_str().expect("dataCaricamento")[..10].to_owned();
            let giorno: jiff::civil::Date = giorno.parse().expect("una data");
            let termine = giorno.checked_add(jiff::Span::new().days(n)).expect("una data");
            termine.strftime("%d/%m/%Y").to_string()
        }
    };
    let parole = async |p: &Value| {
        put(&app, "P1", p).await.con_stato(200);
        parole(&app, "").await
    };
    let detta = parole(&p).await;
    assert!(detta.contains(&format!("entro il {senza_date}")), "{senza_date}: {detta}");
    for (campo, data, stampata) in [
        ("/dataScadenza", "2027-03-03", "03/03/2027"),
        ("/dataValidita", "2027-02-02", "02/02/2027"),
        ("/proprieta", "2027-01-01", "01/01/2027"),
    ] {
        let valore = match campo {
            "/proprieta" => json!({ "dataScandenzaAvviso": data }),
            _ => json!(data),
        };
        p = con(&p, campo, valore);
        let detta = parole(&p).await;
        assert!(detta.contains(&format!("entro il {stampata}")), "{campo}: {detta}");
        assert_eq!(detta.matches("/2027").count(), 2, "{campo}: {detta}");
    }
    // The right spelling of the wire's misspelt name is the same member.
    p = con(&p, "/proprieta", json!({ "dataScadenzaAvviso": "2027-01-05" }));
    assert!(parole(&p).await.contains("entro il 05/01/2027"));
}
