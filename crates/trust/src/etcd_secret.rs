//! Certificates around etcd.

use std::{
    net::{Ipv4Addr, Ipv6Addr},
    time::Duration,
};

use async_trait::async_trait;
use minos_pki::{Algorithm, Leaf};
use minos_resources::{
    network::{HostnameStatus, NetworkStatus, NodeAddress},
    secrets::{EtcdRootSecret, EtcdSecret},
    v1alpha1::TimeStatus,
};
use minos_runtime::{Context, Controller, Input, Key, Output, ReconcileError};

use crate::{
    cert_san::without_kubernetes,
    issuer::{self, Issuer},
    ready,
};

/// As long as the authority: etcd reads its certificates anew, but a member that was off for a year must come back.
const LIFETIME: Duration = Duration::from_secs(87_600 * 3600);

pub(crate) struct EtcdSecretIssue(pub Issuer);

#[async_trait]
impl Controller for EtcdSecretIssue {
    fn name(&self) -> &str {
        "trust.etcd_secret.issue"
    }

    fn inputs(&self) -> Vec<Input> {
        vec![
            Input::of::<EtcdRootSecret>().only(EtcdRootSecret::ID).to_all(),
            Input::of::<NetworkStatus>().only(NetworkStatus::ID).to_all(),
            Input::of::<TimeStatus>().only(TimeStatus::ID).to_all(),
            Input::of::<HostnameStatus>().only(HostnameStatus::ID).to_all(),
            Input::of::<NodeAddress>().only(without_kubernetes()).to_all(),
        ]
    }

    fn outputs(&self) -> Vec<Output> {
        vec![Output::exclusive::<EtcdSecret>()]
    }

    async fn reconcile(&mut self, cx: &Context, _: &Key) -> Result<(), ReconcileError> {
        let root = cx.require::<EtcdRootSecret>(EtcdRootSecret::ID)?;
        ready::address_and_name(cx)?;
        ready::clock(cx)?;
        let hostname = cx.require::<HostnameStatus>(HostnameStatus::ID)?;
        let addresses = cx.require::<NodeAddress>(&without_kubernetes())?;
        let authority = issuer::load("etcd", &root.etcd_ca)?;
        let leaf = |name: &str, leaf: Leaf| self.0.leaf(cx, name, &leaf.algorithm(Algorithm::EcdsaP256), &authority);

        let peer = Leaf::peer(&hostname.hostname, LIFETIME).dns_names(hostname.dns_names()).addresses(addresses.ips());
        let server =
            peer.clone().dns_names(["localhost"]).addresses([Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()]);
        let secret = EtcdSecret {
            etcd: leaf("etcd-server", server)?,
            etcd_peer: leaf("etcd-peer", peer)?,
            etcd_admin: leaf("etcd-admin", Leaf::client("talos", LIFETIME))?,
            etcd_api_server: leaf("etcd-api-server", Leaf::client("kube-apiserver", LIFETIME))?,
        };
        cx.write(EtcdSecret::ID, secret)?;
        Ok(())
    }
}
