//! Sample values of the unit tests of this module.

use super::{
    Accessori, ChiavePendenza, Debitore, Forma, Nascita, NuovaPendenza, NuovaVoce, Pendenza, TipoContabilita,
};
use crate::anagrafica::{
    Ambito, Applicazione, CodificaAvvisi, ContoAccredito, Dominio, Entrata, EntrataDominio, Indirizzo,
    Intermediazione, SchedaDominio, TipoPendenza, TipoPendenzaDominio, TipoUtenza, UnitaOperativa, Utenza,
};
use crate::codici::{Iban, IdStazione};
use crate::pendenza::TipoPosizione;
use crate::{
    AuxDigit, IdA2A, IdDominio, IdEntrata, IdPendenza, IdTipoPendenza, IdUnita, Importo, Istante,
    NumeroAvviso,
};
use std::sync::Arc;

pub(crate) const DOMINIO: &str = "12345678901";
pub(crate) const ALTRO: &str = "10987654321";
pub(crate) const IBAN: &str = "IT02L1234512345123456789012";
pub(crate) const IBAN2: &str = "IT03L1234512345123456789012";

pub(crate) fn chiave() -> ChiavePendenza {
    ChiavePendenza { id_a2a: IdA2A::fidato("A2A"), id_pendenza: IdPendenza::fidato("P1") }
}

pub(crate) fn definita(iban: &str) -> Forma {
    Forma::Definita {
        iban_accredito: Iban::fidato(iban),
        iban_appoggio: None,
        tipo_contabilita: TipoContabilita::Altro,
        codice_contabilita: "ABC".into(),
    }
}

pub(crate) fn con_entrata(codice: &str) -> Forma {
    Forma::Entrata { codice: IdEntrata::fidato(codice) }
}

pub(crate) fn bollo() -> Forma {
    Forma::Bollo { tipo: "01".into(), hash: "x".into(), provincia: "RO".into(), contabilita: None }
}

pub(crate) fn voce(id: &str, centesimi: i64, forma: Forma) -> NuovaVoce {
    NuovaVoce {
        id_voce: id.into(),
        importo: Importo::da_centesimi(centesimi),
        descrizione: format!("voce {id}"),
        descrizione_causale_rpt: None,
        dominio: None,
        forma,
        contabilita: None,
        metadata: vec![],
        dati_allegati: None,
    }
}

/// One voce per (id, cents), on the account [`IBAN`].
pub(crate) fn nuova(voci: &[(&str, i64)]) -> NuovaPendenza {
    let voci: Vec<_> = voci.iter().map(|(id, c)| voce(id, *c, definita(IBAN))).collect();
    NuovaPendenza {
        chiave: chiave(),
        dominio: IdDominio::fidato(DOMINIO),
        unita: None,
        tipo_pendenza: None,
        nome: None,
        causale: "causale".into(),
        debitore: Debitore::anonimo(),
        importo: voci.iter().map(|v| v.importo).sum(),
        numero_avviso: None,
        data_validita: None,
        data_scadenza: None,
        data_notifica_avviso: None,
        data_promemoria_scadenza: None,
        avvisatura_inibita: false,
        accessori: Accessori::default(),
        voci,
        allegati: vec![],
    }
}

pub(crate) const NASCITA: Istante = Istante::da_micros(1_000_000);
pub(crate) const DOPO: Istante = Istante::da_micros(2_000_000);

pub(crate) fn stored(n: &NuovaPendenza) -> Pendenza {
    n.crea(
        &IdTipoPendenza::fidato("LIBERO"),
        NumeroAvviso::fidato("301000000000000144"),
        Nascita { id: 7, primo_id_voce: 70, uuid: "u".into(), tipo: TipoPosizione::Dovuto, adesso: NASCITA },
    )
}

