use serde_json::{Map, Value, json};

use super::words::prose;
use crate::{
    documents::{KINDS, KindInfo},
    schema::{Field, Scalar, Shape},
};

/// A JSON schema (draft 7) of any one document, for editors.
pub fn json_schema() -> Value {
    let definitions: Map<String, Value> = KINDS.iter().map(|kind| (kind.name.to_owned(), document(kind))).collect();
    let refs: Vec<Value> = KINDS.iter().map(|kind| json!({"$ref": format!("#/definitions/{}", kind.name)})).collect();
    json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "Machine configuration",
        "oneOf": refs,
        "definitions": definitions,
    })
}

fn document(kind: &KindInfo) -> Value {
    let mut schema = section(kind.shape.fields());
    schema["description"] = prose(kind.doc).into();
    if kind.name != KINDS[0].name {
        schema["properties"]["apiVersion"] = json!({"const": "v1alpha1"});
        schema["properties"]["kind"] = json!({"const": kind.name});
        let mut required = vec![json!("apiVersion"), json!("kind")];
        required.extend(schema["required"].as_array().cloned().unwrap_or_default());
        schema["required"] = required.into();
    }
    schema
}

fn section(fields: &[Field]) -> Value {
    let properties: Map<String, Value> = fields.iter().map(|field| (field.key.to_owned(), property(field))).collect();
    let required: Vec<&str> = fields.iter().filter(|field| field.required).map(|field| field.key).collect();
    let mut schema = json!({"type": "object", "additionalProperties": false, "properties": properties});
    if !required.is_empty() {
        schema["required"] = json!(required);
    }
    schema
}

fn property(field: &Field) -> Value {
    let mut schema = of(field.shape);
    let mut text = prose(field.doc);
    if let Some(hint) = field.deprecated {
        text.push_str(&format!("\n\nDeprecated: {hint}."));
        schema["deprecated"] = true.into();
    }
    if let Some(default) = field.default {
        text.push_str(&format!("\n\nDefault: {default}"));
    }
    schema["description"] = text.into();
    if !field.values.is_empty() {
        let values = json!(field.values);
        match schema.get_mut("items") {
            Some(items) => items["enum"] = values,
            None => schema["enum"] = values,
        }
    }
    if let Some(example) = field.example {
        schema["examples"] = json!([example]);
    }
    schema
}

fn of(shape: &Shape) -> Value {
    match shape {
        Shape::Scalar(scalar) => of_scalar(*scalar),
        Shape::Secret => json!({"type": "string"}),
        Shape::Any => json!({}),
        Shape::List(items) => json!({"type": "array", "items": of(items)}),
        Shape::Map(values) => json!({"type": "object", "additionalProperties": of(values)}),
        Shape::Arguments => json!({"type": ["string", "number", "boolean", "array"]}),
        Shape::Section(fields) => section(fields),
    }
}

fn of_scalar(scalar: Scalar) -> Value {
    match scalar {
        // A text without quotes may look like a number or a boolean: it is taken as it stands.
        Scalar::Text => json!({"type": ["string", "number", "boolean"]}),
        Scalar::Bool => json!({"type": "boolean"}),
        Scalar::Integer { least, most } => json!({"type": "integer", "minimum": least, "maximum": most}),
        Scalar::Size | Scalar::Mode | Scalar::Table | Scalar::Ports => json!({"type": ["string", "integer"]}),
        Scalar::Duration
        | Scalar::Address
        | Scalar::Prefix
        | Scalar::Socket
        | Scalar::Hardware
        | Scalar::Url
        | Scalar::Expression
        | Scalar::Pem => json!({"type": "string"}),
    }
}
