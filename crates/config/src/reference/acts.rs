//! What of a configuration acts on this version's machines, from what stands beside the fields.

use crate::{
    config::Config,
    documents::{Identity, KindInfo},
    node::{Node, Value},
    problem::push_key,
    schema::{Effect, Shape},
    validate::file_acts,
};

/// A field that a configuration gives a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Use {
    /// The document: its kind, and its name when it has one.
    pub document: String,
    /// The field, as `machine.network.interfaces[0].mtu`; empty for a whole document on which nothing acts.
    pub path: String,
    /// The line where it stands.
    pub line: u32,
    /// Whether anything acts on it.
    pub acts: bool,
}

/// Every field that has a value, in the order of the text. A part on which nothing acts is one entry for all that is in it,
/// unless it says no more than what holds anyway.
pub fn uses(config: &Config) -> Vec<Use> {
    let mut found = Vec::new();
    for node in config.nodes() {
        let identity = Identity::of(&node);
        let mut walk = Walk { document: identity.to_string(), found: &mut found };
        match KindInfo::find(&identity.kind) {
            Some(kind) if !kind.is_main() && kind.effect == Effect::Idle => {
                let first = node.entries().first().map_or(node.at, |entry| entry.at);
                walk.note("", first.line, false);
            }
            Some(kind) => walk.inside("", &node, kind.shape),
            None => {}
        }
    }
    found
}

struct Walk<'a> {
    document: String,
    found: &'a mut Vec<Use>,
}

impl Walk<'_> {
    fn note(&mut self, path: &str, line: u32, acts: bool) {
        self.found.push(Use { document: self.document.clone(), path: path.to_owned(), line, acts });
    }

    /// The fields of a section, or of the sections in a list or a mapping.
    fn inside(&mut self, path: &str, node: &Node, shape: &Shape) {
        match (&node.value, shape) {
            (Value::List(items), Shape::List(shape)) => {
                for (index, item) in items.iter().enumerate() {
                    self.inside(&format!("{path}[{index}]"), item, shape);
                }
            }
            (Value::Map(entries), Shape::Map(shape)) => {
                for entry in entries {
                    let mut path = path.to_owned();
                    push_key(&mut path, &entry.key);
                    self.inside(&path, &entry.value, shape);
                }
            }
            (Value::Map(_), Shape::Section(_)) => self.section(path, node, shape),
            _ => {}
        }
    }

    /// Files act by their path.
    fn files(&mut self, path: &str, files: &Node) {
        for (index, file) in files.items().iter().enumerate() {
            let acts = file.get("path").and_then(Node::as_text).is_some_and(file_acts);
            self.note(&format!("{path}[{index}]"), file.at.line, acts);
        }
    }

    fn section(&mut self, path: &str, node: &Node, shape: &Shape) {
        for entry in node.entries().iter().filter(|entry| !entry.value.is_null()) {
            let Some(field) = shape.field(&entry.key) else { continue };
            let mut path = path.to_owned();
            push_key(&mut path, &entry.key);
            let acts = !field.is_idle() || field.is_default(&entry.value) || entry.value.is_hollow();
            if path == "machine.files" {
                self.files(&path, &entry.value);
            } else if !acts || field.shape.inner_fields().is_empty() {
                self.note(&path, entry.at.line, acts);
            } else {
                self.inside(&path, &entry.value, field.shape);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_acts_by_its_path() {
        let text = "machine:\n  files:\n    - path: /etc/cri/conf.d/20-a.part\n    - path: /var/etc/b\n";
        let (config, _) = Config::parse(text.as_bytes()).unwrap();
        let found: Vec<_> = uses(&config).into_iter().map(|used| (used.path, used.acts)).collect();
        assert_eq!(found, [("machine.files[0]".to_owned(), true), ("machine.files[1]".to_owned(), false)]);
    }

    #[test]
    fn each_field_is_listed_once_with_what_becomes_of_it() {
        let text = "\
version: v1alpha1
machine:
  type: worker
  sysctls: {a: '1', b: '2'}
  install:
    disk: /dev/sda
  network:
    interfaces:
      - interface: eth0
        dhcp: true
---
apiVersion: v1alpha1
kind: HostnameConfig
hostname: one
---
apiVersion: v1alpha1
kind: BondConfig
name: bond0
links: [a]
bondMode: active-backup
";
        let (config, warnings) = Config::parse(text.as_bytes()).unwrap();
        let found = uses(&config);
        let line = |used: &Use| format!("{} {} {} {}", used.line, used.document, used.path, used.acts);
        assert_eq!(
            found.iter().map(line).collect::<Vec<_>>(),
            [
                "1 v1alpha1 version true",
                "3 v1alpha1 machine.type true",
                "4 v1alpha1 machine.sysctls true",
                "5 v1alpha1 machine.install false",
                "9 v1alpha1 machine.network.interfaces[0].interface true",
                "10 v1alpha1 machine.network.interfaces[0].dhcp true",
                "14 HostnameConfig hostname true",
                "16 BondConfig \"bond0\"  false",
            ]
        );
        // The notices of a check come from the same source.
        let notices = warnings.iter().filter(|warning| warning.notice && warning.message.contains("nothing acts"));
        assert_eq!(notices.count(), found.iter().filter(|used| !used.acts).count());
    }
}
