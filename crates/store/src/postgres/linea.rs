//! A connection that sends many statements in one flight.
//!
//! The pool's driver waits for the answer to each statement. Here BEGIN and all the statements go
//! out together, each with its values as bound parameters, with one `Sync` at the end: the server
//! stops at the first that fails. COMMIT goes out alone, when the answers have been read.

use super::indirizzo::Indirizzo;
use crate::{Scrittura, Valore};
use bytes::{Buf as _, BufMut as _, BytesMut};
use postgres_protocol::{
    IsNull, Oid,
    authentication::{
        md5_hash,
        sasl::{ChannelBinding, SCRAM_SHA_256, ScramSha256},
    },
    message::frontend,
};
use sqlx::postgres::PgSslMode;
use std::{collections::HashMap, io};
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _},
    net::{TcpStream, UnixStream},
};

/// Statements prepared on one line before they are all forgotten. The texts are literals of the
/// program, so that this is never reached in practice.
const ISTRUZIONI_PREPARATE: usize = 1024;
/// No message of the server to us is larger: we read row counts and errors.
const MESSAGGIO_MASSIMO: usize = 16 << 20;

const INT8: Oid = 20;
const TEXT: Oid = 25;
const BYTEA: Oid = 17;

trait Flusso: AsyncRead + AsyncWrite + Send + Sync + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Sync + Unpin> Flusso for T {}

/// What the server said of a statement.
#[derive(Debug, Clone, Default)]
pub(super) struct Rifiuto {
    pub(super) codice: String,
    pub(super) vincolo: String,
    pub(super) messaggio: String,
}

/// How a flight went, when the line held.
#[derive(Debug)]
pub(super) enum Volo {
    /// Rows touched by each statement, in order.
    Righe(Vec<u64>),
    /// The statement at this place was refused: it and those after it did nothing.
    Rifiutata(usize, Rifiuto),
}

/// A literal of the program, known by where it is.
type Testo = (usize, usize);

fn posto(sql: &'static str) -> Testo {
    (sql.as_ptr().addr(), sql.len())
}

pub(super) struct Linea {
    flusso: Box<dyn Flusso>,
    letto: BytesMut,
    scritto: BytesMut,
    preparate: HashMap<Testo, String>,
    prossima: u64,
}

impl Linea {
    /// Connects and logs in. The caller bounds the time.
    pub(super) async fn apri(i: &Indirizzo) -> io::Result<Self> {
        let flusso: Box<dyn Flusso> = match &i.socket {
            Some(percorso) => Box::new(UnixStream::connect(percorso).await?),
            None => {
                let mut tcp = TcpStream::connect((i.host.as_str(), i.porta)).await?;
                tcp.set_nodelay(true)?;
                if con_tls(&mut tcp, i.tls).await? {
                    Box::new(super::tls::avvolgi(tcp, i).await?)
                } else {
                    Box::new(tcp)
                }
            }
        };
        let mut l = Self {
            flusso,
            letto: BytesMut::with_capacity(16 << 10),
            scritto: BytesMut::with_capacity(16 << 10),
            preparate: HashMap::new(),
            prossima: 0,
        };
        l.entra(i).await?;
        Ok(l)
    }

    /// Start-up message and authentication.
    async fn entra(&mut self, i: &Indirizzo) -> io::Result<()> {
        let mut parametri = vec![
            ("user", i.utente.as_str()),
            ("application_name", "govpay"),
            ("client_encoding", "UTF8"),
            ("DateStyle", "ISO"),
            ("TimeZone", "UTC"),
            ("options", i.opzioni.as_str()),
        ];
        if let Some(d) = &i.database {
            parametri.push(("database", d));
        }
        frontend::startup_message(parametri, &mut self.scritto)?;
        self.manda().await?;
        let password =
            || i.password.as_deref().map(str::as_bytes).ok_or_else(|| io::Error::other("manca la password"));
        let mut scram: Option<ScramSha256> = None;
        // SCRAM proves the server too: a login that it cuts short is none.
        let mut provato = true;
        loop {
            let (tipo, mut corpo) = self.messaggio().await?;
            match tipo {
                b'R' => match intero(&mut corpo)? {
                    0 if provato => {}
                    0 => return Err(io::Error::other("il server non ha provato chi e'")),
                    3 => frontend::password_message(password()?, &mut self.scritto)?,
                    5 => {
                        let sale = corpo.get(..4).and_then(|s| s.try_into().ok()).ok_or_else(rotto)?;
                        let impronta = md5_hash(i.utente.as_bytes(), password()?, sale);
                        frontend::password_message(impronta.as_bytes(), &mut self.scritto)?;
                    }
                    10 => {
                        if !corpo[..].split(|b| *b == 0).any(|m| m == SCRAM_SHA_256.as_bytes()) {
                            return Err(io::Error::other("autenticazione non prevista"));
                        }
                        let s = ScramSha256::new(password()?, ChannelBinding::unsupported());
                        frontend::sasl_initial_response(SCRAM_SHA_256, s.message(), &mut self.scritto)?;
                        scram = Some(s);
                        provato = false;
                    }
                    11 => {
                        let s = scram.as_mut().ok_or_else(rotto)?;
                        s.update(&corpo)?;
                        frontend::sasl_response(s.message(), &mut self.scritto)?;
                    }
                    12 => {
                        scram.as_mut().ok_or_else(rotto)?.finish(&corpo)?;
                        provato = true;
                    }
                    _ => return Err(io::Error::other("autenticazione non prevista")),
                },
                b'E' => return Err(io::Error::other(rifiuto(&corpo).codice)),
                b'Z' => return Ok(()),
                _ => {}
            }
            self.manda().await?;
        }
    }

