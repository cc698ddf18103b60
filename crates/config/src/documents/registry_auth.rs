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

    fn check(&self, _: &Whole<'_>, check: &mut Check) {
        let (user, token) = (!self.username.is_empty(), !self.identity_token.is_empty());
        check.require(!(user && token), "identityToken", "username and identityToken exclude each other");
        check.require(self.auth.is_empty() || !(user || token), "auth", "auth excludes username and identityToken");
    }
}
