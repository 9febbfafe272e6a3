//! Creation, update, numbers and budgets.

use crate::banco::{Backend, Banco, DOMINIO, applicazione, chi, chiave, da_applicazione, nuova};
use domain::pendenza::{NuovaVoce, NuovoAllegato, Pendenza, PendenzaError, StatoPendenza};
use domain::{AuxDigit, IdA2A, IdTipoPendenza, Importo, Iuv, NumeroAvviso};
use engine::pendenze::{CaricaError, Provenienza};
use engine::{Chiamante, Impostazioni};
use rstest::rstest;
use std::sync::Arc;

fn regola(e: CaricaError) -> PendenzaError {
    match e {
        CaricaError::Regola(r) => r,
        altro => panic!("{altro:?}"),
    }
}

#[rstest]
#[tokio::test]
async fn un_put_nuovo_costa_una_lettura_e_un_commit(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let b = Banco::nuovo(backend).await;
    // Master data and blocks of numbers are in memory after the first.
    b.carica(nuova("P0")).await.unwrap();
    let prima = b.engine.store().conteggi();
    let c = b.carica(nuova("P1")).await.unwrap();
    let spesa = b.engine.store().conteggi().da(prima);
    assert!(c.creata);
    assert_eq!((spesa.letture, spesa.commit, spesa.istruzioni, spesa.riserve), (1, 1, 2, 0));
    let prima = b.engine.store().conteggi();
    let di_nuovo = b.carica(nuova("P1")).await.unwrap();
    let spesa = b.engine.store().conteggi().da(prima);
    assert!(!di_nuovo.creata);
    assert_eq!((spesa.letture, spesa.commit), (1, 1));
    assert_eq!(
        (&di_nuovo.pendenza.uuid, &di_nuovo.pendenza.numero_avviso),
        (&c.pendenza.uuid, &c.pendenza.numero_avviso)
    );
    // What the use case returns is what is stored.
    let stored = b.engine.store().pendenza(&chiave("P1")).await.unwrap();
    assert_eq!(stored.as_ref(), Some(&di_nuovo.pendenza));
}

#[rstest]
#[case(AuxDigit::Zero, "001000000000000141")]
#[case(AuxDigit::Uno, "100000000000000102")]
#[case(AuxDigit::Due, "200000000000000103")]
#[case(AuxDigit::Tre, "301000000000000144")]
#[tokio::test]
async fn il_primo_numero_e_quello_degli_esempi(#[case] aux: AuxDigit, #[case] atteso: &str) {
    let b = Banco::con(Backend::Lite, aux, Impostazioni::default()).await;
    let p = b.carica(nuova("P1")).await.unwrap().pendenza;
    assert_eq!(p.numero_avviso.as_str(), atteso);
}

#[rstest]
#[tokio::test]
async fn un_aggiornamento_aggiunge_voci_e_sostituisce_allegati(
    #[values(Backend::Lite, Backend::Pg)] backend: Backend,
) {
    let b = Banco::nuovo(backend).await;
    let allegato = |nome: &str| NuovoAllegato {
        nome: nome.into(),
        tipo: None,
        descrizione: None,
        contenuto: nome.as_bytes().to_vec(),
    };
    let mut n = nuova("P1");
    n.allegati = vec![allegato("a"), allegato("b")];
    let prima = b.carica(n.clone()).await.unwrap().pendenza;
    let altra = NuovaVoce { id_voce: "v0".into(), ..n.voci[0].clone() };
    n.voci.insert(0, altra);
    n.importo = Importo::da_centesimi(20_100);
    n.allegati = vec![allegato("c")];
    let dopo = b.carica(n).await.unwrap().pendenza;
    let voci: Vec<_> = dopo.voci.iter().map(|v| (v.indice, v.id_voce.as_str())).collect();
    assert_eq!(voci, [(1, "v1"), (2, "v0")]);
    assert_eq!(dopo.voci[0].id, prima.voci[0].id);
    let store = b.engine.store();
    assert_eq!(store.pendenza(&chiave("P1")).await.unwrap().as_ref(), Some(&dopo));
    let nomi: Vec<_> = store.allegati_di(dopo.id).await.unwrap().into_iter().map(|a| a.nome).collect();
    assert_eq!(nomi, ["c"]);
}

