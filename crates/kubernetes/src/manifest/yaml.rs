//! Objects in the manifests that users give.

use serde_json::Value;
use thiserror::Error;

/// A manifest cannot be used.
#[derive(Debug, Error)]
pub(crate) enum ManifestError {
    /// It is not YAML.
    #[error("the manifest is not YAML: {0}")]
    Yaml(String),
    /// A document of it is not an object of Kubernetes.
    #[error("document {0} of the manifest has no {1}")]
    Incomplete(usize, &'static str),
}

/// The objects, lists taken apart, empty documents left out.
pub(crate) fn objects(text: &str) -> Result<Vec<Value>, ManifestError> {
    let documents: Vec<Value> =
        serde_saphyr::from_multiple(text).map_err(|error| ManifestError::Yaml(error.without_snippet().to_string()))?;
    let mut objects = Vec::new();
    for (index, document) in documents.into_iter().enumerate() {
        if document.is_null() || document.as_object().is_some_and(serde_json::Map::is_empty) {
            continue;
        }
        for object in unlist(document) {
            for (pointer, what) in
                [("/apiVersion", "apiVersion"), ("/kind", "kind"), ("/metadata/name", "metadata.name")]
            {
                if object.pointer(pointer).and_then(Value::as_str).is_none() {
                    return Err(ManifestError::Incomplete(index + 1, what));
                }
            }
            objects.push(object);
        }
    }
    Ok(objects)
}

fn unlist(mut document: Value) -> Vec<Value> {
    let is_list = document["kind"].as_str().is_some_and(|kind| kind.ends_with("List"));
    match document.get_mut("items") {
        Some(Value::Array(items)) if is_list => std::mem::take(items),
        _ => vec![document],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_and_lists() {
        let text = "---\n# nothing\n---\napiVersion: v1\nkind: Namespace\nmetadata:\n  name: a\n---\napiVersion: v1\nkind: List\nitems:\n- \
                    {apiVersion: v1, kind: Pod, metadata: {name: b}}\n";
        let names: Vec<_> = objects(text).unwrap().iter().map(|one| one["metadata"]["name"].clone()).collect();
        assert_eq!(names, ["a", "b"]);
    }

    #[test]
    fn incomplete_objects_are_named() {
        let error = objects("kind: Pod\nmetadata: {name: a}\n").unwrap_err();
        assert_eq!(error.to_string(), "document 1 of the manifest has no apiVersion");
    }
}
