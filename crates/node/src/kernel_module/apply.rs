//! Loads modules and reports those that are loaded.

use std::collections::BTreeSet;
use std::io::ErrorKind;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use minos_resources::runtime::{KernelModuleSpec, LoadedKernelModule};
use minos_runtime::{Context, Controller, Input, Key, Output, ReconcileError, Resource};

use crate::KernelModules;

/// How often the list of loaded modules is read again: udev and the kernel load modules too, and nobody says so.
const REFRESH: Duration = Duration::from_secs(30);

/// Loads what is wanted and not loaded. Modules that nobody wants any more stay until the reboot: pods may use them.
pub(crate) struct KernelModuleApply {
    kernel: Arc<dyn KernelModules>,
    /// Loaded or part of the kernel, as far as this controller knows.
    done: BTreeSet<String>,
    /// The kernel has no such module; said once.
    missing: BTreeSet<String>,
}

impl KernelModuleApply {
    pub(crate) fn new(kernel: Arc<dyn KernelModules>) -> Self {
        Self { kernel, done: BTreeSet::new(), missing: BTreeSet::new() }
    }

    async fn load(&mut self, spec: &KernelModuleSpec) -> Result<(), ReconcileError> {
        if self.done.contains(&spec.name) || self.missing.contains(&spec.name) {
            return Ok(());
        }
        let (kernel, wanted) = (Arc::clone(&self.kernel), spec.clone());
        let loading = tokio::task::spawn_blocking(move || kernel.load(&wanted.name, &wanted.parameters));
        match loading.await? {
            Ok(()) => {
                tracing::debug!(module = spec.name, "kernel module loaded");
                self.done.insert(spec.name.clone());
                Ok(())
            }
            Err(error) if error.kind() == ErrorKind::NotFound => {
                tracing::warn!(module = spec.name, "the image has no such kernel module");
                self.missing.insert(spec.name.clone());
                Ok(())
            }
            Err(error) => Err(ReconcileError::failed(format!("cannot load the module {}: {error}", spec.name))),
        }
    }
}

#[async_trait]
impl Controller for KernelModuleApply {
    fn name(&self) -> &str {
        "node.kernel-module.apply"
    }

    fn inputs(&self) -> Vec<Input> {
        vec![Input::of::<KernelModuleSpec>().to_all()]
    }

    fn outputs(&self) -> Vec<Output> {
        vec![Output::exclusive::<LoadedKernelModule>()]
    }

    async fn reconcile(&mut self, cx: &Context, _: &Key) -> Result<(), ReconcileError> {
        let mut failed = None;
        for spec in cx.list::<KernelModuleSpec>()?.into_iter().filter(Resource::is_running) {
            if let Err(error) = self.load(&spec).await {
                failed.get_or_insert(error);
            }
        }
        for (name, module) in self.kernel.loaded()? {
            cx.write(&name, module)?;
        }
        cx.wake_after(REFRESH);
        failed.map_or(Ok(()), Err)
    }
}
