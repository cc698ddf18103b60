//! Addresses: the contract's messages `NetIP`, `NetIPPort` and `NetIPPrefix`. Four bytes for IPv4, sixteen for IPv6.

use std::net::{IpAddr, SocketAddr};

use ipnet::IpNet;

use super::{Field, bytes, some_varint};

fn octets(address: IpAddr) -> Vec<u8> {
    match address {
        IpAddr::V4(address) => address.octets().to_vec(),
        IpAddr::V6(address) => address.octets().to_vec(),
    }
}

/// The message of an address and a number.
fn with_number(address: IpAddr, second: u64) -> Vec<u8> {
    let mut message = Vec::new();
    bytes(1, &octets(address), &mut message);
    some_varint(2, second, &mut message);
    message
}

impl Field for IpAddr {
    fn is_zero(&self) -> bool {
        false
    }

    fn encode(&self, number: u32, out: &mut Vec<u8>) {
        bytes(number, &with_number(*self, 0), out);
    }

    #[cfg(test)]
    fn kind() -> String {
        "NetIP".to_owned()
    }

    #[cfg(test)]
    fn sample() -> Self {
        [192, 0, 2, 1].into()
    }
}

impl Field for SocketAddr {
    fn is_zero(&self) -> bool {
        false
    }

    fn encode(&self, number: u32, out: &mut Vec<u8>) {
        bytes(number, &with_number(self.ip(), u64::from(self.port())), out);
    }

    #[cfg(test)]
    fn kind() -> String {
        "NetIPPort".to_owned()
    }

    #[cfg(test)]
    fn sample() -> Self {
        ([192, 0, 2, 1], 80).into()
    }
}

impl Field for IpNet {
    fn is_zero(&self) -> bool {
        false
    }

    fn encode(&self, number: u32, out: &mut Vec<u8>) {
        bytes(number, &with_number(self.addr(), u64::from(self.prefix_len())), out);
    }

    #[cfg(test)]
    fn kind() -> String {
        "NetIPPrefix".to_owned()
    }

    #[cfg(test)]
    fn sample() -> Self {
        IpNet::new([192, 0, 2, 1].into(), 24).expect("24 bits are a valid length")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_its_octets_and_what_is_zero_beside_it_is_left_out() {
        let mut out = Vec::new();
        "192.0.2.1".parse::<IpAddr>().unwrap().encode(1, &mut out);
        assert_eq!(out, [0x0a, 6, 0x0a, 4, 192, 0, 2, 1]);
        out.clear();
        "0.0.0.0/0".parse::<IpNet>().unwrap().encode(1, &mut out);
        assert_eq!(out, [0x0a, 6, 0x0a, 4, 0, 0, 0, 0]);
        out.clear();
        "[::1]:300".parse::<SocketAddr>().unwrap().encode(2, &mut out);
        assert_eq!((out[0], out[1], out[3], &out[19..]), (0x12, 21, 16, &[1, 0x10, 0xac, 0x02][..]));
    }
}
