use crate::{
    documents::{Kind, Whole},
    schema::{Effect, Url, section},
    validate::{Check, address},
};

section! {
    /// Where the machine sends the kernel's log, one JSON object a line.
    pub struct KmsgLogConfig {
        /// A name for this receiver.
        "name" => name: String [required] [example("log-server")],
        /// The receiver: `tcp://` or `udp://`, a host and a port, no path.
        "url" => url: Url [required] [example("udp://10.3.0.7:4001")],
    }
}

impl Kind for KmsgLogConfig {
    const EFFECT: Effect = Effect::Idle;
    const SINCE: &'static str = "v1.7";

    fn check(&self, _: &Whole<'_>, check: &mut Check) {
        let url = self.url.as_str();
        if url.is_empty() {
            return;
        }
        check.require(matches!(self.url.scheme(), "tcp" | "udp"), "url", "wanted tcp:// or udp://");
        check.require(address::has_port(self.url.authority()), "url", "a port is needed, as tcp://10.3.0.7:4001");
        check.require(matches!(self.url.path(), "" | "/"), "url", "a path is not allowed");
    }
}
