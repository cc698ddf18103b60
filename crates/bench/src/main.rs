//! Measurements against the budgets: `make bench` runs them all and writes `bench/results/*.json`.

#![forbid(unsafe_code)]
#![allow(clippy::print_stdout, reason = "a command-line tool")]

mod engine;
mod report;

use anyhow::Result;

fn main() -> Result<()> {
    let rows = engine::measure()?;
    report::write("engine", &rows)?;
    report::print(&rows);
    Ok(())
}
