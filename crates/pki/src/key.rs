use aws_lc_rs::signature::Ed25519KeyPair;
use rcgen::{KeyPair, PKCS_ECDSA_P256_SHA256, PKCS_ED25519, PKCS_RSA_SHA256, RsaKeySize, SignatureAlgorithm};
use rustls_pki_types::{PrivateKeyDer, PrivatePkcs1KeyDer, PrivatePkcs8KeyDer, PrivateSec1KeyDer};

use crate::{
    der::{self, INTEGER, OCTET_STRING, SEQUENCE},
    error::PkiError,
    pem::PemBlock,
    secret::Secret,
};

const PKCS8: &str = "PRIVATE KEY";
const PKCS8_ED25519: &str = "ED25519 PRIVATE KEY";
const PKCS1: &str = "RSA PRIVATE KEY";
const SEC1: &str = "EC PRIVATE KEY";
const LABELS: &str = "PRIVATE KEY, ED25519 PRIVATE KEY, RSA PRIVATE KEY or EC PRIVATE KEY";

/// The kinds of keys that are generated here; others are only read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithm {
    /// The operating system's own API.
    Ed25519,
    /// Kubernetes, its aggregator and etcd.
    EcdsaP256,
    /// Service account tokens, which other systems verify that know RS256 only.
    Rsa2048,
    /// Service account tokens as upstream makes them; seconds rather than milliseconds to generate.
    Rsa4096,
}

impl Algorithm {
    /// A name for people.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ed25519 => "Ed25519",
            Self::EcdsaP256 => "ECDSA P-256",
            Self::Rsa2048 => "RSA-2048",
            Self::Rsa4096 => "RSA-4096",
        }
    }

    const fn signature(self) -> &'static SignatureAlgorithm {
        match self {
            Self::Ed25519 => &PKCS_ED25519,
            Self::EcdsaP256 => &PKCS_ECDSA_P256_SHA256,
            Self::Rsa2048 | Self::Rsa4096 => &PKCS_RSA_SHA256,
        }
    }
}

/// A private key with its public half.
#[derive(Debug)]
pub struct PrivateKey {
    pair: KeyPair,
}

impl PrivateKey {
    /// A new random key.
    pub fn generate(algorithm: Algorithm) -> Result<Self, PkiError> {
        let failed = |reason: &dyn std::fmt::Display| PkiError::Generate {
            algorithm: algorithm.name(),
            reason: reason.to_string(),
        };
        let pair = match algorithm {
            Algorithm::Ed25519 => {
                // PKCS #8 version 1: BoringSSL (and so gRPC's Python client) refuses version 2.
                let document =
                    Ed25519KeyPair::generate().and_then(|pair| pair.to_pkcs8v1()).map_err(|error| failed(&error))?;
                let der = PrivatePkcs8KeyDer::from(document.as_ref());
                KeyPair::from_pkcs8_der_and_sign_algo(&der, &PKCS_ED25519)
            }
            Algorithm::EcdsaP256 => KeyPair::generate_for(algorithm.signature()),
            Algorithm::Rsa2048 => KeyPair::generate_rsa_for(algorithm.signature(), RsaKeySize::_2048),
            Algorithm::Rsa4096 => KeyPair::generate_rsa_for(algorithm.signature(), RsaKeySize::_4096),
        };
        Ok(Self { pair: pair.map_err(|error| failed(&error))? })
    }

    /// Reads PKCS #8 (under the labels `PRIVATE KEY` and `ED25519 PRIVATE KEY`), PKCS #1 and SEC 1.
    pub fn from_pem(text: &str) -> Result<Self, PkiError> {
        let block = PemBlock::first(text, &[PKCS8, PKCS8_ED25519, PKCS1, SEC1], LABELS)
            .map_err(|source| PkiError::Pem { what: "a private key", source })?;
        let der = match block.label.as_str() {
            PKCS1 => PrivateKeyDer::Pkcs1(PrivatePkcs1KeyDer::from(block.bytes)),
            SEC1 => PrivateKeyDer::Sec1(PrivateSec1KeyDer::from(block.bytes)),
            _ => PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(block.bytes)),
        };
        let pair = KeyPair::try_from(&der).map_err(|error| PkiError::Key { reason: error.to_string() })?;
        Ok(Self { pair })
    }

    /// The key as `PRIVATE KEY` (PKCS #8), or under the label of the form in which it was read.
    pub fn to_pem(&self) -> Secret {
        let der = self.pair.serialized_der();
        Secret::new(PemBlock::encode(label_of(der), der))
    }

    /// The key as upstream's key files have it: under the label of its algorithm, and RSA as PKCS #1. ECDSA is as in
    /// [`PrivateKey::to_pem`].
    pub fn to_labelled_pem(&self) -> Secret {
        let der = self.pair.serialized_der();
        let pkcs8 = label_of(der) == PKCS8;
        if pkcs8 && self.pair.algorithm() == &PKCS_ED25519 {
            return Secret::new(PemBlock::encode(PKCS8_ED25519, der));
        }
        match pkcs1_of(der) {
            Some(inner) if pkcs8 && self.pair.algorithm() == &PKCS_RSA_SHA256 => {
                Secret::new(PemBlock::encode(PKCS1, inner))
            }
            _ => self.to_pem(),
        }
    }

    /// The public half as `PUBLIC KEY` (SubjectPublicKeyInfo).
    pub fn public_key_pem(&self) -> String {
        PemBlock::encode("PUBLIC KEY", &self.public_key_der())
    }

    /// The public half as SubjectPublicKeyInfo.
    pub fn public_key_der(&self) -> Vec<u8> {
        use rcgen::PublicKeyData as _;
        self.pair.subject_public_key_info()
    }

    pub(crate) fn pair(&self) -> &KeyPair {
        &self.pair
    }

    pub(crate) fn into_pair(self) -> KeyPair {
        self.pair
    }
}

/// Tells the three private key structures apart: PKCS #8 has an AlgorithmIdentifier (a SEQUENCE) after the version, PKCS #1
/// the modulus (an INTEGER), SEC 1 the key (an OCTET STRING).
fn label_of(der: &[u8]) -> &'static str {
    match der.get(der::header_length(der) + 3) {
        Some(&INTEGER) => PKCS1,
        Some(&OCTET_STRING) => SEC1,
        _ => PKCS8,
    }
}

/// The algorithm's own structure inside PKCS #8: it comes after version and AlgorithmIdentifier.
fn pkcs1_of(pkcs8: &[u8]) -> Option<&[u8]> {
    let (content, _) = der::open(pkcs8, SEQUENCE)?;
    let (_version, rest) = der::open(content, INTEGER)?;
    let (_algorithm, rest) = der::open(rest, SEQUENCE)?;
    Some(der::open(rest, OCTET_STRING)?.0)
}
