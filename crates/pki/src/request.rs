use std::net::IpAddr;

use rcgen::{SanType, SubjectPublicKeyInfo};
use x509_parser::{
    certification_request::X509CertificationRequest,
    extensions::{GeneralName, ParsedExtension},
    prelude::FromDer,
};

use crate::{certificate::address, error::PkiError, pem::PemBlock};

pub(crate) const REQUEST: &str = "CERTIFICATE REQUEST";
/// The label that some old tools write.
const NEW_REQUEST: &str = "NEW CERTIFICATE REQUEST";

/// What is taken from a signing request whose own signature is right: everything else in it is ignored.
///
/// rcgen's reader is not used because it refuses subjects with several attributes in one set, which is how Go writes a
/// subject of several organizations.
pub(crate) struct SigningRequest {
    pub(crate) common_name: String,
    pub(crate) subject: Vec<u8>,
    pub(crate) names: Vec<SanType>,
    pub(crate) public_key: SubjectPublicKeyInfo,
}

impl SigningRequest {
    pub(crate) fn from_pem(text: &str) -> Result<Self, PkiError> {
        let block = PemBlock::first(text, &[REQUEST, NEW_REQUEST], REQUEST)
            .map_err(|source| PkiError::Pem { what: "a certificate signing request", source })?;
        let failed = |error: &dyn std::fmt::Display| PkiError::Request { reason: error.to_string() };
        let (_, parsed) = X509CertificationRequest::from_der(&block.bytes).map_err(|error| failed(&error))?;
        parsed.verify_signature().map_err(|error| failed(&error))?;
        let info = &parsed.certification_request_info;
        let common_name = info.subject.iter_common_name().next().and_then(|name| name.as_str().ok());
        let mut names = Vec::new();
        for extension in parsed.requested_extensions().into_iter().flatten() {
            if let ParsedExtension::SubjectAlternativeName(found) = extension {
                for name in &found.general_names {
                    names.extend(alternative(name)?);
                }
            }
        }
        Ok(Self {
            common_name: common_name.unwrap_or_default().to_owned(),
            subject: info.subject.as_raw().to_vec(),
            names,
            public_key: SubjectPublicKeyInfo::from_der(info.subject_pki.raw).map_err(|error| failed(&error))?,
        })
    }
}

/// DNS names and addresses; others are ignored.
fn alternative(name: &GeneralName<'_>) -> Result<Option<SanType>, PkiError> {
    match name {
        GeneralName::DNSName(name) => match (*name).try_into() {
            Ok(name) => Ok(Some(SanType::DnsName(name))),
            Err(error) => Err(PkiError::Request { reason: format!("the name {name:?}: {error}") }),
        },
        GeneralName::IPAddress(bytes) => Ok(address(bytes).map(|address: IpAddr| SanType::IpAddress(address))),
        _ => Ok(None),
    }
}
