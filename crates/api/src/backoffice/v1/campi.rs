//! Checks of the fields of a body, in the order of declaration, fail-fast.

use contratto::Sintassi;
use contratto::json::Oggetto;
use contratto::messaggi as m;

/// Reads members and checks them. A value of the wrong JSON kind is an error at once; the first
/// refusal of a check is kept until [`Campi::esito`], so that it comes after every error of kind.
#[derive(Default)]
pub(super) struct Campi {
    primo: Option<Sintassi>,
    dentro: Vec<&'static str>,
}

impl Campi {
    /// Nothing checked yet.
    pub(super) fn nuovi() -> Self {
        Self::default()
    }

    /// Keeps the refusal of a check, if it is the first.
    pub(super) fn nota<T>(&mut self, r: Result<T, Sintassi>) -> Option<T> {
        match r {
            Ok(v) => Some(v),
            Err(e) => {
                if self.primo.is_none() {
                    let tutto = self.dentro.iter().rev().fold(e, |e, campo| m::annidato(campo, &e));
                    self.primo = Some(tutto);
                }
                None
            }
        }
    }

    /// Refuses with a text of its own.
    pub(super) fn rifiuta(&mut self, testo: &str) {
        self.nota::<()>(Err(Sintassi(testo.to_owned())));
    }

    /// The first refusal.
    pub(super) fn esito(self) -> Result<(), Sintassi> {
        self.primo.map_or(Ok(()), Err)
    }

    /// Checks the members of a nested object: refusals inside it name it.
    pub(super) fn in_campo<T>(&mut self, campo: &'static str, f: impl FnOnce(&mut Self) -> T) -> T {
        self.dentro.push(campo);
        let v = f(self);
        self.dentro.pop();
        v
    }

    /// An id of the path.
    pub(super) fn percorso(&mut self, campo: &'static str, valore: &str, modello: &'static str) {
        self.nota(m::pattern(campo, valore, modello));
    }

    /// An optional text between `min` and `max` characters.
    pub(super) fn testo(
        &mut self,
        o: &Oggetto<'_>,
        campo: &'static str,
        min: usize,
        max: usize,
    ) -> Result<Option<String>, Sintassi> {
        let v = o.testo(campo)?;
        if let Some(v) = &v {
            self.nota(m::lunghezza(campo, v, min, max));
        }
        Ok(v)
    }

    /// A required text between `min` and `max` characters. The empty text stands for one that is
    /// missing, which [`Self::esito`] then tells.
    pub(super) fn testo_obbligatorio(
        &mut self,
        o: &Oggetto<'_>,
        campo: &'static str,
        min: usize,
        max: usize,
    ) -> Result<String, Sintassi> {
        let v = o.testo(campo)?;
        Ok(match self.nota(m::obbligatorio(campo, v)) {
            Some(v) => {
                self.nota(m::lunghezza(campo, &v, min, max));
                v
            }
            None => String::new(),
        })
    }

    /// An optional text that matches a pattern as a whole.
    pub(super) fn testo_pattern(
        &mut self,
        o: &Oggetto<'_>,
        campo: &'static str,
        modello: &'static str,
    ) -> Result<Option<String>, Sintassi> {
        let v = o.testo(campo)?;
        if let Some(v) = &v {
            self.nota(m::pattern(campo, v, modello));
        }
        Ok(v)
    }

    /// A required URL of 1 to 255 characters.
    pub(super) fn url_obbligatoria(
        &mut self,
        o: &Oggetto<'_>,
        campo: &'static str,
    ) -> Result<String, Sintassi> {
        let v = self.testo_obbligatorio(o, campo, 1, 255)?;
        self.nota(m::url(campo, &v));
        Ok(v)
    }

    /// A required boolean.
    pub(super) fn booleano_obbligatorio(
        &mut self,
        o: &Oggetto<'_>,
        campo: &'static str,
    ) -> Result<bool, Sintassi> {
        let v = o.booleano(campo)?;
        Ok(self.nota(m::obbligatorio(campo, v)).unwrap_or_default())
    }

    /// A boolean with a default, which an explicit null does not get.
    pub(super) fn booleano_non_nullo(
        &mut self,
        o: &Oggetto<'_>,
        campo: &'static str,
        assente: bool,
    ) -> Result<bool, Sintassi> {
        let v = o.booleano(campo)?;
        if o.nullo(campo) {
            self.nota::<()>(Err(m::non_vuoto(campo)));
        }
        Ok(v.unwrap_or(assente))
    }

    /// An optional code of an enumeration.
    pub(super) fn codice<T>(
        &mut self,
        o: &Oggetto<'_>,
        campo: &'static str,
        leggi: fn(&str) -> Option<T>,
        codici: &[&str],
    ) -> Result<Option<T>, Sintassi> {
        let Some(v) = o.codice(campo)? else { return Ok(None) };
        Ok(self.nota(leggi(&v).ok_or_else(|| m::codifica_inesistente(campo, &v, codici))))
    }

    /// A required code of an enumeration; `None` after a refusal.
    pub(super) fn codice_obbligatorio<T>(
        &mut self,
        o: &Oggetto<'_>,
        campo: &'static str,
        leggi: fn(&str) -> Option<T>,
        codici: &[&str],
    ) -> Result<Option<T>, Sintassi> {
        if o.valore(campo).is_none() {
            self.nota::<()>(Err(m::non_vuoto(campo)));
        }
        self.codice(o, campo, leggi, codici)
    }
}