    /// BEGIN and the statements of all the Scritture, in order. An error is a lost line. After
    /// `Rifiutata` the transaction is to be rolled back.
    pub(super) async fn vola<'a>(
        &mut self,
        scritture: impl Iterator<Item = &'a Scrittura>,
    ) -> io::Result<Volo> {
        if self.preparate.len() > ISTRUZIONI_PREPARATE {
            return Err(io::Error::other("troppe istruzioni preparate"));
        }
        let mut nuove: Vec<(Testo, String)> = Vec::new();
        self.accoda("begin", &[], &mut nuove)?;
        let mut attese = 1_usize;
        for i in scritture.flat_map(|s| &s.0) {
            self.accoda(i.sql, &i.valori, &mut nuove)?;
            attese += 1;
        }
        frontend::sync(&mut self.scritto);
        self.manda().await?;
        let mut nuove = nuove.into_iter();
        let mut righe = Vec::with_capacity(attese);
        let mut rifiutata = None;
        loop {
            let (tipo, corpo) = self.messaggio().await?;
            match tipo {
                b'1' => {
                    let (sql, nome) = nuove.next().ok_or_else(rotto)?;
                    self.preparate.insert(sql, nome);
                }
                b'C' => righe.push(righe_toccate(&corpo)),
                b'I' => righe.push(0),
                b'E' => rifiutata = rifiutata.or_else(|| Some(rifiuto(&corpo))),
                b'Z' => break,
                // Bind done, rows of a `returning`, notices.
                b'2' | b'D' | b'N' | b'S' | b'A' => {}
                _ => return Err(rotto()),
            }
        }
        match rifiutata {
            // BEGIN is the first answer.
            Some(r) => Ok(Volo::Rifiutata(righe.len().saturating_sub(1), r)),
            None if righe.len() == attese => Ok(Volo::Righe(righe.split_off(1))),
            None => Err(rotto()),
        }
    }

    /// COMMIT, ROLLBACK: whether the server did just that. An error is a lost line.
    pub(super) async fn chiudi_transazione(&mut self, comando: &str) -> io::Result<bool> {
        frontend::query(comando, &mut self.scritto)?;
        self.manda().await?;
        let mut fatto = false;
        loop {
            match self.messaggio().await? {
                // COMMIT of a failed transaction answers ROLLBACK.
                (b'C', corpo) => fatto = corpo.strip_suffix(b"\0") == Some(comando.as_bytes()),
                (b'E', corpo) => {
                    tracing::debug!(codice = rifiuto(&corpo).codice, comando, "refused by the database");
                }
                (b'Z', _) => return Ok(fatto),
                _ => {}
            }
        }
    }

    /// Says goodbye; whatever happens, the line is over.
    pub(super) async fn congeda(mut self) {
        frontend::terminate(&mut self.scritto);
        let _ = self.manda().await;
        let _ = self.flusso.shutdown().await;
    }

    /// One statement: prepared at its first use on this line, in the same flight.
    fn accoda(
        &mut self,
        sql: &'static str,
        valori: &[Valore],
        nuove: &mut Vec<(Testo, String)>,
    ) -> io::Result<()> {
        let noto = self
            .preparate
            .get(&posto(sql))
            .or_else(|| nuove.iter().find_map(|(s, n)| (*s == posto(sql)).then_some(n)))
            .cloned();
        let nome = match noto {
            Some(n) => n,
            None => {
                let n = format!("g{}", self.prossima);
                self.prossima += 1;
                frontend::parse(&n, sql, valori.iter().map(tipo), &mut self.scritto)?;
                nuove.push((posto(sql), n.clone()));
                n
            }
        };
        frontend::bind("", &nome, Some(1), valori, valore, Some(1), &mut self.scritto)
            .map_err(|_| io::Error::other("parametri non scrivibili"))?;
        frontend::execute("", 0, &mut self.scritto)
    }

    async fn manda(&mut self) -> io::Result<()> {
        if !self.scritto.is_empty() {
            self.flusso.write_all(&self.scritto).await?;
            self.flusso.flush().await?;
            self.scritto.clear();
        }
        Ok(())
    }

    /// The next message: its type and its body.
    async fn messaggio(&mut self) -> io::Result<(u8, BytesMut)> {
        loop {
            if let Some(testa) = self.letto.get(..5) {
                let (tipo, mut resto) = (testa[0], &testa[1..]);
                let lungo = usize::try_from(resto.get_u32()).map_err(io::Error::other)?;
                if !(4..=MESSAGGIO_MASSIMO).contains(&lungo) {
                    return Err(rotto());
                }
                if self.letto.len() > lungo {
                    let mut m = self.letto.split_to(lungo + 1);
                    m.advance(5);
                    return Ok((tipo, m));
                }
                self.letto.reserve(lungo + 1);
            }
            if self.flusso.read_buf(&mut self.letto).await? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
    }
}

