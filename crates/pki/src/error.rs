use thiserror::Error;

use crate::pem::PemError;

/// Why a key or certificate could not be made or read; never holds key material.
#[derive(Debug, Error)]
pub enum PkiError {
    /// The PEM text is broken or holds something else.
    #[error("reading {what}")]
    Pem {
        /// What was expected.
        what: &'static str,
        /// The PEM error.
        source: PemError,
    },
    /// The key inside the PEM text is not one that is supported.
    #[error(
        "reading a private key: {reason}; supported are Ed25519, ECDSA (P-256, P-384, P-521) and RSA from 2048 bits"
    )]
    Key {
        /// What the crypto library says.
        reason: String,
    },
    /// The certificate inside the PEM text cannot be parsed.
    #[error("parsing a certificate: {reason}")]
    Certificate {
        /// What the parser says.
        reason: String,
    },
    /// The signing request cannot be parsed or its signature does not match.
    #[error("reading a certificate signing request: {reason}")]
    Request {
        /// What is wrong.
        reason: String,
    },
    /// Key and certificate do not belong together.
    #[error("the private key does not belong to the certificate")]
    Mismatch,
    /// A leaf certificate where an authority is needed.
    #[error("this certificate is no authority (CA:TRUE is missing), it cannot sign others")]
    NotAuthority,
    /// Its time is over.
    #[error("this certificate expired on {since}")]
    Expired {
        /// When.
        since: String,
    },
    /// Its time has not come.
    #[error("this certificate is not valid before {start}")]
    NotYet {
        /// When it will be.
        start: String,
    },
    /// Generating a key failed.
    #[error("generating a {algorithm} key: {reason}")]
    Generate {
        /// Which kind of key.
        algorithm: &'static str,
        /// What the crypto library says.
        reason: String,
    },
    /// Signing a certificate failed.
    #[error("issuing a certificate for {subject}: {reason}")]
    Issue {
        /// For whom.
        subject: String,
        /// What went wrong.
        reason: String,
    },
    /// A lifetime lies outside what X.509 can express.
    #[error("a validity of {seconds} s cannot be expressed")]
    Validity {
        /// The lifetime asked for.
        seconds: u64,
    },
}
