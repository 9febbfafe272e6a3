//! TLS of the listener: certificate of the server, optional certificates of clients.

use crate::configurazione::Tls;
use anyhow::{Context as _, Result};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};
use std::path::Path;
use std::sync::Arc;
use tokio_rustls::TlsAcceptor;
use x509_parser::prelude::{FromDer as _, X509Certificate};

/// The acceptor; `None` when TLS is off.
pub(crate) fn accettore(tls: &Tls) -> Result<Option<TlsAcceptor>> {
    if tls.certificate.is_empty() {
        return Ok(None);
    }
    let catena = certificati(&tls.certificate).context("tls.certificate")?;
    let chiave = PrivateKeyDer::from_pem_file(&tls.key)
        .with_context(|| format!("tls.key: il file {} non contiene una chiave privata PEM", tls.key))?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .context("versioni di TLS")?;
    let config = if tls.client_ca.is_empty() {
        config.with_no_client_auth()
    } else {
        let mut radici = RootCertStore::empty();
        for c in certificati(&tls.client_ca).context("tls.client_ca")? {
            radici.add(c).context("tls.client_ca: certificato non valido")?;
        }
        // A client without certificate is let in: which addresses need one is decided later.
        let verifica = WebPkiClientVerifier::builder_with_provider(Arc::new(radici), provider)
            .allow_unauthenticated()
            .build()
            .context("tls.client_ca")?;
        config.with_client_cert_verifier(verifica)
    };
    let mut config =
        config.with_single_cert(catena, chiave).context("tls.certificate e tls.key non vanno insieme")?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Some(TlsAcceptor::from(Arc::new(config))))
}

fn certificati(file: &str) -> Result<Vec<CertificateDer<'static>>> {
    let letti = CertificateDer::pem_file_iter(Path::new(file))
        .with_context(|| format!("il file {file} non si legge"))?
        .collect::<Result<Vec<_>, _>>()
        .with_context(|| format!("il file {file} non e' PEM"))?;
    anyhow::ensure!(!letti.is_empty(), "il file {file} non contiene certificati");
    Ok(letti)
}

/// Subject of a certificate that rustls has already verified.
pub(crate) fn soggetto(certificato: &CertificateDer<'_>) -> Option<Arc<str>> {
    let (_, c) = X509Certificate::from_der(certificato).ok()?;
    Some(Arc::from(c.subject().to_string()))
}
