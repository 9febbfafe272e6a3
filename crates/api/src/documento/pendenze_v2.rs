//! The cards of API Pendenze v2.

use super::Scheda;
use super::schema::{
    Membro, Schema, booleano, codice, conforme, elenco, giorno, importo, intero, intero_da, libero, lista,
    lista_di, membro, modello, oggetto, qualsiasi, stringa, testo, uno_di,
};
use domain::codici::Iban;
use domain::pendenza::TipoContabilita;
use domain::{IdA2A, IdDominio, IdEntrata, IdPendenza, IdTipoPendenza, IdUnita};
use serde_json::json;

/// The card of an operation of this API.
pub(super) fn carta(nome: &str) -> Option<Scheda> {
    Some(match nome {
        "getInfo" => Scheda::legge("What is running", super::info()),
        "getProfilo" => Scheda::legge("Who is calling and what he sees", profilo()),
        "addPendenza" => Scheda::salva("Loads or updates a pendenza", pendenza_put())
            .con([
                booleano("stampaAvviso").nota("With the notice in PDF, in base64."),
                libero("dataAvvisatura").nota("MAI, or the day of dataNotificaAvviso."),
            ])
            .anche(201, "", "application/json", Some(creata()))
            .anche(200, "", "application/json", Some(creata()))
            .nota("A POST with X-HTTP-Method-Override PUT or PATCH is that method."),
        "getPendenza" => Scheda::legge("A pendenza with its attempts", pendenza()),
        "findPendenze" => elenco_pendenze(),
        "updatePendenza" => Scheda::modifica("Changes the state of a pendenza", modifiche(), pendenza()),
        "getAvviso" => Scheda::legge("A notice", avviso())
            .anche(200, "", "application/pdf", None)
            .con([codice("linguaSecondaria", &["false", "de", "en", "fr", "sl"])])
            .nota("Accept must name one of the two."),
        "getAllegatoPendenza" => Scheda::scarica("A document of a pendenza", &["*/*"]),
        "getRpp" => Scheda::legge("An attempt with its RPT and receipt", rpp()),
        "getRpt" => Scheda::legge("The RPT of an attempt", qualsiasi()).anche(200, "", "text/xml", None),
        "getRt" => Scheda::legge("The receipt of an attempt", qualsiasi())
            .anche(200, "", "text/xml", None)
            .anche(200, "", "application/octet-stream", None),
        _ => return None,
    })
}

fn elenco_pendenze() -> Scheda {
    let giorno = |nome| libero(nome).nota("A day, an instant or a year.").esempio("2026-11-21");
    Scheda::elenca(
        "The pendenze of the caller",
        "Pendenze",
        indice(),
        &["dataCaricamento", "dataValidita", "dataScadenza", "stato"],
        [
            giorno("dataDa"),
            giorno("dataA"),
            libero("idDominio"),
            libero("idA2A").nota("Accepted and not looked at: the pendenze are those of the caller."),
            libero("idPendenza"),
            libero("idDebitore"),
            codice("stato", &STATI),
            libero("idPagamento"),
            libero("direzione"),
            libero("divisione"),
            booleano("mostraSpontaneiNonPagati").predefinito(false),
            libero("campi").nota("Comma list of the members to keep in each row."),
        ],
    )
}

const STATI: [&str; 7] =
    ["NON_ESEGUITA", "ESEGUITA", "ESEGUITA_PARZIALE", "ANNULLATA", "SCADUTA", "ANOMALA", "INCASSATA"];

fn riga_dominio() -> Schema {
    oggetto("DominioIndice", [libero("idDominio").dovuto(), libero("ragioneSociale")])
}

fn profilo() -> Schema {
    let tipo =
        oggetto("TipoPendenzaIndice", [libero("idTipoPendenza").dovuto(), libero("descrizione").dovuto()]);
    oggetto(
        "Profilo",
        [
            libero("nome").dovuto(),
            lista("domini", riga_dominio()).dovuto(),
            lista("tipiPendenza", tipo).dovuto(),
            lista("acl", qualsiasi()).dovuto().nota("Always empty: the rights are those of the API."),
        ],
    )
}

fn iban(nome: &'static str) -> Membro {
    modello(nome, Iban::PATTERN, "IT02L1234512345123456789012")
}

