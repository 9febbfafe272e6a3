//! The faults: what is planted, and what must be found of it.

use super::storia::avviso;
use crate::nodo::{DOMINIO, iuv};

/// What is planted, and exactly what is found: code and examples.
pub(super) struct Guasto {
    pub(super) nome: &'static str,
    pub(super) sql: Vec<String>,
    pub(super) trovato: Vec<(&'static str, Vec<String>)>,
}

pub(super) fn guasto<const S: usize, const T: usize>(
    nome: &'static str,
    sql: [&str; S],
    trovato: [(&'static str, &[&str]); T],
) -> Guasto {
    let trovato = trovato.into_iter().map(|(c, e)| (c, e.iter().map(|e| completa(e)).collect())).collect();
    Guasto { nome, sql: sql.into_iter().map(completa).collect(), trovato }
}

/// `{P1}` is the row of a pendenza, `{T1}` of its accepted attempt, `{V1}` of its only voce, `{IUV1}` its
/// reference and `{NAV1}` its notice.
fn completa(testo: &str) -> String {
    let mut fatto = testo.to_owned();
    for n in [1_u64, 2, 3, 4, 5, 6, 7, 8, 9, 12, 15, 16] {
        let pendenza = format!("(select id from pendenze where id_pendenza = 'P{n}')");
        let tentativo = format!(
            "(select max(id) from tentativi where pendenza = {pendenza} and stato = 'RT_ACCETTATA_PA' \
             and cod_msg_ricevuta in ('R{n}', 'R{n}b'))"
        );
        let voce = format!("(select id from voci where pendenza = {pendenza} and indice = 1)");
        let nav = avviso(n);
        for (segno, valore) in [
            ("P", pendenza.as_str()),
            ("T", tentativo.as_str()),
            ("V", voce.as_str()),
            ("IUV", iuv(&nav)),
            ("NAV", nav.as_str()),
        ] {
            fatto = fatto.replace(&format!("{{{segno}{n}}}"), valore);
        }
    }
    fatto.replace("{D}", DOMINIO)
}

/// Money and states.
pub(super) fn importi() -> Vec<Guasto> {
    vec![
        guasto(
            "un importo che non e' quello delle voci",
            ["update pendenze set importo = 4502 where id_pendenza = 'P7'"],
            [("voci-importo", &["GESTIONALE/P7: importo 4502, voci 4501"])],
        ),
        guasto(
            "una voce spostata",
            ["update voci set indice = 2 where id = {V7}"],
            [("voci-indici", &["GESTIONALE/P7: indici da 2 a 2 per 1 voci"])],
        ),
        guasto(
            "una voce pagata da nessuno",
            ["update voci set stato = 'ESEGUITO' where id = {V7}"],
            [("voci-stato", &["GESTIONALE/P7/V1: ESEGUITO, riscossioni del suo importo 0"])],
        ),
        guasto(
            "una voce pagata che non lo sa",
            ["update voci set stato = 'NON_ESEGUITO' where id = {V1}"],
            [
                ("voci-stato", &["GESTIONALE/P1/V1: NON_ESEGUITO, riscossioni del suo importo 1"]),
                ("pagata-intera", &["GESTIONALE/P1: voci non eseguite 1, importo 4501, importo_pagato 4501"]),
            ],
        ),
        guasto(
            "un pagamento dimenticato dalla pendenza",
            [
                "update pendenze set stato = 'NON_ESEGUITO', stato_pagamento = 'NON_PAGATO', importo_pagato = 0, \
              data_pagamento = null, iuv_pagamento = null where id_pendenza = 'P1'",
            ],
            [
                (
                    "pendenze-ricevute",
                    &[
                        "GESTIONALE/P1: NON_ESEGUITO, ricevute di pagamento 1, parziali 0, riscossioni senza ricevuta 0",
                    ],
                ),
                ("importo-pagato", &["GESTIONALE/P1: importo_pagato 0, ricevute 1 da 4501 a 4501"]),
            ],
        ),
        guasto(
            "un pagamento inventato",
            ["update pendenze set stato = 'ESEGUITO', stato_pagamento = 'PAGATO', importo_pagato = 4501, \
              data_pagamento = 1, iuv_pagamento = iuv where id_pendenza = 'P7'"],
            [
                (
                    "pendenze-ricevute",
                    &[
                        "GESTIONALE/P7: ESEGUITO, ricevute di pagamento 0, parziali 0, riscossioni senza ricevuta 0",
                    ],
                ),
                ("pagata-intera", &["GESTIONALE/P7: voci non eseguite 1, importo 4501, importo_pagato 4501"]),
                ("scadenze-attese", &["GESTIONALE/P7: ESEGUITO, scadenza 2026-12-31, attesa 2026-12-31"]),
            ],
        ),
        guasto(
            "uno stato parziale senza ricevuta parziale",
            ["update pendenze set stato = 'PARZIALMENTE_ESEGUITO' where id_pendenza = 'P1'"],
            [(
                "pendenze-ricevute",
                &[
                    "GESTIONALE/P1: PARZIALMENTE_ESEGUITO, ricevute di pagamento 1, parziali 0, riscossioni senza ricevuta 0",
                ],
            )],
        ),
        guasto(
            "una pendenza pagata che dice di non esserlo",
            ["update pendenze set stato_pagamento = 'NON_PAGATO' where id_pendenza = 'P1'"],
            [(
                "pendenze-pagamento",
                &[
                    "GESTIONALE/P1: ESEGUITO NON_PAGATO, importo_pagato 4501, importo_incassato 0, con data, con IUV",
                ],
            )],
        ),
        guasto(
            "una pendenza da pagare con un pagamento",
            ["update pendenze set importo_pagato = 1, data_pagamento = 1 where id_pendenza = 'P7'"],
            [(
                "pendenze-pagamento",
                &[
                    "GESTIONALE/P7: NON_ESEGUITO NON_PAGATO, importo_pagato 1, importo_incassato 0, con data, senza IUV",
                ],
            )],
        ),
        guasto(
            "un importo pagato sbagliato",
            ["update pendenze set importo_pagato = 9002 where id_pendenza = 'P3'"],
            [("importo-pagato", &["GESTIONALE/P3: importo_pagato 9002, ricevute 2 da 4501 a 4501"])],
        ),
        guasto(
            "una data di pagamento sbagliata",
            ["update pendenze set data_pagamento = data_pagamento + 1 where id_pendenza = 'P1'"],
            [("importo-pagato", &["GESTIONALE/P1: importo_pagato 4501, ricevute 1 da 4501 a 4501"])],
        ),
        guasto(
            "un pagamento doppio che non si vede",
            ["update pendenze set anomalo = 0 where id_pendenza = 'P3'"],
            [(
                "anomala",
                &[
                    "GESTIONALE/P3: non anomala, ricevute con riscossioni 2, voci pagate di nuovo 1, importi diversi 0",
                ],
            )],
        ),
        guasto(
            "un importo diverso che non si vede",
            ["update pendenze set anomalo = 0 where id_pendenza = 'P6'"],
            [
                (
                    "anomala",
                    &[
                        "GESTIONALE/P6: non anomala, ricevute con riscossioni 1, voci pagate di nuovo 0, importi diversi 1",
                    ],
                ),
                ("pagata-intera", &["GESTIONALE/P6: voci non eseguite 1, importo 4501, importo_pagato 4500"]),
            ],
        ),
        guasto(
            "un'anomalia senza ragione",
            ["update pendenze set anomalo = 1 where id_pendenza = 'P1'"],
            [(
                "anomala",
                &[
                    "GESTIONALE/P1: anomala, ricevute con riscossioni 1, voci pagate di nuovo 0, importi diversi 0",
                ],
            )],
        ),
        guasto(
            "una voce mai pagata di una pendenza pagata",
            [
                "insert into voci (id, pendenza, indice, id_voce, importo, descrizione, dati, stato) \
                 select -1, pendenza, 2, 'V2', 100, descrizione, dati, 'NON_ESEGUITO' from voci where id = {V1}",
                "update pendenze set importo = importo + 100 where id_pendenza = 'P1'",
            ],
            [("pagata-intera", &["GESTIONALE/P1: voci non eseguite 1, importo 4601, importo_pagato 4501"])],
        ),
        guasto(
            "una riscossione persa",
            ["delete from riscossioni where tentativo = {T1}"],
            [
                ("voci-stato", &["GESTIONALE/P1/V1: ESEGUITO, riscossioni del suo importo 0"]),
                ("importo-pagato", &["GESTIONALE/P1: importo_pagato 4501, ricevute 1 da 0 a 0"]),
                (
                    "riscossioni-somma",
                    &["{D}/{IUV1}/R1: RT_ACCETTATA_PA PAGAMENTO_ESEGUITO, totale 4501, riscossioni 0"],
                ),
                ("ricevute", &["{D}/{IUV1}/R1: righe della ricevuta 1:4501, riscossioni nessuna"]),
            ],
        ),
        guasto(
            "una riscossione che vale un centesimo di piu'",
            ["update riscossioni set importo = importo + 1 where tentativo = {T3}"],
            [
                (
                    "riscossioni-somma",
                    &["{D}/{IUV3}/R3b: RT_ACCETTATA_PA PAGAMENTO_ESEGUITO, totale 4501, riscossioni 4502"],
                ),
                ("ricevute", &["{D}/{IUV3}/R3b: righe della ricevuta 1:4501, riscossioni 1:4502"]),
            ],
        ),
        guasto(
            "una riscossione di una ricevuta di mancato pagamento",
            [
                "update riscossioni set tentativo = (select id from tentativi where ccp = 'R16no'), iur = 'R16no' \
              where tentativo = {T16}",
            ],
            [
                ("importo-pagato", &["GESTIONALE/P16: importo_pagato 4501, ricevute 1 da 0 a 0"]),
                (
                    "riscossioni-somma",
                    &[
                        "{D}/{IUV16}/R16no: RT_ACCETTATA_PA PAGAMENTO_NON_ESEGUITO, totale 0, riscossioni 4501",
                    ],
                ),
                (
                    "ricevute",
                    &[
                        "{D}/{IUV16}/R16no: righe della ricevuta nessuna, riscossioni 1:4501",
                        "{D}/{IUV16}/R16: righe della ricevuta 1:4501, riscossioni nessuna",
                    ],
                ),
            ],
        ),
        guasto(
            "una riscossione con un altro identificativo",
            ["update riscossioni set iur = 'ALTRO' where tentativo = {T1}"],
            [("riscossioni-legami", &["{D}/{IUV1}/ALTRO/1: ricevuta R1"])],
        ),
        guasto(
            "una riscossione di un'altra voce",
            ["update riscossioni set voce = {V8} where tentativo = {T1}"],
            [
                ("voci-stato", &["GESTIONALE/P1/V1: ESEGUITO, riscossioni del suo importo 0"]),
                ("riscossioni-legami", &["{D}/{IUV1}/R1/1: voce di un'altra pendenza"]),
            ],
        ),
    ]
}

/// Notices, attempts, messages.
pub(super) fn tentativi() -> Vec<Guasto> {
    vec![
        guasto(
            "un avviso che non contiene lo IUV",
            ["update pendenze set numero_avviso = '301000000000099999' where id_pendenza = 'P1'"],
            [("avviso-iuv", &["GESTIONALE/P1: avviso 301000000000099999, IUV {IUV1}"])],
        ),
        guasto(
            "un avviso che non e' di cifre",
            ["update pendenze set numero_avviso = '3A1000000000000144', iuv = 'A1000000000000144' \
              where id_pendenza = 'P7'"],
            [("avviso-iuv", &["GESTIONALE/P7: avviso 3A1000000000000144, IUV A1000000000000144"])],
        ),
        guasto(
            "un avviso di due pendenze",
            ["update pendenze set numero_avviso = '{NAV2}' where id_pendenza = 'P1'"],
            [
                ("avviso-iuv", &["GESTIONALE/P1: avviso {NAV2}, IUV {IUV1}"]),
                ("avviso-unico", &["{D}/{NAV2}: numero avviso di 2 pendenze"]),
            ],
        ),
        guasto(
            "due tentativi aperti",
            [
                "update tentativi set stato = 'RPT_ACCETTATA_NODO' where pendenza = {P2}",
                "update tentativi set data_msg_richiesta = (select max(data_msg_richiesta) from tentativi) \
              where pendenza = {P2}",
            ],
            [("tentativo-aperto", &["{D}/{IUV2}: tentativi aperti 2"])],
        ),
        guasto(
            "una ricevuta senza data",
            ["update tentativi set data_msg_ricevuta = null where id = {T1}"],
            [(
                "tentativi-coerenti",
                &[
                    "{D}/{IUV1}/R1: RT_ACCETTATA_PA PAGAMENTO_ESEGUITO, totale 4501, ricevuta R1 in archivio, senza data",
                ],
            )],
        ),
        guasto(
            "un tentativo che non ricorda il suo esito",
            ["update tentativi set esito = 'IN_CORSO' where id = {T1}"],
            [
                (
                    "pendenze-ricevute",
                    &[
                        "GESTIONALE/P1: ESEGUITO, ricevute di pagamento 0, parziali 0, riscossioni senza ricevuta 0",
                    ],
                ),
                (
                    "riscossioni-somma",
                    &["{D}/{IUV1}/R1: RT_ACCETTATA_PA IN_CORSO, totale 4501, riscossioni 4501"],
                ),
                (
                    "tentativi-coerenti",
                    &["{D}/{IUV1}/R1: RT_ACCETTATA_PA IN_CORSO, totale 4501, ricevuta R1 in archivio"],
                ),
                (
                    "ricevute",
                    &["{D}/{IUV1}/R1: esito della ricevuta PAGAMENTO_ESEGUITO, del tentativo IN_CORSO"],
                ),
            ],
        ),
        guasto(
            "un tentativo di un altro avviso",
            ["update tentativi set pendenza = {P7} where pendenza = {P15}"],
            [(
                "tentativi-coerenti",
                &[
                    "{D}/{IUV15}/CCP: RPT_ACCETTATA_NODO IN_CORSO, totale assente, ricevuta assente non in archivio, \
                   senza data, pendenza dell'avviso {D}/01000000000000144",
                ],
            )],
        ),
        guasto(
            "un tentativo mai chiuso",
            ["update tentativi set data_msg_richiesta = LIMITE - 120000000 where pendenza = {P15}"],
            [("tentativi-scaduti", &["{D}/{IUV15}/CCP: RPT_ACCETTATA_NODO da 2 minuti oltre il limite"])],
        ),
        guasto(
            "una richiesta persa",
            ["delete from messaggi where tentativo = {T1} and tipo = 'RPT'"],
            [("messaggi-presenti", &["{D}/{IUV1}/R1: richiesta detta e assente, ricevuta detta e presente"])],
        ),
        guasto(
            "una ricevuta persa",
            ["delete from messaggi where tentativo = {T1} and tipo = 'RT'"],
            [("messaggi-presenti", &["{D}/{IUV1}/R1: richiesta detta e presente, ricevuta detta e assente"])],
        ),
        guasto(
            "una ricevuta guasta",
            ["update messaggi set contenuto = BYTE where tentativo = {T1} and tipo = 'RT'"],
            [("ricevute", &["{D}/{IUV1}/R1: ricevuta che non si espande"])],
        ),
        guasto(
            "la ricevuta di un altro",
            [
                "update messaggi set contenuto = (select contenuto from messaggi where tentativo = {T8} and tipo = 'RT') \
              where tentativo = {T1} and tipo = 'RT'",
            ],
            [("ricevute", &["{D}/{IUV1}/R1: IUV della ricevuta {IUV8}, del tentativo {IUV1}"])],
        ),
        guasto(
            "un totale che la ricevuta non dice",
            [
                "update tentativi set importo_totale_pagato = 300, ha_rpt = 0 where id = {T5}",
                "update tentativi set importo_totale_pagato = 301 where id = {T5}",
            ],
            [("ricevute", &["{D}/{IUV5}/R5: totale della ricevuta 300, del tentativo 301"])],
        ),
        guasto(
            "una richiesta guasta",
            ["update messaggi set contenuto = BYTE where tentativo = {T1} and tipo = 'RPT'"],
            [("richieste", &["{D}/{IUV1}/R1: richiesta che non si espande"])],
        ),
        guasto(
            "la richiesta di un altro",
            [
                "update messaggi set contenuto = (select contenuto from messaggi where tentativo = {T8} and tipo = 'RPT') \
              where tentativo = {T1} and tipo = 'RPT'",
            ],
            [("richieste", &["{D}/{IUV1}/R1: IUV della richiesta {IUV8}"])],
        ),
    ]
}

/// The outbox and the jobs.
pub(super) fn notifiche() -> Vec<Guasto> {
    const R1: &str = "tipo = 'RICEVUTA' and tentativo = {T1}";
    let su = |cosa: &str| format!("update notifiche set {cosa} where {R1}");
    vec![
        guasto(
            "la notifica di una ricevuta persa",
            [format!("delete from notifiche where {R1}").as_str()],
            [("notifica-ricevuta", &["{D}/{IUV1}/R1: PAGAMENTO_ESEGUITO di GESTIONALE/P1 senza notifica"])],
        ),
        guasto(
            "la notifica di una ricevuta KO persa",
            ["delete from notifiche where ccp = 'R16no'"],
            [(
                "notifica-ricevuta",
                &["{D}/{IUV16}/R16no: PAGAMENTO_NON_ESEGUITO di GESTIONALE/P16 senza notifica"],
            )],
        ),
        guasto(
            "la notifica di un'attivazione persa",
            ["delete from notifiche where tipo = 'ATTIVAZIONE' and tentativo = {T1}"],
            [("notifica-attivazione", &["{D}/{IUV1}/R1: attivazione di GESTIONALE/P1 senza notifica"])],
        ),
        // Not a fault: nodes take their ids from different blocks.
        guasto(
            "la copia di un tentativo fatta da un nodo dai numeri piu' bassi",
            [
                "update messaggi set tentativo = 1 where tentativo = {T3}",
                "update riscossioni set tentativo = 1 where tentativo = {T3}",
                "update notifiche set tentativo = 1 where tentativo = {T3}",
                "update tentativi set id = 1 where id = {T3}",
            ],
            [],
        ),
        guasto(
            "una notifica per un altro",
            [su("id_a2a = 'ALTRA'").as_str()],
            [("notifiche-coerenti", &["RICEVUTA {D}/{IUV1}/R1: di ALTRA, pendenza di GESTIONALE"])],
        ),
        guasto(
            "una notifica spedita con un errore e ancora presa",
            [su("descrizione_stato = 'errore', presa_da = 'nodo', presa_fino = 9000000000000000").as_str()],
            [("notifiche-coerenti", &["RICEVUTA {D}/{IUV1}/R1: SPEDITO, ancora presa, con errore"])],
        ),
        guasto(
            "una notifica dimenticata",
            [su("stato = 'DA_SPEDIRE', data_prossima = TOLLERATO - 180000000").as_str()],
            [(
                "notifiche-ritardo",
                &["RICEVUTA {D}/{IUV1}/R1: fallimenti 0, in ritardo di altri 3 minuti oltre la tolleranza"],
            )],
        ),
        guasto(
            "una notifica rimandata per sempre",
            [su("stato = 'DA_SPEDIRE', data_prossima = data_aggiornamento + 90000000000").as_str()],
            [(
                "notifiche-ritardo",
                &["RICEVUTA {D}/{IUV1}/R1: fallimenti 0, prossima tra piu' di un giorno"],
            )],
        ),
        guasto(
            "una notifica presa da un morto",
            [su(
                "stato = 'DA_SPEDIRE', data_prossima = data_aggiornamento + 3600000000, presa_da = 'nodo', \
                 presa_fino = BASE - 720000000",
            )
            .as_str()],
            [(
                "notifiche-prese",
                &["RICEVUTA {D}/{IUV1}/R1: presa da nodo, finita da altri 2 minuti oltre la tolleranza"],
            )],
        ),
        guasto(
            "un lavoro preso da un morto",
            [
                "insert into lavori (nome, nodo, gettone, battito) values ('prova', 'nodo', 1, BASE - 1020000000)",
            ],
            [("lavori-presi", &["prova: preso da nodo, senza segni da altri 2 minuti oltre la tolleranza"])],
        ),
    ]
}

/// References, counters, the database.
pub(super) fn riferimenti() -> Vec<Guasto> {
    vec![
        guasto(
            "righe di nessuno",
            [
                "insert into messaggi (tentativo, tipo, contenuto) values (-7, 'RT', BYTE)",
                "insert into eventi_messaggi (evento, richiesta) values (-8, BYTE)",
                "insert into allegati (id, pendenza, nome, contenuto) values (-9, -10, 'a', BYTE)",
                "insert into notifiche_corpi (notifica, versione, corpo) values (-11, 'REST v1', BYTE)",
                "update pendenze set documento = 'DOC' where id_pendenza = 'P7'",
            ],
            [(
                "orfani",
                &[
                    "GESTIONALE/P7: documento DOC non in archivio",
                    "allegati/-9: pendenza -10 senza pendenze",
                    "eventi_messaggi/-8: evento -8 senza eventi",
                    "messaggi/RT: tentativo -7 senza tentativi",
                    "notifiche_corpi/REST v1: notifica -11 senza notifiche",
                ],
            )],
        ),
        guasto(
            "una pendenza persa",
            ["delete from allegati where pendenza = {P7}", "delete from pendenze where id_pendenza = 'P7'"],
            [("orfani", &["voci/ID_V7: pendenza ID_P7 senza pendenze"])],
        ),
        guasto(
            "scadenze attese di altri giorni e di pendenze pagate",
            [
                "update pendenze set scadenza_attesa = '2026-12-31' where id_pendenza = 'P1'",
                "update pendenze set data_scadenza = null, scadenza_attesa = '2026-12-31' \
                 where id_pendenza = 'P7'",
            ],
            [(
                "scadenze-attese",
                &[
                    "GESTIONALE/P1: ESEGUITO, scadenza 2026-12-31, attesa 2026-12-31",
                    "GESTIONALE/P7: NON_ESEGUITO, scadenza assente, attesa 2026-12-31",
                ],
            )],
        ),
        guasto(
            "un tipo e un dominio sconosciuti",
            [
                "update pendenze set id_tipo_pendenza = 'BOH' where id_pendenza = 'P7'",
                "update voci set id_dominio = '99999999999' where id = {V1}",
            ],
            [(
                "anagrafica",
                &[
                    "GESTIONALE/P1/V1: dominio 99999999999 non in anagrafica",
                    "GESTIONALE/P7: tipo BOH non in anagrafica",
                ],
            )],
        ),
        guasto(
            "uno stato sconosciuto",
            ["update voci set stato = 'BOH' where id = {V7}"],
            [("valori-noti", &["voci/ID_V7: stato BOH"])],
        ),
        guasto(
            "i contatori tornati indietro",
            ["update contatori set prossimo = 1 where nome in ('id', 'eventi')"],
            [("contatori-id", &["eventi: prossimo 1, usato MAX_EVENTI", "id: prossimo 1, usato MAX_ID"])],
        ),
        guasto(
            "una serie di avvisi tornata indietro",
            ["update contatori set prossimo = 2 where nome like 'iuv/%'"],
            [("contatori-iuv", &["iuv/{D}/: prossimo 2, gia' di GESTIONALE/P7bis"])],
        ),
        guasto(
            "un marchio cancellato",
            ["delete from impostazioni where chiave = 'sandbox'"],
            [("uso", &["sandbox: assente, con pendenze"])],
        ),
        guasto(
            "un marchio illeggibile",
            ["update impostazioni set valore = 'forse' where chiave = 'sandbox'"],
            [("uso", &["sandbox: valore forse"])],
        ),
        guasto(
            "un segreto guasto",
            ["update domini set connettori = BYTE where id = '{D}'"],
            [("segreti", &["domini/{D}: segreto che non si decifra con questa chiave"])],
        ),
        guasto(
            "una migrazione cambiata",
            ["update schema_migrations set impronta = 'altra' where numero = 3"],
            [(
                "schema",
                &[
                    "schema_migrations: errore della base dati: la migrazione 0003_pendenze e' stata modificata dopo \
                   l'applicazione",
                ],
            )],
        ),
    ]
}
