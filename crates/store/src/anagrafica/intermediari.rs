//! Intermediari and stazioni (spec 10 5.1).

use super::Modo;
use super::segreti::{self, AccessoJson, IntermediarioJson};
use crate::{ChiaveCifratura, Riga, Scrittura, Store, StoreError, riga::DaRiga, valori};
use domain::IdDominio;
use domain::anagrafica::{ConnettoreNodo, Intermediario, Stazione, VersioneStazione};
use domain::codici::IdStazione;

/// Columns of an intermediario as this module reads them; the row is opened with the key after.
pub(super) struct RigaIntermediario {
    id: String,
    denominazione: String,
    principal_pagopa: String,
    url_rpt: String,
    segreti: Vec<u8>,
    abilitato: bool,
}

impl DaRiga for RigaIntermediario {
    fn da_riga(r: &Riga<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            id: r.testo("i_id")?,
            denominazione: r.testo("i_denominazione")?,
            principal_pagopa: r.testo("i_principal_pagopa")?,
            url_rpt: r.testo("i_url_rpt")?,
            segreti: r.byte("i_segreti")?,
            abilitato: r.booleano("i_abilitato")?,
        })
    }
}

pub(crate) fn contesto_intermediario(id: &str) -> String {
    format!("intermediari/{id}/segreti")
}

pub(crate) fn contesto_stazione(id: &str) -> String {
    format!("stazioni/{id}/password")
}

impl RigaIntermediario {
    pub(super) fn apri(self, chiave: &ChiaveCifratura) -> Result<Intermediario, StoreError> {
        let s: IntermediarioJson = segreti::apri(chiave, &self.segreti, &contesto_intermediario(&self.id))?;
        Ok(Intermediario {
            id: IdDominio::fidato(self.id),
            denominazione: self.denominazione,
            principal_pagopa: self.principal_pagopa,
            servizio_pagopa: ConnettoreNodo {
                url_rpt: self.url_rpt,
                credenziali: s.pagopa.credenziali.map(Into::into),
                subscription_key: s.pagopa.subscription_key,
            },
            ftp_lettura: s.ftp_lettura.map(Into::into),
            ftp_scrittura: s.ftp_scrittura.map(Into::into),
            recupero_rt: s.recupero_rt.map(Into::into),
            aca: s.aca.map(Into::into),
            gpd: s.gpd.map(Into::into),
            fr: s.fr.map(Into::into),
            backoffice_ec: s.backoffice_ec.map(Into::into),
            abilitato: self.abilitato,
        })
    }
}

pub(super) struct RigaStazione {
    id: String,
    id_intermediario: String,
    versione: VersioneStazione,
    password: Option<Vec<u8>>,
    abilitato: bool,
}

impl DaRiga for RigaStazione {
    fn da_riga(r: &Riga<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            id: r.testo("s_id")?,
            id_intermediario: r.testo("s_id_intermediario")?,
            versione: r.letto("s_versione", VersioneStazione::leggi)?,
            password: r.byte_opt("s_password")?,
            abilitato: r.booleano("s_abilitato")?,
        })
    }
}

impl RigaStazione {
    pub(super) fn apri(self, chiave: &ChiaveCifratura) -> Result<Stazione, StoreError> {
        let password = self
            .password
            .map(|c| segreti::apri::<String>(chiave, &c, &contesto_stazione(&self.id)))
            .transpose()?;
        Ok(Stazione {
            id: IdStazione::fidato(self.id),
            intermediario: IdDominio::fidato(self.id_intermediario),
            versione: self.versione,
            password,
            abilitato: self.abilitato,
        })
    }
}

impl Store {
    /// An intermediario by its id.
    pub async fn intermediario(&self, id: &str) -> Result<Option<Intermediario>, StoreError> {
        self.leggi_una::<RigaIntermediario>(
            "select id as i_id, denominazione as i_denominazione, principal_pagopa as i_principal_pagopa, \
             url_rpt as i_url_rpt, segreti as i_segreti, abilitato as i_abilitato \
             from intermediari where id = $1",
            valori![id],
        )
        .await?
        .map(|r| r.apri(self.chiave()))
        .transpose()
    }

