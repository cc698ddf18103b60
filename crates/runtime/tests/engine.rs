//! What the engine promises to authors of controllers.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use minos_runtime::conformance::Sample;
use minos_runtime::testing::Harness;
use minos_runtime::{
    Context, Controller, Input, Key, Labels, Merge, Output, ReconcileError, Resource, Spec, Target, Transform,
};
use serde::{Deserialize, Serialize};

/// What comes out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Doubled {
    value: u64,
}

impl Spec for Doubled {
    const TYPE: &'static str = "Doubles.test.minos.dev";
    const NAMESPACE: &'static str = "test";
}

fn double() -> Box<dyn Controller> {
    Transform::new("test.double.transform", |_: &Context, one: &Resource<Sample>| {
        Ok(Some((one.id().to_owned(), Doubled { value: one.value * 2 })))
    })
    .boxed()
}

#[tokio::test(start_paused = true)]
async fn a_transform_follows_its_input() {
    let harness = Harness::new().with(double());
    harness.put("a", Sample { value: 2 });
    harness.settle().await;
    assert_eq!(harness.spec::<Doubled>("a"), Some(Doubled { value: 4 }));
    harness.put("a", Sample { value: 3 });
    harness.settle().await;
    assert_eq!(harness.spec::<Doubled>("a"), Some(Doubled { value: 6 }));
    harness.store.remove::<Sample>(Target { owner: "", namespace: "test", id: "a" }).expect("removed");
    harness.settle().await;
    assert!(harness.ids::<Doubled>().is_empty(), "the output goes with the input");
}

#[tokio::test(start_paused = true)]
async fn what_is_there_at_the_start_is_worked_on() {
    let harness = Harness::new();
    harness.put("a", Sample { value: 1 });
    let harness = harness.with(double());
    harness.settle().await;
    assert_eq!(harness.ids::<Doubled>(), ["a"]);
}

#[tokio::test(start_paused = true)]
async fn a_held_output_goes_only_when_released() {
    let harness = Harness::new().with(double());
    harness.put("a", Sample { value: 1 });
    harness.settle().await;
    harness.store.hold::<Doubled>("test", "a", "somebody").expect("held");
    harness.store.remove::<Sample>(Target { owner: "", namespace: "test", id: "a" }).expect("removed");
    harness.settle().await;
    assert!(!harness.store.get::<Doubled>("a").expect("held").is_running());
    harness.store.release::<Doubled>("test", "a", "somebody");
    assert!(harness.store.get::<Doubled>("a").is_none());
}

#[tokio::test(start_paused = true)]
async fn layers_merge_by_group() {
    let merge = Merge::<Sample>::new(
        "test.sample.merge",
        "test-config",
        "test",
        |_| "sum".to_owned(),
        |layers| (!layers.is_empty()).then(|| Sample { value: layers.iter().map(|one| one.value).sum() }),
    );
    let harness = Harness::new().with(merge.boxed());
    let at = |id| Target { owner: "", namespace: "test-config", id };
    for (id, value) in [("default/x", 1), ("config/x", 10)] {
        harness.store.put_at(at(id), &Labels::new(), Sample { value }).expect("written");
    }
    harness.settle().await;
    assert_eq!(harness.spec::<Sample>("sum"), Some(Sample { value: 11 }));
    harness.store.remove::<Sample>(at("config/x")).expect("removed");
    harness.settle().await;
    assert_eq!(harness.spec::<Sample>("sum"), Some(Sample { value: 1 }));
    harness.store.remove::<Sample>(at("default/x")).expect("removed");
    harness.settle().await;
    assert!(harness.ids::<Sample>().is_empty());
}

/// Panics, fails or reads what it must not, as the value says.
struct Troubled {
    runs: Arc<AtomicUsize>,
}

#[async_trait]
impl Controller for Troubled {
    fn name(&self) -> &str {
        "test.troubled.transform"
    }

    fn inputs(&self) -> Vec<Input> {
        vec![Input::of::<Sample>()]
    }

    fn outputs(&self) -> Vec<Output> {
        vec![Output::exclusive::<Doubled>()]
    }

    async fn reconcile(&mut self, cx: &Context, key: &Key) -> Result<(), ReconcileError> {
        let run = self.runs.fetch_add(1, Ordering::SeqCst);
        let sample = cx.require::<Sample>(key.as_str())?;
        match sample.value {
            0 if run == 0 => panic!("the first run panics"),
            1 if run < 3 => return Err(ReconcileError::failed("not yet")),
            2 => {
                cx.get_in::<Sample>("elsewhere", "a")?;
            }
            3 => {
                cx.write_at("elsewhere", "a", &Labels::new(), Doubled { value: 0 })?;
            }
            _ => {}
        }
        cx.write(key.as_str(), Doubled { value: sample.value })?;
        Ok(())
    }
}

