//! `docs/integrazione.md`: every request of the page is sent to a sandbox, every answer is what came.

use crate::accessi;
use crate::pagina::Blocchi;
use crate::scena::{Risposta, Scena, corpo_leggibile, finche};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::Value;
use std::time::Duration;

const PENDENZE: &str = "$GOVPAY/pendenze/rs/basic/v2";

/// A curl line: who, method, path, body.
fn curl(metodo: &str, percorso: &str, corpo: &str) -> String {
    come("GESTIONALE:Demo-2026-ente", metodo, &format!("{PENDENZE}{percorso}"), corpo)
}

fn come(chi: &str, metodo: &str, url: &str, corpo: &str) -> String {
    let metodo = if metodo == "GET" { String::new() } else { format!("-X {metodo} ") };
    let corpo = match corpo {
        "" => String::new(),
        testo => format!(" \\\n  -H 'Content-Type: application/json' -d '{}'", testo.trim()),
    };
    format!("curl -s -u {chi} {metodo}\\\n  \"{url}\"{corpo}")
}

pub(crate) struct Racconto {
    pub(crate) scena: Scena,
    pub(crate) blocchi: Blocchi,
}

impl Racconto {
    /// Runs a command and keeps it with its answer.
    pub(crate) async fn esempio(&mut self, nome: &str, comando: &str, stato: u16) -> Risposta {
        let r = self.scena.esegui(comando).await.con_stato(stato);
        self.metti(nome, comando, &r.mostra(&[]));
        r
    }

    pub(crate) fn metti(&mut self, nome: &str, comando: &str, risposta: &str) {
        let risposta = self.scena.stabile(risposta);
        self.blocchi.metti(nome, format!("```sh\n{comando}\n```\n\n```http\n{}\n```", risposta.trim_end()));
    }

    /// Some members of an answer that is long.
    pub(crate) async fn membri(&mut self, nome: &str, comando: &str, membri: &[&str]) {
        let tutto = self.scena.esegui(comando).await.con_stato(200).json();
        let presi = membri.iter().map(|m| ((*m).to_owned(), tutto[m].clone())).collect();
        let presi = serde_json::to_string_pretty(&Value::Object(presi)).unwrap();
        let resto = presi.strip_suffix("\n}").unwrap();
        let testo = self.scena.stabile(&format!("{resto},\n  ...\n}}"));
        self.blocchi.metti(nome, format!("```sh\n{comando}\n```\n\n```text\n{testo}\n```"));
    }

    /// What the gateway sent to the demo ente about a reference, and the answer.
    async fn chiamata_all_ente(&mut self, nome: &str, parte: &str) {
        let registro = &self.scena.simulatori().stato.registro;
        let id = finche("la chiamata all'ente", async || {
            let trovata = registro.dopo(0).into_iter().rfind(|m| {
                m["direzione"] == "govpay -> ente"
                    && m["richiesta"].as_str().is_some_and(|r| r.contains(parte))
            });
            trovata.and_then(|m| m["id"].as_u64())
        })
        .await;
        let m = registro.uno(id).unwrap();
        let corpo = |campo: &str| m[campo].as_str().unwrap_or_default().to_owned();
        let mut t = format!("{} HTTP/1.1\n", m["richiesta"].as_str().unwrap());
        let notifica =
            self.scena.simulatori().stato.ente.notifiche().into_iter().find(|n| n.percorso.contains(parte));
        if let Some(n) = notifica {
            for nome in ["accept", "content-type", "idempotency-key", "x-govpay-idtransazione"] {
                let valore =
                    n.intestazioni.iter().find(|(k, _)| k == nome).unwrap_or_else(|| panic!("manca {nome}"));
                t.push_str(&format!("{}: {}\n", titolo(nome), valore.1));
            }
        }
        if !corpo("corpoRichiesta").is_empty() {
            t.push_str(&format!("\n{}\n", corpo_leggibile(corpo("corpoRichiesta").as_bytes())));
        }
        let mut risposta = format!("HTTP/1.1 {}\n", m["stato"]);
        if !corpo("corpoRisposta").is_empty() {
            risposta.push_str(&format!("\n{}\n", corpo_leggibile(corpo("corpoRisposta").as_bytes())));
        }
        let testo = self.scena.stabile(&format!(
            "```http\n{}\n```\n\nThe answer:\n\n```http\n{}\n```",
            t.trim_end(),
            risposta.trim_end()
        ));
        self.blocchi.metti(nome, testo);
    }

