//! A fresh database with a little master data, and engines over it.

use async_trait::async_trait;
use domain::anagrafica::{
    Ambito, Applicazione, CodificaAvvisi, ContoAccredito, Dominio, Entrata, EntrataDominio, Indirizzo,
    Intermediario, Intermediazione, Stazione, TipoUtenza, UnitaOperativa, Utenza, VersioneStazione,
};
use domain::codici::{Iban, IdStazione};
use domain::evento::Evento;
use domain::pendenza::{
    Accessori, ChiavePendenza, Debitore, Forma, NuovaPendenza, NuovaVoce, TipoContabilita,
};
use domain::stampa::{AvvisoStampato, DocumentoStampato};
use domain::{AuxDigit, IdA2A, IdDominio, IdEntrata, IdPendenza, IdTipoPendenza, IdUnita, Importo, Istante};
use engine::chiamante::{Chiamante, Metodo};
use engine::orologio::OrologioDiSistema;
use engine::pendenze::{CaricaError, Caricata, Provenienza};
use engine::porte::{
    Archivi, ChiamataEnte, Ente, EnteNonRaggiunto, Giornale, RispostaEnte, StampaNonRiuscita, Stampatore,
    TracciaEnte, UsoArchivio,
};
use engine::{Engine, Impostazioni, Porte};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use store::anagrafica::{Modo, aggiungi_tipo_se_esiste, salva_applicazione, salva_conto, salva_dominio};
use store::anagrafica::{
    salva_entrata, salva_entrata_dominio, salva_intermediario, salva_stazione, salva_unita,
};
use store::{ChiaveCifratura, Scrittura, Store};

pub(crate) const DOMINIO: &str = "12345678901";
pub(crate) const IBAN: &str = "IT02L1234512345123456789012";
const INTERMEDIARIO: &str = "11111111113";
const STAZIONE: &str = "11111111113_01";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Backend {
    Lite,
    Pg,
}

pub(crate) struct Banco {
    pub(crate) engine: Engine,
    /// Another node: on SQLite it shares the database handle, there is only one process there.
    pub(crate) altro: Engine,
    _cartella: Option<tempfile::TempDir>,
    _db: Option<testpg::Database>,
}

struct Muto(AtomicI64);

#[async_trait]
impl Ente for Muto {
    async fn chiama(
        &self,
        _: &Applicazione,
        _: &ChiamataEnte,
    ) -> (Result<RispostaEnte, EnteNonRaggiunto>, TracciaEnte) {
        (Err(EnteNonRaggiunto { stato: 500, testo: "nessun ente".into() }), TracciaEnte::default())
    }
}

#[async_trait]
impl Giornale for Muto {
    async fn nuovo_id(&self) -> i64 {
        self.0.fetch_add(1, Ordering::Relaxed)
    }

    fn registra(&self, _: Evento) {}
}

#[async_trait]
impl Stampatore for Muto {
    async fn avviso(&self, _: AvvisoStampato) -> Result<Vec<u8>, StampaNonRiuscita> {
        Err(StampaNonRiuscita("nessuna stampante".into()))
    }

    async fn documento(&self, _: DocumentoStampato) -> Result<Vec<u8>, StampaNonRiuscita> {
        Err(StampaNonRiuscita("nessuna stampante".into()))
    }
}

#[async_trait]
impl Archivi for Muto {
    async fn prova(&self, _: UsoArchivio, _: &str, _: &str) -> Result<(), String> {
        Err("nessun archivio".into())
    }
}

fn engine(store: Store, imp: Impostazioni) -> Engine {
    let muto = Arc::new(Muto(AtomicI64::new(1)));
    let porte = Porte {
        ente: muto.clone(),
        giornale: muto.clone(),
        stampatore: muto.clone(),
        sveglia: Arc::default(),
        archivi: muto,
        directory: None,
    };
    Engine::nuovo(store, Arc::new(OrologioDiSistema), porte, imp)
}

impl Banco {
    pub(crate) async fn nuovo(backend: Backend) -> Self {
        Self::con(backend, AuxDigit::Tre, Impostazioni::default()).await
    }

    pub(crate) async fn con(backend: Backend, aux: AuxDigit, imp: Impostazioni) -> Self {
        let (url, cartella, db) = match backend {
            Backend::Lite => {
                let c = tempfile::tempdir().unwrap();
                (format!("sqlite://{}", c.path().join("govpay.db").display()), Some(c), None)
            }
            Backend::Pg => {
                let db = testpg::database().await.unwrap();
                (db.url().to_owned(), None, Some(db))
            }
        };
        let apri = || async {
            let mut i = store::Impostazioni::nuove(url.clone());
            i.chiave = Some(ChiaveCifratura::da_byte(&[7; 32]).unwrap());
            Store::apri(i).await.unwrap()
        };
        let store = apri().await;
        store.migra().await.unwrap();
        anagrafica(&store, aux).await;
        let secondo = match backend {
            Backend::Lite => store.clone(),
            Backend::Pg => apri().await,
        };
        Self { engine: engine(store, imp.clone()), altro: engine(secondo, imp), _cartella: cartella, _db: db }
    }

    pub(crate) async fn carica(&self, n: NuovaPendenza) -> Result<Caricata, CaricaError> {
        self.engine.carica_pendenza(da_applicazione(), n).await
    }
}

pub(crate) fn da_applicazione() -> Provenienza {
    Provenienza::Applicazione(chi())
}

pub(crate) fn chi() -> Chiamante {
    let a = applicazione("A2A");
    Chiamante::registrato(Arc::new(a.utenza.clone()), Some(Arc::new(a)), Metodo::Basic)
}

