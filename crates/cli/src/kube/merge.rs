//! Putting one kubeconfig into another.

use std::io;

use anyhow::{Context as _, Result};
use serde_json::{Map, Value, json};

/// What to do with a name that is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Conflict {
    Rename,
    Overwrite,
}

/// The new file, and what had to be called otherwise.
pub struct Merged {
    pub text: String,
    pub renames: Vec<String>,
}

/// Puts clusters, users and contexts of `added` into `existing` and makes the added context the current one.
pub fn merge(
    existing: &str,
    added: &str,
    context_name: Option<&str>,
    mut decide: impl FnMut(&str, &str) -> io::Result<Conflict>,
) -> Result<Merged> {
    let mut target = read(existing).context("the existing file is not a kubeconfig")?;
    let source = read(added).context("the new kubeconfig cannot be read")?;
    let mut renames = Vec::new();
    let mut place =
        |target: &mut Map<String, Value>, list: &str, what: &str, mut entry: Value, wanted: &str| -> Result<String> {
            let entries = target.entry(list).or_insert_with(|| json!([]));
            if !entries.is_array() {
                *entries = json!([]);
            }
            let entries = entries.as_array_mut().context("a list was just made")?;
            let mut name = wanted.to_owned();
            entry["name"] = json!(name);
            if let Some(taken) = entries.iter_mut().find(|other| other["name"] == name.as_str()) {
                if *taken == entry {
                    return Ok(name);
                }
                if decide(what, wanted)? == Conflict::Overwrite {
                    *taken = entry;
                    return Ok(name);
                }
                let mut number = 0;
                while entries.iter().any(|other| other["name"] == name.as_str()) {
                    number += 1;
                    name = format!("{wanted}-{number}");
                }
                renames.push(format!("renamed {what} {wanted:?} -> {name:?}"));
                entry["name"] = json!(name);
            }
            entries.push(entry);
            Ok(name)
        };
    let current = source.get("current-context").and_then(Value::as_str).unwrap_or_default().to_owned();
    for context in list(&source, "contexts") {
        let name = context["name"].as_str().unwrap_or_default().to_owned();
        let mut context = context.clone();
        for (list_key, what, reference) in [("clusters", "cluster", "cluster"), ("users", "auth info", "user")] {
            let wanted = context["context"][reference].as_str().unwrap_or_default().to_owned();
            if let Some(entry) = list(&source, list_key).find(|entry| entry["name"] == wanted.as_str()) {
                let placed = place(&mut target, list_key, what, entry.clone(), &wanted)?;
                context["context"][reference] = json!(placed);
            }
        }
        let wanted = if name == current { context_name.unwrap_or(&name) } else { &name };
        let placed = place(&mut target, "contexts", "context", context, wanted)?;
        if name == current {
            target.insert("current-context".into(), json!(placed));
        }
    }
    let options = serde_saphyr::ser_options! { indent_step: 2, compact_list_indent: true };
    let text = serde_saphyr::to_string_with_options(&Value::Object(target), options)?;
    Ok(Merged { text, renames })
}

fn read(text: &str) -> Result<Map<String, Value>> {
    let empty = || json!({"apiVersion": "v1", "kind": "Config"});
    let options = serde_saphyr::options! { with_snippet: false };
    let value: Value =
        if text.trim().is_empty() { empty() } else { serde_saphyr::from_str_with_options(text, options)? };
    match value {
        Value::Object(map) => Ok(map),
        Value::Null => Ok(empty().as_object().cloned().unwrap_or_default()),
        _ => anyhow::bail!("it is not a map"),
    }
}

fn list<'a>(config: &'a Map<String, Value>, key: &str) -> impl Iterator<Item = &'a Value> {
    config.get(key).and_then(Value::as_array).into_iter().flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(server: &str) -> String {
        format!(
            "apiVersion: v1\nkind: Config\ncurrent-context: admin@home\n\
             clusters:\n- name: home\n  cluster: {{server: {server}}}\n\
             users:\n- name: admin@home\n  user: {{token: t}}\n\
             contexts:\n- name: admin@home\n  context: {{cluster: home, user: admin@home, namespace: default}}\n"
        )
    }

    fn names(text: &str, key: &str) -> Vec<String> {
        list(&read(text).unwrap(), key).map(|entry| entry["name"].as_str().unwrap().to_owned()).collect()
    }

    #[test]
    fn into_nothing_it_is_taken_as_it_is() {
        let merged = merge("", &config("https://a"), Some("mine"), |_, _| unreachable!()).unwrap();
        assert_eq!(names(&merged.text, "contexts"), ["mine"]);
        assert_eq!(read(&merged.text).unwrap()["current-context"], "mine");
    }

    #[test]
    fn the_same_again_changes_nothing() {
        let once = merge("", &config("https://a"), None, |_, _| unreachable!()).unwrap().text;
        let twice = merge(&once, &config("https://a"), None, |_, _| unreachable!()).unwrap();
        assert_eq!((twice.text, twice.renames.len()), (once, 0));
    }

    #[test]
    fn taken_names_are_renamed_with_their_references() {
        let once = merge("", &config("https://a"), None, |_, _| unreachable!()).unwrap().text;
        let merged = merge(&once, &config("https://b"), None, |_, _| Ok(Conflict::Rename)).unwrap();
        assert_eq!(names(&merged.text, "clusters"), ["home", "home-1"]);
        assert_eq!(names(&merged.text, "contexts"), ["admin@home", "admin@home-1"]);
        let value = Value::Object(read(&merged.text).unwrap());
        assert_eq!(value["contexts"][1]["context"]["cluster"], "home-1");
        assert_eq!(value["current-context"], "admin@home-1");
        assert_eq!(merged.renames.len(), 2);
    }

    #[test]
    fn or_overwritten() {
        let once = merge("", &config("https://a"), None, |_, _| unreachable!()).unwrap().text;
        let merged = merge(&once, &config("https://b"), None, |_, _| Ok(Conflict::Overwrite)).unwrap();
        let value = Value::Object(read(&merged.text).unwrap());
        assert_eq!(value["clusters"][0]["cluster"]["server"], "https://b");
        assert_eq!(value["clusters"].as_array().unwrap().len(), 1);
    }
}
