//! One read each; a pendenza comes with its voci and its document.

use super::dati::{DatiPendenza, DatiVoce};
use crate::{DaRiga, Interrogazione, Riga, Store, StoreError, valori};
use domain::pendenza::{
    Allegato, ChiavePendenza, NuovoAllegato, Pendenza, StatoPagamento, StatoPendenza, StatoVoce,
    TipoPosizione, Voce,
};
use domain::{IdA2A, IdDominio, IdPendenza, IdTipoPendenza, IdUnita, Iuv, NumeroAvviso};

/// The columns of a pendenza and of its document.
macro_rules! colonne {
    () => {
        "p.id, p.versione, p.id_a2a, p.id_pendenza, p.uuid, p.id_dominio, p.id_unita, \
         p.id_tipo_pendenza, p.tipo, p.nome, p.causale, p.importo, p.numero_avviso, p.iuv, \
         p.data_validita, p.data_scadenza, p.data_notifica_avviso, p.data_promemoria_scadenza, \
         p.avvisatura_inibita, p.direzione, p.divisione, p.documento, \
         d.descrizione as documento_descrizione, p.dati, p.stato, p.anomalo, p.stato_pagamento, \
         p.descrizione_stato, p.verificato, p.importo_pagato, p.importo_incassato, \
         p.data_pagamento, p.iuv_pagamento, p.data_caricamento, p.data_ultimo_aggiornamento, \
         p.data_ultima_modifica_aca, p.data_ultima_comunicazione_aca"
    };
}
pub(crate) use colonne;

/// The columns of a voce.
macro_rules! colonne_voce {
    () => {
        "v.id as voce, v.indice, v.id_voce, v.importo as voce_importo, v.descrizione, \
         v.id_dominio as voce_dominio, v.dati as voce_dati, v.stato as voce_stato"
    };
}
pub(crate) use colonne_voce;

/// Where the document of a pendenza is.
macro_rules! documento {
    () => {
        " left join documenti d on d.id_a2a = p.id_a2a and d.id_dominio = p.id_dominio \
         and d.identificativo = p.documento"
    };
}
pub(crate) use documento;

/// One row per voce, with the pendenza repeated.
macro_rules! seleziona {
    () => {
        concat!(
            "select ",
            colonne!(),
            ", ",
            colonne_voce!(),
            " from pendenze p join voci v on v.pendenza = p.id",
            documento!(),
            " where "
        )
    };
    ($dove:literal) => {
        concat!(seleziona!(), $dove, " order by p.id, v.indice")
    };
}

/// A pendenza without its voci, from a row of [`colonne`].
pub(crate) fn senza_voci(r: &Riga<'_>) -> Result<Pendenza, StoreError> {
    let documento = match r.testo_opt("documento")? {
        Some(identificativo) => {
            Some((identificativo, r.testo_opt("documento_descrizione")?.unwrap_or_default()))
        }
        None => None,
    };
    let (debitore, accessori) = DatiPendenza::leggi(
        &r.testo("dati")?,
        documento,
        r.testo_opt("direzione")?,
        r.testo_opt("divisione")?,
    )?;
    Ok(Pendenza {
        id: r.intero("id")?,
        versione: r.intero("versione")?,
        chiave: ChiavePendenza {
            id_a2a: IdA2A::fidato(r.testo("id_a2a")?),
            id_pendenza: IdPendenza::fidato(r.testo("id_pendenza")?),
        },
        uuid: r.testo("uuid")?,
        dominio: IdDominio::fidato(r.testo("id_dominio")?),
        unita: r.testo_opt("id_unita")?.map(IdUnita::fidato),
        tipo_pendenza: IdTipoPendenza::fidato(r.testo("id_tipo_pendenza")?),
        tipo: r.letto("tipo", TipoPosizione::leggi)?,
        nome: r.testo_opt("nome")?,
        causale: r.testo("causale")?,
        debitore,
        importo: r.importo("importo")?,
        numero_avviso: NumeroAvviso::fidato(r.testo("numero_avviso")?),
        iuv: Iuv::fidato(r.testo("iuv")?),
        data_validita: r.data_opt("data_validita")?,
        data_scadenza: r.data_opt("data_scadenza")?,
        data_notifica_avviso: r.data_opt("data_notifica_avviso")?,
        data_promemoria_scadenza: r.data_opt("data_promemoria_scadenza")?,
        avvisatura_inibita: r.booleano("avvisatura_inibita")?,
        accessori,
        stato: r.letto("stato", StatoPendenza::leggi)?,
        anomalo: r.booleano("anomalo")?,
        stato_pagamento: r.letto("stato_pagamento", StatoPagamento::leggi)?,
        descrizione_stato: r.testo_opt("descrizione_stato")?,
        verificato: r.booleano("verificato")?,
        importo_pagato: r.importo("importo_pagato")?,
        importo_incassato: r.importo("importo_incassato")?,
        data_pagamento: r.istante_opt("data_pagamento")?,
        iuv_pagamento: r.testo_opt("iuv_pagamento")?.map(Iuv::fidato),
        data_caricamento: r.istante("data_caricamento")?,
        data_ultimo_aggiornamento: r.istante("data_ultimo_aggiornamento")?,
        data_ultima_modifica_aca: r.istante("data_ultima_modifica_aca")?,
        data_ultima_comunicazione_aca: r.istante_opt("data_ultima_comunicazione_aca")?,
        voci: Vec::new(),
    })
}

