//! PEM files that people name: a mistake in one is told with the file's name, never with its content.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use anyhow::{Context as _, Result};
use minos_pki::{Authority, CertificateAndKey, PkiError, PrivateKey};

use crate::exit::{self, BadInput};

/// The content of a file; bytes that are not UTF-8 become others, which no PEM text has.
pub fn read(path: &Path) -> Result<String> {
    let bytes = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// The private key in a file.
pub fn key(path: &Path) -> Result<PrivateKey> {
    Ok(PrivateKey::from_pem(&read(path)?).map_err(|error| bad(path, error))?)
}

/// The authority in two files, of which every mistake is told.
pub fn authority(crt: &Path, key: &Path, now: SystemTime) -> Result<Authority> {
    let pair = CertificateAndKey { crt: read(crt)?, key: read(key)?.into() };
    check_authority(&pair, crt, key, now).map_err(|problems| BadInput(problems.join("\n  ")))?;
    Ok(Authority::load(&pair).map_err(|error| bad(crt, error))?)
}

/// What is wrong with an authority that was read from two files, one sentence each.
pub fn check_authority(pair: &CertificateAndKey, crt: &Path, key: &Path, now: SystemTime) -> Result<(), Vec<String>> {
    let certificate = pair.certificate();
    let mut problems: Vec<String> = match &certificate {
        Ok(certificate) => certificate.check_authority(now).err(),
        Err(_) => None,
    }
    .map(|error| sentence(crt, error))
    .into_iter()
    .collect();
    match (certificate, pair.private_key()) {
        (Ok(certificate), Ok(private)) if certificate.public_key_der() != private.public_key_der() => {
            problems.push(format!("{} is not the key of {}", key.display(), crt.display()));
        }
        (certificate, private) => {
            problems.extend(certificate.err().map(|error| sentence(crt, error)));
            problems.extend(private.err().map(|error| sentence(key, error)));
        }
    }
    if problems.is_empty() { Ok(()) } else { Err(problems) }
}

/// A mistake in a file.
pub fn bad(path: &Path, error: PkiError) -> BadInput {
    BadInput(sentence(path, error))
}

/// The same, as text.
pub fn sentence(path: &Path, error: PkiError) -> String {
    format!("{}: {}", path.display(), exit::describe(&error.into()))
}

/// `base` with `.crt`, `.key` and the like behind it, whatever dots it has.
pub fn named(base: impl Into<OsString>, extension: &str) -> PathBuf {
    let mut name = base.into();
    name.push(extension);
    name.into()
}
