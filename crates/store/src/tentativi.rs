//! Attempts to pay and their two messages. The messages are deflated and live apart: no list reads
//! them.
//!
//! Whoever changes an attempt also bumps the `versione` of its pendenza: who decides on an aggregate
//! reads the pendenza first and its attempts after, and the guard of the pendenza covers both.

mod elenco;

pub use elenco::{FiltroTentativi, OrdineTentativi, RppInElenco};

use crate::{DaRiga, Riga, Scrittura, Store, StoreError, compressione, valori};
use domain::pendenza::Pendenza;
use domain::tentativo::{EsitoPagamento, ModelloPagamento, StatoTentativo, Tentativo, VersioneTentativo};
use domain::{IdDominio, Istante, Iuv};

/// Unique key of an attempt: [`crate::StoreError::duplicato_di`].
pub const CHIAVE: &str = "tentativi_id_dominio_iuv_ccp_key";
/// The unique key of the messages of an attempt: one of each kind.
pub const CHIAVE_MESSAGGI: &str = "messaggi_pkey";

/// Most attempts that a read gives back.
const MASSIMO: i64 = 1000;

/// Which message of an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TipoMessaggio {
    /// The request: our answer to the activation.
    Rpt,
    /// The receipt.
    Rt,
}

impl TipoMessaggio {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Rpt => "RPT",
            Self::Rt => "RT",
        }
    }
}

macro_rules! colonne {
    () => {
        "t.id, t.pendenza, t.id_dominio, t.iuv, t.ccp, t.versione, t.modello, t.stato, \
         t.descrizione_stato, t.esito, t.cod_msg_richiesta, t.data_msg_richiesta, t.cod_stazione, \
         t.cod_carrello, t.bloccante, t.cod_msg_ricevuta, t.data_msg_ricevuta, t.importo_totale_pagato, \
         t.cod_attestante, t.denominazione_attestante, t.cod_psp, t.cod_canale, t.tipo_versamento, \
         t.ha_rpt, t.ha_rt"
    };
}
pub(crate) use colonne;

/// Names of the columns that a pendenza has too.
struct Nomi {
    id: &'static str,
    dominio: &'static str,
    iuv: &'static str,
    versione: &'static str,
    stato: &'static str,
    descrizione_stato: &'static str,
}

const PROPRI: Nomi = Nomi {
    id: "id",
    dominio: "id_dominio",
    iuv: "iuv",
    versione: "versione",
    stato: "stato",
    descrizione_stato: "descrizione_stato",
};

impl DaRiga for Tentativo {
    fn da_riga(r: &Riga<'_>) -> Result<Self, StoreError> {
        tentativo(r, &PROPRI)
    }
}

fn tentativo(r: &Riga<'_>, n: &Nomi) -> Result<Tentativo, StoreError> {
    Ok(Tentativo {
        id: r.intero(n.id)?,
        pendenza: r.intero("pendenza")?,
        dominio: IdDominio::fidato(r.testo(n.dominio)?),
        iuv: Iuv::fidato(r.testo(n.iuv)?),
        ccp: r.testo("ccp")?,
        versione: r.letto(n.versione, VersioneTentativo::leggi)?,
        modello: r.letto("modello", ModelloPagamento::leggi)?,
        stato: r.letto(n.stato, StatoTentativo::leggi)?,
        descrizione_stato: r.testo_opt(n.descrizione_stato)?,
        esito: r.letto("esito", EsitoPagamento::leggi)?,
        cod_msg_richiesta: r.testo("cod_msg_richiesta")?,
        data_msg_richiesta: r.istante("data_msg_richiesta")?,
        cod_stazione: r.testo("cod_stazione")?,
        cod_carrello: r.testo_opt("cod_carrello")?,
        bloccante: r.booleano("bloccante")?,
        cod_msg_ricevuta: r.testo_opt("cod_msg_ricevuta")?,
        data_msg_ricevuta: r.istante_opt("data_msg_ricevuta")?,
        importo_totale_pagato: r.importo_opt("importo_totale_pagato")?,
        cod_attestante: r.testo_opt("cod_attestante")?,
        denominazione_attestante: r.testo_opt("denominazione_attestante")?,
        cod_psp: r.testo_opt("cod_psp")?,
        cod_canale: r.testo_opt("cod_canale")?,
        tipo_versamento: r.testo_opt("tipo_versamento")?,
        ha_rpt: r.booleano("ha_rpt")?,
        ha_rt: r.booleano("ha_rt")?,
    })
}

