//! Certificates whose subject has several organizations.
//!
//! rcgen keeps a subject as a map by attribute type, so a second Organization replaces the first. Roles are organizations, and
//! a caller may have several. So such a certificate is made with one, its subject exchanged and the result signed again.

use rcgen::{KeyPair, SigningKey};
use x509_parser::{certificate::X509Certificate, prelude::FromDer};

const SEQUENCE: u8 = 0x30;
const SET: u8 = 0x31;
const UTF8_STRING: u8 = 0x0c;
const BIT_STRING: u8 = 0x03;
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
    let body: &[u8] = parsed.tbs_certificate.as_ref();
    let old = parsed.subject().as_raw();
    // The subject's raw slice points into the body: with an empty issuer equal bytes may occur earlier.
    let at = old.as_ptr().addr().checked_sub(body.as_ptr().addr()).ok_or("the subject lies outside the body")?;
    let (start, end) = (header_length(body), at + old.len());
    let head = body.get(start..at).ok_or("the subject lies outside the body")?;
    let tail = body.get(end..).ok_or("the subject lies outside the body")?;
    let body = element(SEQUENCE, &[head, &subject(common_name, organizations), tail].concat());

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

/// The element after the signed body inside a certificate.
fn algorithm_identifier(der: &[u8]) -> Option<&[u8]> {
    let outer = der.get(header_length(der)..)?;
    let rest = outer.get(total_length(outer)?..)?;
    rest.get(..total_length(rest)?)
}

/// Bytes of tag and length at the start of an element.
fn header_length(der: &[u8]) -> usize {
    match der.get(1) {
        Some(length) if *length >= 0x80 => 2 + usize::from(length & 0x7f),
        _ => 2,
    }
}

fn total_length(der: &[u8]) -> Option<usize> {
    let header = header_length(der);
    let first = *der.get(1)?;
    let length = if first < 0x80 {
        usize::from(first)
    } else {
        der.get(2..header)?.iter().fold(0, |sum, byte| sum << 8 | usize::from(*byte))
    };
    Some(header + length)
}

/// One DER element with definite length.
fn element(tag: u8, content: &[u8]) -> Vec<u8> {
    let mut out = vec![tag];
    let length = content.len();
    if let Ok(short @ 0..0x80) = u8::try_from(length) {
        out.push(short);
    } else {
        let bytes: Vec<u8> = length.to_be_bytes().into_iter().skip_while(|byte| *byte == 0).collect();
        out.push(0x80 | bytes.len() as u8);
        out.extend(bytes);
    }
    out.extend_from_slice(content);
    out
}
