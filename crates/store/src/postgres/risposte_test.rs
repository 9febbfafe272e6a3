//! A server that says anything, or stops in the middle: a line is opened or refused, a flight ends or the
//! line is lost. Never a panic, never a wait for what does not come.

use crate::Scrittura;
use crate::postgres::{
    indirizzo::Indirizzo,
    linea::{Linea, Volo},
};
use proptest::prelude::*;
use sqlx::postgres::PgConnectOptions;
use std::{
    io::{self, Read as _, Write as _},
    net::{Shutdown, TcpListener},
    str::FromStr as _,
    time::Duration,
};

/// A message of the server.
fn m(tipo: u8, corpo: &[u8]) -> Vec<u8> {
    let lungo = u32::try_from(corpo.len() + 4).unwrap().to_be_bytes();
    [&[tipo], &lungo[..], corpo].concat()
}

/// A request for authentication.
fn r(codice: u32, resto: &[u8]) -> Vec<u8> {
    m(b'R', &[&codice.to_be_bytes()[..], resto].concat())
}

/// Answers each thing it hears with the next of `risposte`, then closes. Where it listens.
fn server(risposte: Vec<Vec<u8>>) -> u16 {
    let ascolto = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let porta = ascolto.local_addr().unwrap().port();
    std::thread::spawn(move || {
        let Ok((mut c, _)) = ascolto.accept() else { return };
        let _ = c.set_read_timeout(Some(Duration::from_secs(5)));
        for risposta in risposte {
            if !matches!(c.read(&mut [0; 4096]), Ok(1..)) || c.write_all(&risposta).is_err() {
                return;
            }
        }
        // What is still on its way is read, or the close would throw our answers away.
        let _ = c.shutdown(Shutdown::Write);
        let _ = c.set_read_timeout(Some(Duration::from_millis(100)));
        while matches!(c.read(&mut [0; 4096]), Ok(1..)) {}
    });
    porta
}

async fn apri(sslmode: &str, risposte: Vec<Vec<u8>>) -> io::Result<Linea> {
    let url = format!("postgres://u:p@127.0.0.1:{}/d?sslmode={sslmode}", server(risposte));
    let base = PgConnectOptions::from_str(&url).unwrap();
    let i = Indirizzo::nuovo(&url, &base, "", Duration::from_secs(5));
    tokio::time::timeout(Duration::from_secs(10), Linea::apri(&i)).await.unwrap()
}

#[tokio::test]
async fn un_server_che_si_interrompe_all_ingresso() {
    let scram = || r(10, b"SCRAM-SHA-256-PLUS\0SCRAM-SHA-256\0\0");
    for (caso, sslmode, risposte) in [
        ("closed at once", "disable", vec![]),
        ("closed before TLS", "require", vec![]),
        ("no TLS", "require", vec![b"N".to_vec()]),
        ("an error in place of TLS", "prefer", vec![m(b'E', b"SFATAL\0C53300\0\0")]),
        ("TLS, then closed", "prefer", vec![b"S".to_vec()]),
        ("TLS, then something else", "prefer", vec![b"S".to_vec(), m(b'R', &[0; 4])]),
        ("no TLS, then closed", "prefer", vec![b"N".to_vec()]),
        ("half a message", "disable", vec![b"R\0\0".to_vec()]),
        ("half a body", "disable", vec![b"R\0\0\0\x08\0\0".to_vec()]),
        ("a length too short", "disable", vec![b"R\0\0\0\x03".to_vec()]),
        ("a length past the bound", "disable", vec![b"R\x7f\xff\xff\xff".to_vec()]),
        ("a negative length", "disable", vec![b"R\xff\xff\xff\xff".to_vec()]),
        ("no code", "disable", vec![m(b'R', b"")]),
        ("an authentication nobody knows", "disable", vec![r(7, b"")]),
        ("only channel binding", "disable", vec![r(10, b"SCRAM-SHA-256-PLUS\0\0")]),
        ("no mechanism", "disable", vec![r(10, b"")]),
        ("a short salt", "disable", vec![r(5, b"abc")]),
        ("SCRAM goes on without a start", "disable", vec![r(11, b"r=x,s=eA==,i=1")]),
        ("SCRAM ends without a start", "disable", vec![r(12, b"v=eA==")]),
        ("SCRAM, then closed", "disable", vec![scram()]),
        ("SCRAM cut short", "disable", vec![scram(), [r(0, b""), m(b'Z', b"I")].concat()]),
        ("a nonce of somebody else", "disable", vec![scram(), r(11, b"r=x,s=eA==,i=1")]),
        ("SCRAM that makes no sense", "disable", vec![scram(), r(11, b"\xff\0")]),
        ("SCRAM that ends too early", "disable", vec![scram(), r(12, b"v=eA==")]),
        ("refused", "disable", vec![m(b'E', b"SFATAL\0C28000\0Mno\0\0")]),
        ("in, then closed", "disable", vec![r(0, b"")]),
    ] {
        let esito = apri(sslmode, risposte).await;
        assert!(esito.is_err(), "{caso}");
    }
    let dentro = apri("disable", vec![[r(0, b""), m(b'S', b"a\0b\0"), m(b'Z', b"I")].concat()]).await;
    assert!(dentro.is_ok(), "{:?}", dentro.err());
}

