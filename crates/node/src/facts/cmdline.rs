//! The kernel's command line.

use async_trait::async_trait;
use minos_resources::runtime::KernelCmdline;
use minos_runtime::{Context, Controller, Input, Key, Output, ReconcileError};

/// Writes it once.
pub(crate) struct Cmdline {
    cmdline: String,
}

impl Cmdline {
    pub(crate) const fn new(cmdline: String) -> Self {
        Self { cmdline }
    }
}

#[async_trait]
impl Controller for Cmdline {
    fn name(&self) -> &str {
        "node.cmdline.report"
    }

    fn inputs(&self) -> Vec<Input> {
        Vec::new()
    }

    fn outputs(&self) -> Vec<Output> {
        vec![Output::exclusive::<KernelCmdline>()]
    }

    async fn reconcile(&mut self, cx: &Context, _: &Key) -> Result<(), ReconcileError> {
        cx.write(KernelCmdline::ID, KernelCmdline { cmdline: self.cmdline.clone() })?;
        Ok(())
    }
}
