//! TLS with the stores of a connector (spec 10 section 6, kinds `Client` and `Server`).
//!
//! `sslType` is kept as it was given and decides nothing: the best version that both sides have is taken, TLS
//! 1.2 or 1.3. Whatever `ksType` and `tsType` say, a store is known by its first bytes. The name in the
//! certificate of the other side is always checked, against its alternative names.

use async_trait::async_trait;
use domain::anagrafica::Tls;
use engine::porte::UsoArchivio;
use portachiavi::{Coppia, Portachiavi};
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{WebPkiServerVerifier, verify_server_name};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::sign::CertifiedKey;
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme, crypto,
};
use std::fs::Metadata;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;
use x509_parser::prelude::{FromDer as _, X509Certificate};

/// What tells that a file is not the one that was read: its length and when it was written.
type Firma = Option<(u64, Option<SystemTime>)>;

/// The files of a connector as they are now: trust store, key store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Firme([Firma; 2]);

/// Where stores may be: in a folder, or anywhere.
#[derive(Debug, Clone)]
pub struct Archivi(Arc<Option<PathBuf>>);

impl Archivi {
    /// In this folder alone, if there is one.
    #[must_use]
    pub fn nuovi(cartella: Option<PathBuf>) -> Self {
        Self(Arc::new(cartella))
    }

    /// A path that is not absolute is of the folder.
    fn percorso(&self, scritto: &str) -> PathBuf {
        self.0.as_deref().map_or_else(|| PathBuf::from(scritto), |c| c.join(scritto))
    }

    /// What the files of a connector look like now; one that is not there looks like nothing.
    pub(crate) async fn firme(&self, t: &Tls) -> Firme {
        let firma = async |scritto: Option<&str>| {
            let m = tokio::fs::metadata(self.percorso(scritto?)).await.ok()?;
            Some((m.len(), m.modified().ok()))
        };
        let (fidati, chiavi) =
            tokio::join!(firma(Some(&t.ts_location)), firma(t.ks_location.as_deref().filter(|_| t.client)));
        Firme([fidati, chiavi])
    }

    /// Reads the stores. It may take a while: whoever wrote them chose how long.
    pub(crate) async fn configura(&self, t: &Tls) -> Result<ClientConfig, String> {
        let (archivi, t) = (self.clone(), t.clone());
        tokio::task::spawn_blocking(move || archivi.configura_ora(&t))
            .await
            .unwrap_or_else(|_| Err("lettura dei portachiavi interrotta".to_owned()))
    }

    fn configura_ora(&self, t: &Tls) -> Result<ClientConfig, String> {
        let fidati = self.apri("Truststore", &t.ts_location, &t.ts_password, None)?.fidati;
        let provider = Arc::new(crypto::ring::default_provider());
        let verifica =
            Verifica::nuova(fidati, &provider).map_err(|e| format!("Truststore [{}]: {e}", t.ts_location))?;
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|e| e.to_string())?
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(verifica));
        if !t.client {
            return Ok(config.with_no_client_auth());
        }
        let (percorso, password, della_chiave) = (
            t.ks_location.as_deref().unwrap_or_default(),
            t.ks_password.as_deref().unwrap_or_default(),
            t.ks_pkey_passwd.as_deref().unwrap_or_default(),
        );
        let coppia = self.coppia(percorso, password, della_chiave)?;
        config.with_client_auth_cert(coppia.catena, coppia.chiave).map_err(|_| spaiate(percorso))
    }

    /// The key of a store with its certificate.
    fn coppia(&self, percorso: &str, password: &str, della_chiave: &str) -> Result<Coppia, String> {
        let letto = self.apri("Keystore", percorso, password, Some(della_chiave))?;
        letto.coppia.filter(|c| !c.catena.is_empty()).ok_or_else(|| {
            format!("Keystore [{percorso}]: non contiene una chiave privata con il suo certificato")
        })
    }

    fn prova_ora(&self, uso: UsoArchivio, percorso: &str, password: &str) -> Result<(), String> {
        let provider = Arc::new(crypto::ring::default_provider());
        match uso {
            UsoArchivio::Fidati => {
                let fidati = self.apri("Truststore", percorso, password, None)?.fidati;
                Verifica::nuova(fidati, &provider)
                    .map(drop)
                    .map_err(|e| format!("Truststore [{percorso}]: {e}"))
            }
            UsoArchivio::Chiavi => {
                let coppia = self.coppia(percorso, password, password)?;
                CertifiedKey::from_der(coppia.catena, coppia.chiave, &provider)
                    .map(drop)
                    .map_err(|_| spaiate(percorso))
            }
        }
    }

    fn apri(
        &self,
        cosa: &str,
        scritto: &str,
        password: &str,
        della_chiave: Option<&str>,
    ) -> Result<Portachiavi, String> {
        let errore = |e: &dyn std::fmt::Display| format!("{cosa} [{scritto}]: {e}");
        let byte = self.leggi(scritto).map_err(|e| errore(&e))?;
        portachiavi::leggi(&byte, password, della_chiave).map_err(|e| errore(&e))
    }

    /// A file, not a device nor a pipe that never ends; nothing of what is in it is ever told.
    fn leggi(&self, scritto: &str) -> Result<Vec<u8>, &'static str> {
        const NON_SI_LEGGE: &str = "il file non c'e' o non si legge";
        let percorso = self.percorso(scritto).canonicalize().map_err(|_| NON_SI_LEGGE)?;
        if let Some(cartella) = self.0.as_deref()
            && !cartella.canonicalize().is_ok_and(|c| percorso.starts_with(c))
        {
            return Err("il file non e' nella cartella dei portachiavi");
        }
        if !std::fs::metadata(&percorso).is_ok_and(|m: Metadata| m.is_file()) {
            return Err(NON_SI_LEGGE);
        }
        leggi_file(&percorso).map_err(|_| NON_SI_LEGGE)
    }
}

