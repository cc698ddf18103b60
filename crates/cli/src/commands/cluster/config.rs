//! The configuration of a local cluster.

use std::time::SystemTime;

use anyhow::{Context as _, Result};
use minos_config::generate::{Input, Secrets};
use minos_config::{MachineType, Patch};

use crate::exit::BadInput;

/// What runs the nodes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Virtual machines.
    Machine,
    /// Virtual machines whose processor is emulated, so that everything takes several times as long.
    Emulated,
    /// Containers.
    Container,
}

impl Kind {
    /// What a node needs besides when its processor is emulated.
    pub fn emulated(self) -> Option<&'static str> {
        (self == Kind::Emulated).then_some(include_str!("emulated.yaml"))
    }

    /// What a node needs that reaches nothing but this host. It is written beside the configuration, comments and all.
    pub fn local(self) -> &'static str {
        match self {
            Kind::Machine | Kind::Emulated => include_str!("local.yaml"),
            Kind::Container => include_str!("container.yaml"),
        }
    }
}

/// The files of a new cluster.
pub struct Files {
    /// For its machine.
    pub machine: String,
    /// For its operators.
    pub talosconfig: String,
}

/// What cluster is wanted.
pub struct Wanted<'a> {
    pub name: &'a str,
    pub kind: Kind,
    pub api_port: u16,
    pub kubernetes_port: u16,
    pub kubernetes_version: &'a str,
    pub patches: &'a [Patch],
}

impl Wanted<'_> {
    /// Generates keys and configurations.
    pub fn files(&self) -> Result<Files> {
        let now = SystemTime::now();
        let secrets = Secrets::generate(now).context("no secrets could be generated")?;
        // This address is the same machine seen from inside and from outside: its ports are forwarded under their own numbers.
        let endpoint = format!("https://127.0.0.1:{}", self.kubernetes_port);
        let mut input = Input::new(self.name, endpoint, secrets)?;
        input.kubernetes_version = self.kubernetes_version.trim_start_matches('v').to_owned();
        input.additional_sans = vec!["127.0.0.1".into()];
        input.endpoints = vec![format!("127.0.0.1:{}", self.api_port)];
        input.install_disk = "/dev/vda".into();
        input.discovery = false;
        let mut patches = vec![Patch::parse(self.kind.local()).context("the patch for local clusters is broken")?];
        if let Some(emulated) = self.kind.emulated() {
            patches.push(Patch::parse(emulated).context("the patch for emulated machines is broken")?);
        }
        if self.kubernetes_port != 6443 {
            let port = format!("cluster:\n  controlPlane:\n    localAPIServerPort: {}\n", self.kubernetes_port);
            patches.push(Patch::parse(&port).context("the patch for the port is broken")?);
        }
        patches.extend_from_slice(self.patches);
        let config = input.config(MachineType::ControlPlane)?;
        let (config, _) = config.patched(&patches).map_err(|error| BadInput(error.to_string()))?;
        // A container gets its configuration with its start, so nobody else could say what is wrong with it.
        if self.kind == Kind::Container {
            config.validate(minos_config::Mode::Container).map_err(|problems| BadInput(problems.to_string()))?;
        }
        Ok(Files { machine: config.encode().to_owned(), talosconfig: input.talosconfig(now)? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(kind: Kind) -> Files {
        let (name, kubernetes_version) = ("one", "v1.36.3");
        let wanted = Wanted { name, kind, api_port: 50001, kubernetes_port: 6444, kubernetes_version, patches: &[] };
        wanted.files().unwrap()
    }

    fn check(machine: &str, mode: minos_config::Mode) {
        let (config, _) = minos_config::Config::parse(machine.as_bytes()).unwrap();
        if let Err(problems) = config.validate(mode) {
            panic!("{problems}");
        }
    }

    #[test]
    fn the_configuration_is_whole_and_says_what_is_off() {
        for (kind, mode) in
            [(Kind::Machine, minos_config::Mode::Cloud), (Kind::Container, minos_config::Mode::Container)]
        {
            let files = files(kind);
            check(&files.machine, mode);
            assert!(files.machine.contains("localAPIServerPort: 6444"), "{}", files.machine);
            assert!(files.machine.contains("https://127.0.0.1:6444"));
            assert!(files.talosconfig.contains("127.0.0.1:50001"));
        }
    }

    #[test]
    fn leases_last_longer_where_the_processor_is_emulated_and_only_there() {
        let emulated = files(Kind::Emulated).machine;
        check(&emulated, minos_config::Mode::Cloud);
        assert_eq!(emulated.matches("leader-elect-renew-deadline: 1m30s").count(), 2, "{emulated}");
        for kind in [Kind::Machine, Kind::Container] {
            assert!(!files(kind).machine.contains("leader-elect"), "a node on a processor has Kubernetes' leases");
        }
    }

    /// Until the kubelet synchronises, the API server does not know its static pods, for which `health` waits.
    #[test]
    fn the_kubelet_reports_its_static_pods_within_seconds() {
        for kind in [Kind::Machine, Kind::Emulated, Kind::Container] {
            let (config, _) = minos_config::Config::parse(files(kind).machine.as_bytes()).unwrap();
            let interval = config.kubelet().extra_config.get("syncFrequency").cloned();
            assert_eq!(interval, Some("5s".into()), "the default is a minute");
        }
    }

    #[test]
    fn what_is_laid_over_a_control_plane_suits_a_worker_too() {
        let secrets = Secrets::generate(SystemTime::now()).unwrap();
        let generated = Input::new("one", "https://127.0.0.1:6444", secrets).unwrap();
        for (kind, mode) in [
            (Kind::Machine, minos_config::Mode::Cloud),
            (Kind::Emulated, minos_config::Mode::Cloud),
            (Kind::Container, minos_config::Mode::Container),
        ] {
            let patches =
                [Some(kind.local()), kind.emulated()].into_iter().flatten().map(|text| Patch::parse(text).unwrap());
            let worker = generated.config(MachineType::Worker).unwrap();
            let (worker, _) = worker.patched(&patches.collect::<Vec<_>>()).unwrap();
            check(worker.encode(), mode);
        }
    }

    #[test]
    fn images_sandbox_and_network_are_those_of_a_generated_configuration() {
        let secrets = Secrets::generate(SystemTime::now()).unwrap();
        let generated = Input::new("one", "https://127.0.0.1:6444", secrets).unwrap();
        let generated = generated.config(MachineType::ControlPlane).unwrap();
        for kind in [Kind::Machine, Kind::Emulated, Kind::Container] {
            let (config, _) = minos_config::Config::parse(files(kind).machine.as_bytes()).unwrap();
            assert_eq!(config.kubelet().image, generated.kubelet().image);
            assert_eq!(config.api_server().image, generated.api_server().image);
            assert_eq!(config.etcd().image, generated.etcd().image);
            assert_eq!(config.cluster_network().cni, generated.cluster_network().cni);
            assert!(config.files().is_empty() && config.inline_manifests().is_empty(), "no patch of containerd or CNI");
        }
    }
}
