//! Single facts about the machine.

use minos_pki::Secret;

use crate::declare::resource;
use crate::redacted::hide_secret;

resource! {
    /// Whether the device manager has settled.
    #[derive(Default, Eq)]
    #[allow(missing_docs, reason = "the names are the contract's and explain themselves")]
    pub struct DevicesStatus = "DevicesStatuses.runtime.talos.dev" in "runtime" => {
        1 "ready" => ready: bool,
    }
    columns: ["Ready" => "{.ready}"];
}

resource! {
    /// A problem that was found.
    #[derive(Default, Eq)]
    #[allow(missing_docs, reason = "the names are the contract's and explain themselves")]
    pub struct Diagnostic = "Diagnostics.runtime.talos.dev" in "runtime" => {
        1 "message" => message: String,
        2 "details" => details: Vec<String>,
    }
    columns: ["Message" => "{.message}"];
}

resource! {
    /// The machine is to be reset.
    #[derive(Default, Eq)]
    pub struct MachineResetSignal = "MachineResetSignals.runtime.talos.dev" in "runtime" => {}
}

resource! {
    /// A value of META; the id is its tag.
    #[derive(Default, Eq)]
    #[allow(missing_docs, reason = "the names are the contract's and explain themselves")]
    pub struct MetaKey = "MetaKeys.runtime.talos.dev" in "runtime" => {
        1 "value" => value: String,
    }
    aliases: ["meta"];
    columns: ["Value" => "{.value}"];
}

resource! {
    /// Whether META has been read.
    #[derive(Default, Eq)]
    #[allow(missing_docs, reason = "the names are the contract's and explain themselves")]
    pub struct MetaLoaded = "MetaLoads.runtime.talos.dev" in "runtime" => {
        1 "done" => done: bool,
    }
    columns: ["Done" => "{.done}"];
}

resource! {
    /// Processes that were killed for memory.
    #[derive(Default)]
    #[allow(missing_docs, reason = "the names are the contract's and explain themselves")]
    pub struct OomAction = "OOMActions.talos.dev" in "runtime" => {
        1 "triggerContext" => trigger_context: String [omitempty],
        2 "score" => score: f64 [omitempty],
        3 "processes" => processes: Vec<String> [omitempty],
    }
    aliases: ["oomaction", "oomactions"];
    columns: ["Time" => "{.time}", "Score" => "{.score}"];
    sensitive: true;
}

resource! {
    /// What the machine proves itself with to its manager.
    #[derive(Default, Eq)]
    #[allow(missing_docs, reason = "the names are the contract's and explain themselves")]
    pub struct UniqueMachineToken = "UniqueMachineTokens.runtime.talos.dev" in "runtime" => {
        1 "token" => token: Secret,
    }
    columns: ["Token" => "{.token}"];
    redacted: UniqueMachineToken::without_token;
}

impl UniqueMachineToken {
    fn without_token(&self) -> Self {
        let mut redacted = self.clone();
        hide_secret(&mut redacted.token);
        redacted
    }
}