fn soggetto(nome: &'static str, richiesta: bool) -> Schema {
    let chi = |nome, max| {
        let m = testo(nome, 0, max);
        if richiesta { m.nota("ANONIMO when blank.") } else { m.dovuto() }
    };
    let email = r"[a-zA-Z0-9_.+\-']+@[a-zA-Z0-9_-]+(\.[a-zA-Z0-9_-]+)*";
    oggetto(
        nome,
        [
            codice("tipo", &["F", "G"]),
            chi("identificativo", 16).esempio("RSSMRA80A01H501U"),
            chi("anagrafica", 70).esempio("Mario Rossi"),
            testo("indirizzo", 1, 70),
            testo("civico", 1, 16),
            testo("cap", 1, 16),
            testo("localita", 1, 35),
            testo("provincia", 1, 35),
            modello("nazione", "[A-Z]{2}", "IT"),
            modello("email", email, "mario.rossi@example.org"),
            modello("cellulare", r"\+[0-9]{2}\s[0-9]{3}-[0-9]{7}", "+39 333-1234567"),
        ],
    )
}

fn contabilita(nome: &'static str, quota: &'static str, richiesta: bool) -> Membro {
    let anno = if richiesta { modello("annoEsercizio", "[0-9]{4}", "2026") } else { intero("annoEsercizio") };
    let quota = oggetto(
        quota,
        [
            testo("capitolo", 1, 64).dovuto(),
            anno.dovuto(),
            importo("importo").dovuto(),
            testo("accertamento", 1, 64),
            membro("proprietaCustom", qualsiasi()),
            testo("titolo", 1, 64),
            testo("tipologia", 1, 64),
            testo("categoria", 1, 64),
            testo("articolo", 1, 64),
        ],
    );
    let c = oggetto(nome, [lista("quote", quota), membro("proprietaCustom", qualsiasi())]);
    membro("contabilita", c.nota("The quote sum up to the importo of the voce."))
}

fn metadata() -> Membro {
    let voce = oggetto("Metadato", [testo("key", 1, 140).dovuto(), testo("value", 1, 140).dovuto()]);
    membro("metadata", oggetto("Metadati", [lista_di("mapEntries", voce, 1, 15).dovuto()]))
}

fn tipo_contabilita() -> Membro {
    let codici: Vec<&str> = TipoContabilita::TUTTI.iter().map(|t| t.as_str()).collect();
    codice("tipoContabilita", &codici)
}

/// The members that say where the money goes: three forms that exclude each other.
fn forma() -> [Membro; 8] {
    [
        modello("codEntrata", IdEntrata::PATTERN, "TARI"),
        codice("tipoBollo", &["01", "Imposta di bollo"]),
        testo("hashDocumento", 1, 70),
        modello("provinciaResidenza", "[A-Z]{2}", "RM"),
        iban("ibanAccredito"),
        iban("ibanAppoggio"),
        tipo_contabilita(),
        modello("codiceContabilita", r"\S{3,138}", "0101101IM"),
    ]
}

fn voce_put() -> Schema {
    let mut m = vec![
        modello("idVocePendenza", IdPendenza::PATTERN, "1").dovuto(),
        importo("importo").dovuto(),
        testo("descrizione", 1, 255).dovuto(),
        membro("datiAllegati", qualsiasi()),
        testo("descrizioneCausaleRPT", 1, 140),
        contabilita("ContabilitaPut", "QuotaContabilitaPut", true),
        metadata(),
        modello("idDominio", IdDominio::PATTERN, "12345678901").nota("Another beneficiary."),
    ];
    m.extend(forma());
    oggetto("VocePut", m).nota("One of codEntrata; tipoBollo with its members; ibanAccredito with its members.").esempio(
        json!({
            "idVocePendenza": "1", "importo": 45.01, "descrizione": "Prima rata", "codEntrata": "TARI",
            "descrizioneCausaleRPT": "Rata 1", "datiAllegati": { "rata": 1 },
            "contabilita": {
                "quote": [{
                    "capitolo": "C1", "annoEsercizio": "2026", "importo": 45.01, "accertamento": "A1",
                    "proprietaCustom": { "a": 1 }, "titolo": "T", "tipologia": "T", "categoria": "C", "articolo": "A"
                }],
                "proprietaCustom": { "b": 2 }
            },
            "metadata": { "mapEntries": [{ "key": "chiave", "value": "valore" }] }
        }),
    )
}

