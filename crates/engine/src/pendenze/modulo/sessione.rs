//! What citizens and those who do not say who they are make of a form: it has its number, stays in their session,
//! is seen by nobody else, and becomes a pendenza of the archive when the session uses it (spec 20 section 10).

use super::trasforma::Luogo;
use super::{Composta, Ingresso, Modulo, ModuloError};
use crate::ente::{StatoRisposta, leggi};
use crate::pendenze::carica::{self, Richiesta, nuovo_uuid};
use crate::pendenze::{CaricaError, Provenienza, RichiestaAvviso, altro_debitore};
use crate::{Chiamante, Engine};
use contratto::json::leggi_corpo;
use domain::anagrafica::VersioneEnte;
use domain::pendenza::{ChiavePendenza, Nascita, NuovaPendenza, Pendenza, PendenzaError, TipoPosizione};
use domain::{IdDominio, NumeroAvviso};
use secrecy::SecretString;
use store::sessioni_pendenze::{Formato, Tenuta, depositata, tieni};
use store::{Scrittura, StoreError};

/// Pendenze that a session holds: a further one takes the place of the oldest.
const QUANTE: i64 = 50;

/// What a session holds now.
#[derive(Debug)]
pub struct InSessione {
    /// The pendenza, not stored: its surrogate keys mean nothing.
    pub pendenza: Pendenza,
    /// Whether the session did not hold it before.
    pub creata: bool,
    /// The token of a session that has been opened for it.
    pub sessione: Option<SecretString>,
}

impl Engine {
    /// Steps 2 to 5 for a caller whose pendenze stay in his session; `aggiorna` is the key of the one to replace.
    ///
    /// # Errors
    /// [`ModuloError`].
    pub async fn tieni_da_modulo(
        &self,
        token: Option<&SecretString>,
        modulo: &Modulo,
        ingresso: Ingresso,
        aggiorna: Option<ChiavePendenza>,
    ) -> Result<InSessione, ModuloError> {
        let mut impronta = match token {
            Some(t) => self.sessione_viva(t).await?,
            None => None,
        };
        if let Some(chiave) = &aggiorna {
            self.deve_tenere(impronta.as_deref(), chiave).await?;
        }
        let Composta { richiesta, ente, formato, contenuto } =
            Box::pin(self.compila(modulo, ingresso, aggiorna)).await?;
        let prima = match &impronta {
            Some(i) => self.store().tenuta(i, &richiesta.nuova.chiave).await?,
            None => None,
        };
        let composta = self.numera(richiesta, prima.as_ref()).await;
        let (richiesta, pendenza) = composta.map_err(|e| modulo.non_caricata(e, ente.as_deref()))?;
        let tenuta = Tenuta {
            chiave: pendenza.chiave.clone(),
            dominio: pendenza.dominio.clone(),
            tipo: pendenza.tipo_pendenza.clone(),
            unita: richiesta.nuova.unita.clone(),
            avviso: pendenza.numero_avviso.clone(),
            uuid: pendenza.uuid.clone(),
            formato,
            contenuto: Some(contenuto),
            nata: self.adesso(),
        };
        let mut sessione = None;
        if let Some(i) = &impronta
            && !self.metti(i, &tenuta).await?
        {
            impronta = None;
        }
        if impronta.is_none() {
            let (nuova, i) = self.apri_sessione_anonima().await?;
            if !self.metti(&i, &tenuta).await? {
                return Err(StoreError::Conflitto.into());
            }
            sessione = Some(nuova);
        }
        Ok(InSessione { pendenza, creata: prima.is_none(), sessione })
    }

    /// Only what the session holds is updated.
    async fn deve_tenere(&self, impronta: Option<&str>, chiave: &ChiavePendenza) -> Result<(), ModuloError> {
        let quante = match impronta {
            Some(i) => self.store().quante_tenute(i).await?,
            None => 0,
        };
        if quante == 0 {
            return Err(ModuloError::Fermata(NESSUNA.to_owned()));
        }
        match self.store().tenuta(impronta.unwrap_or_default(), chiave).await? {
            Some(_) => Ok(()),
            None => Err(ModuloError::Fermata(NON_QUELLA.to_owned())),
        }
    }

    /// The number and the UUID of a pendenza: those it had in the session, under the same dominio, else new ones.
    /// What was stored meanwhile is updated by the rules of spec 20 3.4.
    async fn numera(
        &self,
        mut richiesta: Richiesta,
        prima: Option<&Tenuta>,
    ) -> Result<(Richiesta, Pendenza), CaricaError> {
        let prima = prima.filter(|t| t.dominio == richiesta.nuova.dominio);
        let adesso = self.adesso();
        if prima.is_some_and(|t| t.contenuto.is_none())
            && let Some(letta) = self.store().pendenza(&richiesta.nuova.chiave).await?
        {
            let nuova = richiesta.nuova.aggiorna(&letta, &richiesta.tipo, None, 0, adesso)?;
            return Ok((richiesta, nuova));
        }
        let avviso = match prima {
            Some(t) if richiesta.nuova.numero_avviso.is_none() => t.avviso.clone(),
            _ => richiesta.riserva_avviso(self).await?,
        };
        let uuid = prima.map_or_else(nuovo_uuid, |t| t.uuid.clone());
        richiesta.con_avviso(avviso.clone());
        let nascita = Nascita { id: 0, primo_id_voce: 0, uuid, tipo: richiesta.posizione, adesso };
        let pendenza = richiesta.nuova.crea(&richiesta.tipo, avviso, nascita);
        Ok((richiesta, pendenza))
    }

