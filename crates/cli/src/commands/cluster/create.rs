use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::Result;
use clap::{Args, ValueEnum};
use ipnet::Ipv4Net;
use minos_config::Patch;
use minos_localcluster::ClusterFolder;

use crate::commands::generate::config::patch;
use crate::output::parse_duration;

mod amount;
mod bring_up;
mod choice;
#[cfg(target_os = "linux")]
mod container;
mod machine;

use choice::Nodes;
#[cfg(target_os = "linux")]
pub use container::reentry;

/// Create a cluster of one node, and wait until it is healthy
///
/// `qemu` runs it in a virtual machine. `container` runs it on this host's kernel, which takes seconds where there is no
/// KVM; it needs Linux and root. `docker` is accepted for `container`: no Docker is needed.
#[derive(Args)]
#[command(after_help = "\
Examples:
  minosctl cluster create --image root.erofs --disk-image-path disk.qcow2 --image-cache-path imagecache.raw
  minosctl cluster create container --image root.erofs --image-cache-path imagecache.raw
  minosctl cluster create qemu --disk-image-path disk.qcow2 --image-cache-path imagecache.raw
  minosctl cluster create qemu --name second --memory 6144 --config-patch @patch.yaml --disk-image-path disk.qcow2")]
pub struct Create {
    /// What runs the nodes; without it, the fastest that works on this host with the images that are given
    #[arg(value_enum)]
    provisioner: Option<ProvisionerName>,
    /// Disk image that a virtual machine starts from; it is not changed
    #[arg(long, value_name = "FILE")]
    disk_image_path: Option<PathBuf>,
    /// Root image (EROFS), or a folder, that container nodes run; it is not changed
    #[arg(long, value_name = "FILE")]
    image: Option<PathBuf>,
    /// Disk with container images
    #[arg(long, value_name = "FILE")]
    image_cache_path: Option<PathBuf>,
    /// Share of processors for each control plane [default: 2 in a virtual machine, all in a container]
    #[arg(long, visible_alias = "cpus", value_name = "SHARE", value_parser = amount::processors)]
    cpus_controlplanes: Option<u64>,
    /// Limit of memory for each control plane, in MiB unless it has a unit [default: 4096 in a virtual machine, none in a container]
    #[arg(long, visible_alias = "memory", value_name = "SIZE", value_parser = amount::memory)]
    memory_controlplanes: Option<u64>,
    /// Disk, in GiB [default: 12 in a virtual machine, 6 in a container, where it is memory as far as it is filled]
    #[arg(long, value_name = "GIB")]
    disk: Option<u32>,
    /// Workers to create; none can be made yet
    #[arg(long, value_name = "NUMBER", default_value_t = 0)]
    workers: u32,
    /// Subnet of container nodes
    #[arg(long, visible_alias = "subnet", value_name = "CIDR", default_value = "10.5.0.0/24")]
    cidr: Ipv4Net,
    /// MTU of the segment of container nodes
    #[arg(long, hide = true, value_name = "BYTES", default_value_t = 1500, value_parser = clap::value_parser!(u32).range(1280..=65535))]
    mtu: u32,
    /// Further ports of a container control plane to forward from this host: HOST:NODE/tcp, with commas
    #[arg(short = 'p', long, value_name = "PORTS", value_delimiter = ',')]
    exposed_ports: Vec<String>,
    /// Address of this host for these ports
    #[arg(long, value_name = "IP", default_value = "127.0.0.1")]
    host_ip: IpAddr,
    /// Servers that are asked for names outside of the cluster, with commas [default: those of this host]
    #[arg(long, value_name = "IP", value_delimiter = ',')]
    nameservers: Vec<IpAddr>,
    /// Change the configuration: YAML or JSON, or @FILE
    #[arg(long, value_name = "PATCH")]
    config_patch: Vec<String>,
    /// Change the configuration of control planes
    #[arg(long, value_name = "PATCH")]
    config_patch_controlplanes: Vec<String>,
    /// Kubernetes to run
    #[arg(long, value_name = "VERSION", default_value = minos_config::KUBERNETES_VERSION)]
    kubernetes_version: String,
    /// Run a virtual machine on the processor or translate it; without this, a probe decides
    #[arg(long, value_enum)]
    accelerator: Option<AcceleratorName>,
    /// More words for a virtual machine's kernel command line
    #[arg(long, value_name = "WORDS")]
    extra_boot_kernel_args: Option<String>,
    /// Keep a virtual machine's disk intact even if this host crashes, at a price
    #[arg(long)]
    durable: bool,
    /// How long the cluster may take to become healthy
    #[arg(long, value_name = "TIME", default_value = "20m0s", value_parser = parse_duration)]
    wait_timeout: Duration,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ProvisionerName {
    Qemu,
    Container,
    #[value(hide = true)]
    Docker,
}

#[derive(Clone, Copy, ValueEnum)]
enum AcceleratorName {
    Kvm,
    Tcg,
}

impl Create {
    pub async fn run(self, folder: &ClusterFolder) -> Result<()> {
        if self.workers > 0 {
            let text = "--workers: a local cluster has one node so far, a control plane that runs pods; leave it out";
            return Err(crate::exit::BadInput(text.to_owned()).into());
        }
        folder.create()?;
        let Err(error) = self.create(folder).await else { return Ok(()) };
        // The configuration is the first thing that is written: without it nothing has been started.
        if !folder.file("controlplane.yaml").exists() {
            folder.remove()?;
            return Err(error);
        }
        bring_up::show_console(folder);
        let name = &folder.name;
        Err(error.context(format!(
            "the cluster {name:?} was not created; `minosctl cluster destroy --name {name}` removes what there is"
        )))
    }

    async fn create(&self, folder: &ClusterFolder) -> Result<()> {
        match self.nodes().await {
            Nodes::Machines => machine::create(self, folder).await,
            #[cfg(target_os = "linux")]
            Nodes::Containers => container::create(self, folder).await,
            #[cfg(not(target_os = "linux"))]
            Nodes::Containers => {
                anyhow::bail!("nodes as containers need Linux; use virtual machines (`cluster create qemu`)")
            }
        }
    }

    async fn nodes(&self) -> Nodes {
        match self.provisioner {
            Some(ProvisionerName::Qemu) => Nodes::Machines,
            Some(ProvisionerName::Container) => Nodes::Containers,
            Some(ProvisionerName::Docker) => {
                eprintln!("docker: the nodes run as containers of minosctl itself; no Docker is needed");
                Nodes::Containers
            }
            None => {
                let (nodes, why) = choice::fastest(self).await;
                let name = if nodes == Nodes::Machines { "virtual machine" } else { "container" };
                eprintln!("kind of node: {name} ({why})");
                nodes
            }
        }
    }

    /// The changes to the configuration, in the order in which they are laid over it.
    fn patches(&self) -> Result<Vec<Patch>> {
        self.config_patch.iter().chain(&self.config_patch_controlplanes).map(|text| patch(text)).collect()
    }
}
