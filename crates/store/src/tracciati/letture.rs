//! Reads: a page, a file piece by piece, the records after a number.

use super::{Contatori, FiltroTracciati, OperazioneTracciato, Presa, Tracciato};
use crate::{Dialetto, Interrogazione, Store, StoreError, orologio::con_orologio, valori};
use std::time::Duration;

macro_rules! colonne {
    () => {
        "id, formato, nome_file, id_dominio, id_tipo_pendenza, principal, operatore, stampa_avvisi, stato, \
         descrizione_stato, totali, inserimenti, eseguite, fallite, avvisi_totali, avvisi_stampati, \
         avvisi_falliti, prossima, intestazione, annullato_da, data_caricamento, data_aggiornamento"
    };
}

macro_rules! operazioni {
    () => {
        "select numero, tipo, stato, descrizione, id_a2a, id_pendenza, id_dominio, numero_avviso, pendenza, \
         documento, richiesta, risposta, riga from tracciati_operazioni"
    };
}

/// Those that are to be worked on, and nobody does.
macro_rules! da_fare {
    () => {
        concat!(aperti!(), " and stato <> 'IN_RICEZIONE' and presa_fino < ")
    };
}

/// Those that are still coming in are not there yet.
fn filtra(q: &mut Interrogazione, f: &FiltroTracciati) {
    q.testo(" where stato <> 'IN_RICEZIONE'");
    q.se(" and id_dominio = ", f.dominio.as_deref());
    q.se(" and stato = ", f.stato.map(super::StatoTracciato::as_str));
    if let Some(domini) = &f.domini {
        q.testo(" and id_dominio in ").elenco(domini.iter().map(String::as_str));
    }
}

/// PostgreSQL believes that of an applicazione that its statistics do not know there is one row, and takes any
/// index that begins with it: for each group again all its rows. Of values that it cannot see when it plans
/// it takes the whole key, and what stands apart (`offset 0`) is not read as a whole instead.
fn presenti(dialetto: Dialetto, id_a2a: &str, pendenze: &[&str]) -> Interrogazione {
    let nomi = pendenze.iter().copied();
    match dialetto {
        Dialetto::Sqlite => {
            let mut q = Interrogazione::nuova("select id_pendenza from pendenze where id_a2a = ");
            q.valore(id_a2a).testo(" and id_pendenza in ").elenco(nomi);
            q
        }
        Dialetto::Postgres => {
            let mut q = Interrogazione::nuova("select p.id_pendenza from (select ");
            q.valore(id_a2a).testo(" as id_a2a offset 0) a cross join (values ");
            for (i, n) in nomi.enumerate() {
                q.testo(if i == 0 { "(" } else { ", (" }).valore(n).testo(")");
            }
            q.testo(
                ") n (nome) cross join lateral (select id_pendenza from pendenze \
                 where id_a2a = a.id_a2a and id_pendenza = n.nome offset 0) p",
            );
            q
        }
    }
}

/// Without the `+` SQLite would read the whole load in the order of its key, for each document again.
const DEL_DOCUMENTO: &str = "select numero, pendenza from tracciati_operazioni where tracciato = $1 \
                             and id_a2a = $2 and id_dominio = $3 and documento = $4 and stampa is not null \
                             order by +numero limit 1000";

impl Store {
    /// A bulk load by its key.
    pub async fn tracciato(&self, id: i64) -> Result<Option<Tracciato>, StoreError> {
        let sql = concat!("select ", colonne!(), " from tracciati where id = $1 and stato <> 'IN_RICEZIONE'");
        self.leggi_una(sql, valori![id]).await
    }

    /// A page, newest first.
    pub async fn tracciati(
        &self,
        filtro: &FiltroTracciati,
        salta: i64,
        quanti: i64,
    ) -> Result<Vec<Tracciato>, StoreError> {
        let mut q = Interrogazione::nuova(concat!("select ", colonne!(), " from tracciati"));
        filtra(&mut q, filtro);
        q.testo(" order by data_caricamento desc, id desc limit ").valore(quanti);
        q.testo(" offset ").valore(salta);
        self.leggi_composta(q).await
    }

    /// How many a list has, counted up to `tetto`.
    pub async fn conta_tracciati(&self, filtro: &FiltroTracciati, tetto: i64) -> Result<i64, StoreError> {
        let mut q = Interrogazione::nuova("select count(*) from (select 1 as uno from tracciati");
        filtra(&mut q, filtro);
        q.testo(" limit ").valore(tetto).testo(") t");
        Ok(self.leggi_composta(q).await?.into_iter().next().unwrap_or(0))
    }

