//! The cards of API Ragioneria, and of the riscossioni of API Backoffice.

use super::pendenze::forme::{self, allegato_riscossione, contabilita, metadata};
use super::pendenze::{Porta, carta as comune, dominio_breve};
use super::schema::{Membro, Schema, codice, giorno, importo, intero, libero, membro, oggetto, qualsiasi};
use super::{Scheda, pendenze_v1, pendenze_v2};
use contratto::pendenza::VistaRiscossione as Vista;
use domain::tentativo::TipoRiscossione;

/// The card of an operation of the first version.
pub(super) fn v1(nome: &str) -> Option<Scheda> {
    Some(match nome {
        "getInfo" => Scheda::legge("What is running", super::info()),
        "getProfilo" => Scheda::legge("Who is calling and what he sees", pendenze_v1::profilo()),
        "getLogo" => return comune(nome, Porta::V1),
        _ => return riscossioni(nome, Vista::V1),
    })
}

/// The card of an operation of the second version.
pub(super) fn v2(nome: &str) -> Option<Scheda> {
    dopo(nome, Vista::V2)
}

/// The card of an operation of the third version.
pub(super) fn v3(nome: &str) -> Option<Scheda> {
    dopo(nome, Vista::V3)
}

fn dopo(nome: &str, v: Vista) -> Option<Scheda> {
    Some(match nome {
        "getInfo" => Scheda::legge("What is running", super::info()),
        "getProfilo" => Scheda::legge("Who is calling and what he sees", pendenze_v2::profilo()),
        _ => return riscossioni(nome, v),
    })
}

/// The card of an operation on the riscossioni.
pub(super) fn riscossioni(nome: &str, v: Vista) -> Option<Scheda> {
    Some(match nome {
        "findRiscossioni" => {
            let scheda = Scheda::elenca(
                "What was paid",
                "Riscossioni",
                indice(v),
                &["data", "stato", "iuv"],
                filtri(v),
            );
            match v {
                Vista::Backoffice => scheda,
                Vista::V1 | Vista::V2 | Vista::V3 => {
                    scheda.nota("Of the domini of the caller. `prossimiRisultati` is a whole address.")
                }
            }
        }
        "getRiscossione" => Scheda::legge("A riscossione", intera(v)),
        _ => return None,
    })
}

const STATI: &[&str] = &["RISCOSSA", "INCASSATA"];

fn tipi(v: Vista) -> Vec<&'static str> {
    match v {
        Vista::V1 => vec![TipoRiscossione::Entrata.as_str(), TipoRiscossione::Mbt.as_str()],
        Vista::V2 | Vista::V3 | Vista::Backoffice => {
            TipoRiscossione::TUTTI.iter().map(|t| t.as_str()).collect()
        }
    }
}

fn filtri(v: Vista) -> Vec<Membro> {
    let acquisita =
        |nome| libero(nome).nota("A day or an instant: when we came to know.").esempio("2026-11-21");
    let ripetuto = |nome| libero(nome).nota("May be repeated: any of them.");
    let tipo = codice("tipo", &tipi(v));
    let mut m = vec![
        libero("idDominio"),
        acquisita("dataDa"),
        acquisita("dataA"),
        codice("stato", STATI),
        if v == Vista::V1 {
            tipo
        } else {
            tipo.nota("May be repeated; ENTRATA and MBT when it is not given.")
        },
    ];
    if v != Vista::V1 {
        m.push(libero("iur"));
    }
    if v != Vista::V3 {
        m.extend([libero("idA2A"), libero("idPendenza").nota("A part of it, ignoring case.")]);
    }
    if v == Vista::Backoffice {
        m.extend([libero("idUnita"), libero("idTipoPendenza"), libero("iuv").nota("A part of it.")]);
        m.extend(["direzione", "divisione", "tassonomia"].map(ripetuto));
    }
    m
}

fn base(v: Vista) -> Vec<Membro> {
    let dominio = match v {
        Vista::V1 | Vista::Backoffice => libero("idDominio"),
        Vista::V2 | Vista::V3 => membro("dominio", dominio_breve()),
    };
    let mut m = vec![
        dominio.dovuto(),
        libero("iuv").dovuto(),
        libero("iur").dovuto(),
        intero("indice").dovuto(),
        codice("stato", STATI).dovuto(),
        codice("tipo", &tipi(v)).dovuto(),
        importo("importo").dovuto(),
        giorno("data").dovuto().nota("When it was paid."),
    ];
    match v {
        Vista::V1 => m.extend([importo("commissioni"), membro("allegato", allegato_riscossione(false))]),
        Vista::V2 => m.push(membro("vocePendenza", voce(v))),
        Vista::V3 => {
            m.extend([membro("allegato", allegato_riscossione(false)), membro("vocePendenza", voce(v))]);
        }
        Vista::Backoffice => {
            m.extend([importo("commissioni"), membro("allegato", allegato_riscossione(true))]);
        }
    }
    m
}

