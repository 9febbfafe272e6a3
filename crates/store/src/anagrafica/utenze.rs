//! Login identities, applicazioni and ruoli (spec 10 4.2, 5.5, 5.6).

use super::{avanza, segreti, testi};
use crate::{ChiaveCifratura, Riga, Scrittura, Store, StoreError, riga::DaRiga, valori};
use domain::IdA2A;
use domain::anagrafica::{
    Acl, Applicazione, CodificaAvvisi, Diritti, Servizio, ServizioIntegrazione, TipoUtenza, Utenza,
    VersioneEnte,
};
use segreti::AccessoJson;

/// Most applicazioni that are asked whose an unknown notice is.
const LIMITE: i64 = 10_000;

/// A row of `utenze` with the applicazione behind it, if there is one. Rights are still the own
/// ones: roles are added after.
struct RigaUtenza {
    utenza: Utenza,
    applicazione: Option<RigaApplicazione>,
}

struct RigaApplicazione {
    id: String,
    codifica_avvisi: Option<CodificaAvvisi>,
    api_pagamenti: bool,
    api_pendenze: bool,
    api_ragioneria: bool,
    autodeterminazione: bool,
    url: Option<String>,
    versione: Option<VersioneEnte>,
    segreti: Option<Vec<u8>>,
}

impl DaRiga for RigaUtenza {
    fn da_riga(r: &Riga<'_>) -> Result<Self, StoreError> {
        let utenza = Utenza {
            principal: r.testo("principal")?,
            tipo: r.letto("tipo", TipoUtenza::leggi)?,
            password: r.testo_opt("password")?,
            nome: r.testo("nome")?,
            acl: testi::acl(&r.testo("acl")?)?,
            ruoli: testi::leggi("ruoli", &r.testo("ruoli")?)?,
            domini: testi::ambito_domini(&r.testo("domini")?)?,
            tipi_pendenza: testi::ambito_tipi(&r.testo("tipi_pendenza")?)?,
            abilitato: r.booleano("abilitato")?,
        };
        let applicazione = match r.testo_opt("a_id")? {
            None => None,
            Some(id) => Some(RigaApplicazione {
                id,
                codifica_avvisi: if r.booleano("codifica_avvisi")? {
                    Some(CodificaAvvisi {
                        codifica_iuv: r.testo_opt("codifica_iuv")?,
                        reg_exp_iuv: r.testo_opt("reg_exp_iuv")?,
                        generazione_iuv_interna: r.booleano("generazione_iuv_interna")?,
                    })
                } else {
                    None
                },
                api_pagamenti: r.booleano("api_pagamenti")?,
                api_pendenze: r.booleano("api_pendenze")?,
                api_ragioneria: r.booleano("api_ragioneria")?,
                autodeterminazione: r.booleano("autodeterminazione")?,
                url: r.testo_opt("integrazione_url")?,
                versione: r.letto_opt("integrazione_versione", VersioneEnte::leggi)?,
                segreti: r.byte_opt("integrazione_segreti")?,
            }),
        };
        Ok(Self { utenza, applicazione })
    }
}

pub(crate) fn contesto(id: &str) -> String {
    format!("applicazioni/{id}/integrazione_segreti")
}

impl RigaUtenza {
    /// The identity with the rights of its roles, and the applicazione with its flags as rights.
    fn apri(
        self,
        chiave: &ChiaveCifratura,
        ruoli: &[(String, Vec<Acl>)],
    ) -> Result<(Utenza, Option<Applicazione>), StoreError> {
        let mut utenza = self.utenza;
        let proprie = utenza.acl.clone();
        for nome in &utenza.ruoli {
            if let Some((_, acl)) = ruoli.iter().find(|(id, _)| id == nome) {
                utenza.acl.extend_from_slice(acl);
            }
        }
        let Some(a) = self.applicazione else { return Ok((utenza, None)) };
        for (acceso, servizio) in [
            (a.api_pagamenti, Servizio::ApiPagamenti),
            (a.api_pendenze, Servizio::ApiPendenze),
            (a.api_ragioneria, Servizio::ApiRagioneria),
        ] {
            if acceso {
                utenza.acl.push(Acl { servizio, diritti: Diritti { lettura: true, scrittura: true } });
            }
        }
        let servizio_integrazione = match (a.url, a.versione, a.segreti) {
            (Some(url), Some(versione), Some(chiuso)) => {
                let accesso: AccessoJson = segreti::apri(chiave, &chiuso, &contesto(&a.id))?;
                Some(ServizioIntegrazione {
                    url,
                    versione,
                    credenziali: accesso.credenziali.map(Into::into),
                    subscription_key: accesso.subscription_key,
                })
            }
            (None, None, None) => None,
            _ => return Err(StoreError::Rotto("applicazioni: connettore incompleto".into())),
        };
        let applicazione = Applicazione {
            id: IdA2A::fidato(a.id),
            utenza: utenza.clone(),
            acl: proprie,
            codifica_avvisi: a.codifica_avvisi,
            api_pagamenti: a.api_pagamenti,
            api_pendenze: a.api_pendenze,
            api_ragioneria: a.api_ragioneria,
            autodeterminazione: a.autodeterminazione,
            servizio_integrazione,
        };
        Ok((utenza, Some(applicazione)))
    }
}

