//! Files that the node writes into /etc.

mod etc_file;

pub use etc_file::{EtcFileSpec, EtcFileStatus};

use crate::declare::definitions;

definitions![EtcFileSpec, EtcFileStatus];
