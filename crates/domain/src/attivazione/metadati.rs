//! Metadata of a V2 transfer (spec 40 6.4).

use crate::pendenza::{QuotaContabilita, Voce};

/// Most pairs that a transfer may carry.
const MASSIMO: usize = 15;
/// Key of a pair that holds a whole quota.
const QUOTA: &str = "CAPITOLOBILANCIO,ARTICOLOBILANCIO,CODICEACCERTAMENTO,ANNORIFERIMENTO,TITOLOBILANCIO,\
                     CATEGORIABILANCIO,TIPOLOGIABILANCIO,IMPORTOEUROCENT";

/// The pairs of a voce: its own, else those of its quote. `custom` reads the JSON text of
/// `proprietaCustom` into pairs.
#[must_use]
pub fn metadati(voce: &Voce, custom: impl Fn(&str) -> Vec<(String, String)>) -> Vec<(String, String)> {
    let mut coppie = match (&voce.contabilita, voce.metadata.as_slice()) {
        (_, [_, ..]) => voce.metadata.clone(),
        (Some(c), []) => match c.quote.as_slice() {
            [] => Vec::new(),
            [una] => una_quota(una, custom),
            quote => quote.iter().map(|q| (QUOTA.to_owned(), in_fila(q))).collect(),
        },
        (None, []) => Vec::new(),
    };
    coppie.truncate(MASSIMO);
    coppie
}

fn una_quota(q: &QuotaContabilita, custom: impl Fn(&str) -> Vec<(String, String)>) -> Vec<(String, String)> {
    let note = [
        ("CAPITOLOBILANCIO", Some(&q.capitolo)),
        ("ARTICOLOBILANCIO", q.articolo.as_ref()),
        ("CODICEACCERTAMENTO", q.accertamento.as_ref()),
        ("ANNORIFERIMENTO", Some(&q.anno_esercizio)),
        ("TITOLOBILANCIO", q.titolo.as_ref()),
        ("CATEGORIABILANCIO", q.categoria.as_ref()),
        ("TIPOLOGIABILANCIO", q.tipologia.as_ref()),
    ];
    note.into_iter()
        .filter_map(|(k, v)| v.filter(|v| !v.is_empty()).map(|v| (k.to_owned(), v.clone())))
        .chain(q.proprieta_custom.as_deref().map(custom).unwrap_or_default())
        .collect()
}

fn in_fila(q: &QuotaContabilita) -> String {
    let vuoto = String::new();
    let o = |v: &Option<String>| v.as_ref().unwrap_or(&vuoto).clone();
    [
        q.capitolo.clone(),
        o(&q.articolo),
        o(&q.accertamento),
        q.anno_esercizio.clone(),
        o(&q.titolo),
        o(&q.categoria),
        o(&q.tipologia),
        q.importo.centesimi().to_string(),
    ]
    .join(",")
}
