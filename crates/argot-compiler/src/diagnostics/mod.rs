//! All messages of the compiler, one module for each topic.
//!
//! The message states the fact, the label describes the highlighted source, and the help says what to do.

mod attributes;
mod calls;
mod containers;
mod files;
mod flow;
mod lints;
mod names;
mod parameters;
mod pipelines;
mod programs;
mod schedules;
mod types;
mod units;
mod values;

pub(crate) use attributes::*;
pub(crate) use calls::*;
pub(crate) use containers::*;
pub(crate) use files::*;
pub(crate) use flow::*;
pub(crate) use lints::*;
pub(crate) use names::*;
pub(crate) use parameters::*;
pub(crate) use pipelines::*;
pub(crate) use programs::*;
pub(crate) use schedules::*;
pub(crate) use types::*;
pub(crate) use values::*;

use argot_syntax::first_listed;

/// A note that lists the known names of some kind: "its inputs are `a` and `b`".
fn known(kinds: &str, names: &[&str]) -> String {
    match names {
        [] => format!("it has no {kinds}"),
        names => format!("its {kinds} are {}", first_listed(names)),
    }
}
