//! A cluster under test, and the commands against it.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use anyhow::{Context as _, Result, bail, ensure};
use serde_json::Value;

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
        let parts = Command::new(programs.join("parts")).args(["path", "kubectl"]).output()?;
        ensure!(parts.status.success(), "kubectl was not built: {}", String::from_utf8_lossy(&parts.stderr));
        let kubectl = Path::new(String::from_utf8(parts.stdout)?.trim()).join("kubectl");
        Ok(Self { minosctl: programs.join("minosctl"), kubectl, images })
    }
}

/// A running cluster of one machine.
#[derive(Debug, Clone)]
pub struct Cluster {
    pub programs: Programs,
    pub name: String,
    /// State of all clusters.
    root: PathBuf,
}

impl Cluster {
    /// One that is there, or will be.
    pub fn named(programs: &Programs, root: &Path, name: &str) -> Self {
        Self { programs: programs.clone(), name: name.to_owned(), root: root.to_owned() }
    }

    /// Makes it: power on to healthy.
    pub fn create(&self) -> Result<()> {
        let images = &self.programs.images;
        let file = |name: &str| images.join(name).display().to_string();
        let status = self
            .command(&self.programs.minosctl)
            .args(["cluster", "create", "--name", &self.name, "--wait-timeout", "60m"])
            .args(["--disk-image-path", &file("disk.qcow2"), "--image-cache-path", &file("imagecache.raw")])
            .stdin(Stdio::null())
            .status()?;
        ensure!(status.success(), "the cluster was not created");
        Ok(())
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
        let phase = crate::wait::until("the pod to end", std::time::Duration::from_secs(180), || {
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

    /// The last lines of console and services, for whoever wants to know why.
    pub fn tell(&self) {
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
