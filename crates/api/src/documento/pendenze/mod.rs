//! What the cards of the pendenze have in common: the contracts of their doors differ by what came later.

pub(super) mod forme;

use super::Scheda;
use super::backoffice_v1::anagrafica;
use super::pagamento;
use super::schema::{Membro, Schema, booleano, codice, libero, oggetto, qualsiasi};
use forme::{avviso, indice, modifiche, rpp, rpp_in_elenco};
pub(super) use forme::{creata, pendenza, pendenza_put};
use serde_json::json;

/// The card of an operation that more doors have.
pub(super) fn carta(nome: &str, p: Porta) -> Option<Scheda> {
    Some(match nome {
        "addPendenza" => Scheda::salva("Loads or updates a pendenza", pendenza_put(p, false))
            .con([booleano("stampaAvviso").nota("With the notice in PDF, in base64.")])
            .anche(201, "", "application/json", Some(creata(p, false)))
            .anche(200, "", "application/json", Some(creata(p, false))),
        "getPendenza" => Scheda::legge("A pendenza with its attempts", pendenza(p)),
        "getPendenzaByAvviso" => {
            Scheda::legge("The pendenza of a notice, asked to the ente when it is not there", pendenza(p))
        }
        "findPendenze" => elenco_pendenze(p),
        "updatePendenza" => Scheda::modifica("Changes the state of a pendenza", modifiche(), pendenza(p)),
        "getAvviso" => Scheda::legge("A notice", avviso(p))
            .anche(200, "", "application/pdf", None)
            .con([lingua()])
            .nota("Accept must name one of the two."),
        "getAvvisiDocumento" => Scheda::scarica("The notices of a document", &["application/pdf"])
            .con([lingua(), libero("numeriAvviso").nota("Only this one; may be repeated.")]),
        "getAllegatoPendenza" => Scheda::scarica("A document of a pendenza", &["*/*"]),
        "getLogo" => anagrafica::logo(),
        "findRpp" | "findRpps" => elenco_rpp(p),
        "getRpp" => Scheda::legge("An attempt with its RPT and receipt", rpp(p)).con(formato(p)),
        "getRpt" => Scheda::legge("The RPT of an attempt", qualsiasi())
            .anche(200, "", "text/xml", None)
            .con(formato(p)),
        "getRt" => Scheda::legge("The receipt of an attempt", qualsiasi())
            .anche(200, "", "text/xml", None)
            .anche(200, "", "application/octet-stream", None)
            .con(formato(p)),
        _ => return None,
    })
}

/// What a form asks for: here, of a type that asks for nothing of its own, a whole pendenza.
pub(super) fn modulo() -> Schema {
    qualsiasi().esempio(json!({
        "idA2A": "GESTIONALE", "idPendenza": "M1", "causale": "Richiesta", "importo": 45.01,
        "voci": [{ "idVocePendenza": "1", "importo": 45.01, "descrizione": "Voce", "codEntrata": "TARI" }]
    }))
}

fn lingua() -> Membro {
    codice("linguaSecondaria", &["false", "de", "en", "fr", "sl"])
}

fn elenco_pendenze(p: Porta) -> Scheda {
    let giorno = |nome| libero(nome).nota("A day, an instant or a year.").esempio("2026-11-21");
    let mut filtri = vec![
        giorno("dataDa"),
        giorno("dataA"),
        libero("idDominio"),
        match p {
            Porta::V1 | Porta::V2 => {
                libero("idA2A").nota("Accepted and not looked at: the pendenze are those of the caller.")
            }
            Porta::Backoffice | Porta::Pagamento1 | Porta::Pagamento2 | Porta::Pagamento3 => libero("idA2A"),
        },
        libero("idPendenza"),
        libero("idDebitore"),
        codice("stato", p.stati()),
        libero("idPagamento"),
    ];
    if !p.prima() {
        filtri.extend([
            libero("direzione"),
            libero("divisione"),
            booleano("mostraSpontaneiNonPagati").predefinito(false),
        ]);
    }
    if matches!(p, Porta::Backoffice | Porta::Pagamento2 | Porta::Pagamento3) {
        filtri.push(libero("iuv").nota("Of the notice or of a payment, or a notice number; whole."));
    }
    if p == Porta::Backoffice {
        filtri.push(libero("idTipoPendenza").nota("May be repeated: any of them."));
    }
    Scheda::elenca(
        "The pendenze that the caller sees",
        "Pendenze",
        indice(p),
        &["dataCaricamento", "dataValidita", "dataScadenza", "stato"],
        filtri,
    )
}

fn formato(p: Porta) -> Option<Membro> {
    (p == Porta::Backoffice).then(|| {
        booleano("retrocompatibilitaMessaggiPagoPAV1")
            .predefinito(false)
            .nota("True, documents converted to the format 6.2, is refused: not available.")
    })
}

