use super::*;

fn told(source: &str, environment: &Environment) -> String {
    match minos_cel::check(source, environment) {
        Ok(checked) => checked.result.to_string(),
        Err(problems) => problems.iter().map(message).collect::<Vec<_>>().join("; "),
    }
}

#[test]
fn what_is_meant_is_accepted() {
    let accepted = [
        (&DISK, "disk.size > 100u * GB && disk.size < 2u * TiB"),
        (&DISK, "disk.transport == 'nvme' && !system_disk"),
        (&DISK, "disk.symlinks.exists(s, glob('/dev/disk/by-id/*', s))"),
        (&DISK, "disk.model.startsWith('Samsung') || disk.wwid in ['naa.1', 'naa.2']"),
        (&VOLUME, "volume.partition_label == 'ARCHIVE' && disk.transport == 'nvme'"),
        (&VOLUME, "volume.partition_index == 1u && volume.block_size >= 512u"),
        (&LINK, "mac(link.permanent_addr) == '02:00:5e:10:00:01'"),
        (&LINK, "link.bridge_master.stp.enabled || link.vlan.vid == 5u || link.type == 1"),
        (&LINK, "link.wireguard.peers.all(p, p.persistent_keepalive_interval > duration('1s'))"),
        (&TRIGGER, "memory_full_avg10 > 12.0 && time_since_trigger > duration('500ms')"),
        (&TRIGGER, "multiply_qos_vectors(d_qos_memory_full_total, {System: 8.0, Podruntime: 4.0}) > 3000.0"),
        (&TRIGGER, "qos_memory_max[?Besteffort].orValue(0.0) > 1.0"),
    ];
    for (environment, source) in accepted {
        assert_eq!(told(source, environment), "bool", "{source}");
    }
    let ranking =
        "memory_max.hasValue() ? 0.0 : {Besteffort: 1.0, Burstable: 0.5}[class] * double(memory_current.orValue(0u))";
    assert_eq!(told(ranking, &RANKING), "double");
    assert_eq!(told("memory_max.optMap(m, double(m)).orValue(0.0)", &RANKING), "double");
}

#[test]
fn what_is_wrong_is_told_with_its_place() {
    let refused = [
        (
            &DISK,
            "disk.modl == ''",
            "a disk has no field \"modl\", did you mean \"model\"? Known: size, io_size, sector_size, readonly, model, serial, modalias, wwid, bus_path, sub_system, transport, rotational, cdrom, dev_path, pretty_size, secondary_disks, uuid, symlinks (column 6 of the expression)",
        ),
        (&DISK, "disk.size > 100", "\">\" does not go with uint and int, write 100u (column 11 of the expression)"),
        (
            &DISK,
            "globb('a', 'b')",
            "there is no function \"globb\", did you mean \"glob\"? Known: glob, type, dyn, bool, bytes, double, duration, int, string, timestamp, uint, size, matches, has (column 1 of the expression)",
        ),
        (&DISK, "disk.?size", "this expression knows no optional values (column 6 of the expression)"),
        (
            &VOLUME,
            "system_disk",
            "\"system_disk\" is not known; known: volume, disk, KiB, MiB, GiB, TiB, PiB, EiB, kB, MB, GB, TB, PB, EB (column 1 of the expression)",
        ),
        (&LINK, "1u * GiB > 1u", "\"GiB\" is not known; known: link (column 6 of the expression)"),
        (
            &TRIGGER,
            "memory_some_avg10 >\n 1",
            "\">\" does not go with double and int, write 1.0 (column 19 of the expression)",
        ),
        (&TRIGGER, "true &&\n  memory", "\"memory\" is not known (line 2, column 3 of the expression)"),
        (
            &RANKING,
            "double(memory_max)",
            "found double(optional(uint)), wanted double(double) or double(int) or double(string) or double(uint) (column 1 of the expression)",
        ),
        (
            &RANKING,
            "memory_max > 1u ? 1.0 : 0.0",
            "\">\" does not go with optional(uint) and uint: take the value out with value() or orValue() (column 12 of the expression)",
        ),
    ];
    for (environment, source, wanted) in refused {
        assert_eq!(told(source, environment), wanted, "{source}");
    }
}

#[test]
fn the_result_must_be_the_right_one() {
    let message = result_message(&Type::Uint, &Type::Bool);
    assert_eq!(message, "this expression gives uint, wanted true or false (bool)");
    let message = result_message(&Type::Int, &Type::Double);
    assert_eq!(message, "this expression gives int, wanted a number (double); double(…) makes it one");
}
