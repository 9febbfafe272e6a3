//! The five connectors of a dominio (spec 10 section 7).

use super::campi::Campi;
use super::membri::{self, Membri};
use super::{auth, contatti};
use contratto::Sintassi;
use contratto::json::Oggetto;
use contratto::messaggi as m;
use domain::anagrafica::{Dominio, Segreto};
use serde_json::{Map, Value, json};

/// How a member is read.
#[derive(Clone, Copy)]
enum Genere {
    Testo,
    Booleano,
    Intero,
    Testi,
    Auth,
    Tipi,
    /// Accepted and forgotten: the product writes it.
    Ignorato,
}

use Genere::{Auth, Booleano, Ignorato, Intero, Testi, Testo, Tipi};

/// Names and kinds of the members of a connector.
macro_rules! membri {
    ($nomi:ident, $generi:ident: $($nome:literal $genere:ident),+ $(,)?) => {
        const $nomi: &[&str] = &[$($nome),+];
        const $generi: &[(&str, Genere)] = &[$(($nome, $genere)),+];
    };
}

membri!(MYPIVOT, MYPIVOT_GENERI:
    "abilitato" Booleano, "codiceIPA" Testo, "tipoConnettore" Testo, "versioneCsv" Testo,
    "emailIndirizzi" Testi, "emailSubject" Testo, "emailAllegato" Booleano, "downloadBaseUrl" Testo,
    "fileSystemPath" Testo, "webServiceUrl" Testo, "webServiceAuth" Auth, "tipiPendenza" Tipi,
    "intervalloCreazioneTracciato" Intero);
membri!(SECIM, SECIM_GENERI:
    "abilitato" Booleano, "codiceCliente" Testo, "codiceIstituto" Testo, "tipoConnettore" Testo,
    "versioneCsv" Testo, "emailIndirizzi" Testi, "emailSubject" Testo, "emailAllegato" Booleano,
    "downloadBaseUrl" Testo, "fileSystemPath" Testo, "tipiPendenza" Tipi,
    "intervalloCreazioneTracciato" Intero);
membri!(GOVPAY, GOVPAY_GENERI:
    "abilitato" Booleano, "tipoConnettore" Testo, "versioneZip" Testo, "emailIndirizzi" Testi,
    "emailSubject" Testo, "emailAllegato" Booleano, "downloadBaseUrl" Testo, "fileSystemPath" Testo,
    "tipiPendenza" Tipi, "url" Testo, "versioneApi" Testo, "auth" Auth, "contenuti" Testi,
    "intervalloCreazioneTracciato" Intero);
membri!(HYPERSIC, HYPERSIC_GENERI:
    "abilitato" Booleano, "tipoConnettore" Testo, "versioneCsv" Testo, "emailIndirizzi" Testi,
    "emailSubject" Testo, "emailAllegato" Booleano, "downloadBaseUrl" Testo, "fileSystemPath" Testo,
    "tipiPendenza" Tipi, "intervalloCreazioneTracciato" Intero);
membri!(MAGGIOLI, MAGGIOLI_GENERI:
    "abilitato" Booleano, "url" Testo, "auth" Auth, "principal" Testo, "inviaTracciatoEsito" Booleano,
    "fileSystemPath" Testo, "emailIndirizzi" Testi, "emailSubject" Testo, "emailAllegato" Booleano,
    "downloadBaseUrl" Testo, "dataUltimaRT" Ignorato);

const MY_PIVOT: &str = "servizioMyPivot";
const JPPA: &str = "servizioMaggioliJPPA";
const CONTENUTI: &[&str] =
    &["SINTESI_PAGAMENTI", "SINTESI_FLUSSI_RENDICONTAZIONE", "RPP", "FLUSSI_RENDICONTAZIONE"];

type Mappa = Map<String, Value>;

/// Reads the connectors that are there, as JSON texts to be stored.
pub(super) fn leggi(c: &mut Campi, dominio: &Oggetto<'_>) -> Result<Vec<(String, Segreto)>, Sintassi> {
    let mut letti = Vec::new();
    for (nome, noti, generi) in [
        (MY_PIVOT, MYPIVOT, MYPIVOT_GENERI),
        ("servizioSecim", SECIM, SECIM_GENERI),
        ("servizioGovPay", GOVPAY, GOVPAY_GENERI),
        ("servizioHyperSicAPKappa", HYPERSIC, HYPERSIC_GENERI),
        (JPPA, MAGGIOLI, MAGGIOLI_GENERI),
    ] {
        let Some(o) = dominio.oggetto(nome, noti)? else { continue };
        let mappa = come_inviato(&o, generi)?;
        c.in_campo(nome, |c| valida(c, nome, &mappa));
        letti.push((nome.to_owned(), Segreto(Value::Object(mappa).to_string())));
    }
    Ok(letti)
}

