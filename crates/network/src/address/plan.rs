//! What has to change among the addresses of a link.

use std::collections::BTreeSet;

use ipnet::IpNet;
use minos_netlink::{Address, AddressFlags, LinkIndex, NewAddress, Scope};
use minos_resources::network::AddressSpec;

/// One change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    /// Remove an address.
    Remove(IpNet),
    /// Set an address, or change one in place.
    Set(NewAddress),
}

/// Flags that the kernel sets and clears as it likes.
const KERNELS: u32 = AddressFlags::TENTATIVE | AddressFlags::SECONDARY;

/// The changes after which every `desired` address is on `link`, and none of `removable` that nobody desires.
pub(super) fn plan(
    link: LinkIndex,
    desired: &[&AddressSpec],
    observed: &[Address],
    removable: &BTreeSet<IpNet>,
) -> Vec<Step> {
    let unwanted = observed.iter().map(|address| address.prefix);
    let unwanted =
        unwanted.filter(|prefix| removable.contains(prefix) && !desired.iter().any(|one| one.address == *prefix));
    let mut steps: Vec<Step> = unwanted.map(Step::Remove).collect();
    for spec in desired {
        let wanted = NewAddress {
            link,
            prefix: spec.address,
            scope: Scope(spec.scope.0),
            flags: AddressFlags(spec.flags.0),
            metric: spec.priority,
        };
        let there = observed.iter().find(|address| address.prefix == spec.address);
        let same_kind =
            |one: &Address| one.scope == wanted.scope && one.flags.0 & !KERNELS == wanted.flags.0 & !KERNELS;
        match there {
            Some(one) if same_kind(one) && one.metric == wanted.metric => {}
            Some(one) => {
                // The kernel changes a metric in place, but neither scope nor flags.
                if !same_kind(one) {
                    steps.push(Step::Remove(one.prefix));
                }
                steps.push(Step::Set(wanted));
            }
            None => steps.push(Step::Set(wanted)),
        }
    }
    steps
}

#[cfg(test)]
mod tests {
    use minos_netlink::{Addresses as _, FakeKernel, LinkKind, Links as _};
    use minos_resources::network::ConfigLayer;
    use proptest::prelude::*;

    use super::super::apply::take;
    use super::*;

    fn spec() -> impl Strategy<Value = AddressSpec> {
        let scope = prop_oneof![Just(0_u8), Just(253)];
        (1_u8..5, 8_u8..=32, scope, any::<bool>(), 0_u32..3).prop_map(|(host, length, scope, plain, priority)| {
            let address = IpNet::new([10, 0, 0, host].into(), length).expect("a valid length");
            let mut spec = AddressSpec::new("eth0", address, ConfigLayer::Configuration);
            spec.scope.0 = scope;
            spec.flags.0 |= if plain { 0 } else { AddressFlags::NO_PREFIX_ROUTE };
            spec.priority = priority;
            spec
        })
    }

    /// At most one wish for an address.
    fn specs() -> impl Strategy<Value = Vec<AddressSpec>> {
        proptest::collection::vec(spec(), 0..5).prop_map(|mut specs| {
            specs.sort_by_key(|one| one.address);
            specs.dedup_by_key(|one| one.address);
            specs
        })
    }

    proptest! {
        #[test]
        fn applied_it_gives_what_is_desired_and_then_nothing_is_left_to_do(
            before in specs(), after in specs(), foreign in specs(),
        ) {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime");
            runtime.block_on(async {
                let kernel = FakeKernel::new();
                let link = kernel.create("eth0", &LinkKind::Dummy).expect("created");
                let set = |specs: &[AddressSpec], removable: &BTreeSet<IpNet>| {
                    let desired: Vec<_> = specs.iter().collect();
                    let steps = plan(link, &desired, &kernel.addresses().expect("listed"), removable);
                    take(&kernel, link, "eth0", &steps).expect("applied");
                    steps.len()
                };
                set(&foreign, &BTreeSet::new());
                set(&before, &BTreeSet::new());
                let ours = before.iter().chain(&after).map(|one| one.address).collect();
                set(&after, &ours);
                assert_eq!(set(&after, &ours), 0, "the next plan is empty");
                let listed = kernel.addresses().expect("listed");
                for spec in &after {
                    let found = listed.iter().filter(|one| one.prefix == spec.address).collect::<Vec<_>>();
                    assert_eq!(found.len(), 1);
                    assert_eq!((found[0].scope.0, found[0].metric), (spec.scope.0, spec.priority));
                }
                for one in &foreign {
                    let there = listed.iter().any(|address| address.prefix == one.address);
                    assert!(there || ours.contains(&one.address), "what is not ours stays");
                }
                for one in &before {
                    let wanted = after.iter().any(|other| other.address == one.address);
                    assert_eq!(listed.iter().any(|address| address.prefix == one.address), wanted);
                }
            });
        }
    }
}
