//! The `auth` object of every outgoing connector (spec 10 section 6).

use super::campi::Campi;
use super::membri::Membri;
use contratto::Sintassi;
use contratto::json::Oggetto;
use contratto::messaggi as m;
use domain::anagrafica::{Credenziali, Tls};
use serde_json::{Map, Value};

pub(super) const MEMBRI: &[&str] = &[
    "clientId",
    "clientSecret",
    "urlTokenEndpoint",
    "scope",
    "apiId",
    "apiKey",
    "headerName",
    "headerValue",
    "username",
    "password",
    "tipo",
    "ksLocation",
    "ksPassword",
    "ksType",
    "ksPKeyPasswd",
    "tsLocation",
    "tsPassword",
    "tsType",
    "sslType",
];

/// Members that only who may write sees.
const SEGRETI: &[&str] =
    &["clientSecret", "apiKey", "headerValue", "password", "ksPassword", "ksPKeyPasswd", "tsPassword"];

pub(super) const KEYSTORE: &[&str] = &["JKS"];
pub(super) const SSL: &[&str] = &["SSL", "SSLv3", "TLS", "TLSv1", "TLSv1.1", "TLSv1.2"];
const TIPI: &[&str] = &["Client", "Server"];

/// The members as sent, nulls dropped, not yet checked.
pub(super) fn membri(o: &Oggetto<'_>, campo: &'static str) -> Result<Option<Map<String, Value>>, Sintassi> {
    let Some(a) = o.oggetto(campo, MEMBRI)? else { return Ok(None) };
    let mut mappa = Map::new();
    for nome in MEMBRI {
        if let Some(v) = a.testo(nome)? {
            mappa.insert((*nome).to_owned(), Value::String(v));
        }
    }
    Ok(Some(mappa))
}

/// Reads and checks an optional `auth`.
pub(super) fn leggi(
    c: &mut Campi,
    o: &Oggetto<'_>,
    campo: &'static str,
) -> Result<Option<Credenziali>, Sintassi> {
    Ok(membri(o, campo)?.and_then(|a| c.in_campo(campo, |c| valida(c, &a))))
}

struct Presi<'a>(&'a Map<String, Value>);

impl Presi<'_> {
    fn ha(&self, nomi: &[&str]) -> bool {
        nomi.iter().any(|n| self.0.contains_key(*n))
    }

    fn testo(&self, nome: &str) -> Option<String> {
        self.0.get(nome).and_then(Value::as_str).map(str::to_owned)
    }

    fn dovuto(&self, c: &mut Campi, nome: &str, max: usize) -> Option<String> {
        let v = c.nota(m::obbligatorio(nome, self.testo(nome)))?;
        c.nota(m::lunghezza(nome, &v, 1, max))?;
        Some(v)
    }

    fn codice(&self, c: &mut Campi, nome: &str, codici: &[&str]) -> Option<String> {
        let v = c.nota(m::obbligatorio(nome, self.testo(nome)))?;
        if !codici.contains(&v.as_str()) {
            c.nota::<()>(Err(m::codifica_inesistente(nome, &v, codici)));
        }
        Some(v)
    }
}

/// Longest user name, password or path of a key store.
const LUNGO: usize = 1024;

/// Checks the members of an `auth` and tells its kind, by the members that are there.
pub(super) fn valida(c: &mut Campi, membri: &Map<String, Value>) -> Option<Credenziali> {
    let p = Presi(membri);
    if p.ha(&["clientId", "clientSecret", "urlTokenEndpoint", "scope"]) {
        let client_id = p.dovuto(c, "clientId", 255);
        let client_secret = p.dovuto(c, "clientSecret", 255);
        let url_token = p.dovuto(c, "urlTokenEndpoint", 255);
        if let Some(u) = &url_token {
            c.nota(m::url("urlTokenEndpoint", u));
        }
        let scope = p.testo("scope");
        if let Some(s) = &scope {
            c.nota(m::lunghezza("scope", s, 0, 255));
        }
        return Some(Credenziali::OAuth2 {
            client_id: client_id?,
            client_secret: client_secret?,
            url_token: url_token?,
            scope,
        });
    }
    if p.ha(&["apiId", "apiKey"]) {
        let (api_id, api_key) = (p.dovuto(c, "apiId", 255), p.dovuto(c, "apiKey", 255));
        return Some(Credenziali::ApiKey { api_id: api_id?, api_key: api_key? });
    }
    if p.ha(&["headerName", "headerValue"]) {
        let (nome, valore) = (p.dovuto(c, "headerName", 255), p.dovuto(c, "headerValue", 255));
        return Some(Credenziali::Header { nome: nome?, valore: valore? });
    }
    if p.ha(&["username", "password"]) {
        return basic(c, &p, LUNGO);
    }
    tls(c, &p)
}

/// The only kind of `servizioMaggioliJPPA`: user and password of 1 to 255 characters.
pub(super) fn valida_basic(c: &mut Campi, membri: &Map<String, Value>) -> Option<Credenziali> {
    basic(c, &Presi(membri), 255)
}

fn basic(c: &mut Campi, p: &Presi<'_>, max: usize) -> Option<Credenziali> {
    let (username, password) = (p.dovuto(c, "username", max), p.dovuto(c, "password", max));
    Some(Credenziali::Basic { username: username?, password: password? })
}

