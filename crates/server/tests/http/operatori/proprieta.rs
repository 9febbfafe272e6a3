//! A property of PATCH: whatever the operations, either all of them are done, one after the other, or
//! none. Random sequences against a model of their own, through HTTP.

use super::{A, B, acl, minimo, op, pronta, salva};
use rand::rngs::StdRng;
use rand::seq::IndexedRandom as _;
use rand::{Rng as _, SeedableRng as _};
use rstest::rstest;
use serde_json::{Value, json};
use testkit::Backend;

/// Scope and rights as plain texts.
#[derive(Clone, Default, PartialEq, Debug)]
struct Modello {
    domini: Vec<String>,
    tipi: Vec<String>,
    acl: Vec<(String, String)>,
}

const SERVIZI: [&str; 3] = ["Pendenze", "Pagamenti", "Giornale degli Eventi"];

impl Modello {
    /// What the answer should be, by the table of spec 10 5.7.
    fn fai(&mut self, o: &Value) -> u16 {
        let aggiunge = match o["op"].as_str() {
            Some("ADD") => true,
            Some("DELETE") => false,
            _ => return 400,
        };
        let lista = match o["path"].as_str() {
            Some("/acl") => return self.fai_acl(aggiunge, &o["value"]),
            Some("/domini") => &mut self.domini,
            Some("/tipiPendenza") => &mut self.tipi,
            _ => return 400,
        };
        let Some(v) = o["value"].as_str() else { return 400 };
        if v.contains(' ') {
            return 400;
        }
        match (v, aggiunge) {
            ("*", true) => *lista = vec!["*".to_owned()],
            ("*", false) => lista.clear(),
            _ if lista.iter().any(|x| x == "*") => {}
            (_, true) => {
                if !lista.iter().any(|x| x == v) {
                    lista.push(v.to_owned());
                }
            }
            (_, false) => lista.retain(|x| x != v),
        }
        200
    }

    fn fai_acl(&mut self, aggiunge: bool, v: &Value) -> u16 {
        let Some(s) = v["servizio"].as_str() else { return 400 };
        let posto = self.acl.iter().position(|(x, _)| x == s);
        match (aggiunge, posto) {
            (true, Some(i)) => self.acl[i].1 = v["autorizzazioni"].to_string(),
            (true, None) => self.acl.push((s.to_owned(), v["autorizzazioni"].to_string())),
            (false, Some(i)) => {
                self.acl.remove(i);
            }
            (false, None) => return 400,
        }
        200
    }

    /// References are looked at when all has been done.
    fn ignoti(&self) -> bool {
        self.domini.iter().any(|d| d.starts_with('9')) || self.tipi.iter().any(|t| t == "IGNOTO")
    }

    fn letto(v: &Value) -> Self {
        let testi = |lista: &str, membro: &str| {
            let righe = v[lista].as_array().into_iter().flatten();
            righe.map(|r| r[membro].as_str().unwrap_or_default().to_owned()).collect()
        };
        let acl = v["acl"].as_array().into_iter().flatten();
        Self {
            domini: testi("domini", "idDominio"),
            tipi: testi("tipiPendenza", "idTipoPendenza"),
            acl: acl
                .map(|a| {
                    (a["servizio"].as_str().unwrap_or_default().to_owned(), a["autorizzazioni"].to_string())
                })
                .collect(),
        }
    }
}

fn operazione(caso: &mut StdRng) -> Value {
    let verbo = *["ADD", "ADD", "ADD", "DELETE", "DELETE"].choose(caso).expect("un verbo");
    match caso.random_range(0..48) {
        0 => op("REPLACE", "/domini", json!(A)),
        1 => op(verbo, "/altro", json!(A)),
        2 => op(verbo, "/domini", json!("non valido")),
        3 => op(verbo, "/tipiPendenza", json!({})),
        4 | 40..=43 => op("ADD", "/domini", json!("99999999999")),
        5 | 44..=47 => op("ADD", "/tipiPendenza", json!("IGNOTO")),
        6..=16 => {
            let v = ["*", A, A, B, B].choose(caso).expect("un dominio");
            op(verbo, "/domini", json!(v))
        }
        17..=27 => {
            let v = ["*", "TARI", "TARI", "IMU", "IMU"].choose(caso).expect("un tipo");
            op(verbo, "/tipiPendenza", json!(v))
        }
        _ => {
            let s = SERVIZI.choose(caso).expect("un servizio");
            let lettere: &[&str] = [&["R"][..], &["W"], &["R", "W"]].choose(caso).expect("lettere");
            op(verbo, "/acl", acl(s, lettere))
        }
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn una_patch_e_tutta_o_niente(
    #[values(Backend::Lite, Backend::Pg)] backend: Backend,
    #[values("/operatori/mario", "/applicazioni/APP")] percorso: &str,
) {
    let app = pronta(backend).await;
    let bo = app.backoffice();
    let nuova = if percorso.starts_with("/op") { minimo() } else { json!({"principal": "app"}) };
    salva(&bo, percorso, &nuova, 201).await;
    let mut caso = StdRng::seed_from_u64(20_261_121);
    let mut vero = Modello::default();
    let mut stati = [0_u32; 3];
    for giro in 0..150 {
        let quante = caso.random_range(0..7);
        let operazioni: Vec<Value> = (0..quante).map(|_| operazione(&mut caso)).collect();
        let mut provato = vero.clone();
        // What can be told from the body alone comes first, whatever the state.
        let sintassi = operazioni.iter().any(|o| {
            let mut pieno = Modello {
                acl: SERVIZI.map(|s| (s.to_owned(), String::new())).to_vec(),
                ..Modello::default()
            };
            pieno.fai(o) != 200
        });
        let atteso = if sintassi || operazioni.iter().any(|o| provato.fai(o) != 200) {
            400
        } else if provato.ignoti() {
            422
        } else {
            vero = provato;
            200
        };
        let r = bo.patch(percorso, &json!(operazioni)).await;
        assert_eq!(r.stato(), atteso, "giro {giro}: {operazioni:?} {}", r.testo());
        let letto = bo.get(percorso).await.con_stato(200).json();
        assert_eq!(Modello::letto(&letto), vero, "giro {giro}: {operazioni:?}");
        stati[usize::from(atteso != 200) + usize::from(atteso == 422)] += 1;
    }
    assert!(stati.iter().all(|n| *n > 5), "casi di ogni specie: {stati:?}");
}
