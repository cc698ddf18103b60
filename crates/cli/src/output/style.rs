use std::env;
use std::fmt::Display;

use rustix::fd::AsFd;

/// Whether to paint, and how.
#[derive(Clone, Copy)]
pub struct Style {
    colour: bool,
}

impl Style {
    /// For standard output: colour only on a terminal, and never with `NO_COLOR`.
    pub fn stdout() -> Style {
        Style::of(std::io::stdout())
    }

    /// For standard error.
    pub fn stderr() -> Style {
        Style::of(std::io::stderr())
    }

    /// No colour.
    #[cfg(test)]
    pub fn plain() -> Style {
        Style { colour: false }
    }

    fn of(stream: impl AsFd) -> Style {
        let unwanted = env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        let dumb = env::var_os("TERM").is_some_and(|term| term == "dumb");
        Style { colour: !unwanted && !dumb && rustix::termios::isatty(stream) }
    }

    /// Whether somebody is looking, so that lines may be redrawn.
    pub fn is_terminal(self) -> bool {
        self.colour
    }

    /// Something is as it should be.
    pub fn good(self, text: impl Display) -> String {
        self.paint("32", text)
    }

    /// Something is wrong.
    pub fn bad(self, text: impl Display) -> String {
        self.paint("31", text)
    }

    /// Something to look at.
    pub fn warn(self, text: impl Display) -> String {
        self.paint("33", text)
    }

    /// The heads of columns.
    pub fn head(self, text: impl Display) -> String {
        self.paint("1", text)
    }

    fn paint(self, code: &str, text: impl Display) -> String {
        if self.colour { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_string() }
    }
}
