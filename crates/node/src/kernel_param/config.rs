//! What the machine configuration wants of the kernel's parameters.

use async_trait::async_trait;
use minos_config::Config;
use minos_resources::config::MachineConfig;
use minos_resources::runtime::KernelParamSpec;
use minos_runtime::{Context, Controller, Input, Key, Output, ReconcileError, Resource};

/// Turns `machine.sysctls` and `machine.sysfs` into specs.
pub(crate) struct KernelParamConfig;

#[async_trait]
impl Controller for KernelParamConfig {
    fn name(&self) -> &str {
        "node.kernel-param.config"
    }

    fn inputs(&self) -> Vec<Input> {
        vec![Input::of::<MachineConfig>().only(MachineConfig::ID).to_all()]
    }

    fn outputs(&self) -> Vec<Output> {
        vec![Output::exclusive::<KernelParamSpec>()]
    }

    async fn reconcile(&mut self, cx: &Context, _: &Key) -> Result<(), ReconcileError> {
        let Some(config) = cx.get::<MachineConfig>(MachineConfig::ID)?.filter(Resource::is_running) else {
            return Ok(());
        };
        for (id, value) in wishes(&config) {
            // A person who names a parameter hears about it when the kernel lacks it.
            cx.write(&id, KernelParamSpec { value, ignore_errors: false })?;
        }
        Ok(())
    }
}

/// Ids and values.
fn wishes(config: &Config) -> Vec<(String, String)> {
    let below = |root: &'static str| move |(key, value): (&String, &String)| (format!("{root}.{key}"), value.clone());
    let sysctls = config.sysctls().iter().map(below("proc.sys"));
    sysctls.chain(config.sysfs().iter().map(below("sys"))).collect()
}
