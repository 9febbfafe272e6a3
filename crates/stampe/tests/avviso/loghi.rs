use super::{Foglio, STAMPATORE, avviso};
use domain::stampa::{AvvisoStampato, Logo};
use std::time::{Duration, Instant};

fn con_logo(contenuto: impl Into<Vec<u8>>) -> AvvisoStampato {
    AvvisoStampato {
        logo: Some(Logo { contenuto: contenuto.into(), nome: "Comune di Esempio".into() }),
        ..avviso()
    }
}

fn png(lato: u32, colore: [u8; 4]) -> Vec<u8> {
    let mut byte = Vec::new();
    let mut c = png::Encoder::new(&mut byte, lato, lato);
    c.set_color(png::ColorType::Rgba);
    let quanti = usize::try_from(lato * lato).unwrap();
    c.write_header().unwrap().write_image_data(&colore.repeat(quanti)).unwrap();
    byte
}

/// Colour in the middle of the place of the logo, and of the second one.
fn colori(a: &AvvisoStampato) -> ([u8; 3], [u8; 3]) {
    let foglio = Foglio::di(a);
    let byte = std::fs::read(foglio.immagine(254, &["-x", "0", "-y", "0", "-W", "2100", "-H", "400"], "ppm"))
        .unwrap();
    let punti = &byte[byte.len() - 2100 * 400 * 3..];
    let a = |x: usize, y: usize| punti[(y * 2100 + x) * 3..][..3].try_into().unwrap();
    (a(1879, 224), a(1536, 224))
}

#[test]
fn un_logo_png_o_svg_sta_al_suo_posto_e_il_secondo_accanto() {
    let mut a = con_logo(png(900, [255, 0, 0, 255]));
    let svg = r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"><rect width="10" height="10" fill="#00f"/></svg>"##;
    a.secondo_logo = Some(Logo { contenuto: svg.into(), nome: "Provincia".into() });
    assert_eq!(colori(&a), ([255, 0, 0], [0, 0, 255]));
    // With a second logo the subject keeps to its left.
    a.oggetto = "oggetto lungo ".repeat(10);
    let parole = Foglio::di(&a).parole();
    assert!(parole.iter().filter(|p| p.y < 37.0).all(|p| p.fine <= 7.1 + 123.5 + 0.5), "{parole:?}");
    // Transparent: the paper is seen.
    assert_eq!(colori(&con_logo(png(40, [255, 0, 0, 0]))).0, [255, 255, 255]);
}

#[test]
fn un_logo_ostile_non_ferma_la_stampa() {
    let senza = STAMPATORE.avviso(&avviso()).unwrap();
    let buono = png(400, [1, 2, 3, 255]);
    let mut enorme = buono.clone();
    enorme[16..24].copy_from_slice(&[0x7f, 0xff, 0xff, 0xff, 0x7f, 0xff, 0xff, 0xff]);
    let scartati: Vec<Vec<u8>> = vec![
        vec![],
        b"non e' un'immagine".to_vec(),
        b"GIF89a".to_vec(),
        buono[..60].to_vec(),
        enorme,
        png(3000, [0, 0, 0, 255]),
        b"\xff\xd8\xff\xe0\x00\x10JFIF".to_vec(),
        b"<svg xmlns='http://www.w3.org/2000/svg'".to_vec(),
        b"<!DOCTYPE svg [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><svg xmlns='http://www.w3.org/2000/svg'/>"
            .to_vec(),
        format!(
            "<svg xmlns='http://www.w3.org/2000/svg'>{}{}</svg>",
            "<g>".repeat(9000),
            "</g>".repeat(9000)
        )
        .into_bytes(),
        vec![b'<'; 5 * 1024 * 1024],
    ];
    for (i, contenuto) in scartati.into_iter().enumerate() {
        let inizio = Instant::now();
        let stampato = STAMPATORE.avviso(&con_logo(contenuto)).unwrap();
        assert!(stampato == senza, "logo {i} was drawn");
        assert!(inizio.elapsed() < Duration::from_secs(10), "logo {i}: {:?}", inizio.elapsed());
    }
    // Drawn or not, never a failure.
    let uso: String = (0..30)
        .map(|i| format!("<g id='u{i}'><use href='#u{}'/><use href='#u{}'/></g>", i + 1, i + 1))
        .collect();
    for dentro in [
        "<script>alert(1)</script><image href='http://127.0.0.1:1/x.png'/><rect width='5' height='5'/>",
        "<rect width='1e38' height='1e38' stroke-width='1e38' stroke='red'/>",
        "<path d='M0 0L1e30 1e30C-1e38 nan 0 0'/><circle r='-1'/>",
        "<g opacity='0.3'><g opacity='0.3'><rect width='5' height='5' fill='#123'/></g></g>",
        "<defs><linearGradient id='a' href='#b'/><linearGradient id='b' href='#a'/></defs><rect fill='url(#a)' width='9' height='9'/>",
        uso.as_str(),
    ] {
        for testa in [
            "viewBox='0 0 10 10'",
            "width='0' height='0'",
            "width='1e30' height='1e-30'",
            "viewBox='0 0 nan 10'",
            "",
        ] {
            let inizio = Instant::now();
            let svg = format!("<svg xmlns='http://www.w3.org/2000/svg' {testa}>{dentro}</svg>");
            assert!(STAMPATORE.avviso(&con_logo(svg)).is_ok(), "{testa} {dentro}");
            assert!(inizio.elapsed() < Duration::from_secs(10), "{testa} {dentro}: {:?}", inizio.elapsed());
        }
    }
}
