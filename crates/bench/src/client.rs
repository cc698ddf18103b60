//! The client: what a person waits for at the prompt.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context as _, Result, ensure};
use nix::sys::resource::{UsageWho, getrusage};

use crate::report::Row;

/// Runs of which the median counts.
const RUNS: usize = 21;

pub fn measure(minosctl: &Path) -> Result<Vec<Row>> {
    let folder = std::env::temp_dir().join(format!("minos-bench-{}", std::process::id()));
    std::fs::create_dir(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let output = folder.display().to_string();
    let generate = ["gen", "config", "bench", "https://10.5.0.2:6443", "--force", "-o", &output];
    // First, while it is the only child there was.
    let memory = peak(minosctl, &["version", "--client"])?;
    let version = median(minosctl, &["version", "--client"])?;
    let generated = median(minosctl, &generate);
    std::fs::remove_dir_all(&folder)?;
    let generate = generated?;
    let size = std::fs::metadata(minosctl)?.len() as f64 / 1e6;
    let row = |what: &str, value, unit, budget| Row { what: what.to_owned(), value, unit, budget: Some(budget) };
    Ok(vec![
        row("gen config with all keys, median", generate, "ms", 150.0),
        row("version --client, median", version, "ms", 3.0),
        row("version --client, peak memory", memory, "MB", 8.0),
        row("minosctl", size, "MB", 15.0),
    ])
}

/// Milliseconds.
fn median(program: &Path, arguments: &[&str]) -> Result<f64> {
    let mut times = Vec::new();
    for _ in 0..RUNS {
        let begin = Instant::now();
        let status = Command::new(program).args(arguments).stdout(Stdio::null()).stderr(Stdio::null()).status()?;
        ensure!(status.success(), "{arguments:?} failed");
        times.push(begin.elapsed());
    }
    times.sort_unstable();
    Ok(times[RUNS / 2].as_secs_f64() * 1e3)
}

/// Megabytes that were resident at most, in the largest child so far.
fn peak(program: &Path, arguments: &[&str]) -> Result<f64> {
    ensure!(Command::new(program).args(arguments).stdout(Stdio::null()).status()?.success(), "{arguments:?} failed");
    // The kernel counts in KiB.
    Ok(getrusage(UsageWho::RUSAGE_CHILDREN)?.max_rss() as f64 * 1024.0 / 1e6)
}
