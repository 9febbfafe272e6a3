//! Commits of a new pendenza with one voce, grouped and not, beside pgbench with the same rows.
//!
//! `cargo run --release -p govpay-store --example commit_postgres [rounds]`. A private PostgreSQL,
//! fsync on; the rounds of the variants are interleaved, and the table shows the medians. Compare
//! the ratios: client, driver and server share the machine.
#![expect(clippy::unwrap_used, reason = "a measurement that cannot go on has failed")]

use std::{
    io::Write as _,
    process::Command,
    sync::atomic::{AtomicI64, Ordering::Relaxed},
    time::{Duration, Instant},
};
use store::{ChiaveCifratura, Impostazioni, Scrittura, Store, valori};
use testpg::{Cluster, Database, Opzioni};
use tokio::task::JoinSet;

const GIRO: Duration = Duration::from_secs(2);

const PENDENZA: &str = "insert into pendenze (id, versione, id_a2a, id_pendenza, uuid, id_dominio, id_unita, \
    id_tipo_pendenza, tipo, nome, causale, id_debitore, importo, numero_avviso, iuv, data_validita, \
    data_scadenza, data_notifica_avviso, data_promemoria_scadenza, avvisatura_inibita, direzione, \
    divisione, documento, dati, stato, anomalo, stato_pagamento, descrizione_stato, verificato, \
    importo_pagato, importo_incassato, data_pagamento, iuv_pagamento, data_caricamento, \
    data_ultimo_aggiornamento, data_ultima_modifica_aca, data_ultima_comunicazione_aca) \
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, \
    $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35, $36, $37)";
const VOCE: &str = "insert into voci (id, pendenza, indice, id_voce, importo, descrizione, id_dominio, dati, \
    stato) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
const DATI: &str = r#"{"debitore":{"tipo":"F","anagrafica":"Mario Rossi","indirizzo":"Piazza della Vittoria","cap":"00000","localita":"Roma"}}"#;
const NULLO: Option<&str> = None;
const MAI: Option<i64> = None;

/// The numbers of every variant are apart.
static PROSSIMO: AtomicI64 = AtomicI64::new(1);

