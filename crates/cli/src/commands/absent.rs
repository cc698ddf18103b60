//! Commands of the contract that are not there yet: whoever types one learns that, and the way around when there is one.

use clap::{Arg, ArgAction, ArgMatches, Command};

use crate::exit::Unsupported;

/// Each with what to do instead; empty when there is nothing.
const ABSENT: &[(&str, &str)] = &[
    ("cgroups", "`read /proc/pressure/memory` and `processes` show what the machine is busy with"),
    ("conformance kubernetes", "run hydrophone or sonobuoy with the cluster's kubeconfig"),
    ("containers", "`services` shows those of the system, `kubectl get pods -A` those of Kubernetes"),
    ("copy", "`read` prints a single file"),
    ("dashboard", ""),
    ("debug", ""),
    ("etcd alarm disarm", ""),
    ("etcd alarm list", "`etcd status` shows errors of the members"),
    ("etcd defrag", ""),
    ("etcd downgrade cancel", ""),
    ("etcd downgrade enable", ""),
    ("etcd downgrade validate", ""),
    ("etcd forfeit-leadership", ""),
    ("etcd leave", ""),
    ("etcd remove-member", ""),
    ("etcd snapshot", ""),
    ("gen secureboot database", ""),
    ("gen secureboot pcr", ""),
    ("gen secureboot uki", ""),
    ("image cache-cert-gen", ""),
    ("image cache-create", "the build makes the image cache (`make image`)"),
    ("image cache-serve", ""),
    ("image k8s-bundle", ""),
    ("image list", ""),
    ("image pull", ""),
    ("image remove", ""),
    ("image talos-bundle", ""),
    ("inject serviceaccount", "nodes do not serve Kubernetes' service accounts yet"),
    ("inspect dependencies", ""),
    ("meta delete", ""),
    ("meta write", ""),
    ("netstat", "`read /proc/net/tcp` shows the sockets as the kernel writes them"),
    ("pcap", ""),
    ("reset", ""),
    ("restart", "`service NAME restart` restarts a service"),
    ("rollback", ""),
    ("rotate-ca", ""),
    ("stats", "`processes` and `memory` show what is used"),
    ("support", "`logs`, `dmesg` and `get` show its parts"),
    ("time", "`get timestatus` shows whether the clock is in step"),
    ("upgrade", ""),
    ("upgrade-k8s", ""),
    ("usage", "`list -l` shows sizes"),
    ("wipe disk", ""),
];

/// Other names of some.
const ALIASES: &[(&str, &[&str])] = &[
    ("cgroups", &["cg"]),
    ("containers", &["c"]),
    ("copy", &["cp"]),
    ("netstat", &["ss"]),
    ("pcap", &["tcpdump"]),
    ("usage", &["du"]),
];

/// The command line with the absent commands, which help and completion leave out.
pub fn with_absent(mut root: Command) -> Command {
    for (path, _) in ABSENT {
        root = add(root, path);
    }
    root
}

fn add(parent: Command, path: &str) -> Command {
    let (name, rest) = path.split_once(' ').map_or((path, None), |(name, rest)| (name, Some(rest)));
    let name: &'static str = names().find(|known| *known == name).unwrap_or_default();
    if parent.find_subcommand(name).is_none() {
        let aliases = ALIASES.iter().find(|(known, _)| *known == name).map_or(&[][..], |(_, aliases)| aliases);
        let parent = parent.subcommand(hidden(name).aliases(aliases));
        return match rest {
            Some(rest) => parent.mut_subcommand(name, |command| add(command, rest)),
            None => parent,
        };
    }
    match rest {
        Some(rest) => parent.mut_subcommand(name, |command| add(command, rest)),
        None => parent,
    }
}

/// Every word of the paths.
fn names() -> impl Iterator<Item = &'static str> {
    ABSENT.iter().flat_map(|(path, _)| path.split(' '))
}

/// Whatever arguments come, they are for a command that is not there.
fn hidden(name: &'static str) -> Command {
    let rest =
        Arg::new("rest").num_args(0..).trailing_var_arg(true).allow_hyphen_values(true).action(ArgAction::Append);
    Command::new(name).hide(true).disable_help_flag(true).arg(rest)
}

/// The absent command that was called, as an error.
pub fn called(matches: &ArgMatches) -> Option<Unsupported> {
    let mut path = String::new();
    let mut matches = matches;
    while let Some((name, inner)) = matches.subcommand() {
        path = if path.is_empty() { name.to_owned() } else { format!("{path} {name}") };
        matches = inner;
    }
    let below = format!("{path} ");
    let (_, instead) = ABSENT.iter().find(|(absent, _)| *absent == path || absent.starts_with(&below))?;
    // A group such as `etcd` is there even when some of what it groups is not.
    if !ABSENT.iter().any(|(absent, _)| *absent == path) && matches.try_contains_id("rest").is_err() {
        return None;
    }
    let instead = if instead.is_empty() { String::new() } else { format!(": {instead}") };
    Some(Unsupported(format!("`minosctl {path}` is not supported yet{instead}")))
}

/// What to do instead of an absent command.
#[cfg(test)]
pub(super) fn instead(path: &str) -> Option<&'static str> {
    ABSENT.iter().find(|(absent, _)| *absent == path).map(|(_, instead)| *instead)
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    fn answer(line: &str) -> Option<String> {
        let command = with_absent(crate::Cli::command());
        called(&command.try_get_matches_from(line.split(' ')).unwrap()).map(|error| error.to_string())
    }

    #[test]
    fn an_absent_command_says_so_whatever_its_flags() {
        for line in [
            "minosctl upgrade --image x -n 10.5.0.2",
            "minosctl -n 10.5.0.2 etcd snapshot db",
            "minosctl etcd alarm list --help",
            "minosctl gen secureboot uki --common-name x",
            "minosctl ss -tl",
            "minosctl image",
        ] {
            assert!(answer(line).unwrap().contains("is not supported yet"), "{line}");
        }
        assert_eq!(answer("minosctl -n 10.5.0.2 etcd members"), None);
        assert_eq!(answer("minosctl gen key --name x"), None);
        assert!(with_absent(crate::Cli::command()).try_get_matches_from(["minosctl", "nonsense"]).is_err());
    }

    #[test]
    fn what_is_there_is_not_called_absent() {
        for (path, _) in ABSENT {
            let mut command = crate::Cli::command();
            let there = path.split(' ').all(|name| match command.find_subcommand(name).cloned() {
                Some(found) => {
                    command = found;
                    true
                }
                None => false,
            });
            assert!(!there, "{path} is there");
        }
    }
}
