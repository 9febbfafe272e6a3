//! Lists of attempts: filters, order, page, capped count (spec 30 10.3, 10.8).

use super::{Nomi, TentativoLetto, espanso, tentativo};
use crate::anagrafica::contiene;
use crate::pendenze::letture::{colonne, documento, senza_voci};
use crate::{DaRiga, Dialetto, Interrogazione, Riga, Store, StoreError};
use domain::Istante;
use domain::pendenza::Pendenza;
use domain::tentativo::EsitoPagamento;

/// Filters of a list; absent ones let everything through.
#[derive(Debug, Clone, Default)]
pub struct FiltroTentativi {
    /// Of pendenze of this applicazione.
    pub id_a2a: Option<String>,
    /// Of pendenze with this key.
    pub id_pendenza: Option<String>,
    /// Of this dominio.
    pub dominio: Option<String>,
    /// With this reference.
    pub iuv: Option<String>,
    /// With this context.
    pub ccp: Option<String>,
    /// With this outcome.
    pub esito: Option<EsitoPagamento>,
    /// Requested at or after.
    pub rpt_da: Option<Istante>,
    /// Requested at or before.
    pub rpt_a: Option<Istante>,
    /// With a receipt that came at or after.
    pub rt_da: Option<Istante>,
    /// With a receipt that came at or before.
    pub rt_a: Option<Istante>,
    /// Of this debtor, in upper case.
    pub debitore: Option<String>,
    /// Of a debtor whose name holds this, ignoring case.
    pub nome_debitore: Option<String>,
    /// Of one of these direzioni; none: all.
    pub direzioni: Vec<String>,
    /// Of one of these divisioni; none: all.
    pub divisioni: Vec<String>,
    /// Of this tassonomia.
    pub tassonomia: Option<String>,
    /// Of this office.
    pub unita: Option<String>,
    /// Only of these domini: the scope of the caller.
    pub domini: Option<Vec<String>>,
    /// Only of these tipi: those asked, as far as the caller sees them.
    pub tipi: Option<Vec<String>>,
    /// None at all: linked to a payment session, which no attempt is yet.
    pub nessuno: bool,
}

/// What a list is ordered by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OrdineTentativi {
    /// When it was requested.
    Richiesta,
    /// Stored state.
    Stato,
}

impl OrdineTentativi {
    const fn sql(self, discendente: bool) -> &'static str {
        match (self, discendente) {
            (Self::Richiesta, false) => "t.data_msg_richiesta",
            (Self::Richiesta, true) => "t.data_msg_richiesta desc",
            (Self::Stato, false) => "t.stato",
            (Self::Stato, true) => "t.stato desc",
        }
    }
}

/// A row of a list.
#[derive(Debug, Clone, PartialEq)]
pub struct RppInElenco {
    /// The attempt with its messages.
    pub letto: TentativoLetto,
    /// Its pendenza, without voci.
    pub pendenza: Pendenza,
}

/// The columns of an attempt beside those of its pendenza.
macro_rules! colonne_accanto {
    () => {
        "t.id as t_id, t.pendenza, t.id_dominio as t_dominio, t.iuv as t_iuv, t.ccp, \
         t.versione as t_versione, t.modello, t.stato as t_stato, t.descrizione_stato as t_descrizione, \
         t.esito, t.cod_msg_richiesta, t.data_msg_richiesta, t.cod_stazione, t.cod_carrello, t.bloccante, \
         t.cod_msg_ricevuta, t.data_msg_ricevuta, t.importo_totale_pagato, t.cod_attestante, \
         t.denominazione_attestante, t.cod_psp, t.cod_canale, t.tipo_versamento, t.ha_rpt, t.ha_rt"
    };
}

const ACCANTO: Nomi = Nomi {
    id: "t_id",
    dominio: "t_dominio",
    iuv: "t_iuv",
    versione: "t_versione",
    stato: "t_stato",
    descrizione_stato: "t_descrizione",
};

impl DaRiga for RppInElenco {
    fn da_riga(r: &Riga<'_>) -> Result<Self, StoreError> {
        let letto = TentativoLetto {
            tentativo: tentativo(r, &ACCANTO)?,
            rpt: espanso(r, "rpt")?,
            rt: espanso(r, "rt")?,
        };
        Ok(Self { letto, pendenza: senza_voci(r)? })
    }
}

impl FiltroTentativi {
    /// Whether a pendenza must be looked at to know if its attempt is one of them.
    fn guarda_la_pendenza(&self) -> bool {
        self.debitore.is_some()
            || self.nome_debitore.is_some()
            || !self.direzioni.is_empty()
            || !self.divisioni.is_empty()
            || self.tassonomia.is_some()
            || self.unita.is_some()
            || self.tipi.is_some()
    }

