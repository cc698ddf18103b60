//! Keys and certificates: the contract's messages `PEMEncodedCertificateAndKey`, `PEMEncodedCertificate` and
//! `PEMEncodedKey`. A secret text is a string like any other once the caller may read it.

use minos_pki::{CertificateAndKey, EncodedCertificate, EncodedKey, Secret};

use super::{Field, bytes, some_bytes};

impl Field for Secret {
    fn is_zero(&self) -> bool {
        self.expose().is_empty()
    }

    fn encode(&self, number: u32, out: &mut Vec<u8>) {
        bytes(number, self.expose().as_bytes(), out);
    }

    #[cfg(test)]
    fn kind() -> String {
        "string".to_owned()
    }

    #[cfg(test)]
    fn sample() -> Self {
        Secret::new("secret")
    }
}

impl Field for CertificateAndKey {
    fn is_zero(&self) -> bool {
        self.crt.is_empty() && self.key.is_zero()
    }

    fn encode(&self, number: u32, out: &mut Vec<u8>) {
        let mut message = Vec::new();
        some_bytes(1, self.crt.as_bytes(), &mut message);
        some_bytes(2, self.key.expose().as_bytes(), &mut message);
        bytes(number, &message, out);
    }

    #[cfg(test)]
    fn kind() -> String {
        "PEMEncodedCertificateAndKey".to_owned()
    }

    #[cfg(test)]
    fn sample() -> Self {
        Self { crt: "certificate".to_owned(), key: Secret::new("key") }
    }
}

impl Field for EncodedCertificate {
    fn is_zero(&self) -> bool {
        self.crt.is_empty()
    }

    fn encode(&self, number: u32, out: &mut Vec<u8>) {
        let mut message = Vec::new();
        some_bytes(1, self.crt.as_bytes(), &mut message);
        bytes(number, &message, out);
    }

    #[cfg(test)]
    fn kind() -> String {
        "PEMEncodedCertificate".to_owned()
    }

    #[cfg(test)]
    fn sample() -> Self {
        Self { crt: "certificate".to_owned() }
    }
}

impl Field for EncodedKey {
    fn is_zero(&self) -> bool {
        self.key.is_zero()
    }

    fn encode(&self, number: u32, out: &mut Vec<u8>) {
        let mut message = Vec::new();
        some_bytes(1, self.key.expose().as_bytes(), &mut message);
        bytes(number, &message, out);
    }

    #[cfg(test)]
    fn kind() -> String {
        "PEMEncodedKey".to_owned()
    }

    #[cfg(test)]
    fn sample() -> Self {
        Self { key: Secret::new("key") }
    }
}