    async fn notificata(&self, iuv: &str) {
        finche("la notifica", async || {
            let n = self.scena.simulatori().stato.ente.notifiche();
            n.iter().any(|n| n.percorso.contains(iuv)).then_some(())
        })
        .await;
    }
}

/// `idempotency-key` as `Idempotency-Key`.
fn titolo(nome: &str) -> String {
    let parti = nome.split('-').map(|p| match p {
        "idtransazione" => "IdTransazione".to_owned(),
        p => p[..1].to_uppercase() + &p[1..],
    });
    parti.collect::<Vec<_>>().join("-")
}

const NUOVA: &str = r#"{
    "idDominio": "12345678901",
    "idTipoPendenza": "TARI",
    "causale": "TARI 2026, saldo",
    "soggettoPagatore": {
      "tipo": "F", "identificativo": "RSSMRA30A01H501I", "anagrafica": "Mario Rossi",
      "indirizzo": "Piazza della Vittoria", "civico": "10/A", "cap": "00100",
      "localita": "Roma", "provincia": "RM", "nazione": "IT", "email": "mario.rossi@example.org"
    },
    "importo": 45.01,
    "dataScadenza": "2099-12-31",
    "annoRiferimento": 2026,
    "voci": [
      { "idVocePendenza": "1", "importo": 45.01, "descrizione": "TARI 2026", "codEntrata": "TARI" }
    ]
  }"#;

const VOCI: &str = r#"{
    "idDominio": "12345678901",
    "idTipoPendenza": "TARI",
    "causale": "TARI e tributo provinciale 2026",
    "soggettoPagatore": { "tipo": "G", "identificativo": "12345678903", "anagrafica": "Rossi S.r.l." },
    "importo": 210.00,
    "numeroAvviso": "301000000000700775",
    "dataValidita": "2099-06-30",
    "dataScadenza": "2099-12-31",
    "voci": [
      {
        "idVocePendenza": "TARI", "importo": 200.00, "descrizione": "Tassa sui rifiuti",
        "codEntrata": "TARI",
        "contabilita": { "quote": [ { "capitolo": "3001", "annoEsercizio": 2026, "importo": 200.00 } ] }
      },
      {
        "idVocePendenza": "TEFA", "importo": 10.00, "descrizione": "Tributo provinciale",
        "idDominio": "98765432109", "ibanAccredito": "IT50P1234512345123456789099",
        "tipoContabilita": "ALTRO", "codiceContabilita": "0201102IM"
      }
    ]
  }"#;

fn breve(importo: &str, voce: &str) -> String {
    format!(
        r#"{{
    "idDominio": "12345678901", "idTipoPendenza": "TARI", "causale": "TARI 2026, saldo",
    "soggettoPagatore": {{ "tipo": "F", "identificativo": "RSSMRA30A01H501I", "anagrafica": "Mario Rossi" }},
    "importo": {importo}, "dataScadenza": "2099-12-31",
    "voci": [
      {{ "idVocePendenza": "1", "importo": {voce}, "descrizione": "TARI 2026", "codEntrata": "TARI" }}
    ]
  }}"#
    )
}

const P: &str = "/pendenze/GESTIONALE/TARI-2026-0042";

async fn carica(r: &mut Racconto) -> String {
    let nuova = curl("PUT", P, NUOVA);
    let prima = r.esempio("carica", &nuova, 201).await;
    let ancora = r.scena.esegui(&nuova).await.con_stato(200);
    assert_eq!(prima.corpo, ancora.corpo, "lo stesso PUT ha la stessa risposta");
    r.esempio("aggiorna", &curl("PUT", P, &breve("47.50", "47.50")), 200).await;
    r.esempio("voci", &curl("PUT", "/pendenze/GESTIONALE/TARI-2026-0043", VOCI), 201).await;
    r.esempio("leggi", &curl("GET", "/pendenze/GESTIONALE/TARI-2026-0043", ""), 200).await;
    prima.json()["numeroAvviso"].as_str().unwrap().to_owned()
}

