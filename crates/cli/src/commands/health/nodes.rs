//! What the nodes say about themselves.

use std::collections::BTreeSet;
use std::net::IpAddr;

use anyhow::{Context as _, Result};
use minos_api::machine::{EtcdMember, EtcdMemberListRequest, ServiceInfo};
use serde_json::Value;
use tonic::Code;

use super::Verdict;
use super::cluster::{Cluster, Node};
use crate::commands::get;
use crate::output::text;

/// A service runs and is healthy.
pub(super) async fn service(cluster: &Cluster<'_>, id: &str, control_plane_only: bool) -> Result<Verdict> {
    for node in cluster.nodes.iter().filter(|node| node.control_plane || !control_plane_only) {
        let request = node.target.request(());
        let reply =
            cluster.session.connection.machine().service_list(request).await.with_context(|| node.name.clone())?;
        let mut services = reply.into_inner().messages.into_iter().flat_map(|message| message.services);
        let reason = match services.find(|service| service.id == id) {
            None => Some(format!("service {id:?} is not registered")),
            Some(service) => unhealthy(&service),
        };
        if let Some(reason) = reason {
            return Ok(Verdict::NotYet(format!("{}: {reason}", node.name)));
        }
    }
    Ok(Verdict::Well)
}

fn unhealthy(service: &ServiceInfo) -> Option<String> {
    let id = &service.id;
    if service.state != "Running" {
        let last = service.events.as_ref().and_then(|events| events.events.last());
        let why = last.map(|event| format!(" ({})", event.msg)).unwrap_or_default();
        return Some(format!("service {id:?} is {}{why}", service.state));
    }
    let health = service.health.as_ref()?;
    if health.unknown {
        return Some(format!("service {id:?} has not answered a health check yet{}", last_failure(service)));
    }
    if health.healthy {
        return None;
    }
    Some(format!("service {id:?} is not healthy: {}", health.last_message))
}

/// How the run before this one ended, if it did.
fn last_failure(service: &ServiceInfo) -> String {
    let events = service.events.iter().flat_map(|events| &events.events);
    let failure = events.rev().find(|event| event.msg.starts_with("Error running"));
    failure.map(|event| format!(" ({})", event.msg)).unwrap_or_default()
}

async fn etcd(cluster: &Cluster<'_>, node: &Node) -> Result<Vec<EtcdMember>> {
    let request = node.target.request(EtcdMemberListRequest { query_local: true });
    let reply =
        cluster.session.connection.machine().etcd_member_list(request).await.with_context(|| node.name.clone())?;
    Ok(reply.into_inner().messages.into_iter().flat_map(|message| message.members).collect())
}

/// Every member knows the same members.
pub(super) async fn etcd_consistent(cluster: &Cluster<'_>) -> Result<Verdict> {
    let mut first: Option<(String, BTreeSet<u64>)> = None;
    for node in cluster.control_plane() {
        let members: BTreeSet<u64> = etcd(cluster, node).await?.iter().map(|member| member.id).collect();
        match &first {
            None => first = Some((node.name.clone(), members)),
            Some((other, expected)) if *expected != members => {
                return Ok(Verdict::NotYet(format!("{} and {other} do not know the same members", node.name)));
            }
            Some(_) => {}
        }
    }
    Ok(Verdict::Well)
}

/// Each control plane node is a member, and each member is a control plane node.
pub(super) async fn etcd_members(cluster: &Cluster<'_>) -> Result<Verdict> {
    let Some(node) = cluster.control_plane().next() else {
        return Ok(Verdict::Skipped);
    };
    let members = etcd(cluster, node).await?;
    let known: Vec<&Node> = cluster.control_plane().filter(|node| !node.addresses.is_empty()).collect();
    for member in &members {
        let addresses = addresses(&member.peer_urls);
        let is_ours =
            |node: &&Node| node.name == member.hostname || node.addresses.iter().any(|own| addresses.contains(own));
        if !known.is_empty() && !known.iter().any(is_ours) && cluster.control_plane().count() > 1 {
            return Ok(Verdict::NotYet(format!("etcd member {} is not a control plane node", member.hostname)));
        }
    }
    let expected = cluster.control_plane().count();
    if members.len() != expected {
        return Ok(Verdict::NotYet(format!("etcd has {} members, the control plane {expected} nodes", members.len())));
    }
    Ok(Verdict::Well)
}

