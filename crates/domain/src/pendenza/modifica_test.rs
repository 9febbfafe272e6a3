use super::super::campioni::*;
use super::*;

#[test]
fn le_transizioni_una_per_una() {
    use Richiesta::{Annulla, Ripristina};
    use StatoPendenza::{Annullato, Eseguito, NonEseguito, ParzialmenteEseguito};
    for (da, richiesta, atteso) in [
        (NonEseguito, Annulla, Ok(Annullato)),
        (Annullato, Annulla, Ok(Annullato)),
        (Eseguito, Annulla, Err(TransizioneVietata::Annulla)),
        (ParzialmenteEseguito, Annulla, Err(TransizioneVietata::Annulla)),
        (Annullato, Ripristina, Ok(NonEseguito)),
        (NonEseguito, Ripristina, Err(TransizioneVietata::Ripristina)),
        (Eseguito, Ripristina, Err(TransizioneVietata::Ripristina)),
        (ParzialmenteEseguito, Ripristina, Err(TransizioneVietata::Ripristina)),
    ] {
        assert_eq!(da.con_richiesta(richiesta), atteso, "{da} {richiesta:?}");
    }
    assert_eq!(
        TransizioneVietata::Annulla.to_string(),
        "Non e' consentito aggiornare lo stato di una pendenza ad ANNULLATO da uno stato diverso da \
         NON_ESEGUITO o ANNULLATO"
    );
    assert_eq!(
        TransizioneVietata::Ripristina.to_string(),
        "Non e' consentito aggiornare lo stato di una pendenza ad NON_ESEGUITO da uno stato diverso da \
         ANNULLATO"
    );
}

#[test]
fn le_operazioni_valgono_in_ordine_e_tutte_insieme() {
    let p = stored(&nuova(&[("v1", 100)]));
    let annullata = p
        .modificata(&[Modifica::Stato(Richiesta::Annulla), Modifica::DescrizioneStato("errore".into())], DOPO)
        .unwrap();
    assert_eq!(annullata.stato, StatoPendenza::Annullato);
    assert_eq!(annullata.descrizione_stato.as_deref(), Some("errore"));
    assert_eq!(annullata.data_ultima_modifica_aca, DOPO);
    // Annulling and restoring in one go ends where it began: nothing to publish.
    let giro = p
        .modificata(&[Modifica::Stato(Richiesta::Annulla), Modifica::Stato(Richiesta::Ripristina)], DOPO)
        .unwrap();
    assert_eq!(giro.data_ultima_modifica_aca, NASCITA);
    assert!(
        p.modificata(&[Modifica::Verificato(true), Modifica::Stato(Richiesta::Ripristina)], DOPO).is_err()
    );
    let ack = p.modificata(&[Modifica::Verificato(true)], DOPO).unwrap();
    assert_eq!((ack.verificato, ack.data_ultima_modifica_aca), (true, NASCITA));
}
