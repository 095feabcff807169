//! The parser that pest makes of `grammar/argot.pest`.
#![allow(
    missing_docs,
    unreachable_pub,
    unused_qualifications,
    clippy::allow_attributes_without_reason,
    reason = "the code is generated"
)]

/// The grammar.
#[derive(pest_derive::Parser)]
#[grammar = "../../grammar/argot.pest"]
pub(super) struct Grammar;

/// A matched rule with its text.
pub(super) type Pair<'i> = pest::iterators::Pair<'i, Rule>;

/// Why a text does not fit a rule.
pub(super) type Mismatch = pest::error::Error<Rule>;

/// The pairs in a pair, taken one after the other.
pub(super) struct Children<'i> {
    pairs: std::iter::Peekable<pest::iterators::Pairs<'i, Rule>>,
}

impl<'i> Children<'i> {
    pub(super) fn of(pair: Pair<'i>) -> Self {
        Self {
            pairs: pair.into_inner().peekable(),
        }
    }

    /// The next pair, if it is of that rule.
    pub(super) fn next_of(&mut self, rule: Rule) -> Option<Pair<'i>> {
        self.pairs.next_if(|pair| pair.as_rule() == rule)
    }

    /// The next pair of that rule, with everything before it left out.
    pub(super) fn skip_to(&mut self, rule: Rule) -> Option<Pair<'i>> {
        self.pairs.find(|pair| pair.as_rule() == rule)
    }

    /// The rule of the next pair.
    pub(super) fn peek(&mut self) -> Option<Rule> {
        self.pairs.peek().map(Pair::as_rule)
    }
}

impl<'i> Iterator for Children<'i> {
    type Item = Pair<'i>;

    fn next(&mut self) -> Option<Pair<'i>> {
        self.pairs.next()
    }
}
