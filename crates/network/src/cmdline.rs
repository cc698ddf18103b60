//! What the kernel's command line says about the network (`ip=`, as the kernel and dracut document it).

use std::net::IpAddr;

use ipnet::IpNet;
use minos_resources::network::LinkStatus;
use minos_resources::runtime::KernelCmdline;
use minos_runtime::{Context, Input, Resource, StateError};

/// Network settings of a command line.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Cmdline {
    /// Links, in their order.
    pub(crate) links: Vec<CmdlineLink>,
    /// The node's name.
    pub(crate) hostname: Option<String>,
    /// DNS servers.
    pub(crate) dns_servers: Vec<IpAddr>,
    /// Time servers.
    pub(crate) time_servers: Vec<IpAddr>,
    /// Links to be left alone.
    pub(crate) ignored: Vec<String>,
}

/// A link of a command line.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct CmdlineLink {
    /// Name.
    pub(crate) name: String,
    /// Address.
    pub(crate) address: Option<IpNet>,
    /// Router.
    pub(crate) gateway: Option<IpAddr>,
    /// Ask by DHCP.
    pub(crate) dhcp: bool,
}

/// The command line that the kernel was started with.
pub(crate) fn input() -> Input {
    Input::of::<KernelCmdline>().only(KernelCmdline::ID)
}

/// Its network settings. A link without a name is the first card of `links`.
pub(crate) fn get(cx: &Context, links: &[Resource<LinkStatus>]) -> Result<Cmdline, StateError> {
    let cmdline = cx.get::<KernelCmdline>(KernelCmdline::ID)?;
    let first = links.iter().find(|link| link.physical()).map(|link| link.id().to_owned());
    Ok(cmdline.map(|cmdline| Cmdline::parse(&cmdline.cmdline, first.as_deref())).unwrap_or_default())
}

impl Cmdline {
    /// The settings of `text`; `first` is the link that is meant when none is named. What cannot be understood is left
    /// out with a word in the log.
    pub(crate) fn parse(text: &str, first: Option<&str>) -> Self {
        let mut found = Self::default();
        for (name, value) in text.split_whitespace().filter_map(|word| word.split_once('=')) {
            match name {
                "talos.hostname" | "minos.hostname" => found.hostname = Some(value.to_owned()),
                "talos.network.interface.ignore" | "minos.network.interface.ignore" => {
                    found.ignored.push(value.to_owned());
                }
                "ip" if found.parse_ip(value, first).is_none() => {
                    tracing::warn!(value, "ip= on the kernel's command line cannot be understood");
                }
                _ => {}
            }
        }
        found
    }

    /// `<device>:dhcp` or
    /// `<address>:<server>:<gateway>:<mask>:<name>:<device>:<autoconf>:<dns>:<dns>:<ntp>`; `dhcp` alone says nothing
    /// that would not happen anyway.
    fn parse_ip(&mut self, value: &str, first: Option<&str>) -> Option<()> {
        let fields = split(value);
        match fields.as_slice() {
            [only] if only == "dhcp" => return Some(()),
            [device, how] if how == "dhcp" => {
                self.links.push(CmdlineLink { name: device.clone(), dhcp: true, ..CmdlineLink::default() });
                return Some(());
            }
            _ => {}
        }
        let field = |index: usize| fields.get(index).map(String::as_str).filter(|field| !field.is_empty());
        let address = field(0).map(str::parse::<IpAddr>).transpose().ok()?;
        let gateway = field(2).map(str::parse).transpose().ok()?;
        let address = match (address, field(3)) {
            (Some(address), Some(mask)) => Some(with_mask(address, mask)?),
            (address, _) => address.map(IpNet::from),
        };
        if self.hostname.is_none() {
            self.hostname = field(4).map(str::to_owned);
        }
        let name = field(5).or(first)?.to_owned();
        for index in [7, 8] {
            self.dns_servers.extend(field(index).map(str::parse::<IpAddr>).transpose().ok()?);
        }
        self.time_servers.extend(field(9).map(str::parse::<IpAddr>).transpose().ok()?);
        self.links.push(CmdlineLink { name, address, gateway, dhcp: field(6) == Some("dhcp") });
        Some(())
    }
}

/// Splits at colons that are not in square brackets, which go.
fn split(value: &str) -> Vec<String> {
    let mut fields = vec![String::new()];
    let mut brackets = 0;
    for character in value.chars() {
        match character {
            '[' => brackets += 1,
            ']' => brackets -= 1,
            ':' if brackets == 0 => fields.push(String::new()),
            _ => fields.last_mut().expect("it starts with one field").push(character),
        }
    }
    fields
}

fn with_mask(address: IpAddr, mask: &str) -> Option<IpNet> {
    match mask.parse::<u8>() {
        Ok(length) => IpNet::new(address, length).ok(),
        Err(_) => IpNet::with_netmask(address, mask.parse().ok()?).ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_is_read() {
        let text =
            "console=ttyS0 ip=172.20.0.2::172.20.0.1:255.255.255.0:master1.lab:eth1:off:8.8.8.8:1.1.1.1:10.0.0.1 quiet";
        let found = Cmdline::parse(text, None);
        let link = CmdlineLink {
            name: "eth1".to_owned(),
            address: "172.20.0.2/24".parse().ok(),
            gateway: "172.20.0.1".parse().ok(),
            dhcp: false,
        };
        assert_eq!(found.links, [link]);
        assert_eq!(found.hostname.as_deref(), Some("master1.lab"));
        assert_eq!(found.dns_servers.len(), 2);
        assert_eq!(found.time_servers.len(), 1);
    }

    #[test]
    fn short_forms() {
        let found = Cmdline::parse(
            "ip=eth0:dhcp ip=dhcp ip=10.1.2.3 talos.hostname=a talos.network.interface.ignore=eth7",
            Some("eth5"),
        );
        assert_eq!(found.links.len(), 2);
        assert!(found.links[0].dhcp);
        assert_eq!((found.links[1].name.as_str(), found.links[1].address), ("eth5", "10.1.2.3/32".parse().ok()));
        assert_eq!(found.hostname.as_deref(), Some("a"));
        assert_eq!(found.ignored, ["eth7"]);
    }

    #[test]
    fn six_is_in_brackets_and_nonsense_is_left_out() {
        let found = Cmdline::parse("ip=[2001:db8::2]::[2001:db8::1]:64::eth0:off ip=one:two:three:four", None);
        assert_eq!(found.links.len(), 1);
        assert_eq!(found.links[0].address, "2001:db8::2/64".parse().ok());
        assert_eq!(found.links[0].gateway, "2001:db8::1".parse().ok());
    }
}
