//! Files in `/etc`: specs from every domain become files.

mod apply;

pub(crate) use apply::EtcFileApply;