#[rstest]
#[tokio::test]
async fn un_numero_dato_da_fuori_si_verifica_e_si_salta(
    #[values(Backend::Lite, Backend::Pg)] backend: Backend,
) {
    let b = Banco::nuovo(backend).await;
    // The first three numbers of the series are taken from outside, check digits or not.
    for (id, numero) in
        [("E1", "301000000000000144"), ("E2", "301000000000000245"), ("E3", "301000000000000346")]
    {
        let mut n = nuova(id);
        n.numero_avviso = Some(NumeroAvviso::fidato(numero));
        assert_eq!(b.carica(n).await.unwrap().pendenza.numero_avviso.as_str(), numero);
    }
    let p = b.carica(nuova("G1")).await.unwrap().pendenza;
    assert_eq!(p.numero_avviso.as_str(), "301000000000000447");

    let con = |id: &str, numero: &str| {
        let mut n = nuova(id);
        n.numero_avviso = Some(NumeroAvviso::fidato(numero));
        n
    };
    let e = regola(b.carica(con("E4", "301000000000000144")).await.unwrap_err());
    assert_eq!(
        (e.codice(), e.to_string().as_str()),
        (
            "VER_025",
            "La pendenza (IdA2A:A2A, Id:E4) ha un numero avviso (301000000000000144) gia' utilizzato \
             (IdA2A:A2A, Id:E1)."
        )
    );
    for (numero, codice) in [
        ("002000000000000141", "VER_026"),
        ("302000000000000141", "VER_027"),
        ("100000000000000102", "VER_039"),
    ] {
        assert_eq!(regola(b.carica(con("E4", numero)).await.unwrap_err()).codice(), codice);
    }
    assert!(b.carica(con("E4", "301000000000999999")).await.unwrap().creata, "cifre di controllo sbagliate");
    // On update the number is not checked against the configuration again: it must be the same.
    assert!(!b.carica(con("E4", "301000000000999999")).await.unwrap().creata);
    assert_eq!(regola(b.carica(con("E4", "302000000000000141")).await.unwrap_err()).codice(), "VER_024");
}

#[rstest]
#[tokio::test]
async fn dall_ente_arriva_anche_cio_che_non_e_piu_nostro(
    #[values(Backend::Lite, Backend::Pg)] backend: Backend,
) {
    let b = Banco::nuovo(backend).await;
    let ente = |iuv: Option<&str>| Provenienza::Ente {
        applicazione: Arc::new(applicazione("A2A")),
        iuv_chiesto: iuv.map(Iuv::fidato),
    };
    // A number of a former aux digit, and one of another segregation code.
    for (id, numero) in [("E1", "001000000000000141"), ("E2", "347000000000000144")] {
        let mut n = nuova(id);
        n.numero_avviso = Some(NumeroAvviso::fidato(numero));
        n.data_notifica_avviso = Some(jiff::civil::date(2030, 1, 1));
        let p = b.engine.carica_pendenza(ente(None), n).await.unwrap().pendenza;
        assert_eq!(p.numero_avviso.as_str(), numero);
        assert!(p.avvisatura_inibita && p.data_notifica_avviso.is_none());
    }
    // A number that the answer leaves out is the one that was asked.
    let p = b.engine.carica_pendenza(ente(Some("01000000900000144")), nuova("E3")).await.unwrap().pendenza;
    assert_eq!(p.numero_avviso.as_str(), "301000000900000144");
    // Asked again it is the same pendenza, asked under another reference it is not.
    let di_nuovo = b.engine.carica_pendenza(ente(Some("01000000900000144")), nuova("E3")).await.unwrap();
    assert!(!di_nuovo.creata);
    let e = b.engine.carica_pendenza(ente(Some("01000000900000245")), nuova("E3")).await.unwrap_err();
    assert_eq!(e.codice(), "VER_024");
    let e = b.engine.carica_pendenza(ente(Some("RF18539007547034")), nuova("E4")).await.unwrap_err();
    assert_eq!(e.codice(), "VER_017");
    // An ente answers for its own pendenze only.
    let mut n = nuova("E5");
    n.chiave.id_a2a = IdA2A::fidato("ALTRA");
    let e = b.engine.carica_pendenza(ente(None), n).await.unwrap_err();
    assert_eq!(e.to_string(), "Applicazione autenticata (A2A) diversa dalla chiamante (ALTRA)");
}

