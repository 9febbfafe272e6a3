//! Domini (spec 10 5.2).

use super::{AnagraficaError, Autore, Modifica, dominio_in_ambito, dominio_non_censito, ritratti};
use crate::{Chiamante, Engine};
use domain::anagrafica::{
    Ambito, Dominio, Entrata, EntrataDominio, Intermediazione, SchedaDominio, TipoPendenzaDominio,
    prefisso_iuv,
};
use domain::pendenza::TipoContabilita;
use domain::{AuxDigit, IdEntrata, IdTipoPendenza};
use serde_json::Value;
use store::anagrafica::{
    Modo, aggiorna_unita_ec, aggiungi_tipo_se_esiste, salva_dominio, salva_entrata_dominio, salva_logo,
    salva_unita, togli_logo,
};
use store::{Scrittura, StoreError};

/// What a PUT does with the logo.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Logo {
    /// Nothing: the link to the stored one came back.
    Tieni,
    /// Takes it away.
    Togli,
    /// Replaces it: base64 or data-URI, as sent.
    Nuovo(String),
}

impl Engine {
    /// Creates or replaces a dominio; true when it was created. Creation also makes its office `EC`
    /// and, when intermediated, the disabled entrata `BOLLOT` and its first types; later PUTs only
    /// refresh the name and address of `EC`.
    ///
    /// # Errors
    /// `Negato` when it is not in the caller's scope, or new and he does not have all domini;
    /// `NonAmmesso` for an unknown stazione, a missing segregation code, a prefix too long.
    pub async fn salva_dominio(
        &self,
        autore: &Autore,
        d: &Dominio,
        logo: &Logo,
    ) -> Result<bool, AnagraficaError> {
        let chi = &autore.chi;
        let atto = self.atto(autore).await?;
        self.ripeti(|| async {
            let versione = self.store().versione_anagrafica().await?;
            let prima = self.store().dominio(d.id.as_str()).await?;
            let esiste = prima.is_some();
            if esiste {
                dominio_in_ambito(chi, d.id.as_str())?;
            } else if chi.utenza.domini != Ambito::Tutti {
                let motivo = "L'utenza non possiede i diritti per creare nuovi Enti Creditori";
                return Err(chi.negato_perche(motivo).into());
            }
            if let Some(i) = &d.intermediazione {
                self.controlla_intermediazione(i).await?;
            }
            self.controlla_tipi_dei_connettori(d).await?;
            let mut s = Scrittura::nuova();
            salva_dominio(&mut s, self.store().chiave(), Modo::per(esiste), d)?;
            if esiste {
                aggiorna_unita_ec(&mut s, d)?;
            } else {
                self.corredo(&mut s, d)?;
            }
            match logo {
                Logo::Tieni => {}
                Logo::Togli => togli_logo(&mut s, &d.id),
                Logo::Nuovo(contenuto) => salva_logo(&mut s, &d.id, contenuto),
            }
            let c_era = prima.as_ref().is_some_and(|p| p.ha_logo);
            let modifica = Modifica::di_dominio(
                "Dominio",
                d.id.as_str(),
                None,
                prima.as_ref().map(|p| ritratti::dominio(p, logo_di(p.ha_logo))),
                ritratti::dominio(
                    d,
                    match logo {
                        Logo::Tieni => logo_di(c_era),
                        Logo::Togli => logo_di(false),
                        Logo::Nuovo(_) => "nuovo",
                    },
                ),
            );
            self.conferma(&atto, versione, s, &modifica).await?;
            Ok(!esiste)
        })
        .await
    }

    async fn controlla_intermediazione(&self, i: &Intermediazione) -> Result<(), AnagraficaError> {
        if self.store().stazione(i.stazione.as_str()).await?.is_none() {
            return Err(AnagraficaError::NonAmmesso(format!(
                "La stazione intermediaria {} indicata non esiste.",
                i.stazione
            )));
        }
        if i.aux_digit == AuxDigit::Tre && i.segregation_code.is_none() {
            return Err(AnagraficaError::NonAmmesso(
                "Il campo segregationCode non deve essere vuoto.".to_owned(),
            ));
        }
        if let Some(modello) = &i.iuv_prefix {
            prefisso_iuv(modello, self.oggi().year()).map_err(|fatto| {
                AnagraficaError::NonAmmesso(format!(
                    "Il pattern indicato realizza prefissi troppo lunghi: {fatto}"
                ))
            })?;
        }
        Ok(())
    }

