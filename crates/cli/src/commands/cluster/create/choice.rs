//! Which kind of nodes is the fastest that works on this host.

use minos_localcluster::{Accelerator, choose, find_qemu};

use super::Create;

/// What runs the nodes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Nodes {
    Machines,
    Containers,
}

/// The kind, and why that one. A virtual machine on the processor is a whole machine, and quick; a container is quick;
/// an emulated machine always works.
pub async fn fastest(arguments: &Create) -> (Nodes, String) {
    if arguments.accelerator.is_some() || arguments.disk_image_path.is_some() && arguments.image.is_none() {
        return (Nodes::Machines, "as the arguments ask for".to_owned());
    }
    if arguments.disk_image_path.is_none() {
        return (Nodes::Containers, "as the arguments ask for".to_owned());
    }
    decide(machines().await, containers())
}

/// Why machines would not run on the processor.
async fn machines() -> Result<String, String> {
    let qemu = find_qemu().map_err(|error| error.to_string())?;
    let choice = choose(&qemu, None).await.map_err(|error| error.to_string())?;
    if choice.accelerator == Accelerator::Kvm { Ok(choice.reason) } else { Err(choice.reason) }
}

/// Why containers would not run.
fn containers() -> Result<(), String> {
    #[cfg(target_os = "linux")]
    return minos_localcluster::container::check_host().map_err(|error| error.to_string());
    #[cfg(not(target_os = "linux"))]
    Err("nodes as containers need Linux".to_owned())
}

fn decide(machines: Result<String, String>, containers: Result<(), String>) -> (Nodes, String) {
    match (machines, containers) {
        (Ok(reason), _) => (Nodes::Machines, format!("virtual machines run on the processor: {reason}")),
        (Err(reason), Ok(())) => (Nodes::Containers, format!("virtual machines would be emulated ({reason})")),
        (Err(slow), Err(none)) => (Nodes::Machines, format!("emulated: {slow}; {none}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fastest_that_works_is_taken() {
        let (no, none) = (|| Err("no KVM".to_owned()), || Err("not root".to_owned()));
        assert_eq!(decide(Ok("a guest ran".into()), Ok(())).0, Nodes::Machines);
        assert_eq!(decide(Ok("a guest ran".into()), none()).0, Nodes::Machines);
        let (nodes, why) = decide(no(), Ok(()));
        assert_eq!(nodes, Nodes::Containers);
        assert!(why.contains("no KVM"), "{why}");
        let (nodes, why) = decide(no(), none());
        assert_eq!(nodes, Nodes::Machines);
        assert!(why.contains("no KVM") && why.contains("not root"), "{why}");
    }
}
