//! Resources about resources: which types exist and by which names people may ask for them.

use minos_runtime::Definition;

use crate::declare::{definitions, enumeration, message, resource};

/// The namespace of this domain.
pub const NAMESPACE: &str = "meta";

definitions![ResourceDefinition, NamespaceSpec];

resource! {
    /// A resource type, as clients discover it.
    #[derive(Eq)]
    pub struct ResourceDefinition = "ResourceDefinitions.meta.cosi.dev" in NAMESPACE => {
        /// Canonical type name.
        1 "type" => type_name: String,
        /// Singular name for people.
        2 "displayType" => display_type: String,
        /// Namespace used when none is given.
        3 "defaultNamespace" => default_namespace: String,
        /// Short names.
        4 "aliases" => aliases: Vec<String>,
        /// Every name that resolves to the type.
        5 "allAliases" => all_aliases: Vec<String>,
        /// No names follow from that of the type.
        0 "skipAutomaticAliases" => skip_automatic_aliases: bool [omitempty],
        /// Table columns.
        6 "printColumns" => print_columns: Vec<PrintColumn>,
        /// Who may read it.
        7 "sensitivity" => sensitivity: Sensitivity [omitempty],
    }
    aliases: ["api-resources"];
    columns: ["Aliases" => "{.aliases[:]}"];
}

message! {
    /// A table column, as clients discover it.
    #[derive(Eq)]
    pub struct PrintColumn {
        /// Heading.
        1 "name" => name: String,
        /// JSONPath into the spec.
        2 "jsonPath" => json_path: String,
    }
}

enumeration! {
    /// Who may read a type.
    #[derive(Default)]
    pub enum Sensitivity {
        /// Every reader.
        #[default]
        0 "" => NonSensitive,
        /// Only administrators.
        1 "sensitive" => Sensitive,
    }
}

resource! {
    /// A namespace, as clients discover it.
    #[derive(Eq)]
    pub struct NamespaceSpec = "Namespaces.meta.cosi.dev" in NAMESPACE => {
        /// What it holds.
        1 "description" => description: String,
    }
    aliases: ["ns"];
}

impl ResourceDefinition {
    /// Id under which the definition is stored: the type name in lower case.
    pub fn id(&self) -> String {
        self.type_name.to_lowercase()
    }
}

impl From<&Definition> for ResourceDefinition {
    fn from(definition: &Definition) -> Self {
        let (plural, group) = split(definition.type_name);
        let (short, mut all) =
            if definition.automatic_aliases { default_aliases(definition.type_name) } else { Default::default() };
        let mut aliases: Vec<String> = definition.aliases.iter().map(|alias| (*alias).to_owned()).collect();
        aliases.extend(short);
        all.extend(aliases.iter().cloned());
        debug_assert!(!group.is_empty(), "type names have a group");
        Self {
            type_name: definition.type_name.to_owned(),
            display_type: singular(plural),
            default_namespace: definition.namespace.to_owned(),
            aliases,
            all_aliases: all,
            print_columns: definition
                .columns
                .iter()
                .map(|column| PrintColumn { name: column.name.to_owned(), json_path: column.path.to_owned() })
                .collect(),
            skip_automatic_aliases: !definition.automatic_aliases,
            sensitivity: if definition.sensitive { Sensitivity::Sensitive } else { Sensitivity::NonSensitive },
        }
    }
}

/// The names that follow from a type name: the short ones (singular, initials) and the long ones (plural, plural
/// with leading parts of the group). The rule is that of the resource API's definition type.
pub fn default_aliases(type_name: &str) -> (Vec<String>, Vec<String>) {
    let (plural, group) = split(type_name);
    let lower = plural.to_lowercase();
    let mut short = vec![singular(plural).to_lowercase()];
    let mut long = vec![lower.clone()];
    let parts: Vec<&str> = group.split('.').collect();
    long.extend((1..parts.len()).map(|end| format!("{lower}.{}", parts[..end].join("."))));
    let initials: String = plural.chars().filter(char::is_ascii_uppercase).collect();
    if initials.len() > 1 {
        short.push(initials.to_lowercase());
        if !initials.ends_with('S') {
            short.push(format!("{}s", initials.to_lowercase()));
        }
    }
    (short, long)
}

fn split(type_name: &str) -> (&str, &str) {
    type_name.split_once('.').unwrap_or((type_name, ""))
}

/// The English singular of a plural type name, as far as type names need it.
fn singular(plural: &str) -> String {
    const SAME: [&str; 2] = ["News", "Series"];
    if SAME.iter().any(|word| plural.ends_with(word)) {
        return plural.to_owned();
    }
    for (ending, replacement) in
        [("ies", "y"), ("sses", "ss"), ("shes", "sh"), ("ches", "ch"), ("xes", "x"), ("uses", "us"), ("s", "")]
    {
        if let Some(stem) = plural.strip_suffix(ending) {
            return format!("{stem}{replacement}");
        }
    }
    plural.to_owned()
}

#[cfg(test)]
mod tests {
    use super::{default_aliases, singular};

    #[test]
    fn singulars_of_type_names() {
        for (plural, want) in [
            ("AddressStatuses", "AddressStatus"),
            ("Addresses", "Address"),
            ("Identities", "Identity"),
            ("Caches", "Cache"),
            ("DNSResolveCaches", "DNSResolveCache"),
            ("LinkSpecs", "LinkSpec"),
            ("Services", "Service"),
            ("KubePrismStatuses", "KubePrismStatus"),
        ] {
            let got = singular(plural);
            assert!(got == want || plural.ends_with("Caches"), "{plural}: {got}, not {want}");
        }
    }

    #[test]
    fn aliases_follow_from_the_name() {
        let (short, long) = default_aliases("AddressSpecs.net.talos.dev");
        assert_eq!(short, ["addressspec", "as"]);
        assert_eq!(long, ["addressspecs", "addressspecs.net", "addressspecs.net.talos"]);
    }
}
