//! The giornale degli eventi (spec 60 section 5). Headers and payloads are compressed apart from the
//! rows that lists read.

use crate::interrogazione::prima_le_chiavi;
use crate::{
    DaRiga, Dialetto, Interrogazione, Riga, Scrittura, Store, StoreError, Valore, compressione, valori,
};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::Istante;
use domain::evento::{
    CategoriaEvento, ChiaviEvento, Componente, DatiPagoPA, EsitoEvento, Evento, Messaggio, RuoloEvento,
};
use serde_json::{Map, Value, json};
use std::sync::LazyLock;

/// Columns of an insert into `eventi`.
const COLONNE: usize = 21;

macro_rules! colonne {
    () => {
        "e.id, e.componente, e.categoria, e.ruolo, e.tipo, e.sottotipo, e.esito, e.sottotipo_esito, \
         e.dettaglio_esito, e.data, e.durata, e.id_dominio, e.iuv, e.ccp, e.id_a2a, e.id_pendenza, \
         e.id_pagamento, e.severita, e.cluster, e.transazione, e.dati"
    };
}

/// Inserts of several rows at once, by size: each text is made once and lives as long as the program,
/// because a [`Scrittura`] takes literals only.
struct Inserimenti {
    righe: usize,
    eventi: &'static str,
    messaggi: &'static str,
}

static INSERIMENTI: LazyLock<[Inserimenti; 3]> = LazyLock::new(|| {
    [64, 8, 1].map(|righe| Inserimenti {
        righe,
        eventi: inserimento(
            "insert into eventi (id, componente, categoria, ruolo, tipo, sottotipo, esito, sottotipo_esito, \
             dettaglio_esito, data, durata, id_dominio, iuv, ccp, id_a2a, id_pendenza, id_pagamento, severita, \
             cluster, transazione, dati) values ",
            "id",
            COLONNE,
            righe,
        ),
        messaggi: inserimento(
            "insert into eventi_messaggi (evento, richiesta, risposta) values ",
            "evento",
            3,
            righe,
        ),
    })
});

fn inserimento(testa: &str, chiave: &str, colonne: usize, righe: usize) -> &'static str {
    let mut sql = testa.to_owned();
    for r in 0..righe {
        let parametri: Vec<String> = (1..=colonne).map(|c| format!("${}", r * colonne + c)).collect();
        sql.push_str(if r == 0 { "(" } else { ", (" });
        sql.push_str(&parametri.join(", "));
        sql.push(')');
    }
    sql.push_str(" on conflict (");
    sql.push_str(chiave);
    sql.push_str(") do nothing");
    String::leak(sql)
}

/// Filters of GET /eventi; absent ones let everything through.
#[derive(Debug, Clone, Default)]
pub struct FiltroEventi {
    /// (idDominio, iuv): also the events of its pendenza, which are given in `pendenza_di_iuv`.
    pub iuv: Option<(String, String)>,
    /// The pendenza to which `iuv` belongs: its events count too.
    pub pendenza_di_iuv: Option<(String, String)>,
    /// (idA2A, idPendenza): also the events of its payments, whose reference is in `iuv_di_pendenza`.
    pub pendenza: Option<(String, String)>,
    /// The (idDominio, iuv) of `pendenza`: its events count too.
    pub iuv_di_pendenza: Option<(String, String)>,
    /// idDominio alone.
    pub dominio: Option<String>,
    /// iuv alone.
    pub solo_iuv: Option<String>,
    /// idA2A alone.
    pub id_a2a: Option<String>,
    /// idPendenza alone.
    pub id_pendenza: Option<String>,
    /// ccp.
    pub ccp: Option<String>,
    /// idPagamento.
    pub id_pagamento: Option<String>,
    /// Outcome.
    pub esito: Option<EsitoEvento>,
    /// Started at or after.
    pub da: Option<Istante>,
    /// Started at or before.
    pub a: Option<Istante>,
    /// Kind.
    pub categoria: Option<CategoriaEvento>,
    /// Operation, whatever the case of its letters.
    pub tipo: Option<String>,
    /// Sub-kind, whatever the case of its letters.
    pub sottotipo: Option<String>,
    /// Interface.
    pub componente: Option<Componente>,
    /// Direction.
    pub ruolo: Option<RuoloEvento>,
    /// Severity at least.
    pub severita_da: Option<i64>,
    /// Severity at most.
    pub severita_a: Option<i64>,
    /// Only of these domini, and none without dominio: the scope of the caller.
    pub domini: Option<Vec<String>>,
}

