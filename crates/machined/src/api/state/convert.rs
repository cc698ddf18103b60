//! Between the store's types and the wire's.

use std::time::SystemTime;

use minos_api::cosi::resource as wire;
use minos_api::cosi::resource::label_term::Operation;
use minos_runtime::{LabelOp, LabelQuery, LabelTerm, Metadata, Object};
use regex_lite::{Regex, RegexBuilder};
use tonic::Status;

use super::access::Secrets;

/// Matching takes memory by the product of an expression's groups and its compiled size, and every caller may watch with
/// one: with both limits it is about a megabyte.
const LONGEST_REGEXP: usize = 256;
/// In bytes, compiled.
const LARGEST_REGEXP: usize = 32 << 10;

/// A filter on ids.
#[derive(Debug, Clone)]
pub struct IdQuery(Option<Regex>);

impl IdQuery {
    pub fn matches(&self, id: &str) -> bool {
        self.0.as_ref().is_none_or(|regex| regex.is_match(id))
    }
}

/// A resource as clients get it: metadata, YAML, and protobuf bytes where the type has a definition.
pub fn resource(object: &Object, secrets: Secrets) -> Result<wire::Resource, Status> {
    let failed = |error: &dyn std::fmt::Display| Status::internal(format!("cannot encode {}: {error}", object.name()));
    let redacted = (secrets == Secrets::Hidden).then(|| object.spec().redacted()).flatten();
    let spec = redacted.as_deref().unwrap_or_else(|| object.spec());
    let value = spec.json().map_err(|error| failed(&error))?;
    let yaml_spec = serde_saphyr::to_string(&value).map_err(|error| failed(&error))?;
    let proto_spec = spec.protobuf().unwrap_or_default().into();
    let spec = wire::Spec { proto_spec, yaml_spec };
    Ok(wire::Resource { metadata: Some(metadata(object.metadata())), spec: Some(spec) })
}

/// The place of a resource that is not there.
pub fn tombstone(type_name: &str, namespace: &str, id: &str) -> wire::Resource {
    let metadata = wire::Metadata {
        namespace: namespace.to_owned(),
        r#type: type_name.to_owned(),
        id: id.to_owned(),
        version: "undefined".to_owned(),
        phase: "running".to_owned(),
        ..wire::Metadata::default()
    };
    wire::Resource { metadata: Some(metadata), spec: Some(wire::Spec::default()) }
}

fn metadata(metadata: &Metadata) -> wire::Metadata {
    wire::Metadata {
        namespace: metadata.namespace.clone(),
        r#type: metadata.type_name.to_owned(),
        id: metadata.id.clone(),
        version: metadata.version.to_string(),
        owner: metadata.owner.clone(),
        phase: metadata.phase.as_str().to_owned(),
        created: Some(timestamp(metadata.created)),
        updated: Some(timestamp(metadata.updated)),
        finalizers: metadata.finalizers.iter().cloned().collect(),
        labels: metadata.labels.clone().into_iter().collect(),
        annotations: metadata.annotations.clone().into_iter().collect(),
    }
}

/// A time on the wire; times before 1970 become 1970.
pub fn timestamp(time: SystemTime) -> prost_types::Timestamp {
    let since = time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    prost_types::Timestamp {
        seconds: i64::try_from(since.as_secs()).unwrap_or(i64::MAX),
        nanos: i32::try_from(since.subsec_nanos()).unwrap_or(0),
    }
}

pub fn id_query(query: Option<wire::IdQuery>) -> Result<IdQuery, Status> {
    let Some(query) = query.filter(|query| !query.regexp.is_empty()) else { return Ok(IdQuery(None)) };
    if query.regexp.len() > LONGEST_REGEXP {
        let length = query.regexp.len();
        return Err(Status::invalid_argument(format!(
            "failed to compile regexp: it has {length} bytes, at most {LONGEST_REGEXP} are allowed"
        )));
    }
    RegexBuilder::new(&query.regexp)
        .size_limit(LARGEST_REGEXP)
        .build()
        .map(|regex| IdQuery(Some(regex)))
        .map_err(|error| Status::invalid_argument(format!("failed to compile regexp: {error}")))
}

pub fn label_queries(queries: Vec<wire::LabelQuery>) -> Result<Vec<LabelQuery>, Status> {
    queries
        .into_iter()
        .map(|query| Ok(LabelQuery { terms: query.terms.into_iter().map(label_term).collect::<Result<_, _>>()? }))
        .collect()
}

fn label_term(term: wire::LabelTerm) -> Result<LabelTerm, Status> {
    let operation = Operation::try_from(term.op)
        .map_err(|_| Status::unimplemented(format!("unsupported label query operator: {}", term.op)))?;
    let key = term.key;
    let mut values = term.value.into_iter();
    let mut first =
        || values.next().ok_or_else(|| Status::invalid_argument(format!("label query: {key:?} has no value")));
    // Text that is no number is before and after nothing.
    let never = || LabelOp::In(Vec::new());
    #[allow(deprecated, reason = "older clients still send it")]
    let (op, not) = match operation {
        Operation::Exists => (LabelOp::Exists, false),
        Operation::NotExists => (LabelOp::Exists, true),
        Operation::Equal => (LabelOp::Equal(first()?), false),
        Operation::In => (LabelOp::In(values.collect()), false),
        Operation::Lt => (LabelOp::LessThan(first()?), false),
        Operation::Lte => (LabelOp::LessOrEqual(first()?), false),
        Operation::LtNumeric => (first()?.parse().map_or_else(|_| never(), LabelOp::LessThanNumeric), false),
        Operation::LteNumeric => (first()?.parse().map_or_else(|_| never(), LabelOp::LessOrEqualNumeric), false),
    };
    Ok(LabelTerm { key, op, invert: term.invert || not })
}
