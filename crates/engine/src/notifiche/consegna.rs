//! Delivery of one notification: load, build, call, store what came of it (spec 60 1.8).

use super::payload::{self, Materiale, PayloadError};
use crate::Engine;
use crate::ente::{percorso, ricevuto_http};
use crate::giornale::messaggio;
use crate::porte::ChiamataEnte;
use domain::Istante;
use domain::anagrafica::{Applicazione, VersioneEnte};
use domain::evento::{Componente, EsitoEvento, RuoloEvento};
use domain::notifica::{Notifica, TipoNotifica, descrizione_errore, prossima_spedizione};
use std::collections::HashMap;
use std::time::Duration;
use store::notifiche::{Presa, annullata, fallita, spedita};
use store::tentativi::TentativoLetto;
use store::{Scrittura, StoreError};

/// What became of a delivery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Consegna {
    /// The ente has it.
    Spedita,
    /// It failed and will be tried again.
    Fallita(String),
    /// It will never be tried again.
    Annullata(String),
}

/// How long the outcome is tried to be stored: less than a lease, so that nobody else sends meanwhile.
const PAZIENZA: Duration = Duration::from_secs(15);

/// The text of a notification whose receiver is gone (spec 60 1.8).
const SENZA_CONNETTORE: &str = "Connettore Notifica non configurato, notifica annullata.";

/// A message ready to go.
struct Pronta {
    metodo: &'static str,
    percorso: String,
    operazione: &'static str,
    corpo: Vec<u8>,
}

/// Why a message is not ready.
enum NonPronta {
    /// It never will be.
    Mai(String),
    /// Perhaps later: the reason is the error of this attempt.
    OraNo(String),
}

impl Engine {
    /// Delivers a claimed notification and stores the outcome. A disabled applicazione or dominio
    /// still receives.
    ///
    /// # Errors
    /// The database: the outcome is not stored, the notification comes back when its lease ends.
    pub async fn consegna_notifica(&self, presa: Presa) -> Result<Consegna, StoreError> {
        let n = &presa.notifica;
        let Some(applicazione) = self.registro().applicazione(n.id_a2a.as_str()).await? else {
            return self.annulla_notifica(&presa, SENZA_CONNETTORE).await;
        };
        let (consegna, corpo) = match self.prepara_notifica(&presa, &applicazione).await? {
            Err(NonPronta::Mai(perche)) => return self.annulla_notifica(&presa, &perche).await,
            Err(NonPronta::OraNo(perche)) => (Err(perche), None),
            Ok((versione, pronta)) => {
                let esito = self.spedisci_notifica(&presa, &applicazione, &pronta).await;
                (esito, Some((versione, pronta.corpo)))
            }
        };
        let adesso = self.adesso();
        let come = match consegna {
            Ok(()) => Consegna::Spedita,
            Err(testo) => {
                let testo = descrizione_errore(&testo);
                if self.basta(n) { Consegna::Annullata(testo) } else { Consegna::Fallita(testo) }
            }
        };
        // Kept once for each version of the connector: the receiver of a retry reads the same bytes.
        let nuovo = |v: &VersioneEnte| presa.corpo.as_ref().is_none_or(|(tenuta, _)| tenuta != v);
        let corpo = corpo.as_ref().filter(|(v, _)| nuovo(v)).map(|(v, c)| (*v, c.as_slice()));
        self.salva_esito(&presa, &come, corpo, adesso).await?;
        Ok(come)
    }

    /// Whether the limits of the settings are reached (spec 60 1.8; unlimited by default).
    fn basta(&self, n: &Notifica) -> bool {
        let imp = self.impostazioni();
        let troppi = imp.notifiche_max_tentativi.is_some_and(|max| n.tentativi + 1 >= max);
        let eta = self.adesso().micros() - n.data_creazione.micros();
        let vecchia = imp.notifiche_max_giorni.is_some_and(|g| eta >= g.saturating_mul(86_400_000_000));
        troppi || vecchia
    }

    async fn annulla_notifica(&self, presa: &Presa, perche: &str) -> Result<Consegna, StoreError> {
        let come = Consegna::Annullata(perche.to_owned());
        self.salva_esito(presa, &come, None, self.adesso()).await?;
        Ok(come)
    }

