//! The main document.

use std::collections::BTreeSet;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use minos_pki::Role;

use super::{Check, Mode, address, cluster, labels, network, step};
use crate::{
    config::Config,
    documents::v1alpha1::{DiskEncryption, Machine, MachineFile, V1Alpha1},
    schema::{Size, Url},
    view::MachineType,
};

/// Fields of the kubelet's configuration that the operating system decides.
const KUBELET_PROTECTED: [&str; 13] = [
    "apiVersion",
    "authentication",
    "authorization",
    "cgroupRoot",
    "kind",
    "kubeletCgroups",
    "port",
    "protectKernelDefaults",
    "resolvConf",
    "rotateCertificates",
    "seccompDefault",
    "staticPodPath",
    "systemCgroups",
];

/// Where files add to containerd's configuration.
const FRAGMENTS: &str = "/etc/cri/conf.d/";

pub(crate) fn check(main: &V1Alpha1, config: &Config, mode: Mode, check: &mut Check) {
    check.require(main.persist != Some(false), "persist", "only true is allowed");
    let Some(machine) = &main.machine else {
        return check.problem("machine", "this section is needed");
    };
    match &main.cluster {
        None => check.problem("cluster", "this section is needed"),
        Some(cluster) => cluster::check(cluster, config.machine_type(), check),
    }
    kind(machine, config, check);
    authority(machine, config, check);
    install(machine, mode, check);
    features(machine, mode, check);
    network::check(machine, config.machine_type(), check);
    kubelet(machine, check);
    registries(machine, check);
    files(&machine.files, check);
    encryption(machine, check);
    disks(machine, check);
    mesh(machine, config, check);
    labels::labels(&machine.node_labels, "machine/nodeLabels", check);
    labels::annotations(&machine.node_annotations, "machine/nodeAnnotations", check);
    labels::taints(&machine.node_taints, "machine/nodeTaints", check);
    for (index, destination) in machine.logging.iter().flat_map(|logging| &logging.destinations).enumerate() {
        let place = format!("machine/logging/destinations/{index}");
        let url = destination.endpoint.parse::<Url>();
        let known = url.is_ok_and(|url| matches!(url.scheme(), "tcp" | "udp"));
        check.require(known, format!("{place}/endpoint"), "wanted a tcp:// or udp:// URL");
        check.require(destination.format == "json_lines", format!("{place}/format"), "wanted json_lines");
    }
}

/// What the mesh in its old form needs of the cluster.
fn mesh(machine: &Machine, config: &Config, check: &mut Check) {
    let mesh = machine.network.as_ref().and_then(|network| network.kubespan.as_ref());
    if mesh.is_none_or(|mesh| mesh.enabled != Some(true)) {
        return;
    }
    let needs = [
        ("cluster.discovery.enabled: true", config.discovery().enabled),
        ("cluster.id", !config.cluster_id().is_empty()),
        ("cluster.secret", config.cluster_secret().is_some_and(|secret| !secret.is_empty())),
    ];
    for (what, _) in needs.iter().filter(|(_, there)| !there) {
        check.problem("machine/network/kubespan", format!("the mesh needs {what}"));
    }
}

fn kind(machine: &Machine, config: &Config, check: &mut Check) {
    let parsed = config.machine_type();
    if parsed == MachineType::Unknown {
        let found = if machine.kind.len() <= 40 { machine.kind.as_str() } else { "a long text" };
        check.problem("machine/type", format!("found {found:?}, wanted controlplane or worker"));
    } else if parsed.as_str() != machine.kind {
        check.warning("machine/type", format!("use {:?} rather than {:?}", parsed.as_str(), machine.kind));
    }
}

fn authority(machine: &Machine, config: &Config, check: &mut Check) {
    let ca = machine.ca.as_ref().filter(|ca| !ca.crt.is_empty());
    check.require(
        ca.is_some() || !machine.accepted_cas.is_empty(),
        "machine/ca",
        "an authority, or accepted ones in machine.acceptedCAs, are needed",
    );
    if let Some(Err(error)) = ca.map(minos_pki::CertificateAndKey::certificate) {
        check.problem("machine/ca/crt", error.to_string());
    }
    match config.machine_type() {
        MachineType::ControlPlane | MachineType::Init => {
            check.require(ca.is_some(), "machine/ca", "a control plane needs the authority");
            check.require(
                ca.is_none_or(|ca| ca.has_key()),
                "machine/ca/key",
                "a control plane needs the authority's key",
            );
        }
        MachineType::Worker => {
            check.require(
                ca.is_none_or(|ca| !ca.has_key()),
                "machine/ca/key",
                "a worker must not have the authority's key",
            );
        }
        MachineType::Unknown => {}
    }
}

fn install(machine: &Machine, mode: Mode, check: &mut Check) {
    let Some(install) = &machine.install else {
        return check.require(
            !mode.requires_install(),
            "machine/install",
            format!("this section is needed in mode {mode}"),
        );
    };
    if mode.requires_install() {
        let both = !install.extra_kernel_args.is_empty() && install.grub_use_uki_cmdline == Some(true);
        check.require(!both, "machine/install/extraKernelArgs", "cannot be used together with grubUseUKICmdline");
        let placed = !install.disk.is_empty() || install.disk_selector.is_some();
        check.require(placed, "machine/install", "either disk or diskSelector is needed");
    }
    let size = install.disk_selector.as_ref().map_or("", |selector| selector.size.trim());
    let bare = ["==", ">=", "<=", ">", "<"].iter().find_map(|sign| size.strip_prefix(sign)).unwrap_or(size).trim();
    let holds = size.is_empty() || bare.parse::<Size>().is_ok_and(|size| size.bytes().is_some() && !size.is_negative());
    let place = "machine/install/diskSelector/size";
    check.require(holds, place, "wanted a size, as 500GB, with ==, >=, <=, > or < before it");
    let mut seen = BTreeSet::new();
    for (index, extension) in install.extensions.iter().enumerate() {
        let place = format!("machine/install/extensions/{index}/image");
        check.require(seen.insert(&extension.image), place, "this extension is named twice");
    }
}

