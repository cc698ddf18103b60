use std::time::Duration;

use crate::{
    documents::{Kind, Whole},
    expression::{RankingExpression, TriggerExpression},
    schema::{Effect, section},
    validate::Check,
};

section! {
    /// What the machine does before the kernel runs out of memory: it ends the control group that it can spare most.
    pub struct OOMConfig {
        /// When to act, as an expression that gives true or false. It knows `memory_some_avg10` and the other figures of
        /// pressure stall information, and `time_since_trigger`.
        "triggerExpression" => trigger_expression: TriggerExpression
            [example("memory_full_avg10 > 12.0 && time_since_trigger > duration(\"500ms\")")],
        /// How well a control group can be spared, as an expression that gives a number; the highest is ended. It knows
        /// `memory_max`, `memory_current`, `memory_peak`, `path` and `class`.
        "cgroupRankingExpression" => cgroup_ranking_expression: RankingExpression
            [example("class == Besteffort ? double(memory_current.orValue(0u)) : 0.0")],
        /// Classes of service are spent in order, the least important first; the ranking decides only inside a class.
        "strictCgroupClassOrdering" => strict_cgroup_class_ordering: Option<bool> [default("true")] [since("v1.13")],
        /// How often the trigger is looked at.
        "sampleInterval" => sample_interval: Option<Duration> [default("500ms")] [example("1s")],
    }
}

impl Kind for OOMConfig {
    const EFFECT: Effect = Effect::Idle;
    const SINCE: &'static str = "v1.12";

    fn check(&self, _: &Whole<'_>, _: &mut Check) {}
}
