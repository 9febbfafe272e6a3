//! Types of pendenza and their override by a dominio.

use crate::documento::Scheda;
use crate::documento::schema::{
    Membro, Schema, booleano, codice, intero_da, libero, membro, modello, oggetto, testo,
};
use domain::IdA2A;

pub(super) fn carta(nome: &str) -> Option<Scheda> {
    Some(match nome {
        "addTipoPendenza" => Scheda::salva("Creates or replaces a type of pendenza", tipo_put()),
        "getTipoPendenza" => Scheda::legge("A type of pendenza", tipo()),
        "addTipoPendenzaDominio" => {
            Scheda::salva("Creates or replaces the override of a type by a dominio", tipo_dominio_put())
                .nota("What is null or absent is inherited from the type.")
        }
        "getTipoPendenzaDominio" => Scheda::legge("The override of a type by a dominio", tipo_dominio())
            .nota("The defaults of the type, and valori with only what the dominio overrides."),
        _ => return None,
    })
}

/// Where the sections stand: the type, the override as it is sent, the override as it is shown.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Livello {
    TipoPut,
    Tipo,
    DominioPut,
    Dominio,
}

impl Livello {
    const fn nome(self, nomi: [&'static str; 4]) -> &'static str {
        let [a, b, c, d] = nomi;
        match self {
            Self::TipoPut => a,
            Self::Tipo => b,
            Self::DominioPut => c,
            Self::Dominio => d,
        }
    }

    fn abilitato(self) -> Membro {
        let m = booleano("abilitato");
        if matches!(self, Self::TipoPut | Self::Tipo) { m.dovuto() } else { m }
    }
}

fn portale(l: Livello, pagamento: bool) -> Schema {
    let mut form = vec![
        testo("tipo", 1, 35).esempio("angular2-json-schema-form"),
        libero("definizione").nota("Base64.").esempio("e30="),
    ];
    if pagamento {
        form.push(libero("impaginazione").esempio("e30="));
    }
    let form = oggetto(if pagamento { "FormPagamento" } else { "Form" }, form);
    let trasformazione = oggetto(
        "Trasformazione",
        [codice("tipo", &["freemarker", "minijinja"]), libero("definizione").esempio("e30=")],
    );
    let nome = if pagamento {
        l.nome([
            "PortalePagamentoPut",
            "PortalePagamento",
            "PortalePagamentoDominioPut",
            "PortalePagamentoDominio",
        ])
    } else {
        l.nome([
            "PortaleBackofficePut",
            "PortaleBackoffice",
            "PortaleBackofficeDominioPut",
            "PortaleBackofficeDominio",
        ])
    };
    oggetto(
        nome,
        [
            l.abilitato(),
            membro("form", form),
            libero("validazione").nota("A JSON Schema in base64.").esempio("eyJ0eXBlIjoib2JqZWN0In0="),
            membro("trasformazione", trasformazione),
            modello("inoltro", IdA2A::PATTERN, "GESTIONALE"),
        ],
    )
}

fn promemoria(l: Livello, nome: &'static str, in_piu: impl IntoIterator<Item = Membro>) -> Schema {
    let mut m = vec![
        l.abilitato(),
        codice("tipo", &["freemarker"]),
        libero("oggetto").esempio("T2dnZXR0bw=="),
        libero("messaggio").esempio("TWVzc2FnZ2lv"),
    ];
    m.extend(in_piu);
    oggetto(nome, m)
}

fn avvisatura(l: Livello, mail: bool) -> Schema {
    let allega = || mail.then(|| booleano("allegaPdf"));
    let scegli = |con: [&'static str; 4], senza: [&'static str; 4]| l.nome(if mail { con } else { senza });
    let avviso = promemoria(
        l,
        scegli(
            ["AvvisoMailPut", "AvvisoMail", "AvvisoMailDominioPut", "AvvisoMailDominio"],
            ["AvvisoIOPut", "AvvisoIO", "AvvisoIODominioPut", "AvvisoIODominio"],
        ),
        allega(),
    );
    let ricevuta = promemoria(
        l,
        scegli(
            ["RicevutaMailPut", "RicevutaMail", "RicevutaMailDominioPut", "RicevutaMailDominio"],
            ["RicevutaIOPut", "RicevutaIO", "RicevutaIODominioPut", "RicevutaIODominio"],
        ),
        allega().into_iter().chain([booleano("soloEseguiti")]),
    );
    let scadenza = promemoria(
        l,
        l.nome(["ScadenzaPut", "Scadenza", "ScadenzaDominioPut", "ScadenzaDominio"]),
        [intero_da("preavviso", 0).nota("Days.")],
    );
    let mut m = Vec::new();
    if !mail && matches!(l, Livello::DominioPut | Livello::Dominio) {
        m.push(testo("apiKey", 1, 35).nota("Required when one of the three is enabled."));
    }
    m.extend([
        membro("promemoriaAvviso", avviso),
        membro("promemoriaRicevuta", ricevuta),
        membro("promemoriaScadenza", scadenza),
    ]);
    oggetto(
        scegli(
            ["AvvisaturaMailPut", "AvvisaturaMail", "AvvisaturaMailDominioPut", "AvvisaturaMailDominio"],
            ["AvvisaturaIOPut", "AvvisaturaIO", "AvvisaturaIODominioPut", "AvvisaturaIODominio"],
        ),
        m,
    )
}

fn sezioni(l: Livello) -> Vec<Membro> {
    let tracciato = oggetto(
        "TracciatoCsv",
        [
            codice("tipo", &["freemarker"]),
            libero("intestazione").esempio("aWQ="),
            libero("richiesta").esempio("cmljaGllc3Rh"),
            libero("risposta").esempio("cmlzcG9zdGE="),
        ],
    )
    .nota("All of them or none.");
    vec![
        membro("portaleBackoffice", portale(l, false)),
        membro("portalePagamento", portale(l, true)),
        membro("avvisaturaMail", avvisatura(l, true)),
        membro("avvisaturaAppIO", avvisatura(l, false)),
        libero("visualizzazione").nota("Base64.").esempio("e30="),
        membro("tracciatoCsv", tracciato),
    ]
}

fn scalari(l: Livello) -> Vec<Membro> {
    let iuv = modello("codificaIUV", "[0-9]{1,4}", "12");
    let (terzi, abilitato) = (booleano("pagaTerzi"), booleano("abilitato"));
    match l {
        Livello::TipoPut => vec![iuv, terzi.predefinito(false), abilitato.predefinito(true)],
        Livello::Tipo => vec![iuv, terzi.dovuto(), abilitato.dovuto()],
        Livello::DominioPut | Livello::Dominio => vec![iuv, terzi, abilitato],
    }
}

fn tipo_put() -> Schema {
    let mut m = vec![testo("descrizione", 1, 255).dovuto()];
    m.extend(scalari(Livello::TipoPut));
    m.extend(sezioni(Livello::TipoPut));
    oggetto("TipoPendenzaPut", m)
}

fn membri_tipo() -> Vec<Membro> {
    let mut m = vec![libero("idTipoPendenza").dovuto(), libero("descrizione").dovuto()];
    m.extend(scalari(Livello::Tipo));
    m.extend(sezioni(Livello::Tipo));
    m
}

pub(super) fn tipo() -> Schema {
    oggetto("TipoPendenza", membri_tipo())
}

fn tipo_dominio_put() -> Schema {
    let mut m = scalari(Livello::DominioPut);
    m.extend(sezioni(Livello::DominioPut));
    oggetto("TipoPendenzaDominioPut", m)
}

pub(super) fn tipo_dominio() -> Schema {
    let mut valori = scalari(Livello::Dominio);
    valori.extend(sezioni(Livello::Dominio));
    let mut m = membri_tipo();
    m.push(membro("valori", oggetto("ValoriTipoPendenza", valori)).dovuto());
    oggetto("TipoPendenzaDominio", m)
}
