//! Which index finds a page of attempts, on ten thousand of them and on both databases.

use super::{FiltroTentativi, OrdineTentativi, conteggio, pagina};
use crate::piani::{piano, riempi, su_entrambi};
use crate::{Dialetto, Store};
use domain::Istante;

/// Fifty applicazioni and fifty domini with two hundred attempts each.
const RIGHE: [&str; 2] = [
    "insert into pendenze (id, versione, id_a2a, id_pendenza, uuid, id_dominio, id_tipo_pendenza, tipo, \
     causale, id_debitore, importo, numero_avviso, iuv, avvisatura_inibita, dati, stato, anomalo, \
     stato_pagamento, verificato, importo_pagato, importo_incassato, data_caricamento, \
     data_ultimo_aggiornamento, data_ultima_modifica_aca) \
     select i, 0, 'A' || (i % 50), 'P' || i, 'U' || i, '111111111' || (10 + i * 7 % 50), 'T', 'dovuto', 'C', 'D', 1, \
     '3' || i, 'I' || i, 0, '{}', 'NON_ESEGUITO', 0, 'NON_PAGATO', 0, 0, 0, i, 0, 0 \
     from (with recursive n(i) as (select 1 union all select i + 1 from n where i < 10000) select i from n) s",
    "insert into tentativi (id, pendenza, id_dominio, iuv, ccp, versione, modello, stato, esito, \
     cod_msg_richiesta, data_msg_richiesta, cod_stazione, bloccante, ha_rpt, ha_rt, id_a2a) \
     select id, id, id_dominio, iuv, 'C', 'V', 'M', 'S', 'E', 'R', id, 'S', 0, 0, 0, id_a2a from pendenze",
];

async fn ogni_pagina_viene_dal_suo_indice(store: &Store) {
    riempi(store, &RIGHE).await;
    let vuoto = FiltroTentativi::default;
    let a2a = || Some("A1".to_owned());
    let di_un_avviso =
        if store.dialetto() == Dialetto::Sqlite { "(id_dominio=? AND iuv=?)" } else { "ccp_key" };
    let mut casi = vec![
        (FiltroTentativi { id_a2a: a2a(), ..vuoto() }, "tentativi_a2a", 200),
        (
            FiltroTentativi { id_a2a: a2a(), rpt_da: Some(Istante::da_micros(9001)), ..vuoto() },
            "tentativi_a2a",
            20,
        ),
        (
            FiltroTentativi { domini: Some(vec!["11111111110".to_owned()]), ..vuoto() },
            "tentativi_dominio",
            200,
        ),
        (FiltroTentativi { dominio: Some("11111111111".to_owned()), ..vuoto() }, "tentativi_dominio", 200),
        (vuoto(), "tentativi_data", 10_000),
        (
            FiltroTentativi {
                dominio: Some("11111111131".to_owned()),
                iuv: Some("I3".to_owned()),
                ..vuoto()
            },
            di_un_avviso,
            1,
        ),
        (
            FiltroTentativi { id_a2a: Some("A7".to_owned()), id_pendenza: Some("P7".to_owned()), ..vuoto() },
            "tentativi_pendenza",
            1,
        ),
    ];
    if store.dialetto() == Dialetto::Sqlite {
        // In every dominio that is registered, and here none is.
        let di_tutti =
            FiltroTentativi { id_a2a: Some("A3".to_owned()), iuv: Some("I3".to_owned()), ..vuoto() };
        casi.push((di_tutti, di_un_avviso, 0));
    }
    for (f, indice, quanti) in casi {
        for giu in [true, false] {
            let p = piano(store, pagina(&f, &[(OrdineTentativi::Richiesta, giu)], (0, 26), store.dialetto()))
                .await;
            assert!(p.contains(indice), "{f:?}: {p}");
            assert!(!p.contains("Seq Scan on tentativi") && !p.contains("SCAN t\n"), "{f:?}: {p}");
        }
        let conta = conteggio(&f, 20_000, store.dialetto());
        assert_eq!(store.leggi_composta::<i64>(conta).await.unwrap(), [quanti], "{f:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn ogni_pagina_viene_dal_suo_indice_su_entrambi_i_database() {
    su_entrambi(ogni_pagina_viene_dal_suo_indice).await;
}
