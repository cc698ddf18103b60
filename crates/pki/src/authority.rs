use std::{
    net::IpAddr,
    time::{Duration, SystemTime},
};

use rcgen::{
    BasicConstraints, CertificateParams, CertificateSigningRequestParams, ExtendedKeyUsagePurpose, IsCa, Issuer,
    KeyPair, KeyUsagePurpose, SanType,
};
use time::OffsetDateTime;

use crate::{
    certificate::Certificate,
    error::PkiError,
    key::{Algorithm, PrivateKey},
    leaf::{self, Leaf, Usage},
    pair::CertificateAndKey,
    pem::PemBlock,
    secret::Secret,
    subject,
};

const REQUEST: &str = "CERTIFICATE REQUEST";
/// The label that some old tools write.
const NEW_REQUEST: &str = "NEW CERTIFICATE REQUEST";
/// Leaf certificates begin this much before now, for clocks that are behind.
const BACKDATE: Duration = Duration::from_secs(5 * 60);

/// A wish for a self-signed authority.
#[derive(Clone, Debug)]
pub struct AuthorityRequest {
    /// The subject's common name; empty for none.
    pub common_name: String,
    /// The subject's organization.
    pub organization: Option<String>,
    /// The key to generate.
    pub algorithm: Algorithm,
    /// Time until it expires.
    pub lifetime: Duration,
}

/// What a signing authority grants to a signing request, whatever the request asks for.
#[derive(Clone, Debug)]
pub struct SigningPolicy {
    /// Uses of the certificate.
    pub usages: Vec<Usage>,
    /// Replaces the subject by the request's common name and these when set; else the request's subject stays.
    pub organizations: Option<Vec<String>>,
    /// Time until it expires.
    pub lifetime: Duration,
}

/// A certificate authority: its certificate and the key that signs.
#[derive(Debug)]
pub struct Authority {
    certificate: Certificate,
    issuer: Issuer<'static, KeyPair>,
}

impl Authority {
    /// Makes a new self-signed authority that may sign servers' and clients' certificates.
    pub fn generate(request: &AuthorityRequest, now: SystemTime) -> Result<CertificateAndKey, PkiError> {
        let key = PrivateKey::generate(request.algorithm)?;
        let crt = Self::self_signed(request, &key, &[], now)?.to_pem();
        Ok(CertificateAndKey { crt, key: key.to_pem() })
    }

