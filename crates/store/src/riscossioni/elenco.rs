//! Lists of riscossioni: filters, order, page, capped count (spec 50 section 8).

use super::{Nomi, riscossione};
use crate::anagrafica::contiene;
use crate::pendenze::letture::{colonne, colonne_voce, documento, senza_voci, voce};
use crate::{DaRiga, Dialetto, Interrogazione, Riga, Store, StoreError};
use domain::pendenza::{Pendenza, Voce};
use domain::tentativo::{Riscossione, StatoRiscossione, TipoRiscossione};
use domain::{IdDominio, Istante, Iuv};

/// Filters of a list; absent ones let everything through.
#[derive(Debug, Clone, Default)]
pub struct FiltroRiscossioni {
    /// For this dominio.
    pub dominio: Option<String>,
    /// Only for these domini: the scope of the caller.
    pub domini: Option<Vec<String>>,
    /// Known at or after.
    pub da: Option<Istante>,
    /// Known at or before.
    pub a: Option<Istante>,
    /// In one of these states; none: all.
    pub stati: Vec<StatoRiscossione>,
    /// Of one of these kinds; none: all.
    pub tipi: Vec<TipoRiscossione>,
    /// Of pendenze of this applicazione.
    pub id_a2a: Option<String>,
    /// Of pendenze whose key holds this, ignoring case.
    pub id_pendenza: Option<String>,
    /// Whose reference holds this, ignoring case.
    pub iuv: Option<String>,
    /// With this identifier of collection.
    pub iur: Option<String>,
    /// Of pendenze of this office.
    pub unita: Option<String>,
    /// Of pendenze of this type.
    pub tipo_pendenza: Option<String>,
    /// Of pendenze of one of these direzioni; none: all.
    pub direzioni: Vec<String>,
    /// Of pendenze of one of these divisioni; none: all.
    pub divisioni: Vec<String>,
    /// Of pendenze of one of these tassonomie; none: all.
    pub tassonomie: Vec<String>,
}

/// What a list is ordered by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OrdineRiscossioni {
    /// When it was paid.
    Data,
    /// Stored state.
    Stato,
    /// Reference.
    Iuv,
}

impl OrdineRiscossioni {
    const fn sql(self, discendente: bool) -> &'static str {
        match (self, discendente) {
            (Self::Data, false) => "r.data",
            (Self::Data, true) => "r.data desc",
            (Self::Stato, false) => "r.stato",
            (Self::Stato, true) => "r.stato desc",
            (Self::Iuv, false) => "r.iuv",
            (Self::Iuv, true) => "r.iuv desc",
        }
    }
}

/// A row of a list.
#[derive(Debug, Clone, PartialEq)]
pub struct RiscossioneInElenco {
    /// The riscossione.
    pub riscossione: Riscossione,
    /// Its pendenza, without voci.
    pub pendenza: Pendenza,
    /// The voce that it pays.
    pub voce: Option<Voce>,
    /// Dominio, reference and context of the attempt that tells it.
    pub tentativo: Option<(IdDominio, Iuv, String)>,
}

const ACCANTO: Nomi = Nomi {
    id: "r_id",
    voce: "r_voce",
    dominio: "r_dominio",
    iuv: "r_iuv",
    indice: "r_indice",
    importo: "r_importo",
    stato: "r_stato",
    tipo: "r_tipo",
};

impl DaRiga for RiscossioneInElenco {
    fn da_riga(r: &Riga<'_>) -> Result<Self, StoreError> {
        let tentativo = match (r.testo_opt("t_dominio")?, r.testo_opt("t_iuv")?, r.testo_opt("ccp")?) {
            (Some(dominio), Some(iuv), Some(ccp)) => {
                Some((IdDominio::fidato(dominio), Iuv::fidato(iuv), ccp))
            }
            _ => None,
        };
        Ok(Self {
            riscossione: riscossione(r, &ACCANTO)?,
            pendenza: senza_voci(r)?,
            voce: r.intero_opt("voce")?.map(|_| voce(r)).transpose()?,
            tentativo,
        })
    }
}

impl FiltroRiscossioni {
    /// Whether a pendenza must be looked at to know if its riscossione is one of them.
    fn guarda_la_pendenza(&self) -> bool {
        self.unita.is_some()
            || self.tipo_pendenza.is_some()
            || !self.direzioni.is_empty()
            || !self.divisioni.is_empty()
            || !self.tassonomie.is_empty()
    }

