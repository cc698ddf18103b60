//! The part of Kubernetes' JSONPath that resource columns use: text around `{…}`, fields, indices, `[*]`, quoted keys.

use serde_json::Value;

/// A parsed template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JsonPath(Vec<Part>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Text(String),
    Path(Vec<Step>),
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Step {
    Field(String),
    Index(isize),
    All,
}

impl JsonPath {
    /// Reads a template.
    pub fn parse(template: &str) -> Result<JsonPath, String> {
        let mut parts = Vec::new();
        let mut rest = template;
        while let Some(open) = rest.find('{') {
            if open > 0 {
                parts.push(Part::Text(rest[..open].into()));
            }
            let close =
                rest[open..].find('}').ok_or_else(|| format!("{template:?}: a closing brace is missing"))? + open;
            let inner = rest[open + 1..close].trim();
            match inner.strip_prefix('"').and_then(|text| text.strip_suffix('"')) {
                Some(text) => parts.push(Part::Text(text.into())),
                None => parts.push(Part::Path(steps(inner).map_err(|reason| format!("{template:?}: {reason}"))?)),
            }
            rest = &rest[close + 1..];
        }
        if !rest.is_empty() {
            parts.push(Part::Text(rest.into()));
        }
        Ok(JsonPath(parts))
    }

    /// What the template says about a value; what is missing is left out.
    pub fn render(&self, value: &Value) -> String {
        let part = |part: &Part| match part {
            Part::Text(text) => text.clone(),
            Part::Path(steps) => find(value, steps).into_iter().map(text).collect::<Vec<_>>().join(" "),
        };
        self.0.iter().map(part).collect()
    }

    /// The values that the template's paths lead to.
    pub fn find<'a>(&self, value: &'a Value) -> Vec<&'a Value> {
        let part = |part: &Part| match part {
            Part::Text(_) => Vec::new(),
            Part::Path(steps) => find(value, steps),
        };
        self.0.iter().flat_map(part).collect()
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

fn steps(path: &str) -> Result<Vec<Step>, String> {
    let mut steps = Vec::new();
    let mut rest = path.trim_start_matches(['$', '@']);
    while !rest.is_empty() {
        if let Some(after) = rest.strip_prefix('.') {
            let end = after.find(['.', '[']).unwrap_or(after.len());
            match &after[..end] {
                "" => {}
                "*" => steps.push(Step::All),
                field => steps.push(Step::Field(field.into())),
            }
            rest = &after[end..];
        } else if let Some(after) = rest.strip_prefix('[') {
            let end = after.find(']').ok_or("a closing bracket is missing")?;
            let inner = &after[..end];
            let quoted = inner.strip_prefix(['\'', '"']).and_then(|text| text.strip_suffix(['\'', '"']));
            steps.push(match (inner, quoted) {
                ("*", _) => Step::All,
                (_, Some(key)) => Step::Field(key.into()),
                _ => Step::Index(inner.parse().map_err(|_| format!("[{inner}] is neither a number, a key nor *"))?),
            });
            rest = &after[end + 1..];
        } else {
            return Err(format!("{rest:?} does not begin with a dot"));
        }
    }
    Ok(steps)
}

fn find<'a>(value: &'a Value, steps: &[Step]) -> Vec<&'a Value> {
    let Some((step, rest)) = steps.split_first() else {
        return vec![value];
    };
    let next: Vec<&Value> = match (step, value) {
        (Step::Field(key), Value::Object(map)) => map.get(key).into_iter().collect(),
        (Step::Index(index), Value::Array(list)) => {
            let at = if *index < 0 { list.len().checked_add_signed(*index) } else { usize::try_from(*index).ok() };
            at.and_then(|at| list.get(at)).into_iter().collect()
        }
        (Step::All, Value::Array(list)) => list.iter().collect(),
        (Step::All, Value::Object(map)) => map.values().collect(),
        _ => Vec::new(),
    };
    next.into_iter().flat_map(|value| find(value, rest)).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn columns_of_resources() {
        let spec = json!({"hostname": "one", "addresses": ["a", "b"], "conn": {"up": true}, "x.y": 3, "none": null});
        let cases = [
            ("{.hostname}", "one"),
            ("{.addresses}", r#"["a","b"]"#),
            ("{.addresses[*]}", "a b"),
            ("{.addresses[0]}/{.conn.up}", "a/true"),
            ("{.addresses[-1]}", "b"),
            ("{['x.y']}", "3"),
            ("{.missing.field}", ""),
            ("{.none}", ""),
            (r#"{.hostname}{"-"}x"#, "one-x"),
        ];
        for (template, expected) in cases {
            assert_eq!(JsonPath::parse(template).unwrap().render(&spec), expected, "{template}");
        }
        for bad in ["{.a", "{a}", "{.a[x]}", "{.a[1}"] {
            assert!(JsonPath::parse(bad).is_err(), "{bad}");
        }
    }
}
