//! Ethernet links: what `ethtool` sets and shows.

use std::collections::BTreeMap;

use serde::{Deserialize as _, Deserializer, Serializer, ser::SerializeMap as _};

use super::{Duplex, Port};
use crate::declare::{enumeration, message, resource};

resource! {
    /// How an Ethernet link should be set; what is absent stays as it is.
    #[derive(Default, Eq)]
    pub struct EthernetSpec = "EthernetSpecs.net.talos.dev" in super::NAMESPACE => {
        /// Sizes of the rings.
        1 "rings" => rings: EthernetRings [omitempty],
        /// Features of the kernel by name.
        2 "features" => features: BTreeMap<String, bool> [omitempty],
        /// Numbers of channels.
        3 "channels" => channels: EthernetChannels [omitempty],
        /// What wakes the machine.
        4 "wakeOnLan" => wake_on_lan: Vec<WakeOnLan> [omitempty],
    }
}

message! {
    /// Sizes of rings.
    #[derive(Default, Eq)]
    pub struct EthernetRings {
        /// Received packets.
        1 "rx" => rx: Option<u32> [omitempty],
        /// Packets to send.
        4 "tx" => tx: Option<u32> [omitempty],
        /// Small received packets.
        2 "rx-mini" => rx_mini: Option<u32> [omitempty],
        /// Large received packets.
        3 "rx-jumbo" => rx_jumbo: Option<u32> [omitempty],
        /// Bytes of a buffer.
        5 "rx-buf-len" => rx_buf_len: Option<u32> [omitempty],
        /// Bytes of a completion.
        6 "cqe-size" => cqe_size: Option<u32> [omitempty],
        /// Descriptors are pushed to the device.
        7 "tx-push" => tx_push: Option<bool> [omitempty],
        /// Received descriptors are pushed.
        8 "rx-push" => rx_push: Option<bool> [omitempty],
        /// Bytes of a pushed buffer.
        9 "tx-push-buf-len" => tx_push_buf_len: Option<u32> [omitempty],
        /// Headers and data go to buffers of their own.
        10 "tcp-data-split" => tcp_data_split: Option<bool> [omitempty],
    }
}

message! {
    /// Numbers of channels.
    #[derive(Default, Eq)]
    pub struct EthernetChannels {
        /// Receiving.
        1 "rx" => rx: Option<u32> [omitempty],
        /// Sending.
        2 "tx" => tx: Option<u32> [omitempty],
        /// Others.
        3 "other" => other: Option<u32> [omitempty],
        /// Both receiving and sending.
        4 "combined" => combined: Option<u32> [omitempty],
    }
}

resource! {
    /// How an Ethernet link is set.
    #[derive(Default, Eq)]
    pub struct EthernetStatus = "EthernetStatuses.net.talos.dev" in super::NAMESPACE => {
        /// Whether there is a carrier.
        1 "linkState" => link_state: Option<bool> [omitempty],
        /// Megabits per second.
        2 "speedMbit" => speed_megabits: i64 [omitempty],
        /// What the cable is plugged into.
        3 "port" => port: Port,
        /// Whether both ends may talk at once.
        4 "duplex" => duplex: Duplex,
        /// Modes of this end.
        5 "ourModes" => own_modes: Vec<String> [omitempty],
        /// Modes of the other end.
        6 "peerModes" => peer_modes: Vec<String> [omitempty],
        /// Sizes of the rings.
        7 "rings" => rings: Option<EthernetRingsStatus> [omitempty],
        /// Features of the kernel, in its order; as YAML a mapping.
        #[serde(serialize_with = "as_mapping", deserialize_with = "from_mapping")]
        8 "features" => features: Vec<EthernetFeature> [omitempty],
        /// Numbers of channels.
        9 "channels" => channels: Option<EthernetChannelsStatus> [omitempty],
        /// What wakes the machine.
        10 "wakeOnLAN" => wake_on_lan: Vec<WakeOnLan> [omitempty],
    }
    aliases: ["ethtool"];
    columns: ["Link" => "{.linkState}", "Speed" => "{.speedMbit}"];
}

