//! The demo body: master data and pendenze, loaded through the gateway's own REST APIs as a user
//! would. Loading twice changes nothing: every call is a PUT.

use crate::SandboxError;
use crate::ente::PendenzaEnte;
use crate::gateway::Nota;
use crate::stato::Stato;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::ToSpan;
use jiff::civil::Date;
use serde_json::{Value, json};

/// Intermediario and broker of the demo.
pub const INTERMEDIARIO: &str = "11111111113";
/// Its stazione.
pub const STAZIONE: &str = "11111111113_01";
/// The demo body.
pub const DOMINIO: &str = "12345678901";
/// A second body, for payments with two beneficiaries.
pub const PROVINCIA: &str = "98765432109";
/// Management system with a v2 connector.
pub const GESTIONALE: &str = "GESTIONALE";
/// Management system with a v1 connector.
pub const TRIBUTI: &str = "TRIBUTI";
/// A portal for those who pay.
pub const PORTALE: &str = "PORTALE";
/// Password of the management systems and of the portal: a demo, on loopback, over simulated money.
pub const PASSWORD_APPLICAZIONI: &str = "Demo-2026-ente";

const IBAN: &str = "IT02L1234512345123456789012";
const IBAN_POSTALE: &str = "IT60X0760112345000001234567";
const IBAN_PROVINCIA: &str = "IT50P1234512345123456789099";

/// The coat of arms of a town that does not exist.
const STEMMA: &[u8] = include_bytes!("stemma.svg");

/// Notice that only the demo ente knows: the gateway asks it when the notice is verified.
pub const AVVISO_SOLO_ENTE: &str = "301000000099000058";

/// The demo document: one payment, or three instalments.
pub const DOCUMENTO: &str = "TARI-2026-RATE";

/// How a line of `mensa.csv` becomes a pendenza, and what is answered of it.
const CSV_RICHIESTA: &str = include_str!("mensa-richiesta.ftl");
const CSV_RISPOSTA: &str = include_str!("mensa-risposta.ftl");
/// The form of the tipo `SALA`: what a portal draws, what is accepted, what it becomes.
const MODULO: &str = include_str!("sala-modulo.json");
const MODULO_SCHEMA: &str = include_str!("sala-schema.json");
const MODULO_MODELLO: &str = include_str!("sala.ftl");

const CSV_INTESTAZIONE: &str = "idPendenza;numeroAvviso;esito";

/// Where to load, and as whom.
pub(crate) struct Caricatore<'a> {
    pub(crate) http: &'a reqwest::Client,
    pub(crate) gateway: &'a str,
    pub(crate) amministratore: (&'a str, &'a str),
    pub(crate) principal_nodo: &'a str,
    pub(crate) ente: &'a str,
}

