//! Devices that the processes of a group may open. Version 2 has no files for it: a program of the kernel's own machine
//! (BPF_PROG_TYPE_CGROUP_DEVICE) decides, and what it refuses in a group is refused in all below.

use std::fs::File;
use std::io::{Error, Result};
use std::os::fd::{AsRawFd as _, FromRawFd as _, OwnedFd};
use std::path::Path;

/// Character devices, by number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CharacterDevices {
    /// Number of the driver.
    pub major: u32,
    /// Number of one of its devices; `None` means all.
    pub minor: Option<u32>,
}

/// Lets the processes of a control group of version 2, and of all below it, open no devices but these. They may still make
/// device files.
///
/// # Errors
/// As bpf(2).
pub fn restrict_devices(group: &Path, allowed: &[CharacterDevices]) -> Result<()> {
    let group = File::open(group)?;
    let program = load(&program(allowed))?;
    let attributes = Attach {
        group: group.as_raw_fd().cast_unsigned(),
        program: program.as_raw_fd().cast_unsigned(),
        kind: CGROUP_DEVICE,
        flags: ALLOW_MULTI,
    };
    // SAFETY: `attributes` is valid for its whole size, and both descriptors are open.
    let result = unsafe { libc::syscall(libc::SYS_bpf, PROG_ATTACH, &raw const attributes, size_of::<Attach>()) };
    if result < 0 { Err(Error::last_os_error()) } else { Ok(()) }
}

/// From `linux/bpf.h`.
const PROG_LOAD: libc::c_int = 5;
const PROG_ATTACH: libc::c_int = 8;
const PROG_TYPE_CGROUP_DEVICE: u32 = 15;
const CGROUP_DEVICE: u32 = 6;
/// Groups below may have programs too; a device is opened when all allow it.
const ALLOW_MULTI: u32 = 2;
const TYPE_CHARACTER: i32 = 2;
const ACCESS_READ_OR_WRITE: i32 = 2 | 4;

/// Operations, from `linux/bpf_common.h` and `linux/bpf.h`.
const LOAD_WORD: u8 = 0x61;
const COPY: u8 = 0xbf;
const SET: u8 = 0xb7;
const AND: u8 = 0x57;
const SHIFT_RIGHT: u8 = 0x77;
const IF_EQUAL: u8 = 0x15;
const IF_NOT_EQUAL: u8 = 0x55;
const EXIT: u8 = 0x95;

/// Registers: the result, what the kernel hands over, and four to work with.
const RESULT: u8 = 0;
const CONTEXT: u8 = 1;
const TYPE: u8 = 2;
const ACCESS: u8 = 3;
const MAJOR: u8 = 4;
const MINOR: u8 = 5;

/// `struct bpf_insn`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(C)]
struct Instruction {
    operation: u8,
    registers: u8,
    offset: i16,
    value: i32,
}

/// What BPF_PROG_LOAD needs of `union bpf_attr`.
#[repr(C)]
struct Load {
    kind: u32,
    count: u32,
    instructions: u64,
    license: u64,
    log_level: u32,
    log_size: u32,
    log: u64,
}

/// What BPF_PROG_ATTACH needs of it.
#[repr(C)]
struct Attach {
    group: u32,
    program: u32,
    kind: u32,
    flags: u32,
}

/// Where a jump leads.
#[derive(Clone, Copy)]
enum To {
    Allow,
    Refuse,
    Next(i16),
}

fn load(program: &[Instruction]) -> Result<OwnedFd> {
    let attributes = Load {
        kind: PROG_TYPE_CGROUP_DEVICE,
        count: u32::try_from(program.len()).unwrap_or(u32::MAX),
        instructions: program.as_ptr() as u64,
        license: c"GPL".as_ptr() as u64,
        log_level: 0,
        log_size: 0,
        log: 0,
    };
    // SAFETY: `attributes` is valid for its whole size; the program and the licence that it points to outlive the call.
    let result = unsafe { libc::syscall(libc::SYS_bpf, PROG_LOAD, &raw const attributes, size_of::<Load>()) };
    match i32::try_from(result) {
        // SAFETY: the kernel has just made this descriptor, which nobody else owns.
        Ok(descriptor) if descriptor >= 0 => Ok(unsafe { OwnedFd::from_raw_fd(descriptor) }),
        _ => Err(Error::last_os_error()),
    }
}

