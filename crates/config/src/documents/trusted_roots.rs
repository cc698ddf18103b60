use crate::{
    documents::{Kind, Whole},
    schema::{Effect, section},
    validate::Check,
};

section! {
    /// Further authorities that the operating system trusts, for registries and other servers.
    pub struct TrustedRootsConfig {
        /// A name for these authorities.
        "name" => name: String [required] [example("our-company")],
        /// Their certificates, in PEM, one after the other.
        "certificates" => certificates: String,
    }
}

impl Kind for TrustedRootsConfig {
    const EFFECT: Effect = Effect::Idle;
    const SINCE: &'static str = "v1.7";

    fn check(&self, _: &Whole<'_>, _: &mut Check) {}
}
