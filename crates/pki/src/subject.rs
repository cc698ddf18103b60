//! Certificates and signing requests whose names are more than rcgen expresses.
//!
//! rcgen keeps a name as a map by attribute type, so a second Organization replaces the first, and it reads no name that has
//! several attributes in one set. Roles are organizations, and a caller may have several; authorities of other tools have what
//! they like. So such a certificate is made with simpler names, these are exchanged and the result is signed again.

use rcgen::{KeyPair, SigningKey};
use x509_parser::{certificate::X509Certificate, certification_request::X509CertificationRequest, prelude::FromDer};

use crate::der::{BIT_STRING, SEQUENCE, SET, UTF8_STRING, element, header_length, total_length};

/// The attribute types 2.5.4.3 and 2.5.4.10, encoded.
const COMMON_NAME: [u8; 5] = [0x06, 0x03, 0x55, 0x04, 0x03];
const ORGANIZATION: [u8; 5] = [0x06, 0x03, 0x55, 0x04, 0x0a];

/// The certificate with exactly these names (DER), signed again by `signer` unless it has them already.
pub(crate) fn rename(der: Vec<u8>, issuer: &[u8], subject: Option<&[u8]>, signer: &KeyPair) -> Result<Vec<u8>, String> {
    let (_, parsed) = X509Certificate::from_der(&der).map_err(|error| error.to_string())?;
    let old = [parsed.issuer().as_raw(), parsed.subject().as_raw()];
    let new = [issuer, subject.unwrap_or(old[1])];
    if old == new {
        return Ok(der);
    }
    sign_again(&der, parsed.tbs_certificate.as_ref(), &[(old[0], new[0]), (old[1], new[1])], signer)
}

/// The signing request with exactly this subject (DER), signed again by `signer`.
pub(crate) fn rename_request(der: &[u8], subject: &[u8], signer: &KeyPair) -> Result<Vec<u8>, String> {
    let (_, parsed) = X509CertificationRequest::from_der(der).map_err(|error| error.to_string())?;
    let info = &parsed.certification_request_info;
    sign_again(der, info.raw, &[(info.subject.as_raw(), subject)], signer)
}

/// Exchanges slices of `body`, in their order; `body` is the signed part of `der`.
fn sign_again(der: &[u8], body: &[u8], changes: &[(&[u8], &[u8])], signer: &KeyPair) -> Result<Vec<u8>, String> {
    const OUTSIDE: &str = "a name lies outside the signed part";
    let (mut content, mut from) = (Vec::new(), header_length(body));
    for (old, new) in changes {
        // The raw slices point into the body: equal bytes may occur earlier, as with an empty name.
        let at = old.as_ptr().addr().checked_sub(body.as_ptr().addr()).ok_or(OUTSIDE)?;
        content.extend_from_slice(body.get(from..at).ok_or(OUTSIDE)?);
        content.extend_from_slice(new);
        from = at + old.len();
    }
    content.extend_from_slice(body.get(from..).ok_or(OUTSIDE)?);
    let body = element(SEQUENCE, &content);

    let signature = signer.sign(&body).map_err(|error| error.to_string())?;
    let algorithm = algorithm_identifier(der).ok_or("no signature algorithm")?;
    let signature = element(BIT_STRING, &[&[0][..], &signature].concat());
    Ok(element(SEQUENCE, &[&body, algorithm, &signature].concat()))
}

/// A name of several organizations; `None` for one that rcgen can express.
pub(crate) fn of_several(common_name: &str, organizations: &[String]) -> Option<Vec<u8>> {
    (organizations.len() > 1).then(|| name(common_name, organizations))
}

/// True for a name (DER) without an attribute.
pub(crate) fn is_empty(name: &[u8]) -> bool {
    name.len() <= header_length(name)
}

/// A subject with this common name, unless it is empty, and these organizations (DER).
pub(crate) fn name(common_name: &str, organizations: &[String]) -> Vec<u8> {
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