    /// A piece of the file.
    pub async fn pezzo_tracciato(&self, id: i64, indice: i64) -> Result<Option<Vec<u8>>, StoreError> {
        let sql = "select contenuto from tracciati_pezzi where tracciato = $1 and indice = $2";
        self.leggi_una(sql, valori![id, indice]).await
    }

    /// Records in order, those after a number.
    pub async fn operazioni_dopo(
        &self,
        id: i64,
        dopo: i64,
        quante: i64,
    ) -> Result<Vec<OperazioneTracciato>, StoreError> {
        let sql = concat!(operazioni!(), " where tracciato = $1 and numero > $2 order by numero limit $3");
        self.leggi(sql, valori![id, dopo, quante]).await
    }

    /// A page of the records.
    pub async fn operazioni_tracciato(
        &self,
        id: i64,
        salta: i64,
        quante: i64,
    ) -> Result<Vec<OperazioneTracciato>, StoreError> {
        let sql = concat!(operazioni!(), " where tracciato = $1 order by numero limit $2 offset $3");
        self.leggi(sql, valori![id, quante, salta]).await
    }

    /// How many records, counted up to `tetto`.
    pub async fn conta_operazioni_tracciato(&self, id: i64, tetto: i64) -> Result<i64, StoreError> {
        let sql = "select count(*) from (select 1 as uno from tracciati_operazioni where tracciato = $1 \
                   limit $2) t";
        Ok(self.leggi_una(sql, valori![id, tetto]).await?.unwrap_or(0))
    }

    /// The numbers from `da` on that have a record.
    pub async fn operazioni_fatte(&self, id: i64, da: i64) -> Result<Vec<i64>, StoreError> {
        let sql = "select numero from tracciati_operazioni where tracciato = $1 and numero >= $2 \
                   order by numero limit 100000";
        self.leggi(sql, valori![id, da]).await
    }

    /// The keys of the records after `dopo` and before `prima`, with their numbers and in their order; those
    /// that name no pendenza are left out.
    pub async fn chiavi_nominate(
        &self,
        id: i64,
        (dopo, prima): (i64, i64),
        quante: i64,
    ) -> Result<Vec<(i64, String, String)>, StoreError> {
        let sql = "select numero, id_a2a, id_pendenza from tracciati_operazioni where tracciato = $1 \
                   and numero > $2 and numero < $3 and id_a2a is not null and id_pendenza is not null \
                   order by numero limit $4";
        self.leggi(sql, valori![id, dopo, prima, quante]).await
    }

    /// The dominio that an IBAN belongs to: the first, when there are more.
    pub async fn dominio_di_iban(&self, iban: &str) -> Result<Option<String>, StoreError> {
        let sql = "select id_dominio from conti_accredito where iban = $1 order by id_dominio limit 1";
        self.leggi_una(sql, valori![iban]).await
    }

    /// Which of these keys, one at least, have a pendenza.
    pub async fn chiavi_presenti(&self, id_a2a: &str, pendenze: &[&str]) -> Result<Vec<String>, StoreError> {
        self.leggi_composta(presenti(self.dialetto(), id_a2a, pendenze)).await
    }

    /// What the records say.
    pub async fn conta_esiti(&self, id: i64) -> Result<Contatori, StoreError> {
        let sql = "select cast(coalesce(sum(case when stato = 'ESEGUITO' then 1 else 0 end), 0) as bigint), \
                   cast(coalesce(sum(case when stato = 'SCARTATO' then 1 else 0 end), 0) as bigint), \
                   cast(coalesce(sum(case when stampa is not null then 1 else 0 end), 0) as bigint), \
                   cast(coalesce(sum(case when stampa = 1 then 1 else 0 end), 0) as bigint), \
                   cast(coalesce(sum(case when stampa = 2 then 1 else 0 end), 0) as bigint) \
                   from tracciati_operazioni where tracciato = $1";
        let letti = self.leggi_una::<(i64, i64, i64, i64, i64)>(sql, valori![id]).await?;
        let (eseguite, fallite, avvisi_totali, avvisi_stampati, avvisi_falliti) = letti.unwrap_or_default();
        Ok(Contatori {
            eseguite,
            fallite,
            avvisi_totali,
            avvisi_stampati,
            avvisi_falliti,
            ..Contatori::default()
        })
    }

    /// Records whose notice is to be printed.
    pub async fn da_stampare(&self, id: i64, quanti: i64) -> Result<Vec<OperazioneTracciato>, StoreError> {
        let sql = concat!(operazioni!(), " where tracciato = $1 and stampa = 0 order by numero limit $2");
        self.leggi(sql, valori![id, quanti]).await
    }

