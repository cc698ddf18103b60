use minos_pki::Secret;

use crate::schema::section;

section! {
    /// Who we are to a registry.
    pub struct RegistryAuthConfig {
        /// The registry's host.
        "name" => name: String,
        /// User.
        "username" => username: String,
        /// Password.
        "password" => password: Secret,
        /// Both, as the protocol wants them.
        "auth" => auth: Secret,
        /// A token.
        "identityToken" => identity_token: Secret,
    }
}
