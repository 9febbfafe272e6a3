//! Statements on the aggregate. Every change of a stored pendenza checks and bumps its `versione`.

use super::dati::{DatiPendenza, DatiVoce};
use crate::{Scrittura, valori};
use domain::pendenza::{NuovoAllegato, Pendenza, StatoPendenza, Voce};
use jiff::civil::Date;

/// Writes a new pendenza: the commit fails with [`crate::StoreError::Duplicato`] of [`super::CHIAVE`]
/// or [`super::IUV`] when somebody has the key or the reference. Ids (pendenza, voci, allegati) come
/// from [`crate::Store::nuovi_id`].
pub fn inserisci(s: &mut Scrittura, p: &Pendenza, allegati: &[(i64, NuovoAllegato)]) {
    let a = &p.accessori;
    s.esattamente(
        1,
        "insert into pendenze (id, versione, id_a2a, id_pendenza, uuid, id_dominio, id_unita, \
         id_tipo_pendenza, tipo, nome, causale, id_debitore, importo, numero_avviso, iuv, \
         data_validita, data_scadenza, data_notifica_avviso, data_promemoria_scadenza, \
         avvisatura_inibita, direzione, divisione, documento, dati, stato, anomalo, stato_pagamento, \
         descrizione_stato, verificato, importo_pagato, importo_incassato, data_pagamento, \
         iuv_pagamento, data_caricamento, data_ultimo_aggiornamento, data_ultima_modifica_aca, \
         data_ultima_comunicazione_aca, scadenza_attesa) \
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, \
         $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35, $36, $37, $38)",
        valori![
            p.id,
            p.versione,
            p.chiave.id_a2a.as_str(),
            p.chiave.id_pendenza.as_str(),
            &p.uuid,
            p.dominio.as_str(),
            p.unita.as_ref().map(|u| u.as_str()),
            p.tipo_pendenza.as_str(),
            p.tipo.as_str(),
            p.nome.as_deref(),
            &p.causale,
            p.debitore.identificativo.to_uppercase(),
            p.importo,
            p.numero_avviso.as_str(),
            p.iuv.as_str(),
            p.data_validita,
            p.data_scadenza,
            p.data_notifica_avviso,
            p.data_promemoria_scadenza,
            p.avvisatura_inibita,
            a.direzione.as_deref(),
            a.divisione.as_deref(),
            a.documento.as_ref().map(|d| d.identificativo.as_str()),
            DatiPendenza::testo(&p.debitore, a),
            p.stato.as_str(),
            p.anomalo,
            p.stato_pagamento.as_str(),
            p.descrizione_stato.as_deref(),
            p.verificato,
            p.importo_pagato,
            p.importo_incassato,
            p.data_pagamento,
            p.iuv_pagamento.as_ref().map(|i| i.as_str()),
            p.data_caricamento,
            p.data_ultimo_aggiornamento,
            p.data_ultima_modifica_aca,
            p.data_ultima_comunicazione_aca,
            scadenza_attesa(p),
        ],
    );
    for v in &p.voci {
        inserisci_voce(s, p.id, v);
    }
    inserisci_allegati(s, p.id, allegati);
    documento(s, p);
}

/// The last day, while it is awaited: lists of what has expired look for those that the job
/// `scadenzePassate` has seen past apart from these.
fn scadenza_attesa(p: &Pendenza) -> Option<Date> {
    p.data_scadenza.filter(|_| p.stato == StatoPendenza::NonEseguito)
}

fn inserisci_voce(s: &mut Scrittura, pendenza: i64, v: &Voce) {
    s.esattamente(
        1,
        "insert into voci (id, pendenza, indice, id_voce, importo, descrizione, id_dominio, dati, stato) \
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        valori![
            v.id,
            pendenza,
            v.indice,
            &v.id_voce,
            v.importo,
            &v.descrizione,
            v.dominio.as_ref().map(|d| d.as_str()),
            DatiVoce::testo(v),
            v.stato.as_str(),
        ],
    );
}

fn inserisci_allegati(s: &mut Scrittura, pendenza: i64, allegati: &[(i64, NuovoAllegato)]) {
    for (id, a) in allegati {
        s.esattamente(
            1,
            "insert into allegati (id, pendenza, nome, tipo, descrizione, contenuto) \
             values ($1, $2, $3, $4, $5, $6)",
            valori![*id, pendenza, &a.nome, a.tipo.as_deref(), a.descrizione.as_deref(), &a.contenuto],
        );
    }
}