    fn da(&self, q: &mut Interrogazione, dialetto: Dialetto) {
        q.testo(" from riscossioni r");
        if self.guarda_la_pendenza() {
            q.testo(" join pendenze p on p.id = r.pendenza");
        }
        q.testo(" where 1 = 1");
        // Those of one collection are few and come from its index, those of a pendenza from hers: what else is
        // asked of them is written so that no index offers to walk through all for the order.
        let pochi = self.iur.is_some() || self.id_pendenza.is_some();
        q.se(" and r.iur = ", self.iur.as_deref());
        if let Some(id) = &self.id_pendenza {
            q.testo(" and r.pendenza in (select n.id from pendenze n where 1 = 1");
            q.se(" and n.id_a2a = ", self.id_a2a.as_deref());
            contiene(q, &["n.id_pendenza"], Some(id));
            q.testo(")");
        } else {
            let testo = if pochi { " and r.id_a2a || '' = " } else { " and r.id_a2a = " };
            q.se(testo, self.id_a2a.as_deref());
        }
        let colonna = if pochi { " and r.id_dominio || ''" } else { " and r.id_dominio" };
        if let Some(d) = &self.dominio {
            q.testo(colonna).testo(" = ").valore(d.as_str());
        }
        if let Some(domini) = &self.domini {
            q.testo(colonna).uno_di(domini.iter().map(String::as_str));
        }
        q.se(" and r.data_acquisizione >= ", self.da);
        q.se(" and r.data_acquisizione <= ", self.a);
        if !self.stati.is_empty() {
            q.testo(" and r.stato").uno_di(self.stati.iter().map(|s| s.as_str()));
        }
        if !self.tipi.is_empty() {
            q.testo(" and r.tipo in ").elenco(self.tipi.iter().map(|t| t.as_str()));
        }
        contiene(q, &["r.iuv"], self.iuv.as_deref());
        q.se(" and coalesce(p.id_unita, 'EC') = ", self.unita.as_deref());
        q.se(" and p.id_tipo_pendenza = ", self.tipo_pendenza.as_deref());
        // What no index looks at stands in the JSON of the pendenza.
        let tassonomia = match dialetto {
            Dialetto::Sqlite => " and json_extract(p.dati, '$.tassonomia') in ",
            Dialetto::Postgres => " and (p.dati::jsonb ->> 'tassonomia') in ",
        };
        for (testo, valori) in [
            (" and p.direzione in ", &self.direzioni),
            (" and p.divisione in ", &self.divisioni),
            (tassonomia, &self.tassonomie),
        ] {
            if !valori.is_empty() {
                q.testo(testo).elenco(valori.iter().map(String::as_str));
            }
        }
    }
}

/// The whole order, which no two rows share: the key stands the other way round from the date, as in the
/// usual order.
fn in_ordine(q: &mut Interrogazione, ordine: &[(OrdineRiscossioni, bool)]) {
    q.testo(" order by ");
    for (campo, discendente) in ordine {
        q.testo(campo.sql(*discendente)).testo(", ");
    }
    let primo = ordine.first().copied().unwrap_or((OrdineRiscossioni::Data, true));
    let data = ordine.iter().find(|o| o.0 == OrdineRiscossioni::Data).map(|o| o.1);
    let per_iuv = primo.0 == OrdineRiscossioni::Iuv;
    // By reference the index holds the key after it; by state, the date descends as the state ascends.
    let data = match (data, per_iuv) {
        (Some(giu), _) => giu,
        (None, true) => !primo.1,
        (None, false) => {
            q.testo(OrdineRiscossioni::Data.sql(!primo.1)).testo(", ");
            !primo.1
        }
    };
    q.testo(if data {
        "r.id_dominio, r.iuv, r.iur, r.indice"
    } else {
        "r.id_dominio desc, r.iuv desc, r.iur desc, r.indice desc"
    });
}

fn pagina(
    f: &FiltroRiscossioni,
    ordine: &[(OrdineRiscossioni, bool)],
    (salta, quanti): (i64, i64),
    dialetto: Dialetto,
) -> Interrogazione {
    let mut q = Interrogazione::nuova(concat!(
        "select r.id as r_id, r.pendenza, r.voce as r_voce, r.tentativo, r.id_dominio as r_dominio, \
         r.iuv as r_iuv, r.iur, r.indice as r_indice, r.importo as r_importo, r.data, r.commissioni, \
         r.stato as r_stato, r.tipo as r_tipo, r.tipo_allegato, r.allegato, ",
        colonne!(),
        ", ",
        colonne_voce!(),
    ));
    q.testo(", t.id_dominio as t_dominio, t.iuv as t_iuv, t.ccp from (select r.id");
    f.da(&mut q, dialetto);
    in_ordine(&mut q, ordine);
    q.testo(" limit ").valore(quanti).testo(" offset ").valore(salta);
    q.testo(concat!(
        ") pagina join riscossioni r on r.id = pagina.id join pendenze p on p.id = r.pendenza \
         left join voci v on v.id = r.voce left join tentativi t on t.id = r.tentativo",
        documento!(),
    ));
    in_ordine(&mut q, ordine);
    q
}

fn conteggio(f: &FiltroRiscossioni, tetto: i64, dialetto: Dialetto) -> Interrogazione {
    let mut q = Interrogazione::nuova("select count(*) from (select 1 as uno");
    f.da(&mut q, dialetto);
    q.testo(" limit ").valore(tetto).testo(") n");
    q
}

impl Store {
    /// A page of riscossioni with what they pay: one read.
    ///
    /// # Errors
    /// The database.
    pub async fn riscossioni(
        &self,
        f: &FiltroRiscossioni,
        ordine: &[(OrdineRiscossioni, bool)],
        salta: i64,
        quanti: i64,
    ) -> Result<Vec<RiscossioneInElenco>, StoreError> {
        self.leggi_composta(pagina(f, ordine, (salta, quanti), self.dialetto())).await
    }

    /// How many there are; stops counting at `tetto`.
    ///
    /// # Errors
    /// The database.
    pub async fn conta_riscossioni(&self, f: &FiltroRiscossioni, tetto: i64) -> Result<i64, StoreError> {
        let q = conteggio(f, tetto, self.dialetto());
        Ok(self.leggi_composta::<i64>(q).await?.into_iter().next().unwrap_or(0))
    }
}

#[cfg(test)]
#[path = "elenco_test.rs"]
mod tests;
