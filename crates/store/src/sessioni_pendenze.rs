//! Pendenze that a session holds until they are used (spec 20 section 10).

use crate::compressione::{comprimi, espandi};
use crate::{Riga, Scrittura, Store, StoreError, riga::DaRiga, valori};
use domain::pendenza::ChiavePendenza;
use domain::{IdA2A, IdDominio, IdPendenza, IdTipoPendenza, IdUnita, Istante, NumeroAvviso};

/// How the text of a pendenza is read again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Formato {
    /// A pendenza as a form makes it.
    Modulo,
    /// An answer of API Ente v1.
    EnteV1,
    /// An answer of API Ente v2.
    EnteV2,
}

impl Formato {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Modulo => "MODULO",
            Self::EnteV1 => "ENTE_V1",
            Self::EnteV2 => "ENTE_V2",
        }
    }

    fn leggi(testo: &str) -> Option<Self> {
        [Self::Modulo, Self::EnteV1, Self::EnteV2].into_iter().find(|f| f.as_str() == testo)
    }
}

/// A pendenza held by a session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tenuta {
    /// Its key.
    pub chiave: ChiavePendenza,
    /// Beneficiary.
    pub dominio: IdDominio,
    /// Type.
    pub tipo: IdTipoPendenza,
    /// Office.
    pub unita: Option<IdUnita>,
    /// Its number, reserved.
    pub avviso: NumeroAvviso,
    /// 32 hexadecimal digits.
    pub uuid: String,
    /// How `contenuto` is read.
    pub formato: Formato,
    /// The text it is read from; `None` once it has been stored.
    pub contenuto: Option<Vec<u8>>,
    /// When it was put there.
    pub nata: Istante,
}

impl DaRiga for Tenuta {
    fn da_riga(r: &Riga<'_>) -> Result<Self, StoreError> {
        let contenuto: Option<Vec<u8>> = r.byte_opt("contenuto")?;
        Ok(Self {
            chiave: ChiavePendenza {
                id_a2a: IdA2A::fidato(r.testo("id_a2a")?),
                id_pendenza: IdPendenza::fidato(r.testo("id_pendenza")?),
            },
            dominio: IdDominio::fidato(r.testo("id_dominio")?),
            tipo: IdTipoPendenza::fidato(r.testo("id_tipo_pendenza")?),
            unita: r.testo_opt("id_unita")?.map(IdUnita::fidato),
            avviso: NumeroAvviso::fidato(r.testo("numero_avviso")?),
            uuid: r.testo("uuid")?,
            formato: r.letto("formato", Formato::leggi)?,
            contenuto: contenuto.as_deref().map(espandi).transpose()?,
            nata: r.istante("nata")?,
        })
    }
}

impl Store {
    /// What a session holds under a key.
    pub async fn tenuta(
        &self,
        impronta: &str,
        chiave: &ChiavePendenza,
    ) -> Result<Option<Tenuta>, StoreError> {
        self.leggi_una(
            "select id_a2a, id_pendenza, id_dominio, id_tipo_pendenza, id_unita, numero_avviso, uuid, formato, \
             contenuto, nata from pendenze_sessione \
             where impronta = $1 and id_a2a = $2 and id_pendenza = $3",
            valori![impronta, chiave.id_a2a.as_str(), chiave.id_pendenza.as_str()],
        )
        .await
    }

    /// What a session holds under a notice.
    pub async fn tenuta_per_avviso(
        &self,
        impronta: &str,
        dominio: &IdDominio,
        avviso: &NumeroAvviso,
    ) -> Result<Option<Tenuta>, StoreError> {
        self.leggi_una(
            "select id_a2a, id_pendenza, id_dominio, id_tipo_pendenza, id_unita, numero_avviso, uuid, formato, \
             contenuto, nata from pendenze_sessione \
             where impronta = $1 and id_dominio = $2 and numero_avviso = $3",
            valori![impronta, dominio.as_str(), avviso.as_str()],
        )
        .await
    }

    /// How many pendenze a session holds.
    pub async fn quante_tenute(&self, impronta: &str) -> Result<i64, StoreError> {
        let q = "select count(*) from pendenze_sessione where impronta = $1";
        Ok(self.scalare(q, valori![impronta]).await?.unwrap_or(0))
    }
}

/// Puts a pendenza in a session, in the place of one with its key; of a session only the newest `quante` stay.
/// The commit fails with [`StoreError::Conflitto`] when the session is gone.
pub fn tieni(s: &mut Scrittura, impronta: &str, t: &Tenuta, quante: i64) {
    s.esattamente(1, "update sessioni set ultimo_uso = ultimo_uso where impronta = $1", valori![impronta]);
    s.esattamente(
        1,
        "insert into pendenze_sessione (impronta, id_a2a, id_pendenza, id_dominio, id_tipo_pendenza, \
         id_unita, numero_avviso, uuid, formato, contenuto, nata) \
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) \
         on conflict (impronta, id_a2a, id_pendenza) do update set id_dominio = excluded.id_dominio, \
         id_tipo_pendenza = excluded.id_tipo_pendenza, id_unita = excluded.id_unita, \
         numero_avviso = excluded.numero_avviso, uuid = excluded.uuid, formato = excluded.formato, \
         contenuto = excluded.contenuto, nata = excluded.nata",
        valori![
            impronta,
            t.chiave.id_a2a.as_str(),
            t.chiave.id_pendenza.as_str(),
            t.dominio.as_str(),
            t.tipo.as_str(),
            t.unita.as_ref().map(|u| u.as_str()),
            t.avviso.as_str(),
            &t.uuid,
            t.formato.as_str(),
            t.contenuto.as_deref().map(comprimi),
            t.nata,
        ],
    );
    s.esegui(
        "delete from pendenze_sessione where impronta = $1 and (id_a2a, id_pendenza) not in ( \
         select id_a2a, id_pendenza from pendenze_sessione where impronta = $1 \
         order by nata desc, id_a2a, id_pendenza limit $2)",
        valori![impronta, quante],
    );
}

/// Writes that what a session holds has been stored: nothing of it stays but that it is of that session.
pub fn depositata(s: &mut Scrittura, impronta: &str, t: &Tenuta) {
    s.esegui(
        "update pendenze_sessione set contenuto = null \
         where impronta = $1 and id_a2a = $2 and id_pendenza = $3 and nata = $4",
        valori![impronta, t.chiave.id_a2a.as_str(), t.chiave.id_pendenza.as_str(), t.nata],
    );
}
