//! `docs/clients.md` is made from the command tree, the contract's commands in `testdata/upstream-commands.txt`, and the
//! reasons below: `BLESS=1 cargo test -p minos-cli clients` writes it.

use std::collections::BTreeSet;
use std::path::PathBuf;

use clap::{Command, CommandFactory as _};

use super::absent::instead;

const UPSTREAM: &str = include_str!("../../testdata/upstream-commands.txt");

/// Commands, or the beginnings of their names, that need no node.
const WITHOUT_NODE: &[&str] = &[
    "completion",
    "config add",
    "config context",
    "config contexts",
    "config endpoint",
    "config info",
    "config merge",
    "config node",
    "config remove",
    "gen",
    "image cache-",
    "image k8s-bundle",
    "image talos-bundle",
    "inject",
    "machineconfig",
    "validate",
];

/// What differs on purpose, and why.
const NOTES: &[(&str, &str)] = &[
    ("apply-config", "`-f -` reads standard input"),
    (
        "edit",
        "an edited text that is refused is kept in a file whose name is printed, instead of an editor that opens again",
    ),
    ("gen ca", "files are readable by their owner only; nothing is written when one of them exists"),
    (
        "gen config",
        "files are readable by their owner only (upstream: by everybody), since they hold the cluster's keys; all are written \
         or none; comments are shorter",
    ),
    (
        "gen secrets",
        "`--kubernetes-bootstrap-token` must have the form of a bootstrap token: Kubernetes accepts no other; expired \
         authorities are refused",
    ),
    ("health", "`--server` is off when it is left out: the checks here say more; `--run-e2e` is refused"),
    ("list", "`--depth` and `--recurse` exclude each other"),
    ("logs", "an unknown name is answered with the names that there are"),
    ("machineconfig patch", "`-` is standard input"),
    ("mounts", "lists filesystems without a size as well"),
    ("processes", "columns are as wide as what is in them"),
    ("reboot", "`--drain` is refused: `kubectl drain` does it"),
    (
        "validate",
        "prints all mistakes with line and column; what does not act yet and what has a successor is printed as `info:`, but \
         not with `--strict`",
    ),
    ("version", "has `-o json` as well; the short form is `Talos v1.13.9+minos.VERSION`"),
];

/// What people type every day, with a node.
const EVERYDAY: &[&str] = &[
    "version",
    "health --server=false",
    "get members",
    "get rd",
    "get mc",
    "get links",
    "get addresses",
    "get services",
    "get staticpodstatus",
    "services",
    "service kubelet",
    "logs kubelet",
    "logs controller-runtime",
    "dmesg",
    "list /",
    "read /etc/os-release",
    "processes",
    "mounts",
    "memory",
    "kubeconfig -",
    "etcd members",
    "etcd status",
];

struct Upstream {
    path: &'static str,
    flags: Vec<&'static str>,
}

fn upstream() -> Vec<Upstream> {
    let lines = UPSTREAM.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once(':'));
    lines.map(|(path, flags)| Upstream { path, flags: flags.split_whitespace().collect() }).collect()
}

fn needs_node(path: &str) -> bool {
    !WITHOUT_NODE.iter().any(|begin| {
        path.strip_prefix(begin).is_some_and(|rest| rest.is_empty() || rest.starts_with(' ') || begin.ends_with('-'))
    })
}

/// The command of that path. `completion bash` is an argument here and a command there, which nobody can tell from outside.
fn find(path: &str) -> Option<Command> {
    let mut command = crate::Cli::command();
    command.build();
    for name in path.split(' ') {
        if command.get_name() == "completion" {
            return Some(command);
        }
        command = command.find_subcommand(name)?.clone();
    }
    Some(command)
}

