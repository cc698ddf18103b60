//! The engine: one change through ten dependent controllers, with few and with many resources in the store.

use std::time::Duration;

use anyhow::Result;
use minos_runtime::{Context, Controller, Engine, Resource, Spec, Store, Transform};
use serde::{Deserialize, Serialize};
use tokio::time::Instant;

use crate::report::Row;

/// A resource at some place of the chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Hop<const N: usize> {
    value: u64,
}

macro_rules! hops {
    ($($n:literal),*) => {
        $(impl Spec for Hop<$n> {
            const TYPE: &'static str = concat!("Hop", $n, "s.bench.minos.dev");
            const NAMESPACE: &'static str = "bench";
        })*
    };
}

hops!(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10);

macro_rules! hop {
    ($from:literal, $to:literal) => {
        Transform::new(concat!("bench.hop", $to, ".transform"), |_: &Context, from: &Resource<Hop<$from>>| {
            Ok(Some((from.id().to_owned(), Hop::<$to> { value: from.value })))
        })
        .boxed()
    };
}

fn chain() -> Vec<Box<dyn Controller>> {
    vec![
        hop!(0, 1),
        hop!(1, 2),
        hop!(2, 3),
        hop!(3, 4),
        hop!(4, 5),
        hop!(5, 6),
        hop!(6, 7),
        hop!(7, 8),
        hop!(8, 9),
        hop!(9, 10),
    ]
}

/// Changes to time at each size.
const CHANGES: u64 = 2000;

pub fn measure() -> Result<Vec<Row>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let mut rows = Vec::new();
    for resources in [10, 1_000, 100_000] {
        let mut times = runtime.block_on(one_size(resources))?;
        times.sort_unstable();
        for (name, per_mille, budget) in [("p50", 500, Some(0.1)), ("p99", 990, None)] {
            let at = times.len() * per_mille / 1000;
            rows.push(Row {
                what: format!("one change through ten controllers, {resources} resources, {name}"),
                value: times[at].as_secs_f64() * 1e3,
                unit: "ms",
                budget,
            });
        }
    }
    Ok(rows)
}

async fn one_size(resources: u64) -> Result<Vec<Duration>> {
    let store = Store::new();
    let engine = Engine::new(store.clone());
    for id in 0..resources {
        store.put("", &id.to_string(), Hop::<0> { value: 0 })?;
    }
    engine.register_all(chain())?;
    engine.settled().await;
    let mut times = Vec::new();
    for change in 1..=CHANGES {
        let id = (change * 7919 % resources).to_string();
        let begin = Instant::now();
        store.put("", &id, Hop::<0> { value: change })?;
        engine.settled().await;
        times.push(begin.elapsed());
        anyhow::ensure!(store.get::<Hop<10>>(&id).is_some_and(|last| last.value == change), "the chain has settled");
    }
    engine.stop();
    Ok(times)
}
