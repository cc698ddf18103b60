//! Creates what is missing of the manifests' objects.

use serde_json::Value;
use thiserror::Error;

use super::inventory::{self, Inventory};
use crate::api::{ApiClient, ApiError};

/// Not everything could be created.
#[derive(Debug, Error)]
pub(crate) enum CreateError {
    /// The server cannot be used; nothing more was tried.
    #[error(transparent)]
    Api(#[from] ApiError),
    /// The server refused some objects; the others are there.
    #[error("some objects of the manifests cannot be created: {}", .0.join("; "))]
    Refused(Vec<String>),
}

/// Creates what neither exists nor was ever created; namespaces first, then definitions of types, then the rest in order.
pub(crate) async fn create(client: &ApiClient, objects: Vec<Value>) -> Result<(), CreateError> {
    let mut inventory = Inventory::read(client.get(inventory::PATH).await?.as_ref());
    let before = inventory.clone();
    let outcome = create_missing(client, sorted(objects), &mut inventory).await;
    if inventory != before {
        client.apply(inventory::PATH, &inventory.render()).await?;
    }
    outcome
}

async fn create_missing(client: &ApiClient, objects: Vec<Value>, inventory: &mut Inventory) -> Result<(), CreateError> {
    let mut refused = Vec::new();
    for mut object in objects {
        let title = title(&object);
        let Some(place) = client.path_of(&object).await? else {
            refused.push(format!("{title}: the cluster does not know this kind"));
            continue;
        };
        set_namespace(&mut object, place.namespace.as_deref());
        let namespace = place.namespace.as_deref();
        if inventory.contains(&object, namespace) {
            continue;
        }
        if client.get(&place.path).await?.is_some() {
            inventory.add(&object, namespace);
            continue;
        }
        if !inventory::claim(&mut object) {
            refused.push(format!("{title}: it belongs to somebody else"));
            continue;
        }
        match client.apply(&place.path, &object).await {
            Ok(_) => {
                tracing::info!("created {title}");
                inventory.add(&object, namespace);
            }
            Err(error) if error.is_about_the_object() => refused.push(format!("{title}: {error}")),
            Err(error) => return Err(error.into()),
        }
    }
    if refused.is_empty() { Ok(()) } else { Err(CreateError::Refused(refused)) }
}

fn sorted(mut objects: Vec<Value>) -> Vec<Value> {
    objects.sort_by_key(|object| match object["kind"].as_str() {
        Some("Namespace") => 0,
        Some("CustomResourceDefinition") => 1,
        _ => 2,
    });
    objects
}

fn set_namespace(object: &mut Value, namespace: Option<&str>) {
    match namespace {
        Some(namespace) => object["metadata"]["namespace"] = Value::from(namespace),
        None => {
            if let Some(metadata) = object["metadata"].as_object_mut() {
                metadata.remove("namespace");
            }
        }
    }
}

fn title(object: &Value) -> String {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    format!("{} {}", text(&object["kind"]), text(&object["metadata"]["name"]))
}

#[cfg(test)]
mod tests;
