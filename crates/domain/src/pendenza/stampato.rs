//! What a printed notice says of a pendenza (spec 20 7.5, section 8).

use super::stati::codificato;
use super::{Pendenza, StatoPendenza};
use crate::tempo::trascorsa;
use crate::{IdDominio, Importo, NumeroAvviso};
use jiff::civil::Date;

codificato!(
    /// State of a notice for API Pendenze v2 and Pagamento.
    StatoAvviso {
        /// Paid, whole or in part.
        Duplicata = "DUPLICATA",
        /// Payable.
        NonEseguita = "NON_ESEGUITA",
        /// Withdrawn.
        Annullata = "ANNULLATA",
        /// Not ours.
        Sconosciuta = "SCONOSCIUTA",
        /// Past its last day.
        Scaduta = "SCADUTA",
    }
);

impl Pendenza {
    /// State of its notice.
    #[must_use]
    pub fn stato_avviso(&self, oggi: Date) -> StatoAvviso {
        match self.stato {
            StatoPendenza::Annullato => StatoAvviso::Annullata,
            StatoPendenza::Eseguito | StatoPendenza::ParzialmenteEseguito => StatoAvviso::Duplicata,
            StatoPendenza::NonEseguito if trascorsa(self.data_scadenza, oggi) => StatoAvviso::Scaduta,
            StatoPendenza::NonEseguito => StatoAvviso::NonEseguita,
        }
    }
}

/// Text of the QR code.
#[must_use]
pub fn qrcode(avviso: &NumeroAvviso, dominio: &IdDominio, importo: Importo) -> String {
    format!("PAGOPA|002|{avviso}|{dominio}|{}", centesimi(importo))
}

/// Text of the bar code, for a body that has a GLN (13 digits).
#[must_use]
pub fn barcode(gln: &str, avviso: &NumeroAvviso, importo: Importo) -> String {
    format!("415{gln}8020{avviso}3902{}", centesimi(importo))
}

/// The amount without its point, on four digits at least.
fn centesimi(importo: Importo) -> String {
    format!("{:04}", importo.centesimi())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn i_codici_portano_i_centesimi_su_quattro_cifre() {
        let n = NumeroAvviso::fidato("301000000000000144");
        let d = IdDominio::fidato("12345678901");
        let i = Importo::da_centesimi;
        assert_eq!(qrcode(&n, &d, i(4501)), "PAGOPA|002|301000000000000144|12345678901|4501");
        assert_eq!(qrcode(&n, &d, i(50)), "PAGOPA|002|301000000000000144|12345678901|0050");
        assert_eq!(
            barcode("1234567890123", &n, i(123_456)),
            "415123456789012380203010000000000001443902123456"
        );
    }
}