fn tls(c: &mut Campi, p: &Presi<'_>) -> Option<Credenziali> {
    let client = p.codice(c, "tipo", TIPI)? == "Client";
    let ts_location = p.dovuto(c, "tsLocation", LUNGO);
    let ts_password = p.dovuto(c, "tsPassword", LUNGO);
    let ts_type = p.codice(c, "tsType", KEYSTORE);
    let ssl_type = p.codice(c, "sslType", SSL);
    if client {
        p.dovuto(c, "ksLocation", LUNGO);
        p.dovuto(c, "ksPassword", LUNGO);
        p.codice(c, "ksType", KEYSTORE);
        p.dovuto(c, "ksPKeyPasswd", LUNGO);
    } else if p.ha(&["ksType"]) {
        p.codice(c, "ksType", KEYSTORE);
    }
    Some(Credenziali::Tls(Tls {
        client,
        ts_location: ts_location?,
        ts_password: ts_password?,
        ts_type: ts_type?,
        ssl_type: ssl_type?,
        ks_location: p.testo("ksLocation"),
        ks_password: p.testo("ksPassword"),
        ks_type: p.testo("ksType"),
        ks_pkey_passwd: p.testo("ksPKeyPasswd"),
    }))
}

/// The members as they were sent; the secret ones only for who may see them.
pub(super) fn rendi(c: &Credenziali, segreti: bool) -> Value {
    let membri = Membri::nuovi();
    let mut mappa: Map<String, Value> = match c.clone() {
        Credenziali::OAuth2 { client_id, client_secret, url_token, scope } => membri
            .con("clientId", client_id)
            .con("clientSecret", client_secret)
            .con("urlTokenEndpoint", url_token)
            .se("scope", scope),
        Credenziali::ApiKey { api_id, api_key } => membri.con("apiId", api_id).con("apiKey", api_key),
        Credenziali::Header { nome, valore } => membri.con("headerName", nome).con("headerValue", valore),
        Credenziali::Basic { username, password } => {
            membri.con("username", username).con("password", password)
        }
        Credenziali::Tls(t) => membri
            .con("tipo", if t.client { "Client" } else { "Server" })
            .se("ksLocation", t.ks_location)
            .se("ksPassword", t.ks_password)
            .se("ksType", t.ks_type)
            .se("ksPKeyPasswd", t.ks_pkey_passwd)
            .con("tsLocation", t.ts_location)
            .con("tsPassword", t.ts_password)
            .con("tsType", t.ts_type)
            .con("sslType", t.ssl_type),
    }
    .into();
    if !segreti {
        vela(&mut mappa);
    }
    Value::Object(mappa)
}

/// Takes the secret members away.
pub(super) fn vela(mappa: &mut Map<String, Value>) {
    mappa.retain(|nome, _| !SEGRETI.contains(&nome.as_str()));
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn leggi_auth(v: &Value) -> Result<Option<Credenziali>, String> {
        let corpo = json!({ "auth": v });
        let o = Oggetto::radice(&corpo, &["auth"]).map_err(|e| e.0)?;
        let mut c = Campi::nuovi();
        let letto = leggi(&mut c, &o, "auth").map_err(|e| e.0)?;
        c.esito().map_err(|e| e.0)?;
        Ok(letto)
    }

    #[test]
    fn ogni_specie_torna_com_era() {
        for v in [
            json!({"clientId": "c", "clientSecret": "s", "urlTokenEndpoint": "https://t/x", "scope": "a b"}),
            json!({"clientId": "c", "clientSecret": "s", "urlTokenEndpoint": "https://t/x"}),
            json!({"apiId": "i", "apiKey": "k"}),
            json!({"headerName": "X-H", "headerValue": "v"}),
            json!({"username": "u", "password": "p"}),
            json!({"tipo": "Server", "tsLocation": "/t", "tsPassword": "p", "tsType": "JKS", "sslType": "TLS"}),
            json!({"tipo": "Client", "ksLocation": "/k", "ksPassword": "p", "ksType": "JKS", "ksPKeyPasswd": "q",
                   "tsLocation": "/t", "tsPassword": "p", "tsType": "JKS", "sslType": "TLSv1.2"}),
        ] {
            let letto = leggi_auth(&v).expect("valida").expect("presente");
            assert_eq!(rendi(&letto, true), v);
            let velato = rendi(&letto, false).to_string();
            for segreto in SEGRETI {
                assert!(!velato.contains(&format!("\"{segreto}\"")), "{velato}");
            }
        }
        assert_eq!(leggi_auth(&Value::Null), Ok(None));
    }

    #[test]
    fn i_membri_mancanti_si_nominano_nell_ordine_e_vince_la_prima_specie() {
        let vuoto = |f: &str| format!("Field 'auth' non valido: Il campo {f} non deve essere vuoto.");
        for (v, atteso) in [
            (json!({"clientId": "c"}), vuoto("clientSecret")),
            (json!({"scope": "c"}), vuoto("clientId")),
            (
                json!({"clientId": "c", "clientSecret": "s", "urlTokenEndpoint": "x"}),
                "Field 'auth' non valido: Il campo urlTokenEndpoint non contiene una URL valida.".to_owned(),
            ),
            (json!({"apiKey": "c", "username": "u"}), vuoto("apiId")),
            (json!({"headerName": "c"}), vuoto("headerValue")),
            (json!({"password": "c"}), vuoto("username")),
            (json!({}), vuoto("tipo")),
            (json!({"tsLocation": "/x"}), vuoto("tipo")),
            (
                json!({"tipo": "Altro"}),
                "Field 'auth' non valido: Codifica inesistente per tipo. Valore fornito [Altro] valori \
                 possibili [Client, Server]"
                    .to_owned(),
            ),
            (json!({"tipo": "Server"}), vuoto("tsLocation")),
            (
                json!({"tipo": "Client", "tsLocation": "/t", "tsPassword": "p", "tsType": "JKS", "sslType": "TLS"}),
                vuoto("ksLocation"),
            ),
        ] {
            assert_eq!(leggi_auth(&v), Err(atteso), "{v}");
        }
    }
}
