//! Pages of the lists of master data (spec 10 3.3): filtered, ordered and cut by the database.
//!
//! Names and ids are ordered by their bytes on both databases. PostgreSQL has to be told, because the
//! collation of a database is the choice of whoever made it.

use super::domini::RigaIndice;
use super::tipi::RigaTipoDominio;
use crate::{DaRiga, Dialetto, Interrogazione, Riga, Store, StoreError, valori};
use domain::anagrafica::{
    ApplicazioneIndice, ContoAccredito, Dominio, Entrata, EntrataDominio, IntermediarioIndice, TipoPendenza,
    TipoPendenzaDominio, UnitaOperativa,
};
use domain::{IdA2A, IdDominio};

/// What page of a list of master data is read.
#[derive(Debug, Clone, Copy)]
pub struct PaginaAnagrafica {
    /// Rows to skip.
    pub salta: i64,
    /// Rows to read; `None`: all.
    pub quante: Option<i64>,
    /// How far to count; `None`: no count.
    pub conta_fino_a: Option<i64>,
}

/// The page of a list and the order of its rows: the position of each sort name of that list and
/// whether it is descending; empty is the default order.
#[derive(Debug, Clone)]
pub struct Richiesta {
    /// Which page.
    pub pagina: PaginaAnagrafica,
    /// In which order.
    pub ordine: Vec<(usize, bool)>,
}

/// The rows of a page, and how many there are in all if that was asked.
pub type Trovate<T> = (Vec<T>, Option<i64>);

/// What rows a list of master data holds; each list looks at the filters that it has.
#[derive(Debug, Clone, Default)]
pub struct FiltroAnagrafica {
    /// The dominio that the list belongs to, of those that belong to one.
    pub dominio: String,
    /// A piece of the id, upper or lower case.
    pub id: Option<String>,
    /// The whole id.
    pub id_esatto: Option<String>,
    /// A piece of the name, description or principal, upper or lower case.
    pub nome: Option<String>,
    /// On or off; of a type of a dominio, what is effective.
    pub abilitato: Option<bool>,
    /// Domini of this stazione.
    pub stazione: Option<String>,
    /// Domini that are intermediated, or are not.
    pub intermediato: Option<bool>,
    /// With an effective form of the Backoffice; a dominio, with at least one such type.
    pub form: Option<bool>,
    /// With an effective layout of CSV files.
    pub tracciato: Option<bool>,
    /// Types that this dominio does not have.
    pub non_associati: Option<String>,
    /// Only these ids: the scope of the caller. `None` is all.
    pub fra: Option<Vec<String>>,
    /// Offices: not the one that stands for the dominio itself.
    pub senza_ec: bool,
}

/// Where the rows of a list come from.
struct Fonte {
    colonne: &'static str,
    /// From `from` to the first condition.
    da: &'static str,
    /// The columns of the sort names, the default first.
    ordini: &'static [&'static str],
    /// What makes the order total.
    chiave: &'static str,
    /// Appends the filters that this list has.
    dove: fn(&mut Interrogazione, &FiltroAnagrafica),
}

/// Whether a tipo (`t`), or its override (`d`), has a part of its own in its JSON.
macro_rules! del_tipo {
    ($parte:literal) => {
        concat!("exists (select 1 from tipi_pendenza_parti p where p.id = t.id and p.", $parte, " = 1)")
    };
}
macro_rules! effettiva {
    ($parte:literal) => {
        concat!(
            del_tipo!($parte),
            " or exists (select 1 from tipi_pendenza_dominio_parti p where p.id_dominio = d.id_dominio \
             and p.id_tipo_pendenza = d.id_tipo_pendenza and p.",
            $parte,
            " = 1)"
        )
    };
}

const INTERMEDIARI: Fonte = Fonte {
    colonne: "select i.id, i.denominazione, i.abilitato",
    da: " from intermediari i where 1 = 1",
    ordini: &["i.denominazione"],
    chiave: "i.id",
    dove: |q, f| vero(q, "i.abilitato = 1", f.abilitato),
};

const DOMINI: Fonte = Fonte {
    colonne: "select d.id, d.ragione_sociale, d.indirizzo, d.id_stazione, d.aux_digit, d.segregation_code, \
              d.gln, d.cbill, d.aut_stampa_poste, d.iuv_prefix, d.tassonomia_pagopa, d.scarica_fr, \
              d.abilitato, ((select l.id_dominio from loghi l where l.id_dominio = d.id) is not null) as ha_logo",
    da: " from domini d where 1 = 1",
    ordini: &["d.ragione_sociale", "d.id"],
    chiave: "d.id",
    dove: |q, f| {
        contiene(q, &["d.id"], f.id.as_deref());
        contiene(q, &["d.ragione_sociale"], f.nome.as_deref());
        q.se(" and d.id_stazione = ", f.stazione.as_deref());
        vero(q, "d.abilitato = 1", f.abilitato);
        vero(q, "d.id_stazione is not null", f.intermediato);
        let con_form = "exists (select 1 from tipi_pendenza_dominio x where x.id_dominio = d.id and (\
                        exists (select 1 from tipi_pendenza_parti p \
                        where p.id = x.id_tipo_pendenza and p.form = 1) \
                        or exists (select 1 from tipi_pendenza_dominio_parti p where p.id_dominio = d.id \
                        and p.id_tipo_pendenza = x.id_tipo_pendenza and p.form = 1)))";
        vero(q, con_form, f.form);
        fra(q, " and d.id in ", f);
    },
};

