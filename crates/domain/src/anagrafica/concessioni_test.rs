//! The algebra of the operations, against a slower and plainer one.

use super::*;
use crate::{IdDominio, IdUnita};
use proptest::prelude::*;
use std::collections::BTreeMap;

const DOMINI: [&str; 3] = ["12345678901", "12345678902", "12345678903"];
const UNITA: [&str; 3] = ["U1", "U2", "U3"];

/// Plain view of a scope: which offices of which body, `None` being all that there are.
type Modello = Option<BTreeMap<String, Option<Vec<String>>>>;

fn ambito(d: usize, unita: &[usize]) -> AmbitoDominio {
    AmbitoDominio {
        dominio: IdDominio::fidato(DOMINI[d]),
        unita: (!unita.is_empty()).then(|| unita.iter().map(|u| IdUnita::fidato(UNITA[*u])).collect()),
    }
}

fn modello(c: &Concessioni) -> Modello {
    match &c.domini {
        Ambito::Tutti => None,
        Ambito::Solo(v) => Some(
            v.iter()
                .map(|d| {
                    let unita = d.unita.as_ref().map(|u| u.iter().map(|u| u.as_str().to_owned()).collect());
                    (d.dominio.to_string(), unita)
                })
                .collect(),
        ),
    }
}

fn operazione() -> impl Strategy<Value = Operazione> {
    let servizio = prop::sample::select(Servizio::TUTTI.to_vec());
    let dominio = prop_oneof![
        1 => Just(VoceDominio::Tutti),
        6 => (0..3_usize, prop::collection::btree_set(0..3_usize, 0..3))
            .prop_map(|(d, u)| VoceDominio::Uno(ambito(d, &u.into_iter().collect::<Vec<_>>()))),
    ];
    let tipo = prop_oneof![
        1 => Just(VoceTipo::Tutti),
        1 => Just(VoceTipo::Autodeterminazione),
        4 => (0..3_usize).prop_map(|t| VoceTipo::Uno(IdTipoPendenza::fidato(format!("T{t}")))),
    ];
    let diritti = (any::<bool>(), any::<bool>())
        .prop_map(|(lettura, altro)| Diritti { lettura, scrittura: altro || !lettura });
    prop_oneof![
        (servizio.clone(), diritti)
            .prop_map(|(s, d)| Operazione::AggiungiAcl(Acl { servizio: s, diritti: d })),
        servizio.prop_map(Operazione::TogliAcl),
        dominio.clone().prop_map(Operazione::AggiungiDominio),
        dominio.prop_map(Operazione::TogliDominio),
        tipo.clone().prop_map(Operazione::AggiungiTipo),
        tipo.prop_map(Operazione::TogliTipo),
    ]
}

