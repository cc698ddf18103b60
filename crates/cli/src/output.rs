//! How things look: tables, colours, sizes, times.

mod jsonpath;
mod style;
mod table;
mod units;
mod wrap;

pub use jsonpath::{JsonPath, text};
pub use style::Style;
pub use table::Table;
pub use units::{ago, duration, parse_duration, since, size, timestamp};
pub use wrap::{on_stderr, wrap};

/// Tells a warning.
pub fn warn(text: impl std::fmt::Display) {
    const WORD: &str = "warning:";
    let text = on_stderr(&format!("{WORD} {text}"));
    eprintln!("{}{}", Style::stderr().warn(WORD), &text[WORD.len()..]);
}