async fn rifiuti(r: &mut Racconto) {
    let storta =
        |importo: &str, voce: &str| curl("PUT", "/pendenze/GESTIONALE/TARI-2026-0044", &breve(importo, voce));
    r.esempio("sintassi", &storta("\"45,01\"", "45.01"), 400).await;
    r.esempio("semantica", &storta("45.01", "45.00"), 422).await;
    let altri = curl("PUT", "/pendenze/TRIBUTI/TARI-2026-0044", &breve("45.01", "45.01"));
    r.esempio("altri", &altri, 400).await;
    let scorretta = curl("GET", P, "").replace("Demo-2026-ente", "sbagliata");
    r.esempio("401", &scorretta, 401).await;
    let altrui = breve("45.01", "45.01").replace("12345678901", "98765432109");
    r.esempio("403", &curl("PUT", "/pendenze/GESTIONALE/TARI-2026-0044", &altrui), 403).await;
    r.esempio("404", &curl("GET", "/pendenze/GESTIONALE/MAI-CARICATA", ""), 404).await;
    // Somebody holds the database for longer than a commit may wait.
    let occupante = rusqlite::Connection::open(r.scena.cartella.path().join("govpay.db")).unwrap();
    occupante.execute_batch("begin immediate").unwrap();
    let comando = curl("PUT", "/pendenze/GESTIONALE/TARI-2026-0045", &breve("45.01", "45.01"));
    let risposta = r.scena.esegui(&comando).await.con_stato(500);
    occupante.execute_batch("rollback").unwrap();
    let testo = r.scena.stabile(&risposta.mostra(&["X-Govpay-IdTransazione"]));
    r.blocchi.metti("500", format!("```http\n{}\n```", testo.trim_end()));
    // The same request again is how a caller finds out.
    r.scena.esegui(&comando).await.con_stato(201);
}

async fn annulla(r: &mut Racconto) {
    let percorso = "/pendenze/GESTIONALE/TARI-2026-0043";
    let annulla = r#"[
    { "op": "REPLACE", "path": "/stato", "value": "ANNULLATA" },
    { "op": "REPLACE", "path": "/descrizioneStato", "value": "Sgravio del 10/03/2026" }
  ]"#;
    r.membri("annulla", &curl("PATCH", percorso, annulla), &["stato", "descrizioneStato"]).await;
}

async fn avvisi(r: &mut Racconto, avviso: &str) {
    let percorso = format!("/avvisi/12345678901/{avviso}");
    let json = curl("GET", &percorso, "").replace("curl -s", "curl -s -H 'Accept: application/json'");
    r.esempio("avviso-json", &json, 200).await;

    let pdf = curl("GET", &percorso, "")
        .replace("curl -s", "curl -s -D - -o avviso.pdf -H 'Accept: application/pdf'");
    let risposta = r.scena.esegui(&pdf).await.con_stato(200).mostra(&[]);
    let file = std::fs::read(r.scena.cartella.path().join("avviso.pdf")).unwrap();
    assert!(file.starts_with(b"%PDF-") && file.len() > 1000);
    let inizio = String::from_utf8(file[..8].to_vec()).unwrap();
    r.metti("avviso-pdf", &pdf, &format!("{risposta}\n{inizio}..."));

    let stampa = curl("PUT", &format!("{P}?stampaAvviso=true"), &breve("47.50", "47.50"));
    let risposta = r.esempio("stampa-avviso", &stampa, 200).await;
    let pdf = BASE64_STANDARD.decode(risposta.json()["pdf"].as_str().unwrap()).unwrap();
    assert!(pdf.starts_with(b"%PDF-"));
}

/// The bank asks for a notice that nobody has loaded.
async fn verifica(r: &mut Racconto) {
    let comando = paga("301000000099000058", "VERIFICA");
    r.scena.esegui(&comando).await.con_stato(201);
    r.blocchi.metti("verifica", format!("```sh\n{comando}\n```"));
    r.chiamata_all_ente("verifica-ente", "/avvisi/12345678901/301000000099000058").await;
}