pub(crate) fn applicazione(id: &str) -> Applicazione {
    Applicazione {
        id: IdA2A::fidato(id),
        utenza: Utenza {
            principal: id.to_lowercase(),
            tipo: TipoUtenza::Applicazione,
            password: None,
            nome: id.into(),
            acl: vec![],
            ruoli: vec![],
            domini: Ambito::Tutti,
            tipi_pendenza: Ambito::Tutti,
            abilitato: true,
        },
        acl: vec![],
        codifica_avvisi: Some(CodificaAvvisi::default()),
        api_pagamenti: false,
        api_pendenze: true,
        api_ragioneria: false,
        autodeterminazione: false,
        servizio_integrazione: None,
    }
}

async fn anagrafica(store: &Store, aux: AuxDigit) {
    let chiave = store.chiave();
    let dominio = IdDominio::fidato(DOMINIO);
    let mut s = Scrittura::nuova();
    let intermediario = Intermediario {
        id: IdDominio::fidato(INTERMEDIARIO),
        denominazione: "Intermediario".into(),
        principal_pagopa: "nodo".into(),
        servizio_pagopa: domain::anagrafica::ConnettoreNodo {
            url_rpt: "http://127.0.0.1:9".into(),
            credenziali: None,
            subscription_key: None,
        },
        ftp_lettura: None,
        ftp_scrittura: None,
        recupero_rt: None,
        aca: None,
        gpd: None,
        fr: None,
        backoffice_ec: None,
        abilitato: true,
    };
    salva_intermediario(&mut s, chiave, Modo::Crea, &intermediario).unwrap();
    let stazione = Stazione {
        id: IdStazione::fidato(STAZIONE),
        intermediario: IdDominio::fidato(INTERMEDIARIO),
        versione: VersioneStazione::V2,
        password: None,
        abilitato: true,
    };
    salva_stazione(&mut s, chiave, Modo::Crea, &stazione).unwrap();
    let d = Dominio {
        id: dominio.clone(),
        ragione_sociale: "Ente".into(),
        indirizzo: Indirizzo::default(),
        intermediazione: Some(Intermediazione {
            stazione: IdStazione::fidato(STAZIONE),
            aux_digit: aux,
            segregation_code: Some(1),
            gln: None,
            cbill: None,
            aut_stampa_poste: None,
            iuv_prefix: None,
        }),
        ha_logo: false,
        tassonomia_pagopa: None,
        scarica_fr: false,
        abilitato: true,
        connettori: vec![],
    };
    salva_dominio(&mut s, chiave, Modo::Crea, &d).unwrap();
    let ec = UnitaOperativa {
        id: IdUnita::fidato("EC"),
        ragione_sociale: "Ente".into(),
        indirizzo: Indirizzo::default(),
        abilitato: true,
    };
    salva_unita(&mut s, Modo::Crea, &dominio, &ec).unwrap();
    let conto = ContoAccredito {
        iban: Iban::fidato(IBAN),
        bic: None,
        postale: false,
        descrizione: None,
        intestatario: None,
        aut_stampa_poste: None,
        abilitato: true,
    };
    salva_conto(&mut s, Modo::Crea, &dominio, &conto);
    let tari = Entrata {
        id: IdEntrata::fidato("TARI"),
        descrizione: "TARI".into(),
        tipo_contabilita: TipoContabilita::Altro,
        codice_contabilita: "ABC".into(),
    };
    salva_entrata(&mut s, Modo::Crea, &tari);
    let tari = EntrataDominio {
        tipo: tari,
        iban_accredito: Some(Iban::fidato(IBAN)),
        iban_appoggio: None,
        tipo_contabilita: None,
        codice_contabilita: None,
        abilitato: true,
    };
    salva_entrata_dominio(&mut s, Modo::Crea, &dominio, &tari);
    aggiungi_tipo_se_esiste(&mut s, &dominio, &IdTipoPendenza::fidato("LIBERO"));
    for id in ["A2A", "ALTRA"] {
        let utenza = store.nuovi_id(1).await.unwrap();
        salva_applicazione(&mut s, chiave, Some(utenza), &applicazione(id)).unwrap();
    }
    store.commit(s).await.unwrap();
}

pub(crate) fn chiave(id: &str) -> ChiavePendenza {
    ChiavePendenza { id_a2a: IdA2A::fidato("A2A"), id_pendenza: IdPendenza::fidato(id) }
}

/// One voce on the account of the dominio.
pub(crate) fn nuova(id: &str) -> NuovaPendenza {
    let importo = Importo::da_centesimi(10_050);
    NuovaPendenza {
        chiave: chiave(id),
        dominio: IdDominio::fidato(DOMINIO),
        unita: None,
        tipo_pendenza: None,
        nome: None,
        causale: "causale".into(),
        debitore: Debitore::anonimo(),
        importo,
        numero_avviso: None,
        data_validita: None,
        data_scadenza: None,
        data_notifica_avviso: None,
        data_promemoria_scadenza: None,
        avvisatura_inibita: false,
        accessori: Accessori::default(),
        voci: vec![NuovaVoce {
            id_voce: "v1".into(),
            importo,
            descrizione: "voce".into(),
            descrizione_causale_rpt: None,
            dominio: None,
            forma: Forma::Definita {
                iban_accredito: Iban::fidato(IBAN),
                iban_appoggio: None,
                tipo_contabilita: TipoContabilita::Altro,
                codice_contabilita: "ABC".into(),
            },
            contabilita: None,
            metadata: vec![],
            dati_allegati: None,
        }],
        allegati: vec![],
    }
}

/// The same instant at the resolution of a test that compares aggregates.
pub(crate) const ADESSO: Istante = Istante::da_micros(1_700_000_000_000_000);
