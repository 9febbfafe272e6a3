//! What the audit says of an entity: its members, named as on the wire. Secrets never get in: where
//! one stands there is `***`, and apart, in memory only, what is needed to tell whether it changed.

use crate::configurazioni::Configurazioni;
use crate::giornale::{MASCHERA, estrai_segreti};
use domain::anagrafica::{
    Acl, Ambito, AmbitoDominio, Applicazione, ConnettoreNodo, ConnettoreRest, ContoAccredito, Credenziali,
    Dominio, Entrata, EntrataDominio, Ftp, Indirizzo, Intermediario, Intermediazione, Segreto,
    ServizioIntegrazione, Stazione, TipoPendenza, TipoPendenzaDominio, Tls, UnitaOperativa, Utenza,
};
use domain::configurazioni::Sezione;
use domain::{IdDominio, IdTipoPendenza};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// The members of an entity without its secrets. `Debug` shows no more than that.
#[derive(Clone, Default)]
pub(crate) struct Ritratto {
    membri: Value,
    /// Path of each secret, and the secret.
    segreti: BTreeMap<String, String>,
}

impl std::fmt::Debug for Ritratto {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Ritratto").field(&self.membri).finish()
    }
}

/// Without what an URL says of its user: `https://user:password@host` is legal.
fn url(u: &str) -> String {
    let Some((schema, resto)) = u.split_once("://") else { return u.to_owned() };
    let autorita = resto.find(['/', '?', '#']).unwrap_or(resto.len());
    match resto.get(..autorita).and_then(|a| a.rfind('@')) {
        Some(chiocciola) => {
            format!("{schema}://{MASCHERA}{}", resto.get(chiocciola..).unwrap_or_default())
        }
        None => u.to_owned(),
    }
}

impl Ritratto {
    fn nuovo() -> Self {
        Self { membri: Value::Object(Map::new()), segreti: BTreeMap::new() }
    }

    fn con(mut self, nome: &str, v: impl Into<Value>) -> Self {
        if let Value::Object(o) = &mut self.membri {
            o.insert(nome.to_owned(), v.into());
        }
        self
    }

    fn se<V: Into<Value>>(self, nome: &str, v: Option<V>) -> Self {
        match v {
            Some(v) => self.con(nome, v),
            None => self,
        }
    }

    fn segreto(mut self, nome: &str, v: Option<&str>) -> Self {
        let Some(v) = v else { return self };
        self.segreti.insert(nome.to_owned(), v.to_owned());
        self.con(nome, MASCHERA)
    }

    fn dentro(mut self, nome: &str, altro: Option<Self>) -> Self {
        let Some(altro) = altro else { return self };
        self.segreti.extend(altro.segreti.into_iter().map(|(k, v)| (format!("{nome}.{k}"), v)));
        self.con(nome, altro.membri)
    }

    /// The members of a JSON object that we stored as text, whose secrets are known by their names.
    fn e_testo(mut self, testo: &str) -> Self {
        let Ok(Value::Object(altri)) = serde_json::from_str::<Value>(testo) else { return self };
        let mut altri = Value::Object(altri);
        self.segreti.extend(estrai_segreti(&mut altri));
        if let (Value::Object(o), Value::Object(altri)) = (&mut self.membri, altri) {
            o.extend(altri.into_iter().map(|(k, v)| (k, senza_utenti(v))));
        }
        self
    }

    /// What may be shown.
    pub(crate) fn valore(&self) -> &Value {
        &self.membri
    }

    /// The secrets that are not what they were, by path: given, replaced, taken away.
    pub(crate) fn segreti_cambiati(&self, prima: Option<&Self>) -> Vec<String> {
        let vuoto = BTreeMap::new();
        let prima = prima.map_or(&vuoto, |p| &p.segreti);
        let mut nomi: Vec<&String> = self.segreti.keys().chain(prima.keys()).collect();
        nomi.sort();
        nomi.dedup();
        nomi.into_iter().filter(|n| self.segreti.get(*n) != prima.get(*n)).cloned().collect()
    }
}

/// Every URL of the value without its user.
fn senza_utenti(v: Value) -> Value {
    match v {
        Value::String(s) => Value::String(url(&s)),
        Value::Array(a) => a.into_iter().map(senza_utenti).collect(),
        Value::Object(o) => Value::Object(o.into_iter().map(|(k, v)| (k, senza_utenti(v))).collect()),
        altro => altro,
    }
}

