//! A cluster under test, and the commands against it.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};
use minos_config::Config;
use minos_localcluster::{ClusterFolder, Provisioner};
use serde_json::Value;

use crate::wait::until;

/// What was built.
#[derive(Debug, Clone)]
pub struct Programs {
    pub minosctl: PathBuf,
    pub kubectl: PathBuf,
    pub images: PathBuf,
}

impl Programs {
    pub fn find(programs: &Path, images: &Path) -> Result<Self> {
        let programs = programs.canonicalize().with_context(|| format!("{}: run `make image`", programs.display()))?;
        let images = images.canonicalize().with_context(|| format!("{}: run `make image`", images.display()))?;
        Ok(Self { minosctl: programs.join("minosctl"), kubectl: part(&programs, "kubectl")?, images })
    }

    /// One of Minos' own programs for this host.
    pub fn own(&self, name: &str) -> PathBuf {
        self.minosctl.with_file_name(name)
    }

    /// A program that was built from others' source.
    pub fn part(&self, name: &str) -> Result<PathBuf> {
        part(self.minosctl.parent().context("minosctl lies in a folder")?, name)
    }
}

/// The program of a part, from the cache of what was built.
fn part(programs: &Path, name: &str) -> Result<PathBuf> {
    let path = Command::new(programs.join("parts")).args(["path", name]).output()?;
    ensure!(path.status.success(), "{name} was not built: {}", String::from_utf8_lossy(&path.stderr));
    Ok(Path::new(String::from_utf8(path.stdout)?.trim()).join(name))
}

/// How the nodes of a cluster run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Kind {
    /// On this host's kernel.
    Container,
    /// In a virtual machine.
    #[value(name = "vm")]
    Machine,
}

impl Kind {
    /// For a person who reads the output.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Container => "container",
            Kind::Machine => "virtual machine",
        }
    }
}

/// A running cluster of one node.
#[derive(Debug, Clone)]
pub struct Cluster {
    pub programs: Programs,
    pub name: String,
    pub kind: Kind,
    /// State of all clusters.
    root: PathBuf,
}

impl Cluster {
    /// One that is to be created.
    pub fn named(programs: &Programs, root: &Path, name: &str, kind: Kind) -> Self {
        Self { programs: programs.clone(), name: name.to_owned(), kind, root: root.to_owned() }
    }

    /// One that exists.
    pub fn existing(programs: &Programs, root: &Path, name: &str) -> Result<Self> {
        let kind = match ClusterFolder::new(root, name)?.load()?.provisioner {
            Provisioner::Container => Kind::Container,
            Provisioner::Qemu => Kind::Machine,
        };
        Ok(Self::named(programs, root, name, kind))
    }

    /// Creates it, with more arguments, and waits until it is healthy.
    pub fn create(&self, more: &[&str]) -> Result<()> {
        let images = &self.programs.images;
        let file = |name: &str| images.join(name).display().to_string();
        let mut command = self.command(&self.programs.minosctl);
        command.args(["cluster", "create"]);
        match self.kind {
            Kind::Container => command.args(["container", "--image", &file("root.erofs")]),
            Kind::Machine => command.args(["qemu", "--disk-image-path", &file("disk.qcow2")]),
        };
        let status = command
            .args(["--name", &self.name, "--wait-timeout", "60m", "--image-cache-path", &file("imagecache.raw")])
            .args(more)
            .stdin(Stdio::null())
            .status()?;
        ensure!(status.success(), "the cluster was not created");
        Ok(())
    }

    /// Fails unless the node is healthy and has the configuration that the cluster was created with.
    pub fn ensure_original(&self) -> Result<()> {
        self.wait_until_healthy()?;
        let (original, _) = Config::parse(&std::fs::read(self.file("controlplane.yaml"))?)?;
        let (now, _) = Config::parse(self.configuration()?.as_bytes())?;
        ensure!(original.plan(&now).is_empty(), "the configuration is not the original any more");
        Ok(())
    }

    /// Applies the configuration that the cluster was created with, and waits until the node is healthy.
    pub fn apply_original(&self) -> Result<()> {
        let file = self.file("controlplane.yaml").display().to_string();
        self.minosctl(&["apply-config", "--mode", "no-reboot", "-f", &file])?;
        self.wait_until_healthy()
    }

    pub fn wait_until_healthy(&self) -> Result<()> {
        let health = self.try_minosctl(&["health", "--wait-timeout", "20m"])?;
        ensure!(health.status.success(), "the node is not healthy: {}", String::from_utf8_lossy(&health.stderr));
        Ok(())
    }

    /// The port of the API server, in the node and on this host.
    pub fn kubernetes_port(&self) -> Result<u16> {
        let state = ClusterFolder::new(&self.root, &self.name)?.load()?;
        Ok(state.machines.first().context("the cluster has no machine")?.kubernetes_port)
    }

    /// The node's configuration.
    pub fn configuration(&self) -> Result<String> {
        self.minosctl(&["get", "machineconfig", "v1alpha1", "-o", "jsonpath={.spec}"])
    }

    /// Differs from boot to boot.
    pub fn boot_id(&self) -> Result<String> {
        self.minosctl(&["read", "/proc/sys/kernel/random/boot_id"])
    }

    /// Waits until the API answers in another boot than `before`.
    pub fn wait_for_another_boot(&self, before: &str) -> Result<()> {
        until("another boot", Duration::from_secs(600), || {
            ensure!(self.boot_id()? != before, "the node has not restarted");
            Ok(())
        })
    }

