//! The parser that pest makes of `grammar/texts.pest`.
#![allow(
    missing_docs,
    unreachable_pub,
    unused_qualifications,
    clippy::allow_attributes_without_reason,
    reason = "the code is generated"
)]

/// The grammar.
#[derive(pest_derive::Parser)]
#[grammar = "../../grammar/texts.pest"]
pub(super) struct Grammar;