fn credenziali(c: &Credenziali) -> Ritratto {
    let r = Ritratto::nuovo();
    match c {
        Credenziali::OAuth2 { client_id, client_secret, url_token, scope } => r
            .con("clientId", client_id.as_str())
            .segreto("clientSecret", Some(client_secret))
            .con("urlTokenEndpoint", url(url_token))
            .se("scope", scope.as_deref()),
        Credenziali::ApiKey { api_id, api_key } => {
            r.con("apiId", api_id.as_str()).segreto("apiKey", Some(api_key))
        }
        Credenziali::Header { nome, valore } => {
            r.con("headerName", nome.as_str()).segreto("headerValue", Some(valore))
        }
        Credenziali::Basic { username, password } => {
            r.con("username", username.as_str()).segreto("password", Some(password))
        }
        Credenziali::Tls(Tls {
            client,
            ts_location,
            ts_password,
            ts_type,
            ssl_type,
            ks_location,
            ks_password,
            ks_type,
            ks_pkey_passwd,
        }) => r
            .con("tipo", if *client { "Client" } else { "Server" })
            .se("ksLocation", ks_location.as_deref())
            .segreto("ksPassword", ks_password.as_deref())
            .se("ksType", ks_type.as_deref())
            .segreto("ksPKeyPasswd", ks_pkey_passwd.as_deref())
            .con("tsLocation", ts_location.as_str())
            .segreto("tsPassword", Some(ts_password))
            .con("tsType", ts_type.as_str())
            .con("sslType", ssl_type.as_str()),
    }
}

fn rest(c: &ConnettoreRest) -> Ritratto {
    let ConnettoreRest { url: u, credenziali: auth, subscription_key, abilita_gde } = c;
    Ritratto::nuovo()
        .con("url", url(u))
        .dentro("auth", auth.as_ref().map(credenziali))
        .segreto("subscriptionKey", subscription_key.as_deref())
        .con("abilitaGDE", *abilita_gde)
}

fn ftp(f: &Ftp) -> Ritratto {
    let Ftp { host, porta, username, password } = f;
    Ritratto::nuovo()
        .con("host", host.as_str())
        .con("porta", porta.as_str())
        .con("username", username.as_str())
        .segreto("password", Some(password))
}

pub(super) fn intermediario(i: &Intermediario) -> Ritratto {
    let Intermediario {
        id,
        denominazione,
        principal_pagopa,
        servizio_pagopa: ConnettoreNodo { url_rpt, credenziali: auth, subscription_key },
        ftp_lettura,
        ftp_scrittura,
        recupero_rt,
        aca,
        gpd,
        fr,
        backoffice_ec,
        abilitato,
    } = i;
    let nodo = Ritratto::nuovo()
        .con("urlRPT", url(url_rpt))
        .dentro("auth", auth.as_ref().map(credenziali))
        .segreto("subscriptionKey", subscription_key.as_deref());
    Ritratto::nuovo()
        .con("idIntermediario", id.as_str())
        .con("denominazione", denominazione.as_str())
        .con("principalPagoPa", principal_pagopa.as_str())
        .dentro("servizioPagoPa", Some(nodo))
        .dentro("ftpLettura", ftp_lettura.as_ref().map(ftp))
        .dentro("ftpScrittura", ftp_scrittura.as_ref().map(ftp))
        .dentro("servizioPagoPaRecuperoRT", recupero_rt.as_ref().map(rest))
        .dentro("servizioPagoPaACA", aca.as_ref().map(rest))
        .dentro("servizioPagoPaGPD", gpd.as_ref().map(rest))
        .dentro("servizioPagoPaFR", fr.as_ref().map(rest))
        .dentro("servizioPagoPaBackofficeEC", backoffice_ec.as_ref().map(rest))
        .con("abilitato", *abilitato)
}

pub(super) fn stazione(s: &Stazione) -> Ritratto {
    let Stazione { id, intermediario, versione, password, abilitato } = s;
    Ritratto::nuovo()
        .con("idStazione", id.as_str())
        .con("idIntermediario", intermediario.as_str())
        .con("versione", versione.as_str())
        .segreto("password", password.as_deref())
        .con("abilitato", *abilitato)
}

fn contatti(r: Ritratto, i: &Indirizzo) -> Ritratto {
    let Indirizzo { indirizzo, civico, cap, localita, provincia, nazione, email, pec, tel, fax, web, area } =
        i;
    [
        ("indirizzo", indirizzo),
        ("civico", civico),
        ("cap", cap),
        ("localita", localita),
        ("provincia", provincia),
        ("nazione", nazione),
        ("email", email),
        ("pec", pec),
        ("tel", tel),
        ("fax", fax),
        ("web", web),
        ("area", area),
    ]
    .into_iter()
    .fold(r, |r, (nome, v)| r.se(nome, v.as_deref()))
}

