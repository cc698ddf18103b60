use crate::{
    documents::{Kind, Whole},
    schema::{Effect, section},
    validate::Check,
};

section! {
    /// A PCI device that gets another driver than the kernel chose, as for handing it to a virtual machine.
    pub struct PCIDriverRebindConfig {
        /// The device's address.
        "name" => name: String [required] [example("\"0000:04:00.0\"")],
        /// The driver.
        "targetDriver" => target_driver: String [required] [example("vfio-pci")],
    }
}

impl Kind for PCIDriverRebindConfig {
    const EFFECT: Effect = Effect::Idle;
    const SINCE: &'static str = "v1.11";

    fn check(&self, _: &Whole<'_>, _: &mut Check) {}
}