    /// The types that the connectors that are on send: `*` is all of them (spec 10 section 7).
    async fn controlla_tipi_dei_connettori(&self, d: &Dominio) -> Result<(), AnagraficaError> {
        let mut nominati: Vec<String> = Vec::new();
        for (nome, testo) in &d.connettori {
            let letto: Value = serde_json::from_str(testo.as_str())
                .map_err(|e| StoreError::Rotto(format!("connettore {nome}: {e}")))?;
            if letto.get("abilitato").and_then(Value::as_bool) != Some(true) {
                continue;
            }
            let tipi = letto.get("tipiPendenza").and_then(Value::as_array).into_iter().flatten();
            nominati.extend(tipi.filter_map(Value::as_str).filter(|t| *t != "*").map(str::to_owned));
        }
        if nominati.is_empty() {
            return Ok(());
        }
        // What is no id is no type either.
        let id: Vec<&str> = nominati.iter().map(String::as_str).filter(|t| !t.contains('\0')).collect();
        let noti = self.store().descrizioni_tipi(&id).await?;
        match nominati.iter().find(|t| !noti.iter().any(|(n, _)| n == *t)) {
            Some(t) => Err(AnagraficaError::NonAmmesso(format!("Il tipo pendenza {t} indicato non esiste."))),
            None => Ok(()),
        }
    }

    /// What a dominio has from its creation.
    fn corredo(&self, s: &mut Scrittura, d: &Dominio) -> Result<(), AnagraficaError> {
        salva_unita(s, Modo::Crea, &d.id, &d.unita_ec())?;
        if d.intermediazione.is_none() {
            return Ok(());
        }
        let bollo = EntrataDominio {
            tipo: Entrata {
                id: IdEntrata::fidato(EntrataDominio::BOLLOT),
                descrizione: String::new(),
                tipo_contabilita: TipoContabilita::Altro,
                codice_contabilita: String::new(),
            },
            iban_accredito: None,
            iban_appoggio: None,
            tipo_contabilita: None,
            codice_contabilita: None,
            abilitato: false,
        };
        salva_entrata_dominio(s, Modo::Crea, &d.id, &bollo);
        let imp = self.impostazioni();
        let mut tipi = vec![
            TipoPendenzaDominio::LIBERO,
            &imp.tipo_pendenza_libero,
            &imp.tipo_pendenza_non_censito,
            TipoPendenzaDominio::BOLLOT,
        ];
        tipi.sort_unstable();
        tipi.dedup();
        for tipo in tipi {
            aggiungi_tipo_se_esiste(s, &d.id, &IdTipoPendenza::fidato(tipo));
        }
        Ok(())
    }

    /// A dominio with everything that belongs to it: offices and types only as far as they are in
    /// the caller's scope.
    ///
    /// # Errors
    /// `Negato` out of scope, `Inesistente`.
    pub async fn leggi_dominio(&self, chi: &Chiamante, id: &str) -> Result<SchedaDominio, AnagraficaError> {
        dominio_in_ambito(chi, id)?;
        let mut scheda = self.store().scheda_dominio(id).await?.ok_or_else(|| dominio_non_censito(id))?;
        scheda.unita.retain(|u| chi.utenza.domini.comprende(id, Some(u.id.as_str())));
        scheda.tipi.retain(|t| chi.utenza.tipi_pendenza.comprende_tipo(t.tipo.id.as_str()));
        Ok(scheda)
    }

    /// The logo of a dominio, as it was sent.
    ///
    /// # Errors
    /// `Negato` out of scope, `Inesistente`.
    pub async fn leggi_logo(&self, chi: &Chiamante, id: &str) -> Result<String, AnagraficaError> {
        dominio_in_ambito(chi, id)?;
        self.store().logo(id).await?.ok_or_else(|| {
            AnagraficaError::Inesistente(format!(
                "Dominio {id} non censito in Anagrafica o logo non presente"
            ))
        })
    }
}

/// What the audit says of a logo: pictures do not stand in events.
fn logo_di(presente: bool) -> &'static str {
    if presente { "presente" } else { "assente" }
}
