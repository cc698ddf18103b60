use prost_reflect::DescriptorPool;

use super::*;

#[test]
fn names_come_back() {
    for role in Role::ALL {
        assert_eq!(Role::parse(role.as_str()), Some(role));
    }
    assert_eq!(Role::parse("os:root"), None);
    assert_eq!(RoleSet::parse(["os:reader", "system:masters"]), RoleSet::of(&[Role::Reader]));
    assert_eq!(RoleSet::of(&[Role::Reader, Role::Admin]).to_string(), "os:admin, os:reader");
}

#[test]
fn every_method_of_the_descriptors_is_in_the_table() {
    let pool = DescriptorPool::decode(crate::descriptor::FILE_DESCRIPTOR_SET).unwrap();
    let mut count = 0;
    for service in pool.services() {
        for method in service.methods() {
            let path = format!("/{}/{}", service.full_name(), method.name());
            let row = for_method(&path).unwrap_or_else(|| panic!("{path} is not in the table"));
            assert_eq!(row.client_streaming, method.is_client_streaming(), "{path}");
            assert_eq!(row.server_streaming, method.is_server_streaming(), "{path}");
            count += 1;
        }
    }
    assert_eq!(count, METHODS.len());
}

#[test]
fn admins_may_call_everything_but_what_asks_for_a_token() {
    for method in METHODS {
        let token = method.access == Access::Token;
        assert_eq!(method.allows(RoleSet::of(&[Role::Admin])), !token, "{}", method.path);
        assert!(!method.allows(RoleSet::EMPTY), "{}", method.path);
        assert!(!method.allows(RoleSet::of(&[Role::Impersonator])), "{}", method.path);
    }
}

/// The pinned surface: 54 + 5 + 2 + 1 + 2 + 2 + 1 + 1 + 1 methods, and the eight of the resource state.
#[test]
fn the_surface_is_complete() {
    let of = |service: &str| METHODS.iter().filter(|m| m.path.starts_with(&format!("/{service}/"))).count();
    assert_eq!(of("machine.MachineService"), 54);
    assert_eq!(of("machine.ImageService"), 5);
    assert_eq!(of("machine.LifecycleService"), 2);
    assert_eq!(of("machine.DebugService"), 1);
    assert_eq!(of("storage.StorageService"), 2);
    assert_eq!(of("time.TimeService"), 2);
    assert_eq!(of("inspect.InspectService"), 1);
    assert_eq!(of("cluster.ClusterService"), 1);
    assert_eq!(of("securityapi.SecurityService"), 1);
    assert_eq!(of("cosi.resource.State"), 8);
    assert_eq!(METHODS.len(), 77);
}

#[test]
fn readers_write_nothing() {
    let reader = RoleSet::of(&[Role::Reader]);
    for path in [
        "/machine.MachineService/Reboot",
        "/machine.MachineService/Bootstrap",
        "/machine.MachineService/Kubeconfig",
        "/machine.MachineService/Read",
        "/machine.MachineService/MetaWrite",
        "/machine.LifecycleService/Upgrade",
        "/cosi.resource.State/Create",
    ] {
        assert!(!for_method(path).unwrap().allows(reader), "{path}");
    }
    assert!(for_method("/machine.MachineService/Version").unwrap().allows(reader));
}
