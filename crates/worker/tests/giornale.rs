//! The writer of the giornale when things go wrong.
#![expect(clippy::unwrap_used, reason = "what prepares a test panics when it cannot")]

use domain::Istante;
use domain::evento::{
    CategoriaEvento, ChiaviEvento, Componente, DatiPagoPA, EsitoEvento, Evento, Messaggio, RuoloEvento,
};
use engine::porte::Giornale;
use rstest::rstest;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};
use store::eventi::FiltroEventi;
use store::{ChiaveCifratura, Impostazioni, Store};
use worker::{GiornaleScrittore, OpzioniGiornale};

#[derive(Clone, Copy)]
enum Backend {
    Lite,
    Pg,
}

struct Base {
    cartella: tempfile::TempDir,
    pg: Option<testpg::Database>,
}

impl Base {
    async fn nuova(b: Backend) -> Self {
        let pg = match b {
            Backend::Lite => None,
            Backend::Pg => Some(testpg::database().await.unwrap()),
        };
        Self { cartella: tempfile::tempdir().unwrap(), pg }
    }

    async fn apri(&self) -> Store {
        let url = match &self.pg {
            None => format!("sqlite://{}", self.cartella.path().join("g.db").display()),
            Some(d) => d.url().to_owned(),
        };
        let chiave =
            Some(ChiaveCifratura::da_base64("BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=").unwrap());
        let store = Store::apri(Impostazioni { chiave, ..Impostazioni::nuove(url) }).await.unwrap();
        store.migra().await.unwrap();
        store
    }

    fn opzioni(&self) -> OpzioniGiornale {
        OpzioniGiornale {
            cartella: Some(self.cartella.path().join("non-ancora-fatta")),
            recupero: Duration::from_millis(100),
            ..OpzioniGiornale::default()
        }
    }
}

fn evento(id: i64, n: i64) -> Evento {
    Evento {
        id,
        componente: Componente::ApiPagopa,
        categoria: CategoriaEvento::Interfaccia,
        ruolo: RuoloEvento::Server,
        tipo: "paSendRTV2".to_owned(),
        sottotipo: None,
        esito: EsitoEvento::Ko,
        sottotipo_esito: Some("PAA_SEMANTICA".to_owned()),
        dettaglio_esito: Some("perche'".to_owned()),
        data: Istante::da_micros(1_700_000_000_000_000 + n),
        durata_millis: 12,
        chiavi: ChiaviEvento { iuv: Some(format!("{n}")), ..ChiaviEvento::default() },
        pagopa: Some(DatiPagoPA { psp: Some("AGID_01".to_owned()), ..DatiPagoPA::default() }),
        severita: Some(3),
        cluster: "GovPay".to_owned(),
        transazione: "t".to_owned(),
        principal: Some("nodo".to_owned()),
        utente: None,
        url: Some("http://x/y".to_owned()),
        metodo: Some("POST".to_owned()),
        stato_http: Some(200),
        richiesta: Some(Messaggio {
            data: Some(Istante::da_micros(1)),
            intestazioni: vec![("a".to_owned(), "b".to_owned())],
            corpo: Some(vec![0, 255, b'<', b'\n']),
        }),
        risposta: Some(Messaggio::default()),
    }
}

async fn tutti(store: &Store) -> Vec<Evento> {
    store.eventi(&FiltroEventi::default(), 0, 10_000, true).await.unwrap()
}

