use anyhow::{Result, bail};
use minos_api::client::State;
use minos_api::cosi::resource::Resource;
use serde::Deserialize;

use crate::exit::BadInput;

/// What a node says about a kind of resource.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Definition {
    /// The full type.
    #[serde(rename = "type")]
    pub kind: String,
    /// As tables show it.
    #[serde(default)]
    pub display_type: String,
    /// Where its resources are.
    #[serde(default)]
    pub default_namespace: String,
    /// Every name it goes by.
    #[serde(default)]
    pub all_aliases: Vec<String>,
    /// Columns beside the common ones.
    #[serde(default)]
    pub print_columns: Vec<Column>,
}

/// A column of a table.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Column {
    /// Its head.
    pub name: String,
    /// Where in the specification its value is.
    pub json_path: String,
}

/// Asks the node which kind goes by that name.
pub async fn resolve(state: &mut State, name: &str) -> Result<Definition> {
    let resources = state.list("meta", "ResourceDefinitions.meta.cosi.dev").await?;
    let mut matching = Vec::new();
    for resource in &resources {
        let Some(definition) = read(resource)? else {
            continue;
        };
        let names = definition.all_aliases.iter().chain([&definition.kind]);
        if names.into_iter().any(|alias| alias.eq_ignore_ascii_case(name)) {
            matching.push(definition);
        }
    }
    match matching.len() {
        1 => Ok(matching.remove(0)),
        0 => {
            let text = format!("resource {name:?} is not registered; `minosctl get rd` lists the kinds that are");
            Err(BadInput(text).into())
        }
        _ => {
            let kinds: Vec<_> = matching.iter().map(|definition| definition.kind.as_str()).collect();
            bail!("{name:?} may be any of {}; name one in full", kinds.join(", "))
        }
    }
}

fn read(resource: &Resource) -> Result<Option<Definition>> {
    let Some(spec) = &resource.spec else {
        return Ok(None);
    };
    let definition = serde_saphyr::from_str(&spec.yaml_spec);
    Ok(Some(definition.map_err(|error| BadInput(format!("a resource definition is not what it should be: {error}")))?))
}
