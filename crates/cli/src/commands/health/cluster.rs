use std::net::IpAddr;

use anyhow::{Context as _, Result};
use minos_api::client::Target;
use serde_json::Value;

use super::{Verdict, kubernetes, nodes};
use crate::commands::get;
use crate::commands::kubeconfig::fetch;
use crate::kube::client::Kube;
use crate::output::text;
use crate::session::Session;

/// A node of the cluster.
pub(super) struct Node {
    /// As the reader knows it.
    pub(super) name: String,
    /// Its addresses, as far as known.
    pub(super) addresses: Vec<IpAddr>,
    /// Whether it runs etcd and the control plane.
    pub(super) control_plane: bool,
    /// How calls reach it.
    pub(super) target: Target,
}

/// The cluster under examination.
pub(super) struct Cluster<'a> {
    pub(super) session: &'a Session,
    pub(super) nodes: Vec<Node>,
    endpoint: Option<String>,
    kube: Option<Kube>,
}

/// One thing that has to hold.
#[derive(Clone, Copy)]
pub(super) enum Check {
    Etcd,
    EtcdConsistent,
    EtcdMembers,
    Apid,
    Diagnostics,
    Kubelet,
    Booted,
    NodesReported,
    ControlPlane,
    NodesReady,
    KubeProxy,
    CoreDns,
    NodesSchedulable,
    Manifests,
}

/// In the order in which a cluster comes up.
pub(super) const CHECKS: &[(&str, Check)] = &[
    ("etcd to be healthy", Check::Etcd),
    ("etcd members to be consistent across nodes", Check::EtcdConsistent),
    ("etcd members to be control plane nodes", Check::EtcdMembers),
    ("apid to be ready", Check::Apid),
    ("no diagnostics", Check::Diagnostics),
    ("kubelet to be healthy", Check::Kubelet),
    ("all nodes to finish boot sequence", Check::Booted),
    ("all k8s nodes to report", Check::NodesReported),
    ("all control plane components to be ready", Check::ControlPlane),
    ("all k8s nodes to report ready", Check::NodesReady),
    ("kube-proxy to report ready", Check::KubeProxy),
    ("coredns to report ready", Check::CoreDns),
    ("all k8s nodes to report schedulable", Check::NodesSchedulable),
    // Manifests are applied last.
    ("manifests to be applied", Check::Manifests),
];

impl Check {
    pub(super) async fn look(self, cluster: &mut Cluster<'_>) -> Result<Verdict> {
        match self {
            Check::Etcd => nodes::service(cluster, "etcd", true).await,
            Check::EtcdConsistent => nodes::etcd_consistent(cluster).await,
            Check::EtcdMembers => nodes::etcd_members(cluster).await,
            Check::Apid => nodes::service(cluster, "apid", false).await,
            Check::Diagnostics => nodes::diagnostics(cluster).await,
            Check::Kubelet => nodes::service(cluster, "kubelet", false).await,
            Check::Booted => nodes::booted(cluster).await,
            Check::NodesReported => kubernetes::reported(cluster).await,
            Check::ControlPlane => kubernetes::control_plane(cluster).await,
            Check::NodesReady => kubernetes::ready(cluster).await,
            Check::KubeProxy => kubernetes::daemon_set(cluster, "k8s-app=kube-proxy").await,
            Check::CoreDns => kubernetes::deployment(cluster, "k8s-app=kube-dns").await,
            Check::NodesSchedulable => kubernetes::schedulable(cluster).await,
            Check::Manifests => nodes::manifests(cluster).await,
        }
    }
}

impl<'a> Cluster<'a> {
    /// The nodes that were named, else the members that a node knows, else the nodes of the command.
    pub(super) async fn find(
        session: &'a Session,
        control_plane: &[String],
        workers: &[String],
        endpoint: Option<String>,
    ) -> Result<Cluster<'a>> {
        let named = |name: &String, control_plane| Node {
            addresses: name.parse().into_iter().collect(),
            target: Target::Node(name.clone()),
            name: name.clone(),
            control_plane,
        };
        let mut nodes: Vec<Node> = control_plane.iter().map(|name| named(name, true)).collect();
        nodes.extend(workers.iter().map(|name| named(name, false)));
        if nodes.is_empty() {
            nodes = members(session).await?;
        }
        if nodes.is_empty() {
            let own = |(name, target): (String, Target)| Node {
                addresses: name.parse().into_iter().collect(),
                name,
                target,
                control_plane: true,
            };
            nodes = session.targets().into_iter().map(own).collect();
        }
        Ok(Cluster { session, nodes, endpoint, kube: None })
    }

    /// The nodes that run the control plane.
    pub(super) fn control_plane(&self) -> impl Iterator<Item = &Node> {
        self.nodes.iter().filter(|node| node.control_plane)
    }

    /// The Kubernetes API, by the kubeconfig of a control plane node.
    pub(super) async fn kube(&mut self) -> Result<&Kube> {
        if self.kube.is_none() {
            let node = self.control_plane().next().context("there is no control plane node to ask for a kubeconfig")?;
            let kubeconfig = fetch(self.session, node.target.request(())).await?;
            self.kube = Some(Kube::new(&kubeconfig, self.endpoint.as_deref())?);
        }
        self.kube.as_ref().context("the client was just made")
    }
}

async fn members(session: &Session) -> Result<Vec<Node>> {
    let Some((_, target)) = session.targets().into_iter().next() else {
        return Ok(Vec::new());
    };
    let members = session.state(&target).list("cluster", "Members.cluster.talos.dev").await?;
    // A single member is the node that we talk to already, whatever address it believes to have.
    let alone = members.len() == 1;
    let node = |spec: Value| {
        let addresses: Vec<IpAddr> = spec["addresses"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|address| text(address).parse().ok())
            .collect();
        let name = text(&spec["hostname"]);
        let reach = addresses.first().map_or_else(|| name.clone(), IpAddr::to_string);
        Node {
            control_plane: matches!(text(&spec["machineType"]).as_str(), "controlplane" | "init"),
            target: if alone { target.clone() } else { Target::Node(reach) },
            addresses,
            name,
        }
    };
    members.iter().map(|member| get::spec(member).map(node)).collect()
}
