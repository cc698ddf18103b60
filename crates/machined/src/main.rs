//! The node's daemons in one binary, told apart by the name they are started with: `machined`, `apid`, `trustd`.

#![forbid(unsafe_code)]

mod api;
mod definitions;

fn main() {
}
