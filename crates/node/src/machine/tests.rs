use minos_config::Config;
use minos_resources::config::{MachineConfig, MachineRole, MachineType};
use minos_resources::runtime::{MachineStage, MachineStageSpec, MachineStatus};
use minos_runtime::testing::Harness;

use super::{MachineKind, MachineReadiness};

#[tokio::test(start_paused = true)]
async fn the_type_is_known_once_the_boot_knows() {
    let harness = Harness::new().with(Box::new(MachineKind));
    harness.put(MachineStageSpec::ID, MachineStageSpec { stage: MachineStage::Booting });
    harness.settle().await;
    assert_eq!(harness.spec::<MachineType>(MachineType::ID), None);
    harness.put(MachineStageSpec::ID, MachineStageSpec { stage: MachineStage::Maintenance });
    harness.settle().await;
    assert_eq!(harness.spec::<MachineType>(MachineType::ID), Some(MachineType(MachineRole::Unknown)));
    let text = b"version: v1alpha1\nmachine:\n  type: controlplane\n";
    harness.put(MachineConfig::ID, MachineConfig(Config::parse(text).expect("valid").0));
    harness.settle().await;
    assert_eq!(harness.spec::<MachineType>(MachineType::ID), Some(MachineType(MachineRole::ControlPlane)));
}

#[tokio::test(start_paused = true)]
async fn the_status_follows_the_stage() {
    let harness = Harness::new().with(Box::new(MachineReadiness::default()));
    harness.put(MachineStageSpec::ID, MachineStageSpec { stage: MachineStage::Booting });
    harness.settle().await;
    let status = harness.spec::<MachineStatus>(MachineStatus::ID).expect("written");
    assert_eq!((status.stage, status.status.ready), (MachineStage::Booting, false));
}
