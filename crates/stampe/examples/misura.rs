//! Draws one notice into a file, or measures how long and how much memory the drawing takes.
//!
//!   cargo run --release -p govpay-stampe --example misura [de|sl|en|fr] [FILE.pdf]
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a program to measure with, not shipped")]

use domain::stampa::{
    AvvisoStampato, Bollettino, DatiBollettino, DebitoreStampato, EnteStampato, Informativa, Lingua, Seconda,
    datamatrix,
};
use domain::{IdDominio, Importo, NumeroAvviso};
use stampe::Stampatore;
use std::time::Instant;

fn avviso(n: u64, lingua: Option<Lingua>) -> AvvisoStampato {
    let numero = NumeroAvviso::leggi(&format!("3010000000{n:08}")).unwrap();
    let dominio = IdDominio::leggi("01234567890").unwrap();
    let importo = Importo::da_centesimi(12_345 + i64::try_from(n).unwrap());
    let seconda = lingua.map(|lingua| Seconda {
        lingua,
        oggetto: Some(format!("Müllgebühr 2025 - Beispielstadt, Mitteilung {n}")),
        informativa: Informativa::Standard,
    });
    let oggetto = format!("TARI 2025 - Città di Esempio, avviso {n}");
    let dati = DatiBollettino {
        avviso: &numero,
        conto: "001012345678",
        importo,
        dominio: &dominio,
        codice_debitore: "RSSMRA30A01H501I",
        nome_debitore: "Mario Rossi",
        oggetto: &oggetto,
    };
    AvvisoStampato {
        opzione: None,
        ente: EnteStampato {
            nome: "Città di Esempio".into(),
            codice: dominio.clone(),
            area: Some("Ufficio Tributi".into()),
            contatti: vec![
                "www.comune.esempio.it".into(),
                "Tel: 06 1234567 - Fax: 06 7654321".into(),
                "pec: tributi@pec.esempio.it".into(),
            ],
        },
        logo: None,
        secondo_logo: None,
        debitore: DebitoreStampato {
            nome: "Mario Rossi".into(),
            codice: "RSSMRA30A01H501I".into(),
            indirizzo: "Via Roma 12".into(),
            localita: "00100 Esempio (RM)".into(),
        },
        cbill: Some("AAB12".into()),
        importo,
        scadenza: Some(jiff::civil::date(2026, 12, 31)),
        informativa: Informativa::Standard,
        seconda,
        bollettino: Some(Bollettino {
            conto: "001012345678".into(),
            intestato_a: "Città di Esempio - Servizio Tesoreria".into(),
            autorizzazione: Some("AUT. DB/SSIC/E 25452 DEL 12/07/2013".into()),
            datamatrix: datamatrix(&dati).unwrap(),
        }),
        qrcode: format!("PAGOPA|002|{}|01234567890|{}", numero.as_str(), importo.centesimi()),
        stampato_il: jiff::civil::date(2026, 11, 21),
        numero_avviso: numero,
        oggetto,
    }
}

/// Resident memory in MB.
fn memoria() -> u64 {
    let stato = std::fs::read_to_string("/proc/self/status").unwrap();
    let riga = stato.lines().find(|l| l.starts_with("VmRSS")).unwrap();
    riga.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() / 1024
}

fn main() {
    let mut argomenti = std::env::args().skip(1);
    let primo = argomenti.next();
    let lingua = primo.as_deref().and_then(Lingua::leggi);
    let file = if lingua.is_some() { argomenti.next() } else { primo };
    let inizio = Instant::now();
    let stampatore = Stampatore::ordinario().unwrap();
    println!("built in {:.1} ms", inizio.elapsed().as_secs_f64() * 1e3);
    let inizio = Instant::now();
    let primo = stampatore.avviso(&avviso(1, lingua)).unwrap();
    println!("first page in {:.1} ms, {} bytes", inizio.elapsed().as_secs_f64() * 1e3, primo.len());
    if let Some(file) = file {
        std::fs::write(file, primo).unwrap();
        return;
    }
    for giro in 0..10 {
        let mut tempi: Vec<f64> = (0..1000)
            .map(|n| {
                let avviso = avviso(giro * 1000 + n, lingua);
                let inizio = Instant::now();
                stampatore.avviso(&avviso).unwrap();
                inizio.elapsed().as_secs_f64() * 1e3
            })
            .collect();
        tempi.sort_by(f64::total_cmp);
        let media = tempi.iter().sum::<f64>() / 1000.0;
        println!(
            "pages {}: mean {media:.2} ms, median {:.2}, p95 {:.2}, max {:.2}; memory {} MB",
            (giro + 1) * 1000,
            tempi[500],
            tempi[950],
            tempi[999],
            memoria()
        );
    }
}
