//! The notice, read back from its PDF with the programs that others use: poppler, zbar, libdmtx, qpdf.
#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod codici;
mod contenuto;
mod documento;
mod lingue;
mod loghi;
mod multa;
mod posizioni;
mod struttura;

use domain::pendenza::OpzioneDocumento;
use domain::stampa::{
    AvvisoStampato, Bollettino, DatiBollettino, DebitoreStampato, EnteStampato, Informativa, Lingua, Seconda,
    datamatrix,
};
use domain::{IdDominio, Importo, NumeroAvviso};
use stampe::Stampatore;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;
use tempfile::TempDir;

static STAMPATORE: LazyLock<Stampatore> = LazyLock::new(|| Stampatore::ordinario().unwrap());

/// The verified sample of spec 60 6.3, postal.
fn avviso() -> AvvisoStampato {
    let numero = NumeroAvviso::leggi("301000000000000144").unwrap();
    let dominio = IdDominio::leggi("01234567890").unwrap();
    let importo = Importo::da_centesimi(12345);
    let dati = DatiBollettino {
        avviso: &numero,
        conto: "001012345678",
        importo,
        dominio: &dominio,
        codice_debitore: "RSSMRA30A01H501I",
        nome_debitore: "Mario Rossi",
        oggetto: "TARI 2025 - Città di Esempio",
    };
    AvvisoStampato {
        oggetto: "TARI 2025 - Città di Esempio".into(),
        opzione: None,
        ente: EnteStampato {
            nome: "Comune di Esempio".into(),
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
            localita: "00100 Borgo (RM)".into(),
        },
        cbill: Some("AAB12".into()),
        importo,
        scadenza: Some(jiff::civil::date(2026, 12, 31)),
        informativa: Informativa::Standard,
        seconda: None,
        bollettino: Some(Bollettino {
            conto: "001012345678".into(),
            intestato_a: "Tesoreria Comunale".into(),
            autorizzazione: Some("AUT. DB/SSIC/E 25452 DEL 12/07/2013".into()),
            datamatrix: datamatrix(&dati).unwrap(),
        }),
        qrcode: "PAGOPA|002|301000000000000144|01234567890|12345".into(),
        stampato_il: jiff::civil::date(2026, 11, 21),
        numero_avviso: numero,
    }
}

fn senza_bollettino() -> AvvisoStampato {
    AvvisoStampato { bollettino: None, ..avviso() }
}

/// The longest texts of everything.
fn lunghissimo() -> AvvisoStampato {
    let mut a = avviso();
    a.oggetto = "W".repeat(140);
    a.opzione = Some(OpzioneDocumento::Scontato);
    a.ente.nome = "AMMINISTRAZIONE ".repeat(5).trim().into();
    a.ente.area = Some("Ripartizione Servizi Finanziari e Tributari ".repeat(6));
    a.ente.contatti = vec!["https://www.".to_owned() + &"w".repeat(200); 3];
    a.debitore.nome = "W".repeat(70);
    a.debitore.indirizzo = "Via dei Martiri della Liberazione Nazionale ".repeat(3);
    a.debitore.localita = "99999 ".to_owned() + &"M".repeat(70) + " (MM)";
    a.debitore.codice = "WWWWWW88W88W888W".repeat(2);
    a.cbill = Some("W".repeat(35));
    a.importo = Importo::MASSIMO;
    a.informativa = Informativa::Testo("Testo lungo dell'ente creditore. ".repeat(60));
    let b = a.bollettino.as_mut().unwrap();
    b.intestato_a = "W".repeat(70);
    b.autorizzazione = Some("AUT. W".repeat(30));
    a
}

