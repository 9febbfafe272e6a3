//! Notice numbers and payment attempts (spec 20 section 7, spec 40 sections 5, 7 and 9).

use super::{Controllo, Limite, Testo, chiave_pendenza, chiave_tentativo};

const PENDENZE: Option<&str> = Some("select count(*) from pendenze");
const TENTATIVI: Option<&str> = Some("select count(*) from tentativi");

pub(super) static TUTTI: &[Controllo] = &[
    Controllo {
        codice: "avviso-iuv",
        promessa: "il numero avviso ha 18 cifre e contiene lo IUV della pendenza",
        esaminati: PENDENZE,
        violazioni: Testo::Uno(concat!(
            "select ",
            chiave_pendenza!(),
            ", 'avviso ' || p.numero_avviso || ', IUV ' || p.iuv from pendenze p \
             where length(p.numero_avviso) <> 18 or trim(p.numero_avviso, '0123456789') <> '' \
             or substr(p.numero_avviso, 1, 1) not in ('0', '1', '2', '3') \
             or p.iuv <> substr(p.numero_avviso, case when substr(p.numero_avviso, 1, 1) = '0' then 4 \
             else 2 end) order by 1, 2"
        )),
        limiti: &[],
    },
    Controllo {
        codice: "avviso-unico",
        promessa: "nessun numero avviso, IUV o identificativo e' di due pendenze",
        esaminati: PENDENZE,
        violazioni: Testo::Uno(
            "select id_dominio || '/' || numero_avviso, 'numero avviso di ' || count(*) || ' pendenze' \
             from pendenze group by id_dominio, numero_avviso having count(*) > 1 union all \
             select id_dominio || '/' || iuv, 'IUV di ' || count(*) || ' pendenze' \
             from pendenze group by id_dominio, iuv having count(*) > 1 union all \
             select id_a2a || '/' || id_pendenza, 'identificativo di ' || count(*) || ' pendenze' \
             from pendenze group by id_a2a, id_pendenza having count(*) > 1 order by 1, 2",
        ),
        limiti: &[],
    },
    Controllo {
        codice: "tentativo-aperto",
        promessa: "un avviso ha al piu' un tentativo aperto presso un PSP",
        esaminati: TENTATIVI,
        violazioni: Testo::Uno(
            "select id_dominio || '/' || iuv, 'tentativi aperti ' || count(*) from tentativi \
             where stato in ('RPT_ATTIVATA', 'RPT_ACCETTATA_NODO') and modello = 'PSP' \
             group by id_dominio, iuv having count(*) > 1 order by 1, 2",
        ),
        limiti: &[],
    },
    Controllo {
        codice: "tentativi-coerenti",
        promessa: "stato, esito e ricevuta di un tentativo si accordano, e l'avviso e' della sua pendenza",
        esaminati: TENTATIVI,
        // A KO that nobody had asked for is not compared with its amount (spec 40 7.3).
        violazioni: Testo::Uno(concat!(
            "select ",
            chiave_tentativo!("t"),
            ", t.stato || ' ' || t.esito || ', totale ' || \
             coalesce(cast(t.importo_totale_pagato as text), 'assente') || ', ricevuta ' || \
             coalesce(t.cod_msg_ricevuta, 'assente') || case when t.ha_rt = 1 then ' in archivio' \
             else ' non in archivio' end || case when t.data_msg_ricevuta is null then ', senza data' \
             else '' end || case when p.id_dominio <> t.id_dominio or p.iuv <> t.iuv \
             then ', pendenza dell''avviso ' || p.id_dominio || '/' || p.iuv else '' end \
             from tentativi t join pendenze p on p.id = t.pendenza \
             where p.id_dominio <> t.id_dominio or p.iuv <> t.iuv \
             or (t.stato = 'RT_ACCETTATA_PA') <> (t.esito <> 'IN_CORSO') \
             or (t.stato = 'RT_ACCETTATA_PA' and (t.ha_rt = 0 or t.cod_msg_ricevuta is null \
             or t.data_msg_ricevuta is null or t.importo_totale_pagato is null \
             or (t.versione <> 'SANP_230' and t.ccp <> coalesce(t.cod_msg_ricevuta, '')))) \
             or (t.stato = 'RT_RIFIUTATA_PA' and (t.ha_rt = 0 or t.data_msg_ricevuta is null)) \
             or (t.ha_rt = 1 and t.stato in ('RPT_ATTIVATA', 'RPT_ACCETTATA_NODO', 'RPT_RIFIUTATA_NODO', \
             'RPT_SCADUTA')) \
             or (t.ha_rpt = 1 and coalesce(t.importo_totale_pagato, 0) <> 0 \
             and t.esito in ('PAGAMENTO_NON_ESEGUITO', 'DECORRENZA_TERMINI', 'RIFIUTATO')) order by 1, 2"
        )),
        limiti: &[],
    },
    Controllo {
        codice: "tentativi-scaduti",
        promessa: "nessun tentativo resta aperto oltre la chiusura di quelli senza ricevuta",
        esaminati: Some(
            "select count(*) from tentativi where stato in ('RPT_ATTIVATA', 'RPT_ACCETTATA_NODO')",
        ),
        violazioni: Testo::Uno(concat!(
            "select ",
            chiave_tentativo!("t"),
            ", t.stato || ' da ' || (($1 - t.data_msg_richiesta) / 60000000) || \
             ' minuti oltre il limite' from tentativi t \
             where t.stato in ('RPT_ATTIVATA', 'RPT_ACCETTATA_NODO') \
             and t.versione in ('SANP_240', 'SANP_321_V2') and t.data_msg_richiesta < $1 order by 1, 2"
        )),
        limiti: &[Limite::TentativoScaduto],
    },
    Controllo {
        codice: "messaggi-presenti",
        promessa: "richiesta e ricevuta di un tentativo sono in archivio se e solo se il tentativo lo dice",
        esaminati: TENTATIVI,
        violazioni: Testo::Uno(concat!(
            "select ",
            chiave_tentativo!("t"),
            ", case when t.ha_rpt = 1 then 'richiesta detta ' else 'richiesta non detta ' end || \
             case when q.tentativo is null then 'e assente' else 'e presente' end || \
             case when t.ha_rt = 1 then ', ricevuta detta ' else ', ricevuta non detta ' end || \
             case when r.tentativo is null then 'e assente' else 'e presente' end \
             from tentativi t left join messaggi q on q.tentativo = t.id and q.tipo = 'RPT' \
             left join messaggi r on r.tentativo = t.id and r.tipo = 'RT' \
             where (t.ha_rpt = 1) <> (q.tentativo is not null) \
             or (t.ha_rt = 1) <> (r.tentativo is not null) or t.ha_rpt + t.ha_rt = 0 order by 1, 2"
        )),
        limiti: &[],
    },
];
