use crate::{
    documents::{Kind, Whole, link_common::LinkCommon},
    schema::{Effect, section},
    validate::Check,
};

section! {
    /// How a link that is there (mostly a network card) is configured.
    pub struct LinkConfig {
        /// The link's name; it can be an alias.
        "name" => name: String [required] [example("enp0s3")],
    } with common: LinkCommon
}

impl Kind for LinkConfig {
    const EFFECT: Effect = Effect::Idle;
    const SINCE: &'static str = "v1.12";

    fn check(&self, whole: &Whole<'_>, check: &mut Check) {
        self.common.check("LinkConfig", &self.name, whole, check);
    }
}
