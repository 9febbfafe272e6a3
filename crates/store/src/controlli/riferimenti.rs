//! References, coded values, counters, and the database as such.

use super::{Controllo, Testo, chiave_pendenza};

/// Rows of a table whose reference leads nowhere: the table, how a row is named, the column, the table
/// and the column it refers to.
macro_rules! orfani {
    ($tabella:literal, $chiave:literal, $colonna:literal, $altra:literal, $altra_colonna:literal) => {
        concat!(
            "select '",
            $tabella,
            "/' || ",
            $chiave,
            ", '",
            $colonna,
            " ' || f.",
            $colonna,
            " || ' senza ",
            $altra,
            "' from ",
            $tabella,
            " f where f.",
            $colonna,
            " is not null and not exists (select 1 from ",
            $altra,
            " a where a.",
            $altra_colonna,
            " = f.",
            $colonna,
            ")"
        )
    };
}

/// Rows of a table with a value that is not in a list.
macro_rules! ignoti {
    ($tabella:literal, $colonna:literal, $valori:literal) => {
        concat!(
            "select '",
            $tabella,
            "/' || f.id, '",
            $colonna,
            " ' || f.",
            $colonna,
            " from ",
            $tabella,
            " f where f.",
            $colonna,
            " not in (",
            $valori,
            ")"
        )
    };
}

/// The values of every coded column, as the domain writes them.
macro_rules! con_valori {
    ($macro:ident) => {
        $macro! {
            "pendenze", "stato", "'NON_ESEGUITO', 'ESEGUITO', 'PARZIALMENTE_ESEGUITO', 'ANNULLATO'";
            "pendenze", "stato_pagamento", "'NON_PAGATO', 'PAGATO', 'INCASSATO'";
            "pendenze", "tipo", "'dovuto', 'spontaneo'";
            "voci", "stato", "'NON_ESEGUITO', 'ESEGUITO'";
            "tentativi", "stato", "'RPT_ATTIVATA', 'RPT_ACCETTATA_NODO', 'RPT_RIFIUTATA_NODO', 'RPT_ANNULLATA', 'RPT_SCADUTA', 'RT_ACCETTATA_PA', 'RT_RIFIUTATA_PA'";
            "tentativi", "esito", "'IN_CORSO', 'PAGAMENTO_ESEGUITO', 'PAGAMENTO_NON_ESEGUITO', 'PAGAMENTO_PARZIALMENTE_ESEGUITO', 'DECORRENZA_TERMINI', 'DECORRENZA_TERMINI_PARZIALE', 'RIFIUTATO'";
            "tentativi", "versione", "'SANP_230', 'SANP_240', 'SANP_321_V2', 'RPTV2_RTV1', 'RPTV1_RTV2', 'RPTSANP230_RTV2'";
            "tentativi", "modello", "'ENTE', 'PSP'";
            "riscossioni", "stato", "'PAGATO', 'PAGATO_SENZA_RPT', 'INCASSATO'";
            "riscossioni", "tipo", "'ENTRATA', 'MBT', 'ALTRO_INTERMEDIARIO', 'ENTRATA_PA_NON_INTERMEDIATA'";
            "notifiche", "stato", "'DA_SPEDIRE', 'SPEDITO', 'ANNULLATA'";
            "notifiche", "tipo", "'ATTIVAZIONE', 'RICEVUTA', 'ANNULLAMENTO', 'FALLIMENTO'"
        }
    };
}

macro_rules! testo_ignoti {
    ($t0:literal, $c0:literal, $v0:literal $(; $t:literal, $c:literal, $v:literal)*) => {
        concat!(ignoti!($t0, $c0, $v0) $(, " union all ", ignoti!($t, $c, $v))*, " order by 1, 2")
    };
}

const PENDENZE: Option<&str> = Some("select count(*) from pendenze");

