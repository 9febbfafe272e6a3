//! What an audit must decode, read a page at a time: messages, secrets, series of numbers.

use super::Ispettore;
use crate::anagrafica::contesti;
use crate::{DaRiga, Riga, StoreError, compressione, valori};
use domain::tentativo::Tentativo;

/// Attempts of a page: messages are some kilobytes each.
const PAGINA: i64 = 500;

/// An attempt with one of its messages, as far as it can be read.
#[derive(Debug)]
pub struct MessaggioDaLeggere {
    /// The attempt.
    pub tentativo: Tentativo,
    /// The bytes that were stored; `None` when they do not expand.
    pub contenuto: Option<Vec<u8>>,
}

/// A riscossione of an attempt.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct RigaRiscossa {
    /// Attempt.
    pub tentativo: i64,
    /// Position in the receipt.
    pub indice: i64,
    /// Cents.
    pub importo: i64,
    /// Whether it was cashed: then its amount may be that of the flow.
    pub incassata: bool,
}

impl DaRiga for MessaggioDaLeggere {
    fn da_riga(r: &Riga<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            tentativo: Tentativo::da_riga(r)?,
            contenuto: compressione::espandi(&r.byte("contenuto")?).ok(),
        })
    }
}

impl DaRiga for RigaRiscossa {
    fn da_riga(r: &Riga<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            tentativo: r.intero(0)?,
            indice: r.intero(1)?,
            importo: r.intero(2)?,
            incassata: r.booleano(3)?,
        })
    }
}

/// A secret as it is stored.
#[derive(Debug)]
pub struct Segreto {
    /// Table and key.
    pub dove: String,
    /// What it was encrypted for.
    pub contesto: String,
    /// The encrypted bytes.
    pub cifrato: Vec<u8>,
}

/// A series of notice numbers with what makes a number of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SerieDaControllare {
    /// Name of the counter.
    pub contatore: String,
    /// The first number that nobody has.
    pub prossimo: i64,
    /// Aux digit of the dominio, if it numbers notices.
    pub aux_digit: Option<String>,
    /// Its stazione.
    pub stazione: Option<String>,
    /// Its segregation code.
    pub segregazione: Option<i64>,
}

impl DaRiga for SerieDaControllare {
    fn da_riga(r: &Riga<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            contatore: r.testo(0)?,
            prossimo: r.intero(1)?,
            aux_digit: r.testo_opt(2)?,
            stazione: r.testo_opt(3)?,
            segregazione: r.intero_opt(4)?,
        })
    }
}

impl Ispettore {
    /// The attempts after `dopo` with their stored receipt, each as it is at one instant.
    pub async fn ricevute(&mut self, dopo: i64) -> Result<Vec<MessaggioDaLeggere>, StoreError> {
        self.messaggi(dopo, "RT").await
    }

    /// The attempts after `dopo` with their stored request.
    pub async fn richieste(&mut self, dopo: i64) -> Result<Vec<MessaggioDaLeggere>, StoreError> {
        self.messaggi(dopo, "RPT").await
    }

    async fn messaggi(&mut self, dopo: i64, tipo: &str) -> Result<Vec<MessaggioDaLeggere>, StoreError> {
        self.pagina(
            concat!(
                "select ",
                crate::tentativi::colonne!(),
                ", m.contenuto from tentativi t join messaggi m on m.tentativo = t.id and m.tipo = $2 \
                 where t.id > $1 order by t.id limit $3"
            ),
            valori![dopo, tipo, PAGINA],
        )
        .await
    }

    /// The riscossioni of the attempts between two ids, by attempt and position.
    pub async fn riscossioni_dei_tentativi(
        &mut self,
        da: i64,
        a: i64,
    ) -> Result<Vec<RigaRiscossa>, StoreError> {
        self.pagina(
            "select tentativo, indice, importo, case when stato = 'INCASSATO' then 1 else 0 end \
             from riscossioni where tentativo between $1 and $2 order by tentativo, indice",
            valori![da, a],
        )
        .await
    }

    /// Every secret of the master data.
    ///
    /// # Errors
    /// The database.
    pub async fn segreti(&mut self) -> Result<Vec<Segreto>, StoreError> {
        let mut trovati = Vec::new();
        for (tabella, sql, contesto) in [
            (
                "applicazioni",
                "select id, integrazione_segreti from applicazioni where integrazione_segreti is not null",
                contesti::applicazione as fn(&str) -> String,
            ),
            (
                "configurazioni",
                "select sezione, cifrato from configurazioni where cifrato is not null",
                contesti::configurazione,
            ),
            ("domini", "select id, connettori from domini where connettori is not null", contesti::dominio),
            ("intermediari", "select id, segreti from intermediari", contesti::intermediario),
            ("stazioni", "select id, password from stazioni where password is not null", contesti::stazione),
        ] {
            for (id, cifrato) in self.pagina::<(String, Vec<u8>)>(sql, Vec::new()).await? {
                trovati.push(Segreto { dove: format!("{tabella}/{id}"), contesto: contesto(&id), cifrato });
            }
        }
        let sql = "select id_dominio, id_tipo_pendenza, segreti from tipi_pendenza_dominio where segreti is not null";
        for (dominio, tipo, cifrato) in self.pagina::<(String, String, Vec<u8>)>(sql, Vec::new()).await? {
            trovati.push(Segreto {
                dove: format!("tipi_pendenza_dominio/{dominio}/{tipo}"),
                contesto: contesti::tipo_pendenza(&dominio, &tipo),
                cifrato,
            });
        }
        Ok(trovati)
    }

    /// Every series of notice numbers.
    pub async fn serie(&mut self) -> Result<Vec<SerieDaControllare>, StoreError> {
        self.pagina(
            "select c.nome, c.prossimo, d.aux_digit, d.id_stazione, d.segregation_code from contatori c \
             left join domini d on c.nome like 'iuv/' || d.id || '/%' \
             where c.nome like 'iuv/%' order by c.nome",
            Vec::new(),
        )
        .await
    }

    /// The pendenza that has a reference, as `idA2A/idPendenza`.
    pub async fn pendenza_con_iuv(&mut self, dominio: &str, iuv: &str) -> Result<Option<String>, StoreError> {
        let trovate = self
            .pagina::<String>(
                "select id_a2a || '/' || id_pendenza from pendenze where id_dominio = $1 and iuv = $2 limit 1",
                valori![dominio, iuv],
            )
            .await?;
        Ok(trovate.into_iter().next())
    }
}
