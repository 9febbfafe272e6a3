//! What is written is what is read.

use crate::banco::{ADESSO, Backend, Banco, chiave, nuova};
use domain::codici::Iban;
use domain::pendenza::{
    Contabilita, Debitore, Documento, Forma, Nascita, NuovaPendenza, NuovoAllegato, OpzioneDocumento,
    QuotaContabilita, StatoPendenza, StatoVoce, TipoContabilita, TipoPosizione,
};
use domain::{IdDominio, IdEntrata, IdTipoPendenza, IdUnita, Importo, NumeroAvviso};
use jiff::civil::date;
use rstest::rstest;
use store::pendenze::{cambia_stato, inserisci, sostituisci};
use store::{Scrittura, StoreError};

/// Every member has a value.
fn piena() -> NuovaPendenza {
    let t = |s: &str| Some(s.to_owned());
    let mut n = nuova("PIENA");
    n.unita = Some(IdUnita::fidato("UO"));
    n.nome = t("nome");
    n.debitore = Debitore {
        tipo: Some('F'),
        identificativo: "rssmra30a01h501i".into(),
        anagrafica: "Mario Rossi".into(),
        indirizzo: t("via"),
        civico: t("1"),
        cap: t("00100"),
        localita: t("Roma"),
        provincia: t("RM"),
        nazione: t("IT"),
        email: t("a@b.it"),
        cellulare: t("+39 000-1234567"),
    };
    n.data_validita = Some(date(2030, 1, 1));
    n.data_scadenza = Some(date(2030, 1, 2));
    n.data_notifica_avviso = Some(date(2029, 1, 1));
    n.data_promemoria_scadenza = Some(date(2029, 1, 2));
    n.avvisatura_inibita = true;
    n.accessori.anno_riferimento = t("2026");
    n.accessori.cartella_pagamento = t("cartella");
    n.accessori.tassonomia = t("tassonomia");
    n.accessori.tassonomia_avviso = t("Imposte e tasse");
    n.accessori.direzione = t("dir");
    n.accessori.divisione = t("div");
    n.accessori.dati_allegati = t(r#"{"x":1.10000000000000000001}"#);
    n.accessori.proprieta = t(r#"{"informativaImportoAvviso":""}"#);
    n.accessori.documento = Some(Documento {
        identificativo: "DOC".into(),
        descrizione: "documento".into(),
        opzione: OpzioneDocumento::Entro(5),
    });
    let v = &mut n.voci[0];
    v.descrizione_causale_rpt = t("causale rpt");
    v.dominio = Some(IdDominio::fidato("12345678901"));
    v.metadata = vec![("k".into(), "v".into()), ("k".into(), "w".into())];
    v.dati_allegati = t("[1]");
    v.contabilita = Some(Contabilita {
        quote: vec![QuotaContabilita {
            capitolo: "cap".into(),
            anno_esercizio: "2026".into(),
            importo: Importo::da_centesimi(10_050),
            accertamento: t("acc"),
            titolo: t("tit"),
            tipologia: t("tip"),
            categoria: t("cat"),
            articolo: t("art"),
            proprieta_custom: t("1.50"),
        }],
        proprieta_custom: t("\"x\""),
    });
    let altra =
        |id: &str, forma| domain::pendenza::NuovaVoce { id_voce: id.into(), forma, ..n.voci[0].clone() };
    let definita = Forma::Definita {
        iban_accredito: Iban::fidato("IT02L1234512345123456789012"),
        iban_appoggio: Some(Iban::fidato("IT03L1234512345123456789012")),
        tipo_contabilita: TipoContabilita::Siope,
        codice_contabilita: "ABC".into(),
    };
    let bollo = |contabilita| Forma::Bollo {
        tipo: "01".into(),
        hash: "hash".into(),
        provincia: "RO".into(),
        contabilita,
    };
    n.voci = vec![
        altra("entrata", Forma::Entrata { codice: IdEntrata::fidato("TARI") }),
        altra("definita", definita),
        altra("bollo", bollo(None)),
        altra("bollo2", bollo(Some((TipoContabilita::Altro, "MBT".into())))),
    ];
    n.allegati = vec![
        NuovoAllegato {
            nome: "a".into(),
            tipo: t("text/plain"),
            descrizione: t("d"),
            contenuto: vec![0, 1, 255],
        },
        NuovoAllegato { nome: "b".into(), tipo: None, descrizione: None, contenuto: vec![] },
    ];
    n
}

fn nascita() -> Nascita {
    Nascita {
        id: 7,
        primo_id_voce: 70,
        uuid: "0123456789abcdef0123456789abcdef".into(),
        tipo: TipoPosizione::Spontaneo,
        adesso: ADESSO,
    }
}

#[rstest]
#[tokio::test]
async fn una_pendenza_si_rilegge_tale_e_quale(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let b = Banco::nuovo(backend).await;
    let store = b.engine.store();
    let n = piena();
    let p = n.crea(&IdTipoPendenza::fidato("LIBERO"), NumeroAvviso::fidato("301000000000000144"), nascita());
    let allegati: Vec<_> = (90..).zip(n.allegati.iter().cloned()).collect();
    let mut s = Scrittura::nuova();
    inserisci(&mut s, &p, &allegati);
    store.commit(s).await.unwrap();

    let prima = store.conteggi();
    assert_eq!(store.pendenza(&p.chiave).await.unwrap().as_ref(), Some(&p));
    assert_eq!(store.conteggi().da(prima).letture, 1, "voci e documento in una lettura");
    assert_eq!(store.pendenza_per_id(7).await.unwrap().as_ref(), Some(&p));
    let per_iuv = store.pendenza_per_iuv("12345678901", "01000000000000144").await.unwrap();
    assert_eq!(per_iuv.as_ref(), Some(&p));
    assert_eq!(store.pendenza(&chiave("ALTRA")).await.unwrap(), None);
    let nomi: Vec<_> = store.allegati_di(7).await.unwrap().into_iter().map(|a| (a.id, a.nome)).collect();
    assert_eq!(nomi, [(90, "a".to_owned()), (91, "b".to_owned())]);
    let letto = store.allegato(90).await.unwrap().unwrap();
    assert_eq!((letto.contenuto.as_slice(), &letto.chiave), ([0, 1, 255].as_slice(), &p.chiave));
    assert_eq!(store.allegato(99).await.unwrap(), None);

    // Everything that an update touches.
    let mut dopo = p.clone();
    dopo.versione = 2;
    dopo.causale = "altra".into();
    dopo.debitore = Debitore::anonimo();
    dopo.data_scadenza = None;
    dopo.accessori.direzione = None;
    dopo.accessori.documento = Some(Documento {
        identificativo: "DOC2".into(),
        descrizione: "nuovo".into(),
        opzione: OpzioneDocumento::Rata(3),
    });
    dopo.voci[0].importo = Importo::da_centesimi(1);
    dopo.voci[1].descrizione = "altra".into();
    dopo.voci.push(domain::pendenza::Voce {
        id: 99,
        indice: 5,
        id_voce: "nuova".into(),
        ..p.voci[0].clone()
    });
    let mut s = Scrittura::nuova();
    sostituisci(&mut s, &p, &dopo, &allegati[1..]);
    store.commit(s).await.unwrap();
    assert_eq!(store.pendenza(&p.chiave).await.unwrap().as_ref(), Some(&dopo));
    assert_eq!(store.allegati_di(7).await.unwrap().len(), 1);

    // Everything that a payment touches.
    let letta = dopo;
    let mut pagata = letta.clone();
    pagata.versione = 3;
    pagata.stato = StatoPendenza::Eseguito;
    pagata.anomalo = true;
    pagata.stato_pagamento = domain::pendenza::StatoPagamento::Incassato;
    pagata.descrizione_stato = Some("perche'".into());
    pagata.verificato = true;
    pagata.importo_pagato = Importo::da_centesimi(5);
    pagata.importo_incassato = Importo::da_centesimi(6);
    pagata.data_pagamento = Some(ADESSO);
    pagata.iuv_pagamento = Some(pagata.iuv.clone());
    pagata.data_ultimo_aggiornamento = ADESSO.piu_secondi(1);
    pagata.data_ultima_modifica_aca = ADESSO.piu_secondi(2);
    pagata.data_ultima_comunicazione_aca = Some(ADESSO.piu_secondi(3));
    pagata.voci[2].stato = StatoVoce::Eseguito;
    let mut s = Scrittura::nuova();
    cambia_stato(&mut s, &letta, &pagata);
    store.commit(s).await.unwrap();
    assert_eq!(store.pendenza(&p.chiave).await.unwrap().as_ref(), Some(&pagata));

    // Whoever read an older version is too late, with both kinds of change.
    let mut s = Scrittura::nuova();
    cambia_stato(&mut s, &letta, &pagata);
    assert_eq!(store.commit(s).await, Err(StoreError::Conflitto));
    let mut s = Scrittura::nuova();
    sostituisci(&mut s, &letta, &letta, &[]);
    assert_eq!(store.commit(s).await, Err(StoreError::Conflitto));
    assert_eq!(store.allegati_di(7).await.unwrap().len(), 1);
}

#[rstest]
#[tokio::test]
async fn chiave_e_riferimento_sono_unici(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let b = Banco::nuovo(backend).await;
    let inserita = |id: i64, pendenza: &'static str, avviso: &'static str| {
        let store = b.engine.store().clone();
        async move {
            let n = Nascita { id, primo_id_voce: id * 10, ..nascita() };
            let p = nuova(pendenza).crea(&IdTipoPendenza::fidato("LIBERO"), NumeroAvviso::fidato(avviso), n);
            let mut s = Scrittura::nuova();
            inserisci(&mut s, &p, &[]);
            store.commit(s).await
        }
    };
    assert_eq!(inserita(1, "P1", "301000000000000144").await, Ok(()));
    let e = inserita(2, "P1", "301000000000000245").await.unwrap_err();
    assert!(e.duplicato_di(store::pendenze::CHIAVE), "{e:?}");
    let e = inserita(3, "P2", "301000000000000144").await.unwrap_err();
    assert!(e.duplicato_di(store::pendenze::IUV), "{e:?}");
    // Aux digit 0: two numbers, one IUV.
    assert_eq!(inserita(4, "P3", "001000000000000141").await, Ok(()));
    let e = inserita(5, "P4", "002000000000000141").await.unwrap_err();
    assert!(e.duplicato_di(store::pendenze::IUV), "{e:?}");
}
