//! A bulk load and its operations as JSON: exactly the members that have a value.

use super::domini;
use super::membri::Membri;
use domain::anagrafica::SchedaDominio;
use engine::tracciati::{OperazioneTracciato, TracciatoLetto};
use serde_json::{Value, json};

fn dominio(id: &str, scheda: Option<&SchedaDominio>) -> Value {
    match scheda {
        Some(s) => domini::riga(&s.dominio).into(),
        None => json!({"idDominio": id}),
    }
}

/// A bulk load; its detail also says whether notices are printed.
pub(super) fn indice(letto: &TracciatoLetto, dettaglio: bool) -> Value {
    let (t, c) = (&letto.tracciato, &letto.tracciato.contatori);
    Membri::nuovi()
        .con("id", t.id)
        .con("nomeFile", t.nome_file.as_str())
        .con("dominio", dominio(&t.id_dominio, letto.scheda.as_deref()))
        .con("dataOraCaricamento", t.data_caricamento.iso_millis_zona())
        .con("stato", t.stato.as_str())
        .se("descrizioneStato", t.descrizione_stato.as_deref())
        .con("numeroOperazioniTotali", c.totali)
        .con("numeroOperazioniEseguite", c.eseguite)
        .con("numeroOperazioniFallite", c.fallite)
        .con("numeroAvvisiTotali", c.avvisi_totali)
        .con("numeroAvvisiStampati", c.avvisi_stampati)
        .con("numeroAvvisiFalliti", c.avvisi_falliti)
        .con("operatoreMittente", t.operatore.as_str())
        .con("dataOraUltimoAggiornamento", t.data_aggiornamento.iso_millis_zona())
        .se("stampaAvvisi", dettaglio.then_some(t.stampa_avvisi))
        .into()
}

/// An operation with what was asked and what is answered.
pub(super) fn operazione(o: &OperazioneTracciato, scheda: Option<&SchedaDominio>) -> Value {
    let richiesta: Option<Value> = o.richiesta.as_deref().and_then(|r| serde_json::from_str(r).ok());
    let risposta: Option<Value> = serde_json::from_str(&o.risposta).ok();
    let soggetto = richiesta.as_ref().and_then(|r| r.get("soggettoPagatore")).cloned();
    Membri::nuovi()
        .con("tipoOperazione", o.tipo.as_str())
        .con("stato", if o.eseguita { "ESEGUITO" } else { "SCARTATO" })
        .se("descrizioneStato", o.descrizione.as_deref())
        .se("enteCreditore", o.id_dominio.as_deref().map(|d| dominio(d, scheda)))
        .se("soggettoPagatore", soggetto.filter(|s| !s.is_null()))
        .se("applicazione", o.id_a2a.as_deref())
        .se("identificativoPendenza", o.id_pendenza.as_deref())
        .se("numeroAvviso", o.numero_avviso.as_deref())
        .con("numero", o.numero)
        .se("richiesta", richiesta)
        .se("risposta", risposta)
        .into()
}
