use super::{Foglio, avviso, bilingue, lunghissimo, lunghissimo_bilingue, programma, senza_bollettino};
use domain::stampa::Lingua;
use rstest::rstest;

#[rstest]
fn il_codice_qr_si_legge_dalla_pagina(
    #[values(
        avviso(),
        senza_bollettino(),
        lunghissimo(),
        bilingue(Lingua::De),
        lunghissimo_bilingue(Lingua::Fr)
    )]
    a: domain::stampa::AvvisoStampato,
) {
    let pagina = Foglio::di(&a).immagine_qr();
    assert_eq!(pagina.trim_end(), a.qrcode);
}

#[rstest]
fn il_datamatrix_si_legge_dalla_pagina(
    #[values(avviso(), lunghissimo(), bilingue(Lingua::Sl), lunghissimo_bilingue(Lingua::De))]
    a: domain::stampa::AvvisoStampato,
) {
    let foglio = Foglio::di(&a);
    // The corner of the slip: 172 to 206 mm, 249 to 283 mm.
    let angolo = ["-png", "-x", "2032", "-y", "2941", "-W", "402", "-H", "402"];
    let letto = programma("dmtxread", &["-m", "30000", "-N1"], &foglio.immagine(300, &angolo, "png"));
    assert_eq!(letto, a.bollettino.map(|b| b.datamatrix).unwrap_or_default());
}

impl Foglio {
    fn immagine_qr(&self) -> String {
        let griglia = self.immagine(200, &["-png"], "png");
        programma("zbarimg", &["-q", "--raw", "-Sdisable", "-Sqrcode.enable"], &griglia)
    }
}