/// The members with their kinds settled, nulls dropped.
fn come_inviato(o: &Oggetto<'_>, generi: &'static [(&'static str, Genere)]) -> Result<Mappa, Sintassi> {
    let mut mappa = Mappa::new();
    for (nome, genere) in generi {
        let valore = match genere {
            Testo => o.testo(nome)?.map(Value::from),
            Booleano => o.booleano(nome)?.map(Value::from),
            Intero => o.intero(nome)?.map(Value::from),
            Testi => o.lista(nome)?.map(|l| l.testi()).transpose()?.map(Value::from),
            Auth => auth::membri(o, nome)?.map(Value::Object),
            Tipi => tipi(o, nome)?.map(Value::from),
            Ignorato => None,
        };
        if let Some(v) = valore {
            mappa.insert((*nome).to_owned(), v);
        }
    }
    Ok(mappa)
}

/// Ids of types: strings, or `{idTipoPendenza, descrizione}`.
fn tipi(o: &Oggetto<'_>, nome: &'static str) -> Result<Option<Vec<String>>, Sintassi> {
    let Some(lista) = o.lista(nome)? else { return Ok(None) };
    lista
        .iter()
        .map(|e| {
            if !e.valore().is_object() {
                return e.testo();
            }
            let t = e.oggetto(&["idTipoPendenza", "descrizione"])?;
            t.testo("descrizione")?;
            m::obbligatorio("idTipoPendenza", t.testo("idTipoPendenza")?)
        })
        .collect::<Result<_, _>>()
        .map(Some)
}

/// The checks of one connector. One that is off is stored as it is, apart from the address and the
/// credentials of `servizioMaggioliJPPA`.
fn valida(c: &mut Campi, nome: &'static str, mappa: &Mappa) {
    let v = Membro(mappa);
    let Some(abilitato) = c.nota(m::obbligatorio("abilitato", v.booleano("abilitato"))) else { return };
    if nome == JPPA {
        maggioli(c, &v, abilitato);
        return;
    }
    if !abilitato {
        return;
    }
    match nome {
        MY_PIVOT => {
            v.testo_obbligatorio(c, "codiceIPA", 4000);
        }
        "servizioSecim" => {
            v.testo_obbligatorio(c, "codiceCliente", 7);
            v.testo_facoltativo(c, "codiceIstituto", 5);
        }
        _ => {}
    }
    let ammessi: &[&str] = match nome {
        MY_PIVOT => &["WEBSERVICE", "EMAIL", "FILESYSTEM"],
        "servizioGovPay" => &["EMAIL", "FILESYSTEM", "REST"],
        _ => &["EMAIL", "FILESYSTEM"],
    };
    let Some(specie) = v.codice(c, "tipoConnettore", ammessi) else { return };
    match nome {
        "servizioGovPay" if specie == "REST" => {}
        "servizioGovPay" => v.testo_obbligatorio(c, "versioneZip", 255),
        _ => v.testo_obbligatorio(c, "versioneCsv", 255),
    }
    match specie {
        "EMAIL" => email(c, &v),
        "FILESYSTEM" => v.testo_obbligatorio(c, "fileSystemPath", 4000),
        "WEBSERVICE" => {
            v.url(c, "webServiceUrl");
            v.auth(c, "webServiceAuth", auth::valida);
        }
        _ => {
            v.url(c, "url");
            v.codice(c, "versioneApi", &["REST v1"]);
            v.auth(c, "auth", auth::valida);
            let contenuti = v.testi("contenuti");
            c.nota(m::elementi("contenuti", contenuti.len(), 1, CONTENUTI.len()));
            for voce in contenuti.iter().filter(|voce| !CONTENUTI.contains(voce)) {
                c.nota::<()>(Err(m::codifica_inesistente("contenuti", voce, CONTENUTI)));
            }
        }
    }
    if v.testi("tipiPendenza").is_empty() {
        c.rifiuta("Indicare almeno un valore nel campo tipiPendenza");
    }
    let ore = v.0.get("intervalloCreazioneTracciato").and_then(Value::as_i64);
    if let Some(ore) = c.nota(m::obbligatorio("intervalloCreazioneTracciato", ore)) {
        c.nota(m::intervallo("intervalloCreazioneTracciato", ore, Some(1), None));
    }
}

fn maggioli(c: &mut Campi, v: &Membro<'_>, abilitato: bool) {
    if abilitato || v.testo("url").is_some() {
        v.url(c, "url");
    }
    if abilitato && v.0.get("auth").is_none() {
        c.nota::<()>(Err(m::non_vuoto("auth")));
    }
    v.auth(c, "auth", auth::valida_basic);
    if !abilitato {
        return;
    }
    v.testo_facoltativo(c, "principal", 4000);
    if c.nota(m::obbligatorio("inviaTracciatoEsito", v.booleano("inviaTracciatoEsito"))) == Some(true) {
        v.testo_obbligatorio(c, "fileSystemPath", 4000);
        email(c, v);
    }
}

fn email(c: &mut Campi, v: &Membro<'_>) {
    let indirizzi = v.testi("emailIndirizzi");
    if indirizzi.is_empty() {
        c.nota::<()>(Err(m::non_vuoto("emailIndirizzi")));
    }
    for i in &indirizzi {
        c.nota(m::pattern("emailIndirizzi", i, contatti::EMAIL));
    }
    c.nota(m::lunghezza("emailIndirizzi", &indirizzi.join(","), 0, 4000));
    v.testo_facoltativo(c, "emailSubject", 4000);
    if c.nota(m::obbligatorio("emailAllegato", v.booleano("emailAllegato"))) == Some(false) {
        v.url(c, "downloadBaseUrl");
    }
}

/// Access to the members of a connector while they are checked.
struct Membro<'a>(&'a Mappa);

impl<'a> Membro<'a> {
    fn testo(&self, campo: &str) -> Option<&'a str> {
        self.0.get(campo).and_then(Value::as_str)
    }

    fn booleano(&self, campo: &str) -> Option<bool> {
        self.0.get(campo).and_then(Value::as_bool)
    }

    fn testi(&self, campo: &str) -> Vec<&'a str> {
        self.0.get(campo).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect()
    }

    fn testo_obbligatorio(&self, c: &mut Campi, campo: &str, max: usize) {
        if let Some(v) = c.nota(m::obbligatorio(campo, self.testo(campo))) {
            c.nota(m::lunghezza(campo, v, 1, max));
        }
    }

    fn testo_facoltativo(&self, c: &mut Campi, campo: &str, max: usize) {
        if let Some(v) = self.testo(campo) {
            c.nota(m::lunghezza(campo, v, 1, max));
        }
    }

    fn url(&self, c: &mut Campi, campo: &str) {
        if let Some(v) = c.nota(m::obbligatorio(campo, self.testo(campo))) {
            c.nota(m::lunghezza(campo, v, 1, 255));
            c.nota(m::url(campo, v));
        }
    }

    fn codice(&self, c: &mut Campi, campo: &str, ammessi: &[&str]) -> Option<&'a str> {
        let v = c.nota(m::obbligatorio(campo, self.testo(campo)))?;
        if ammessi.contains(&v) {
            return Some(v);
        }
        c.nota(Err(m::codifica_inesistente(campo, v, ammessi)))
    }

    fn auth<T>(&self, c: &mut Campi, campo: &'static str, valida: fn(&mut Campi, &Mappa) -> Option<T>) {
        if let Some(Value::Object(a)) = self.0.get(campo) {
            c.in_campo(campo, |c| valida(c, a));
        }
    }
}

