//! The modules to load, from the configuration and from what pods need.

use async_trait::async_trait;
use minos_resources::config::MachineConfig;
use minos_resources::runtime::KernelModuleSpec;
use minos_runtime::{Context, Controller, Input, Key, Output, ReconcileError, Resource};

/// What every node needs: no device announces these, and bridges' parameters exist only after `br_netfilter` is loaded.
/// What depends on a request (packet filter expressions, file systems) the kernel asks for itself.
const NEEDED: &[&str] = &["br_netfilter", "nf_conntrack", "nf_tables", "overlay", "vxlan"];

/// Writes the modules to load, by name.
pub(crate) struct KernelModuleConfig;

#[async_trait]
impl Controller for KernelModuleConfig {
    fn name(&self) -> &str {
        "node.kernel-module.config"
    }

    fn inputs(&self) -> Vec<Input> {
        vec![Input::of::<MachineConfig>().only(MachineConfig::ID).to_all()]
    }

    fn outputs(&self) -> Vec<Output> {
        vec![Output::exclusive::<KernelModuleSpec>()]
    }

    async fn reconcile(&mut self, cx: &Context, _: &Key) -> Result<(), ReconcileError> {
        let config = cx.get::<MachineConfig>(MachineConfig::ID)?.filter(Resource::is_running);
        let configured = config.as_ref().map_or(&[][..], |config| config.kernel_modules());
        for name in NEEDED.iter().filter(|name| !configured.iter().any(|module| module.name == **name)) {
            cx.write(name, KernelModuleSpec { name: (*name).to_owned(), parameters: Vec::new() })?;
        }
        for module in configured {
            let spec = KernelModuleSpec { name: module.name.clone(), parameters: module.parameters.clone() };
            cx.write(&module.name, spec)?;
        }
        Ok(())
    }
}
