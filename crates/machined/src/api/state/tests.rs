mod secrets;

use futures_util::StreamExt as _;
use minos_api::cosi::resource as wire;
use minos_api::cosi::resource::state_server::State as _;
use minos_config::Config;
use minos_resources::cluster::{DiscoveryConfig, Member};
use minos_resources::config::MachineConfig;
use minos_runtime::{Labels, Spec as _, Store, Target};
use prost::Message as _;
use tonic::{Code, Request, Status};

use super::{Access, StateService};
use crate::api::caller;

fn member(hostname: &str) -> Member {
    Member { hostname: hostname.to_owned(), ..Member::default() }
}

fn store(ids: &[&str]) -> Store {
    let store = Store::new();
    for id in ids {
        store.put("", id, member(id)).unwrap();
    }
    store
}

fn service(store: &Store) -> StateService {
    StateService::new(store.clone(), Access::ByRole)
}

fn as_role<T>(role: &str, message: T) -> Request<T> {
    let mut request = Request::new(message);
    request.metadata_mut().insert(caller::ROLES, role.parse().unwrap());
    request
}

fn get(type_name: &str, namespace: &str, id: &str) -> wire::GetRequest {
    let (namespace, id) = (namespace.to_owned(), id.to_owned());
    wire::GetRequest { namespace, r#type: type_name.to_owned(), id, ..wire::GetRequest::default() }
}

fn members(options: wire::WatchOptions) -> wire::WatchRequest {
    wire::WatchRequest {
        namespace: Member::NAMESPACE.to_owned(),
        r#type: Member::TYPE.to_owned(),
        options: Some(options),
        api_version: 1,
        ..wire::WatchRequest::default()
    }
}

/// The messages that a watch delivers without waiting for a change, after the empty one; events as `KIND id`.
async fn messages(store: &Store, request: wire::WatchRequest) -> Result<Vec<Vec<wire::Event>>, Status> {
    let mut stream = service(store).watch(as_role("os:reader", request)).await?.into_inner();
    let first = stream.next().await.unwrap()?;
    assert!(first.event.is_empty(), "a watch begins with an empty message");
    let mut all = Vec::new();
    while let Some(message) = futures_util::FutureExt::now_or_never(stream.next()).flatten() {
        all.push(message?.event);
    }
    Ok(all)
}

fn short(event: &wire::Event) -> String {
    let id = event.resource.as_ref().and_then(|resource| resource.metadata.as_ref()).map(|metadata| &*metadata.id);
    format!("{} {}", event.event_type().as_str_name(), id.unwrap_or("-")).trim_end().to_owned()
}

fn shorts(messages: &[Vec<wire::Event>]) -> Vec<Vec<String>> {
    messages.iter().map(|events| events.iter().map(short).collect()).collect()
}

fn bookmark(event: &wire::Event) -> prost::bytes::Bytes {
    event.bookmark.clone().expect("the event carries a bookmark")
}

#[tokio::test]
async fn a_resource_comes_with_its_message_and_its_yaml() {
    let store = store(&["one"]);
    let reply = service(&store).get(as_role("os:reader", get(Member::TYPE, "cluster", "one"))).await.unwrap();
    let spec = reply.into_inner().resource.unwrap().spec.unwrap();
    assert!(spec.yaml_spec.contains("hostname: one"), "{}", spec.yaml_spec);
    // Field 3, three bytes: what protobuf makes of the name alone.
    assert_eq!(spec.proto_spec.as_ref(), b"\x1a\x03one");
}

#[tokio::test]
async fn the_yaml_of_a_configuration_is_marked_as_one_text() {
    let (config, _) = Config::parse(b"apiVersion: v1alpha1\nkind: HostnameConfig\nhostname: one\n").expect("valid");
    let store = store(&[]);
    store.put("", MachineConfig::ID, MachineConfig(config)).expect("stored");
    let request = as_role("os:admin", get(MachineConfig::TYPE, MachineConfig::NAMESPACE, MachineConfig::ID));
    let resource = service(&store).get(request).await.expect("found").into_inner().resource.expect("a resource");
    let annotations = resource.metadata.expect("metadata").annotations;
    assert_eq!(annotations.get("talos.dev/yaml-spec").map(String::as_str), Some("1"));
    assert!(resource.spec.expect("a spec").yaml_spec.starts_with('|'), "the YAML is a text");
}

#[tokio::test]
async fn errors_have_the_codes_and_words_of_the_contract() {
    let store = store(&[]);
    let service = service(&store);
    for (role, request, code, text) in [
        (
            "os:reader",
            get(Member::TYPE, "cluster", "none"),
            Code::NotFound,
            "resource Members.cluster.talos.dev(cluster/none@undefined) doesn't exist",
        ),
        (
            "os:reader",
            get("Nothings.talos.dev", "cluster", "a"),
            Code::PermissionDenied,
            "resource type \"Nothings.talos.dev\" is not supported",
        ),
        (
            "os:reader",
            get(Member::TYPE, "nowhere", "a"),
            Code::PermissionDenied,
            "namespace \"nowhere\" is not supported",
        ),
        ("os:reader", get(DiscoveryConfig::TYPE, "config", "cluster"), Code::PermissionDenied, "not authorized"),
        // Who may not read a type is not told which namespaces exist.
        ("os:reader", get(DiscoveryConfig::TYPE, "nowhere", "cluster"), Code::PermissionDenied, "not authorized"),
        ("os:admin", get(DiscoveryConfig::TYPE, "config", "cluster"), Code::NotFound, "doesn't exist"),
    ] {
        let error = service.get(as_role(role, request)).await.unwrap_err();
        assert_eq!(error.code(), code, "{}", error.message());
        assert!(error.message().contains(text), "{}", error.message());
    }
    let error = service.destroy(as_role("os:admin", wire::DestroyRequest::default())).await.unwrap_err();
    assert_eq!(error.code(), Code::PermissionDenied);
    assert!(error.message().starts_with("write access is not allowed"), "{}", error.message());
}

#[tokio::test]
async fn lists_take_ids_and_labels() {
    let store = store(&["a1", "a2", "b1"]);
    let labels = Labels::from([("size".to_owned(), "12".to_owned())]);
    let target = Target { owner: "", namespace: Member::NAMESPACE, id: "c1" };
    store.put_at(target, &labels, member("c1")).unwrap();
    let list = async |options: wire::ListOptions| {
        let request = wire::ListRequest {
            namespace: Member::NAMESPACE.to_owned(),
            r#type: Member::TYPE.to_owned(),
            options: Some(options),
        };
        let stream = service(&store).list(as_role("os:reader", request)).await?.into_inner();
        let replies: Vec<_> = stream.map(|reply| reply.unwrap().resource.unwrap().metadata.unwrap().id).collect().await;
        Ok::<_, Status>(replies)
    };
    let ids = |regexp: &str| wire::ListOptions {
        id_query: Some(wire::IdQuery { regexp: regexp.to_owned() }),
        ..wire::ListOptions::default()
    };
    assert_eq!(list(ids("^a")).await.unwrap(), ["a1", "a2"]);
    let error = list(ids("(")).await.unwrap_err();
    assert_eq!(error.code(), Code::InvalidArgument);
    assert!(error.message().starts_with("failed to compile regexp: "), "{}", error.message());
    for (regexp, reason) in [("a".repeat(257), "at most 256 are allowed"), (r"\w{9999}".to_owned(), "")] {
        let error = list(ids(&regexp)).await.unwrap_err();
        assert_eq!(error.code(), Code::InvalidArgument, "it would take memory without bound: {regexp}");
        assert!(error.message().contains(reason), "{}", error.message());
    }
    let term = |op: i32, value: &str, invert: bool| wire::ListOptions {
        label_query: vec![wire::LabelQuery {
            terms: vec![wire::LabelTerm { key: "size".to_owned(), op, value: vec![value.to_owned()], invert }],
        }],
        ..wire::ListOptions::default()
    };
    use wire::label_term::Operation;
    #[allow(deprecated, reason = "older clients still send it")]
    let not_exists = Operation::NotExists as i32;
    assert_eq!(list(term(Operation::LtNumeric as i32, "13", false)).await.unwrap(), ["c1"]);
    assert!(list(term(Operation::LtNumeric as i32, "many", false)).await.unwrap().is_empty());
    assert_eq!(list(term(not_exists, "", false)).await.unwrap(), ["a1", "a2", "b1"]);
    assert_eq!(list(term(not_exists, "", true)).await.unwrap(), ["a1", "a2", "b1"]);
    let error = list(term(99, "1", false)).await.unwrap_err();
    assert_eq!((error.code(), error.message()), (Code::Unimplemented, "unsupported label query operator: 99"));
}

#[tokio::test]
async fn a_watch_bootstraps_names_its_type_and_resumes_from_its_bookmark() {
    let store = store(&["a", "b"]);
    let contents =
        wire::WatchOptions { bootstrap_contents: true, bootstrap_bookmark: true, ..wire::WatchOptions::default() };
    let all = messages(&store, members(contents.clone())).await.unwrap();
    assert_eq!(shorts(&all), [["CREATED a"], ["CREATED b"], ["BOOTSTRAPPED"], ["NOOP"]]);
    assert!(all[0][0].bookmark.is_none(), "what was there before the watch has no place in the log");
    let metadata = all[2][0].resource.clone().unwrap().metadata.unwrap();
    assert_eq!((metadata.r#type.as_str(), metadata.version.as_str()), (Member::TYPE, "undefined"));
    let aggregated = wire::WatchOptions { aggregated: true, ..contents.clone() };
    let all = messages(&store, members(aggregated)).await.unwrap();
    assert_eq!(shorts(&all), [vec!["CREATED a", "CREATED b", "BOOTSTRAPPED"], vec!["NOOP"]]);
    let resume =
        wire::WatchOptions { start_from_bookmark: Some(bookmark(&all[0][2])), ..wire::WatchOptions::default() };
    assert!(messages(&store, members(resume.clone())).await.unwrap().is_empty());
    store.put("", "b", member("other")).unwrap();
    let all = messages(&store, members(resume)).await.unwrap();
    assert_eq!(shorts(&all), [["UPDATED b"]]);
    assert!(all[0][0].old.is_some());
    // Clients of the first version know no marker but the bookmark's.
    let all = messages(&store, wire::WatchRequest { api_version: 0, ..members(contents) }).await.unwrap();
    assert_eq!(shorts(&all), [["CREATED a"], ["CREATED b"], ["NOOP"]]);
}

#[tokio::test]
async fn a_watch_that_starts_now_still_gets_its_bookmark() {
    let store = store(&["a"]);
    let options = wire::WatchOptions { bootstrap_bookmark: true, ..wire::WatchOptions::default() };
    let all = messages(&store, members(options)).await.unwrap();
    assert_eq!(shorts(&all), [["NOOP"]]);
    store.put("", "b", member("b")).unwrap();
    let resume =
        wire::WatchOptions { start_from_bookmark: Some(bookmark(&all[0][0])), ..wire::WatchOptions::default() };
    assert_eq!(shorts(&messages(&store, members(resume)).await.unwrap()), [["CREATED b"]]);
}

#[tokio::test]
async fn a_tail_of_one_resource_counts_its_own_changes() {
    let store = store(&["a", "b", "c"]);
    let tail = wire::WatchOptions { tail_events: 1, ..wire::WatchOptions::default() };
    assert_eq!(shorts(&messages(&store, members(tail.clone())).await.unwrap()), [["CREATED c"]]);
    let of_a = wire::WatchRequest { id: Some("a".to_owned()), ..members(tail) };
    assert_eq!(shorts(&messages(&store, of_a).await.unwrap()), [["CREATED a"]]);
    let absent = wire::WatchRequest { id: Some("z".to_owned()), ..members(wire::WatchOptions::default()) };
    assert_eq!(shorts(&messages(&store, absent).await.unwrap()), [["DESTROYED z"]]);
}

#[tokio::test]
async fn watches_that_make_no_sense_are_refused_in_the_contracts_words() {
    let store = store(&["a"]);
    let none = wire::WatchOptions::default;
    let contents = wire::WatchOptions { bootstrap_contents: true, ..none() };
    let labels = wire::WatchOptions { label_query: vec![wire::LabelQuery::default()], ..none() };
    let foreign = wire::WatchOptions { start_from_bookmark: Some(vec![0; 16].into()), ..none() };
    let old_form = wire::WatchOptions { start_from_bookmark: Some(vec![0; 8].into()), ..none() };
    let both = wire::WatchOptions { tail_events: 1, ..foreign.clone() };
    let three = wire::WatchOptions { bootstrap_contents: true, tail_events: 1, ..none() };
    let one = |options| wire::WatchRequest { id: Some("a".to_owned()), ..members(options) };
    for (request, code, text) in [
        (one(contents), Code::Unimplemented, "bootstrap contents is not implemented for resource watch"),
        (one(labels), Code::Unimplemented, "label query is not implemented for resource watch"),
        (members(foreign), Code::FailedPrecondition, "invalid watch bookmark"),
        (members(old_form), Code::FailedPrecondition, "invalid watch bookmark"),
        (members(both), Code::Unknown, "cannot use both TailEvents and StartFromBookmark options"),
        (members(three), Code::Unknown, "cannot use BootstrapContents with TailEvents and StartFromBookmark options"),
    ] {
        let error = messages(&store, request).await.unwrap_err();
        assert_eq!((error.code(), error.message()), (code, text));
    }
}

#[tokio::test]
async fn definitions_are_sent_as_the_message_of_the_contract() {
    let store = Store::new();
    crate::definitions::publish(&store).unwrap();
    let request = get("ResourceDefinitions.meta.cosi.dev", "meta", "discoveryconfigs.cluster.talos.dev");
    let reply = service(&store).get(as_role("os:reader", request)).await.unwrap();
    let bytes = reply.into_inner().resource.unwrap().spec.unwrap().proto_spec;
    let definition = minos_api::cosi::resource::meta::ResourceDefinitionSpec::decode(bytes).unwrap();
    assert_eq!(definition.resource_type, DiscoveryConfig::TYPE);
    assert_eq!(definition.display_type, "DiscoveryConfig");
    assert_eq!(definition.default_namespace, "config");
    assert!(definition.all_aliases.contains(&"discoveryconfigs.cluster".to_owned()), "{definition:?}");
    assert_eq!(definition.sensitivity().as_str_name(), "SENSITIVE");
}
