//! Who is asked.

use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

/// Where resolvers listen.
pub(super) const PORT: u16 = 53;
/// More than three are not asked, as resolv.conf(5) has it.
const MOST: usize = 3;
const FILE: &str = "/etc/resolv.conf";

/// Servers that were given, or those of this host, which may change while the cluster runs.
pub(super) struct Servers {
    given: Vec<SocketAddr>,
    file: PathBuf,
}

impl Servers {
    pub fn new(given: Vec<SocketAddr>) -> Self {
        Self { given, file: FILE.into() }
    }

    /// Those of this moment. A laptop in another network has others.
    pub fn now(&self) -> Vec<SocketAddr> {
        if self.given.is_empty() { of_file(&self.file) } else { self.given.iter().take(MOST).copied().collect() }
    }
}

/// The resolvers of this host. Without any, no name outside of a cluster resolves.
pub fn host_nameservers() -> Vec<SocketAddr> {
    of_file(Path::new(FILE))
}

fn of_file(file: &Path) -> Vec<SocketAddr> {
    parse(&std::fs::read_to_string(file).unwrap_or_default())
}

/// The name servers of a resolv.conf(5). One with a zone (`fe80::1%eth0`) is left out.
fn parse(text: &str) -> Vec<SocketAddr> {
    let lines = text.lines().filter_map(|line| line.split(['#', ';']).next()?.trim().strip_prefix("nameserver"));
    let addresses = lines.filter(|rest| rest.starts_with([' ', '\t'])).filter_map(|rest| rest.trim().parse().ok());
    addresses.take(MOST).map(|address: IpAddr| (address, PORT).into()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hosts_servers_are_those_of_its_file_at_the_time() {
        let file = tempfile::NamedTempFile::new().expect("a file");
        let servers = Servers { given: Vec::new(), file: file.path().to_owned() };
        assert!(servers.now().is_empty());
        let text = "# by hand\nsearch example.org\nnameserver 127.0.0.53 ; local\nnameserver\tfe80::1%eth0\n\
                    nameservers 192.0.2.1\n nameserver 2001:db8::1\nnameserver 192.0.2.2\nnameserver 192.0.2.3\n";
        std::fs::write(file.path(), text).expect("written");
        let expected =
            ["127.0.0.53:53", "[2001:db8::1]:53", "192.0.2.2:53"].map(|one| one.parse().expect("an address"));
        assert_eq!(servers.now(), expected);
        std::fs::write(file.path(), "nameserver 192.0.2.9\n").expect("written");
        assert_eq!(servers.now(), ["192.0.2.9:53".parse().expect("an address")]);
    }

    #[test]
    fn servers_that_were_given_are_the_only_ones() {
        let given: SocketAddr = "192.0.2.1:5353".parse().expect("an address");
        assert_eq!(Servers::new(vec![given]).now(), [given]);
    }
}
