use std::collections::BTreeMap;
use std::fs;
use std::net::Ipv6Addr;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use anyhow::{Context as _, Result};
use clap::Args;
use minos_config::MachineType;
use minos_config::generate::{GenerateError, Input, Secrets};
use minos_config::reference::{Comments, commented};

use crate::commands::patches::Patches;
pub use crate::commands::patches::patch;
use crate::exit::BadInput;
use crate::output::warn;

/// Generate the configurations of a cluster's machines, and one for its operators
///
/// ENDPOINT is the URL of the Kubernetes API: a load balancer, or with a single control plane node its address with port 6443.
#[derive(Args)]
#[command(after_help = "\
Examples:
  minosctl gen config home https://10.5.0.2:6443
  minosctl gen config home https://10.5.0.2:6443 --with-secrets secrets.yaml
  minosctl gen config home https://10.5.0.2:6443 --config-patch @patch.yaml
  minosctl gen config home https://10.5.0.2:6443 -t worker -o -")]
pub struct Config {
    /// Name of the cluster
    #[arg(value_name = "CLUSTER")]
    cluster: String,
    /// URL of its Kubernetes API
    endpoint: String,
    /// Directory to write to; with a single output type the file, or - to print
    #[arg(short, long, value_name = "PATH")]
    output: Option<PathBuf>,
    /// Directory to write to (older form of --output)
    #[arg(long, value_name = "DIR", hide = true, conflicts_with = "output")]
    output_dir: Option<PathBuf>,
    /// What to write: controlplane, worker, talosconfig
    #[arg(
        short = 't',
        long,
        value_name = "TYPES",
        value_delimiter = ',',
        default_value = "controlplane,worker,talosconfig"
    )]
    output_types: Vec<String>,
    /// Secrets to use, as `gen secrets` writes them
    #[arg(long, value_name = "FILE")]
    with_secrets: Option<PathBuf>,
    /// Disk to install to
    #[arg(long, value_name = "DEVICE", default_value = "/dev/sda")]
    install_disk: String,
    /// Image to install from (default: upstream's installer of this version)
    #[arg(long, value_name = "IMAGE")]
    install_image: Option<String>,
    /// Further names in the certificates of the APIs
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    additional_sans: Vec<String>,
    /// Domain of services
    #[arg(long, value_name = "DOMAIN", default_value = "cluster.local")]
    dns_domain: String,
    /// Kubernetes to run
    #[arg(long, value_name = "VERSION", default_value = minos_config::KUBERNETES_VERSION)]
    kubernetes_version: String,
    /// Version that the machines run, as v1.13; nothing that it does not know is written
    #[arg(long, value_name = "VERSION")]
    talos_version: Option<String>,
    /// Change every configuration: YAML or JSON, or @FILE (@- is standard input)
    #[arg(long, value_name = "PATCH")]
    config_patch: Vec<String>,
    /// Change those of control plane nodes
    #[arg(long, value_name = "PATCH")]
    config_patch_control_plane: Vec<String>,
    /// Change those of workers
    #[arg(long, value_name = "PATCH")]
    config_patch_worker: Vec<String>,
    /// Where else a registry's images are: HOST=URL
    #[arg(long, value_name = "HOST=URL", value_delimiter = ',')]
    registry_mirror: Vec<String>,
    /// Let the nodes find each other
    #[arg(long, default_value_t = true, action = clap::ArgAction::Set, num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    with_cluster_discovery: bool,
    /// Let the nodes talk through an encrypted mesh
    #[arg(long, default_value_t = false, action = clap::ArgAction::Set, num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    with_kubespan: bool,
    /// Say in comments what the fields mean
    #[arg(long, default_value_t = true, action = clap::ArgAction::Set, num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    with_docs: bool,
    /// Show in comments what else could be there
    #[arg(long, default_value_t = true, action = clap::ArgAction::Set, num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    with_examples: bool,
    /// Form of the configuration; there is one
    #[arg(long, value_parser = ["v1alpha1"], default_value = "v1alpha1")]
    version: String,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum OutputType {
    Controlplane,
    Worker,
    Talosconfig,
}

