//! Where logs and events go.

use crate::declare::resource;
use crate::wire::Urls;

resource! {
    /// Where events are sent.
    #[derive(Default, Eq)]
    #[allow(missing_docs, reason = "the names are the contract's and explain themselves")]
    pub struct EventSinkConfig = "EventSinkConfigs.runtime.talos.dev" in "runtime" => {
        1 "endpoint" => endpoint: String,
    }
}

resource! {
    /// Where the kernel log is sent.
    #[derive(Default, Eq)]
    #[allow(missing_docs, reason = "the names are the contract's and explain themselves")]
    pub struct KmsgLogConfig = "KmsgLogConfigs.runtime.talos.dev" in "runtime" => {
        #[serde(with = "crate::wire::url::many")]
        1 "destinations" as Urls => destinations: Vec<String>,
    }
}

resource! {
    /// Environment of the services.
    #[derive(Default, Eq)]
    #[allow(missing_docs, reason = "the names are the contract's and explain themselves")]
    pub struct Environment = "Environments.runtime.talos.dev" in "runtime" => {
        1 "variables" => variables: Vec<String>,
    }
    aliases: ["env"];
    columns: ["Variables" => "{.variables}"];
}
