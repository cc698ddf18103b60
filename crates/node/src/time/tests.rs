use std::io::{Error, ErrorKind, Result};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use async_trait::async_trait;
use minos_config::Config;
use minos_resources::config::MachineConfig;
use minos_resources::network::TimeServerStatus;
use minos_resources::v1alpha1::TimeStatus;
use minos_runtime::testing::Harness;

use super::{Answer, TimeSync};
use crate::{Clock, TimeServers};

struct FakeClock(Mutex<SystemTime>);

impl Clock for FakeClock {
    fn now(&self) -> SystemTime {
        *self.0.lock().unwrap()
    }

    fn set(&self, to: SystemTime) -> Result<()> {
        *self.0.lock().unwrap() = to;
        Ok(())
    }
}

/// Only `good` answers; it is one hour ahead of a clock that was not set.
struct FakeServers(Arc<FakeClock>);

const TRUE_TIME: SystemTime = UNIX_EPOCH;

#[async_trait]
impl TimeServers for FakeServers {
    async fn ask(&self, server: &str) -> Result<Answer> {
        if server != "good" {
            return Err(Error::from(ErrorKind::TimedOut));
        }
        let offset = (TRUE_TIME + Duration::from_secs(3600)).duration_since(self.0.now()).unwrap_or_default();
        Ok(Answer { offset: i64::try_from(offset.as_nanos()).unwrap(), delay: Duration::from_millis(10) })
    }
}

fn harness() -> (Harness, Arc<FakeClock>) {
    let clock = Arc::new(FakeClock(Mutex::new(TRUE_TIME)));
    let sync = TimeSync::new(Arc::new(FakeServers(clock.clone())), clock.clone());
    (Harness::new().with(Box::new(sync)), clock)
}

fn servers(names: &[&str]) -> TimeServerStatus {
    TimeServerStatus { time_servers: names.iter().map(|name| (*name).to_owned()).collect() }
}

fn config(time: &str) -> MachineConfig {
    let text = format!("version: v1alpha1\nmachine:\n  type: worker\n  time:\n    {time}\n");
    MachineConfig(Config::parse(text.as_bytes()).expect("valid").0)
}

#[tokio::test(start_paused = true)]
async fn the_clock_is_set_by_the_server_that_answers() {
    let (harness, clock) = harness();
    harness.pass(Duration::from_secs(1)).await;
    assert_eq!(harness.spec::<TimeStatus>(TimeStatus::ID), Some(TimeStatus::default()));
    harness.put(TimeServerStatus::ID, servers(&["bad", "good"]));
    harness.pass(Duration::from_secs(200)).await;
    let wanted = TimeStatus { synced: true, epoch: 1, sync_disabled: false };
    assert_eq!(harness.spec::<TimeStatus>(TimeStatus::ID), Some(wanted));
    assert_eq!(clock.now(), TRUE_TIME + Duration::from_secs(3600));
}

#[tokio::test(start_paused = true)]
async fn switched_off_is_synced() {
    let (harness, _) = harness();
    harness.put(TimeServerStatus::ID, servers(&["good"]));
    harness.put(MachineConfig::ID, config("disabled: true"));
    harness.pass(Duration::from_secs(100)).await;
    let status = harness.spec::<TimeStatus>(TimeStatus::ID).expect("written");
    assert!(status.synced && status.sync_disabled);
}

#[tokio::test(start_paused = true)]
async fn the_boot_waits_no_longer_than_it_may() {
    let (harness, _) = harness();
    harness.put(TimeServerStatus::ID, servers(&["bad"]));
    harness.put(MachineConfig::ID, config("bootTimeout: 2m0s"));
    harness.pass(Duration::from_secs(60)).await;
    assert!(harness.spec::<TimeStatus>(TimeStatus::ID).is_some_and(|status| !status.synced));
    harness.pass(Duration::from_secs(70)).await;
    assert!(harness.spec::<TimeStatus>(TimeStatus::ID).is_some_and(|status| status.synced));
}
