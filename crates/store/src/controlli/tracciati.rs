//! Bulk loads: what they say of themselves is what their records say (spec 20 11.4 and 11.5).

use super::{Controllo, Limite, Testo};

const TRACCIATI: Option<&str> = Some("select count(*) from tracciati");
const OPERAZIONI: Option<&str> = Some("select count(*) from tracciati_operazioni");

pub(super) static TUTTI: &[Controllo] = &[
    Controllo {
        codice: "tracciati-conti",
        promessa: "i conti di un tracciato sono quelli delle sue operazioni, tutte se nessuno lo ha annullato",
        esaminati: TRACCIATI,
        // While it loads, records come before the counters.
        violazioni: Testo::Uno(
            "with o as (select tracciato, count(*) as quante, \
             sum(case when stato = 'ESEGUITO' then 1 else 0 end) as eseguite, \
             sum(case when stato = 'SCARTATO' then 1 else 0 end) as fallite, \
             sum(case when stampa is not null then 1 else 0 end) as avvisi, \
             sum(case when stampa = 1 then 1 else 0 end) as stampati, \
             sum(case when stampa = 2 then 1 else 0 end) as falliti \
             from tracciati_operazioni group by tracciato), c as (select t.*, coalesce(o.quante, 0) as o_quante, \
             coalesce(o.eseguite, 0) as o_eseguite, coalesce(o.fallite, 0) as o_fallite, \
             coalesce(o.avvisi, 0) as o_avvisi, coalesce(o.stampati, 0) as o_stampati, \
             coalesce(o.falliti, 0) as o_falliti from tracciati t left join o on o.tracciato = t.id) \
             select cast(c.id as text), c.stato || ' ' || c.eseguite || '+' || c.fallite || ' di ' || c.totali || \
             ', avvisi ' || c.avvisi_stampati || '+' || c.avvisi_falliti || ' di ' || c.avvisi_totali || \
             '; operazioni ' || c.o_eseguite || '+' || c.o_fallite || \
             ', avvisi ' || c.o_stampati || '+' || c.o_falliti || ' di ' || c.o_avvisi from c \
             where (c.stato in ('IN_RICEZIONE', 'IN_ATTESA') and c.o_quante > 0) \
             or c.eseguite > c.o_eseguite or c.fallite > c.o_fallite \
             or (c.stato in ('ELABORAZIONE_STAMPA', 'ESEGUITO', 'ESEGUITO_CON_ERRORI', 'SCARTATO') \
             and (c.eseguite <> c.o_eseguite or c.fallite <> c.o_fallite or c.avvisi_totali <> c.o_avvisi \
             or (c.annullato_da is null and c.totali <> c.o_quante))) \
             or (c.stato in ('ESEGUITO', 'ESEGUITO_CON_ERRORI') \
             and (c.avvisi_stampati <> c.o_stampati or c.avvisi_falliti <> c.o_falliti)) \
             or (c.stato = 'ESEGUITO' and c.fallite > 0) \
             or (c.stato = 'ESEGUITO_CON_ERRORI' and c.fallite = 0 and c.annullato_da is null) order by 1, 2",
        ),
        limiti: &[],
    },
    Controllo {
        codice: "tracciati-numeri",
        promessa: "le operazioni di un tracciato caricato sono numerate da 1 senza buchi",
        esaminati: TRACCIATI,
        // Several commits are on their way while it loads, and where it was told to end.
        violazioni: Testo::Uno(
            "select cast(t.id as text), t.stato || ', numeri da ' || o.primo || ' a ' || o.ultimo || ' per ' || \
             o.quante || ' operazioni di ' || t.totali \
             from (select tracciato, min(numero) as primo, max(numero) as ultimo, count(*) as quante \
             from tracciati_operazioni group by tracciato) o join tracciati t on t.id = o.tracciato \
             where o.primo < 1 or o.ultimo > t.totali or (t.annullato_da is null \
             and t.stato in ('ELABORAZIONE_STAMPA', 'ESEGUITO', 'ESEGUITO_CON_ERRORI') \
             and (o.primo <> 1 or o.ultimo <> o.quante)) union all \
             select distinct cast(o.tracciato as text), 'operazioni di nessun tracciato' \
             from tracciati_operazioni o \
             where not exists (select 1 from tracciati t where t.id = o.tracciato) order by 1, 2",
        ),
        limiti: &[],
    },
    Controllo {
        codice: "tracciati-pendenze",
        promessa: "un'operazione riuscita ha la sua pendenza con il suo avviso, una scartata non ne ha",
        esaminati: OPERAZIONI,
        violazioni: Testo::Uno(
            "select o.tracciato || '/' || o.numero, o.stato || \
             case when o.pendenza is null then ' senza pendenza' \
             when p.id is null then ', pendenza non in archivio' \
             else ', avviso ' || coalesce(o.numero_avviso, 'assente') || ', pendenza ' || p.id_a2a || '/' || \
             p.id_pendenza || ' con avviso ' || coalesce(p.numero_avviso, 'assente') end \
             from tracciati_operazioni o left join pendenze p on p.id = o.pendenza \
             where (o.stato = 'SCARTATO' and o.pendenza is not null) \
             or (o.stato = 'ESEGUITO' and (p.id is null \
             or coalesce(o.numero_avviso, '') <> coalesce(p.numero_avviso, '') \
             or coalesce(o.id_dominio, '') <> p.id_dominio)) order by 1, 2",
        ),
        limiti: &[],
    },
    Controllo {
        codice: "tracciati-doppie",
        promessa: "una pendenza e' in una riga sola di un tracciato CSV",
        esaminati: OPERAZIONI,
        violazioni: Testo::Uno(
            "select cast(o.tracciato as text), count(*) || ' righe per una pendenza, la prima ' || min(o.numero) \
             from tracciati_operazioni o join tracciati t on t.id = o.tracciato \
             where t.formato = 'CSV' and o.stato = 'ESEGUITO' and o.pendenza is not null \
             group by o.tracciato, o.pendenza having count(*) > 1 order by 1, 2",
        ),
        limiti: &[],
    },
    Controllo {
        codice: "tracciati-presi",
        promessa: "nessun tracciato resta di un nodo che non da' segni di vita",
        esaminati: Some("select count(*) from tracciati where presa_da is not null"),
        violazioni: Testo::Uno(
            "select cast(id as text), stato || ', preso da ' || presa_da || ', finito da altri ' || \
             (($1 - presa_fino) / 60000000) || ' minuti oltre la tolleranza' from tracciati \
             where stato in ('IN_ATTESA', 'IN_ELABORAZIONE', 'ELABORAZIONE_STAMPA') \
             and presa_da is not null and presa_fino < $1 order by 1, 2",
        ),
        limiti: &[Limite::InRitardoBase],
    },
];
