//! Pages of lists and their envelope (spec 10 3.3).

use crate::convenzioni::errori::{ApiError, fault};
use crate::convenzioni::estrattori::Interrogazione;
use crate::convenzioni::legami;
use contratto::messaggi;
use http::Uri;
use serde_json::{Map, Value};

/// Bounds of the lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LimitiPagina {
    /// Largest `risultatiPerPagina`.
    pub massimo: i64,
    /// Where counting stops unless `maxRisultati=false`.
    pub tetto: i64,
}

impl Default for LimitiPagina {
    fn default() -> Self {
        Self { massimo: 5000, tetto: 10_000 }
    }
}

/// What page of a list is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paginazione {
    /// From 1.
    pub pagina: i64,
    /// Rows a page; `None`: all. 0: the count only.
    pub risultati: Option<i64>,
    /// Count the rows.
    pub metadati: bool,
    /// Where counting stops; `None`: nowhere.
    pub tetto: Option<i64>,
    /// The members of each row to keep; `None`: all of them.
    campi: Option<Vec<String>>,
}

impl Paginazione {
    /// Reads the four parameters and `campi`; `predefiniti` is the page size when it is not asked (`None`
    /// for the lists of the anagrafica).
    ///
    /// # Errors
    /// 400 naming the parameter.
    pub fn leggi(
        q: &Interrogazione,
        predefiniti: Option<i64>,
        limiti: LimitiPagina,
    ) -> Result<Self, ApiError> {
        let pagina = intero(q, "pagina")?.unwrap_or(1);
        messaggi::intervallo("pagina", pagina, Some(1), None)?;
        let chiesti = intero(q, "risultatiPerPagina")?;
        if let Some(n) = chiesti {
            messaggi::intervallo("risultatiPerPagina", n, Some(0), Some(limiti.massimo))?;
        }
        Ok(Self {
            pagina,
            risultati: chiesti.or(predefiniti),
            metadati: booleano(q, "metadatiPaginazione")?.unwrap_or(true),
            tetto: booleano(q, "maxRisultati")?.unwrap_or(true).then_some(limiti.tetto),
            campi: q.non_vuoto("campi").map(|t| t.split(',').map(|c| c.trim().to_owned()).collect()),
        })
    }

    /// Rows to skip.
    #[must_use]
    pub const fn salto(&self) -> i64 {
        match self.risultati {
            Some(n) => (self.pagina - 1).saturating_mul(n),
            None => 0,
        }
    }

    /// Rows to read: one more than the page, so that [`Self::busta`] can tell whether another page
    /// exists without counting.
    #[must_use]
    pub const fn da_leggere(&self) -> Option<i64> {
        match self.risultati {
            Some(0) => Some(0),
            Some(n) => Some(n + 1),
            None => None,
        }
    }

    /// How far to count: `None` when no count is wanted, else the limit of the count
    /// (`i64::MAX` for an exact one).
    #[must_use]
    pub const fn conta_fino_a(&self) -> Option<i64> {
        match (self.metadati, self.tetto) {
            (false, _) => None,
            (true, Some(tetto)) => Some(tetto),
            (true, None) => Some(i64::MAX),
        }
    }

