//! Whether everybody who may wish something of the network has been heard since the process started.

use minos_resources::network::{AddressSpec, CONFIG_NAMESPACE, Operator, OperatorSpec, PlatformConfig};
use minos_runtime::{Context, Input, Query, StateError};

use crate::config;

/// What [`all`] and [`operators`] read.
pub(crate) fn inputs() -> Vec<Input> {
    vec![
        config::input().without_wake(),
        Input::of::<PlatformConfig>().only(PlatformConfig::ACTIVE).without_wake(),
        Input::of::<OperatorSpec>().without_wake(),
        Input::of::<AddressSpec>().in_namespace(CONFIG_NAMESPACE).without_wake(),
    ]
}

/// Whether configuration, platform and operators have all said what they wish.
pub(crate) fn all(cx: &Context) -> Result<bool, StateError> {
    let platform = cx.get::<PlatformConfig>(PlatformConfig::ACTIVE)?.is_some();
    Ok(platform && config::get(cx)?.is_some() && operators(cx)? == Operators::Answered)
}

/// How far the operators are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operators {
    /// There are none.
    None,
    /// At least one has nothing to say yet.
    Asking,
    /// Each has an answer.
    Answered,
}

/// How far the operators are.
pub(crate) fn operators(cx: &Context) -> Result<Operators, StateError> {
    let operators = cx.list::<OperatorSpec>()?;
    if operators.is_empty() {
        // A node without operators is configured by hand, which its configuration has to say.
        return Ok(if config::get(cx)?.is_some() { Operators::Answered } else { Operators::None });
    }
    let addresses = cx.list_in::<AddressSpec>(CONFIG_NAMESPACE, &Query::default())?;
    let answered = operators.iter().filter(|one| one.operator == Operator::Dhcp4).all(|operator| {
        let prefix = format!("{}/", operator.id());
        addresses.iter().any(|address| address.id().starts_with(&prefix))
    });
    Ok(if answered { Operators::Answered } else { Operators::Asking })
}

/// How long to wait before looking again whether everybody has been heard.
pub(crate) const ASK_AGAIN: std::time::Duration = std::time::Duration::from_secs(10);