/// A way to pay the demo document: identifier, what it shows, notice, amount, days to the term, rata.
type Opzione = (&'static str, &'static str, &'static str, f64, i64, Option<u8>);

/// Their numbers are given by the management system, not by the gateway.
const OPZIONI: [Opzione; 4] = [
    ("TARI-2026-UNICA", "tutto il documento in una volta", "301000000099100136", 180.00, 30, None),
    ("TARI-2026-RATA-1", "del documento, prima rata", "301000000099100237", 60.00, 30, Some(1)),
    ("TARI-2026-RATA-2", "del documento, seconda rata", "301000000099100338", 60.00, 90, Some(2)),
    ("TARI-2026-RATA-3", "del documento, terza rata", "301000000099100439", 60.00, 150, Some(3)),
];

impl Caricatore<'_> {
    async fn put(
        &self,
        base: &str,
        percorso: &str,
        chi: (&str, &str),
        corpo: &Value,
    ) -> Result<Value, SandboxError> {
        let url = format!("{}{base}{percorso}", self.gateway);
        let r = self
            .http
            .put(&url)
            .basic_auth(chi.0, Some(chi.1))
            .json(corpo)
            .send()
            .await
            .map_err(|e| SandboxError::Gateway(format!("PUT {percorso}: {e}")))?;
        let stato = r.status();
        let testo = r.text().await.unwrap_or_default();
        if !stato.is_success() {
            return Err(SandboxError::Gateway(format!("PUT {percorso}: {stato} {testo}")));
        }
        Ok(serde_json::from_str(&testo).unwrap_or(Value::Null))
    }

    async fn anagrafica(&self, percorso: &str, corpo: Value) -> Result<(), SandboxError> {
        self.put("/govpay-api-backoffice/rs/basic/v1", percorso, self.amministratore, &corpo)
            .await
            .map(|_| ())
    }

    async fn pendenza(&self, id_a2a: &str, id: &str, corpo: &Value) -> Result<String, SandboxError> {
        let chi = (id_a2a, PASSWORD_APPLICAZIONI);
        let v = self
            .put("/govpay-api-pendenze/rs/basic/v2", &format!("/pendenze/{id_a2a}/{id}"), chi, corpo)
            .await?;
        Ok(v.get("numeroAvviso").and_then(Value::as_str).unwrap_or_default().to_owned())
    }

    /// Master data of the demo body.
    pub(crate) async fn carica_anagrafica(&self) -> Result<(), SandboxError> {
        self.anagrafica(
            &format!("/intermediari/{INTERMEDIARIO}"),
            json!({
                "denominazione": "Regione Dimostrativa", "principalPagoPa": self.principal_nodo,
                "servizioPagoPa": { "urlRPT": format!("{}/nodo", self.ente) }, "abilitato": true
            }),
        )
        .await?;
        self.anagrafica(
            &format!("/intermediari/{INTERMEDIARIO}/stazioni/{STAZIONE}"),
            json!({ "abilitato": true, "versione": "V2" }),
        )
        .await?;
        self.anagrafica(
            &format!("/domini/{DOMINIO}"),
            json!({
                "ragioneSociale": "Comune Dimostrativo", "indirizzo": "Piazza del Popolo", "civico": "1",
                "cap": "00100", "localita": "Roma", "provincia": "RM", "nazione": "IT",
                "area": "Ufficio Tributi", "web": "https://www.comune.example.org", "cbill": "AAAAA",
                "tel": "06 0000000", "pec": "protocollo@pec.comune.example.org",
                "logo": STANDARD.encode(STEMMA), "autStampaPosteItaliane": "AUT. DIMOSTRATIVA",
                "intermediato": true, "stazione": STAZIONE, "auxDigit": "3", "segregationCode": "01",
                "abilitato": true, "scaricaFr": true
            }),
        )
        .await?;
        self.anagrafica(
            &format!("/domini/{PROVINCIA}"),
            json!({
                "ragioneSociale": "Provincia Dimostrativa", "intermediato": false, "abilitato": true,
                "scaricaFr": false
            }),
        )
        .await?;
        for (dominio, iban, postale, descrizione) in [
            (DOMINIO, IBAN, false, "Conto di tesoreria"),
            (DOMINIO, IBAN_POSTALE, true, "Conto corrente postale"),
            (PROVINCIA, IBAN_PROVINCIA, false, "Conto della provincia"),
        ] {
            self.anagrafica(
                &format!("/domini/{dominio}/contiAccredito/{iban}"),
                json!({ "postale": postale, "descrizione": descrizione, "abilitato": true }),
            )
            .await?;
        }
        self.anagrafica(
            &format!("/domini/{DOMINIO}/unitaOperative/SCUOLA"),
            json!({ "ragioneSociale": "Servizi scolastici", "abilitato": true }),
        )
        .await?;
        for (id, descrizione, codice) in [
            ("TARI", "Tassa sui rifiuti", "0101101IM"),
            ("MENSA", "Mensa scolastica", "0302106SP"),
            ("SALA", "Uso di una sala comunale", "0301102SP"),
        ] {
            self.anagrafica(
                &format!("/entrate/{id}"),
                json!({ "descrizione": descrizione, "tipoContabilita": "ALTRO", "codiceContabilita": codice }),
            )
            .await?;
            self.anagrafica(
                &format!("/domini/{DOMINIO}/entrate/{id}"),
                json!({ "ibanAccredito": IBAN, "ibanAppoggio": IBAN_POSTALE, "abilitato": true }),
            )
            .await?;
            let mut tipo = json!({ "descrizione": descrizione });
            if id == "MENSA" {
                tipo["tracciatoCsv"] = json!({
                    "tipo": "freemarker", "intestazione": CSV_INTESTAZIONE,
                    "richiesta": STANDARD.encode(CSV_RICHIESTA), "risposta": STANDARD.encode(CSV_RISPOSTA)
                });
            }
            let mut del_dominio = json!({});
            if id == "SALA" {
                let modulo = modulo();
                tipo["portaleBackoffice"] = modulo.clone();
                tipo["portalePagamento"] = modulo;
                // On the dominio a form is off unless it says otherwise.
                del_dominio = json!({
                    "portaleBackoffice": { "abilitato": true }, "portalePagamento": { "abilitato": true }
                });
            }
            self.anagrafica(&format!("/tipiPendenza/{id}"), tipo).await?;
            self.anagrafica(&format!("/domini/{DOMINIO}/tipiPendenza/{id}"), del_dominio).await?;
        }
        self.anagrafica(&format!("/domini/{DOMINIO}/entrate/BOLLOT"), json!({ "abilitato": true })).await?;
        for (id, versione, cartella, iuv) in [
            (GESTIONALE, "REST v2", "v2", "0100000009[0-9]+"),
            (TRIBUTI, "REST v1", "v1", "0100000008[0-9]+"),
        ] {
            self.anagrafica(
                &format!("/applicazioni/{id}"),
                json!({
                    "principal": id, "password": PASSWORD_APPLICAZIONI, "abilitato": true,
                    "apiPendenze": true, "domini": [DOMINIO], "tipiPendenza": ["*"],
                    "codificaAvvisi": { "regExpIuv": iuv, "generazioneIuvInterna": false },
                    "servizioIntegrazione": {
                        "url": format!("{}/ente/{cartella}", self.ente), "versioneApi": versione
                    }
                }),
            )
            .await?;
        }
        self.anagrafica(
            &format!("/applicazioni/{PORTALE}"),
            json!({
                "principal": PORTALE, "password": PASSWORD_APPLICAZIONI, "abilitato": true, "apiPagamenti": true,
                "domini": [DOMINIO], "tipiPendenza": ["*"]
            }),
        )
        .await
    }

    /// Pendenze of the demo body. Gives back (what it shows, notice number).
    pub(crate) async fn carica_pendenze(
        &self,
        stato: &Stato,
        oggi: Date,
    ) -> Result<Vec<(String, String)>, SandboxError> {
        let giorno = |n: i64| oggi.saturating_add(n.days()).to_string();
        let rossi = json!({
            "tipo": "F", "identificativo": "RSSMRA30A01H501I", "anagrafica": "Mario Rossi",
            "indirizzo": "Piazza della Vittoria", "civico": "10/A", "cap": "00100", "localita": "Roma",
            "provincia": "RM", "nazione": "IT", "email": "mario.rossi@example.org"
        });
        let tari = |importo: f64| json!([{ "idVocePendenza": "1", "importo": importo, "descrizione": "TARI", "codEntrata": "TARI" }]);
        let elenco: [(&str, &str, &str, Value); 6] = [
            (
                GESTIONALE,
                "TARI-2026-001",
                "da pagare, scade tra un mese",
                json!({
                    "idDominio": DOMINIO, "idTipoPendenza": "TARI", "causale": "TARI 2026, prima rata",
                    "soggettoPagatore": rossi, "importo": 120.50, "dataScadenza": giorno(30), "voci": tari(120.50)
                }),
            ),
            (
                TRIBUTI,
                "TARI-2026-002",
                "da pagare, di un gestionale con API Ente v1",
                json!({
                    "idDominio": DOMINIO, "idTipoPendenza": "TARI", "causale": "TARI 2026, seconda rata",
                    "soggettoPagatore": rossi, "importo": 98.00, "dataScadenza": giorno(60), "voci": tari(98.00)
                }),
            ),
            (
                GESTIONALE,
                "TARI-2026-003",
                "due voci, due enti beneficiari",
                json!({
                    "idDominio": DOMINIO, "idTipoPendenza": "TARI", "causale": "TARI e TEFA 2026",
                    "soggettoPagatore": rossi, "importo": 210.00, "dataScadenza": giorno(90),
                    "voci": [
                        { "idVocePendenza": "TARI", "importo": 200.00, "descrizione": "TARI", "codEntrata": "TARI" },
                        {
                            "idVocePendenza": "TEFA", "importo": 10.00, "descrizione": "TEFA",
                            "idDominio": PROVINCIA, "ibanAccredito": IBAN_PROVINCIA, "tipoContabilita": "ALTRO",
                            "codiceContabilita": "0201102IM"
                        }
                    ]
                }),
            ),
            (
                GESTIONALE,
                "MENSA-2026-001",
                "di un ufficio (unita operativa)",
                json!({
                    "idDominio": DOMINIO, "idUnitaOperativa": "SCUOLA", "idTipoPendenza": "MENSA",
                    "causale": "Mensa scolastica, ottobre", "soggettoPagatore": rossi, "importo": 45.01,
                    "voci": [
                        { "idVocePendenza": "1", "importo": 45.01, "descrizione": "Buoni pasto", "codEntrata": "MENSA" }
                    ]
                }),
            ),
            (
                GESTIONALE,
                "TARI-2025-001",
                "scaduta: la banca la rifiuta",
                json!({
                    "idDominio": DOMINIO, "idTipoPendenza": "TARI", "causale": "TARI 2025",
                    "soggettoPagatore": rossi, "importo": 77.00, "dataScadenza": giorno(-1), "voci": tari(77.00)
                }),
            ),
            (
                GESTIONALE,
                "BOLLO-2026-001",
                "marca da bollo telematica",
                json!({
                    "idDominio": DOMINIO, "causale": "Marca da bollo per istanza", "soggettoPagatore": rossi,
                    "importo": 16.00,
                    "voci": [{
                        "idVocePendenza": "1", "importo": 16.00, "descrizione": "Marca da bollo",
                        "tipoBollo": "01", "hashDocumento": "wHpFSLCGZjIvNSXxqtGbxg7275t446DRTk5ZrsdUQ6E=",
                        "provinciaResidenza": "RM"
                    }]
                }),
            ),
        ];
        let mut elenco = Vec::from(elenco);
        for (id, mostra, numero, importo, giorni, rata) in OPZIONI {
            let mut documento = json!({ "identificativo": DOCUMENTO, "descrizione": "TARI 2026, a rate" });
            let causale = match rata {
                Some(n) => format!("TARI 2026, rata {n} di 3"),
                None => "TARI 2026, in un'unica soluzione".to_owned(),
            };
            if let Some(n) = rata {
                documento["rata"] = json!(n);
            }
            elenco.push((
                GESTIONALE,
                id,
                mostra,
                json!({
                    "idDominio": DOMINIO, "idTipoPendenza": "TARI", "causale": causale, "numeroAvviso": numero,
                    "soggettoPagatore": rossi, "importo": importo, "dataScadenza": giorno(giorni),
                    "voci": tari(importo), "documento": documento
                }),
            ));
        }
        let mut fatte = Vec::new();
        for (id_a2a, id, mostra, corpo) in elenco {
            stato.gateway.ricorda(Nota::dimostrativa(id_a2a, id, mostra, ""));
            let avviso = match self.pendenza(id_a2a, id, &corpo).await {
                Ok(a) => a,
                // A pendenza that somebody has paid in an earlier run stays as it is.
                Err(SandboxError::Gateway(t)) if t.contains("VER_003") => continue,
                Err(e) => return Err(e),
            };
            stato.ente.metti(PendenzaEnte {
                stato: "NON_ESEGUITA".to_owned(),
                descrizione_stato: None,
                pendenza: con_chiavi(&corpo, id_a2a, id, &avviso),
            });
            fatte.push((format!("{id_a2a}/{id}: {mostra}"), avviso));
        }
        let solo_ente = json!({
            "idDominio": DOMINIO, "causale": "Occupazione suolo pubblico 2026", "soggettoPagatore": rossi,
            "importo": 33.30,
            "voci": [{
                "idVocePendenza": "1", "importo": 33.30, "descrizione": "COSAP", "ibanAccredito": IBAN,
                "tipoContabilita": "ALTRO", "codiceContabilita": "0301109AP"
            }]
        });
        stato.ente.metti(PendenzaEnte {
            stato: "NON_ESEGUITA".to_owned(),
            descrizione_stato: None,
            pendenza: con_chiavi(&solo_ente, GESTIONALE, "COSAP-2026-001", AVVISO_SOLO_ENTE),
        });
        stato.gateway.ricorda(Nota::dimostrativa(
            GESTIONALE,
            "COSAP-2026-001",
            "la conosce solo l'ente: il gateway la chiede quando la banca legge l'avviso",
            AVVISO_SOLO_ENTE,
        ));
        fatte.push((
            format!("{GESTIONALE}/COSAP-2026-001: la conosce solo l'ente, il gateway la chiede"),
            AVVISO_SOLO_ENTE.to_owned(),
        ));
        Ok(fatte)
    }
}

/// A section of the tipo `SALA`, alike for who works for the body and for who pays.
fn modulo() -> Value {
    json!({
        "abilitato": true,
        "form": { "tipo": "angular2-json-schema-form", "definizione": STANDARD.encode(MODULO) },
        "validazione": STANDARD.encode(MODULO_SCHEMA),
        "trasformazione": { "tipo": "freemarker", "definizione": STANDARD.encode(MODULO_MODELLO) }
    })
}

pub(crate) fn con_chiavi(corpo: &Value, id_a2a: &str, id: &str, avviso: &str) -> Value {
    let mut v = corpo.clone();
    if let Some(o) = v.as_object_mut() {
        o.insert("idA2A".into(), json!(id_a2a));
        o.insert("idPendenza".into(), json!(id));
        o.insert("numeroAvviso".into(), json!(avviso));
    }
    v
}
