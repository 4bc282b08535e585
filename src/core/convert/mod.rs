//! What other hosts call the same things, and how values are written for them.

pub(in crate::core) mod tools;
pub(in crate::core) mod write;
