//! What an error looks like, and the code that the shell sees.

use std::io;
use std::process::ExitCode;

use anyhow::Error;
use minos_api::client::{ConfigError, ConnectError};
use tonic::{Code, Status};

use crate::failure::{Distrust, sentences};
use crate::output::{Style, on_stderr};

/// The reader's own mistake, which no retry repairs.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct BadInput(pub String);

/// What the contract has and this version does not do yet, with what to do instead if there is something.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Unsupported(pub String);

/// What failed on several nodes or files, with the code that all of it has in common.
#[derive(Debug, thiserror::Error)]
#[error("{text}")]
pub struct Several {
    text: String,
    code: u8,
}

impl Several {
    /// One line for each failure below a heading.
    pub fn new(heading: &str, failures: &[Error]) -> Several {
        let lines: Vec<_> = failures.iter().map(describe).collect();
        let mut codes = failures.iter().map(code);
        let first = codes.next().unwrap_or(UNKNOWN);
        let code = if codes.all(|code| code == first) { first } else { UNKNOWN };
        Several { text: format!("{heading}:\n  {}", lines.join("\n  ")), code }
    }
}

/// Exit codes. Upstream's client of this version has 1 for everything; its later ones have these.
const UNKNOWN: u8 = 1;
const BAD_INPUT: u8 = 2;
const UNSUPPORTED: u8 = 3;
const ENVIRONMENT: u8 = 4;
const DEPENDENCY: u8 = 5;
/// A file or a stream could not be read or written.
pub const IO: u8 = 6;

/// Prints an error with its causes and what to try next.
pub fn report(error: &Error) -> ExitCode {
    const WORD: &str = "error:";
    let text = on_stderr(&format!("{WORD} {}", describe(error)));
    eprintln!("{}{}", Style::stderr().bad(WORD), &text[WORD.len()..]);
    if let Some(hint) = hint(error) {
        eprintln!("{}", on_stderr(hint));
    }
    ExitCode::from(code(error))
}

/// The error and its causes on one line, no sentence twice.
pub fn describe(error: &Error) -> String {
    let mut text = String::new();
    for sentence in sentences(error) {
        if !text.contains(&sentence) {
            if !text.is_empty() {
                text.push_str(": ");
            }
            text.push_str(&sentence);
        }
    }
    text
}

fn status(error: &Error) -> Option<&Status> {
    error.chain().find_map(|cause| cause.downcast_ref())
}

fn hint(error: &Error) -> Option<&'static str> {
    let distrust = Distrust::of(error).map(Distrust::hint);
    distrust.or_else(|| match status(error)?.code() {
        Code::Unavailable => {
            Some("Is the node up, and the address right? `minosctl config info` shows where this context points.")
        }
        Code::Unimplemented => Some("This node's version does not have that yet."),
        Code::PermissionDenied => Some("`minosctl config info` shows the roles of this context."),
        _ => None,
    })
}

fn code(error: &Error) -> u8 {
    if Distrust::of(error).is_some() {
        return ENVIRONMENT;
    }
    if let Some(status) = status(error) {
        return match status.code() {
            Code::InvalidArgument | Code::NotFound | Code::OutOfRange => BAD_INPUT,
            Code::Unimplemented => UNSUPPORTED,
            Code::PermissionDenied | Code::Unauthenticated => ENVIRONMENT,
            Code::Unavailable | Code::DeadlineExceeded => DEPENDENCY,
            _ => UNKNOWN,
        };
    }
    for cause in error.chain() {
        if let Some(several) = cause.downcast_ref::<Several>() {
            return several.code;
        }
        if cause.is::<BadInput>() {
            return BAD_INPUT;
        }
        if cause.is::<Unsupported>() {
            return UNSUPPORTED;
        }
        if let Some(ConfigError::NoContext { .. }) = cause.downcast_ref() {
            return BAD_INPUT;
        }
        if cause.is::<ConfigError>() || cause.is::<ConnectError>() {
            return ENVIRONMENT;
        }
        if cause.is::<io::Error>() {
            return IO;
        }
    }
    UNKNOWN
}

#[cfg(test)]
mod tests {
    use anyhow::{Context as _, anyhow};

    use super::*;

    #[test]
    fn every_kind_has_its_code() {
        assert_eq!(code(&anyhow!("x")), UNKNOWN);
        assert_eq!(code(&BadInput("x".into()).into()), BAD_INPUT);
        assert_eq!(code(&Unsupported("x".into()).into()), UNSUPPORTED);
        assert_eq!(code(&BadInput("ca.crt: this certificate expired on 2026-01-01".into()).into()), BAD_INPUT);
        assert_eq!(code(&Error::from(Status::unimplemented("x")).context("y")), UNSUPPORTED);
        assert_eq!(code(&ConfigError::NoPath.into()), ENVIRONMENT);
        assert_eq!(code(&ConfigError::NoContext { name: "x".into(), path: "y".into() }.into()), BAD_INPUT);
        assert_eq!(code(&Status::unavailable("x").into()), DEPENDENCY);
        assert_eq!(code(&io::Error::other("x").into()), IO);
    }

    #[test]
    fn several_failures_have_the_code_of_each() {
        let (missing, down) = (|| Status::not_found("x").into(), || Status::unavailable("y").into());
        assert_eq!(code(&Several::new("2 failed", &[missing(), missing()]).into()), BAD_INPUT);
        let both = Several::new("2 failed", &[missing(), down()]);
        assert_eq!(both.to_string(), "2 failed:\n  x\n  y");
        assert_eq!(code(&both.into()), UNKNOWN);
    }

    #[test]
    fn causes_are_told_once() {
        let error = Err::<(), _>(Status::not_found("no such file")).context("cannot read /x").unwrap_err();
        assert_eq!(describe(&error), "cannot read /x: no such file");
    }
}
