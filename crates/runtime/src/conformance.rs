//! The specification of the store and the engine as runnable checks.
