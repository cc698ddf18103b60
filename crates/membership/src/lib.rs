//! Who belongs to the cluster: this node's identity, what it tells the others, and the members that are known.
//!
//! In: the configuration, the node's names and addresses, and a file on STATE that keeps the identity. Out: `Identity` and
//! `/etc/machine-id`, `Info`, the node's own `Affiliate`, `Members`, and the control planes' addresses as an `Endpoint`.
//! Without a discovery service the node knows itself only.
#![forbid(unsafe_code)]

mod affiliate;
mod base62;
mod discovery;
mod endpoint;
mod identity;
mod identity_file;
mod info;
mod member;

use std::{fmt, sync::Arc};

use minos_runtime::Controller;

pub use identity_file::{IdentityFile, IdentityOnState, MemoryIdentity};

/// What this domain needs of the world.
#[derive(Clone)]
pub struct Deps {
    /// Where the identity is kept for good.
    pub identity: Arc<dyn IdentityFile>,
}

impl fmt::Debug for Deps {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Deps")
    }
}

/// Every controller of this domain.
pub fn controllers(deps: &Deps) -> Vec<Box<dyn Controller>> {
    vec![
        Box::new(identity::IdentityStatus::new(Arc::clone(&deps.identity))),
        info::controller(),
        discovery::controller(),
        Box::new(affiliate::LocalAffiliate),
        member::controller(),
        Box::new(endpoint::DiscoveredEndpoint),
    ]
}