pub(crate) fn applicazione() -> Applicazione {
    Applicazione {
        id: IdA2A::fidato("A2A"),
        utenza: Utenza {
            principal: "a2a".into(),
            tipo: TipoUtenza::Applicazione,
            password: None,
            nome: "A2A".into(),
            acl: vec![],
            ruoli: vec![],
            domini: Ambito::Tutti,
            tipi_pendenza: Ambito::Tutti,
            abilitato: true,
        },
        acl: vec![],
        codifica_avvisi: Some(CodificaAvvisi {
            codifica_iuv: Some("34".into()),
            ..CodificaAvvisi::default()
        }),
        api_pagamenti: false,
        api_pendenze: true,
        api_ragioneria: false,
        autodeterminazione: false,
        servizio_integrazione: None,
    }
}

pub(crate) fn tipo(id: &str) -> TipoPendenza {
    TipoPendenza {
        id: IdTipoPendenza::fidato(id),
        descrizione: id.into(),
        codifica_iuv: Some("89".into()),
        paga_terzi: false,
        abilitato: true,
        configurazione: "{}".into(),
    }
}

pub(crate) fn scheda(id: &str, aux: AuxDigit) -> SchedaDominio {
    let unita = |id: &str, abilitato| UnitaOperativa {
        id: IdUnita::fidato(id),
        ragione_sociale: id.into(),
        indirizzo: Indirizzo::default(),
        abilitato,
    };
    let conto = |iban: &str, abilitato| ContoAccredito {
        iban: Iban::fidato(iban),
        bic: None,
        postale: false,
        descrizione: None,
        intestatario: None,
        aut_stampa_poste: None,
        abilitato,
    };
    let entrata = |id: &str, abilitato| EntrataDominio {
        tipo: Entrata {
            id: IdEntrata::fidato(id),
            descrizione: id.into(),
            tipo_contabilita: TipoContabilita::Altro,
            codice_contabilita: "ABC".into(),
        },
        iban_accredito: None,
        iban_appoggio: None,
        tipo_contabilita: None,
        codice_contabilita: None,
        abilitato,
    };
    let del_dominio = |id: &str, abilitato| TipoPendenzaDominio {
        tipo: tipo(id),
        codifica_iuv: None,
        paga_terzi: None,
        abilitato,
        configurazione: "{}".into(),
        api_key_app_io: None,
    };
    SchedaDominio {
        dominio: Dominio {
            id: IdDominio::fidato(id),
            ragione_sociale: "Ente".into(),
            indirizzo: Indirizzo::default(),
            intermediazione: Some(Intermediazione {
                stazione: IdStazione::fidato("11111111113_01"),
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
        },
        stazione: None,
        intermediario: None,
        unita: vec![unita("EC", true), unita("UO1", true), unita("UO2", false)],
        conti: vec![conto(IBAN, true), conto("IT00SPENTO", false)],
        entrate: vec![entrata("TARI", true), entrata("SPENTA", false), entrata("BOLLOT", true)],
        tipi: vec![
            del_dominio("LIBERO", None),
            del_dominio("TARI", None),
            del_dominio("BOLLOT", None),
            del_dominio("TVDOFF", Some(false)),
            del_dominio("TVROFF", None),
        ],
    }
}

pub(crate) struct Censite {
    pub(crate) applicazione: Option<Applicazione>,
    pub(crate) domini: Vec<Arc<SchedaDominio>>,
    pub(crate) tipi: Vec<Arc<TipoPendenza>>,
}

impl Censite {
    pub(crate) fn nuove() -> Self {
        let mut spento = tipo("TVROFF");
        spento.abilitato = false;
        let tipi = ["LIBERO", "TARI", "BOLLOT", "TVDOFF", "SOLO"].map(tipo).into_iter().chain([spento]);
        Self {
            applicazione: Some(applicazione()),
            domini: vec![Arc::new(scheda(DOMINIO, AuxDigit::Tre))],
            tipi: tipi.map(Arc::new).collect(),
        }
    }

    pub(crate) fn vista(&self) -> super::Anagrafica<'_> {
        super::Anagrafica { applicazione: self.applicazione.as_ref(), domini: &self.domini, tipi: &self.tipi }
    }
}
