//! Writes containerd's files and asks for its service.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};

use async_trait::async_trait;
use minos_config::Config;
use minos_resources::block::{VolumePhase, VolumeStatus};
use minos_resources::config::MachineConfig;
use minos_resources::v1alpha1::{HealthCheck, Probe, ProcessRunner, Restart, Runner, ServiceSpec};
use minos_runtime::{Context, Controller, Input, Key, Output, ReconcileError};

use super::config;
use super::hosts;
use crate::image_cache::{ADDRESS, is_enabled};

/// Where the machine configuration's files lay fragments of containerd's configuration.
const FRAGMENTS: &str = "/etc/cri/conf.d/";
/// The volume that containerd keeps everything on.
const VOLUME: &str = "EPHEMERAL";

/// containerd's files and service.
pub struct ContainerdService {
    folder: PathBuf,
}

impl ContainerdService {
    pub fn new(folder: PathBuf) -> Self {
        Self { folder }
    }

    fn hosts(&self) -> PathBuf {
        self.folder.join("hosts")
    }

    fn write_hosts(&self, config: &Config) -> std::io::Result<()> {
        let cache = is_enabled(config).then(|| format!("http://{ADDRESS}"));
        let mirrors = hosts::folders(config.registries().mirrors);
        for (folder, mirror) in &mirrors {
            write(&self.hosts().join(folder).join("hosts.toml"), &hosts::render(mirror, cache.as_deref()))?;
        }
        for entry in std::fs::read_dir(self.hosts())? {
            let entry = entry?;
            // A mirror that the configuration no longer names is not asked any more.
            if !entry.file_name().to_str().is_some_and(|name| mirrors.contains_key(name)) {
                std::fs::remove_dir_all(entry.path())?;
            }
        }
        Ok(())
    }
}

#[async_trait]
impl Controller for ContainerdService {
    fn name(&self) -> &str {
        "cri.containerd.config"
    }

    fn inputs(&self) -> Vec<Input> {
        vec![
            Input::of::<MachineConfig>().only(MachineConfig::ID).to_all(),
            Input::of::<VolumeStatus>().only(VOLUME).to_all(),
        ]
    }

    fn outputs(&self) -> Vec<Output> {
        vec![Output::shared::<ServiceSpec>()]
    }

    async fn reconcile(&mut self, cx: &Context, _: &Key) -> Result<(), ReconcileError> {
        let machine = cx.require::<MachineConfig>(MachineConfig::ID)?;
        let volume = cx.require::<VolumeStatus>(VOLUME)?;
        if volume.phase != VolumePhase::Ready {
            return Err(ReconcileError::waiting(format!("volume {VOLUME}")));
        }
        self.write_hosts(&machine)?;
        let files = machine.files();
        let fragments = files.iter().filter(|file| file.path.starts_with(FRAGMENTS) && file.path.ends_with(".part"));
        let fragments: Vec<(String, String)> =
            fragments.map(|file| (file.path.to_string(), file.content.to_string())).collect();
        let pairs = fragments.iter().map(|(path, text)| (path.as_str(), text.as_str()));
        let text = config::render(&self.hosts().display().to_string(), pairs)?;
        let file = self.folder.join("config.toml");
        write(&file, &text)?;
        cx.write("containerd", service(&file, &text))?;
        Ok(())
    }
}

fn service(file: &Path, config: &str) -> ServiceSpec {
    let mut hasher = DefaultHasher::new();
    config.hash(&mut hasher);
    let runner = ProcessRunner {
        argv: vec!["/usr/bin/containerd".to_owned(), "--config".to_owned(), file.display().to_string()],
        env: vec![
            "PATH=/usr/bin".to_owned(),
            // A changed configuration makes another runner, so containerd is started anew; containers stay.
            format!("MINOS_CONFIG={:x}", hasher.finish()),
        ],
        cgroup: "/podruntime/runtime".to_owned(),
        memory_reservation: Some(64 << 20),
        oom_score_adj: -999,
        keep_children: true,
        ..ProcessRunner::default()
    };
    ServiceSpec {
        runner: Runner::Process(runner),
        conditions: Vec::new(),
        health: Some(HealthCheck {
            probe: Probe::Unix("/run/containerd/containerd.sock".into()),
            period: 30,
            timeout: 5,
        }),
        restart: Restart::Always,
        operable: false,
    }
}

/// Writes a file unless it has this text.
fn write(path: &Path, text: &str) -> std::io::Result<()> {
    if std::fs::read_to_string(path).is_ok_and(|now| now == text) {
        return Ok(());
    }
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    std::fs::write(path, text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_setting_decides_whether_the_image_cache_is_asked() {
        let folder = tempfile::tempdir().unwrap();
        let containerd = ContainerdService::new(folder.path().to_owned());
        let asked = |enabled: bool| {
            let text = format!(
                "version: v1alpha1\nmachine:\n  features:\n    imageCache:\n      localEnabled: {enabled}\n  \
                 registries:\n    mirrors:\n      registry.k8s.io:\n        endpoints: [https://mirror.local]\n"
            );
            containerd.write_hosts(&Config::parse(text.as_bytes()).unwrap().0).unwrap();
            ["_default", "registry.k8s.io"].map(|registry| {
                let file = folder.path().join("hosts").join(registry).join("hosts.toml");
                std::fs::read_to_string(file).unwrap().contains(ADDRESS)
            })
        };
        assert_eq!(asked(true), [true, true]);
        assert_eq!(asked(false), [false, false], "every image comes from its registry");
    }
}
