//! A Node that misbehaves: half requests, answers that it does not read, repetitions in another dress and
//! in a row, garbage. Nothing is invented, nothing is lost, and the receipt is taken once.

use crate::buste::{Difetto, attiva, con_difetto, ricevuta, rivesti};
use crate::carico::Carico;
use crate::chiamate::{APPLICAZIONI, pendenza};
use crate::grezzo::{domanda, fino_alla_fine, intera, testa};
use crate::scena::Scena;
use crate::vita::Vita;
use crate::{Base, Opzioni};
use anyhow::{Context as _, Result, bail};
use rand::Rng as _;
use rand::rngs::StdRng;
use reqwest::Method;
use serde_json::Value;
use std::time::Duration;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;

/// Cents of every pendenza here.
const CENTESIMI: i64 = 4501;
/// What stands in an answer that took the receipt.
const PRESA: &str = "outcome>OK<";
const DOPPIA: &str = "PAA_RECEIPT_DUPLICATA";

#[derive(Debug, Clone, Copy)]
enum Sgarbo {
    /// Half of the body, then nobody.
    Mezza,
    /// The headers, then nobody.
    SoloTesta,
    /// Asks for leave to send the body, and goes away.
    Annunciata,
    /// All of it, and the connection is closed before the answer.
    NonLegge,
    /// The same with a reset.
    Strappa,
    /// All of it, and nothing more will come on that side.
    MezzaChiusura,
    /// A few bytes at a time.
    AGocce,
    /// Six copies at the same time, each in its dress.
    Insieme,
    /// Two copies in one breath on one connection.
    InFila,
    /// A length that ends in the middle of the message.
    LunghezzaBugiarda,
    /// Refused first, under the id of the good one.
    Corretta,
}

const SGARBI: &[Sgarbo] = &[
    Sgarbo::Mezza,
    Sgarbo::SoloTesta,
    Sgarbo::Annunciata,
    Sgarbo::NonLegge,
    Sgarbo::Strappa,
    Sgarbo::MezzaChiusura,
    Sgarbo::AGocce,
    Sgarbo::Insieme,
    Sgarbo::InFila,
    Sgarbo::LunghezzaBugiarda,
    Sgarbo::Corretta,
];

/// What the Node knows of its receipt afterwards.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sorte {
    NonPresa,
    Presa,
    Ignota,
}

/// `opzioni.giri` times every misdemeanour and a few pieces of garbage, with a well-behaved load beside.
///
/// # Errors
/// The first broken promise.
pub async fn nodo_sgarbato(base: Base, o: &Opzioni) -> Result<String> {
    let mut scena = Scena::nuova("nodo", base, false, Duration::from_secs(20), o).await?;
    let g = scena.apri().await?;
    let c = std::sync::Arc::clone(&scena.carico);
    let lavori = c.lavora(2);
    let mut rifiutate = 0;
    for giro in 0..o.giri {
        for sgarbo in SGARBI {
            prova(&c, &g.url, *sgarbo, giro).await.with_context(|| format!("round {giro}, {sgarbo:?}"))?;
        }
        let nav = avviso(&c, &g.url, &format!("G{giro}")).await?;
        for (nome, mut byte) in spazzatura(&nav, &mut scena.caso) {
            // So that the end of the answer is the end of the connection.
            let fine = byte.windows(2).position(|w| w == b"\r\n").unwrap_or_default();
            byte.splice(fine..fine, *b"\r\nConnection: close");
            let detto = domanda(dove(&g.url), &byte).await.with_context(|| nome.clone())?;
            let codice: u16 = detto.get(9..12).and_then(|t| t.parse().ok()).unwrap_or_default();
            let giusta = match codice {
                200 => detto.contains("outcome>KO<"),
                400 | 413 | 415 | 500 => true,
                _ => false,
            };
            if !giusta || detto.contains(PRESA) || detto.contains("root:") {
                bail!("round {giro}, {nome}: {detto}");
            }
            rifiutate += 1;
        }
        c.registro().concluse.push(Vita::caricata(&format!("G{giro}"), &nav, CENTESIMI));
    }
    c.ferma(lavori).await?;
    let detto = scena.chiudi(vec![g], true).await?;
    let quanti = SGARBI.len() * usize::try_from(o.giri)?;
    Ok(format!("{base:?}: {quanti} misdemeanours, {rifiutate} pieces of garbage refused, {detto}"))
}

fn dove(url: &str) -> &str {
    url.trim_start_matches("http://")
}