#[rstest]
#[tokio::test]
async fn un_tipo_sconosciuto_si_censisce_se_si_vuole(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let con = |tipo: &str| {
        let mut n = nuova(tipo);
        n.tipo_pendenza = Some(IdTipoPendenza::fidato(tipo));
        n
    };
    let b = Banco::nuovo(backend).await;
    assert_eq!(regola(b.carica(con("NUOVO")).await.unwrap_err()).codice(), "TVR_000");
    assert_eq!(regola(b.carica(con("BOLLOT")).await.unwrap_err()).codice(), "TVD_000");
    let imp = Impostazioni { censimento_automatico: true, ..Impostazioni::default() };
    let b = Banco::con(backend, AuxDigit::Tre, imp).await;
    for tipo in ["NUOVO", "BOLLOT"] {
        assert_eq!(b.carica(con(tipo)).await.unwrap().pendenza.tipo_pendenza.as_str(), tipo);
    }
    let scheda = b.engine.registro().dominio(DOMINIO).await.unwrap().unwrap();
    assert!(scheda.tipo("NUOVO").is_some() && scheda.tipo("BOLLOT").is_some());
}

#[rstest]
#[tokio::test]
async fn dopo_il_pagamento_il_put_e_rifiutato(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let b = Banco::nuovo(backend).await;
    let letta = b.carica(nuova("P1")).await.unwrap().pendenza;
    let pagata = Pendenza { stato: StatoPendenza::Eseguito, ..letta.clone() };
    let mut s = store::Scrittura::nuova();
    store::pendenze::cambia_stato(&mut s, &letta, &pagata);
    b.engine.store().commit(s).await.unwrap();
    let e = b.carica(nuova("P1")).await.unwrap_err();
    assert_eq!(
        e.to_string(),
        "La pendenza (IdA2A:A2A, Id:P1) e' in uno stato che non consente l'aggiornamento (ESEGUITO)"
    );
}

#[rstest]
#[tokio::test]
async fn la_chiave_puo_somigliare_a_un_riferimento(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    // idA2A like the dominio and idPendenza like its IUV: the two locks of a PUT are still two.
    let b = Banco::nuovo(backend).await;
    let mut s = store::Scrittura::nuova();
    let id = b.engine.store().nuovi_id(1).await.unwrap();
    let chiave = b.engine.store().chiave();
    store::anagrafica::salva_applicazione(&mut s, chiave, Some(id), &applicazione(DOMINIO)).unwrap();
    b.engine.store().commit(s).await.unwrap();
    let mut n = nuova("01000000000000144");
    n.chiave.id_a2a = IdA2A::fidato(DOMINIO);
    for creata in [true, false] {
        let carica = b.engine.carica_pendenza(da_applicazione(), n.clone());
        let esito = tokio::time::timeout(std::time::Duration::from_secs(20), carica).await.unwrap().unwrap();
        assert_eq!(esito.creata, creata);
    }
}

/// The future of a PUT travels on the stack of a worker thread (2 MiB) through the layers above it.
#[tokio::test]
async fn il_put_sta_comodo_nello_stack() {
    let b = Banco::nuovo(Backend::Lite).await;
    let byte = std::mem::size_of_val(&b.engine.carica_pendenza(da_applicazione(), nuova("P1")));
    assert!(byte < 16_384, "{byte}");
}

/// An operatore may name any applicazione, so he may name one that is not there.
#[rstest]
#[tokio::test]
async fn un_operatore_puo_nominare_un_applicazione_che_non_c_e(
    #[values(Backend::Lite, Backend::Pg)] backend: Backend,
) {
    let b = Banco::nuovo(backend).await;
    let operatore = || {
        let chi = Chiamante { applicazione: None, ..chi() };
        Provenienza::Operatore(chi)
    };
    let mut n = nuova("P1");
    assert!(b.engine.carica_pendenza(operatore(), n.clone()).await.unwrap().creata);
    n.chiave.id_a2a = IdA2A::fidato("NESSUNA");
    let e = b.engine.carica_pendenza(operatore(), n.clone()).await.unwrap_err();
    assert_eq!((e.codice(), e.to_string().as_str()), ("APP_000", "Applicazione (NESSUNA) inesistente"));
    let mut spenta = applicazione("ALTRA");
    spenta.utenza.abilitato = false;
    let mut s = store::Scrittura::nuova();
    store::anagrafica::salva_applicazione(&mut s, b.engine.store().chiave(), None, &spenta).unwrap();
    b.engine.store().commit(s).await.unwrap();
    b.engine.registro().svuota();
    n.chiave.id_a2a = IdA2A::fidato("ALTRA");
    let e = b.engine.carica_pendenza(operatore(), n).await.unwrap_err();
    assert_eq!((e.codice(), e.to_string().as_str()), ("APP_001", "Applicazione (ALTRA) disabilitata"));
}
