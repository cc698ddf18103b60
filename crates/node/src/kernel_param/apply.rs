//! Writes parameters into the kernel and reports what is there.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use minos_resources::runtime::{KernelParamDefaultSpec, KernelParamSpec, KernelParamStatus, LoadedKernelModule};
use minos_runtime::{Context, Controller, Input, Key, Object, Output, ReconcileError, Resource};

use super::plan::{ParamPlan, Reading, Wish};
use crate::KernelParams;

/// How often a parameter that the kernel lacks is looked for: it may come with a module.
const LOOK_AGAIN: Duration = Duration::from_secs(30);

/// The parameters that come with the module `br_netfilter`.
const BRIDGE: &[&str] =
    &["proc.sys.net.bridge.bridge-nf-call-iptables", "proc.sys.net.bridge.bridge-nf-call-ip6tables"];

/// Keyed by parameter.
pub(crate) struct KernelParamApply {
    kernel: Arc<dyn KernelParams>,
    /// What each parameter was before it was first changed.
    originals: HashMap<String, String>,
}

impl KernelParamApply {
    pub(crate) fn new(kernel: Arc<dyn KernelParams>) -> Self {
        Self { kernel, originals: HashMap::new() }
    }

    fn read(&self, id: &str) -> Reading {
        match self.kernel.read(id) {
            Ok(Some(value)) => Reading::Value(value),
            Ok(None) => Reading::Missing,
            Err(error) => {
                tracing::debug!(parameter = id, %error, "the kernel parameter cannot be read");
                Reading::Unreadable
            }
        }
    }
}

#[async_trait]
impl Controller for KernelParamApply {
    fn name(&self) -> &str {
        "node.kernel-param.apply"
    }

    fn inputs(&self) -> Vec<Input> {
        let bridge = |_: &Object| BRIDGE.iter().map(Key::from).collect();
        vec![
            Input::of::<KernelParamSpec>(),
            Input::of::<KernelParamDefaultSpec>(),
            Input::of::<LoadedKernelModule>().only("br_netfilter").to_keys(bridge),
        ]
    }

    fn outputs(&self) -> Vec<Output> {
        vec![Output::exclusive::<KernelParamStatus>()]
    }

    async fn reconcile(&mut self, cx: &Context, key: &Key) -> Result<(), ReconcileError> {
        let id = key.as_str();
        let configured = cx.get::<KernelParamSpec>(id)?.filter(Resource::is_running);
        let configured = configured.map(|spec| Wish { value: spec.value.clone(), ignore_errors: spec.ignore_errors });
        let default = cx.get::<KernelParamDefaultSpec>(id)?.filter(Resource::is_running);
        let default = default.map(|spec| Wish { value: spec.value.clone(), ignore_errors: spec.ignore_errors });
        if !self.kernel.is_own(id) {
            if configured.is_some() || default.is_some() {
                let nothing = KernelParamStatus { current: String::new(), default: String::new(), unsupported: true };
                cx.write(id, nothing)?;
            }
            return Ok(());
        }
        let current = self.read(id);
        if let Some(current) = current.value() {
            self.originals.entry(id.to_owned()).or_insert_with(|| current.to_owned());
        }
        let original = self.originals.get(id).map(String::as_str);
        let wanted = configured.is_some() || default.is_some();
        match ParamPlan::new(configured.as_ref(), default.as_ref(), original, &current) {
            ParamPlan::Write(value) => {
                self.kernel.write(id, &value)?;
                tracing::debug!(parameter = id, value, "kernel parameter set");
            }
            ParamPlan::Missing => {
                return Err(ReconcileError::failed(format!("the kernel has no parameter {id}")));
            }
            ParamPlan::Unsupported if wanted => cx.wake_after(LOOK_AGAIN),
            ParamPlan::Keep | ParamPlan::Unsupported => {}
        }
        if wanted {
            let now = self.read(id);
            let unsupported = now == Reading::Missing;
            let default = self.originals.get(id).cloned().unwrap_or_default();
            cx.write(
                id,
                KernelParamStatus { current: now.value().unwrap_or_default().to_owned(), default, unsupported },
            )?;
        }
        Ok(())
    }
}
