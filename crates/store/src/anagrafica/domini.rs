//! Domini, their logos and the card of everything about one (spec 10 5.2).

use super::intermediari::{RigaIntermediario, RigaStazione};
use super::{Modo, avanza, segreti, testi};
use crate::{ChiaveCifratura, Riga, Scrittura, Store, StoreError, riga::DaRiga, valori};
use domain::anagrafica::{
    Dominio, Intermediario, Intermediazione, SchedaDominio, Segreto, Stazione, UnitaOperativa,
};
use domain::codici::IdStazione;
use domain::{AuxDigit, IdDominio};

struct RigaDominio {
    dominio: Dominio,
    connettori: Vec<u8>,
}

pub(crate) fn contesto(id: &str) -> String {
    format!("domini/{id}/connettori")
}

fn cifra(testo: &str) -> Option<AuxDigit> {
    let mut c = testo.chars();
    c.next().and_then(AuxDigit::da_cifra).filter(|_| c.next().is_none())
}

/// A dominio as the lists read it: its connectors stay closed.
pub(super) struct RigaIndice(pub(super) Dominio);

impl DaRiga for RigaDominio {
    fn da_riga(r: &Riga<'_>) -> Result<Self, StoreError> {
        Ok(Self { dominio: RigaIndice::da_riga(r)?.0, connettori: r.byte("connettori")? })
    }
}

impl DaRiga for RigaIndice {
    fn da_riga(r: &Riga<'_>) -> Result<Self, StoreError> {
        let rotta = || StoreError::Rotto("domini: numerazione incompleta".into());
        let intermediazione = match r.testo_opt("id_stazione")? {
            None => None,
            Some(stazione) => Some(Intermediazione {
                stazione: IdStazione::fidato(stazione),
                aux_digit: r.letto("aux_digit", cifra)?,
                segregation_code: r
                    .intero_opt("segregation_code")?
                    .map(|c| u8::try_from(c).map_err(|_| rotta()))
                    .transpose()?,
                gln: r.testo_opt("gln")?,
                cbill: r.testo_opt("cbill")?,
                aut_stampa_poste: r.testo_opt("aut_stampa_poste")?,
                iuv_prefix: r.testo_opt("iuv_prefix")?,
            }),
        };
        Ok(Self(Dominio {
            id: IdDominio::fidato(r.testo("id")?),
            ragione_sociale: r.testo("ragione_sociale")?,
            indirizzo: testi::indirizzo(&r.testo("indirizzo")?)?,
            intermediazione,
            ha_logo: r.booleano("ha_logo")?,
            tassonomia_pagopa: r.testo_opt("tassonomia_pagopa")?,
            scarica_fr: r.booleano("scarica_fr")?,
            abilitato: r.booleano("abilitato")?,
            connettori: Vec::new(),
        }))
    }
}

impl RigaDominio {
    fn apri(self, chiave: &ChiaveCifratura) -> Result<Dominio, StoreError> {
        let connettori: Vec<(String, String)> =
            segreti::apri(chiave, &self.connettori, &contesto(self.dominio.id.as_str()))?;
        Ok(Dominio {
            connettori: connettori.into_iter().map(|(nome, testo)| (nome, Segreto(testo))).collect(),
            ..self.dominio
        })
    }
}

/// A dominio with its channel, in one row.
struct RigaCanale {
    dominio: RigaDominio,
    canale: Option<(RigaStazione, RigaIntermediario)>,
}

impl DaRiga for RigaCanale {
    fn da_riga(r: &Riga<'_>) -> Result<Self, StoreError> {
        let canale = match r.testo_opt("s_id")? {
            None => None,
            Some(_) => Some((RigaStazione::da_riga(r)?, RigaIntermediario::da_riga(r)?)),
        };
        Ok(Self { dominio: RigaDominio::da_riga(r)?, canale })
    }
}

