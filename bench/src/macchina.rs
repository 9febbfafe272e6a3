//! Where and when the figures were taken.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

/// The clock: the engine's is in another process.
#[expect(clippy::disallowed_methods, reason = "a load generator has no engine whose clock to ask")]
pub(crate) fn adesso() -> jiff::Timestamp {
    jiff::Timestamp::now()
}

/// One line per fact.
pub(crate) fn descrivi(cartella: &Path, postgres: Option<&str>) -> Vec<String> {
    let adesso = adesso().strftime("%Y-%m-%d %H:%M UTC").to_string();
    let commit = uscita("git", &["rev-parse", "--short", "HEAD"]);
    let sporco = if uscita("git", &["status", "--porcelain", "--untracked-files=no"]).is_empty() {
        ""
    } else {
        ", with changes not committed"
    };
    let cpu = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let modello =
        cpu.lines().find_map(|r| r.strip_prefix("model name")?.split_once(':')).map_or("?", |r| r.1);
    let memoria = std::fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let kib =
        memoria.lines().find_map(|r| r.strip_prefix("MemTotal:")?.trim().strip_suffix(" kB")?.parse().ok());
    let carico = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let nuclei = std::thread::available_parallelism().map_or(0, std::num::NonZero::get);
    let mut righe = vec![
        format!("{adesso}, commit {commit}{sporco}"),
        format!(
            "{nuclei} cores ({}), {:.0} GiB, kernel {}; load average before: {}",
            modello.trim(),
            kib.unwrap_or(0.0) / f64::from(1 << 20),
            uscita("uname", &["-r"]),
            carico.split_whitespace().take(3).collect::<Vec<_>>().join(" ")
        ),
        format!("fdatasync of 8 KiB: {}", sincronia(cartella)),
    ];
    righe.extend(postgres.map(|p| format!("PostgreSQL {p}: fsync and synchronous_commit on")));
    righe
}

fn uscita(programma: &str, argomenti: &[&str]) -> String {
    Command::new(programma)
        .args(argomenti)
        .output()
        .map(|u| String::from_utf8_lossy(&u.stdout).trim().to_owned())
        .unwrap_or_default()
}

/// Median of 200 appends with `fdatasync`.
fn sincronia(cartella: &Path) -> String {
    let misura = || -> std::io::Result<f64> {
        let nome = cartella.join("sincronia");
        let mut f = OpenOptions::new().create(true).append(true).open(&nome)?;
        let mut tempi = Vec::new();
        for _ in 0..200 {
            let inizio = Instant::now();
            f.write_all(&[7; 8192])?;
            f.sync_data()?;
            tempi.push(inizio.elapsed().as_secs_f64() * 1e6);
        }
        std::fs::remove_file(&nome)?;
        Ok(crate::tabella::mediana(&tempi))
    };
    misura().map_or_else(|e| e.to_string(), |m| format!("{m:.0} us"))
}
