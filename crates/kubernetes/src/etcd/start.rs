//! Whether etcd may start, and as what: with its data, as the founder of a cluster, or not yet.

use serde::{Deserialize, Serialize};

use super::args::Start;

/// What the decision was when etcd was started in this boot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct StartRecord {
    /// As what it was started.
    pub(crate) start: Start,
}

/// Decides. A decision of this boot stands, so that a new process gives a running etcd the same command line; but an
/// etcd that started with data must never found a cluster because the data is gone.
pub(crate) fn decide(has_data: bool, asked_to_found: bool, before: Option<&StartRecord>) -> Option<Start> {
    match before.map(|record| &record.start) {
        Some(Start::Data) | None if has_data => Some(Start::Data),
        Some(Start::Data) | None if asked_to_found => Some(Start::New),
        Some(Start::Data) | None => None,
        Some(other) => Some(other.clone()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_starts_without_data_or_request() {
        assert_eq!(decide(false, false, None), None);
        assert_eq!(decide(false, true, None), Some(Start::New));
        assert_eq!(decide(true, false, None), Some(Start::Data));
        assert_eq!(decide(true, true, None), Some(Start::Data), "data is never founded over");
    }

    #[test]
    fn a_running_etcd_keeps_its_command_line() {
        let founder = StartRecord { start: Start::New };
        assert_eq!(decide(true, false, Some(&founder)), Some(Start::New));
        let member = StartRecord { start: Start::Data };
        assert_eq!(decide(false, false, Some(&member)), None, "lost data founds nothing");
    }
}
