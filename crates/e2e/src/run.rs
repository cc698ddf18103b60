//! Runs the cases, each kind of node on a cluster of its own.

use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context as _, Result, bail, ensure};

use minos_localcluster::{Accelerator, choose, find_qemu};

use crate::cases::{ALL, Act, Case, Leaves, Needs, Runs};
use crate::cluster::{Cluster, Kind, Programs};

/// What a run is to do.
pub struct Run<'a> {
    pub programs: &'a Programs,
    /// Only cases whose name contains this.
    pub only: Option<&'a str>,
    /// A cluster that exists already, and stays.
    pub existing: Option<&'a str>,
    /// The kind of node for cases that take any.
    pub nodes: Kind,
}

impl Run<'_> {
    /// Whether every case passed. A case that fails does not end the run: the next gets a new cluster.
    pub fn all_pass(&self) -> Result<bool> {
        let begin = Instant::now();
        let (cases, left_out) = self.cases()?;
        ensure!(!cases.is_empty(), "no case has {:?} in its name; --list shows them", self.only.unwrap_or_default());
        let (alone, shared): (Vec<&Case>, Vec<&Case>) =
            cases.iter().copied().partition(|case| matches!(case.act, Act::Alone(_)));
        let mut failed = match self.existing {
            Some(name) => self.on_existing(name, &shared)?,
            None => {
                let on = |kind| shared.iter().copied().filter(move |case| self.kind(case) == kind).collect::<Vec<_>>();
                let mut failed = self.on_new(Kind::Container, &on(Kind::Container))?;
                failed.extend(self.on_new(Kind::Machine, &on(Kind::Machine))?);
                failed
            }
        };
        failed.extend(alone.iter().filter(|case| !self.passes_alone(case)).map(|case| case.name));
        let seconds = begin.elapsed().as_secs();
        match failed.is_empty() {
            true => println!("all {} passed in {seconds} s", cases.len()),
            false => println!("FAILED in {seconds} s: {}", failed.join(", ")),
        }
        for case in left_out {
            println!("NOT RUN, virtual machines are emulated here: {}; run it with --only {0}", case.name);
        }
        Ok(failed.is_empty())
    }

    /// The cases that run, and those that this host is too slow for.
    fn cases(&self) -> Result<(Vec<&'static Case>, Vec<&'static Case>)> {
        let named = |case: &&Case| self.only.is_none_or(|only| case.name.contains(only));
        let always = |case: &&Case| self.only.is_some() || case.runs == Runs::Always;
        let (mut run, slow): (Vec<&Case>, Vec<&Case>) = ALL.iter().filter(named).partition(always);
        if slow.is_empty() || emulates()? {
            return Ok((run, slow));
        }
        run.extend(slow);
        Ok((run, Vec::new()))
    }

    fn kind(&self, case: &Case) -> Kind {
        match case.needs {
            Needs::Node => self.nodes,
            Needs::Container => Kind::Container,
            Needs::Machine => Kind::Machine,
        }
    }

    fn on_existing(&self, name: &str, cases: &[&Case]) -> Result<Vec<&'static str>> {
        let cluster = Cluster::existing(self.programs, &state_root()?, name)?;
        Ok(cases.iter().filter(|case| !passes(case, &cluster)).map(|case| case.name).collect())
    }

    /// The names of those that failed.
    fn on_new(&self, kind: Kind, cases: &[&Case]) -> Result<Vec<&'static str>> {
        let cluster = Cluster::named(self.programs, &state_root()?, &format!("e2e-{}", std::process::id()), kind);
        let mut exists = false;
        let mut failed = Vec::new();
        for case in cases {
            if !exists {
                let shows = "a new cluster, from its start to healthy";
                exists = step(kind.name(), shows, || diagnosed(&cluster, cluster.create(&[])));
            }
            let passed = exists && passes(case, &cluster);
            if !passed {
                failed.push(case.name);
            }
            if !passed || case.leaves == Leaves::Nothing {
                cluster.destroy();
                exists = false;
            }
        }
        if exists {
            cluster.destroy();
        }
        Ok(failed)
    }

    fn passes_alone(&self, case: &Case) -> bool {
        step(case.name, case.shows, || match case.act {
            Act::Alone(run) => run(self.programs),
            Act::On(_) => bail!("it needs a cluster"),
        })
    }
}

fn passes(case: &Case, cluster: &Cluster) -> bool {
    let run = || {
        match case.act {
            Act::On(run) => run(cluster)?,
            Act::Alone(_) => bail!("it uses no cluster of others"),
        }
        match case.leaves {
            Leaves::Healthy => cluster.ensure_original().context("what the case left"),
            Leaves::Nothing => Ok(()),
        }
    };
    step(case.name, case.shows, || diagnosed(cluster, run()))
}

/// Whether QEMU emulates the processor of virtual machines here.
fn emulates() -> Result<bool> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let choice = runtime.block_on(choose(&find_qemu()?, None))?;
    Ok(choice.accelerator == Accelerator::Tcg)
}

/// Prints what may explain an error.
pub fn diagnosed<T>(cluster: &Cluster, result: Result<T>) -> Result<T> {
    result.inspect_err(|_| cluster.print_diagnostics())
}

fn step(name: &str, shows: &str, run: impl FnOnce() -> Result<()>) -> bool {
    println!("==> {name}: {shows}");
    let begin = Instant::now();
    match run() {
        Ok(()) => {
            println!("    ok ({:.1} s)", begin.elapsed().as_secs_f64());
            true
        }
        Err(error) => {
            println!("    FAILED ({:.1} s): {error:#}", begin.elapsed().as_secs_f64());
            false
        }
    }
}

fn state_root() -> Result<PathBuf> {
    match std::env::var_os("MINOS_STATE") {
        Some(root) => Ok(PathBuf::from(root)),
        None => Ok(Path::new(&std::env::var_os("HOME").context("HOME is not set")?).join(".minos/clusters")),
    }
}