fn voce() -> Schema {
    let mut m = vec![
        libero("idVocePendenza").dovuto(),
        importo("importo").dovuto(),
        libero("descrizione").dovuto(),
        membro("datiAllegati", qualsiasi()),
        libero("descrizioneCausaleRPT"),
        contabilita("Contabilita", "QuotaContabilita", false),
        metadata(),
        intero("indice").dovuto(),
        codice("stato", &["Eseguito", "Non eseguito", "Anomalo"]).dovuto(),
        membro("dominio", riga_dominio()),
    ];
    m.extend(forma());
    oggetto("Voce", m)
}

fn documento(nome: &'static str) -> Schema {
    let soglia = oggetto(
        "Soglia",
        [codice("tipo", &["ENTRO", "OLTRE", "RIDOTTO", "SCONTATO"]).dovuto(), intero_da("giorni", 1)],
    );
    oggetto(
        nome,
        [
            modello("identificativo", IdPendenza::PATTERN, "DOC1").dovuto(),
            testo("descrizione", 1, 255).dovuto(),
            intero_da("rata", 1),
            membro("soglia", soglia),
        ],
    )
    .esempio(json!({ "identificativo": "DOC1", "descrizione": "Tassa rifiuti", "rata": 1 }))
}

fn proprieta(nome: &'static str, richiesta: bool) -> Schema {
    let importo = oggetto("DescrizioneImporto", [libero("voce"), importo("importo")]);
    let mut m = vec![
        codice("linguaSecondaria", &["false", "de", "en", "fr", "sl"]),
        lista("descrizioneImporto", importo),
        libero("lineaTestoRicevuta1"),
        libero("lineaTestoRicevuta2"),
        libero("linguaSecondariaCausale"),
        testo("informativaImportoAvviso", 0, 255),
        testo("linguaSecondariaInformativaImportoAvviso", 0, 255),
        giorno("dataScandenzaAvviso").nota("Misspelt on the wire."),
    ];
    if richiesta {
        m.push(giorno("dataScadenzaAvviso").nota("The right spelling is accepted too."));
    }
    oggetto(nome, m)
}

const TASSONOMIE: &[&str] = &[
    "Cartelle esattoriali",
    "Diritti e concessioni",
    "Imposte e tasse",
    "IMU, TASI e altre tasse comunali",
    "Ingressi a mostre e musei",
    "Multe e sanzioni amministrative",
    "Previdenza e infortuni",
    "Servizi erogati dal comune",
    "Servizi erogati da altri enti",
    "Servizi scolastici",
    "Tassa automobilistica",
    "Ticket e prestazioni sanitarie",
    "Trasporti, mobilità e parcheggi",
];

fn accessori(richiesta: bool) -> Vec<Membro> {
    let anno =
        if richiesta { modello("annoRiferimento", "[0-9]{4}", "2026") } else { intero("annoRiferimento") };
    let (nome_documento, nome_proprieta) =
        if richiesta { ("DocumentoPut", "ProprietaPut") } else { ("Documento", "Proprieta") };
    vec![
        anno,
        testo("cartellaPagamento", 1, 35),
        membro("datiAllegati", qualsiasi()),
        testo("tassonomia", 1, 35),
        codice("tassonomiaAvviso", TASSONOMIE),
        modello("direzione", IdA2A::PATTERN, "DIR1"),
        modello("divisione", IdA2A::PATTERN, "DIV1"),
        membro("documento", documento(nome_documento)),
        membro("proprieta", proprieta(nome_proprieta, richiesta)),
    ]
}

fn pendenza_put() -> Schema {
    let allegato = oggetto(
        "AllegatoPut",
        [
            testo("nome", 1, 255).dovuto().esempio("nota.txt"),
            testo("tipo", 1, 255).esempio("text/plain"),
            testo("descrizione", 1, 255),
            libero("contenuto").dovuto().nota("Base64.").esempio("Y2lhbw=="),
        ],
    );
    let mut m = vec![
        modello("idDominio", IdDominio::PATTERN, "12345678901").dovuto(),
        modello("idUnitaOperativa", IdUnita::PATTERN, "UO1"),
        modello("idTipoPendenza", IdTipoPendenza::PATTERN, "TARI"),
        testo("causale", 1, 140).dovuto(),
        membro("soggettoPagatore", soggetto("SoggettoPut", true)),
        importo("importo").dovuto().nota("The sum of the voci."),
        modello("numeroAvviso", "[0-3][0-9]{17}", "301000000900000123"),
        giorno("dataValidita"),
        giorno("dataScadenza"),
        giorno("dataNotificaAvviso"),
        giorno("dataPromemoriaScadenza"),
    ];
    m.extend(accessori(true));
    m.extend([lista_di("voci", voce_put(), 1, 5).dovuto(), lista("allegati", allegato)]);
    oggetto("PendenzaPut", m)
}

