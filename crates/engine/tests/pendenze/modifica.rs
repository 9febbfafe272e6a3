//! PATCH.

use crate::banco::{Backend, Banco, chi, chiave, nuova};
use domain::IdA2A;
use domain::anagrafica::Ambito;
use domain::pendenza::{ChiavePendenza, Modifica, Richiesta, StatoPendenza};
use engine::pendenze::ModificaError;
use rstest::rstest;
use std::sync::Arc;

#[rstest]
#[tokio::test]
async fn si_annulla_e_si_ripristina(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let b = Banco::nuovo(backend).await;
    b.carica(nuova("P1")).await.unwrap();
    let annulla = [Modifica::Stato(Richiesta::Annulla), Modifica::DescrizioneStato("errore".into())];
    let prima = b.engine.store().conteggi();
    let p = b.engine.modifica_pendenza(&chi(), &chiave("P1"), &annulla).await.unwrap();
    let spesa = b.engine.store().conteggi().da(prima);
    assert_eq!((spesa.letture, spesa.commit), (1, 1));
    assert_eq!((p.stato, p.descrizione_stato.as_deref()), (StatoPendenza::Annullato, Some("errore")));
    assert_eq!(b.engine.store().pendenza(&chiave("P1")).await.unwrap().as_ref(), Some(&p));
    let ripristina = [Modifica::Stato(Richiesta::Ripristina)];
    let p = b.engine.modifica_pendenza(&chi(), &chiave("P1"), &ripristina).await.unwrap();
    assert_eq!(p.stato, StatoPendenza::NonEseguito);
    let e = b.engine.modifica_pendenza(&chi(), &chiave("P1"), &ripristina).await.unwrap_err();
    assert!(matches!(e, ModificaError::Vietata(_)));
}

#[rstest]
#[tokio::test]
async fn solo_le_proprie_e_nel_proprio_ambito(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let b = Banco::nuovo(backend).await;
    b.carica(nuova("P1")).await.unwrap();
    let m = [Modifica::Verificato(true)];
    let e = b.engine.modifica_pendenza(&chi(), &chiave("NO"), &m).await.unwrap_err();
    assert!(matches!(e, ModificaError::Inesistente(_)));
    let altrui = ChiavePendenza { id_a2a: IdA2A::fidato("ALTRA"), ..chiave("P1") };
    let e = b.engine.modifica_pendenza(&chi(), &altrui, &m).await.unwrap_err();
    assert!(matches!(e, ModificaError::Regola(r) if r.codice() == "APP_002"));
    let mut fuori = chi();
    let mut utenza = (*fuori.utenza).clone();
    utenza.domini = Ambito::Solo(vec![]);
    fuori.utenza = Arc::new(utenza);
    let e = b.engine.modifica_pendenza(&fuori, &chiave("P1"), &m).await.unwrap_err();
    assert_eq!(
        e.to_string(),
        "Applicazione [A2A] non autorizzata ad accedere alla risorsa richiesta per il Dominio [12345678901] e \
         per il TipoPendenza [LIBERO]."
    );
}