/// A line over a stream that is there already, for the fuzz target: what the server says, nobody hears
/// what we say.
pub(super) async fn parla(i: &Indirizzo, ingresso: &[u8], volo: &[u8], s: &Scrittura) -> io::Result<Volo> {
    let detto: Vec<u8> = [ingresso, volo].concat();
    let mut l = Linea {
        flusso: Box::new(tokio::io::join(io::Cursor::new(detto), tokio::io::sink())),
        letto: BytesMut::new(),
        scritto: BytesMut::new(),
        preparate: HashMap::new(),
        prossima: 0,
    };
    l.entra(i).await?;
    l.vola([s].into_iter()).await
}

fn rotto() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "risposta del server non prevista")
}

/// Whether the server accepts TLS, asked when the mode wants it.
async fn con_tls(tcp: &mut TcpStream, modo: PgSslMode) -> io::Result<bool> {
    if matches!(modo, PgSslMode::Disable | PgSslMode::Allow) {
        return Ok(false);
    }
    let mut domanda = BytesMut::new();
    frontend::ssl_request(&mut domanda);
    tcp.write_all(&domanda).await?;
    match tcp.read_u8().await? {
        b'S' => Ok(true),
        b'N' if matches!(modo, PgSslMode::Prefer) => Ok(false),
        _ => Err(io::Error::other("il server non parla TLS")),
    }
}

fn tipo(v: &Valore) -> Oid {
    match v {
        Valore::Intero(_) => INT8,
        Valore::Testo(_) => TEXT,
        Valore::Byte(_) => BYTEA,
    }
}

type ErroreValore = Box<dyn std::error::Error + Sync + Send>;

/// Binary form: a text is its bytes.
fn valore(v: &Valore, b: &mut BytesMut) -> Result<IsNull, ErroreValore> {
    match v {
        Valore::Intero(Some(n)) => b.put_i64(*n),
        Valore::Testo(Some(t)) => b.put_slice(t.as_bytes()),
        Valore::Byte(Some(d)) => b.put_slice(d),
        Valore::Intero(None) | Valore::Testo(None) | Valore::Byte(None) => return Ok(IsNull::Yes),
    }
    Ok(IsNull::No)
}

fn intero(corpo: &mut BytesMut) -> io::Result<u32> {
    if corpo.len() < 4 { Err(rotto()) } else { Ok(corpo.get_u32()) }
}

/// The last word of the tag: `INSERT 0 1`, `UPDATE 3`; none in `CREATE TABLE`.
fn righe_toccate(corpo: &[u8]) -> u64 {
    let testo = corpo.strip_suffix(b"\0").unwrap_or(corpo);
    std::str::from_utf8(testo).ok().and_then(|t| t.rsplit(' ').next()?.parse().ok()).unwrap_or(0)
}

/// Fields of an error: a letter and a text that ends with zero, each.
fn rifiuto(corpo: &[u8]) -> Rifiuto {
    let mut r = Rifiuto::default();
    for campo in corpo.split(|b| *b == 0) {
        let Some((lettera, testo)) = campo.split_first() else { break };
        let testo = String::from_utf8_lossy(testo).into_owned();
        match lettera {
            b'C' => r.codice = testo,
            b'n' => r.vincolo = testo,
            b'M' => r.messaggio = testo,
            _ => {}
        }
    }
    r
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn le_righe_toccate_sono_l_ultima_parola() {
        assert_eq!(righe_toccate(b"INSERT 0 12\0"), 12);
        assert_eq!(righe_toccate(b"UPDATE 3\0"), 3);
        assert_eq!(righe_toccate(b"CREATE TABLE\0"), 0);
        assert_eq!(righe_toccate(b""), 0);
    }

    #[test]
    fn un_rifiuto_ha_codice_e_vincolo() {
        let r = rifiuto(b"SERROR\0C23505\0Mduplicate key\0nprove_pkey\0\0");
        assert_eq!(
            (r.codice.as_str(), r.vincolo.as_str(), r.messaggio.as_str()),
            ("23505", "prove_pkey", "duplicate key")
        );
        assert_eq!(rifiuto(b"").codice, "");
    }
}
