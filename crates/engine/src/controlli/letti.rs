//! Checks that read what is stored as the product does.

use super::{Richiesta, motivo};
use domain::Importo;
use domain::avviso::{AuxDigit, Numerazione};
use domain::codici::IdStazione;
use domain::tentativo::{EsitoPagamento, Formato, StatoTentativo, Tentativo, VersioneTentativo};
use pagopa::ccp::{EsitoRicevuta, Ricevuta, leggi_ricevuta, leggi_rpt};
use std::time::UNIX_EPOCH;
use store::controlli::{Ispettore, MessaggioDaLeggere, RigaRiscossa, SerieDaControllare, Trovati};

/// A check that is not one query.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Letto {
    Schema,
    Ricevute,
    Richieste,
    Segreti,
    ContatoriIuv,
    Giornale,
}

impl Letto {
    pub(super) const PRIMA: &'static [Self] = &[Self::Schema];
    pub(super) const DOPO: &'static [Self] =
        &[Self::Ricevute, Self::Richieste, Self::Segreti, Self::ContatoriIuv, Self::Giornale];

    pub(super) const fn codice(self) -> &'static str {
        match self {
            Self::Schema => "schema",
            Self::Ricevute => "ricevute",
            Self::Richieste => "richieste",
            Self::Segreti => "segreti",
            Self::ContatoriIuv => "contatori-iuv",
            Self::Giornale => "giornale",
        }
    }

    pub(super) const fn promessa(self) -> &'static str {
        match self {
            Self::Schema => "lo schema e' quello di questo programma",
            Self::Ricevute => {
                "ogni ricevuta in archivio si legge e dice cio' che dicono tentativo e riscossioni"
            }
            Self::Richieste => "ogni richiesta in archivio si legge ed e' del suo avviso",
            Self::Segreti => "ogni segreto si decifra con la chiave configurata",
            Self::ContatoriIuv => "il prossimo numero avviso di ogni serie e' libero",
            Self::Giornale => "nessun evento aspetta in un file che la base dati lo prenda",
        }
    }

    /// `Err` says why it could not be made.
    pub(super) async fn esegui(self, i: &mut Ispettore, r: &Richiesta) -> Result<Trovati, String> {
        match self {
            Self::Schema => schema(i, r.esempi).await,
            Self::Ricevute => ricevute(i, r.esempi).await,
            Self::Richieste => richieste(i, r.esempi).await,
            Self::Segreti => segreti(i, r.esempi).await,
            Self::ContatoriIuv => contatori(i, r.esempi).await,
            Self::Giornale => giornale(r),
        }
    }
}

async fn schema(i: &mut Ispettore, quanti: usize) -> Result<Trovati, String> {
    let mut t = Trovati::default();
    for (chiave, trovato) in i.schema().await.map_err(|e| motivo(&e))? {
        t.viola(quanti, &chiave, &trovato);
    }
    Ok(t)
}

fn chiave(t: &Tentativo) -> String {
    format!("{}/{}/{}", t.dominio, t.iuv, t.ccp)
}

/// A page at a time: memory does not grow with the database.
async fn ricevute(i: &mut Ispettore, quanti: usize) -> Result<Trovati, String> {
    let mut trovati = Trovati::default();
    let (mut dopo, mut viste) = (i64::MIN, 0);
    loop {
        let pagina = i.ricevute(dopo).await.map_err(|e| motivo(&e))?;
        let (Some(prima), Some(ultima)) = (pagina.first(), pagina.last()) else { break };
        // After the attempts: of what is accepted in between nothing is said.
        let riscosse = i
            .riscossioni_dei_tentativi(prima.tentativo.id, ultima.tentativo.id)
            .await
            .map_err(|e| motivo(&e))?;
        for m in &pagina {
            viste += 1;
            if let Some(trovato) = ricevuta(m, di(&riscosse, m.tentativo.id)) {
                trovati.viola(quanti, &chiave(&m.tentativo), &trovato);
            }
        }
        dopo = ultima.tentativo.id;
    }
    trovati.esaminati = Some(viste);
    Ok(trovati)
}

/// The riscossioni of an attempt, among many in order of attempt.
fn di(riscosse: &[RigaRiscossa], tentativo: i64) -> &[RigaRiscossa] {
    let (_, dopo) = riscosse.split_at(riscosse.partition_point(|r| r.tentativo < tentativo));
    let (sue, _) = dopo.split_at(dopo.partition_point(|r| r.tentativo == tentativo));
    sue
}

