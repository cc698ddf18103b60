use std::{collections::BTreeSet, net::IpAddr, time::Duration};

use rcgen::{
    CertificateParams, DistinguishedName, DnType, DnValue, ExtendedKeyUsagePurpose, IsCa, KeyUsagePurpose, SanType,
    SerialNumber, string::PrintableString,
};

use crate::{error::PkiError, key::Algorithm, random_bytes, subject};

/// What a certificate may be used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Usage {
    /// Proves a server (`serverAuth`).
    Server,
    /// Proves a client (`clientAuth`).
    Client,
}

/// A wish for a leaf certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leaf {
    /// The subject's common name; empty for none.
    pub common_name: String,
    /// The subject's organizations.
    pub organizations: Vec<String>,
    /// DNS names to be good for.
    pub dns_names: BTreeSet<String>,
    /// Addresses to be good for.
    pub addresses: BTreeSet<IpAddr>,
    /// Uses.
    pub usages: BTreeSet<Usage>,
    /// Time until it expires.
    pub lifetime: Duration,
    /// The key to generate.
    pub algorithm: Algorithm,
}

impl Leaf {
    /// A certificate for a server.
    pub fn server(common_name: impl Into<String>, lifetime: Duration) -> Self {
        Self::new(common_name, [Usage::Server], lifetime)
    }

    /// A certificate for a client.
    pub fn client(common_name: impl Into<String>, lifetime: Duration) -> Self {
        Self::new(common_name, [Usage::Client], lifetime)
    }

    /// A certificate for one that is both.
    pub fn peer(common_name: impl Into<String>, lifetime: Duration) -> Self {
        Self::new(common_name, [Usage::Server, Usage::Client], lifetime)
    }

    /// Sets the organizations.
    #[must_use]
    pub fn organizations<T: Into<String>>(mut self, organizations: impl IntoIterator<Item = T>) -> Self {
        self.organizations = organizations.into_iter().map(Into::into).collect();
        self
    }

    /// Adds DNS names.
    #[must_use]
    pub fn dns_names<T: Into<String>>(mut self, names: impl IntoIterator<Item = T>) -> Self {
        self.dns_names.extend(names.into_iter().map(Into::into));
        self
    }

    /// Adds addresses.
    #[must_use]
    pub fn addresses(mut self, addresses: impl IntoIterator<Item = IpAddr>) -> Self {
        self.addresses.extend(addresses);
        self
    }

    /// Sets the kind of key (Ed25519 where nothing is said).
    #[must_use]
    pub fn algorithm(mut self, algorithm: Algorithm) -> Self {
        self.algorithm = algorithm;
        self
    }

    fn new(common_name: impl Into<String>, usages: impl IntoIterator<Item = Usage>, lifetime: Duration) -> Self {
        Self {
            common_name: common_name.into(),
            organizations: Vec::new(),
            dns_names: BTreeSet::new(),
            addresses: BTreeSet::new(),
            usages: usages.into_iter().collect(),
            lifetime,
            algorithm: Algorithm::Ed25519,
        }
    }

    /// For messages.
    pub(crate) fn subject(&self) -> String {
        match (self.common_name.as_str(), self.organizations.as_slice()) {
            ("", []) => "nobody in particular".to_owned(),
            ("", organizations) => organizations.join(", "),
            (name, _) => name.to_owned(),
        }
    }

    pub(crate) fn params(&self) -> Result<CertificateParams, PkiError> {
        let mut params = CertificateParams::default();
        params.serial_number = Some(serial());
        params.distinguished_name = name(&self.common_name, self.organizations.first().map(String::as_str));
        params.is_ca = IsCa::NoCa;
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature, KeyUsagePurpose::KeyEncipherment];
        params.extended_key_usages = self.usages.iter().map(|usage| usage.purpose()).collect();
        params.use_authority_key_identifier_extension = true;
        for dns in &self.dns_names {
            let name = dns.as_str().try_into().map_err(|error: rcgen::Error| PkiError::Issue {
                subject: self.subject(),
                reason: format!("the name {dns:?}: {error}"),
            })?;
            params.subject_alt_names.push(SanType::DnsName(name));
        }
        params.subject_alt_names.extend(self.addresses.iter().map(|address| SanType::IpAddress(*address)));
        Ok(params)
    }
}

impl Usage {
    pub(crate) const fn purpose(self) -> ExtendedKeyUsagePurpose {
        match self {
            Self::Server => ExtendedKeyUsagePurpose::ServerAuth,
            Self::Client => ExtendedKeyUsagePurpose::ClientAuth,
        }
    }
}

/// A text of a name as Go encodes it. Clients in Go compare the names of authorities byte for byte before they send a
/// certificate, so the same name must have the same bytes.
fn value(text: &str) -> DnValue {
    match PrintableString::try_from(text) {
        Ok(printable) if subject::is_printable(text) => DnValue::PrintableString(printable),
        _ => DnValue::Utf8String(text.to_owned()),
    }
}

/// A subject with at most one organization, which is all that rcgen can express (see `subject.rs`).
pub(crate) fn name(common_name: &str, organization: Option<&str>) -> DistinguishedName {
    let mut name = DistinguishedName::new();
    if let Some(organization) = organization {
        name.push(DnType::OrganizationName, value(organization));
    }
    if !common_name.is_empty() {
        name.push(DnType::CommonName, value(common_name));
    }
    name
}

/// 127 random bits, positive (RFC 5280, 4.1.2.2).
pub(crate) fn serial() -> SerialNumber {
    let mut bytes = random_bytes(16);
    bytes[0] = bytes[0] & 0x7f | 0x40;
    SerialNumber::from(bytes)
}
