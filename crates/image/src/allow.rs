//! What may be in the root file system: the allow list, and what no list can allow.

use std::fmt;

use anyhow::{Context as _, Result, ensure};

use crate::pattern::PathPattern;
use crate::tree::{Entry, Kind, Origin, Tree};

/// The committed list of files, by origin.
#[derive(Debug)]
pub struct AllowList {
    rules: Vec<(PathPattern, PathPattern)>,
}

/// One thing in a tree that must not be there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offence {
    /// The path.
    pub path: String,
    /// Who brought it.
    pub origin: Origin,
    /// What is wrong with it.
    pub reason: &'static str,
}

impl fmt::Display for Offence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (from {}): {}", self.path, self.origin, self.reason)
    }
}

impl AllowList {
    /// Reads lines of an origin's pattern and a path pattern; `#` begins a comment.
    pub fn parse(text: &str) -> Result<Self> {
        let mut rules = Vec::new();
        for (number, line) in (1..).zip(text.lines()) {
            let words: Vec<_> = line.split('#').next().unwrap_or_default().split_whitespace().collect();
            if words.is_empty() {
                continue;
            }
            ensure!(words.len() == 2, "line {number}: expected an origin and a path, found {line:?}");
            let pattern = |word| PathPattern::new(word).with_context(|| format!("line {number}"));
            rules.push((pattern(words[0])?, pattern(words[1])?));
        }
        Ok(Self { rules })
    }

    /// Everything in the tree that must not be there, and the rules that allow nothing (to be removed).
    ///
    /// Folders are not listed: what is in them is.
    pub fn check(&self, tree: &Tree) -> Result<(Vec<Offence>, Vec<String>)> {
        let mut offences = Vec::new();
        let mut used = vec![false; self.rules.len()];
        for (path, entry) in tree.iter() {
            let origin = entry.origin.to_string();
            let listed = self.rules.iter().position(|(one, pattern)| one.matches(&origin) && pattern.matches(path));
            if let Some(rule) = listed {
                used[rule] = true;
            }
            let unlisted = listed.is_none() && !matches!(entry.kind, Kind::Folder);
            let reasons = [unlisted.then_some("it is not on the allow list"), forbidden(path, entry)?];
            offences.extend(reasons.into_iter().flatten().map(|reason| Offence {
                path: path.to_owned(),
                origin: entry.origin.clone(),
                reason,
            }));
        }
        let idle = self.rules.iter().zip(used).filter(|(_, used)| !used);
        let idle = idle.map(|((origin, path), _)| format!("{} {}", origin.as_str(), path.as_str()));
        Ok((offences, idle.collect()))
    }
}

/// Shells and interpreters; a name with a version behind it (`python3.13`) counts too.
const INTERPRETERS: [&str; 32] = [
    "sh", "bash", "dash", "ash", "rbash", "ksh", "mksh", "zsh", "fish", "csh", "tcsh", "busybox", "toybox", "python",
    "pypy", "perl", "ruby", "lua", "luajit", "tclsh", "wish", "expect", "node", "nodejs", "deno", "bun", "php", "awk",
    "gawk", "mawk", "gdb", "env",
];

/// What makes a file impossible in the image, whatever a list says.
fn forbidden(path: &str, entry: &Entry) -> Result<Option<&'static str>> {
    if entry.mode & 0o6000 != 0 {
        return Ok(Some("it is set-user-id or set-group-id"));
    }
    if matches!(entry.kind, Kind::Folder) {
        return Ok(None);
    }
    let name = path.rsplit('/').next().unwrap_or_default();
    let plain = name.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.');
    let executable = entry.mode & 0o111 != 0;
    if executable && INTERPRETERS.iter().any(|one| *one == name || *one == plain) {
        return Ok(Some("it is a shell or an interpreter"));
    }
    match &entry.kind {
        Kind::File(source) if executable && source.head(2)? == b"#!" => Ok(Some("it is a script")),
        Kind::File(_) if entry.mode & 0o022 != 0 => Ok(Some("others than root may write to it")),
        _ => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::Source;

    const LIST: &str = "# what udev brings\nudev /usr/bin/udevadm\nlib* /usr/lib/**/lib*.so*\nminos /etc/*\n";

    fn offences(build: impl FnOnce(&mut Tree)) -> Vec<String> {
        let mut tree = Tree::new();
        build(&mut tree);
        let (offences, _) = AllowList::parse(LIST).unwrap().check(&tree).unwrap();
        offences.iter().map(ToString::to_string).collect()
    }

    fn file(tree: &mut Tree, path: &str, data: &[u8], mode: u32, package: &str) {
        tree.file(path, Source::Bytes(data.into()), mode, Origin::Package(package.into())).unwrap();
    }

    #[test]
    fn listed_files_pass() {
        let found = offences(|tree| {
            file(tree, "/usr/bin/udevadm", b"\x7fELF", 0o755, "udev");
            file(tree, "/usr/lib/x/libacl.so.1", b"\x7fELF", 0o644, "libacl1");
        });
        assert_eq!(found, [""; 0]);
    }

    #[test]
    fn a_file_of_another_package_is_named_with_it() {
        let found = offences(|tree| file(tree, "/usr/bin/udevadm", b"", 0o755, "evil"));
        assert_eq!(found, ["/usr/bin/udevadm (from evil): it is not on the allow list"]);
    }

    #[test]
    fn shells_scripts_and_set_user_id_files_are_found_though_listed() {
        let list = AllowList::parse("p /**\n").unwrap();
        let mut tree = Tree::new();
        file(&mut tree, "/usr/bin/bash", b"\x7fELF", 0o755, "p");
        file(&mut tree, "/usr/bin/python3.13", b"\x7fELF", 0o755, "p");
        file(&mut tree, "/usr/bin/fsck.xfs", b"#!/bin/sh -f\n", 0o755, "p");
        file(&mut tree, "/usr/bin/mount", b"\x7fELF", 0o4755, "p");
        file(&mut tree, "/usr/bin/open", b"\x7fELF", 0o757, "p");
        file(&mut tree, "/usr/share/sh", b"not executable", 0o644, "p");
        tree.link("/bin/sh", "dash", Origin::Package("p".into())).unwrap();
        let (found, idle) = list.check(&tree).unwrap();
        let found: Vec<_> = found.iter().map(|offence| (offence.path.as_str(), offence.reason)).collect();
        assert_eq!(
            found,
            [
                ("/bin/sh", "it is a shell or an interpreter"),
                ("/usr/bin/bash", "it is a shell or an interpreter"),
                ("/usr/bin/fsck.xfs", "it is a script"),
                ("/usr/bin/mount", "it is set-user-id or set-group-id"),
                ("/usr/bin/open", "others than root may write to it"),
                ("/usr/bin/python3.13", "it is a shell or an interpreter"),
            ]
        );
        assert!(idle.is_empty());
    }

    #[test]
    fn rules_that_allow_nothing_are_told() {
        let (_, idle) = AllowList::parse(LIST).unwrap().check(&Tree::new()).unwrap();
        assert_eq!(idle, ["udev /usr/bin/udevadm", "lib* /usr/lib/**/lib*.so*", "minos /etc/*"]);
    }

    #[test]
    fn a_bad_line_is_named() {
        assert!(AllowList::parse("udev\n").unwrap_err().to_string().starts_with("line 1"));
    }
}
