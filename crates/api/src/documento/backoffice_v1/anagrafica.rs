//! Intermediari, stazioni, domini, unita operative, conti, entrate.

use super::connettori;
use super::tipi;
use crate::documento::Scheda;
use crate::documento::schema::{
    Membro, Schema, booleano, codice, conforme, libero, lista, membro, modello, oggetto, oppure, stringa,
    testo, url,
};
use domain::codici::{Iban, IdStazione};
use domain::pendenza::TipoContabilita;
use domain::{IdDominio, IdEntrata};

pub(super) fn carta(nome: &str) -> Option<Scheda> {
    let abilitato = || booleano("abilitato").nota("Only the enabled ones, or only the others.");
    Some(match nome {
        "findIntermediari" => Scheda::elenca(
            "Intermediari",
            "Intermediari",
            oggetto(
                "IntermediarioRiga",
                [libero("idIntermediario"), libero("denominazione"), booleano("abilitato")],
            ),
            &["denominazione"],
            [abilitato()],
        ),
        "addIntermediario" => Scheda::salva("Creates or replaces an intermediario", intermediario_put()),
        "getIntermediario" => Scheda::legge("An intermediario with its stazioni", intermediario())
            .nota("Secrets are shown to callers with W on Anagrafica PagoPA."),
        "findStazioni" => Scheda::elenca(
            "Stazioni of an intermediario",
            "Stazioni",
            stazione_riga(),
            &["idStazione"],
            [abilitato()],
        ),
        "addStazione" => Scheda::salva("Creates or replaces a stazione", stazione_put()),
        "getStazione" => Scheda::legge("A stazione with its domini", stazione()),
        "addDominio" => Scheda::salva("Creates or replaces a dominio", dominio_put())
            .nota("Creation makes the unita operativa EC and the preloaded types."),
        "getDominio" => Scheda::legge("A dominio with all that belongs to it", dominio()),
        "getLogo" => logo(),
        "addUnitaOperativa" => Scheda::salva("Creates or replaces a unita operativa", unita_put()),
        "getUnitaOperativa" => Scheda::legge("A unita operativa", unita()),
        "addContiAccredito" => Scheda::salva("Creates or replaces a conto", conto_put()),
        "getContiAccredito" => Scheda::legge("A conto", conto()),
        "addEntrataDominio" => {
            Scheda::salva("Creates or replaces the entrata of a dominio", entrata_dominio_put())
        }
        "getEntrataDominio" => Scheda::legge("The entrata of a dominio", entrata_dominio())
            .nota("What is inherited stands in tipoEntrata."),
        "addEntrata" => Scheda::salva("Creates or replaces an entrata", entrata_put()),
        "getEntrata" => Scheda::legge("An entrata", entrata()),
        _ => return elenco(nome, abilitato()),
    })
}

/// The lists.
fn elenco(nome: &str, abilitato: Membro) -> Option<Scheda> {
    let associati = || booleano("associati").nota("With the unita operativa EC; domini and tipi in scope.");
    let form = || booleano("form").nota("Only with a form of the Backoffice.");
    Some(match nome {
        "findDomini" => Scheda::elenca(
            "Domini",
            "Domini",
            dominio_riga(),
            &["ragioneSociale", "codDominio"],
            [
                abilitato,
                libero("idDominio"),
                libero("ragioneSociale"),
                libero("idStazione"),
                booleano("intermediato"),
                form(),
                associati(),
            ],
        ),
        "findUnitaOperative" => Scheda::elenca(
            "Unita operative of a dominio",
            "UnitaOperative",
            unita(),
            &["ragioneSociale"],
            [abilitato, libero("ragioneSociale"), associati()],
        ),
        "findContiAccredito" => Scheda::elenca(
            "Conti of a dominio",
            "Conti",
            conto(),
            &["ibanAccredito"],
            [abilitato, libero("iban")],
        ),
        "findEntrateDominio" => Scheda::elenca(
            "Entrate of a dominio",
            "EntrateDominio",
            entrata_dominio(),
            &["idEntrata", "descrizione"],
            [abilitato, libero("descrizione")],
        ),
        "findTipiPendenzaDominio" => Scheda::elenca(
            "Types of a dominio",
            "TipiPendenzaDominio",
            tipi::tipo_dominio(),
            &["descrizione", "idTipoPendenza"],
            [abilitato, libero("descrizione"), form(), booleano("trasformazione"), associati()],
        ),
        "findEntrate" => Scheda::elenca("Entrate", "Entrate", entrata(), &["idEntrata"], [abilitato]),
        "findTipiPendenza" => Scheda::elenca(
            "Types of pendenza",
            "TipiPendenza",
            tipi::tipo(),
            &["descrizione", "idTipoPendenza"],
            [
                abilitato,
                libero("idTipoPendenza"),
                libero("descrizione"),
                form(),
                booleano("trasformazione"),
                associati(),
                libero("nonAssociati").nota("A dominio: only the types that it has not."),
            ],
        ),
        _ => return None,
    })
}

