//! The elements of ASN.1, definite and indefinite lengths: Bouncy Castle writes PKCS#12 with the latter.

use crate::{Esito, PortachiaviError};
use std::borrow::Cow;

/// Deepest nesting of elements whose length is not said.
const PROFONDITA: u32 = 24;

pub(crate) const INTERO: u8 = 0x02;
pub(crate) const OTTETTI: u8 = 0x04;
pub(crate) const OID: u8 = 0x06;
pub(crate) const SEQUENZA: u8 = 0x30;
pub(crate) const INSIEME: u8 = 0x31;
/// `[0]`, constructed.
pub(crate) const ZERO: u8 = 0xA0;
/// `[0]`, primitive.
const ZERO_SEMPLICE: u8 = 0x80;
const COMPOSTO: u8 = 0x20;

const MALFORMATO: PortachiaviError = PortachiaviError::NonValido("codifica ASN.1");

/// An element: its tag, its content without the marker of its end.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Elemento<'a> {
    pub(crate) tag: u8,
    pub(crate) contenuto: &'a [u8],
}

/// Elements one after the other.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Elementi<'a>(pub(crate) &'a [u8]);

impl<'a> Elementi<'a> {
    pub(crate) const fn finiti(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn prossimo(&mut self) -> Esito<Elemento<'a>> {
        let (e, resto) = stacca(self.0, 0)?;
        self.0 = resto;
        Ok(e)
    }

    /// The next, which must have this tag.
    pub(crate) fn atteso(&mut self, tag: u8) -> Esito<&'a [u8]> {
        let e = self.prossimo()?;
        if e.tag == tag { Ok(e.contenuto) } else { Err(MALFORMATO) }
    }

    /// The elements of the next, which must have this tag.
    pub(crate) fn dentro(&mut self, tag: u8) -> Esito<Self> {
        self.atteso(tag).map(Elementi)
    }

    /// The next, if it has this tag.
    pub(crate) fn se(&mut self, tag: u8) -> Esito<Option<&'a [u8]>> {
        if self.0.first() == Some(&tag) { self.atteso(tag).map(Some) } else { Ok(None) }
    }

    /// The bytes of the next, an OCTET STRING in one piece or in many.
    pub(crate) fn ottetti(&mut self) -> Esito<Cow<'a, [u8]>> {
        let e = self.prossimo()?;
        match e.tag {
            OTTETTI | ZERO_SEMPLICE => Ok(Cow::Borrowed(e.contenuto)),
            t if t == OTTETTI | COMPOSTO || t == ZERO => {
                let mut uniti = Vec::new();
                unisci(e.contenuto, 0, &mut uniti)?;
                Ok(Cow::Owned(uniti))
            }
            _ => Err(MALFORMATO),
        }
    }

    /// A small integer that is not negative.
    pub(crate) fn numero(&mut self) -> Esito<u32> {
        let byte = self.atteso(INTERO)?;
        let [primo, ..] = byte else { return Err(MALFORMATO) };
        if primo & 0x80 != 0 {
            return Err(MALFORMATO);
        }
        byte.iter()
            .try_fold(0_u32, |n, b| n.checked_mul(256)?.checked_add(u32::from(*b)))
            .ok_or(PortachiaviError::NonPrevisto("numero troppo grande"))
    }
}

/// Puts together the pieces of an OCTET STRING.
fn unisci(contenuto: &[u8], profondita: u32, uniti: &mut Vec<u8>) -> Esito<()> {
    if profondita > PROFONDITA {
        return Err(MALFORMATO);
    }
    let mut pezzi = Elementi(contenuto);
    while !pezzi.finiti() {
        let e = pezzi.prossimo()?;
        match e.tag {
            OTTETTI => uniti.extend_from_slice(e.contenuto),
            t if t == OTTETTI | COMPOSTO => unisci(e.contenuto, profondita + 1, uniti)?,
            _ => return Err(MALFORMATO),
        }
    }
    Ok(())
}

/// The first element and what follows it.
fn stacca(byte: &[u8], profondita: u32) -> Esito<(Elemento<'_>, &[u8])> {
    if profondita > PROFONDITA {
        return Err(MALFORMATO);
    }
    let [tag, prima, resto @ ..] = byte else { return Err(MALFORMATO) };
    // Tags above 30 do not occur in what we read.
    if tag & 0x1F == 0x1F {
        return Err(MALFORMATO);
    }
    let tag = *tag;
    if *prima == 0x80 {
        if tag & COMPOSTO == 0 {
            return Err(MALFORMATO);
        }
        let mut oltre = resto;
        loop {
            if let [0, 0, dopo @ ..] = oltre {
                let lungo = resto.len() - oltre.len();
                return Ok((Elemento { tag, contenuto: resto.get(..lungo).ok_or(MALFORMATO)? }, dopo));
            }
            oltre = stacca(oltre, profondita + 1)?.1;
        }
    }
    let (lungo, resto) = match prima & 0x7F {
        n if prima & 0x80 == 0 => (usize::from(n), resto),
        n @ 1..=4 => {
            let (cifre, resto) = resto.split_at_checked(usize::from(n)).ok_or(MALFORMATO)?;
            (cifre.iter().fold(0_usize, |l, b| (l << 8) | usize::from(*b)), resto)
        }
        _ => return Err(MALFORMATO),
    };
    let (contenuto, resto) = resto.split_at_checked(lungo).ok_or(MALFORMATO)?;
    Ok((Elemento { tag, contenuto }, resto))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn le_lunghezze_dette_e_non_dette() {
        let mut e = Elementi(&[0x30, 0x03, 0x02, 0x01, 0x07, 0x30, 0x80, 0x02, 0x01, 0x08, 0, 0, 0x05, 0]);
        assert_eq!(e.dentro(SEQUENZA).unwrap().numero(), Ok(7));
        assert_eq!(e.dentro(SEQUENZA).unwrap().numero(), Ok(8));
        assert_eq!(e.prossimo().unwrap().tag, 5);
        assert!(e.finiti());
        let mut pezzi = Elementi(&[0x24, 0x80, 0x04, 0x01, b'a', 0x24, 0x03, 0x04, 0x01, b'b', 0, 0]);
        assert_eq!(pezzi.ottetti().unwrap().as_ref(), b"ab");
        for storto in [
            &[0x30_u8][..],
            &[0x30, 0x05, 0],
            &[0x30, 0x80, 0x02],
            &[0x04, 0x80, 0, 0],
            &[0x30, 0x85, 0, 0, 0, 0, 0],
            &[0x1F, 0],
            &[0x24, 0x80].repeat(40),
        ] {
            assert!(Elementi(storto).prossimo().is_err(), "{storto:?}");
        }
    }
}
