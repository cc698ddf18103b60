use std::collections::BTreeMap;

use crate::{
    documents::{Kind, Whole},
    schema::{Effect, section},
    validate::Check,
};

section! {
    /// How an Ethernet card works, as `ethtool` sets it. What a card can do depends on its driver.
    pub struct EthernetConfig {
        /// The link's name; it can be an alias.
        "name" => name: String [required] [example("enp0s3")],
        /// Features by their kernel names, on or off; `minosctl get ethernetstatus` lists them.
        "features" => features: BTreeMap<String, bool> [example("{tx-tcp-segmentation: false}")],
        /// Lengths of the queues between card and kernel.
        "rings" => rings: Option<EthernetRings>,
        /// How many queues there are.
        "channels" => channels: Option<EthernetChannels>,
        /// What wakes the machine; an empty list means that nothing does.
        "wakeOnLan" => wake_on_lan: Option<Vec<String>>
            [values(&["phy", "unicast", "multicast", "broadcast", "arp", "magic", "magicsecure", "filter"])]
            [example("[magic]")] [since("v1.12")],
    }
}

section! {
    /// Lengths of queues.
    pub struct EthernetRings {
        /// Entries for packets that arrive.
        "rx" => rx: Option<u32>,
        /// Entries for packets that leave.
        "tx" => tx: Option<u32>,
        /// Entries for small packets that arrive.
        "rx-mini" => rx_mini: Option<u32>,
        /// Entries for long packets that arrive.
        "rx-jumbo" => rx_jumbo: Option<u32>,
        /// Bytes of a buffer.
        "rx-buf-len" => rx_buf_len: Option<u32>,
        /// Bytes of an entry that says that work is done.
        "cqe-size" => cqe_size: Option<u32>,
        /// Descriptors are written to the card's memory.
        "tx-push" => tx_push: Option<bool>,
        /// The card writes descriptors to the machine's memory.
        "rx-push" => rx_push: Option<bool>,
        /// Bytes of the buffer for that.
        "tx-push-buf-len" => tx_push_buf_len: Option<u32>,
        /// Headers and data of TCP packets go to different buffers.
        "tcp-data-split" => tcp_data_split: Option<bool>,
    }
}

section! {
    /// Numbers of queues.
    pub struct EthernetChannels {
        /// For packets that arrive.
        "rx" => rx: Option<u32>,
        /// For packets that leave.
        "tx" => tx: Option<u32>,
        /// For anything else.
        "other" => other: Option<u32>,
        /// For both directions.
        "combined" => combined: Option<u32>,
    }
}

impl Kind for EthernetConfig {
    const EFFECT: Effect = Effect::Idle;
    const SINCE: &'static str = "v1.10";

    fn check(&self, _: &Whole<'_>, _: &mut Check) {}
}
