use std::{
    collections::BTreeSet,
    net::IpAddr,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use aws_lc_rs::digest;
use time::OffsetDateTime;
use x509_parser::{
    certificate::X509Certificate,
    extensions::{GeneralName, ParsedExtension},
    prelude::FromDer,
    time::ASN1Time,
};

use crate::{error::PkiError, leaf::Usage, pem::PemBlock};

const LABEL: &str = "CERTIFICATE";

/// What a certificate says, read once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    der: Vec<u8>,
    public_key: Vec<u8>,
    subject: Vec<u8>,
    issuer: Vec<u8>,
    /// The subject's common name; empty when there is none.
    pub common_name: String,
    /// The subject's organizations in their order.
    pub organizations: Vec<String>,
    /// DNS names it is good for.
    pub dns_names: BTreeSet<String>,
    /// Addresses it is good for.
    pub addresses: BTreeSet<IpAddr>,
    /// Extended key usages, of those that matter here.
    pub usages: BTreeSet<Usage>,
    /// True for an authority.
    pub is_authority: bool,
    /// Valid from.
    pub not_before: SystemTime,
    /// Valid until.
    pub not_after: SystemTime,
}

impl Certificate {
    /// Reads the first certificate of a PEM text.
    pub fn from_pem(text: &str) -> Result<Self, PkiError> {
        let block = PemBlock::first(text, &[LABEL], "CERTIFICATE")
            .map_err(|source| PkiError::Pem { what: "a certificate", source })?;
        Self::from_der(&block.bytes)
    }

    /// Reads every certificate of a PEM text; there must be at least one.
    pub fn all_from_pem(text: &str) -> Result<Vec<Self>, PkiError> {
        PemBlock::first(text, &[LABEL], "CERTIFICATE")
            .and_then(|_| PemBlock::parse_all(text))
            .map_err(|source| PkiError::Pem { what: "certificates", source })?
            .iter()
            .filter(|block| block.label == LABEL)
            .map(|block| Self::from_der(&block.bytes))
            .collect()
    }

    /// Reads a certificate in DER.
    pub fn from_der(der: &[u8]) -> Result<Self, PkiError> {
        let invalid = |reason: String| PkiError::Certificate { reason };
        let (_, parsed) = X509Certificate::from_der(der).map_err(|error| invalid(error.to_string()))?;
        let mut certificate = Self {
            der: der.to_vec(),
            public_key: parsed.public_key().raw.to_vec(),
            subject: parsed.subject().as_raw().to_vec(),
            issuer: parsed.issuer().as_raw().to_vec(),
            common_name: attributes(parsed.subject().iter_common_name()).into_iter().next().unwrap_or_default(),
            organizations: attributes(parsed.subject().iter_organization()),
            dns_names: BTreeSet::new(),
            addresses: BTreeSet::new(),
            usages: BTreeSet::new(),
            is_authority: parsed.is_ca(),
            not_before: system_time(parsed.validity().not_before),
            not_after: system_time(parsed.validity().not_after),
        };
        let names = parsed.subject_alternative_name().map_err(|error| invalid(error.to_string()))?;
        for name in names.iter().flat_map(|extension| &extension.value.general_names) {
            certificate.add_name(name);
        }
        if let Some(usage) = parsed.extended_key_usage().map_err(|error| invalid(error.to_string()))? {
            certificate.usages.extend(usage.value.server_auth.then_some(Usage::Server));
            certificate.usages.extend(usage.value.client_auth.then_some(Usage::Client));
        }
        Ok(certificate)
    }

    /// The certificate in DER.
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// The certificate as PEM.
    pub fn to_pem(&self) -> String {
        PemBlock::encode(LABEL, &self.der)
    }

    /// The public key as SubjectPublicKeyInfo.
    pub fn public_key_der(&self) -> &[u8] {
        &self.public_key
    }

    /// The subject as it stands in the certificate (DER).
    pub(crate) fn subject_der(&self) -> &[u8] {
        &self.subject
    }

    /// What certificates that this one signs name its key by, if it says so.
    pub(crate) fn key_identifier(&self) -> Result<Option<Vec<u8>>, PkiError> {
        let (_, parsed) = X509Certificate::from_der(&self.der)
            .map_err(|error| PkiError::Certificate { reason: error.to_string() })?;
        let mut extensions = parsed.extensions().iter().map(|extension| extension.parsed_extension());
        Ok(extensions.find_map(|extension| match extension {
            ParsedExtension::SubjectKeyIdentifier(id) => Some(id.0.to_vec()),
            _ => None,
        }))
    }

    /// SHA-256 over the DER form, in base64 as fingerprints of this API are written.
    pub fn fingerprint(&self) -> String {
        use base64::{Engine as _, engine::general_purpose::STANDARD};
        STANDARD.encode(digest::digest(&digest::SHA256, &self.der))
    }

    /// SHA-256 over the public key as `sha256:` and hex, by which `kubeadm join` and others pin an authority.
    pub fn public_key_hash(&self) -> String {
        let digest = digest::digest(&digest::SHA256, &self.public_key);
        digest.as_ref().iter().fold("sha256:".to_owned(), |text, byte| format!("{text}{byte:02x}"))
    }

    /// Fails unless it is an authority whose time it is.
    pub fn check_authority(&self, now: SystemTime) -> Result<(), PkiError> {
        if !self.is_authority {
            return Err(PkiError::NotAuthority);
        }
        if self.not_after < now {
            return Err(PkiError::Expired { since: minute(self.not_after) });
        }
        if now < self.not_before {
            return Err(PkiError::NotYet { start: minute(self.not_before) });
        }
        Ok(())
    }

    /// True when `authority`'s key made this certificate's signature and the names match.
    pub fn is_signed_by(&self, authority: &Self) -> bool {
        let (Ok((_, parsed)), Ok((_, issuer))) =
            (X509Certificate::from_der(&self.der), X509Certificate::from_der(&authority.der))
        else {
            return false;
        };
        self.issuer == authority.subject && parsed.verify_signature(Some(issuer.public_key())).is_ok()
    }

    fn add_name(&mut self, name: &GeneralName<'_>) {
        match name {
            GeneralName::DNSName(name) => {
                self.dns_names.insert((*name).to_owned());
            }
            GeneralName::IPAddress(bytes) => {
                self.addresses.extend(address(bytes));
            }
            _ => {}
        }
    }
}

/// An address as certificates have it: 4 or 16 bytes.
pub(crate) fn address(bytes: &[u8]) -> Option<IpAddr> {
    let four = <[u8; 4]>::try_from(bytes).map(IpAddr::from);
    four.or_else(|_| <[u8; 16]>::try_from(bytes).map(IpAddr::from)).ok()
}

/// A time for messages.
fn minute(time: SystemTime) -> String {
    let time = OffsetDateTime::from(time);
    format!("{} {:02}:{:02} UTC", time.date(), time.hour(), time.minute())
}

fn attributes<'a, 'b: 'a>(
    values: impl Iterator<Item = &'a x509_parser::x509::AttributeTypeAndValue<'b>>,
) -> Vec<String> {
    values.filter_map(|value| value.as_str().ok().map(str::to_owned)).collect()
}

fn system_time(time: ASN1Time) -> SystemTime {
    let seconds = time.timestamp();
    let distance = Duration::from_secs(seconds.unsigned_abs());
    if seconds < 0 { UNIX_EPOCH.checked_sub(distance) } else { UNIX_EPOCH.checked_add(distance) }.unwrap_or(UNIX_EPOCH)
}
