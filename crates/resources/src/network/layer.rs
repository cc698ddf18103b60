//! Who wishes something of the network.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Where a wish comes from; a later one wins over an earlier one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ConfigLayer {
    /// What holds without any configuration.
    #[default]
    Default,
    /// The kernel's command line.
    Cmdline,
    /// The platform.
    Platform,
    /// An operator, for example DHCP.
    Operator,
    /// The machine configuration.
    Configuration,
}

impl fmt::Display for ConfigLayer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Default => "default",
            Self::Cmdline => "cmdline",
            Self::Platform => "platform",
            Self::Operator => "operator",
            Self::Configuration => "configuration",
        })
    }
}

/// Id of a wish in the namespace `network-config`.
pub fn layered_id(layer: ConfigLayer, id: &str) -> String {
    format!("{layer}/{id}")
}