    /// The self-signed certificate of a key, which is also good for these addresses; `request.algorithm` is the key's.
    pub fn self_signed(
        request: &AuthorityRequest,
        key: &PrivateKey,
        addresses: &[IpAddr],
        now: SystemTime,
    ) -> Result<Certificate, PkiError> {
        let mut params = CertificateParams::default();
        params.serial_number = Some(leaf::serial());
        params.distinguished_name = leaf::name(&request.common_name, request.organization.as_deref());
        params.subject_alt_names = addresses.iter().map(|address| SanType::IpAddress(*address)).collect();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature, KeyUsagePurpose::KeyCertSign];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth, ExtendedKeyUsagePurpose::ClientAuth];
        (params.not_before, params.not_after) = validity(now, Duration::ZERO, request.lifetime)?;
        let certificate = params.self_signed(key.pair()).map_err(|error| PkiError::Issue {
            subject: request.organization.clone().unwrap_or_else(|| request.common_name.clone()),
            reason: error.to_string(),
        })?;
        Certificate::from_der(certificate.der())
    }

    /// Reads an authority and checks that key and certificate belong together.
    pub fn load(pair: &CertificateAndKey) -> Result<Self, PkiError> {
        let certificate = pair.certificate()?;
        let key = pair.private_key()?;
        if certificate.public_key_der() != key.public_key_der() {
            return Err(PkiError::Mismatch);
        }
        let issuer = Issuer::from_ca_cert_der(&certificate.der().into(), key.into_pair())
            .map_err(|error| PkiError::Certificate { reason: error.to_string() })?;
        Ok(Self { certificate, issuer })
    }

    /// The authority's own certificate.
    pub fn certificate(&self) -> &Certificate {
        &self.certificate
    }

    /// Generates a key and signs a certificate for it.
    pub fn issue(&self, leaf: &Leaf, now: SystemTime) -> Result<CertificateAndKey, PkiError> {
        let failed = |reason: String| PkiError::Issue { subject: leaf.subject(), reason };
        let key = PrivateKey::generate(leaf.algorithm)?;
        let mut params = leaf.params()?;
        (params.not_before, params.not_after) = validity(now, BACKDATE, leaf.lifetime)?;
        let certificate = params.signed_by(key.pair(), &self.issuer).map_err(|error| failed(error.to_string()))?;
        let der = self.with_organizations(certificate.der(), &leaf.common_name, &leaf.organizations).map_err(failed)?;
        Ok(CertificateAndKey { crt: PemBlock::encode("CERTIFICATE", &der), key: key.to_pem() })
    }

    /// Signs a request (PEM). Names and addresses are the request's; everything else is what the policy says.
    pub fn sign(&self, request: &str, policy: &SigningPolicy, now: SystemTime) -> Result<Certificate, PkiError> {
        let block = PemBlock::first(request, &[REQUEST, NEW_REQUEST], REQUEST)
            .map_err(|source| PkiError::Pem { what: "a certificate signing request", source })?;
        let mut request = CertificateSigningRequestParams::from_der(&block.bytes.as_slice().into())
            .map_err(|error| PkiError::Request { reason: error.to_string() })?;
        let common_name = match request.params.distinguished_name.get(&rcgen::DnType::CommonName) {
            Some(rcgen::DnValue::Utf8String(name)) => name.clone(),
            Some(rcgen::DnValue::PrintableString(name)) => name.as_str().to_owned(),
            _ => String::new(),
        };
        let params = &mut request.params;
        params.serial_number = Some(leaf::serial());
        params.is_ca = IsCa::NoCa;
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = policy.usages.iter().map(|usage| usage.purpose()).collect();
        params.use_authority_key_identifier_extension = true;
        (params.not_before, params.not_after) = validity(now, BACKDATE, policy.lifetime)?;
        if let Some(organizations) = &policy.organizations {
            params.distinguished_name = leaf::name(&common_name, organizations.first().map(String::as_str));
        }
        let failed = |reason: String| PkiError::Issue { subject: common_name.clone(), reason };
        let signed = request.signed_by(&self.issuer).map_err(|error| failed(error.to_string()))?;
        let der = match &policy.organizations {
            Some(organizations) => self.with_organizations(signed.der(), &common_name, organizations),
            None => subject::copy_from_request(signed.der(), &block.bytes, self.issuer.key()),
        };
        Certificate::from_der(&der.map_err(failed)?)
    }

    fn with_organizations(&self, der: &[u8], common_name: &str, organizations: &[String]) -> Result<Vec<u8>, String> {
        match organizations {
            [] | [_] => Ok(der.to_vec()),
            several => subject::replace(der, common_name, several, self.issuer.key()),
        }
    }
}

impl Leaf {
    /// A signing request (PEM) for this wish, with a new key.
    pub fn request(&self) -> Result<(String, Secret), PkiError> {
        let key = PrivateKey::generate(self.algorithm)?;
        Ok((self.request_for(&key)?, key.to_pem()))
    }

    /// A signing request (PEM) for this wish with a key that exists.
    pub fn request_for(&self, key: &PrivateKey) -> Result<String, PkiError> {
        let failed = |reason: String| PkiError::Issue { subject: self.subject(), reason };
        let mut params = self.params()?;
        params.serial_number = None;
        params.use_authority_key_identifier_extension = false;
        let request = params.serialize_request(key.pair()).map_err(|error| failed(error.to_string()))?;
        let der = match self.organizations.as_slice() {
            [] | [_] => request.der().to_vec(),
            several => {
                subject::replace_in_request(request.der(), &self.common_name, several, key.pair()).map_err(failed)?
            }
        };
        Ok(PemBlock::encode(REQUEST, &der))
    }
}

fn validity(
    now: SystemTime,
    backdate: Duration,
    lifetime: Duration,
) -> Result<(OffsetDateTime, OffsetDateTime), PkiError> {
    let impossible = || PkiError::Validity { seconds: lifetime.as_secs() };
    let now = OffsetDateTime::from(now);
    let end = time::Duration::try_from(lifetime)
        .ok()
        .and_then(|lifetime| now.checked_add(lifetime))
        .ok_or_else(impossible)?;
    let start = now.checked_sub(time::Duration::seconds(backdate.as_secs().cast_signed())).ok_or_else(impossible)?;
    Ok((start, end))
}