fn nodo(nome: &'static str, url_dovuta: bool) -> Schema {
    let indirizzo = url("urlRPT", 255);
    oggetto(
        nome,
        [
            if url_dovuta { indirizzo.dovuto() } else { indirizzo },
            membro("auth", connettori::auth()),
            testo("subscriptionKey", 1, 255),
        ],
    )
}

fn rest(nome: &'static str, risposta: bool) -> Schema {
    let gde = booleano("abilitaGDE").predefinito(false);
    oggetto(
        nome,
        [
            url("url", 255).dovuto(),
            membro("auth", connettori::auth()),
            testo("subscriptionKey", 1, 255),
            if risposta { gde.dovuto() } else { gde },
        ],
    )
}

fn ftp(servizio: &'static str, nome: &'static str, risposta: bool) -> Schema {
    let uno = || {
        let password = testo("password", 1, 255);
        oggetto(
            nome,
            [
                testo("host", 1, 255).dovuto(),
                testo("porta", 1, 255).dovuto(),
                testo("username", 1, 255).dovuto(),
                if risposta { password } else { password.dovuto() },
            ],
        )
    };
    oggetto(servizio, [membro("ftpLettura", uno()), membro("ftpScrittura", uno())])
}

fn servizi(risposta: bool) -> [Membro; 7] {
    let (nome_nodo, nome_rest, nome_ftp, nome_uno) = if risposta {
        ("ServizioPagoPa", "ServizioRest", "ServizioFtp", "Ftp")
    } else {
        ("ServizioPagoPaPut", "ServizioRestPut", "ServizioFtpPut", "FtpPut")
    };
    let rest = |nome| membro(nome, rest(nome_rest, risposta));
    [
        membro("servizioPagoPa", nodo(nome_nodo, true)).dovuto(),
        membro("servizioFtp", ftp(nome_ftp, nome_uno, risposta)),
        rest("servizioPagoPaRecuperoRT"),
        rest("servizioPagoPaACA"),
        rest("servizioPagoPaGPD"),
        rest("servizioPagoPaFR"),
        rest("servizioPagoPaBackofficeEC"),
    ]
}

fn intermediario_put() -> Schema {
    let mut membri =
        vec![testo("denominazione", 1, 255).dovuto(), testo("principalPagoPa", 1, 4000).dovuto()];
    membri.extend(servizi(false));
    membri.push(booleano("abilitato").dovuto());
    oggetto("IntermediarioPut", membri)
}

fn intermediario() -> Schema {
    let mut membri = vec![
        libero("idIntermediario").dovuto(),
        libero("denominazione").dovuto(),
        libero("principalPagoPa").dovuto(),
    ];
    membri.extend(servizi(true));
    membri.push(booleano("abilitato").dovuto());
    membri.push(lista("stazioni", stazione_riga()).dovuto());
    oggetto("Intermediario", membri)
}

fn stazione_put() -> Schema {
    oggetto(
        "StazionePut",
        [
            testo("password", 0, 35).nota("Required by a stazione V1."),
            booleano("abilitato").dovuto(),
            codice("versione", &["V1", "V2"]).dovuto(),
        ],
    )
}

fn stazione_con(nome: &'static str, domini: Membro) -> Schema {
    oggetto(
        nome,
        [
            libero("idStazione"),
            libero("password"),
            booleano("abilitato"),
            codice("versione", &["V1", "V2"]),
            domini,
        ],
    )
}

fn stazione() -> Schema {
    stazione_con("Stazione", lista("domini", dominio_riga()).dovuto())
}