fn troubled(value: u64) -> (Harness, Arc<AtomicUsize>) {
    let runs = Arc::new(AtomicUsize::new(0));
    let harness = Harness::new().with(Box::new(Troubled { runs: Arc::clone(&runs) })).with(double_of_doubled());
    harness.put("a", Sample { value });
    (harness, runs)
}

/// Copies what [`Troubled`] makes, to see that others go on.
fn double_of_doubled() -> Box<dyn Controller> {
    Transform::new("test.copy.transform", |_: &Context, one: &Resource<Doubled>| {
        Ok(Some((format!("copy/{}", one.id()), Sample { value: one.value })))
    })
    .to_namespace("copies")
    .boxed()
}

#[tokio::test(start_paused = true)]
async fn a_panic_stays_with_its_controller_and_is_tried_again() {
    let (harness, runs) = troubled(0);
    harness.settle().await;
    assert!(harness.ids::<Doubled>().is_empty());
    harness.pass(Duration::from_secs(1)).await;
    assert_eq!(runs.load(Ordering::SeqCst), 2);
    assert_eq!(harness.spec::<Doubled>("a"), Some(Doubled { value: 0 }));
    assert!(harness.store.get_in::<Sample>("copies", "copy/a").is_some(), "the others go on");
}

#[tokio::test(start_paused = true)]
async fn failures_back_off() {
    let (harness, runs) = troubled(1);
    harness.pass(Duration::from_millis(300)).await;
    assert_eq!(runs.load(Ordering::SeqCst), 2, "first pause: 250 ms");
    harness.pass(Duration::from_millis(300)).await;
    assert_eq!(runs.load(Ordering::SeqCst), 2, "second pause: 500 ms");
    harness.pass(Duration::from_secs(2)).await;
    assert_eq!(harness.spec::<Doubled>("a"), Some(Doubled { value: 1 }));
    let status = harness.engine.status();
    assert_eq!(status[0].failures, 3);
    assert!(status[0].unsettled.is_empty());
}

#[tokio::test(start_paused = true)]
async fn undeclared_access_is_refused() {
    for value in [2, 3] {
        let (harness, _) = troubled(value);
        harness.settle().await;
        let reason = harness.engine.status()[0].unsettled.get("a").cloned().expect("it fails");
        assert!(reason.contains("not declared"), "{reason}");
    }
}

#[tokio::test(start_paused = true)]
async fn two_writers_of_an_exclusive_type_are_refused() {
    let (harness, runs) = troubled(9);
    let error = harness.engine.register(Box::new(Renamed(Troubled { runs }))).expect_err("refused");
    assert!(error.to_string().contains("test.troubled.transform"), "{error}");
}

struct Renamed(Troubled);

#[async_trait]
impl Controller for Renamed {
    fn name(&self) -> &str {
        "test.renamed.transform"
    }
    fn inputs(&self) -> Vec<Input> {
        self.0.inputs()
    }
    fn outputs(&self) -> Vec<Output> {
        self.0.outputs()
    }
    async fn reconcile(&mut self, cx: &Context, key: &Key) -> Result<(), ReconcileError> {
        self.0.reconcile(cx, key).await
    }
}

/// Runs a task per key that wakes it once; counts reconciliations after the wake-up.
struct Tasked {
    ticks: Arc<AtomicUsize>,
}

#[async_trait]
impl Controller for Tasked {
    fn name(&self) -> &str {
        "test.tasked.task"
    }
    fn inputs(&self) -> Vec<Input> {
        vec![Input::of::<Sample>()]
    }
    fn outputs(&self) -> Vec<Output> {
        vec![Output::exclusive::<Doubled>()]
    }
    async fn reconcile(&mut self, cx: &Context, key: &Key) -> Result<(), ReconcileError> {
        let Some(sample) = cx.get::<Sample>(key.as_str())? else {
            cx.stop_task();
            return Ok(());
        };
        let (ticks, key) = (Arc::clone(&self.ticks), key.clone());
        cx.run_task(&sample.value, move |waker| async move {
            loop {
                tokio::time::sleep(Duration::from_secs(10)).await;
                ticks.fetch_add(1, Ordering::SeqCst);
                waker.wake(key.as_str());
            }
        });
        let ticks = self.ticks.load(Ordering::SeqCst) as u64;
        cx.write(sample.id(), Doubled { value: ticks })?;
        Ok(())
    }
}

#[tokio::test(start_paused = true)]
async fn tasks_run_beside_reconciliations_and_end_with_their_key() {
    let ticks = Arc::new(AtomicUsize::new(0));
    let harness = Harness::new().with(Box::new(Tasked { ticks: Arc::clone(&ticks) }));
    harness.put("a", Sample { value: 1 });
    harness.pass(Duration::from_secs(25)).await;
    assert_eq!(harness.spec::<Doubled>("a"), Some(Doubled { value: 2 }));
    harness.store.remove::<Sample>(Target { owner: "", namespace: "test", id: "a" }).expect("removed");
    harness.pass(Duration::from_secs(60)).await;
    assert_eq!(ticks.load(Ordering::SeqCst), 2, "the task ended");
}