message! {
    /// A feature of the kernel.
    #[derive(Default, Eq)]
    pub struct EthernetFeature {
        /// Its name.
        1 "name" => name: String,
        /// `on` or `off`, and whether it can be changed.
        2 "status" => status: String,
    }
}

message! {
    /// Sizes of rings, and the largest that the device takes.
    #[derive(Default, Eq)]
    pub struct EthernetRingsStatus {
        /// At most, received packets.
        1 "rx-max" => rx_max: Option<u32> [omitempty],
        /// At most, small received packets.
        2 "rx-mini-max" => rx_mini_max: Option<u32> [omitempty],
        /// At most, large received packets.
        3 "rx-jumbo-max" => rx_jumbo_max: Option<u32> [omitempty],
        /// At most, packets to send.
        4 "tx-max" => tx_max: Option<u32> [omitempty],
        /// At most, bytes of a pushed buffer.
        5 "tx-push-buf-len-max" => tx_push_buf_len_max: Option<u32> [omitempty],
        /// Received packets.
        6 "rx" => rx: Option<u32> [omitempty],
        /// Small received packets.
        7 "rx-mini" => rx_mini: Option<u32> [omitempty],
        /// Large received packets.
        8 "rx-jumbo" => rx_jumbo: Option<u32> [omitempty],
        /// Packets to send.
        9 "tx" => tx: Option<u32> [omitempty],
        /// Bytes of a buffer.
        10 "rx-buf-len" => rx_buf_len: Option<u32> [omitempty],
        /// Bytes of a completion.
        11 "cqe-size" => cqe_size: Option<u32> [omitempty],
        /// Descriptors are pushed to the device.
        12 "tx-push" => tx_push: Option<bool> [omitempty],
        /// Received descriptors are pushed.
        13 "rx-push" => rx_push: Option<bool> [omitempty],
        /// Bytes of a pushed buffer.
        14 "tx-push-buf-len" => tx_push_buf_len: Option<u32> [omitempty],
        /// Headers and data go to buffers of their own.
        15 "tcp-data-split" => tcp_data_split: Option<bool> [omitempty],
    }
}

message! {
    /// Numbers of channels, and how many the device has.
    #[derive(Default, Eq)]
    pub struct EthernetChannelsStatus {
        /// At most, receiving.
        1 "rx-max" => rx_max: Option<u32> [omitempty],
        /// At most, sending.
        2 "tx-max" => tx_max: Option<u32> [omitempty],
        /// At most, others.
        3 "other-max" => other_max: Option<u32> [omitempty],
        /// At most, both receiving and sending.
        4 "combined-max" => combined_max: Option<u32> [omitempty],
        /// Receiving.
        5 "rx" => rx: Option<u32> [omitempty],
        /// Sending.
        6 "tx" => tx: Option<u32> [omitempty],
        /// Others.
        7 "other" => other: Option<u32> [omitempty],
        /// Both receiving and sending.
        8 "combined" => combined: Option<u32> [omitempty],
    }
}

enumeration! {
    /// What wakes the machine.
    pub enum WakeOnLan {
        1 "phy" => Phy,
        2 "unicast" => Unicast,
        4 "multicast" => Multicast,
        8 "broadcast" => Broadcast,
        32 "magic" => Magic,
        64 "magicsecure" => MagicSecure,
        128 "filter" => Filter,
    }
}

fn as_mapping<S: Serializer>(features: &[EthernetFeature], serializer: S) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(Some(features.len()))?;
    for feature in features {
        map.serialize_entry(&feature.name, &feature.status)?;
    }
    map.end()
}

fn from_mapping<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<EthernetFeature>, D::Error> {
    let map = serde_json::Map::deserialize(deserializer)?;
    let text = |value: serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    Ok(map.into_iter().map(|(name, status)| EthernetFeature { name, status: text(status) }).collect())
}