fn collegamenti() -> [Membro; 2] {
    [
        libero("pendenza").dovuto().nota("Link to the pendenza."),
        libero("rpp").nota("Link to the attempt, if there was one."),
    ]
}

/// A riscossione as lists show it.
fn indice(v: Vista) -> Schema {
    let mut m = base(v);
    match v {
        Vista::V1 => m.extend(collegamenti()),
        Vista::Backoffice => {
            m.extend(collegamenti());
            m.push(libero("idVocePendenza"));
        }
        Vista::V2 | Vista::V3 => {}
    }
    oggetto("RiscossioneIndice", m)
}

fn intera(v: Vista) -> Schema {
    let mut m = base(v);
    match v {
        Vista::V1 => m.extend([
            membro("pendenza", oggetto("PendenzaIndice", forme::base(Porta::V1))).dovuto(),
            membro("vocePendenza", voce(v)),
            membro("rpp", oggetto("Rpp", forme::tentativo(None))).nota("The attempt, if there was one."),
        ]),
        Vista::Backoffice => {
            m.extend(collegamenti());
            m.push(membro("vocePendenza", voce(v)));
        }
        Vista::V2 => m.push(membro("rt", qualsiasi()).nota("The receipt as JSON, if there is one.")),
        Vista::V3 => return indice(v),
    }
    oggetto("RiscossioneIntera", m)
}

fn voce(v: Vista) -> Schema {
    let mut m = vec![
        libero("idVocePendenza").dovuto(),
        libero("descrizione").dovuto(),
        libero("descrizioneCausaleRPT"),
        contabilita("Contabilita", "QuotaContabilita", false),
    ];
    match v {
        Vista::V1 => return forme::voce(Porta::V1),
        Vista::V2 => m.extend([
            intero("indice").dovuto(),
            importo("importo").dovuto(),
            membro("datiAllegati", qualsiasi()),
            membro("dominio", dominio_breve()),
            membro("pendenza", seconda()).dovuto(),
        ]),
        Vista::V3 => {
            m.extend([
                membro("datiAllegati", qualsiasi()),
                metadata(),
                membro("dominio", dominio_breve()),
                membro("pendenza", terza()).dovuto(),
            ]);
            m.extend(["codEntrata", "hashDocumento", "ibanAccredito", "ibanAppoggio"].map(libero));
            m.extend([
                codice("tipoBollo", &["01"]),
                libero("provinciaResidenza"),
                libero("codiceTassonomicoPagoPA").nota("Of what is not an entrata."),
            ]);
        }
        Vista::Backoffice => {
            m.extend([
                intero("indice").dovuto(),
                importo("importo").dovuto(),
                codice("stato", &["Eseguito", "Non eseguito", "Anomalo"]).dovuto(),
                metadata(),
                membro("dominio", Porta::Backoffice.dominio()),
                membro("pendenza", forme::indice(Porta::Backoffice)).dovuto(),
            ]);
            m.extend(forme::forma(Porta::Backoffice));
        }
    }
    oggetto("VoceRiscossa", m)
}

/// Where the ente has put a pendenza.
fn riferimenti() -> [Membro; 6] {
    [
        intero("annoRiferimento"),
        libero("cartellaPagamento"),
        membro("datiAllegati", qualsiasi()),
        libero("tassonomia"),
        libero("direzione"),
        libero("divisione"),
    ]
}

fn chiave() -> [Membro; 5] {
    [
        libero("idA2A").dovuto(),
        libero("idPendenza").dovuto(),
        libero("idTipoPendenza").dovuto(),
        libero("causale").dovuto(),
        libero("UUID").dovuto(),
    ]
}

fn seconda() -> Schema {
    let mut m = Vec::from(chiave());
    m.extend([
        libero("idDominio").dovuto(),
        libero("idUnitaOperativa"),
        giorno("dataCaricamento").dovuto(),
        giorno("dataValidita"),
        giorno("dataScadenza"),
        libero("tassonomiaAvviso"),
    ]);
    m.extend(riferimenti());
    oggetto("PendenzaIndice", m)
}

fn terza() -> Schema {
    let mut m = Vec::from(chiave());
    m.extend([
        membro("dominio", dominio_breve()).dovuto(),
        membro("unitaOperativa", Porta::Pagamento3.unita()),
        membro("soggettoPagatore", forme::soggetto("Soggetto", false, Porta::Pagamento3)).dovuto(),
        giorno("dataCaricamento").dovuto(),
        giorno("dataScadenza"),
        membro("documento", forme::documento("Documento")),
        membro("proprieta", forme::proprieta("Proprieta", false)),
    ]);
    m.extend(riferimenti());
    oggetto("PendenzaIndice", m)
}
