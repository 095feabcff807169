//! The small languages inside texts, such as image references and cron expressions: read by pest with the rules of
//! `grammar/texts.pest`. The names of the rules decide the messages.

mod grammar;
mod image;
mod location;
#[cfg(test)]
mod tests;
mod words;

use std::ops::Range;

use pest::{
    Parser as _,
    error::{ErrorVariant, InputLocation},
};

use argot_syntax::Diagnostic;

pub(crate) use grammar::Rule;
pub use image::image;
pub(crate) use image::version;
pub(crate) use location::location;

/// A matched rule with its text.
pub(crate) type Pair<'t> = pest::iterators::Pair<'t, Rule>;

/// Why a text is not in its language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mismatch {
    /// The wrong bytes of the text. Empty if something is missing at its end, or if all of it is wrong.
    pub at: Range<usize>,
    /// What is wrong with them: `the tag is missing`.
    pub reason: String,
}

/// How far a text fits its rule.
#[derive(Debug)]
pub(crate) struct Failure {
    /// The first byte at which no rule matches.
    pub(crate) at: usize,
    /// The rules that were tried there.
    pub(crate) tried: Vec<Rule>,
}

/// The maximum length of words, in bytes. All their characters are ASCII.
const LONGEST: &[(Rule, &str, usize)] = &[
    (Rule::tag, "the tag", 128),
    (Rule::dns_label, "the name", 63),
    (Rule::dns_subdomain, "the name", 253),
    (Rule::label_value, "the value", 63),
    (Rule::label_name, "the name", 63),
    (Rule::label_domain, "the domain", 253),
    (Rule::data_key, "the key", 253),
];

/// The smallest number in [`LONGEST`]. No word of a shorter text is too long.
const SHORT: usize = 63;

/// Reads a whole text.
///
/// # Errors
/// Returns the mistake if the text is not in the language.
pub(crate) fn read(rule: Rule, text: &str) -> Result<Pair<'_>, Mismatch> {
    let found = parse(rule, text).map_err(|failure| words::mismatch(&failure, text))?;
    match too_long(&found, text) {
        Some(mismatch) => Err(mismatch),
        None => Ok(found),
    }
}

/// Whether a whole text is in its language.
pub(crate) fn fits(rule: Rule, text: &str) -> bool {
    parse(rule, text).is_ok_and(|found| too_long(&found, text).is_none())
}

/// Reads a text by the grammar alone, without the limits on lengths.
pub(crate) fn parse(rule: Rule, text: &str) -> Result<Pair<'_>, Failure> {
    let none = || Failure {
        at: 0,
        tried: Vec::new(),
    };
    let mut pairs = grammar::Grammar::parse(rule, text).map_err(|error| Failure {
        at: match error.location {
            InputLocation::Pos(at) | InputLocation::Span((at, _)) => at,
        },
        tried: match error.variant {
            ErrorVariant::ParsingError { positives, .. } => positives,
            ErrorVariant::CustomError { .. } => Vec::new(),
        },
    })?;
    pairs.next().ok_or_else(none)
}

/// The first word that is too long.
fn too_long(found: &Pair<'_>, text: &str) -> Option<Mismatch> {
    if text.len() <= SHORT {
        return None;
    }
    let pairs = std::iter::once(found.clone()).chain(found.clone().into_inner().flatten());
    pairs.into_iter().find_map(|pair| {
        let (_, what, most) = LONGEST.iter().find(|(rule, ..)| *rule == pair.as_rule())?;
        let span = pair.as_span();
        (pair.as_str().len() > *most).then(|| Mismatch {
            at: span.start() + most..span.end(),
            reason: format!("{what} has more than {most} characters"),
        })
    })
}

impl Mismatch {
    /// A mismatch of the whole text.
    pub(crate) fn whole(reason: impl Into<String>) -> Self {
        Self {
            at: 0..0,
            reason: reason.into(),
        }
    }
}

/// Adds the reason to a message about a text that does not match a rule, at the wrong part of the text.
pub(crate) trait Explained {
    fn explained(self, rule: Rule, text: &str) -> Self;
}

impl Explained for Diagnostic {
    fn explained(self, rule: Rule, text: &str) -> Self {
        match read(rule, text) {
            Err(mismatch) => self.part(text, mismatch.at).label(mismatch.reason),
            Ok(_) => self,
        }
    }
}