    /// A stazione by its id.
    pub async fn stazione(&self, id: &str) -> Result<Option<Stazione>, StoreError> {
        self.leggi_una::<RigaStazione>(
            "select id as s_id, id_intermediario as s_id_intermediario, versione as s_versione, \
             password as s_password, abilitato as s_abilitato from stazioni where id = $1",
            valori![id],
        )
        .await?
        .map(|r| r.apri(self.chiave()))
        .transpose()
    }

    /// The stazioni of an intermediario, by id: 99 at most, as their codes are 01 to 99.
    pub async fn stazioni_di(&self, intermediario: &str) -> Result<Vec<Stazione>, StoreError> {
        self.leggi::<RigaStazione>(
            "select id as s_id, id_intermediario as s_id_intermediario, versione as s_versione, \
             password as s_password, abilitato as s_abilitato \
             from stazioni where id_intermediario = $1 order by id limit 99",
            valori![intermediario],
        )
        .await?
        .into_iter()
        .map(|r| r.apri(self.chiave()))
        .collect()
    }
}

/// Writes an intermediario. `Duplicato("intermediari_pkey")` when it is there already.
pub fn salva_intermediario(
    s: &mut Scrittura,
    chiave: &ChiaveCifratura,
    modo: Modo,
    i: &Intermediario,
) -> Result<(), StoreError> {
    let chiuso = IntermediarioJson {
        pagopa: AccessoJson {
            credenziali: i.servizio_pagopa.credenziali.clone().map(Into::into),
            subscription_key: i.servizio_pagopa.subscription_key.clone(),
        },
        ftp_lettura: i.ftp_lettura.clone().map(Into::into),
        ftp_scrittura: i.ftp_scrittura.clone().map(Into::into),
        recupero_rt: i.recupero_rt.clone().map(Into::into),
        aca: i.aca.clone().map(Into::into),
        gpd: i.gpd.clone().map(Into::into),
        fr: i.fr.clone().map(Into::into),
        backoffice_ec: i.backoffice_ec.clone().map(Into::into),
    };
    let id = i.id.as_str();
    modo.scrivi(
        s,
        "insert into intermediari (id, denominazione, principal_pagopa, url_rpt, segreti, abilitato) \
         values ($1, $2, $3, $4, $5, $6)",
        "update intermediari set denominazione = $2, principal_pagopa = $3, url_rpt = $4, segreti = $5, \
         abilitato = $6 where id = $1",
        valori![
            id,
            &i.denominazione,
            &i.principal_pagopa,
            &i.servizio_pagopa.url_rpt,
            segreti::chiudi(chiave, &chiuso, &contesto_intermediario(id))?,
            i.abilitato,
        ],
    );
    Ok(())
}

/// Writes a stazione, whose intermediario must be there. `Duplicato("stazioni_pkey")`.
pub fn salva_stazione(
    s: &mut Scrittura,
    chiave: &ChiaveCifratura,
    modo: Modo,
    stazione: &Stazione,
) -> Result<(), StoreError> {
    let id = stazione.id.as_str();
    let password =
        stazione.password.as_ref().map(|p| segreti::chiudi(chiave, p, &contesto_stazione(id))).transpose()?;
    modo.scrivi(
        s,
        "insert into stazioni (id, id_intermediario, versione, password, abilitato) \
         values ($1, $2, $3, $4, $5)",
        "update stazioni set id_intermediario = $2, versione = $3, password = $4, abilitato = $5 \
         where id = $1",
        valori![
            id,
            stazione.intermediario.as_str(),
            stazione.versione.as_str(),
            password,
            stazione.abilitato,
        ],
    );
    Ok(())
}