impl Store {
    async fn con_ruoli(&self, r: RigaUtenza) -> Result<(Utenza, Option<Applicazione>), StoreError> {
        let nomi: Vec<&str> = r.utenza.ruoli.iter().map(String::as_str).collect();
        let ruoli = self.ruoli(&nomi).await?;
        r.apri(self.chiave(), &ruoli)
    }

    /// A login identity by its principal, with the rights of its roles.
    pub async fn utenza(
        &self,
        principal: &str,
    ) -> Result<Option<(Utenza, Option<Applicazione>)>, StoreError> {
        match self
            .leggi_una::<RigaUtenza>(
                "select u.principal, u.tipo, u.password, u.nome, u.acl, u.ruoli, u.domini, \
                 u.tipi_pendenza, u.abilitato, a.id as a_id, a.codifica_avvisi, a.codifica_iuv, \
                 a.reg_exp_iuv, a.generazione_iuv_interna, a.api_pagamenti, a.api_pendenze, \
                 a.api_ragioneria, a.autodeterminazione, a.integrazione_url, a.integrazione_versione, \
                 a.integrazione_segreti \
                 from utenze u left join applicazioni a on a.id_utenza = u.id where u.principal = $1",
                valori![principal],
            )
            .await?
        {
            None => Ok(None),
            Some(r) => self.con_ruoli(r).await.map(Some),
        }
    }

    /// An applicazione by its idA2A.
    pub async fn applicazione(&self, id: &str) -> Result<Option<Applicazione>, StoreError> {
        match self
            .leggi_una::<RigaUtenza>(
                "select u.principal, u.tipo, u.password, u.nome, u.acl, u.ruoli, u.domini, \
                 u.tipi_pendenza, u.abilitato, a.id as a_id, a.codifica_avvisi, a.codifica_iuv, \
                 a.reg_exp_iuv, a.generazione_iuv_interna, a.api_pagamenti, a.api_pendenze, \
                 a.api_ragioneria, a.autodeterminazione, a.integrazione_url, a.integrazione_versione, \
                 a.integrazione_segreti \
                 from applicazioni a join utenze u on u.id = a.id_utenza where a.id = $1",
                valori![id],
            )
            .await?
        {
            None => Ok(None),
            Some(r) => Ok(self.con_ruoli(r).await?.1),
        }
    }

    /// Id and regExpIuv of the applicazioni that own notices by pattern, by idA2A.
    pub async fn applicazioni_con_pattern(&self) -> Result<Vec<(String, String)>, StoreError> {
        self.leggi(
            "select id, reg_exp_iuv from applicazioni where reg_exp_iuv is not null order by id limit $1",
            valori![LIMITE],
        )
        .await
    }
}

/// Makes an identity with its own rights as given. `Duplicato("utenze_principal_key")`.
pub(super) fn inserisci_utenza(
    s: &mut Scrittura,
    id: i64,
    u: &Utenza,
    acl: &[Acl],
) -> Result<(), StoreError> {
    s.esattamente(
        1,
        "insert into utenze (id, principal, tipo, nome, password, acl, ruoli, domini, tipi_pendenza, \
         abilitato) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        valori![
            id,
            &u.principal,
            u.tipo.as_str(),
            &u.nome,
            u.password.clone(),
            testi::scrivi_acl(acl)?,
            testi::scrivi(&u.ruoli)?,
            testi::scrivi_ambito_domini(&u.domini)?,
            testi::scrivi_ambito_tipi(&u.tipi_pendenza)?,
            u.abilitato,
        ],
    );
    Ok(())
}