struct RigaPendenza {
    pendenza: Pendenza,
    voce: Voce,
}

impl DaRiga for RigaPendenza {
    fn da_riga(r: &Riga<'_>) -> Result<Self, StoreError> {
        Ok(Self { pendenza: senza_voci(r)?, voce: voce(r)? })
    }
}

/// A voce, from a row of [`colonne_voce`].
pub(crate) fn voce(r: &Riga<'_>) -> Result<Voce, StoreError> {
    let resto = DatiVoce::leggi(&r.testo("voce_dati")?)?;
    Ok(Voce {
        id: r.intero("voce")?,
        indice: r.intero("indice")?,
        id_voce: r.testo("id_voce")?,
        importo: r.importo("voce_importo")?,
        descrizione: r.testo("descrizione")?,
        descrizione_causale_rpt: resto.descrizione_causale_rpt,
        dominio: r.testo_opt("voce_dominio")?.map(IdDominio::fidato),
        forma: resto.forma,
        contabilita: resto.contabilita,
        metadata: resto.metadata,
        dati_allegati: resto.dati_allegati,
        stato: r.letto("voce_stato", StatoVoce::leggi)?,
    })
}

/// The rows of one pendenza put together.
fn una(righe: Vec<RigaPendenza>) -> Option<Pendenza> {
    let mut righe = righe.into_iter();
    let prima = righe.next()?;
    let mut pendenza = prima.pendenza;
    pendenza.voci.push(prima.voce);
    pendenza.voci.extend(righe.map(|r| r.voce));
    Some(pendenza)
}

/// The rows of several pendenze put together, each by itself.
fn tutte(righe: Vec<RigaPendenza>) -> Vec<Pendenza> {
    let mut lette: Vec<Pendenza> = Vec::new();
    for riga in righe {
        match lette.last_mut() {
            Some(p) if p.id == riga.pendenza.id => p.voci.push(riga.voce),
            _ => lette.push(Pendenza { voci: vec![riga.voce], ..riga.pendenza }),
        }
    }
    lette
}

/// An attachment with its content and what tells whether the caller may see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AllegatoLetto {
    /// Name, type, description.
    pub allegato: Allegato,
    /// Bytes.
    pub contenuto: Vec<u8>,
    /// Key of its pendenza.
    pub chiave: ChiavePendenza,
    /// Dominio of its pendenza.
    pub dominio: IdDominio,
    /// Unita operativa of its pendenza.
    pub unita: Option<IdUnita>,
    /// Type of its pendenza.
    pub tipo_pendenza: IdTipoPendenza,
    /// Debtor of its pendenza, in upper case.
    pub debitore: String,
}

impl DaRiga for Allegato {
    fn da_riga(r: &Riga<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            id: r.intero("id")?,
            nome: r.testo("nome")?,
            tipo: r.testo_opt("tipo")?,
            descrizione: r.testo_opt("descrizione")?,
        })
    }
}

