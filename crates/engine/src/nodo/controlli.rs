//! The checks common to all calls, in their normative order (spec 40 section 3).

use super::ChiamanteNodo;
use super::guasto::Guasto;
use crate::Engine;
use domain::anagrafica::{Intermediario, SchedaDominio};
use domain::nome_distinto::NomeDistinto;
use domain::{IdDominio, Iuv, NumeroAvviso};
use pagopa::ccp::{FaultCode, Versione};
use std::sync::Arc;

/// Row 1: the reference inside a notice number of 18 digits.
pub(super) fn avviso(numero: &str) -> Result<(NumeroAvviso, Iuv), Guasto> {
    match NumeroAvviso::leggi(numero) {
        Ok(n) => {
            let iuv = n.iuv();
            Ok((n, iuv))
        }
        // Length and digits are of the schema: only the first digit can still be wrong.
        Err(_) => Err(Guasto::con(
            FaultCode::SystemError,
            format!("Numero Avviso [{numero}] fornito non valido: prima cifra non e' [0|1|2|3]"),
        )),
    }
}

/// Whether a caller is the one that the intermediario declares (spec 40 1.3).
fn corrisponde(chi: &ChiamanteNodo, principal: &str, configurato: &str) -> bool {
    if chi.certificato
        && let (Some(suo), Some(atteso)) = (NomeDistinto::leggi(principal), NomeDistinto::leggi(configurato))
    {
        return suo.contenuto_in(&atteso);
    }
    principal == configurato
}

impl Engine {
    /// Rows 2 to 4. `salta_principal`: who injects recovered receipts on the internal address.
    async fn controlla_chiamante(
        &self,
        chi: &ChiamanteNodo,
        broker: &str,
        salta_principal: bool,
    ) -> Result<Arc<Intermediario>, Guasto> {
        let controlla = self.impostazioni().controlla_principal_nodo && !salta_principal;
        let principal = match (&chi.principal, controlla) {
            (Some(p), true) => Some(p),
            (None, true) => {
                return Err(Guasto::con(
                    FaultCode::SystemError,
                    "Autorizzazione fallita: principal non fornito",
                ));
            }
            (_, false) => None,
        };
        let intermediario = self
            .registro()
            .intermediario(broker)
            .await?
            .ok_or(Guasto::nudo(FaultCode::IdIntermediarioErrato))?;
        match principal {
            Some(p) if !corrisponde(chi, p, &intermediario.principal_pagopa) => Err(Guasto::con(
                FaultCode::SystemError,
                format!(
                    "Autorizzazione fallita: principal fornito ({p}) non valido per l'intermediario ({broker})."
                ),
            )),
            Some(_) | None => Ok(intermediario),
        }
    }

    /// Rows 2 to 6 of verify and activate. Disabled master data do not stop a notice already issued,
    /// unless the setting says so.
    pub(super) async fn controlla_richiesta(
        &self,
        chi: &ChiamanteNodo,
        broker: &str,
        stazione: &str,
        dominio: &IdDominio,
    ) -> Result<Arc<SchedaDominio>, Guasto> {
        let rigida = self.impostazioni().anagrafica_rigida;
        let intermediario = self.controlla_chiamante(chi, broker, false).await?;
        if rigida && !intermediario.abilitato {
            return Err(Guasto::nudo(FaultCode::IdIntermediarioErrato));
        }
        let errata = || Guasto::nudo(FaultCode::StazioneIntErrata);
        let trovata = self.registro().stazione(stazione).await?.ok_or_else(errata)?;
        if rigida && !trovata.abilitato {
            return Err(errata());
        }
        let scheda = self.scheda_del_nodo(dominio).await?;
        if rigida && !scheda.dominio.abilitato {
            return Err(Guasto::nudo(FaultCode::IdDominioErrato));
        }
        if rigida && !e_la_stazione_di(&scheda, stazione) {
            return Err(errata());
        }
        Ok(scheda)
    }

    /// Rows 2 to 8 of the receipts. A receipt is never refused because something is disabled.
    pub(super) async fn controlla_ricevuta(
        &self,
        chi: &ChiamanteNodo,
        versione: Versione,
        (broker, stazione): (&str, &str),
        dominio: &IdDominio,
    ) -> Result<Arc<SchedaDominio>, Guasto> {
        let salta = chi.interno && versione == Versione::V2;
        self.controlla_chiamante(chi, broker, salta).await?;
        let scheda = self.scheda_del_nodo(dominio).await?;
        let errata = || Guasto::nudo(FaultCode::StazioneIntErrata);
        let trovata = self.registro().stazione(stazione).await?.ok_or_else(errata)?;
        if trovata.intermediario != *broker {
            return Err(Guasto::nudo(FaultCode::IdIntermediarioErrato));
        }
        if !e_la_stazione_di(&scheda, stazione) {
            return Err(errata());
        }
        Ok(scheda)
    }

    async fn scheda_del_nodo(&self, dominio: &IdDominio) -> Result<Arc<SchedaDominio>, Guasto> {
        self.registro().dominio(dominio.as_str()).await?.ok_or(Guasto::nudo(FaultCode::IdDominioErrato))
    }
}

fn e_la_stazione_di(scheda: &SchedaDominio, stazione: &str) -> bool {
    scheda.dominio.intermediazione.as_ref().is_some_and(|i| i.stazione == *stazione)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chi(principal: &str, certificato: bool) -> ChiamanteNodo {
        ChiamanteNodo { principal: Some(principal.to_owned()), certificato, interno: false }
    }

    #[test]
    fn i_certificati_si_confrontano_per_attributi() {
        for (principal, configurato, certificato, atteso) in [
            ("CN=nodo,O=PagoPA", "O=PagoPA, CN=nodo", true, true),
            ("CN=nodo", "C=IT,O=PagoPA,CN=nodo", true, true),
            ("CN=nodo,O=Altri", "O=PagoPA,CN=nodo", true, false),
            ("CN=nodo,O=PagoPA", "O=PagoPA, CN=nodo", false, false),
            ("pagopa", "pagopa", false, true),
            ("pagopa", "PagoPA", false, false),
            ("pagopa", "pagopa", true, true),
        ] {
            assert_eq!(
                corrisponde(&chi(principal, certificato), principal, configurato),
                atteso,
                "{principal}"
            );
        }
    }

    #[test]
    fn la_prima_cifra_dell_avviso() {
        assert!(matches!(avviso("301000000001234519"), Ok((_, i)) if i.as_str() == "01000000001234519"));
        assert!(matches!(avviso("002000000000000141"), Ok((_, i)) if i.as_str() == "000000000000141"));
        let Err(Guasto::Regola(codice, Some(testo))) = avviso("401000000001234519") else {
            panic!("rifiutato");
        };
        assert_eq!(codice, FaultCode::SystemError);
        assert_eq!(
            testo,
            "Numero Avviso [401000000001234519] fornito non valido: prima cifra non e' [0|1|2|3]"
        );
    }
}
