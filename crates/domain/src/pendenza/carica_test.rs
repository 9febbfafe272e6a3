use super::super::campioni::*;
use super::*;
use crate::codici::Iban;
use crate::pendenza::Forma;
use crate::{IdDominio, IdTipoPendenza};
use jiff::civil::date;
use proptest::prelude::*;

fn aggiorna(letta: &Pendenza, n: &NuovaPendenza) -> Result<Pendenza, PendenzaError> {
    n.aggiorna(letta, &IdTipoPendenza::fidato("LIBERO"), None, 700, DOPO)
}

fn esito(letta: &Pendenza, n: &NuovaPendenza) -> String {
    aggiorna(letta, n).map_or_else(|e| format!("{} {e}", e.codice()), |_| "ok".into())
}

#[test]
fn nasce_non_eseguita_con_gli_indici_da_uno() {
    let p = stored(&nuova(&[("b", 1), ("a", 2)]));
    assert_eq!(p.stato, StatoPendenza::NonEseguito);
    assert_eq!(p.iuv.as_str(), "01000000000000144");
    let voci: Vec<_> = p.voci.iter().map(|v| (v.id, v.indice, v.id_voce.as_str())).collect();
    assert_eq!(voci, [(70, 1, "b"), (71, 2, "a")]);
    assert_eq!(p.data_ultima_modifica_aca, NASCITA);
}

#[test]
fn la_matrice_di_aggiornamento_riga_per_riga() {
    type Guasto = fn(&mut Pendenza, &mut NuovaPendenza);
    let casi: &[(Guasto, &str)] = &[
        (|_, _| {}, "ok"),
        (|p, _| p.stato = StatoPendenza::Annullato, "ok"),
        (
            |p, _| p.stato = StatoPendenza::Eseguito,
            "VER_003 La pendenza (IdA2A:A2A, Id:P1) e' in uno stato che non consente l'aggiornamento (ESEGUITO)",
        ),
        (
            |p, _| p.stato = StatoPendenza::ParzialmenteEseguito,
            "VER_003 La pendenza (IdA2A:A2A, Id:P1) e' in uno stato che non consente l'aggiornamento \
             (PARZIALMENTE_ESEGUITO)",
        ),
        (
            |_, n| n.dominio = IdDominio::fidato(ALTRO),
            "VER_004 La pendenza (IdA2A:A2A, Id:P1) presenta un beneficiario (10987654321 / EC) diverso da \
             quello originale (12345678901 / EC)",
        ),
        (
            |_, n| n.unita = Some(IdUnita::fidato("UO1")),
            "VER_004 La pendenza (IdA2A:A2A, Id:P1) presenta un beneficiario (12345678901 / UO1) diverso da \
             quello originale (12345678901 / EC)",
        ),
        (|_, n| n.unita = Some(IdUnita::fidato("EC")), "ok"),
        (
            |_, n| {
                n.voci.pop();
            },
            "VER_005 La pendenza (IdA2A:A2A, Id:P1) inviata ha un numero di voci (1) diverso da quello \
             originale (2)",
        ),
        (
            |_, n| n.voci[1].id_voce = "altra".into(),
            "VER_006 La pendenza (IdA2A:A2A, Id:P1) inviata non contiene una voce con \
             codSingoloVersamentoEnte (v2) presente nell'originale",
        ),
        (
            |p, n| {
                p.voci[0].forma = con_entrata("TARI");
                n.voci[0].forma = con_entrata("IMU");
            },
            "VER_007 La pendenza (IdA2A:A2A, Id:P1) ha il singolo versamento con codSingoloVersamentoEnte \
             (v1) inviato ha un tipo tributo (IMU) diverso dall'originale (TARI)",
        ),
        (
            |_, n| n.voci[0].forma = bollo(),
            "VER_007 La pendenza (IdA2A:A2A, Id:P1) ha il singolo versamento con codSingoloVersamentoEnte \
             (v1) inviato ha un tipo tributo (BOLLOT) diverso dall'originale (null)",
        ),
        (
            |_, n| n.voci[1].forma = definita(IBAN2),
            "VER_023 La pendenza (IdA2A:A2A, Id:P1) ha la voce (v2) con un iban di accredito diverso \
             dall'originale.",
        ),
        (|_, n| n.voci[1].dominio = Some(IdDominio::fidato(DOMINIO)), "ok"),
        (
            |_, n| n.voci[1].dominio = Some(IdDominio::fidato(ALTRO)),
            "VER_023 La pendenza (IdA2A:A2A, Id:P1) ha la voce (v2) con un iban di accredito diverso \
             dall'originale.",
        ),
        (|_, n| n.numero_avviso = Some(NumeroAvviso::fidato("301000000000000144")), "ok"),
        (
            |_, n| n.numero_avviso = Some(NumeroAvviso::fidato("301000000000000245")),
            "VER_024 La pendenza (IdA2A:A2A, Id:P1) ha un numero avviso (301000000000000245) diverso \
             dall'originale (301000000000000144).",
        ),
    ];
    for (guasto, atteso) in casi {
        let mut n = nuova(&[("v1", 100), ("v2", 200)]);
        let mut p = stored(&n);
        guasto(&mut p, &mut n);
        assert_eq!(esito(&p, &n), *atteso);
    }
}

#[test]
fn l_iuv_chiesto_all_ente_deve_essere_il_suo() {
    let n = nuova(&[("v1", 100)]);
    let p = stored(&n);
    let chiesto = |iuv: &str| {
        n.aggiorna(&p, &p.tipo_pendenza, Some(&Iuv::fidato(iuv)), 700, DOPO).map_err(|e| e.codice())
    };
    assert!(chiesto("01000000000000144").is_ok());
    assert_eq!(chiesto("01000000000000245").map(|_| ()), Err("VER_024"));
}

