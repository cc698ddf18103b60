//! The section `cluster`.

use std::collections::BTreeSet;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use ipnet::IpNet;
use minos_pki::Token;

use super::{Check, address, step};
use crate::{
    documents::v1alpha1::{ApiServer, Cluster, Discovery, Etcd},
    view::MachineType,
};

pub(super) fn check(cluster: &Cluster, kind: MachineType, check: &mut Check) {
    match cluster.control_plane.as_ref().map(|plane| plane.endpoint.as_str()) {
        None | Some("") => check.problem("cluster/controlPlane/endpoint", "the URL of the cluster's API is needed"),
        Some(url) => check.require(
            address::is_http_url(url),
            "cluster/controlPlane/endpoint",
            "wanted a URL with a host, as https://10.5.0.2:6443",
        ),
    }
    let ca = cluster.ca.as_ref();
    if kind.is_control_plane() {
        control_plane(cluster, check);
    } else if kind == MachineType::Worker {
        check.require(
            ca.is_none_or(|ca| !ca.has_key()),
            "cluster/ca/key",
            "a worker must not have the authority's key",
        );
        check.require(cluster.etcd.is_none(), "cluster/etcd", "only control planes run etcd");
    }
    if let Some(Err(error)) = ca.filter(|ca| !ca.crt.is_empty()).map(minos_pki::CertificateAndKey::certificate) {
        check.problem("cluster/ca/crt", error.to_string());
    }
    let token = cluster.token.expose();
    check.require(
        token.is_empty() || token.parse::<Token>().is_ok(),
        "cluster/token",
        "wanted two parts joined by a dot",
    );
    network(cluster, check);
    if let Some(discovery) = &cluster.discovery {
        discovered(discovery, cluster, check);
    }
    manifests(cluster, check);
}

fn control_plane(cluster: &Cluster, check: &mut Check) {
    if let Some(etcd) = &cluster.etcd {
        etcd_of(etcd, check);
    }
    if let Some(server) = &cluster.api_server {
        api_server(server, check);
    }
    let parts = [
        ("apiServer", cluster.api_server.as_ref().and_then(|part| part.resources.as_ref())),
        ("controllerManager", cluster.controller_manager.as_ref().and_then(|part| part.resources.as_ref())),
        ("scheduler", cluster.scheduler.as_ref().and_then(|part| part.resources.as_ref())),
    ];
    for (part, resources) in parts {
        for (field, amounts) in resources.iter().flat_map(|all| [("requests", &all.requests), ("limits", &all.limits)])
        {
            for key in amounts.keys().filter(|key| !matches!(key.as_str(), "cpu" | "memory")) {
                check.problem(format!("cluster/{part}/resources/{field}/{}", step(key)), "wanted cpu or memory");
            }
        }
    }
    let keys = [
        ("aescbcEncryptionSecret", cluster.aescbc_encryption_secret.expose()),
        ("secretboxEncryptionSecret", cluster.secretbox_encryption_secret.expose()),
    ];
    for (field, key) in keys.into_iter().filter(|(_, key)| !key.is_empty()) {
        let holds = STANDARD.decode(key).is_ok_and(|bytes| bytes.len() == 32);
        check.require(holds, format!("cluster/{field}"), "wanted 32 bytes in base64");
    }
}

fn etcd_of(etcd: &Etcd, check: &mut Check) {
    check.require(etcd.ca.as_ref().is_some_and(|ca| ca.has_key()), "cluster/etcd/ca", "certificate and key are needed");
    let both = !etcd.subnet.is_empty() && !etcd.advertised_subnets.is_empty();
    check.require(!both, "cluster/etcd/subnet", "subnet and advertisedSubnets exclude each other");
    let holds = etcd.subnet.is_empty() || address::is_filter(&etcd.subnet);
    check.require(holds, "cluster/etcd/subnet", "wanted a network or address, '!' before it excludes it");
    for (field, subnets) in [("advertisedSubnets", &etcd.advertised_subnets), ("listenSubnets", &etcd.listen_subnets)] {
        for (index, subnet) in subnets.iter().enumerate() {
            let place = format!("cluster/etcd/{field}/{index}");
            check.require(address::is_filter(subnet), place, "wanted a network or address, '!' before it excludes it");
        }
    }
}