/// Loads a pendenza and activates its notice, whose number it returns.
async fn avviso(c: &Carico, base: &str, id: &str) -> Result<String> {
    let (stato, testo) =
        c.chiamante.pendenza(base, APPLICAZIONI[1], id, Method::PUT, &pendenza(CENTESIMI)).await?;
    let v: Value = serde_json::from_str(&testo)?;
    let Some(nav) = v["numeroAvviso"].as_str().filter(|_| stato == 201) else {
        bail!("PUT of {id}: {stato} {testo}");
    };
    let (stato, testo) = c.chiamante.soap(base, attiva(nav)).await?;
    if stato != 200 || !testo.contains(PRESA) {
        bail!("activation of {nav}: {stato} {testo}");
    }
    Ok(nav.to_owned())
}

/// One misdemeanour on a notice of its own, then the receipt once more as it should be.
async fn prova(c: &Carico, base: &str, sgarbo: Sgarbo, giro: u32) -> Result<()> {
    let id = format!("N{giro}{sgarbo:?}");
    let nav = avviso(c, base, &id).await?;
    let buona = ricevuta(&nav, &id, CENTESIMI);
    let sorte = commetti(c, base, sgarbo, (&nav, &id), &buona).await?;
    let (stato, testo) = c.chiamante.soap(base, rivesti(&buona, u64::from(giro))).await?;
    let adesso = match (testo.contains(PRESA), testo.contains(DOPPIA)) {
        (true, false) => Sorte::NonPresa,
        (false, true) => Sorte::Presa,
        _ => bail!("the receipt of {id}: {stato} {testo}"),
    };
    if sorte != Sorte::Ignota && sorte != adesso {
        bail!("{id} was {sorte:?}, then {adesso:?}: {testo}");
    }
    c.registro().concluse.push(match sgarbo {
        Sgarbo::Corretta => Vita::corretta(&id, &nav, CENTESIMI),
        _ => Vita::pagata(&id, &nav, &id, CENTESIMI),
    });
    Ok(())
}

