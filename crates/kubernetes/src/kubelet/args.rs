//! The kubelet's command line.

use std::net::IpAddr;

use minos_resources::k8s::KubeletConfig;

use crate::args::{Args, ArgsError, Policy};

/// The kubelet's configuration document.
pub(crate) const CONFIG: &str = "/etc/kubernetes/kubelet.yaml";
/// Credentials with which it asks for its own.
pub(crate) const BOOTSTRAP_KUBECONFIG: &str = "/etc/kubernetes/bootstrap-kubeconfig";
/// Its own credentials.
pub(crate) const KUBECONFIG: &str = "/etc/kubernetes/kubeconfig-kubelet";
/// Its certificates and keys.
pub(crate) const PKI_DIR: &str = "/var/lib/kubelet/pki";
/// Programs that give credentials for images.
pub(crate) const CREDENTIAL_PROVIDERS_DIR: &str = "/usr/local/lib/kubelet/credentialproviders";
/// Their configuration.
pub(crate) const CREDENTIAL_PROVIDERS_CONFIG: &str = "/etc/kubernetes/kubelet-credentialproviderconfig.yaml";

/// The flags, and the node's name unless it is the user who chose it. `addresses` are needed unless the user gives them.
pub(crate) fn render(
    config: &KubeletConfig,
    nodename: &str,
    addresses: &[IpAddr],
) -> Result<(Vec<String>, Option<String>), ArgsError> {
    let mut args = Args::of([("config", CONFIG), ("cert-dir", PKI_DIR), ("hostname-override", nodename)]);
    if !config.skip_node_registration {
        args.set("bootstrap-kubeconfig", BOOTSTRAP_KUBECONFIG);
        args.set("kubeconfig", KUBECONFIG);
    }
    if config.cloud_provider_external {
        args.set("cloud-provider", "external");
    }
    if !chooses_addresses(config) {
        let addresses: Vec<_> = addresses.iter().map(IpAddr::to_string).collect();
        args.set("node-ip", addresses.join(","));
    }
    args.merge(&config.extra_args, policy)?;
    if config.credential_provider_config.is_some() {
        args.set("image-credential-provider-bin-dir", CREDENTIAL_PROVIDERS_DIR);
        args.set("image-credential-provider-config", CREDENTIAL_PROVIDERS_CONFIG);
    }
    let expected = (!config.extra_args.contains_key("hostname-override")).then(|| nodename.to_owned());
    Ok((args.render(), expected))
}

/// Whether the user gives the node's addresses by a flag.
pub(crate) fn chooses_addresses(config: &KubeletConfig) -> bool {
    config.extra_args.contains_key("node-ip")
}

fn policy(flag: &str) -> Policy {
    match flag {
        "bootstrap-kubeconfig"
        | "kubeconfig"
        | "container-runtime"
        | "container-runtime-endpoint"
        | "config"
        | "cert-dir" => Policy::Denied,
        _ => Policy::Overwrite,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use minos_resources::k8s::ArgValues;

    use super::*;

    #[test]
    fn flags_of_a_plain_node() {
        let (args, name) = render(&KubeletConfig::default(), "minos-1", &["10.0.2.15".parse().unwrap()]).unwrap();
        assert_eq!(
            args,
            [
                "--bootstrap-kubeconfig=/etc/kubernetes/bootstrap-kubeconfig",
                "--cert-dir=/var/lib/kubelet/pki",
                "--config=/etc/kubernetes/kubelet.yaml",
                "--hostname-override=minos-1",
                "--kubeconfig=/etc/kubernetes/kubeconfig-kubelet",
                "--node-ip=10.0.2.15",
            ]
        );
        assert_eq!(name.as_deref(), Some("minos-1"));
    }

    #[test]
    fn a_user_who_names_the_node_owns_its_name() {
        let values = ArgValues { values: vec!["other".to_owned()] };
        let extra_args = BTreeMap::from([("hostname-override".to_owned(), values)]);
        let (args, name) = render(&KubeletConfig { extra_args, ..Default::default() }, "minos-1", &[]).unwrap();
        assert!(args.contains(&"--hostname-override=other".to_owned()));
        assert_eq!(name, None);
    }
}