proptest! {
    #[test]
    fn le_operazioni_fanno_cio_che_dicono_e_nulla_diventa_tutto(
        operazioni in prop::collection::vec(operazione(), 0..30)
    ) {
        let mut c = Concessioni::default();
        for o in &operazioni {
            let prima = c.clone();
            let riuscita = c.applica(o);
            if riuscita.is_err() {
                c = prima;
                continue;
            }
            // An entry without offices would be read as all of them.
            if let Ambito::Solo(v) = &c.domini {
                prop_assert!(v.iter().all(|d| d.unita.as_ref().is_none_or(|u| !u.is_empty())));
                let mut visti: Vec<&str> = v.iter().map(|d| d.dominio.as_str()).collect();
                visti.sort_unstable();
                prop_assert!(visti.windows(2).all(|w| w[0] != w[1]), "one entry each: {visti:?}");
            }
            let (m0, m1) = (modello(&prima), modello(&c));
            match o {
                Operazione::AggiungiDominio(VoceDominio::Tutti) => prop_assert_eq!(m1, None),
                Operazione::TogliDominio(VoceDominio::Tutti) => prop_assert_eq!(m1, Some(BTreeMap::new())),
                Operazione::AggiungiDominio(VoceDominio::Uno(d)) => {
                    let atteso = m0.map(|mut m| {
                        let unita = d.unita.as_ref().map(|u| u.iter().map(|u| u.as_str().to_owned()).collect());
                        m.insert(d.dominio.to_string(), unita);
                        m
                    });
                    prop_assert_eq!(m1, atteso);
                }
                Operazione::TogliDominio(VoceDominio::Uno(d)) => {
                    let atteso = m0.map(|mut m| {
                        let chiave = d.dominio.to_string();
                        match (&d.unita, m.get_mut(&chiave)) {
                            (Some(via), Some(Some(sue))) => {
                                sue.retain(|u| !via.iter().any(|v| v.as_str() == u));
                                if sue.is_empty() { m.remove(&chiave); }
                            }
                            (None, _) => { m.remove(&chiave); }
                            (Some(_), _) => {}
                        }
                        m
                    });
                    prop_assert_eq!(m1, atteso);
                }
                Operazione::AggiungiAcl(a) => {
                    let suoi: Vec<_> = c.acl.iter().filter(|x| x.servizio == a.servizio).collect();
                    prop_assert_eq!(suoi, vec![a]);
                    let altri = |c: &Concessioni| {
                        c.acl.iter().filter(|x| x.servizio != a.servizio).copied().collect::<Vec<_>>()
                    };
                    prop_assert_eq!(altri(&c), altri(&prima));
                }
                Operazione::TogliAcl(s) => {
                    prop_assert!(prima.acl.iter().any(|x| x.servizio == *s));
                    prop_assert!(c.acl.iter().all(|x| x.servizio != *s));
                }
                Operazione::AggiungiTipo(VoceTipo::Uno(t)) => {
                    prop_assert!(c.tipi_pendenza.comprende_tipo(t.as_str()));
                }
                Operazione::TogliTipo(VoceTipo::Uno(t)) => {
                    let tutti = prima.tipi_pendenza == Ambito::Tutti;
                    prop_assert_eq!(c.tipi_pendenza.comprende_tipo(t.as_str()), tutti);
                }
                Operazione::AggiungiTipo(VoceTipo::Tutti) => prop_assert_eq!(&c.tipi_pendenza, &Ambito::Tutti),
                Operazione::TogliTipo(VoceTipo::Tutti) => {
                    prop_assert_eq!(&c.tipi_pendenza, &Ambito::Solo(vec![]));
                }
                Operazione::AggiungiTipo(VoceTipo::Autodeterminazione) => prop_assert!(c.autodeterminazione),
                Operazione::TogliTipo(VoceTipo::Autodeterminazione) => prop_assert!(!c.autodeterminazione),
                Operazione::Password(_) => prop_assert_eq!(&c, &prima),
            }
        }
    }

    /// Nobody ends up with a scope that whoever asked for each operation did not have.
    #[test]
    fn chi_ha_un_ambito_non_ne_da_di_piu(operazioni in prop::collection::vec(operazione(), 0..30)) {
        let chi = crate::anagrafica::Utenza {
            principal: "p".into(),
            tipo: crate::anagrafica::TipoUtenza::Operatore,
            password: None,
            nome: "n".into(),
            acl: vec![],
            ruoli: vec![],
            domini: Ambito::Solo(vec![ambito(0, &[]), ambito(1, &[0])]),
            tipi_pendenza: Ambito::Solo(vec![IdTipoPendenza::fidato("T0")]),
            abilitato: true,
        };
        let mut c = Concessioni::default();
        for o in &operazioni {
            let (d, t, a) = o.ambito();
            if crate::anagrafica::concedibile(&chi, &d, &t, a).is_ok() && c.clone().applica(o).is_ok() {
                c.applica(o).unwrap();
            }
        }
        prop_assert!(
            crate::anagrafica::concedibile(&chi, &c.domini, &c.tipi_pendenza, c.autodeterminazione).is_ok(),
            "{c:?}"
        );
    }
}

fn acl(servizio: Servizio, lettere: &str) -> Acl {
    let diritti = Diritti { lettura: lettere.contains('R'), scrittura: lettere.contains('W') };
    Acl { servizio, diritti }
}

#[test]
fn si_danno_solo_i_diritti_che_si_hanno() {
    use Servizio::{ApiPendenze, Pagamenti, Pendenze};
    for (propri, presenti, chiesti, atteso) in [
        (vec![], vec![], vec![], None),
        (vec![], vec![], vec![acl(Pendenze, "R")], Some((Pendenze, 'R'))),
        (vec![acl(Pendenze, "R")], vec![], vec![acl(Pendenze, "R")], None),
        (vec![acl(Pendenze, "R")], vec![], vec![acl(Pendenze, "RW")], Some((Pendenze, 'W'))),
        // W does not imply R.
        (vec![acl(Pendenze, "W")], vec![], vec![acl(Pendenze, "R")], Some((Pendenze, 'R'))),
        // Two entries of one servizio are their union.
        (vec![acl(Pendenze, "R"), acl(Pendenze, "W")], vec![], vec![acl(Pendenze, "RW")], None),
        // What is there already is not given.
        (vec![], vec![acl(Pendenze, "R")], vec![acl(Pendenze, "R")], None),
        (vec![], vec![acl(Pendenze, "R")], vec![acl(Pendenze, "RW")], Some((Pendenze, 'W'))),
        (vec![acl(Pagamenti, "RW")], vec![], vec![acl(Pendenze, "R")], Some((Pendenze, 'R'))),
        // The flags of an applicazione are not rights of the Backoffice.
        (vec![], vec![], vec![acl(ApiPendenze, "RW")], None),
    ] {
        assert_eq!(diritto_eccedente(&propri, &presenti, &chiesti), atteso, "{propri:?} {chiesti:?}");
    }
}

#[test]
fn dal_dominio_dato_per_intero_non_si_tolgono_uffici() {
    let mut c = Concessioni { domini: Ambito::Solo(vec![ambito(0, &[])]), ..Concessioni::default() };
    let via = Operazione::TogliDominio(VoceDominio::Uno(ambito(0, &[1])));
    assert_eq!(c.applica(&via), Err(NonApplicabile::DominioIntero));
}