#[test]
fn un_aggiornamento_riapre_e_toglie_cio_che_non_manda() {
    let mut n = nuova(&[("v1", 100)]);
    n.data_scadenza = Some(date(2030, 1, 1));
    n.data_notifica_avviso = Some(date(2029, 1, 1));
    n.accessori.tassonomia = Some("t".into());
    n.accessori.proprieta = Some("{}".into());
    n.accessori.documento = Some(Documento {
        identificativo: "D".into(),
        descrizione: "doc".into(),
        opzione: OpzioneDocumento::Rata(2),
    });
    let mut p = stored(&n);
    p.stato = StatoPendenza::Annullato;
    p.descrizione_stato = Some("ritirata".into());
    p.verificato = true;
    let dopo = aggiorna(&p, &nuova(&[("v1", 100)])).unwrap();
    assert_eq!(dopo.stato, StatoPendenza::NonEseguito);
    assert_eq!(dopo.descrizione_stato, None);
    assert_eq!(dopo.data_scadenza, None);
    assert_eq!(dopo.accessori.tassonomia, None);
    // Kept whatever is sent.
    assert_eq!(dopo.data_notifica_avviso, Some(date(2029, 1, 1)));
    assert_eq!(dopo.accessori.proprieta.as_deref(), Some("{}"));
    assert_eq!(
        dopo.accessori.documento.as_ref().map(|d| (d.identificativo.as_str(), d.opzione)),
        Some(("D", OpzioneDocumento::Unica))
    );
    assert_eq!(
        (&dopo.uuid, &dopo.numero_avviso, dopo.data_caricamento, dopo.verificato),
        (&p.uuid, &p.numero_avviso, NASCITA, true)
    );
    assert_eq!(dopo.data_ultima_modifica_aca, DOPO);
}

#[test]
fn la_pubblicazione_si_segna_solo_per_cio_che_la_riguarda() {
    type Cambio = fn(&mut NuovaPendenza);
    let casi: &[(Cambio, bool)] = &[
        (|_| {}, false),
        (|n| n.accessori.tassonomia = Some("t".into()), false),
        (|n| n.voci[0].descrizione = "altra".into(), false),
        (|n| n.data_validita = Some(date(2030, 1, 1)), true),
        (|n| n.data_scadenza = Some(date(2030, 1, 1)), true),
        (|n| n.causale = "altra".into(), true),
        (|n| n.debitore.anagrafica = "Rossi".into(), true),
        (
            |n| {
                n.voci[0].importo = Importo::da_centesimi(500);
                n.importo = Importo::da_centesimi(500);
            },
            true,
        ),
    ];
    for (i, (cambia, atteso)) in casi.iter().enumerate() {
        let mut n = nuova(&[("v1", 100)]);
        let p = stored(&n);
        cambia(&mut n);
        let dopo = aggiorna(&p, &n).unwrap();
        assert_eq!(dopo.data_ultima_modifica_aca == DOPO, *atteso, "caso {i}");
        assert_eq!(dopo.data_ultimo_aggiornamento, DOPO);
    }
}

#[test]
fn iban_appoggio_puo_cambiare() {
    let mut n = nuova(&[("v1", 100)]);
    let p = stored(&n);
    if let Forma::Definita { iban_appoggio, .. } = &mut n.voci[0].forma {
        *iban_appoggio = Some(Iban::fidato(IBAN2));
    }
    assert_eq!(esito(&p, &n), "ok");
}

proptest! {
    /// Whatever the order of the voci, the stored ones keep key, position and state, and the new ones
    /// follow in the order sent.
    #[test]
    fn le_voci_si_riconoscono_dal_nome(
        stored_n in 1_usize..=5,
        totale in 1_usize..=5,
        ordine in Just((0..5).collect::<Vec<usize>>()).prop_shuffle(),
    ) {
        let nomi = ["a", "b", "c", "d", "e"];
        let totale = totale.max(stored_n);
        let prima: Vec<_> = nomi.iter().take(stored_n).map(|n| (*n, 100)).collect();
        let p = stored(&nuova(&prima));
        let mandate: Vec<_> =
            ordine.iter().filter(|i| **i < totale).map(|i| (nomi[*i], 100 + *i as i64)).collect();
        let n = nuova(&mandate);
        let dopo = aggiorna(&p, &n).map_err(|e| TestCaseError::fail(e.to_string()))?;
        prop_assert_eq!(dopo.voci.len(), totale);
        for (v, o) in dopo.voci.iter().zip(&p.voci) {
            prop_assert_eq!((v.id, v.indice, &v.id_voce), (o.id, o.indice, &o.id_voce));
        }
        let aggiunte: Vec<_> = dopo.voci.iter().skip(stored_n).map(|v| v.id_voce.as_str()).collect();
        let attese: Vec<_> = mandate.iter().map(|m| m.0).filter(|m| !nomi[..stored_n].contains(m)).collect();
        prop_assert_eq!(aggiunte, attese);
        let indici: Vec<_> = dopo.voci.iter().map(|v| v.indice).collect();
        prop_assert_eq!(indici, (1..=totale as i64).collect::<Vec<_>>());
        prop_assert_eq!(dopo.importo, dopo.voci.iter().map(|v| v.importo).sum());
        // The same PUT again changes nothing.
        let ancora = n.aggiorna(&dopo, &dopo.tipo_pendenza, None, 900, DOPO)
            .map_err(|e| TestCaseError::fail(e.to_string()))?;
        prop_assert_eq!(ancora, dopo);
    }
}
