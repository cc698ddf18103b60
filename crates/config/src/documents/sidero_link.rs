use minos_pki::Secret;

use crate::{
    documents::{Kind, Whole},
    schema::{Effect, Url, section},
    validate::Check,
};

section! {
    /// A tunnel to a service that manages machines.
    pub struct SideroLinkConfig {
        /// The service: an `https://` or `grpc://` URL without a path. It may hold a token, so it is never shown.
        "apiUrl" => api_url: Secret [required],
        /// What tells this machine from others, in place of what it knows already.
        "uniqueToken" => unique_token: Secret,
    }
}

impl Kind for SideroLinkConfig {
    const EFFECT: Effect = Effect::Idle;
    const SINCE: &'static str = "v1.5";

    fn check(&self, _: &Whole<'_>, check: &mut Check) {
        let Ok(url) = self.api_url.expose().parse::<Url>() else {
            return check.require(self.api_url.is_empty(), "apiUrl", "wanted a URL such as https://link.example.org");
        };
        check.require(matches!(url.scheme(), "https" | "grpc"), "apiUrl", "wanted https:// or grpc://");
        check.require(matches!(url.path(), "" | "/"), "apiUrl", "a path is not allowed");
    }
}
