//! From typed objects to YAML, in one pass. No other file writes YAML.
//!
//! The [`writer`] is a `serde` serializer. It writes block style with keys in [reading order](order), and leaves to
//! [`text`] how a string is written.

mod order;
#[cfg(test)]
mod tests;
mod text;
mod writer;

pub(crate) use order::ordered;
pub(crate) use writer::{Error, Part, Written, document};
