//! The seven shapes of an activation, field by field (spec 40 section 6, Done when 7).

use super::*;
use pagopa::ccp::{
    DatiVerifica, MapEntry, OpzioneImporto, RichiestaBollo, Soggetto, TipoSoggetto, Trasferimento,
};
use rstest::rstest;

const RAGIONE: &str = "Ente Creditore di prova";

fn debitore() -> Soggetto {
    let t = |s: &str| Some(s.to_owned());
    Soggetto {
        tipo: TipoSoggetto::F,
        codice: "RSSMRA30A01H501I".to_owned(),
        full_name: "Mario Rossi".to_owned(),
        street_name: t("Piazza della Vittoria"),
        civic_number: t("10/A"),
        postal_code: t("00100"),
        city: t("Roma"),
        state_province_region: t("RM"),
        country: t("IT"),
        e_mail: t("mario.rossi@example.org"),
    }
}

fn trasferimento(v: Versione, id: u8, centesimi: i64, iban: &str, nav: &str, testo: &str) -> Trasferimento {
    let amount = Importo::da_centesimi(centesimi);
    Trasferimento {
        id,
        amount,
        fiscal_code_pa: IdDominio::fidato(DOMINIO),
        company_name: (v == Versione::V2).then(|| RAGIONE.to_owned()),
        iban: Some(iban.to_owned()),
        bollo: None,
        remittance: format!("/RFB/{}/{amount}/TXT/{testo}", iuv(nav)),
        category: "9/0101101IM".to_owned(),
        metadata: Vec::new(),
    }
}

fn dati(nav: &str, transfers: Vec<Trasferimento>) -> DatiPagamento {
    DatiPagamento {
        creditor_reference_id: iuv(nav).to_owned(),
        payment_amount: transfers.iter().map(|t| t.amount).sum(),
        due_date: jiff::civil::date(2026, 12, 31),
        retention_date: None,
        last_payment: Some(true),
        description: "TARI 2026".to_owned(),
        company_name: Some(RAGIONE.to_owned()),
        office_name: None,
        debtor: debitore(),
        transfers,
        metadata: Vec::new(),
    }
}

fn definita(id: &str, importo: f64, iban: &str, appoggio: Option<&str>) -> Value {
    let mut v = json!({
        "idVocePendenza": id, "importo": importo, "descrizione": format!("Voce {id}"),
        "ibanAccredito": iban, "tipoContabilita": "CAPITOLO", "codiceContabilita": "3321"
    });
    if let Some(a) = appoggio {
        v["ibanAppoggio"] = json!(a);
    }
    v
}

/// More accounts, a second dominio of ours with one of them, an office, the stamp.
async fn scena(backend: Backend) -> TestApp {
    let app = pronta(backend).await;
    let conto = |postale: bool| json!({ "postale": postale, "abilitato": true });
    let altro = json!({
        "ragioneSociale": "Provincia di prova", "intermediato": true, "stazione": STAZIONE, "auxDigit": "3",
        "segregationCode": "02", "abilitato": true, "scaricaFr": false
    });
    for (percorso, c) in [
        (format!("/domini/{DOMINIO}/contiAccredito/{APPOGGIO}"), conto(true)),
        (format!("/domini/{DOMINIO}/contiAccredito/{TERZO}"), conto(false)),
        (
            format!("/domini/{DOMINIO}/unitaOperative/UO1"),
            json!({ "ragioneSociale": "Ufficio Tributi", "indirizzo": "Via Po", "abilitato": true }),
        ),
        (format!("/domini/{ALTRO}"), altro),
        (format!("/domini/{ALTRO}/contiAccredito/{IBAN}"), conto(false)),
        (format!("/domini/{ALTRO}/contiAccredito/{TERZO}"), conto(false)),
    ] {
        app.backoffice().put(&percorso, &c).await.con_stato(201);
    }
    let bollo = json!({ "abilitato": true });
    app.backoffice().put(&format!("/domini/{DOMINIO}/entrate/BOLLOT"), &bollo).await.con_stato(200);
    app
}

