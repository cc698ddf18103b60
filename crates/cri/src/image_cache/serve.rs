//! Serves the image cache while its volume is there and the configuration wants it.

use std::path::PathBuf;
use std::sync::Arc;

use async_trait::async_trait;
use minos_resources::block::{VolumePhase, VolumeStatus};
use minos_resources::config::MachineConfig;
use minos_runtime::{Context, Controller, Input, Key, Output, ReconcileError};
use tokio::net::TcpListener;

use super::layout::OciLayout;
use super::{ADDRESS, is_enabled, registry};

/// The volume's id.
const VOLUME: &str = "IMAGECACHE";

/// Runs the registry.
pub struct ImageCacheServe {
    folder: PathBuf,
}

impl ImageCacheServe {
    pub fn new(folder: PathBuf) -> Self {
        Self { folder }
    }
}

#[async_trait]
impl Controller for ImageCacheServe {
    fn name(&self) -> &str {
        "cri.image-cache.serve"
    }

    fn inputs(&self) -> Vec<Input> {
        vec![
            Input::of::<MachineConfig>().only(MachineConfig::ID).to_all(),
            Input::of::<VolumeStatus>().only(VOLUME).to_all(),
        ]
    }

    fn outputs(&self) -> Vec<Output> {
        Vec::new()
    }

    async fn reconcile(&mut self, cx: &Context, _: &Key) -> Result<(), ReconcileError> {
        let machine = cx.require::<MachineConfig>(MachineConfig::ID)?;
        let ready = cx.get::<VolumeStatus>(VOLUME)?.is_some_and(|volume| volume.phase == VolumePhase::Ready);
        if !ready || !is_enabled(&machine) {
            cx.stop_task();
            return Ok(());
        }
        let folder = self.folder.clone();
        cx.run_task(&folder.clone(), |_| async move {
            match OciLayout::open(&folder) {
                Err(error) => {
                    tracing::warn!(%error, folder = %folder.display(), "the image cache holds no layout");
                    std::future::pending::<()>().await;
                }
                Ok(layout) => match TcpListener::bind(ADDRESS).await {
                    Ok(listener) => {
                        tracing::info!(images = layout.len(), "image cache serves on {ADDRESS}");
                        registry::serve(listener, Arc::new(layout)).await;
                    }
                    Err(error) => {
                        tracing::warn!(%error, "the image cache cannot listen on {ADDRESS}");
                        tokio::time::sleep(std::time::Duration::from_secs(1)).await;
                    }
                },
            }
        });
        Ok(())
    }
}
