//! Certificates and signing requests whose names are more than rcgen expresses.
//!
//! rcgen keeps a name as a map by attribute type, so a second Organization replaces the first, and it reads no name that has
//! several attributes in one set. Roles are organizations, and a caller may have several; authorities of other tools have what
//! they like. So such a certificate is made with simpler names, these are exchanged and the result is signed again.

use rcgen::{KeyPair, SigningKey};
use x509_parser::{certificate::X509Certificate, certification_request::X509CertificationRequest, prelude::FromDer};

use crate::der::{BIT_STRING, PRINTABLE_STRING, SEQUENCE, SET, UTF8_STRING, element, header_length, total_length};

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
        let pair = [kind, &element(string_type(value.as_bytes()), value.as_bytes())].concat();
        element(SET, &element(SEQUENCE, &pair))
    };
    let mut names: Vec<u8> = organizations.iter().flat_map(|name| attribute(&ORGANIZATION, name)).collect();
    if !common_name.is_empty() {
        names.extend(attribute(&COMMON_NAME, common_name));
    }
    element(SEQUENCE, &names)
}

/// Whether a PrintableString can hold it (X.680, 41.4).
pub(crate) fn is_printable(text: &str) -> bool {
    text.bytes().all(is_printable_byte)
}

fn is_printable_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b" '()+,-./:=?".contains(&byte)
}

/// The type that Go encodes a text with: a PrintableString where it can be one.
fn string_type(text: &[u8]) -> u8 {
    if text.iter().copied().all(is_printable_byte) { PRINTABLE_STRING } else { UTF8_STRING }
}

/// A name (DER) in the encodings in which programs write it: as Go does, and with every text as a UTF8String. Who compares
/// names byte for byte finds its own among them.
pub fn name_encodings(name: &[u8]) -> Vec<Vec<u8>> {
    let mut encodings = vec![name.to_vec()];
    for encoding in [encode_texts(name, &string_type), encode_texts(name, &|_| UTF8_STRING)].into_iter().flatten() {
        if !encodings.contains(&encoding) {
            encodings.push(encoding);
        }
    }
    encodings
}

/// The same elements, every text with the type that is chosen for it; `None` when it is no DER.
fn encode_texts(der: &[u8], choose: &dyn Fn(&[u8]) -> u8) -> Option<Vec<u8>> {
    let (mut out, mut rest) = (Vec::new(), der);
    while let Some(tag) = rest.first() {
        let length = total_length(rest)?;
        let content = rest.get(header_length(rest)..length)?;
        match *tag {
            SEQUENCE | SET => out.extend(element(*tag, &encode_texts(content, choose)?)),
            UTF8_STRING | PRINTABLE_STRING => out.extend(element(choose(content), content)),
            _ => out.extend_from_slice(rest.get(..length)?),
        }
        rest = rest.get(length..)?;
    }
    Some(out)
}

/// The element after the signed body inside a certificate or request.
fn algorithm_identifier(der: &[u8]) -> Option<&[u8]> {
    let outer = der.get(header_length(der)..)?;
    let rest = outer.get(total_length(outer)?..)?;
    rest.get(..total_length(rest)?)
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use super::*;
    use crate::{Algorithm, Authority, AuthorityRequest, Certificate};

    fn subject(pem: &str) -> Vec<u8> {
        Certificate::from_pem(pem).unwrap().subject_der().to_vec()
    }

    /// Two authorities named `O=talos`, one as Go's standard library writes it, one with a UTF8String.
    const GO: &str = include_str!("../testdata/authority-printable.pem");
    const UTF8: &str = include_str!("../testdata/authority-utf8.pem");

    #[test]
    fn an_authority_is_named_as_go_names_it() {
        let request = AuthorityRequest {
            common_name: String::new(),
            organization: Some("talos".into()),
            algorithm: Algorithm::Ed25519,
            lifetime: Duration::from_secs(60),
        };
        let own = Authority::generate(&request, SystemTime::now()).unwrap();
        assert_eq!(subject(&own.crt), subject(GO));
        assert_eq!(name("", &["talos".to_owned()]), subject(GO));
        assert_ne!(subject(UTF8), subject(GO));
    }

    #[test]
    fn a_name_is_found_in_either_encoding() {
        for pem in [GO, UTF8] {
            let encodings = name_encodings(&subject(pem));
            assert!(encodings.contains(&subject(GO)) && encodings.contains(&subject(UTF8)), "{encodings:?}");
            assert_eq!(encodings.len(), 2);
        }
        let other = name("\u{dc}bung", &["a@b".to_owned()]);
        assert_eq!(name_encodings(&other), [other]);
        assert_eq!(name_encodings(b"\x30\x84"), [b"\x30\x84"], "what is no name stays");
    }
}
