//! From typed objects to YAML, in one pass. No other file writes YAML.
//!
//! The [`serializer`] writes block style into a [`writer`], with keys in [reading order](order). It leaves to [`text`]
//! how a string is written.

mod order;
mod serializer;
#[cfg(test)]
mod tests;
mod text;
mod writer;

pub(crate) use order::ordered;
pub(crate) use serializer::document;
pub(crate) use writer::{Error, Part, Written};