fn elenco_rpp(p: Porta) -> Scheda {
    const ESITI: [&str; 7] = [
        "IN_CORSO",
        "RIFIUTATO",
        "ESEGUITO",
        "NON_ESEGUITO",
        "ESEGUITO_PARZIALE",
        "DECORRENZA",
        "DECORRENZA_PARZIALE",
    ];
    let giorno = |nome| libero(nome).nota("A day or an instant.").esempio("2026-11-21");
    let mut filtri = vec![
        libero("idDominio"),
        libero("iuv").nota("Or a notice number; whole."),
        libero("ccp"),
        match p {
            Porta::V1 | Porta::V2 => {
                libero("idA2A").nota("Accepted and not looked at: the attempts are those of the caller.")
            }
            Porta::Backoffice | Porta::Pagamento1 | Porta::Pagamento2 | Porta::Pagamento3 => libero("idA2A"),
        },
        libero("idPendenza"),
        libero("idPagamento"),
    ];
    let mut esiti = ESITI.to_vec();
    if p != Porta::V2 {
        // As the contracts v1 misspell it.
        esiti.push("DECORENNZA_PARZIALE");
    }
    filtri.push(codice(if p == Porta::V2 { "esitoPagamento" } else { "esito" }, &esiti));
    if p == Porta::V1 {
        filtri.extend(["dataDa", "dataA"].map(giorno));
    } else {
        filtri.extend(["dataRptDa", "dataRptA", "dataRtDa", "dataRtA"].map(giorno));
        filtri.push(libero("idDebitore"));
    }
    if p == Porta::Backoffice {
        filtri.extend([
            libero("direzione").nota("May be repeated: any of them."),
            libero("divisione").nota("May be repeated: any of them."),
            libero("tassonomia"),
            libero("idUnita"),
            libero("idTipoPendenza"),
            libero("anagraficaDebitore").nota("A part of the name, ignoring case."),
        ]);
    }
    filtri.extend(formato(p));
    Scheda::elenca(
        "The attempts that the caller sees",
        "ElencoRpp",
        rpp_in_elenco(p),
        &["dataRichiesta", "stato"],
        filtri,
    )
}

/// Of which contract a card is: that of one of the doors.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Porta {
    /// API Pendenze v1.
    V1,
    /// API Pendenze v2.
    V2,
    /// API Backoffice v1.
    Backoffice,
    /// API Pagamento v1.
    Pagamento1,
    /// API Pagamento v2.
    Pagamento2,
    /// API Pagamento v3.
    Pagamento3,
}

impl Porta {
    /// Of the first contracts.
    const fn prima(self) -> bool {
        matches!(self, Self::V1 | Self::Pagamento1)
    }

    /// With the payments of a pendenza.
    const fn pagamenti(self) -> bool {
        matches!(self, Self::Backoffice | Self::Pagamento1 | Self::Pagamento2)
    }

    const fn stati(self) -> &'static [&'static str] {
        match self {
            Self::V1 | Self::Pagamento1 => {
                &["NON_ESEGUITA", "ESEGUITA", "ESEGUITA_PARZIALE", "ANNULLATA", "SCADUTA"]
            }
            Self::Pagamento2 | Self::Pagamento3 => {
                &["NON_ESEGUITA", "ESEGUITA", "ESEGUITA_PARZIALE", "ANNULLATA", "SCADUTA", "ANOMALA"]
            }
            Self::V2 | Self::Backoffice => &[
                "NON_ESEGUITA",
                "ESEGUITA",
                "ESEGUITA_PARZIALE",
                "ANNULLATA",
                "SCADUTA",
                "ANOMALA",
                "INCASSATA",
            ],
        }
    }

    pub(in crate::documento) fn dominio(self) -> Schema {
        match self {
            Self::V1 | Self::Pagamento1 => dominio_v1(),
            Self::V2 | Self::Pagamento3 => dominio_breve(),
            Self::Pagamento2 => pagamento::dominio_v2(),
            Self::Backoffice => anagrafica::dominio_riga(),
        }
    }

    pub(in crate::documento) fn unita(self) -> Schema {
        match self {
            Self::V1 | Self::Backoffice | Self::Pagamento1 => anagrafica::unita(),
            Self::Pagamento2 => pagamento::unita_v2(),
            Self::Pagamento3 => {
                let membri = ["idUnita", "ragioneSociale"];
                oggetto("UnitaOperativa", membri.into_iter().map(|m| libero(m).dovuto()))
            }
            Self::V2 => {
                let membri = [
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
                oggetto("UnitaOperativa", membri.into_iter().map(libero))
            }
        }
    }
}

/// A dominio as the lists of v1 show it.
pub(super) fn dominio_v1() -> Schema {
    let testi = [
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
        "gln",
        "cbill",
        "iuvPrefix",
        "stazione",
        "auxDigit",
        "segregationCode",
        "logo",
    ];
    let mut m = vec![libero("idDominio").dovuto(), libero("ragioneSociale")];
    m.extend(testi.into_iter().map(libero));
    m.push(booleano("abilitato"));
    m.extend(["unitaOperative", "contiAccredito", "entrate"].into_iter().map(libero));
    oggetto("DominioIndice", m)
}

pub(super) fn dominio_breve() -> Schema {
    oggetto("DominioIndice", [libero("idDominio").dovuto(), libero("ragioneSociale")])
}
