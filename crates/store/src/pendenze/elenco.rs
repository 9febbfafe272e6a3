//! Lists of pendenze: filters, order, page, capped count (spec 20 6.2).

mod scadute;

use super::letture::{colonne, documento, senza_voci};
use crate::{DaRiga, Dialetto, Interrogazione, Riga, Store, StoreError};
use domain::Istante;
use domain::anagrafica::AmbitoDominio;
use domain::pendenza::{Pendenza, StatiNoti, StatoMostrato};
use jiff::civil::Date;

pub use scadute::scadenze_passate;

/// Filters of a list; absent ones let everything through.
#[derive(Debug, Clone, Default)]
pub struct FiltroPendenze {
    /// Of this applicazione.
    pub id_a2a: Option<String>,
    /// With this key.
    pub id_pendenza: Option<String>,
    /// Of this dominio.
    pub dominio: Option<String>,
    /// Of this debtor, in upper case.
    pub debitore: Option<String>,
    /// What a payer is shown of his own: asked by a body, or something of it was paid.
    pub dovute_o_pagate: bool,
    /// Of this direzione.
    pub direzione: Option<String>,
    /// Of this divisione.
    pub divisione: Option<String>,
    /// Loaded at or after.
    pub da: Option<Istante>,
    /// Loaded at or before.
    pub a: Option<Istante>,
    /// Shown in this state.
    pub stato: Option<StatoCercato>,
    /// With this reference, of the notice or of a payment.
    pub iuv: Option<String>,
    /// Only of these domini and offices: the scope of the caller.
    pub domini: Option<Vec<AmbitoDominio>>,
    /// None at all: linked to a payment session, which no pendenza is yet.
    pub nessuna: bool,
    /// Only of these tipi: those asked, as far as the caller sees them.
    pub tipi: Option<Vec<String>>,
    /// Leaves out what a payer has asked for and not paid.
    pub senza_spontanee_da_pagare: bool,
}

/// A state to look for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StatoCercato {
    /// As it is shown.
    pub stato: StatoMostrato,
    /// Today, which decides what has expired.
    pub oggi: Date,
    /// The states of the contract that shows it.
    pub noti: StatiNoti,
}

/// What a list is ordered by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OrdinePendenze {
    /// When it was loaded.
    Caricamento,
    /// Until when it can be paid at this amount.
    Validita,
    /// Last day.
    Scadenza,
    /// Stored state.
    Stato,
    /// For a payer (`smart`, spec 20 6.2): first what can be paid and is still valid today, then the rest; of
    /// each, what is nearest to this instant. For the pendenze of one debtor: no index helps.
    PerChiPaga(Istante),
}

impl OrdinePendenze {
    fn metti(self, q: &mut Interrogazione, discendente: bool, dialetto: Dialetto) {
        let Self::PerChiPaga(adesso) = self else {
            q.testo(self.sql(discendente));
            return;
        };
        q.testo("case when p.stato = 'NON_ESEGUITO' and p.data_validita >= ");
        q.valore(adesso.giorno().to_string()).testo(" then 0 else 1 end, abs(coalesce(p.data_pagamento, ");
        // A day is its midnight.
        q.testo(match dialetto {
            Dialetto::Sqlite => "unixepoch(p.data_validita) * 1000000",
            Dialetto::Postgres => "(p.data_validita::date - date '1970-01-01')::bigint * 86400000000",
        });
        q.testo(", p.data_caricamento) - ").valore(adesso).testo(")");
    }

    /// Absent dates come after all others, as on the database of GovPay 3.9.
    const fn sql(self, discendente: bool) -> &'static str {
        match (self, discendente) {
            (Self::PerChiPaga(_), _) => "",
            (Self::Caricamento, false) => "p.data_caricamento",
            (Self::Caricamento, true) => "p.data_caricamento desc",
            (Self::Validita, false) => "p.data_validita nulls last",
            (Self::Validita, true) => "p.data_validita desc nulls first",
            (Self::Scadenza, false) => "p.data_scadenza nulls last",
            (Self::Scadenza, true) => "p.data_scadenza desc nulls first",
            (Self::Stato, false) => "p.stato",
            (Self::Stato, true) => "p.stato desc",
        }
    }
}