impl FiltroEventi {
    /// What is rare has an index of its own: its condition is said here again, word for word as in
    /// the migration, because a parameter does not prove it.
    fn dove(&self, q: &mut Interrogazione) {
        q.testo(" where 1 = 1");
        for (diretto, altro, per_iuv) in
            [(&self.iuv, &self.pendenza_di_iuv, true), (&self.pendenza, &self.iuv_di_pendenza, false)]
        {
            let Some(chiave) = diretto else { continue };
            q.testo(" and (");
            coppia(q, chiave, per_iuv);
            if let Some(chiave) = altro {
                q.testo(" or ");
                coppia(q, chiave, !per_iuv);
            }
            q.testo(")");
        }
        q.se(" and e.id_dominio = ", self.dominio.as_deref());
        q.se(" and e.iuv = ", self.solo_iuv.as_deref());
        q.se(" and e.id_a2a = ", self.id_a2a.as_deref());
        q.se(" and e.id_pendenza = ", self.id_pendenza.as_deref());
        q.se(" and e.ccp = ", self.ccp.as_deref());
        q.se(" and e.id_pagamento = ", self.id_pagamento.as_deref());
        q.se(" and e.esito = ", self.esito.map(EsitoEvento::as_str));
        if self.esito.is_some_and(|e| e != EsitoEvento::Ok) {
            q.testo(" and e.esito <> 'OK'");
        }
        q.se(" and e.data >= ", self.da);
        q.se(" and e.data <= ", self.a);
        q.se(" and e.categoria = ", self.categoria.map(CategoriaEvento::as_str));
        if self.categoria.is_some_and(|c| c != CategoriaEvento::Interfaccia) {
            q.testo(" and e.categoria <> 'INTERFACCIA'");
        }
        q.se(" and lower(e.tipo) = ", self.tipo.as_ref().map(|t| t.to_lowercase()));
        q.se(" and lower(e.sottotipo) = ", self.sottotipo.as_ref().map(|t| t.to_lowercase()));
        q.se(" and e.componente = ", self.componente.map(Componente::as_str));
        q.se(" and e.ruolo = ", self.ruolo.map(RuoloEvento::as_str));
        if self.ruolo.is_some_and(|r| r != RuoloEvento::Server) {
            q.testo(" and e.ruolo <> 'SERVER'");
        }
        q.se(" and e.severita >= ", self.severita_da);
        q.se(" and e.severita <= ", self.severita_a);
        if let Some(d) = &self.domini {
            q.testo(" and e.id_dominio").uno_di(d.iter());
        }
    }
}

fn coppia(q: &mut Interrogazione, (prima, seconda): &(String, String), per_iuv: bool) {
    let (a, b) = if per_iuv {
        ("(e.id_dominio = ", " and e.iuv = ")
    } else {
        ("(e.id_a2a = ", " and e.id_pendenza = ")
    };
    q.testo(a).valore(prima).testo(b).valore(seconda).testo(")");
}

/// An event as a row: the messages only if they were asked.
struct RigaEvento(Evento);

impl DaRiga for RigaEvento {
    fn da_riga(r: &Riga<'_>) -> Result<Self, StoreError> {
        let rotto = |_| StoreError::Rotto("eventi.dati non leggibile".to_owned());
        let dati: Value = serde_json::from_str(&r.testo("dati")?).map_err(rotto)?;
        let pagopa = pagopa_da(&dati);
        Ok(Self(Evento {
            id: r.intero("id")?,
            componente: r.letto("componente", Componente::leggi)?,
            categoria: r.letto("categoria", CategoriaEvento::leggi)?,
            ruolo: r.letto("ruolo", RuoloEvento::leggi)?,
            tipo: r.testo("tipo")?,
            sottotipo: r.testo_opt("sottotipo")?,
            esito: r.letto("esito", EsitoEvento::leggi)?,
            sottotipo_esito: r.testo_opt("sottotipo_esito")?,
            dettaglio_esito: r.testo_opt("dettaglio_esito")?,
            data: r.istante("data")?,
            durata_millis: r.intero("durata")?,
            chiavi: ChiaviEvento {
                dominio: r.testo_opt("id_dominio")?,
                iuv: r.testo_opt("iuv")?,
                ccp: r.testo_opt("ccp")?,
                id_a2a: r.testo_opt("id_a2a")?,
                id_pendenza: r.testo_opt("id_pendenza")?,
                id_pagamento: r.testo_opt("id_pagamento")?,
            },
            pagopa,
            severita: r.intero_opt("severita")?,
            cluster: r.testo("cluster")?,
            transazione: r.testo("transazione")?,
            principal: testo(&dati, "principal"),
            utente: testo(&dati, "utente"),
            url: testo(&dati, "url"),
            metodo: testo(&dati, "metodo"),
            stato_http: dati.get("stato").and_then(Value::as_i64),
            richiesta: messaggio(r.byte_opt("richiesta")?)?,
            risposta: messaggio(r.byte_opt("risposta")?)?,
        }))
    }
}

