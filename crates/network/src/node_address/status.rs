//! Which addresses the node is known by: one that stands for it, those it has now, those that others reach, and all it
//! ever had; each of the last three also filtered.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use async_trait::async_trait;
use ipnet::IpNet;
use minos_resources::network::{
    AddressSortAlgorithm, AddressStatus, LinkStatus, NodeAddress, NodeAddressFilter, NodeAddressSortAlgorithm,
    OperationalState, Scope,
};
use minos_runtime::{Context, Controller, Input, Key, Output, ReconcileError, Resource};

use super::EXTERNAL;
use super::select::{compare, eligible, filter};

#[derive(Default)]
pub(super) struct Status {
    ever: BTreeSet<IpNet>,
}

#[async_trait]
impl Controller for Status {
    fn name(&self) -> &str {
        "network.node_address.status"
    }

    fn inputs(&self) -> Vec<Input> {
        vec![
            Input::of::<LinkStatus>().to_all(),
            Input::of::<AddressStatus>().to_all(),
            Input::of::<NodeAddressFilter>().to_all(),
            Input::of::<NodeAddressSortAlgorithm>().to_all(),
        ]
    }

    fn outputs(&self) -> Vec<Output> {
        vec![Output::exclusive::<NodeAddress>()]
    }

    async fn reconcile(&mut self, cx: &Context, _key: &Key) -> Result<(), ReconcileError> {
        let algorithm = cx.require::<NodeAddressSortAlgorithm>(NodeAddressSortAlgorithm::ID)?.algorithm;
        let links = cx.list::<LinkStatus>()?;
        let up: BTreeSet<u32> = links.iter().filter(|link| is_up(link)).map(|link| link.index).collect();
        let mut statuses = cx.list::<AddressStatus>()?;
        statuses.retain(|one| one.is_running() && one.scope < Scope::LINK && eligible(one.address.addr()));
        statuses.sort_by(|one, other| {
            one.link_name.cmp(&other.link_name).then_with(|| compare(algorithm, &one.address, &other.address))
        });

        let external = |one: &AddressStatus| one.link_name == EXTERNAL;
        let routed = statuses.iter().filter(|one| up.contains(&one.link_index) && !external(one));
        let routed = in_order(algorithm, routed);
        let current = in_order(algorithm, statuses.iter().filter(|one| up.contains(&one.link_index) || external(one)));
        self.ever.extend(statuses.iter().map(|one| one.address));
        let ever = sorted(algorithm, self.ever.iter().copied().collect());

        if let Some(first) = statuses.iter().find(|one| !external(one)) {
            self.write_default(cx, first.address, &current, algorithm)?;
        }
        let filters = cx.list::<NodeAddressFilter>()?;
        let kinds = [(NodeAddress::CURRENT, current), (NodeAddress::ROUTED, routed), (NodeAddress::ACCUMULATIVE, ever)];
        for (kind, addresses) in kinds {
            for one in filters.iter().filter(|filter| filter.is_running()) {
                let addresses = filter(&addresses, one);
                let id = NodeAddress::filtered_id(kind, one.id());
                cx.write(&id, NodeAddress { addresses, sort_algorithm: algorithm })?;
            }
            cx.write(kind, NodeAddress { addresses, sort_algorithm: algorithm })?;
        }
        Ok(())
    }
}

impl Status {
    /// The address that stands for the node stays as long as the node has it: much hangs on it.
    fn write_default(
        &self,
        cx: &Context,
        first: IpNet,
        current: &[IpNet],
        sort_algorithm: AddressSortAlgorithm,
    ) -> Result<(), ReconcileError> {
        let before = cx.get::<NodeAddress>(NodeAddress::DEFAULT)?.filter(Resource::is_running);
        let stays = before.as_ref().and_then(|before| before.addresses.first()).filter(|address| {
            current.contains(address) && before.as_ref().is_some_and(|before| before.sort_algorithm == sort_algorithm)
        });
        let addresses = vec![stays.copied().unwrap_or(first)];
        cx.write(NodeAddress::DEFAULT, NodeAddress { addresses, sort_algorithm })?;
        Ok(())
    }
}

fn is_up(link: &LinkStatus) -> bool {
    let up = [OperationalState::UP, OperationalState::UNKNOWN].contains(&link.operational_state);
    up && (!link.physical() || link.link_state)
}

fn in_order<'a>(
    algorithm: AddressSortAlgorithm,
    statuses: impl Iterator<Item = &'a Resource<AddressStatus>>,
) -> Vec<IpNet> {
    sorted(algorithm, statuses.map(|one| one.address).collect())
}

fn sorted(algorithm: AddressSortAlgorithm, mut addresses: Vec<IpNet>) -> Vec<IpNet> {
    addresses.sort_by(|one, other| compare(algorithm, one, other));
    addresses.dedup_by(|one, other| compare(algorithm, one, other) == Ordering::Equal);
    addresses
}
