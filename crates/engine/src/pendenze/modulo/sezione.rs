//! What the type of a pendenza says of a form, on a dominio (spec 10 5.4).

use domain::IdA2A;
use domain::anagrafica::TipoPendenzaDominio;
use domain::pendenza::TipoPosizione;
use serde_json::Value;

/// Whose form it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Portale {
    /// Of those who work for the ente: what they load is owed.
    Backoffice,
    /// Of those who pay: what they load they have asked for.
    Pagamento,
}

impl Portale {
    const fn nome(self) -> &'static str {
        match self {
            Self::Backoffice => "portaleBackoffice",
            Self::Pagamento => "portalePagamento",
        }
    }

    /// What a new pendenza is.
    pub(super) const fn posizione(self) -> TipoPosizione {
        match self {
            Self::Backoffice => TipoPosizione::Dovuto,
            Self::Pagamento => TipoPosizione::Spontaneo,
        }
    }
}

/// The members of a section that the processing of a form looks at, those of the dominio before those of the
/// type.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Sezione {
    /// JSON Schema in base64.
    pub(super) validazione: Option<String>,
    /// Language and template in base64.
    pub(super) trasformazione: Option<(String, String)>,
    /// Who makes a pendenza of it.
    pub(super) inoltro: Option<IdA2A>,
}

impl Sezione {
    pub(super) fn di(tipo: &TipoPendenzaDominio, portale: Portale) -> Self {
        let sezioni = [&tipo.configurazione, &tipo.tipo.configurazione].map(|testo| {
            let mut v: Value = serde_json::from_str(testo).unwrap_or_default();
            v.get_mut(portale.nome()).map(Value::take).unwrap_or_default()
        });
        let testo = |v: &Value| v.as_str().filter(|t| !t.trim().is_empty()).map(str::to_owned);
        let trasformazione = |s: &Value| {
            let t = s.get("trasformazione")?;
            Some((testo(t.get("tipo")?)?, testo(t.get("definizione")?)?))
        };
        Self {
            validazione: sezioni.iter().find_map(|s| testo(s.get("validazione")?)),
            trasformazione: sezioni.iter().find_map(trasformazione),
            inoltro: sezioni.iter().find_map(|s| testo(s.get("inoltro")?)).map(IdA2A::fidato),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::IdTipoPendenza;
    use domain::anagrafica::TipoPendenza;

    #[test]
    fn ogni_membro_viene_dal_dominio_o_dal_tipo() {
        let tipo = TipoPendenza {
            id: IdTipoPendenza::fidato("TARI"),
            descrizione: "Tassa".to_owned(),
            codifica_iuv: None,
            paga_terzi: false,
            abilitato: true,
            configurazione: r#"{"portaleBackoffice": {"abilitato": true, "validazione": "dmVjY2hpbw==",
                "trasformazione": {"tipo": "freemarker", "definizione": "dA=="}, "inoltro": "VECCHIO"},
                "portalePagamento": {"inoltro": "ALTRO", "trasformazione": {"tipo": "freemarker"}}}"#
                .to_owned(),
        };
        let configurazione =
            r#"{"portaleBackoffice": {"validazione": "bnVvdm8=", "inoltro": ""}}"#.to_owned();
        let mio = TipoPendenzaDominio { configurazione, ..TipoPendenzaDominio::che_eredita(tipo) };
        assert_eq!(
            Sezione::di(&mio, Portale::Backoffice),
            Sezione {
                validazione: Some("bnVvdm8=".to_owned()),
                trasformazione: Some(("freemarker".to_owned(), "dA==".to_owned())),
                inoltro: Some(IdA2A::fidato("VECCHIO")),
            }
        );
        let altra = Sezione { inoltro: Some(IdA2A::fidato("ALTRO")), ..Sezione::default() };
        assert_eq!(Sezione::di(&mio, Portale::Pagamento), altra);
    }
}
