//! A page whose marked blocks are made by a test:
//!
//! ```text
//! <!-- esempio: carica -->
//! ...
//! <!-- fine -->
//! ```

use std::collections::BTreeMap;
use std::path::Path;

const APRE: &str = "<!-- esempio: ";
const CHIUDE: &str = "<!-- fine -->";
const AGGIORNA: &str = "GOVPAY_AGGIORNA_GUIDA";

/// The blocks of a page, by name.
#[derive(Default)]
pub(crate) struct Blocchi(BTreeMap<String, String>);

impl Blocchi {
    /// Adds a block; a name is given once.
    pub(crate) fn metti(&mut self, nome: &str, testo: String) {
        assert!(self.0.insert(nome.to_owned(), testo).is_none(), "due esempi di nome {nome}");
    }

    /// Checks the page of `docs/` against the blocks, or rewrites it when the variable is set.
    pub(crate) fn confronta(&self, pagina: &str) {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs").join(pagina);
        let scritta = std::fs::read_to_string(&file).expect(pagina);
        let giusta = self.componi(&scritta).unwrap_or_else(|e| panic!("docs/{pagina}: {e}"));
        if scritta == giusta {
            return;
        }
        if std::env::var_os(AGGIORNA).is_some() {
            std::fs::write(&file, giusta).expect(pagina);
            return;
        }
        let diversa = scritta.lines().zip(giusta.lines()).position(|(a, b)| a != b);
        let riga = diversa.unwrap_or_else(|| scritta.lines().count().min(giusta.lines().count()));
        panic!(
            "docs/{pagina}, riga {}: la pagina dice\n  {}\ne il gateway\n  {}\n\
             Se il gateway ha ragione: make guida (o {AGGIORNA}=1 cargo test -p govpay-server --test guida)",
            riga + 1,
            scritta.lines().nth(riga).unwrap_or("(fine)"),
            giusta.lines().nth(riga).unwrap_or("(fine)"),
        );
    }

    /// The page with every block as it must be.
    fn componi(&self, scritta: &str) -> Result<String, String> {
        let mut giusta = String::new();
        let mut usati: Vec<&str> = Vec::new();
        let mut resto = scritta;
        while let Some((prima, dopo)) = resto.split_once(APRE) {
            let (nome, dopo) = dopo.split_once(" -->\n").ok_or("un esempio senza nome")?;
            let (_, dopo) = dopo.split_once(CHIUDE).ok_or_else(|| format!("l'esempio {nome} non finisce"))?;
            let testo = self.0.get(nome).ok_or_else(|| format!("nessuna prova produce l'esempio {nome}"))?;
            // Inside a list a block is as indented as its marker.
            let rientro = prima.rsplit('\n').next().filter(|r| r.trim().is_empty()).unwrap_or_default();
            let righe = testo.trim_end().lines();
            let testo: String = righe
                .map(|r| if r.is_empty() { "\n".to_owned() } else { format!("{rientro}{r}\n") })
                .collect();
            giusta.push_str(&format!("{prima}{APRE}{nome} -->\n{testo}{rientro}{CHIUDE}"));
            usati.push(nome);
            resto = dopo;
        }
        giusta.push_str(resto);
        match self.0.keys().find(|n| !usati.contains(&n.as_str())) {
            Some(n) => Err(format!("l'esempio {n} non e' nella pagina")),
            None => Ok(giusta),
        }
    }
}

#[test]
fn un_blocco_si_sostituisce_e_ogni_errore_si_dice() {
    let mut b = Blocchi::default();
    b.metti("uno", "nuovo\n".to_owned());
    let pagina = |n: &str, v: &str| format!("testo\n<!-- esempio: {n} -->\n{v}\n<!-- fine -->\ncoda\n");
    assert_eq!(b.componi(&pagina("uno", "vecchio")), Ok(pagina("uno", "nuovo")));
    let rientrata = "1. x\n\n   <!-- esempio: uno -->\n   <!-- fine -->\n";
    let attesa = "1. x\n\n   <!-- esempio: uno -->\n   nuovo\n   <!-- fine -->\n";
    assert_eq!(b.componi(rientrata).as_deref(), Ok(attesa));
    assert_eq!(b.componi(attesa).as_deref(), Ok(attesa));
    assert!(b.componi(&pagina("due", "x")).unwrap_err().contains("nessuna prova produce l'esempio due"));
    assert!(b.componi("niente").unwrap_err().contains("l'esempio uno non e' nella pagina"));
    assert!(b.componi("<!-- esempio: uno -->\nx").unwrap_err().contains("non finisce"));
}
