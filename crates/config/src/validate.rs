//! What the values of a configuration mean together; all problems at once, each with its place.

pub(crate) mod address;
mod bond;
mod cluster;
mod labels;
mod machine;
mod network;

use std::{fmt, str::FromStr};

use crate::{
    config::Config,
    documents::{Identity, Whole},
    node::Node,
    problem::{Position, Problem, Problems, Warnings},
};

/// Where a configuration is going to be used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// A virtual machine in a cloud: its disk image is there already.
    #[default]
    Cloud,
    /// A container.
    Container,
    /// A machine whose disk is still to be installed.
    Metal,
}

impl Mode {
    /// True when the configuration must say where to install.
    pub const fn requires_install(self) -> bool {
        matches!(self, Self::Metal)
    }
}

impl fmt::Display for Mode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Cloud => "cloud",
            Self::Container => "container",
            Self::Metal => "metal",
        })
    }
}

impl FromStr for Mode {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "cloud" => Ok(Self::Cloud),
            "container" => Ok(Self::Container),
            "metal" => Ok(Self::Metal),
            _ => Err(format!("unknown mode {text:?}, wanted cloud, container or metal")),
        }
    }
}

pub(crate) use machine::{check as check_machine, file_acts};

impl Config {
    /// Checks what the values mean together.
    pub fn validate(&self, mode: Mode) -> Result<Warnings, Problems> {
        let (problems, warnings) = self.judge(mode);
        Problems::unless_empty(problems)?;
        Ok(Warnings(warnings))
    }

    /// Problems and warnings about what the values mean together.
    pub(crate) fn judge(&self, mode: Mode) -> (Vec<Problem>, Vec<Problem>) {
        let mut problems = Vec::new();
        let mut warnings = Vec::new();
        let mut nodes = None;
        for (index, document) in self.documents().iter().enumerate() {
            let mut check = Check::default();
            document.check(&Whole { config: self, mode }, &mut check);
            if check.problems.is_empty() && check.warnings.is_empty() {
                continue;
            }
            // Places are looked up only when there is something to say.
            let node = nodes.get_or_insert_with(|| self.nodes()).get(index);
            let label = format!(
                "{} ({})",
                index + 1,
                node.map_or_else(|| document.kind().to_owned(), |node| Identity::of(node).to_string())
            );
            problems.extend(check.problems.into_iter().map(|note| note.place(&label, node)));
            warnings.extend(check.warnings.into_iter().map(|note| note.place(&label, node)));
        }
        (problems, warnings)
    }
}

/// Collects what is wrong. Places are written as `machine/network/interfaces/0`, keys that hold a slash with `~1` for it.
#[derive(Debug, Default)]
pub(crate) struct Check {
    problems: Vec<Note>,
    warnings: Vec<Note>,
}

#[derive(Debug)]
struct Note {
    pointer: String,
    message: String,
}

impl Check {
    /// Something is wrong there.
    pub fn problem(&mut self, pointer: impl Into<String>, message: impl Into<String>) {
        self.problems.push(Note { pointer: pointer.into(), message: message.into() });
    }

    /// Something there deserves a word.
    pub fn warning(&mut self, pointer: impl Into<String>, message: impl Into<String>) {
        self.warnings.push(Note { pointer: pointer.into(), message: message.into() });
    }

    /// A problem there unless `holds`.
    pub fn require(&mut self, holds: bool, pointer: impl Into<String>, message: impl Into<String>) {
        if !holds {
            self.problem(pointer, message);
        }
    }
}

impl Note {
    fn place(self, document: &str, node: Option<&Node>) -> Problem {
        Problem {
            document: document.to_owned(),
            path: readable(&self.pointer),
            position: node.map(|node| locate(node, &self.pointer)),
            message: self.message,
            notice: false,
        }
    }
}

/// The place itself, or of what should hold it.
fn locate(node: &Node, pointer: &str) -> Position {
    let mut node = node;
    let mut place = node.at;
    for step in pointer.split('/') {
        let step = step.replace("~1", "/");
        if let Some(entry) = node.entries().iter().find(|entry| entry.key == step) {
            place = entry.at;
            node = &entry.value;
        } else if let Some(item) = step.parse().ok().and_then(|index: usize| node.items().get(index)) {
            place = item.at;
            node = item;
        } else {
            break;
        }
    }
    place
}

fn readable(pointer: &str) -> String {
    let mut path = String::new();
    for step in pointer.split('/').filter(|step| !step.is_empty()) {
        let step = step.replace("~1", "/");
        if step.bytes().all(|byte| byte.is_ascii_digit()) {
            path.push_str(&format!("[{step}]"));
        } else if step.contains(['.', '/']) {
            path.push_str(&format!(".{step:?}"));
        } else {
            path.push('.');
            path.push_str(&step);
        }
    }
    path.trim_start_matches('.').to_owned()
}

/// A key as a step of a place.
pub(crate) fn step(key: &str) -> String {
    key.replace('/', "~1")
}
