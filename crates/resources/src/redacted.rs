//! What callers see who may not read secrets, in types that are not sensitive as a whole.

use minos_pki::Secret;

/// What stands where a secret was; the same as in a configuration that is shown.
pub(crate) const HIDDEN: &str = "******";

/// Hides a text. One that is empty stays so, which is no secret.
pub(crate) fn hide(text: &mut String) {
    if !text.is_empty() {
        HIDDEN.clone_into(text);
    }
}

/// Hides a secret. One that is empty stays so.
pub(crate) fn hide_secret(secret: &mut Secret) {
    if !secret.is_empty() {
        *secret = Secret::new(HIDDEN);
    }
}