impl FiltroPendenze {
    /// Whether something is asked that few rows answer.
    fn di_pochi(&self) -> bool {
        self.id_pendenza.is_some()
            || self.debitore.is_some()
            || self.iuv.is_some()
            || self.direzione.is_some()
            || self.divisione.is_some()
    }

    /// Today, when those expired are looked for among all that has expired, and not among those of whom
    /// or what is asked.
    fn tra_le_scadute(&self) -> Option<Date> {
        self.stato.filter(|s| s.stato == StatoMostrato::Scaduta && !self.di_pochi()).map(|s| s.oggi)
    }

    /// The table. An embedded database plans without statistics: where two indexes look alike to it, it
    /// is told which one is short.
    fn tabella(&self, dialetto: Dialetto, per_caricamento: bool) -> &'static str {
        const LIBERA: &str = " from pendenze p";
        if dialetto == Dialetto::Postgres || self.di_pochi() {
            return LIBERA;
        }
        match (self.stato.map(|s| s.stato), &self.id_a2a, &self.dominio) {
            (
                Some(StatoMostrato::Eseguita | StatoMostrato::NonEseguita | StatoMostrato::Incassata),
                None,
                None,
            ) if self.domini.is_none() => " from pendenze p indexed by pendenze_data",
            (None, Some(_), Some(_)) if per_caricamento => " from pendenze p indexed by pendenze_dominio",
            _ => LIBERA,
        }
    }

    fn dove(&self, q: &mut Interrogazione) {
        q.testo(" where 1 = 1");
        q.se(" and p.id_a2a = ", self.id_a2a.as_deref());
        if let Some(id) = &self.id_pendenza {
            if self.id_a2a.is_none() {
                // Each applicazione looked up in the unique key: there is no index of the ids alone.
                q.testo(" and p.id_a2a in (select a.id from applicazioni a)");
            }
            q.testo(" and p.id_pendenza = ").valore(id.as_str());
        }
        q.se(" and p.id_dominio = ", self.dominio.as_deref());
        q.se(" and p.id_debitore = ", self.debitore.as_deref());
        if self.dovute_o_pagate {
            q.testo(" and (p.tipo = 'dovuto' or p.importo_pagato > 0)");
        }
        q.se(" and p.direzione = ", self.direzione.as_deref());
        q.se(" and p.divisione = ", self.divisione.as_deref());
        q.se(" and p.data_caricamento >= ", self.da);
        q.se(" and p.data_caricamento <= ", self.a);
        if let Some(StatoCercato { stato, oggi, noti }) = self.stato {
            let anomale = stato == StatoMostrato::Anomala && self.dominio.is_none();
            if self.id_a2a.is_none() && anomale {
                // The few of each applicazione, by the index that holds only those.
                q.testo(" and p.id_a2a in (select a.id from applicazioni a)");
            }
            q.testo(match (noti, stato) {
                (StatiNoti::Ridotti, _) => memorizzato(stato),
                (StatiNoti::SenzaIncasso, StatoMostrato::Eseguita) => {
                    " and p.anomalo = 0 and p.stato = 'ESEGUITO'"
                }
                (StatiNoti::SenzaIncasso | StatiNoti::Tutti, _) => mostrato(stato),
            });
            match stato {
                StatoMostrato::Scaduta => {
                    q.testo(" and p.data_scadenza < ").valore(oggi.to_string());
                }
                StatoMostrato::NonEseguita => {
                    q.testo(" and (p.data_scadenza is null or p.data_scadenza >= ").valore(oggi.to_string());
                    q.testo(")");
                }
                StatoMostrato::Eseguita
                | StatoMostrato::EseguitaParziale
                | StatoMostrato::Annullata
                | StatoMostrato::Anomala
                | StatoMostrato::Incassata => {}
            }
        }
        if let Some(iuv) = &self.iuv {
            // The dominio comes first in both unique keys.
            q.testo(
                " and p.id in (select n.id from pendenze n \
                 where n.id_dominio in (select d.id from domini d) and n.iuv = ",
            )
            .valore(iuv.as_str())
            .testo(
                " union select r.pendenza from riscossioni r \
                 where r.id_dominio in (select d.id from domini d) and r.iuv = ",
            )
            .valore(iuv.as_str())
            .testo(")");
        }
        if let Some(domini) = &self.domini {
            in_ambito(q, domini);
        }
        if self.nessuna {
            q.testo(" and 1 = 0");
        }
        if let Some(t) = &self.tipi {
            q.testo(" and p.id_tipo_pendenza in ").elenco(t.iter());
        }
        if self.senza_spontanee_da_pagare && self.stato.is_none_or(|s| puo_essere_da_pagare(s.stato)) {
            q.testo(" and not (p.tipo = 'spontaneo' and p.stato = 'NON_ESEGUITO')");
        }
    }
}

