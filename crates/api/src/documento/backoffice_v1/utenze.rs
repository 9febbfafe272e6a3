//! Applicazioni, and whatever else has an utenza.

use super::anagrafica::{ambito_domini, ambito_tipi};
use super::{acl, connettori, dominio_visto, tipo_visto};
use crate::documento::schema::{
    Membro, Schema, booleano, codice, conforme, libero, lista, lista_da, membro, modello, oggetto, testo, url,
};
use crate::documento::{Scheda, operazioni};
use serde_json::{Value, json};

pub(super) fn carta(nome: &str) -> Option<Scheda> {
    Some(match nome {
        "addApplicazione" => Scheda::salva("Creates or replaces an applicazione", applicazione_put())
            .nota("A password that is absent keeps the stored one."),
        "getApplicazione" => Scheda::legge("An applicazione", applicazione()),
        "updateApplicazione" => Scheda::modifica(
            "Changes an applicazione, all or nothing",
            operazioni("ModificaApplicazione", UTENZA, una_acl()),
            applicazione(),
        ),
        "findApplicazioni" => Scheda::elenca(
            "Applicazioni",
            "Applicazioni",
            oggetto("ApplicazioneRiga", [libero("idA2A"), libero("principal"), booleano("abilitato")]),
            &["idA2A"],
            [booleano("abilitato"), libero("idA2A"), libero("principal")],
        ),
        "addOperatore" => Scheda::salva("Creates or replaces an operatore", operatore_put())
            .nota("A password that is absent keeps the stored one."),
        "getOperatore" => Scheda::legge("An operatore", operatore()),
        "updateOperatore" => Scheda::modifica(
            "Changes an operatore, all or nothing",
            operazioni("ModificaOperatore", UTENZA, una_acl()),
            operatore(),
        ),
        "findOperatori" => Scheda::elenca(
            "Operatori",
            "Operatori",
            oggetto("OperatoreRiga", [libero("principal"), libero("ragioneSociale"), booleano("abilitato")]),
            &["principal", "ragioneSociale"],
            [booleano("abilitato")],
        ),
        "addRuolo" => Scheda::salva("Creates or replaces a ruolo", ruolo_put()),
        "getRuolo" => Scheda::legge("A ruolo", ruolo()),
        "updateRuolo" => Scheda::modifica(
            "Changes a ruolo, all or nothing",
            operazioni("ModificaRuolo", &["/acl"], una_acl()),
            ruolo(),
        ),
        "findRuoli" => Scheda::elenca("Ruoli", "Ruoli", oggetto("RuoloRiga", [libero("id")]), &[], []),
        "updateProfilo" => Scheda::modifica(
            "Changes the password of the caller",
            operazioni(
                "ModificaProfilo",
                &["/password"],
                json!([{ "op": "REPLACE", "path": "/password", "value": "Esempio2026" }]),
            ),
            super::profilo(),
        ),
        _ => return None,
    })
}

/// What a PATCH of an utenza may change.
const UTENZA: &[&str] = &["/acl", "/domini", "/tipiPendenza", "/password"];

fn una_acl() -> Value {
    json!([{
        "op": "ADD", "path": "/acl", "value": { "servizio": "Pendenze", "autorizzazioni": ["R"] }
    }])
}

fn operatore_put() -> Schema {
    oggetto(
        "OperatorePut",
        [
            testo("ragioneSociale", 1, 35).dovuto(),
            password(),
            ambito_domini(),
            ambito_tipi(),
            lista("acl", acl()),
            ruoli(),
            booleano("abilitato").dovuto(),
        ],
    )
}

fn operatore() -> Schema {
    oggetto(
        "Operatore",
        [
            libero("principal").dovuto(),
            booleano("password").dovuto().nota("Whether there is one."),
            libero("ragioneSociale").dovuto(),
            lista("domini", dominio_visto()).dovuto(),
            lista("tipiPendenza", tipo_visto()).dovuto(),
            lista("acl", acl()).dovuto(),
            ruoli_visti().dovuto(),
            booleano("abilitato").dovuto(),
        ],
    )
}

fn ruolo_put() -> Schema {
    oggetto("RuoloPut", [lista_da("acl", acl(), 1).dovuto()])
}

fn ruolo() -> Schema {
    oggetto("Ruolo", [libero("id").dovuto(), lista("acl", acl()).dovuto()])
}

fn codifica(nome: &'static str) -> Membro {
    let codifica = oggetto(
        nome,
        [
            testo("codificaIuv", 1, 15).esempio("123"),
            testo("regExpIuv", 1, 1024).esempio("0100000009[0-9]+"),
            booleano("generazioneIuvInterna").dovuto(),
        ],
    );
    membro("codificaAvvisi", codifica)
}

fn integrazione(nome: &'static str) -> Membro {
    let servizio = oggetto(
        nome,
        [
            url("url", 255).dovuto(),
            codice("versioneApi", &["REST v1", "REST v2"]).dovuto(),
            membro("auth", connettori::auth()),
            testo("subscriptionKey", 1, 255),
        ],
    );
    membro("servizioIntegrazione", servizio)
}

/// The password, as it is sent.
fn password() -> Membro {
    testo("password", 1, 255).esempio("Esempio2026")
}

/// The roles, as they are sent.
fn ruoli() -> Membro {
    lista("ruoli", conforme(r"[a-zA-Z0-9\-_]{1,255}", "Operatore"))
}

/// The roles, as they are shown.
fn ruoli_visti() -> Membro {
    let ruolo = oggetto("RuoloVisto", [libero("id").dovuto(), lista("acl", acl()).dovuto()]);
    lista("ruoli", ruolo)
}

fn applicazione_put() -> Schema {
    oggetto(
        "ApplicazionePut",
        [
            testo("principal", 1, 4000).dovuto(),
            password(),
            codifica("CodificaAvvisiPut"),
            ambito_domini(),
            ambito_tipi(),
            booleano("apiPagamenti").predefinito(false),
            booleano("apiPendenze").predefinito(false),
            booleano("apiRagioneria").predefinito(false),
            lista("acl", acl()),
            ruoli(),
            integrazione("ServizioIntegrazionePut"),
            booleano("abilitato").predefinito(true),
        ],
    )
}

fn applicazione() -> Schema {
    oggetto(
        "Applicazione",
        [
            modello("idA2A", domain::IdA2A::PATTERN, "GESTIONALE").dovuto(),
            libero("principal").dovuto(),
            booleano("password").dovuto().nota("Whether there is one."),
            codifica("CodificaAvvisi"),
            lista("domini", dominio_visto()).dovuto(),
            lista("tipiPendenza", tipo_visto()).dovuto(),
            booleano("apiPagamenti").dovuto(),
            booleano("apiPendenze").dovuto(),
            booleano("apiRagioneria").dovuto(),
            lista("acl", acl()).dovuto(),
            ruoli_visti().dovuto(),
            integrazione("ServizioIntegrazione"),
            booleano("abilitato").dovuto(),
        ],
    )
}