    /// Whether the session took it: it may have ended meanwhile.
    async fn metti(&self, impronta: &str, tenuta: &Tenuta) -> Result<bool, StoreError> {
        let mut s = Scrittura::nuova();
        tieni(&mut s, impronta, tenuta, QUANTE);
        match self.store().commit(s).await {
            Ok(()) => Ok(true),
            Err(StoreError::Conflitto) => Ok(false),
            Err(e) => Err(e),
        }
    }

    /// Whether a session holds the pendenza of a notice, with this UUID.
    pub(crate) async fn tiene_con_uuid(
        &self,
        token: &SecretString,
        dominio: &IdDominio,
        avviso: &NumeroAvviso,
        uuid: &str,
    ) -> Result<bool, StoreError> {
        let Some(impronta) = self.sessione_viva(token).await? else { return Ok(false) };
        let tenuta = self.store().tenuta_per_avviso(&impronta, dominio, avviso).await?;
        Ok(tenuta.is_some_and(|t| t.uuid == uuid))
    }

    /// Stores the pendenza of a notice if this session holds it, and its debtor is the one of the call where it
    /// has to name him. Whether this session has made it.
    ///
    /// # Errors
    /// [`CaricaError`]: another debtor, a rule that holds no more since it was made, or a key that others have
    /// taken.
    pub async fn deposita_dalla_sessione(
        &self,
        token: &SecretString,
        RichiestaAvviso { dominio, avviso, solo_di, .. }: RichiestaAvviso<'_>,
    ) -> Result<bool, CaricaError> {
        let Some(impronta) = self.sessione_viva(token).await? else { return Ok(false) };
        let trovata = self.store().tenuta_per_avviso(&impronta, dominio, avviso).await?;
        let Some(tenuta) = trovata else { return Ok(false) };
        let Some(contenuto) = &tenuta.contenuto else { return Ok(true) };
        let nuova = rileggi(&tenuta, contenuto).map_err(StoreError::Rotto)?;
        if solo_di.is_some_and(|d| d.to_uppercase() != nuova.debitore.identificativo.to_uppercase()) {
            return Err(altro_debitore().into());
        }
        let provenienza = match tenuta.formato {
            Formato::Modulo => Provenienza::Operatore(Chiamante::anonimo()),
            Formato::EnteV1 | Formato::EnteV2 => {
                let a2a = &tenuta.chiave.id_a2a;
                let applicazione = self.registro().applicazione(a2a.as_str()).await?;
                let applicazione =
                    applicazione.ok_or_else(|| PendenzaError::ApplicazioneInesistente(a2a.clone()))?;
                Provenienza::Ente { applicazione, iuv_chiesto: None }
            }
        };
        let mut richiesta = carica::prepara(self, provenienza, nuova).await?;
        richiesta.posizione = TipoPosizione::Spontaneo;
        richiesta.uuid = Some(tenuta.uuid.clone());
        richiesta.solo_da_pagare = true;
        // An ente may send its own again; who fills in a form does not take what others have made.
        richiesta.solo_sua = tenuta.formato == Formato::Modulo;
        richiesta.con_avviso(tenuta.avviso.clone());
        let seguito = |s: &mut Scrittura, _: &Pendenza| depositata(s, &impronta, &tenuta);
        carica::carica(self, &richiesta, &seguito).await?;
        Ok(true)
    }
}

const NESSUNA: &str =
    "Impossibile effettuare l'operazione di aggiornamento, nessuna pendenza disponibile per l'utenza.";
const NON_QUELLA: &str = "Impossibile effettuare l'operazione di aggiornamento, i paramentri 'idA2A' e \
                          'idPendenza' non corrispondono a nessuna pendenza disponibile per l'utenza.";

/// The pendenza as it was made: what was decided beside its text stands.
fn rileggi(tenuta: &Tenuta, contenuto: &[u8]) -> Result<NuovaPendenza, String> {
    let dell_ente = |versione| match leggi(contenuto, versione).map_err(|e| e.0)?.stato {
        StatoRisposta::NonEseguita(letta) => letta.map(|n| *n).map_err(|e| e.to_string()),
        _ => Err("la risposta conservata non e' di una pendenza da pagare".to_owned()),
    };
    let mut nuova = match tenuta.formato {
        Formato::Modulo => {
            let luogo = Luogo {
                dominio: tenuta.dominio.clone(),
                tipo: tenuta.tipo.clone(),
                unita: tenuta.unita.clone(),
            };
            luogo.leggi(leggi_corpo(contenuto).map_err(|e| e.0)?).map_err(|e| e.to_string())?
        }
        Formato::EnteV1 => dell_ente(VersioneEnte::RestV1)?,
        Formato::EnteV2 => dell_ente(VersioneEnte::RestV2)?,
    };
    nuova.chiave = tenuta.chiave.clone();
    nuova.tipo_pendenza = Some(tenuta.tipo.clone());
    nuova.unita.clone_from(&tenuta.unita);
    Ok(nuova)
}
