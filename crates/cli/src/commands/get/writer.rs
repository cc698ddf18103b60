use std::io::{self, Write};

use anyhow::Result;
use minos_api::cosi::resource::{EventType, Metadata, Resource};
use serde_json::{Map, Value, json};

use super::definition::Definition;
use crate::exit::BadInput;
use crate::output::{JsonPath, Style, Table, text, timestamp};

/// How resources are printed.
#[derive(Clone, Debug)]
pub enum Format {
    Table,
    Yaml,
    Json,
    JsonPath(JsonPath),
}

impl Format {
    /// Reads the value of `--output`.
    pub fn parse(text: &str) -> Result<Format, String> {
        match text.strip_prefix("jsonpath=") {
            Some(template) => JsonPath::parse(template).map(Format::JsonPath),
            None => match text {
                "table" => Ok(Format::Table),
                "yaml" => Ok(Format::Yaml),
                "json" => Ok(Format::Json),
                _ => Err("expected table, yaml, json or jsonpath=TEMPLATE".into()),
            },
        }
    }
}

/// Prints resources in one format.
pub struct Writer {
    format: Format,
    table: Table,
    kind: String,
    columns: Vec<JsonPath>,
    events: bool,
    text: String,
    separate: bool,
    style: Style,
}

impl Writer {
    /// With `events`, each resource is printed with what happened to it.
    pub fn new(format: &Format, definition: &Definition, events: bool, style: Style) -> Writer {
        let mut heads = vec!["NODE".to_owned()];
        if events {
            heads.push("*".into());
        }
        heads.extend(["NAMESPACE", "TYPE", "ID", "VERSION"].map(String::from));
        let columns = definition.print_columns.iter();
        // A column whose path we cannot read stays empty rather than making the kind unreadable.
        let empty =
            || JsonPath::parse("").unwrap_or_else(|_| unreachable!("an empty template has nothing to get wrong"));
        let paths =
            columns.clone().map(|column| JsonPath::parse(&column.json_path).unwrap_or_else(|_| empty())).collect();
        heads.extend(columns.map(|column| column.name.to_uppercase()));
        Writer {
            format: format.clone(),
            table: Table::new(heads),
            kind: definition.display_type.clone(),
            columns: paths,
            events,
            text: String::new(),
            separate: false,
            style,
        }
    }

    /// Takes a resource up.
    pub fn add(&mut self, node: &str, resource: &Resource, event: EventType) -> Result<()> {
        let metadata = resource.metadata.clone().unwrap_or_default();
        match &self.format {
            Format::Table => {
                let row = self.row(node, &metadata, &super::spec(resource)?, event);
                self.table.row(row);
            }
            Format::Yaml => {
                let yaml = resource.spec.as_ref().map_or("", |spec| spec.yaml_spec.as_str());
                let document = as_yaml(node, self.events.then_some(event), &metadata, yaml, &super::spec(resource)?);
                if std::mem::replace(&mut self.separate, true) {
                    self.text.push_str("---\n");
                }
                self.text.push_str(&document);
            }
            Format::Json => {
                let value = as_json(node, self.events.then_some(event), &metadata, super::spec(resource)?);
                self.text.push_str(&indented(&value));
            }
            Format::JsonPath(path) => {
                let value = as_json(node, self.events.then_some(event), &metadata, super::spec(resource)?);
                let found =
                    path.find(&value).map_err(|reason| BadInput(format!("{node}: {}: {reason}", metadata.id)))?;
                for found in found {
                    let scalar = !found.is_object() && !found.is_array();
                    self.text.push_str(&if scalar { text(found) + "\n" } else { indented(found) });
                }
            }
        }
        Ok(())
    }

    fn row(&self, node: &str, metadata: &Metadata, spec: &Value, event: EventType) -> Vec<String> {
        let mut row = vec![node.to_owned()];
        if self.events {
            let sign = match event {
                EventType::Created => "+",
                EventType::Destroyed => "-",
                _ => "",
            };
            row.push(sign.into());
        }
        row.extend([metadata.namespace.clone(), self.kind.clone(), metadata.id.clone(), metadata.version.clone()]);
        row.extend(self.columns.iter().map(|column| column.render(spec)));
        row
    }

    /// Prints what was taken up.
    pub fn flush(&mut self, out: &mut impl Write) -> io::Result<()> {
        if let Format::Table = self.format {
            self.text = self.table.render(self.style);
        }
        out.write_all(self.text.as_bytes())?;
        self.text.clear();
        out.flush()
    }
}

fn indented(value: &Value) -> String {
    let mut text = Vec::new();
    let formatter = serde_json::ser::PrettyFormatter::with_indent(b"    ");
    let mut serializer = serde_json::Serializer::with_formatter(&mut text, formatter);
    serde::Serialize::serialize(value, &mut serializer).expect("values always serialize");
    String::from_utf8(text).expect("JSON is UTF-8") + "\n"
}

fn event_name(event: EventType) -> &'static str {
    match event {
        EventType::Created => "created",
        EventType::Updated => "updated",
        EventType::Destroyed => "destroyed",
        EventType::Bootstrapped => "bootstrapped",
        EventType::Errored => "errored",
        EventType::Noop => "noop",
    }
}

