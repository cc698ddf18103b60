//! Changes in the kernel.

use std::pin::Pin;

use futures_util::Stream;

use crate::{LinkIndex, NetError};

/// Something changed; the listener lists again what it is interested in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NetEvent {
    /// A link came, went or changed.
    Link {
        /// Its number.
        index: LinkIndex,
        /// Its name, empty when the message has none.
        name: String,
    },
    /// An address came or went.
    Address {
        /// On this link.
        link: LinkIndex,
    },
    /// A route came or went.
    Route {
        /// Through this link, when it has one.
        link: Option<LinkIndex>,
    },
    /// The kernel dropped events: everything may have changed.
    Lost,
}

/// Events as they come.
pub type EventStream = Pin<Box<dyn Stream<Item = NetEvent> + Send>>;

/// Tells about changes.
pub trait NetEvents: Send + Sync + 'static {
    /// All changes of links, addresses and routes from now on.
    ///
    /// # Errors
    /// When the kernel refuses the subscription.
    fn subscribe(&self) -> Result<EventStream, NetError>;
}
