//! The outbox and the jobs (spec 60 1.3, 1.8 and 4.3).

use super::{Controllo, Limite, Testo, chiave_tentativo};

const NOTIFICHE: Option<&str> = Some("select count(*) from notifiche");

/// How a notification is named.
macro_rules! chiave_notifica {
    () => {
        "n.tipo || ' ' || n.id_dominio || '/' || n.iuv || '/' || n.ccp"
    };
}

/// Since when the applicazione of pendenza `p` has the connector that it has now, and a minute for
/// the other nodes to know. Only where it is known (see [`super::annota_connettore`]); the cast stands
/// in a `case`, because a planner may read rows of other keys.
macro_rules! con_connettore {
    () => {
        " join applicazioni a on a.id = p.id_a2a and a.integrazione_url is not null \
         join (select chiave, case when chiave like 'connettore/%' then cast(valore as bigint) end as dal \
         from impostazioni) i on i.chiave = 'connettore/' || a.id "
    };
}

pub(super) static TUTTI: &[Controllo] = &[
    Controllo {
        codice: "notifica-ricevuta",
        promessa: "ogni ricevuta accettata ha la sua notifica, da quando l'applicazione ha il connettore",
        esaminati: Some("select count(*) from tentativi where stato = 'RT_ACCETTATA_PA'"),
        violazioni: Testo::Uno(concat!(
            "select ",
            chiave_tentativo!("t"),
            ", t.esito || ' di ' || p.id_a2a || '/' || p.id_pendenza || ' senza notifica' \
             from tentativi t join pendenze p on p.id = t.pendenza",
            con_connettore!(),
            "left join notifiche n on n.tentativo = t.id and n.tipo = 'RICEVUTA' \
             where t.stato = 'RT_ACCETTATA_PA' and t.data_msg_ricevuta > i.dal + 60000000 \
             and n.id is null order by 1, 2"
        )),
        limiti: &[],
    },
    Controllo {
        codice: "notifica-attivazione",
        promessa: "ogni attivazione ha la sua notifica, da quando l'applicazione ha un connettore v1",
        // A copy that holds a further receipt repeats the request of the attempt that was activated; made
        // by another node, it may have the lower id.
        esaminati: Some("select count(*) from tentativi where ha_rpt = 1"),
        violazioni: Testo::Uno(concat!(
            "select ",
            chiave_tentativo!("t"),
            ", 'attivazione di ' || p.id_a2a || '/' || p.id_pendenza || ' senza notifica' \
             from tentativi t join pendenze p on p.id = t.pendenza",
            con_connettore!(),
            "left join notifiche n on n.tentativo = t.id and n.tipo = 'ATTIVAZIONE' \
             where t.ha_rpt = 1 and a.integrazione_versione = 'REST v1' \
             and t.data_msg_richiesta > i.dal + 60000000 and n.id is null \
             and not exists (select 1 from tentativi u join notifiche m on m.tentativo = u.id \
             and m.tipo = 'ATTIVAZIONE' where u.pendenza = t.pendenza \
             and u.cod_msg_richiesta = t.cod_msg_richiesta) order by 1, 2"
        )),
        limiti: &[],
    },
    Controllo {
        codice: "notifiche-coerenti",
        promessa: "una notifica racconta il suo tentativo, e chi e' arrivata non e' piu' da spedire",
        esaminati: NOTIFICHE,
        violazioni: Testo::Uno(concat!(
            "select ",
            chiave_notifica!(),
            ", case when p.id_a2a <> n.id_a2a then 'di ' || n.id_a2a || ', pendenza di ' || p.id_a2a \
             when t.id_dominio <> n.id_dominio or t.iuv <> n.iuv then 'tentativo di un altro avviso' \
             when n.tipo = 'RICEVUTA' and t.stato <> 'RT_ACCETTATA_PA' then 'tentativo ' || t.stato \
             when n.tipo = 'RICEVUTA' and t.ccp <> n.ccp then 'tentativo ' || t.ccp \
             when n.stato = 'DA_SPEDIRE' then 'DA_SPEDIRE, fallimenti ' || n.tentativi || \
             case when n.descrizione_stato is null then ', nessun errore' else ', con errore' end || \
             case when n.presa_da is null then ', di nessuno' else ', presa' end || \
             case when n.presa_fino = 0 then ', senza fine' else ', con una fine' end \
             else n.stato || case when c.notifica is null then '' else ', corpo ancora in archivio' end || \
             case when n.presa_da is null then '' else ', ancora presa' end || \
             case when n.stato = 'SPEDITO' and n.descrizione_stato is not null then ', con errore' \
             else '' end end \
             from notifiche n join tentativi t on t.id = n.tentativo join pendenze p on p.id = t.pendenza \
             left join notifiche_corpi c on c.notifica = n.id \
             where p.id_a2a <> n.id_a2a or t.id_dominio <> n.id_dominio or t.iuv <> n.iuv \
             or (n.tipo = 'RICEVUTA' and (t.stato <> 'RT_ACCETTATA_PA' or t.ccp <> n.ccp)) \
             or (n.stato in ('SPEDITO', 'ANNULLATA') \
             and (c.notifica is not null or n.presa_da is not null or n.presa_fino <> 0)) \
             or (n.stato = 'SPEDITO' and n.descrizione_stato is not null) \
             or (n.stato = 'DA_SPEDIRE' and ((n.presa_da is null) <> (n.presa_fino = 0) \
             or n.tentativi < 0 or (n.tentativi > 0 and n.descrizione_stato is null))) order by 1, 2"
        )),
        limiti: &[],
    },
    Controllo {
        codice: "notifiche-ritardo",
        promessa: "nessuna notifica aspetta oltre la sua ora, ne' ha un'ora oltre il calendario",
        esaminati: Some("select count(*) from notifiche where stato = 'DA_SPEDIRE'"),
        // The schedule never goes past a day (spec 60 1.8).
        violazioni: Testo::Uno(concat!(
            "select ",
            chiave_notifica!(),
            ", 'fallimenti ' || n.tentativi || case when n.data_prossima < $1 then ', in ritardo di altri ' || \
             (($1 - n.data_prossima) / 60000000) || ' minuti oltre la tolleranza' \
             else ', prossima tra piu'' di un giorno' end \
             from notifiche n where n.stato = 'DA_SPEDIRE' \
             and ((n.data_prossima < $1 and n.presa_fino <= $2) \
             or n.data_prossima > n.data_aggiornamento + 86460000000) order by 1, 2"
        )),
        limiti: &[Limite::InRitardo, Limite::AdessoBase],
    },
    Controllo {
        codice: "notifiche-prese",
        promessa: "nessuna notifica resta presa oltre la durata della presa",
        esaminati: Some("select count(*) from notifiche where presa_da is not null"),
        violazioni: Testo::Uno(concat!(
            "select ",
            chiave_notifica!(),
            ", 'presa da ' || n.presa_da || ', finita da altri ' || (($1 - n.presa_fino) / 60000000) || \
             ' minuti oltre la tolleranza' from notifiche n \
             where n.presa_da is not null and n.presa_fino < $1 order by 1, 2"
        )),
        limiti: &[Limite::InRitardoBase],
    },
    Controllo {
        codice: "lavori-presi",
        promessa: "nessun lavoro resta di un nodo che non da' segni di vita",
        esaminati: Some("select count(*) from lavori"),
        violazioni: Testo::Uno(
            "select nome, 'preso da ' || nodo || ', senza segni da altri ' || \
             (($1 - coalesce(battito, 0)) / 60000000) || ' minuti oltre la tolleranza' from lavori \
             where nodo is not null and coalesce(battito, 0) < $1 order by 1, 2",
        ),
        limiti: &[Limite::LavoroMorto],
    },
];