fn addresses(urls: &[String]) -> Vec<IpAddr> {
    let host = |url: &String| {
        let rest = url.split_once("://").map_or(url.as_str(), |(_, rest)| rest);
        let host = rest.rsplit_once(':').map_or(rest, |(host, _)| host);
        host.trim_matches(['[', ']']).parse().ok()
    };
    urls.iter().filter_map(host).collect()
}

/// No node warns about itself.
pub(super) async fn diagnostics(cluster: &Cluster<'_>) -> Result<Verdict> {
    let reported = reported(cluster).await?;
    Ok(if reported.is_empty() { Verdict::Well } else { Verdict::NotYet(reported) })
}

/// What the nodes warn about, for a person; empty when they do not.
pub(super) async fn reported(cluster: &Cluster<'_>) -> Result<String> {
    let nodes = specs(cluster, "Diagnostics.runtime.talos.dev").await?;
    let reports = nodes.iter().filter_map(|(node, specs)| Some(format!("{node}: {}", messages(specs)?)));
    Ok(reports.collect::<Vec<_>>().join("; "))
}

/// What is worth knowing of nodes that are well: selectors of their configurations that match nothing.
pub(super) async fn notes(cluster: &Cluster<'_>) -> Result<Vec<String>> {
    let nodes = specs(cluster, "SelectorStatuses.runtime.minos.dev").await?;
    let notes = nodes.iter().flat_map(|(node, specs)| specs.iter().map(move |spec| (node, text(&spec["message"]))));
    Ok(notes.filter(|(_, message)| !message.is_empty()).map(|(node, message)| format!("{node}: {message}")).collect())
}

/// The resources of a type on each node.
async fn specs(cluster: &Cluster<'_>, kind: &str) -> Result<Vec<(String, Vec<Value>)>> {
    let mut nodes = Vec::new();
    for node in &cluster.nodes {
        let found = match cluster.session.state(&node.target).list("runtime", kind).await {
            Ok(found) => found,
            // An older node has no such kind.
            Err(status) if matches!(status.code(), Code::NotFound | Code::PermissionDenied | Code::Unimplemented) => {
                continue;
            }
            Err(status) => return Err(status).with_context(|| node.name.clone()),
        };
        nodes.push((node.name.clone(), found.iter().map(get::spec).collect::<Result<Vec<_>>>()?));
    }
    Ok(nodes)
}

/// What all diagnostics of a node say, if there are any.
fn messages(diagnostics: &[Value]) -> Option<String> {
    let messages: Vec<_> = diagnostics.iter().map(|one| text(&one["message"])).collect();
    (!messages.is_empty()).then(|| messages.join("; "))
}

/// Every control plane node has applied its manifests. What it cannot parse, and what the cluster refuses, is a diagnostic.
pub(super) async fn manifests(cluster: &Cluster<'_>) -> Result<Verdict> {
    match diagnostics(cluster).await? {
        Verdict::Well => {}
        wrong => return Ok(wrong),
    }
    for node in cluster.control_plane() {
        let mut state = cluster.session.state(&node.target);
        let mut list = async |kind: &str| match state.list("controlplane", kind).await {
            // A reader may not see what manifests hold; an older node has no such kind.
            Err(status) if matches!(status.code(), Code::NotFound | Code::PermissionDenied | Code::Unimplemented) => {
                Ok(Vec::new())
            }
            other => other.with_context(|| node.name.clone()),
        };
        let manifests = list("Manifests.kubernetes.talos.dev").await?;
        let manifests = manifests.iter().filter_map(|one| Some(one.metadata.as_ref()?.id.clone())).collect();
        let statuses = list("ManifestStatuses.kubernetes.talos.dev").await?;
        let statuses = statuses.iter().map(get::spec).collect::<Result<Vec<_>>>()?;
        let waiting = not_applied(manifests, &statuses);
        if !waiting.is_empty() {
            return Ok(Verdict::NotYet(format!("{}: not applied: {}", node.name, waiting.join(", "))));
        }
    }
    Ok(Verdict::Well)
}