/// An attempt with its two messages, as far as they were stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TentativoLetto {
    /// The attempt.
    pub tentativo: Tentativo,
    /// Stored request.
    pub rpt: Option<Vec<u8>>,
    /// Stored receipt.
    pub rt: Option<Vec<u8>>,
}

fn espanso(r: &Riga<'_>, colonna: &'static str) -> Result<Option<Vec<u8>>, StoreError> {
    r.byte_opt(colonna)?.map(|b| compressione::espandi(&b)).transpose()
}

impl DaRiga for TentativoLetto {
    fn da_riga(r: &Riga<'_>) -> Result<Self, StoreError> {
        Ok(Self { tentativo: Tentativo::da_riga(r)?, rpt: espanso(r, "rpt")?, rt: espanso(r, "rt")? })
    }
}

/// A row of [`Store::tentativi_per_ricevuta`]: the request comes with one of them only.
struct RigaPerRicevuta(Tentativo, Option<Vec<u8>>);

impl DaRiga for RigaPerRicevuta {
    fn da_riga(r: &Riga<'_>) -> Result<Self, StoreError> {
        Ok(Self(Tentativo::da_riga(r)?, espanso(r, "rpt")?))
    }
}

/// The attempts of a notice as a receipt needs them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PerRicevuta {
    /// The one that holds the receiptId already, if there is one; then latest first by the date of the
    /// request.
    pub tentativi: Vec<Tentativo>,
    /// Stored request of the attempt that holds the receiptId already, else of the latest.
    pub rpt: Option<Vec<u8>>,
}

/// Writes a new attempt. The commit fails with [`StoreError::Duplicato`] of [`CHIAVE`] when the key is
/// taken. The id comes from [`Store::nuovi_id`].
pub fn inserisci(s: &mut Scrittura, t: &Tentativo) {
    s.esattamente(
        1,
        "insert into tentativi (id, pendenza, id_dominio, iuv, ccp, versione, modello, stato, \
         descrizione_stato, esito, cod_msg_richiesta, data_msg_richiesta, cod_stazione, cod_carrello, \
         bloccante, cod_msg_ricevuta, data_msg_ricevuta, importo_totale_pagato, cod_attestante, \
         denominazione_attestante, cod_psp, cod_canale, tipo_versamento, ha_rpt, ha_rt, id_a2a) \
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, \
         $20, $21, $22, $23, $24, $25, (select p.id_a2a from pendenze p where p.id = $2))",
        valori![
            t.id,
            t.pendenza,
            t.dominio.as_str(),
            t.iuv.as_str(),
            &t.ccp,
            t.versione.as_str(),
            t.modello.as_str(),
            t.stato.as_str(),
            t.descrizione_stato.as_deref(),
            t.esito.as_str(),
            &t.cod_msg_richiesta,
            t.data_msg_richiesta,
            t.cod_stazione.as_str(),
            t.cod_carrello.as_deref(),
            t.bloccante,
            t.cod_msg_ricevuta.as_deref(),
            t.data_msg_ricevuta,
            t.importo_totale_pagato,
            t.cod_attestante.as_deref(),
            t.denominazione_attestante.as_deref(),
            t.cod_psp.as_deref(),
            t.cod_canale.as_deref(),
            t.tipo_versamento.as_deref(),
            t.ha_rpt,
            t.ha_rt,
        ],
    );
}

