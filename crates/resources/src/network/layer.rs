//! Who asks for something of the network.

use crate::declare::enumeration;

enumeration! {
    /// Where a spec comes from; a later one wins over an earlier one.
    #[derive(Default)]
    pub enum ConfigLayer {
        /// What holds without any configuration.
        #[default]
        0 "default" => Default,
        /// The kernel's command line.
        1 "cmdline" => Cmdline,
        /// The platform.
        2 "platform" => Platform,
        /// An operator, for example DHCP.
        3 "operator" => Operator,
        /// The machine configuration.
        4 "configuration" => Configuration,
    }
}

/// Id of a spec in the namespace `network-config`.
pub fn layered_id(layer: ConfigLayer, id: &str) -> String {
    format!("{layer}/{id}")
}
