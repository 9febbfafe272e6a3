//! The outbox of the notifications to the ente (spec 60 1.8): queued with their cause, claimed with
//! a lease by whoever delivers, closed by the outcome.

use crate::interrogazione::prima_le_chiavi;
use crate::orologio::con_orologio;
use crate::{DaRiga, Dialetto, Interrogazione, Riga, Scrittura, Store, StoreError, compressione, valori};
use domain::anagrafica::VersioneEnte;
use domain::notifica::{Notifica, StatoNotifica, TipoNotifica};
use domain::{IdA2A, IdDominio, Istante, Iuv};
use std::time::Duration;

/// The first attempt is made at once, although the row says ten seconds later (spec 60 1.3).
const ANTICIPO: i64 = 10_000_000;
/// How long a RICEVUTA waits for its ATTIVAZIONE (spec 60 1.8, order).
const ATTESA_ATTIVAZIONE: i64 = 5 * 60 * 1_000_000;

macro_rules! colonne {
    () => {
        "n.id, n.chiave, n.tipo, n.id_a2a, n.tentativo, n.id_dominio, n.iuv, n.ccp, n.stato, \
         n.descrizione_stato, n.data_creazione, n.data_aggiornamento, n.data_prossima, n.tentativi"
    };
}

impl DaRiga for Notifica {
    fn da_riga(r: &Riga<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            id: r.intero("id")?,
            chiave: r.testo("chiave")?,
            tipo: r.letto("tipo", TipoNotifica::leggi)?,
            id_a2a: IdA2A::fidato(r.testo("id_a2a")?),
            tentativo: r.intero("tentativo")?,
            dominio: IdDominio::fidato(r.testo("id_dominio")?),
            iuv: Iuv::fidato(r.testo("iuv")?),
            ccp: r.testo("ccp")?,
            stato: r.letto("stato", StatoNotifica::leggi)?,
            descrizione_stato: r.testo_opt("descrizione_stato")?,
            data_creazione: r.istante("data_creazione")?,
            data_aggiornamento: r.istante("data_aggiornamento")?,
            data_prossima: r.istante("data_prossima")?,
            tentativi: r.intero("tentativi")?,
        })
    }
}

/// A notification in our hands until its lease ends.
#[derive(Debug, Clone)]
pub struct Presa {
    /// The notification as it was claimed.
    pub notifica: Notifica,
    /// `idPendenza` of the pendenza that it tells of.
    pub id_pendenza: String,
    /// The message of the failed attempts, if there were any, and the version it was built for.
    pub corpo: Option<(VersioneEnte, Vec<u8>)>,
    gettone: String,
}

impl DaRiga for Presa {
    fn da_riga(r: &Riga<'_>) -> Result<Self, StoreError> {
        let corpo = match r.letto_opt("versione_corpo", VersioneEnte::leggi)? {
            Some(v) => Some((v, compressione::espandi(&r.byte("corpo")?)?)),
            None => None,
        };
        Ok(Self {
            notifica: Notifica::da_riga(r)?,
            id_pendenza: r.testo("id_pendenza")?,
            corpo,
            gettone: r.testo("presa_da")?,
        })
    }
}

/// Filters of GET /notifiche; absent ones let everything through.
#[derive(Debug, Clone, Default)]
pub struct FiltroNotifiche {
    /// Created at or after.
    pub da: Option<Istante>,
    /// Created at or before.
    pub a: Option<Istante>,
    /// State.
    pub stato: Option<StatoNotifica>,
    /// Kind.
    pub tipo: Option<TipoNotifica>,
    /// Only of these domini: the scope of the caller.
    pub domini: Option<Vec<String>>,
    /// Only of pendenze of these types: the scope of the caller.
    pub tipi_pendenza: Option<Vec<String>>,
    /// The oldest first.
    pub crescente: bool,
}

