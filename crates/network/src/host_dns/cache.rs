//! Answers that are kept for the next client, bounded in number and size.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::message::{QueryKey, Reply};

/// The most answers that are kept.
const MOST: usize = 4096;
/// The most memory that they take, in bytes.
const LARGEST: usize = 1 << 20;
/// What an answer takes besides its own bytes: two keys and the nodes of two maps.
const OVERHEAD: usize = 256;

/// The cache. Where there is no room, the answers that expire first go first.
#[derive(Debug)]
pub(super) struct Cache {
    entries: HashMap<Arc<[u8]>, Entry>,
    /// The same by expiry; the number makes each key unique.
    by_expiry: BTreeMap<(Instant, u64), Arc<[u8]>>,
    next: u64,
    size: usize,
    most: usize,
    largest: usize,
}

#[derive(Debug)]
struct Entry {
    expiry: (Instant, u64),
    received: Instant,
    reply: Arc<Reply>,
}

impl Default for Cache {
    fn default() -> Self {
        Self::bounded(MOST, LARGEST)
    }
}

impl Cache {
    fn bounded(most: usize, largest: usize) -> Self {
        Self { entries: HashMap::new(), by_expiry: BTreeMap::new(), next: 0, size: 0, most, largest }
    }

    /// The answer to the question, and how old it is.
    pub(super) fn get(&mut self, key: &[u8]) -> Option<(Arc<Reply>, Duration)> {
        self.expire();
        let entry = self.entries.get(key)?;
        Some((Arc::clone(&entry.reply), entry.received.elapsed()))
    }

    /// Keeps an answer for as long as it holds.
    pub(super) fn put(&mut self, key: QueryKey, reply: &Arc<Reply>) {
        let Some(lifetime) = reply.lifetime() else {
            return;
        };
        let (key, size): (Arc<[u8]>, usize) = (key.into(), cost(reply));
        self.remove(&key);
        self.expire();
        while self.entries.len() >= self.most || self.size + size > self.largest {
            let Some((_, oldest)) = self.by_expiry.pop_first() else {
                return; // It is larger than the whole cache.
            };
            self.forget(&oldest);
        }
        let received = Instant::now();
        let expiry = (received + lifetime, self.next);
        self.next += 1;
        self.size += size;
        self.by_expiry.insert(expiry, Arc::clone(&key));
        self.entries.insert(key, Entry { expiry, received, reply: Arc::clone(reply) });
    }

    /// Forgets everything.
    pub(super) fn clear(&mut self) {
        *self = Self::bounded(self.most, self.largest);
    }

    fn expire(&mut self) {
        let now = Instant::now();
        while let Some(first) = self.by_expiry.first_entry().filter(|first| first.key().0 <= now) {
            let key = first.remove();
            self.forget(&key);
        }
    }

    fn remove(&mut self, key: &[u8]) {
        if let Some(entry) = self.entries.get(key) {
            self.by_expiry.remove(&entry.expiry);
            self.forget(key);
        }
    }

    /// Drops an entry that is no longer in `by_expiry`.
    fn forget(&mut self, key: &[u8]) {
        if let Some(entry) = self.entries.remove(key) {
            self.size -= cost(&entry.reply);
        }
    }
}

fn cost(reply: &Reply) -> usize {
    reply.size() + OVERHEAD
}

#[cfg(test)]
mod tests {
    use super::super::message::tests::{Answer, reply};
    use super::*;

    fn key(number: usize) -> QueryKey {
        Box::from(number.to_be_bytes())
    }

    fn answer(ttl: u32) -> Arc<Reply> {
        Arc::new(reply(&Answer::of("a.example").with(ttl, [192, 0, 2, 1])))
    }

    #[tokio::test(start_paused = true)]
    async fn an_answer_is_kept_for_as_long_as_it_holds() {
        let mut cache = Cache::default();
        cache.put(key(1), &answer(30));
        tokio::time::advance(Duration::from_secs(29)).await;
        assert_eq!(cache.get(&key(1)).expect("kept").1, Duration::from_secs(29));
        assert!(cache.get(&key(2)).is_none());
        tokio::time::advance(Duration::from_secs(1)).await;
        assert!(cache.get(&key(1)).is_none());
        assert_eq!((cache.size, cache.entries.len(), cache.by_expiry.len()), (0, 0, 0));
    }

    #[tokio::test(start_paused = true)]
    async fn number_and_size_are_bounded_and_what_expires_first_goes_first() {
        let mut cache = Cache::bounded(3, usize::MAX);
        for (number, ttl) in [(1, 50), (2, 40), (3, 60), (4, 70)] {
            cache.put(key(number), &answer(ttl));
        }
        let kept: Vec<bool> = (1..5).map(|number| cache.get(&key(number)).is_some()).collect();
        assert_eq!(kept, [true, false, true, true]);

        let mut cache = Cache::bounded(usize::MAX, 2 * cost(&answer(30)));
        for number in 0..1000 {
            cache.put(key(number), &answer(30));
            cache.put(key(number), &answer(40));
        }
        assert_eq!((cache.entries.len(), cache.by_expiry.len()), (2, 2));
        assert!(cache.size <= cache.largest);
        let mut none = Cache::bounded(usize::MAX, 1);
        none.put(key(1), &answer(30));
        assert!(none.get(&key(1)).is_none(), "what is larger than the cache is not kept");
        cache.clear();
        assert_eq!((cache.size, cache.entries.len()), (0, 0));
    }
}
