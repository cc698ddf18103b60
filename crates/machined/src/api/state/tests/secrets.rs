use minos_resources::k8s::Manifest;
use serde_json::json;

use super::*;

const ADMIN: &str = "os:admin";
const OTHERS: [&str; 4] = ["os:reader", "os:operator", "os:etcd:backup", ""];

fn manifest(token: &str) -> Manifest {
    let secret = json!({"kind": "Secret", "metadata": {"name": "bootstrap"}, "stringData": {"token-secret": token}});
    Manifest { items: vec![json!({"kind": "ConfigMap", "data": {"cluster": "open"}}), secret] }
}

fn manifests() -> Store {
    let store = Store::new();
    store.put("", "00", manifest("first")).unwrap();
    store.put("", "00", manifest("second")).unwrap();
    store
}

/// Everything that a caller reads of a resource, as text.
fn text(resource: &wire::Resource) -> String {
    let spec = resource.spec.as_ref().expect("a spec");
    format!("{}{}", spec.yaml_spec, String::from_utf8_lossy(&spec.proto_spec))
}

fn assert_sees(role: &str, read: &str) {
    let hidden = !read.contains("second") && !read.contains("first");
    assert_eq!(hidden, role != ADMIN, "{role}: {read}");
    assert!(read.contains("open") && read.contains("token-secret"), "{role}: {read}");
}

#[tokio::test]
async fn only_administrators_see_the_values_of_secrets_in_manifests() {
    let store = manifests();
    let service = service(&store);
    for role in OTHERS.into_iter().chain([ADMIN]) {
        let request = get(Manifest::TYPE, Manifest::NAMESPACE, "00");
        let reply = service.get(as_role(role, request)).await.unwrap().into_inner();
        assert_sees(role, &text(&reply.resource.unwrap()));

        let request = wire::ListRequest {
            namespace: Manifest::NAMESPACE.to_owned(),
            r#type: Manifest::TYPE.to_owned(),
            options: None,
        };
        let mut list = service.list(as_role(role, request)).await.unwrap().into_inner();
        assert_sees(role, &text(&list.next().await.unwrap().unwrap().resource.unwrap()));
    }
}

#[tokio::test]
async fn a_watch_hides_secrets_in_new_and_old_values() {
    let store = manifests();
    for role in OTHERS.into_iter().chain([ADMIN]) {
        let request = wire::WatchRequest {
            namespace: Manifest::NAMESPACE.to_owned(),
            r#type: Manifest::TYPE.to_owned(),
            options: Some(wire::WatchOptions { tail_events: 1, ..wire::WatchOptions::default() }),
            api_version: 1,
            ..wire::WatchRequest::default()
        };
        let mut stream = service(&store).watch(as_role(role, request)).await.unwrap().into_inner();
        stream.next().await.unwrap().unwrap();
        let event = stream.next().await.unwrap().unwrap().event.remove(0);
        assert_sees(role, &text(&event.resource.unwrap()));
        assert_sees(role, &text(&event.old.expect("the value before")));
    }
}

#[tokio::test]
async fn every_type_answers_callers_by_its_sensitivity() {
    let store = Store::new();
    let service = service(&store);
    let mut sensitive = 0;
    for definition in minos_resources::definitions() {
        sensitive += usize::from(definition.sensitive);
        for role in OTHERS.into_iter().chain([ADMIN]) {
            let wanted = if definition.sensitive && role != ADMIN { Code::PermissionDenied } else { Code::NotFound };
            let request = get(definition.type_name, definition.namespace, "none");
            let error = service.get(as_role(role, request)).await.unwrap_err();
            assert_eq!(error.code(), wanted, "get {} as {role}", definition.type_name);

            let request = wire::ListRequest {
                namespace: definition.namespace.to_owned(),
                r#type: definition.type_name.to_owned(),
                options: None,
            };
            let refused = service.list(as_role(role, request)).await.err().map(|error| error.code());
            assert_eq!(
                refused,
                (wanted == Code::PermissionDenied).then_some(wanted),
                "list {} as {role}",
                definition.type_name
            );
        }
    }
    // 35 of the contract and one of Minos, `ServiceSpec`.
    assert_eq!(sensitive, 36);
}