fn scrittura() -> Scrittura {
    let n = PROSSIMO.fetch_add(2, Relaxed);
    let iuv = format!("{n:017}");
    let mut s = Scrittura::nuova();
    s.esattamente(
        1,
        PENDENZA,
        valori![
            n,
            0,
            "A2A-DEMO",
            format!("P-{n}"),
            format!("{n:032x}"),
            "12345678901",
            NULLO,
            "SPONTANEO",
            "DOVUTO",
            "Tassa",
            "Tassa di iscrizione 2026",
            "RSSMRA80A01H501U",
            10_000,
            format!("3{iuv}"),
            iuv,
            NULLO,
            "2026-12-31",
            NULLO,
            NULLO,
            false,
            NULLO,
            NULLO,
            NULLO,
            DATI,
            "NON_ESEGUITA",
            false,
            "NON_PAGATA",
            NULLO,
            false,
            0,
            0,
            MAI,
            NULLO,
            n,
            n,
            n,
            MAI
        ],
    );
    s.esattamente(
        1,
        VOCE,
        valori![n + 1, n, 1, "V1", 10_000, "Iscrizione", NULLO, r#"{"tipo":"entrata"}"#, "NON_ESEGUITO"],
    );
    s
}

/// The same two rows; the literals are parameters as with us, prepared once per client.
fn copione() -> String {
    let riga = format!(
        "insert into pendenze (id, versione, id_a2a, id_pendenza, uuid, id_dominio, id_tipo_pendenza, tipo, nome, \
         causale, id_debitore, importo, numero_avviso, iuv, data_scadenza, avvisatura_inibita, dati, stato, \
         anomalo, stato_pagamento, verificato, importo_pagato, importo_incassato, data_caricamento, \
         data_ultimo_aggiornamento, data_ultima_modifica_aca) values (:n, 0, 'A2A-DEMO', 'P-' || :n::bigint, \
         lpad(:n::bigint::text, 32, '0'), '12345678901', 'SPONTANEO', 'DOVUTO', 'Tassa', \
         'Tassa di iscrizione 2026', 'RSSMRA80A01H501U', 10000, '3' || lpad(:n::bigint::text, 17, '0'), \
         lpad(:n::bigint::text, 17, '0'), '2026-12-31', 0, '{DATI}', 'NON_ESEGUITA', 0, 'NON_PAGATA', 0, 0, 0, \
         :n, :n, :n);"
    );
    format!(
        "\\set n random(1000000000000, 9000000000000000)\nbegin;\n{riga}\n\
         insert into voci (id, pendenza, indice, id_voce, importo, descrizione, dati, stato) values (:n, :n, 1, \
         'V1', 10000, 'Iscrizione', '{{\"tipo\":\"entrata\"}}', 'NON_ESEGUITO');\ncommit;\n"
    )
}

async fn nostri(store: &Store, clienti: usize) -> (f64, Duration) {
    let inizio = Instant::now();
    let mut gara = JoinSet::new();
    for _ in 0..clienti {
        let store = store.clone();
        gara.spawn(async move {
            let mut tempi = Vec::new();
            while inizio.elapsed() < GIRO {
                let t = Instant::now();
                store.commit(scrittura()).await.unwrap();
                tempi.push(t.elapsed());
            }
            tempi
        });
    }
    let mut tempi = gara.join_all().await.concat();
    let durata = inizio.elapsed().as_secs_f64();
    tempi.sort_unstable();
    let quanti = f64::from(u32::try_from(tempi.len()).unwrap());
    (quanti / durata, tempi[tempi.len() * 99 / 100])
}

fn pgbench(url: &str, script: &str, clienti: usize) -> f64 {
    let c = clienti.to_string();
    let j = clienti.min(2).to_string();
    let esito = Command::new("pgbench")
        .args([
            "-n",
            "-M",
            "prepared",
            "-c",
            &c,
            "-j",
            &j,
            "-T",
            &GIRO.as_secs().to_string(),
            "-f",
            script,
            url,
        ])
        .output()
        .unwrap();
    let testo = String::from_utf8_lossy(&esito.stdout);
    let riga = testo
        .lines()
        .find(|r| r.starts_with("tps = "))
        .unwrap_or_else(|| unreachable!("{testo}{}", String::from_utf8_lossy(&esito.stderr)));
    riga["tps = ".len()..].split(' ').next().unwrap().parse().unwrap()
}

fn mediana(v: &mut [f64]) -> f64 {
    v.sort_by(f64::total_cmp);
    v[v.len() / 2]
}

#[tokio::main]
async fn main() {
    let giri: usize = std::env::args().nth(1).map_or(5, |a| a.parse().unwrap());
    let cluster = Cluster::privato(Opzioni { fsync: true, connessioni: 200 }).unwrap();
    let db = Database::nuovo(&cluster, None).await.unwrap();
    let mut script = tempfile::NamedTempFile::new().unwrap();
    script.write_all(copione().as_bytes()).unwrap();
    let script = script.path().to_str().unwrap().to_owned();
    let mut varianti = Vec::new();
    for (nome, gruppo, scrittori) in [
        ("one each", 1, 0),
        ("grouped, 1 line", 64, 1),
        ("grouped, 2 lines", 64, 2),
        ("grouped, 4 lines", 64, 4),
    ] {
        let mut imp = Impostazioni::nuove(db.url());
        imp.chiave = Some(ChiaveCifratura::da_byte(&[7; 32]).unwrap());
        (imp.gruppo, imp.scrittori) = (gruppo, scrittori);
        varianti.push((nome, Store::apri(imp).await.unwrap()));
    }
    varianti[0].1.migra().await.unwrap();
    for clienti in [1, 8, 64] {
        let mut di_pgbench = Vec::new();
        let mut di_noi = vec![Vec::new(); varianti.len()];
        let mut p99 = vec![Vec::new(); varianti.len()];
        for _ in 0..giri {
            di_pgbench.push(pgbench(db.url(), &script, clienti));
            for (i, (_, store)) in varianti.iter().enumerate() {
                let (al_secondo, coda) = nostri(store, clienti).await;
                di_noi[i].push(al_secondo);
                p99[i].push(coda.as_secs_f64() * 1e3);
            }
        }
        let base = mediana(&mut di_pgbench);
        println!("{clienti:>3} clients  {:<18} {base:>7.0}/s", "pgbench");
        for (i, (nome, _)) in varianti.iter().enumerate() {
            let m = mediana(&mut di_noi[i]);
            println!(
                "             {nome:<18} {m:>7.0}/s  {:.2}  p99 {:.1} ms",
                m / base,
                mediana(&mut p99[i])
            );
        }
    }
}