fn features(machine: &Machine, mode: Mode, check: &mut Check) {
    let features = machine.features.clone().unwrap_or_default();
    let dns = features.host_dns.unwrap_or_default();
    let (enabled, forward) = (dns.enabled == Some(true), dns.forward_kube_dns_to_host == Some(true));
    let place = "machine/features/hostDNS";
    let field = format!("{place}/forwardKubeDNSToHost");
    check.require(
        enabled || !forward,
        field,
        "requires hostDNS.enabled to be true, else pods ask where nobody listens",
    );
    if mode == Mode::Container {
        check.require(enabled && forward, place, "enabled and forwardKubeDNSToHost are needed in mode container");
    }
    if let Some(access) = features.kubernetes_talos_api_access.filter(|access| access.enabled == Some(true)) {
        let place = "machine/features/kubernetesTalosAPIAccess";
        check.require(MachineType::parse(&machine.kind).is_control_plane(), place, "only on control planes");
        for (index, role) in access.allowed_roles.iter().enumerate() {
            let known = Role::ALL.map(Role::as_str).join(", ");
            check.require(
                Role::parse(role).is_some(),
                format!("{place}/allowedRoles/{index}"),
                format!("wanted one of {known}"),
            );
        }
    }
    let algorithm = features.node_address_sort_algorithm;
    let known = matches!(algorithm.to_ascii_lowercase().as_str(), "" | "v1" | "v2");
    check.require(known, "machine/features/nodeAddressSortAlgorithm", "wanted v1 or v2");
}

fn kubelet(machine: &Machine, check: &mut Check) {
    let Some(kubelet) = &machine.kubelet else {
        return;
    };
    for (index, subnet) in kubelet.node_ip.iter().flat_map(|node_ip| &node_ip.valid_subnets).enumerate() {
        let place = format!("machine/kubelet/nodeIP/validSubnets/{index}");
        check.require(address::is_filter(subnet), place, "wanted a network or address, '!' before it excludes it");
    }
    for field in KUBELET_PROTECTED.iter().filter(|field| kubelet.extra_config.contains_key(**field)) {
        check.problem(format!("machine/kubelet/extraConfig/{field}"), "this field is the operating system's");
    }
}

fn registries(machine: &Machine, check: &mut Check) {
    let Some(registries) = &machine.registries else {
        return;
    };
    for host in registries.mirrors.keys().filter(|host| !address::is_registry(host)) {
        check.warning(format!("machine/registries/mirrors/{}", step(host)), address::NO_REGISTRY);
    }
    for (host, registry) in &registries.config {
        let ca = registry.tls.as_ref().map_or("", |tls| tls.ca.trim());
        let place = format!("machine/registries/config/{}/tls/ca", step(host));
        check.require(STANDARD.decode(ca).is_ok(), place, "wanted a PEM text in base64");
    }
}

/// Whether anything reads a file of `machine.files` with this path.
pub(crate) fn file_acts(path: &str) -> bool {
    path.starts_with(FRAGMENTS) && path.ends_with(".part")
}

fn files(files: &[MachineFile], check: &mut Check) {
    for (index, file) in files.iter().enumerate() {
        let place = format!("machine/files/{index}");
        check.require(file.path.starts_with('/'), format!("{place}/path"), "wanted a path from the root");
        let known = matches!(file.op.as_str(), "" | "create" | "append" | "overwrite");
        check.require(known, format!("{place}/op"), "wanted create, append or overwrite");
        if file.path.starts_with('/') && !file_acts(&file.path) {
            check.warning(place, format!("nothing writes this file yet: only {FRAGMENTS}*.part acts, for containerd"));
        }
    }
}

fn encryption(machine: &Machine, check: &mut Check) {
    let Some(encryption) = &machine.system_disk_encryption else {
        return;
    };
    for (name, partition) in [("state", &encryption.state), ("ephemeral", &encryption.ephemeral)] {
        if let Some(partition) = partition {
            encrypted(partition, &format!("machine/systemDiskEncryption/{name}"), check);
        }
    }
}

fn disks(machine: &Machine, check: &mut Check) {
    for (index, disk) in machine.disks.iter().enumerate() {
        let rest = disk
            .partitions
            .iter()
            .rev()
            .skip(1)
            .position(|partition| partition.size.as_str().is_empty() || partition.size.bytes() == Some(0));
        check.require(
            rest.is_none(),
            format!("machine/disks/{index}/partitions"),
            "only the last partition can take the rest",
        );
    }
}

fn encrypted(partition: &DiskEncryption, place: &str, check: &mut Check) {
    check.require(!partition.keys.is_empty(), format!("{place}/keys"), "at least one key is needed");
    let mut slots = BTreeSet::new();
    for (index, key) in partition.keys.iter().enumerate() {
        let place = format!("{place}/keys/{index}");
        check.require(slots.insert(key.slot), format!("{place}/slot"), "this slot is used twice");
        let given = key.fixed.is_some() || key.node_id.is_some() || key.kms.is_some() || key.tpm.is_some();
        check.require(given, place, "one of static, nodeID, kms and tpm is needed");
    }
}