/// The rows that are shown in a state: the other side of [`StatoMostrato::calcola`].
const fn mostrato(stato: StatoMostrato) -> &'static str {
    match stato {
        StatoMostrato::Anomala => " and p.anomalo = 1",
        StatoMostrato::Annullata => " and p.anomalo = 0 and p.stato = 'ANNULLATO'",
        StatoMostrato::Eseguita => {
            " and p.anomalo = 0 and p.stato = 'ESEGUITO' and p.stato_pagamento <> 'INCASSATO'"
        }
        StatoMostrato::Incassata => {
            " and p.anomalo = 0 and p.stato = 'ESEGUITO' and p.stato_pagamento = 'INCASSATO'"
        }
        StatoMostrato::EseguitaParziale => " and p.anomalo = 0 and p.stato = 'PARZIALMENTE_ESEGUITO'",
        StatoMostrato::NonEseguita | StatoMostrato::Scaduta => {
            " and p.anomalo = 0 and p.stato = 'NON_ESEGUITO'"
        }
    }
}

/// The rows shown in a state where neither the anomaly nor the cashing is: the other side of
/// [`StatiNoti::Ridotti`].
const fn memorizzato(stato: StatoMostrato) -> &'static str {
    match stato {
        // Not among those that can be asked.
        StatoMostrato::Anomala | StatoMostrato::Incassata => " and 1 = 0",
        StatoMostrato::Annullata => " and p.stato = 'ANNULLATO'",
        StatoMostrato::Eseguita => " and p.stato = 'ESEGUITO'",
        StatoMostrato::EseguitaParziale => " and p.stato = 'PARZIALMENTE_ESEGUITO'",
        StatoMostrato::NonEseguita | StatoMostrato::Scaduta => " and p.stato = 'NON_ESEGUITO'",
    }
}

/// Whether a row shown in a state may be stored as still to be paid.
const fn puo_essere_da_pagare(stato: StatoMostrato) -> bool {
    match stato {
        StatoMostrato::NonEseguita | StatoMostrato::Scaduta | StatoMostrato::Anomala => true,
        StatoMostrato::Eseguita
        | StatoMostrato::EseguitaParziale
        | StatoMostrato::Annullata
        | StatoMostrato::Incassata => false,
    }
}

/// The domini in scope: those given whole together, each of the others with its offices. The office
/// `EC` is the dominio itself.
fn in_ambito(q: &mut Interrogazione, domini: &[AmbitoDominio]) {
    let interi: Vec<&str> = domini.iter().filter(|d| d.unita.is_none()).map(|d| d.dominio.as_str()).collect();
    q.testo(" and (p.id_dominio ").uno_di(interi);
    for (d, unita) in domini.iter().filter_map(|d| Some((d, d.unita.as_ref()?))) {
        q.testo(" or (p.id_dominio = ").valore(d.dominio.as_str());
        q.testo(" and coalesce(p.id_unita, 'EC') in ").elenco(unita.iter().map(|u| u.as_str())).testo(")");
    }
    q.testo(")");
}

