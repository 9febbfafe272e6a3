use super::*;
use crate::AuxDigit;
use crate::codici::Iban;
use crate::pendenza::campioni::{ALTRO, DOMINIO, IBAN, IBAN2, con_entrata, nuova, scheda, stored, voce};
use crate::pendenza::{Documento, OpzioneDocumento, TipoContabilita};
use jiff::civil::date;

const OGGI: Date = date(2026, 11, 21);

fn indirizzo(nome: &str) -> Indirizzo {
    Indirizzo {
        tel: Some(format!("{nome}-tel")),
        fax: Some(format!("{nome}-fax")),
        web: Some(format!("www.{nome}.it")),
        pec: Some(format!("pec@{nome}")),
        email: Some(format!("posta@{nome}")),
        area: Some(format!("area {nome}")),
        ..Indirizzo::default()
    }
}

fn emessa(s: SchedaDominio) -> (SchedaDominio, Vec<Arc<SchedaDominio>>) {
    let schede = vec![Arc::new(s.clone()), Arc::new(scheda(ALTRO, AuxDigit::Tre))];
    (s, schede)
}

fn componi(p: &Pendenza, s: SchedaDominio, cambia: impl FnOnce(&mut Emittente<'_>)) -> AvvisoStampato {
    let (scheda, schede) = emessa(s);
    let mut e = Emittente {
        scheda: &scheda,
        schede: &schede,
        logo: None,
        secondo_logo: None,
        proprieta: ProprietaAvviso::default(),
        lingua: LinguaChiesta::DellaPendenza,
    };
    cambia(&mut e);
    AvvisoStampato::componi(p, e, &RegoleStampa::default(), OGGI)
}

fn postale(mut s: SchedaDominio) -> SchedaDominio {
    for c in &mut s.conti {
        c.postale = true;
        c.intestatario = Some("COMUNE - TESORERIA".into());
        c.aut_stampa_poste = Some("AUT. DB/1".into());
    }
    s
}

#[test]
fn una_pendenza_anonima_senza_altro() {
    let p = stored(&nuova(&[("1", 12345)]));
    let atteso = AvvisoStampato {
        oggetto: "causale".into(),
        opzione: None,
        ente: EnteStampato {
            nome: "Ente".into(),
            codice: IdDominio::fidato(DOMINIO),
            area: None,
            contatti: vec![],
        },
        logo: None,
        secondo_logo: None,
        debitore: DebitoreStampato::default(),
        cbill: None,
        numero_avviso: p.numero_avviso.clone(),
        importo: p.importo,
        scadenza: None,
        informativa: Informativa::Standard,
        seconda: None,
        bollettino: None,
        qrcode: format!("PAGOPA|002|301000000000000144|{DOMINIO}|12345"),
        stampato_il: OGGI,
    };
    assert_eq!(componi(&p, scheda(DOMINIO, AuxDigit::Tre), |_| {}), atteso);
}

#[test]
fn il_debitore_si_compone_dalle_parti_che_ci_sono() {
    let d = |indirizzo: Option<&str>,
             civico: Option<&str>,
             cap: Option<&str>,
             loc: Option<&str>,
             pr: Option<&str>| {
        let t = |x: Option<&str>| x.map(str::to_owned);
        debitore(
            &Debitore {
                identificativo: "rssmra30a01h501i".into(),
                anagrafica: "Mario Rossi".into(),
                indirizzo: t(indirizzo),
                civico: t(civico),
                cap: t(cap),
                localita: t(loc),
                provincia: t(pr),
                ..Debitore::anonimo()
            },
            &["ANONIMO".to_owned(), "mario rossi ".to_owned()],
        )
    };
    let intero = d(Some("Via Roma"), Some("1"), Some("00100"), Some("Roma"), Some("RM"));
    assert_eq!(intero.codice, "RSSMRA30A01H501I");
    assert_eq!((intero.indirizzo.as_str(), intero.localita.as_str()), ("Via Roma 1", "00100 Roma (RM)"));
    let poco = d(None, Some(" "), None, Some("Roma"), Some(""));
    assert_eq!((poco.indirizzo.as_str(), poco.localita.as_str()), ("", "Roma"));
}

#[test]
fn una_parola_nascosta_lascia_vuoto_senza_badare_alle_maiuscole() {
    let nascosti = ["Anonimo".to_owned()];
    assert_eq!(debitore(&Debitore::anonimo(), &nascosti), DebitoreStampato::default());
    let d = Debitore { anagrafica: "Mario".into(), ..Debitore::anonimo() };
    assert_eq!(debitore(&d, &nascosti).nome, "Mario");
}

#[test]
fn i_contatti_sono_dell_ufficio_e_in_mancanza_dell_ente() {
    let mut n = nuova(&[("1", 1)]);
    n.unita = Some(crate::IdUnita::fidato("UO1"));
    let mut s = scheda(DOMINIO, AuxDigit::Tre);
    s.dominio.indirizzo = indirizzo("ente");
    let senza_ufficio = componi(&stored(&nuova(&[("1", 1)])), s.clone(), |_| {}).ente;
    assert_eq!(senza_ufficio.area.as_deref(), Some("area ente"));
    assert_eq!(senza_ufficio.contatti, ["www.ente.it", "Tel: ente-tel - Fax: ente-fax", "pec: pec@ente"]);

    let ufficio_spoglio = componi(&stored(&n), s.clone(), |_| {}).ente;
    assert_eq!(ufficio_spoglio.area, None);
    assert_eq!(ufficio_spoglio.contatti, senza_ufficio.contatti);

    s.unita[1].indirizzo = Indirizzo { fax: None, pec: None, web: Some(" ".into()), ..indirizzo("uo") };
    s.dominio.indirizzo.fax = None;
    let con_ufficio = componi(&stored(&n), s, |_| {}).ente;
    assert_eq!(con_ufficio.area.as_deref(), Some("area uo"));
    assert_eq!(con_ufficio.contatti, ["www.ente.it", "Tel: uo-tel", "email: posta@uo"]);
}

#[test]
fn la_scadenza_stampata_e_la_prima_che_c_e() {
    let (a, b, c) = (date(2027, 1, 1), date(2027, 2, 2), date(2027, 3, 3));
    let mut p = stored(&nuova(&[("1", 1)]));
    let esito = |p: &Pendenza, propria, giorni| {
        scadenza(p, &ProprietaAvviso { data_scadenza: propria, ..ProprietaAvviso::default() }, giorni)
    };
    assert_eq!(esito(&p, None, None), None);
    assert_eq!(esito(&p, None, Some(10)), Some(date(1970, 1, 11)));
    assert_eq!(esito(&p, None, Some(i64::MAX)), None);
    p.data_scadenza = Some(c);
    assert_eq!(esito(&p, None, Some(10)), Some(c));
    p.data_validita = Some(b);
    assert_eq!(esito(&p, None, None), Some(b));
    assert_eq!(esito(&p, Some(a), None), Some(a));
}

#[test]
fn l_informativa_vuota_toglie_la_sezione() {
    let p = stored(&nuova(&[("1", 1)]));
    let con = |t: Option<&str>| {
        let t = t.map(str::to_owned);
        componi(&p, scheda(DOMINIO, AuxDigit::Tre), |e| e.proprieta.informativa_importo = t).informativa
    };
    assert_eq!(con(None), Informativa::Standard);
    assert_eq!(con(Some("")), Informativa::Nessuna);
    assert_eq!(con(Some("x")), Informativa::Testo("x".into()));
}

#[test]
fn la_seconda_lingua_e_quella_chiesta_o_della_pendenza() {
    let p = stored(&nuova(&[("1", 1)]));
    let con = |lingua, proprieta: &ProprietaAvviso| {
        componi(&p, scheda(DOMINIO, AuxDigit::Tre), |e| {
            e.proprieta = proprieta.clone();
            e.lingua = lingua;
        })
        .seconda
    };
    let (sua, mai) = (LinguaChiesta::DellaPendenza, LinguaChiesta::SoloItaliano);
    let nuda = |lingua| Some(Seconda { lingua, oggetto: None, informativa: Informativa::Standard });
    let niente = ProprietaAvviso::default();
    assert_eq!(con(sua, &niente), None);
    assert_eq!(con(LinguaChiesta::Questa(Lingua::Fr), &niente), nuda(Lingua::Fr));
    let tedesco = ProprietaAvviso {
        lingua: Some(Lingua::De),
        seconda_causale: Some("Müll".into()),
        seconda_informativa: Some("Hinweis".into()),
        ..niente
    };
    let intera =
        |informativa| Some(Seconda { lingua: Lingua::De, oggetto: Some("Müll".into()), informativa });
    assert_eq!(con(sua, &tedesco), intera(Informativa::Testo("Hinweis".into())));
    assert_eq!(con(LinguaChiesta::Questa(Lingua::De), &tedesco), con(sua, &tedesco));
    assert_eq!(con(mai, &tedesco), None);
    // German words are not English ones.
    assert_eq!(con(LinguaChiesta::Questa(Lingua::En), &tedesco), nuda(Lingua::En));
    // A pendenza that names no language has its words in the one asked for.
    let senza = ProprietaAvviso { lingua: None, ..tedesco.clone() };
    assert_eq!(con(LinguaChiesta::Questa(Lingua::De), &senza), con(sua, &tedesco));

    let note = |italiana: Option<&str>, seconda: Option<&str>| {
        let p = ProprietaAvviso {
            informativa_importo: italiana.map(str::to_owned),
            seconda_informativa: seconda.map(str::to_owned),
            ..tedesco.clone()
        };
        con(sua, &p).unwrap().informativa
    };
    assert_eq!(note(None, None), Informativa::Standard);
    assert_eq!(note(None, Some("")), Informativa::Nessuna);
    assert_eq!(note(Some(""), Some("x")), Informativa::Nessuna);
    assert_eq!(note(Some("a"), None), Informativa::Nessuna);
    assert_eq!(note(Some("a"), Some("x")), Informativa::Testo("x".into()));
}

#[test]
fn le_lingue_che_si_possono_chiedere() {
    use LinguaChiesta::{DellaPendenza, Questa, SoloItaliano};
    for (codice, attesa) in [
        (None, Some(DellaPendenza)),
        (Some("false"), Some(SoloItaliano)),
        (Some("de"), Some(Questa(Lingua::De))),
        (Some("sl"), Some(Questa(Lingua::Sl))),
        (Some("en"), Some(Questa(Lingua::En))),
        (Some("fr"), Some(Questa(Lingua::Fr))),
        (Some("DE"), None),
        (Some("it"), None),
        (Some(""), None),
    ] {
        assert_eq!(LinguaChiesta::leggi(codice), attesa, "{codice:?}");
    }
}

#[test]
fn il_bollettino_segue_il_conto_della_prima_voce() {
    let s = postale(scheda(DOMINIO, AuxDigit::Tre));
    let p = stored(&nuova(&[("1", 1999)]));
    let b = componi(&p, s.clone(), |_| {}).bollettino.unwrap();
    assert_eq!(b.conto, IBAN[IBAN.len() - 12..]);
    assert_eq!(
        (b.intestato_a.as_str(), b.autorizzazione.as_deref()),
        ("COMUNE - TESORERIA", Some("AUT. DB/1"))
    );
    assert!(b.datamatrix.contains("100000001999"), "{}", b.datamatrix);

    let mut nudo = s.clone();
    for c in &mut nudo.conti {
        (c.intestatario, c.aut_stampa_poste) = (None, None);
    }
    if let Some(i) = &mut nudo.dominio.intermediazione {
        i.aut_stampa_poste = Some("AUT. ENTE".into());
    }
    let b = componi(&p, nudo, |_| {}).bollettino.unwrap();
    assert_eq!((b.intestato_a.as_str(), b.autorizzazione.as_deref()), ("Ente", Some("AUT. ENTE")));

    // Only the second voce is postal, the amount does not fit, the account is not postal.
    let mut n = nuova(&[("1", 1), ("2", 1)]);
    n.voci[0].forma = con_entrata("TARI");
    assert_eq!(componi(&stored(&n), s.clone(), |_| {}).bollettino, None);
    assert_eq!(componi(&stored(&nuova(&[("1", 10_000_000_000)])), s, |_| {}).bollettino, None);
    assert_eq!(componi(&p, scheda(DOMINIO, AuxDigit::Tre), |_| {}).bollettino, None);
}

#[test]
fn l_appoggio_postale_vale_se_l_accredito_non_lo_e() {
    let mut s = scheda(DOMINIO, AuxDigit::Tre);
    let mut appoggio = s.conti[0].clone();
    appoggio.iban = Iban::fidato(IBAN2);
    appoggio.postale = true;
    s.conti.push(appoggio);
    let mut n = nuova(&[("1", 1)]);
    n.voci[0] = voce(
        "1",
        1,
        Forma::Definita {
            iban_accredito: Iban::fidato(IBAN),
            iban_appoggio: Some(Iban::fidato(IBAN2)),
            tipo_contabilita: TipoContabilita::Altro,
            codice_contabilita: "ABC".into(),
        },
    );
    let b = componi(&stored(&n), s, |_| {}).bollettino.unwrap();
    assert_eq!(b.conto, IBAN2[IBAN2.len() - 12..]);
}

#[test]
fn i_loghi_portano_il_nome_del_loro_ente() {
    let mut n = nuova(&[("1", 1), ("2", 1)]);
    n.voci[1].dominio = Some(IdDominio::fidato(ALTRO));
    let mut s = scheda(DOMINIO, AuxDigit::Tre);
    s.dominio.ragione_sociale = "Comune".into();
    let a = componi(&stored(&n), s.clone(), |e| (e.logo, e.secondo_logo) = (Some(vec![1]), Some(vec![2])));
    assert_eq!(a.logo, Some(Logo { contenuto: vec![1], nome: "Comune".into() }));
    assert_eq!(a.secondo_logo, Some(Logo { contenuto: vec![2], nome: "Ente".into() }));
    let solo = componi(&stored(&nuova(&[("1", 1)])), s, |e| e.secondo_logo = Some(vec![2]));
    assert_eq!((solo.logo, solo.secondo_logo), (None, None));
}

#[test]
fn la_rata_di_un_documento_si_dice_e_l_oggetto_e_del_documento() {
    let con = |opzione| {
        let mut n = nuova(&[("1", 1)]);
        n.accessori.documento =
            Some(Documento { identificativo: "D1".into(), descrizione: "TARI 2026".into(), opzione });
        let a = componi(&stored(&n), postale(scheda(DOMINIO, AuxDigit::Tre)), |_| {});
        assert!(a.bollettino.unwrap().datamatrix.contains("TARI 2026"));
        (a.oggetto, a.opzione)
    };
    for opzione in [OpzioneDocumento::Unica, OpzioneDocumento::Rata(3), OpzioneDocumento::Scontato] {
        assert_eq!(con(opzione), ("TARI 2026".to_owned(), Some(opzione)));
    }
}

#[test]
fn una_marca_da_bollo_si_riconosce() {
    assert!(!stored(&nuova(&[("1", 1)])).con_bollo());
    let mut n = nuova(&[("1", 1), ("2", 1)]);
    n.voci[1].forma = crate::pendenza::campioni::bollo();
    assert!(stored(&n).con_bollo());
}
