//! Prints a dictionary for the fuzzer: every key, kind and fixed value that a configuration may hold.

#![allow(clippy::print_stdout, reason = "a command-line tool")]

use std::collections::BTreeSet;

use serde_json::Value;

fn main() {
    let mut words = BTreeSet::new();
    collect(&minos_config::reference::json_schema(), &mut words);
    words.extend(["$patch: delete", "<<: *a", "&a ", "---\n", "|-\n", "\n%%%\n"].map(str::to_owned));
    for word in words {
        let escaped: String =
            word.chars().map(|c| if c == '\n' { "\\x0a".to_owned() } else { c.escape_default().to_string() }).collect();
        println!("\"{escaped}\"");
    }
}

fn collect(schema: &Value, words: &mut BTreeSet<String>) {
    match schema {
        Value::Object(entries) => {
            for (key, value) in entries {
                if let (true, Some(properties)) = (key == "properties", value.as_object()) {
                    words.extend(properties.keys().map(|name| format!("{name}: ")));
                }
                if let (true, Some(values)) = (key == "enum" || key == "const", value.as_array()) {
                    words.extend(values.iter().filter_map(Value::as_str).map(str::to_owned));
                }
                collect(value, words);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, words)),
        _ => {}
    }
}