    pub fn destroy(&self) {
        // What cannot be removed says so itself.
        drop(self.command(&self.programs.minosctl).args(["cluster", "destroy", "--name", &self.name]).status());
    }

    /// The folder with the state of all clusters.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// A file of the cluster on this host.
    pub fn file(&self, name: &str) -> PathBuf {
        self.root.join(&self.name).join(name)
    }

    fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command
            .env("MINOS_STATE", &self.root)
            .env("TALOSCONFIG", self.file("talosconfig"))
            .env("KUBECONFIG", self.file("kubeconfig"));
        command
    }

    /// `minosctl`, whatever comes of it.
    pub fn try_minosctl(&self, arguments: &[&str]) -> Result<Output> {
        Ok(self.command(&self.programs.minosctl).args(arguments).stdin(Stdio::null()).output()?)
    }

    /// The same with more in its environment.
    pub fn try_minosctl_in(&self, arguments: &[&str], environment: &[(&str, &Path)]) -> Result<Output> {
        let mut command = self.command(&self.programs.minosctl);
        Ok(command.envs(environment.iter().copied()).args(arguments).stdin(Stdio::null()).output()?)
    }

    /// `minosctl`, started; its output is piped.
    pub fn start_minosctl(&self, arguments: &[&str]) -> Result<std::process::Child> {
        Ok(self.command(&self.programs.minosctl).args(arguments).stdin(Stdio::null()).stdout(Stdio::piped()).spawn()?)
    }

    /// What `minosctl` prints.
    pub fn minosctl(&self, arguments: &[&str]) -> Result<String> {
        succeeded("minosctl", arguments, &self.try_minosctl(arguments)?)
    }

    /// `kubectl`, whatever comes of it.
    pub fn try_kubectl(&self, arguments: &[&str]) -> Result<Output> {
        Ok(self.command(&self.programs.kubectl).args(arguments).stdin(Stdio::null()).output()?)
    }

    /// What `kubectl` prints.
    pub fn kubectl(&self, arguments: &[&str]) -> Result<String> {
        succeeded("kubectl", arguments, &self.try_kubectl(arguments)?)
    }

    /// What `kubectl` prints as JSON.
    pub fn kubectl_json(&self, arguments: &[&str]) -> Result<Value> {
        let mut arguments = arguments.to_vec();
        arguments.extend(["-o", "json"]);
        Ok(serde_json::from_str(&self.kubectl(&arguments)?)?)
    }

    /// Applies a manifest.
    pub fn apply(&self, manifest: &Value) -> Result<String> {
        let file = tempfile::NamedTempFile::new()?;
        std::fs::write(file.path(), manifest.to_string())?;
        self.kubectl(&["apply", "-f", &file.path().display().to_string()])
    }

    /// Runs a pod to its end and gives what it printed. The image is the one for tests; it has no shell.
    pub fn run_pod(&self, namespace: &str, name: &str, spec: &Value) -> Result<String> {
        self.kubectl(&["delete", "pod", "-n", namespace, name, "--ignore-not-found", "--wait=true"])?;
        let pod = serde_json::json!({
            "apiVersion": "v1", "kind": "Pod", "metadata": {"name": name, "namespace": namespace}, "spec": spec,
        });
        self.apply(&pod)?;
        let phase = until("the pod to end", Duration::from_secs(180), || {
            let pod = self.kubectl_json(&["get", "pod", "-n", namespace, name])?;
            match pod["status"]["phase"].as_str() {
                Some(phase @ ("Succeeded" | "Failed")) => Ok(phase.to_owned()),
                _ => bail!("pod {name} is at {}", pod["status"]),
            }
        })?;
        let printed = self.kubectl(&["logs", "-n", namespace, name])?;
        ensure!(phase == "Succeeded", "pod {name} failed: {printed}");
        Ok(printed)
    }

    /// The image for tests.
    pub fn test_image(&self) -> &'static str {
        "images.minos.local/demo:1"
    }

    /// Prints the last lines of the console and of the services: why a case may have failed.
    pub fn print_diagnostics(&self) {
        let console = std::fs::read(self.file("console.log")).unwrap_or_default();
        print_end("console", &String::from_utf8_lossy(&console));
        for service in ["machined", "apid", "containerd", "etcd", "kubelet"] {
            if let Ok(output) = self.try_minosctl(&["logs", service, "--tail", "15"]) {
                print_end(service, &String::from_utf8_lossy(&output.stdout));
            }
        }
        if let Ok(output) = self.try_kubectl(&["get", "pods", "-A", "-o", "wide"]) {
            print_end("pods", &String::from_utf8_lossy(&output.stdout));
        }
    }
}

fn print_end(what: &str, text: &str) {
    let lines: Vec<&str> = text.lines().collect();
    println!("--- {what}");
    lines[lines.len().saturating_sub(25)..].iter().for_each(|line| println!("    {line}"));
}

fn succeeded(program: &str, arguments: &[&str], output: &Output) -> Result<String> {
    let stdout = String::from_utf8_lossy(&output.stdout).into_owned();
    if output.status.success() {
        return Ok(stdout);
    }
    bail!("{program} {}: {}{stdout}", arguments.join(" "), String::from_utf8_lossy(&output.stderr))
}
