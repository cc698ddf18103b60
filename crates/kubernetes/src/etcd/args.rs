//! etcd's command line.

use std::collections::BTreeMap;
use std::net::IpAddr;

use minos_resources::etcd::EtcdSpec;
use serde::{Deserialize, Serialize};

use super::files;
use crate::args::{Args, ArgsError, Policy};

/// Where etcd keeps its data.
pub const DATA_DIR: &str = "/var/lib/etcd";
/// Port for clients.
pub(crate) const CLIENT_PORT: u16 = 2379;
/// Port for other members.
pub(crate) const PEER_PORT: u16 = 2380;

/// How a member comes into being.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Start {
    /// It has data from before.
    Data,
    /// It founds a new cluster.
    New,
    /// It joins a cluster that consists of these members (`name=url,…`).
    Join(String),
}

/// The flags.
pub(crate) fn render(spec: &EtcdSpec, start: &Start) -> Result<Vec<String>, ArgsError> {
    let mut args = Args::of([
        ("name", spec.name.clone()),
        ("listen-peer-urls", urls(&spec.listen_peer_addresses, PEER_PORT).join(",")),
        ("listen-client-urls", urls(&spec.listen_client_addresses, CLIENT_PORT).join(",")),
    ]);
    for (flag, value) in [
        ("data-dir", DATA_DIR),
        ("auto-tls", "false"),
        ("peer-auto-tls", "false"),
        ("client-cert-auth", "true"),
        ("cert-file", files::SERVER_CERT),
        ("key-file", files::SERVER_KEY),
        ("trusted-ca-file", files::CA),
        ("peer-client-cert-auth", "true"),
        ("peer-cert-file", files::PEER_CERT),
        ("peer-key-file", files::PEER_KEY),
        ("peer-trusted-ca-file", files::CA),
        ("experimental-initial-corrupt-check", "true"),
        ("experimental-watch-progress-notify-interval", "5s"),
        ("experimental-compact-hash-check-enabled", "true"),
    ] {
        args.set(flag, value);
    }
    let ours = args.clone();
    let given = |flag: &str| spec.extra_args.contains_key(flag);
    let mut defaults = BTreeMap::from([
        ("advertise-client-urls", urls(&spec.advertised_addresses, CLIENT_PORT).join(",")),
        ("initial-advertise-peer-urls", urls(&spec.advertised_addresses, PEER_PORT).join(",")),
    ]);
    match start {
        Start::Data => {}
        Start::New => {
            defaults.insert("initial-cluster-state", "new".to_owned());
            defaults.insert("initial-cluster", cluster_of_one(spec));
        }
        Start::Join(members) => {
            defaults.insert("initial-cluster-state", "existing".to_owned());
            defaults.insert("initial-cluster", members.clone());
        }
    }
    for (flag, value) in defaults.into_iter().filter(|(flag, _)| !given(flag)) {
        args.set(flag, value);
    }
    args.merge(&spec.extra_args, |flag| if ours.contains(flag) { Policy::Denied } else { Policy::Overwrite })?;
    Ok(args.render())
}

fn cluster_of_one(spec: &EtcdSpec) -> String {
    let urls = urls(&spec.advertised_addresses, PEER_PORT);
    urls.iter().map(|url| format!("{}={url}", spec.name)).collect::<Vec<_>>().join(",")
}

pub(crate) fn urls(addresses: &[IpAddr], port: u16) -> Vec<String> {
    addresses.iter().map(|address| format!("https://{}", std::net::SocketAddr::new(*address, port))).collect()
}

#[cfg(test)]
mod tests {
    use minos_resources::k8s::ArgValues;

    use super::*;

    fn spec() -> EtcdSpec {
        EtcdSpec {
            name: "minos-1".to_owned(),
            advertised_addresses: vec!["10.5.0.2".parse().unwrap(), "fd00::2".parse().unwrap()],
            listen_peer_addresses: vec!["0.0.0.0".parse().unwrap()],
            listen_client_addresses: vec!["0.0.0.0".parse().unwrap()],
            ..EtcdSpec::default()
        }
    }

    #[test]
    fn the_founder_of_a_cluster() {
        insta::assert_json_snapshot!(render(&spec(), &Start::New).unwrap());
    }

    #[test]
    fn a_member_with_data_names_no_cluster() {
        let args = render(&spec(), &Start::Data).unwrap();
        assert!(args.iter().all(|arg| !arg.starts_with("--initial-cluster")));
    }

    #[test]
    fn users_flags_are_added_but_not_ours_replaced() {
        let with = |flag: &str| {
            let values = ArgValues { values: vec!["x".to_owned()] };
            EtcdSpec { extra_args: BTreeMap::from([(flag.to_owned(), values)]), ..spec() }
        };
        assert!(
            render(&with("initial-cluster-state"), &Start::New)
                .unwrap()
                .contains(&"--initial-cluster-state=x".to_owned())
        );
        assert_eq!(render(&with("data-dir"), &Start::New).unwrap_err().flag, "data-dir");
    }
}
