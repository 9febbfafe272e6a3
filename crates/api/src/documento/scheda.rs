//! What an operation takes and gives, beside what its route already says.

use super::schema::{
    Membro, Schema, booleano, codice, elenco, intero, intero_da, libero, lista, membro, oggetto,
};
use serde_json::Value;

/// The card of an operation: without one, a test fails.
#[derive(Debug, Clone)]
pub(crate) struct Scheda {
    pub(super) titolo: &'static str,
    pub(super) nota: Option<&'static str>,
    pub(super) corpo: Option<Schema>,
    pub(super) interrogazione: Vec<Value>,
    pub(super) esiti: Vec<Esito>,
}

/// A success of an operation.
#[derive(Debug, Clone)]
pub(super) struct Esito {
    pub(super) stato: u16,
    pub(super) nota: &'static str,
    pub(super) contenuto: Vec<(&'static str, Option<Schema>)>,
}

const JSON: &str = "application/json";

impl Scheda {
    const fn nuova(titolo: &'static str) -> Self {
        Self { titolo, nota: None, corpo: None, interrogazione: Vec::new(), esiti: Vec::new() }
    }

    fn esito(
        mut self,
        stato: u16,
        nota: &'static str,
        contenuto: Vec<(&'static str, Option<Schema>)>,
    ) -> Self {
        self.esiti.push(Esito { stato, nota, contenuto });
        self
    }

    /// Answers 200 with this.
    pub(crate) fn legge(titolo: &'static str, risposta: Schema) -> Self {
        Self::nuova(titolo).esito(200, "Found.", vec![(JSON, Some(risposta))])
    }

    /// PUT of the anagrafica: 201 or 200, nothing in the answer.
    pub(crate) fn salva(titolo: &'static str, corpo: Schema) -> Self {
        Self { corpo: Some(corpo), ..Self::nuova(titolo) }.esito(201, "Created.", Vec::new()).esito(
            200,
            "Replaced as a whole.",
            Vec::new(),
        )
    }

    /// A body that replaces what is there, nothing in the answer.
    pub(crate) fn sostituisce(titolo: &'static str, corpo: Schema) -> Self {
        Self { corpo: Some(corpo), ..Self::nuova(titolo) }.esito(200, "Replaced as a whole.", Vec::new())
    }

    /// A body, and the whole entity in the answer.
    pub(crate) fn modifica(titolo: &'static str, corpo: Schema, risposta: Schema) -> Self {
        Self { corpo: Some(corpo), ..Self::nuova(titolo) }.esito(
            200,
            "Changed.",
            vec![(JSON, Some(risposta))],
        )
    }

    /// Files of these types.
    pub(crate) fn scarica(titolo: &'static str, tipi: &[&'static str]) -> Self {
        Self::nuova(titolo).esito(200, "The content.", tipi.iter().map(|t| (*t, None)).collect())
    }

    /// Answers 200 with an empty body.
    pub(crate) fn esegue(titolo: &'static str) -> Self {
        Self::nuova(titolo).esito(200, "Done.", Vec::new())
    }

    /// Sends the browser elsewhere.
    pub(crate) fn rinvia(titolo: &'static str) -> Self {
        Self::nuova(titolo).esito(303, "Go on to the address in Location.", Vec::new())
    }

    /// Whether it says what the operation answers when it succeeds.
    #[cfg(test)]
    pub(crate) fn riesce(&self) -> bool {
        self.esiti.iter().any(|e| (200..400).contains(&e.stato))
    }

    /// A list in its envelope: its rows, the names it can be sorted by, its other parameters.
    /// `nome` is that of the envelope among the schemas.
    pub(crate) fn elenca(
        titolo: &'static str,
        nome: &'static str,
        riga: Schema,
        ordine: &[&str],
        filtri: impl IntoIterator<Item = Membro>,
    ) -> Self {
        let busta = oggetto(
            nome,
            [
                intero("numRisultati").nota("Rows of the whole list; absent when they are not counted."),
                intero("numPagine"),
                intero("risultatiPerPagina").dovuto(),
                intero("pagina").dovuto(),
                libero("prossimiRisultati").nota("Address of the next page, when there is one: relative, unless a proxy says how it was reached."),
                intero("maxRisultati").nota("Where counting stops."),
                lista("risultati", riga).dovuto(),
            ],
        );
        let mut scheda = Self::legge(titolo, busta).con([
            intero_da("pagina", 1).predefinito(1),
            intero_da("risultatiPerPagina", 0).nota("0 asks for the count only."),
            booleano("metadatiPaginazione").predefinito(true).nota("False: no count."),
            booleano("maxRisultati").predefinito(true).nota("False: exact count."),
            libero("campi").nota("Comma list of the members to keep in each row."),
        ]);
        if !ordine.is_empty() {
            let nota = format!("Comma list of {}; a leading - is descending.", ordine.join(", "));
            scheda = scheda.con([libero("ordinamento").nota(&nota).esempio(ordine.join(","))]);
        }
        scheda.con(filtri)
    }

    /// More parameters of the query.
    pub(crate) fn con(mut self, parametri: impl IntoIterator<Item = Membro>) -> Self {
        self.interrogazione.extend(parametri.into_iter().map(|m| m.parametro("query")));
        self
    }

    /// Another success, or another form of the same.
    pub(crate) fn anche(
        mut self,
        stato: u16,
        nota: &'static str,
        tipo: &'static str,
        s: Option<Schema>,
    ) -> Self {
        match self.esiti.iter_mut().find(|e| e.stato == stato) {
            Some(e) => e.contenuto.push((tipo, s)),
            None => self.esiti.push(Esito { stato, nota, contenuto: vec![(tipo, s)] }),
        }
        self
    }

    /// Only the successes that are said from here on.
    pub(crate) fn senza_esiti(self) -> Self {
        Self { esiti: Vec::new(), ..self }
    }

    /// Another success, without a body.
    pub(crate) fn anche_vuoto(self, stato: u16, nota: &'static str) -> Self {
        self.esito(stato, nota, Vec::new())
    }

    /// What a caller has to know besides.
    pub(crate) const fn nota(mut self, testo: &'static str) -> Self {
        self.nota = Some(testo);
        self
    }
}

/// The operations of a PATCH of the anagrafica (spec 10 5.7).
pub(crate) fn operazioni(nome: &'static str, percorsi: &[&str], esempio: Value) -> Schema {
    elenco(oggetto(
        nome,
        [
            codice("op", &["ADD", "DELETE", "REPLACE"]).dovuto(),
            codice("path", percorsi).dovuto(),
            membro("value", Schema::valore().nota("What to put, take away or replace.")),
        ],
    ))
    .esempio(esempio)
}
