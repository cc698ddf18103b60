//! What failed calls have among their causes, in words: connections that do not come about, certificates that are not accepted.

use std::error::Error as StdError;
use std::io;
use std::time::Duration;

use minos_api::client::Unreachable;
use rustls::{AlertDescription, CertificateError, Error as TlsError};
use rustls_pki_types::UnixTime;
use time::OffsetDateTime;
use time::macros::format_description;
use tonic::{Code, Status};

/// An error, its causes, and what stands inside those of the system.
fn causes(error: &anyhow::Error) -> impl Iterator<Item = &(dyn StdError + 'static)> {
    error.chain().flat_map(|cause| [Some(cause), inner(cause)]).flatten()
}

/// What another library put into an error of the system; the system's own methods skip it.
fn inner<'a>(cause: &'a (dyn StdError + 'static)) -> Option<&'a (dyn StdError + 'static)> {
    let inner = cause.downcast_ref::<io::Error>()?.get_ref()?;
    Some(inner as &(dyn StdError + 'static))
}

/// What an error and its causes say, in their order. Libraries repeat their causes in their own messages; those are left out
/// for causes that we say in other words.
pub fn sentences(error: &anyhow::Error) -> Vec<String> {
    let is_worded = |cause: &&(dyn StdError + 'static)| cause.is::<Unreachable>() || cause.is::<TlsError>();
    let raw: Vec<String> = causes(error).filter(is_worded).map(|cause| cause.to_string()).collect();
    let repeats = |text: &str| raw.iter().any(|raw| text.contains(raw.as_str()));
    let news = |cause: &'_ (dyn StdError + 'static)| {
        // What we say ourselves may well be what the library says, word by word.
        sentence(cause).filter(|text| is_worded(&cause) || !repeats(text))
    };
    causes(error).filter_map(news).collect()
}

/// A cause as a sentence; none when the next ones say more.
fn sentence(cause: &(dyn StdError + 'static)) -> Option<String> {
    // What the transport says about itself; its causes are the news.
    const EMPTY: [&str; 6] =
        ["", "transport error", "tcp connect error", "client error (Connect)", "connection error", "http2 error"];
    let text = if let Some(status) = cause.downcast_ref::<Status>() {
        status_text(status)
    } else if let Some(unreachable) = cause.downcast_ref::<Unreachable>() {
        unreachable_text(unreachable)
    } else if let Some(error) = cause.downcast_ref::<TlsError>() {
        tls_text(error)
    } else if let Some(error) = cause.downcast_ref::<io::Error>() {
        match error.get_ref() {
            // It comes next.
            Some(inner) if inner.is::<TlsError>() || inner.is::<Unreachable>() => return None,
            _ => io_text(error),
        }
    } else {
        cause.to_string()
    };
    (!EMPTY.contains(&text.as_str())).then_some(text)
}

fn status_text(status: &Status) -> String {
    if status.message().is_empty() { status.code().description().into() } else { status.message().into() }
}

fn unreachable_text(unreachable: &Unreachable) -> String {
    let one = |(endpoint, error): &(String, io::Error)| match inner(error).and_then(|cause| cause.downcast_ref()) {
        Some(tls) => format!("{endpoint}: {}", tls_text(tls)),
        None => format!("{endpoint}: {}", io_text(error)),
    };
    format!("cannot connect to {}", unreachable.failures.iter().map(one).collect::<Vec<_>>().join("; "))
}

/// Without the number, which only programs want.
fn io_text(error: &io::Error) -> String {
    let text = error.to_string();
    match text.split_once(" (os error") {
        Some((words, _)) => words.to_owned(),
        None => text,
    }
}

fn tls_text(error: &TlsError) -> String {
    match error {
        TlsError::InvalidCertificate(error) => certificate_text(error),
        TlsError::AlertReceived(alert) => match alert {
            AlertDescription::CertificateExpired => "it does not accept our certificate, which has expired".into(),
            AlertDescription::UnknownCA => "it does not accept our certificate, which is of another authority".into(),
            AlertDescription::CertificateRequired => "it wants a certificate of its clients, and got none".into(),
            AlertDescription::BadCertificate | AlertDescription::CertificateUnknown => {
                "it does not accept our certificate".into()
            }
            other => format!("it ends the handshake: {other:?}"),
        },
        other => other.to_string(),
    }
}

fn certificate_text(error: &CertificateError) -> String {
    match error {
        CertificateError::UnknownIssuer | CertificateError::BadSignature => {
            "its certificate is of another authority than the one that we trust".into()
        }
        CertificateError::Expired => "its certificate has expired".into(),
        CertificateError::ExpiredContext { time, not_after } => {
            format!("its certificate expired on {}, and it is {} here", date(*not_after), date(*time))
        }
        CertificateError::NotValidYet => "its certificate is not valid yet".into(),
        CertificateError::NotValidYetContext { time, not_before } => {
            format!("its certificate is valid from {} on, and it is {} here", date(*not_before), date(*time))
        }
        CertificateError::NotValidForName => "its certificate is for other names".into(),
        CertificateError::NotValidForNameContext { expected, presented } => {
            let names: Vec<_> = presented.iter().map(|name| bare(name)).collect();
            format!("its certificate is not for {}, only for {}", expected.to_str(), names.join(", "))
        }
        other => format!("its certificate cannot be used: {other}"),
    }
}

/// The library writes `DnsName("a")` and `IpAddress(10.5.0.2)`.
fn bare(name: &str) -> &str {
    name.split_once('(').map_or(name, |(_, rest)| rest.trim_end_matches(')')).trim_matches('"')
}

fn date(moment: UnixTime) -> String {
    let moment = OffsetDateTime::UNIX_EPOCH + Duration::from_secs(moment.as_secs());
    moment.format(&format_description!("[year]-[month]-[day] [hour]:[minute] UTC")).unwrap_or_default()
}

/// What is wrong between two certificates, with what to do about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Distrust {
    /// The server's is of another authority.
    Authority,
    /// The server's is for other names.
    Name,
    /// The server's has expired.
    Expired,
    /// The server wants one of the client, and there is none.
    Anonymous,
    /// The server does not accept the client's.
    Refused,
}

impl Distrust {
    /// What an error is about, when it is about certificates.
    pub fn of(error: &anyhow::Error) -> Option<Distrust> {
        causes(error).find_map(|cause| match cause.downcast_ref::<Unreachable>() {
            // As long as one endpoint may come up, there is hope.
            Some(unreachable) => {
                let each =
                    unreachable.failures.iter().map(|(_, error)| Distrust::of_tls(inner(error)?.downcast_ref()?));
                each.collect::<Option<Vec<_>>>()?.first().copied()
            }
            None => Distrust::of_tls(cause.downcast_ref()?),
        })
    }

    fn of_tls(error: &TlsError) -> Option<Distrust> {
        match error {
            TlsError::InvalidCertificate(error) => match error {
                CertificateError::UnknownIssuer | CertificateError::BadSignature => Some(Distrust::Authority),
                CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
                    Some(Distrust::Name)
                }
                CertificateError::Expired | CertificateError::ExpiredContext { .. } => Some(Distrust::Expired),
                _ => None,
            },
            TlsError::AlertReceived(alert) => match alert {
                AlertDescription::CertificateRequired => Some(Distrust::Anonymous),
                AlertDescription::CertificateExpired
                | AlertDescription::CertificateUnknown
                | AlertDescription::UnknownCA
                | AlertDescription::BadCertificate => Some(Distrust::Refused),
                _ => None,
            },
            _ => None,
        }
    }

    /// What to do next.
    pub fn hint(self) -> &'static str {
        match self {
            Distrust::Authority => {
                "Is it another cluster's node? `minosctl config contexts` lists yours. A node without a configuration needs \
                 `--insecure`."
            }
            Distrust::Name => "Add the endpoint's address to machine.certSANs, or use another endpoint.",
            Distrust::Expired => {
                "Is the clock right here, and on the node? Nodes renew their certificates by themselves."
            }
            Distrust::Anonymous => {
                "The node has its configuration already: leave `--insecure` away and use its talosconfig."
            }
            Distrust::Refused => "`minosctl config info` shows when this context's certificate expires, and its roles.",
        }
    }
}

/// Whether trying again cannot help: certificates and rights stay as they are.
pub fn is_final(error: &anyhow::Error) -> bool {
    let refused =
        |status: &Status| matches!(status.code(), Code::Unauthenticated | Code::PermissionDenied | Code::Unimplemented);
    Distrust::of(error).is_some() || error.chain().any(|cause| cause.downcast_ref().is_some_and(refused))
}

#[cfg(test)]
mod tests {
    use rustls_pki_types::ServerName;

    use super::*;
    use crate::exit::describe;

    /// As a call fails whose endpoints cannot be reached.
    fn call(failures: Vec<(&str, io::Error)>) -> anyhow::Error {
        let failures = failures.into_iter().map(|(endpoint, error)| (endpoint.to_owned(), error)).collect();
        let unreachable = Unreachable { failures };
        // The library takes the cause's text for its own.
        let mut status = Status::unavailable(unreachable.to_string());
        status.set_source(std::sync::Arc::new(io::Error::other(unreachable)));
        anyhow::Error::from(status).context("10.5.0.2")
    }

    fn certificate(error: CertificateError) -> io::Error {
        io::Error::new(io::ErrorKind::InvalidData, TlsError::InvalidCertificate(error))
    }

    fn refused() -> io::Error {
        io::Error::from_raw_os_error(111)
    }

    #[test]
    fn a_connection_that_fails_is_described_once_and_in_words() {
        let error = call(vec![("10.5.0.2:50000", refused()), ("10.5.0.3:50000", io::Error::other("no answer"))]);
        let expected = "10.5.0.2: cannot connect to 10.5.0.2:50000: Connection refused; 10.5.0.3:50000: no answer";
        assert_eq!(describe(&error), expected);
        assert!(!is_final(&error) && Distrust::of(&error).is_none());
    }

    #[test]
    fn a_date_is_readable() {
        let at = |seconds| UnixTime::since_unix_epoch(Duration::from_secs(seconds));
        let expired = CertificateError::ExpiredContext { time: at(1_700_000_000), not_after: at(1_600_000_000) };
        let error = call(vec![("a:50000", certificate(expired))]);
        let expected = "its certificate expired on 2020-09-13 12:26 UTC, and it is 2023-11-14 22:13 UTC here";
        assert!(describe(&error).ends_with(expected), "{}", describe(&error));
        let early = CertificateError::NotValidYetContext { time: at(0), not_before: at(1_600_000_000) };
        let error = call(vec![("a:50000", certificate(early))]);
        assert!(describe(&error).contains("valid from 2020-09-13 12:26 UTC on"), "{}", describe(&error));
        assert!(!is_final(&error), "clocks are set sooner or later");
    }

    #[test]
    fn certificates_and_rights_are_final() {
        let unknown = || certificate(CertificateError::UnknownIssuer);
        let error = call(vec![("a:50000", unknown())]);
        assert_eq!(Distrust::of(&error), Some(Distrust::Authority));
        assert!(is_final(&error) && describe(&error).contains("of another authority"), "{}", describe(&error));
        assert!(!is_final(&call(vec![("a:50000", unknown()), ("b:50000", refused())])), "b may come up");
        assert!(is_final(&Status::permission_denied("not authorized").into()));
        assert!(is_final(&Status::unauthenticated("who?").into()));
        assert!(!is_final(&Status::unavailable("later").into()));

        let alert = TlsError::AlertReceived(AlertDescription::UnknownCA);
        let mut status = Status::unknown("transport error");
        status.set_source(std::sync::Arc::new(io::Error::new(io::ErrorKind::InvalidData, alert)));
        let error = status.into();
        assert_eq!(Distrust::of(&error), Some(Distrust::Refused));
        assert_eq!(describe(&error), "it does not accept our certificate, which is of another authority");
    }

    #[test]
    fn names_are_listed_as_they_are() {
        let error = CertificateError::NotValidForNameContext {
            expected: ServerName::try_from("10.5.0.9").unwrap(),
            presented: vec!["DnsName(\"node\")".into(), "IpAddress(10.5.0.2)".into()],
        };
        let text = describe(&call(vec![("10.5.0.9:50000", certificate(error))]));
        assert!(text.ends_with("its certificate is not for 10.5.0.9, only for node, 10.5.0.2"), "{text}");
    }
}
