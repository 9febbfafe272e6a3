//! What an accepted receipt changes: riscossioni, voci, pendenza (spec 40 7.4, 7.5; spec 20 5.1).

use crate::pendenza::{Forma, Pendenza, StatoPagamento, StatoPendenza, StatoVoce};
use crate::tentativo::{EsitoPagamento, Riscossione, StatoRiscossione, TipoRiscossione};
use crate::{IdDominio, Importo, Istante, Iuv};
use std::borrow::Cow;

/// Irregularity of a line paid twice.
const DUPLICATO: &str = "Acquisito pagamento duplicato";
/// Irregularity of a line paid with another amount: wins over the other.
const IMPORTO_DIVERSO: &str = "L'importo pagato non corrisponde all'importo dovuto.";

/// An accepted receipt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pagamento {
    /// Attempt that holds it.
    pub tentativo: i64,
    /// Reference.
    pub iuv: Iuv,
    /// `receiptId`.
    pub iur: String,
    /// Outcome.
    pub esito: EsitoPagamento,
    /// When it was paid.
    pub data: Istante,
    /// Fee of the PSP.
    pub commissioni: Option<Importo>,
}

/// A line of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RigaPagata {
    /// `idTransfer`: the indice of the voce.
    pub indice: i64,
    /// Amount.
    pub importo: Importo,
    /// Who gets the money: the dominio of the transfer if it is known, else the one of the pendenza.
    pub dominio: IdDominio,
    /// Whether we intermediate that dominio.
    pub intermediato: bool,
    /// Kind (`BD`) and base64 of the attachment.
    pub allegato: Option<(String, String)>,
}

/// What happens to one riscossione.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RigaIncasso {
    /// Inserted.
    Nuova(Riscossione),
    /// There already, from a flow: linked to its receipt.
    Collegata(Riscossione),
}

/// The decision.
#[derive(Debug, Clone, PartialEq)]
pub struct Incasso {
    /// The pendenza afterwards, voci included.
    pub pendenza: Pendenza,
    /// The riscossioni, in the order of the receipt.
    pub righe: Vec<RigaIncasso>,
}

/// A riscossione of this receipt belongs to another attempt: the receipt is stored already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GiaPresente {
    /// That attempt.
    pub tentativo: i64,
}

/// Decides what an accepted receipt changes. `esistenti` are the riscossioni of the pendenza with the
/// same iur; new ones take their ids from `primo_id` on, one per line.
///
/// Money has moved: a receipt counts on an annulled or paid pendenza too, and a second payment is
/// recorded as such. A receipt that only completes riscossioni which a flow had created is not a
/// second payment. Lines that claim one indice together are paired with the voci by their position:
/// the schema lets them, and each of them is money.
///
/// # Errors
/// [`GiaPresente`].
pub fn incassa(
    letta: &Pendenza,
    pagamento: &Pagamento,
    righe: &[RigaPagata],
    esistenti: &[Riscossione],
    primo_id: i64,
    adesso: Istante,
) -> Result<Incasso, GiaPresente> {
    let Some(stato) = raggiunto(pagamento.esito) else {
        return Ok(Incasso { pendenza: letta.clone(), righe: Vec::new() });
    };
    let mut conto = Conto {
        letta,
        pagamento,
        pendenza: letta.clone(),
        irregolarita: None,
        pagato: Importo::ZERO,
        nuove: false,
        righe: Vec::new(),
    };
    let righe = numerate(righe);
    for (id, riga) in (primo_id..).zip(righe.iter().filter(|r| r.importo != Importo::ZERO)) {
        let esistente = esistenti.iter().find(|e| e.indice == riga.indice && e.dominio == riga.dominio);
        match esistente {
            None => conto.nuova(id, riga),
            Some(e) => conto.collega(e, riga)?,
        }
    }
    Ok(conto.chiudi(stato, adesso))
}

/// The lines, each with an indice of its own.
fn numerate(righe: &[RigaPagata]) -> Cow<'_, [RigaPagata]> {
    let ripetuto = |(i, r): (usize, &RigaPagata)| righe.iter().skip(i + 1).any(|a| a.indice == r.indice);
    if !righe.iter().enumerate().any(ripetuto) {
        return Cow::Borrowed(righe);
    }
    (1..).zip(righe).map(|(indice, r)| RigaPagata { indice, ..r.clone() }).collect()
}

/// The state that an outcome leads to; `None` changes nothing.
fn raggiunto(esito: EsitoPagamento) -> Option<StatoPendenza> {
    match esito {
        EsitoPagamento::Eseguito => Some(StatoPendenza::Eseguito),
        EsitoPagamento::ParzialmenteEseguito | EsitoPagamento::DecorrenzaTerminiParziale => {
            Some(StatoPendenza::ParzialmenteEseguito)
        }
        EsitoPagamento::InCorso
        | EsitoPagamento::NonEseguito
        | EsitoPagamento::DecorrenzaTermini
        | EsitoPagamento::Rifiutato => None,
    }
}

