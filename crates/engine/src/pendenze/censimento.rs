//! Registering types of pendenza that nobody registered (`censimento_automatico`, spec 20 3.2).

use crate::Engine;
use domain::anagrafica::{TipoPendenza, TipoPendenzaDominio};
use domain::{IdDominio, IdTipoPendenza};
use store::anagrafica::{Modo, salva_tipo_pendenza, salva_tipo_pendenza_dominio};
use store::{Scrittura, StoreError};

impl Engine {
    /// Makes the type and its association to the dominio, whichever is missing. Losing the race
    /// against somebody who makes the same is no error.
    pub(super) async fn censisci_tipo(
        &self,
        id: &IdTipoPendenza,
        dominio: &IdDominio,
    ) -> Result<(), StoreError> {
        let store = self.store();
        let esistente = self.registro().tipo_pendenza(id.as_str()).await?;
        let mut s = Scrittura::nuova();
        let tipo = match esistente {
            Some(t) => (*t).clone(),
            None => {
                let t = TipoPendenza {
                    id: id.clone(),
                    descrizione: id.to_string(),
                    codifica_iuv: None,
                    paga_terzi: false,
                    abilitato: true,
                    configurazione: "{}".to_owned(),
                };
                salva_tipo_pendenza(&mut s, Modo::Crea, &t);
                t
            }
        };
        let del_dominio = TipoPendenzaDominio::che_eredita(tipo);
        salva_tipo_pendenza_dominio(&mut s, store.chiave(), Modo::Crea, dominio, &del_dominio)?;
        let esito = store.commit(s).await;
        self.registro().svuota();
        match esito {
            Ok(()) | Err(StoreError::Duplicato(_) | StoreError::Conflitto | StoreError::Incerto) => Ok(()),
            Err(e) => Err(e),
        }
    }
}