/// The types that the connectors name.
pub(super) fn tipi_citati(d: &Dominio) -> Vec<String> {
    let mut citati: Vec<String> = d
        .connettori
        .iter()
        .flat_map(|(_, testo)| {
            let mappa = membri::mappa(testo.as_str());
            Membro(&mappa).testi("tipiPendenza").into_iter().map(str::to_owned).collect::<Vec<_>>()
        })
        .filter(|t| t != "*")
        .collect();
    citati.sort();
    citati.dedup();
    citati
}

/// The connectors as they were sent, types with their descriptions, secrets only for who may see
/// them.
pub(super) fn rendi(d: &Dominio, descrizioni: &[(String, String)], segreti: bool) -> Membri {
    d.connettori.iter().fold(Membri::nuovi(), |fatti, (nome, testo)| {
        let mut mappa = membri::mappa(testo.as_str());
        if let Some(Value::Array(tipi)) = mappa.get_mut("tipiPendenza") {
            for t in tipi {
                *t = rendi_tipo(t, descrizioni);
            }
        }
        if !segreti {
            for campo in ["auth", "webServiceAuth"] {
                if let Some(Value::Object(a)) = mappa.get_mut(campo) {
                    auth::vela(a);
                }
            }
        }
        fatti.con(nome, Value::Object(mappa))
    })
}

fn rendi_tipo(id: &Value, descrizioni: &[(String, String)]) -> Value {
    if id == "*" {
        return json!({"idTipoPendenza": "*", "descrizione": "Tutti"});
    }
    let descrizione = descrizioni.iter().find(|(t, _)| id == t.as_str()).map(|(_, d)| d.clone());
    Membri::nuovi().con("idTipoPendenza", id.clone()).se("descrizione", descrizione).into()
}
