use std::collections::BTreeMap;
use std::io::Result;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use minos_config::Config;
use minos_resources::config::MachineConfig;
use minos_resources::runtime::{KernelParamSpec, KernelParamStatus};
use minos_runtime::testing::Harness;

use super::{KernelParamApply, KernelParamConfig, KernelParamDefaults};
use crate::KernelParams;

#[derive(Default)]
struct FakeKernel(Mutex<BTreeMap<String, String>>);

impl KernelParams for FakeKernel {
    fn read(&self, name: &str) -> Result<Option<String>> {
        Ok(self.0.lock().unwrap().get(name).cloned())
    }

    fn write(&self, name: &str, value: &str) -> Result<()> {
        self.0.lock().unwrap().insert(name.to_owned(), value.to_owned());
        Ok(())
    }
}

/// A kernel that belongs to somebody else, but for the network's parameters.
#[derive(Default)]
struct FakeHost(FakeKernel);

impl KernelParams for FakeHost {
    fn read(&self, name: &str) -> Result<Option<String>> {
        self.0.read(name)
    }

    fn write(&self, name: &str, value: &str) -> Result<()> {
        assert!(self.is_own(name), "{name} was written");
        self.0.write(name, value)
    }

    fn is_own(&self, name: &str) -> bool {
        name.starts_with("proc.sys.net.")
    }
}

fn config(text: &str) -> MachineConfig {
    MachineConfig(Config::parse(text.as_bytes()).expect("valid").0)
}

#[tokio::test(start_paused = true)]
async fn the_configuration_reaches_the_kernel_and_leaves_it() {
    let kernel = Arc::new(FakeKernel::default());
    kernel.write("proc.sys.net.ipv4.ip_forward", "0").unwrap();
    kernel.write("sys.kernel.mm.ksm.run", "0").unwrap();
    let harness =
        Harness::new().with(Box::new(KernelParamConfig)).with(Box::new(KernelParamApply::new(kernel.clone())));
    let text = "version: v1alpha1\nmachine:\n  type: worker\n  sysctls:\n    net.ipv4.ip_forward: \"1\"\n  sysfs:\n    kernel.mm.ksm.run: \"1\"\n";
    harness.put(MachineConfig::ID, config(text));
    harness.settle().await;
    assert_eq!(harness.ids::<KernelParamSpec>(), ["proc.sys.net.ipv4.ip_forward", "sys.kernel.mm.ksm.run"]);
    let status = harness.spec::<KernelParamStatus>("sys.kernel.mm.ksm.run").expect("reported");
    assert_eq!((status.current.as_str(), status.default.as_str()), ("1", "0"));
    harness.put(MachineConfig::ID, config("version: v1alpha1\nmachine:\n  type: worker\n"));
    harness.settle().await;
    assert_eq!(kernel.read("proc.sys.net.ipv4.ip_forward").unwrap().as_deref(), Some("0"));
}

#[tokio::test(start_paused = true)]
async fn a_parameter_that_comes_with_a_module_is_set_later() {
    const BRIDGE: &str = "proc.sys.net.bridge.bridge-nf-call-iptables";
    let kernel = Arc::new(FakeKernel::default());
    let harness =
        Harness::new().with(Box::new(KernelParamDefaults)).with(Box::new(KernelParamApply::new(kernel.clone())));
    harness.pass(Duration::from_secs(1)).await;
    assert!(harness.spec::<KernelParamStatus>(BRIDGE).is_some_and(|status| status.unsupported));
    kernel.write(BRIDGE, "0").unwrap();
    harness.pass(Duration::from_secs(60)).await;
    assert!(harness.spec::<KernelParamStatus>(BRIDGE).is_some_and(|status| status.current == "1"));
}

#[tokio::test(start_paused = true)]
async fn parameters_of_a_host_are_unsupported_and_do_not_fail() {
    let kernel = Arc::new(FakeHost::default());
    for (name, value) in [("proc.sys.net.ipv4.ip_forward", "0"), ("proc.sys.vm.max_map_count", "65530")] {
        kernel.0.write(name, value).unwrap();
    }
    let harness =
        Harness::new().with(Box::new(KernelParamConfig)).with(Box::new(KernelParamApply::new(kernel.clone())));
    let text = "version: v1alpha1\nmachine:\n  type: worker\n  sysctls:\n    net.ipv4.ip_forward: \"1\"\n    vm.max_map_count: \"262144\"\n";
    harness.put(MachineConfig::ID, config(text));
    harness.settle().await;
    let own = harness.spec::<KernelParamStatus>("proc.sys.net.ipv4.ip_forward").expect("reported");
    assert_eq!((own.current.as_str(), own.unsupported), ("1", false));
    let foreign = harness.spec::<KernelParamStatus>("proc.sys.vm.max_map_count").expect("reported");
    assert_eq!((foreign.current.as_str(), foreign.unsupported), ("", true));
    assert_eq!(kernel.read("proc.sys.vm.max_map_count").unwrap().as_deref(), Some("65530"));
}

/// As the kernel has `stable_secret`: reading it fails until it has been written.
#[derive(Default)]
struct SecretKernel(FakeKernel);

impl KernelParams for SecretKernel {
    fn read(&self, name: &str) -> Result<Option<String>> {
        match self.0.read(name)? {
            Some(value) => Ok(Some(value)),
            None => Err(std::io::Error::from_raw_os_error(5)),
        }
    }

    fn write(&self, name: &str, value: &str) -> Result<()> {
        self.0.write(name, value)
    }
}

#[tokio::test(start_paused = true)]
async fn a_parameter_that_cannot_be_read_before_it_is_written_is_set() {
    const SECRET: &str = "proc.sys.net.ipv6.conf.default.stable_secret";
    let kernel = Arc::new(SecretKernel::default());
    let harness =
        Harness::new().with(Box::new(KernelParamConfig)).with(Box::new(KernelParamApply::new(kernel.clone())));
    let text = "version: v1alpha1\nmachine:\n  type: worker\n  sysctls:\n    net.ipv6.conf.default.stable_secret: \"2001:db8::1\"\n";
    harness.put(MachineConfig::ID, config(text));
    harness.settle().await;
    assert_eq!(kernel.read(SECRET).unwrap().as_deref(), Some("2001:db8::1"));
    let status = harness.spec::<KernelParamStatus>(SECRET).expect("reported");
    assert_eq!((status.current.as_str(), status.unsupported), ("2001:db8::1", false));
}
