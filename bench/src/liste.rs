//! Pages of the lists that exist, one filter at a time, one caller at a time: what matters is how long
//! a page takes and how that grows with what is stored.

use crate::carico::{self, Ritmo};
use crate::opzioni::Opzioni;
use crate::processo::AMMINISTRATORE;
use crate::prova::Variante;
use crate::scenari::{A2A, BACKOFFICE, DOMINIO, GESTIONALE, Lista, PENDENZE, avviso, basic};
use anyhow::Result;
use std::sync::Arc;
use std::time::Duration;

/// Times of one filter, one entry per variant.
pub(crate) struct RigaLista {
    pub(crate) nome: String,
    /// Median and 99th centile in milliseconds, or what was answered instead.
    pub(crate) tempi: Vec<Result<(f64, f64), String>>,
}

/// Filters of GET /eventi, /notifiche and /pendenze, these both as the gestionale and as an operatore
/// of the Backoffice: what is asked for often, seldom, and never there.
fn filtri() -> Vec<(&'static str, String)> {
    // Row 20 of the filling is of our dominio and paid.
    let iuv = avviso(1_000_000_000_020) % 100_000_000_000_000_000;
    let iuv = format!("{iuv:017}");
    let oggi = crate::macchina::adesso().strftime("%Y-%m-%d").to_string();
    let mut f: Vec<(&'static str, String)> = Vec::new();
    for q in [
        String::new(),
        "pagina=100".to_owned(),
        "pagina=600".to_owned(),
        "messaggi=true".to_owned(),
        "metadatiPaginazione=true&maxRisultati=true".to_owned(),
        format!("dataDa={oggi}&dataA={oggi}"),
        "dataA=2001-01-01".to_owned(),
        format!("idDominio={DOMINIO}"),
        "idDominio=90000000003".to_owned(),
        "idDominio=99999999999".to_owned(),
        format!("idDominio={DOMINIO}&iuv={iuv}"),
        format!("iuv={iuv}"),
        format!("idA2A={A2A}"),
        "idA2A=NESSUNO".to_owned(),
        format!("idA2A={A2A}&idPendenza=R20"),
        "idPendenza=R20".to_owned(),
        "ccp=F20".to_owned(),
        "idPagamento=NESSUNO".to_owned(),
        "esito=OK".to_owned(),
        "esito=KO".to_owned(),
        "esito=FAIL".to_owned(),
        "categoriaEvento=INTERFACCIA".to_owned(),
        "categoriaEvento=UTENTE".to_owned(),
        "tipoEvento=paSendRTV2".to_owned(),
        "tipoEvento=nessuno".to_owned(),
        "sottotipoEvento=nessuno".to_owned(),
        "componente=API_PENDENZE".to_owned(),
        "componente=API_RAGIONERIA".to_owned(),
        "ruolo=SERVER".to_owned(),
        "ruolo=CLIENT".to_owned(),
        "severitaDa=4".to_owned(),
    ] {
        f.push(("eventi", q));
    }
    for q in [
        String::new(),
        "pagina=100".to_owned(),
        "stato=DA_SPEDIRE".to_owned(),
        "stato=SPEDITA".to_owned(),
        "stato=ANNULLATA".to_owned(),
        "tipo=ATTIVAZIONE".to_owned(),
        "tipo=RICEVUTA".to_owned(),
        format!("dataDa={oggi}&dataA={oggi}"),
        "dataA=2001-01-01".to_owned(),
    ] {
        f.push(("notifiche", q));
    }
    for q in [
        String::new(),
        "pagina=100".to_owned(),
        "pagina=400".to_owned(),
        "metadatiPaginazione=false".to_owned(),
        "risultatiPerPagina=200".to_owned(),
        format!("dataDa={oggi}&dataA={oggi}"),
        "dataA=2001-01-01".to_owned(),
        format!("idDominio={DOMINIO}"),
        "idDominio=90000000003".to_owned(),
        "idDominio=99999999999".to_owned(),
        "idPendenza=R20".to_owned(),
        "idDebitore=NESSUNO".to_owned(),
        "stato=NON_ESEGUITA".to_owned(),
        "stato=ESEGUITA".to_owned(),
        "stato=ANNULLATA".to_owned(),
        "stato=SCADUTA".to_owned(),
        "stato=ANOMALA".to_owned(),
        "direzione=NESSUNA".to_owned(),
        "ordinamento=dataCaricamento".to_owned(),
        "ordinamento=-dataScadenza".to_owned(),
        "ordinamento=stato".to_owned(),
    ] {
        f.push(("pendenze", q));
    }
    for q in [
        String::new(),
        "pagina=400".to_owned(),
        format!("idDominio={DOMINIO}"),
        "idDominio=90000000003".to_owned(),
        format!("idA2A={A2A}&idDominio=90000000003"),
        format!("iuv={iuv}"),
        "idDebitore=CF20".to_owned(),
        "stato=NON_ESEGUITA".to_owned(),
        "stato=ESEGUITA".to_owned(),
        "stato=ESEGUITA_PARZIALE".to_owned(),
        "stato=ANNULLATA".to_owned(),
        "stato=SCADUTA".to_owned(),
        "idDominio=90000000003&stato=SCADUTA".to_owned(),
        "stato=ANOMALA".to_owned(),
    ] {
        f.push(("operatore/pendenze", q));
    }
    f
}

/// Every filter on every variant, the variants in turn.
pub(crate) async fn misura(o: &Opzioni, varianti: &[Variante]) -> Result<Vec<RigaLista>> {
    let durata = Duration::from_secs_f64((o.secondi / 8.0).clamp(0.02, 1.0));
    for v in varianti {
        // What the rounds before have left, autovacuum would have tidied up.
        let banca = v.piena.lock().await.banca.clone();
        banca.riassetta().await?;
    }
    let mut righe = Vec::new();
    for (lista, q) in filtri() {
        let (base, chi) = match lista {
            "pendenze" => (PENDENZE, GESTIONALE),
            _ => (BACKOFFICE, AMMINISTRATORE),
        };
        let dove = lista.trim_start_matches("operatore/");
        let carico = Arc::new(Lista { percorso: format!("{base}/{dove}?{q}"), intestazioni: basic(chi) });
        let mut tempi = Vec::new();
        for v in varianti {
            let ritmo = Ritmo { clienti: 1, durata, al_secondo: None };
            let m = carico::guida(v.gateway.indirizzo, Arc::clone(&carico) as _, ritmo).await?;
            tempi.push(match m.primo_errore {
                Some(e) => Err(e),
                None => Ok((m.quantile(0.5), m.quantile(0.99))),
            });
        }
        righe.push(RigaLista { nome: format!("/{lista}?{q}"), tempi });
    }
    Ok(righe)
}
