use std::borrow::Cow;

/// Gives Ed25519 keys the label that TLS libraries know.
///
/// The same PKCS #8 bytes are found under `ED25519 PRIVATE KEY` and under `PRIVATE KEY`.
pub fn normalize_labels(pem: &str) -> Cow<'_, str> {
    if pem.contains("ED25519 PRIVATE KEY") {
        Cow::Owned(pem.replace("ED25519 PRIVATE KEY", "PRIVATE KEY"))
    } else {
        Cow::Borrowed(pem)
    }
}