impl FiltroNotifiche {
    fn dove(&self, q: &mut Interrogazione) {
        q.testo(" where 1 = 1");
        q.se(" and n.data_creazione >= ", self.da);
        q.se(" and n.data_creazione <= ", self.a);
        // As literals, so that the index of the few that are not delivered serves.
        if let Some(s) = self.stato {
            q.testo(match s {
                StatoNotifica::DaSpedire => " and n.stato = 'DA_SPEDIRE' and n.stato <> 'SPEDITO'",
                StatoNotifica::Spedito => " and n.stato = 'SPEDITO'",
                StatoNotifica::Annullata => " and n.stato = 'ANNULLATA' and n.stato <> 'SPEDITO'",
            });
        }
        q.se(" and n.tipo = ", self.tipo.map(TipoNotifica::as_str));
        if let Some(d) = &self.domini {
            q.testo(" and n.id_dominio").uno_di(d.iter());
        }
        if let Some(t) = &self.tipi_pendenza {
            q.testo(
                " and exists (select 1 from tentativi t join pendenze p on p.id = t.pendenza \
                 where t.id = n.tentativo and p.id_tipo_pendenza",
            );
            q.uno_di(t.iter()).testo(")");
        }
    }
}

/// Queues a notification together with what it tells of. `presa_fino` 0: free to be claimed.
pub fn accoda(s: &mut Scrittura, n: &Notifica) {
    s.esattamente(
        1,
        "insert into notifiche (id, chiave, tipo, id_a2a, tentativo, id_dominio, iuv, ccp, stato, \
         descrizione_stato, data_creazione, data_aggiornamento, data_prossima, tentativi, presa_fino) \
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, 0)",
        valori![
            n.id,
            &n.chiave,
            n.tipo.as_str(),
            n.id_a2a.as_str(),
            n.tentativo,
            n.dominio.as_str(),
            n.iuv.as_str(),
            &n.ccp,
            n.stato.as_str(),
            n.descrizione_stato.as_deref(),
            n.data_creazione,
            n.data_aggiornamento,
            n.data_prossima,
            n.tentativi
        ],
    );
}

/// Records a delivery. Final whatever happened to the lease meanwhile: the ente has it.
pub fn spedita(s: &mut Scrittura, p: &Presa, adesso: Istante) {
    s.esegui(
        "update notifiche set stato = 'SPEDITO', descrizione_stato = null, data_aggiornamento = $2, \
         presa_da = null, presa_fino = 0 where id = $1 and stato <> 'SPEDITO'",
        valori![p.notifica.id, adesso],
    );
    s.esegui("delete from notifiche_corpi where notifica = $1", valori![p.notifica.id]);
}

/// Records a failure and when to try again. Nothing changes if the notification is not ours any
/// more: a failure never overwrites a delivery made meanwhile. At the first failure the message is
/// kept, so that every retry sends the same one.
pub fn fallita(
    s: &mut Scrittura,
    p: &Presa,
    descrizione: &str,
    prossima: Istante,
    adesso: Istante,
    corpo: Option<(VersioneEnte, &[u8])>,
) {
    s.esegui(
        "update notifiche set descrizione_stato = $3, data_prossima = $4, data_aggiornamento = $5, \
         tentativi = tentativi + 1, presa_da = null, presa_fino = 0 \
         where id = $1 and stato = 'DA_SPEDIRE' and presa_da = $2",
        valori![p.notifica.id, &p.gettone, descrizione, prossima, adesso],
    );
    if let Some((versione, byte)) = corpo {
        s.esegui(
            "insert into notifiche_corpi (notifica, versione, corpo) \
             select id, $2, $3 from notifiche where id = $1 and stato = 'DA_SPEDIRE' \
             on conflict (notifica) do update set versione = excluded.versione, corpo = excluded.corpo",
            valori![p.notifica.id, versione.as_str(), compressione::comprimi(byte)],
        );
    }
}