#[async_trait]
impl engine::porte::Archivi for Archivi {
    async fn prova(&self, uso: UsoArchivio, percorso: &str, password: &str) -> Result<(), String> {
        let (archivi, percorso, password) = (self.clone(), percorso.to_owned(), password.to_owned());
        tokio::task::spawn_blocking(move || archivi.prova_ora(uso, &percorso, &password))
            .await
            .unwrap_or_else(|_| Err("lettura del portachiavi interrotta".to_owned()))
    }
}

fn spaiate(percorso: &str) -> String {
    format!(
        "Keystore [{percorso}]: chiave privata e certificato non vanno insieme, o il loro tipo non e' previsto"
    )
}

fn leggi_file(percorso: &Path) -> std::io::Result<Vec<u8>> {
    let mut byte = Vec::new();
    // One more than is allowed: who reads it sees that it is too long.
    let limite = u64::try_from(portachiavi::LIMITE).unwrap_or(u64::MAX).saturating_add(1);
    std::fs::File::open(percorso)?.take(limite).read_to_end(&mut byte)?;
    Ok(byte)
}

/// Believes who is signed by a certificate of the trust store, or is itself one of them: as Java does, and
/// as bodies with a certificate made at home need.
#[derive(Debug)]
struct Verifica {
    catena: Arc<WebPkiServerVerifier>,
    fidati: Vec<CertificateDer<'static>>,
}

impl Verifica {
    fn nuova(
        fidati: Vec<CertificateDer<'static>>,
        provider: &Arc<crypto::CryptoProvider>,
    ) -> Result<Self, &'static str> {
        let mut radici = RootCertStore::empty();
        let (buone, _) = radici.add_parsable_certificates(fidati.iter().cloned());
        if buone == 0 {
            return Err("non contiene certificati");
        }
        let catena = WebPkiServerVerifier::builder_with_provider(Arc::new(radici), Arc::clone(provider))
            .build()
            .map_err(|_| "non contiene certificati")?;
        Ok(Self { catena, fidati })
    }
}

impl ServerCertVerifier for Verifica {
    fn verify_server_cert(
        &self,
        suo: &CertificateDer<'_>,
        intermedi: &[CertificateDer<'_>],
        nome: &ServerName<'_>,
        ocsp: &[u8],
        adesso: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        if !self.fidati.iter().any(|f| f == suo) {
            return self.catena.verify_server_cert(suo, intermedi, nome, ocsp, adesso);
        }
        let storto = || Error::InvalidCertificate(CertificateError::BadEncoding);
        let (_, letto) = X509Certificate::from_der(suo).map_err(|_| storto())?;
        let adesso = i64::try_from(adesso.as_secs()).map_err(|_| storto())?;
        if adesso > letto.validity().not_after.timestamp() {
            return Err(Error::InvalidCertificate(CertificateError::Expired));
        }
        if adesso < letto.validity().not_before.timestamp() {
            return Err(Error::InvalidCertificate(CertificateError::NotValidYet));
        }
        verify_server_name(&ParsedCertificate::try_from(suo)?, nome)?;
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        messaggio: &[u8],
        suo: &CertificateDer<'_>,
        firma: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.catena.verify_tls12_signature(messaggio, suo, firma)
    }

    fn verify_tls13_signature(
        &self,
        messaggio: &[u8],
        suo: &CertificateDer<'_>,
        firma: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.catena.verify_tls13_signature(messaggio, suo, firma)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.catena.supported_verify_schemes()
    }
}

/// What a failure of TLS means, in words; `None` for those that have none.
pub(crate) fn motivo(e: &Error) -> Option<String> {
    use CertificateError as C;
    let testo = match e {
        Error::InvalidCertificate(c) => match c {
            C::UnknownIssuer => "il certificato del server non e' firmato da chi e' nel truststore",
            C::Expired | C::ExpiredContext { .. } => "il certificato del server e' scaduto",
            C::NotValidYet | C::NotValidYetContext { .. } => "il certificato del server non e' ancora valido",
            C::NotValidForName | C::NotValidForNameContext { .. } => {
                "il certificato del server non e' per il nome chiamato"
            }
            C::Revoked => "il certificato del server e' revocato",
            // Among others, one made at home that is not in the trust store.
            _ => "il certificato del server non e' valido, o non e' nel truststore",
        },
        Error::AlertReceived(a) => {
            return Some(format!("TLS: il server ha rifiutato la connessione ({a:?})"));
        }
        Error::PeerIncompatible(_) => "il server non ha una versione o una cifratura in comune con noi",
        _ => return None,
    };
    Some(format!("TLS: {testo}"))
}
