//! From a pendenza to the messages of verify and activate (spec 40 5.1, section 6). Pure.

use domain::anagrafica::SchedaDominio;
use domain::attivazione::{
    self, AttivazioneError, Circuito, Destinazione, scadenza, totale, trasferimenti, tutti_postali,
};
use domain::pendenza::Pendenza;
use pagopa::ccp::{
    DatiPagamento, DatiVerifica, MapEntry, OpzioneImporto, RichiestaBollo, Soggetto, Trasferimento, Versione,
    testo_entro,
};
use serde_json::Value;
use std::sync::Arc;

/// Longest text of most elements.
const TESTO: usize = 140;

/// What the texts of an answer depend on beside the pendenza.
pub(super) struct Cornice<'a> {
    /// Card of the dominio of the pendenza.
    pub(super) scheda: &'a SchedaDominio,
    /// Cards of the domini of the voci, its own included.
    pub(super) schede: &'a [Arc<SchedaDominio>],
    /// `giorniValiditaDaAssegnarePendenzaSenzaDataValidita`.
    pub(super) giorni: Option<i64>,
}

/// The answer to paVerifyPaymentNotice.
pub(super) fn verifica(p: &Pendenza, c: &Cornice<'_>) -> DatiVerifica {
    DatiVerifica {
        amount: totale(p),
        options: OpzioneImporto::Eq,
        due_date: Some(scadenza(p, c.giorni)),
        detail_description: Some(causale(p)),
        all_ccp: tutti_postali(p, c.schede),
        payment_description: Some(causale(p)),
        fiscal_code_pa: Some(p.dominio.clone()),
        company_name: nome(&c.scheda.dominio.ragione_sociale),
        office_name: ufficio(p, c.scheda),
    }
}

/// The payment data of an activation.
///
/// # Errors
/// A voce has nowhere to be paid to.
pub(super) fn pagamento(
    p: &Pendenza,
    c: &Cornice<'_>,
    circuito: Circuito,
    versione: Versione,
) -> Result<DatiPagamento, AttivazioneError> {
    let transfers =
        trasferimenti(p, c.schede, circuito)?.into_iter().map(|t| trasferimento(&t, versione)).collect();
    Ok(DatiPagamento {
        creditor_reference_id: p.iuv.to_string(),
        payment_amount: totale(p),
        due_date: scadenza(p, c.giorni),
        retention_date: None,
        last_payment: Some(true),
        description: causale(p),
        company_name: nome(&c.scheda.dominio.ragione_sociale),
        office_name: ufficio(p, c.scheda),
        debtor: Soggetto::da_debitore(&p.debitore),
        transfers,
        metadata: Vec::new(),
    })
}

fn trasferimento(t: &attivazione::Trasferimento<'_>, versione: Versione) -> Trasferimento {
    let (iban, bollo) = match &t.destinazione {
        Destinazione::Conto(iban) => (Some(iban.to_string()), None),
        Destinazione::Bollo { hash, tipo, provincia } => (
            None,
            Some(RichiestaBollo {
                hash: (*hash).to_owned(),
                tipo: (*tipo).to_owned(),
                provincia: (*provincia).to_owned(),
            }),
        ),
    };
    let metadata = match versione {
        Versione::V1 => Vec::new(),
        Versione::V2 => coppie(attivazione::metadati(t.voce, proprieta)),
    };
    Trasferimento {
        id: u8::try_from(t.voce.indice).unwrap_or_default(),
        amount: t.voce.importo,
        fiscal_code_pa: t.beneficiario.dominio.id.clone(),
        company_name: nome(&t.beneficiario.dominio.ragione_sociale),
        iban,
        bollo,
        remittance: testo_entro(&t.causale, TESTO).unwrap_or_default(),
        category: testo_entro(&t.categoria, TESTO).unwrap_or_default(),
        metadata,
    }
}

/// A single space when there is none: the element is mandatory.
fn causale(p: &Pendenza) -> String {
    testo_entro(&p.causale, TESTO).unwrap_or_else(|| " ".to_owned())
}

fn nome(testo: &str) -> Option<String> {
    testo_entro(testo, TESTO)
}

/// Name of the office; none when the pendenza is on the body itself.
fn ufficio(p: &Pendenza, scheda: &SchedaDominio) -> Option<String> {
    let unita = p.unita.as_ref()?;
    nome(&scheda.unita(Some(unita.as_str()))?.ragione_sociale)
}

fn coppie(v: Vec<(String, String)>) -> Vec<MapEntry> {
    v.into_iter()
        .filter_map(|(k, v)| Some(MapEntry { key: testo_entro(&k, TESTO)?, value: testo_entro(&v, TESTO)? }))
        .collect()
}

/// The scalar members of a `proprietaCustom` object; anything else has no place in a pair.
fn proprieta(testo: &str) -> Vec<(String, String)> {
    let Ok(Value::Object(mappa)) = serde_json::from_str::<Value>(testo) else { return Vec::new() };
    mappa
        .into_iter()
        .filter_map(|(k, v)| match v {
            Value::String(t) => Some((k, t)),
            Value::Number(n) => Some((k, n.to_string())),
            Value::Bool(b) => Some((k, b.to_string())),
            Value::Null | Value::Array(_) | Value::Object(_) => None,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn le_proprieta_scalari_diventano_coppie() {
        assert_eq!(
            proprieta(r#"{"a":"x","b":1.50,"c":true,"d":null,"e":[1],"f":{"g":1}}"#),
            [("a", "x"), ("b", "1.50"), ("c", "true")].map(|(k, v)| (k.to_owned(), v.to_owned()))
        );
        assert_eq!(proprieta("[]"), []);
        assert_eq!(proprieta("boh"), []);
    }

    #[test]
    fn i_vuoti_non_diventano_coppie() {
        let v = vec![("k".to_owned(), " ".to_owned()), ("k".to_owned(), "è".repeat(200))];
        let c = coppie(v);
        assert_eq!(c.len(), 1);
        assert_eq!(c[0].value.chars().count(), 140);
    }
}