/// `logo` tells only whether there is one: the picture is a secret of nobody, but large.
pub(super) fn dominio(d: &Dominio, logo: &str) -> Ritratto {
    let Dominio {
        id,
        ragione_sociale,
        indirizzo,
        intermediazione,
        ha_logo: _,
        tassonomia_pagopa,
        scarica_fr,
        abilitato,
        connettori,
    } = d;
    let mut r =
        Ritratto::nuovo().con("idDominio", id.as_str()).con("ragioneSociale", ragione_sociale.as_str());
    r = contatti(r, indirizzo).con("intermediato", intermediazione.is_some());
    if let Some(Intermediazione {
        stazione,
        aux_digit,
        segregation_code,
        gln,
        cbill,
        aut_stampa_poste,
        iuv_prefix,
    }) = intermediazione
    {
        r = r
            .con("stazione", stazione.as_str())
            .con("auxDigit", aux_digit.cifra().to_string())
            .se("segregationCode", segregation_code.map(|s| format!("{s:02}")))
            .se("gln", gln.as_deref())
            .se("cbill", cbill.as_deref())
            .se("autStampaPosteItaliane", aut_stampa_poste.as_deref())
            .se("iuvPrefix", iuv_prefix.as_deref());
    }
    r = r
        .con("logo", logo)
        .se("tassonomiaPagoPA", tassonomia_pagopa.as_deref())
        .con("scaricaFr", *scarica_fr)
        .con("abilitato", *abilitato);
    connettori
        .iter()
        .fold(r, |r, (nome, Segreto(testo))| r.dentro(nome, Some(Ritratto::nuovo().e_testo(testo))))
}

pub(super) fn unita(u: &UnitaOperativa) -> Ritratto {
    let UnitaOperativa { id, ragione_sociale, indirizzo, abilitato } = u;
    let r = Ritratto::nuovo()
        .con("idUnitaOperativa", id.as_str())
        .con("ragioneSociale", ragione_sociale.as_str());
    contatti(r, indirizzo).con("abilitato", *abilitato)
}

pub(super) fn conto(c: &ContoAccredito) -> Ritratto {
    let ContoAccredito { iban, bic, postale, descrizione, intestatario, aut_stampa_poste, abilitato } = c;
    Ritratto::nuovo()
        .con("iban", iban.as_str())
        .se("bic", bic.as_deref())
        .con("postale", *postale)
        .se("descrizione", descrizione.as_deref())
        .se("intestatario", intestatario.as_deref())
        .se("autStampaPosteItaliane", aut_stampa_poste.as_deref())
        .con("abilitato", *abilitato)
}

pub(super) fn entrata(e: &Entrata) -> Ritratto {
    let Entrata { id, descrizione, tipo_contabilita, codice_contabilita } = e;
    Ritratto::nuovo()
        .con("idEntrata", id.as_str())
        .con("descrizione", descrizione.as_str())
        .con("tipoContabilita", tipo_contabilita.as_str())
        .con("codiceContabilita", codice_contabilita.as_str())
}

pub(super) fn entrata_dominio(e: &EntrataDominio) -> Ritratto {
    let EntrataDominio {
        tipo,
        iban_accredito,
        iban_appoggio,
        tipo_contabilita,
        codice_contabilita,
        abilitato,
    } = e;
    Ritratto::nuovo()
        .con("idEntrata", tipo.id.as_str())
        .se("ibanAccredito", iban_accredito.as_ref().map(|i| i.as_str()))
        .se("ibanAppoggio", iban_appoggio.as_ref().map(|i| i.as_str()))
        .se("tipoContabilita", tipo_contabilita.map(|t| t.as_str()))
        .se("codiceContabilita", codice_contabilita.as_deref())
        .con("abilitato", *abilitato)
}

pub(super) fn tipo_pendenza(t: &TipoPendenza) -> Ritratto {
    let TipoPendenza { id, descrizione, codifica_iuv, paga_terzi, abilitato, configurazione } = t;
    Ritratto::nuovo()
        .con("idTipoPendenza", id.as_str())
        .con("descrizione", descrizione.as_str())
        .se("codificaIUV", codifica_iuv.as_deref())
        .con("pagaTerzi", *paga_terzi)
        .con("abilitato", *abilitato)
        .e_testo(configurazione)
}

pub(super) fn tipo_pendenza_dominio(t: &TipoPendenzaDominio) -> Ritratto {
    let TipoPendenzaDominio { tipo, codifica_iuv, paga_terzi, abilitato, configurazione, api_key_app_io } = t;
    Ritratto::nuovo()
        .con("idTipoPendenza", tipo.id.as_str())
        .se("codificaIUV", codifica_iuv.as_deref())
        .se("pagaTerzi", *paga_terzi)
        .se("abilitato", *abilitato)
        .segreto("apiKey", api_key_app_io.as_ref().map(Segreto::as_str))
        .e_testo(configurazione)
}