    fn da(&self, q: &mut Interrogazione, dialetto: Dialetto) {
        q.testo(" from tentativi t");
        if self.guarda_la_pendenza() {
            q.testo(" join pendenze p on p.id = t.pendenza");
        }
        q.testo(" where 1 = 1");
        // Of one notice there are few: they come from its key, and what else is asked of them is written so
        // that no index offers to walk through all of an applicazione or of a dominio for their order.
        let di_un_avviso = self.iuv.is_some();
        match (&self.id_a2a, &self.id_pendenza) {
            // By the unique key, which says the applicazione too: there is no index of the ids alone.
            (_, Some(id)) => {
                q.testo(" and t.pendenza in (select n.id from pendenze n where n.id_a2a");
                match &self.id_a2a {
                    Some(a2a) => q.testo(" = ").valore(a2a.as_str()),
                    None => q.testo(" in (select a.id from applicazioni a)"),
                };
                q.testo(" and n.id_pendenza = ").valore(id.as_str()).testo(")");
            }
            (Some(a2a), None) if di_un_avviso => {
                q.testo(" and t.id_a2a || '' = ").valore(a2a.as_str());
            }
            (Some(a2a), None) => {
                q.testo(" and t.id_a2a = ").valore(a2a.as_str());
            }
            (None, None) => {}
        }
        match (&self.dominio, &self.iuv) {
            (dominio, Some(iuv)) => {
                q.testo(" and t.id in (select i.id from tentativi i where i.id_dominio");
                match dominio {
                    Some(d) => q.testo(" = ").valore(d.as_str()),
                    // The dominio comes first in the unique key.
                    None => q.testo(" in (select d.id from domini d)"),
                };
                q.testo(" and i.iuv = ").valore(iuv.as_str()).testo(")");
            }
            (Some(d), None) => {
                q.testo(" and t.id_dominio = ").valore(d.as_str());
            }
            (None, None) => {}
        }
        q.se(" and t.ccp = ", self.ccp.as_deref());
        q.se(" and t.esito = ", self.esito.map(EsitoPagamento::as_str));
        q.se(" and t.data_msg_richiesta >= ", self.rpt_da);
        q.se(" and t.data_msg_richiesta <= ", self.rpt_a);
        q.se(" and t.data_msg_ricevuta >= ", self.rt_da);
        q.se(" and t.data_msg_ricevuta <= ", self.rt_a);
        if let Some(domini) = &self.domini {
            q.testo(if di_un_avviso { " and t.id_dominio || ''" } else { " and t.id_dominio " });
            q.uno_di(domini.iter().map(String::as_str));
        }
        q.se(" and p.id_debitore = ", self.debitore.as_deref());
        // What no index looks at stands in the JSON of the pendenza.
        let (nome, tassonomia) = match dialetto {
            Dialetto::Sqlite => (
                "json_extract(p.dati, '$.debitore.anagrafica')",
                " and json_extract(p.dati, '$.tassonomia') = ",
            ),
            Dialetto::Postgres => {
                ("(p.dati::jsonb #>> '{debitore,anagrafica}')", " and (p.dati::jsonb ->> 'tassonomia') = ")
            }
        };
        contiene(q, &[nome], self.nome_debitore.as_deref());
        q.se(tassonomia, self.tassonomia.as_deref());
        if !self.direzioni.is_empty() {
            q.testo(" and p.direzione in ").elenco(self.direzioni.iter().map(String::as_str));
        }
        if !self.divisioni.is_empty() {
            q.testo(" and p.divisione in ").elenco(self.divisioni.iter().map(String::as_str));
        }
        q.se(" and coalesce(p.id_unita, 'EC') = ", self.unita.as_deref());
        if let Some(tipi) = &self.tipi {
            q.testo(" and p.id_tipo_pendenza in ").elenco(tipi.iter().map(String::as_str));
        }
        if self.nessuno {
            q.testo(" and 1 = 0");
        }
    }
}

/// The whole order, which no two rows share.
fn in_ordine(q: &mut Interrogazione, ordine: &[(OrdineTentativi, bool)]) {
    q.testo(" order by ");
    for (campo, discendente) in ordine {
        q.testo(campo.sql(*discendente)).testo(", ");
    }
    let discendente = ordine.first().is_some_and(|o| o.1);
    if ordine.iter().all(|o| o.0 != OrdineTentativi::Richiesta) {
        q.testo(OrdineTentativi::Richiesta.sql(discendente)).testo(", ");
    }
    q.testo(if discendente { "t.id desc" } else { "t.id" });
}

fn pagina(
    f: &FiltroTentativi,
    ordine: &[(OrdineTentativi, bool)],
    (salta, quanti): (i64, i64),
    dialetto: Dialetto,
) -> Interrogazione {
    let mut q = Interrogazione::nuova(concat!(
        "select ",
        colonne_accanto!(),
        ", ",
        colonne!(),
        ", q.contenuto as rpt, "
    ));
    q.testo("r.contenuto as rt from (select t.id");
    f.da(&mut q, dialetto);
    in_ordine(&mut q, ordine);
    q.testo(" limit ").valore(quanti).testo(" offset ").valore(salta);
    q.testo(concat!(
        ") pagina join tentativi t on t.id = pagina.id join pendenze p on p.id = t.pendenza",
        documento!(),
        " left join messaggi q on q.tentativo = t.id and q.tipo = 'RPT' \
         left join messaggi r on r.tentativo = t.id and r.tipo = 'RT'"
    ));
    in_ordine(&mut q, ordine);
    q
}

fn conteggio(f: &FiltroTentativi, tetto: i64, dialetto: Dialetto) -> Interrogazione {
    let mut q = Interrogazione::nuova("select count(*) from (select 1 as uno");
    f.da(&mut q, dialetto);
    q.testo(" limit ").valore(tetto).testo(") n");
    q
}

impl Store {
    /// A page of attempts with their messages and their pendenze: one read.
    ///
    /// # Errors
    /// The database.
    pub async fn rpp(
        &self,
        f: &FiltroTentativi,
        ordine: &[(OrdineTentativi, bool)],
        salta: i64,
        quanti: i64,
    ) -> Result<Vec<RppInElenco>, StoreError> {
        self.leggi_composta(pagina(f, ordine, (salta, quanti), self.dialetto())).await
    }

    /// How many there are; stops counting at `tetto`.
    ///
    /// # Errors
    /// The database.
    pub async fn conta_rpp(&self, f: &FiltroTentativi, tetto: i64) -> Result<i64, StoreError> {
        let q = conteggio(f, tetto, self.dialetto());
        Ok(self.leggi_composta::<i64>(q).await?.into_iter().next().unwrap_or(0))
    }
}

#[cfg(test)]
#[path = "elenco_test.rs"]
mod tests;
