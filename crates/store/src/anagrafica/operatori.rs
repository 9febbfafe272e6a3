//! Operatori and ruoli (spec 10 5.6).

use super::{Modo, avanza, testi, utenze::inserisci_utenza};
use crate::{Interrogazione, Riga, Scrittura, Store, StoreError, riga::DaRiga, valori};
use domain::anagrafica::{Acl, Operatore, OperatoreIndice, TipoUtenza, Utenza};

impl DaRiga for Operatore {
    /// With its own rights: those of the roles are added after.
    fn da_riga(r: &Riga<'_>) -> Result<Self, StoreError> {
        let acl = testi::acl(&r.testo("acl")?)?;
        let utenza = Utenza {
            principal: r.testo("principal")?,
            tipo: TipoUtenza::Operatore,
            password: r.testo_opt("password")?,
            nome: r.testo("nome")?,
            acl: acl.clone(),
            ruoli: testi::leggi("ruoli", &r.testo("ruoli")?)?,
            domini: testi::ambito_domini(&r.testo("domini")?)?,
            tipi_pendenza: testi::ambito_tipi(&r.testo("tipi_pendenza")?)?,
            abilitato: r.booleano("abilitato")?,
        };
        Ok(Self { utenza, acl })
    }
}

impl DaRiga for OperatoreIndice {
    fn da_riga(r: &Riga<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            principal: r.testo("principal")?,
            ragione_sociale: r.testo("nome")?,
            abilitato: r.booleano("abilitato")?,
        })
    }
}

/// How the operatori are sorted: by one column or two, the principal last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OrdineOperatori {
    /// By principal; true: descending.
    Principal(bool),
    /// By name, then by principal; true: descending.
    RagioneSociale(bool),
}

impl Store {
    /// Names and rights of those of the given roles that exist.
    pub async fn ruoli(&self, nomi: &[&str]) -> Result<Vec<(String, Vec<Acl>)>, StoreError> {
        let righe: Vec<(String, String)> = self.fra("select id, acl from ruoli where id", nomi).await?;
        righe.into_iter().map(|(id, acl)| Ok((id, testi::acl(&acl)?))).collect()
    }

    /// A page of the names of the roles, in order; `quanti` `None`: all that follow.
    pub async fn nomi_ruoli(&self, salta: i64, quanti: Option<i64>) -> Result<Vec<String>, StoreError> {
        let mut q = Interrogazione::nuova("select id from ruoli order by id");
        if let Some(n) = quanti {
            q.testo(" limit ").valore(n).testo(" offset ").valore(salta);
        }
        self.leggi_composta(q).await
    }

    /// How many roles there are, counted up to `tetto`.
    pub async fn conta_ruoli(&self, tetto: i64) -> Result<i64, StoreError> {
        let mut q = Interrogazione::nuova("select count(*) from (select 1 as uno from ruoli limit ");
        q.valore(tetto).testo(") t");
        Ok(self.leggi_composta::<i64>(q).await?.into_iter().next().unwrap_or(0))
    }

    /// An operatore by his principal, with the rights of his roles.
    pub async fn operatore(&self, principal: &str) -> Result<Option<Operatore>, StoreError> {
        let letto: Option<Operatore> = self
            .leggi_una(
                "select principal, nome, password, acl, ruoli, domini, tipi_pendenza, abilitato \
                 from utenze where principal = $1 and tipo = $2",
                valori![principal, TipoUtenza::Operatore.as_str()],
            )
            .await?;
        let Some(mut o) = letto else { return Ok(None) };
        let nomi: Vec<&str> = o.utenza.ruoli.iter().map(String::as_str).collect();
        for (_, acl) in self.ruoli(&nomi).await? {
            o.utenza.acl.extend(acl);
        }
        Ok(Some(o))
    }

    /// A page of the operatori; `quanti` `None`: all that follow.
    pub async fn operatori(
        &self,
        abilitato: Option<bool>,
        ordine: OrdineOperatori,
        salta: i64,
        quanti: Option<i64>,
    ) -> Result<Vec<OperatoreIndice>, StoreError> {
        let mut q = Interrogazione::nuova("select principal, nome, abilitato from utenze where tipo = ");
        q.valore(TipoUtenza::Operatore.as_str());
        q.se(" and abilitato = ", abilitato);
        q.testo(match ordine {
            OrdineOperatori::Principal(false) => " order by principal",
            OrdineOperatori::Principal(true) => " order by principal desc",
            OrdineOperatori::RagioneSociale(false) => " order by nome, principal",
            OrdineOperatori::RagioneSociale(true) => " order by nome desc, principal desc",
        });
        if let Some(n) = quanti {
            q.testo(" limit ").valore(n).testo(" offset ").valore(salta);
        }
        self.leggi_composta(q).await
    }

    /// How many operatori there are, counted up to `tetto`.
    pub async fn conta_operatori(&self, abilitato: Option<bool>, tetto: i64) -> Result<i64, StoreError> {
        let mut q = Interrogazione::nuova("select count(*) from (select 1 as uno from utenze where tipo = ");
        q.valore(TipoUtenza::Operatore.as_str());
        q.se(" and abilitato = ", abilitato);
        q.testo(" limit ").valore(tetto).testo(") t");
        Ok(self.leggi_composta::<i64>(q).await?.into_iter().next().unwrap_or(0))
    }

    /// Whether any operatore exists: false only before the first start.
    pub async fn esiste_operatore(&self) -> Result<bool, StoreError> {
        let trovato: Option<i64> = self
            .leggi_una(
                "select id from utenze where tipo = $1 limit 1",
                valori![TipoUtenza::Operatore.as_str()],
            )
            .await?;
        Ok(trovato.is_some())
    }
}

/// Makes an operatore with its own rights as given. `Duplicato("utenze_principal_key")`.
pub fn crea_operatore(s: &mut Scrittura, id: i64, u: &Utenza) -> Result<(), StoreError> {
    inserisci_utenza(s, id, u, &u.acl)?;
    avanza(s);
    Ok(())
}

/// Replaces an operatore that is there, with its own rights as given; a missing password keeps the
/// stored hash. `Conflitto` when there is no operatore with that principal.
pub fn sostituisci_operatore(s: &mut Scrittura, u: &Utenza) -> Result<(), StoreError> {
    s.esattamente(
        1,
        "update utenze set nome = $3, password = coalesce($4, password), acl = $5, ruoli = $6, \
         domini = $7, tipi_pendenza = $8, abilitato = $9 where principal = $1 and tipo = $2",
        valori![
            &u.principal,
            TipoUtenza::Operatore.as_str(),
            &u.nome,
            u.password.clone(),
            testi::scrivi_acl(&u.acl)?,
            testi::scrivi(&u.ruoli)?,
            testi::scrivi_ambito_domini(&u.domini)?,
            testi::scrivi_ambito_tipi(&u.tipi_pendenza)?,
            u.abilitato,
        ],
    );
    avanza(s);
    Ok(())
}

/// Writes a role. `Duplicato("ruoli_pkey")`.
pub fn salva_ruolo(s: &mut Scrittura, modo: Modo, id: &str, acl: &[Acl]) -> Result<(), StoreError> {
    modo.scrivi(
        s,
        "insert into ruoli (id, acl) values ($1, $2)",
        "update ruoli set acl = $2 where id = $1",
        valori![id, testi::scrivi_acl(acl)?],
    );
    Ok(())
}
