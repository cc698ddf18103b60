//! Extensions, and what is in the image.

use crate::declare::{message, resource};

resource! {
    /// An extension that is part of the running image.
    #[derive(Default, Eq)]
    #[allow(missing_docs, reason = "the names are the contract's and explain themselves")]
    pub struct ExtensionStatus = "ExtensionStatuses.runtime.talos.dev" in "runtime" => {
        1 "image" => image: String,
        2 "metadata" => metadata: ExtensionMetadata,
    }
    aliases: ["extensions"];
    columns: ["Name" => "{.metadata.name}", "Version" => "{.metadata.version}"];
}

message! {
    /// What an extension says of itself.
    #[derive(Default, Eq)]
    #[allow(missing_docs, reason = "the names are the contract's and explain themselves")]
    pub struct ExtensionMetadata {
        1 "name" => name: String,
        2 "version" => version: String,
        3 "author" => author: String,
        4 "description" => description: String,
        5 "compatibility" => compatibility: ExtensionCompatibility,
        6 "extraInfo" => extra_info: String [omitempty],
    }
}

message! {
    /// What an extension needs.
    #[derive(Default, Eq)]
    #[allow(missing_docs, reason = "the names are the contract's and explain themselves")]
    pub struct ExtensionCompatibility {
        1 "talos" => talos: VersionConstraint,
    }
}

message! {
    /// Versions that will do.
    #[derive(Default, Eq)]
    #[allow(missing_docs, reason = "the names are the contract's and explain themselves")]
    pub struct VersionConstraint {
        1 "version" => version: String,
    }
}

resource! {
    /// A piece of software in the image.
    #[derive(Default, Eq)]
    #[allow(missing_docs, reason = "the names are the contract's and explain themselves")]
    pub struct SbomItem = "SBOMItems.talos.dev" in "runtime" => {
        1 "name" => name: String,
        2 "version" => version: String,
        3 "license" => license: String [omitempty],
        4 "cpes" => cpes: Vec<String> [omitempty],
        5 "purls" => purls: Vec<String> [omitempty],
        6 "extension" => extension: bool [omitempty],
    }
    aliases: ["sbom", "sboms"];
    columns: ["Version" => "{.version}", "License" => "{.license}", "Extension" => "{.extension}"];
}
