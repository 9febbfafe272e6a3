use super::*;
use proptest::prelude::*;

/// The records of a file that comes in pieces of `passo` bytes.
fn righe(testo: &[u8], passo: usize) -> Vec<String> {
    let mut s = RigheCsv::nuove(b',');
    let mut fatte = Vec::new();
    for pezzo in testo.chunks(passo.max(1)) {
        s.aggiungi(pezzo);
        while let Some(r) = s.prossima() {
            fatte.push(String::from_utf8_lossy(&r).into_owned());
        }
    }
    s.chiudi();
    while let Some(r) = s.prossima() {
        fatte.push(String::from_utf8_lossy(&r).into_owned());
    }
    fatte
}

#[test]
fn i_record_sono_le_righe_salvo_le_virgolette() {
    for (testo, atteso) in [
        ("", &[][..]),
        ("\u{feff}", &[]),
        ("\u{feff}a,b\r\nc", &["a,b", "c"]),
        ("a\n", &["a"]),
        ("a\n\n\nb", &["a", "", "", "b"]),
        ("\n\n", &["", ""]),
        ("a,\"x\ny\",b\nc", &["a,\"x\ny\",b", "c"]),
        ("\"x\"\"\r\ny\"\r\nc", &["\"x\"\"\r\ny\"", "c"]),
        // A quote inside a cell is a character.
        ("12\" disco,b\nc", &["12\" disco,b", "c"]),
        // A quote that is never closed, or closed by something else, keeps to its line.
        ("\"aperta\nb\nc", &["\"aperta", "b", "c"]),
        ("x,\"aperta\nb,\"c\"\nd", &["x,\"aperta", "b,\"c\"", "d"]),
        ("\"a\"b\nc\n", &["\"a\"b", "c"]),
        ("\"a\" ,b\nc", &["\"a\" ,b", "c"]),
        ("a,\"\"\nb", &["a,\"\"", "b"]),
    ] {
        for passo in [1, 2, 3, 1000] {
            assert_eq!(righe(testo.as_bytes(), passo), atteso, "{testo:?} a {passo}");
        }
    }
}

#[test]
fn una_riga_senza_fine_si_taglia_e_le_altre_restano() {
    let lunga = "x".repeat(RECORD_MASSIMO + 10);
    let testo = format!("a\n{lunga}\nb\n\"{lunga}\nc");
    for passo in [1 << 18, 1 << 22] {
        let r = righe(testo.as_bytes(), passo);
        assert_eq!(r.iter().map(String::len).collect::<Vec<_>>(), [1, RECORD_MASSIMO, 1, RECORD_MASSIMO, 1]);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    /// What a CSV writer writes is cut where it began each record, and read back the same.
    #[test]
    fn quello_che_si_scrive_si_ritrova(
        righe_date in prop::collection::vec(prop::collection::vec("[a-z\"\n\r, ;]{0,6}", 1..5), 0..12),
        passo in 1_usize..9,
    ) {
        let mut w = csv::WriterBuilder::new()
            .flexible(true)
            .quote_style(csv::QuoteStyle::Always)
            .from_writer(Vec::new());
        for r in &righe_date {
            w.write_record(r).unwrap();
        }
        let testo = w.into_inner().unwrap();
        let tagliate = righe(&testo, passo);
        prop_assert_eq!(tagliate.len(), righe_date.len());
        for (riga, attesa) in tagliate.iter().zip(&righe_date) {
            let mut l = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(riga.as_bytes());
            let letta = l.records().next().unwrap().unwrap();
            prop_assert_eq!(&letta.iter().map(str::to_owned).collect::<Vec<_>>(), attesa);
        }
    }

    /// However the bytes come, the records are the same, and together they are the whole file.
    #[test]
    fn i_pezzi_non_contano(testo in "[ab\",\n\r]{0,60}", passo in 1_usize..20) {
        let intero = righe(testo.as_bytes(), usize::MAX);
        prop_assert_eq!(&righe(testo.as_bytes(), passo), &intero);
        let togli = |t: &str| t.replace(['\n', '\r'], "");
        prop_assert_eq!(togli(&intero.concat()), togli(&testo));
    }
}
