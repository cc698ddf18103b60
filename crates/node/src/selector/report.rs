//! Reports what each selector of the configuration matches.

use std::collections::BTreeMap;
use std::time::Duration;

use async_trait::async_trait;
use minos_config::{Blocked, Selection};
use minos_resources::block::{Disk, SystemDisk};
use minos_resources::config::MachineConfig;
use minos_resources::network::{LinkStatus, NodeAddress};
use minos_resources::runtime::{Diagnostic, SelectorStatus};
use minos_runtime::{Context, Controller, Input, Key, Output, ReconcileError, Resource};
use minos_sys::Mode;
use tokio::time::Instant;

use super::facts::Known;

/// How long a selector may match nothing before anybody is alarmed: links and addresses come and go while a node starts.
const PATIENCE: Duration = Duration::from_secs(30);

/// One for the node.
pub(crate) struct SelectorReport {
    mode: Mode,
    /// The selectors that match nothing.
    unmatched: BTreeMap<String, Unmatched>,
}

struct Unmatched {
    since: Instant,
    logged: bool,
}

impl SelectorReport {
    pub(crate) const fn new(mode: Mode) -> Self {
        Self { mode, unmatched: BTreeMap::new() }
    }

    /// The selections that have matched nothing for long enough. Those that will be looked at again wake this up.
    fn settled(&mut self, cx: &Context, selections: Vec<Selection>) -> Vec<Selection> {
        let unmatched: BTreeMap<String, Selection> = selections
            .into_iter()
            .filter(|one| one.is_unmatched() && one.acts())
            .map(|one| (format!("{} {}", one.id(), one.asked), one))
            .collect();
        self.unmatched.retain(|id, known| {
            let stays = unmatched.contains_key(id);
            if known.logged && !stays {
                tracing::info!(selector = %id, "the selector is no longer without a match");
            }
            stays
        });
        let now = Instant::now();
        let mut settled = Vec::new();
        for (id, selection) in unmatched {
            let known = self.unmatched.entry(id).or_insert(Unmatched { since: now, logged: false });
            let left = PATIENCE.saturating_sub(now - known.since);
            if !left.is_zero() {
                cx.wake_after(left);
                continue;
            }
            if !std::mem::replace(&mut known.logged, true) {
                tracing::warn!("{selection}");
            }
            settled.push(selection);
        }
        settled
    }
}

#[async_trait]
impl Controller for SelectorReport {
    fn name(&self) -> &str {
        "node.selector.report"
    }

    fn inputs(&self) -> Vec<Input> {
        vec![
            Input::of::<MachineConfig>().only(MachineConfig::ID).to_all(),
            Input::of::<NodeAddress>().to_all(),
            Input::of::<LinkStatus>().to_all(),
            Input::of::<Disk>().to_all(),
            Input::of::<SystemDisk>().to_all(),
        ]
    }

    fn outputs(&self) -> Vec<Output> {
        vec![Output::exclusive::<SelectorStatus>(), Output::shared::<Diagnostic>()]
    }

    async fn reconcile(&mut self, cx: &Context, _key: &Key) -> Result<(), ReconcileError> {
        let Some(config) = cx.get::<MachineConfig>(MachineConfig::ID)?.filter(Resource::is_running) else {
            self.unmatched.clear();
            return Ok(());
        };
        let known = Known {
            routed: cx.get::<NodeAddress>(NodeAddress::ROUTED)?,
            current: cx.get::<NodeAddress>(NodeAddress::CURRENT)?,
            links: cx.list::<LinkStatus>()?,
            disks: cx.list::<Disk>()?,
            system_disk: cx.get::<SystemDisk>(SystemDisk::ID)?,
        };
        let selections = config.selections(&known.facts(self.mode));
        for selection in &selections {
            cx.write(&selection.id(), status(selection))?;
        }
        for (id, diagnostic) in diagnostics(&self.settled(cx, selections)) {
            cx.write(id, diagnostic)?;
        }
        Ok(())
    }
}

fn status(selection: &Selection) -> SelectorStatus {
    SelectorStatus {
        selects: selection.asked.clone(),
        matches: selection.matches.clone(),
        message: if selection.is_unmatched() && selection.acts() { selection.to_string() } else { String::new() },
    }
}

/// One for each thing that cannot start.
fn diagnostics(unmatched: &[Selection]) -> BTreeMap<&'static str, Diagnostic> {
    let mut blocked: BTreeMap<&str, (&Blocked, Vec<String>)> = BTreeMap::new();
    for (what, selection) in unmatched.iter().filter_map(|one| Some((one.blocks()?, one))) {
        blocked.entry(what.diagnostic).or_insert((what, Vec::new())).1.push(selection.to_string());
    }
    let diagnostic = |(what, selectors): (&Blocked, Vec<String>)| Diagnostic {
        message: selectors.join("; "),
        details: vec![what.consequence.to_owned()],
    };
    blocked.into_iter().map(|(id, blocked)| (id, diagnostic(blocked))).collect()
}