fn creata() -> Schema {
    oggetto(
        "PendenzaCreata",
        [
            libero("idDominio").dovuto(),
            libero("numeroAvviso").dovuto(),
            libero("UUID").dovuto(),
            libero("pdf").nota("The notice in base64, when asked."),
        ],
    )
}

fn base() -> Vec<Membro> {
    let unita = [
        "idUnita",
        "ragioneSociale",
        "indirizzo",
        "civico",
        "cap",
        "localita",
        "provincia",
        "nazione",
        "email",
        "pec",
        "tel",
        "fax",
        "web",
        "area",
    ];
    let mut m = vec![
        libero("idA2A").dovuto(),
        libero("idPendenza").dovuto(),
        libero("idTipoPendenza").dovuto(),
        membro("dominio", riga_dominio()).dovuto(),
        membro("unitaOperativa", oggetto("UnitaOperativa", unita.into_iter().map(libero))),
        codice("stato", &STATI).dovuto(),
        libero("descrizioneStato"),
        libero("iuvAvviso").dovuto(),
        libero("iuvPagamento"),
        giorno("dataPagamento"),
        libero("causale").dovuto(),
        membro("soggettoPagatore", soggetto("Soggetto", false)).dovuto(),
        importo("importo").dovuto(),
        libero("numeroAvviso").dovuto(),
        giorno("dataCaricamento").dovuto(),
        giorno("dataValidita"),
        giorno("dataScadenza"),
    ];
    m.extend(accessori(false));
    m.extend([codice("tipo", &["dovuto", "spontaneo"]).dovuto(), libero("UUID").dovuto()]);
    m
}

fn pendenza() -> Schema {
    let allegato = oggetto(
        "Allegato",
        [
            libero("nome").dovuto(),
            libero("tipo"),
            libero("descrizione"),
            libero("contenuto").dovuto().nota("Link to the content."),
        ],
    );
    let mut m = base();
    m.extend([lista("voci", voce()).dovuto(), lista("rpp", rpp()).dovuto(), lista("allegati", allegato)]);
    oggetto("Pendenza", m)
}

/// A pendenza as lists and attempts show it.
fn indice() -> Schema {
    let mut m = base();
    m.push(libero("rpp").dovuto().nota("Link to its attempts."));
    oggetto("PendenzaIndice", m)
}

fn rpp() -> Schema {
    oggetto(
        "Rpp",
        [
            libero("stato").dovuto(),
            libero("dettaglioStato"),
            membro("rpt", qualsiasi()).nota("The RPT as JSON, keys of its own version."),
            membro("rt", qualsiasi()).nota("The receipt as JSON, once it is there."),
            membro("pendenza", indice()).dovuto(),
        ],
    )
}

fn modifiche() -> Schema {
    let op = oggetto(
        "ModificaPendenza",
        [
            membro("op", uno_di(&["ADD", "REPLACE"])).dovuto().nota("ADD for /nota, REPLACE for the others."),
            codice("path", &["/stato", "/descrizioneStato", "/nota", "/ack"]).dovuto(),
            membro("value", qualsiasi_valore()).dovuto(),
        ],
    );
    elenco(op).esempio(json!([{ "op": "REPLACE", "path": "/stato", "value": "ANNULLATA" }]))
}

fn qualsiasi_valore() -> Schema {
    super::schema::oppure([
        stringa(),
        Schema::booleano(),
        oggetto("Nota", [libero("oggetto").dovuto(), libero("testo")]),
    ])
}

fn avviso() -> Schema {
    oggetto(
        "Avviso",
        [
            libero("stato").dovuto(),
            importo("importo"),
            libero("idDominio").dovuto(),
            membro("numeroAvviso", conforme("[0-9]{18}", "301000000900000123")).dovuto(),
            giorno("dataValidita"),
            giorno("dataScadenza"),
            giorno("dataPagamento"),
            libero("descrizione"),
            libero("tassonomiaAvviso"),
            libero("qrcode"),
            libero("barcode"),
        ],
    )
}
