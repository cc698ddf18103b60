//! Images: pulling them, and what they say about how they start.

use containerd_client::services::v1::content_client::ContentClient;
use containerd_client::services::v1::images_client::ImagesClient;
use containerd_client::services::v1::transfer_client::TransferClient;
use containerd_client::services::v1::{GetImageRequest, ReadContentRequest, TransferRequest};
use containerd_client::types::Platform;
use containerd_client::types::transfer::{ImageStore, OciRegistry, RegistryResolver, UnpackConfiguration};
use prost_types::Any;
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use tokio_stream::StreamExt as _;

use crate::client::{optional, refused, within};
use crate::{ContainerError, Containerd};

/// The snapshotter that root filesystems come from.
pub(crate) const SNAPSHOTTER: &str = "overlayfs";

/// What an image says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ImageConfig {
    /// The snapshot with all its layers.
    pub(crate) chain: String,
    pub(crate) entrypoint: Vec<String>,
    pub(crate) env: Vec<String>,
}

fn platform() -> Platform {
    let architecture = if cfg!(target_arch = "aarch64") { "arm64" } else { "amd64" };
    Platform { os: "linux".to_owned(), architecture: architecture.to_owned(), ..Platform::default() }
}

fn any(type_name: &str, message: &impl prost::Message) -> Any {
    Any { type_url: type_name.to_owned(), value: message.encode_to_vec() }
}

impl Containerd {
    pub(crate) async fn pull_image(&self, namespace: &str, image: &str) -> Result<(), ContainerError> {
        if self.image_config(namespace, image).await?.is_some() {
            return Ok(());
        }
        let source = OciRegistry {
            reference: image.to_owned(),
            resolver: Some(RegistryResolver { host_dir: self.hosts(), ..RegistryResolver::default() }),
        };
        let unpack = UnpackConfiguration { platform: Some(platform()), snapshotter: SNAPSHOTTER.to_owned() };
        let destination = ImageStore {
            name: image.to_owned(),
            platforms: vec![platform()],
            unpacks: vec![unpack],
            ..ImageStore::default()
        };
        let request = TransferRequest {
            source: Some(any("containerd.types.transfer.OCIRegistry", &source)),
            destination: Some(any("containerd.types.transfer.ImageStore", &destination)),
            options: None,
        };
        let mut client = TransferClient::new(self.channel().await?);
        client.transfer(within(namespace, request)).await.map_err(refused("pull", image))?;
        Ok(())
    }

    /// What the image says; `None` when it is not there.
    pub(crate) async fn image_config(
        &self,
        namespace: &str,
        name: &str,
    ) -> Result<Option<ImageConfig>, ContainerError> {
        let mut client = ImagesClient::new(self.channel().await?);
        let found = client.get(within(namespace, GetImageRequest { name: name.to_owned() })).await;
        let Some(found) = optional(found, "look at image", name)? else { return Ok(None) };
        let bad = |reason: &str| ContainerError::Bad { what: format!("image {name}"), reason: reason.to_owned() };
        let target = found.into_inner().image.and_then(|image| image.target).ok_or_else(|| bad("it has no target"))?;
        let mut manifest = self.json(namespace, &target.digest).await?;
        if let Some(list) = manifest.get("manifests").and_then(Value::as_array) {
            let wanted = platform();
            let ours = list.iter().find(|one| {
                one["platform"]["os"] == wanted.os.as_str()
                    && one["platform"]["architecture"] == wanted.architecture.as_str()
            });
            let digest =
                ours.and_then(|one| one["digest"].as_str()).ok_or_else(|| bad("it is not for this machine"))?;
            manifest = self.json(namespace, digest).await?;
        }
        let digest = manifest["config"]["digest"].as_str().ok_or_else(|| bad("its manifest has no configuration"))?;
        let config = self.json(namespace, digest).await?;
        let layers = strings(&config["rootfs"]["diff_ids"]);
        if layers.is_empty() {
            return Err(bad("it has no layers"));
        }
        let start = &config["config"];
        let mut entrypoint = strings(&start["Entrypoint"]);
        if entrypoint.is_empty() {
            entrypoint = strings(&start["Cmd"]);
        }
        Ok(Some(ImageConfig { chain: chain_id(&layers), entrypoint, env: strings(&start["Env"]) }))
    }

    async fn json(&self, namespace: &str, digest: &str) -> Result<Value, ContainerError> {
        let mut client = ContentClient::new(self.channel().await?);
        let request = ReadContentRequest { digest: digest.to_owned(), offset: 0, size: 0 };
        let mut chunks =
            client.read(within(namespace, request)).await.map_err(refused("read content", digest))?.into_inner();
        let mut bytes = Vec::new();
        while let Some(chunk) = chunks.next().await {
            bytes.extend_from_slice(&chunk.map_err(refused("read content", digest))?.data);
        }
        serde_json::from_slice(&bytes)
            .map_err(|error| ContainerError::Bad { what: format!("content {digest}"), reason: error.to_string() })
    }
}

fn strings(value: &Value) -> Vec<String> {
    let list = value.as_array().map(Vec::as_slice).unwrap_or_default();
    list.iter().filter_map(|one| one.as_str().map(str::to_owned)).collect()
}

/// The name of the snapshot with all these layers, as the OCI image specification defines it.
fn chain_id(layers: &[String]) -> String {
    let mut layers = layers.iter();
    let first = layers.next().cloned().unwrap_or_default();
    layers.fold(first, |chain, layer| {
        format!("sha256:{}", hex::encode(Sha256::digest(format!("{chain} {layer}").as_bytes())))
    })
}

#[cfg(test)]
mod tests {
    use super::chain_id;

    #[test]
    fn one_layer_is_its_own_chain() {
        assert_eq!(chain_id(&["sha256:a".to_owned()]), "sha256:a");
        let two = chain_id(&["sha256:a".to_owned(), "sha256:b".to_owned()]);
        assert!(two.starts_with("sha256:") && two.len() == 71 && two != "sha256:b");
    }
}
