//! The list of static pods, and what stays on it while a new process does not know yet what is wanted.

use std::collections::BTreeMap;

use serde_json::{Value, json};

/// Pods by id.
pub(crate) type Pods = BTreeMap<String, Value>;

/// The pods to serve. Until the wishes are complete (`settled`), pods that were served before stay as they were: a
/// kubelet that is told of fewer stops the others.
pub(crate) fn merge(served: &Pods, wanted: &Pods, settled: bool) -> Pods {
    let mut pods = if settled { Pods::new() } else { served.clone() };
    pods.extend(wanted.iter().map(|(id, pod)| (id.clone(), pod.clone())));
    pods
}

/// The list as the kubelet reads it.
pub(crate) fn render(pods: &Pods) -> Vec<u8> {
    let items: Vec<_> = pods.values().collect();
    json!({"apiVersion": "v1", "kind": "PodList", "metadata": {}, "items": items}).to_string().into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pods(pairs: &[(&str, u32)]) -> Pods {
        pairs.iter().map(|(id, version)| ((*id).to_owned(), json!(version))).collect()
    }

    #[test]
    fn nothing_is_taken_away_before_the_wishes_are_known() {
        let served = pods(&[("a", 1), ("b", 1)]);
        assert_eq!(merge(&served, &Pods::new(), false), served);
        assert_eq!(merge(&served, &pods(&[("b", 2), ("c", 1)]), false), pods(&[("a", 1), ("b", 2), ("c", 1)]));
        assert_eq!(merge(&served, &pods(&[("b", 2)]), true), pods(&[("b", 2)]));
    }
}
