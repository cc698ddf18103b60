//! Wake-ups from the kernel.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use futures_util::{StreamExt as _, stream};
use minos_netlink::{LinkIndex, Links, NetEvent, NetEvents};
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

/// The name of every link that came, went or changed, the old one too when it got another; all of them, [`LAST_LINK`]
/// last, at first and whenever events may have been missed.
pub(crate) fn wake_links(events: Arc<dyn NetEvents>, links: Arc<dyn Links>) -> Source {
    let mut known: BTreeMap<String, LinkIndex> = BTreeMap::new();
    let heard = forever(events).flat_map(move |event| {
        let names = match event {
            NetEvent::Link { name, index } => {
                let mut names: Vec<String> = known
                    .iter()
                    .filter(|(old, of)| **of == index && **old != name)
                    .map(|(old, _)| old.clone())
                    .collect();
                known.retain(|old, _| !names.contains(old));
                known.insert(name.clone(), index);
                names.push(name);
                names
            }
            NetEvent::Lost => {
                // What is gone has to be worked on as well.
                let listed = links.links().unwrap_or_default().into_iter().map(|link| (link.name, link.index));
                known.extend(listed);
                let mut names: Vec<String> = known.keys().cloned().collect();
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

#[cfg(test)]
mod tests {
    use minos_netlink::NetError;

    use super::*;

    struct Heard(Vec<NetEvent>);

    impl NetEvents for Heard {
        fn subscribe(&self) -> Result<minos_netlink::EventStream, NetError> {
            Ok(stream::iter(self.0.clone()).boxed())
        }
    }

    #[tokio::test]
    async fn a_new_name_wakes_the_old_one_too() {
        let link = |name: &str| NetEvent::Link { index: LinkIndex(2), name: name.to_owned() };
        let events = Arc::new(Heard(vec![link("eth0"), link("enp0s3"), link("enp0s3")]));
        let links = Arc::new(minos_netlink::FakeKernel::new());
        let at_first = links.links().expect("listed").len();
        let woken: Vec<Key> = wake_links(events, links).skip(at_first).take(4).collect().await;
        let woken: Vec<&str> = woken.iter().map(Key::as_str).collect();
        assert_eq!(woken, ["eth0", "eth0", "enp0s3", "enp0s3"]);
    }
}
