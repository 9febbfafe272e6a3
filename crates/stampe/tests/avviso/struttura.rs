use super::{Foglio, avviso, lunghissimo, programma, senza_bollettino};
use domain::stampa::AvvisoStampato;
use lopdf::{Dictionary, Document, Object, ObjectId, decode_text_string};
use rstest::rstest;

#[rstest]
fn il_file_e_integro_marcato_e_con_i_suoi_caratteri(
    #[values(avviso(), senza_bollettino(), lunghissimo())] a: AvvisoStampato,
) {
    let foglio = Foglio::di(&a);
    let esito = programma("qpdf", &["--check"], &foglio.pdf);
    assert!(esito.contains("No syntax or stream encoding errors found"), "{esito}");
    let info = programma("pdfinfo", &[], &foglio.pdf);
    for (nome, valore) in [
        ("Title", "Avviso di pagamento 301000000000000144"),
        ("Author", a.ente.nome.as_str()),
        ("Tagged", "yes"),
        ("JavaScript", "no"),
        ("Pages", "1"),
        ("Encrypted", "no"),
        ("PDF version", "1.7"),
    ] {
        let riga = info.lines().find(|l| l.starts_with(&format!("{nome}:"))).unwrap();
        assert_eq!(riga.split_once(':').unwrap().1.trim(), valore, "{info}");
    }
    let caratteri = programma("pdffonts", &[], &foglio.pdf);
    let righe: Vec<Vec<&str>> = caratteri.lines().skip(2).map(|l| l.split_whitespace().collect()).collect();
    assert!(righe.len() >= 3, "{caratteri}");
    for r in righe {
        let [.., emb, sub, uni, _, _] = r.as_slice() else { panic!("{caratteri}") };
        assert_eq!([*emb, *sub, *uni], ["yes"; 3], "{caratteri}");
    }
}

#[test]
fn le_dichiarazioni_di_pdf_a_e_pdf_ua() {
    let foglio = Foglio::di(&avviso());
    let doc = Document::load_mem(&foglio.byte).unwrap();
    let catalogo = doc.catalog().unwrap();
    assert_eq!(decode_text_string(catalogo.get(b"Lang").unwrap()).unwrap(), "it");
    let preferenze = sciolto(&doc, catalogo.get(b"ViewerPreferences").unwrap());
    assert!(preferenze.get(b"DisplayDocTitle").unwrap().as_bool().unwrap());
    assert!(sciolto(&doc, catalogo.get(b"MarkInfo").unwrap()).get(b"Marked").unwrap().as_bool().unwrap());
    assert!(catalogo.has(b"OutputIntents") && catalogo.has(b"Outlines"));
    let xmp = doc
        .get_object(catalogo.get(b"Metadata").unwrap().as_reference().unwrap())
        .unwrap()
        .as_stream()
        .unwrap();
    let xmp = String::from_utf8(xmp.content.clone()).unwrap();
    for atteso in ["<pdfaid:part>2<", "<pdfaid:conformance>A<", "<pdfuaid:part>1<", "2026-11-21"] {
        assert!(xmp.contains(atteso), "{atteso}: {xmp}");
    }
}

#[test]
fn i_titoli_le_figure_e_cio_che_e_solo_ornamento() {
    let foglio = Foglio::di(&avviso());
    let doc = Document::load_mem(&foglio.byte).unwrap();
    let elementi = elementi(&doc);
    let quanti = |tipo: &str| elementi.iter().filter(|e| e.0 == tipo).count();
    assert_eq!((quanti("H1"), quanti("H2"), quanti("H3")), (1, 6, 2), "{elementi:?}");
    assert!(quanti("P") > 30);
    let figure: Vec<&str> = elementi.iter().filter(|e| e.0 == "Figure").map(|e| e.1.as_str()).collect();
    let ente = "avviso 3010 0000 0000 0001 44, importo 123,45 euro, ente 01234567890";
    assert_eq!(
        figure,
        [
            "pagoPA".to_owned(),
            "pagoPA".to_owned(),
            format!("Codice QR per il pagamento, {ente}"),
            "Poste Italiane".to_owned(),
            format!("Codice DataMatrix del bollettino postale, {ente}"),
        ]
    );
    // Six bands, the cut and five icons.
    let (_, pagina) = doc.get_pages().into_iter().next().unwrap();
    let contenuto = String::from_utf8_lossy(&doc.get_page_content(pagina).unwrap()).into_owned();
    assert!(contenuto.matches("/Artifact").count() >= 8, "{}", contenuto.matches("/Artifact").count());

    let senza = Document::load_mem(&Foglio::di(&senza_bollettino()).byte).unwrap();
    let elementi = self::elementi(&senza);
    assert_eq!(elementi.iter().filter(|e| e.0 == "H2").count(), 5);
    assert_eq!(elementi.iter().filter(|e| e.0 == "Figure").count(), 3);
}

pub(crate) fn sciolto<'a>(doc: &'a Document, o: &'a Object) -> &'a Dictionary {
    doc.dereference(o).unwrap().1.as_dict().unwrap()
}

/// Kind and alternative text of the structure elements, in reading order.
pub(crate) fn elementi(doc: &Document) -> Vec<(String, String)> {
    let radice = sciolto(doc, doc.catalog().unwrap().get(b"StructTreeRoot").unwrap());
    let mut trovati = Vec::new();
    let mut da_leggere: Vec<Object> = vec![radice.get(b"K").unwrap().clone()];
    while let Some(o) = da_leggere.pop() {
        match doc.dereference(&o).map_or(o.clone(), |(_, o): (Option<ObjectId>, &Object)| o.clone()) {
            Object::Array(a) => da_leggere.extend(a.into_iter().rev()),
            Object::Dictionary(d) => {
                if let Ok(tipo) = d.get(b"S").and_then(Object::as_name) {
                    let alt = d.get(b"Alt").map(|a| decode_text_string(a).unwrap()).unwrap_or_default();
                    trovati.push((String::from_utf8_lossy(tipo).into_owned(), alt));
                }
                da_leggere.extend(d.get(b"K").ok().cloned());
            }
            _ => {}
        }
    }
    trovati
}
