use ipnet::IpNet;

use crate::{
    documents::{Kind, Whole},
    schema::{Effect, Ports, section},
    validate::Check,
};

section! {
    /// Who may reach some ports of this machine.
    pub struct NetworkRuleConfig {
        /// A name for the rule.
        "name" => name: String [required] [example("kubelet")],
        /// Which ports.
        "portSelector" => port_selector: PortSelector [required],
        /// Who may reach them; nobody when it is empty.
        "ingress" => ingress: Vec<IngressRule> [replace],
    }
}

section! {
    /// Ports of a protocol.
    pub struct PortSelector {
        /// Ports and ranges, which do not overlap.
        "ports" => ports: Vec<Ports> [required] [replace] [example("[443, 30000-32767]")],
        /// The protocol.
        "protocol" => protocol: String [required] [values(&["tcp", "udp", "icmp", "icmpv6"])] [example("tcp")],
    }
}

section! {
    /// Some other machines.
    pub struct IngressRule {
        /// Their network.
        "subnet" => subnet: Option<IpNet> [required] [example("10.5.0.0/24")],
        /// But not these.
        "except" => except: Option<IpNet> [example("10.5.0.1/32")],
    }
}

impl Kind for NetworkRuleConfig {
    const EFFECT: Effect = Effect::Idle;
    const SINCE: &'static str = "v1.6";

    fn check(&self, _: &Whole<'_>, check: &mut Check) {
        let ports = &self.port_selector.ports;
        check.require(!ports.is_empty(), "portSelector/ports", "at least one port is needed");
        for (index, one) in ports.iter().enumerate() {
            let overlaps = |other: &&Ports| other.first <= one.last && one.first <= other.last;
            if let Some(other) = ports[..index].iter().find(overlaps) {
                check.problem(format!("portSelector/ports/{index}"), format!("{one} overlaps with {other}"));
            }
        }
    }
}