pub(super) static TUTTI: &[Controllo] = &[
    Controllo {
        codice: "orfani",
        promessa: "nessuna riga e' legata a una riga che non c'e'",
        esaminati: Some(
            "select (select count(*) from voci) + (select count(*) from allegati) + \
             (select count(*) from tentativi) + (select count(*) from messaggi) + \
             (select count(*) from riscossioni) + (select count(*) from notifiche) + \
             (select count(*) from eventi_messaggi)",
        ),
        violazioni: Testo::Uno(concat!(
            orfani!("voci", "f.id", "pendenza", "pendenze", "id"),
            " union all ",
            orfani!("allegati", "f.id", "pendenza", "pendenze", "id"),
            " union all ",
            orfani!("tentativi", "f.id", "pendenza", "pendenze", "id"),
            " union all ",
            orfani!("messaggi", "f.tipo", "tentativo", "tentativi", "id"),
            " union all ",
            orfani!("riscossioni", "f.id", "pendenza", "pendenze", "id"),
            " union all ",
            orfani!("riscossioni", "f.id", "voce", "voci", "id"),
            " union all ",
            orfani!("riscossioni", "f.id", "tentativo", "tentativi", "id"),
            " union all ",
            orfani!("notifiche", "f.id", "tentativo", "tentativi", "id"),
            " union all ",
            orfani!("notifiche_corpi", "f.versione", "notifica", "notifiche", "id"),
            " union all ",
            orfani!("eventi_messaggi", "f.evento", "evento", "eventi", "id"),
            " union all select ",
            chiave_pendenza!(),
            ", 'nessuna voce' from pendenze p \
             where not exists (select 1 from voci v where v.pendenza = p.id) union all select ",
            chiave_pendenza!(),
            ", 'documento ' || p.documento || ' non in archivio' from pendenze p \
             where p.documento is not null and not exists (select 1 from documenti d \
             where d.id_a2a = p.id_a2a and d.id_dominio = p.id_dominio \
             and d.identificativo = p.documento) order by 1, 2"
        )),
        limiti: &[],
    },
    Controllo {
        codice: "anagrafica",
        promessa: "dominio, unita', tipo e applicazione di una pendenza esistono",
        esaminati: PENDENZE,
        violazioni: Testo::Uno(concat!(
            "select ",
            chiave_pendenza!(),
            ", case when d.id is null then 'dominio ' || p.id_dominio \
             when t.id is null then 'tipo ' || p.id_tipo_pendenza \
             when a.id is null then 'applicazione ' || p.id_a2a \
             else 'unita'' ' || p.id_unita end || ' non in anagrafica' \
             from pendenze p left join domini d on d.id = p.id_dominio \
             left join tipi_pendenza t on t.id = p.id_tipo_pendenza \
             left join applicazioni a on a.id = p.id_a2a \
             left join unita_operative u on u.id_dominio = p.id_dominio and u.id = p.id_unita \
             where d.id is null or t.id is null or a.id is null \
             or (p.id_unita is not null and u.id is null) union all select ",
            chiave_pendenza!(),
            " || '/' || v.id_voce, 'dominio ' || v.id_dominio || ' non in anagrafica' \
             from voci v join pendenze p on p.id = v.pendenza left join domini d on d.id = v.id_dominio \
             where v.id_dominio is not null and d.id is null order by 1, 2"
        )),
        limiti: &[],
    },
    Controllo {
        codice: "scadenze-attese",
        promessa: "la scadenza che si attende e' quella di una pendenza non eseguita",
        esaminati: Some("select count(*) from pendenze where scadenza_attesa is not null"),
        violazioni: Testo::Uno(concat!(
            "select ",
            chiave_pendenza!(),
            ", p.stato || ', scadenza ' || coalesce(p.data_scadenza, 'assente') || ', attesa ' \
             || p.scadenza_attesa from pendenze p where p.scadenza_attesa is not null \
             and (p.stato <> 'NON_ESEGUITO' or p.data_scadenza is null \
             or p.data_scadenza <> p.scadenza_attesa) order by 1, 2"
        )),
        limiti: &[],
    },
    Controllo {
        codice: "valori-noti",
        promessa: "ogni stato, esito e tipo e' uno di quelli che il programma conosce",
        esaminati: Some(
            "select (select count(*) from pendenze) + (select count(*) from voci) + \
             (select count(*) from tentativi) + (select count(*) from riscossioni) + \
             (select count(*) from notifiche)",
        ),
        violazioni: Testo::Uno(con_valori!(testo_ignoti)),
        limiti: &[],
    },
    Controllo {
        codice: "contatori-id",
        promessa: "il prossimo identificativo interno e' oltre tutti quelli usati",
        esaminati: Some("select count(*) from contatori where nome in ('id', 'eventi')"),
        violazioni: Testo::Uno(
            "select m.nome, 'prossimo ' || coalesce(c.prossimo, 1) || ', usato ' || m.massimo from \
             (select 'id' as nome, max(x) as massimo from (select max(id) as x from pendenze \
             union all select max(id) from voci union all select max(id) from allegati \
             union all select max(id) from tentativi union all select max(id) from riscossioni \
             union all select max(id) from notifiche union all select max(id) from utenze \
             union all select max(id) from tracciati) i \
             union all select 'eventi', max(id) from eventi) m \
             left join contatori c on c.nome = m.nome \
             where m.massimo >= coalesce(c.prossimo, 1) order by 1, 2",
        ),
        limiti: &[],
    },
    Controllo {
        codice: "uso",
        promessa: "la base dati e' di una sandbox o non lo e', e lo dice",
        esaminati: None,
        violazioni: Testo::Uno(
            "select 'sandbox', 'valore ' || valore from impostazioni \
             where chiave = 'sandbox' and valore not in ('si', 'no') union all \
             select 'sandbox', 'assente, con pendenze' from contatori where nome = 'id' \
             and exists (select 1 from pendenze) \
             and not exists (select 1 from impostazioni where chiave = 'sandbox') order by 1, 2",
        ),
        limiti: &[],
    },
    Controllo {
        codice: "integrita",
        promessa: "indici e vincoli della base dati sono validi",
        esaminati: None,
        violazioni: Testo::Due {
            sqlite: "select 'base dati' as chiave, integrity_check as trovato from pragma_integrity_check \
                     where integrity_check <> 'ok' order by 1, 2",
            postgres: "select cast(c.relname as text), 'indice non valido' from pg_index i \
                       join pg_class c on c.oid = i.indexrelid join pg_namespace n on n.oid = c.relnamespace \
                       where n.nspname = current_schema() and not (i.indisvalid and i.indisready) union all \
                       select cast(k.conname as text), 'vincolo mai controllato' from pg_constraint k \
                       join pg_namespace n on n.oid = k.connamespace \
                       where n.nspname = current_schema() and not k.convalidated order by 1, 2",
        },
        limiti: &[],
    },
];

