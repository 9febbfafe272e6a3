//! What is written: the file as it comes, the records, the progress; the last two only by who holds the
//! lease.

use super::{Contatori, NuovaOperazione, NuovoTracciato, StatoTracciato};
use crate::{Dialetto, Scrittura, orologio::con_orologio, valori};
use domain::Istante;

/// A bulk load in our hands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Presa {
    id: i64,
    chi: String,
    micros: i64,
    dialetto: Dialetto,
}

impl Presa {
    pub(super) fn nuova(id: i64, chi: &str, micros: i64, dialetto: Dialetto) -> Self {
        Self { id, chi: chi.to_owned(), micros, dialetto }
    }

    /// Which one.
    #[must_use]
    pub const fn id(&self) -> i64 {
        self.id
    }

    pub(super) fn chiave(&self) -> (i64, &str) {
        (self.id, &self.chi)
    }

    /// A sign of life; the Scrittura stands only if the lease is still ours and nobody wants the load to
    /// end.
    pub fn rinnova(&self, s: &mut Scrittura) {
        let sql = con_orologio!(
            self.dialetto,
            "update tracciati set presa_fino = $3 + ",
            " where id = $1 and presa_da = $2 and annullato_da is null"
        );
        s.esattamente(1, sql, valori![self.id, &self.chi, self.micros]);
    }

    /// Gives it back.
    pub fn lascia(&self, s: &mut Scrittura) {
        s.esegui(
            "update tracciati set presa_da = null, presa_fino = 0 where id = $1 and presa_da = $2",
            valori![self.id, &self.chi],
        );
    }
}

/// A file begins to come in: nobody sees it yet.
pub fn registra(s: &mut Scrittura, t: &NuovoTracciato) {
    s.esattamente(
        1,
        "insert into tracciati (id, formato, nome_file, id_dominio, principal, operatore, stampa_avvisi, \
         stato, totali, inserimenti, eseguite, fallite, avvisi_totali, avvisi_stampati, avvisi_falliti, \
         prossima, data_caricamento, data_aggiornamento) \
         values ($1, $2, '', '', $3, $4, $5, 'IN_RICEZIONE', 0, 0, 0, 0, 0, 0, 0, 1, $6, $6)",
        valori![t.id, t.formato.as_str(), &t.principal, &t.operatore, t.stampa_avvisi, t.adesso],
    );
}

/// A piece of the file.
pub fn pezzo(s: &mut Scrittura, id: i64, indice: i64, contenuto: Vec<u8>) {
    s.esattamente(
        1,
        "insert into tracciati_pezzi (tracciato, indice, contenuto) values ($1, $2, $3)",
        valori![id, indice, contenuto],
    );
}

/// The file is there as a whole, and accepted.
pub fn ricevuto(
    s: &mut Scrittura,
    id: i64,
    (nome_file, dominio, tipo): (&str, &str, Option<&str>),
    contatori: Contatori,
    adesso: Istante,
) {
    s.esattamente(
        1,
        "update tracciati set stato = 'IN_ATTESA', nome_file = $2, id_dominio = $3, id_tipo_pendenza = $4, \
         totali = $5, inserimenti = $6, data_aggiornamento = $7 where id = $1 and stato = 'IN_RICEZIONE'",
        valori![id, nome_file, dominio, tipo, contatori.totali, contatori.inserimenti, adesso],
    );
}

/// Forgets a file that did not come in as a whole.
pub fn elimina(s: &mut Scrittura, id: i64) {
    s.esegui(
        "delete from tracciati_pezzi where tracciato in \
         (select id from tracciati where id = $1 and stato = 'IN_RICEZIONE')",
        valori![id],
    );
    s.esegui("delete from tracciati where id = $1 and stato = 'IN_RICEZIONE'", valori![id]);
}

/// Forgets some of the files that began to come in and of which nothing has come since `prima`. `segno` is
/// known to nobody else. They are marked first, so that one that is accepted meanwhile keeps its pieces.
pub fn elimina_interrotti(s: &mut Scrittura, segno: &str, prima: Istante) {
    s.esegui(
        concat!(
            "update tracciati set presa_da = $1 where stato = 'IN_RICEZIONE' and id in \
             (select id from tracciati where ",
            interrotti!(),
            "$2 order by id limit 8)"
        ),
        valori![segno, prima],
    );
    s.esegui(
        concat!(
            "delete from tracciati_pezzi where tracciato in (select id from tracciati where ",
            aperti!(),
            " and stato = 'IN_RICEZIONE' and presa_da = $1)"
        ),
        valori![segno],
    );
    s.esegui(
        concat!("delete from tracciati where ", aperti!(), " and stato = 'IN_RICEZIONE' and presa_da = $1"),
        valori![segno],
    );
}

/// From here on no operation is done and nothing is printed. `Conflitto` when it has ended, or somebody
/// has asked already.
pub fn annulla(s: &mut Scrittura, id: i64, chi: &str, adesso: Istante) {
    s.esattamente(
        1,
        "update tracciati set annullato_da = $2, annullato_il = $3, data_aggiornamento = $3 \
         where id = $1 and annullato_da is null \
         and stato in ('IN_ATTESA', 'IN_ELABORAZIONE', 'ELABORAZIONE_STAMPA')",
        valori![id, chi, adesso],
    );
}

