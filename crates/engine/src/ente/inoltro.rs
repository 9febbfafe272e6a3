//! What was entered in a form, forwarded to the applicazione that knows what to make of it (spec 20 section 10
//! step 4, spec 60 1.2).

use super::{Attesa, EsitoVerifica, interpreta, percorso, segmento, versione};
use crate::Engine;
use crate::porte::ChiamataEnte;
use domain::anagrafica::{Applicazione, UnitaOperativa};
use domain::pendenza::NuovaPendenza;
use domain::{IdDominio, IdTipoPendenza, IdUnita};
use std::time::Duration;

/// The longest that somebody in front of a form waits for the ente.
const SCADENZA: Duration = Duration::from_secs(30);

/// What is forwarded.
pub(crate) struct Inoltro<'a> {
    pub(crate) dominio: &'a IdDominio,
    pub(crate) tipo: &'a IdTipoPendenza,
    pub(crate) unita: Option<&'a IdUnita>,
    /// Byte for byte.
    pub(crate) corpo: Vec<u8>,
    pub(crate) transazione: &'a str,
}

/// What the ente made of it.
pub(crate) struct Inoltrata {
    pub(crate) esito: EsitoVerifica,
    /// The answer as it came; empty when there was none of use.
    pub(crate) risposta: Vec<u8>,
}

impl Engine {
    /// Sends a form to an applicazione, which must have a connector, and writes the event. Once: the ente may
    /// have made something of it even when it does not answer.
    pub(crate) async fn inoltra(&self, applicazione: &Applicazione, i: Inoltro<'_>) -> Inoltrata {
        let mut indirizzo = percorso(&["pendenze", i.dominio.as_str(), i.tipo.as_str()]);
        if let Some(u) = i.unita {
            indirizzo.push_str("?idUnitaOperativa=");
            indirizzo.push_str(&segmento(u.as_str()));
        }
        let chiamata = ChiamataEnte {
            metodo: "POST",
            percorso: indirizzo,
            corpo: Some(i.corpo),
            transazione: i.transazione.to_owned(),
            chiave_idempotenza: None,
            corpo_atteso: true,
            scadenza: Some(SCADENZA),
        };
        let (mut e, risposta) = self.chiama_ente(applicazione, "verifyPendenzaMod4", &chiamata).await;
        e.chiavi.dominio = Some(i.dominio.to_string());
        let (esito, risposta) = match risposta {
            Err(testo) => (EsitoVerifica::Errore { testo }, Vec::new()),
            Ok(corpo) => {
                let attesa = Attesa {
                    sconosciuta: &|| sconosciuta(i.dominio, i.tipo),
                    non_corrisponde: &|nuova| non_corrisponde(nuova, i.dominio, i.tipo, i.unita),
                };
                let esito = interpreta(&corpo, versione(applicazione), &attesa, &mut e.chiavi.id_pendenza);
                (esito, corpo)
            }
        };
        self.annota_verifica(e, &esito);
        Inoltrata { esito, risposta }
    }
}

/// What is said of a form that the ente can make nothing of, when it says nothing itself (spec 60 1.2).
pub(crate) fn sconosciuta(dominio: &IdDominio, tipo: &IdTipoPendenza) -> String {
    format!(
        "La pendenza identificata da Dominio:{dominio} TipoVersamento:{tipo} risulta sconosciuta presso \
         l'applicativo gestore."
    )
}

/// Why the pendenza of the answer is not the one that was asked: what it does not name, it leaves as asked.
fn non_corrisponde(
    nuova: &NuovaPendenza,
    dominio: &IdDominio,
    tipo: &IdTipoPendenza,
    unita: Option<&IdUnita>,
) -> Option<String> {
    let campo = if nuova.dominio != *dominio {
        "IdDominio"
    } else if nuova.tipo_pendenza.as_ref().is_some_and(|t| t != tipo) {
        "IdTipoPendenza"
    } else if nuova.unita.as_ref().is_some_and(|u| Some(u) != unita && (unita.is_some() || !e_il_dominio(u)))
    {
        "IdUnitaOperativa"
    } else {
        return None;
    };
    Some(format!(
        "Il campo {campo} della pendenza ricevuta dal servizio di verifica non corrisponde ai parametri di input."
    ))
}

/// Whether an office stands for the dominio itself.
fn e_il_dominio(u: &IdUnita) -> bool {
    u.as_str() == UnitaOperativa::EC
}
