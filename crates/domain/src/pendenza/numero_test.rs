use super::super::campioni::*;
use super::*;
use crate::anagrafica::SchedaDominio;
use crate::pendenza::TipiDiRiserva;
use std::sync::Arc;

fn con<T>(scheda: SchedaDominio, usa: impl FnOnce(&NuovaPendenza, &Riferita<'_>) -> T) -> T {
    let mut c = Censite::nuove();
    c.domini = vec![Arc::new(scheda)];
    let n = nuova(&[("v1", 100)]);
    let riserva = TipiDiRiserva { libero: "LIBERO", non_censito: None };
    let r = n.riferita(c.vista(), riserva).unwrap();
    usa(&n, &r)
}

fn con_prefisso(aux: AuxDigit, prefisso: &str) -> Result<Serie, NumeroError> {
    let mut s = scheda(DOMINIO, aux);
    if let Some(i) = &mut s.dominio.intermediazione {
        i.iuv_prefix = Some(prefisso.into());
    }
    con(s, |n, r| Serie::di(n, r, 2026))
}

#[test]
fn la_serie_e_del_dominio_e_del_prefisso_risolto() {
    let s = con_prefisso(AuxDigit::Tre, "%(a)%(y)%(t)").unwrap();
    assert_eq!(s.contatore(), "iuv/12345678901/342689");
    assert_eq!(s.numero(42).unwrap().0.as_str(), "301342689000004275");
    let s = con_prefisso(AuxDigit::Zero, "").unwrap();
    assert_eq!(s.numero(1).unwrap().0.as_str(), "001000000000000141");
    assert!(matches!(
        con_prefisso(AuxDigit::Tre, "999999999999").unwrap().numero(10),
        Err(NumeroError::Esauriti { .. })
    ));
}

#[test]
fn un_prefisso_non_numerico_e_ver_028() {
    let e = con_prefisso(AuxDigit::Tre, "9%(u)").unwrap_err();
    assert_eq!(
        e.to_string(),
        "Il prefisso IUV di tipo numerico generato (9%(u)) per la pendenza (IdA2A:A2A Id:P1) non e' valido \
         rispetto alla configurazione prevista per il dominio (12345678901, prefix:9%(u))."
    );
    assert!(matches!(e, NumeroError::Regola(e) if e.codice() == "VER_028"));
}

#[test]
fn il_numero_fornito_si_confronta_con_la_configurazione() {
    let esito = |aux, avviso: &str| {
        let avviso = NumeroAvviso::leggi(avviso).unwrap();
        con(scheda(DOMINIO, aux), |n, r| match controlla_fornito(n, &avviso, r) {
            Ok(()) => "ok".to_owned(),
            Err(NumeroError::Regola(e)) => format!("{} {e}", e.codice()),
            Err(e) => e.to_string(),
        })
    };
    // Wrong check digits are no error.
    assert_eq!(esito(AuxDigit::Tre, "301000000000000199"), "ok");
    assert_eq!(esito(AuxDigit::Zero, "001000000000000199"), "ok");
    assert_eq!(
        esito(AuxDigit::Zero, "002000000000000141"),
        "VER_026 Lo IUV (002000000000000141) non e' conforme alle specifiche agid, application code (02) \
         non valido per la stazione (11111111113_01)"
    );
    assert_eq!(
        esito(AuxDigit::Tre, "302000000000000141"),
        "VER_027 Lo IUV (302000000000000141) non e' conforme alle specifiche agid, segregaton code (02) \
         non valido per il dominio (12345678901)"
    );
    for sbagliato in ["001000000000000141", "101000000000000141"] {
        assert_eq!(
            esito(AuxDigit::Tre, sbagliato),
            format!(
                "VER_039 Il carattere iniziale del numero avviso ({sbagliato}) indicato per la pendenza \
                 (IdA2A:A2A Id:P1) non coincide con l'aux digit (3) impostato per l'Ente Creditore \
                 (12345678901)."
            )
        );
    }
    // The codes are looked at before the aux digit.
    assert!(esito(AuxDigit::Tre, "002000000000000141").starts_with("VER_026"));
    assert!(esito(AuxDigit::Zero, "302000000000000141").starts_with("VER_027"));
}

#[test]
fn un_iuv_chiesto_ritrova_il_suo_numero_anche_dopo_un_cambio_di_aux_digit() {
    let numero =
        |aux, iuv: &str| da_iuv_chiesto(&Iuv::fidato(iuv), &scheda(DOMINIO, aux)).map(|n| n.to_string());
    assert_eq!(numero(AuxDigit::Tre, "01000000000000144").as_deref(), Some("301000000000000144"));
    assert_eq!(numero(AuxDigit::Tre, "000000000000141").as_deref(), Some("001000000000000141"));
    assert_eq!(numero(AuxDigit::Zero, "01000000000000144").as_deref(), Some("301000000000000144"));
    assert_eq!(numero(AuxDigit::Zero, "55000000000000144").as_deref(), Some("155000000000000144"));
    assert_eq!(numero(AuxDigit::Due, "55000000000000144").as_deref(), Some("255000000000000144"));
    assert_eq!(numero(AuxDigit::Tre, "RF18539007547034"), None);
}
