//! The lines of the groups before a server that asks who we are, in clear and over TLS: the same doors
//! are open to them as to the pool.

use crate::Scrittura;
use crate::postgres::{
    indirizzo::Indirizzo,
    linea::{Linea, Volo},
};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use sqlx::{Connection as _, Executor as _, PgConnection, postgres::PgConnectOptions};
use std::{io, str::FromStr as _, time::Duration};
use testpg::{Accessi, Cluster, Opzioni};

const PASSWORD: &str = "Segreta007";

fn autorita() -> CertifiedIssuer<'static, KeyPair> {
    let mut p = CertificateParams::new(Vec::<String>::new()).unwrap();
    p.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(p, KeyPair::generate().unwrap()).unwrap()
}

/// Certificate and key, PEM.
fn rilascia(ca: &CertifiedIssuer<'static, KeyPair>, nomi: &[&str], comune: &str) -> (String, String) {
    let nomi: Vec<String> = nomi.iter().map(|n| (*n).to_owned()).collect();
    let mut p = CertificateParams::new(nomi).unwrap();
    p.distinguished_name.push(DnType::CommonName, comune);
    let chiave = KeyPair::generate().unwrap();
    (p.signed_by(&chiave, ca).unwrap().pem(), chiave.serialize_pem())
}

fn porta(c: &Cluster) -> u16 {
    c.url_admin().split(['/', ':']).find_map(|p| p.parse().ok()).unwrap()
}

fn url(testo: &str) -> String {
    percent_encoding::utf8_percent_encode(testo, percent_encoding::NON_ALPHANUMERIC).to_string()
}

async fn apri(url: &str) -> io::Result<Linea> {
    let base = PgConnectOptions::from_str(url).unwrap();
    let i = Indirizzo::nuovo(url, &base, "", Duration::from_secs(5));
    tokio::time::timeout(Duration::from_secs(5), Linea::apri(&i)).await.unwrap()
}

/// Writes and commits.
async fn usa(mut l: Linea) {
    let mut s = Scrittura::default();
    s.esegui("create temporary table t (id bigint) on commit drop", vec![]);
    s.esegui("insert into t values ($1)", vec![7_i64.into()]);
    assert!(matches!(l.vola([&s].into_iter()).await, Ok(Volo::Righe(r)) if r == [0, 1]));
    assert!(l.chiudi_transazione("COMMIT").await.unwrap());
    l.congeda().await;
}

fn protetto(regole: &str, tls: Option<(String, String)>, ca: Option<String>) -> Cluster {
    let accessi =
        Accessi { regole: regole.to_owned(), password: PASSWORD.to_owned(), tls, ca_dei_clienti: ca };
    Cluster::protetto(Opzioni { fsync: false, connessioni: 20 }, &accessi).unwrap()
}