/// The same in two languages, with a subject and a note that somebody translated.
fn bilingue(lingua: Lingua) -> AvvisoStampato {
    let oggetto = match lingua {
        Lingua::De => "Müllgebühr 2025 - Beispielstadt",
        Lingua::Sl => "Pristojbina za odpadke 2025 - Občina Žužemberk",
        Lingua::En => "Waste charge 2025 - Town of Example",
        Lingua::Fr => "Taxe sur les déchets 2025 - Œuvre de la ville d'Exemple",
    };
    let seconda = Seconda { lingua, oggetto: Some(oggetto.into()), informativa: Informativa::Standard };
    AvvisoStampato { seconda: Some(seconda), ..avviso() }
}

/// The longest texts of everything, in both languages.
fn lunghissimo_bilingue(lingua: Lingua) -> AvvisoStampato {
    let seconda = Seconda {
        lingua,
        oggetto: Some("W".repeat(140)),
        informativa: Informativa::Testo("Längste Mitteilung der Körperschaft. ".repeat(60)),
    };
    let opzione = Some(OpzioneDocumento::Rata(123));
    AvvisoStampato { seconda: Some(seconda), opzione, ..lunghissimo() }
}

/// A drawn page in a directory of its own.
struct Foglio {
    dir: TempDir,
    pdf: PathBuf,
    byte: Vec<u8>,
}

impl Foglio {
    fn di(a: &AvvisoStampato) -> Self {
        Self::con(STAMPATORE.avviso(a).unwrap())
    }

    fn con(byte: Vec<u8>) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let pdf = dir.path().join("avviso.pdf");
        std::fs::write(&pdf, &byte).unwrap();
        Self { dir, pdf, byte }
    }

    /// A picture of the page at so many points per inch.
    fn immagine(&self, punti: u32, altro: &[&str], estensione: &str) -> PathBuf {
        let nome = self.dir.path().join("pagina");
        let mut c = Command::new("pdftoppm");
        c.args(["-singlefile", "-r", &punti.to_string()]).args(altro).arg(&self.pdf).arg(&nome);
        esegui(c);
        nome.with_extension(estensione)
    }

    /// Words of the page: text, left, top, right, bottom in millimetres.
    fn parole(&self) -> Vec<Parola> {
        self.parole_di(1)
    }

    fn parole_di(&self, pagina: usize) -> Vec<Parola> {
        let pagina = pagina.to_string();
        let mut c = Command::new("pdftotext");
        c.args(["-bbox-layout", "-f", &pagina, "-l", &pagina]).arg(&self.pdf).arg("-");
        let xml = esegui(c);
        let mm = |riga: &str, nome: &str| {
            let valore = riga.split_once(&format!("{nome}=\"")).unwrap().1.split_once('"').unwrap().0;
            valore.parse::<f64>().unwrap() * 25.4 / 72.0
        };
        xml.lines()
            .filter_map(|l| l.trim().strip_prefix("<word "))
            .map(|l| Parola {
                testo: l
                    .split_once('>')
                    .unwrap()
                    .1
                    .trim_end_matches("</word>")
                    .replace("&apos;", "'")
                    .replace("&amp;", "&"),
                x: mm(l, "xMin"),
                y: mm(l, "yMin"),
                fine: mm(l, "xMax"),
                fondo: mm(l, "yMax"),
            })
            .collect()
    }

    fn testo(&self) -> String {
        let mut c = Command::new("pdftotext");
        c.arg("-raw").arg(&self.pdf).arg("-");
        esegui(c)
    }
}

#[derive(Debug)]
struct Parola {
    testo: String,
    x: f64,
    y: f64,
    fine: f64,
    fondo: f64,
}

/// Runs a program that must be there and succeed.
fn esegui(mut c: Command) -> String {
    let esito = c.output().unwrap_or_else(|e| panic!("{c:?}: {e} (scripts/prepara.sh prove)"));
    assert!(esito.status.success(), "{c:?}: {}", String::from_utf8_lossy(&esito.stderr));
    String::from_utf8(esito.stdout).unwrap()
}

fn programma(nome: &str, argomenti: &[&str], file: &Path) -> String {
    let mut c = Command::new(nome);
    c.args(argomenti).arg(file);
    esegui(c)
}
