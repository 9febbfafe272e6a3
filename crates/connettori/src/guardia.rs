//! Where a connector may lead (design: outbound calls). Addresses come from operators: private and
//! loopback ones are legitimate, because enti sit on 10.x; link-local and cloud-metadata ones never
//! are. An allow-list can narrow further.

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

/// A rule of the allow-list that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("regola [{0}] non valida: serve un nome di host, *.suffisso, un indirizzo IP o una rete CIDR")]
pub struct RegolaNonValida(String);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Regola {
    Nome(String),
    Suffisso(String),
    Rete(IpAddr, u8),
}

/// The allow-list: empty lets everything through that the guard does not refuse anyway.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ammessi(Vec<Regola>);

impl Ammessi {
    /// Reads `host`, `*.suffix`, `10.1.2.3`, `10.0.0.0/8`.
    ///
    /// # Errors
    /// The first rule that is none of these.
    pub fn leggi<S: AsRef<str>>(regole: impl IntoIterator<Item = S>) -> Result<Self, RegolaNonValida> {
        regole.into_iter().map(|r| regola(r.as_ref())).collect::<Result<_, _>>().map(Self)
    }

    fn ammette_nome(&self, host: &str) -> bool {
        self.0.iter().any(|r| match r {
            Regola::Nome(n) => n.eq_ignore_ascii_case(host),
            Regola::Suffisso(s) => host
                .len()
                .checked_sub(s.len())
                .and_then(|i| host.get(i..))
                .is_some_and(|coda| coda.eq_ignore_ascii_case(s)),
            Regola::Rete(..) => false,
        })
    }

    fn ammette_indirizzo(&self, ip: IpAddr) -> bool {
        self.0.iter().any(|r| matches!(r, Regola::Rete(rete, bit) if nella_rete(ip, *rete, *bit)))
    }
}

fn regola(testo: &str) -> Result<Regola, RegolaNonValida> {
    let testo = testo.trim();
    let rifiuto = || RegolaNonValida(testo.to_owned());
    if let Some(s) = testo.strip_prefix('*') {
        let valido = s.len() > 1 && s.starts_with('.') && !s.contains(['/', ' ', '*']);
        return if valido { Ok(Regola::Suffisso(s.to_owned())) } else { Err(rifiuto()) };
    }
    let (indirizzo, bit) = testo.split_once('/').map_or((testo, None), |(i, b)| (i, Some(b)));
    if let Ok(ip) = indirizzo.parse::<IpAddr>() {
        let massimo = if ip.is_ipv4() { 32 } else { 128 };
        let bit = bit.map_or(Ok(massimo), str::parse::<u8>).map_err(|_| rifiuto())?;
        return if bit <= massimo { Ok(Regola::Rete(ip, bit)) } else { Err(rifiuto()) };
    }
    let nome =
        !testo.is_empty() && testo.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_'));
    if nome { Ok(Regola::Nome(testo.to_owned())) } else { Err(rifiuto()) }
}

fn nella_rete(ip: IpAddr, rete: IpAddr, bit: u8) -> bool {
    let numero = |ip: IpAddr| match ip {
        IpAddr::V4(v) => (u128::from(u32::from(v)) << 96, true),
        IpAddr::V6(v) => (u128::from(v), false),
    };
    let ((a, a4), (b, b4)) = (numero(ip), numero(rete));
    a4 == b4 && (bit == 0 || (a ^ b) >> (128 - u32::from(bit)) == 0)
}

/// The IPv4 address that an IPv6 one stands for (mapped, compatible, NAT64, 6to4).
fn quattro(v6: Ipv6Addr) -> Option<Ipv4Addr> {
    let s = v6.segments();
    let [a, b, c, d, e, f, g, h] = s;
    let da = |alto: u16, basso: u16| Ipv4Addr::from((u32::from(alto) << 16) | u32::from(basso));
    match (a, b, c, d, e, f) {
        (0, 0, 0, 0, 0, 0xffff) => Some(da(g, h)),
        (0, 0, 0, 0, 0, 0) if g != 0 => Some(da(g, h)),
        (0x64, 0xff9b, 0, 0, 0, 0) => Some(da(g, h)),
        (0x2002, alto, basso, ..) => Some(da(alto, basso)),
        _ => None,
    }
}

/// Whether an address is never called: link-local (where clouds keep their metadata) and the
/// metadata addresses that are elsewhere.
fn vietato(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(v) => {
            v.is_link_local()
                || v == Ipv4Addr::new(100, 100, 100, 200) // Alibaba Cloud
                || v == Ipv4Addr::new(192, 0, 0, 192) // Oracle Cloud
                || v == Ipv4Addr::new(168, 63, 129, 16) // Azure, agent of the machine
        }
        IpAddr::V6(v) => {
            v.is_unicast_link_local()
                || v == Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254) // AWS
                || quattro(v).is_some_and(|v4| vietato(IpAddr::V4(v4)))
        }
    }
}

