use crate::{
    documents::{Kind, Whole},
    schema::{Effect, section},
    validate::Check,
};

section! {
    /// Memory that is not used is compressed before it is moved to a swap volume.
    pub struct ZswapConfig {
        /// The most memory that compressed pages take, in percent of all.
        "maxPoolPercent" => max_pool_percent: Option<u8> [default("20")] [example("25")],
        /// Pages that stay unused move on to the swap volume.
        "shrinkerEnabled" => shrinker_enabled: Option<bool> [default("false")],
    }
}

impl Kind for ZswapConfig {
    const EFFECT: Effect = Effect::Idle;
    const SINCE: &'static str = "v1.11";

    fn check(&self, _: &Whole<'_>, check: &mut Check) {
        check.require(self.max_pool_percent.is_none_or(|share| share <= 100), "maxPoolPercent", "wanted 0 to 100");
    }
}
