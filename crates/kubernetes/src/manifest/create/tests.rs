use serde_json::json;

use super::*;
use crate::api::fake::FakeApiServer;

fn object(kind: &str, name: &str) -> Value {
    json!({"apiVersion": "v1", "kind": kind, "metadata": {"name": name}})
}

#[tokio::test]
async fn what_is_missing_is_created_once() {
    let server = FakeApiServer::start().await;
    let client = server.client();
    let objects = vec![object("ConfigMap", "a"), object("Namespace", "b")];
    create(&client, objects.clone()).await.unwrap();
    let writes = server.writes.lock().unwrap().clone();
    let config_map = "/api/v1/namespaces/default/configmaps/a";
    assert_eq!(
        writes,
        ["PATCH /api/v1/namespaces/b".to_owned(), format!("PATCH {config_map}"), format!("PATCH {}", inventory::PATH)]
    );

    server.objects.lock().unwrap().remove(config_map);
    create(&client, objects).await.unwrap();
    assert_eq!(server.writes.lock().unwrap().len(), 3, "what a person removed stays removed");
}

#[tokio::test]
async fn a_refused_object_does_not_keep_the_others_away() {
    let server = FakeApiServer::start().await;
    let objects = vec![object("ConfigMap", "refused"), object("Gadget", "x"), object("ConfigMap", "a")];
    let error = create(&server.client(), objects).await.unwrap_err().to_string();
    assert!(error.contains("ConfigMap refused") && error.contains("it is not valid"), "{error}");
    assert!(error.contains("Gadget x: the cluster does not know this kind"), "{error}");
    assert!(server.objects.lock().unwrap().contains_key("/api/v1/namespaces/default/configmaps/a"));
}

#[tokio::test]
async fn a_server_that_is_not_there_is_said() {
    let server = FakeApiServer { port: 1, ..FakeApiServer::default() };
    let error = create(&server.client(), vec![object("ConfigMap", "a")]).await.unwrap_err();
    assert!(matches!(error, CreateError::Api(ApiError::Connect { .. })), "{error}");
}