async fn finche(store: &Store, quanti: usize) -> Vec<Evento> {
    let fine = Instant::now() + Duration::from_secs(10);
    loop {
        let e = tutti(store).await;
        if e.len() == quanti {
            return e;
        }
        assert!(Instant::now() < fine, "{} eventi su {quanti}", e.len());
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

async fn nuovo(g: &Arc<GiornaleScrittore>, n: i64) -> Evento {
    evento(g.nuovo_id().await, n)
}

fn file(cartella: &Path) -> usize {
    std::fs::read_dir(cartella).map_or(0, Iterator::count)
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn gli_eventi_si_leggono_entro_100_millisecondi_e_come_erano(
    #[values(Backend::Lite, Backend::Pg)] b: Backend,
) {
    let base = Base::nuova(b).await;
    let store = base.apri().await;
    let g = GiornaleScrittore::avvia(store.clone(), base.opzioni()).await;
    let e = nuovo(&g, 1).await;
    let inizio = Instant::now();
    g.registra(e.clone());
    let letti = finche(&store, 1).await;
    assert!(inizio.elapsed() < Duration::from_millis(100), "{:?}", inizio.elapsed());
    assert_eq!(letti, [e]);
    let senza = store.eventi(&FiltroEventi::default(), 0, 1, false).await.unwrap();
    assert_eq!((&senza[0].richiesta, &senza[0].risposta), (&None, &None));
    g.chiudi().await;
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn alla_chiusura_non_resta_niente_nella_coda(#[values(Backend::Lite, Backend::Pg)] b: Backend) {
    let base = Base::nuova(b).await;
    let store = base.apri().await;
    let g = GiornaleScrittore::avvia(store.clone(), base.opzioni()).await;
    for n in 0..1500 {
        let e = nuovo(&g, n).await;
        g.registra(e);
    }
    g.chiudi().await;
    let letti = tutti(&store).await;
    assert_eq!(letti.len(), 1500);
    assert!(letti.iter().all(|e| e.id > 0));
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn con_la_base_dati_assente_gli_eventi_aspettano_nel_file(
    #[values(Backend::Lite, Backend::Pg)] b: Backend,
) {
    let base = Base::nuova(b).await;
    let store = base.apri().await;
    let g = GiornaleScrittore::avvia(store.clone(), base.opzioni()).await;
    store.chiudi().await;
    let mut attesi = Vec::new();
    for n in 0..600 {
        let e = nuovo(&g, n).await;
        attesi.push(e.clone());
        g.registra(e);
    }
    // One that found no id left, and one after the end.
    g.registra(evento(0, 600));
    g.chiudi().await;
    g.registra(evento(0, 601));
    assert!(file(&base.cartella.path().join("non-ancora-fatta")) > 0);

    let store = base.apri().await;
    let g = GiornaleScrittore::avvia(store.clone(), base.opzioni()).await;
    let letti = finche(&store, 602).await;
    let numeri: Vec<i64> = letti.iter().rev().map(|e| e.data.micros() - 1_700_000_000_000_000).collect();
    assert_eq!(numeri, (0..602).collect::<Vec<_>>());
    attesi.reverse();
    assert_eq!(letti[2..], attesi);
    assert!(letti[..2].iter().all(|e| e.id > 0));
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(file(&base.cartella.path().join("non-ancora-fatta")), 0, "il file e' vuoto");
    let e = nuovo(&g, 700).await;
    g.registra(e);
    finche(&store, 603).await;
    g.chiudi().await;
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn una_coda_piena_va_nel_file_e_da_li_nella_base(#[values(Backend::Lite, Backend::Pg)] b: Backend) {
    let base = Base::nuova(b).await;
    let store = base.apri().await;
    let g = GiornaleScrittore::avvia(store.clone(), OpzioniGiornale { coda: 2, ..base.opzioni() }).await;
    for n in 0..300 {
        let e = nuovo(&g, n).await;
        g.registra(e);
    }
    let letti = finche(&store, 300).await;
    assert_eq!(letti.iter().map(|e| e.data.micros()).max(), Some(1_700_000_000_000_299));
    g.chiudi().await;
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn un_evento_impossibile_non_porta_via_gli_altri(#[values(Backend::Lite, Backend::Pg)] b: Backend) {
    let base = Base::nuova(b).await;
    let store = base.apri().await;
    let g = GiornaleScrittore::avvia(store.clone(), base.opzioni()).await;
    for n in 0..10 {
        let mut e = nuovo(&g, n).await;
        if n == 5 {
            e.chiavi.iuv = Some("con\0dentro".to_owned());
            e.dettaglio_esito = Some("\0".to_owned());
            e.url = Some("/\0".to_owned());
        }
        g.registra(e);
    }
    let letti = finche(&store, 10).await;
    assert_eq!(letti[4].chiavi.iuv.as_deref(), Some("con\u{fffd}dentro"));
    g.chiudi().await;
}
