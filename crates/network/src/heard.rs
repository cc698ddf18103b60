//! Whether everybody who may wish something of the network has been heard since the process started.

use std::time::Duration;

use minos_resources::network::{AddressSpec, CONFIG_NAMESPACE, LinkStatus, Operator, PlatformConfig};
use minos_runtime::{Context, Input, Query, StateError};
use tokio::time::Instant;

use crate::{cmdline, config, operator};

/// How long to wait before looking again whether everybody has been heard.
pub(crate) const ASK_AGAIN: Duration = Duration::from_secs(10);
/// How long everybody must have been heard, so that what they said has reached the final specs.
const GRACE: Duration = Duration::from_secs(30);

/// The link that is listed last, so that its status says that all others have theirs.
pub(crate) const LAST_LINK: &str = "lo";

/// Since when everybody has been heard.
#[derive(Debug, Default)]
pub(crate) struct Heard {
    since: Option<Instant>,
}

/// What this module reads.
pub(crate) fn inputs() -> Vec<Input> {
    vec![
        config::input().without_wake(),
        cmdline::input().without_wake(),
        Input::of::<PlatformConfig>().only(PlatformConfig::ACTIVE).without_wake(),
        Input::of::<LinkStatus>().without_wake(),
        Input::of::<AddressSpec>().in_namespace(CONFIG_NAMESPACE).without_wake(),
    ]
}

impl Heard {
    /// Whether configuration, platform and operators have all said what they wish, and not just now.
    pub(crate) fn all(&mut self, cx: &Context) -> Result<bool, StateError> {
        let platform = cx.get::<PlatformConfig>(PlatformConfig::ACTIVE)?.is_some();
        if platform && config::get(cx)?.is_some() && operators(cx)? {
            let since = *self.since.get_or_insert_with(Instant::now);
            return Ok(since.elapsed() >= GRACE);
        }
        self.since = None;
        Ok(false)
    }
}

/// Whether each operator that there should be has an answer.
pub(crate) fn operators(cx: &Context) -> Result<bool, StateError> {
    if cx.get::<LinkStatus>(LAST_LINK)?.is_none() {
        return Ok(false);
    }
    let addresses = cx.list_in::<AddressSpec>(CONFIG_NAMESPACE, &Query::default())?;
    let expected = operator::expected(cx)?;
    Ok(expected.iter().filter(|one| one.operator == Operator::Dhcp4).all(|operator| {
        let prefix = format!("{}/", operator.id());
        addresses.iter().any(|address| address.id().starts_with(&prefix))
    }))
}