/// The first thing that a stored receipt says otherwise than its attempt. What cannot be read is not
/// quoted: it holds personal data.
fn ricevuta(m: &MessaggioDaLeggere, riscosse: &[RigaRiscossa]) -> Option<String> {
    let t = &m.tentativo;
    if t.versione == VersioneTentativo::Sanp230 {
        return None;
    }
    let Some(byte) = &m.contenuto else { return Some("ricevuta che non si espande".to_owned()) };
    let Ok(invio) = leggi_ricevuta(byte) else { return Some("ricevuta che non si legge".to_owned()) };
    let r = &invio.ricevuta;
    let diverso = |nome: &str, ricevuta: &str, tentativo: &str| {
        (ricevuta != tentativo)
            .then(|| format!("{nome} della ricevuta {ricevuta}, del tentativo {tentativo}"))
    };
    diverso("dominio", r.fiscal_code.as_str(), t.dominio.as_str())
        .or_else(|| diverso("IUV", &r.creditor_reference_id, t.iuv.as_str()))
        .or_else(|| diverso("receiptId", &r.receipt_id, t.cod_msg_ricevuta.as_deref().unwrap_or_default()))
        .or_else(|| match t.stato {
            StatoTentativo::RtAccettataPa => accettata(r, t, riscosse),
            StatoTentativo::RptAttivata
            | StatoTentativo::RptAccettataNodo
            | StatoTentativo::RptRifiutataNodo
            | StatoTentativo::RptAnnullata
            | StatoTentativo::RptScaduta
            | StatoTentativo::RtRifiutataPa => None,
        })
}

fn accettata(r: &Ricevuta, t: &Tentativo, riscosse: &[RigaRiscossa]) -> Option<String> {
    let esito = match r.outcome {
        EsitoRicevuta::Ok => EsitoPagamento::Eseguito,
        EsitoRicevuta::Ko => EsitoPagamento::NonEseguito,
    };
    if esito != t.esito {
        return Some(format!("esito della ricevuta {esito}, del tentativo {}", t.esito));
    }
    if Some(r.payment_amount) != t.importo_totale_pagato {
        return Some(format!(
            "totale della ricevuta {}, del tentativo {}",
            r.payment_amount.centesimi(),
            t.importo_totale_pagato.map_or_else(|| "assente".to_owned(), |i| i.centesimi().to_string())
        ));
    }
    let righe = match r.outcome {
        EsitoRicevuta::Ok => pagate(r),
        EsitoRicevuta::Ko => Vec::new(),
    };
    // What was cashed before the receipt came keeps the amount of the flow (spec 40 7.4).
    let uguali = righe.len() == riscosse.len()
        && righe
            .iter()
            .zip(riscosse)
            .all(|((indice, importo), x)| *indice == x.indice && (x.incassata || *importo == x.importo));
    (!uguali).then(|| {
        let elenca = |mut v: Vec<String>| {
            if v.is_empty() {
                v.push("nessuna".to_owned());
            }
            v.join(" ")
        };
        format!(
            "righe della ricevuta {}, riscossioni {}",
            elenca(righe.iter().map(|(i, c)| format!("{i}:{c}")).collect()),
            elenca(riscosse.iter().map(|x| format!("{}:{}", x.indice, x.importo)).collect())
        )
    })
}

/// Position and cents of the lines that are money, by position; lines that claim one position together
/// count as they stand (see `domain::ricevuta::incassa`).
fn pagate(r: &Ricevuta) -> Vec<(i64, i64)> {
    let mut detti: Vec<i64> = r.transfers.iter().map(|t| i64::from(t.id_transfer)).collect();
    let ripetuti = (1..detti.len()).any(|n| {
        let (prima, dopo) = detti.split_at(n);
        dopo.first().is_some_and(|d| prima.contains(d))
    });
    if ripetuti {
        detti = (1..).take(detti.len()).collect();
    }
    let mut righe: Vec<(i64, i64)> = detti
        .into_iter()
        .zip(r.transfers.iter().map(|t| t.amount))
        .filter(|(_, importo)| *importo != Importo::ZERO)
        .map(|(indice, importo)| (indice, importo.centesimi()))
        .collect();
    righe.sort_unstable();
    righe
}

async fn richieste(i: &mut Ispettore, quanti: usize) -> Result<Trovati, String> {
    let mut trovati = Trovati::default();
    let (mut dopo, mut viste) = (i64::MIN, 0);
    loop {
        let pagina = i.richieste(dopo).await.map_err(|e| motivo(&e))?;
        let Some(ultima) = pagina.last() else { break };
        dopo = ultima.tentativo.id;
        for m in &pagina {
            viste += 1;
            if let Some(trovato) = richiesta(m) {
                trovati.viola(quanti, &chiave(&m.tentativo), &trovato);
            }
        }
    }
    trovati.esaminati = Some(viste);
    Ok(trovati)
}

