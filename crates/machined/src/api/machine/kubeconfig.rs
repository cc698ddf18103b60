//! `Kubeconfig`: an administrator's, in the archive that clients expect.

use std::time::SystemTime;

use flate2::Compression;
use flate2::write::GzEncoder;
use minos_api::common::Data;
use minos_kubernetes::{AdminIdentity, KubeconfigError, admin_kubeconfig};
use minos_resources::secrets::KubernetesRootSecret;
use tonic::{Response, Status};

use super::{Reply, Streaming};
use crate::node::Node;

pub fn stream(node: &Node) -> Reply<Streaming<Data>> {
    let unavailable = || Status::unimplemented("kubeconfig is available on control plane nodes only");
    let config = node.configuration.current().ok_or_else(unavailable)?;
    let root = node.store.get::<KubernetesRootSecret>(KubernetesRootSecret::ID).ok_or_else(unavailable)?;
    let view = config.admin_kubeconfig();
    let identity = AdminIdentity {
        common_name: view.common_name.to_owned(),
        organization: view.organization.to_owned(),
        lifetime: view.cert_lifetime,
    };
    let kubeconfig = admin_kubeconfig(&root, &identity, SystemTime::now()).map_err(|error| match error {
        KubeconfigError::NoAuthority => unavailable(),
        KubeconfigError::Pki(_) => Status::internal(error.to_string()),
    })?;
    let archive =
        archive(kubeconfig.expose().as_bytes()).map_err(|error| Status::internal(format!("packing: {error}")))?;
    let data = Data { metadata: None, bytes: archive.into() };
    Ok(Response::new(Box::pin(tokio_stream::once(Ok(data)))))
}

fn archive(kubeconfig: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut archive = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::fast()));
    let mut header = tar::Header::new_gnu();
    header.set_size(kubeconfig.len() as u64);
    header.set_mode(0o600);
    archive.append_data(&mut header, "kubeconfig", kubeconfig)?;
    archive.into_inner()?.finish()
}
