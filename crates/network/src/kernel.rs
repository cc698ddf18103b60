//! Wake-ups from the kernel.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use futures_util::{StreamExt as _, stream};
use minos_netlink::{Links, NetEvent, NetEvents};
use minos_runtime::{Key, Source};

use crate::heard::LAST_LINK;

/// How long to wait before listening again when the kernel refuses.
const AFTER_ERROR: Duration = Duration::from_secs(5);

/// [`Key::all`] at every event that `matters`, and whenever events may have been missed.
pub(crate) fn wake_all(events: Arc<dyn NetEvents>, matters: fn(&NetEvent) -> bool) -> Source {
    let heard = forever(events).filter(move |event| {
        let wanted = *event == NetEvent::Lost || matters(event);
        async move { wanted }
    });
    Box::pin(heard.map(|_| Key::all()))
}

/// The name of every link that came, went or changed; all of them, [`LAST_LINK`] last, at first and whenever events may have been missed.
pub(crate) fn wake_links(events: Arc<dyn NetEvents>, links: Arc<dyn Links>) -> Source {
    let mut known = BTreeSet::new();
    let heard = forever(events).flat_map(move |event| {
        let names = match event {
            NetEvent::Link { name, .. } => {
                known.insert(name.clone());
                vec![name]
            }
            NetEvent::Lost => {
                // What is gone has to be worked on as well.
                let listed = links.links().unwrap_or_default().into_iter().map(|link| link.name);
                known.extend(listed);
                let mut names: Vec<String> = known.iter().cloned().collect();
                names.sort_by_key(|name| name == LAST_LINK);
                names
            }
            NetEvent::Address { .. } | NetEvent::Route { .. } => Vec::new(),
        };
        stream::iter(names)
    });
    Box::pin(heard.map(Key::from))
}

/// Events without end: when the kernel ends the stream a new one begins. Each begins with [`NetEvent::Lost`].
fn forever(events: Arc<dyn NetEvents>) -> impl futures_util::Stream<Item = NetEvent> + Send {
    stream::unfold((events, true), |(events, first)| async move {
        if !first {
            tokio::time::sleep(AFTER_ERROR).await;
        }
        let heard = match events.subscribe() {
            Ok(heard) => heard,
            Err(error) => {
                tracing::error!(error = %minos_runtime::ReconcileError::from(error).report(), "changes go unheard");
                stream::empty().boxed()
            }
        };
        Some((stream::iter([NetEvent::Lost]).chain(heard), (events, false)))
    })
    .flatten()
}