fn stazione_riga() -> Schema {
    stazione_con("StazioneRiga", libero("domini").nota("Link to its domini."))
}

/// Address and contacts.
fn contatti() -> Vec<Membro> {
    let email = r"[a-zA-Z0-9_.+-]+@[a-zA-Z0-9-]+(\.[a-zA-Z0-9-]+)*";
    vec![
        testo("indirizzo", 0, 70),
        testo("civico", 0, 16),
        testo("cap", 0, 16),
        testo("localita", 0, 35),
        testo("provincia", 0, 35),
        modello("nazione", "[A-Z]{2}", "IT"),
        modello("email", email, "ente@example.org"),
        modello("pec", email, "ente@pec.example.org"),
        testo("tel", 0, 255),
        testo("fax", 0, 255),
        testo("web", 0, 255),
    ]
}

/// What only an intermediated dominio has.
fn intermediazione() -> Vec<Membro> {
    vec![
        modello("gln", "[0-9]{13}", "1234567890123"),
        modello("cbill", "[0-9A-Z]{5}", "AB12C"),
        modello("iuvPrefix", r"(\d*(%\([yYa{t|p}u]\))?)+", "9%(y)"),
        modello("stazione", IdStazione::PATTERN, "11111111113_01"),
        modello("auxDigit", "[0-3]", "3"),
        modello("segregationCode", "[0-4][0-9]", "01").nota("Required with auxDigit 3."),
    ]
}