/// Metadata under the keys that upstream's client prints, in its order.
fn metadata_value(metadata: &Metadata) -> Map<String, Value> {
    let version = metadata.version.parse::<u64>().map_or_else(|_| json!(metadata.version), |number| json!(number));
    let mut map = Map::new();
    map.insert("namespace".into(), json!(metadata.namespace));
    map.insert("type".into(), json!(metadata.r#type));
    map.insert("id".into(), json!(metadata.id));
    map.insert("version".into(), version);
    map.insert("owner".into(), json!(metadata.owner));
    map.insert("phase".into(), json!(metadata.phase));
    for (key, moment) in [("created", &metadata.created), ("updated", &metadata.updated)] {
        if let Some(moment) = moment {
            map.insert(key.into(), json!(timestamp(moment)));
        }
    }
    for (key, pairs) in [("labels", &metadata.labels), ("annotations", &metadata.annotations)] {
        if !pairs.is_empty() {
            let sorted: std::collections::BTreeMap<_, _> = pairs.iter().collect();
            map.insert(key.into(), json!(sorted));
        }
    }
    if !metadata.finalizers.is_empty() {
        map.insert("finalizers".into(), json!(metadata.finalizers));
    }
    map
}

fn as_json(node: &str, event: Option<EventType>, metadata: &Metadata, spec: Value) -> Value {
    let mut map = Map::new();
    if let Some(event) = event {
        map.insert("event".into(), json!(event_name(event)));
    }
    map.insert("metadata".into(), metadata_value(metadata).into());
    map.insert("node".into(), json!(node));
    map.insert("spec".into(), spec);
    map.into()
}

fn as_yaml(node: &str, event: Option<EventType>, metadata: &Metadata, yaml: &str, spec: &Value) -> String {
    let write = |value: &Value| {
        let options = serde_saphyr::ser_options! { indent_step: 4, compact_list_indent: false };
        serde_saphyr::to_string_with_options(value, options).unwrap_or_default()
    };
    let mut document = format!("node: {node}\n");
    if let Some(event) = event {
        document.push_str(&format!("event: {}\n", event_name(event)));
    }
    for line in write(&json!({"metadata": metadata_value(metadata)})).lines() {
        // Moments stand bare, so that YAML readers see them as such.
        let moment = line.starts_with("    created: ") || line.starts_with("    updated: ");
        document.push_str(&if moment { line.replace('"', "") } else { line.to_owned() });
        document.push('\n');
    }
    match spec {
        Value::Object(map) if map.is_empty() => document.push_str("spec: {}\n"),
        // The node's own text, moved in, keeps its order and its quotes.
        Value::Object(_) | Value::Array(_) => {
            document.push_str("spec:\n");
            for line in yaml.trim_end().lines() {
                document.push_str(if line.is_empty() { "" } else { "    " });
                document.push_str(line);
                document.push('\n');
            }
        }
        scalar => document.push_str(&write(&json!({"spec": scalar}))),
    }
    document
}

#[cfg(test)]
mod tests {
    use minos_api::cosi::resource::Spec;

    use super::*;

    fn resource() -> Resource {
        let metadata = Metadata {
            namespace: "network".into(),
            r#type: "HostnameStatuses.net.talos.dev".into(),
            id: "hostname".into(),
            version: "2".into(),
            owner: "network.hostname.apply".into(),
            phase: "running".into(),
            created: Some(prost_types::Timestamp { seconds: 1_700_000_000, nanos: 0 }),
            labels: [("b".to_owned(), "2".to_owned()), ("a".to_owned(), "1".to_owned())].into(),
            ..Default::default()
        };
        let spec = Spec { yaml_spec: "hostname: one\ndomainname: \"\"\n".into(), ..Default::default() };
        Resource { metadata: Some(metadata), spec: Some(spec) }
    }

    fn definition() -> Definition {
        serde_saphyr::from_str(
            "type: HostnameStatuses.net.talos.dev\ndisplayType: HostnameStatus\ndefaultNamespace: network\nprintColumns:\n  - {name: Hostname, jsonPath: '{.hostname}'}\n",
        )
        .unwrap()
    }

    #[test]
    fn a_table_has_the_columns_of_the_kind() {
        let mut writer = Writer::new(&Format::Table, &definition(), true, Style::plain());
        writer.add("10.5.0.2", &resource(), EventType::Created).unwrap();
        let expected = "\
NODE       *   NAMESPACE   TYPE             ID         VERSION   HOSTNAME
10.5.0.2   +   network     HostnameStatus   hostname   2         one
";
        assert_eq!(writer.table.render(Style::plain()), expected);
    }

    #[test]
    fn yaml_is_a_document_per_resource() {
        let mut writer = Writer::new(&Format::Yaml, &definition(), false, Style::plain());
        writer.add("10.5.0.2", &resource(), EventType::Created).unwrap();
        writer.add("10.5.0.2", &resource(), EventType::Created).unwrap();
        let expected = "\
node: 10.5.0.2
metadata:
    namespace: network
    type: HostnameStatuses.net.talos.dev
    id: hostname
    version: 2
    owner: network.hostname.apply
    phase: running
    created: 2023-11-14T22:13:20Z
    labels:
        a: \"1\"
        b: \"2\"
spec:
    hostname: one
    domainname: \"\"
";
        assert_eq!(writer.text, format!("{expected}---\n{expected}"));
    }

    #[test]
    fn json_and_paths() {
        let mut writer = Writer::new(&Format::Json, &definition(), true, Style::plain());
        writer.add("n", &resource(), EventType::Updated).unwrap();
        let value: Value = serde_json::from_str(&writer.text).unwrap();
        assert_eq!(
            (&value["event"], &value["spec"]["hostname"], &value["metadata"]["version"]),
            (&json!("updated"), &json!("one"), &json!(2))
        );

        let path = Format::parse("jsonpath={.spec.hostname}").unwrap();
        let mut writer = Writer::new(&path, &definition(), false, Style::plain());
        writer.add("n", &resource(), EventType::Created).unwrap();
        assert_eq!(writer.text, "one\n");
    }
}