const UNITA: Fonte = Fonte {
    colonne: "select u.id, u.ragione_sociale, u.indirizzo, u.abilitato",
    da: " from unita_operative u where u.id_dominio = ",
    ordini: &["u.ragione_sociale"],
    chiave: "u.id",
    dove: |q, f| {
        q.valore(f.dominio.as_str());
        contiene(q, &["u.ragione_sociale"], f.nome.as_deref());
        vero(q, "u.abilitato = 1", f.abilitato);
        if f.senza_ec {
            q.testo(" and u.id <> ").valore(UnitaOperativa::EC);
        }
        fra(q, " and u.id in ", f);
    },
};

const CONTI: Fonte = Fonte {
    colonne: "select c.iban, c.bic, c.postale, c.descrizione, c.intestatario, c.aut_stampa_poste, c.abilitato",
    da: " from conti_accredito c where c.id_dominio = ",
    ordini: &["c.iban"],
    chiave: "c.iban",
    dove: |q, f| {
        q.valore(f.dominio.as_str());
        contiene(q, &["c.iban"], f.id.as_deref());
        vero(q, "c.abilitato = 1", f.abilitato);
    },
};

const ENTRATE: Fonte = Fonte {
    colonne: "select e.id, e.descrizione, e.tipo_contabilita, e.codice_contabilita",
    da: " from entrate e where 1 = 1",
    ordini: &["e.id"],
    chiave: "e.id",
    dove: |_, _| {},
};

/// A cross join is one that SQLite takes in the order written, here and in the types of a dominio:
/// they come in order from an index, and each is looked up in the dominio.
const ENTRATE_DOMINIO: Fonte = Fonte {
    colonne: "select e.id, e.descrizione, e.tipo_contabilita, e.codice_contabilita, d.iban_accredito, \
              d.iban_appoggio, d.tipo_contabilita as d_tipo_contabilita, \
              d.codice_contabilita as d_codice_contabilita, d.abilitato",
    da: " from entrate e cross join entrate_dominio d \
         where d.id_entrata = e.id and d.id_dominio = ",
    ordini: &["e.id", "e.descrizione"],
    chiave: "e.id",
    dove: |q, f| {
        q.valore(f.dominio.as_str());
        contiene(q, &["e.descrizione"], f.nome.as_deref());
        vero(q, "d.abilitato = 1", f.abilitato);
    },
};

const TIPI: Fonte = Fonte {
    colonne: "select t.id, t.descrizione, t.codifica_iuv, t.paga_terzi, t.abilitato, t.configurazione",
    da: " from tipi_pendenza t where 1 = 1",
    ordini: &["t.descrizione", "t.id"],
    chiave: "t.id",
    dove: |q, f| {
        q.se(" and t.id = ", f.id_esatto.as_deref());
        contiene(q, &["t.descrizione", "t.id"], f.nome.as_deref());
        vero(q, "t.abilitato = 1", f.abilitato);
        vero(q, del_tipo!("form"), f.form);
        vero(q, del_tipo!("tracciato"), f.tracciato);
        if let Some(dominio) = &f.non_associati {
            q.testo(
                " and not exists (select 1 from tipi_pendenza_dominio d \
                 where d.id_tipo_pendenza = t.id and d.id_dominio = ",
            );
            q.valore(dominio.as_str()).testo(")");
        }
        fra(q, " and t.id in ", f);
    },
};

const TIPI_DOMINIO: Fonte = Fonte {
    colonne: "select t.id, t.descrizione, t.codifica_iuv, t.paga_terzi, t.abilitato, t.configurazione, \
              d.codifica_iuv as d_codifica_iuv, d.paga_terzi as d_paga_terzi, d.abilitato as d_abilitato, \
              d.configurazione as d_configurazione, d.segreti",
    da: " from tipi_pendenza t cross join tipi_pendenza_dominio d \
         where d.id_tipo_pendenza = t.id and d.id_dominio = ",
    ordini: &["t.descrizione", "t.id"],
    chiave: "t.id",
    dove: |q, f| {
        q.valore(f.dominio.as_str());
        contiene(q, &["t.descrizione"], f.nome.as_deref());
        effettivo(q, f.abilitato);
        vero(q, effettiva!("form"), f.form);
        vero(q, effettiva!("tracciato"), f.tracciato);
        fra(q, " and t.id in ", f);
    },
};