/// The document of the pendenza: created by the first of its pendenze, described by the last.
fn documento(s: &mut Scrittura, p: &Pendenza) {
    let Some(d) = &p.accessori.documento else { return };
    s.esegui(
        "insert into documenti (id_a2a, id_dominio, identificativo, descrizione) values ($1, $2, $3, $4) \
         on conflict (id_a2a, id_dominio, identificativo) do update set descrizione = excluded.descrizione",
        valori![p.chiave.id_a2a.as_str(), p.dominio.as_str(), &d.identificativo, &d.descrizione],
    );
}

/// Writes the update of a pendenza by PUT: everything but its identity, its payment and its
/// publication. Voci that were not there (another `id` than every one of `letta`) are added, none is
/// taken away; the attachments are replaced by `allegati`. The commit fails with
/// [`crate::StoreError::Conflitto`] if anything of the aggregate changed since `letta` was read.
pub fn sostituisci(s: &mut Scrittura, letta: &Pendenza, nuova: &Pendenza, allegati: &[(i64, NuovoAllegato)]) {
    let (p, a) = (nuova, &nuova.accessori);
    s.esattamente(
        1,
        "update pendenze set versione = versione + 1, id_tipo_pendenza = $1, nome = $2, causale = $3, \
         id_debitore = $4, importo = $5, data_validita = $6, data_scadenza = $7, \
         avvisatura_inibita = $8, direzione = $9, divisione = $10, documento = $11, dati = $12, \
         stato = $13, descrizione_stato = $14, data_ultimo_aggiornamento = $15, \
         data_ultima_modifica_aca = $16, scadenza_attesa = $17 where id = $18 and versione = $19",
        valori![
            p.tipo_pendenza.as_str(),
            p.nome.as_deref(),
            &p.causale,
            p.debitore.identificativo.to_uppercase(),
            p.importo,
            p.data_validita,
            p.data_scadenza,
            p.avvisatura_inibita,
            a.direzione.as_deref(),
            a.divisione.as_deref(),
            a.documento.as_ref().map(|d| d.identificativo.as_str()),
            DatiPendenza::testo(&p.debitore, a),
            p.stato.as_str(),
            p.descrizione_stato.as_deref(),
            p.data_ultimo_aggiornamento,
            p.data_ultima_modifica_aca,
            scadenza_attesa(p),
            letta.id,
            letta.versione,
        ],
    );
    for v in &p.voci {
        match letta.voci.iter().find(|l| l.id == v.id) {
            None => inserisci_voce(s, letta.id, v),
            Some(l) if l == v => {}
            Some(_) => s.esattamente(
                1,
                "update voci set importo = $1, descrizione = $2, id_dominio = $3, dati = $4 where id = $5",
                valori![
                    v.importo,
                    &v.descrizione,
                    v.dominio.as_ref().map(|d| d.as_str()),
                    DatiVoce::testo(v),
                    v.id
                ],
            ),
        }
    }
    s.esegui("delete from allegati where pendenza = $1", valori![letta.id]);
    inserisci_allegati(s, letta.id, allegati);
    documento(s, p);
}

/// Writes state, payment, publication and acknowledgement of a pendenza, and the state of the voci
/// that changed. The commit fails with [`crate::StoreError::Conflitto`] if anything of the aggregate
/// (amount, voci, attempts, state) changed since `letta` was read. With `nuova` equal to `letta` it
/// only bumps the `versione`.
pub fn cambia_stato(s: &mut Scrittura, letta: &Pendenza, nuova: &Pendenza) {
    let p = nuova;
    s.esattamente(
        1,
        "update pendenze set versione = versione + 1, stato = $1, anomalo = $2, stato_pagamento = $3, \
         descrizione_stato = $4, verificato = $5, importo_pagato = $6, importo_incassato = $7, \
         data_pagamento = $8, iuv_pagamento = $9, data_ultimo_aggiornamento = $10, \
         data_ultima_modifica_aca = $11, data_ultima_comunicazione_aca = $12, \
         scadenza_attesa = case when $13 <> 'NON_ESEGUITO' then null \
         when stato = 'NON_ESEGUITO' then scadenza_attesa else data_scadenza end \
         where id = $14 and versione = $15",
        valori![
            p.stato.as_str(),
            p.anomalo,
            p.stato_pagamento.as_str(),
            p.descrizione_stato.as_deref(),
            p.verificato,
            p.importo_pagato,
            p.importo_incassato,
            p.data_pagamento,
            p.iuv_pagamento.as_ref().map(|i| i.as_str()),
            p.data_ultimo_aggiornamento,
            p.data_ultima_modifica_aca,
            p.data_ultima_comunicazione_aca,
            p.stato.as_str(),
            letta.id,
            letta.versione,
        ],
    );
    for v in &p.voci {
        if letta.voci.iter().any(|l| l.id == v.id && l.stato != v.stato) {
            s.esattamente(1, "update voci set stato = $1 where id = $2", valori![v.stato.as_str(), v.id]);
        }
    }
}
