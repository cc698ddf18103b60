//! The machine as a whole: what it is for, and whether it is ready.

mod kind;
mod ready;
mod status;

pub(crate) use kind::MachineKind;
pub(crate) use status::MachineReadiness;

#[cfg(test)]
mod tests;