impl Store {
    /// A dominio by its id.
    pub async fn dominio(&self, id: &str) -> Result<Option<Dominio>, StoreError> {
        self.leggi_una::<RigaDominio>(
            "select d.id, d.ragione_sociale, d.indirizzo, d.id_stazione, d.aux_digit, d.segregation_code, \
             d.gln, d.cbill, d.aut_stampa_poste, d.iuv_prefix, d.tassonomia_pagopa, d.scarica_fr, \
             d.abilitato, d.connettori, (l.id_dominio is not null) as ha_logo \
             from domini d left join loghi l on l.id_dominio = d.id where d.id = $1",
            valori![id],
        )
        .await?
        .map(|r| r.apri(self.chiave()))
        .transpose()
    }

    /// The domini of a stazione, by id, at most 1000.
    pub async fn domini_di_stazione(&self, stazione: &str) -> Result<Vec<Dominio>, StoreError> {
        self.leggi::<RigaDominio>(
            "select d.id, d.ragione_sociale, d.indirizzo, d.id_stazione, d.aux_digit, d.segregation_code, \
             d.gln, d.cbill, d.aut_stampa_poste, d.iuv_prefix, d.tassonomia_pagopa, d.scarica_fr, \
             d.abilitato, d.connettori, (l.id_dominio is not null) as ha_logo \
             from domini d left join loghi l on l.id_dominio = d.id \
             where d.id_stazione = $1 order by d.id limit 1000",
            valori![stazione],
        )
        .await?
        .into_iter()
        .map(|r| r.apri(self.chiave()))
        .collect()
    }

    /// Everything about a dominio, in five reads that run together.
    pub async fn scheda_dominio(&self, id: &str) -> Result<Option<SchedaDominio>, StoreError> {
        let (dominio, unita, conti, entrate, tipi) = tokio::try_join!(
            self.dominio_con_canale(id),
            self.unita_operative(id),
            self.conti_accredito(id),
            self.entrate_dominio(id),
            self.tipi_pendenza_dominio(id),
        )?;
        Ok(dominio.map(|(dominio, canale)| {
            let (stazione, intermediario) = canale.unzip();
            SchedaDominio { dominio, stazione, intermediario, unita, conti, entrate, tipi }
        }))
    }

    async fn dominio_con_canale(
        &self,
        id: &str,
    ) -> Result<Option<(Dominio, Option<(Stazione, Intermediario)>)>, StoreError> {
        let Some(r) = self
            .leggi_una::<RigaCanale>(
                "select d.id, d.ragione_sociale, d.indirizzo, d.id_stazione, d.aux_digit, \
                 d.segregation_code, d.gln, d.cbill, d.aut_stampa_poste, d.iuv_prefix, \
                 d.tassonomia_pagopa, d.scarica_fr, d.abilitato, d.connettori, \
                 (l.id_dominio is not null) as ha_logo, s.id as s_id, \
                 s.id_intermediario as s_id_intermediario, s.versione as s_versione, \
                 s.password as s_password, s.abilitato as s_abilitato, i.id as i_id, \
                 i.denominazione as i_denominazione, i.principal_pagopa as i_principal_pagopa, \
                 i.url_rpt as i_url_rpt, i.segreti as i_segreti, i.abilitato as i_abilitato \
                 from domini d left join loghi l on l.id_dominio = d.id \
                 left join stazioni s on s.id = d.id_stazione \
                 left join intermediari i on i.id = s.id_intermediario where d.id = $1",
                valori![id],
            )
            .await?
        else {
            return Ok(None);
        };
        let canale = match r.canale {
            None => None,
            Some((s, i)) => Some((s.apri(self.chiave())?, i.apri(self.chiave())?)),
        };
        Ok(Some((r.dominio.apri(self.chiave())?, canale)))
    }

    /// Id and name of those of the given domini that exist.
    pub async fn nomi_domini(&self, id: &[&str]) -> Result<Vec<(String, String)>, StoreError> {
        self.fra("select id, ragione_sociale from domini where id", id).await
    }

