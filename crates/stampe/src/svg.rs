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
    /// How much the transformations so far may enlarge and reduce.
    scala: (f64, f64),
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
        let mut scala = self.aperti.last().map_or((1.0, 1.0), |a| a.scala);
        if radice && !ha_misure(e) {
            return None;
        }
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
                if chiave != "class" && chiave != "id" && !numeri_sensati(&valore) {
                    return None;
                }
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
                if chiave == "transform" || valore.contains("transform") {
                    scala = trasformata(scala, &valore)?;
                }
                con_nome |= chiave == "id";
                self.attributo(chiave, &valore);
            }
            self.scritto.push_str(if vuoto { "/>" } else { ">" });
        }
        if !vuoto {
            self.aperti.push(Aperto { scala, nome, con_nome });
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
            // As it was judged: nothing in it is markup.
            self.scritto.push_str(&foglio);
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

/// Largest number of a drawing, and largest enlargement: beyond them the engine's arithmetic gives up.
const MASSIMO_NUMERO: f64 = 1e6;

/// The numbers of a value.
fn numeri(valore: &str) -> impl Iterator<Item = f64> {
    // A sign starts a number, but for the one of an exponent.
    let mut prima = ' ';
    let mut pezzi = vec![String::new()];
    for c in valore.chars() {
        let segno = matches!(c, '-' | '+') && !matches!(prima, 'e' | 'E');
        if segno || !matches!(c, '0'..='9' | '.' | 'e' | 'E' | '-' | '+') {
            pezzi.push(String::new());
        }
        if let Some(p) = pezzi.last_mut().filter(|_| matches!(c, '0'..='9' | '.' | 'e' | 'E' | '-' | '+')) {
            p.push(c);
        }
        prima = c;
    }
    // `1.5.5` is two numbers for a path: the longest start that reads as one is enough to judge it.
    pezzi.into_iter().filter_map(|p| (1..=p.len()).rev().find_map(|n| p.get(..n)?.parse::<f64>().ok()))
}

fn numeri_sensati(valore: &str) -> bool {
    // Colours (#1e9999) are not numbers.
    numeri(&senza_colori(valore)).all(|n| n.is_finite() && n.abs() <= MASSIMO_NUMERO)
}

fn senza_colori(valore: &str) -> String {
    let mut s = String::with_capacity(valore.len());
    for (i, pezzo) in valore.split('#').enumerate() {
        let salta = if i == 0 {
            0
        } else {
            pezzo.len() - pezzo.trim_start_matches(|c: char| c.is_ascii_alphanumeric()).len()
        };
        s.push(' ');
        s.push_str(pezzo.get(salta..).unwrap_or_default());
    }
    s
}

/// The bounds of the scale after a transformation; `None` when it leaves the sensible.
fn trasformata((grande, piccola): (f64, f64), valore: &str) -> Option<(f64, f64)> {
    let (mut grande, mut piccola) = (grande, piccola);
    for n in numeri(valore).map(f64::abs).filter(|n| *n > 0.0) {
        grande *= n.max(1.0);
        piccola *= n.min(1.0);
    }
    (grande <= 1e15 && piccola >= 1e-15).then_some((grande, piccola))
}

/// Whether the root says how large it is, and it is neither nothing nor a thread.
fn ha_misure(radice: &BytesStart<'_>) -> bool {
    let dato = |nome: &str| {
        let a = radice.attributes().filter_map(Result::ok).find(|a| a.key.as_ref() == nome)?;
        Some(numeri(&a.value).collect::<Vec<_>>())
    };
    let sensata = |w: f64, h: f64| {
        let lati = 0.01..=100_000.0;
        lati.contains(&w) && lati.contains(&h) && w / h <= 200.0 && h / w <= 200.0
    };
    let vista = match dato("viewBox") {
        Some(v) => matches!(v.as_slice(), [_, _, w, h] if sensata(*w, *h)).then_some(true),
        None => Some(false),
    };
    let lati = match (dato("width"), dato("height")) {
        (None, None) => Some(false),
        (Some(w), Some(h)) => {
            matches!((w.as_slice(), h.as_slice()), ([w], [h]) if sensata(*w, *h)).then_some(true)
        }
        (Some(l), None) | (None, Some(l)) => matches!(l.as_slice(), [l] if sensata(*l, *l)).then_some(false),
    };
    // What is there is sensible, and one of the two is there.
    matches!((vista, lati), (Some(v), Some(l)) if v || l)
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
        && numeri_sensati(foglio)
        && ![
            "@",
            "<",
            "&",
            "]]>",
            "transform",
            "filter",
            "mask",
            "marker",
            "dasharray",
            "clip-path",
            "font",
            "href",
        ]
        .iter()
        .any(|v| minuscolo.contains(v))
}

#[cfg(test)]
#[path = "svg_test.rs"]
mod tests;