/// Records that a notification will never be delivered (spec 60 1.8), unless it has been meanwhile.
pub fn annullata(s: &mut Scrittura, p: &Presa, descrizione: &str, adesso: Istante) {
    s.esegui(
        "update notifiche set stato = 'ANNULLATA', descrizione_stato = $2, data_prossima = $3, \
         data_aggiornamento = $4, presa_da = null, presa_fino = 0 where id = $1 and stato = 'DA_SPEDIRE'",
        valori![p.notifica.id, descrizione, Istante::MAI, adesso],
    );
    s.esegui("delete from notifiche_corpi where notifica = $1", valori![p.notifica.id]);
}

/// Gives a notification back without an attempt.
pub fn rilasciata(s: &mut Scrittura, p: &Presa) {
    s.esegui(
        "update notifiche set presa_da = null, presa_fino = 0 where id = $1 and presa_da = $2",
        valori![p.notifica.id, &p.gettone],
    );
}

/// The claim of one applicazione: `$1` applicazione, `$2` now, `$3` now with the advance of the first
/// attempt, `$4` creation past which a RICEVUTA does not wait any longer, `$5` token, `$6` duration,
/// `$7` how many. The ATTIVAZIONE is looked up by a scalar query: of a `not exists` after an `or`
/// PostgreSQL makes a table of everything that is queued, at each claim.
macro_rules! prendi {
    ($dialetto:expr, $coda:literal) => {
        con_orologio!(
            $dialetto,
            "update notifiche set presa_da = $5, presa_fino = $6 + ",
            " where id in (select n.id from notifiche n where n.id_a2a = $1 \
             and n.stato = 'DA_SPEDIRE' and n.data_prossima <= $3 \
             and (n.tentativi = 0 or n.data_prossima <= $2) \
             and (n.tipo <> 'RICEVUTA' or n.data_creazione <= $4 or (select min(a.id) from notifiche a \
             where a.tentativo = n.tentativo and a.tipo = 'ATTIVAZIONE' and a.stato = 'DA_SPEDIRE') is null) \
             and n.presa_fino <= ",
            $coda
        )
    };
}

impl Store {
    /// The applicazioni that have something due which nobody holds, found by hopping over the index:
    /// the cost does not depend on how much is queued. At most 10,000. The first due is asked for in
    /// the order of the index: for an `exists` PostgreSQL, when much is queued, reads the table from its
    /// beginning, past all that was delivered.
    pub async fn applicazioni_da_notificare(&self, adesso: Istante) -> Result<Vec<String>, StoreError> {
        let sql = con_orologio!(
            self.dialetto(),
            "with recursive a (id) as ( \
             select min(id_a2a) from notifiche where stato = 'DA_SPEDIRE' \
             union all \
             select (select min(n.id_a2a) from notifiche n where n.stato = 'DA_SPEDIRE' and n.id_a2a > a.id) \
             from a where a.id is not null) \
             select id from a where id is not null and (select n.id from notifiche n \
             where n.id_a2a = a.id and n.stato = 'DA_SPEDIRE' and n.data_prossima <= $2 \
             and (n.tentativi = 0 or n.data_prossima <= $1) and n.presa_fino <= ",
            " order by n.data_prossima limit 1) is not null limit 10000"
        );
        self.leggi(sql, valori![adesso, adesso.piu_micros(ANTICIPO)]).await
    }