impl OutputType {
    fn parse(name: &str) -> Result<OutputType> {
        match name {
            "controlplane" => Ok(OutputType::Controlplane),
            "worker" => Ok(OutputType::Worker),
            "talosconfig" => Ok(OutputType::Talosconfig),
            _ => {
                Err(BadInput(format!("invalid output type: {name:?}; expected controlplane, worker, talosconfig"))
                    .into())
            }
        }
    }

    fn file(self) -> &'static str {
        match self {
            OutputType::Controlplane => "controlplane.yaml",
            OutputType::Worker => "worker.yaml",
            OutputType::Talosconfig => "talosconfig",
        }
    }
}

impl Config {
    pub fn run(self, force: bool) -> Result<()> {
        check_endpoint(&self.endpoint)?;
        let outputs = self.outputs()?;
        super::check_absent(outputs.iter().map(|(_, path)| path), force)?;
        let all = Patches::read(&self.config_patch)?;
        let (control_plane, worker) =
            (Patches::read(&self.config_patch_control_plane)?, Patches::read(&self.config_patch_worker)?);
        eprintln!("generating PKI and tokens");
        let now = SystemTime::now();
        let input = self.input(now)?;
        let text = |kind| match kind {
            OutputType::Talosconfig => Ok(input.talosconfig(now)?),
            OutputType::Controlplane => self.machine(&input, MachineType::ControlPlane, [&all, &control_plane]),
            OutputType::Worker => self.machine(&input, MachineType::Worker, [&all, &worker]),
        };
        let files: Vec<(PathBuf, String)> =
            outputs.into_iter().map(|(kind, path)| Ok((path, text(kind)?))).collect::<Result<_>>()?;
        super::write(&files, force)?;
        for (path, _) in files.iter().filter(|(path, _)| path != Path::new("-")) {
            eprintln!("Created {}", path.display());
        }
        Ok(())
    }

    /// What is written and where, each kind once.
    fn outputs(&self) -> Result<Vec<(OutputType, PathBuf)>> {
        let types = self.output_types.iter().filter(|name| !name.is_empty());
        let types: Vec<OutputType> = types.map(|name| OutputType::parse(name)).collect::<Result<_>>()?;
        let single = types.len() == 1;
        if types.is_empty() {
            return Err(BadInput("at least one output type must be specified (--output-types)".into()).into());
        }
        if !single && self.output.as_deref() == Some(Path::new("-")) {
            return Err(
                BadInput("can't use multiple output types with stdout; choose one by --output-types".into()).into()
            );
        }
        let here = std::env::current_dir().context("cannot find out the current directory")?;
        let mut outputs: Vec<(OutputType, PathBuf)> = Vec::new();
        for kind in types {
            let path = match (&self.output, &self.output_dir) {
                (Some(path), _) if single => path.clone(),
                (Some(dir), _) | (None, Some(dir)) => dir.join(kind.file()),
                (None, None) => here.join(kind.file()),
            };
            if !outputs.iter().any(|(seen, _)| *seen == kind) {
                outputs.push((kind, path));
            }
        }
        Ok(outputs)
    }

    fn input(&self, now: SystemTime) -> Result<Input> {
        let contract = super::contract(self.talos_version.as_deref())?;
        let secrets = match &self.with_secrets {
            Some(path) => {
                let bytes = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
                Secrets::parse(&bytes)
                    .map_err(|problems| BadInput(format!("{} holds no secrets: {problems}", path.display())))?
            }
            None => Secrets::generate_for(contract, now).context("no secrets could be generated")?,
        };
        let mut input = Input::new(&self.cluster, &self.endpoint, secrets)
            .map_err(|error: GenerateError| BadInput(error.to_string()))?;
        input.contract = contract;
        input.kubernetes_version = self.kubernetes_version.trim_start_matches('v').to_owned();
        input.additional_sans.clone_from(&self.additional_sans);
        input.dns_domain.clone_from(&self.dns_domain);
        input.install_disk.clone_from(&self.install_disk);
        if let Some(image) = &self.install_image {
            input.install_image.clone_from(image);
        }
        input.discovery = self.with_cluster_discovery;
        input.kubespan = self.with_kubespan.then_some(true);
        input.registry_mirrors = mirrors(&self.registry_mirror)?;
        Ok(input)
    }

