//! Bulk loads.

use super::anagrafica::dominio_riga;
use crate::documento::Scheda;
use crate::documento::schema::{
    Membro, Schema, booleano, codice, elenco, intero, istante, libero, lista, membro, modello, oggetto,
    qualsiasi,
};
use engine::tracciati::StatoTracciato;
use serde_json::json;

pub(super) fn carta(nome: &str) -> Option<Scheda> {
    const CSV: &str = "text/csv";
    const JSON: &str = "application/json";
    const ACCETTATO: &str = "Accepted: the operations are done later, by a job.";
    let invio = |titolo| {
        Scheda::esegue(titolo)
            .con([booleano("stampaAvvisi").predefinito(true).nota("Print the notices of what is loaded.")])
            .senza_esiti()
            .anche(201, ACCETTATO, JSON, Some(tracciato()))
    };
    Some(match nome {
        "addTracciatoPendenze" => Scheda { corpo: Some(file()), ..invio("Sends a JSON file of operations") }
            .nota("Also as the part of a form. Any syntax error refuses the whole file."),
        "addTracciatoPendenzeDominio" => invio("Sends a CSV file of operations for a dominio")
            .nota("text/csv or a form; the segment {id} is the idDominio. X-GOVPAY-FILENAME names the file."),
        "addTracciatoPendenzeDominioTipoPendenza" => invio(
            "Sends a CSV file of operations in the layout of a tipo pendenza",
        )
        .nota("text/csv or a form; the segment {id} is the idDominio. X-GOVPAY-FILENAME names the file."),
        "findTracciatiPendenze" => {
            Scheda::elenca("The bulk loads, newest first", "Tracciati", tracciato(), &[], filtri())
        }
        "getTracciatoPendenze" => Scheda::legge("A bulk load and how far it is", tracciato()),
        "updateTracciatoPendenze" => {
            Scheda::modifica("Tells a bulk load to go no further", modifiche(), tracciato()).nota(
                "What was loaded stays. Of one that was told already nothing changes; one that has ended by itself is a 400.",
            )
        }
        "getRichiestaTracciatoPendenze" => {
            Scheda::scarica("The file as it came", &[CSV]).anche(200, "The content.", JSON, Some(file()))
        }
        "getEsitoTracciatoPendenze" => Scheda::scarica(
            "What became of each operation, in the form of the file",
            &[CSV],
        )
        .anche(200, "The content.", JSON, Some(file_di_esito())),
        "getStampeTracciatoPendenze" => {
            Scheda::scarica("The notices of what was loaded", &["application/zip"])
        }
        "findOperazioniTracciatoPendenze" => Scheda::elenca(
            "The operations that have been done, by number",
            "OperazioniTracciato",
            operazione(),
            &[],
            [],
        ),
        _ => return None,
    })
}

fn modifiche() -> Schema {
    let op = oggetto(
        "ModificaTracciato",
        [
            codice("op", &["REPLACE"]).dovuto(),
            codice("path", &["/stato"]).dovuto(),
            codice("value", &["ANNULLATO"]).dovuto(),
        ],
    );
    elenco(op).esempio(json!([{ "op": "REPLACE", "path": "/stato", "value": "ANNULLATO" }]))
}

fn stati() -> Vec<&'static str> {
    StatoTracciato::TUTTI.iter().map(|s| s.as_str()).collect()
}

fn filtri() -> [Membro; 2] {
    [libero("idDominio"), codice("statoTracciatoPendenza", &stati())]
}

fn tracciato() -> Schema {
    oggetto(
        "Tracciato",
        [
            intero("id").dovuto(),
            libero("nomeFile").dovuto(),
            membro("dominio", dominio_riga()).dovuto(),
            istante("dataOraCaricamento").dovuto(),
            codice("stato", &stati()).dovuto(),
            libero("descrizioneStato")
                .nota("Why it is SCARTATO, or who has ended it and where it had come to."),
            intero("numeroOperazioniTotali").dovuto(),
            intero("numeroOperazioniEseguite").dovuto(),
            intero("numeroOperazioniFallite").dovuto(),
            intero("numeroAvvisiTotali").dovuto(),
            intero("numeroAvvisiStampati").dovuto(),
            intero("numeroAvvisiFalliti").dovuto(),
            libero("operatoreMittente").dovuto(),
            istante("dataOraUltimoAggiornamento").dovuto(),
            booleano("stampaAvvisi").nota("In the detail only."),
        ],
    )
}

fn esito() -> Schema {
    oggetto(
        "EsitoOperazioneTracciato",
        [
            libero("idA2A"),
            libero("idPendenza"),
            codice("tipoOperazione", &["ADD", "DEL", "NON_VALIDA"]).dovuto(),
            codice("stato", &["ESEGUITO", "SCARTATO"]).dovuto(),
            libero("esito").dovuto().nota("ADD_OK, DEL_OK, ADD_KO, DEL_KO, NOT_AUTHORIZED or a code."),
            libero("descrizioneEsito").dovuto(),
            intero("numero").dovuto(),
            membro("dati", qualsiasi()).nota("The notice, or the error."),
        ],
    )
}

fn operazione() -> Schema {
    oggetto(
        "OperazioneTracciato",
        [
            codice("tipoOperazione", &["ADD", "DEL", "NON_VALIDA"]).dovuto(),
            codice("stato", &["ESEGUITO", "SCARTATO"]).dovuto(),
            libero("descrizioneStato"),
            membro("enteCreditore", dominio_riga()),
            membro("soggettoPagatore", qualsiasi()),
            libero("applicazione"),
            libero("identificativoPendenza"),
            libero("numeroAvviso"),
            intero("numero").dovuto(),
            membro("richiesta", qualsiasi()),
            membro("risposta", esito()),
        ],
    )
}

fn file_di_esito() -> Schema {
    oggetto(
        "FileEsitoTracciato",
        [
            libero("idTracciato").dovuto(),
            libero("idDominio").dovuto(),
            lista("inserimenti", esito()).dovuto(),
            lista("annullamenti", esito()).dovuto(),
        ],
    )
}

/// One of a file: as in POST `/pendenze`, whose dominio it does not say.
fn pendenza() -> Schema {
    qualsiasi().esempio(json!({
        "idA2A": "GESTIONALE", "idPendenza": "TARI-1", "idTipoPendenza": "TARI", "causale": "Tassa sui rifiuti",
        "soggettoPagatore": {"tipo": "F", "identificativo": "RSSMRA30A01H501I", "anagrafica": "Mario Rossi"},
        "voci": [{"idVocePendenza": "1", "importo": 45.01, "descrizione": "Rata", "codEntrata": "TARI"}]
    }))
}

fn file() -> Schema {
    let annullamento = oggetto(
        "Annullamento",
        [libero("idA2A").dovuto(), libero("idPendenza").dovuto(), libero("motivoAnnullamento").dovuto()],
    );
    oggetto(
        "FileTracciato",
        [
            libero("idTracciato").dovuto(),
            modello("idDominio", "[0-9]{11}", "12345678901").dovuto().nota("That of every operation."),
            lista("inserimenti", pendenza()).dovuto().nota("Pendenze with their idA2A and idPendenza."),
            lista("annullamenti", annullamento).dovuto(),
        ],
    )
}