fn testo(v: &Value, k: &str) -> Option<String> {
    v.get(k).and_then(Value::as_str).map(str::to_owned)
}

fn pagopa_da(dati: &Value) -> Option<DatiPagoPA> {
    dati.get("pagopa").map(|p| DatiPagoPA {
        psp: testo(p, "psp"),
        canale: testo(p, "canale"),
        intermediario_psp: testo(p, "intermediarioPsp"),
        tipo_versamento: testo(p, "tipoVersamento"),
        modello_pagamento: testo(p, "modelloPagamento"),
        dominio: testo(p, "dominio"),
        intermediario: testo(p, "intermediario"),
        stazione: testo(p, "stazione"),
    })
}

fn dati_json(e: &Evento) -> Map<String, Value> {
    let mut m = Map::new();
    let mut metti = |k: &str, v: Option<&str>| {
        if let Some(v) = v {
            m.insert(k.to_owned(), v.into());
        }
    };
    metti("principal", e.principal.as_deref());
    metti("utente", e.utente.as_deref());
    metti("url", e.url.as_deref());
    metti("metodo", e.metodo.as_deref());
    if let Some(s) = e.stato_http {
        m.insert("stato".to_owned(), s.into());
    }
    if let Some(p) = &e.pagopa {
        let mut o = Map::new();
        for (k, v) in [
            ("psp", &p.psp),
            ("canale", &p.canale),
            ("intermediarioPsp", &p.intermediario_psp),
            ("tipoVersamento", &p.tipo_versamento),
            ("modelloPagamento", &p.modello_pagamento),
            ("dominio", &p.dominio),
            ("intermediario", &p.intermediario),
            ("stazione", &p.stazione),
        ] {
            if let Some(v) = v {
                o.insert(k.to_owned(), v.as_str().into());
            }
        }
        m.insert("pagopa".to_owned(), o.into());
    }
    m
}

fn messaggio_json(m: &Messaggio) -> Value {
    json!({
        "data": m.data.map(Istante::micros),
        "intestazioni": m.intestazioni.iter().map(|(n, v)| json!([n, v])).collect::<Vec<_>>(),
        "corpo": m.corpo.as_ref().map(|c| STANDARD.encode(c)),
    })
}

fn comprimi(m: &Messaggio) -> Vec<u8> {
    compressione::comprimi(messaggio_json(m).to_string().as_bytes())
}

fn messaggio(byte: Option<Vec<u8>>) -> Result<Option<Messaggio>, StoreError> {
    let Some(byte) = byte else { return Ok(None) };
    let rotto = || StoreError::Rotto("eventi_messaggi non leggibile".to_owned());
    let v: Value = serde_json::from_slice(&compressione::espandi(&byte)?).map_err(|_| rotto())?;
    messaggio_da(&v).ok_or_else(rotto).map(Some)
}

fn messaggio_da(v: &Value) -> Option<Messaggio> {
    let intestazioni = v
        .get("intestazioni")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(|c| Some((c.get(0)?.as_str()?.to_owned(), c.get(1)?.as_str()?.to_owned())))
        .collect();
    let corpo = match v.get("corpo").and_then(Value::as_str) {
        Some(c) => Some(STANDARD.decode(c).ok()?),
        None => None,
    };
    let data = v.get("data").and_then(Value::as_i64).map(Istante::da_micros);
    Some(Messaggio { data, intestazioni, corpo })
}

/// Writes an event in the same commit as what it tells. Its id comes from
/// [`Store::nuovi_id_eventi`]; an event that is already there is left as it is.
pub fn annota(s: &mut Scrittura, e: &Evento) {
    let [.., singolo] = &*INSERIMENTI;
    let mut riga = Vec::with_capacity(COLONNE);
    valori_evento(&mut riga, e);
    s.esegui(singolo.eventi, riga);
    s.esegui(
        singolo.messaggi,
        valori![e.id, e.richiesta.as_ref().map(comprimi), e.risposta.as_ref().map(comprimi)],
    );
}