    /// The operations of one document that are to be printed: number and surrogate key of the pendenza.
    pub async fn caricate_del_documento(
        &self,
        id: i64,
        (id_a2a, dominio, documento): (&str, &str, &str),
    ) -> Result<Vec<(i64, i64)>, StoreError> {
        self.leggi(DEL_DOCUMENTO, valori![id, id_a2a, dominio, documento]).await
    }

    /// Names of the prints after a name, in order.
    pub async fn nomi_stampe(&self, id: i64, dopo: &str, quanti: i64) -> Result<Vec<String>, StoreError> {
        let sql =
            "select nome from tracciati_stampe where tracciato = $1 and nome > $2 order by nome limit $3";
        self.leggi(sql, valori![id, dopo, quanti]).await
    }

    /// A print.
    pub async fn stampa_tracciato(&self, id: i64, nome: &str) -> Result<Option<Vec<u8>>, StoreError> {
        let sql = "select contenuto from tracciati_stampe where tracciato = $1 and nome = $2";
        self.leggi_una(sql, valori![id, nome]).await
    }

    /// Takes a bulk load that is to be worked on and that nobody holds, for `presa`; `None` when there is
    /// none. Of several it is the one of which nothing has happened for longest: a new one has its turn
    /// before one that has just had it. The end of a lease is by the clock of the database.
    pub async fn prendi_tracciato(&self, chi: &str, presa: Duration) -> Result<Option<Presa>, StoreError> {
        let sql = con_orologio!(
            self.dialetto(),
            "update tracciati set presa_da = $1, presa_fino = $2 + ",
            concat!(" where id = (select id from tracciati where ", da_fare!()),
            " order by data_aggiornamento, id limit 1) and presa_fino < ",
            " returning id"
        );
        let micros = i64::try_from(presa.as_micros()).unwrap_or(i64::MAX / 4);
        let id = self.scalare(sql, valori![chi, micros]).await?;
        Ok(id.map(|id| Presa::nuova(id, chi, micros, self.dialetto())))
    }

    /// Takes this bulk load, for `presa`, unless somebody holds it or it has ended.
    pub async fn prendi_questo_tracciato(
        &self,
        id: i64,
        chi: &str,
        presa: Duration,
    ) -> Result<Option<Presa>, StoreError> {
        let sql = con_orologio!(
            self.dialetto(),
            "update tracciati set presa_da = $1, presa_fino = $2 + ",
            concat!(" where id = $3 and ", da_fare!()),
            " returning id"
        );
        let micros = i64::try_from(presa.as_micros()).unwrap_or(i64::MAX / 4);
        let id = self.scalare(sql, valori![chi, micros, id]).await?;
        Ok(id.map(|id| Presa::nuova(id, chi, micros, self.dialetto())))
    }

    /// Whether a bulk load other than this one is to be worked on and nobody does.
    pub async fn tracciati_in_attesa(&self, tranne: i64) -> Result<bool, StoreError> {
        let sql = con_orologio!(
            self.dialetto(),
            concat!("select id from tracciati where id <> $1 and ", da_fare!()),
            " limit 1"
        );
        Ok(self.leggi_una::<i64>(sql, valori![tranne]).await?.is_some())
    }

    /// Whether a bulk load is still in our hands, and nobody wants it to end: when not, it will never be
    /// again.
    pub async fn presa_valida(&self, presa: &Presa) -> Result<bool, StoreError> {
        let sql = "select id from tracciati where id = $1 and presa_da = $2 and annullato_da is null";
        let (id, chi) = presa.chiave();
        Ok(self.leggi_una::<i64>(sql, valori![id, chi]).await?.is_some())
    }

    /// Whether a bulk load is in our hands and no commit of whoever had it before is on its way. Then none
    /// will come: [`super::operazione`] asks for the lease and holds the row until its commit. SQLite has
    /// one commit at a time.
    pub async fn tracciato_fermo(&self, presa: &Presa) -> Result<bool, StoreError> {
        let sql = match self.dialetto() {
            Dialetto::Sqlite => "select id from tracciati where id = $1 and presa_da = $2",
            Dialetto::Postgres => {
                "select id from tracciati where id = $1 and presa_da = $2 for update skip locked"
            }
        };
        let (id, chi) = presa.chiave();
        Ok(self.scalare(sql, valori![id, chi]).await?.is_some())
    }

    /// Whether files that began to come in, and of which nothing has come since `prima`, never ended.
    pub async fn tracciati_interrotti(&self, prima: domain::Istante) -> Result<bool, StoreError> {
        let sql = concat!("select id from tracciati where ", interrotti!(), "$1 limit 1");
        Ok(self.leggi_una::<i64>(sql, valori![prima]).await?.is_some())
    }
}

#[cfg(test)]
#[path = "letture_test.rs"]
mod tests;
