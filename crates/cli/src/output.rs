//! How things look: tables, colours, sizes, times.

#[macro_use]
mod streams;

mod jsonpath;
mod style;
mod table;
mod units;
mod wrap;

pub use jsonpath::{JsonPath, text};
pub use streams::{print, print_error, stderr, stdout};
pub use style::Style;
pub use table::Table;
pub use units::{ago, duration, parse_duration, since, size, timestamp};
pub use wrap::{on_stderr, summary_on, wrap};

/// Prints a warning.
pub fn warn(text: impl std::fmt::Display) {
    remark("warning:", |style, word| style.warn(word), text);
}

/// Prints something to know that is no mistake.
pub fn info(text: impl std::fmt::Display) {
    remark("info:", |style, word| style.head(word), text);
}

fn remark(word: &str, paint: impl Fn(Style, &str) -> String, text: impl std::fmt::Display) {
    let text = on_stderr(&format!("{word} {text}"));
    eprintln!("{}{}", paint(Style::stderr(), word), &text[word.len()..]);
}