fn richiesta(m: &MessaggioDaLeggere) -> Option<String> {
    let t = &m.tentativo;
    if t.versione.richiesta() == Formato::Sanp230 {
        return None;
    }
    let Some(byte) = &m.contenuto else { return Some("richiesta che non si espande".to_owned()) };
    let Ok((_, dati)) = leggi_rpt(byte) else { return Some("richiesta che non si legge".to_owned()) };
    if dati.creditor_reference_id != t.iuv.as_str() {
        return Some(format!("IUV della richiesta {}", dati.creditor_reference_id));
    }
    let somma: Importo = dati.transfers.iter().map(|t| t.amount).sum();
    (somma != dati.payment_amount)
        .then(|| format!("totale {}, righe {}", dati.payment_amount.centesimi(), somma.centesimi()))
}

async fn segreti(i: &mut Ispettore, quanti: usize) -> Result<Trovati, String> {
    let cifrati = i.segreti().await.map_err(|e| motivo(&e))?;
    let mut t = Trovati { esaminati: i64::try_from(cifrati.len()).ok(), ..Trovati::default() };
    let Some(chiave) = i.chiave() else {
        return if cifrati.is_empty() { Ok(t) } else { Err("manca la chiave di cifratura".to_owned()) };
    };
    for s in &cifrati {
        if chiave.decifra(&s.cifrato, &s.contesto).is_err() {
            t.viola(quanti, &s.dove, "segreto che non si decifra con questa chiave");
        }
    }
    Ok(t)
}

/// Numbers that an ente gives itself may lie further on in one of our series, and are skipped when the
/// series gets there: only the very next number says that the series has gone back.
async fn contatori(i: &mut Ispettore, quanti: usize) -> Result<Trovati, String> {
    let serie = i.serie().await.map_err(|e| motivo(&e))?;
    let mut t = Trovati { esaminati: i64::try_from(serie.len()).ok(), ..Trovati::default() };
    for s in &serie {
        let Some((dominio, iuv)) = prossimo_iuv(s) else { continue };
        if let Some(p) = i.pendenza_con_iuv(&dominio, &iuv).await.map_err(|e| motivo(&e))? {
            t.viola(quanti, &s.contatore, &format!("prossimo {}, gia' di {p}", s.prossimo));
        }
    }
    Ok(t)
}

/// Dominio and reference of the next number; `None` when the dominio numbers no notices any more, or
/// its numbers are finished.
fn prossimo_iuv(s: &SerieDaControllare) -> Option<(String, String)> {
    let (dominio, prefisso) = s.contatore.strip_prefix("iuv/")?.split_once('/')?;
    let numerazione = numerazione(s)?;
    let (_, iuv) = numerazione.genera(prefisso, s.prossimo.unsigned_abs()).ok()?;
    Some((dominio.to_owned(), iuv.as_str().to_owned()))
}

fn numerazione(s: &SerieDaControllare) -> Option<Numerazione> {
    Some(match s.aux_digit.as_deref()?.chars().next().and_then(AuxDigit::da_cifra)? {
        AuxDigit::Zero => Numerazione::Zero {
            application_code: IdStazione::fidato(s.stazione.as_deref()?).application_code(),
        },
        AuxDigit::Uno => Numerazione::Uno,
        AuxDigit::Due => Numerazione::Due,
        AuxDigit::Tre => Numerazione::Tre { segregation_code: u8::try_from(s.segregazione?).ok()? },
    })
}

fn giornale(r: &Richiesta) -> Result<Trovati, String> {
    let mut t = Trovati::default();
    let tolleranza = i64::try_from(r.tempi.tolleranza.as_micros()).unwrap_or(i64::MAX / 4);
    for file in &r.residui_del_giornale {
        let nome = file.display().to_string();
        let dati = match std::fs::metadata(file) {
            Ok(d) => d,
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => continue,
            Err(e) => return Err(format!("{nome}: {e}")),
        };
        let toccato = dati.modified().ok().and_then(|m| m.duration_since(UNIX_EPOCH).ok());
        let toccato = toccato.and_then(|d| i64::try_from(d.as_micros()).ok()).unwrap_or(0);
        if dati.len() > 0 && toccato < r.tempi.adesso.micros() - tolleranza {
            t.viola(r.esempi, &nome, &format!("{} byte di eventi in attesa", dati.len()));
        }
    }
    Ok(t)
}
