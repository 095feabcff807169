//! Runs one source through the lexer and the parser, and checks the laws that hold for any source.

use argot_syntax::{
    Diagnostics, FileId, Severity, Source, Span, TokenKind, Tokens, Unformatted, format, parse,
};
use pest::Parser as _;
use pest_derive::Parser;
use serde_json::Value;

use crate::exercise::Outcome;
use crate::random::Random;

/// The grammar, to which a file without mistakes is held.
#[derive(Parser)]
#[grammar = "../grammar/argot.pest"]
struct Grammar;

/// The longest source that the grammar reads, in bytes: it takes about a hundred times as long as the parser.
const LONGEST: usize = 20_000;

/// The longest source whose tree is looked at node by node, in bytes: as JSON it takes some hundred times as much.
const LONGEST_TREE: usize = 200_000;

/// The most brackets in a source that the grammar reads, for each may take a kilobyte or more of stack.
const MOST_BRACKETS: usize = 100;

/// Parses a source.
///
/// # Errors
/// Says which law does not hold.
pub fn exercise(source: &[u8], random: &mut Random) -> Result<Outcome, String> {
    let text = String::from_utf8_lossy(source).into_owned();
    let source = Source::new(FileId(0), "main.argot", text);
    let mut diagnostics = Diagnostics::default();
    let parsed = parse(&source, &mut diagnostics);
    tokens(&source, &parsed.tokens)?;
    let mut is_right = true;
    for found in diagnostics.iter() {
        is_right &= found.severity != Severity::Error;
        if found.message.is_empty() || found.message.contains('\n') {
            return Err(format!("a message is not a line: {:?}", found.message));
        }
        let spans = found.labels.iter().map(|label| label.span);
        let edits = found.fix.iter().flat_map(|fix| &fix.edits);
        let fix = edits.map(|edit| edit.span);
        if found.labels.is_empty() || !spans.chain(fix).all(|span| is_in(&source, span)) {
            return Err(format!("a diagnostic is nowhere: {}", found.message));
        }
    }
    let mut is_whole = is_right;
    if source.text().len() <= LONGEST_TREE {
        let tree = serde_json::to_value(&parsed.file).map_err(|error| error.to_string())?;
        is_whole = nodes(&source, &tree, (0, source.text().len()))?;
    }
    match (is_right, is_whole) {
        (true, false) => return Err("a tree is broken without an error".to_owned()),
        (true, true) => {}
        (false, _) => return Ok(Outcome::Refused),
    }
    let text = source.text();
    let brackets = text.bytes().filter(|byte| b"([{".contains(byte)).count();
    if text.len() <= LONGEST
        && brackets <= MOST_BRACKETS
        && random.one_in(4)
        && let Err(error) = Grammar::parse(Rule::file, text)
    {
        let line = error.to_string();
        return Err(format!("only the grammar refuses it: {line}"));
    }
    Ok(Outcome::Compiled)
}

/// Formats a source: it keeps its tree and its comments, which the formatter says itself, and is formatted then.
///
/// # Errors
/// Says which law does not hold.
pub fn formatted(source: &[u8]) -> Result<Outcome, String> {
    let text = String::from_utf8_lossy(source).into_owned();
    let source = Source::new(FileId(0), "main.argot", text);
    let once = match format(&source) {
        Ok(once) => once,
        Err(Unformatted::Syntax(_)) => return Ok(Outcome::Refused),
        Err(Unformatted::Changed) => return Err("formatting changes what it means".to_owned()),
    };
    match format(&Source::new(FileId(0), "main.argot", once.as_str())) {
        Ok(twice) if twice == once => Ok(Outcome::Compiled),
        Ok(_) => Err("formatted twice, it is another text".to_owned()),
        Err(_) => Err("what was formatted cannot be formatted".to_owned()),
    }
}

/// The texts of the tokens, joined, are the text of the file, and only the last one is empty.
fn tokens(source: &Source, tokens: &Tokens) -> Result<(), String> {
    let mut at = 0;
    for (kind, span) in tokens.iter() {
        let is_end = kind == TokenKind::End;
        if !is_in(source, span) || span.start != at || is_end != (span.start == span.end) {
            return Err(format!("a token is not where it should be: {kind:?}"));
        }
        at = span.end;
    }
    match at as usize == source.text().len() {
        true => Ok(()),
        false => Err("the tokens end too early".to_owned()),
    }
}

fn is_in(source: &Source, span: Span) -> bool {
    let (start, end) = (span.start as usize, span.end as usize);
    start <= end && source.text().get(start..end).is_some()
}

/// Every node is in the node above it. Says whether all of them could be read.
fn nodes(source: &Source, json: &Value, around: (usize, usize)) -> Result<bool, String> {
    let mut is_whole = true;
    match json {
        Value::Array(values) => {
            for value in values {
                is_whole &= nodes(source, value, around)?;
            }
        }
        Value::Object(fields) => {
            let place = |name: &str| {
                let ends = fields.get(name)?;
                let end = |index: usize| ends.get(index)?.as_u64();
                Some((end(0)? as usize, end(1)? as usize))
            };
            for name in ["span", "braces", "keyword", "operator_span"] {
                if let Some((start, end)) = place(name)
                    && (start < around.0
                        || end > around.1
                        || source.text().get(start..end).is_none())
                {
                    return Err(format!("the {name} of a node is outside of the one above"));
                }
            }
            let inside = place("span").unwrap_or(around);
            for (name, value) in fields {
                // Documentation is above what it is about.
                let around = match name.as_str() {
                    "doc" => (0, source.text().len()),
                    _ => inside,
                };
                is_whole &= name != "error" && (name != "kind" || value != "error");
                is_whole &= nodes(source, value, around)?;
            }
        }
        _ => {}
    }
    Ok(is_whole)
}
