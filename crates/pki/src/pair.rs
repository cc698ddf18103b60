use serde::{Deserialize, Serialize};

use crate::{certificate::Certificate, encoded, error::PkiError, key::PrivateKey, secret::Secret};

/// A certificate and, unless only the certificate is known, its private key; both PEM texts.
///
/// Serialises as the contract's YAML: `crt` and `key` in base64.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CertificateAndKey {
    /// The certificate, possibly followed by its chain.
    #[serde(default, with = "encoded::text")]
    pub crt: String,
    /// The private key; empty when unknown.
    #[serde(default, with = "encoded::secret")]
    pub key: Secret,
}

impl CertificateAndKey {
    /// The first certificate.
    pub fn certificate(&self) -> Result<Certificate, PkiError> {
        Certificate::from_pem(&self.crt)
    }

    /// The private key.
    pub fn private_key(&self) -> Result<PrivateKey, PkiError> {
        PrivateKey::from_pem(self.key.expose())
    }

    /// True when the private key is there.
    pub fn has_key(&self) -> bool {
        !self.key.is_empty()
    }

    /// The certificate alone.
    pub fn without_key(&self) -> Self {
        Self { crt: self.crt.clone(), key: Secret::default() }
    }

    /// Reads both and checks that they belong together.
    pub fn check(&self) -> Result<(), PkiError> {
        if self.certificate()?.public_key_der() == self.private_key()?.public_key_der() {
            Ok(())
        } else {
            Err(PkiError::Mismatch)
        }
    }
}
