//! The tables, as Markdown.

use crate::liste::RigaLista;

/// The one in the middle; 0 of none.
pub(crate) fn mediana(valori: &[f64]) -> f64 {
    let mut v = valori.to_vec();
    v.sort_by(f64::total_cmp);
    let meta = v.len() / 2;
    match (v.get(meta.wrapping_sub(1)), v.get(meta)) {
        (Some(a), Some(b)) if v.len().is_multiple_of(2) => f64::midpoint(*a, *b),
        (_, Some(b)) => *b,
        (_, None) => 0.0,
    }
}

/// One path in one variant.
#[derive(Debug, Clone, Default)]
pub(crate) struct Riga {
    pub(crate) via: String,
    pub(crate) variante: String,
    /// Operations per second of the closed loop: median, least, most of the rounds.
    pub(crate) al_secondo: f64,
    pub(crate) minimo: f64,
    pub(crate) massimo: f64,
    /// Milliseconds: p50, p99, p99.9 of the closed loop.
    pub(crate) chiuso: [f64; 3],
    /// The same of the open loop, and the rate that it kept.
    pub(crate) aperto: [f64; 3],
    pub(crate) ritmo: f64,
    /// Microseconds of processor per operation: gateway, PostgreSQL, load generator.
    pub(crate) cpu: [f64; 3],
    /// Peak resident MiB of the gateway.
    pub(crate) memoria: f64,
    /// What stands beside it, per second: pgbench with and without the giornale, or the store alone
    /// grouped and not.
    pub(crate) termini: [f64; 2],
    /// Medians of the ratios of each round.
    pub(crate) rapporti: [f64; 2],
    /// Times the cost of the smallest database.
    pub(crate) crescita: Option<f64>,
    pub(crate) errori: u64,
    pub(crate) primo_errore: Option<String>,
}

impl Riga {
    pub(crate) fn nuova(via: &str, variante: &str) -> Self {
        Self { via: via.to_owned(), variante: variante.to_owned(), ..Self::default() }
    }
}

fn tre(v: [f64; 3]) -> String {
    v.map(|m| if m < 10.0 { format!("{m:.2}") } else { format!("{m:.0}") }).join(" / ")
}

fn se(v: f64, testo: impl FnOnce(f64) -> String) -> String {
    if v > 0.0 { testo(v) } else { "-".to_owned() }
}

fn errori(r: &Riga) -> String {
    match &r.primo_errore {
        Some(e) => format!("**{}**: {}", r.errori, e.replace(['\n', '|'], " ")),
        None => r.errori.to_string(),
    }
}

/// The first table. `termini`: what the two columns of comparison are called.
pub(crate) fn prima(righe: &[Riga], termini: [&str; 2]) -> String {
    let [uno, due] = termini;
    let mut t = format!(
        "| Path | Commits | op/s (least-most) | closed loop ms, p50 / p99 / p99.9 | open loop at op/s | ms, p50 / p99 / p99.9 \
         | CPU us/op, gateway / database / load | peak MiB | {uno}/s | ratio | {due}/s | ratio | errors |\n\
         |---|---|---|---|---|---|---|---|---|---|---|---|---|\n"
    );
    for r in righe {
        if r.al_secondo > 0.0 {
            t.push_str(&format!(
                "| {} | {} | **{:.0}** ({:.0}-{:.0}) | {} | {:.0} | {} | {} | {:.0} | {} | {} | {} | {} | {} |\n",
                r.via,
                r.variante,
                r.al_secondo,
                r.minimo,
                r.massimo,
                tre(r.chiuso),
                r.ritmo,
                if r.ritmo > 0.0 { tre(r.aperto) } else { "-".to_owned() },
                cpu(r),
                r.memoria,
                se(r.termini[0], |v| format!("{v:.0}")),
                se(r.rapporti[0], |v| format!("**{v:.2}**")),
                se(r.termini[1], |v| format!("{v:.0}")),
                se(r.rapporti[1], |v| format!("{v:.2}")),
                errori(r)
            ));
        } else {
            t.push_str(&format!("| {} | {} | - | | | | | | | | | | {} |\n", r.via, r.variante, errori(r)));
        }
    }
    t
}

fn cpu(r: &Riga) -> String {
    r.cpu.map(|c| format!("{c:.0}")).join(" / ")
}

/// The second table: rows of one path follow each other, smallest database first.
pub(crate) fn scala(righe: &[Riga]) -> String {
    let mut t = "| Path | Pendenze stored | op/s (least-most) | ms, p50 / p99 / p99.9 | cost, smallest = 1 \
                 | CPU us/op, gateway / database / load | errors |\n|---|---|---|---|---|---|---|\n"
        .to_owned();
    for r in righe {
        t.push_str(&format!(
            "| {} | {} | **{:.0}** ({:.0}-{:.0}) | {} | {} | {} | {} |\n",
            r.via,
            r.variante,
            r.al_secondo,
            r.minimo,
            r.massimo,
            tre(r.chiuso),
            r.crescita.map_or_else(|| "-".to_owned(), |c| format!("{c:.2}")),
            cpu(r),
            errori(r)
        ));
    }
    t
}

/// Pages of lists: one column per size, and the growth from the first to the last.
pub(crate) fn liste(righe: &[RigaLista], colonne: &[String]) -> String {
    let mut t = format!(
        "| List | {} | last / first |\n|---|{}---|\n",
        colonne.join(" | "),
        "---|".repeat(colonne.len())
    );
    for r in righe {
        let celle: Vec<String> = r
            .tempi
            .iter()
            .map(|x| match x {
                Ok((p50, p99)) => format!("{p50:.2} / {p99:.2}"),
                Err(e) => format!("**{}**", e.replace(['\n', '|'], " ")),
            })
            .collect();
        let estremi = (r.tempi.first(), r.tempi.last());
        let crescita = match estremi {
            (Some(Ok((a, _))), Some(Ok((b, _)))) if r.tempi.len() > 1 && *a > 0.0 => format!("{:.1}", b / a),
            _ => "-".to_owned(),
        };
        t.push_str(&format!("| `{}` | {} | {crescita} |\n", r.nome, celle.join(" | ")));
    }
    t
}

#[cfg(test)]
mod tests {
    use super::mediana;

    #[test]
    fn la_mediana_sta_in_mezzo() {
        let casi: [(&[f64], f64); 4] =
            [(&[], 0.0), (&[3.0], 3.0), (&[9.0, 1.0, 2.0], 2.0), (&[4.0, 1.0, 2.0, 3.0], 2.5)];
        for (valori, attesa) in casi {
            assert!((mediana(valori) - attesa).abs() < 1e-9, "{valori:?}");
        }
    }
}
