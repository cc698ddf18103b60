//! The controllers of this domain.

use std::sync::Arc;

use minos_runtime::Controller;

use crate::control_plane::{self, StaticPodFiles, StaticPodSecrets, StaticPods};
use crate::endpoint::{ApiServerEndpoints, ConfiguredEndpoint};
use crate::etcd::{self, Etcd, EtcdMemberStatusOf, EtcdPki, EtcdService, EtcdSpecMake};
use crate::files::Files;
use crate::kube_prism::{KubePrismConfigure, KubePrismRun};
use crate::kubelet::{self, KubeletHost, KubeletKubeconfigStatus, KubeletService, KubeletSpecMake};
use crate::manifest::{self, BootstrapManifests, ExtraManifests, ManifestApply};
use crate::node::{
    AddressFilters, NodeApply, NodeCordon, NodeIpMake, NodeStatusWatch, NodeWishesConfig, NodenameMake, node_ip_config,
};
use crate::static_pod::{StaticPodPublish, StaticPodStatusPoll};

/// What the controllers need of the world.
#[derive(Clone)]
pub struct Deps {
    /// Files of the node.
    pub files: Arc<dyn Files>,
    /// The etcd on this node.
    pub etcd: Arc<dyn Etcd>,
    /// What the kubelet finds under the node.
    pub kubelet_host: KubeletHost,
}

/// All controllers of this domain.
pub fn controllers(deps: Deps) -> Vec<Box<dyn Controller>> {
    let files = || Arc::clone(&deps.files);
    let mut all: Vec<Box<dyn Controller>> = vec![
        etcd::config::controller(),
        Box::new(EtcdSpecMake),
        Box::new(EtcdPki::new(files())),
        Box::new(EtcdService::new(files())),
        Box::new(EtcdMemberStatusOf::new(deps.etcd.clone())),
        kubelet::config::controller(),
        Box::new(KubeletSpecMake::new(deps.kubelet_host)),
        Box::new(KubeletService::new(files(), deps.kubelet_host)),
        Box::new(KubeletKubeconfigStatus::new(files())),
        Box::new(NodenameMake),
        node_ip_config(),
        Box::new(NodeIpMake),
        Box::new(AddressFilters),
        Box::new(NodeWishesConfig),
        Box::new(NodeCordon),
        Box::new(NodeStatusWatch::new(files())),
        Box::new(NodeApply::new(files())),
        Box::new(StaticPodSecrets::new(files())),
        Box::new(StaticPodFiles::new(files())),
        Box::new(StaticPods::new(files())),
        Box::new(StaticPodPublish::new(files())),
        Box::new(StaticPodStatusPoll::new(files())),
        Box::new(BootstrapManifests),
        Box::new(ExtraManifests),
        Box::new(ManifestApply::new(files())),
        Box::new(KubePrismConfigure),
        Box::new(KubePrismRun::default()),
        Box::new(ConfiguredEndpoint),
        Box::new(ApiServerEndpoints::new(files())),
    ];
    all.extend(control_plane::config::controllers());
    all.extend(manifest::config::controllers());
    all
}

#[cfg(test)]
mod tests {
    use minos_runtime::testing::Harness;

    use super::*;
    use crate::etcd::LocalEtcd;
    use crate::files::HostFiles;

    #[tokio::test]
    async fn the_engine_takes_them_all() {
        let folder = tempfile::tempdir().unwrap();
        let files: Arc<dyn Files> = Arc::new(HostFiles::below(folder.path()));
        let etcd = Arc::new(LocalEtcd::new(Arc::clone(&files)));
        let world = Harness::new();
        world.engine.register_all(controllers(Deps { files, etcd, kubelet_host: KubeletHost::default() })).unwrap();
        world.settle().await;
    }
}
