//! Targets of the Argot compiler: from a plan to the manifests of a system that runs it, and to YAML.
//!
//! | stage | type | made by | content |
//! |---|---|---|---|
//! | 5 | [`Manifest`] | [`Target::lower`](target::Target::lower) | typed objects of the target |
//! | 6 | text | [`print()`] | YAML documents |
//!
//! Nothing here does I/O. Anything a target does not support is added to [`Diagnostics`](argot_syntax::Diagnostics) as an
//! error, never left out.

#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::panic,
        clippy::indexing_slicing,
        clippy::string_slice,
        reason = "a test that panics has failed"
    )
)]

#[macro_use]
#[path = "../../argot-syntax/src/messages.rs"]
mod messages;

pub mod accelerators;
pub mod argo;
pub mod kubernetes;
mod manifest;
mod pod;
pub mod profile;
pub mod target;
pub mod targets;
mod yaml;

pub use manifest::{Manifest, print};

/// Returns the message for a text that is not one of the given names.
fn not_one_of(text: &str, names: impl IntoIterator<Item = &'static str>) -> String {
    let names: Vec<_> = names.into_iter().collect();
    format!("`{text}` is not one of {}", names.join(", "))
}
