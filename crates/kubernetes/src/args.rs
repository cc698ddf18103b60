//! Command lines made of our own flags and those that the user adds.

use std::collections::BTreeMap;

use minos_resources::k8s::ArgValues;
use thiserror::Error;

/// What happens to a flag that both sides give.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Policy {
    /// The user's value counts.
    Overwrite,
    /// Both are one list, separated by commas.
    Additive,
    /// The user may not give it.
    Denied,
}

/// The user gave a flag that belongs to the node.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("the flag {flag:?} is set by the node and cannot be given as an extra argument")]
pub struct ArgsError {
    /// The flag, without dashes.
    pub flag: String,
}

/// Flags by name; a flag with several values is given several times.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Args(BTreeMap<String, Vec<String>>);

impl Args {
    pub(crate) fn of<K: Into<String>, V: Into<String>>(flags: impl IntoIterator<Item = (K, V)>) -> Self {
        Self(flags.into_iter().map(|(key, value)| (key.into(), vec![value.into()])).collect())
    }

    pub(crate) fn set(&mut self, flag: &str, value: impl Into<String>) {
        self.0.insert(flag.to_owned(), vec![value.into()]);
    }

    pub(crate) fn contains(&self, flag: &str) -> bool {
        self.0.contains_key(flag)
    }

    /// Adds the user's flags.
    pub(crate) fn merge(
        &mut self,
        extra: &BTreeMap<String, ArgValues>,
        policy: impl Fn(&str) -> Policy,
    ) -> Result<(), ArgsError> {
        for (flag, ArgValues { values }) in extra {
            match policy(flag) {
                Policy::Denied => return Err(ArgsError { flag: flag.clone() }),
                Policy::Overwrite => {
                    self.0.insert(flag.clone(), values.clone());
                }
                Policy::Additive => {
                    let own = self.0.remove(flag).unwrap_or_default();
                    self.0.insert(flag.clone(), vec![join(own.iter().chain(values))]);
                }
            }
        }
        Ok(())
    }

    /// `--flag=value`, by name.
    pub(crate) fn render(&self) -> Vec<String> {
        let one = |(flag, values): (&String, &Vec<String>)| {
            values.iter().map(|value| format!("--{flag}={value}")).collect::<Vec<_>>()
        };
        self.0.iter().flat_map(one).collect()
    }
}

/// The items of all lists, each once, in their order.
fn join<'a>(lists: impl Iterator<Item = &'a String>) -> String {
    let mut items: Vec<&str> = Vec::new();
    for item in lists.flat_map(|list| list.split(',')).map(str::trim) {
        if !item.is_empty() && !items.contains(&item) {
            items.push(item);
        }
    }
    items.join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn extra(flag: &str, values: &[&str]) -> BTreeMap<String, ArgValues> {
        let values = values.iter().map(|&value| value.to_owned()).collect();
        BTreeMap::from([(flag.to_owned(), ArgValues { values })])
    }

    #[test]
    fn lists_are_joined_without_repeats() {
        let mut args = Args::of([("plugins", "NodeRestriction")]);
        args.merge(&extra("plugins", &["A, NodeRestriction", "B"]), |_| Policy::Additive).unwrap();
        assert_eq!(args.render(), ["--plugins=NodeRestriction,A,B"]);
    }

    #[test]
    fn users_values_replace_ours_and_may_be_several() {
        let mut args = Args::of([("v", "1")]);
        args.merge(&extra("v", &["2", "3"]), |_| Policy::Overwrite).unwrap();
        assert_eq!(args.render(), ["--v=2", "--v=3"]);
    }

    #[test]
    fn denied_flags_are_refused() {
        let error = Args::default().merge(&extra("data-dir", &["/tmp"]), |_| Policy::Denied).unwrap_err();
        assert_eq!(error.flag, "data-dir");
    }
}
