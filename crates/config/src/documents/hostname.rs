use crate::{
    documents::{Kind, V1Alpha1, Whole, v1alpha1},
    schema::{Effect, section},
    validate::{Check, address},
};

section! {
    /// The machine's name: given, or made from its identity.
    pub struct HostnameConfig {
        /// How the name is made when it is not given: `stable` makes it from the machine's identity, so that it stays; `off`
        /// leaves it to the platform and DHCP.
        "auto" => auto: Option<String> [values(&["stable", "off"])] [example("stable")],
        /// The name, with or without a domain. Excludes `auto: stable`.
        "hostname" => hostname: String [example("worker-1")],
    }
}

impl Kind for HostnameConfig {
    const EFFECT: Effect = v1alpha1::NAMED;
    const SINCE: &'static str = "v1.12";

    fn check(&self, whole: &Whole<'_>, check: &mut Check) {
        let auto = self.auto.as_deref();
        check.require(auto.is_some() || !self.hostname.is_empty(), "", "either auto or hostname is needed");
        let both = auto.is_some_and(|auto| auto != "off") && !self.hostname.is_empty();
        check.require(!both, "hostname", "auto and hostname exclude each other");
        let holds = self.hostname.is_empty() || address::is_hostname(&self.hostname);
        check.require(holds, "hostname", "wanted a name of letters, digits, '-' and '.', each label at most 63 long");
        let network = |main: &V1Alpha1| Some(!main.machine.as_ref()?.network.as_ref()?.hostname.is_empty());
        whole.exclude_old("machine.network.hostname", |main| network(main) == Some(true), check);
        let stable = |main: &V1Alpha1| main.machine.as_ref()?.features.as_ref()?.stable_hostname;
        whole.exclude_old("machine.features.stableHostname", |main| stable(main) == Some(true), check);
    }
}