    /// Stores the outcome, insisting while the database is away: what is not stored is sent again.
    async fn salva_esito(
        &self,
        presa: &Presa,
        come: &Consegna,
        corpo: Option<(VersioneEnte, &[u8])>,
        adesso: Istante,
    ) -> Result<(), StoreError> {
        metrics::counter!("govpay_notifiche_total", "esito" => match come {
            Consegna::Spedita => "spedita",
            Consegna::Fallita(_) => "fallita",
            Consegna::Annullata(_) => "annullata",
        })
        .increment(1);
        let fine = tokio::time::Instant::now() + PAZIENZA;
        loop {
            let mut s = Scrittura::nuova();
            match come {
                Consegna::Spedita => spedita(&mut s, presa, adesso),
                Consegna::Annullata(testo) => annullata(&mut s, presa, testo, adesso),
                Consegna::Fallita(testo) => {
                    let prossima = prossima_spedizione(presa.notifica.tentativi + 1, adesso);
                    fallita(&mut s, presa, testo, prossima, adesso, corpo);
                }
            }
            match self.store().commit(s).await {
                Err(StoreError::NonDisponibile(_) | StoreError::Incerto | StoreError::Conflitto)
                    if tokio::time::Instant::now() < fine =>
                {
                    tokio::time::sleep(Duration::from_millis(500)).await;
                }
                altro => return altro,
            }
        }
    }

    /// The message: that of the first attempt if it failed, else built now.
    async fn prepara_notifica(
        &self,
        presa: &Presa,
        applicazione: &Applicazione,
    ) -> Result<Result<(VersioneEnte, Pronta), NonPronta>, StoreError> {
        let n = &presa.notifica;
        let Some(servizio) = &applicazione.servizio_integrazione else {
            return Ok(Err(NonPronta::Mai(SENZA_CONNETTORE.to_owned())));
        };
        let (metodo, operazione, via) = match (servizio.versione, n.tipo) {
            (_, TipoNotifica::Annullamento | TipoNotifica::Fallimento) => {
                let testo = format!("Notifica di tipo {} non prevista, notifica annullata.", n.tipo);
                return Ok(Err(NonPronta::Mai(testo)));
            }
            (VersioneEnte::RestV2, TipoNotifica::Attivazione) => {
                let testo =
                    "Notifica di attivazione non prevista dal connettore REST v2, notifica annullata.";
                return Ok(Err(NonPronta::Mai(testo.to_owned())));
            }
            (VersioneEnte::RestV1, TipoNotifica::Attivazione | TipoNotifica::Ricevuta) => {
                ("POST", "notifyPagamento", percorso(&["pagamenti", n.dominio.as_str(), n.iuv.as_str()]))
            }
            (VersioneEnte::RestV2, TipoNotifica::Ricevuta) => (
                "PUT",
                "notificaRicevuta",
                percorso(&["ricevute", n.dominio.as_str(), n.iuv.as_str(), &n.ccp]),
            ),
        };
        if n.tipo == TipoNotifica::Attivazione && self.store().attivazione_precedente(n).await? {
            let testo = format!(
                "Trovata una notifica di spedizione per la stessa RPT [IdDominio:{}, Iuv:{}, Ccp:{}] \
                 schedulata per l'invio, spedizione annullata",
                n.dominio, n.iuv, n.ccp
            );
            return Ok(Err(NonPronta::Mai(testo)));
        }
        let corpo = match &presa.corpo {
            Some((v, c)) if *v == servizio.versione => c.clone(),
            _ => match self.costruisci_notifica(n, servizio.versione).await? {
                Ok(c) => c,
                Err(perche) => return Ok(Err(NonPronta::OraNo(perche))),
            },
        };
        Ok(Ok((servizio.versione, Pronta { metodo, percorso: via, operazione, corpo })))
    }

