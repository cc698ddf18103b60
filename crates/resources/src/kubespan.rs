//! KubeSpan, the WireGuard mesh of the nodes. Nothing writes these types yet.

mod config;
mod identity;
mod peer;

pub use config::KubeSpanConfig;
pub use identity::{KubeSpanEndpoint, KubeSpanIdentity};
pub use peer::{PeerSpec, PeerState, PeerStatus};

use crate::declare::definitions;

/// The namespace of this domain.
pub const NAMESPACE: &str = "kubespan";

definitions![KubeSpanConfig, KubeSpanEndpoint, KubeSpanIdentity, PeerSpec, PeerStatus];
