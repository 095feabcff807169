//! Support for tests and benches. No shipped crate depends on it.
//!
//! | module | what it is |
//! |---|---|
//! | `page` | headings and blocks of Markdown pages |
//! | `synthetic` | programs of any size, for the benches |
//! | `generate` | random programs |
//! | `memory` | files in memory |
//! | `script` | what steps do, as the pages of `tests/simulate` write it |
//! | `scenario` | what steps do, by chance |
//! | `releaser` | the script that releases Jobs, against a cluster in memory |

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "it is for tests, which fail by panicking"
)]

pub mod generate;
#[cfg(feature = "run")]
pub mod memory;
pub mod page;
#[cfg(feature = "run")]
pub mod releaser;
#[cfg(feature = "run")]
pub mod scenario;
#[cfg(feature = "run")]
pub mod script;
pub mod synthetic;