    fn machine(&self, input: &Input, kind: MachineType, patches: [&Patches; 2]) -> Result<String> {
        let mut config = input.config(kind)?;
        let comments = Comments { docs: self.with_docs, examples: self.with_examples };
        for patches in patches.into_iter().filter(|patches| !patches.is_empty()) {
            let (patched, warnings) = patches.apply(&format!("the {kind} configuration"), &config)?;
            warnings.serious().for_each(warn);
            config = patched;
        }
        Ok(commented(&config, comments))
    }
}

fn mirrors(words: &[String]) -> Result<BTreeMap<String, Vec<String>>> {
    let mut mirrors: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for word in words {
        let Some((host, url)) = word.split_once('=') else {
            return Err(BadInput(format!("--registry-mirror {word}: expected HOST=URL")).into());
        };
        mirrors.entry(host.into()).or_default().push(url.into());
    }
    Ok(mirrors)
}

/// Fails unless it is an https URL, and offers one.
fn check_endpoint(endpoint: &str) -> Result<()> {
    let (scheme, rest) = endpoint.split_once("://").unwrap_or(("", endpoint));
    let bare = rest.trim_end_matches('/');
    let host = bare.split('/').next().unwrap_or_default();
    let open_v6 = !host.starts_with('[') && host.matches(':').count() > 1;
    if scheme == "https" && !open_v6 {
        return Ok(());
    }
    let fixed = match bare.parse::<Ipv6Addr>() {
        Ok(_) => match address_and_port(bare) {
            Some((address, port)) => format!("https://[{address}]:{port}"),
            None => format!("https://[{bare}]:6443"),
        },
        Err(_) if bare.rsplit(']').next().is_some_and(|rest| rest.contains(':')) => format!("https://{bare}"),
        Err(_) => format!("https://{bare}:6443"),
    };
    let wrong = if open_v6 { "has an IPv6 address without brackets" } else { "is not an https URL" };
    Err(BadInput(format!("the endpoint {endpoint:?} {wrong}; try: {fixed:?}")).into())
}

/// An address of IPv6 whose last group was meant as a port: it has three decimal digits or more, and what is before it is
/// an address too.
fn address_and_port(text: &str) -> Option<(Ipv6Addr, u16)> {
    let (address, port) = text.rsplit_once(':')?;
    let looks_like_a_port = port.len() > 2 && port.bytes().all(|byte| byte.is_ascii_digit());
    looks_like_a_port.then(|| Some((address.parse().ok()?, port.parse().ok()?))).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_endpoint_without_a_scheme_is_explained() {
        assert!(check_endpoint("https://10.5.0.2:6443").is_ok());
        for (endpoint, fixed) in [
            ("10.5.0.2", "https://10.5.0.2:6443"),
            ("10.5.0.2:6443", "https://10.5.0.2:6443"),
            ("http://k8s", "https://k8s:6443"),
            ("fd00::2", "https://[fd00::2]:6443"),
            ("https://fd00::2", "https://[fd00::2]:6443"),
            ("https://aaa:aaaa::a:6443", "https://[aaa:aaaa::a]:6443"),
            ("fd00::2:7443", "https://[fd00::2]:7443"),
            ("[fd00::2]", "https://[fd00::2]:6443"),
            ("[fd00::2]:7443", "https://[fd00::2]:7443"),
        ] {
            assert!(
                check_endpoint(endpoint).unwrap_err().to_string().ends_with(&format!("try: {fixed:?}")),
                "{endpoint}"
            );
        }
    }

    #[test]
    fn mirrors_of_one_host_are_kept_together() {
        let words = ["docker.io=http://a".to_owned(), "docker.io=http://b".to_owned()];
        assert_eq!(mirrors(&words).unwrap()["docker.io"], ["http://a", "http://b"]);
        assert!(mirrors(&["docker.io".to_owned()]).is_err());
    }
}
