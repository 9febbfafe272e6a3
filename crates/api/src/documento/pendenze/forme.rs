//! The schemas of a pendenza and of what goes with it.

use super::Porta;
use crate::documento::schema::{
    Membro, Schema, booleano, codice, conforme, elenco, giorno, importo, intero, intero_da, istante, libero,
    lista, lista_di, membro, modello, oggetto, qualsiasi, stringa, testo, uno_di,
};
use domain::codici::Iban;
use domain::pendenza::TipoContabilita;
use domain::{IdA2A, IdDominio, IdEntrata, IdPendenza, IdTipoPendenza, IdUnita};
use serde_json::json;

fn iban(nome: &'static str) -> Membro {
    modello(nome, Iban::PATTERN, "IT02L1234512345123456789012")
}

pub(in crate::documento) fn soggetto(nome: &'static str, richiesta: bool, p: Porta) -> Schema {
    let chi = |nome, max| {
        let m = match (richiesta, p, nome) {
            (true, Porta::V1, "identificativo") => testo(nome, 2, max),
            (true, Porta::V1, _) => testo(nome, 1, max),
            _ => testo(nome, 0, max),
        };
        if richiesta && p != Porta::V1 { m.nota("ANONIMO when blank.") } else { m.dovuto() }
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

pub(in crate::documento) fn contabilita(nome: &'static str, quota: &'static str, richiesta: bool) -> Membro {
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

pub(in crate::documento) fn metadata() -> Membro {
    let voce = oggetto("Metadato", [testo("key", 1, 140).dovuto(), testo("value", 1, 140).dovuto()]);
    membro("metadata", oggetto("Metadati", [lista_di("mapEntries", voce, 1, 15).dovuto()]))
}

fn tipo_contabilita(p: Porta) -> Membro {
    let mut codici: Vec<&str> = TipoContabilita::TUTTI.iter().map(|t| t.as_str()).collect();
    if p == Porta::V1 {
        // The former name of CAPITOLO.
        codici.push("ENTRATA");
    }
    codice("tipoContabilita", &codici)
}

/// The members that say where the money goes: three forms that exclude each other.
pub(in crate::documento) fn forma(p: Porta) -> [Membro; 8] {
    [
        modello("codEntrata", IdEntrata::PATTERN, "TARI"),
        codice("tipoBollo", &["01", "Imposta di bollo"]),
        testo("hashDocumento", 1, 70),
        modello("provinciaResidenza", "[A-Z]{2}", "RM"),
        iban("ibanAccredito"),
        iban("ibanAppoggio"),
        tipo_contabilita(p),
        modello("codiceContabilita", r"\S{3,138}", "0101101IM"),
    ]
}

fn voce_put(p: Porta) -> Schema {
    let mut m = vec![
        modello("idVocePendenza", IdPendenza::PATTERN, "1").dovuto(),
        importo("importo").dovuto(),
        testo("descrizione", 1, 255).dovuto(),
        membro("datiAllegati", qualsiasi()),
        testo("descrizioneCausaleRPT", 1, 140),
    ];
    if p != Porta::V1 {
        m.extend([
            contabilita("ContabilitaPut", "QuotaContabilitaPut", true),
            metadata(),
            modello("idDominio", IdDominio::PATTERN, "12345678901").nota("Another beneficiary."),
        ]);
    }
    if p != Porta::V2 {
        m.extend([
            intero("indice").nota("Accepted and not looked at."),
            libero("stato").nota("Accepted and not looked at."),
        ]);
    }
    m.extend(forma(p));
    let forme = "One of codEntrata; tipoBollo with its members; ibanAccredito with its members.";
    let voce = oggetto("VocePut", m).nota(forme);
    if p == Porta::V1 {
        return voce.esempio(json!({
            "idVocePendenza": "1", "importo": 45.01, "descrizione": "Prima rata", "codEntrata": "TARI",
            "descrizioneCausaleRPT": "Rata 1", "datiAllegati": { "rata": 1 }
        }));
    }
    voce.esempio(
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

pub(in crate::documento) fn voce(p: Porta) -> Schema {
    let mut m = vec![
        libero("idVocePendenza").dovuto(),
        importo("importo").dovuto(),
        libero("descrizione").dovuto(),
        membro("datiAllegati", qualsiasi()),
        libero("descrizioneCausaleRPT"),
        intero("indice").dovuto(),
        codice("stato", &["Eseguito", "Non eseguito", "Anomalo"]).dovuto(),
    ];
    if !p.prima() {
        if p != Porta::Pagamento2 {
            m.extend([contabilita("Contabilita", "QuotaContabilita", false), metadata()]);
        }
        m.push(membro("dominio", p.dominio()));
    }
    if p == Porta::Pagamento3 {
        m.push(membro("riscossione", riscossione_v3()).nota("Once it is paid."));
    }
    if p == Porta::Backoffice {
        m.extend([
            lista("riscossioni", riscossione()).dovuto(),
            lista("rendicontazioni", qualsiasi()).dovuto(),
        ]);
    }
    m.extend(forma(p));
    oggetto("Voce", m)
}

pub(in crate::documento) fn allegato_riscossione(con_contenuto: bool) -> Schema {
    let mut m = vec![
        codice("tipo", &["Esito pagamento", "Marca da bollo"]).dovuto(),
        libero("testo").dovuto().nota("Base64."),
    ];
    if con_contenuto {
        m.push(membro("contenuto", qualsiasi()).nota("Of a stamp: its XML as JSON."));
    }
    oggetto("AllegatoRiscossione", m)
}

fn riscossione_v3() -> Schema {
    oggetto(
        "Riscossione",
        [
            libero("idDominio").dovuto(),
            libero("iuv").dovuto(),
            libero("iur").dovuto(),
            intero("indice").dovuto(),
            libero("tipo").dovuto(),
            importo("importo").dovuto(),
            istante("data").dovuto(),
            membro("allegato", allegato_riscossione(false)),
        ],
    )
}

fn riscossione() -> Schema {
    oggetto(
        "Riscossione",
        [
            libero("idDominio").dovuto(),
            libero("iuv").dovuto(),
            libero("iur").dovuto(),
            intero("indice").dovuto(),
            libero("pendenza").dovuto().nota("Link to the pendenza."),
            libero("rpp").nota("Link to the attempt, if there was one."),
            codice("stato", &["RISCOSSA", "INCASSATA"]).dovuto(),
            libero("tipo").dovuto(),
            importo("importo").dovuto(),
            giorno("data").dovuto(),
            importo("commissioni"),
            membro("allegato", allegato_riscossione(true)),
        ],
    )
}

pub(in crate::documento) fn documento(nome: &'static str) -> Schema {
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

pub(in crate::documento) fn proprieta(nome: &'static str, richiesta: bool) -> Schema {
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

fn accessori(richiesta: bool, p: Porta) -> Vec<Membro> {
    let anno =
        if richiesta { modello("annoRiferimento", "[0-9]{4}", "2026") } else { intero("annoRiferimento") };
    let (nome_documento, nome_proprieta) =
        if richiesta { ("DocumentoPut", "ProprietaPut") } else { ("Documento", "Proprieta") };
    let mut m = vec![
        anno,
        testo("cartellaPagamento", 1, 35),
        membro("datiAllegati", qualsiasi()),
        testo("tassonomia", 1, 35),
    ];
    if p != Porta::Pagamento3 {
        m.push(codice("tassonomiaAvviso", TASSONOMIE));
    }
    if p.prima() {
        return m;
    }
    m.extend([modello("direzione", IdA2A::PATTERN, "DIR1"), modello("divisione", IdA2A::PATTERN, "DIV1")]);
    if p != Porta::Pagamento2 {
        m.push(membro("documento", documento(nome_documento)));
    }
    m.push(membro("proprieta", proprieta(nome_proprieta, richiesta)));
    m
}

/// The body of PUT; with the key that of the POST of the Backoffice.
pub(in crate::documento) fn pendenza_put(p: Porta, con_chiave: bool) -> Schema {
    let allegato = oggetto(
        "AllegatoPut",
        [
            testo("nome", 1, 255).dovuto().esempio("nota.txt"),
            testo("tipo", 1, 255).esempio("text/plain"),
            testo("descrizione", 1, 255),
            libero("contenuto").dovuto().nota("Base64.").esempio("Y2lhbw=="),
        ],
    );
    let mut m = Vec::new();
    if con_chiave {
        m.extend([
            modello("idA2A", IdA2A::PATTERN, "GESTIONALE").dovuto(),
            modello("idPendenza", IdPendenza::PATTERN, "P1").dovuto(),
        ]);
    }
    m.extend([
        modello("idDominio", IdDominio::PATTERN, "12345678901").dovuto(),
        modello("idUnitaOperativa", IdUnita::PATTERN, "UO1"),
    ]);
    if p != Porta::V1 {
        m.push(modello("idTipoPendenza", IdTipoPendenza::PATTERN, "TARI"));
    }
    if p != Porta::V2 {
        m.extend([testo("nome", 1, 35), libero("dataCaricamento").nota("Accepted and not looked at.")]);
    }
    let pagatore = membro("soggettoPagatore", soggetto("SoggettoPut", true, p));
    let totale = importo("importo");
    m.extend([
        testo("causale", 1, 140).dovuto(),
        if p == Porta::V1 { pagatore.dovuto() } else { pagatore },
        match p {
            Porta::V1 | Porta::V2 | Porta::Pagamento1 | Porta::Pagamento2 | Porta::Pagamento3 => {
                totale.dovuto().nota("The sum of the voci.")
            }
            Porta::Backoffice => totale.nota("The sum of the voci, also when it is not there."),
        },
        modello("numeroAvviso", "[0-3][0-9]{17}", "301000000900000123"),
        giorno("dataValidita"),
        giorno("dataScadenza"),
    ]);
    if p != Porta::V1 {
        m.extend([giorno("dataNotificaAvviso"), giorno("dataPromemoriaScadenza")]);
    }
    m.extend(accessori(true, p));
    m.push(lista_di("voci", voce_put(p), 1, 5).dovuto());
    if p != Porta::V1 {
        m.push(lista("allegati", allegato));
    }
    oggetto(if con_chiave { "PendenzaPost" } else { "PendenzaPut" }, m)
}

/// The answer of PUT; with the key that of the POST of the Backoffice.
pub(in crate::documento) fn creata(p: Porta, con_chiave: bool) -> Schema {
    let mut m = Vec::new();
    if con_chiave {
        m.extend([libero("idA2A").dovuto(), libero("idPendenza").dovuto()]);
    }
    m.extend([libero("idDominio").dovuto(), libero("numeroAvviso").dovuto()]);
    if p == Porta::Backoffice {
        m.push(libero("idUnitaOperativa"));
    }
    if p != Porta::V1 {
        m.push(libero("UUID").dovuto());
    }
    m.push(libero("pdf").nota("The notice in base64, when asked."));
    oggetto(if con_chiave { "PendenzaCreataPost" } else { "PendenzaCreata" }, m)
}

pub(in crate::documento) fn base(p: Porta) -> Vec<Membro> {
    let mut m = vec![libero("idA2A").dovuto(), libero("idPendenza").dovuto()];
    match p {
        Porta::V1 | Porta::Pagamento1 => {}
        Porta::V2 | Porta::Pagamento2 | Porta::Pagamento3 => m.push(libero("idTipoPendenza").dovuto()),
        Porta::Backoffice => {
            let tipo = [libero("idTipoPendenza").dovuto(), libero("descrizione"), libero("visualizzazione")];
            m.push(membro("tipoPendenza", oggetto("TipoPendenzaIndice", tipo)).dovuto());
        }
    }
    m.extend([
        membro("dominio", p.dominio()).dovuto(),
        membro("unitaOperativa", p.unita()),
        codice("stato", p.stati()).dovuto(),
    ]);
    if !p.prima() {
        if p != Porta::Pagamento3 {
            m.extend([libero("iuvAvviso").dovuto(), libero("iuvPagamento"), giorno("dataPagamento")]);
        }
        m.push(libero("UUID").dovuto());
    }
    match p {
        Porta::V1 => m.push(libero("nome")),
        Porta::Pagamento1 => m.extend([libero("nome"), giorno("dataPagamento")]),
        Porta::Pagamento2 => m.push(codice("tipo", &["dovuto", "spontaneo"]).dovuto()),
        Porta::Pagamento3 => m.push(libero("descrizioneStato")),
        Porta::V2 => {
            m.extend([libero("descrizioneStato"), codice("tipo", &["dovuto", "spontaneo"]).dovuto()]);
        }
        Porta::Backoffice => m.extend([
            libero("nome"),
            importo("importoPagato").dovuto(),
            importo("importoIncassato").dovuto(),
            booleano("anomalo").dovuto(),
            booleano("verificato").dovuto(),
            giorno("dataUltimoAggiornamento").dovuto(),
            istante("dataUltimaModificaAca").dovuto(),
            istante("dataUltimaComunicazioneAca"),
        ]),
    }
    m.extend([
        libero("causale").dovuto(),
        membro("soggettoPagatore", soggetto("Soggetto", false, p)).dovuto(),
        importo("importo").dovuto(),
        libero("numeroAvviso").dovuto(),
        giorno("dataCaricamento").dovuto(),
        giorno("dataValidita"),
        giorno("dataScadenza"),
    ]);
    m.extend(accessori(false, p));
    m
}

/// A pendenza with its attempts.
pub(in crate::documento) fn pendenza(p: Porta) -> Schema {
    let allegato = oggetto(
        "Allegato",
        [
            libero("nome").dovuto(),
            libero("tipo"),
            libero("descrizione"),
            libero("contenuto").dovuto().nota("Link to the content."),
        ],
    );
    let mut m = base(p);
    m.extend([lista("voci", voce(p)).dovuto(), lista("rpp", rpp_in_elenco(p)).dovuto()]);
    if !p.prima() {
        m.push(lista("allegati", allegato));
    }
    if p == Porta::Backoffice {
        m.push(libero("descrizioneStato"));
    }
    if p.pagamenti() {
        m.push(lista("pagamenti", qualsiasi()).dovuto());
    }
    oggetto("Pendenza", m)
}

/// A pendenza as lists and attempts show it.
pub(in crate::documento) fn indice(p: Porta) -> Schema {
    let mut m = base(p);
    m.push(libero("rpp").dovuto().nota("Link to its attempts."));
    if p.pagamenti() {
        m.push(libero("pagamenti").dovuto().nota("Link to its payments."));
    }
    oggetto("PendenzaIndice", m)
}

pub(in crate::documento) fn tentativo(pendenza: Option<Membro>) -> Vec<Membro> {
    let mut m = vec![
        libero("stato").dovuto(),
        libero("dettaglioStato"),
        membro("rpt", qualsiasi()).nota("The RPT as JSON, keys of its own version."),
        membro("rt", qualsiasi()).nota("The receipt as JSON, once it is there."),
    ];
    m.extend(pendenza);
    m
}

/// An attempt as lists and pendenze show it.
pub(super) fn rpp_in_elenco(p: Porta) -> Schema {
    match p {
        // A link in the place of the pendenza.
        Porta::V1 => oggetto("RppIndice", tentativo(Some(libero("pendenza").dovuto()))),
        Porta::V2 | Porta::Backoffice | Porta::Pagamento1 | Porta::Pagamento2 | Porta::Pagamento3 => rpp(p),
    }
}

/// An attempt.
pub(super) fn rpp(p: Porta) -> Schema {
    let mut m = tentativo(Some(membro("pendenza", indice(p)).dovuto()));
    if p == Porta::Backoffice {
        m.extend([booleano("bloccante").dovuto(), libero("modello").dovuto()]);
    }
    oggetto("Rpp", m)
}

/// The body of PATCH.
pub(super) fn modifiche() -> Schema {
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
    crate::documento::schema::oppure([
        stringa(),
        Schema::booleano(),
        oggetto("Nota", [libero("oggetto").dovuto(), libero("testo")]),
    ])
}

/// A notice.
pub(super) fn avviso(p: Porta) -> Schema {
    let stato = match p {
        Porta::V1 | Porta::Backoffice => codice("stato", &["Pagato", "Non pagato", "Scaduto", "Annullato"]),
        Porta::V2 => libero("stato"),
        Porta::Pagamento1 | Porta::Pagamento2 | Porta::Pagamento3 => {
            codice("stato", &["DUPLICATA", "NON_ESEGUITA", "ANNULLATA", "SCONOSCIUTA", "SCADUTA"])
        }
    };
    oggetto(
        "Avviso",
        [
            stato.dovuto(),
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
