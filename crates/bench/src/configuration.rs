//! Configurations: the one that is generated, and ones that grow, whose time per line must not.

use std::fmt::Write as _;
use std::hint::black_box;
use std::time::{Duration, Instant, SystemTime};

use anyhow::{Context as _, Result, anyhow};
use minos_config::generate::{Input, Secrets};
use minos_config::reference::{Comments, commented};
use minos_config::{Config, MachineType, Mode, Patch};

use crate::report::Row;

/// Runs of which the median counts.
const RUNS: usize = 201;
/// Lines of the growing configurations.
const LINES: [usize; 3] = [1_000, 10_000, 100_000];

/// The number of the first line of a configuration that has no such line in common: a multiple of 6.
const OTHERS: usize = 6_000_000;

/// What a configuration is long of: a line of it by its number, and what stands before all of them.
type Shape = (&'static str, &'static str, fn(usize, &mut String));

const SHAPES: [Shape; 4] = [
    ("keys", "  sysctls:\n", |number, text| {
        let _ = writeln!(text, "    net.test.k{number}: text");
    }),
    ("items", "  certSANs:\n", |number, text| {
        let _ = writeln!(text, "    - n{number}.example.org");
    }),
    ("keyed items", "  network:\n    interfaces:\n", |number, text| match number % 2 {
        0 => drop(writeln!(text, "      - interface: eth{number}")),
        _ => text.push_str("        dhcp: true\n"),
    }),
    ("documents", "", |number, text| {
        let _ = match number % 6 {
            0 => writeln!(text, "---"),
            1 => writeln!(text, "apiVersion: v1alpha1"),
            2 => writeln!(text, "kind: StaticHostConfig"),
            3 => writeln!(text, "name: 10.{}.{}.{}", number >> 16, number >> 8 & 255, number & 255),
            4 => writeln!(text, "hostnames:"),
            _ => writeln!(text, "  - host{number}"),
        };
    }),
];

pub fn measure() -> Result<Vec<Row>> {
    let mut rows = vec![generated()?];
    for shape in SHAPES {
        for lines in LINES {
            rows.extend(growing(&shape, lines)?);
        }
    }
    Ok(rows)
}

/// Parse and validate of the control plane's file, as `gen config` writes it.
fn generated() -> Result<Row> {
    let secrets = Secrets::generate(SystemTime::now())?;
    let config = Input::new("bench", "https://10.5.0.2:6443", secrets)?.config(MachineType::ControlPlane)?;
    let text = commented(&config, Comments { docs: true, examples: true });
    let mut times = Vec::new();
    for _ in 0..RUNS {
        times.push(time(|| load(&text))?.0);
    }
    times.sort_unstable();
    Ok(Row {
        what: format!("parse and validate a generated control plane file, {} lines", text.lines().count()),
        value: times[RUNS / 2].as_secs_f64() * 1e3,
        unit: "ms",
        budget: Some(0.3),
    })
}

/// Every operation on a configuration of so many lines.
fn growing((name, head, line): &Shape, lines: usize) -> Result<Vec<Row>> {
    let mut text = format!("version: v1alpha1\nmachine:\n  type: worker\n  ca:\n    crt: {}\n", certificate()?);
    text.push_str("cluster:\n  controlPlane:\n    endpoint: https://10.5.0.2:6443\n");
    // The machine's section comes last, where it grows.
    let (before, cluster) = text.split_at(text.find("cluster:").unwrap_or_default());
    // Whole items and documents.
    let lines_from = |first: usize| {
        let mut body = String::new();
        (first..first + lines.next_multiple_of(6)).for_each(|number| line(number, &mut body));
        body
    };
    let whole = |body: &str| match head.is_empty() {
        true => format!("{before}{cluster}{body}"),
        false => format!("{before}{head}{body}{cluster}"),
    };
    let body = lines_from(0);
    let (text, other) = (whole(&body), load(&whole(&lines_from(OTHERS)))?);
    let (parse, config) = time(|| load(&text))?;
    let patch = match head.is_empty() {
        true => body.trim_start_matches("---\n").to_owned(),
        false => format!("machine:\n{head}{body}"),
    };
    let patch = Patch::parse(&patch)?;
    let (merge, (merged, _)) = time(|| Ok(config.patched(std::slice::from_ref(&patch))?))?;
    let (plan, _) = time(|| Ok(black_box(config.plan(&merged)).changes.len()))?;
    let (diff, _) = time(|| Ok(black_box(config.diff(&other)).len()))?;
    let row = |what: &str, took: Duration| Row {
        what: format!("{what}, {lines} lines of {name}, per line"),
        value: took.as_secs_f64() * 1e6 / lines as f64,
        unit: "µs",
        budget: None,
    };
    Ok(vec![
        row("parse and validate", parse),
        row("patch with itself", merge),
        row("plan", plan),
        row("diff of other lines", diff),
    ])
}

fn load(text: &str) -> Result<Config> {
    let loaded = Config::load(text.as_bytes(), Mode::Cloud);
    Ok(black_box(loaded.map_err(|problems| anyhow!("{:.2000}", problems.to_string()))?.0))
}

fn certificate() -> Result<String> {
    let secrets = Secrets::generate(SystemTime::now())?;
    let config = Input::new("bench", "https://10.5.0.2:6443", secrets)?.config(MachineType::Worker)?;
    let line = config.encode().lines().find_map(|line| line.trim().strip_prefix("crt: "));
    Ok(line.context("a certificate")?.to_owned())
}

fn time<T>(work: impl FnOnce() -> Result<T>) -> Result<(Duration, T)> {
    let begin = Instant::now();
    let result = work()?;
    Ok((begin.elapsed(), result))
}
