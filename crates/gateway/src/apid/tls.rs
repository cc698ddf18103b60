//! TLS settings of the gateway's two sides.

use std::sync::Arc;

use minos_api::client::{Credentials, ServerTrust, client_config, normalize_labels};
use rustls::client::danger::HandshakeSignatureValid;
use rustls::crypto::{CryptoProvider, aws_lc_rs};
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::server::{NoServerSessionStorage, WebPkiClientVerifier};
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, DistinguishedName, RootCertStore, ServerConfig,
    SignatureScheme,
};
use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{CertificateDer, PrivateKeyDer, UnixTime};
use thiserror::Error;
use x509_parser::certificate::X509Certificate;
use x509_parser::prelude::FromDer as _;

/// Why certificates cannot be used.
#[derive(Debug, Error)]
pub(super) enum TlsError {
    #[error("the API certificates cannot be read: {0}")]
    Resource(String),
    #[error("the API certificates hold no server certificate")]
    NoServerCertificate,
    #[error("the {what} is not usable PEM: {reason}")]
    Pem { what: &'static str, reason: String },
    #[error("no CA is accepted, so no client could ever connect")]
    NoAcceptedCa,
    #[error("TLS refuses the certificates")]
    Tls(#[from] rustls::Error),
    #[error("the accepted CAs cannot be used")]
    Verifier(#[from] rustls::server::VerifierBuilderError),
    #[error("the certificate for calling other nodes cannot be used")]
    Client(#[from] minos_api::client::ConnectError),
}

/// Settings for listening. Without accepted CAs (`None`), clients are not asked for a certificate.
pub(super) fn server(certificate: &str, key: &str, accepted: Option<&str>) -> Result<ServerConfig, TlsError> {
    let provider = Arc::new(aws_lc_rs::default_provider());
    let chain = certificates("server certificate", certificate)?;
    let key = PrivateKeyDer::from_pem_slice(normalize_labels(key).as_bytes())
        .map_err(|error| TlsError::Pem { what: "server key", reason: error.to_string() })?;
    let builder = ServerConfig::builder_with_provider(provider.clone()).with_safe_default_protocol_versions()?;
    let builder = match accepted {
        None => builder.with_no_client_auth(),
        Some(cas) => builder.with_client_cert_verifier(verifier(provider, cas)?),
    };
    let mut config = builder.with_single_cert(chain, key)?;
    config.alpn_protocols = vec![b"h2".to_vec()];
    // Connections live long; a resumed one would only keep a certificate alive that has been revoked since.
    config.session_storage = Arc::new(NoServerSessionStorage {});
    config.send_tls13_tickets = 0;
    Ok(config)
}

/// Settings for calling the gateways of other nodes.
pub(super) fn client(cas: &str, certificate: &str, key: &str) -> Result<ClientConfig, TlsError> {
    let credentials = Credentials { certificate: certificate.into(), key: key.into() };
    Ok(client_config(&ServerTrust::Ca(cas.into()), Some(&credentials))?)
}

fn certificates(what: &'static str, pem: &str) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    CertificateDer::pem_slice_iter(pem.as_bytes())
        .collect::<Result<Vec<_>, _>>()
        .map_err(|error| TlsError::Pem { what, reason: error.to_string() })
}

fn verifier(provider: Arc<CryptoProvider>, cas: &str) -> Result<Arc<dyn ClientCertVerifier>, TlsError> {
    let mut roots = RootCertStore::empty();
    for ca in certificates("accepted CA", cas)? {
        roots.add(ca)?;
    }
    if roots.is_empty() {
        return Err(TlsError::NoAcceptedCa);
    }
    let inner = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider).build()?;
    let names = inner.root_hint_subjects().iter().flat_map(|name| minos_pki::name_encodings(name.as_ref()));
    let hints = names.map(DistinguishedName::from).collect();
    Ok(Arc::new(ClientsOnly { inner, hints }))
}

/// Besides a valid chain, asks for a certificate that is for clients and for nothing else: a server's certificate of the
/// same CA must not open the API.
#[derive(Debug)]
struct ClientsOnly {
    inner: Arc<dyn ClientCertVerifier>,
    /// Names of the accepted authorities, in every encoding. A client whose certificate is of no such name sends none, and is
    /// told that one is required; another cluster's has the same name, and must be told that its authority is unknown.
    hints: Vec<DistinguishedName>,
}

/// Whether the only purpose that the certificate names is to be a client.
fn is_for_clients_only(certificate: &CertificateDer<'_>) -> bool {
    let Ok((_, parsed)) = X509Certificate::from_der(certificate) else {
        return false;
    };
    let Ok(Some(purposes)) = parsed.extended_key_usage() else {
        return false;
    };
    let purposes = purposes.value;
    let others = purposes.any
        || purposes.server_auth
        || purposes.code_signing
        || purposes.email_protection
        || purposes.time_stamping
        || purposes.ocsp_signing
        || !purposes.other.is_empty();
    purposes.client_auth && !others
}

impl ClientCertVerifier for ClientsOnly {
    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &self.hints
    }

    fn verify_client_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        now: UnixTime,
    ) -> Result<ClientCertVerified, rustls::Error> {
        let verified = self.inner.verify_client_cert(end_entity, intermediates, now)?;
        if is_for_clients_only(end_entity) { Ok(verified) } else { Err(CertificateError::InvalidPurpose.into()) }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.inner.verify_tls12_signature(message, cert, dss)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.inner.verify_tls13_signature(message, cert, dss)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.inner.supported_verify_schemes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_of_another_cluster_finds_its_authority_s_name_in_either_encoding() {
        const GO: &str = include_str!("../../../pki/testdata/authority-printable.pem");
        const UTF8: &str = include_str!("../../../pki/testdata/authority-utf8.pem");
        let hints = |accepted: &str| {
            let verifier = verifier(Arc::new(aws_lc_rs::default_provider()), accepted).expect("an authority");
            verifier.root_hint_subjects().iter().map(|name| name.as_ref().to_vec()).collect::<Vec<_>>()
        };
        let issuer = |pem: &str| {
            let der = certificates("test", pem).expect("a certificate").remove(0);
            let (_, parsed) = X509Certificate::from_der(&der).expect("a certificate");
            parsed.issuer().as_raw().to_vec()
        };
        for accepted in [GO, UTF8] {
            for other in [GO, UTF8] {
                assert!(hints(accepted).contains(&issuer(other)), "{accepted}{other}");
            }
        }
    }
}
