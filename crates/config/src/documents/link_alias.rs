use crate::{
    documents::{Kind, Whole},
    expression::LinkExpression,
    schema::{Effect, section},
    validate::Check,
};

section! {
    /// A name for a link that is found by what it is like, for use in other documents.
    pub struct LinkAliasConfig {
        /// The name. Not one that the kernel gives, as `eth0`. With `%d` at its end every link that fits gets a number behind it,
        /// in the order of their hardware addresses.
        "name" => name: String [required] [example("net%d")],
        /// Which link.
        "selector" => selector: LinkSelector [required],
    }
}

section! {
    /// What a link is like.
    pub struct LinkSelector {
        /// An expression that is true for the link: it knows `link` (with `link.driver`, `link.bus_path`, …) and `mac`. It must fit
        /// exactly one link, unless the name ends in `%d`.
        "match" => matching: LinkExpression [required] [example("link.driver == \"virtio_net\"")],
    }
}

impl Kind for LinkAliasConfig {
    const EFFECT: Effect = Effect::Idle;
    const SINCE: &'static str = "v1.12";

    fn check(&self, _: &Whole<'_>, check: &mut Check) {
        let pattern = self.name.split_once('%');
        let holds = pattern.is_none_or(|(before, after)| !before.is_empty() && after == "d");
        check.require(holds, "name", "a % may only stand in %d at the end, behind something else");
    }
}
