//! Riscossioni: the money that a receipt or a flow says was paid.

mod elenco;

pub use elenco::{FiltroRiscossioni, OrdineRiscossioni, RiscossioneInElenco};

use crate::{DaRiga, Riga, Scrittura, Store, StoreError, valori};
use domain::tentativo::{Riscossione, StatoRiscossione, TipoRiscossione};
use domain::{IdDominio, Istante, Iuv};

/// Unique key of a riscossione: [`crate::StoreError::duplicato_di`].
pub const CHIAVE: &str = "riscossioni_id_dominio_iuv_iur_indice_key";

/// Most riscossioni that a read gives back.
const MASSIMO: i64 = 1000;

macro_rules! colonne {
    () => {
        "id, pendenza, voce, tentativo, id_dominio, iuv, iur, indice, importo, data, commissioni, stato, \
         tipo, tipo_allegato, allegato"
    };
}

/// Names of the columns that a pendenza or a voce has too.
struct Nomi {
    id: &'static str,
    voce: &'static str,
    dominio: &'static str,
    iuv: &'static str,
    indice: &'static str,
    importo: &'static str,
    stato: &'static str,
    tipo: &'static str,
}

const PROPRI: Nomi = Nomi {
    id: "id",
    voce: "voce",
    dominio: "id_dominio",
    iuv: "iuv",
    indice: "indice",
    importo: "importo",
    stato: "stato",
    tipo: "tipo",
};

impl DaRiga for Riscossione {
    fn da_riga(r: &Riga<'_>) -> Result<Self, StoreError> {
        riscossione(r, &PROPRI)
    }
}

fn riscossione(r: &Riga<'_>, n: &Nomi) -> Result<Riscossione, StoreError> {
    Ok(Riscossione {
        id: r.intero(n.id)?,
        pendenza: r.intero("pendenza")?,
        voce: r.intero_opt(n.voce)?,
        tentativo: r.intero_opt("tentativo")?,
        dominio: IdDominio::fidato(r.testo(n.dominio)?),
        iuv: Iuv::fidato(r.testo(n.iuv)?),
        iur: r.testo("iur")?,
        indice: r.intero(n.indice)?,
        importo: r.importo(n.importo)?,
        data: r.istante("data")?,
        commissioni: r.importo_opt("commissioni")?,
        stato: r.letto(n.stato, StatoRiscossione::leggi)?,
        tipo: r.letto(n.tipo, TipoRiscossione::leggi)?,
        allegato: r.testo_opt("tipo_allegato")?.zip(r.testo_opt("allegato")?),
    })
}

/// Writes a new riscossione. The commit fails with [`StoreError::Duplicato`] of [`CHIAVE`] when it is
/// there already. The id comes from [`Store::nuovi_id`]; `acquisita` is when we came to know of it.
pub fn inserisci(s: &mut Scrittura, r: &Riscossione, acquisita: Istante) {
    let (tipo_allegato, allegato) = r.allegato.clone().unzip();
    s.esattamente(
        1,
        "insert into riscossioni (id, pendenza, voce, tentativo, id_dominio, iuv, iur, indice, importo, \
         data, commissioni, stato, tipo, tipo_allegato, allegato, data_acquisizione, id_a2a) \
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, \
         (select p.id_a2a from pendenze p where p.id = $2))",
        valori![
            r.id,
            r.pendenza,
            r.voce,
            r.tentativo,
            r.dominio.as_str(),
            r.iuv.as_str(),
            &r.iur,
            r.indice,
            r.importo,
            r.data,
            r.commissioni,
            r.stato.as_str(),
            r.tipo.as_str(),
            tipo_allegato,
            allegato,
            acquisita,
        ],
    );
}

/// Links a riscossione that a flow created to the attempt whose receipt confirms it. The commit fails
/// with [`StoreError::Conflitto`] if somebody has linked it meanwhile.
pub fn collega(s: &mut Scrittura, r: &Riscossione) {
    s.esattamente(
        1,
        "update riscossioni set tentativo = $2, stato = $3, importo = $4, data = $5 \
         where id = $1 and (tentativo is null or tentativo = $2)",
        valori![r.id, r.tentativo, r.stato.as_str(), r.importo, r.data],
    );
}

impl Store {
    /// The riscossioni of a pendenza, oldest first; at most 1000.
    pub async fn riscossioni_di(&self, pendenza: i64) -> Result<Vec<Riscossione>, StoreError> {
        self.leggi(
            concat!("select ", colonne!(), " from riscossioni where pendenza = $1 order by id limit $2"),
            valori![pendenza, MASSIMO],
        )
        .await
    }

    /// The riscossioni of a pendenza with an identifier of collection.
    pub async fn riscossioni_di_iur(&self, pendenza: i64, iur: &str) -> Result<Vec<Riscossione>, StoreError> {
        self.leggi(
            concat!(
                "select ",
                colonne!(),
                " from riscossioni where pendenza = $1 and iur = $2 order by id limit $3"
            ),
            valori![pendenza, iur, MASSIMO],
        )
        .await
    }

    /// The riscossioni that an attempt tells, in the order of its receipt.
    pub async fn riscossioni_del_tentativo(&self, tentativo: i64) -> Result<Vec<Riscossione>, StoreError> {
        self.leggi(
            concat!("select ", colonne!(), " from riscossioni where tentativo = $1 order by id limit $2"),
            valori![tentativo, MASSIMO],
        )
        .await
    }

    /// A riscossione by its key.
    pub async fn riscossione(
        &self,
        dominio: &str,
        iuv: &str,
        iur: &str,
        indice: i64,
    ) -> Result<Option<Riscossione>, StoreError> {
        self.leggi_una(
            concat!(
                "select ",
                colonne!(),
                " from riscossioni where id_dominio = $1 and iuv = $2 and iur = $3 and indice = $4"
            ),
            valori![dominio, iuv, iur, indice],
        )
        .await
    }

    /// The first riscossione of a voce.
    pub async fn prima_riscossione(
        &self,
        pendenza: i64,
        voce: i64,
    ) -> Result<Option<Riscossione>, StoreError> {
        self.leggi_una(
            concat!(
                "select ",
                colonne!(),
                " from riscossioni where pendenza = $1 and voce = $2 order by id limit 1"
            ),
            valori![pendenza, voce],
        )
        .await
    }
}
