//! IPv4 and UDP headers around a DHCP message.

use std::net::Ipv4Addr;

use super::{CLIENT, SERVER};

const IP_HEADER: usize = 20;
const UDP_HEADER: usize = 8;
const UDP: u8 = 17;

/// An IPv4 packet from the client's to the server's port.
pub(super) fn build(from: Ipv4Addr, to: Ipv4Addr, payload: &[u8]) -> Vec<u8> {
    let udp_length = (UDP_HEADER + payload.len()) as u16;
    let mut packet = Vec::with_capacity(IP_HEADER + usize::from(udp_length));
    packet.extend([0x45, 0]);
    packet.extend((IP_HEADER as u16 + udp_length).to_be_bytes());
    packet.extend([0, 0, 0, 0, 64, UDP, 0, 0]);
    packet.extend(from.octets());
    packet.extend(to.octets());
    let header_sum = checksum(&[&packet]);
    packet[10..12].copy_from_slice(&header_sum.to_be_bytes());

    packet.extend(CLIENT.to_be_bytes());
    packet.extend(SERVER.to_be_bytes());
    packet.extend(udp_length.to_be_bytes());
    packet.extend([0, 0]);
    packet.extend(payload);
    let pseudo_header = [&from.octets()[..], &to.octets(), &[0, UDP], &udp_length.to_be_bytes()].concat();
    let sum = match checksum(&[&pseudo_header, &packet[IP_HEADER..]]) {
        0 => 0xffff, // zero means "no checksum"
        sum => sum,
    };
    packet[IP_HEADER + 6..IP_HEADER + 8].copy_from_slice(&sum.to_be_bytes());
    packet
}

/// The UDP payload of an IPv4 packet to the client's port. Checksums are not looked at: packets from the same host
/// arrive before anybody has computed theirs.
pub(super) fn payload(packet: &[u8]) -> Option<&[u8]> {
    let header = usize::from(packet.first()? & 0x0f) * 4;
    let total = usize::from(u16::from_be_bytes([*packet.get(2)?, *packet.get(3)?]));
    let udp = packet.get(header..total.min(packet.len()))?;
    let to = u16::from_be_bytes([*udp.get(2)?, *udp.get(3)?]);
    let length = usize::from(u16::from_be_bytes([*udp.get(4)?, *udp.get(5)?]));
    if packet[0] >> 4 != 4 || packet.get(9) != Some(&UDP) || to != CLIENT {
        return None;
    }
    udp.get(UDP_HEADER..length.min(udp.len()))
}

/// The Internet checksum (RFC 1071) over parts of which all but the last have an even length.
fn checksum(parts: &[&[u8]]) -> u16 {
    let mut sum = 0_u32;
    for pair in parts.iter().flat_map(|part| part.chunks(2)) {
        sum += u32::from(u16::from_be_bytes([pair[0], pair.get(1).copied().unwrap_or_default()]));
    }
    while sum > 0xffff {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    !(sum as u16)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reply_is_unwrapped_and_a_wrong_one_refused() {
        let mut packet = build(Ipv4Addr::UNSPECIFIED, Ipv4Addr::BROADCAST, b"hello");
        assert_eq!(payload(&packet), None, "to the server's port");
        packet[IP_HEADER + 2..IP_HEADER + 4].copy_from_slice(&CLIENT.to_be_bytes());
        assert_eq!(payload(&packet), Some(&b"hello"[..]));
        packet.extend([0; 13]); // padding of a short Ethernet frame
        assert_eq!(payload(&packet), Some(&b"hello"[..]));
        for length in 0..IP_HEADER + UDP_HEADER {
            assert_eq!(payload(&packet[..length]), None, "cut after {length}");
        }
    }

    #[test]
    fn checksums_verify() {
        let packet = build(Ipv4Addr::new(10, 0, 2, 15), Ipv4Addr::BROADCAST, b"odd");
        assert_eq!(checksum(&[&packet[..IP_HEADER]]), 0);
        let pseudo = [&packet[12..20], &[0, UDP], &packet[IP_HEADER + 4..IP_HEADER + 6]].concat();
        assert_eq!(checksum(&[&pseudo, &packet[IP_HEADER..]]), 0);
    }
}
