use super::*;
use crate::pendenza::{Pendenza, StatoPagamento, StatoPendenza, StatoVoce, campioni};
use crate::tentativo::{EsitoPagamento, Riscossione, StatoRiscossione, TipoRiscossione};
use crate::{IdDominio, Importo, Istante, Iuv};
use proptest::prelude::*;

fn e(centesimi: i64) -> Importo {
    Importo::da_centesimi(centesimi)
}

fn righe(importi: &[i64]) -> Vec<Riga> {
    (1..).zip(importi).map(|(i, c)| Riga { indice: i, importo: e(*c), categoria: "9/A".into() }).collect()
}

fn richiesta(importi: &[i64]) -> Richiesta {
    Richiesta {
        iuv: "123".into(),
        debitore: Some("RSSMRA30A01H501I".into()),
        dati_debitore: vec![None],
        importo: e(importi.iter().sum()),
        righe: righe(importi),
    }
}

fn ricevuta(esito: EsitoPagamento, totale: i64, importi: &[i64]) -> Dichiarata {
    Dichiarata {
        iuv: "123".into(),
        debitore: "RSSMRA30A01H501I".into(),
        dati_debitore: vec![None],
        esito,
        importo: e(totale),
        righe: righe(importi),
    }
}

#[test]
fn i_testi_dei_rifiuti() {
    use EsitoPagamento::{Eseguito as OK, NonEseguito as KO};
    let r = richiesta(&[100, 200]);
    let fatale = |d: &Dichiarata| esamina(&r, d).fatale;
    assert_eq!(fatale(&ricevuta(OK, 300, &[100, 200])), None);
    assert_eq!(fatale(&ricevuta(OK, 400, &[100, 300])), None, "un altro importo non e' un motivo");
    assert_eq!(
        fatale(&ricevuta(OK, 300, &[300])).as_deref(),
        Some("Numero di pagamenti diverso dal numero di versamenti per una ricevuta di tipo OK")
    );
    assert_eq!(
        fatale(&ricevuta(KO, 0, &[100])).as_deref(),
        Some("Numero di pagamenti diverso dal numero di versamenti per una ricevuta di tipo KO")
    );
    assert_eq!(fatale(&ricevuta(KO, 0, &[])), None);
    assert_eq!(
        fatale(&ricevuta(OK, 350, &[100, 200])).as_deref(),
        Some("ImportoTotalePagato [3.50] non corrisponde alla somma dei SingoliImportiPagati [3.00]")
    );
    assert_eq!(
        fatale(&ricevuta(KO, 0, &[100, 200])).as_deref(),
        Some("ImportoTotalePagato [0.00] non corrisponde alla somma dei SingoliImportiPagati [3.00]")
    );
    assert_eq!(
        fatale(&ricevuta(KO, 300, &[100, 200])).as_deref(),
        Some("ImportoTotalePagato [3.00] diverso da zero per una ricevuta di tipo KO")
    );
    let mut d = ricevuta(OK, 300, &[100, 200]);
    d.debitore = "VRDGPP65B03A112N".into();
    assert_eq!(
        fatale(&d).as_deref(),
        Some(
            "UniqueIdentifierDebtor non corrisponde [Atteso:\"RSSMRA30A01H501I\" Ricevuto:\"VRDGPP65B03A112N\"]"
        )
    );
    let senza = Richiesta { debitore: None, ..r.clone() };
    assert_eq!(esamina(&senza, &d).fatale, None);
    d.iuv = "124".into();
    assert_eq!(
        fatale(&d).as_deref(),
        Some("CreditorReferenceId non corrisponde [Atteso:\"123\" Ricevuto:\"124\"]")
    );
}

#[test]
fn le_differenze_senza_conseguenze_si_dicono() {
    let mut d = ricevuta(EsitoPagamento::Eseguito, 400, &[100, 300]);
    d.dati_debitore = vec![Some("x".into())];
    d.righe[0].categoria = "9/B".into();
    d.righe[1].indice = 3;
    assert_eq!(
        esamina(&richiesta(&[100, 200]), &d),
        Esame {
            fatale: None,
            avvertenze: vec!["debtor", "paymentAmount", "idTransfer", "transferCategory", "transferAmount"]
        }
    );
}

fn pendenza(stato: StatoPendenza, importi: &[i64]) -> Pendenza {
    let nomi: Vec<(String, i64)> = (1..).zip(importi).map(|(n, c): (i32, _)| (n.to_string(), *c)).collect();
    let nuova = campioni::nuova(&nomi.iter().map(|(n, c)| (n.as_str(), *c)).collect::<Vec<_>>());
    let mut p = campioni::stored(&nuova);
    p.stato = stato;
    if gia(stato) {
        p.stato_pagamento = StatoPagamento::Pagato;
        for v in &mut p.voci {
            v.stato = StatoVoce::Eseguito;
        }
    }
    p
}

