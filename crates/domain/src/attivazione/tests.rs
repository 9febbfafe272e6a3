use super::*;
use crate::pendenza::campioni;
use crate::pendenza::{Contabilita, QuotaContabilita};
use crate::{AuxDigit, IdEntrata, Istante};
use proptest::prelude::*;

const A: &str = "IT02L1234512345123456789012";
const B: &str = "IT03L1234512345123456789012";
const C: &str = "IT04L1234512345123456789012";

fn scheda(id: &str, postali: &[&str], entrata: (Option<&str>, Option<&str>)) -> Arc<SchedaDominio> {
    let mut s = campioni::scheda(id, AuxDigit::Tre);
    let modello = s.conti[0].clone();
    s.conti = [A, B, C]
        .iter()
        .map(|i| crate::anagrafica::ContoAccredito {
            iban: Iban::fidato(*i),
            postale: postali.contains(i),
            ..modello.clone()
        })
        .collect();
    for e in s.entrate.iter_mut().filter(|e| e.tipo.id == *"TARI") {
        (e.iban_accredito, e.iban_appoggio) = (entrata.0.map(Iban::fidato), entrata.1.map(Iban::fidato));
    }
    Arc::new(s)
}

fn pendenza(forme: Vec<Forma>) -> Pendenza {
    let voci: Vec<(String, i64)> = (1..=forme.len()).map(|n| (n.to_string(), 1000)).collect();
    let mut nuova = campioni::nuova(&voci.iter().map(|(i, c)| (i.as_str(), *c)).collect::<Vec<_>>());
    for (v, f) in nuova.voci.iter_mut().zip(forme) {
        v.forma = f;
    }
    campioni::stored(&nuova)
}

fn definita(accredito: &str, appoggio: Option<&str>) -> Forma {
    match campioni::definita(accredito) {
        Forma::Definita { iban_accredito, tipo_contabilita, codice_contabilita, .. } => Forma::Definita {
            iban_accredito,
            iban_appoggio: appoggio.map(Iban::fidato),
            tipo_contabilita,
            codice_contabilita,
        },
        altra => altra,
    }
}

fn iban(t: &Trasferimento<'_>) -> Option<String> {
    match t.destinazione {
        Destinazione::Conto(i) => Some(i.to_string()),
        Destinazione::Bollo { .. } => None,
    }
}

#[test]
fn la_scelta_del_conto() {
    let tari = || Forma::Entrata { codice: IdEntrata::fidato("TARI") };
    for (forma, postali, entrata, circuito, atteso) in [
        (definita(A, Some(B)), vec![], (None, None), Circuito::Altro, A),
        (definita(A, Some(B)), vec![B], (None, None), Circuito::Altro, A),
        (definita(A, Some(B)), vec![B], (None, None), Circuito::Postale, B),
        (definita(A, Some(B)), vec![A, B], (None, None), Circuito::Postale, A),
        (definita(A, Some(B)), vec![], (None, None), Circuito::Postale, A),
        (definita(A, None), vec![], (None, None), Circuito::Postale, A),
        (tari(), vec![], (Some(B), Some(C)), Circuito::Altro, B),
        (tari(), vec![], (None, Some(C)), Circuito::Altro, C),
        (tari(), vec![C], (Some(B), Some(C)), Circuito::Postale, C),
    ] {
        let p = pendenza(vec![forma.clone()]);
        let schede = [scheda(campioni::DOMINIO, &postali, entrata)];
        let t = trasferimenti(&p, &schede, circuito).unwrap();
        assert_eq!(iban(&t[0]).as_deref(), Some(atteso), "{forma:?} {postali:?} {entrata:?} {circuito:?}");
    }
}

#[test]
fn il_circuito_postale_lega_solo_il_primo() {
    let p = pendenza(vec![definita(A, Some(B)), definita(A, Some(B))]);
    let schede = [scheda(campioni::DOMINIO, &[B], (None, None))];
    let t = trasferimenti(&p, &schede, Circuito::Postale).unwrap();
    assert_eq!(t.iter().map(iban).collect::<Vec<_>>(), [Some(B.to_owned()), Some(A.to_owned())]);
}

#[test]
fn il_beneficiario_e_quello_della_voce() {
    let mut p = pendenza(vec![definita(A, None), definita(A, None)]);
    p.voci[1].dominio = Some(IdDominio::fidato(campioni::ALTRO));
    let schede = [scheda(campioni::ALTRO, &[], (None, None)), scheda(campioni::DOMINIO, &[], (None, None))];
    let t = trasferimenti(&p, &schede, Circuito::Altro).unwrap();
    let chi: Vec<_> = t.iter().map(|t| t.beneficiario.dominio.id.to_string()).collect();
    assert_eq!(chi, [campioni::DOMINIO, campioni::ALTRO]);
    assert_eq!(
        trasferimenti(&p, &schede[1..], Circuito::Altro),
        Err(AttivazioneError::DominioAssente(IdDominio::fidato(campioni::ALTRO)))
    );
}

#[test]
fn le_categorie() {
    let mut s = (*scheda(campioni::DOMINIO, &[], (Some(A), None))).clone();
    let p = |f| pendenza(vec![f]);
    let di = |s: &SchedaDominio, f: Forma| {
        let schede = [Arc::new(s.clone())];
        let p = p(f);
        let t = trasferimenti(&p, &schede, Circuito::Altro).unwrap();
        t[0].categoria.clone()
    };
    assert_eq!(di(&s, definita(A, None)), "9/ABC");
    assert_eq!(di(&s, campioni::con_entrata("TARI")), "9/ABC");
    for e in s.entrate.iter_mut().filter(|e| e.tipo.id == *"TARI") {
        e.tipo_contabilita = Some(TipoContabilita::Siope);
        e.codice_contabilita = Some("3321".into());
    }
    assert_eq!(di(&s, campioni::con_entrata("TARI")), "2/3321");
    s.entrate.retain(|e| e.tipo.id != *"BOLLOT");
    assert_eq!(di(&s, campioni::bollo()), "9/MBT");
}

