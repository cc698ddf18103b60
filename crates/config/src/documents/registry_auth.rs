use minos_pki::Secret;

use crate::{
    documents::{Kind, Whole},
    schema::{Effect, section},
    validate::Check,
};

section! {
    /// Who we are to a registry.
    pub struct RegistryAuthConfig {
        /// The registry's host, with its port if it has one.
        "name" => name: String [required] [example("ghcr.io")],
        /// The user.
        "username" => username: String [example("robot")],
        /// The user's password.
        "password" => password: Secret,
        /// User and password as the protocol wants them: `user:password` in base64.
        "auth" => auth: Secret,
        /// A token that is exchanged for access.
        "identityToken" => identity_token: Secret,
    }
}

impl Kind for RegistryAuthConfig {
    const EFFECT: Effect = Effect::Idle;
    const SINCE: &'static str = "v1.12";

    fn check(&self, _: &Whole<'_>, _: &mut Check) {}
}
