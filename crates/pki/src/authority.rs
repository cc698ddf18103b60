use std::{
    net::IpAddr,
    time::{Duration, SystemTime},
};

use rcgen::{
    BasicConstraints, CertificateParams, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyIdMethod, KeyPair, KeyUsagePurpose,
    SanType,
};
use time::OffsetDateTime;

use crate::{
    certificate::Certificate,
    error::PkiError,
    key::{Algorithm, PrivateKey},
    leaf::{self, Leaf, Usage},
    pair::CertificateAndKey,
    pem::PemBlock,
    request::{REQUEST, SigningRequest},
    secret::Secret,
    subject,
};

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
        let mut params = CertificateParams::default();
        params.key_identifier_method =
            certificate.key_identifier()?.map_or(KeyIdMethod::Sha256, KeyIdMethod::PreSpecified);
        params.distinguished_name =
            leaf::name(&certificate.common_name, certificate.organizations.first().map(String::as_str));
        Ok(Self { issuer: Issuer::new(params, key.into_pair()), certificate })
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
        let subject = subject::of_several(&leaf.common_name, &leaf.organizations);
        let der = self.rename(&certificate, subject.as_deref()).map_err(failed)?;
        Ok(CertificateAndKey { crt: PemBlock::encode("CERTIFICATE", &der), key: key.to_pem() })
    }

    /// Signs a request (PEM). Names and addresses are the request's; everything else is what the policy says.
    pub fn sign(&self, request: &str, policy: &SigningPolicy, now: SystemTime) -> Result<Certificate, PkiError> {
        let request = SigningRequest::from_pem(request)?;
        let subject = match &policy.organizations {
            Some(organizations) => subject::name(&request.common_name, organizations),
            None => request.subject,
        };
        let mut params = CertificateParams::default();
        params.serial_number = Some(leaf::serial());
        // The subject is put in below; whether it is empty decides here how the alternative names are marked.
        let stand_in = if subject::is_empty(&subject) { "" } else { "subject" };
        params.distinguished_name = leaf::name(stand_in, None);
        params.subject_alt_names = request.names;
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = policy.usages.iter().map(|usage| usage.purpose()).collect();
        params.use_authority_key_identifier_extension = true;
        (params.not_before, params.not_after) = validity(now, BACKDATE, policy.lifetime)?;
        let failed = |reason: String| PkiError::Issue { subject: request.common_name.clone(), reason };
        let signed = params.signed_by(&request.public_key, &self.issuer).map_err(|error| failed(error.to_string()))?;
        Certificate::from_der(&self.rename(&signed, Some(&subject)).map_err(failed)?)
    }

    fn rename(&self, certificate: &rcgen::Certificate, subject: Option<&[u8]>) -> Result<Vec<u8>, String> {
        subject::rename(certificate.der().to_vec(), self.certificate.subject_der(), subject, self.issuer.key())
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
        let der = match subject::of_several(&self.common_name, &self.organizations) {
            None => request.der().to_vec(),
            Some(name) => subject::rename_request(request.der(), &name, key.pair()).map_err(failed)?,
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
