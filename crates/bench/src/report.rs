//! Results as a table for people and as JSON for later.

use std::path::Path;

use anyhow::{Context as _, Result};
use serde::Serialize;

/// One measured figure.
#[derive(Debug, Clone, Serialize)]
pub struct Row {
    /// What was measured.
    pub what: String,
    /// The figure.
    pub value: f64,
    /// Its unit.
    pub unit: &'static str,
    /// The budget, in the same unit, if there is one.
    pub budget: Option<f64>,
}

impl Row {
    /// A figure without a budget.
    pub fn new(what: impl Into<String>, value: f64, unit: &'static str) -> Self {
        Self { what: what.into(), value, unit, budget: None }
    }

    /// The same, with a budget.
    pub fn budget(self, budget: f64) -> Self {
        Self { budget: Some(budget), ..self }
    }
}

/// Writes `bench/results/<name>.json`.
pub fn write(name: &str, rows: &[Row]) -> Result<()> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../bench/results");
    std::fs::create_dir_all(&folder).context("cannot make the folder of results")?;
    let file = folder.join(format!("{name}.json"));
    std::fs::write(&file, serde_json::to_string_pretty(rows)?)
        .with_context(|| format!("cannot write {}", file.display()))
}

/// Prints a table.
pub fn print(name: &str, rows: &[Row]) {
    println!("\n{name}");
    for row in rows {
        let budget = row.budget.map_or(String::new(), |budget| format!("(budget {budget} {})", row.unit));
        println!("  {:<58} {:>10.3} {:<5} {budget}", row.what, row.value, row.unit);
    }
}