/// Which of these manifests a node does not report as applied.
fn not_applied(manifests: Vec<String>, statuses: &[Value]) -> Vec<String> {
    let lists = statuses.iter().filter_map(|status| status["manifestsApplied"].as_array());
    let applied: BTreeSet<String> = lists.flatten().map(text).collect();
    manifests.into_iter().filter(|manifest| !applied.contains(manifest)).collect()
}

/// Every node has finished booting.
pub(super) async fn booted(cluster: &Cluster<'_>) -> Result<Verdict> {
    for node in &cluster.nodes {
        let status =
            cluster.session.state(&node.target).get("runtime", "MachineStatuses.runtime.talos.dev", "machine").await;
        let spec = get::spec(&status.with_context(|| node.name.clone())?)?;
        let stage = text(&spec["stage"]);
        if stage != "running" {
            return Ok(Verdict::NotYet(format!("{} is {stage}", node.name)));
        }
        let unmet = spec["status"]["unmetConditions"].as_array().into_iter().flatten();
        let unmet: Vec<_> =
            unmet.map(|condition| format!("{}: {}", text(&condition["name"]), text(&condition["reason"]))).collect();
        if spec["status"]["ready"] != true {
            return Ok(Verdict::NotYet(format!("{} is not ready: {}", node.name, unmet.join(", "))));
        }
    }
    Ok(Verdict::Well)
}

#[cfg(test)]
mod tests {
    use minos_api::machine::{ServiceEvent, ServiceEvents, ServiceHealth};

    use super::*;

    #[test]
    fn a_service_says_why() {
        let mut service = ServiceInfo { id: "etcd".into(), state: "Waiting".into(), ..Default::default() };
        let event = ServiceEvent { msg: "Waiting for volumes".into(), ..Default::default() };
        service.events = Some(ServiceEvents { events: vec![event] });
        assert_eq!(unhealthy(&service).unwrap(), "service \"etcd\" is Waiting (Waiting for volumes)");
        service.state = "Running".into();
        assert_eq!(unhealthy(&service), None);
        service.health = Some(ServiceHealth { last_message: "no leader".into(), ..Default::default() });
        assert_eq!(unhealthy(&service).unwrap(), "service \"etcd\" is not healthy: no leader");
    }

    /// As between two runs of one that keeps ending: what the last run ended with is the news.
    #[test]
    fn a_service_that_has_not_answered_yet_is_waited_for() {
        let health = ServiceHealth { unknown: true, ..Default::default() };
        let mut service =
            ServiceInfo { id: "kubelet".into(), state: "Running".into(), health: Some(health), ..Default::default() };
        assert_eq!(unhealthy(&service).unwrap(), "service \"kubelet\" has not answered a health check yet");
        let ended = "Error running Containerd(kubelet), going to restart forever: task \"kubelet\" failed: exit code 1";
        let events = [ended, "Starting service"].map(|msg| ServiceEvent { msg: msg.into(), ..Default::default() });
        service.events = Some(ServiceEvents { events: events.into() });
        assert!(unhealthy(&service).unwrap().ends_with(&format!("yet ({ended})")), "{:?}", unhealthy(&service));
    }

    #[test]
    fn every_diagnostic_is_named() {
        let diagnostic = |message: &str| serde_json::json!({"message": message, "details": []});
        assert_eq!(messages(&[diagnostic("a"), diagnostic("b")]).as_deref(), Some("a; b"));
        assert_eq!(messages(&[]), None);
    }

    #[test]
    fn manifests_that_a_node_has_not_applied_are_named() {
        let manifests = || vec!["00-kubelet".to_owned(), "99-mine".to_owned()];
        let status = |applied: &[&str]| serde_json::json!({"manifestsApplied": applied});
        assert_eq!(not_applied(manifests(), &[status(&["00-kubelet"])]), ["99-mine"]);
        assert_eq!(not_applied(manifests(), &[]), manifests(), "the node has not reported yet");
        assert!(not_applied(manifests(), &[status(&["00-kubelet", "99-mine", "98-gone"])]).is_empty());
    }

    #[test]
    fn peer_addresses() {
        let urls = ["https://10.5.0.2:2380".to_owned(), "https://[fd00::2]:2380".to_owned()];
        assert_eq!(addresses(&urls), ["10.5.0.2".parse::<IpAddr>().unwrap(), "fd00::2".parse().unwrap()]);
    }
}