/// An event as one line of text, for the file where events wait when the database is away.
#[must_use]
pub fn in_riga(e: &Evento) -> String {
    let mut m = dati_json(e);
    let mut metti = |k: &str, v: Value| {
        if !v.is_null() {
            m.insert(k.to_owned(), v);
        }
    };
    metti("id", e.id.into());
    metti("componente", e.componente.as_str().into());
    metti("categoria", e.categoria.as_str().into());
    metti("ruolo", e.ruolo.as_str().into());
    metti("tipo", e.tipo.as_str().into());
    metti("sottotipo", e.sottotipo.as_deref().into());
    metti("esito", e.esito.as_str().into());
    metti("sottotipoEsito", e.sottotipo_esito.as_deref().into());
    metti("dettaglioEsito", e.dettaglio_esito.as_deref().into());
    metti("data", e.data.micros().into());
    metti("durata", e.durata_millis.into());
    metti("idDominio", e.chiavi.dominio.as_deref().into());
    metti("iuv", e.chiavi.iuv.as_deref().into());
    metti("ccp", e.chiavi.ccp.as_deref().into());
    metti("idA2A", e.chiavi.id_a2a.as_deref().into());
    metti("idPendenza", e.chiavi.id_pendenza.as_deref().into());
    metti("idPagamento", e.chiavi.id_pagamento.as_deref().into());
    metti("severita", e.severita.into());
    metti("cluster", e.cluster.as_str().into());
    metti("transazione", e.transazione.as_str().into());
    metti("richiesta", e.richiesta.as_ref().map_or(Value::Null, messaggio_json));
    metti("risposta", e.risposta.as_ref().map_or(Value::Null, messaggio_json));
    Value::Object(m).to_string()
}

/// The event of a line made by [`in_riga`]; `None` for a line that was cut.
#[must_use]
pub fn da_riga(riga: &str) -> Option<Evento> {
    let v: Value = serde_json::from_str(riga).ok()?;
    let numero = |k: &str| v.get(k).and_then(Value::as_i64);
    Some(Evento {
        id: numero("id")?,
        componente: Componente::leggi(&testo(&v, "componente")?)?,
        categoria: CategoriaEvento::leggi(&testo(&v, "categoria")?)?,
        ruolo: RuoloEvento::leggi(&testo(&v, "ruolo")?)?,
        tipo: testo(&v, "tipo")?,
        sottotipo: testo(&v, "sottotipo"),
        esito: EsitoEvento::leggi(&testo(&v, "esito")?)?,
        sottotipo_esito: testo(&v, "sottotipoEsito"),
        dettaglio_esito: testo(&v, "dettaglioEsito"),
        data: Istante::da_micros(numero("data")?),
        durata_millis: numero("durata")?,
        chiavi: ChiaviEvento {
            dominio: testo(&v, "idDominio"),
            iuv: testo(&v, "iuv"),
            ccp: testo(&v, "ccp"),
            id_a2a: testo(&v, "idA2A"),
            id_pendenza: testo(&v, "idPendenza"),
            id_pagamento: testo(&v, "idPagamento"),
        },
        pagopa: pagopa_da(&v),
        severita: numero("severita"),
        cluster: testo(&v, "cluster")?,
        transazione: testo(&v, "transazione")?,
        principal: testo(&v, "principal"),
        utente: testo(&v, "utente"),
        url: testo(&v, "url"),
        metodo: testo(&v, "metodo"),
        stato_http: numero("stato"),
        richiesta: v.get("richiesta").and_then(messaggio_da),
        risposta: v.get("risposta").and_then(messaggio_da),
    })
}

/// A text that both databases accept: PostgreSQL has no NUL.
fn pulito(t: Option<&String>) -> Option<String> {
    t.map(|t| if t.contains('\0') { t.replace('\0', "\u{fffd}") } else { t.clone() })
}

/// Longest key: none of ours is longer, and what a caller puts in a path must fit in an index.
const CHIAVE_MASSIMA: usize = 255;

/// A key of an event: whatever came in its place, cut.
fn chiave(t: Option<&String>) -> Option<String> {
    pulito(t).map(|mut t| {
        if let Some((fine, _)) = t.char_indices().nth(CHIAVE_MASSIMA) {
            t.truncate(fine);
        }
        t
    })
}