const APPLICAZIONI: Fonte = Fonte {
    colonne: "select a.id, u.principal, u.abilitato",
    da: " from applicazioni a join utenze u on u.id = a.id_utenza where 1 = 1",
    ordini: &["a.id"],
    chiave: "a.id",
    dove: |q, f| {
        contiene(q, &["a.id"], f.id.as_deref());
        contiene(q, &["u.principal"], f.nome.as_deref());
        vero(q, "u.abilitato = 1", f.abilitato);
    },
};

impl DaRiga for IntermediarioIndice {
    fn da_riga(r: &Riga<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            id: IdDominio::fidato(r.testo("id")?),
            denominazione: r.testo("denominazione")?,
            abilitato: r.booleano("abilitato")?,
        })
    }
}

impl DaRiga for ApplicazioneIndice {
    fn da_riga(r: &Riga<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            id: IdA2A::fidato(r.testo("id")?),
            principal: r.testo("principal")?,
            abilitato: r.booleano("abilitato")?,
        })
    }
}

impl Store {
    /// Intermediari: by denominazione.
    pub async fn elenco_intermediari(
        &self,
        f: &FiltroAnagrafica,
        r: &Richiesta,
    ) -> Result<Trovate<IntermediarioIndice>, StoreError> {
        self.elenco(&INTERMEDIARI, f, r).await
    }

    /// Offices of a dominio: by name.
    pub async fn elenco_unita(
        &self,
        f: &FiltroAnagrafica,
        r: &Richiesta,
    ) -> Result<Trovate<UnitaOperativa>, StoreError> {
        self.elenco(&UNITA, f, r).await
    }

    /// Accounts of a dominio: by IBAN.
    pub async fn elenco_conti(
        &self,
        f: &FiltroAnagrafica,
        r: &Richiesta,
    ) -> Result<Trovate<ContoAccredito>, StoreError> {
        self.elenco(&CONTI, f, r).await
    }

    /// Types of revenue: by id.
    pub async fn elenco_entrate(
        &self,
        f: &FiltroAnagrafica,
        r: &Richiesta,
    ) -> Result<Trovate<Entrata>, StoreError> {
        self.elenco(&ENTRATE, f, r).await
    }

    /// Revenues of a dominio: by id, by description.
    pub async fn elenco_entrate_dominio(
        &self,
        f: &FiltroAnagrafica,
        r: &Richiesta,
    ) -> Result<Trovate<EntrataDominio>, StoreError> {
        self.elenco(&ENTRATE_DOMINIO, f, r).await
    }

    /// Types of pendenza: by description, by id.
    pub async fn elenco_tipi(
        &self,
        f: &FiltroAnagrafica,
        r: &Richiesta,
    ) -> Result<Trovate<TipoPendenza>, StoreError> {
        self.elenco(&TIPI, f, r).await
    }

    /// Applicazioni: by idA2A.
    pub async fn elenco_applicazioni(
        &self,
        f: &FiltroAnagrafica,
        r: &Richiesta,
    ) -> Result<Trovate<ApplicazioneIndice>, StoreError> {
        self.elenco(&APPLICAZIONI, f, r).await
    }

    /// Domini without their connectors: by name, by id.
    pub async fn elenco_domini(
        &self,
        f: &FiltroAnagrafica,
        r: &Richiesta,
    ) -> Result<Trovate<Dominio>, StoreError> {
        let (righe, totale) = self.elenco::<RigaIndice>(&DOMINI, f, r).await?;
        Ok((righe.into_iter().map(|r| r.0).collect(), totale))
    }

    /// Types of a dominio with their defaults: by description, by id.
    pub async fn elenco_tipi_dominio(
        &self,
        f: &FiltroAnagrafica,
        r: &Richiesta,
    ) -> Result<Trovate<TipoPendenzaDominio>, StoreError> {
        let (righe, totale) = self.elenco::<RigaTipoDominio>(&TIPI_DOMINIO, f, r).await?;
        let righe: Result<Vec<_>, _> = righe.into_iter().map(|r| r.apri(self.chiave(), &f.dominio)).collect();
        Ok((righe?, totale))
    }

    /// Whether a dominio is intermediated; `None` when there is no such dominio.
    pub async fn dominio_intermediato(&self, id: &str) -> Result<Option<bool>, StoreError> {
        let stazioni: Option<i64> = self
            .leggi_una("select count(id_stazione) from domini where id = $1 group by id", valori![id])
            .await?;
        Ok(stazioni.map(|n| n > 0))
    }