async fn prova(app: &TestApp, nav: &str, attesi: impl Fn(Versione) -> DatiPagamento) {
    let mut buste = Vec::new();
    for v in VERSIONI {
        let r = grezza(&app.nodo(), &attiva(v, nav)).await.con_stato(200);
        assert_eq!(leggi(&r), DelNodo::Attiva(v, Box::new(attesi(v))), "{}", r.testo());
        buste.push(r.corpo().to_vec());
    }
    let r = grezza(&app.nodo(), &verifica(nav)).await.con_stato(200);
    buste.push(r.corpo().to_vec());
    if let Some(rif) = riferimento() {
        protocollo::validano(&rif, &buste);
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn una_voce(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = scena(backend).await;
    let n = carica_una(&app, 1).await;
    prova(&app, &n, |v| dati(&n, vec![trasferimento(v, 1, 4501, IBAN, &n, "Voce V1")])).await;
    assert_eq!(
        manda(&app.nodo(), &verifica(&n)).await,
        DelNodo::Verifica(DatiVerifica {
            amount: Importo::da_centesimi(4501),
            options: OpzioneImporto::Eq,
            due_date: Some(jiff::civil::date(2026, 12, 31)),
            detail_description: Some("TARI 2026".to_owned()),
            all_ccp: false,
            payment_description: Some("TARI 2026".to_owned()),
            fiscal_code_pa: Some(IdDominio::fidato(DOMINIO)),
            company_name: Some(RAGIONE.to_owned()),
            office_name: None,
        })
    );
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn cinque_voci_su_un_ufficio(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = scena(backend).await;
    let n = nav(1);
    let voci: Vec<Value> = (1..=5)
        .map(|i| {
            if i % 2 == 0 {
                definita(&format!("V{i}"), f64::from(i), TERZO, None)
            } else {
                let mut v = voce(&format!("V{i}"), f64::from(i));
                v["descrizioneCausaleRPT"] = json!(format!("causale {i}"));
                v
            }
        })
        .collect();
    let mut c = corpo(&n, &voci);
    c["idUnitaOperativa"] = json!("UO1");
    carica(&app, "P1", &c).await;
    prova(&app, &n, |v| DatiPagamento {
        office_name: Some("Ufficio Tributi".to_owned()),
        ..dati(
            &n,
            (1..=5_u8)
                .map(|i| {
                    let centesimi = i64::from(i) * 100;
                    if i % 2 == 0 {
                        Trasferimento {
                            category: "0/3321".to_owned(),
                            ..trasferimento(v, i, centesimi, TERZO, &n, &format!("Voce V{i}"))
                        }
                    } else {
                        trasferimento(v, i, centesimi, IBAN, &n, &format!("causale {i}"))
                    }
                })
                .collect(),
        )
    })
    .await;
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn il_circuito_postale(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = scena(backend).await;
    let (n, m) = (nav(1), nav(2));
    let voci = [definita("V1", 1.0, IBAN, Some(APPOGGIO)), definita("V2", 2.0, IBAN, Some(APPOGGIO))];
    carica(&app, "P1", &corpo(&n, &voci)).await;
    carica(&app, "P2", &corpo(&m, &[definita("V1", 1.0, APPOGGIO, None)])).await;
    for (tipo, primo) in
        [(Some(TransferType::Postal), APPOGGIO), (Some(TransferType::PagoPa), IBAN), (None, IBAN)]
    {
        for v in VERSIONI {
            let mut r = attiva_req(v, &n);
            r.transfer_type = tipo;
            match manda(&app.nodo(), &Richiesta::Attiva(r)).await {
                DelNodo::Attiva(_, d) => {
                    let iban: Vec<_> = d.transfers.iter().map(|t| t.iban.as_deref().unwrap()).collect();
                    assert_eq!(iban, [primo, IBAN], "{tipo:?}");
                }
                altro => panic!("{altro:?}"),
            }
        }
    }
    for (nav, atteso) in [(&n, false), (&m, true)] {
        match manda(&app.nodo(), &verifica(nav)).await {
            DelNodo::Verifica(d) => assert_eq!(d.all_ccp, atteso),
            altro => panic!("{altro:?}"),
        }
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn due_domini_anche_con_lo_stesso_conto(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = scena(backend).await;
    app.backoffice()
        .put(
            "/applicazioni/GESTIONALE",
            &json!({ "principal": "gestionale", "abilitato": true, "apiPendenze": true, "domini": ["*"], "tipiPendenza": ["*"] }),
        )
        .await
        .con_stato(200);
    let n = nav(1);
    let mut voci = [
        definita("V1", 40.0, IBAN, None),
        definita("V2", 10.0, IBAN, None),
        definita("V3", 1.0, TERZO, None),
    ];
    for v in &mut voci[1..] {
        v["idDominio"] = json!(ALTRO);
    }
    carica(&app, "P1", &corpo(&n, &voci)).await;
    prova(&app, &n, |v| {
        let t = |id, centesimi, iban, ente: Option<&str>| Trasferimento {
            fiscal_code_pa: IdDominio::fidato(if ente.is_some() { ALTRO } else { DOMINIO }),
            company_name: (v == Versione::V2).then(|| ente.unwrap_or(RAGIONE).to_owned()),
            category: "0/3321".to_owned(),
            ..trasferimento(v, id, centesimi, iban, &n, &format!("Voce V{id}"))
        };
        dati(
            &n,
            vec![
                t(1, 4000, IBAN, None),
                t(2, 1000, IBAN, Some("Provincia di prova")),
                t(3, 100, TERZO, Some("Provincia di prova")),
            ],
        )
    })
    .await;
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn una_marca_da_bollo(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = scena(backend).await;
    let n = nav(1);
    let hash = "a/CWqtFtCEyA/ymBySahGSaqKMiak5mlX3BoX0jupy8=";
    let bollo = json!({
        "idVocePendenza": "V2", "importo": 16.0, "descrizione": "Marca da bollo", "tipoBollo": "01",
        "hashDocumento": hash, "provinciaResidenza": "RO"
    });
    carica(&app, "P1", &corpo(&n, &[voce("V1", 45.01), bollo])).await;
    e_ko(
        manda(&app.nodo(), &attiva(Versione::V1, &n)).await,
        "PAA_SEMANTICA",
        Some(
            "Il versamento contiene una marca da bollo telematica, non ammessa per pagamenti ad iniziativa psp.",
        ),
    );
    assert_eq!(stati(&dettaglio(&app, "P1").await), <[&str; 0]>::default());
    let v = Versione::V2;
    let attesi = dati(
        &n,
        vec![
            trasferimento(v, 1, 4501, IBAN, &n, "Voce V1"),
            Trasferimento {
                iban: None,
                bollo: Some(RichiestaBollo {
                    hash: hash.to_owned(),
                    tipo: "01".to_owned(),
                    provincia: "RO".to_owned(),
                }),
                category: "9/MBT".to_owned(),
                ..trasferimento(v, 2, 1600, IBAN, &n, "Marca da bollo")
            },
        ],
    );
    let avuti = attivata(&app, v, &n).await;
    assert_eq!(avuti, attesi);
    // Paid, with the stamp in the receipt.
    accettata(&app, &ricevuta(v, &avuti, &n, "R1")).await;
    let id = app.engine().store().pendenza_per_iuv(DOMINIO, iuv(&n)).await.unwrap().unwrap().id;
    let riscosse = app.engine().store().riscossioni_di(id).await.unwrap();
    let viste: Vec<_> = riscosse.iter().map(|r| (r.indice, r.tipo.as_str(), r.allegato.is_some())).collect();
    assert_eq!(viste, [(1, "ENTRATA", false), (2, "MBT", true)]);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn i_metadati_dichiarati_e_quelli_della_contabilita(
    #[values(Backend::Lite, Backend::Pg)] backend: Backend,
) {
    let app = scena(backend).await;
    let n = nav(1);
    let quota = |capitolo: &str, importo: f64| {
        json!({
            "capitolo": capitolo, "annoEsercizio": 2026, "importo": importo, "accertamento": "A1"
        })
    };
    let con = |id: &str, membro: &str, v: Value| {
        let mut voce = voce(id, 10.0);
        voce[membro] = v;
        voce
    };
    let voci = [
        con("V1", "metadata", json!({ "mapEntries": [{ "key": "chiave", "value": "valore" }] })),
        con("V2", "contabilita", json!({ "quote": [quota("3321", 10.0)] })),
        con("V3", "contabilita", json!({ "quote": [quota("1", 4.0), quota("2", 6.0)] })),
    ];
    carica(&app, "P1", &corpo(&n, &voci)).await;
    let coppie = |v: &[(&str, &str)]| -> Vec<MapEntry> {
        v.iter().map(|(k, v)| MapEntry { key: (*k).to_owned(), value: (*v).to_owned() }).collect()
    };
    let tutte = "CAPITOLOBILANCIO,ARTICOLOBILANCIO,CODICEACCERTAMENTO,ANNORIFERIMENTO,TITOLOBILANCIO,CATEGORIABILANCIO,TIPOLOGIABILANCIO,IMPORTOEUROCENT";
    prova(&app, &n, |v| {
        let mut t: Vec<_> =
            (1..=3).map(|i| trasferimento(v, i, 1000, IBAN, &n, &format!("Voce V{i}"))).collect();
        if v == Versione::V2 {
            t[0].metadata = coppie(&[("chiave", "valore")]);
            t[1].metadata = coppie(&[
                ("CAPITOLOBILANCIO", "3321"),
                ("CODICEACCERTAMENTO", "A1"),
                ("ANNORIFERIMENTO", "2026"),
            ]);
            t[2].metadata = coppie(&[(tutte, "1,,A1,2026,,,,400"), (tutte, "2,,A1,2026,,,,600")]);
        }
        dati(&n, t)
    })
    .await;
}

/// The reference of a notice is made of digits; an RF one is only in the rules (`domain`). What
/// can be dirty in a pendenza is cleaned up, never fatal.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn un_debitore_sporco_si_pulisce(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = scena(backend).await;
    let n = nav(1);
    let mut c = corpo(&n, &[voce("V1", 45.01)]);
    c["soggettoPagatore"] = json!({ "tipo": "F", "identificativo": "ANONIMO", "anagrafica": "ANONIMO", "cap": " ", "nazione": "IT" });
    c.as_object_mut().unwrap().remove("dataScadenza");
    carica(&app, "P1", &c).await;
    prova(&app, &n, |v| DatiPagamento {
        due_date: jiff::civil::date(2999, 12, 31),
        debtor: Soggetto {
            tipo: TipoSoggetto::G,
            codice: "ANONIMO".to_owned(),
            full_name: "ANONIMO".to_owned(),
            street_name: None,
            civic_number: None,
            postal_code: None,
            city: None,
            state_province_region: None,
            country: Some("IT".to_owned()),
            e_mail: None,
        },
        ..dati(&n, vec![trasferimento(v, 1, 4501, IBAN, &n, "Voce V1")])
    })
    .await;
}
