//! How grave an event is (spec 60 5.3): 0 information, 1 authorisation, 3 caller or data, 5 platform.

use domain::evento::{Componente, EsitoEvento, Evento};

/// Severity of a code of GovPay (`VER_011`, `APP_002`, `INTERNAL`...); an unknown one is 5.
#[must_use]
pub fn severita_di_codice(codice: &str) -> i64 {
    match codice {
        "OK" | "PAG_014" => 0,
        "INTERNAL" | "TRASFORMAZIONE" | "PAG_013" => 5,
        _ => {
            let Some((famiglia, numero)) = codice.split_once('_') else { return 5 };
            let numero: u32 = numero.parse().unwrap_or(u32::MAX);
            match (famiglia, numero) {
                ("NDP" | "PSP", 0..=1)
                | ("PAG", 0..=5)
                | ("VER", 10..=13)
                | ("WISP", 0..=4)
                | ("VAL", 0..=3) => 5,
                (
                    "APP" | "AUT" | "CIT" | "DOM" | "PAG" | "PRM" | "PRT" | "RND" | "STA" | "TRB" | "TVD"
                    | "TVR" | "UAN" | "UOP" | "VER",
                    0..=999,
                ) => 3,
                _ => 5,
            }
        }
    }
}

/// Severity by category of an error body, for errors without a code of GovPay.
#[must_use]
pub fn severita_di_categoria(categoria: &str) -> i64 {
    match categoria {
        "AUTORIZZAZIONE" => 1,
        "UNMARSHALL" | "OPERAZIONE" => 0,
        "RICHIESTA" | "EC" => 3,
        _ => 5,
    }
}

/// Severity of an event for which nobody gave one.
pub(super) fn di_evento(e: &Evento) -> i64 {
    if e.esito == EsitoEvento::Fail {
        return 5;
    }
    match (e.componente, e.sottotipo_esito.as_deref()) {
        (_, Some("AUTORIZZAZIONE")) => 1,
        (Componente::ApiEnte | Componente::ApiPagopa, _) | (_, Some("SINTASSI" | "SEMANTICA")) => 3,
        (_, Some(codice)) if codice.starts_with(|c: char| c.is_ascii_uppercase()) => {
            severita_di_codice(codice)
        }
        (_, Some("404000")) => severita_di_categoria("OPERAZIONE"),
        _ => severita_di_categoria("RICHIESTA"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn i_codici_hanno_la_severita_della_tabella() {
        for (codice, attesa) in [
            ("OK", 0),
            ("INTERNAL", 5),
            ("NDP_001", 5),
            ("PAG_005", 5),
            ("PAG_006", 3),
            ("PAG_013", 5),
            ("PAG_014", 0),
            ("VER_009", 3),
            ("VER_010", 5),
            ("VER_013", 5),
            ("VER_014", 3),
            ("VAL_003", 5),
            ("APP_002", 3),
            ("UOP_001", 3),
            ("XYZ_001", 5),
            ("boh", 5),
        ] {
            assert_eq!(severita_di_codice(codice), attesa, "{codice}");
        }
    }
}
