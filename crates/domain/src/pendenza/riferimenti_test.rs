use super::super::campioni::*;
use super::*;
use crate::anagrafica::Ambito;
use crate::codici::Iban;
use crate::pendenza::{Contabilita, QuotaContabilita};
use crate::{AuxDigit, IdA2A, IdUnita};

const RISERVA: TipiDiRiserva<'static> = TipiDiRiserva { libero: "LIBERO", non_censito: Some("LIBERO") };

fn esito(n: &NuovaPendenza, c: &Censite) -> String {
    match n.riferita(c.vista(), RISERVA) {
        Ok(r) => format!("ok {}", r.tipo.id),
        Err(e) => format!("{} {e}", e.codice()),
    }
}

type Guasto = fn(&mut NuovaPendenza, &mut Censite);

#[test]
fn ogni_codice_ha_il_suo_testo() {
    let casi: &[(Guasto, &str)] = &[
        (|_, _| {}, "ok LIBERO"),
        (|_, c| c.applicazione = None, "APP_000 Applicazione (A2A) inesistente"),
        (
            |_, c| c.applicazione.as_mut().unwrap().utenza.abilitato = false,
            "APP_001 Applicazione (A2A) disabilitata",
        ),
        (|n, _| n.dominio = IdDominio::fidato(ALTRO), "DOM_000 Dominio (10987654321) inesistente"),
        (
            |_, c| Arc::get_mut(&mut c.domini[0]).unwrap().dominio.abilitato = false,
            "DOM_001 Dominio (12345678901) disabilitato",
        ),
        (
            |n, _| n.unita = Some(IdUnita::fidato("NO")),
            "UOP_000 Unita' operativa (NO) del dominio (12345678901) inesistente",
        ),
        (
            |n, _| n.unita = Some(IdUnita::fidato("UO2")),
            "UOP_001 Unita' operativa (UO2) del dominio (12345678901) disabilitata",
        ),
        (
            |n, _| n.voci[0].dominio = Some(IdDominio::fidato(ALTRO)),
            "DOM_000 Dominio (10987654321) inesistente",
        ),
        (
            |n, _| n.voci[0].forma = con_entrata("NO"),
            "TRB_000 Tributo (NO) inesistente per il dominio (12345678901)",
        ),
        (
            |n, _| n.voci[0].forma = con_entrata("SPENTA"),
            "TRB_001 Tributo (SPENTA) disabilitato per il dominio (12345678901)",
        ),
        (
            |n, c| {
                n.voci[0].forma = bollo();
                Arc::get_mut(&mut c.domini[0]).unwrap().entrate.pop();
            },
            "TRB_000 Tributo (BOLLOT) inesistente per il dominio (12345678901)",
        ),
        (
            |n, _| n.voci[0].forma = definita("IT00NO"),
            "VER_020 Iban di accredito (IT00NO) non censito per il dominio (12345678901)",
        ),
        (
            |n, _| n.voci[0].forma = definita("IT00SPENTO"),
            "VER_032 Iban di accredito (IT00SPENTO) disabilitato per il dominio (12345678901)",
        ),
        (
            |n, _| appoggio(n, "IT00NO"),
            "VER_033 Iban di appoggio (IT00NO) non censito per il dominio (12345678901)",
        ),
        (
            |n, _| appoggio(n, "IT00SPENTO"),
            "VER_034 Iban di appoggio (IT00SPENTO) disabilitato per il dominio (12345678901)",
        ),
        (
            |n, _| n.tipo_pendenza = Some(IdTipoPendenza::fidato("NO")),
            "TVR_000 Tipo pendenza (NO) inesistente",
        ),
        (
            |n, _| n.tipo_pendenza = Some(IdTipoPendenza::fidato("TVROFF")),
            "TVR_001 Tipo pendenza (TVROFF) disabilitato",
        ),
        (
            |_, c| c.applicazione.as_mut().unwrap().utenza.tipi_pendenza = Ambito::Solo(vec![]),
            "VER_022 Applicazione non autorizzata alla gestione del tipo pendenza indicato",
        ),
        (
            |_, c| {
                let a = c.applicazione.as_mut().unwrap();
                a.utenza.tipi_pendenza = Ambito::Solo(vec![]);
                a.autodeterminazione = true;
            },
            "ok LIBERO",
        ),
        (
            |n, _| n.tipo_pendenza = Some(IdTipoPendenza::fidato("SOLO")),
            "TVD_000 Tipo pendenza (SOLO) del dominio (12345678901) inesistente",
        ),
        (
            |n, _| n.tipo_pendenza = Some(IdTipoPendenza::fidato("TVDOFF")),
            "TVD_001 Tipo pendenza (TVDOFF) del dominio (12345678901) disabilitato",
        ),
        (
            |n, _| n.voci[1].id_voce = "v1".into(),
            "VER_001 La pendenza (IdA2A:A2A, Id:P1) presenta il codSingoloVersamentoEnte (v1) piu' di una volta",
        ),
        (
            |n, _| n.importo = Importo::da_centesimi(10_000),
            "VER_002 La pendenza (IdA2A:A2A, Id:P1) ha un importo totale (100.0) diverso dalla somma dei \
             singoli importi (110.99)",
        ),
    ];
    for (guasto, atteso) in casi {
        let (mut n, mut c) = (nuova(&[("v1", 10_000), ("v2", 1_099)]), Censite::nuove());
        guasto(&mut n, &mut c);
        assert_eq!(esito(&n, &c), *atteso);
    }
}