/// Writes the receipt part of an attempt. The commit fails with [`StoreError::Conflitto`] if its state
/// or its receipt changed since `letto` was read.
pub fn aggiorna(s: &mut Scrittura, letto: &Tentativo, t: &Tentativo) {
    s.esattamente(
        1,
        "update tentativi set ccp = $1, versione = $2, stato = $3, descrizione_stato = $4, esito = $5, \
         cod_msg_ricevuta = $6, data_msg_ricevuta = $7, importo_totale_pagato = $8, cod_attestante = $9, \
         denominazione_attestante = $10, cod_psp = $11, cod_canale = $12, tipo_versamento = $13, \
         ha_rt = $14 where id = $15 and stato = $16 and ha_rt = $17",
        valori![
            &t.ccp,
            t.versione.as_str(),
            t.stato.as_str(),
            t.descrizione_stato.as_deref(),
            t.esito.as_str(),
            t.cod_msg_ricevuta.as_deref(),
            t.data_msg_ricevuta,
            t.importo_totale_pagato,
            t.cod_attestante.as_deref(),
            t.denominazione_attestante.as_deref(),
            t.cod_psp.as_deref(),
            t.cod_canale.as_deref(),
            t.tipo_versamento.as_deref(),
            t.ha_rt,
            letto.id,
            letto.stato.as_str(),
            letto.ha_rt,
        ],
    );
}

/// Cancels the attempts of a notice that wait at a PSP (spec 40 5.3): those that
/// [`StatoTentativo::pendente`] says.
pub fn annulla_pendenti(s: &mut Scrittura, p: &Pendenza, descrizione: &str) {
    s.esegui(
        "update tentativi set stato = 'RPT_ANNULLATA', descrizione_stato = $3 \
         where id_dominio = $1 and iuv = $2 and modello = 'PSP' \
         and stato in ('RPT_ATTIVATA', 'RPT_ACCETTATA_NODO', 'RT_RIFIUTATA_PA')",
        valori![p.dominio.as_str(), p.iuv.as_str(), descrizione],
    );
}

/// Keeps a message of an attempt that has none of that kind yet.
pub fn conserva(s: &mut Scrittura, tentativo: i64, tipo: TipoMessaggio, byte: &[u8]) {
    s.esattamente(
        1,
        "insert into messaggi (tentativo, tipo, contenuto) values ($1, $2, $3)",
        valori![tentativo, tipo.as_str(), compressione::comprimi(byte)],
    );
}

/// Keeps a message in place of the one that is there: a refused receipt, never an accepted one.
pub fn sostituisci(s: &mut Scrittura, tentativo: i64, tipo: TipoMessaggio, byte: &[u8]) {
    s.esattamente(
        1,
        "insert into messaggi (tentativo, tipo, contenuto) values ($1, $2, $3) \
         on conflict (tentativo, tipo) do update set contenuto = excluded.contenuto",
        valori![tentativo, tipo.as_str(), compressione::comprimi(byte)],
    );
}

/// Gives a new attempt the request of another.
pub fn copia_richiesta(s: &mut Scrittura, da: i64, a: i64) {
    s.esegui(
        "insert into messaggi (tentativo, tipo, contenuto) \
         select $2, 'RPT', contenuto from messaggi where tentativo = $1 and tipo = 'RPT'",
        valori![da, a],
    );
}

/// Closes an attempt whose time is over, unless something has happened to it meanwhile, and lets
/// know whoever is deciding on its pendenza.
pub fn scade(s: &mut Scrittura, t: &Scaduto, descrizione: &str) {
    s.esegui("update pendenze set versione = versione + 1 where id = $1", valori![t.pendenza]);
    s.esegui(
        "update tentativi set stato = 'RPT_SCADUTA', descrizione_stato = $2 \
         where id = $1 and stato in ('RPT_ATTIVATA', 'RPT_ACCETTATA_NODO')",
        valori![t.id, descrizione],
    );
}

