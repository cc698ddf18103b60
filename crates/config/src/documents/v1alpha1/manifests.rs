use crate::schema::section;

section! {
    /// Controllers of a cloud that run beside Kubernetes' own.
    pub struct ExternalCloudProvider {
        /// There are such controllers: a new node waits for them before pods run on it.
        "enabled" => enabled: Option<bool> [default("false")],
        /// URLs of their manifests. Only with `enabled: true`.
        "manifests" => manifests: Vec<String> [example("[\"https://example.org/cloud.yaml\"]")] [idle],
    }
}

section! {
    /// A manifest whose objects are created.
    pub struct InlineManifest {
        /// Its name; no other manifest has the same. Needed.
        "name" => name: String [example("storage")],
        /// What it says: YAML, one or more documents.
        "contents" => contents: String
            [example("\"{apiVersion: v1, kind: Namespace, metadata: {name: storage}}\"")],
    }
}