/// Whether a further payment is a second one.
fn gia_pagata(stato: StatoPendenza) -> bool {
    match stato {
        StatoPendenza::NonEseguito | StatoPendenza::Annullato => false,
        StatoPendenza::Eseguito | StatoPendenza::ParzialmenteEseguito => true,
    }
}

struct Conto<'a> {
    letta: &'a Pendenza,
    pagamento: &'a Pagamento,
    pendenza: Pendenza,
    irregolarita: Option<&'static str>,
    pagato: Importo,
    nuove: bool,
    righe: Vec<RigaIncasso>,
}

impl Conto<'_> {
    fn nuova(&mut self, id: i64, riga: &RigaPagata) {
        let voce = self.pendenza.voci.iter_mut().find(|v| v.indice == riga.indice);
        let regolare = match &voce {
            Some(v) if v.importo != riga.importo => Err(IMPORTO_DIVERSO),
            Some(v) => match v.stato {
                StatoVoce::NonEseguito => Ok(()),
                StatoVoce::Eseguito => Err(DUPLICATO),
            },
            None => Err(IMPORTO_DIVERSO),
        };
        let bollo = voce.as_ref().is_some_and(|v| matches!(v.forma, Forma::Bollo { .. }));
        let id_voce = voce.as_ref().map(|v| v.id);
        match (regolare, voce) {
            (Ok(()), Some(v)) => v.stato = StatoVoce::Eseguito,
            (Ok(()), None) => {}
            (Err(testo), _) => {
                if self.irregolarita != Some(IMPORTO_DIVERSO) {
                    self.irregolarita = Some(testo);
                }
            }
        }
        let p = self.pagamento;
        self.nuove = true;
        self.pagato = self.pagato.piu(riga.importo);
        self.righe.push(RigaIncasso::Nuova(Riscossione {
            id,
            pendenza: self.letta.id,
            voce: id_voce,
            tentativo: Some(p.tentativo),
            dominio: riga.dominio.clone(),
            iuv: p.iuv.clone(),
            iur: p.iur.clone(),
            indice: riga.indice,
            importo: riga.importo,
            data: p.data,
            commissioni: p.commissioni,
            stato: StatoRiscossione::Pagato,
            tipo: match (bollo, riga.intermediato) {
                (true, _) => TipoRiscossione::Mbt,
                (false, true) => TipoRiscossione::Entrata,
                (false, false) => TipoRiscossione::EntrataPaNonIntermediata,
            },
            allegato: riga.allegato.clone(),
        }));
    }

    fn collega(&mut self, esistente: &Riscossione, riga: &RigaPagata) -> Result<(), GiaPresente> {
        match esistente.tentativo {
            Some(altro) if altro != self.pagamento.tentativo => return Err(GiaPresente { tentativo: altro }),
            Some(_) | None => {}
        }
        let mut r = Riscossione {
            tentativo: Some(self.pagamento.tentativo),
            data: self.pagamento.data,
            ..esistente.clone()
        };
        match esistente.stato {
            StatoRiscossione::Incassato => r.data = esistente.data,
            StatoRiscossione::PagatoSenzaRpt | StatoRiscossione::Pagato => {
                r.stato = StatoRiscossione::Pagato;
                r.importo = riga.importo;
                self.pagato = self.pagato.piu(riga.importo);
            }
        }
        self.righe.push(RigaIncasso::Collegata(r));
        Ok(())
    }

    /// Whether a voce is left that nobody has paid: added by a PUT after the activation, or unknown to
    /// whoever paid without asking. The paid amount is then not the due one (spec 40 7.2).
    fn manca_qualcosa(&self) -> bool {
        self.pendenza.voci.iter().any(|v| v.stato == StatoVoce::NonEseguito && v.importo != Importo::ZERO)
    }

    fn chiudi(mut self, stato: StatoPendenza, adesso: Istante) -> Incasso {
        if stato == StatoPendenza::Eseguito && self.manca_qualcosa() {
            self.irregolarita = Some(IMPORTO_DIVERSO);
        }
        let mut p = self.pendenza;
        let seconda = gia_pagata(self.letta.stato) && self.nuove;
        p.anomalo |= seconda || self.irregolarita.is_some();
        if let Some(testo) = self.irregolarita {
            p.descrizione_stato = Some(testo.to_owned());
        } else if !seconda {
            // Why it was annulled is no longer its state.
            p.descrizione_stato = None;
        }
        p.stato = stato;
        p.stato_pagamento = StatoPagamento::Pagato;
        p.data_pagamento = Some(self.pagamento.data);
        p.importo_pagato = self.pagato;
        p.importo_incassato = Importo::ZERO;
        p.iuv_pagamento = Some(self.pagamento.iuv.clone());
        p.data_ultimo_aggiornamento = adesso;
        Incasso { pendenza: p, righe: self.righe }
    }
}