    async fn elenco<T: DaRiga>(
        &self,
        fonte: &Fonte,
        f: &FiltroAnagrafica,
        r: &Richiesta,
    ) -> Result<Trovate<T>, StoreError> {
        let p = r.pagina;
        let righe = match p.quante {
            Some(0) => Vec::new(),
            _ => self.leggi_composta(pagina(fonte, f, r, self.dialetto())).await?,
        };
        let totale = match (p.conta_fino_a, p.quante) {
            (None, _) => None,
            // All of them are here: they need no second statement to be counted.
            (Some(tetto), None) => Some(i64::try_from(righe.len()).unwrap_or(i64::MAX).min(tetto)),
            (Some(tetto), Some(_)) => {
                self.leggi_composta::<i64>(conteggio(fonte, f, tetto)).await?.into_iter().next()
            }
        };
        Ok((righe, totale))
    }
}

fn pagina(fonte: &Fonte, f: &FiltroAnagrafica, r: &Richiesta, dialetto: Dialetto) -> Interrogazione {
    let byte = match dialetto {
        Dialetto::Sqlite => "",
        Dialetto::Postgres => " collate \"C\"",
    };
    let mut q = Interrogazione::nuova(fonte.colonne);
    q.testo(fonte.da);
    (fonte.dove)(&mut q, f);
    let mut colonne: Vec<(&'static str, bool)> =
        r.ordine.iter().filter_map(|(n, discendente)| Some((*fonte.ordini.get(*n)?, *discendente))).collect();
    if colonne.is_empty() {
        colonne.extend(fonte.ordini.first().map(|c| (*c, false)));
    }
    // In the direction of the rest, so that one index can be walked either way.
    let discendente = colonne.first().is_some_and(|(_, d)| *d);
    if colonne.iter().all(|(c, _)| *c != fonte.chiave) {
        colonne.push((fonte.chiave, discendente));
    }
    for (n, (colonna, discendente)) in colonne.into_iter().enumerate() {
        q.testo(if n == 0 { " order by " } else { ", " }).testo(colonna).testo(byte);
        q.testo(if discendente { " desc" } else { "" });
    }
    if let Some(n) = r.pagina.quante {
        q.testo(" limit ").valore(n).testo(" offset ").valore(r.pagina.salta);
    }
    q
}

fn conteggio(fonte: &Fonte, f: &FiltroAnagrafica, tetto: i64) -> Interrogazione {
    let mut q = Interrogazione::nuova("select count(*) from (select 1 as uno");
    q.testo(fonte.da);
    (fonte.dove)(&mut q, f);
    q.testo(" limit ").valore(tetto).testo(") t");
    q
}

/// A condition that must hold, or must not; nothing when it is not asked.
fn vero(q: &mut Interrogazione, condizione: &'static str, chiesto: Option<bool>) {
    if let Some(chiesto) = chiesto {
        q.testo(if chiesto { " and " } else { " and not " }).testo("(").testo(condizione).testo(")");
    }
}

/// Whether the override of a dominio, or else the tipo, is on. Said as what it is not: PostgreSQL takes an
/// equality with an expression for a rare one, and would sort all the rows rather than walk the index.
fn effettivo(q: &mut Interrogazione, chiesto: Option<bool>) {
    if let Some(chiesto) = chiesto {
        q.testo(" and coalesce(d.abilitato, t.abilitato) <> ").testo(if chiesto { "0" } else { "1" });
    }
}

fn fra(q: &mut Interrogazione, colonna: &'static str, f: &FiltroAnagrafica) {
    if let Some(id) = &f.fra {
        q.testo(colonna).elenco(id.iter().map(String::as_str));
    }
}

/// One of the columns holds the text, upper or lower case. `lower` of a database may know the letters
/// of ASCII only: a text with others is sought both in lower and in upper case.
pub(crate) fn contiene(q: &mut Interrogazione, colonne: &[&'static str], testo: Option<&str>) {
    let Some(testo) = testo else { return };
    let (minuscolo, maiuscolo) = (testo.to_lowercase(), testo.to_uppercase().to_ascii_lowercase());
    let varianti = if minuscolo == maiuscolo { vec![minuscolo] } else { vec![minuscolo, maiuscolo] };
    let mut separatore = " and (";
    for colonna in colonne {
        for v in &varianti {
            q.testo(separatore).testo("lower(").testo(colonna).testo(") like ");
            q.valore(format!("%{}%", letterale(v))).testo(" escape '!'");
            separatore = " or ";
        }
    }
    q.testo(")");
}

/// The text for a `like` whose escape is `!`.
fn letterale(testo: &str) -> String {
    testo.replace('!', "!!").replace('%', "!%").replace('_', "!_")
}

#[cfg(test)]
#[path = "elenchi_test.rs"]
mod elenchi_test;
