use super::innocuo;
use proptest::prelude::{any, prop, proptest};

#[test]
fn un_disegno_semplice_resta_com_e() {
    let disegno = r##"<?xml version="1.0"?><!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "x.dtd">
<svg id="a" xmlns="http://www.w3.org/2000/svg" xmlns:xlink="x" viewBox="0 0 10 10"><style>.a{fill:red}</style><defs><linearGradient id="g"><stop offset="0" style="stop-color:#fff;font-size:3"/></linearGradient></defs><path class="a" d="M0 0h9v9z" fill="url(#g)"/><use xlink:href="#g"/></svg>"##;
    let atteso = r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"><style>.a{fill:red}</style><defs><linearGradient id="g"><stop offset="0" style="stop-color:#fff"/></linearGradient></defs><path class="a" d="M0 0h9v9z" fill="url(#g)"/><use href="#g"/></svg>"##;
    assert_eq!(innocuo(disegno).as_deref(), Some(atteso));
}

#[test]
fn cio_che_corre_o_chiama_sparisce() {
    for (dentro, resta) in [
        ("<script>alert(1)</script>", ""),
        ("<g onclick='x()'><path d='M0 0'/></g>", "<g><path d=\"M0 0\"/></g>"),
        ("<image href='http://127.0.0.1/x.png'/>", ""),
        ("<use href='file:///etc/passwd'/>", "<use/>"),
        ("<foreignObject><g><path/></g></foreignObject>", ""),
        ("<rect fill='url(http://127.0.0.1/x#a)' filter='url(#f)'/>", "<rect/>"),
        ("<style>@import 'http://127.0.0.1/x.css';</style>", ""),
        ("<style>a{fill:u\\72l(x)}</style>", ""),
        ("<style>a{b:&amp;}</style>", ""),
        ("<style><![CDATA[a{b:&amp;}]]></style>", ""),
        // A second cleaning would take an entity for one.
        ("<style>.a>.b{fill:\"red\"}</style>", "<style>.a>.b{fill:\"red\"}</style>"),
        ("<text>x</text>", ""),
        ("<g id='a'><use href='#b'/><use href='#b'/></g>", "<g id=\"a\"></g>"),
        (
            "<clipPath id='a' clip-path='url(#b)'><path style='clip-path:url(#b)'/></clipPath>",
            "<clipPath id=\"a\"><path style=\"\"/></clipPath>",
        ),
    ] {
        let atteso = format!("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 9 9\">{resta}</svg>");
        assert_eq!(innocuo(&format!("<svg viewBox='0 0 9 9'>{dentro}</svg>")), Some(atteso), "{dentro}");
    }
}

#[test]
fn cio_che_non_e_un_disegno_si_rifiuta() {
    for dato in [
        "",
        "testo",
        "<html><svg/></html>",
        "<svg>",
        "<svg></g></svg>",
        "<svg viewBox='0 0 9 9'/><svg viewBox='0 0 9 9'/>",
        "<svg/>",
        "<svg width='0' height='5'/>",
        "<svg viewBox='0 0 9 nan'/>",
        "<svg viewBox='0 0 9 9'><path d='M0 0L1e30-1e38'/></svg>",
        "<svg viewBox='0 0 9 9'><g transform='scale(9000)'><g transform='scale(999999 999999)'></g></g></svg>",
        "<!DOCTYPE svg [<!ENTITY a 'b'>]><svg/>",
        "<svg viewBox='0 0 9 9'><path d='&a;'/></svg>",
    ] {
        assert_eq!(innocuo(dato), None, "{dato}");
    }
    assert_eq!(
        innocuo(&format!("<svg viewBox='0 0 9 9'>{}{}</svg>", "<g>".repeat(80), "</g>".repeat(80))),
        None
    );
    assert_eq!(innocuo(&format!("<svg viewBox='0 0 9 9'>{}</svg>", "<g/>".repeat(6000))), None);
    assert_eq!(innocuo(&format!("<svg viewBox='0 0 9 9'>{}</svg>", " ".repeat(600_000))), None);
}

proptest! {
    #[test]
    fn nessun_testo_la_ferma(testo in any::<String>(), pezzi in prop::collection::vec("(<svg>|</svg>|<g |/>|<style>|</style>|&|href='#a'|\"|'|>|]]>|<!\\[CDATA\\[|<!--|-->)", 0..40)) {
        let _ = innocuo(&testo);
        let _ = innocuo(&format!("<svg>{}{testo}", pezzi.concat()));
    }
}