/// Why a name was not turned into an address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Risoluzione {
    /// The name does not resolve: the text that the journal must contain (spec 60 1.1).
    #[error("java.net.UnknownHostException: {0}")]
    Sconosciuto(String),
    /// It resolves to somewhere we do not go.
    #[error("Indirizzo non ammesso per un connettore: {0}")]
    Vietato(String),
}

/// The guard, used as the resolver of the client: what was checked is what is called.
#[derive(Debug, Clone)]
pub(crate) struct Guardia(pub(crate) Arc<Ammessi>);

impl Guardia {
    /// Checks a host that is an address already: the resolver is not asked for those.
    pub(crate) fn controlla_letterale(&self, host: &str) -> Result<(), Risoluzione> {
        let ip = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
        match ip {
            Ok(ip) if vietato(ip) || !(self.0.0.is_empty() || self.0.ammette_indirizzo(ip)) => {
                Err(Risoluzione::Vietato(host.to_owned()))
            }
            Ok(_) | Err(_) => Ok(()),
        }
    }

    /// The addresses that may be called, of those found for a name.
    fn filtra(&self, host: &str, trovati: Vec<SocketAddr>) -> Result<Vec<SocketAddr>, Risoluzione> {
        if trovati.is_empty() {
            return Err(Risoluzione::Sconosciuto(host.to_owned()));
        }
        let libero = self.0.0.is_empty() || self.0.ammette_nome(host);
        // One forbidden address is enough to refuse: a name that mixes them is not an ente.
        if trovati.iter().any(|a| vietato(a.ip()) || !(libero || self.0.ammette_indirizzo(a.ip()))) {
            return Err(Risoluzione::Vietato(host.to_owned()));
        }
        Ok(trovati)
    }
}

impl Resolve for Guardia {
    fn resolve(&self, name: Name) -> Resolving {
        let guardia = self.clone();
        Box::pin(async move {
            let host = name.as_str().to_owned();
            let trovati = tokio::net::lookup_host((host.as_str(), 0))
                .await
                .map_err(|_| Risoluzione::Sconosciuto(host.clone()))?
                .collect();
            let buoni = guardia.filtra(&host, trovati)?;
            Ok(Box::new(buoni.into_iter()) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guardia(regole: &[&str]) -> Guardia {
        Guardia(Arc::new(Ammessi::leggi(regole).unwrap()))
    }

    #[test]
    fn i_metadati_dei_cloud_non_si_chiamano_mai() {
        let g = guardia(&[]);
        for ip in [
            "169.254.169.254",
            "169.254.0.1",
            "[fe80::1]",
            "[::ffff:169.254.169.254]",
            "[64:ff9b::a9fe:a9fe]",
            "[2002:a9fe:a9fe::1]",
            "[fd00:ec2::254]",
            "100.100.100.200",
        ] {
            assert!(g.controlla_letterale(ip).is_err(), "{ip}");
        }
        for ip in
            ["127.0.0.1", "10.1.2.3", "192.168.1.1", "[::1]", "[fd12::1]", "93.184.216.34", "ente.example"]
        {
            assert!(g.controlla_letterale(ip).is_ok(), "{ip}");
        }
    }

    #[test]
    fn un_nome_che_porta_a_un_indirizzo_vietato_si_rifiuta() {
        let g = guardia(&[]);
        let a = |t: &str| t.parse::<SocketAddr>().unwrap();
        let misto = vec![a("10.0.0.1:0"), a("169.254.169.254:0")];
        assert_eq!(g.filtra("ente.example", misto), Err(Risoluzione::Vietato("ente.example".into())));
        assert_eq!(g.filtra("ente.example", vec![]), Err(Risoluzione::Sconosciuto("ente.example".into())));
        assert!(g.filtra("ente.example", vec![a("10.0.0.1:0")]).is_ok());
    }

    #[test]
    fn la_lista_restringe_per_nome_suffisso_e_rete() {
        let g = guardia(&["ente.example", "*.comune.it", "10.0.0.0/8", "192.168.7.1"]);
        let a = |t: &str| vec![t.parse::<SocketAddr>().unwrap()];
        assert!(g.filtra("ENTE.example", a("93.1.2.3:0")).is_ok());
        assert!(g.filtra("paga.comune.it", a("93.1.2.3:0")).is_ok());
        assert!(g.filtra("malcomune.it", a("93.1.2.3:0")).is_err());
        assert!(g.filtra("altro.example", a("10.9.9.9:0")).is_ok());
        assert!(g.filtra("altro.example", a("11.9.9.9:0")).is_err());
        assert!(g.controlla_letterale("192.168.7.1").is_ok());
        assert!(g.controlla_letterale("192.168.7.2").is_err());
        for r in ["", "*", "*x", "10.0.0.0/33", "http://x", "a b"] {
            assert!(Ammessi::leggi([r]).is_err(), "{r}");
        }
    }
}
