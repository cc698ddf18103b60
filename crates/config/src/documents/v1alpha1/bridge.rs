use crate::schema::section;

section! {
    /// A bridge.
    pub struct Bridge {
        /// The links that are its ports. They have no addresses of their own.
        "interfaces" => interfaces: Vec<String> [example("[eth0, eth1]")],
        /// The spanning tree protocol, which keeps frames from going round in circles.
        "stp" => stp: Option<Stp>,
        /// How it treats VLANs.
        "vlan" => vlan: Option<BridgeVlan>,
    }
}

section! {
    /// The spanning tree protocol.
    pub struct Stp {
        /// Whether the bridge takes part in it.
        "enabled" => enabled: Option<bool> [default("true")],
    }
}

section! {
    /// VLANs of a bridge.
    pub struct BridgeVlan {
        /// Ports let only the frames of their VLANs through.
        "vlanFiltering" => vlan_filtering: Option<bool> [default("false")],
    }
}

section! {
    /// Membership in a bridge.
    pub struct BridgePort {
        /// The name of the bridge.
        "master" => master: String [example("br0")],
    }
}
