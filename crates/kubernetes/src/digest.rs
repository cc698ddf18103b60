//! Short digests by which a pod or a service notices that something it is made from has changed.
//!
//! Versions of resources count from one in every process, so they would change when a process starts anew; digests
//! change with the content alone.

use serde::Serialize;
use sha2::{Digest as _, Sha256};

/// Twelve hexadecimal digits.
pub(crate) fn digest(content: &impl Serialize) -> Result<String, serde_json::Error> {
    let digest = Sha256::digest(serde_json::to_vec(content)?);
    Ok(hex::encode(&digest[..6]))
}
