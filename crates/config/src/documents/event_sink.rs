use crate::{
    documents::{Kind, Whole},
    schema::{Effect, section},
    validate::{Check, address},
};

section! {
    /// Where the machine sends its events, over gRPC.
    pub struct EventSinkConfig {
        /// Host and port of the receiver.
        "endpoint" => endpoint: String [required] [example("10.3.0.7:4000")],
    }
}

impl Kind for EventSinkConfig {
    const EFFECT: Effect = Effect::Idle;
    const SINCE: &'static str = "v1.7";

    fn check(&self, _: &Whole<'_>, check: &mut Check) {
        let holds = self.endpoint.is_empty() || address::has_port(&self.endpoint);
        check.require(holds, "endpoint", "wanted a host and a port, as 10.3.0.7:4000");
    }
}