fn una() -> Scrittura {
    let mut s = Scrittura::default();
    s.esegui("update t set x = 1", vec![]);
    s
}

async fn volo(risposta: Vec<u8>) -> io::Result<Volo> {
    let ingresso = [r(0, b""), m(b'Z', b"I")].concat();
    let mut l = apri("disable", vec![ingresso, risposta]).await.unwrap();
    tokio::time::timeout(Duration::from_secs(10), l.vola([&una()].into_iter())).await.unwrap()
}

#[tokio::test]
async fn un_server_che_si_interrompe_a_meta_di_un_volo() {
    let fatto = |etichetta: &[u8]| m(b'C', &[etichetta, b"\0"].concat());
    let pronto = m(b'Z', b"T");
    let preparata = || [m(b'1', b""), m(b'2', b"")].concat();
    let buona = [preparata(), fatto(b"BEGIN"), preparata(), fatto(b"UPDATE 3"), pronto.clone()].concat();
    assert!(matches!(volo(buona.clone()).await, Ok(Volo::Righe(r)) if r == [3]));
    for n in 0..buona.len() {
        let esito = volo(buona[..n].to_vec()).await;
        assert!(esito.is_err(), "{n} bytes: {esito:?}");
    }
    for (caso, risposta) in [
        ("one answer missing", [preparata(), fatto(b"BEGIN"), pronto.clone()].concat()),
        ("one too many", [fatto(b"BEGIN"), fatto(b"UPDATE 1"), fatto(b"UPDATE 1"), pronto.clone()].concat()),
        ("more prepared than asked", [m(b'1', b""), m(b'1', b""), m(b'1', b""), pronto.clone()].concat()),
        ("a message nobody asked for", m(b'G', b"")),
    ] {
        let esito = volo(risposta).await;
        assert!(esito.is_err(), "{caso}: {esito:?}");
    }
    let no = [preparata(), fatto(b"BEGIN"), m(b'E', b"C23505\0nuna\0\0"), pronto].concat();
    assert!(matches!(volo(no).await, Ok(Volo::Rifiutata(0, r)) if r.vincolo == "una"));
}

/// Only an answer that says just that is a commit.
#[tokio::test]
async fn solo_la_risposta_del_commit_e_un_commit() {
    let ingresso = || [r(0, b""), m(b'Z', b"I")].concat();
    for (risposta, atteso) in [
        ([m(b'C', b"COMMIT\0"), m(b'Z', b"I")].concat(), Some(true)),
        ([m(b'C', b"ROLLBACK\0"), m(b'Z', b"I")].concat(), Some(false)),
        ([m(b'C', b"COMMIT PREPARED\0"), m(b'Z', b"I")].concat(), Some(false)),
        ([m(b'C', b"COMMIT"), m(b'Z', b"I")].concat(), Some(false)),
        ([m(b'E', b"C40001\0\0"), m(b'Z', b"I")].concat(), Some(false)),
        (m(b'Z', b"I"), Some(false)),
        (m(b'C', b"COMMIT\0"), None),
        (Vec::new(), None),
    ] {
        let mut l = apri("disable", vec![ingresso(), risposta.clone()]).await.unwrap();
        let esito =
            tokio::time::timeout(Duration::from_secs(10), l.chiudi_transazione("COMMIT")).await.unwrap();
        assert_eq!(esito.ok(), atteso, "{risposta:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Any bytes, among the messages a server may send.
    #[test]
    fn nessuna_risposta_la_ferma(
        messaggi in prop::collection::vec((prop::sample::select(&b"RECZ12DTNSI"[..]), prop::collection::vec(any::<u8>(), 0..12)), 0..6),
        coda in prop::collection::vec(any::<u8>(), 0..20),
        codice in prop::sample::select(vec![0_u32, 3, 5, 10, 11, 12, 99]),
    ) {
        let tutto: Vec<u8> = messaggi.iter().flat_map(|(t, c)| m(*t, c)).chain(coda).collect();
        let rt = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        rt.block_on(async {
            let _ = apri("disable", vec![[r(codice, b"SCRAM-SHA-256\0\0"), tutto.clone()].concat(), tutto.clone()]).await;
            // BEGIN and one statement cannot both be answered by noise.
            if let Ok(Volo::Righe(righe)) = volo(tutto).await {
                assert_eq!(righe.len(), 1);
            }
        });
    }
}