/// The login identity of an applicazione or of an operatore, with its own entries. `password` is
/// whether there is one; that it was changed stands among the secrets.
fn utenza(mut r: Ritratto, u: &Utenza, acl: &[Acl]) -> Ritratto {
    let Utenza { principal, tipo: _, password, nome: _, acl: _, ruoli, domini, tipi_pendenza, abilitato } = u;
    if let Some(impronta) = password {
        r.segreti.insert("password".to_owned(), impronta.clone());
    }
    r.con("principal", principal.as_str())
        .con("password", password.is_some())
        .con("domini", ambito_domini(domini))
        .con("tipiPendenza", ambito_tipi(tipi_pendenza))
        .con("acl", elenco_acl(acl))
        .con("ruoli", ruoli.clone())
        .con("abilitato", *abilitato)
}

pub(super) fn applicazione(a: &Applicazione) -> Ritratto {
    let Applicazione {
        id,
        utenza: u,
        acl,
        codifica_avvisi,
        api_pagamenti,
        api_pendenze,
        api_ragioneria,
        autodeterminazione,
        servizio_integrazione,
    } = a;
    let codifica = codifica_avvisi.as_ref().map(|c| {
        Ritratto::nuovo()
            .se("codificaIuv", c.codifica_iuv.as_deref())
            .se("regExpIuv", c.reg_exp_iuv.as_deref())
            .con("generazioneIuvInterna", c.generazione_iuv_interna)
    });
    let integrazione = servizio_integrazione.as_ref().map(|s| {
        let ServizioIntegrazione { url: u, versione, credenziali: auth, subscription_key } = s;
        Ritratto::nuovo()
            .con("url", url(u))
            .con("versioneApi", versione.as_str())
            .dentro("auth", auth.as_ref().map(credenziali))
            .segreto("subscriptionKey", subscription_key.as_deref())
    });
    utenza(Ritratto::nuovo().con("idA2A", id.as_str()), u, acl)
        .dentro("codificaAvvisi", codifica)
        .con("autodeterminazione", *autodeterminazione)
        .con("apiPagamenti", *api_pagamenti)
        .con("apiPendenze", *api_pendenze)
        .con("apiRagioneria", *api_ragioneria)
        .dentro("servizioIntegrazione", integrazione)
}

/// `u` with the own entries `acl`.
pub(crate) fn operatore(u: &Utenza, acl: &[Acl]) -> Ritratto {
    utenza(Ritratto::nuovo().con("ragioneSociale", u.nome.as_str()), u, acl)
}

pub(super) fn ruolo(id: &str, acl: &[Acl]) -> Ritratto {
    Ritratto::nuovo().con("id", id).con("acl", elenco_acl(acl))
}

/// Some sections of the configurazioni.
pub(super) fn configurazioni(c: &Configurazioni, quali: &[Sezione]) -> Ritratto {
    quali
        .iter()
        .fold(Ritratto::nuovo(), |r, s| r.dentro(s.as_str(), Some(Ritratto::nuovo().e_testo(c.testo(*s)))))
}

fn elenco_acl(acl: &[Acl]) -> Value {
    acl.iter()
        .map(|a| {
            let lettere: Vec<&str> = [("R", a.diritti.lettura), ("W", a.diritti.scrittura)]
                .iter()
                .filter(|(_, c)| *c)
                .map(|(l, _)| *l)
                .collect();
            json!({"servizio": a.servizio.as_str(), "autorizzazioni": lettere})
        })
        .collect()
}

fn ambito_domini(a: &Ambito<AmbitoDominio>) -> Value {
    match a {
        Ambito::Tutti => json!(["*"]),
        Ambito::Solo(v) => v.iter().map(|d| voce(&d.dominio, d.unita.as_deref())).collect(),
    }
}

fn voce(dominio: &IdDominio, unita: Option<&[domain::IdUnita]>) -> Value {
    match unita {
        None => json!(dominio.as_str()),
        Some(u) => json!({
            "idDominio": dominio.as_str(),
            "unitaOperative": u.iter().map(domain::IdUnita::as_str).collect::<Vec<_>>(),
        }),
    }
}

fn ambito_tipi(a: &Ambito<IdTipoPendenza>) -> Value {
    match a {
        Ambito::Tutti => json!(["*"]),
        Ambito::Solo(v) => v.iter().map(|t| json!(t.as_str())).collect(),
    }
}

#[cfg(test)]
#[path = "ritratti_test.rs"]
mod tests;