/// A server over TLS offers SCRAM with channel binding first: we take the other, as the pool does.
#[tokio::test(flavor = "multi_thread")]
async fn con_tls_e_scram_si_entra_come_il_pool() {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let (nostra, altra) = (autorita(), autorita());
    let server = rilascia(&nostra, &["localhost"], "server");
    let cluster = protetto("hostssl all all 127.0.0.1/32 scram-sha-256\n", Some(server), None);
    let cartella = tempfile::tempdir().unwrap();
    let file = cartella.path().join("ca.pem");
    std::fs::write(&file, nostra.pem()).unwrap();
    let giusta = format!("&sslrootcert={}", url(file.to_str().unwrap()));
    let sbagliata = format!("&sslrootcert={}", url(&altra.pem()));
    for (modo, ca, host, entra) in [
        ("disable", "", "localhost", false),
        ("allow", "", "localhost", false),
        ("prefer", "", "127.0.0.1", true),
        ("require", "", "127.0.0.1", true),
        ("require", sbagliata.as_str(), "localhost", true),
        ("verify-ca", giusta.as_str(), "localhost", true),
        ("verify-ca", giusta.as_str(), "127.0.0.1", true),
        ("verify-ca", sbagliata.as_str(), "localhost", false),
        ("verify-ca", "", "localhost", false),
        ("verify-full", giusta.as_str(), "localhost", true),
        ("verify-full", giusta.as_str(), "127.0.0.1", false),
        ("verify-full", sbagliata.as_str(), "localhost", false),
        ("verify-full", "", "localhost", false),
        ("verify-full", "&sslrootcert=/non/esiste.pem", "localhost", false),
    ] {
        let url =
            format!("postgres://postgres:{PASSWORD}@{host}:{}/postgres?sslmode={modo}{ca}", porta(&cluster));
        let pool = PgConnection::connect(&url).await;
        assert_eq!(pool.is_ok(), entra, "the pool: {modo} {host} {ca}: {:?}", pool.err());
        let linea = apri(&url).await;
        assert_eq!(linea.is_ok(), entra, "the line: {modo} {host} {ca}: {:?}", linea.err());
        if let Ok(l) = linea {
            usa(l).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn chi_ha_la_password_sbagliata_resta_fuori() {
    let cluster = protetto("host all all 127.0.0.1/32 scram-sha-256\n", None, None);
    let di = |credenziali: &str, coda: &str| {
        format!("postgres://{credenziali}@127.0.0.1:{}/postgres?sslmode={coda}", porta(&cluster))
    };
    usa(apri(&di(&format!("postgres:{PASSWORD}"), "disable")).await.unwrap()).await;
    usa(apri(&di(&format!("postgres:{PASSWORD}"), "prefer")).await.unwrap()).await;
    for (url, atteso) in [
        (di("postgres:sbagliata", "disable"), "28P01"),
        (di("nessuno:sbagliata", "disable"), "28P01"),
        (di(&format!("postgres:{PASSWORD}"), "require"), "il server non parla TLS"),
        (di(&format!("postgres:{PASSWORD}"), "disable&dbname=altro"), "3D000"),
    ] {
        let errore = apri(&url).await.err().map(|e| e.to_string());
        assert_eq!(errore.as_deref(), Some(atteso), "{url}");
    }
    if std::env::var_os("PGPASSWORD").is_none() {
        let errore = apri(&di("postgres", "disable")).await.err().map(|e| e.to_string());
        assert_eq!(errore.as_deref(), Some("manca la password"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn ogni_modo_di_entrare() {
    let ca = autorita();
    let server = rilascia(&ca, &["localhost"], "server");
    let regole = "hostssl all di_certificato 127.0.0.1/32 cert\n\
                  host all di_md5 127.0.0.1/32 md5\n\
                  host all in_chiaro 127.0.0.1/32 password\n\
                  host all fidato 127.0.0.1/32 trust\n\
                  host all all 127.0.0.1/32 scram-sha-256\n";
    let cluster = protetto(regole, Some(server), Some(ca.pem()));
    let mut admin = PgConnection::connect(cluster.url_admin()).await.unwrap();
    admin
        .execute(
            "create user di_certificato; create user in_chiaro password 'chiara'; create user fidato; \
             create user strano password 'p@ss:w/ör d'; \
             set password_encryption = 'md5'; create user di_md5 password 'vecchia'; \
             grant temporary on database postgres to public",
        )
        .await
        .unwrap();
    let di = |chi: &str, coda: &str| {
        format!("postgres://{chi}@localhost:{}/postgres?sslmode=require{coda}", porta(&cluster))
    };
    let con = |(certificato, chiave): (String, String)| {
        format!("&sslcert={}&sslkey={}", url(&certificato), url(&chiave))
    };
    let strano = format!("strano:{}", url("p@ss:w/ör d"));
    for chi in ["di_md5:vecchia", "in_chiaro:chiara", "fidato:qualsiasi", &strano] {
        usa(apri(&di(chi, "")).await.unwrap_or_else(|e| unreachable!("{chi}: {e}"))).await;
    }
    for chi in ["di_md5:altra", "in_chiaro:altra", "strano:altra"] {
        let errore = apri(&di(chi, "")).await.err().map(|e| e.to_string());
        assert_eq!(errore.as_deref(), Some("28P01"), "{chi}");
    }
    let mio = con(rilascia(&ca, &[], "di_certificato"));
    usa(apri(&di("di_certificato", &mio)).await.unwrap()).await;
    for no in
        [String::new(), con(rilascia(&ca, &[], "altro")), con(rilascia(&autorita(), &[], "di_certificato"))]
    {
        assert!(apri(&di("di_certificato", &no)).await.is_err());
    }
}