fn gia(stato: StatoPendenza) -> bool {
    matches!(stato, StatoPendenza::Eseguito | StatoPendenza::ParzialmenteEseguito)
}

fn pagamento(esito: EsitoPagamento) -> Pagamento {
    Pagamento {
        tentativo: 9,
        iuv: Iuv::fidato("123"),
        iur: "R1".into(),
        esito,
        data: Istante::da_micros(5),
        commissioni: Some(e(150)),
    }
}

fn pagate(importi: &[i64]) -> Vec<RigaPagata> {
    (1..)
        .zip(importi)
        .map(|(indice, c)| RigaPagata {
            indice,
            importo: e(*c),
            dominio: IdDominio::fidato(campioni::DOMINIO),
            intermediato: true,
            allegato: None,
        })
        .collect()
}

const ADESSO: Istante = Istante::da_micros(77);

#[test]
fn la_pendenza_dopo_la_ricevuta() {
    use {EsitoPagamento as E, StatoPendenza as S};
    let diverso = Some("L'importo pagato non corrisponde all'importo dovuto.");
    let duplicato = Some("Acquisito pagamento duplicato");
    for (da, esito, pagati, a, anomalo, descrizione) in [
        (S::NonEseguito, E::Eseguito, [100, 200], S::Eseguito, false, None),
        (S::Annullato, E::Eseguito, [100, 200], S::Eseguito, false, None),
        (S::NonEseguito, E::Eseguito, [100, 201], S::Eseguito, true, diverso),
        (S::Annullato, E::Eseguito, [99, 200], S::Eseguito, true, diverso),
        (S::Eseguito, E::Eseguito, [100, 200], S::Eseguito, true, duplicato),
        (S::Eseguito, E::Eseguito, [101, 200], S::Eseguito, true, diverso),
        (S::ParzialmenteEseguito, E::Eseguito, [100, 200], S::Eseguito, true, duplicato),
        (S::NonEseguito, E::Eseguito, [100, 0], S::Eseguito, true, diverso),
        (S::NonEseguito, E::ParzialmenteEseguito, [100, 0], S::ParzialmenteEseguito, false, None),
        (S::NonEseguito, E::DecorrenzaTerminiParziale, [100, 0], S::ParzialmenteEseguito, false, None),
        (S::Eseguito, E::ParzialmenteEseguito, [100, 0], S::ParzialmenteEseguito, true, duplicato),
    ] {
        let p = pendenza(da, &[100, 200]);
        let i = incassa(&p, &pagamento(esito), &pagate(&pagati), &[], 50, ADESSO).unwrap();
        let n = &i.pendenza;
        let nome = format!("{da} {esito} {pagati:?}");
        assert_eq!((n.stato, n.anomalo, n.descrizione_stato.as_deref()), (a, anomalo, descrizione), "{nome}");
        assert_eq!(n.stato_pagamento, StatoPagamento::Pagato);
        assert_eq!(n.importo_pagato, e(pagati.iter().sum()), "{nome}");
        assert_eq!(n.importo_incassato, Importo::ZERO);
        assert_eq!(n.iuv_pagamento, Some(Iuv::fidato("123")));
        assert_eq!((n.data_pagamento, n.data_ultimo_aggiornamento), (Some(Istante::da_micros(5)), ADESSO));
        assert_eq!(i.righe.len(), pagati.iter().filter(|c| **c > 0).count(), "{nome}");
    }
}

#[test]
fn chi_non_paga_non_cambia_niente() {
    use EsitoPagamento as E;
    for esito in [E::NonEseguito, E::DecorrenzaTermini, E::Rifiutato, E::InCorso] {
        for stato in StatoPendenza::TUTTI {
            let p = pendenza(*stato, &[100]);
            let i = incassa(&p, &pagamento(esito), &pagate(&[100]), &[], 50, ADESSO).unwrap();
            assert_eq!((i.pendenza, i.righe.len()), (p, 0));
        }
    }
}

#[test]
fn una_riga_per_ogni_importo() {
    let mut p = pendenza(StatoPendenza::NonEseguito, &[100, 200, 300]);
    p.voci[2].forma = campioni::bollo();
    let mut righe = pagate(&[100, 200, 300]);
    righe[1].dominio = IdDominio::fidato(campioni::ALTRO);
    righe[1].intermediato = false;
    righe[2].allegato = Some(("BD".into(), "eA==".into()));
    // By idTransfer, not by position.
    righe.reverse();
    let i = incassa(&p, &pagamento(EsitoPagamento::Eseguito), &righe, &[], 50, ADESSO).unwrap();
    let viste: Vec<_> = i
        .righe
        .iter()
        .map(|r| match r {
            RigaIncasso::Nuova(r) => (r.id, r.voce, r.indice, r.importo, r.tipo, r.dominio.to_string()),
            RigaIncasso::Collegata(_) => panic!("nuova"),
        })
        .collect();
    assert_eq!(
        viste,
        [
            (50, Some(72), 3, e(300), TipoRiscossione::Mbt, campioni::DOMINIO.to_owned()),
            (51, Some(71), 2, e(200), TipoRiscossione::EntrataPaNonIntermediata, campioni::ALTRO.to_owned()),
            (52, Some(70), 1, e(100), TipoRiscossione::Entrata, campioni::DOMINIO.to_owned()),
        ]
    );
    assert!(i.pendenza.voci.iter().all(|v| v.stato == StatoVoce::Eseguito));
    assert!(!i.pendenza.anomalo);
}