fn api_server(server: &ApiServer, check: &mut Check) {
    let place = "cluster/apiServer";
    if !server.authorization_config.is_empty() {
        let clash = |name: &&String| *name == "authorization-mode" || name.starts_with("authorization-webhook-");
        for name in server.extra_args.keys().filter(clash) {
            check.problem(format!("{place}/extraArgs/{name}"), "cannot be used together with authorizationConfig");
        }
    }
    for (index, authorizer) in server.authorization_config.iter().enumerate() {
        let place = format!("{place}/authorizationConfig/{index}");
        let known = matches!(authorizer.kind.as_str(), "Node" | "RBAC" | "Webhook");
        check.require(known, format!("{place}/type"), "wanted Node, RBAC or Webhook");
        check.require(!authorizer.name.is_empty(), format!("{place}/name"), "a name is needed");
        let webhook = authorizer.kind == "Webhook";
        check.require(
            webhook != authorizer.webhook.is_empty(),
            format!("{place}/webhook"),
            "needed for Webhook, and only there",
        );
    }
}

fn network(cluster: &Cluster, check: &mut Check) {
    let Some(network) = &cluster.network else {
        return;
    };
    let place = "cluster/network";
    let domain = &network.dns_domain;
    check.require(domain.is_empty() || address::is_dns_name(domain), format!("{place}/dnsDomain"), "wanted a DNS name");
    for (field, subnets) in [("podSubnets", &network.pod_subnets), ("serviceSubnets", &network.service_subnets)] {
        for (index, subnet) in subnets.iter().enumerate() {
            let holds = subnet.split(',').all(|part| part.trim().parse::<IpNet>().is_ok());
            check.require(holds, format!("{place}/{field}/{index}"), "wanted a network, as 10.96.0.0/12");
        }
    }
    let Some(cni) = &network.cni else { return };
    let flannel = cni.flannel.clone().unwrap_or_default();
    let settings = !flannel.extra_args.is_empty() || flannel.kube_network_policies_enabled == Some(true);
    match cni.name.as_str() {
        "flannel" => check.require(cni.urls.is_empty(), format!("{place}/cni/urls"), "only for custom"),
        "none" | "custom" => {
            check.require(!settings, format!("{place}/cni/flannel"), "only for flannel");
            check.require(cni.name == "custom" || cni.urls.is_empty(), format!("{place}/cni/urls"), "only for custom");
            if cni.name == "custom" && cni.urls.is_empty() {
                check.warning(format!("{place}/cni/urls"), "without URLs nothing connects pods");
            }
            for (index, url) in cni.urls.iter().enumerate() {
                check.require(
                    address::is_http_url(url),
                    format!("{place}/cni/urls/{index}"),
                    "wanted an http or https URL",
                );
            }
        }
        _ => check.problem(format!("{place}/cni/name"), "wanted flannel, custom or none"),
    }
}

fn discovered(discovery: &Discovery, cluster: &Cluster, check: &mut Check) {
    let service = &discovery.registries.service;
    if discovery.enabled != Some(true) || service.disabled == Some(true) {
        return;
    }
    let place = "cluster/discovery/registries/service/endpoint";
    let url = &service.endpoint;
    check.require(url.is_empty() || address::is_http_url(url), place, "wanted an http or https URL");
    let path = url.split_once("://").and_then(|(_, rest)| rest.split_once('/')).map_or("", |(_, path)| path);
    check.require(path.is_empty(), place, "wanted a URL without a path");
    check.require(!cluster.id.is_empty(), "cluster/id", "discovery by the service needs it");
    check.require(!cluster.secret.is_empty(), "cluster/secret", "discovery by the service needs it");
}

fn manifests(cluster: &Cluster, check: &mut Check) {
    if let Some(cloud) = &cluster.external_cloud_provider {
        let place = "cluster/externalCloudProvider/manifests";
        check.require(
            cloud.enabled == Some(true) || cloud.manifests.is_empty(),
            place,
            "given, but enabled is not true",
        );
        for (index, url) in cloud.manifests.iter().enumerate() {
            check.require(address::is_http_url(url), format!("{place}/{index}"), "wanted an http or https URL");
        }
    }
    let mut names = BTreeSet::new();
    for (index, manifest) in cluster.inline_manifests.iter().enumerate() {
        let place = format!("cluster/inlineManifests/{index}/name");
        check.require(!manifest.name.trim().is_empty(), place.clone(), "a name is needed");
        check.require(names.insert(&manifest.name), place, "this name is used twice");
    }
}
