//! The binary from end to end: what is typed, then what comes out.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod check;
mod compile;
mod dump;
mod explain;
mod fix;
mod fmt;
mod formats;
mod help;
mod hostile;
mod lint;
mod output;
mod outside;
mod pages;
mod params;
mod profiles;
mod project;
mod promises;
mod signals;
mod start;
mod streams;
mod support;
