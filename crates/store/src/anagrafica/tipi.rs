//! Types of pendenza and their override by a dominio (spec 10 5.4).

use super::{Modo, segreti};
use crate::{ChiaveCifratura, Riga, Scrittura, Store, StoreError, riga::DaRiga, valori};
use domain::anagrafica::{Segreto, TipoPendenza, TipoPendenzaDominio};
use domain::{IdDominio, IdTipoPendenza};

/// Most types that a dominio may have in its card.
const LIMITE: i64 = 10_000;

impl DaRiga for TipoPendenza {
    fn da_riga(r: &Riga<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            id: IdTipoPendenza::fidato(r.testo("id")?),
            descrizione: r.testo("descrizione")?,
            codifica_iuv: r.testo_opt("codifica_iuv")?,
            paga_terzi: r.booleano("paga_terzi")?,
            abilitato: r.booleano("abilitato")?,
            configurazione: r.testo("configurazione")?,
        })
    }
}

pub(super) struct RigaTipoDominio {
    tipo: TipoPendenzaDominio,
    segreti: Option<Vec<u8>>,
}

impl DaRiga for RigaTipoDominio {
    fn da_riga(r: &Riga<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            tipo: TipoPendenzaDominio {
                tipo: TipoPendenza::da_riga(r)?,
                codifica_iuv: r.testo_opt("d_codifica_iuv")?,
                paga_terzi: r.booleano_opt("d_paga_terzi")?,
                abilitato: r.booleano_opt("d_abilitato")?,
                configurazione: r.testo("d_configurazione")?,
                api_key_app_io: None,
            },
            segreti: r.byte_opt("segreti")?,
        })
    }
}

pub(crate) fn contesto(dominio: &str, tipo: &str) -> String {
    format!("tipi_pendenza_dominio/{dominio}/{tipo}/segreti")
}

impl RigaTipoDominio {
    pub(super) fn apri(
        self,
        chiave: &ChiaveCifratura,
        dominio: &str,
    ) -> Result<TipoPendenzaDominio, StoreError> {
        let api_key_app_io = self
            .segreti
            .map(|c| segreti::apri::<String>(chiave, &c, &contesto(dominio, self.tipo.tipo.id.as_str())))
            .transpose()?
            .map(Segreto);
        Ok(TipoPendenzaDominio { api_key_app_io, ..self.tipo })
    }
}

impl Store {
    /// A type of pendenza by its id.
    pub async fn tipo_pendenza(&self, id: &str) -> Result<Option<TipoPendenza>, StoreError> {
        self.leggi_una(
            "select id, descrizione, codifica_iuv, paga_terzi, abilitato, configurazione \
             from tipi_pendenza where id = $1",
            valori![id],
        )
        .await
    }

    /// The types of a dominio with their defaults, by id.
    pub async fn tipi_pendenza_dominio(&self, dominio: &str) -> Result<Vec<TipoPendenzaDominio>, StoreError> {
        self.leggi::<RigaTipoDominio>(
            "select t.id, t.descrizione, t.codifica_iuv, t.paga_terzi, t.abilitato, t.configurazione, \
             d.codifica_iuv as d_codifica_iuv, d.paga_terzi as d_paga_terzi, d.abilitato as d_abilitato, \
             d.configurazione as d_configurazione, d.segreti \
             from tipi_pendenza_dominio d join tipi_pendenza t on t.id = d.id_tipo_pendenza \
             where d.id_dominio = $1 order by t.id limit $2",
            valori![dominio, LIMITE],
        )
        .await?
        .into_iter()
        .map(|r| r.apri(self.chiave(), dominio))
        .collect()
    }

    /// Id and description of those of the given types that exist.
    pub async fn descrizioni_tipi(&self, id: &[&str]) -> Result<Vec<(String, String)>, StoreError> {
        self.fra("select id, descrizione from tipi_pendenza where id", id).await
    }
}

/// Writes a type of pendenza. `Duplicato("tipi_pendenza_pkey")`.
pub fn salva_tipo_pendenza(s: &mut Scrittura, modo: Modo, t: &TipoPendenza) {
    modo.scrivi(
        s,
        "insert into tipi_pendenza (id, descrizione, codifica_iuv, paga_terzi, abilitato, configurazione) \
         values ($1, $2, $3, $4, $5, $6)",
        "update tipi_pendenza set descrizione = $2, codifica_iuv = $3, paga_terzi = $4, abilitato = $5, \
         configurazione = $6 where id = $1",
        valori![
            t.id.as_str(),
            &t.descrizione,
            t.codifica_iuv.clone(),
            t.paga_terzi,
            t.abilitato,
            &t.configurazione,
        ],
    );
}

/// Writes the override of a type by a dominio; both must be there.
/// `Duplicato("tipi_pendenza_dominio_pkey")`.
pub fn salva_tipo_pendenza_dominio(
    s: &mut Scrittura,
    chiave: &ChiaveCifratura,
    modo: Modo,
    dominio: &IdDominio,
    t: &TipoPendenzaDominio,
) -> Result<(), StoreError> {
    let tipo = t.tipo.id.as_str();
    let chiuso = t
        .api_key_app_io
        .as_ref()
        .map(|k| segreti::chiudi(chiave, &k.as_str(), &contesto(dominio.as_str(), tipo)))
        .transpose()?;
    modo.scrivi(
        s,
        "insert into tipi_pendenza_dominio (id_dominio, id_tipo_pendenza, codifica_iuv, paga_terzi, \
         abilitato, configurazione, segreti) values ($1, $2, $3, $4, $5, $6, $7)",
        "update tipi_pendenza_dominio set codifica_iuv = $3, paga_terzi = $4, abilitato = $5, \
         configurazione = $6, segreti = $7 where id_dominio = $1 and id_tipo_pendenza = $2",
        valori![
            dominio.as_str(),
            tipo,
            t.codifica_iuv.clone(),
            t.paga_terzi,
            t.abilitato,
            &t.configurazione,
            chiuso,
        ],
    );
    Ok(())
}

impl Store {
    /// Id and description of every type of pendenza, by description, at most 10,000.
    pub async fn tutti_i_tipi(&self) -> Result<Vec<(String, String)>, StoreError> {
        self.leggi("select id, descrizione from tipi_pendenza order by descrizione, id limit 10000", vec![])
            .await
    }
}
