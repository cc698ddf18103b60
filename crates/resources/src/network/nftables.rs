//! Chains of the packet filter.

use ipnet::IpNet;
use serde::{Deserialize, Serialize};

use crate::declare::{enumeration, message, resource};
use crate::wire::Field;

resource! {
    /// A chain of the packet filter that there should be.
    #[derive(Eq)]
    pub struct NfTablesChain = "NfTablesChains.net.talos.dev" in super::NAMESPACE => {
        /// `filter`, `route` or `nat`.
        1 "type" => kind: String,
        /// Where in the kernel it is asked.
        2 "hook" => hook: ChainHook,
        /// Place among the chains of the hook.
        3 "priority" => priority: ChainPriority,
        /// What happens to packets that no rule decides.
        5 "policy" => policy: Verdict,
        /// Rules, asked in their order.
        4 "rules" => rules: Vec<NfTablesRule>,
    }
    aliases: ["chain", "chains"];
    columns: ["Type" => "{.type}", "Hook" => "{.hook}", "Priority" => "{.priority}", "Policy" => "{.policy}"];
}

message! {
    /// A rule: what it matches, and what then happens.
    #[derive(Default, Eq)]
    pub struct NfTablesRule {
        /// The link that the packet came by.
        8 "matchIIfName" => match_in_link: Option<LinkNameMatch> [omitempty],
        /// The link that the packet is bound to.
        1 "matchOIfName" => match_out_link: Option<LinkNameMatch> [omitempty],
        /// The packet's mark.
        3 "matchMark" => match_mark: Option<Mark> [omitempty],
        /// The connection's state.
        11 "matchConntrackState" => match_conntrack_state: Option<ConntrackMatch> [omitempty],
        /// The source address.
        5 "matchSourceAddress" => match_source_address: Option<AddressMatch> [omitempty],
        /// The destination address.
        6 "matchDestinationAddress" => match_destination_address: Option<AddressMatch> [omitempty],
        /// Protocol and ports.
        7 "matchLayer4" => match_layer4: Option<Layer4Match> [omitempty],
        /// How many packets a second it lets through.
        10 "matchLimit" => match_limit: Option<LimitMatch> [omitempty],
        /// The largest segment that TCP may announce.
        9 "clampMSS" => clamp_mss: Option<ClampMss> [omitempty],
        /// The mark that the packet gets.
        4 "setMark" => set_mark: Option<Mark> [omitempty],
        /// Whether packets are counted.
        12 "anonymousCounter" => anonymous_counter: bool [omitempty],
        /// What happens to the packet.
        2 "verdict" => verdict: Option<Verdict> [omitempty],
    }
}

message! {
    /// Names of links.
    #[derive(Default, Eq)]
    pub struct LinkNameMatch {
        /// The names.
        3 "interfaceName" => names: Vec<String>,
        /// One of them, or none.
        2 "operator" => operator: MatchOperator,
    }
}

message! {
    /// A mark: `(mark & mask) ^ xor`, compared with `value`.
    #[derive(Default, Eq)]
    pub struct Mark {
        /// Bits that stay.
        1 "mask" => mask: u32 [omitempty],
        /// Bits that change.
        2 "xor" => xor: u32 [omitempty],
        /// What it is compared with.
        3 "value" => value: u32 [omitempty],
    }
}

message! {
    /// States of a connection.
    #[derive(Default, Eq)]
    pub struct ConntrackMatch {
        /// One of them.
        1 "states" => states: Vec<ConntrackState>,
    }
}

message! {
    /// Addresses.
    #[derive(Default, Eq)]
    pub struct AddressMatch {
        /// In one of these.
        1 "includeSubnets" => include_subnets: Vec<IpNet> [omitempty],
        /// In none of these.
        2 "excludeSubnets" => exclude_subnets: Vec<IpNet> [omitempty],
        /// The opposite.
        3 "invert" => invert: bool [omitempty],
    }
}

message! {
    /// Protocol and ports.
    #[derive(Eq)]
    pub struct Layer4Match {
        /// The protocol.
        1 "protocol" => protocol: Protocol,
        /// Source ports.
        2 "matchSourcePort" => match_source_port: Option<PortMatch> [omitempty],
        /// Destination ports.
        3 "matchDestinationPort" => match_destination_port: Option<PortMatch> [omitempty],
        /// Kinds of ICMP messages.
        4 "matchICMPType" => match_icmp_type: Option<IcmpTypeMatch> [omitempty],
    }
}

message! {
    /// Ports.
    #[derive(Default, Eq)]
    pub struct PortMatch {
        /// In one of these.
        1 "ranges" => ranges: Vec<PortRange> [omitempty],
    }
}

