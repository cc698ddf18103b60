use crate::{
    documents::{Kind, Whole},
    schema::{Effect, section},
    validate::{Check, address},
};

section! {
    /// Where a registry's images are looked for before the registry itself is asked.
    pub struct RegistryMirrorConfig {
        /// The registry's host, with its port if it has one; `*` for every registry without a document of its own.
        "name" => name: String [required] [example("docker.io")],
        /// The mirrors, in the order in which they are asked.
        "endpoints" => endpoints: Vec<RegistryEndpoint>,
        /// The registry itself is not asked when no mirror has the image.
        "skipFallback" => skip_fallback: Option<bool> [default("false")],
    }
}

section! {
    /// One place to look.
    pub struct RegistryEndpoint {
        /// Its URL.
        "url" => url: String [required] [example("https://mirror.example.org")],
        /// The URL holds the whole path, `/v2` is not added.
        "overridePath" => override_path: Option<bool> [default("false")],
    }
}

impl Kind for RegistryMirrorConfig {
    const EFFECT: Effect = Effect::Live;
    const SINCE: &'static str = "v1.12";

    fn check(&self, _: &Whole<'_>, check: &mut Check) {
        if !address::is_registry(&self.name) {
            check.warning("name", address::NO_REGISTRY);
        }
        for (index, endpoint) in self.endpoints.iter().enumerate() {
            let holds = endpoint.url.is_empty() || address::is_http_url(&endpoint.url);
            check.require(holds, format!("endpoints/{index}/url"), "wanted an http or https URL");
        }
    }
}
