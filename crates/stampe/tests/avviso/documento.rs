//! The pages of a document (spec 60 6.6 and Done when 21).

use super::{STAMPATORE, avviso, esegui};
use domain::pendenza::OpzioneDocumento;
use domain::stampa::{AvvisoStampato, DatiBollettino, DocumentoStampato, datamatrix};
use domain::{Importo, NumeroAvviso};
use lopdf::Document;
use std::process::Command;

fn numero(n: i64) -> NumeroAvviso {
    NumeroAvviso::leggi(&format!("3010000000000{n:05}")).unwrap()
}

/// The n-th notice of a document, with its own number, amount and codes.
pub(crate) fn rata(n: i64, opzione: OpzioneDocumento, postale: bool) -> AvvisoStampato {
    let mut a = avviso();
    a.numero_avviso = numero(n);
    a.importo = Importo::da_centesimi(1000 + n);
    a.qrcode = format!("PAGOPA|002|{}|01234567890|{}", a.numero_avviso, 1000 + n);
    a.opzione = Some(opzione);
    if let Some(b) = &mut a.bollettino {
        let dati = DatiBollettino {
            avviso: &a.numero_avviso,
            conto: &b.conto,
            importo: a.importo,
            dominio: &a.ente.codice,
            codice_debitore: &a.debitore.codice,
            nome_debitore: &a.debitore.nome,
            oggetto: &a.oggetto,
        };
        b.datamatrix = datamatrix(&dati).unwrap();
    }
    if !postale {
        a.bollettino = None;
    }
    a
}

pub(crate) fn documento(uniche: i64, rate: i64, postale: bool) -> DocumentoStampato {
    let mut avvisi = Vec::new();
    for n in 0..uniche {
        avvisi.push(rata(n + 1, OpzioneDocumento::Unica, postale));
    }
    for n in 1..=rate {
        avvisi.push(rata(100 + n, OpzioneDocumento::Rata(n), postale));
    }
    DocumentoStampato { identificativo: "DOC1".into(), avvisi }
}

pub(crate) fn a_gruppi(a: &AvvisoStampato) -> String {
    let cifre = a.numero_avviso.as_str().as_bytes();
    cifre.chunks(4).map(|c| std::str::from_utf8(c).unwrap()).collect::<Vec<_>>().join(" ")
}

#[test]
fn ogni_documento_ha_le_sue_pagine() {
    let dir = tempfile::tempdir().unwrap();
    for postale in [false, true] {
        for (uniche, rate) in [
            (0, 1),
            (0, 2),
            (0, 3),
            (1, 2),
            (1, 3),
            (0, 4),
            (2, 5),
            (0, 8),
            (1, 12),
            (0, 13),
            (1, 40),
            (3, 0),
        ] {
            let d = documento(uniche, rate, postale);
            let pdf = dir.path().join("documento.pdf");
            std::fs::write(&pdf, STAMPATORE.documento(&d).unwrap()).unwrap();
            let quante = Document::load(&pdf).unwrap().get_pages().len();
            assert_eq!(quante, d.pagine().len(), "{postale} {uniche} {rate}");
            let mut c = Command::new("pdftotext");
            c.args(["-layout"]).arg(&pdf).arg("-");
            let testo = esegui(c).split_whitespace().collect::<Vec<_>>().join(" ");
            for a in &d.avvisi {
                // Beside its QR code, and on its slip.
                let volte = testo.matches(&a_gruppi(a)).count();
                assert!((1..=2).contains(&volte), "{postale} {uniche} {rate} {}: {volte}", a.numero_avviso);
            }
            let mut c = Command::new("qpdf");
            c.arg("--check").arg(&pdf);
            assert!(esegui(c).contains("No syntax or stream encoding errors found"));
        }
    }
}

/// What the QR codes of the pages say, sorted: the drawing is read back by a program of others.
pub(crate) fn codici_letti(byte: &[u8]) -> Vec<String> {
    let dir = tempfile::tempdir().unwrap();
    let pdf = dir.path().join("documento.pdf");
    std::fs::write(&pdf, byte).unwrap();
    let mut c = Command::new("pdftoppm");
    c.args(["-r", "200", "-gray", "-png"]).arg(&pdf).arg(dir.path().join("p"));
    esegui(c);
    let mut lette = Vec::new();
    for f in std::fs::read_dir(dir.path()).unwrap() {
        let f = f.unwrap().path();
        if f.extension().is_some_and(|e| e == "png") {
            let mut c = Command::new("zbarimg");
            c.args(["--quiet", "--raw", "-Sdisable", "-Sqrcode.enable"]).arg(&f);
            // A page without codes is an error of that program.
            lette.extend(String::from_utf8(c.output().unwrap().stdout).unwrap().lines().map(str::to_owned));
        }
    }
    lette.sort();
    lette
}

pub(crate) fn codici_attesi(d: &DocumentoStampato) -> Vec<String> {
    let mut attese: Vec<String> = d.avvisi.iter().map(|a| a.qrcode.clone()).collect();
    attese.sort();
    attese
}

#[test]
fn i_codici_si_leggono() {
    for (rate, postale) in [(3, false), (13, false), (2, true), (3, true)] {
        let d = documento(0, rate, postale);
        let byte = STAMPATORE.documento(&d).unwrap();
        assert_eq!(codici_letti(&byte), codici_attesi(&d), "{rate} {postale}");
    }
}

#[test]
fn il_titolo_e_il_totale() {
    let dir = tempfile::tempdir().unwrap();
    let pdf = dir.path().join("documento.pdf");
    std::fs::write(&pdf, STAMPATORE.documento(&documento(0, 3, false)).unwrap()).unwrap();
    let mut c = Command::new("pdfinfo");
    c.arg(&pdf);
    let info = esegui(c);
    assert!(info.contains("Avvisi di pagamento del documento DOC1"), "{info}");
    let mut c = Command::new("pdftotext");
    c.args(["-layout"]).arg(&pdf).arg("-");
    let testo = esegui(c);
    // 1101 + 1102 + 1103 cents.
    assert!(testo.contains("33,06"), "{testo}");
    assert!(testo.contains("Puoi pagare l'importo in 3 rate."), "{testo}");
    assert!(testo.contains("Rata 1 entro il"), "{testo}");
}