/// Writes an applicazione and its identity. `nuova` is the id of the identity to be made; `None`
/// replaces the one that is there, and then a missing `utenza.password` keeps the stored hash.
/// `Duplicato("applicazioni_pkey")`, `Duplicato("utenze_principal_key")`.
pub fn salva_applicazione(
    s: &mut Scrittura,
    chiave: &ChiaveCifratura,
    nuova: Option<i64>,
    a: &Applicazione,
) -> Result<(), StoreError> {
    let id = a.id.as_str();
    let u = &a.utenza;
    match nuova {
        Some(id_utenza) => inserisci_utenza(s, id_utenza, u, &a.acl)?,
        None => s.esattamente(
            1,
            "update utenze set principal = $2, password = coalesce($3, password), acl = $4, ruoli = $5, \
             domini = $6, tipi_pendenza = $7, abilitato = $8 \
             where id = (select id_utenza from applicazioni where id = $1)",
            valori![
                id,
                &u.principal,
                u.password.clone(),
                testi::scrivi_acl(&a.acl)?,
                testi::scrivi(&u.ruoli)?,
                testi::scrivi_ambito_domini(&u.domini)?,
                testi::scrivi_ambito_tipi(&u.tipi_pendenza)?,
                u.abilitato,
            ],
        ),
    }
    let integrazione = a.servizio_integrazione.as_ref();
    let chiuso = integrazione
        .map(|i| {
            let accesso = AccessoJson {
                credenziali: i.credenziali.clone().map(Into::into),
                subscription_key: i.subscription_key.clone(),
            };
            segreti::chiudi(chiave, &accesso, &contesto(id))
        })
        .transpose()?;
    let codifica = a.codifica_avvisi.as_ref();
    let mut valori = valori![
        id,
        codifica.is_some(),
        codifica.and_then(|c| c.codifica_iuv.clone()),
        codifica.and_then(|c| c.reg_exp_iuv.clone()),
        codifica.is_some_and(|c| c.generazione_iuv_interna),
        a.api_pagamenti,
        a.api_pendenze,
        a.api_ragioneria,
        a.autodeterminazione,
        integrazione.map(|i| i.url.clone()),
        integrazione.map(|i| i.versione.as_str()),
        chiuso,
    ];
    match nuova {
        Some(id_utenza) => {
            valori.push(id_utenza.into());
            s.esattamente(
                1,
                "insert into applicazioni (id, codifica_avvisi, codifica_iuv, reg_exp_iuv, \
                 generazione_iuv_interna, api_pagamenti, api_pendenze, api_ragioneria, autodeterminazione, \
                 integrazione_url, integrazione_versione, integrazione_segreti, id_utenza) \
                 values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
                valori,
            );
        }
        None => s.esattamente(
            1,
            "update applicazioni set codifica_avvisi = $2, codifica_iuv = $3, reg_exp_iuv = $4, \
             generazione_iuv_interna = $5, api_pagamenti = $6, api_pendenze = $7, api_ragioneria = $8, \
             autodeterminazione = $9, integrazione_url = $10, integrazione_versione = $11, \
             integrazione_segreti = $12 where id = $1",
            valori,
        ),
    }
    avanza(s);
    Ok(())
}

/// Replaces the password hash of an identity, or takes it away. `Conflitto` when there is no such
/// principal.
pub fn cambia_password(s: &mut Scrittura, principal: &str, hash: Option<&str>) {
    s.esattamente(
        1,
        "update utenze set password = $2 where principal = $1",
        valori![principal, hash.map(str::to_owned)],
    );
    avanza(s);
}

impl Store {
    /// The principals that may be subjects of certificates, at most 10,000.
    pub async fn principal_di_certificati(&self) -> Result<Vec<String>, StoreError> {
        let righe: Vec<(i64, String)> = self
            .leggi(
                "select id, principal from utenze where principal like '%=%' order by id limit 10000",
                vec![],
            )
            .await?;
        Ok(righe.into_iter().map(|(_, p)| p).collect())
    }
}
