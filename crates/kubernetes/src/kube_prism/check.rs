//! Finds out which API servers answer.

use std::time::Duration;

use minos_resources::k8s::KubePrismEndpoint;
use tokio::task::{AbortHandle, JoinSet};
use tokio::time::{sleep, timeout};

use super::dial::{Answer, dial};
use super::endpoints::{Endpoints, is_urgent};

/// How often each endpoint is checked, and how long that may take.
const INTERVAL: Duration = Duration::from_secs(10);
const TIMEOUT: Duration = Duration::from_secs(5);
/// The same when the result is waited for.
const URGENT_INTERVAL: Duration = Duration::from_millis(500);

/// Checks the endpoints until it is dropped, each on its own: one that is silent delays no other.
pub(super) async fn check_forever(endpoints: Endpoints) {
    let mut changes = endpoints.watch();
    let mut checks = JoinSet::new();
    let mut running: Vec<(KubePrismEndpoint, AbortHandle)> = Vec::new();
    loop {
        let wanted: Vec<_> = changes.borrow_and_update().iter().map(|one| one.address.clone()).collect();
        running.retain(|(address, check)| {
            let stays = wanted.contains(address);
            if !stays {
                check.abort();
            }
            stays
        });
        for address in wanted {
            if running.iter().all(|(one, _)| *one != address) {
                let check = checks.spawn(check_one(endpoints.clone(), address.clone()));
                running.push((address, check));
            }
        }
        tokio::select! {
            _ = changes.changed() => {}
            _ = checks.join_next(), if !checks.is_empty() => {}
        }
    }
}

async fn check_one(endpoints: Endpoints, address: KubePrismEndpoint) {
    let mut changes = endpoints.watch();
    loop {
        let answer = Answer::of(&dial(&address, TIMEOUT).await);
        endpoints.checked(&address, answer);
        sleep(URGENT_INTERVAL).await;
        let urgent = changes.wait_for(|known| is_urgent(known, &address));
        drop(timeout(INTERVAL - URGENT_INTERVAL, urgent).await);
    }
}
