//! Bringing labels, annotations, taints and the cordon onto a Node without touching what others put there.
//!
//! Three annotations name the keys that are ours. A key that somebody else set to another value stays theirs.

use std::collections::{BTreeMap, BTreeSet};

use minos_resources::k8s::NodeTaintSpec;
use serde_json::{Value, json};

const OWNED_LABELS: &str = "talos.dev/owned-labels";
const OWNED_ANNOTATIONS: &str = "talos.dev/owned-annotations";
const OWNED_TAINTS: &str = "talos.dev/owned-taints";
/// Marks a cordon as ours.
const CORDONED: &str = "talos.dev/cordoned";

/// What the node wants of its Node object.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct NodeWishes {
    pub(crate) labels: BTreeMap<String, String>,
    pub(crate) annotations: BTreeMap<String, String>,
    pub(crate) taints: Vec<NodeTaintSpec>,
    pub(crate) cordoned: bool,
}

/// The Node as it should be; nothing when it is so already.
pub(crate) fn plan(node: &Value, wishes: &NodeWishes) -> Option<Value> {
    let mut wanted = node.clone();
    let mut labels = map(&wanted["metadata"]["labels"]);
    let mut annotations = map(&wanted["metadata"]["annotations"]);
    let owned = |annotations: &BTreeMap<String, String>, key: &str| -> BTreeSet<String> {
        annotations.get(key).and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default()
    };
    let mut our_labels = owned(&annotations, OWNED_LABELS);
    let mut our_annotations = owned(&annotations, OWNED_ANNOTATIONS);
    let mut our_taints = owned(&annotations, OWNED_TAINTS);
    apply_pairs(&mut labels, &mut our_labels, &wishes.labels);
    apply_pairs(&mut annotations, &mut our_annotations, &wishes.annotations);
    let mut taints = wanted["spec"]["taints"].as_array().cloned().unwrap_or_default();
    apply_taints(&mut taints, &mut our_taints, &wishes.taints);
    cordon(&mut wanted, &mut annotations, wishes.cordoned);
    for (key, owned) in [(OWNED_LABELS, our_labels), (OWNED_ANNOTATIONS, our_annotations), (OWNED_TAINTS, our_taints)] {
        if owned.is_empty() {
            annotations.remove(key);
        } else {
            annotations.insert(key.to_owned(), json!(owned).to_string());
        }
    }
    wanted["metadata"]["labels"] = json!(labels);
    wanted["metadata"]["annotations"] = json!(annotations);
    if !taints.is_empty() || node["spec"].get("taints").is_some() {
        wanted["spec"]["taints"] = json!(taints);
    }
    (wanted != *node).then_some(wanted)
}

fn map(value: &Value) -> BTreeMap<String, String> {
    let pairs = value.as_object().into_iter().flatten();
    pairs.filter_map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned()))).collect()
}

fn apply_pairs(pairs: &mut BTreeMap<String, String>, owned: &mut BTreeSet<String>, wishes: &BTreeMap<String, String>) {
    for (key, value) in wishes {
        match pairs.get(key) {
            Some(current) if current != value && !owned.contains(key) => {}
            _ => {
                pairs.insert(key.clone(), value.clone());
                owned.insert(key.clone());
            }
        }
    }
    owned.retain(|key| {
        let wanted = wishes.contains_key(key);
        if !wanted {
            pairs.remove(key);
        }
        wanted
    });
}

fn apply_taints(taints: &mut Vec<Value>, owned: &mut BTreeSet<String>, wishes: &[NodeTaintSpec]) {
    for wish in wishes {
        let mut taint = json!({"key": wish.key, "effect": wish.effect});
        if !wish.value.is_empty() {
            taint["value"] = json!(wish.value);
        }
        let same = |one: &Value| {
            one["effect"] == wish.effect.as_str() && one["value"].as_str().unwrap_or_default() == wish.value
        };
        match taints.iter_mut().find(|one| one["key"] == wish.key.as_str()) {
            None => {
                taints.push(taint);
                owned.insert(wish.key.clone());
            }
            Some(current) if same(current) => {
                owned.insert(wish.key.clone());
            }
            Some(current) if owned.contains(&wish.key) => *current = taint,
            Some(_) => {}
        }
    }
    owned.retain(|key| {
        let wanted = wishes.iter().any(|wish| wish.key == *key);
        if !wanted {
            taints.retain(|taint| taint["key"] != key.as_str());
        }
        wanted
    });
}

fn cordon(node: &mut Value, annotations: &mut BTreeMap<String, String>, wanted: bool) {
    let cordoned = node["spec"]["unschedulable"].as_bool().unwrap_or(false);
    if wanted && !cordoned {
        node["spec"]["unschedulable"] = json!(true);
        annotations.insert(CORDONED.to_owned(), "true".to_owned());
    } else if !wanted
        && cordoned
        && annotations.remove(CORDONED).is_some()
        && let Some(spec) = node["spec"].as_object_mut()
    {
        spec.remove("unschedulable");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn node() -> Value {
        json!({
            "metadata": {"name": "n", "labels": {"theirs": "1"}, "annotations": {}},
            "spec": {"taints": [{"key": "theirs", "effect": "NoSchedule"}]},
        })
    }

    fn wishes() -> NodeWishes {
        let pair = |key: &str| BTreeMap::from([(key.to_owned(), "2".to_owned())]);
        let taint =
            |key: &str| NodeTaintSpec { key: key.to_owned(), effect: "NoExecute".to_owned(), value: String::new() };
        let mut labels = pair("ours");
        labels.insert("theirs".to_owned(), "2".to_owned());
        NodeWishes { labels, annotations: pair("note"), taints: vec![taint("theirs"), taint("ours")], cordoned: true }
    }

    #[test]
    fn the_plan_of_what_was_planned_is_empty() {
        let planned = plan(&node(), &wishes()).unwrap();
        assert_eq!(planned["metadata"]["labels"], json!({"ours": "2", "theirs": "1"}));
        assert_eq!(planned["metadata"]["annotations"][OWNED_LABELS], "[\"ours\"]");
        assert_eq!(planned["spec"]["unschedulable"], true);
        assert_eq!(planned["spec"]["taints"][0], json!({"key": "theirs", "effect": "NoSchedule"}));
        assert_eq!(planned["spec"]["taints"][1]["key"], "ours");
        assert_eq!(plan(&planned, &wishes()), None);
    }

    #[test]
    fn what_is_no_longer_wanted_goes_and_nothing_else() {
        let planned = plan(&node(), &wishes()).unwrap();
        assert_eq!(plan(&planned, &NodeWishes::default()).unwrap(), node());
    }

    #[test]
    fn a_cordon_of_somebody_else_stays() {
        let node = json!({"metadata": {"labels": {}, "annotations": {}}, "spec": {"unschedulable": true}});
        assert_eq!(plan(&node, &NodeWishes::default()), None);
    }
}
