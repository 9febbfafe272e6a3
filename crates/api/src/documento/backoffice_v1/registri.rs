//! The giornale degli eventi and the notifiche.

use crate::documento::Scheda;
use crate::documento::schema::{
    Membro, Schema, booleano, codice, intero, intero_da, istante, libero, lista, membro, oggetto,
};
use domain::evento::{CategoriaEvento, Componente, EsitoEvento, RuoloEvento};
use domain::notifica::{StatoNotifica, TipoNotifica};

pub(super) fn carta(nome: &str) -> Option<Scheda> {
    Some(match nome {
        "findEventi" => Scheda::elenca("The giornale degli eventi", "Eventi", evento(), &[], filtri_eventi())
            .nota("Without R on Giornale degli Eventi: only filtered by a pendenza, a iuv or a payment."),
        "getEvento" => Scheda::legge("An event with its messages", evento()),
        "findNotifiche" => {
            let [stato, tipo] = codici_notifica();
            let filtri = [date("dataDa"), date("dataA"), stato, tipo];
            Scheda::elenca("What is or was sent to the enti", "Notifiche", notifica(), &[], filtri)
        }
        "findSonde" => Scheda::elenca("How database, batches and queues are", "Sonde", sonda(), &[], []),
        "getSonda" => Scheda::legge("A sonda", sonda()),
        "findOperazioni" => Scheda::elenca(
            "What can be started by hand",
            "Operazioni",
            oggetto(
                "OperazioneRiga",
                [
                    libero("idOperazione").dovuto(),
                    libero("descrizione").dovuto(),
                    libero("location").dovuto().nota("Address that executes it."),
                ],
            ),
            &[],
            [],
        ),
        "getOperazione" => Scheda::legge("Executes an operation", esito_operazione())
            .con([booleano("force")
                .predefinito(false)
                .nota("Takes the work away from the node that has it.")])
            .nota("A GET that changes things, as it always was."),
        "getStatoOperazione" => Scheda::legge("How the last run of an operation ended", ultima_corsa()),
        _ => return None,
    })
}

fn sonda() -> Schema {
    oggetto(
        "Sonda",
        [
            libero("id").dovuto(),
            libero("nome").dovuto(),
            codice("stato", &["ok", "warn", "error"]).dovuto(),
            libero("descrizioneStato").dovuto(),
            intero("durataStato").nota("Milliseconds since the last success of a batch."),
            intero("sogliaWarn"),
            intero("sogliaError"),
            istante("dataUltimoCheck").dovuto(),
            codice("tipo", &["Batch", "Coda", "Sistema"]).dovuto(),
        ],
    )
}

fn esito_operazione() -> Schema {
    oggetto(
        "EsitoOperazione",
        [
            libero("idOperazione").dovuto(),
            libero("descrizione").dovuto(),
            codice("stato", &["0", "1", "2"]).dovuto().nota("0 done, 1 running elsewhere, 2 failed."),
            libero("esito").dovuto(),
        ],
    )
}

fn ultima_corsa() -> Schema {
    oggetto(
        "StatoOperazione",
        [
            intero("percentuale").dovuto(),
            libero("descrizione").dovuto(),
            codice("stato", &["OK", "KO"]).nota("Absent while it runs."),
        ],
    )
}

fn date(nome: &'static str) -> Membro {
    libero(nome).nota("A day, or an instant.").esempio("2026-11-21")
}

fn codici_evento() -> [Membro; 4] {
    let componenti: Vec<&str> = Componente::TUTTI.iter().map(|c| c.as_str()).collect();
    let categorie: Vec<&str> = CategoriaEvento::TUTTI.iter().map(|c| c.as_str()).collect();
    let ruoli: Vec<&str> = RuoloEvento::TUTTI.iter().map(|c| c.as_str()).collect();
    let esiti: Vec<&str> = EsitoEvento::TUTTI.iter().map(|c| c.as_str()).collect();
    [
        codice("componente", &componenti),
        codice("categoriaEvento", &categorie),
        codice("ruolo", &ruoli),
        codice("esito", &esiti),
    ]
}

fn filtri_eventi() -> Vec<Membro> {
    let mut f: Vec<Membro> =
        ["idDominio", "iuv", "ccp", "idA2A", "idPendenza", "idPagamento", "tipoEvento", "sottotipoEvento"]
            .into_iter()
            .map(libero)
            .collect();
    f.extend(codici_evento());
    f.extend([
        date("dataDa"),
        date("dataA"),
        intero_da("severitaDa", 0),
        intero_da("severitaA", 0),
        booleano("messaggi").predefinito(false).nota("With the messages of each event."),
    ]);
    f
}

fn intestazioni() -> Membro {
    let una = oggetto("Intestazione", [libero("nome").dovuto(), libero("valore").dovuto()]);
    lista("headers", una).dovuto()
}

fn evento() -> Schema {
    let richiesta = oggetto(
        "ParametriRichiesta",
        [
            libero("principal"),
            libero("utente"),
            istante("dataOraRichiesta"),
            libero("url"),
            libero("method"),
            intestazioni(),
            libero("payload").nota("Base64."),
        ],
    );
    let risposta = oggetto(
        "ParametriRisposta",
        [istante("dataOraRisposta"), intero("status"), intestazioni(), libero("payload").nota("Base64.")],
    );
    let pagopa = [
        "idPsp",
        "idCanale",
        "idIntermediarioPsp",
        "tipoVersamento",
        "modelloPagamento",
        "idDominio",
        "idIntermediario",
        "idStazione",
    ];
    let [componente, categoria, ruolo, esito] = codici_evento();
    oggetto(
        "Evento",
        [
            intero("id"),
            componente,
            categoria,
            ruolo,
            libero("tipoEvento"),
            esito,
            istante("dataEvento"),
            intero("durataEvento").nota("Milliseconds."),
            libero("sottotipoEvento"),
            libero("sottotipoEsito"),
            libero("dettaglioEsito"),
            libero("idDominio"),
            libero("iuv"),
            libero("ccp"),
            libero("idA2A"),
            libero("idPendenza"),
            libero("idPagamento"),
            membro("datiPagoPA", oggetto("DatiPagoPA", pagopa.into_iter().map(libero))),
            intero("severita"),
            libero("clusterId"),
            libero("transactionId"),
            membro("parametriRichiesta", richiesta),
            membro("parametriRisposta", risposta),
        ],
    )
}

fn codici_notifica() -> [Membro; 2] {
    let stati: Vec<&str> = StatoNotifica::TUTTI.iter().map(|s| s.sul_filo()).collect();
    let tipi: Vec<&str> = TipoNotifica::TUTTI.iter().map(|t| t.as_str()).collect();
    [codice("stato", &stati), codice("tipo", &tipi)]
}

fn notifica() -> Schema {
    let [stato, tipo] = codici_notifica();
    oggetto(
        "Notifica",
        [
            intero("id"),
            tipo,
            istante("dataCreazione"),
            stato,
            libero("descrizioneStato"),
            istante("dataUltimoAggiornamento"),
            istante("dataProssimaSpedizione"),
            intero("numeroTentativi"),
            libero("idA2A"),
            libero("idDominio"),
            libero("iuv"),
            libero("ccp"),
        ],
    )
}