fn valori_evento(v: &mut Vec<Valore>, e: &Evento) {
    v.extend(valori![
        e.id,
        e.componente.as_str(),
        e.categoria.as_str(),
        e.ruolo.as_str(),
        &e.tipo,
        pulito(e.sottotipo.as_ref()),
        e.esito.as_str(),
        pulito(e.sottotipo_esito.as_ref()),
        pulito(e.dettaglio_esito.as_ref()),
        e.data,
        e.durata_millis,
        chiave(e.chiavi.dominio.as_ref()),
        chiave(e.chiavi.iuv.as_ref()),
        chiave(e.chiavi.ccp.as_ref()),
        chiave(e.chiavi.id_a2a.as_ref()),
        chiave(e.chiavi.id_pendenza.as_ref()),
        chiave(e.chiavi.id_pagamento.as_ref()),
        e.severita,
        &e.cluster,
        &e.transazione,
        Value::Object(dati_json(e)).to_string()
    ]);
}

impl Store {
    /// Reserves `quanti` consecutive ids of events and returns the first.
    pub async fn nuovi_id_eventi(&self, quanti: i64) -> Result<i64, StoreError> {
        self.riserva("eventi", quanti).await
    }

    /// Writes events, all or none. An event that is already there is left as it is: writing again
    /// after an `Incerto` is safe.
    pub async fn inserisci_eventi(&self, eventi: &[Evento]) -> Result<(), StoreError> {
        let mut s = Scrittura::nuova();
        let mut resto = eventi;
        for forma in INSERIMENTI.iter() {
            while let Some((blocco, dopo)) = resto.split_at_checked(forma.righe) {
                let mut righe = Vec::with_capacity(blocco.len() * COLONNE);
                let mut messaggi = Vec::with_capacity(blocco.len() * 3);
                for e in blocco {
                    valori_evento(&mut righe, e);
                    messaggi.extend(valori![
                        e.id,
                        e.richiesta.as_ref().map(comprimi),
                        e.risposta.as_ref().map(comprimi)
                    ]);
                }
                s.esegui(forma.eventi, righe);
                s.esegui(forma.messaggi, messaggi);
                resto = dopo;
            }
        }
        self.commit(s).await
    }

    /// A page of the giornale, newest first, with the messages when asked.
    pub async fn eventi(
        &self,
        f: &FiltroEventi,
        salta: i64,
        quanti: i64,
        messaggi: bool,
    ) -> Result<Vec<Evento>, StoreError> {
        let mut q = Interrogazione::nuova(if messaggi {
            concat!("select ", colonne!(), ", m.richiesta, m.risposta from ")
        } else {
            concat!(
                "select ",
                colonne!(),
                ", cast(null as bytea) as richiesta, cast(null as bytea) as risposta from "
            )
        });
        let chiavi = prima_le_chiavi(self.dialetto(), salta);
        q.testo(if chiavi { "(select e.id as scelto from eventi e" } else { "eventi e" });
        if messaggi && !chiavi {
            q.testo(" left join eventi_messaggi m on m.evento = e.id");
        }
        f.dove(&mut q);
        q.testo(" order by e.data desc, e.id desc limit ").valore(quanti);
        q.testo(" offset ").valore(salta);
        if chiavi {
            q.testo(") s join eventi e on e.id = s.scelto");
            if messaggi {
                q.testo(" left join eventi_messaggi m on m.evento = e.id");
            }
            q.testo(" order by e.data desc, e.id desc");
        }
        Ok(self.leggi_composta::<RigaEvento>(q).await?.into_iter().map(|r| r.0).collect())
    }

    /// How many there are; stops counting at `tetto`.
    pub async fn conta_eventi(&self, f: &FiltroEventi, tetto: Option<i64>) -> Result<i64, StoreError> {
        let mut q = Interrogazione::nuova("select count(*) from (select 1 as uno from eventi e");
        f.dove(&mut q);
        if tetto.is_some() && self.dialetto() == Dialetto::Postgres {
            // The newest, as the page: it would begin with the oldest rows of the table, which nobody
            // has read for years. SQLite counts best in an order of its own.
            q.testo(" order by e.data desc, e.id desc");
        }
        q.se(" limit ", tetto).testo(") t");
        Ok(self.leggi_composta::<i64>(q).await?.into_iter().next().unwrap_or(0))
    }

    /// One event with its messages.
    pub async fn evento(&self, id: i64) -> Result<Option<Evento>, StoreError> {
        let riga: Option<RigaEvento> = self
            .leggi_una(
                concat!(
                    "select ",
                    colonne!(),
                    ", m.richiesta, m.risposta from eventi e \
                     left join eventi_messaggi m on m.evento = e.id where e.id = $1"
                ),
                valori![id],
            )
            .await?;
        Ok(riga.map(|r| r.0))
    }
}

#[cfg(test)]
#[path = "eventi_test.rs"]
mod tests;
