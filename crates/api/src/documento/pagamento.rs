//! The cards of API Pagamento.

use super::Scheda;
use super::backoffice_v1::anagrafica;
use super::pendenze::{self, Porta, carta as comune, dominio_breve, dominio_v1};
use super::schema::{Membro, Schema, booleano, codice, libero, lista, membro, oggetto, qualsiasi};

/// The card of an operation of the first version.
pub(super) fn v1(nome: &str) -> Option<Scheda> {
    Some(match nome {
        "getProfilo" => Scheda::legge("Who is calling", profilo("entrate", dominio_v1())),
        "findDomini" => elenco_domini(dominio_v1()),
        "getDominio" => Scheda::legge("A dominio with what belongs to it", dominio_intero()),
        "findUnitaOperative" => elenco_unita(anagrafica::unita()),
        "getUnitaOperativa" => Scheda::legge("An office", anagrafica::unita()),
        "findContiAccredito" => {
            elenco("The accounts of a dominio", "ContiAccredito", conto(), &["ibanAccredito"])
        }
        "getContiAccredito" => Scheda::legge("An account", conto()),
        "findEntrateDominio" => {
            elenco("The revenues of a dominio", "Entrate", entrata(), &["idEntrata", "descrizione"])
        }
        "getEntrataDominio" => Scheda::legge("A revenue, as it is in force in the dominio", entrata()),
        _ => return di_tutte(nome, Porta::Pagamento1),
    })
}

/// The card of an operation of the second version.
pub(super) fn v2(nome: &str) -> Option<Scheda> {
    Some(match nome {
        "getProfilo" => {
            Scheda::legge("Who is calling", profilo("tipiPendenza", dominio("DominioIndice", false)))
        }
        "findDomini" => elenco_domini(dominio_v2()),
        "getDominio" => Scheda::legge("A dominio", dominio_v2()),
        "findUnitaOperative" => elenco_unita(unita_v2()),
        "getUnitaOperativa" => Scheda::legge("An office", unita_v2()),
        "findTipiPendenzaDominio" => elenco(
            "What a payer can ask for by a form",
            "TipiPendenza",
            tipo_pendenza(),
            &["descrizione", "idTipoPendenza"],
        )
        .nota(
            "Of the types that the caller sees, those that are on in the dominio and have a form for payers.",
        ),
        "getTipoPendenzaDominio" => Scheda::legge("One of them", tipo_pendenza()),
        "addPendenza" => Scheda::salva("Makes a pendenza of what a payer enters", pendenze::modulo())
            .con([
                libero("idUnitaOperativa"),
                libero("idA2A").nota("With idPendenza: the pendenza to replace."),
                libero("idPendenza"),
                libero("gRecaptchaResponse").nota("Captcha of an anonymous payer; the installation may rename it."),
            ])
            .anche(201, "", "application/json", Some(pendenze::pendenza(Porta::Pagamento2)))
            .anche(200, "", "application/json", Some(pendenze::pendenza(Porta::Pagamento2)))
            .nota(
                "The body is what portalePagamento of the type asks for. What an applicazione makes is stored at once; \
                 that of a citizen or of an anonymous payer stays in the session of the cookie, which has its notice.",
            ),
        _ => return di_tutte(nome, Porta::Pagamento2),
    })
}

/// The card of an operation of the third version.
pub(super) fn v3(nome: &str) -> Option<Scheda> {
    Some(match nome {
        "getProfilo" => Scheda::legge("Who is calling", profilo("tipiPendenza", dominio_breve())),
        _ => return di_tutte(nome, Porta::Pagamento3),
    })
}

fn di_tutte(nome: &str, p: Porta) -> Option<Scheda> {
    Some(match nome {
        "getInfo" => Scheda::legge("What is running", super::info()),
        "logout" => Scheda::esegue("Ends the session"),
        "getLogo" => Scheda::scarica("The logo of a dominio", crate::backoffice::v1::logo::TIPI),
        "findPendenze" => comune(nome, p)?.nota(
            "A citizen sees what he owes, but for what he asked for himself and did not pay. For the pendenze of one \
             debtor `ordinamento` may also be `smart`: what can be paid first, the nearest in time before.",
        ),
        "getAvviso" => comune(nome, p)?
            .con([
                libero("idDebitore").nota("For an anonymous payer, where the installation wants to know the debtor."),
                libero("UUID").nota("Of the pendenza: an anonymous payer who knows it passes without captcha."),
                libero("gRecaptchaResponse").nota("Captcha of an anonymous payer; the installation may rename it."),
            ])
            .nota(if p == Porta::Pagamento1 {
                "Accept must name one of the two."
            } else {
                "JSON unless Accept names the PDF. What is not in the archive is asked to the ente."
            }),
        _ => return comune(nome, p),
    })
}