#[test]
fn un_entrata_senza_conto_non_si_attiva() {
    let p = pendenza(vec![campioni::con_entrata("TARI")]);
    let schede = [scheda(campioni::DOMINIO, &[], (None, None))];
    assert_eq!(trasferimenti(&p, &schede, Circuito::Altro), Err(AttivazioneError::SenzaConto(1)));
}

#[test]
fn tutti_postali_vuol_dire_tutti() {
    for (forme, postali, atteso) in [
        (vec![definita(A, None)], vec![A], true),
        (vec![definita(A, Some(B))], vec![B], false),
        (vec![definita(A, None), definita(B, None)], vec![A], false),
        (vec![definita(A, None), definita(B, None)], vec![A, B], true),
        (vec![definita(A, None), campioni::bollo()], vec![A], false),
    ] {
        let schede = [scheda(campioni::DOMINIO, &postali, (None, None))];
        assert_eq!(tutti_postali(&pendenza(forme.clone()), &schede), atteso, "{forme:?}");
    }
}

#[test]
fn la_causale_di_versamento() {
    let e = Importo::da_centesimi(4501);
    for (iuv, testo, attesa) in [
        ("01000000001234519", Some("ticket"), "/RFB/01000000001234519/45.01/TXT/ticket"),
        ("01000000001234519", None, "/RFB/01000000001234519/45.01"),
        ("RF18539007547034", Some("x"), "/RFS/RF18 5390 0754 7034/45.01/TXT/x"),
        ("RF19539007547034", None, "/RFB/RF19539007547034/45.01"),
    ] {
        assert_eq!(causale_versamento(iuv, e, testo), attesa);
    }
    assert_eq!(causale_versamento("1", e, Some(&"è".repeat(200))).chars().count(), 140);
}

#[test]
fn la_scadenza() {
    let mut p = pendenza(vec![definita(A, None)]);
    p.data_caricamento = Istante::da_roma(jiff::civil::datetime(2026, 1, 31, 23, 30, 0, 0));
    assert_eq!(scadenza(&p, None), date(2999, 12, 31));
    assert_eq!(scadenza(&p, Some(0)), date(2999, 12, 31));
    assert_eq!(scadenza(&p, Some(30)), date(2026, 3, 2));
    assert_eq!(scadenza(&p, Some(i64::MAX)), date(2999, 12, 31));
    p.data_scadenza = Some(date(2026, 12, 31));
    assert_eq!(scadenza(&p, Some(30)), date(2026, 12, 31));
    p.data_validita = Some(date(2026, 6, 30));
    assert_eq!(scadenza(&p, Some(30)), date(2026, 6, 30));
}

fn quota(capitolo: &str) -> QuotaContabilita {
    QuotaContabilita {
        capitolo: capitolo.into(),
        anno_esercizio: "2026".into(),
        importo: Importo::da_centesimi(4501),
        accertamento: Some("acc".into()),
        titolo: None,
        tipologia: Some("tip".into()),
        categoria: None,
        articolo: None,
        proprieta_custom: Some("x".into()),
    }
}

#[test]
fn i_metadati() {
    let custom = |t: &str| vec![(t.to_owned(), "1".to_owned()); 20];
    let mut v = pendenza(vec![definita(A, None)]).voci.remove(0);
    assert_eq!(metadati(&v, custom), []);
    v.contabilita = Some(Contabilita { quote: vec![quota("3321")], proprieta_custom: None });
    let uno = metadati(&v, custom);
    let coppie: Vec<_> = uno.iter().map(|(k, v)| (k.as_str(), v.as_str())).take(5).collect();
    assert_eq!(
        coppie,
        [
            ("CAPITOLOBILANCIO", "3321"),
            ("CODICEACCERTAMENTO", "acc"),
            ("ANNORIFERIMENTO", "2026"),
            ("TIPOLOGIABILANCIO", "tip"),
            ("x", "1")
        ]
    );
    assert_eq!(uno.len(), 15);
    v.contabilita = Some(Contabilita { quote: vec![quota("1"), quota("2")], proprieta_custom: None });
    let due = metadati(&v, custom);
    assert_eq!(due.len(), 2);
    assert_eq!(
        due[1],
        (
            "CAPITOLOBILANCIO,ARTICOLOBILANCIO,CODICEACCERTAMENTO,ANNORIFERIMENTO,TITOLOBILANCIO,CATEGORIABILANCIO,TIPOLOGIABILANCIO,IMPORTOEUROCENT".to_owned(),
            "2,,acc,2026,,,tip,4501".to_owned()
        )
    );
    v.metadata = vec![("k".into(), "v".into())];
    assert_eq!(metadati(&v, custom), [("k".to_owned(), "v".to_owned())]);
}

proptest! {
    #[test]
    fn la_causale_comincia_sempre_dal_riferimento(iuv in "[0-9]{1,35}", c in 1_i64..99_999_999_999, t in ".{0,200}") {
        let e = Importo::da_centesimi(c);
        let r = causale_versamento(&iuv, e, Some(&t));
        let testa = format!("/RFB/{iuv}/{e}/TXT/");
        prop_assert!(r.starts_with(&testa));
        prop_assert!(r.chars().count() <= 140);
    }
}
