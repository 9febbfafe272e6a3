//! The parameter `ordinamento` of lists (spec 10 3.3).

use crate::convenzioni::errori::{ApiError, fault};
use crate::convenzioni::estrattori::Interrogazione;

/// Reads `ordinamento`: the position of each name in `ammessi` and whether it is descending, in the
/// order asked. A `+` may have arrived decoded as a blank. Empty when nothing is asked.
///
/// # Errors
/// 422 `100001` listing the legal names.
pub fn ordinamento(q: &Interrogazione, ammessi: &[&str]) -> Result<Vec<(usize, bool)>, ApiError> {
    let Some(testo) = q.non_vuoto("ordinamento") else { return Ok(Vec::new()) };
    let mut chiesti = Vec::new();
    for parte in testo.split(',') {
        let parte = parte.trim();
        let (nome, discendente) = match parte.strip_prefix('-') {
            Some(nome) => (nome, true),
            None => (parte.strip_prefix('+').unwrap_or(parte), false),
        };
        let Some(posto) = ammessi.iter().position(|a| *a == nome) else {
            return Err(fault::ORDINAMENTO.con(format_args!(
                "Il campo {nome} non e' valido per ordinare la ricerca in corso. Campi consentiti: [{}]",
                ammessi.join(", ")
            )));
        };
        chiesti.push((posto, discendente));
    }
    Ok(chiesti)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn con(nome: &str, v: &str) -> Interrogazione {
        Interrogazione::da(vec![(nome.to_owned(), v.to_owned())])
    }

    #[test]
    fn i_nomi_col_segno_e_il_rifiuto_che_elenca_gli_ammessi() {
        let letto = |v: &str| ordinamento(&con("ordinamento", v), &["data", "stato"]);
        assert_eq!(letto("-stato,+data").unwrap(), [(1, true), (0, false)]);
        assert_eq!(letto(" data").unwrap(), [(0, false)]);
        assert_eq!(letto("").unwrap(), []);
        let e = letto("-foo").unwrap_err();
        assert_eq!((e.stato.as_u16(), e.codice.as_ref()), (422, "100001"));
        assert_eq!(
            e.dettaglio.unwrap(),
            "Il campo foo non e' valido per ordinare la ricerca in corso. Campi consentiti: [data, stato]"
        );
    }
}
