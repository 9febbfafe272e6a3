//! The cards of API Backoffice v1.

pub(super) mod anagrafica;
mod configurazioni;
mod connettori;
mod pendenze;
mod registri;
mod tipi;
mod tracciati;
mod utenze;

use super::Scheda;
use super::ragioneria;
use super::schema::{Schema, codice, elenco, libero, lista, oggetto, uno_di};
use contratto::pendenza::VistaRiscossione;

/// The nine servizi of the Backoffice (spec 10 4.1).
const SERVIZI: &[&str] = &[
    "Anagrafica PagoPA",
    "Anagrafica Creditore",
    "Anagrafica Applicazioni",
    "Anagrafica Ruoli",
    "Pagamenti",
    "Pendenze",
    "Rendicontazioni e Incassi",
    "Giornale degli Eventi",
    "Configurazione e manutenzione",
];

/// The card of an operation of this API.
pub(super) fn carta(nome: &str) -> Option<Scheda> {
    anagrafica::carta(nome)
        .or_else(|| tipi::carta(nome))
        .or_else(|| utenze::carta(nome))
        .or_else(|| registri::carta(nome))
        .or_else(|| configurazioni::carta(nome))
        .or_else(|| pendenze::carta(nome))
        .or_else(|| tracciati::carta(nome))
        .or_else(|| ragioneria::riscossioni(nome, VistaRiscossione::Backoffice))
        .or_else(|| servizio(nome))
}

fn servizio(nome: &str) -> Option<Scheda> {
    Some(match nome {
        "getInfo" => Scheda::legge("What is running", super::info()),
        "getProfilo" => Scheda::legge("Who is calling and what he may do", profilo()),
        "logout" => Scheda::esegue("Ends the session"),
        "findEnumerazioniServiziACL" => Scheda::legge("The servizi of an ACL", elenco(uno_di(SERVIZI))),
        "findEnumerazioniVersioneConnettore" => {
            Scheda::legge("The versions of API Ente", elenco(uno_di(&["REST v1", "REST v2"])))
        }
        _ => return None,
    })
}

fn profilo() -> Schema {
    oggetto(
        "Profilo",
        [
            libero("nome").dovuto(),
            lista("domini", dominio_visto()).dovuto(),
            lista("tipiPendenza", tipo_visto()).dovuto(),
            lista("acl", acl()).dovuto(),
            libero("autenticazione").dovuto().nota("How the caller was authenticated."),
        ],
    )
}

/// A dominio in the scope of an utenza; `*` stands for all.
fn dominio_visto() -> Schema {
    let unita = oggetto("UnitaVista", [libero("idUnita").dovuto(), libero("ragioneSociale").dovuto()]);
    oggetto(
        "DominioVisto",
        [libero("idDominio").dovuto(), libero("ragioneSociale").dovuto(), lista("unitaOperative", unita)],
    )
}

/// A type in the scope of an utenza; `*` stands for all.
fn tipo_visto() -> Schema {
    oggetto("TipoVisto", [libero("idTipoPendenza").dovuto(), libero("descrizione")])
}

fn acl() -> Schema {
    let mut diritti = lista("autorizzazioni", uno_di(&["R", "W"]));
    diritti = diritti.nota("W does not imply R.");
    oggetto("Acl", [codice("servizio", SERVIZI).dovuto(), diritti.dovuto()])
}
