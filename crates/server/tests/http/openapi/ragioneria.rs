//! API Ragioneria v1, v2, v3.

use super::scena::Scena;
use super::{Api, Eccezione};
use crate::nodo::{ALTRO, DOMINIO, iuv, nav};
use crate::ragioneria::{B, CHI, paga_tre, prepara};
use rstest::rstest;
use testkit::Backend;

pub(super) const V1: Api = Api {
    nome: "govpay-api-ragioneria-v1",
    base: "/govpay/backend/api/ragioneria/rs/basic/v1",
    chi: CHI,
    configura: |_| {},
    eccezioni: &[
        Eccezione("get /profilo 200 /domini/#: \"gln\" is a required property", "spec 10 5.2: optional"),
        Eccezione(
            "get /profilo 200 /domini/#: \"stazione\" is a required property",
            "spec 10 5.2: of those that are intermediated",
        ),
        Eccezione("get /riscossioni 200 /risultati/#: \"dominio\" is a required property", "spec 50 8.1"),
        Eccezione(
            "get /riscossioni 200 /risultati/#: \"vocePendenza\" is a required property",
            "spec 50 8.1",
        ),
        Eccezione("get /riscossioni/* 200 : \"dominio\" is a required property", "spec 50 8.1"),
        Eccezione("get /riscossioni/* 200 /pendenza/dominio: \"gln\" is a required property", "spec 10 5.2"),
        Eccezione("get /riscossioni/* 200 /vocePendenza: {*", "spec 50 8.1: codEntrata; spec 20 2.4: 01"),
    ],
    non_ancora: &[
        "get /flussiRendicontazione",
        "get /flussiRendicontazione/{idFlusso}",
        "get /flussiRendicontazione/{idFlusso}/{dataOraFlusso}",
        "get /incassi",
        "get /incassi/{idDominio}/{idIncasso}",
        "post /incassi/{idDominio}",
    ],
    solo_nostre: &[("get /domini/{idDominio}/logo", "spec 10 4.5"), ("get /info", "spec 10 3.5")],
};

pub(super) const V2: Api = Api {
    nome: "govpay-api-ragioneria-v2",
    base: "/govpay/backend/api/ragioneria/rs/basic/v2",
    chi: CHI,
    configura: |_| {},
    eccezioni: &[],
    non_ancora: &[
        "get /allegati/{id}",
        "get /flussiRendicontazione",
        "get /flussiRendicontazione/{idDominio}/{idFlusso}",
        "get /flussiRendicontazione/{idDominio}/{idFlusso}/{dataOraFlusso}",
        "get /flussiRendicontazione/{idFlusso}",
        "get /riconciliazioni",
        "get /riconciliazioni/{idDominio}/{idIncasso}",
        "post /riconciliazioni/{idDominio}",
    ],
    solo_nostre: &[("get /info", "spec 10 3.5")],
};

pub(super) const V3: Api = Api {
    nome: "govpay-api-ragioneria-v3",
    base: "/govpay/backend/api/ragioneria/rs/basic/v3",
    chi: CHI,
    configura: |_| {},
    eccezioni: &[Eccezione(
        "get /riscossioni* 200 *pendenza: Unevaluated*'dataCaricamento' was unexpected)",
        "spec 50 8.1: the published contract requires it and does not define it",
    )],
    non_ancora: &[
        "get /allegati/{id}",
        "get /flussiRendicontazione",
        "get /flussiRendicontazione/{idDominio}/{idFlusso}",
        "get /flussiRendicontazione/{idDominio}/{idFlusso}/{dataOraFlusso}",
        "get /pendenze/byAvviso/{idDominio}/{numeroAvviso}",
        "get /riconciliazioni",
        "get /riconciliazioni/{idDominio}/{id}",
        "get /ricevute",
        "get /ricevute/{idDominio}/{iuv}/{idRicevuta}",
        "put /riconciliazioni/{idDominio}/{id}",
    ],
    solo_nostre: &[("get /info", "spec 10 3.5")],
};

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn ogni_operazione_risponde_come_dicono_i_contratti(
    #[values(Backend::Lite, Backend::Pg)] backend: Backend,
    #[values(1, 2, 3)] versione: usize,
) {
    let mut s = Scena::nuova(backend, [&V1, &V2, &V3][versione - 1]).await;
    prepara(&s.app).await;
    paga_tre(&s.app).await;
    for percorso in ["/info", "/profilo"] {
        s.chiama("get", percorso, None).await;
        s.anonimo("get", percorso).await;
    }
    recita(&mut s).await;
    if versione == 1 {
        for dominio in [B, "99999999999"] {
            s.ottiene(&format!("/domini/{dominio}/logo"), "*/*").await;
        }
    }
    s.giudica();
}

/// Calls on the riscossioni.
async fn recita(s: &mut Scena) {
    s.elenco("/riscossioni").await;
    s.chiama("get", "/riscossioni?tipo=MBT", None).await;
    let (n1, n2) = (nav(1), nav(2));
    let (i1, i2) = (iuv(&n1), iuv(&n2));
    for percorso in [
        format!("{DOMINIO}/{i1}/R1/1"),
        format!("{DOMINIO}/{i1}/R1/2"),
        format!("{DOMINIO}/{i2}/R2/2"),
        format!("{ALTRO}/{i1}/R1/3"),
        format!("{DOMINIO}/{i1}/R1/9"),
        format!("123/{i1}/R1/1"),
    ] {
        s.chiama("get", &format!("/riscossioni/{percorso}"), None).await;
    }
    s.anonimo("get", &format!("/riscossioni/{DOMINIO}/{i1}/R1/1")).await;
}
