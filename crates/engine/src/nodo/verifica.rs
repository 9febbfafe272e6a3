//! paVerifyPaymentNotice (spec 40 5.1). Nothing is written, but the pendenza that the ente gives.

use super::ChiamanteNodo;
use super::controlli::avviso;
use super::dati::{self, Cornice};
use super::guasto::Guasto;
use super::note::Appunti;
use super::risolvi::{Decisa, Quesito};
use crate::Engine;
use domain::anagrafica::SchedaDominio;
use domain::pendenza::Pendenza;
use domain::risoluzione::Aggiornamento;
use pagopa::ccp::{FaultCode, VerificaReq};
use std::sync::Arc;
use store::StoreError;

impl Engine {
    pub(super) async fn verifica_avviso(
        &self,
        chi: &ChiamanteNodo,
        r: &VerificaReq,
        transazione: &str,
        appunti: &Appunti,
    ) -> Result<Vec<u8>, Guasto> {
        let scadenza = self.scadenza_nodo();
        let (numero, iuv) = avviso(&r.notice_number)?;
        appunti.prendi(|n| n.chiavi.iuv = Some(iuv.to_string()));
        let scheda = self.controlla_richiesta(chi, &r.id_broker_pa, &r.id_station, &r.fiscal_code).await?;
        if self.impostazioni().sonda_nav.contains(&r.notice_number) {
            appunti.prendi(|n| n.sonda = true);
            return Err(Guasto::nudo(FaultCode::PagamentoSconosciuto));
        }
        let q = Quesito {
            scheda: &scheda,
            avviso: numero,
            iuv,
            operazione: "la verifica",
            transazione,
            scadenza,
            appunti,
        };
        let mut aggiornamento = Aggiornamento::Mai;
        let pendenza = loop {
            match self.decidi(&q, aggiornamento).await? {
                Decisa::Pagabile(p) => break p,
                altro @ (Decisa::Sconosciuta | Decisa::DaAggiornare(..)) => {
                    aggiornamento = self.interpella(&q, altro).await?;
                }
            }
        };
        let schede = self.schede_delle_voci(&pendenza, &scheda).await?;
        let cornice = Cornice {
            scheda: &scheda,
            schede: &schede,
            giorni: self.impostazioni().giorni_validita_senza_data,
        };
        let dati = dati::verifica(&pendenza, &cornice);
        dati.valida().map_err(|testo| Guasto::con(FaultCode::SystemError, testo))?;
        Ok(dati.xml())
    }

    /// The cards of the domini that the voci of a pendenza name, its own included.
    pub(super) async fn schede_delle_voci(
        &self,
        p: &Pendenza,
        scheda: &Arc<SchedaDominio>,
    ) -> Result<Vec<Arc<SchedaDominio>>, StoreError> {
        let mut schede = vec![Arc::clone(scheda)];
        for d in p.voci.iter().filter_map(|v| v.dominio.as_ref()) {
            if schede.iter().all(|s| s.dominio.id != *d) {
                schede.extend(self.registro().dominio(d.as_str()).await?);
            }
        }
        Ok(schede)
    }
}
