//! A standard anagrafica, loaded through API Backoffice.

use crate::{GESTIONALE, NODO, TestApp};
use serde_json::{Value, json};

/// The connector of the applicazione.
#[derive(Debug, Clone)]
pub struct ServizioIntegrazione {
    /// Base URL.
    pub url: String,
    /// `REST v1` or `REST v2`.
    pub versione: &'static str,
    /// `auth`, as the contract writes it.
    pub auth: Option<Value>,
}

/// What to create; start from [`Anagrafica::standard`].
#[derive(Debug, Clone)]
pub struct Anagrafica {
    /// Default `11111111113`.
    pub intermediario: String,
    /// Default `11111111113_01`.
    pub stazione: String,
    /// Default `12345678901`.
    pub dominio: String,
    /// Default `3`.
    pub aux_digit: String,
    /// Default `01`.
    pub segregazione: Option<String>,
    /// Default `IT02L1234512345123456789012`.
    pub iban: String,
    /// Default `TARI`.
    pub entrata: String,
    /// Default `TARI`.
    pub tipo_pendenza: String,
    /// Default `GESTIONALE`.
    pub applicazione: String,
    /// `regExpIuv` of the applicazione. Default `0100000009[0-9]+`.
    pub reg_exp_iuv: Option<String>,
    /// Connector of the applicazione. Default none.
    pub integrazione: Option<ServizioIntegrazione>,
}

impl Anagrafica {
    /// One of each: intermediario, stazione, dominio with conto, entrata and tipo pendenza,
    /// applicazione with API Pendenze on that dominio and all types.
    #[must_use]
    pub fn standard() -> Self {
        Self {
            intermediario: "11111111113".to_owned(),
            stazione: "11111111113_01".to_owned(),
            dominio: "12345678901".to_owned(),
            aux_digit: "3".to_owned(),
            segregazione: Some("01".to_owned()),
            iban: "IT02L1234512345123456789012".to_owned(),
            entrata: "TARI".to_owned(),
            tipo_pendenza: "TARI".to_owned(),
            applicazione: "GESTIONALE".to_owned(),
            reg_exp_iuv: Some("0100000009[0-9]+".to_owned()),
            integrazione: None,
        }
    }

    /// With a connector towards an ente.
    #[must_use]
    pub fn ente(self, url: impl Into<String>, versione: &'static str) -> Self {
        Self { integrazione: Some(ServizioIntegrazione { url: url.into(), versione, auth: None }), ..self }
    }

    /// Loads it; every PUT must answer 200 or 201.
    pub async fn crea(self, app: &TestApp) -> Self {
        let Self { intermediario, stazione, dominio, .. } = &self;
        let bo = app.backoffice();
        for (percorso, corpo) in [
            (
                format!("/intermediari/{intermediario}"),
                json!({
                    "denominazione": "Intermediario di prova", "principalPagoPa": NODO.0,
                    "servizioPagoPa": { "urlRPT": "http://127.0.0.1:9/nodo" }, "abilitato": true
                }),
            ),
            (
                format!("/intermediari/{intermediario}/stazioni/{stazione}"),
                json!({ "abilitato": true, "versione": "V2" }),
            ),
            (format!("/domini/{dominio}"), self.corpo_dominio()),
            (
                format!("/domini/{dominio}/contiAccredito/{}", self.iban),
                json!({ "postale": false, "abilitato": true }),
            ),
            (
                format!("/entrate/{}", self.entrata),
                json!({
                    "descrizione": "Tassa sui rifiuti", "tipoContabilita": "ALTRO",
                    "codiceContabilita": "0101101IM"
                }),
            ),
            (
                format!("/domini/{dominio}/entrate/{}", self.entrata),
                json!({ "ibanAccredito": self.iban, "abilitato": true }),
            ),
            (format!("/tipiPendenza/{}", self.tipo_pendenza), json!({ "descrizione": "Tassa sui rifiuti" })),
            (format!("/domini/{dominio}/tipiPendenza/{}", self.tipo_pendenza), json!({})),
            (format!("/applicazioni/{}", self.applicazione), self.corpo_applicazione()),
        ] {
            let r = bo.put(&percorso, &corpo).await;
            assert!(matches!(r.stato(), 200 | 201), "PUT {percorso}: {} {}", r.stato(), r.testo());
        }
        self
    }

    fn corpo_dominio(&self) -> Value {
        let mut d = json!({
            "ragioneSociale": "Ente Creditore di prova", "indirizzo": "Via Roma", "civico": "1",
            "cap": "00100", "localita": "Roma", "provincia": "RM", "nazione": "IT",
            "intermediato": true, "stazione": self.stazione, "auxDigit": self.aux_digit,
            "abilitato": true, "scaricaFr": true
        });
        if let (Some(s), Some(o)) = (&self.segregazione, d.as_object_mut()) {
            o.insert("segregationCode".to_owned(), json!(s));
        }
        d
    }

    fn corpo_applicazione(&self) -> Value {
        let mut a = json!({
            "principal": GESTIONALE.0, "password": GESTIONALE.1, "abilitato": true, "apiPendenze": true,
            "domini": [self.dominio], "tipiPendenza": ["*"]
        });
        let Some(o) = a.as_object_mut() else { return a };
        if let Some(r) = &self.reg_exp_iuv {
            o.insert("codificaAvvisi".to_owned(), json!({ "regExpIuv": r, "generazioneIuvInterna": false }));
        }
        if let Some(i) = &self.integrazione {
            let mut s = json!({ "url": i.url, "versioneApi": i.versione });
            if let (Some(auth), Some(s)) = (&i.auth, s.as_object_mut()) {
                s.insert("auth".to_owned(), auth.clone());
            }
            o.insert("servizioIntegrazione".to_owned(), s);
        }
        a
    }
}