fn tassonomia() -> Membro {
    codice("tassonomiaPagoPA", &["01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "11", "12"])
}

fn dominio_put() -> Schema {
    let mut membri = vec![testo("ragioneSociale", 1, 70).dovuto()];
    membri.extend(contatti());
    membri.extend(intermediazione());
    membri.extend([
        libero("logo").nota("Base64 or data URI; the link that GET shows keeps the stored one."),
        booleano("abilitato").dovuto(),
        testo("autStampaPosteItaliane", 0, 255),
        testo("area", 0, 255),
    ]);
    membri.extend(connettori::membri(false));
    membri.extend([
        booleano("intermediato").predefinito(true).nota("True: stazione and auxDigit are required."),
        tassonomia(),
        booleano("scaricaFr").dovuto(),
    ]);
    oggetto("DominioPut", membri)
}

fn testa_dominio() -> Vec<Membro> {
    let mut membri = vec![libero("idDominio").dovuto(), libero("ragioneSociale").dovuto()];
    membri.extend(contatti());
    membri.extend(intermediazione());
    membri.extend([
        libero("logo").nota("Link to the logo."),
        booleano("abilitato").dovuto(),
        testo("autStampaPosteItaliane", 0, 255),
        testo("area", 0, 255),
    ]);
    membri
}

fn dominio() -> Schema {
    let mut membri = testa_dominio();
    membri.extend(connettori::membri(true));
    membri.extend([
        booleano("intermediato").dovuto(),
        tassonomia(),
        booleano("scaricaFr").dovuto(),
        lista("unitaOperative", unita()).dovuto(),
        lista("contiAccredito", conto()).dovuto(),
        lista("entrate", entrata_dominio()).dovuto(),
        lista("tipiPendenza", tipi::tipo_dominio()).dovuto(),
    ]);
    oggetto("Dominio", membri)
}

/// A dominio inside the lists of others.
pub(in crate::documento) fn dominio_riga() -> Schema {
    let mut membri = testa_dominio();
    membri.extend([
        booleano("intermediato").dovuto(),
        tassonomia(),
        booleano("scaricaFr").dovuto(),
        libero("unitaOperative").dovuto().nota("Link."),
        libero("contiAccredito").dovuto().nota("Link."),
        libero("entrate").dovuto().nota("Link."),
        libero("tipiPendenza").dovuto().nota("Link."),
    ]);
    oggetto("DominioRiga", membri)
}

fn unita_con(nome: &'static str, prima: Option<Membro>) -> Schema {
    let mut membri: Vec<Membro> = prima.into_iter().collect();
    membri.push(testo("ragioneSociale", 1, 70).dovuto());
    membri.extend(contatti());
    membri.extend([testo("area", 0, 255), booleano("abilitato").dovuto()]);
    oggetto(nome, membri)
}

fn unita_put() -> Schema {
    unita_con("UnitaOperativaPut", None)
}

pub(in crate::documento) fn unita() -> Schema {
    unita_con("UnitaOperativa", Some(libero("idUnita").dovuto()))
}

fn conto_put() -> Schema {
    let bic = "([a-zA-Z]{4})([a-zA-Z]{2})(([2-9a-zA-Z])([0-9a-np-zA-NP-Z]))\
               ((([0-9a-wy-zA-WY-Z])([0-9a-zA-Z]{2}))|([xX]{3})|)";
    oggetto(
        "ContoPut",
        [
            modello("bic", bic, "DEUTDEFF"),
            booleano("postale").predefinito(false),
            booleano("mybank").nota("Deprecated: accepted, not kept."),
            booleano("abilitato").predefinito(true),
            testo("descrizione", 1, 255),
            testo("intestatario", 1, 255),
            testo("autStampaPosteItaliane", 0, 255),
        ],
    )
}

pub(super) fn conto() -> Schema {
    oggetto(
        "Conto",
        [
            modello("iban", Iban::PATTERN, "IT02L1234512345123456789012").dovuto(),
            libero("bic"),
            booleano("postale").dovuto(),
            booleano("abilitato").dovuto(),
            libero("descrizione"),
            libero("intestatario"),
            libero("autStampaPosteItaliane"),
        ],
    )
}

fn contabilita() -> [Membro; 2] {
    let codici: Vec<&str> = TipoContabilita::TUTTI.iter().map(|t| t.as_str()).collect();
    [codice("tipoContabilita", &codici), modello("codiceContabilita", r"\S{3,138}", "0101101IM")]
}

fn entrata_put() -> Schema {
    let [tipo, codice] = contabilita();
    oggetto("EntrataPut", [testo("descrizione", 1, 255).dovuto(), tipo.dovuto(), codice.dovuto()])
}

pub(super) fn entrata() -> Schema {
    let [tipo, codice] = contabilita();
    oggetto(
        "Entrata",
        [
            modello("idEntrata", IdEntrata::PATTERN, "TARI").dovuto(),
            libero("descrizione").dovuto(),
            tipo.dovuto(),
            codice.dovuto(),
        ],
    )
}

fn iban(nome: &'static str) -> Membro {
    modello(nome, Iban::PATTERN, "IT02L1234512345123456789012")
}

fn entrata_dominio_put() -> Schema {
    let [tipo, codice] = contabilita();
    oggetto(
        "EntrataDominioPut",
        [iban("ibanAccredito"), iban("ibanAppoggio"), tipo, codice, booleano("abilitato").predefinito(true)],
    )
}

pub(super) fn entrata_dominio() -> Schema {
    let [tipo, codice] = contabilita();
    oggetto(
        "EntrataDominio",
        [
            modello("idEntrata", IdEntrata::PATTERN, "TARI").dovuto(),
            iban("ibanAccredito"),
            iban("ibanAppoggio"),
            tipo,
            codice,
            booleano("abilitato").dovuto(),
            membro("tipoEntrata", entrata()).dovuto(),
        ],
    )
}

/// The domini of a scope, as they are written: an id, `*`, or an id with its offices.
pub(super) fn ambito_domini() -> Membro {
    let con_unita = oggetto(
        "AmbitoDominio",
        [
            modello("idDominio", r"\*|[0-9]{11}", "12345678901").dovuto(),
            lista("unitaOperative", conforme(r"\*|[a-zA-Z0-9\-_]{1,35}", "UO1")),
        ],
    );
    let id = conforme(&format!(r"\*|{}", IdDominio::PATTERN), "12345678901");
    lista("domini", oppure([id, con_unita])).nota("None when absent or empty; * is all.")
}

/// The types of a scope.
pub(super) fn ambito_tipi() -> Membro {
    lista("tipiPendenza", stringa())
        .nota("None when absent or empty; * is all.")
        .esempio(serde_json::json!(["*"]))
}

/// The card of the logo, in every API.
pub(in crate::documento) fn logo() -> Scheda {
    Scheda::scarica(
        "The logo of a dominio",
        &[
            "image/png",
            "image/jpeg",
            "image/gif",
            "image/svg+xml",
            "image/webp",
            "image/bmp",
            "image/x-icon",
            "application/octet-stream",
        ],
    )
}