    /// Claims up to `quante` due notifications of an applicazione, oldest due first, for `durata` by
    /// the clock of the database. `gettone` must be unique to this claim.
    pub async fn prendi_notifiche(
        &self,
        id_a2a: &str,
        gettone: &str,
        durata: Duration,
        quante: i64,
        adesso: Istante,
    ) -> Result<Vec<Presa>, StoreError> {
        let sql = match self.dialetto() {
            d @ Dialetto::Postgres => {
                prendi!(d, " order by n.data_prossima, n.id limit $7 for update of n skip locked)")
            }
            d @ Dialetto::Sqlite => prendi!(d, " order by n.data_prossima, n.id limit $7)"),
        };
        let durata = i64::try_from(durata.as_micros()).unwrap_or(i64::MAX / 4);
        let mut s = Scrittura::nuova();
        s.esegui(
            sql,
            valori![
                id_a2a,
                adesso,
                adesso.piu_micros(ANTICIPO),
                adesso.piu_micros(-ATTESA_ATTIVAZIONE),
                gettone,
                durata,
                quante
            ],
        );
        self.commit(s).await?;
        self.leggi(
            concat!(
                "select ",
                colonne!(),
                ", n.presa_da, p.id_pendenza, c.versione as versione_corpo, c.corpo from notifiche n \
                 join tentativi t on t.id = n.tentativo join pendenze p on p.id = t.pendenza \
                 left join notifiche_corpi c on c.notifica = n.id \
                 where n.presa_da = $1 order by n.data_prossima, n.id limit 1000"
            ),
            valori![gettone],
        )
        .await
    }

    /// Frees every lease of an embedded database: it has one node, and who held them is dead. On
    /// PostgreSQL leases end by themselves, because their holder may be another node.
    pub async fn libera_notifiche_orfane(&self) -> Result<(), StoreError> {
        if self.dialetto() == Dialetto::Postgres {
            return Ok(());
        }
        let mut s = Scrittura::nuova();
        s.esegui(
            "update notifiche set presa_da = null, presa_fino = 0 where presa_da is not null",
            Vec::new(),
        );
        self.commit(s).await
    }

    /// Whether an older ATTIVAZIONE of the same attempt is still to be sent (duplicates rule).
    pub async fn attivazione_precedente(&self, n: &Notifica) -> Result<bool, StoreError> {
        let altra: Option<i64> = self
            .leggi_una(
                "select id from notifiche where tentativo = $1 and tipo = 'ATTIVAZIONE' \
                 and stato = 'DA_SPEDIRE' and id < $2 limit 1",
                valori![n.tentativo, n.id],
            )
            .await?;
        Ok(altra.is_some())
    }

    /// One notification.
    pub async fn notifica(&self, id: i64) -> Result<Option<Notifica>, StoreError> {
        self.leggi_una(concat!("select ", colonne!(), " from notifiche n where n.id = $1"), valori![id]).await
    }

    /// A page of the list.
    pub async fn notifiche(
        &self,
        f: &FiltroNotifiche,
        salta: i64,
        quante: i64,
    ) -> Result<Vec<Notifica>, StoreError> {
        let mut q = Interrogazione::nuova(concat!("select ", colonne!(), " from "));
        let chiavi = prima_le_chiavi(self.dialetto(), salta);
        q.testo(if chiavi { "(select n.id as scelta from notifiche n" } else { "notifiche n" });
        f.dove(&mut q);
        let ordine = if f.crescente {
            " order by n.data_creazione, n.id"
        } else {
            " order by n.data_creazione desc, n.id desc"
        };
        q.testo(ordine).testo(" limit ").valore(quante);
        q.testo(" offset ").valore(salta);
        if chiavi {
            q.testo(") s join notifiche n on n.id = s.scelta").testo(ordine);
        }
        self.leggi_composta(q).await
    }

    /// How many there are; stops counting at `tetto`.
    pub async fn conta_notifiche(&self, f: &FiltroNotifiche, tetto: Option<i64>) -> Result<i64, StoreError> {
        let mut q = Interrogazione::nuova("select count(*) from (select 1 as uno from notifiche n");
        f.dove(&mut q);
        if tetto.is_some() && self.dialetto() == Dialetto::Postgres {
            // The newest, as the page.
            q.testo(" order by n.data_creazione desc, n.id desc");
        }
        q.se(" limit ", tetto).testo(") t");
        Ok(self.leggi_composta::<i64>(q).await?.into_iter().next().unwrap_or(0))
    }
}
