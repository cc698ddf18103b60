//! What an error looks like, and the code that the shell sees.

use std::io::{self, ErrorKind};
use std::process::ExitCode;

use anyhow::Error;
use minos_api::client::{ConfigError, ConnectError};
use tonic::{Code, Status};

use crate::output::{Style, on_stderr};

/// The reader's own mistake, which no retry repairs.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct BadInput(pub String);

/// Exit codes, as upstream's client has them.
const UNKNOWN: u8 = 1;
const BAD_INPUT: u8 = 2;
const UNSUPPORTED: u8 = 3;
const ENVIRONMENT: u8 = 4;
const DEPENDENCY: u8 = 5;
const IO: u8 = 6;

/// Prints an error with its causes and what to try next.
pub fn report(error: &Error) -> ExitCode {
    if error.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == ErrorKind::BrokenPipe) {
        return ExitCode::SUCCESS;
    }
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
    for cause in error.chain() {
        let sentence = match cause.downcast_ref::<Status>() {
            Some(status) => status_text(status),
            None => cause.to_string(),
        };
        // The transport's own summaries say less than their causes.
        let empty = sentence.is_empty() || sentence == "transport error" || sentence == "tcp connect error";
        if !empty && !text.contains(&sentence) {
            if !text.is_empty() {
                text.push_str(": ");
            }
            text.push_str(&sentence);
        }
    }
    text
}

fn status_text(status: &Status) -> String {
    if status.message().is_empty() { status.code().description().into() } else { status.message().into() }
}

fn status(error: &Error) -> Option<&Status> {
    error.chain().find_map(|cause| cause.downcast_ref())
}

/// What the handshake's failures mean, by the words that they hold.
const HANDSHAKE: [(&[&str], &str); 4] = [
    (
        &["UnknownIssuer", "BadSignature"],
        "The node's certificate is not of the CA in this context. A node without a configuration needs `--insecure`.",
    ),
    (
        &["CertificateRequired"],
        "The node has its configuration already: leave `--insecure` away and use its talosconfig.",
    ),
    (&["not valid for name"], "Add the endpoint's address to machine.certSANs, or use another endpoint."),
    (
        &["CertificateExpired", "certificate expired", "CertificateUnknown", "UnknownCA", "BadCertificate"],
        "One side's certificate is not good (any more); `minosctl config info` shows when this context's expires.",
    ),
];

fn handshake_hint(error: &Error) -> Option<&'static str> {
    // A file that a person named may hold a certificate that expired, too.
    if error.is::<BadInput>() {
        return None;
    }
    let text = describe(error);
    let known = HANDSHAKE.iter().find(|(words, _)| words.iter().any(|word| text.contains(word)));
    known.map(|(_, hint)| *hint)
}

fn hint(error: &Error) -> Option<&'static str> {
    handshake_hint(error).or_else(|| match status(error)?.code() {
        Code::Unavailable => {
            Some("Is the node up, and the address right? `minosctl config info` shows where this context points.")
        }
        Code::Unimplemented => Some("This node's version does not have that yet."),
        Code::PermissionDenied => Some("`minosctl config info` shows the roles of this context."),
        _ => None,
    })
}

fn code(error: &Error) -> u8 {
    if handshake_hint(error).is_some() {
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
        if cause.is::<BadInput>() {
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
        assert_eq!(code(&BadInput("ca.crt: this certificate expired on 2026-01-01".into()).into()), BAD_INPUT);
        assert_eq!(code(&Error::from(Status::unimplemented("x")).context("y")), UNSUPPORTED);
        assert_eq!(code(&ConfigError::NoPath.into()), ENVIRONMENT);
        assert_eq!(code(&Status::unavailable("x").into()), DEPENDENCY);
        assert_eq!(code(&io::Error::other("x").into()), IO);
    }

    #[test]
    fn causes_are_told_once() {
        let error = Err::<(), _>(Status::not_found("no such file")).context("cannot read /x").unwrap_err();
        assert_eq!(describe(&error), "cannot read /x: no such file");
    }
}
