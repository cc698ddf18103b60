//! Labels, annotations and taints, by Kubernetes' rules.

use super::{Check, step};
use crate::documents::v1alpha1::Labels;

pub(super) fn labels(labels: &Labels, pointer: &str, check: &mut Check) {
    for (key, value) in labels {
        let key = deletable(key);
        check.require(is_key(key), format!("{pointer}/{}", step(key)), KEY);
        check.require(is_value(value), format!("{pointer}/{}", step(key)), VALUE);
    }
}

pub(super) fn annotations(annotations: &Labels, pointer: &str, check: &mut Check) {
    const MOST: usize = 256 * 1024;
    for key in annotations.keys() {
        let key = deletable(key);
        check.require(is_key(&key.to_ascii_lowercase()), format!("{pointer}/{}", step(key)), KEY);
    }
    let size: usize = annotations.iter().map(|(key, value)| key.len() + value.len()).sum();
    check.require(size <= MOST, pointer, format!("annotations hold at most {MOST} bytes, these have {size}"));
}

pub(super) fn taints(taints: &Labels, pointer: &str, check: &mut Check) {
    const EFFECTS: [&str; 3] = ["NoSchedule", "PreferNoSchedule", "NoExecute"];
    for (key, value) in taints {
        let place = format!("{pointer}/{}", step(key));
        check.require(is_key(deletable(key)), place.clone(), KEY);
        let (text, effect) = value.rsplit_once(':').unwrap_or(("", value));
        check.require(is_value(text), place.clone(), VALUE);
        check.require(
            EFFECTS.contains(&effect),
            place,
            format!("wanted value:effect, the effect one of {}", EFFECTS.join(", ")),
        );
    }
}

const KEY: &str = "wanted a key of at most 63 letters, digits, '-', '_' and '.', optionally after a DNS name and '/'";
const VALUE: &str = "wanted a value of at most 63 letters, digits, '-', '_' and '.', a letter or digit first and last";

/// A trailing dash asks for removal.
fn deletable(key: &str) -> &str {
    key.strip_suffix('-').unwrap_or(key)
}

fn is_key(key: &str) -> bool {
    let (prefix, name) = match key.split_once('/') {
        Some((prefix, name)) => (Some(prefix), name),
        None => (None, key),
    };
    let prefix_holds = prefix.is_none_or(|prefix| {
        prefix.len() <= 253
            && prefix
                .split('.')
                .all(|label| is_word(label) && !label.contains(['_', '.']) && label == label.to_lowercase())
    });
    prefix_holds && is_word(name)
}

fn is_value(value: &str) -> bool {
    value.is_empty() || is_word(value)
}

fn is_word(text: &str) -> bool {
    let edge = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    text.len() <= 63
        && edge(text.chars().next())
        && edge(text.chars().last())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c))
}