fn elenco(titolo: &'static str, nome: &'static str, riga: Schema, ordine: &[&str]) -> Scheda {
    Scheda::elenca(titolo, nome, riga, ordine, [booleano("abilitato")])
}

fn elenco_domini(riga: Schema) -> Scheda {
    elenco("The registered domini", "Domini", riga, &["ragioneSociale", "codDominio"])
        .con([libero("idStazione").nota("Of this stazione.")])
}

fn elenco_unita(riga: Schema) -> Scheda {
    elenco("The offices of a dominio", "UnitaOperative", riga, &["ragioneSociale"])
}

const RECAPITI: [&str; 11] =
    ["indirizzo", "civico", "cap", "localita", "provincia", "nazione", "email", "pec", "tel", "fax", "web"];

fn dominio(nome: &'static str, con_tipi: bool) -> Schema {
    let mut m = vec![libero("idDominio").dovuto(), libero("ragioneSociale").dovuto()];
    m.extend(RECAPITI.into_iter().map(libero));
    m.extend(["gln", "cbill", "logo"].into_iter().map(libero));
    m.push(libero("unitaOperative").dovuto().nota("Link."));
    if con_tipi {
        m.push(libero("tipiPendenza").dovuto().nota("Link."));
    }
    oggetto(nome, m)
}

/// A dominio in the second contract.
pub(super) fn dominio_v2() -> Schema {
    dominio("Dominio", true)
}

/// An office in the second contract.
pub(super) fn unita_v2() -> Schema {
    let mut m = vec![libero("idUnitaOperativa").dovuto(), libero("ragioneSociale").dovuto()];
    m.extend(RECAPITI.into_iter().map(libero));
    m.push(libero("area"));
    oggetto("UnitaOperativa", m)
}

fn dominio_intero() -> Schema {
    let mut m = vec![libero("idDominio").dovuto(), libero("ragioneSociale").dovuto()];
    m.extend(RECAPITI.into_iter().map(libero));
    let altri = ["gln", "cbill", "iuvPrefix", "stazione", "auxDigit", "segregationCode", "logo"];
    m.extend(altri.into_iter().map(libero));
    m.extend([
        booleano("abilitato").dovuto(),
        lista("unitaOperative", anagrafica::unita()).dovuto(),
        lista("contiAccredito", conto()).dovuto(),
        lista("entrate", entrata()).dovuto(),
    ]);
    oggetto("Dominio", m)
}

fn conto() -> Schema {
    oggetto(
        "ContoAccredito",
        [
            libero("iban").dovuto(),
            libero("bic"),
            libero("descrizione"),
            libero("intestatario"),
            booleano("postale").dovuto(),
            booleano("mybank").dovuto().nota("Always false."),
            booleano("abilitato").dovuto(),
        ],
    )
}

fn contabilita() -> [Membro; 2] {
    let tipi: Vec<&str> = domain::pendenza::TipoContabilita::TUTTI.iter().map(|t| t.as_str()).collect();
    [codice("tipoContabilita", &tipi).dovuto(), libero("codiceContabilita").dovuto()]
}

fn entrata() -> Schema {
    let [tipo, codice] = contabilita();
    let del_tipo = [libero("idEntrata").dovuto(), libero("descrizione").dovuto(), tipo, codice];
    let [tipo, codice] = contabilita();
    oggetto(
        "Entrata",
        [
            libero("idEntrata").dovuto(),
            libero("contoAccredito"),
            libero("contoAppoggio"),
            tipo,
            codice,
            booleano("abilitato").dovuto(),
            membro("tipoEntrata", oggetto("TipoEntrata", del_tipo)).dovuto(),
        ],
    )
}

fn tipo_pendenza() -> Schema {
    let form = oggetto(
        "Modulo",
        [
            libero("tipo").dovuto(),
            membro("definizione", Schema::valore().nota("The form, decoded.")).dovuto(),
            membro("impaginazione", Schema::valore()),
        ],
    );
    oggetto(
        "TipoPendenza",
        [
            libero("idTipoPendenza").dovuto(),
            libero("descrizione").dovuto(),
            membro("form", form).dovuto(),
            membro("visualizzazione", Schema::valore()),
        ],
    )
}

fn profilo(tipi: &'static str, dominio: Schema) -> Schema {
    let anagrafica = oggetto(
        "Anagrafica",
        ["identificativo", "anagrafica", "email", "cellulare", "indirizzo"].into_iter().map(libero),
    );
    oggetto(
        "Profilo",
        [
            libero("nome").dovuto(),
            lista("domini", dominio).dovuto().nota("None for a citizen."),
            lista(tipi, qualsiasi()).dovuto().nota("Always empty."),
            lista("acl", qualsiasi()).dovuto().nota("Always empty: the rights are those of the API."),
            membro("anagrafica", anagrafica).nota("Of a citizen, as far as his identity says it."),
        ],
    )
}
