//! An SVG of strangers, rewritten with the elements and attributes of a plain drawing.
//!
//! Nothing that runs, fetches, embeds, filters or expands without bound survives: scripts, events, images,
//! foreign content, texts, patterns, masks, filters, entities, references outside the file. What is too
//! large or too deep is refused whole.

use quick_xml::Reader;
use quick_xml::escape::{escape, unescape};
use quick_xml::events::{BytesStart, Event};

/// Bytes of a drawing.
const MASSIMO_BYTE: usize = 512 * 1024;
/// Elements of a drawing.
const MASSIMO_ELEMENTI: usize = 5_000;
/// Elements inside one another.
const MASSIMA_PROFONDITA: usize = 64;
/// Copies (`use`) in a drawing. None may stand inside something with a name, so copies do not multiply.
const MASSIME_COPIE: usize = 32;

const ELEMENTI: [&str; 15] = [
    "svg",
    "g",
    "path",
    "rect",
    "circle",
    "ellipse",
    "line",
    "polyline",
    "polygon",
    "defs",
    "linearGradient",
    "radialGradient",
    "stop",
    "clipPath",
    "use",
];

/// Those that may also stand in `style`.
const DI_STILE: [&str; 18] = [
    "fill",
    "fill-opacity",
    "fill-rule",
    "stroke",
    "stroke-width",
    "stroke-opacity",
    "stroke-linecap",
    "stroke-linejoin",
    "stroke-miterlimit",
    "opacity",
    "color",
    "display",
    "visibility",
    "stop-color",
    "stop-opacity",
    "clip-path",
    "clip-rule",
    "transform",
];

const ATTRIBUTI: [&str; 26] = [
    "id",
    "class",
    "d",
    "x",
    "y",
    "x1",
    "y1",
    "x2",
    "y2",
    "cx",
    "cy",
    "r",
    "rx",
    "ry",
    "fx",
    "fy",
    "width",
    "height",
    "points",
    "viewBox",
    "preserveAspectRatio",
    "offset",
    "gradientUnits",
    "gradientTransform",
    "spreadMethod",
    "clipPathUnits",
];

/// The drawing rewritten; `None` if it is not one or is refused.
pub(crate) fn innocuo(testo: &str) -> Option<String> {
    if testo.len() > MASSIMO_BYTE {
        return None;
    }
    let mut lettore = Reader::from_str(testo.trim_start_matches('\u{feff}'));
    let mut r = Riscrittura::default();
    loop {
        match lettore.read_event().ok()? {
            Event::Start(e) => r.apre(&e, false)?,
            Event::Empty(e) => r.apre(&e, true)?,
            Event::End(_) => r.chiude()?,
            Event::Text(t) => r.stile(&t)?,
            Event::CData(t) => r.stile(&t)?,
            // A document type may name its dialect, not declare entities.
            Event::DocType(t) if t.contains('[') => return None,
            Event::GeneralRef(_) => r.riferimento(),
            Event::DocType(_) | Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
            Event::Eof => return r.finita(),
        }
    }
}

#[derive(Default)]
struct Riscrittura {
    scritto: String,
    /// Elements that are open, the innermost last.
    aperti: Vec<Aperto>,
    elementi: usize,
    copie: usize,
    /// Text of the `style` element that is open.
    foglio: Option<String>,
}

struct Aperto {
    /// As written; `None` for one that was left out, with all it contains.
    nome: Option<&'static str>,
    con_nome: bool,
}