fn paga(avviso: &str, esito: &str) -> String {
    format!(
        "curl -s $PAGOPA/pagamenti -H 'Content-Type: application/json' \\\n  \
         -d '{{ \"idDominio\": \"12345678901\", \"numeroAvviso\": \"{avviso}\", \"esito\": \"{esito}\" }}'"
    )
}

async fn pagata(r: &mut Racconto, avviso: &str) {
    let comando = paga(avviso, "OK");
    let fatto = r.scena.esegui(&comando).await.con_stato(201).json();
    assert_eq!(fatto["esito"], "PAGATO", "{fatto}");
    r.blocchi.metti("paga", format!("```sh\n{comando}\n```"));
    r.notificata(&avviso[1..]).await;
    r.chiamata_all_ente("notifica", &format!("/ricevute/12345678901/{}", &avviso[1..])).await;
    let letta = curl("GET", P, "");
    assert_eq!(r.scena.esegui(&letta).await.json()["rpp"][0]["stato"], "RT_ACCETTATA_PA");
    r.membri("pagata", &letta, &["stato", "iuvPagamento", "dataPagamento"]).await;
    r.esempio("pagata-aggiorna", &curl("PUT", P, &breve("50.00", "50.00")), 422).await;
}

/// The ente answers 500 once: the notification waits for its second attempt.
async fn notifica_ripetuta(r: &mut Racconto) {
    let p = curl("PUT", "/pendenze/GESTIONALE/TARI-2026-0046", &breve("45.01", "45.01"));
    let avviso = r.scena.esegui(&p).await.con_stato(201).json()["numeroAvviso"].as_str().unwrap().to_owned();
    let guasto = "curl -s -X PUT $PAGOPA/ente/guasto -H 'Content-Type: application/json' \\\n  \
                  -d '{ \"guasto\": \"STATO\", \"stato\": 500, \"volte\": 1 }'";
    r.scena.esegui(guasto).await.con_stato(200);
    let pagamento = paga(&avviso, "OK");
    r.scena.esegui(&pagamento).await.con_stato(201);
    let elenco = come(
        "gpadmin:Demo-2026-admin",
        "GET",
        "$GOVPAY/backoffice/rs/basic/v1/notifiche?stato=DA_SPEDIRE",
        "",
    );
    let riga = finche("il primo fallimento", async || {
        let v = r.scena.esegui(&elenco).await.con_stato(200).json();
        let riga = v["risultati"].as_array().unwrap().first()?.clone();
        (riga["numeroTentativi"].as_i64() == Some(1)).then_some(riga)
    })
    .await;
    let mut riga = riga;
    // A number of the database, which depends on what ran before.
    riga["id"] = Value::from(42);
    let testo = r.scena.stabile(&serde_json::to_string_pretty(&riga).unwrap());
    r.blocchi.metti("guasto", format!("```sh\n{guasto}\n\n{p}\n\n{pagamento}   # the number you got\n```"));
    r.blocchi.metti(
        "in-attesa",
        format!("```sh\n{elenco}\n```\n\nThe row of that notification:\n\n```json\n{testo}\n```"),
    );
    r.scena.orologio.avanza(Duration::from_secs(61));
    finche("la consegna al secondo tentativo", async || {
        let n = r.scena.simulatori().stato.ente.notifiche();
        let mie: Vec<_> = n.into_iter().filter(|n| n.percorso.contains(&avviso[1..])).collect();
        let [prima, dopo] = mie.as_slice() else { return None };
        assert_eq!((prima.risposta, &prima.chiave, &prima.corpo), (Some(500), &dopo.chiave, &dopo.corpo));
        (dopo.risposta == Some(200)).then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn la_guida_degli_integratori_dice_il_vero() {
    let mut r = Racconto { scena: Scena::sandbox().await, blocchi: Blocchi::default() };
    let avviso = carica(&mut r).await;
    rifiuti(&mut r).await;
    avvisi(&mut r, &avviso).await;
    annulla(&mut r).await;
    verifica(&mut r).await;
    pagata(&mut r, &avviso).await;
    notifica_ripetuta(&mut r).await;
    let Racconto { scena, blocchi } = r;
    scena.gateway.ferma().await;
    accessi::racconta(blocchi).await.confronta("integrazione.md");
}