impl DaRiga for AllegatoLetto {
    fn da_riga(r: &Riga<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            allegato: Allegato::da_riga(r)?,
            contenuto: r.byte("contenuto")?,
            chiave: ChiavePendenza {
                id_a2a: IdA2A::fidato(r.testo("id_a2a")?),
                id_pendenza: IdPendenza::fidato(r.testo("id_pendenza")?),
            },
            dominio: IdDominio::fidato(r.testo("id_dominio")?),
            unita: r.testo_opt("id_unita")?.map(IdUnita::fidato),
            tipo_pendenza: IdTipoPendenza::fidato(r.testo("id_tipo_pendenza")?),
            debitore: r.testo("id_debitore")?,
        })
    }
}

impl Store {
    /// A pendenza by its key.
    pub async fn pendenza(&self, chiave: &ChiavePendenza) -> Result<Option<Pendenza>, StoreError> {
        let sql = seleziona!("p.id_a2a = $1 and p.id_pendenza = $2");
        let v = valori![chiave.id_a2a.as_str(), chiave.id_pendenza.as_str()];
        Ok(una(self.leggi(sql, v).await?))
    }

    /// A pendenza by its reference inside a dominio.
    pub async fn pendenza_per_iuv(&self, dominio: &str, iuv: &str) -> Result<Option<Pendenza>, StoreError> {
        let sql = seleziona!("p.id_dominio = $1 and p.iuv = $2");
        Ok(una(self.leggi(sql, valori![dominio, iuv]).await?))
    }

    /// A pendenza by its surrogate key.
    pub async fn pendenza_per_id(&self, id: i64) -> Result<Option<Pendenza>, StoreError> {
        let sql = seleziona!("p.id = $1");
        Ok(una(self.leggi(sql, valori![id]).await?))
    }

    /// The pendenze with these surrogate keys, in the order of the keys.
    ///
    /// # Errors
    /// The database.
    pub async fn pendenze_per_id(
        &self,
        id: impl IntoIterator<Item = i64>,
    ) -> Result<Vec<Pendenza>, StoreError> {
        let mut q = Interrogazione::nuova(concat!(seleziona!(), "p.id in "));
        q.elenco(id).testo(" order by p.id, v.indice");
        Ok(tutte(self.leggi_composta(q).await?))
    }

    /// The pendenze of a document, oldest first; at most 1000.
    pub async fn pendenze_del_documento(
        &self,
        id_a2a: &str,
        dominio: &str,
        documento: &str,
    ) -> Result<Vec<Pendenza>, StoreError> {
        let sql = seleziona!(
            "p.id in (select u.id from pendenze u where u.id_a2a = $1 and u.id_dominio = $2 \
             and u.documento = $3 order by u.id limit 1000)"
        );
        Ok(tutte(self.leggi(sql, valori![id_a2a, dominio, documento]).await?))
    }

    /// Whether a document is there, with pendenze or without.
    pub async fn documento_esiste(
        &self,
        id_a2a: &str,
        dominio: &str,
        documento: &str,
    ) -> Result<bool, StoreError> {
        let sql = "select 1 from documenti where id_a2a = $1 and id_dominio = $2 and identificativo = $3";
        Ok(self.leggi_una::<i64>(sql, valori![id_a2a, dominio, documento]).await?.is_some())
    }

    /// The attachments of a pendenza without their content, in the order sent.
    pub async fn allegati_di(&self, pendenza: i64) -> Result<Vec<Allegato>, StoreError> {
        let sql = "select id, nome, tipo, descrizione from allegati where pendenza = $1 \
                   order by id limit $2";
        self.leggi(sql, valori![pendenza, i64::from(NuovoAllegato::MASSIMI)]).await
    }

    /// An attachment by its id.
    pub async fn allegato(&self, id: i64) -> Result<Option<AllegatoLetto>, StoreError> {
        let sql = "select a.id, a.nome, a.tipo, a.descrizione, a.contenuto, p.id_a2a, p.id_pendenza, \
                   p.id_dominio, p.id_unita, p.id_tipo_pendenza, p.id_debitore \
                   from allegati a join pendenze p on p.id = a.pendenza where a.id = $1";
        self.leggi_una(sql, valori![id]).await
    }
}
