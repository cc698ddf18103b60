use std::collections::BTreeMap;

use crate::{
    documents::{Kind, Whole},
    schema::{Effect, section},
    validate::{Check, step},
};

section! {
    /// Environment variables of the operating system's services, as `https_proxy` for pulling images through a proxy.
    pub struct EnvironmentConfig {
        /// The variables. A name has letters, digits and `_`, and does not begin with a digit. A service sees a change when the
        /// machine starts again.
        "variables" => variables: BTreeMap<String, String> [example("{https_proxy: \"http://proxy.example.org:3128\"}")],
    }
}

impl Kind for EnvironmentConfig {
    const EFFECT: Effect = Effect::Idle;
    const SINCE: &'static str = "v1.12";

    fn check(&self, _: &Whole<'_>, check: &mut Check) {
        for name in self.variables.keys().filter(|name| !is_name(name)) {
            check.problem(
                format!("variables/{}", step(name)),
                "wanted a name of letters, digits and '_' that does not begin with a digit",
            );
        }
    }
}

fn is_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}
