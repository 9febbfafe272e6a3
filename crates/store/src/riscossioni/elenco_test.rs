//! Which index finds a page of riscossioni, on ten thousand of them and on both databases.

use super::{FiltroRiscossioni, OrdineRiscossioni, conteggio, pagina};
use crate::piani::{piano, riempi, su_entrambi};
use crate::{Dialetto, Store};
use domain::Istante;
use domain::tentativo::{StatoRiscossione, TipoRiscossione};

/// Fifty applicazioni and fifty domini with two hundred riscossioni each, one in a hundred of them cashed. What
/// was paid at `i` is known at `i + 1`.
const RIGHE: [&str; 2] = [
    "insert into pendenze (id, versione, id_a2a, id_pendenza, uuid, id_dominio, id_tipo_pendenza, tipo, \
     causale, id_debitore, importo, numero_avviso, iuv, avvisatura_inibita, dati, stato, anomalo, \
     stato_pagamento, verificato, importo_pagato, importo_incassato, data_caricamento, \
     data_ultimo_aggiornamento, data_ultima_modifica_aca) \
     select i, 0, 'A' || (i % 50), 'P' || i, 'U' || i, '111111111' || (10 + i * 7 % 50), 'T', 'dovuto', 'C', 'D', 1, \
     '3' || i, 'I' || i, 0, '{}', 'ESEGUITO', 0, 'PAGATO', 0, 1, 0, i, 0, 0 \
     from (with recursive n(i) as (select 1 union all select i + 1 from n where i < 10000) select i from n) s",
    "insert into riscossioni (id, pendenza, id_dominio, iuv, iur, indice, importo, data, stato, tipo, \
     data_acquisizione, id_a2a) \
     select id, id, id_dominio, iuv, 'R' || id, 1, 1, id, case when id % 100 = 0 then 'INCASSATO' else 'PAGATO' end, \
     'ENTRATA', id + 1, id_a2a from pendenze",
];

async fn ogni_pagina_viene_dal_suo_indice(store: &Store) {
    riempi(store, &RIGHE).await;
    let usuali =
        || FiltroRiscossioni { tipi: vec![TipoRiscossione::Entrata, TipoRiscossione::Mbt], ..vuoto() };
    let dominio = || Some("11111111111".to_owned());
    let casi = [
        (usuali(), OrdineRiscossioni::Data, "riscossioni_data", 10_000),
        (
            FiltroRiscossioni { dominio: dominio(), ..usuali() },
            OrdineRiscossioni::Data,
            "riscossioni_dominio",
            200,
        ),
        (
            FiltroRiscossioni { domini: dominio().map(|d| vec![d]), ..usuali() },
            OrdineRiscossioni::Data,
            "riscossioni_dominio",
            200,
        ),
        (
            FiltroRiscossioni { id_a2a: Some("A1".to_owned()), ..usuali() },
            OrdineRiscossioni::Data,
            "riscossioni_a2a",
            200,
        ),
        (
            FiltroRiscossioni { da: Some(Istante::da_micros(9_982)), ..usuali() },
            OrdineRiscossioni::Data,
            "riscossioni_",
            20,
        ),
        (
            FiltroRiscossioni { stati: vec![StatoRiscossione::Incassato], ..usuali() },
            OrdineRiscossioni::Data,
            "riscossioni_stato",
            100,
        ),
        (usuali(), OrdineRiscossioni::Stato, "riscossioni_stato", 10_000),
        (usuali(), OrdineRiscossioni::Iuv, "riscossioni_iuv", 10_000),
        (
            FiltroRiscossioni { iur: Some("R77".to_owned()), dominio: dominio(), ..usuali() },
            OrdineRiscossioni::Data,
            "riscossioni_iur",
            0,
        ),
        (
            FiltroRiscossioni { iur: Some("R77".to_owned()), ..usuali() },
            OrdineRiscossioni::Data,
            "riscossioni_iur",
            1,
        ),
    ];
    for (f, ordine, indice, quanti) in casi {
        for giu in [true, false] {
            let p = piano(store, pagina(&f, &[(ordine, giu)], (0, 26), store.dialetto())).await;
            assert!(p.contains(indice), "{f:?} {ordine:?}: {p}");
            assert!(
                !p.contains("Seq Scan on riscossioni") && !p.contains("SCAN r\n"),
                "{f:?} {ordine:?}: {p}"
            );
        }
        let conta = conteggio(&f, 20_000, store.dialetto());
        assert_eq!(store.leggi_composta::<i64>(conta).await.unwrap(), [quanti], "{f:?}");
    }
    // A part of the key of a pendenza is looked for in the keys alone.
    let di_una = FiltroRiscossioni {
        id_a2a: Some("A7".to_owned()),
        id_pendenza: Some("p1007".to_owned()),
        ..usuali()
    };
    if store.dialetto() == Dialetto::Sqlite {
        let p = piano(store, pagina(&di_una, &[(OrdineRiscossioni::Data, true)], (0, 26), Dialetto::Sqlite))
            .await;
        assert!(p.contains("riscossioni_pendenza"), "{p}");
    }
    let conta = conteggio(&di_una, 20_000, store.dialetto());
    assert_eq!(store.leggi_composta::<i64>(conta).await.unwrap(), [1]);
}

fn vuoto() -> FiltroRiscossioni {
    FiltroRiscossioni::default()
}

#[tokio::test(flavor = "multi_thread")]
async fn ogni_pagina_viene_dal_suo_indice_su_entrambi_i_database() {
    su_entrambi(ogni_pagina_viene_dal_suo_indice).await;
}