    /// The envelope. `righe` are those read with [`Self::da_leggere`], `totale` the count if one was
    /// wanted; `membro_tetto`: this list sends the member `maxRisultati`; `uri`: the address of this page
    /// ([`legami`]).
    #[must_use]
    pub fn busta(&self, mut righe: Vec<Value>, totale: Option<i64>, membro_tetto: bool, uri: &Uri) -> Value {
        let lette = i64::try_from(righe.len()).unwrap_or(i64::MAX);
        let altre = self.risultati.is_some_and(|n| n > 0 && lette > n);
        if let Some(n) = self.risultati.and_then(|n| usize::try_from(n).ok()) {
            righe.truncate(n);
        }
        if let Some(campi) = &self.campi {
            for riga in righe.iter_mut().filter_map(Value::as_object_mut) {
                riga.retain(|nome, _| campi.contains(nome));
            }
        }
        let mut busta = Map::new();
        let totale = totale.filter(|_| self.metadati);
        let metti = |busta: &mut Map<String, Value>, nome: &str, v: i64| {
            busta.insert(nome.to_owned(), Value::from(v));
        };
        if let Some(t) = totale {
            metti(&mut busta, "numRisultati", t);
            match self.risultati {
                Some(0) => {}
                Some(n) => {
                    metti(&mut busta, "numPagine", t.max(1).div_euclid(n) + i64::from(t.max(1) % n > 0));
                }
                None => metti(&mut busta, "numPagine", 1),
            }
        }
        metti(&mut busta, "risultatiPerPagina", self.risultati.unwrap_or_else(|| totale.unwrap_or(lette)));
        metti(&mut busta, "pagina", self.pagina);
        let prossimi = if self.metadati { altre } else { self.risultati.is_some_and(|n| n > 0) };
        // After the last page that a number can name there is none.
        let pagina = self.pagina.checked_add(1).filter(|_| prossimi);
        if let (Some(pagina), Some(n)) = (pagina, self.risultati) {
            busta.insert("prossimiRisultati".to_owned(), Value::from(prossima(uri, pagina, n)));
        }
        if let Some(tetto) = self.tetto.filter(|_| membro_tetto && totale.is_some()) {
            metti(&mut busta, "maxRisultati", tetto);
        }
        busta.insert("risultati".to_owned(), Value::Array(righe));
        Value::Object(busta)
    }

    /// The envelope of a list that is all in memory; without the member `maxRisultati`.
    #[must_use]
    pub fn di_tutti(&self, righe: Vec<Value>, uri: &Uri) -> Value {
        let totale = i64::try_from(righe.len()).ok();
        let salta = usize::try_from(self.salto()).unwrap_or(usize::MAX);
        let quante = self.da_leggere().and_then(|n| usize::try_from(n).ok()).unwrap_or(usize::MAX);
        let pagina = righe.into_iter().skip(salta).take(quante).collect();
        self.busta(pagina, totale, false, uri)
    }
}

/// The same request with another page.
fn prossima(uri: &Uri, pagina: i64, risultati: i64) -> String {
    let mut url = format!("{}?", legami::senza_query(uri));
    for parametro in uri.query().unwrap_or_default().split('&').filter(|p| !p.is_empty()) {
        let nome = parametro.split('=').next().unwrap_or_default();
        if nome != "pagina" && nome != "risultatiPerPagina" {
            url.push_str(parametro);
            url.push('&');
        }
    }
    url.push_str(&format!("pagina={pagina}&risultatiPerPagina={risultati}"));
    url
}

/// An integer parameter; blank is absent.
///
/// # Errors
/// 400 with the text of spec 10 3.1.
pub fn intero(q: &Interrogazione, nome: &str) -> Result<Option<i64>, ApiError> {
    let Some(v) = q.non_vuoto(nome) else { return Ok(None) };
    v.trim().parse().map(Some).map_err(|_| {
        fault::SINTASSI.con(format_args!(
            "Il valore indicato per il parametro [{nome}] non e' valido: il valore fornito [{v}] non e' un intero."
        ))
    })
}

