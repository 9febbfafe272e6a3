//! Receipts: do they answer what was asked (spec 40 7.2), and what they change (spec 40 7.4, 7.5).

mod confronto;
mod incasso;

pub use confronto::{Dichiarata, Esame, Richiesta, Riga, esamina};
pub use incasso::{GiaPresente, Incasso, Pagamento, RigaIncasso, RigaPagata, incassa};

#[cfg(test)]
mod tests;