impl Riscrittura {
    fn apre(&mut self, e: &BytesStart<'_>, vuoto: bool) -> Option<()> {
        self.elementi += 1;
        if self.elementi > MASSIMO_ELEMENTI || self.aperti.len() >= MASSIMA_PROFONDITA {
            return None;
        }
        let locale = e.local_name();
        let locale: &str = locale.as_ref();
        let radice = self.aperti.is_empty();
        if radice && (locale != "svg" || !self.scritto.is_empty()) {
            return None;
        }
        let dentro = self.aperti.last().is_none_or(|a| a.nome.is_some());
        if dentro && locale == "style" && !vuoto {
            self.foglio = Some(String::new());
        }
        let mut nome = ELEMENTI.into_iter().find(|n| dentro && *n == locale);
        if nome == Some("use") {
            self.copie += 1;
            if self.copie > MASSIME_COPIE || self.aperti.iter().any(|a| a.con_nome) {
                nome = None;
            }
        }
        let mut con_nome = false;
        if let Some(nome) = nome {
            let ritaglio = nome == "clipPath" || self.aperti.iter().any(|a| a.nome == Some("clipPath"));
            self.scritto.push('<');
            self.scritto.push_str(nome);
            if radice {
                self.scritto.push_str(" xmlns=\"http://www.w3.org/2000/svg\"");
            }
            for a in e.attributes() {
                let a = a.ok()?;
                let chiave: &str = a.key.as_ref();
                let valore = unescape(&a.value).ok()?;
                // The root has no name: nothing may copy the whole.
                if (radice && chiave == "id") || (ritaglio && chiave == "clip-path") {
                    continue;
                }
                let (chiave, valore) = match chiave {
                    "href" | "xlink:href" if valore.starts_with('#') => ("href", valore.into_owned()),
                    "style" => ("style", dichiarazioni(&valore, ritaglio)),
                    c if ATTRIBUTI.contains(&c) => (c, valore.into_owned()),
                    c if DI_STILE.contains(&c) && riferimenti_interni(&valore) => (c, valore.into_owned()),
                    _ => continue,
                };
                con_nome |= chiave == "id";
                self.attributo(chiave, &valore);
            }
            self.scritto.push_str(if vuoto { "/>" } else { ">" });
        }
        if !vuoto {
            self.aperti.push(Aperto { nome, con_nome });
        }
        Some(())
    }

    fn attributo(&mut self, chiave: &str, valore: &str) {
        self.scritto.push(' ');
        self.scritto.push_str(chiave);
        self.scritto.push_str("=\"");
        self.scritto.push_str(&escape(valore));
        self.scritto.push('"');
    }

    fn chiude(&mut self) -> Option<()> {
        let chiuso = self.aperti.pop()?;
        if let Some(foglio) = self.foglio.take()
            && foglio_innocuo(&foglio)
        {
            self.scritto.push_str("<style>");
            self.scritto.push_str(&escape(foglio.as_str()));
            self.scritto.push_str("</style>");
        }
        if let Some(nome) = chiuso.nome {
            self.scritto.push_str("</");
            self.scritto.push_str(nome);
            self.scritto.push('>');
        }
        Some(())
    }

    fn stile(&mut self, testo: &str) -> Option<()> {
        if let Some(foglio) = &mut self.foglio {
            foglio.push_str(testo);
        } else if self.aperti.is_empty() && !testo.trim().is_empty() {
            return None;
        }
        Some(())
    }

    /// An entity in a style sheet: the sheet is not a plain one.
    fn riferimento(&mut self) {
        if let Some(foglio) = &mut self.foglio {
            foglio.push('@');
        }
    }

    fn finita(self) -> Option<String> {
        (self.aperti.is_empty() && !self.scritto.is_empty()).then_some(self.scritto)
    }
}

/// The declarations of a `style` attribute that draw.
fn dichiarazioni(stile: &str, ritaglio: bool) -> String {
    let buona = |d: &&str| {
        d.split_once(':').is_some_and(|(nome, valore)| {
            let nome = nome.trim();
            DI_STILE.contains(&nome) && riferimenti_interni(valore) && !(ritaglio && nome == "clip-path")
        })
    };
    stile.split(';').filter(buona).collect::<Vec<_>>().join(";")
}

/// Every `url()` names something of the same file.
fn riferimenti_interni(valore: &str) -> bool {
    let minuscolo = valore.to_ascii_lowercase();
    let interno = |dopo: &str| dopo.trim_start_matches([' ', '\'', '"']).starts_with('#');
    !minuscolo.contains('\\') && minuscolo.split("url(").skip(1).all(interno)
}

/// A sheet of plain colours and lines: no rule with `@`, nothing of what is left out elsewhere.
fn foglio_innocuo(foglio: &str) -> bool {
    let minuscolo = foglio.to_ascii_lowercase();
    riferimenti_interni(foglio)
        && !["@", "<", "filter", "mask", "marker", "dasharray", "clip-path", "font", "href"]
            .iter()
            .any(|v| minuscolo.contains(v))
}

#[cfg(test)]
#[path = "svg_test.rs"]
mod tests;
