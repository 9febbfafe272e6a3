//! GET `/pendenze` (spec 20 6.2, spec 10 4.6).

use super::*;
use crate::pendenze_v2::{cambia, paga};
use domain::Istante;
use domain::pendenza::{StatoPagamento, StatoPendenza, TipoPosizione};
use rstest::rstest;
use std::time::Duration;

async fn di_mario(app: &TestApp, n: u32, query: &str) -> Value {
    cittadino(app, n, MARIO, &format!("/pendenze{query}")).await.con_stato(200).json()
}

/// Makes a pendenza one that its debtor has asked for.
async fn spontanea(app: &TestApp, id: &str) {
    let mut s = store::Scrittura::nuova();
    s.esegui("update pendenze set tipo = 'spontaneo' where id_pendenza = $1", store::valori![id]);
    app.engine().store().commit(s).await.expect("scrittura");
    let chiave = domain::pendenza::ChiavePendenza {
        id_a2a: domain::IdA2A::fidato("GESTIONALE"),
        id_pendenza: domain::IdPendenza::fidato(id),
    };
    let letta = app.engine().store().pendenza(&chiave).await.expect("lettura").expect("la pendenza");
    assert_eq!(letta.tipo, TipoPosizione::Spontaneo);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn un_cittadino_vede_le_sue_e_basta(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = scena(backend).await;
    for (id, chi) in [("M1", MARIO), ("L1", LUCIA), ("M2", MARIO), ("L2", LUCIA), ("L3", LUCIA)] {
        carica(&app, id, &di(chi)).await;
    }
    carica(&app, "NESSUNO", &minima()).await;
    for n in [1, 2, 3] {
        let v = di_mario(&app, n, "").await;
        assert_eq!((chiavi(&v), &v["numRisultati"]), (vec!["M2".to_owned(), "M1".to_owned()], &json!(2)));
        // Whatever he asks: nothing of hers, not even how many.
        for query in [
            format!("?idDebitore={LUCIA}"),
            "?idPendenza=L1".to_owned(),
            "?idA2A=ALTRA".to_owned(),
            "?idDebitore=ANONIMO".to_owned(),
        ] {
            let v = di_mario(&app, n, &query).await;
            assert_eq!((chiavi(&v), &v["numRisultati"]), (vec![], &json!(0)), "v{n} {query}");
            let conto = di_mario(&app, n, &format!("{query}&risultatiPerPagina=0")).await;
            assert_eq!(conto["numRisultati"], json!(0), "v{n} {query}");
        }
        for query in [
            format!("?idDebitore={}", MARIO.to_lowercase()),
            "?idA2A=GESTIONALE".to_owned(),
            format!("?idDominio={DOMINIO}"),
            "?ordinamento=smart".to_owned(),
        ] {
            assert_eq!(di_mario(&app, n, &query).await["numRisultati"], json!(2), "v{n} {query}");
        }
        // His code may come in any case, and is a whole code.
        let v = cittadino(&app, n, &MARIO.to_lowercase(), "/pendenze").await.con_stato(200).json();
        assert_eq!(v["numRisultati"], json!(2));
        let v = cittadino(&app, n, &MARIO[..15], "/pendenze").await.con_stato(200).json();
        assert_eq!(v["numRisultati"], json!(0));
        // Who did not say who he is sees no list.
        assert_eq!(
            anonimo(&app, n, "/pendenze", &[]).await.errore(),
            errore(403, "403", "Accesso anonimo non consentito")
        );
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn cio_che_ha_chiesto_da_se_lo_vede_quando_l_ha_pagato(
    #[values(Backend::Lite, Backend::Pg)] backend: Backend,
) {
    let app = scena(backend).await;
    for id in ["DOVUTA", "CHIESTA", "PAGATA"] {
        carica(&app, id, &di(MARIO)).await;
    }
    paga(&app, "PAGATA", StatoPendenza::Eseguito).await;
    for id in ["CHIESTA", "PAGATA"] {
        spontanea(&app, id).await;
    }
    for n in [1, 2, 3] {
        for query in ["", "?mostraSpontaneiNonPagati=true"] {
            let v = di_mario(&app, n, query).await;
            assert_eq!(
                (chiavi(&v), &v["numRisultati"]),
                (vec!["PAGATA".to_owned(), "DOVUTA".to_owned()], &json!(2))
            );
        }
        // One that he knows of is his all the same.
        cittadino(&app, n, MARIO, &percorso("CHIESTA")).await.con_stato(200);
        // To an applicazione the first version shows them all, the others when they are asked.
        let c = versione(&app, n);
        let v = c.get("/pendenze").await.con_stato(200).json();
        assert_eq!(v["numRisultati"], json!(if n == 1 { 3 } else { 2 }), "v{n}");
        let v = c.get("/pendenze?mostraSpontaneiNonPagati=true").await.con_stato(200).json();
        assert_eq!(v["numRisultati"], json!(3), "v{n}");
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn un_portale_vede_quelle_del_suo_ambito_di_chiunque_siano(
    #[values(Backend::Lite, Backend::Pg)] backend: Backend,
) {
    let app = crate::pendenze_v2::ricca(backend).await;
    let bo = app.backoffice();
    bo.put(
        "/domini/22222222222",
        &json!({
            "ragioneSociale": "Altro", "stazione": "11111111113_01", "auxDigit": "3", "segregationCode": "02",
            "abilitato": true, "scaricaFr": false
        }),
    )
    .await
    .con_stato(200);
    let iban = "IT06L1234512345123456789012";
    bo.put(&format!("/domini/22222222222/contiAccredito/{iban}"), &json!({})).await.con_stato(201);
    bo.put("/domini/22222222222/entrate/TARI", &json!({ "ibanAccredito": iban })).await.con_stato(201);
    bo.put("/tipiPendenza/ALTRO", &json!({ "descrizione": "Altro" })).await.con_stato(201);
    for (dominio, tipo) in [(DOMINIO, "ALTRO"), ("22222222222", "ALTRO"), ("22222222222", "TARI")] {
        bo.put(&format!("/domini/{dominio}/tipiPendenza/{tipo}"), &json!({})).await.con_stato(201);
    }
    let altro = con(&minima(), "/idTipoPendenza", json!("ALTRO"));
    for (id, corpo) in [
        ("A", altro.clone()),
        ("A-TARI", con(&minima(), "/idTipoPendenza", json!("TARI"))),
        ("A-UO1", con(&altro, "/idUnitaOperativa", json!("UO1"))),
        ("B", con(&altro, "/idDominio", json!("22222222222"))),
    ] {
        put(&app, id, &corpo).await.con_stato(201);
    }
    let tutti = json!(["*"]);
    let casi: [(&str, Value, Value, &[&str]); 5] = [
        ("tutto", tutti.clone(), tutti.clone(), &["B", "A-UO1", "A-TARI", "A"]),
        ("dominio", json!([DOMINIO]), tutti.clone(), &["A-UO1", "A-TARI", "A"]),
        ("ufficio", json!([{ "idDominio": DOMINIO, "unitaOperative": ["UO1"] }]), tutti.clone(), &["A-UO1"]),
        ("tipo", tutti.clone(), json!(["TARI"]), &["A-TARI"]),
        ("altro", json!(["33333333333"]), tutti.clone(), &[]),
    ];
    for (nome, domini, tipi, attese) in casi {
        bo.put(&format!("/applicazioni/P-{nome}"), &portale(nome, &domini, &tipi)).await.con_stato(201);
        for n in [1, 2, 3] {
            let c = app.cliente(&format!("{PAGAMENTO}/basic/v{n}")).come(nome, PORTALE.1);
            let v = c.get("/pendenze").await.con_stato(200).json();
            assert_eq!(
                (chiavi(&v), &v["numRisultati"]),
                (attese.iter().map(|t| (*t).to_owned()).collect(), &json!(attese.len())),
                "{nome} v{n}"
            );
            for id in ["A", "A-TARI", "A-UO1", "B"] {
                let atteso = if attese.contains(&id) { 200 } else { 403 };
                assert_eq!(c.get(&percorso(id)).await.stato(), atteso, "{nome} v{n} {id}");
            }
            assert_eq!(
                c.get(&percorso("ZZ")).await.errore(),
                errore(404, "404000", "Pendenza [IdA2A:GESTIONALE, Id:ZZ] inesistente")
            );
        }
    }
    for (nome, domini, tipi, motivo) in [
        ("senza-domini", json!([]), tutti.clone(), "per nessuna Unita' operativa."),
        ("senza-tipi", tutti, json!([]), "per nessun Tipo Pendenza."),
    ] {
        bo.put(&format!("/applicazioni/P-{nome}"), &portale(nome, &domini, &tipi)).await.con_stato(201);
        let c = app.cliente(&format!("{PAGAMENTO}/basic/v2")).come(nome, PORTALE.1);
        let testo =
            format!("Applicazione [P-{nome}] non autorizzata ad accedere alla risorsa richiesta {motivo}");
        assert_eq!(c.get("/pendenze").await.errore(), errore(403, "403000", testo));
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn ogni_stato_seleziona_cio_che_mostra(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = scena(backend).await;
    let ieri = app.engine().oggi().yesterday().expect("ieri").to_string();
    for id in ["ANOMALA", "INCASSATA", "PAGATA", "PARTE", "LIBERA", "ANNULLATA"] {
        carica(&app, id, &di(MARIO)).await;
    }
    carica(&app, "SCADUTA", &con(&di(MARIO), "/dataScadenza", json!(ieri))).await;
    for id in ["ANOMALA", "INCASSATA", "PAGATA"] {
        paga(&app, id, StatoPendenza::Eseguito).await;
    }
    paga(&app, "PARTE", StatoPendenza::ParzialmenteEseguito).await;
    cambia(&app, "ANOMALA", |p| p.anomalo = true).await;
    cambia(&app, "INCASSATA", |p| p.stato_pagamento = StatoPagamento::Incassato).await;
    cambia(&app, "ANNULLATA", |p| p.stato = StatoPendenza::Annullato).await;
    let comuni: &[(&str, &[&str])] = &[
        ("ESEGUITA_PARZIALE", &["PARTE"]),
        ("NON_ESEGUITA", &["LIBERA"]),
        ("SCADUTA", &["SCADUTA"]),
        ("ANNULLATA", &["ANNULLATA"]),
    ];
    let prima: &[(&str, &[&str])] = &[("ESEGUITA", &["PAGATA", "INCASSATA", "ANOMALA"])];
    let altre: &[(&str, &[&str])] = &[("ESEGUITA", &["PAGATA", "INCASSATA"]), ("ANOMALA", &["ANOMALA"])];
    for n in [1, 2, 3] {
        for (stato, attese) in comuni.iter().chain(if n == 1 { prima } else { altre }) {
            let v = di_mario(&app, n, &format!("?stato={stato}")).await;
            assert_eq!(
                (chiavi(&v), &v["numRisultati"]),
                (attese.iter().map(|t| (*t).to_owned()).collect(), &json!(attese.len())),
                "v{n} {stato}"
            );
            for (riga, id) in v["risultati"].as_array().expect("righe").iter().zip(*attese) {
                assert_eq!(riga["stato"], *stato, "v{n} {id}");
                let letta = cittadino(&app, n, MARIO, &percorso(id)).await.con_stato(200).json();
                assert_eq!(letta["stato"], *stato, "v{n} {id}");
            }
        }
        let ignoto = if n == 1 { "ANOMALA" } else { "INCASSATA" };
        let coda = if n == 1 { "" } else { ", ANOMALA" };
        assert_eq!(
            versione(&app, n).get(&format!("/pendenze?stato={ignoto}")).await.errore(),
            errore(
                400,
                "SINTASSI",
                format!(
                    "Codifica inesistente per stato. Valore fornito [{ignoto}] valori possibili [ESEGUITA, \
                     NON_ESEGUITA, ESEGUITA_PARZIALE, ANNULLATA, SCADUTA{coda}]"
                )
            )
        );
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn ogni_versione_ha_i_suoi_filtri(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = scena(backend).await;
    let mut a = con(&di(MARIO), "/direzione", json!("D1"));
    a["divisione"] = json!("V1");
    let avviso = carica(&app, "A", &a).await;
    app.orologio().avanza(Duration::from_secs(86_400));
    carica(&app, "B", &di(LUCIA)).await;
    let (tutte, prima, nessuna): (&[&str], &[&str], &[&str]) = (&["B", "A"], &["A"], &[]);
    let iuv = &avviso[1..];
    for (query, in_v1, nelle_altre) in [
        ("dataA=2026-03-10".to_owned(), prima, prima),
        ("dataDa=2026-03-11".to_owned(), &["B"][..], &["B"][..]),
        (format!("idDominio={DOMINIO}"), tutte, tutte),
        ("idDominio=99999999999".to_owned(), nessuna, nessuna),
        ("idA2A=GESTIONALE".to_owned(), tutte, tutte),
        ("idA2A=ALTRA".to_owned(), nessuna, nessuna),
        (format!("idDebitore={}", MARIO.to_lowercase()), prima, prima),
        ("idPendenza=A".to_owned(), prima, prima),
        // No pendenza is linked to a payment yet.
        ("idPagamento=x".to_owned(), nessuna, nessuna),
        // What came later is unknown to the first version, which does not look at it.
        ("direzione=D1".to_owned(), tutte, prima),
        ("divisione=V2".to_owned(), tutte, nessuna),
        (format!("iuv={iuv}"), tutte, prima),
        (format!("iuv={avviso}"), tutte, prima),
        (format!("iuv={}", &iuv[..16]), tutte, nessuna),
        // Of the Backoffice.
        ("idTipoPendenza=TARI".to_owned(), tutte, tutte),
    ] {
        for n in [1, 2, 3] {
            let v = versione(&app, n).get(&format!("/pendenze?{query}")).await.con_stato(200).json();
            assert_eq!(chiavi(&v), if n == 1 { in_v1 } else { nelle_altre }, "v{n} {query}");
        }
    }
    // The envelope of this API never says where counting stops; the names to sort by are those of the others.
    for n in [1, 2, 3] {
        let v = versione(&app, n).get("/pendenze?maxRisultati=true&ordinamento=dataCaricamento").await.json();
        let membri: Vec<&String> = v.as_object().expect("oggetto").keys().collect();
        assert_eq!(membri, ["numRisultati", "numPagine", "risultatiPerPagina", "pagina", "risultati"]);
        assert_eq!(chiavi(&v), ["A", "B"]);
        // `smart` is for the pendenze of somebody.
        for (ordine, query) in [("foo", ""), ("foo", "&idDebitore=X"), ("smart", "")] {
            assert_eq!(
                versione(&app, n).get(&format!("/pendenze?ordinamento={ordine}{query}")).await.errore(),
                errore(
                    422,
                    "100001",
                    format!(
                        "Il campo {ordine} non e' valido per ordinare la ricerca in corso. Campi consentiti: \
                         [dataCaricamento, dataValidita, dataScadenza, stato]"
                    )
                )
            );
        }
    }
}

/// First what can still be paid, the nearest before; then the rest (spec 20 6.2).
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn l_ordine_per_chi_paga(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = scena(backend).await;
    let valida = |giorno: &str| con(&di(MARIO), "/dataValidita", json!(giorno));
    // Today is 10 March 2026.
    carica(&app, "FRA-UN-MESE", &valida("2026-04-10")).await;
    carica(&app, "OGGI", &valida("2026-03-10")).await;
    carica(&app, "DOMANI", &valida("2026-03-11")).await;
    carica(&app, "IERI-L-ALTRO", &valida("2026-03-08")).await;
    carica(&app, "UN-MESE-FA", &valida("2026-02-10")).await;
    carica(&app, "SENZA", &di(MARIO)).await;
    carica(&app, "PAGATA-IERI", &valida("2027-03-10")).await;
    carica(&app, "ANNULLATA", &valida("2026-05-10")).await;
    carica(&app, "DI-LUCIA", &con(&di(LUCIA), "/dataValidita", json!("2026-03-11"))).await;
    paga(&app, "PAGATA-IERI", StatoPendenza::Eseguito).await;
    let ieri = Istante::da_roma(jiff::civil::datetime(2026, 3, 9, 10, 0, 0, 0));
    cambia(&app, "PAGATA-IERI", |p| p.data_pagamento = Some(ieri)).await;
    cambia(&app, "ANNULLATA", |p| p.stato = StatoPendenza::Annullato).await;
    let attese =
        ["OGGI", "DOMANI", "FRA-UN-MESE", "SENZA", "PAGATA-IERI", "IERI-L-ALTRO", "UN-MESE-FA", "ANNULLATA"];
    for n in [1, 2, 3] {
        let v = di_mario(&app, n, "?ordinamento=smart").await;
        assert_eq!(chiavi(&v), attese, "v{n}");
        // Page by page each row once; and the same for a portal that asks for one debtor.
        let mut viste = Vec::new();
        for pagina in 1..=4 {
            let query = format!("?ordinamento=smart&risultatiPerPagina=2&pagina={pagina}");
            viste.extend(chiavi(&di_mario(&app, n, &query).await));
        }
        assert_eq!(viste, attese, "v{n}");
        let v = versione(&app, n).get(&format!("/pendenze?ordinamento=smart&idDebitore={MARIO}")).await;
        assert_eq!(chiavi(&v.con_stato(200).json()), attese, "v{n}");
    }
}

/// A list is one read and one count, however it is ordered; the registry costs none.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn un_elenco_costa_due_letture(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = scena(backend).await;
    carica(&app, "A", &di(MARIO)).await;
    for n in [1, 2, 3] {
        for (query, attese) in [
            ("", 2),
            ("?ordinamento=smart", 2),
            ("?metadatiPaginazione=false", 1),
            ("?risultatiPerPagina=0", 1),
        ] {
            di_mario(&app, n, query).await;
            let prima = app.conteggi();
            di_mario(&app, n, query).await;
            assert_eq!(app.conteggi().da(prima).letture, attese, "v{n} {query}");
        }
    }
}