/// An attempt whose time is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scaduto {
    /// Attempt.
    pub id: i64,
    /// Its pendenza.
    pub pendenza: i64,
    /// When it began.
    pub data: Istante,
}

impl DaRiga for Scaduto {
    fn da_riga(r: &Riga<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            id: r.intero("id")?,
            pendenza: r.intero("pendenza")?,
            data: r.istante("data_msg_richiesta")?,
        })
    }
}

impl Store {
    /// The attempts of a notice, oldest first; at most 1000.
    pub async fn tentativi_per_iuv(&self, dominio: &str, iuv: &str) -> Result<Vec<Tentativo>, StoreError> {
        self.leggi(
            concat!(
                "select ",
                colonne!(),
                " from tentativi t where t.id_dominio = $1 and t.iuv = $2 order by t.id limit $3"
            ),
            valori![dominio, iuv, MASSIMO],
        )
        .await
    }

    /// The attempts of a pendenza, oldest first; at most 1000.
    pub async fn tentativi_di(&self, pendenza: i64) -> Result<Vec<Tentativo>, StoreError> {
        self.leggi(
            concat!("select ", colonne!(), " from tentativi t where t.pendenza = $1 order by t.id limit $2"),
            valori![pendenza, MASSIMO],
        )
        .await
    }

    /// The attempts of a pendenza with their messages, oldest first; at most 1000.
    pub async fn tentativi_letti(&self, pendenza: i64) -> Result<Vec<TentativoLetto>, StoreError> {
        self.leggi(
            concat!(
                "select ",
                colonne!(),
                ", q.contenuto as rpt, r.contenuto as rt from tentativi t \
                 left join messaggi q on q.tentativo = t.id and q.tipo = 'RPT' \
                 left join messaggi r on r.tentativo = t.id and r.tipo = 'RT' \
                 where t.pendenza = $1 order by t.id limit $2"
            ),
            valori![pendenza, MASSIMO],
        )
        .await
    }

    /// An attempt by its key, with its messages.
    pub async fn tentativo(
        &self,
        dominio: &str,
        iuv: &str,
        ccp: &str,
    ) -> Result<Option<TentativoLetto>, StoreError> {
        self.leggi_una(
            concat!(
                "select ",
                colonne!(),
                ", q.contenuto as rpt, r.contenuto as rt from tentativi t \
                 left join messaggi q on q.tentativo = t.id and q.tipo = 'RPT' \
                 left join messaggi r on r.tentativo = t.id and r.tipo = 'RT' \
                 where t.id_dominio = $1 and t.iuv = $2 and t.ccp = $3"
            ),
            valori![dominio, iuv, ccp],
        )
        .await
    }

    /// An attempt by its surrogate key, with its messages.
    pub async fn tentativo_per_id(&self, id: i64) -> Result<Option<TentativoLetto>, StoreError> {
        self.leggi_una(
            concat!(
                "select ",
                colonne!(),
                ", q.contenuto as rpt, r.contenuto as rt from tentativi t \
                 left join messaggi q on q.tentativo = t.id and q.tipo = 'RPT' \
                 left join messaggi r on r.tentativo = t.id and r.tipo = 'RT' where t.id = $1"
            ),
            valori![id],
        )
        .await
    }

