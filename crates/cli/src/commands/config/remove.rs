use std::io;

use anyhow::Result;
use minos_api::client::Talosconfig;

use crate::exit::BadInput;

/// Removes the contexts that match, except the current one.
pub fn run(config: &mut Talosconfig, pattern: &str, noconfirm: bool, dry_run: bool) -> Result<()> {
    let matching: Vec<String> = config.contexts.keys().filter(|name| matches(pattern, name)).cloned().collect();
    if matching.is_empty() {
        return Err(BadInput(format!("no context matches {pattern:?}; `minosctl config contexts` lists them")).into());
    }
    let mut changed = false;
    for name in matching {
        if name == config.context {
            eprintln!("skipping removal of current context {name:?}, please change it to another before removing");
            continue;
        }
        if !noconfirm && !confirmed(&name)? {
            continue;
        }
        eprintln!("{} context {name:?}", if dry_run { "would remove" } else { "removing" });
        config.contexts.remove(&name);
        changed = true;
    }
    if changed && !dry_run {
        config.save()?;
    }
    Ok(())
}

fn confirmed(name: &str) -> io::Result<bool> {
    eprint!("remove the context {name:?}? [y/N]: ");
    let mut answer = String::new();
    io::stdin().read_line(&mut answer)?;
    Ok(matches!(answer.trim().to_ascii_lowercase().as_str(), "y" | "yes"))
}

/// `*` stands for anything.
fn matches(pattern: &str, name: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == name,
        Some((head, rest)) => {
            let Some(tail) = name.strip_prefix(head) else {
                return false;
            };
            (0..=tail.len()).filter(|at| tail.is_char_boundary(*at)).any(|at| matches(rest, &tail[at..]))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_match_anything() {
        for (pattern, name, expected) in [
            ("a", "a", true),
            ("a*", "abc", true),
            ("*c", "abc", true),
            ("a*c", "ab", false),
            ("*", "", true),
            ("a", "ab", false),
        ] {
            assert_eq!(matches(pattern, name), expected, "{pattern} {name}");
        }
    }
}
