//! What the grammar says of a text, what the parser says, and whether they agree.

use argot_syntax::{
    Code, Diagnostic, Diagnostics, FileId, Parsed, Severity, Source, TokenKind, parse,
};
use pest::Parser as _;
use pest::iterators::Pair;
use pest_derive::Parser;

use crate::shape;

/// The grammar as it is written.
pub(crate) const GRAMMAR: &str = include_str!("../../../../grammar/argot.pest");

#[derive(Parser)]
#[grammar = "../../grammar/argot.pest"]
pub(crate) struct Grammar;

/// What the parser refuses beyond the grammar, in the order of the table at the head of the grammar.
pub(crate) const BEYOND: &[fn(&Diagnostic) -> bool] = &[
    |found| found.code == Code::NestingTooDeep,
    |found| found.message == "expected `,` or a line break before this entry",
    |found| found.message == "expected `,` or a line break before this entry",
    |found| found.code == Code::UnterminatedString,
    |found| found.code == Code::NumberOutOfRange,
    |found| found.code == Code::NumberOutOfRange,
    |found| found.code == Code::InvalidEscape,
    |found| {
        let literal = ["`null`", "`true`", "`false`"];
        literal
            .iter()
            .any(|one| found.message.ends_with(&format!("is written {one}")))
    },
    |found| found.message.ends_with("is written `else if`"),
    |found| found.message.starts_with("the item above is not complete"),
];

/// What became of a text that the two agree on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Both accept it.
    Right,
    /// Only the grammar accepts it: the parser has found something that is beyond the grammar.
    Beyond,
    /// Both refuse it.
    Wrong,
}

/// What the parser makes of a text, with the errors that it reports.
pub(crate) fn parsed(text: &str) -> (Parsed, Vec<Diagnostic>) {
    let source = Source::new(FileId(3), "test.argot", text);
    let mut diagnostics = Diagnostics::default();
    let parsed = parse(&source, &mut diagnostics);
    let errors = diagnostics
        .iter()
        .filter(|found| found.severity == Severity::Error);
    (parsed, errors.cloned().collect())
}

/// Holds the parser against the grammar over a text.
pub(crate) fn judge(text: &str) -> Verdict {
    let (parsed, errors) = parsed(text);
    let pairs = match (Grammar::parse(Rule::file, text), errors.first()) {
        (Err(_), Some(_)) => return Verdict::Wrong,
        (Ok(_), Some(error)) => {
            assert!(
                BEYOND.iter().any(|is_it| is_it(error)),
                "only the parser refuses this: {error:?}\n{text}"
            );
            return Verdict::Beyond;
        }
        (Err(error), None) => panic!("only the grammar refuses this: {error}\n{text}"),
        (Ok(pairs), None) => pairs,
    };
    let file: Vec<_> = pairs.collect();
    let mut expected = Vec::new();
    for pair in &file {
        tokens(pair.clone(), &mut expected);
    }
    let of_parser: Vec<_> = parsed
        .tokens
        .iter()
        .filter(|(kind, _)| {
            *kind == TokenKind::Comment || !kind.is_trivia() && *kind != TokenKind::End
        })
        .map(|(kind, span)| (class(kind), span.start as usize, span.end as usize))
        .collect();
    assert!(
        of_parser == expected,
        "{}\n{text}",
        difference(text, &of_parser, &expected)
    );
    let (tree, expected) = (shape::of_tree(&parsed.file), shape::of_pairs(file));
    assert!(
        tree == expected,
        "only in the tree: {:?}, only in the grammar's: {:?}\n{text}",
        shape::minus(text, &tree, &expected),
        shape::minus(text, &expected, &tree)
    );
    Verdict::Right
}

/// What a token is, as far as both say it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    Word,
    Name,
    Int,
    Float,
    Unit,
    String,
    Raw,
    Doc,
    Comment,
    Sign,
}

fn class(kind: TokenKind) -> Class {
    use TokenKind as T;
    match kind {
        T::Name => Class::Name,
        T::Int => Class::Int,
        T::Float => Class::Float,
        T::Unit => Class::Unit,
        T::String | T::StringHead | T::StringMiddle | T::StringTail => Class::String,
        T::RawString => Class::Raw,
        T::Doc => Class::Doc,
        T::Comment => Class::Comment,
        kind if kind.is_reserved() => Class::Word,
        _ => Class::Sign,
    }
}

type Seen = (Class, usize, usize);

/// The tokens that the grammar finds, in the way of the lexer: the minus of a number and the pieces of a string are
/// tokens of their own.
fn tokens(pair: Pair<'_, Rule>, found: &mut Vec<Seen>) {
    let (start, end) = (pair.as_span().start(), pair.as_span().end());
    let rule = pair.as_rule();
    let number = match rule {
        Rule::float => Class::Float,
        Rule::unit => Class::Unit,
        Rule::integer => Class::Int,
        Rule::EOI | Rule::start => return,
        Rule::COMMENT => return found.push((Class::Comment, start, end)),
        Rule::doc_line => return found.push((Class::Doc, start, end)),
        Rule::raw | Rule::raw_block => return found.push((Class::Raw, start, end)),
        Rule::quoted | Rule::plain | Rule::block | Rule::plain_block => {
            let mut piece = start;
            for inside in pair.into_inner() {
                if inside.as_rule() != Rule::interpolation {
                    continue;
                }
                let (start, end) = (inside.as_span().start(), inside.as_span().end());
                found.push((Class::String, piece, start + "${".len()));
                for inside in inside.into_inner() {
                    if !matches!(
                        inside.as_rule(),
                        Rule::interpolation_start | Rule::close_brace
                    ) {
                        tokens(inside, found);
                    }
                }
                piece = end - "}".len();
            }
            return found.push((Class::String, piece, end));
        }
        _ => {
            let text = pair.as_str();
            let mut inside = pair.into_inner().peekable();
            if inside.peek().is_none() {
                let is_word = text.starts_with(|one: char| one.is_ascii_alphabetic() || one == '_');
                // Words that are not reserved are names to the lexer.
                let class = match (is_word, is_reserved(text)) {
                    (true, true) => Class::Word,
                    (true, false) => Class::Name,
                    (false, _) => Class::Sign,
                };
                found.push((class, start, end));
            }
            inside.for_each(|inside| tokens(inside, found));
            return;
        }
    };
    let sign = usize::from(pair.as_str().starts_with('-'));
    if sign > 0 {
        found.push((Class::Sign, start, start + sign));
    }
    found.push((number, start + sign, end));
}

fn is_reserved(word: &str) -> bool {
    Grammar::parse(Rule::name, word).is_err()
}

fn difference(text: &str, parser: &[Seen], grammar: &[Seen]) -> String {
    let at = parser
        .iter()
        .zip(grammar)
        .position(|(one, other)| one != other);
    let at = at.unwrap_or(parser.len().min(grammar.len()));
    let shown = |seen: Option<&Seen>| seen.map(|seen| (*seen, text[seen.1..seen.2].to_owned()));
    format!(
        "token {at} of the parser: {:?}, of the grammar: {:?}",
        shown(parser.get(at)),
        shown(grammar.get(at))
    )
}