async fn commetti(
    c: &Carico,
    base: &str,
    sgarbo: Sgarbo,
    (nav, id): (&str, &str),
    buona: &str,
) -> Result<Sorte> {
    let tutta = intera(true, "", buona.as_bytes());
    let chiusa = intera(true, "Connection: close\r\n", buona.as_bytes());
    let meta = tutta.len() - buona.len() / 2;
    let annuncio = |altro: &str| testa(true, &format!("{altro}Content-Length: {}\r\n", buona.len()));
    let mut s = TcpStream::connect(dove(base)).await?;
    match sgarbo {
        Sgarbo::Mezza => s.write_all(tutta.get(..meta).unwrap_or_default()).await?,
        Sgarbo::SoloTesta => s.write_all(annuncio("").as_bytes()).await?,
        Sgarbo::Annunciata => {
            s.write_all(annuncio("Expect: 100-continue\r\n").as_bytes()).await?;
            tokio::time::timeout(Duration::from_secs(10), s.readable()).await??;
        }
        Sgarbo::NonLegge => {
            s.write_all(&tutta).await?;
            return Ok(Sorte::Ignota);
        }
        Sgarbo::Strappa => {
            s.set_zero_linger()?;
            s.write_all(&tutta).await?;
            return Ok(Sorte::Ignota);
        }
        Sgarbo::MezzaChiusura => {
            s.write_all(&tutta).await?;
            s.shutdown().await?;
            // Whoever closes half way may be taken for gone.
            let detto = fino_alla_fine(&mut s).await?;
            return Ok(if detto.contains(PRESA) { Sorte::Presa } else { Sorte::Ignota });
        }
        Sgarbo::AGocce => {
            s.set_nodelay(true)?;
            for pezzo in chiusa.chunks(64) {
                s.write_all(pezzo).await?;
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
            return presa(&fino_alla_fine(&mut s).await?);
        }
        Sgarbo::Insieme => {
            let copie = (0..6).map(|v| {
                let (dove, b) = (dove(base).to_owned(), rivesti(buona, v));
                let b = intera(true, "Connection: close\r\n", b.as_bytes());
                tokio::spawn(async move { domanda(&dove, &b).await })
            });
            let (mut prese, mut doppie) = (0, 0);
            for r in copie.collect::<Vec<_>>() {
                let detto = r.await??;
                prese += u32::from(detto.contains(PRESA));
                doppie += u32::from(detto.contains(DOPPIA));
            }
            if (prese, doppie) != (1, 5) {
                bail!("six copies: {prese} taken, {doppie} duplicates");
            }
            return Ok(Sorte::Presa);
        }
        Sgarbo::InFila => {
            s.write_all(&[tutta, chiusa].concat()).await?;
            let detto = fino_alla_fine(&mut s).await?;
            let (Some(prima), Some(poi)) = (detto.find(PRESA), detto.find(DOPPIA)) else {
                bail!("two in a row: {detto}");
            };
            if poi < prima {
                bail!("answers in the wrong order: {detto}");
            }
            return Ok(Sorte::Presa);
        }
        Sgarbo::LunghezzaBugiarda => {
            let mut b = testa(true, &format!("Content-Length: {}\r\n", buona.len() / 2)).into_bytes();
            b.extend(buona.as_bytes());
            s.write_all(&b).await?;
            let detto = fino_alla_fine(&mut s).await?;
            if !detto.starts_with("HTTP/1.1 500") || detto.contains(PRESA) {
                bail!("half a message as a whole one: {detto}");
            }
        }
        Sgarbo::Corretta => {
            for d in [Difetto::Somma, Difetto::Ko] {
                let (stato, t) = c.chiamante.soap(base, con_difetto(nav, id, CENTESIMI, Some(d))).await?;
                if stato != 200 || !t.contains("PAA_SEMANTICA") || !t.contains(&d.testo(CENTESIMI)) {
                    bail!("{d:?} was not refused: {stato} {t}");
                }
            }
        }
    }
    Ok(Sorte::NonPresa)
}

fn presa(detto: &str) -> Result<Sorte> {
    if detto.contains(PRESA) {
        return Ok(Sorte::Presa);
    }
    bail!("the receipt was not taken: {detto}")
}

/// Whole requests that nobody may take for a receipt, by name.
fn spazzatura(nav: &str, caso: &mut StdRng) -> Vec<(String, Vec<u8>)> {
    let buona = ricevuta(nav, "GARBAGE", CENTESIMI);
    let al_posto = |da: &str, a: &str| buona.replacen(da, a, 1).into_bytes();
    let mut casuali = vec![0_u8; 2000];
    caso.fill(casuali.as_mut_slice());
    let dtd = "<!DOCTYPE r [<!ENTITY f SYSTEM \"file:///etc/passwd\">]>";
    let mut corpi: Vec<(String, Vec<u8>)> = [
        ("nothing", Vec::new()),
        ("random bytes", casuali),
        ("zeros", vec![0; 1000]),
        ("a bracket", b"<".to_vec()),
        ("JSON", b"{\"receipt\":{}}".to_vec()),
        ("no Body", al_posto("<s:Body>", "<s:Altro>")),
        ("another operation", buona.replace("paSendRTV2Request", "paSendRTV9Request").into_bytes()),
        ("another namespace", al_posto("paForNode.xsd", "altro.xsd")),
        ("an undeclared prefix", al_posto("xmlns:p=", "xmlns:q=")),
        ("an external entity", [dtd, &buona.replacen("TARI 2026", "&f;", 1)].concat().into_bytes()),
        ("an undeclared entity", al_posto("TARI 2026", "&nulla;")),
        ("invalid UTF-8", {
            let mut b = buona.clone().into_bytes();
            let i = buona.find("TARI").unwrap_or_default();
            b.splice(i..i + 1, [0xff, 0xfe]);
            b
        }),
        ("a control character", al_posto("TARI", "TA\u{1}RI")),
        ("an amount in letters", al_posto(">45.01<", ">quarantacinque<")),
        ("an amount with an exponent", al_posto(">45.01<", ">4.501e1<")),
        ("an amount with a comma", al_posto(">45.01<", ">45,01<")),
        ("a negative amount", al_posto(">45.01<", ">-45.01<")),
        ("an endless amount", al_posto(">45.01<", &format!(">{}.00<", "9".repeat(400)))),
        ("a date that is not", al_posto("2026-03-10T", "2026-02-30T")),
        ("another outcome", al_posto("<outcome>OK<", "<outcome>BOH<")),
        ("no outcome", al_posto("<outcome>OK</outcome>", "")),
        ("two outcomes", al_posto("<outcome>OK</outcome>", "<outcome>OK</outcome><outcome>OK</outcome>")),
        ("no lines", {
            let da = buona.find("<transferList>").unwrap_or_default();
            let a = buona.find("</transferList>").unwrap_or_default();
            [buona.get(..da), buona.get(a + 15..)].into_iter().flatten().collect::<String>().into_bytes()
        }),
        ("a notice in letters", al_posto(nav, "ABCDEFGHIJKLMNOPQR")),
        ("a notice of nobody", buona.replace(nav.get(1..).unwrap_or_default(), &"9".repeat(17)).into_bytes()),
    ]
    .into_iter()
    .map(|(nome, corpo)| (nome.to_owned(), intera(true, "", &corpo)))
    .collect();
    for _ in 0..8 {
        let fin_dove = caso.random_range(1..buona.len() - 1);
        let corpo = buona.as_bytes().get(..fin_dove).unwrap_or_default();
        corpi.push((format!("cut after {fin_dove} bytes"), intera(true, "", corpo)));
    }
    corpi.push(("gzip that is not".to_owned(), intera(true, "Content-Encoding: gzip\r\n", buona.as_bytes())));
    corpi
        .push(("an unknown encoding".to_owned(), intera(true, "Content-Encoding: br\r\n", buona.as_bytes())));
    corpi
}
