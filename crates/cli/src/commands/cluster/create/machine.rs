//! `cluster create qemu`: one virtual machine.

use anyhow::{Context as _, Result};
use minos_api::client::{Connection, ServerTrust};
use minos_api::machine::ApplyConfigurationRequest;
use minos_api::machine::apply_configuration_request::Mode;
use minos_localcluster::{
    Accelerator, ClusterFolder, ClusterState, MachineSpec, Provisioner, choose, find_firmware, find_qemu, free_port,
    start,
};

use super::bring_up::{Clock, bring_up, save, show_next, stage, until_it_answers};
use super::{AcceleratorName, Create};
use crate::commands::cluster::config::{Kind, Wanted};
use crate::exit::BadInput;

/// Virtual processors of a machine, and its memory and disk, unless said.
const PROCESSORS: u64 = 2;
const MEMORY_MIB: u64 = 4096;
const DISK_GIB: u32 = 12;

pub async fn create(arguments: &Create, folder: &ClusterFolder) -> Result<()> {
    let Some(image) = arguments.disk_image_path.clone() else {
        return Err(BadInput("a virtual machine starts from a disk image: --disk-image-path FILE".into()).into());
    };
    if !arguments.nameservers.is_empty() {
        eprintln!(
            "--nameservers: nobody will ask them, a virtual machine reaches nothing but this host's forwarded ports"
        );
    }
    let (qemu, firmware) = (find_qemu()?, find_firmware()?);
    let forced = arguments.accelerator.map(|name| match name {
        AcceleratorName::Kvm => Accelerator::Kvm,
        AcceleratorName::Tcg => Accelerator::Tcg,
    });
    let choice = choose(&qemu, forced).await?;
    eprintln!("accelerator: {} ({})", choice.accelerator, choice.reason);

    let kind = if choice.accelerator == Accelerator::Tcg { Kind::Emulated } else { Kind::Machine };
    let api_port = free_port(50000).context("no port is free on this host")?;
    let kubernetes_port = free_port(6443).context("no port is free on this host")?;
    let files = stage("generating keys and configuration", async {
        let patches = arguments.patches()?;
        let version = &arguments.kubernetes_version;
        let name = &folder.name;
        Wanted { name, kind, api_port, kubernetes_port, kubernetes_version: version, patches: &patches }.files()
    })
    .await?;
    save(folder, "local.yaml", kind.local())?;
    if let Some(emulated) = kind.emulated() {
        save(folder, "emulated.yaml", emulated)?;
    }
    save(folder, "controlplane.yaml", &files.machine)?;
    save(folder, "talosconfig", &files.talosconfig)?;

    let processors = arguments.cpus_controlplanes.map_or(PROCESSORS, |millis| millis.div_ceil(1000));
    let spec = MachineSpec {
        name: format!("{}-controlplane-1", folder.name),
        accelerator: choice.accelerator,
        processors: u32::try_from(processors).unwrap_or(u32::MAX),
        memory_mib: u32::try_from(arguments.memory_controlplanes.unwrap_or(MEMORY_MIB)).unwrap_or(u32::MAX),
        disk_gib: arguments.disk.unwrap_or(DISK_GIB),
        image,
        image_cache: arguments.image_cache_path.clone(),
        mac: "52:54:00:6d:69:01".into(),
        api_port,
        kubernetes_port,
        kernel_arguments: arguments.extra_boot_kernel_args.clone(),
        durable: arguments.durable,
    };
    let mut clock = Clock::started(arguments.wait_timeout);
    let machine = stage("starting the machine", async { Ok(start(&qemu, &firmware, folder, &spec).await?) }).await?;
    folder.save(&ClusterState {
        name: folder.name.clone(),
        provisioner: Provisioner::Qemu,
        accelerator: Some(choice.accelerator),
        network: None,
        kubernetes_version: arguments.kubernetes_version.clone(),
        machines: vec![machine],
    })?;

    let endpoint = format!("127.0.0.1:{api_port}");
    let unsigned = || Ok(Connection::open(&[&endpoint], &ServerTrust::Anybody, None)?);
    let asks = until_it_answers(clock.deadline, unsigned);
    stage("waiting for the machine to ask for its configuration", asks).await?;
    clock.answers = Some(clock.start.elapsed());
    let unsigned = unsigned()?;
    stage("applying the configuration", async { Ok(apply(&unsigned, files.machine.clone()).await?) }).await?;
    bring_up(folder, api_port, &mut clock).await?;
    show_next(folder, clock.start.elapsed());
    Ok(())
}

async fn apply(connection: &Connection, config: String) -> Result<(), tonic::Status> {
    let message = ApplyConfigurationRequest { data: config.into(), mode: Mode::Auto as i32, ..Default::default() };
    connection.machine().apply_configuration(message).await.map(drop)
}