    /// Dominio, id and name of the offices of the given domini.
    pub async fn nomi_unita(&self, domini: &[&str]) -> Result<Vec<(String, String, String)>, StoreError> {
        self.fra("select id_dominio, id, ragione_sociale from unita_operative where id_dominio", domini).await
    }

    /// The logo of a dominio as it was sent: base64 or data-URI.
    pub async fn logo(&self, dominio: &str) -> Result<Option<String>, StoreError> {
        self.leggi_una("select contenuto from loghi where id_dominio = $1", valori![dominio]).await
    }
}

/// Writes a dominio, whose stazione must be there. `Duplicato("domini_pkey")`. Logo and offices are
/// apart: [`salva_logo`], [`aggiorna_unita_ec`].
pub fn salva_dominio(
    s: &mut Scrittura,
    chiave: &ChiaveCifratura,
    modo: Modo,
    d: &Dominio,
) -> Result<(), StoreError> {
    let id = d.id.as_str();
    let i = d.intermediazione.as_ref();
    let connettori: Vec<(&str, &str)> =
        d.connettori.iter().map(|(nome, testo)| (nome.as_str(), testo.as_str())).collect();
    modo.scrivi(
        s,
        "insert into domini (id, ragione_sociale, indirizzo, id_stazione, aux_digit, segregation_code, \
         gln, cbill, aut_stampa_poste, iuv_prefix, tassonomia_pagopa, scarica_fr, abilitato, connettori) \
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
        "update domini set ragione_sociale = $2, indirizzo = $3, id_stazione = $4, aux_digit = $5, \
         segregation_code = $6, gln = $7, cbill = $8, aut_stampa_poste = $9, iuv_prefix = $10, \
         tassonomia_pagopa = $11, scarica_fr = $12, abilitato = $13, connettori = $14 where id = $1",
        valori![
            id,
            &d.ragione_sociale,
            testi::scrivi_indirizzo(&d.indirizzo)?,
            i.map(|i| i.stazione.to_string()),
            i.map(|i| i.aux_digit.cifra().to_string()),
            i.and_then(|i| i.segregation_code),
            i.and_then(|i| i.gln.clone()),
            i.and_then(|i| i.cbill.clone()),
            i.and_then(|i| i.aut_stampa_poste.clone()),
            i.and_then(|i| i.iuv_prefix.clone()),
            d.tassonomia_pagopa.clone(),
            d.scarica_fr,
            d.abilitato,
            segreti::chiudi(chiave, &connettori, &contesto(id))?,
        ],
    );
    Ok(())
}

/// Stores the logo of a dominio in place of the one it has.
pub fn salva_logo(s: &mut Scrittura, dominio: &IdDominio, contenuto: &str) {
    s.esattamente(
        1,
        "insert into loghi (id_dominio, contenuto) values ($1, $2) \
         on conflict (id_dominio) do update set contenuto = excluded.contenuto",
        valori![dominio.as_str(), contenuto],
    );
    avanza(s);
}

/// Removes the logo of a dominio, if it has one.
pub fn togli_logo(s: &mut Scrittura, dominio: &IdDominio) {
    s.esegui("delete from loghi where id_dominio = $1", valori![dominio.as_str()]);
    avanza(s);
}

/// Copies name and address of a dominio into its office `EC`, whose `abilitato` stays.
pub fn aggiorna_unita_ec(s: &mut Scrittura, d: &Dominio) -> Result<(), StoreError> {
    s.esegui(
        "update unita_operative set ragione_sociale = $3, indirizzo = $4 where id_dominio = $1 and id = $2",
        valori![
            d.id.as_str(),
            UnitaOperativa::EC,
            &d.ragione_sociale,
            testi::scrivi_indirizzo(&d.indirizzo)?,
        ],
    );
    avanza(s);
    Ok(())
}

impl Store {
    /// Id and name of every dominio, by name, at most 10,000.
    pub async fn tutti_i_domini(&self) -> Result<Vec<(String, String)>, StoreError> {
        self.leggi("select id, ragione_sociale from domini order by ragione_sociale, id limit 10000", vec![])
            .await
    }
}
