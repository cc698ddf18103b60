use crate::{
    documents::{Kind, Whole},
    schema::{Effect, section},
    validate::Check,
};

section! {
    /// What the firewall does with packets that no rule allows. Without this document they are let in.
    pub struct NetworkDefaultActionConfig {
        /// `accept` lets them in, `block` drops them.
        "ingress" => ingress: String [values(&["accept", "block"])] [default("accept")] [example("block")],
    }
}

impl Kind for NetworkDefaultActionConfig {
    const EFFECT: Effect = Effect::Idle;
    const SINCE: &'static str = "v1.6";

    fn check(&self, _: &Whole<'_>, _: &mut Check) {}
}
