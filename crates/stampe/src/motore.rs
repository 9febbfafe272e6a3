//! typst as a library: a world that holds one template and a few drawings, and nothing else.

use crate::StampaError;
use jiff::civil::Date;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU32, Ordering};
use typst::diag::{FileError, FileResult, SourceDiagnostic};
use typst::foundations::{Bytes, Datetime, Dict, Duration, Smart};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt as _, World};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards, Timestamp};

/// The drawings that the template names.
const ICONE: [(&str, &str); 5] = [
    ("icone/euro.svg", include_str!("../icone/euro.svg")),
    ("icone/forbici.svg", include_str!("../icone/forbici.svg")),
    ("icone/nota.svg", include_str!("../icone/nota.svg")),
    ("icone/sito.svg", include_str!("../icone/sito.svg")),
    ("icone/territorio.svg", include_str!("../icone/territorio.svg")),
];

/// What typst remembers is let go every so many pages...
const PAGINE_PER_PULIZIA: u32 = 16;
/// ...unless it served since the last but one time: fonts, template, icons and recurring logos stay.
const PULIZIE_DI_VITA: usize = 1;

/// Pages since the start, of all the printers: typst has one memory for the process.
static PAGINE: AtomicU32 = AtomicU32::new(0);

pub(crate) struct Motore {
    libro: LazyHash<FontBook>,
    caratteri: Vec<Font>,
    modello: Source,
    icone: Vec<(FileId, Bytes)>,
    norme: PdfStandards,
}

impl Motore {
    pub(crate) fn nuovo(caratteri: Vec<Font>) -> Result<Self, StampaError> {
        let norme = PdfStandards::new(&[PdfStandard::A_2a, PdfStandard::Ua_1])
            .map_err(|e| StampaError::Modello(e.message().to_string()))?;
        let icone = ICONE
            .iter()
            .map(|(nome, disegno)| Ok((file(nome)?, Bytes::new(disegno.as_bytes()))))
            .collect::<Result<_, StampaError>>()?;
        Ok(Self {
            libro: LazyHash::new(FontBook::from_fonts(&caratteri)),
            caratteri,
            modello: Source::new(file("avviso.typ")?, include_str!("../modelli/avviso.typ").to_owned()),
            icone,
            norme,
        })
    }

    /// The page of these values. A panic of the engine, which foreign pictures might provoke, is an error.
    pub(crate) fn disegna(
        &self,
        dati: Dict,
        identificativo: &str,
        giorno: Date,
    ) -> Result<Vec<u8>, StampaError> {
        let mondo =
            Mondo { motore: self, libreria: LazyHash::new(Library::builder().with_inputs(dati).build()) };
        let esito = catch_unwind(AssertUnwindSafe(|| self.pdf(&mondo, identificativo, giorno)));
        if PAGINE.fetch_add(1, Ordering::Relaxed) % PAGINE_PER_PULIZIA == PAGINE_PER_PULIZIA - 1 {
            comemo::evict(PULIZIE_DI_VITA);
        }
        esito.unwrap_or_else(|_| Err(StampaError::Motore("interruzione".to_owned())))
    }

    fn pdf(&self, mondo: &Mondo<'_>, identificativo: &str, giorno: Date) -> Result<Vec<u8>, StampaError> {
        let documento = typst::compile::<PagedDocument>(mondo).output.map_err(|e| rifiuto(&e))?;
        let (anno, mese, g) =
            (i32::from(giorno.year()), giorno.month().unsigned_abs(), giorno.day().unsigned_abs());
        let opzioni = PdfOptions {
            standards: self.norme.clone(),
            ident: Smart::Custom(identificativo.to_owned()),
            creator: Smart::Custom(Some("GovPay".to_owned())),
            timestamp: Datetime::from_ymd_hms(anno, mese, g, 0, 0, 0).map(Timestamp::new_utc),
            ..PdfOptions::default()
        };
        typst_pdf::pdf(&documento, &opzioni).map_err(|e| rifiuto(&e))
    }
}

/// The messages of the engine; they name no content of the page.
fn rifiuto(errori: &[SourceDiagnostic]) -> StampaError {
    let messaggi: Vec<&str> = errori.iter().map(|e| e.message.as_str()).collect();
    StampaError::Motore(messaggi.join("; "))
}

fn file(nome: &str) -> Result<FileId, StampaError> {
    let percorso = VirtualPath::new(nome).map_err(|_| StampaError::Modello(nome.to_owned()))?;
    Ok(RootedPath::new(VirtualRoot::Project, percorso).intern())
}

struct Mondo<'a> {
    motore: &'a Motore,
    libreria: LazyHash<Library>,
}

impl World for Mondo<'_> {
    fn library(&self) -> &LazyHash<Library> {
        &self.libreria
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &self.motore.libro
    }

    fn main(&self) -> FileId {
        self.motore.modello.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == self.motore.modello.id() {
            Ok(self.motore.modello.clone())
        } else {
            Err(FileError::AccessDenied)
        }
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        let icona = self.motore.icone.iter().find(|(suo, _)| *suo == id);
        icona.map(|(_, disegno)| disegno.clone()).ok_or(FileError::AccessDenied)
    }

    fn font(&self, indice: usize) -> Option<Font> {
        self.motore.caratteri.get(indice).cloned()
    }

    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        None
    }
}