/// The program: `struct bpf_cgroup_dev_ctx` has type and access in the two halves of its first word, then the numbers.
fn program(allowed: &[CharacterDevices]) -> Vec<Instruction> {
    let mut program = vec![
        plain(LOAD_WORD, TYPE, CONTEXT, 0, 0),
        plain(COPY, ACCESS, TYPE, 0, 0),
        plain(SHIFT_RIGHT, ACCESS, 0, 0, 16),
        plain(AND, TYPE, 0, 0, 0xffff),
        plain(LOAD_WORD, MAJOR, CONTEXT, 4, 0),
        plain(LOAD_WORD, MINOR, CONTEXT, 8, 0),
        plain(AND, ACCESS, 0, 0, ACCESS_READ_OR_WRITE),
    ];
    let mut jumps = vec![(IF_EQUAL, ACCESS, 0, To::Allow), (IF_NOT_EQUAL, TYPE, TYPE_CHARACTER, To::Refuse)];
    for CharacterDevices { major, minor } in allowed {
        match minor {
            None => jumps.push((IF_EQUAL, MAJOR, major.cast_signed(), To::Allow)),
            Some(minor) => jumps.extend([
                (IF_NOT_EQUAL, MAJOR, major.cast_signed(), To::Next(1)),
                (IF_EQUAL, MINOR, minor.cast_signed(), To::Allow),
            ]),
        }
    }
    let last = jumps.len();
    for (at, (operation, register, value, to)) in jumps.into_iter().enumerate() {
        // Jumps are counted from the next instruction; after the last come the two that refuse and the two that allow.
        let end = i16::try_from(last - at - 1).unwrap_or(i16::MAX);
        let offset = match to {
            To::Refuse => end,
            To::Allow => end.saturating_add(2),
            To::Next(count) => count,
        };
        program.push(plain(operation, register, 0, offset, value));
    }
    for result in [0, 1] {
        program.extend([plain(SET, RESULT, 0, 0, result), plain(EXIT, 0, 0, 0, 0)]);
    }
    program
}

const fn plain(operation: u8, to: u8, from: u8, offset: i16, value: i32) -> Instruction {
    Instruction {
        operation,
        registers: if cfg!(target_endian = "little") { from << 4 | to } else { to << 4 | from },
        offset,
        value,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Runs a program as the kernel does.
    fn allows(program: &[Instruction], kind: u32, access: u32, major: u32, minor: u32) -> bool {
        let context = [access << 16 | kind, major, minor];
        let mut registers = [0_i64; 6];
        let mut at = 0;
        loop {
            let Instruction { operation, registers: pair, offset, value } = program[at];
            let (to, from) = (usize::from(pair & 15), usize::from(pair >> 4));
            at += 1;
            let jump = match operation {
                LOAD_WORD => {
                    assert_eq!(from, usize::from(CONTEXT));
                    registers[to] = context[usize::try_from(offset).expect("an offset") / 4].into();
                    false
                }
                COPY => {
                    registers[to] = registers[from];
                    false
                }
                SET => {
                    registers[to] = value.into();
                    false
                }
                AND => {
                    registers[to] &= i64::from(value);
                    false
                }
                SHIFT_RIGHT => {
                    registers[to] >>= value;
                    false
                }
                IF_EQUAL => registers[to] == i64::from(value),
                IF_NOT_EQUAL => registers[to] != i64::from(value),
                EXIT => return registers[0] == 1,
                other => panic!("operation {other:#x}"),
            };
            if jump {
                at += usize::try_from(offset).expect("forwards");
            }
        }
    }

    #[test]
    fn only_the_devices_of_the_list_are_opened() {
        let one = |major, minor| CharacterDevices { major, minor };
        let program = program(&[one(1, Some(3)), one(136, None), one(10, Some(229))]);
        let (block, character, make, read, write) = (1, 2, 1, 2, 4);
        for (major, minor) in [(1, 3), (136, 7), (10, 229)] {
            assert!(allows(&program, character, read | write, major, minor), "{major}:{minor}");
            assert!(!allows(&program, block, read, major, minor), "a block device of the same number");
        }
        for (major, minor) in [(1, 1), (10, 3), (4, 3), (1, 229)] {
            assert!(!allows(&program, character, read, major, minor), "{major}:{minor}");
            assert!(!allows(&program, character, write | make, major, minor), "{major}:{minor}");
            assert!(allows(&program, character, make, major, minor), "the file may be made");
        }
        assert!(allows(&program, block, make, 8, 0) && !allows(&program, block, write, 8, 0));
    }
}
