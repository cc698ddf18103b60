//! Certificates and signing requests whose subject has several organizations.
//!
//! rcgen keeps a subject as a map by attribute type, so a second Organization replaces the first. Roles are organizations, and
//! a caller may have several. So such a certificate is made with one, its subject exchanged and the result signed again.

use rcgen::{KeyPair, SigningKey};
use x509_parser::{certificate::X509Certificate, certification_request::X509CertificationRequest, prelude::FromDer};

use crate::der::{BIT_STRING, SEQUENCE, SET, UTF8_STRING, element, header_length, total_length};

/// The attribute types 2.5.4.3 and 2.5.4.10, encoded.
const COMMON_NAME: [u8; 5] = [0x06, 0x03, 0x55, 0x04, 0x03];
const ORGANIZATION: [u8; 5] = [0x06, 0x03, 0x55, 0x04, 0x0a];

/// The certificate with another subject, signed again by `signer`.
pub(crate) fn replace(
    der: &[u8],
    common_name: &str,
    organizations: &[String],
    signer: &KeyPair,
) -> Result<Vec<u8>, String> {
    let (_, parsed) = X509Certificate::from_der(der).map_err(|error| error.to_string())?;
    let new = subject(common_name, organizations);
    sign_again(der, parsed.tbs_certificate.as_ref(), parsed.subject().as_raw(), &new, signer)
}

/// The certificate with the subject of a request, exactly; signed again by `signer` if that is another one.
pub(crate) fn copy_from_request(der: &[u8], request: &[u8], signer: &KeyPair) -> Result<Vec<u8>, String> {
    let (_, parsed) = X509Certificate::from_der(der).map_err(|error| error.to_string())?;
    let (_, request) = X509CertificationRequest::from_der(request).map_err(|error| error.to_string())?;
    let (old, new) = (parsed.subject().as_raw(), request.certification_request_info.subject.as_raw());
    if old == new {
        return Ok(der.to_vec());
    }
    sign_again(der, parsed.tbs_certificate.as_ref(), old, new, signer)
}

/// The signing request with another subject, signed again by `signer`.
pub(crate) fn replace_in_request(
    der: &[u8],
    common_name: &str,
    organizations: &[String],
    signer: &KeyPair,
) -> Result<Vec<u8>, String> {
    let (_, parsed) = X509CertificationRequest::from_der(der).map_err(|error| error.to_string())?;
    let info = &parsed.certification_request_info;
    sign_again(der, info.raw, info.subject.as_raw(), &subject(common_name, organizations), signer)
}

/// Exchanges the subject `old`, a slice of `body`, which is the signed part of `der`.
fn sign_again(der: &[u8], body: &[u8], old: &[u8], new: &[u8], signer: &KeyPair) -> Result<Vec<u8>, String> {
    // The subject's raw slice points into the body: with an empty issuer equal bytes may occur earlier.
    let at = old.as_ptr().addr().checked_sub(body.as_ptr().addr()).ok_or("the subject lies outside the body")?;
    let (start, end) = (header_length(body), at + old.len());
    let head = body.get(start..at).ok_or("the subject lies outside the body")?;
    let tail = body.get(end..).ok_or("the subject lies outside the body")?;
    let body = element(SEQUENCE, &[head, new, tail].concat());

    let signature = signer.sign(&body).map_err(|error| error.to_string())?;
    let algorithm = algorithm_identifier(der).ok_or("no signature algorithm")?;
    let signature = element(BIT_STRING, &[&[0][..], &signature].concat());
    Ok(element(SEQUENCE, &[&body, algorithm, &signature].concat()))
}

fn subject(common_name: &str, organizations: &[String]) -> Vec<u8> {
    let attribute = |kind: &[u8], value: &str| {
        let pair = [kind, &element(UTF8_STRING, value.as_bytes())].concat();
        element(SET, &element(SEQUENCE, &pair))
    };
    let mut names: Vec<u8> = organizations.iter().flat_map(|name| attribute(&ORGANIZATION, name)).collect();
    if !common_name.is_empty() {
        names.extend(attribute(&COMMON_NAME, common_name));
    }
    element(SEQUENCE, &names)
}

/// The element after the signed body inside a certificate or request.
fn algorithm_identifier(der: &[u8]) -> Option<&[u8]> {
    let outer = der.get(header_length(der)..)?;
    let rest = outer.get(total_length(outer)?..)?;
    rest.get(..total_length(rest)?)
}