/// The contract's flags that a command lacks, or has under another letter.
fn missing(command: &Command, flags: &[&'static str]) -> Vec<&'static str> {
    let has = |flag: &str| {
        let (letter, long) = flag.split_once('/').unwrap_or(("", flag));
        command.get_arguments().any(|argument| {
            let names = argument.get_long().into_iter().chain(argument.get_all_aliases().into_iter().flatten());
            let same = names.into_iter().any(|name| name == long.trim_start_matches('-'));
            same && (letter.is_empty() || argument.get_short() == letter.chars().nth(1))
        })
    };
    flags.iter().copied().filter(|flag| !has(flag)).collect()
}

fn row(upstream: &Upstream) -> String {
    let note = NOTES.iter().find(|(path, _)| *path == upstream.path).map(|(_, note)| *note);
    let answer = match (find(upstream.path), note) {
        (None, _) => match instead(upstream.path) {
            Some("") | None => "not supported yet".to_owned(),
            Some(instead) => format!("not supported yet: {instead}"),
        },
        (Some(_), None) => "same".to_owned(),
        (Some(_), Some(note)) => format!("differs: {note}"),
    };
    format!("| `{}` | {answer} |\n", upstream.path)
}

fn table(node: bool) -> String {
    let rows = upstream().iter().filter(|command| needs_node(command.path) == node).map(row).collect::<String>();
    format!("| Command | Compared with upstream's |\n|---|---|\n{rows}")
}

/// Our commands that the contract does not have.
fn own() -> String {
    fn leaves(command: &Command, path: &str, found: &mut BTreeSet<String>) {
        let inner = command.get_subcommands().filter(|inner| !inner.is_hide_set() && inner.get_name() != "help");
        for inner in inner {
            let path = format!("{path} {}", inner.get_name()).trim().to_owned();
            if inner.has_subcommands() {
                leaves(inner, &path, found);
            } else {
                found.insert(path);
            }
        }
    }
    let mut found = BTreeSet::new();
    leaves(&crate::Cli::command(), "", &mut found);
    let known: Vec<_> = upstream().iter().map(|command| command.path).collect();
    found.retain(|path| !known.contains(&path.as_str()) && path != "completion" && !path.starts_with("cluster"));
    let names: Vec<_> = found.iter().map(|path| format!("`{path}`")).collect();
    names.join(", ")
}

fn everyday() -> String {
    let command = |line: &&str| format!("| `minosctl -n NODE {line}` |\n");
    format!("| Command |\n|---|\n{}", EVERYDAY.iter().map(command).collect::<String>())
}

#[test]
fn the_page_of_clients_is_up_to_date() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/clients.md");
    let mut page = std::fs::read_to_string(&path).unwrap();
    let made = [("without-node", table(false)), ("everyday", everyday()), ("with-node", table(true)), ("own", own())];
    for (name, text) in made {
        let (begin, end) = (format!("<!-- {name} -->\n"), format!("<!-- end {name} -->"));
        let from = page.find(&begin).unwrap() + begin.len();
        let to = page.find(&end).unwrap();
        page.replace_range(from..to, &format!("{}\n", text.trim_end()));
    }
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(&path, &page).unwrap();
    }
    assert_eq!(std::fs::read_to_string(&path).unwrap(), page, "BLESS=1 cargo test -p minos-cli clients");
}

#[test]
fn every_command_of_the_contract_has_its_flags_or_an_answer() {
    for upstream in upstream() {
        match find(upstream.path) {
            Some(command) => assert_eq!(missing(&command, &upstream.flags), [""; 0], "{}", upstream.path),
            None => assert!(instead(upstream.path).is_some(), "{} is neither there nor answered", upstream.path),
        }
    }
    for (path, _) in NOTES {
        assert!(find(path).is_some() && upstream().iter().any(|command| command.path == *path), "{path}");
    }
    for flag in ["n/nodes", "e/endpoints", "c/cluster", "/talosconfig", "/context", "/siderov1-keys-dir"] {
        let (letter, long) = flag.split_once('/').unwrap();
        let list = find("list").unwrap();
        let found = list.get_arguments().any(|argument| {
            argument.get_long() == Some(long) && argument.get_short().map_or(String::new(), String::from) == letter
        });
        assert!(found, "{flag}");
    }
}

#[test]
fn the_short_names_of_the_contract_work() {
    for (path, aliases) in [
        ("apply-config", &["apply"][..]),
        ("config context", &["use-context"]),
        ("config contexts", &["get-contexts"]),
        ("config endpoint", &["endpoints"]),
        ("config node", &["nodes"]),
        ("get", &["g"]),
        ("list", &["ls"]),
        ("machineconfig", &["mc"]),
        ("memory", &["m", "free"]),
        ("mounts", &["mount"]),
        ("processes", &["p", "ps"]),
        ("read", &["cat"]),
        ("service", &["services"]),
    ] {
        let known: Vec<_> = find(path).unwrap().get_all_aliases().map(str::to_owned).collect();
        assert!(aliases.iter().all(|alias| known.iter().any(|known| known == alias)), "{path}: {known:?}");
    }
}

#[test]
fn every_everyday_command_is_understood() {
    assert_eq!(EVERYDAY.len(), 22);
    for line in EVERYDAY {
        let words = ["minosctl", "-n", "10.5.0.2"].into_iter().chain(line.split(' '));
        assert!(crate::Cli::command().try_get_matches_from(words).is_ok(), "{line}");
    }
}
