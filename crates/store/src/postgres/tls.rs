//! TLS to the database, with the meanings of `sslmode` that the pool's driver gives them. No channel
//! binding: the driver has none, and who could stand between us and the server would have its connections.

use super::indirizzo::Indirizzo;
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, Error as TlsError, RootCertStore, SignatureScheme,
    client::{
        WebPkiServerVerifier,
        danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    },
    crypto::{CryptoProvider, ring::default_provider},
};
use rustls_pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime, pem::PemObject as _};
use sqlx::postgres::PgSslMode;
use std::{io, sync::Arc};
use tokio::net::TcpStream;
use tokio_rustls::{TlsConnector, client::TlsStream};

/// Wraps a connection whose server has said it speaks TLS.
pub(super) async fn avvolgi(tcp: TcpStream, i: &Indirizzo) -> io::Result<TlsStream<TcpStream>> {
    let host = ServerName::try_from(i.host.clone()).map_err(io::Error::other)?;
    TlsConnector::from(Arc::new(configurazione(i)?)).connect(host, tcp).await
}

fn configurazione(i: &Indirizzo) -> io::Result<ClientConfig> {
    let algoritmi = Arc::new(default_provider());
    let verifica: Arc<dyn ServerCertVerifier> = match i.tls {
        PgSslMode::VerifyCa | PgSslMode::VerifyFull => {
            let mut radici = RootCertStore::from_iter(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
            if let Some(file) = &i.radice {
                for c in certificati(file)? {
                    radici.add(c).map_err(io::Error::other)?;
                }
            }
            let completa =
                WebPkiServerVerifier::builder_with_provider(Arc::new(radici), Arc::clone(&algoritmi))
                    .build()
                    .map_err(io::Error::other)?;
            if matches!(i.tls, PgSslMode::VerifyCa) { Arc::new(SenzaNome(completa)) } else { completa }
        }
        _ => Arc::new(Cifrata(Arc::clone(&algoritmi))),
    };
    let base = ClientConfig::builder_with_provider(algoritmi)
        .with_safe_default_protocol_versions()
        .map_err(io::Error::other)?
        .dangerous()
        .with_custom_certificate_verifier(verifica);
    match (&i.certificato, &i.chiave) {
        (Some(c), Some(k)) => {
            base.with_client_auth_cert(certificati(c)?, chiave(k)?).map_err(io::Error::other)
        }
        _ => Ok(base.with_no_client_auth()),
    }
}

/// A file, or the PEM itself.
fn pem(dove: &str) -> io::Result<Vec<u8>> {
    if dove.contains("-----BEGIN ") { Ok(dove.as_bytes().to_vec()) } else { std::fs::read(dove) }
}

fn certificati(dove: &str) -> io::Result<Vec<CertificateDer<'static>>> {
    CertificateDer::pem_slice_iter(&pem(dove)?).collect::<Result<_, _>>().map_err(io::Error::other)
}

fn chiave(dove: &str) -> io::Result<PrivateKeyDer<'static>> {
    PrivateKeyDer::from_pem_slice(&pem(dove)?).map_err(io::Error::other)
}

/// `prefer` and `require`: encrypted, with anybody.
#[derive(Debug)]
struct Cifrata(Arc<CryptoProvider>);

/// `verify-ca`: a certificate of ours, whatever the name.
#[derive(Debug)]
struct SenzaNome(Arc<WebPkiServerVerifier>);

impl ServerCertVerifier for Cifrata {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, TlsError> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        m: &[u8],
        c: &CertificateDer<'_>,
        d: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, TlsError> {
        rustls::crypto::verify_tls12_signature(m, c, d, &self.0.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        m: &[u8],
        c: &CertificateDer<'_>,
        d: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, TlsError> {
        rustls::crypto::verify_tls13_signature(m, c, d, &self.0.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}

impl ServerCertVerifier for SenzaNome {
    fn verify_server_cert(
        &self,
        c: &CertificateDer<'_>,
        catena: &[CertificateDer<'_>],
        nome: &ServerName<'_>,
        ocsp: &[u8],
        ora: UnixTime,
    ) -> Result<ServerCertVerified, TlsError> {
        match self.0.verify_server_cert(c, catena, nome, ocsp, ora) {
            Err(TlsError::InvalidCertificate(
                CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
            )) => Ok(ServerCertVerified::assertion()),
            altro => altro,
        }
    }

    fn verify_tls12_signature(
        &self,
        m: &[u8],
        c: &CertificateDer<'_>,
        d: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, TlsError> {
        self.0.verify_tls12_signature(m, c, d)
    }

    fn verify_tls13_signature(
        &self,
        m: &[u8],
        c: &CertificateDer<'_>,
        d: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, TlsError> {
        self.0.verify_tls13_signature(m, c, d)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.supported_verify_schemes()
    }
}

#[cfg(test)]
#[path = "accessi_test.rs"]
mod accessi;
#[cfg(test)]
#[path = "risposte_test.rs"]
mod risposte;
