use std::fmt;
use std::sync::Arc;

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{WebPkiSupportedAlgorithms, aws_lc_rs as provider};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme};
use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};

use super::error::ConnectError;
use super::pem::normalize_labels;

/// Whom to believe to be the node.
#[derive(Clone, Debug)]
pub enum ServerTrust {
    /// Whoever holds a certificate of this CA (PEM, one or several).
    Ca(String),
    /// Anybody; for nodes in maintenance mode, whose certificate nobody has signed.
    Anybody,
    /// Whoever holds one of these keys.
    Fingerprints(Vec<Fingerprint>),
}

/// Certificate and key of the caller, both PEM.
#[derive(Clone)]
pub struct Credentials {
    /// The certificate, with its chain if there is one.
    pub certificate: String,
    /// The private key.
    pub key: String,
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials").finish_non_exhaustive()
    }
}

/// SHA-256 of a certificate's public key (its SubjectPublicKeyInfo), written in base64.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fingerprint([u8; 32]);

impl Fingerprint {
    /// Reads the base64 form.
    pub fn parse(text: &str) -> Result<Fingerprint, ConnectError> {
        let bytes = STANDARD.decode(text.trim()).ok();
        let bytes = bytes.and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
        bytes.map(Fingerprint).ok_or_else(|| ConnectError::Fingerprint { text: text.into() })
    }

    /// The fingerprint of a certificate.
    pub fn of(certificate: &CertificateDer<'_>) -> Result<Fingerprint, rustls::Error> {
        let spki = ParsedCertificate::try_from(certificate)?.subject_public_key_info();
        let hash = digest(&SHA256, spki.as_ref());
        Ok(Fingerprint(hash.as_ref().try_into().expect("SHA-256 has 32 bytes")))
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&STANDARD.encode(self.0))
    }
}

/// The TLS settings of a client that speaks HTTP/2.
pub fn client_config(trust: &ServerTrust, credentials: Option<&Credentials>) -> Result<ClientConfig, ConnectError> {
    let provider = Arc::new(provider::default_provider());
    let algorithms = provider.signature_verification_algorithms;
    let builder = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
    let builder = match trust {
        ServerTrust::Ca(pem) => builder.with_root_certificates(roots(pem)?),
        ServerTrust::Anybody => unsigned(builder, Vec::new(), algorithms),
        ServerTrust::Fingerprints(accepted) => unsigned(builder, accepted.clone(), algorithms),
    };
    let mut config = match credentials {
        Some(credentials) => builder.with_client_auth_cert(chain(&credentials.certificate)?, key(&credentials.key)?)?,
        None => builder.with_no_client_auth(),
    };
    config.alpn_protocols = vec![b"h2".to_vec()];
    Ok(config)
}

type Builder<S> = rustls::ConfigBuilder<ClientConfig, S>;

fn unsigned(
    builder: Builder<rustls::WantsVerifier>,
    accepted: Vec<Fingerprint>,
    algorithms: WebPkiSupportedAlgorithms,
) -> Builder<rustls::client::WantsClientCert> {
    let verifier = UnsignedCertificate { accepted, algorithms };
    builder.dangerous().with_custom_certificate_verifier(Arc::new(verifier))
}

fn roots(pem: &str) -> Result<RootCertStore, ConnectError> {
    let bad = |reason: String| ConnectError::Credentials { what: "CA", reason };
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(pem.as_bytes()) {
        let certificate = certificate.map_err(|error| bad(error.to_string()))?;
        roots.add(certificate).map_err(|error| bad(error.to_string()))?;
    }
    if roots.is_empty() {
        return Err(bad("it holds no certificate".into()));
    }
    Ok(roots)
}

fn chain(pem: &str) -> Result<Vec<CertificateDer<'static>>, ConnectError> {
    let bad = |reason: String| ConnectError::Credentials { what: "certificate", reason };
    let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem.as_bytes()).collect();
    match chain {
        Ok(chain) if chain.is_empty() => Err(bad("it holds no certificate".into())),
        chain => chain.map_err(|error| bad(error.to_string())),
    }
}

fn key(pem: &str) -> Result<PrivateKeyDer<'static>, ConnectError> {
    PrivateKeyDer::from_pem_slice(normalize_labels(pem).as_bytes())
        .map_err(|error| ConnectError::Credentials { what: "key", reason: error.to_string() })
}

/// Takes a certificate that nobody has signed, or only those of given keys. The handshake still proves possession of the key.
#[derive(Debug)]
struct UnsignedCertificate {
    accepted: Vec<Fingerprint>,
    algorithms: WebPkiSupportedAlgorithms,
}

impl ServerCertVerifier for UnsignedCertificate {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        if self.accepted.is_empty() || self.accepted.contains(&Fingerprint::of(end_entity)?) {
            return Ok(ServerCertVerified::assertion());
        }
        Err(CertificateError::ApplicationVerificationFailure.into())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        rustls::crypto::verify_tls12_signature(message, cert, dss, &self.algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        rustls::crypto::verify_tls13_signature(message, cert, dss, &self.algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}
