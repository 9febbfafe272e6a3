//! The faults of bulk loads. The only one of the history has three lines: an annulment that went well, of
//! P4, a blank one, an annulment of nothing.

use super::elenco::{Guasto, guasto};

/// Bulk loads.
pub(super) fn tracciati() -> Vec<Guasto> {
    const PRIMA: &str = "where tracciato = ID_TRACCIATO and numero = 1";
    vec![
        guasto(
            "un conto che non torna",
            ["update tracciati set eseguite = 2"],
            [(
                "tracciati-conti",
                &[
                    "ID_TRACCIATO: ESEGUITO_CON_ERRORI 2+2 di 3, avvisi 0+0 di 0; operazioni 1+2, avvisi 0+0 di 0",
                ],
            )],
        ),
        guasto(
            "un avviso stampato che nessuno ha stampato",
            ["update tracciati set avvisi_totali = 1, avvisi_stampati = 1"],
            [(
                "tracciati-conti",
                &[
                    "ID_TRACCIATO: ESEGUITO_CON_ERRORI 1+2 di 3, avvisi 1+0 di 1; operazioni 1+2, avvisi 0+0 di 0",
                ],
            )],
        ),
        guasto(
            "uno stato che tace gli errori",
            ["update tracciati set stato = 'ESEGUITO'"],
            [(
                "tracciati-conti",
                &["ID_TRACCIATO: ESEGUITO 1+2 di 3, avvisi 0+0 di 0; operazioni 1+2, avvisi 0+0 di 0"],
            )],
        ),
        guasto(
            "operazioni prima dell'inizio",
            ["update tracciati set stato = 'IN_ATTESA'"],
            [(
                "tracciati-conti",
                &["ID_TRACCIATO: IN_ATTESA 1+2 di 3, avvisi 0+0 di 0; operazioni 1+2, avvisi 0+0 di 0"],
            )],
        ),
        guasto(
            "una riga persa",
            ["delete from tracciati_operazioni where numero = 2"],
            [
                (
                    "tracciati-conti",
                    &[
                        "ID_TRACCIATO: ESEGUITO_CON_ERRORI 1+2 di 3, avvisi 0+0 di 0; operazioni 1+1, avvisi 0+0 \
                         di 0",
                    ],
                ),
                (
                    "tracciati-numeri",
                    &["ID_TRACCIATO: ESEGUITO_CON_ERRORI, numeri da 1 a 3 per 2 operazioni di 3"],
                ),
            ],
        ),
        guasto(
            "una riga persa da chi e' stato annullato",
            [
                "delete from tracciati_operazioni where numero = 2",
                "update tracciati set annullato_da = 'gpadmin', fallite = 1",
            ],
            [],
        ),
        guasto(
            "operazioni di nessuno",
            ["delete from tracciati_pezzi", "delete from tracciati"],
            [("tracciati-numeri", &["ID_TRACCIATO: operazioni di nessun tracciato"])],
        ),
        guasto(
            "una pendenza dimenticata",
            [format!("update tracciati_operazioni set pendenza = null {PRIMA}").as_str()],
            [("tracciati-pendenze", &["ID_TRACCIATO/1: ESEGUITO senza pendenza"])],
        ),
        guasto(
            "una pendenza che non c'e'",
            [format!("update tracciati_operazioni set pendenza = 0 {PRIMA}").as_str()],
            [("tracciati-pendenze", &["ID_TRACCIATO/1: ESEGUITO, pendenza non in archivio"])],
        ),
        guasto(
            "l'avviso di un'altra",
            [format!("update tracciati_operazioni set numero_avviso = '{{NAV1}}' {PRIMA}").as_str()],
            [(
                "tracciati-pendenze",
                &["ID_TRACCIATO/1: ESEGUITO, avviso {NAV1}, pendenza GESTIONALE/P4 con avviso {NAV4}"],
            )],
        ),
        guasto(
            "una riga fatta due volte",
            [
                "update tracciati_operazioni set stato = 'ESEGUITO', pendenza = {P4}, id_dominio = '{D}', \
                 numero_avviso = '{NAV4}' where numero = 2",
                "update tracciati set eseguite = 2, fallite = 1",
            ],
            [("tracciati-doppie", &["ID_TRACCIATO: 2 righe per una pendenza, la prima 1"])],
        ),
        guasto(
            "un tracciato di un nodo morto",
            ["update tracciati set stato = 'IN_ELABORAZIONE', presa_da = 'nodo', \
                 presa_fino = BASE - 720000000"],
            [(
                "tracciati-presi",
                &[
                    "ID_TRACCIATO: IN_ELABORAZIONE, preso da nodo, finito da altri 2 minuti oltre la tolleranza",
                ],
            )],
        ),
        guasto(
            "un tracciato di un nodo vivo",
            ["update tracciati set stato = 'IN_ELABORAZIONE', presa_da = 'nodo', presa_fino = BASE"],
            [],
        ),
    ]
}
