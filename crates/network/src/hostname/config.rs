//! What command line and machine configuration call the node, and the name that is made when they say so.

use async_trait::async_trait;
use minos_config::HostnameSetting;
use minos_resources::cluster::Identity;
use minos_resources::network::{CONFIG_NAMESPACE, ConfigLayer, HostnameSpec, NodeAddress, layered_id};
use minos_runtime::{Context, Controller, Input, Key, Labels, Output, ReconcileError, Resource};
use sha2::{Digest as _, Sha256};

use crate::{cmdline, config};

pub(super) struct Config;

#[async_trait]
impl Controller for Config {
    fn name(&self) -> &str {
        "network.hostname.config"
    }

    fn inputs(&self) -> Vec<Input> {
        vec![
            config::input().to_all(),
            cmdline::input().to_all(),
            Input::of::<Identity>().only(Identity::ID).to_all(),
            Input::of::<NodeAddress>().only(NodeAddress::DEFAULT).to_all(),
        ]
    }

    fn outputs(&self) -> Vec<Output> {
        vec![Output::shared::<HostnameSpec>().in_namespace(CONFIG_NAMESPACE)]
    }

    async fn reconcile(&mut self, cx: &Context, _key: &Key) -> Result<(), ReconcileError> {
        let cmdline = cmdline::get(cx, &[])?.hostname;
        let cmdline = cmdline.and_then(|name| HostnameSpec::parse(&name, ConfigLayer::Cmdline));
        let setting = config::get(cx)?.map_or(HostnameSetting::Open, |machine| machine.hostname());
        let configured = match setting {
            HostnameSetting::Given(name) => HostnameSpec::parse(&name, ConfigLayer::Configuration),
            HostnameSetting::Stable => {
                let identity = cx.get::<Identity>(Identity::ID)?.filter(Resource::is_running);
                identity.and_then(|identity| HostnameSpec::parse(&stable(&identity.node_id), ConfigLayer::Default))
            }
            HostnameSetting::FromAddress => {
                let address = cx.get::<NodeAddress>(NodeAddress::DEFAULT)?.filter(Resource::is_running);
                address.and_then(|address| HostnameSpec::parse(&from_address(&address)?, ConfigLayer::Default))
            }
            HostnameSetting::Open => None,
        };
        for spec in cmdline.into_iter().chain(configured) {
            cx.write_at(CONFIG_NAMESPACE, &layered_id(spec.layer, HostnameSpec::ID), &Labels::new(), spec)?;
        }
        Ok(())
    }
}

/// A name that stays as long as the node's identity: the contract's, so that a node keeps it when its system changes.
/// Six of the base 36 digits of the first eight bytes of the identity's SHA-256.
fn stable(node_id: &str) -> String {
    let hash = Sha256::digest(node_id.as_bytes());
    let mut number = hash[..8].iter().fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
    let mut digits = Vec::new();
    while number > 0 {
        digits.push(char::from_digit((number % 36) as u32, 36).unwrap_or('0'));
        number /= 36;
    }
    digits.extend(hash[..8].iter().take_while(|byte| **byte == 0).map(|_| '0'));
    let digit = |index: usize| digits.len().checked_sub(index + 1).map_or('0', |index| digits[index]);
    let part = |from: usize| (from..from + 3).map(digit).collect::<String>();
    format!("talos-{}-{}", part(1), part(4))
}

fn from_address(address: &NodeAddress) -> Option<String> {
    let [only] = address.addresses.as_slice() else {
        return None;
    };
    Some(format!("talos-{}", only.addr().to_string().replace(':', "").replace('.', "-")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_the_contracts() {
        assert_eq!(stable("fGdOI05hVrx3YMagLo0Bwxa2Nm9BAswWm8XLeEj0aS4"), "talos-hwz-sw5");
        let address = NodeAddress { addresses: vec!["10.5.0.2/24".parse().expect("valid")], ..NodeAddress::default() };
        assert_eq!(from_address(&address).as_deref(), Some("talos-10-5-0-2"));
    }
}
