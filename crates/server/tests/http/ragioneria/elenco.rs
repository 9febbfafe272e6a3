use super::*;
use crate::nodo::iuv;
use crate::pendenze_v2::numero;
use rstest::rstest;

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn le_righe_di_ogni_contratto(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let (app, _) = scena(backend).await;
    let (n1, n2, n3) = (nav(1), nav(2), nav_b());
    let (i1, i2, i3) = (iuv(&n1), iuv(&n2), iuv(&n3));
    let marca = base64::Engine::encode(&base64::prelude::BASE64_STANDARD, MARCA);
    let riga = |dominio: &str, iuv: &str, n: u32, indice: u32, tipo: &str, importo: Value| {
        json!({
            "idDominio": dominio, "iuv": iuv, "iur": format!("R{n}"), "indice": indice, "stato": "RISCOSSA", "tipo": tipo,
            "importo": importo, "data": format!("2026-03-{}", 9 + n), "pendenza": format!("/pendenze/GESTIONALE/P{n}"),
            "rpp": format!("/rpp/{}/{iuv}/R{n}", if n == 3 { B } else { DOMINIO }), "commissioni": numero("1.50")
        })
    };
    let con_allegato = |mut r: Value, contenuto: bool| {
        r["allegato"] = json!({ "tipo": "Marca da bollo", "testo": marca });
        if contenuto {
            r["allegato"]["contenuto"] = json!({ "PSP": { "CodiceFiscale": "22222222222" }, "IUBD": "0001" });
        }
        r
    };
    // All of them; what is not an entrata is a stamp for v1.
    assert_eq!(
        json(&versione(&app, 1), "/riscossioni").await,
        json!({
            "numRisultati": 6, "numPagine": 1, "risultatiPerPagina": 25, "pagina": 1,
            "risultati": [
                riga(B, i3, 3, 1, "ENTRATA", numero("7.50")),
                riga(DOMINIO, i2, 2, 1, "ENTRATA", numero("20.00")),
                con_allegato(riga(DOMINIO, i2, 2, 2, "MBT", numero("16.00")), false),
                riga(ALTRO, i1, 1, 3, "MBT", numero("3.00")),
                riga(DOMINIO, i1, 1, 1, "ENTRATA", numero("45.01")),
                riga(DOMINIO, i1, 1, 2, "ENTRATA", numero("10.00")),
            ]
        })
    );
    let con_voce = |mut r: Value, voce: &str| {
        r["idVocePendenza"] = json!(voce);
        r
    };
    assert_eq!(
        json(&app.backoffice(), "/riscossioni").await,
        json!({
            "numRisultati": 5, "numPagine": 1, "risultatiPerPagina": 25, "pagina": 1, "maxRisultati": 10000,
            "risultati": [
                con_voce(riga(B, i3, 3, 1, "ENTRATA", numero("7.50")), "V1"),
                con_voce(riga(DOMINIO, i2, 2, 1, "ENTRATA", numero("20.00")), "V1"),
                con_voce(con_allegato(riga(DOMINIO, i2, 2, 2, "MBT", numero("16.00")), true), "V2"),
                con_voce(riga(DOMINIO, i1, 1, 1, "ENTRATA", numero("45.01")), "V1"),
                con_voce(riga(DOMINIO, i1, 1, 2, "ENTRATA", numero("10.00")), "V2"),
            ]
        })
    );
    // From v2 on a row holds the voce with its pendenza, as its detail does.
    for n in [2, 3] {
        let c = versione(&app, n);
        let b = json(&c, "/riscossioni").await;
        assert_eq!(membri(&b), ["numRisultati", "numPagine", "risultatiPerPagina", "pagina", "risultati"]);
        assert_eq!(righe(&b), ["R3/1", "R2/1", "R2/2", "R1/1", "R1/2"], "v{n}");
        let intera = json(&c, &format!("/riscossioni/{DOMINIO}/{i1}/R1/1")).await;
        assert_eq!(b["risultati"][3], senza(intera, &["rt"]), "v{n}");
        assert_eq!(b["risultati"][2].get("allegato").is_some(), n == 3, "v{n}");
        let campi = json(&c, "/riscossioni?campi=iur,importo&risultatiPerPagina=1").await;
        assert_eq!(campi["risultati"], json!([{ "iur": "R3", "importo": numero("7.50") }]));
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn ogni_filtro_trova_i_suoi(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let (app, quando) = scena(backend).await;
    let dopo = |i: usize, secondi: i64| quando[i].piu_secondi(secondi).iso_millis_zona().replace('+', "%2B");
    let (n1, n2) = (nav(1), nav(2));
    let (i1, i2) = (iuv(&n1), iuv(&n2));
    let pezzo = i2[10..].to_lowercase();
    let tutte: &[&str] = &["R3/1", "R2/1", "R2/2", "R1/1", "R1/2"];
    let (di_p1, di_p2): (&[&str], &[&str]) = (&["R1/1", "R1/2"], &["R2/1", "R2/2"]);
    // Which doors know the filter, the filter, what it finds.
    let casi: Vec<(&str, String, &[&str])> = vec![
        ("23B", format!("idDominio={B}"), &["R3/1"]),
        ("23B", format!("idDominio={ALTRO}"), &[]),
        ("23B", "stato=RISCOSSA".into(), tutte),
        ("23B", "stato=INCASSATA".into(), &[]),
        ("23B", "tipo=MBT".into(), &["R2/2"]),
        ("23B", "tipo=ENTRATA_PA_NON_INTERMEDIATA".into(), &["R1/3"]),
        ("23B", "tipo=ENTRATA_PA_NON_INTERMEDIATA&tipo=MBT".into(), &["R2/2", "R1/3"]),
        ("23B", "tipo=ALTRO_INTERMEDIARIO".into(), &[]),
        // When we came to know, not when it was paid.
        ("23B", format!("dataDa={}", dopo(1, -60)), &["R2/1", "R2/2", "R1/1", "R1/2"]),
        ("23B", format!("dataDa={}", dopo(1, 60)), di_p1),
        ("23B", format!("dataA={}", dopo(2, 60)), &["R3/1"]),
        ("23B", format!("dataDa={0}&dataA={0}", quando[1].giorno()), di_p2),
        ("23B", "iur=R2".into(), di_p2),
        ("23B", "iur=r2".into(), &[]),
        ("23B", "iur=R".into(), &[]),
        ("12B", "idA2A=GESTIONALE&idPendenza=p2".into(), di_p2),
        ("12B", "idPendenza=P2".into(), di_p2),
        ("12B", "idA2A=ALTRA".into(), &[]),
        ("12B", "idA2A=GEST".into(), &[]),
        ("12B", "idPendenza=_".into(), &[]),
        ("B", format!("iuv={i1}"), di_p1),
        ("B", format!("iuv={pezzo}"), di_p2),
        ("B", "idUnita=UO1".into(), di_p1),
        ("B", "idUnita=EC".into(), &["R3/1", "R2/1", "R2/2"]),
        ("B", "idTipoPendenza=IMU".into(), di_p2),
        ("B", "direzione=Nord&direzione=Sud".into(), di_p1),
        ("B", "direzione=Sud".into(), &[]),
        ("B", "divisione=Uno".into(), di_p1),
        ("B", "tassonomia=Imposte&tassonomia=Altre".into(), di_p1),
        ("B", "tassonomia=Altre".into(), &[]),
        ("23B", "ordinamento=%2Bdata".into(), &["R1/2", "R1/1", "R2/2", "R2/1", "R3/1"]),
        ("23B", "ordinamento=iuv".into(), &["R1/1", "R1/2", "R2/1", "R2/2", "R3/1"]),
        ("23B", "ordinamento=-iuv".into(), &["R3/1", "R2/2", "R2/1", "R1/2", "R1/1"]),
        ("23B", "ordinamento=stato,-data".into(), tutte),
        ("23B", "ordinamento=-stato".into(), &["R1/2", "R1/1", "R2/2", "R2/1", "R3/1"]),
    ];
    for (porte, filtro, attese) in &casi {
        for porta in ['1', '2', '3', 'B'] {
            if porta == '1' && !porte.contains('1') {
                // It has its own kinds, and its own test below.
                continue;
            }
            let c = porta.to_digit(10).map_or_else(|| app.backoffice(), |n| versione(&app, n));
            let b = json(&c, &format!("/riscossioni?{filtro}")).await;
            let mut avute = righe(&b);
            assert_eq!(b["numRisultati"], json!(avute.len()), "{porta} {filtro}");
            if porta == '1' {
                avute.retain(|r| r != "R1/3");
            }
            // A filter that a door does not have is looked over.
            let attese = if porte.contains(porta) { attese } else { &tutte };
            assert_eq!(avute, *attese, "{porta} {filtro}");
        }
    }
    // One kind, or all.
    let v1 = versione(&app, 1);
    for (query, attese) in [
        ("tipo=MBT", vec!["R2/2"]),
        ("tipo=ENTRATA", vec!["R3/1", "R2/1", "R1/1", "R1/2"]),
        ("iur=R2", vec!["R3/1", "R2/1", "R2/2", "R1/3", "R1/1", "R1/2"]),
    ] {
        assert_eq!(righe(&json(&v1, &format!("/riscossioni?{query}")).await), attese, "{query}");
    }
    let sintassi = |testo: &str| (400, "SINTASSI".to_owned(), testo.to_owned());
    for (c, query, atteso) in [
        (
            &v1,
            "tipo=ALTRO_INTERMEDIARIO",
            sintassi("Codifica inesistente per tipo. Valore fornito [ALTRO_INTERMEDIARIO] valori possibili [ENTRATA, MBT]"),
        ),
        (
            &versione(&app, 2),
            "tipo=MBT&tipo=mbt",
            sintassi(
                "Codifica inesistente per tipo. Valore fornito [mbt] valori possibili [ENTRATA, MBT, ALTRO_INTERMEDIARIO, ENTRATA_PA_NON_INTERMEDIATA]",
            ),
        ),
        (
            &versione(&app, 3),
            "stato=PAGATO",
            sintassi("Codifica inesistente per stato. Valore fornito [PAGATO] valori possibili [RISCOSSA, INCASSATA]"),
        ),
        (
            &v1,
            "dataDa=ieri",
            sintassi("Il formato della data indicata [ieri] per il parametro [dataDa] non e' valido."),
        ),
        (&v1, "risultatiPerPagina=5001", sintassi("Il campo risultatiPerPagina deve essere inferiore a 5,000.")),
        (
            &v1,
            "ordinamento=importo",
            (
                422,
                "100001".to_owned(),
                "Il campo importo non e' valido per ordinare la ricerca in corso. Campi consentiti: [data, stato, iuv]"
                    .to_owned(),
            ),
        ),
    ] {
        assert_eq!(c.get(&format!("/riscossioni?{query}")).await.errore(), atteso, "{query}");
    }
}

/// What comes next is a whole address for API Ragioneria, a relative one for the Backoffice.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn le_pagine_e_quanto_costano(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = TestApp::con(backend, |c| {
        c.worker.poll_millis = 3_600_000;
        c.public_url = "https://pagamenti.example.org/gw".to_owned();
    })
    .await;
    prepara(&app).await;
    paga_tre(&app).await;
    for (c, base, radice) in [
        (versione(&app, 1), "https://pagamenti.example.org/gw", format!("{RAGIONERIA}/v1")),
        (versione(&app, 3), "https://pagamenti.example.org/gw", format!("{RAGIONERIA}/v3")),
        (app.backoffice(), "", testkit::BACKOFFICE.to_owned()),
    ] {
        let prima = json(&c, "/riscossioni?risultatiPerPagina=2&stato=RISCOSSA&tipo=ENTRATA").await;
        let prossimi =
            format!("{base}{radice}/riscossioni?stato=RISCOSSA&tipo=ENTRATA&pagina=2&risultatiPerPagina=2");
        assert_eq!((&prima["prossimiRisultati"], &prima["numPagine"]), (&json!(prossimi), &json!(2)));
        assert_eq!(righe(&prima), ["R3/1", "R2/1"]);
        let seconda = prossimi.strip_prefix(&format!("{base}{radice}")).expect("la stessa lista");
        let seconda = json(&c, seconda).await;
        assert_eq!(
            (righe(&seconda), seconda.get("prossimiRisultati")),
            (vec!["R1/1".into(), "R1/2".into()], None)
        );
        let conto = json(&c, "/riscossioni?risultatiPerPagina=0&tipo=ENTRATA&maxRisultati=false").await;
        assert_eq!(
            conto,
            json!({ "numRisultati": 4, "risultatiPerPagina": 0, "pagina": 1, "risultati": [] })
        );
        let senza_conto = json(&c, "/riscossioni?metadatiPaginazione=false").await;
        assert_eq!(membri(&senza_conto), ["risultatiPerPagina", "pagina", "prossimiRisultati", "risultati"]);
        // A page is one read, its count another.
        for (query, letture) in [("metadatiPaginazione=false", 1), ("", 2), ("risultatiPerPagina=0", 1)] {
            let prima = app.conteggi();
            json(&c, &format!("/riscossioni?{query}")).await;
            let fatto = app.conteggi().da(prima);
            assert_eq!((fatto.letture, fatto.commit), (letture, 0), "{query}");
        }
    }
}