message! {
    /// A range of ports, both ends included.
    #[derive(Default, Eq)]
    pub struct PortRange {
        /// First.
        1 "lo" => low: u16,
        /// Last.
        2 "hi" => high: u16,
    }
}

message! {
    /// Kinds of ICMP messages.
    #[derive(Default, Eq)]
    pub struct IcmpTypeMatch {
        /// One of them.
        1 "types" => types: Vec<IcmpType>,
    }
}

message! {
    /// A limit.
    #[derive(Default, Eq)]
    pub struct LimitMatch {
        /// Packets per second.
        1 "packetRatePerSecond" => packets_per_second: u64,
    }
}

message! {
    /// A bound for TCP's segments.
    #[derive(Default, Eq)]
    pub struct ClampMss {
        /// Bytes of a packet.
        1 "mtu" => mtu: u16,
    }
}

enumeration! {
    /// Where in the kernel a chain is asked.
    #[derive(Default)]
    pub enum ChainHook {
        #[default]
        0 "prerouting" => Prerouting,
        1 "input" => Input,
        2 "forward" => Forward,
        3 "output" => Output,
        4 "postrouting" => Postrouting,
    }
}

enumeration! {
    /// Place among the chains of a hook.
    #[derive(Default)]
    pub enum ChainPriority {
        -2147483648 "first" => First,
        -400 "conntrack-defrag" => ConntrackDefrag,
        -300 "raw" => Raw,
        -225 "selinux-first" => SelinuxFirst,
        -200 "conntrack" => Conntrack,
        -150 "mangle" => Mangle,
        -100 "nat-dest" => NatDest,
        #[default]
        0 "filter" => Filter,
        50 "security" => Security,
        100 "nat-source" => NatSource,
        225 "selinux-last" => SelinuxLast,
        300 "conntrack-helper" => ConntrackHelper,
        2147483647 "last" => Last,
    }
}

enumeration! {
    /// What happens to a packet.
    #[derive(Default)]
    pub enum Verdict {
        #[default]
        0 "drop" => Drop,
        1 "accept" => Accept,
    }
}

enumeration! {
    /// How names are compared.
    #[derive(Default)]
    pub enum MatchOperator {
        #[default]
        0 "==" => Equal,
        1 "!=" => NotEqual,
    }
}

enumeration! {
    /// The state of a connection.
    pub enum ConntrackState {
        8 "new" => New,
        4 "related" => Related,
        2 "established" => Established,
        1 "invalid" => Invalid,
    }
}

enumeration! {
    /// A protocol above IP.
    pub enum Protocol {
        1 "icmp" => Icmp,
        6 "tcp" => Tcp,
        17 "udp" => Udp,
        58 "icmpv6" => Icmpv6,
    }
}

/// A kind of ICMP message. It has no name in YAML, only its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct IcmpType(pub u8);

impl IcmpType {
    /// Asks for the time.
    pub const TIMESTAMP_REQUEST: Self = Self(13);
    /// Answers with the time.
    pub const TIMESTAMP_REPLY: Self = Self(14);
    /// Asks for the mask of the network.
    pub const ADDRESS_MASK_REQUEST: Self = Self(17);
    /// Answers with the mask of the network.
    pub const ADDRESS_MASK_REPLY: Self = Self(18);
}

impl Field for IcmpType {
    fn is_zero(&self) -> bool {
        self.0 == 0
    }

    fn encode(&self, number: u32, out: &mut Vec<u8>) {
        u32::from(self.0).encode(number, out);
    }

    fn encode_all(all: &[Self], number: u32, out: &mut Vec<u8>) {
        let numbers: Vec<u32> = all.iter().map(|one| u32::from(one.0)).collect();
        numbers.encode(number, out);
    }

    #[cfg(test)]
    fn kind() -> String {
        u32::kind()
    }

    #[cfg(test)]
    fn kind_of_many() -> String {
        u32::kind_of_many()
    }

    #[cfg(test)]
    fn sample() -> Self {
        Self::ADDRESS_MASK_REPLY
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::Message as _;

    #[test]
    fn kinds_of_icmp_messages_are_numbers_in_yaml_and_packed_on_the_wire() {
        let matches = IcmpTypeMatch { types: vec![IcmpType::TIMESTAMP_REQUEST, IcmpType::ADDRESS_MASK_REPLY] };
        assert_eq!(serde_saphyr::to_string(&matches).expect("it is written"), "types:\n- 13\n- 18\n");
        assert_eq!(matches.to_bytes(), [0x0a, 0x02, 13, 18]);
    }
}
