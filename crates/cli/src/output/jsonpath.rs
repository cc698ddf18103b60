//! Kubernetes' JSONPath, as `kubectl -o jsonpath` and the columns of resources have it: text around `{…}`, fields, indices,
//! slices, unions, filters, `..`, `{range}` and `{end}`. It is older than RFC 9535 and differs from it, so the crates that read
//! that dialect do not fit.

use serde_json::Value;

mod filter;
mod parse;
#[cfg(test)]
mod tests;

use filter::Filter;

/// A parsed template.
#[derive(Debug, Clone, PartialEq)]
pub struct JsonPath(Vec<Node>);

/// A part of a template.
#[derive(Debug, Clone, PartialEq)]
enum Node {
    /// Text, or what is between braces.
    Path(Vec<Step>),
    /// What is between `{range}` and `{end}`, once for each value that the path leads to.
    Range(Vec<Step>, Vec<Node>),
}

#[derive(Debug, Clone, PartialEq)]
enum Step {
    Field(String),
    /// `['a.b']`: the key of this name, else the path.
    Quoted(String, Vec<Step>),
    Index(isize),
    /// `[from:to:step]`.
    Slice(Option<isize>, Option<isize>, usize),
    All,
    /// `..`: the value and all that hold others inside it.
    Descend,
    Union(Vec<Vec<Step>>),
    Filter(Box<Filter>),
    Literal(Value),
}

/// What to do about a path that leads nowhere.
#[derive(Clone, Copy, PartialEq)]
enum Missing {
    LeaveOut,
    Refuse,
}

impl JsonPath {
    /// Reads a template.
    pub fn parse(template: &str) -> Result<JsonPath, String> {
        parse::template(template).map(JsonPath).map_err(|reason| format!("{template:?}: {reason}"))
    }

    /// What the template says about a value; what is missing is left out.
    pub fn render(&self, value: &Value) -> String {
        let groups = groups(&self.0, value, Missing::LeaveOut).unwrap_or_default();
        groups.into_iter().map(|group| group.into_iter().map(text).collect::<Vec<_>>().join(" ")).collect()
    }

    /// The values that the template leads to, its text among them; an error says what is not there.
    pub fn find<'a>(&'a self, value: &'a Value) -> Result<Vec<&'a Value>, String> {
        Ok(groups(&self.0, value, Missing::Refuse)?.into_iter().flatten().collect())
    }
}

/// A scalar as it is, anything else as JSON.
pub fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

type Found<'a> = Result<Vec<&'a Value>, String>;

/// What each part leads to.
fn groups<'a>(nodes: &'a [Node], value: &'a Value, missing: Missing) -> Result<Vec<Vec<&'a Value>>, String> {
    let mut found = Vec::new();
    for node in nodes {
        match node {
            Node::Path(steps) => found.push(walk(steps, vec![value], missing)?),
            Node::Range(steps, body) => {
                for item in walk(steps, vec![value], missing)? {
                    found.extend(groups(body, item, missing)?);
                }
            }
        }
    }
    Ok(found)
}

fn walk<'a>(steps: &'a [Step], values: Vec<&'a Value>, missing: Missing) -> Found<'a> {
    steps.iter().try_fold(values, |values, step| step.take(values, missing))
}

impl Step {
    fn take<'a>(&'a self, values: Vec<&'a Value>, missing: Missing) -> Found<'a> {
        match self {
            Step::Field(key) => field(key, &values, missing),
            Step::Quoted(key, path) => each(&values, |value| match value.get(key) {
                Some(found) => Ok(vec![found]),
                None => walk(path, vec![value], missing),
            }),
            Step::Index(index) => each(&values, |value| at(value, *index, missing)),
            Step::Slice(from, to, step) => each(&values, |value| slice(value, (*from, *to, *step), missing)),
            Step::All => each(&values, |value| Ok(children(value))),
            Step::Descend => {
                let mut found = Vec::new();
                values.into_iter().for_each(|value| descend(value, &mut found));
                Ok(found)
            }
            Step::Union(paths) => {
                let parts: Vec<_> =
                    paths.iter().map(|path| walk(path, values.clone(), missing)).collect::<Result<_, _>>()?;
                Ok(parts.concat())
            }
            Step::Filter(filter) => each(&values, |value| filter.select(list(value, missing)?, missing)),
            Step::Literal(value) => Ok(vec![value]),
        }
    }
}

fn each<'a>(values: &[&'a Value], take: impl Fn(&'a Value) -> Found<'a>) -> Found<'a> {
    let mut found = Vec::new();
    for value in values.iter().filter(|value| !value.is_null()) {
        found.extend(take(value)?);
    }
    Ok(found)
}

fn field<'a>(key: &str, values: &[&'a Value], missing: Missing) -> Found<'a> {
    let found: Vec<_> = values.iter().filter_map(|value| value.as_object()?.get(key)).collect();
    if found.is_empty() && !values.is_empty() && missing == Missing::Refuse {
        return Err(format!("{key} is not found"));
    }
    Ok(found)
}

fn children(value: &Value) -> Vec<&Value> {
    match value {
        Value::Array(list) => list.iter().collect(),
        Value::Object(map) => map.values().collect(),
        _ => Vec::new(),
    }
}

fn descend<'a>(value: &'a Value, found: &mut Vec<&'a Value>) {
    let inside = children(value);
    if !inside.is_empty() {
        found.push(value);
        inside.into_iter().for_each(|child| descend(child, found));
    }
}

fn list(value: &Value, missing: Missing) -> Result<&[Value], String> {
    match value {
        Value::Array(list) => Ok(list),
        _ if missing == Missing::LeaveOut => Ok(&[]),
        _ => Err("a list is needed for an index or a filter, and this is none".into()),
    }
}

fn at(value: &Value, index: isize, missing: Missing) -> Found<'_> {
    let list = list(value, missing)?;
    let place = if index < 0 { list.len().checked_add_signed(index) } else { usize::try_from(index).ok() };
    match place.and_then(|place| list.get(place)) {
        Some(found) => Ok(vec![found]),
        None => out_of_bounds(index, list.len(), missing),
    }
}

fn slice(value: &Value, (from, to, step): (Option<isize>, Option<isize>, usize), missing: Missing) -> Found<'_> {
    let list = list(value, missing)?;
    let place = |bound: Option<isize>, default: usize| match bound {
        None => Ok(default),
        Some(bound) => {
            let place = if bound < 0 { list.len().checked_add_signed(bound) } else { usize::try_from(bound).ok() };
            place.filter(|place| *place <= list.len()).ok_or(bound)
        }
    };
    match (place(from, 0), place(to, list.len())) {
        (Ok(from), Ok(to)) => Ok(list.get(from..to).unwrap_or_default().iter().step_by(step).collect()),
        (Err(bound), _) | (_, Err(bound)) => out_of_bounds(bound, list.len(), missing),
    }
}

fn out_of_bounds<'a>(index: isize, length: usize, missing: Missing) -> Found<'a> {
    match missing {
        Missing::LeaveOut => Ok(Vec::new()),
        Missing::Refuse => Err(format!("array index out of bounds: index {index}, length {length}")),
    }
}
