//! Seccomp profiles.

use crate::declare::resource;
use crate::wire::Structure;

resource! {
    /// A profile that pods may name.
    #[derive(Default)]
    #[allow(missing_docs, reason = "the names are the contract's and explain themselves")]
    pub struct SeccompProfile = "SeccompProfiles.cri.talos.dev" in "cri" => {
        1 "name" => name: String,
        2 "value" => value: Structure,
    }
}