    /// What a receipt needs of the attempts of its notice, in one read; at most 100.
    /// `solo_psp` leaves out the attempts that the body started.
    pub async fn tentativi_per_ricevuta(
        &self,
        dominio: &str,
        iuv: &str,
        receipt_id: &str,
        solo_psp: bool,
    ) -> Result<PerRicevuta, StoreError> {
        let righe: Vec<RigaPerRicevuta> = self
            .leggi(
                concat!(
                    "select ",
                    colonne!(),
                    ", q.contenuto as rpt from tentativi t \
                     left join messaggi q on q.tentativo = t.id and q.tipo = 'RPT' and t.id = ( \
                     select u.id from tentativi u where u.id_dominio = $1 and u.iuv = $2 \
                     and ($4 = 0 or u.modello = 'PSP') \
                     order by case when u.ccp = $3 then 0 else 1 end, u.data_msg_richiesta desc, u.id desc \
                     limit 1) \
                     where t.id_dominio = $1 and t.iuv = $2 and ($4 = 0 or t.modello = 'PSP') \
                     order by case when t.ccp = $3 then 0 else 1 end, t.data_msg_richiesta desc, t.id desc \
                     limit 100"
                ),
                valori![dominio, iuv, receipt_id, solo_psp],
            )
            .await?;
        let mut letti = PerRicevuta::default();
        for RigaPerRicevuta(t, rpt) in righe {
            letti.tentativi.push(t);
            letti.rpt = letti.rpt.or(rpt);
        }
        Ok(letti)
    }

    /// The codes of the last hundred attempts of a notice.
    pub async fn ultimi_ccp(&self, dominio: &str, iuv: &str) -> Result<Vec<String>, StoreError> {
        self.leggi(
            "select ccp from tentativi where id_dominio = $1 and iuv = $2 order by id desc limit 100",
            valori![dominio, iuv],
        )
        .await
    }

    /// One message of an attempt.
    pub async fn messaggio(
        &self,
        tentativo: i64,
        tipo: TipoMessaggio,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        let byte: Option<Vec<u8>> = self
            .leggi_una(
                "select contenuto from messaggi where tentativo = $1 and tipo = $2",
                valori![tentativo, tipo.as_str()],
            )
            .await?;
        byte.map(|b| compressione::espandi(&b)).transpose()
    }

    /// Attempts of the new protocol that began before `limite` and wait still, oldest first, after
    /// the one given.
    pub async fn tentativi_scaduti(
        &self,
        limite: Istante,
        dopo: Option<Scaduto>,
        quanti: i64,
    ) -> Result<Vec<Scaduto>, StoreError> {
        let (data, id) = dopo.map_or((i64::MIN, i64::MIN), |d| (d.data.micros(), d.id));
        self.leggi(
            "select id, pendenza, data_msg_richiesta from tentativi \
             where stato in ('RPT_ATTIVATA', 'RPT_ACCETTATA_NODO') \
             and versione in ('SANP_240', 'SANP_321_V2') and data_msg_richiesta < $1 \
             and (data_msg_richiesta, id) > ($2, $3) order by data_msg_richiesta, id limit $4",
            valori![limite, data, id, quanti],
        )
        .await
    }
}

#[cfg(test)]
mod tests {
    use domain::tentativo::{StatoTentativo, VersioneTentativo};

    /// The states written in the SQL are those of the domain.
    #[test]
    fn gli_stati_del_sql_sono_quelli_del_dominio() {
        let elenco = |f: fn(StatoTentativo) -> bool| {
            StatoTentativo::TUTTI.iter().filter(|s| f(**s)).map(|s| s.as_str()).collect::<Vec<_>>()
        };
        let cambia = |f: fn(StatoTentativo) -> StatoTentativo| {
            StatoTentativo::TUTTI.iter().filter(|s| f(**s) != **s).map(|s| s.as_str()).collect::<Vec<_>>()
        };
        assert_eq!(
            cambia(StatoTentativo::con_nuova_attivazione),
            ["RPT_ATTIVATA", "RPT_ACCETTATA_NODO", "RT_RIFIUTATA_PA"]
        );
        assert_eq!(elenco(StatoTentativo::aperto), ["RPT_ATTIVATA", "RPT_ACCETTATA_NODO"]);
        assert_eq!(cambia(StatoTentativo::con_scadenza), ["RPT_ATTIVATA", "RPT_ACCETTATA_NODO"]);
        assert_eq!(
            (VersioneTentativo::Sanp240.as_str(), VersioneTentativo::Sanp321V2.as_str()),
            ("SANP_240", "SANP_321_V2")
        );
    }
}