#[cfg(test)]
mod tests {
    use domain::notifica::{StatoNotifica, TipoNotifica};
    use domain::pendenza::{StatoPagamento, StatoPendenza, StatoVoce, TipoPosizione};
    use domain::tentativo::{
        EsitoPagamento, ModelloPagamento, StatoRiscossione, StatoTentativo, TipoRiscossione,
        VersioneTentativo,
    };

    macro_rules! coppie {
        ($($t:literal, $c:literal, $v:literal);*) => { [$((concat!($t, ".", $c), $v)),*] };
    }
    macro_rules! del_dominio {
        ($($nome:literal => $tipo:ident),* $(,)?) => {
            [$(($nome, $tipo::TUTTI.iter().map(|v| format!("'{}'", v.as_str())).collect::<Vec<_>>().join(", "))),*]
        };
    }

    /// The values written in the SQL are those of the domain.
    #[test]
    fn i_valori_del_sql_sono_quelli_del_dominio() {
        let nel_sql = con_valori!(coppie).map(|(n, v)| (n, v.to_owned()));
        let nel_dominio = del_dominio! {
            "pendenze.stato" => StatoPendenza,
            "pendenze.stato_pagamento" => StatoPagamento,
            "pendenze.tipo" => TipoPosizione,
            "voci.stato" => StatoVoce,
            "tentativi.stato" => StatoTentativo,
            "tentativi.esito" => EsitoPagamento,
            "tentativi.versione" => VersioneTentativo,
            "tentativi.modello" => ModelloPagamento,
            "riscossioni.stato" => StatoRiscossione,
            "riscossioni.tipo" => TipoRiscossione,
            "notifiche.stato" => StatoNotifica,
            "notifiche.tipo" => TipoNotifica,
        };
        assert_eq!(nel_sql, nel_dominio);
    }
}