/// The whole order, which no two rows share. What is not asked goes the way of the first name, so
/// that one index serves it all.
fn in_ordine(q: &mut Interrogazione, ordine: &[(OrdinePendenze, bool)], dialetto: Dialetto) {
    q.testo(" order by ");
    for (campo, discendente) in ordine {
        campo.metti(q, *discendente, dialetto);
        q.testo(", ");
    }
    let discendente = ordine.first().is_some_and(|o| o.1);
    if ordine.iter().all(|o| o.0 != OrdinePendenze::Caricamento) {
        q.testo(OrdinePendenze::Caricamento.sql(discendente)).testo(", ");
    }
    q.testo(if discendente { "p.id desc" } else { "p.id" });
}

fn pagina(
    f: &FiltroPendenze,
    ordine: &[(OrdinePendenze, bool)],
    salta: i64,
    quante: i64,
    dialetto: Dialetto,
) -> Interrogazione {
    let mut q = Interrogazione::nuova(concat!("select ", colonne!(), " from ("));
    if let Some(oggi) = f.tra_le_scadute() {
        scadute::chiavi(&mut q, f, oggi, ordine, (salta, quante), dialetto);
    } else {
        q.testo("select p.id");
        q.testo(f.tabella(dialetto, ordine.iter().all(|o| o.0 == OrdinePendenze::Caricamento)));
        f.dove(&mut q);
        in_ordine(&mut q, ordine, dialetto);
        q.testo(" limit ").valore(quante).testo(" offset ").valore(salta);
    }
    q.testo(concat!(") pagina join pendenze p on p.id = pagina.id", documento!()));
    in_ordine(&mut q, ordine, dialetto);
    q
}

fn conteggio(f: &FiltroPendenze, tetto: i64, dialetto: Dialetto) -> Interrogazione {
    if let Some(oggi) = f.tra_le_scadute() {
        return scadute::conteggio(f, oggi, tetto, dialetto);
    }
    let mut q = Interrogazione::nuova("select count(*) from (select 1 as uno");
    q.testo(f.tabella(dialetto, true));
    f.dove(&mut q);
    dalle_ultime(&mut q, dialetto);
    q.testo(" limit ").valore(tetto).testo(") t");
    q
}

/// What is counted up to a limit on PostgreSQL: the newest, as the page. It would begin with the oldest
/// rows of the table, which nobody has read for years.
fn dalle_ultime(q: &mut Interrogazione, dialetto: Dialetto) {
    if dialetto == Dialetto::Postgres {
        q.testo(" order by p.data_caricamento desc, p.id desc");
    }
}

struct RigaElenco(Pendenza);

impl DaRiga for RigaElenco {
    fn da_riga(r: &Riga<'_>) -> Result<Self, StoreError> {
        senza_voci(r).map(Self)
    }
}

impl Store {
    /// A page of pendenze, without their voci. The rows to skip are skipped among the keys alone.
    ///
    /// # Errors
    /// The database.
    pub async fn pendenze(
        &self,
        f: &FiltroPendenze,
        ordine: &[(OrdinePendenze, bool)],
        salta: i64,
        quante: i64,
    ) -> Result<Vec<Pendenza>, StoreError> {
        let q = pagina(f, ordine, salta, quante, self.dialetto());
        Ok(self.leggi_composta::<RigaElenco>(q).await?.into_iter().map(|r| r.0).collect())
    }

    /// How many there are; stops counting at `tetto`.
    ///
    /// # Errors
    /// The database.
    pub async fn conta_pendenze(&self, f: &FiltroPendenze, tetto: i64) -> Result<i64, StoreError> {
        let q = conteggio(f, tetto, self.dialetto());
        Ok(self.leggi_composta::<i64>(q).await?.into_iter().next().unwrap_or(0).min(tetto))
    }
}

#[cfg(test)]
#[path = "elenco_test.rs"]
mod tests;