    async fn costruisci_notifica(
        &self,
        n: &Notifica,
        versione: VersioneEnte,
    ) -> Result<Result<Vec<u8>, String>, StoreError> {
        let store = self.store();
        let Some(TentativoLetto { tentativo, rpt, rt }) = store.tentativo_per_id(n.tentativo).await? else {
            return Ok(Err("tentativo di pagamento non presente in archivio".to_owned()));
        };
        let Some(pendenza) = store.pendenza_per_id(tentativo.pendenza).await? else {
            return Ok(Err("pendenza non presente in archivio".to_owned()));
        };
        let riscossioni = match n.tipo {
            TipoNotifica::Ricevuta => store.riscossioni_del_tentativo(tentativo.id).await?,
            TipoNotifica::Attivazione | TipoNotifica::Annullamento | TipoNotifica::Fallimento => Vec::new(),
        };
        let allegati = match versione {
            VersioneEnte::RestV1 => Vec::new(),
            VersioneEnte::RestV2 => store.allegati_di(pendenza.id).await?,
        };
        let mut schede = HashMap::new();
        for d in std::iter::once(&pendenza.dominio)
            .chain(std::iter::once(&tentativo.dominio))
            .chain(pendenza.voci.iter().filter_map(|v| v.dominio.as_ref()))
        {
            if !schede.contains_key(d)
                && let Some(s) = self.registro().dominio(d.as_str()).await?
            {
                schede.insert(d.clone(), s);
            }
        }
        let materiale = Materiale {
            pendenza,
            tentativo,
            rpt,
            rt,
            riscossioni,
            allegati,
            schede,
            oggi: self.oggi(),
            giorni_validita: self.impostazioni().giorni_validita_senza_data,
        };
        let fatto = match versione {
            VersioneEnte::RestV1 => payload::v1(&materiale, n.tipo),
            VersioneEnte::RestV2 => payload::v2(&materiale),
        };
        Ok(fatto.map_err(|e: PayloadError| e.to_string()))
    }

    /// Calls the ente and writes the event. `Err` is the text of the failure.
    async fn spedisci_notifica(
        &self,
        presa: &Presa,
        a: &Applicazione,
        pronta: &Pronta,
    ) -> Result<(), String> {
        let n = &presa.notifica;
        let transazione = uuid::Uuid::new_v4().to_string();
        let aperto = self.apri_evento().await;
        let chiamata = ChiamataEnte {
            metodo: pronta.metodo,
            percorso: pronta.percorso.clone(),
            corpo: Some(pronta.corpo.clone()),
            transazione: transazione.clone(),
            chiave_idempotenza: Some(n.chiave.clone()),
            corpo_atteso: false,
            scadenza: None,
        };
        let (risposta, traccia) = self.porte().ente.chiama(a, &chiamata).await;
        let mut e = aperto.evento(Componente::ApiEnte, RuoloEvento::Client, pronta.operazione, transazione);
        e.chiavi.dominio = Some(n.dominio.to_string());
        e.chiavi.iuv = Some(n.iuv.to_string());
        e.chiavi.ccp = Some(n.ccp.clone());
        e.chiavi.id_a2a = Some(n.id_a2a.to_string());
        e.chiavi.id_pendenza = Some(presa.id_pendenza.clone());
        e.metodo = Some(pronta.metodo.to_owned());
        e.url = Some(traccia.url);
        e.principal = traccia.principal;
        e.richiesta = Some(messaggio(aperto.inizio(), traccia.intestazioni_richiesta, &pronta.corpo));
        let corpo = risposta.as_ref().map(|r| r.corpo.as_slice()).unwrap_or_default();
        e.risposta = Some(messaggio(aperto.fine(), traccia.intestazioni_risposta, corpo));
        let (stato, esito) = match risposta {
            Ok(r) if (200..300).contains(&r.stato) => (r.stato, Ok(())),
            Ok(r) => (r.stato, Err(ricevuto_http(r.stato))),
            Err(x) => (x.stato, Err(x.testo)),
        };
        e.stato_http = Some(i64::from(stato));
        e.sottotipo_esito = Some(stato.to_string());
        if let Err(testo) = &esito {
            e.esito = EsitoEvento::Fail;
            e.dettaglio_esito = Some(testo.clone());
        }
        self.registra(e);
        esito
    }
}
