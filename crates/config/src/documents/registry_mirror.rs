use crate::schema::section;

section! {
    /// Where a registry's images are looked for.
    pub struct RegistryMirrorConfig {
        /// The registry's host; `*` for all.
        "name" => name: String,
        /// In order.
        "endpoints" => endpoints: Vec<RegistryEndpoint>,
        /// The registry itself is not asked.
        "skipFallback" => skip_fallback: Option<bool>,
    }
}

section! {
    /// One place to look.
    pub struct RegistryEndpoint {
        /// Its URL.
        "url" => url: String,
        /// The URL holds the whole path.
        "overridePath" => override_path: Option<bool>,
    }
}
