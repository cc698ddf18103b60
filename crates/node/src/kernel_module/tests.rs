use std::io::{Error, ErrorKind, Result};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use minos_config::Config;
use minos_resources::config::MachineConfig;
use minos_resources::runtime::{KernelModuleSpec, LoadedKernelModule};
use minos_runtime::testing::Harness;

use super::{KernelModuleApply, KernelModuleConfig};
use crate::KernelModules;

/// A kernel that has every module but `vxlan`.
#[derive(Default)]
struct FakeKernel(Mutex<Vec<(String, Vec<String>)>>);

impl KernelModules for FakeKernel {
    fn load(&self, name: &str, parameters: &[String]) -> Result<()> {
        if name == "vxlan" {
            return Err(Error::from(ErrorKind::NotFound));
        }
        self.0.lock().unwrap().push((name.to_owned(), parameters.to_vec()));
        Ok(())
    }

    fn loaded(&self) -> Result<Vec<(String, LoadedKernelModule)>> {
        let spec = LoadedKernelModule {
            size: 1,
            reference_count: 0,
            dependencies: Vec::new(),
            state: "Live".to_owned(),
            address: "0x0".to_owned(),
        };
        Ok(self.0.lock().unwrap().iter().map(|(name, _)| (name.clone(), spec.clone())).collect())
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_needed_and_what_is_configured_is_loaded_once() {
    let kernel = Arc::new(FakeKernel::default());
    let harness =
        Harness::new().with(Box::new(KernelModuleConfig)).with(Box::new(KernelModuleApply::new(kernel.clone())));
    let text = "version: v1alpha1\nmachine:\n  type: worker\n  kernel:\n    modules:\n      - name: nf_conntrack\n        parameters: [hashsize=8]\n      - name: drbd\n";
    harness.put(MachineConfig::ID, MachineConfig(Config::parse(text.as_bytes()).expect("valid").0));
    harness.settle().await;
    tokio::time::sleep(Duration::from_secs(100)).await;
    harness.settle().await;
    assert_eq!(harness.spec::<KernelModuleSpec>("nf_conntrack").expect("there").parameters, ["hashsize=8"]);
    assert_eq!(harness.ids::<LoadedKernelModule>(), ["br_netfilter", "drbd", "nf_conntrack", "nf_tables", "overlay"]);
    let loads = kernel.0.lock().unwrap().len();
    assert!(loads <= 6, "loaded {loads} times");
}
