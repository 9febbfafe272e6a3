//! Pages of the giornale and of the notifications: near and far, the same rows in the same order.

use crate::banco::{Backend, Banco};
use domain::Istante;
use domain::evento::{
    CategoriaEvento, ChiaviEvento, Componente, EsitoEvento, Evento, Messaggio, RuoloEvento,
};
use domain::notifica::{StatoNotifica, TipoNotifica};
use rstest::rstest;
use store::Scrittura;
use store::eventi::FiltroEventi;
use store::notifiche::FiltroNotifiche;

const ADESSO: i64 = 1_790_000_000_000_000;
const QUANTI: i64 = 2400;
/// Before the first row, around the place where a page begins to look for its keys first, at the end
/// and past it.
const SALTI: [i64; 7] = [0, 1, 990, 999, 1000, 1195, 5000];
const PAGINA: usize = 10;

fn evento(id: i64) -> Evento {
    Evento {
        id,
        componente: if id % 2 == 0 { Componente::ApiPagopa } else { Componente::ApiPendenze },
        categoria: CategoriaEvento::Interfaccia,
        ruolo: RuoloEvento::Server,
        tipo: if id % 2 == 0 { "paSendRTV2" } else { "addPendenza" }.to_owned(),
        sottotipo: None,
        esito: EsitoEvento::Ok,
        sottotipo_esito: None,
        dettaglio_esito: None,
        // Four at a time at the same instant: the id decides.
        data: Istante::da_micros(ADESSO + id / 4),
        durata_millis: 1,
        chiavi: ChiaviEvento {
            dominio: Some(if id % 2 == 0 { "11111111111" } else { "22222222222" }.to_owned()),
            ..ChiaviEvento::default()
        },
        pagopa: None,
        severita: None,
        cluster: "n1".to_owned(),
        transazione: id.to_string(),
        principal: None,
        utente: None,
        url: None,
        metodo: None,
        stato_http: None,
        richiesta: (id % 3 == 0).then(|| Messaggio {
            data: None,
            intestazioni: Vec::new(),
            corpo: Some(id.to_string().into_bytes()),
        }),
        risposta: None,
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn una_pagina_lontana_del_giornale_e_la_stessa_fetta(
    #[values(Backend::Lite, Backend::Pg)] backend: Backend,
) {
    let b = Banco::nuovo(backend).await;
    let tutti: Vec<Evento> = (1..=QUANTI).map(evento).collect();
    b.store.inserisci_eventi(&tutti).await.unwrap();
    let vuoto = FiltroEventi::default;
    type Prova = fn(&Evento) -> bool;
    let pari: Prova = |e| e.id % 2 == 0;
    for (f, passa) in [
        (vuoto(), (|_| true) as Prova),
        (FiltroEventi { componente: Some(Componente::ApiPagopa), ..vuoto() }, pari),
        (FiltroEventi { tipo: Some("PASENDRTV2".to_owned()), ..vuoto() }, pari),
        (FiltroEventi { domini: Some(vec!["11111111111".to_owned()]), ..vuoto() }, pari),
        (
            FiltroEventi {
                domini: Some(vec!["11111111111".to_owned(), "33333333333".to_owned()]),
                ..vuoto()
            },
            pari,
        ),
        (FiltroEventi { domini: Some(Vec::new()), ..vuoto() }, |_| false),
    ] {
        let mut attesi: Vec<&Evento> = tutti.iter().filter(|e| passa(e)).collect();
        attesi.sort_by_key(|e| std::cmp::Reverse((e.data, e.id)));
        for salta in SALTI {
            let fetta: Vec<(i64, Option<Vec<u8>>)> = attesi
                .iter()
                .skip(usize::try_from(salta).unwrap())
                .take(PAGINA)
                .map(|e| (e.id, e.richiesta.as_ref().and_then(|m| m.corpo.clone())))
                .collect();
            let con = b.store.eventi(&f, salta, 10, true).await.unwrap();
            let con: Vec<_> = con.into_iter().map(|e| (e.id, e.richiesta.and_then(|m| m.corpo))).collect();
            assert_eq!(con, fetta, "{f:?} from {salta}");
            let senza = b.store.eventi(&f, salta, 10, false).await.unwrap();
            assert!(senza.iter().all(|e| e.richiesta.is_none()));
            let (senza, fetta): (Vec<i64>, Vec<i64>) =
                (senza.iter().map(|e| e.id).collect(), fetta.into_iter().map(|(id, _)| id).collect());
            assert_eq!(senza, fetta, "{f:?} from {salta}");
        }
        let quanti = i64::try_from(attesi.len()).unwrap();
        assert_eq!(b.store.conta_eventi(&f, None).await, Ok(quanti), "{f:?}");
        assert_eq!(b.store.conta_eventi(&f, Some(10_000)).await, Ok(quanti), "{f:?}");
        assert_eq!(b.store.conta_eventi(&f, Some(7)).await, Ok(quanti.min(7)), "{f:?}");
    }
}

/// A pendenza with many attempts, and two notifications for each: the ATTIVAZIONE (even ids) delivered.
fn notifiche() -> Scrittura {
    let mut s = Scrittura::default();
    s.esegui(
        "insert into pendenze (id, versione, id_a2a, id_pendenza, uuid, id_dominio, id_tipo_pendenza, tipo, \
         causale, id_debitore, importo, numero_avviso, iuv, avvisatura_inibita, dati, stato, anomalo, \
         stato_pagamento, verificato, importo_pagato, importo_incassato, data_caricamento, \
         data_ultimo_aggiornamento, data_ultima_modifica_aca) values (1, 0, 'A', 'P', 'U', '11111111111', \
         'T', 'DOVUTO', 'C', 'D', 1, '3', '1', 0, '{}', 'NON_ESEGUITA', 0, 'NON_PAGATA', 0, 0, 0, 0, 0, 0)",
        vec![],
    );
    s.esegui(
        "with recursive s (i) as (select 1 union all select i + 1 from s where i < 1200) \
         insert into tentativi (id, pendenza, id_dominio, iuv, ccp, versione, modello, stato, esito, \
         cod_msg_richiesta, data_msg_richiesta, cod_stazione, bloccante, ha_rpt, ha_rt) \
         select i, 1, '11111111111', '1', cast(i as text), 'V', 'M', 'S', 'E', 'C', 0, 'S', 0, 0, 0 from s",
        vec![],
    );
    s.esegui(
        "with recursive s (i) as (select 2 union all select i + 1 from s where i < 2401) \
         insert into notifiche (id, chiave, tipo, id_a2a, tentativo, id_dominio, iuv, ccp, stato, \
         data_creazione, data_aggiornamento, data_prossima, tentativi) \
         select i, cast(i as text), case when i % 2 = 0 then 'ATTIVAZIONE' else 'RICEVUTA' end, 'A', i / 2, \
         case when i % 2 = 0 then '11111111111' else '22222222222' end, '1', '1', \
         case when i % 2 = 0 then 'SPEDITO' else 'DA_SPEDIRE' end, i / 4, 0, 0, 0 from s",
        vec![],
    );
    s
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn una_pagina_lontana_delle_notifiche_e_la_stessa_fetta(
    #[values(Backend::Lite, Backend::Pg)] backend: Backend,
) {
    let b = Banco::nuovo(backend).await;
    b.store.commit(notifiche()).await.unwrap();
    let vuoto = FiltroNotifiche::default;
    for (f, resto) in [
        (vuoto(), None),
        (FiltroNotifiche { stato: Some(StatoNotifica::Spedito), ..vuoto() }, Some(0)),
        (FiltroNotifiche { stato: Some(StatoNotifica::DaSpedire), ..vuoto() }, Some(1)),
        (FiltroNotifiche { tipo: Some(TipoNotifica::Ricevuta), ..vuoto() }, Some(1)),
        (FiltroNotifiche { domini: Some(vec!["22222222222".to_owned()]), ..vuoto() }, Some(1)),
        (
            FiltroNotifiche {
                domini: Some(vec!["11111111111".to_owned(), "33333333333".to_owned()]),
                ..vuoto()
            },
            Some(0),
        ),
    ] {
        // Created in the order of the ids.
        let attese: Vec<i64> = (2..=2401).rev().filter(|i| resto.is_none_or(|r| i % 2 == r)).collect();
        for salta in SALTI {
            let fetta: Vec<i64> =
                attese.iter().skip(usize::try_from(salta).unwrap()).take(PAGINA).copied().collect();
            let pagina = b.store.notifiche(&f, salta, 10).await.unwrap();
            let pagina: Vec<i64> = pagina.iter().map(|n| n.id).collect();
            assert_eq!(pagina, fetta, "{f:?} from {salta}");
        }
        let quante = i64::try_from(attese.len()).unwrap();
        assert_eq!(b.store.conta_notifiche(&f, None).await, Ok(quante), "{f:?}");
        assert_eq!(b.store.conta_notifiche(&f, Some(10_000)).await, Ok(quante), "{f:?}");
        assert_eq!(b.store.conta_notifiche(&f, Some(7)).await, Ok(quante.min(7)), "{f:?}");
    }
}