/// A boolean parameter; blank is absent.
///
/// # Errors
/// 400 naming the parameter.
pub fn booleano(q: &Interrogazione, nome: &str) -> Result<Option<bool>, ApiError> {
    match q.non_vuoto(nome).map(str::trim) {
        None => Ok(None),
        Some("true") => Ok(Some(true)),
        Some("false") => Ok(Some(false)),
        Some(_) => {
            Err(fault::SINTASSI
                .con(format_args!("Il valore indicato per il parametro {nome} non e' valido.")))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn letta(query: &[(&str, &str)], predefiniti: Option<i64>) -> Result<Paginazione, String> {
        let q = query.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
        Paginazione::leggi(&Interrogazione::da(q), predefiniti, LimitiPagina::default())
            .map_err(|e| e.dettaglio.unwrap_or_default())
    }

    fn righe(n: i64) -> Vec<Value> {
        (0..n).map(Value::from).collect()
    }

    #[test]
    fn i_parametri_hanno_i_limiti_della_spec_10_3_3() {
        let p = letta(&[], Some(25)).unwrap();
        assert_eq!((p.pagina, p.risultati, p.salto(), p.da_leggere()), (1, Some(25), 0, Some(26)));
        assert_eq!(letta(&[("pagina", "3")], Some(25)).unwrap().salto(), 50);
        assert_eq!(letta(&[], None).unwrap().da_leggere(), None);
        for (q, testo) in [
            (("pagina", "0"), "Il campo pagina deve essere superiore o uguale a 1."),
            (("risultatiPerPagina", "-1"), "Il campo risultatiPerPagina deve essere superiore o uguale a 0."),
            (("risultatiPerPagina", "5001"), "Il campo risultatiPerPagina deve essere inferiore a 5,000."),
            (
                ("pagina", "x"),
                "Il valore indicato per il parametro [pagina] non e' valido: il valore fornito [x] non e' un intero.",
            ),
            (("maxRisultati", "si"), "Il valore indicato per il parametro maxRisultati non e' valido."),
        ] {
            assert_eq!(letta(&[q], Some(25)).unwrap_err(), testo);
        }
        assert!(letta(&[("pagina", "9223372036854775807")], Some(25)).unwrap().salto() > 0);
    }

    #[test]
    fn di_ogni_riga_restano_i_campi_chiesti() {
        let uri: Uri = "/x".parse().unwrap();
        let riga = json!({"a": 1, "b": {"a": 2}, "c": null});
        for (campi, attesa) in
            [("c, a,z", json!({"a": 1, "c": null})), ("z", json!({})), (" ", riga.clone()), (",", json!({}))]
        {
            let busta =
                letta(&[("campi", campi)], Some(25)).unwrap().busta(vec![riga.clone()], None, true, &uri);
            assert_eq!(busta["risultati"], json!([attesa]), "{campi}");
        }
    }

    #[test]
    fn le_cinque_forme_della_busta() {
        let uri: Uri = "/govpay/backend/api/backoffice/rs/basic/v1/eventi?iuv=1&pagina=1".parse().unwrap();
        let p = letta(&[("pagina", "1")], Some(25)).unwrap();
        let testo = |v: Value| v.to_string();
        assert_eq!(
            testo(p.busta(righe(2), Some(2), true, &uri)),
            r#"{"numRisultati":2,"numPagine":1,"risultatiPerPagina":25,"pagina":1,"maxRisultati":10000,"risultati":[0,1]}"#
        );
        assert_eq!(
            testo(p.busta(vec![], Some(0), false, &uri)),
            r#"{"numRisultati":0,"numPagine":1,"risultatiPerPagina":25,"pagina":1,"risultati":[]}"#
        );
        let piena = p.busta(righe(26), Some(30), true, &uri);
        assert_eq!(piena["numPagine"], json!(2));
        assert_eq!(piena["risultati"].as_array().map(Vec::len), Some(25));
        assert_eq!(
            piena["prossimiRisultati"],
            json!("/govpay/backend/api/backoffice/rs/basic/v1/eventi?iuv=1&pagina=2&risultatiPerPagina=25")
        );
        let conteggio = letta(&[("risultatiPerPagina", "0")], Some(25)).unwrap();
        assert_eq!(
            testo(conteggio.busta(vec![], Some(30), true, &uri)),
            r#"{"numRisultati":30,"risultatiPerPagina":0,"pagina":1,"maxRisultati":10000,"risultati":[]}"#
        );
        let senza = letta(&[("metadatiPaginazione", "false")], Some(25)).unwrap();
        let b = senza.busta(righe(1), None, true, &uri);
        assert_eq!(
            b.as_object().unwrap().keys().collect::<Vec<_>>(),
            ["risultatiPerPagina", "pagina", "prossimiRisultati", "risultati"]
        );
        let ultima = letta(&[("metadatiPaginazione", "false"), ("pagina", "9223372036854775807")], Some(25));
        assert_eq!(ultima.unwrap().busta(vec![], None, true, &uri).get("prossimiRisultati"), None);
        let tutte = letta(&[], None).unwrap();
        assert_eq!(
            testo(tutte.busta(righe(3), Some(3), true, &uri)),
            r#"{"numRisultati":3,"numPagine":1,"risultatiPerPagina":3,"pagina":1,"maxRisultati":10000,"risultati":[0,1,2]}"#
        );
    }
}