/// The end of a load that somebody has asked to end, as its records say. `Conflitto` when nobody has, or
/// the lease is somebody else's.
pub fn concludi_annullato(
    s: &mut Scrittura,
    presa: &Presa,
    (stato, descrizione): (StatoTracciato, &str),
    c: Contatori,
    adesso: Istante,
) {
    s.esattamente(
        1,
        "update tracciati set stato = $3, descrizione_stato = $4, totali = $5, inserimenti = $6, \
         eseguite = $7, fallite = $8, avvisi_totali = $9, avvisi_stampati = $10, avvisi_falliti = $11, \
         data_aggiornamento = $12, presa_da = null, presa_fino = 0 \
         where id = $1 and presa_da = $2 and annullato_da is not null \
         and stato in ('IN_ATTESA', 'IN_ELABORAZIONE', 'ELABORAZIONE_STAMPA')",
        valori![
            presa.id,
            &presa.chi,
            stato.as_str(),
            descrizione,
            c.totali,
            c.inserimenti,
            c.eseguite,
            c.fallite,
            c.avvisi_totali,
            c.avvisi_stampati,
            c.avvisi_falliti,
            adesso,
        ],
    );
}

macro_rules! nuova_operazione {
    ($fine:literal) => {
        concat!(
            "insert into tracciati_operazioni (tracciato, numero, tipo, stato, descrizione, id_a2a, \
             id_pendenza, id_dominio, numero_avviso, pendenza, documento, stampa, richiesta, risposta, riga) \
             select $1, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16 \
             from tracciati where id = $1 and presa_da = $2 and annullato_da is null",
            $fine
        )
    };
}

/// The record of an operation. `Conflitto` when the lease is somebody else's or the load is to end;
/// `Duplicato` of [`super::OPERAZIONE`] when it has its record already.
///
/// The row of the load is held until the commit, in the way that stops neither its progress nor who takes
/// or ends the load: a commit that comes late is waited for by who counts ([`Store::tracciato_fermo`]).
///
/// [`Store::tracciato_fermo`]: crate::Store::tracciato_fermo
pub fn operazione(s: &mut Scrittura, presa: &Presa, o: &NuovaOperazione) {
    s.esattamente(
        1,
        match presa.dialetto {
            Dialetto::Sqlite => nuova_operazione!(""),
            Dialetto::Postgres => nuova_operazione!(" for key share"),
        },
        valori![
            presa.id,
            &presa.chi,
            o.numero,
            o.tipo.as_str(),
            if o.eseguita { "ESEGUITO" } else { "SCARTATO" },
            o.descrizione.as_deref(),
            o.id_a2a.as_deref(),
            o.id_pendenza.as_deref(),
            o.id_dominio.as_deref(),
            o.numero_avviso.as_deref(),
            o.pendenza,
            o.documento.as_deref(),
            o.da_stampare.then_some(0_i64),
            o.richiesta.as_deref(),
            &o.risposta,
            o.riga.as_deref(),
        ],
    );
}

/// Progress, and a sign of life. `Conflitto` when the lease is somebody else's or the load is to end.
pub fn aggiorna(
    s: &mut Scrittura,
    presa: &Presa,
    (stato, descrizione, intestazione): (StatoTracciato, Option<&str>, Option<&str>),
    c: Contatori,
    prossima: i64,
    adesso: Istante,
) {
    s.esattamente(
        1,
        "update tracciati set stato = $3, descrizione_stato = $4, totali = $5, inserimenti = $6, \
         eseguite = $7, fallite = $8, avvisi_totali = $9, avvisi_stampati = $10, avvisi_falliti = $11, \
         prossima = $12, intestazione = coalesce($13, intestazione), data_aggiornamento = $14 \
         where id = $1 and presa_da = $2 and annullato_da is null",
        valori![
            presa.id,
            &presa.chi,
            stato.as_str(),
            descrizione,
            c.totali,
            c.inserimenti,
            c.eseguite,
            c.fallite,
            c.avvisi_totali,
            c.avvisi_stampati,
            c.avvisi_falliti,
            prossima,
            intestazione,
            adesso,
        ],
    );
    presa.rinnova(s);
}

/// The outcome of a print: 1 done, 2 not possible.
pub fn segna_stampa(s: &mut Scrittura, presa: &Presa, numero: i64, riuscita: bool) {
    s.esegui(
        "update tracciati_operazioni set stampa = $3 where tracciato = $1 and numero = $2",
        valori![presa.id, numero, if riuscita { 1_i64 } else { 2 }],
    );
}

/// Keeps a print; another of the same name takes its place.
pub fn conserva_stampa(s: &mut Scrittura, presa: &Presa, nome: &str, contenuto: Vec<u8>) {
    s.esegui(
        "insert into tracciati_stampe (tracciato, nome, contenuto) values ($1, $2, $3) \
         on conflict (tracciato, nome) do update set contenuto = excluded.contenuto",
        valori![presa.id, nome, contenuto],
    );
}
