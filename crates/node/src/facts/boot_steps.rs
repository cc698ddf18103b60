//! How long the boot's steps took.

use std::path::PathBuf;
use std::time::Duration;

use async_trait::async_trait;
use minos_resources::runtime::BootStep;
use minos_runtime::{Context, Controller, Input, Key, Output, ReconcileError};

/// The boot goes on while this controller runs, so the file is read again.
const AGAIN: Duration = Duration::from_secs(10);

/// How often: a boot that takes longer than this has other problems.
const TIMES: u32 = 30;

/// Reads the lines that `init` and `machined` append to a file.
pub(crate) struct BootSteps {
    file: PathBuf,
    read: u32,
}

impl BootSteps {
    pub(crate) const fn new(file: PathBuf) -> Self {
        Self { file, read: 0 }
    }
}

#[async_trait]
impl Controller for BootSteps {
    fn name(&self) -> &str {
        "node.boot-step.report"
    }

    fn inputs(&self) -> Vec<Input> {
        Vec::new()
    }

    fn outputs(&self) -> Vec<Output> {
        vec![Output::exclusive::<BootStep>()]
    }

    async fn reconcile(&mut self, cx: &Context, _: &Key) -> Result<(), ReconcileError> {
        let text = std::fs::read_to_string(&self.file).unwrap_or_default();
        for (id, step) in parse(&text) {
            cx.write(&id, step)?;
        }
        if self.read < TIMES {
            self.read += 1;
            cx.wake_after(AGAIN);
        }
        Ok(())
    }
}

/// Ids in the order of the boot, and steps. A line that is being written is left for the next time.
fn parse(text: &str) -> Vec<(String, BootStep)> {
    let steps = text.lines().filter_map(|line| serde_json::from_str::<BootStep>(line).ok());
    steps.enumerate().map(|(index, step)| (format!("{index:03}-{}", slug(&step.step)), step)).collect()
}

fn slug(name: &str) -> String {
    name.chars().map(|letter| if letter.is_ascii_alphanumeric() { letter.to_ascii_lowercase() } else { '-' }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use minos_runtime::testing::Harness;

    #[tokio::test(start_paused = true)]
    async fn steps_are_in_order_and_later_ones_are_added() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("steps");
        let one = "{\"by\":\"init\",\"step\":\"kernel\",\"startMs\":0,\"endMs\":900}\n";
        std::fs::write(&file, format!("{one}{{\"by\":\"in")).expect("written");
        let harness = Harness::new().with(Box::new(BootSteps::new(file.clone())));
        harness.pass(Duration::from_secs(1)).await;
        assert_eq!(harness.ids::<BootStep>(), ["000-kernel"]);
        let two = "{\"by\":\"init\",\"step\":\"open root\",\"startMs\":900,\"endMs\":950}\n";
        std::fs::write(&file, format!("{one}{two}")).expect("written");
        harness.pass(Duration::from_secs(15)).await;
        assert_eq!(harness.ids::<BootStep>(), ["000-kernel", "001-open-root"]);
    }
}