fn appoggio(n: &mut NuovaPendenza, iban: &str) {
    if let Forma::Definita { iban_appoggio, .. } = &mut n.voci[0].forma {
        *iban_appoggio = Some(Iban::fidato(iban));
    }
}

/// Everything is wrong at once; each correction uncovers the next rule of the table.
#[test]
fn vince_la_prima_regola_della_tabella() {
    let (mut n, mut c) = (nuova(&[("v", 1), ("v", 1)]), Censite::nuove());
    n.importo = Importo::da_centesimi(5);
    n.dominio = IdDominio::fidato(ALTRO);
    n.unita = Some(IdUnita::fidato("NO"));
    n.tipo_pendenza = Some(IdTipoPendenza::fidato("NO"));
    n.voci[0].forma = con_entrata("NO");
    n.voci[1].forma = definita("IT00NO");
    let vere = c.applicazione.take();
    let correzioni: &[(&str, Guasto)] = &[
        ("DOM_000", |n, _| n.dominio = IdDominio::fidato(DOMINIO)),
        ("UOP_000", |n, _| n.unita = None),
        ("TRB_000", |n, _| n.voci[0].forma = definita(IBAN)),
        ("VER_020", |n, _| n.voci[1].forma = definita(IBAN)),
        ("TVR_000", |n, _| n.tipo_pendenza = None),
        ("VER_001", |n, _| n.voci[1].id_voce = "w".into()),
        ("VER_002", |n, _| n.importo = Importo::da_centesimi(2)),
    ];
    assert!(esito(&n, &c).starts_with("APP_000"));
    c.applicazione = vere;
    for (atteso, correggi) in correzioni {
        assert!(esito(&n, &c).starts_with(atteso), "{atteso}: {}", esito(&n, &c));
        correggi(&mut n, &mut c);
    }
    assert_eq!(esito(&n, &c), "ok LIBERO");
}

#[test]
fn il_tipo_si_deriva_dalla_prima_voce() {
    let c = Censite::nuove();
    for (forma, atteso) in
        [(definita(IBAN), "ok LIBERO"), (con_entrata("TARI"), "ok TARI"), (bollo(), "ok BOLLOT")]
    {
        let mut n = nuova(&[("v1", 1), ("v2", 1)]);
        n.voci[0].forma = forma;
        assert_eq!(esito(&n, &c), atteso);
    }
    // A derived type that nobody registered gives way to the substitute, a given one does not.
    let mut c = Censite::nuove();
    c.tipi.retain(|t| t.id != *"TARI");
    let mut n = nuova(&[("v1", 1)]);
    n.voci[0].forma = con_entrata("TARI");
    assert_eq!(esito(&n, &c), "ok LIBERO");
    assert_eq!(
        n.riferita(c.vista(), TipiDiRiserva { libero: "LIBERO", non_censito: None }).unwrap_err(),
        PendenzaError::TipoInesistente(IdTipoPendenza::fidato("TARI"))
    );
    n.tipo_pendenza = Some(IdTipoPendenza::fidato("TARI"));
    assert_eq!(esito(&n, &c), "TVR_000 Tipo pendenza (TARI) inesistente");
}

#[test]
fn entrata_e_iban_sono_del_dominio_della_voce() {
    let mut c = Censite::nuove();
    let mut altro = scheda(ALTRO, AuxDigit::Tre);
    altro.dominio.intermediazione = None;
    altro.conti.clear();
    c.domini.push(Arc::new(altro));
    let mut n = nuova(&[("v1", 1)]);
    n.voci[0].dominio = Some(IdDominio::fidato(ALTRO));
    assert_eq!(
        esito(&n, &c),
        format!("VER_020 Iban di accredito ({IBAN}) non censito per il dominio ({ALTRO})")
    );
    n.voci[0].forma = con_entrata("TARI");
    assert_eq!(esito(&n, &c), "ok TARI");
}

#[test]
fn le_quote_fanno_l_importo_della_voce() {
    let mut n = nuova(&[("v1", 10_000)]);
    let quota = |c| QuotaContabilita {
        capitolo: "1".into(),
        anno_esercizio: "2026".into(),
        importo: Importo::da_centesimi(c),
        accertamento: None,
        titolo: None,
        tipologia: None,
        categoria: None,
        articolo: None,
        proprieta_custom: None,
    };
    n.voci[0].contabilita =
        Some(Contabilita { quote: vec![quota(10), quota(9_990)], proprieta_custom: None });
    assert_eq!(n.quote_coerenti(), Ok(()));
    n.voci[0].contabilita = Some(Contabilita { quote: vec![quota(10), quota(20)], proprieta_custom: None });
    let e = n.quote_coerenti().unwrap_err();
    assert_eq!(
        format!("{} {e}", e.codice()),
        "VER_035 La voce (v1) della pendenza (IdA2A:A2A, Id:P1) ha un importo (100.0) diverso dalla somma \
         dei singoli importi definiti nella lista delle contabilita' (0.3)"
    );
    n.voci[0].contabilita = Some(Contabilita::default());
    assert_eq!(n.quote_coerenti(), Ok(()));
}

#[test]
fn i_testi_che_nascono_altrove() {
    let casi = [
        (
            PendenzaError::ApplicazioneDiversa {
                autenticata: IdA2A::fidato("A"),
                indicata: IdA2A::fidato("B"),
            },
            "APP_002 Applicazione autenticata (A) diversa dalla chiamante (B)",
        ),
        (
            PendenzaError::AvvisoNonConforme("99".into()),
            "VER_017 Lo IUV (99) non e' conforme alle specifiche agid",
        ),
    ];
    for (e, atteso) in casi {
        assert_eq!(format!("{} {e}", e.codice()), atteso);
    }
}