/// The schema lets two lines have one idTransfer: both are money, the position tells them apart.
#[test]
fn righe_con_lo_stesso_indice_valgono_per_posizione() {
    let p = pendenza(StatoPendenza::NonEseguito, &[100, 200]);
    let mut righe = pagate(&[100, 200]);
    righe[1].indice = 1;
    let i = incassa(&p, &pagamento(EsitoPagamento::Eseguito), &righe, &[], 50, ADESSO).unwrap();
    let indici: Vec<_> = i
        .righe
        .iter()
        .map(|r| match r {
            RigaIncasso::Nuova(r) | RigaIncasso::Collegata(r) => (r.indice, r.voce, r.importo),
        })
        .collect();
    assert_eq!(indici, [(1, Some(p.voci[0].id), e(100)), (2, Some(p.voci[1].id), e(200))]);
    assert_eq!((i.pendenza.stato, i.pendenza.anomalo), (StatoPendenza::Eseguito, false));
    assert!(i.pendenza.voci.iter().all(|v| v.stato == StatoVoce::Eseguito));
}

fn esistente(stato: StatoRiscossione, tentativo: Option<i64>) -> Riscossione {
    Riscossione {
        id: 3,
        pendenza: 7,
        voce: Some(70),
        tentativo,
        dominio: IdDominio::fidato(campioni::DOMINIO),
        iuv: Iuv::fidato("123"),
        iur: "R1".into(),
        indice: 1,
        importo: e(90),
        data: Istante::da_micros(1),
        commissioni: None,
        stato,
        tipo: TipoRiscossione::Entrata,
        allegato: None,
    }
}

#[test]
fn una_riscossione_del_flusso_si_completa() {
    let p = pendenza(StatoPendenza::Eseguito, &[100]);
    let paga = pagamento(EsitoPagamento::Eseguito);
    let prova = |r: Riscossione| incassa(&p, &paga, &pagate(&[100]), std::slice::from_ref(&r), 50, ADESSO);

    let i = prova(esistente(StatoRiscossione::PagatoSenzaRpt, None)).unwrap();
    let attesa = Riscossione {
        importo: e(100),
        data: Istante::da_micros(5),
        ..esistente(StatoRiscossione::Pagato, Some(9))
    };
    assert_eq!(i.righe, [RigaIncasso::Collegata(attesa)]);
    assert_eq!((i.pendenza.anomalo, i.pendenza.importo_pagato), (false, e(100)));

    let i = prova(esistente(StatoRiscossione::Incassato, None)).unwrap();
    assert_eq!(i.righe, [RigaIncasso::Collegata(esistente(StatoRiscossione::Incassato, Some(9)))]);
    assert_eq!(i.pendenza.importo_pagato, Importo::ZERO);

    assert_eq!(prova(esistente(StatoRiscossione::Pagato, Some(8))), Err(GiaPresente { tentativo: 8 }));
}

proptest! {
    /// No receipt loses or invents money: what the riscossioni say is what the receipt says.
    #[test]
    fn le_riscossioni_valgono_la_ricevuta(
        dovuti in prop::collection::vec(1_i64..100_000, 1..=5),
        pagati in prop::collection::vec(0_i64..100_000, 1..=5),
        stato in prop::sample::select(StatoPendenza::TUTTI),
    ) {
        let p = pendenza(stato, &dovuti);
        let i = incassa(&p, &pagamento(EsitoPagamento::Eseguito), &pagate(&pagati), &[], 1, ADESSO).unwrap();
        let somma: i64 = i.righe.iter().map(|r| match r {
            RigaIncasso::Nuova(r) | RigaIncasso::Collegata(r) => r.importo.centesimi(),
        }).sum();
        prop_assert_eq!(somma, pagati.iter().sum::<i64>());
        prop_assert_eq!(i.pendenza.importo_pagato.centesimi(), somma);
        prop_assert_eq!(i.pendenza.stato, StatoPendenza::Eseguito);
        // A voce that nobody pays makes the paid amount another one, as a line of another amount does.
        let pagati: Vec<i64> = pagati.iter().rev().skip_while(|c| **c == 0).copied().collect();
        let righe_uguali = pagati.iter().rev().eq(&dovuti);
        if !gia(stato) {
            prop_assert_eq!(i.pendenza.anomalo, !righe_uguali);
        }
        prop_assert_eq!(i.pendenza.voci.len(), p.voci.len());
    }
}
