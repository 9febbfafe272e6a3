//! A zip archive written as it goes (APPNOTE 6.3): entries are stored as they are, their size known before
//! they are written; with the records of 64 bits where many or large ones need them.

use flate2::Crc;

/// What the directory at the end says of an entry.
struct Voce {
    nome: String,
    crc: u32,
    byte: u64,
    posizione: u64,
}

/// The archive, as far as it was written.
#[derive(Default)]
pub(super) struct Zip {
    voci: Vec<Voce>,
    scritti: u64,
}

/// 1 January 1980: the same archive has the same bytes.
const DATA: u16 = 0x21;
const UTF8: u16 = 1 << 11;

fn corto(n: u64) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

fn due(b: &mut Vec<u8>, n: u16) {
    b.extend_from_slice(&n.to_le_bytes());
}

fn quattro(b: &mut Vec<u8>, n: u32) {
    b.extend_from_slice(&n.to_le_bytes());
}

fn otto(b: &mut Vec<u8>, n: u64) {
    b.extend_from_slice(&n.to_le_bytes());
}

impl Zip {
    /// The bytes of an entry. Names are short and entries below 4 GiB.
    pub(super) fn voce(&mut self, nome: &str, contenuto: &[u8]) -> Vec<u8> {
        let mut crc = Crc::new();
        crc.update(contenuto);
        let voce = Voce {
            nome: nome.to_owned(),
            crc: crc.sum(),
            byte: contenuto.len() as u64,
            posizione: self.scritti,
        };
        let mut b = Vec::with_capacity(contenuto.len() + nome.len() + 30);
        quattro(&mut b, 0x0403_4b50);
        due(&mut b, 10);
        comune(&mut b, &voce);
        due(&mut b, 0);
        b.extend_from_slice(nome.as_bytes());
        b.extend_from_slice(contenuto);
        self.scritti += b.len() as u64;
        self.voci.push(voce);
        b
    }

    /// Whether there is any entry.
    pub(super) fn vuoto(&self) -> bool {
        self.voci.is_empty()
    }

    /// The directory: the last bytes.
    pub(super) fn chiudi(self) -> Vec<u8> {
        let mut b = Vec::new();
        for v in &self.voci {
            let lontana = v.posizione >= u64::from(u32::MAX);
            let serve = if lontana { 45 } else { 10 };
            quattro(&mut b, 0x0201_4b50);
            due(&mut b, 0x0300 | serve);
            due(&mut b, serve);
            comune(&mut b, v);
            due(&mut b, if lontana { 12 } else { 0 });
            // Comment, disk, internal attributes.
            due(&mut b, 0);
            due(&mut b, 0);
            due(&mut b, 0);
            quattro(&mut b, 0o100_644 << 16);
            quattro(&mut b, corto(v.posizione));
            b.extend_from_slice(v.nome.as_bytes());
            if lontana {
                due(&mut b, 1);
                due(&mut b, 8);
                otto(&mut b, v.posizione);
            }
        }
        let (inizio, lunga) = (self.scritti, b.len() as u64);
        let quante = self.voci.len() as u64;
        let fine = u64::from(u32::MAX);
        if quante >= 0xffff || inizio >= fine || lunga >= fine {
            let qui = inizio + lunga;
            quattro(&mut b, 0x0606_4b50);
            otto(&mut b, 44);
            due(&mut b, 0x0300 | 45);
            due(&mut b, 45);
            quattro(&mut b, 0);
            quattro(&mut b, 0);
            otto(&mut b, quante);
            otto(&mut b, quante);
            otto(&mut b, lunga);
            otto(&mut b, inizio);
            quattro(&mut b, 0x0706_4b50);
            quattro(&mut b, 0);
            otto(&mut b, qui);
            quattro(&mut b, 1);
        }
        let quante = u16::try_from(quante).unwrap_or(u16::MAX);
        quattro(&mut b, 0x0605_4b50);
        due(&mut b, 0);
        due(&mut b, 0);
        due(&mut b, quante);
        due(&mut b, quante);
        quattro(&mut b, corto(lunga));
        quattro(&mut b, corto(inizio));
        due(&mut b, 0);
        b
    }
}

/// What an entry says of itself in both places: flags, method, time, sizes, length of the name.
fn comune(b: &mut Vec<u8>, v: &Voce) {
    due(b, UTF8);
    due(b, 0);
    due(b, 0);
    due(b, DATA);
    quattro(b, v.crc);
    quattro(b, corto(v.byte));
    quattro(b, corto(v.byte));
    due(b, u16::try_from(v.nome.len()).unwrap_or(u16::MAX));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn un_archivio_ha_le_sue_voci_e_la_sua_fine() {
        let mut z = Zip::default();
        assert!(z.vuoto());
        let mut tutto = z.voce("a.txt", b"ciao");
        let seconda = tutto.len();
        tutto.extend(z.voce("b.txt", b""));
        let directory = tutto.len();
        tutto.extend(z.chiudi());
        assert!(tutto.starts_with(b"PK\x03\x04"));
        assert!(tutto[seconda..].starts_with(b"PK\x03\x04"));
        assert!(tutto[directory..].starts_with(b"PK\x01\x02"));
        let fine = &tutto[tutto.len() - 22..];
        assert!(fine.starts_with(b"PK\x05\x06"));
        assert_eq!(u16::from_le_bytes([fine[10], fine[11]]), 2);
        let inizio = u32::from_le_bytes([fine[16], fine[17], fine[18], fine[19]]);
        assert_eq!(inizio as usize, directory);
        // CRC of "ciao", as other implementations have it.
        assert_eq!(u32::from_le_bytes([tutto[14], tutto[15], tutto[16], tutto[17]]), 0xee3a_5171);
    }

    #[test]
    fn molte_voci_vogliono_i_record_lunghi() {
        let mut z = Zip::default();
        for i in 0..70_000 {
            let _ = z.voce(&format!("{i}"), b"");
        }
        let fine = z.chiudi();
        let coda = &fine[fine.len() - 22 - 20 - 56..];
        assert!(coda.starts_with(b"PK\x06\x06") && coda[56..].starts_with(b"PK\x06\x07"));
        assert_eq!(coda[24..32], 70_000_u64.to_le_bytes());
    }
}
