//! What holds for the formatted text of every file, and that all files of the repository are formatted.
//!
//! `ARGOT_BLESS=1 cargo test -p argot-syntax --test formatted` formats them: the `.argot` files, and the `argot` blocks
//! of the Markdown files.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may fail so"
)]

mod common;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use argot_syntax::{Diagnostics, FileId, Source, TokenKind, Unformatted, format, parse};
use common::{comments, read};
use proptest::prelude::*;

/// Blocks that keep their form: more than 200 calls, for which a line each would be too many.
const UNTOUCHED: &str = "t() t() t() t()";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The files of the repository that have sources in them, in order.
fn files() -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> = ["docs", "examples", "tests", "benches", "grammar", "crates"]
        .iter()
        .map(|name| root().join(name))
        .collect();
    let mut found = vec![root().join("README.md")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            let kind = path.extension().and_then(|kind| kind.to_str());
            if path.is_dir() && !path.is_symlink() {
                folders.push(path);
            } else if matches!(kind, Some("argot" | "md")) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// A piece of a file.
enum Piece {
    /// A source.
    Source(String),
    /// Anything else.
    Other(String),
}

/// The sources in a file, and what is around them.
fn pieces(path: &Path) -> Vec<Piece> {
    let text = fs::read_to_string(path).expect("a text");
    if path.extension().is_some_and(|kind| kind == "argot") {
        return vec![Piece::Source(text)];
    }
    let mut pieces = Vec::new();
    let mut current = String::new();
    let mut fence: Option<bool> = None;
    for line in text.split_inclusive('\n') {
        match fence {
            Some(is_source) if line.starts_with("```") => {
                let inside = std::mem::take(&mut current);
                pieces.push(match is_source {
                    true => Piece::Source(inside),
                    false => Piece::Other(inside),
                });
                current.push_str(line);
                fence = None;
            }
            None if line.starts_with("```") => {
                let language = line.trim_start_matches('`').split_whitespace().next();
                current.push_str(line);
                pieces.push(Piece::Other(std::mem::take(&mut current)));
                fence = Some(language == Some("argot"));
            }
            _ => current.push_str(line),
        }
    }
    pieces.push(Piece::Other(current));
    pieces
}

/// All sources of the repository that have no errors.
fn corpus() -> Vec<String> {
    let sources = files().into_iter().flat_map(|path| pieces(&path));
    sources
        .filter_map(|piece| match piece {
            Piece::Source(text) => Some(text),
            Piece::Other(_) => None,
        })
        .filter(|text| formatted(text).is_some())
        .collect()
}

/// The formatted text, unless the source has errors.
fn formatted(text: &str) -> Option<String> {
    match format(&Source::new(FileId(0), "test.argot", text)) {
        Ok(text) => Some(text),
        Err(Unformatted::Syntax(_)) => None,
        Err(Unformatted::Changed) => panic!("formatting would change this text:\n{text}"),
    }
}

/// Checks what holds for every formatted text, and returns it.
fn check(text: &str) -> Option<String> {
    let once = formatted(text)?;
    let twice = formatted(&once).expect("no errors");
    assert_eq!(once, twice, "the second time changes the text of:\n{text}");
    assert_eq!(read(text).0, read(&once).0, "another tree for:\n{text}");
    let trimmed = |text: &str| -> Vec<String> {
        let comments = comments(text).into_iter();
        comments.map(|text| text.trim_end().to_owned()).collect()
    };
    assert_eq!(trimmed(text), trimmed(&once), "other comments in:\n{once}");
    check_lines(&once);
    Some(once)
}

/// Checks white space and the width of lines. A line is too long only if it has a long text that nothing makes shorter.
fn check_lines(text: &str) {
    assert!(text.is_empty() || text.ends_with('\n'), "{text:?}");
    assert!(
        !text.starts_with('\n') && !text.ends_with("\n\n"),
        "{text:?}"
    );
    let source = Source::new(FileId(0), "test.argot", text);
    let tokens = parse(&source, &mut Diagnostics::default()).tokens;
    let mut lines: BTreeMap<usize, (usize, usize)> = BTreeMap::new();
    let mut string = None;
    for (kind, mut span) in tokens.iter() {
        let token = source.slice(span);
        match kind {
            TokenKind::StringHead => string = string.or(Some(span)),
            TokenKind::StringTail => span = string.take().map_or(span, |start| start.to(span)),
            _ => {}
        }
        let token_width = source.slice(span).chars().count();
        match kind {
            TokenKind::LineBreak | TokenKind::Space => {
                let mut ends = token.split('\n');
                let first = ends.next().expect("a line");
                assert!(kind == TokenKind::Space || first.is_empty(), "{text}");
                assert!(token.matches('\n').count() <= 2, "blank lines in:\n{text}");
            }
            TokenKind::Comment | TokenKind::Doc | TokenKind::End => {}
            _ if token.contains('\n') => {}
            _ => {
                let end = source.position(span.end);
                let line = lines.entry(end.line).or_default();
                line.0 = line.0.max(end.column - 1);
                line.1 = line.1.max(token_width);
            }
        }
    }
    for (line, (width, widest)) in lines {
        let is_short = width <= 100 || widest > 30;
        assert!(is_short, "line {line} has {width} columns:\n{text}");
    }
}

#[test]
fn the_corpus_is_formatted_alike() {
    let corpus = corpus();
    assert!(corpus.len() > 600, "{}", corpus.len());
    for text in corpus {
        check(&text);
    }
}

/// Every file is written in the one style.
#[test]
fn files_are_formatted() {
    let bless = std::env::var_os("ARGOT_BLESS").is_some();
    let mut count = 0;
    let mut wrong = Vec::new();
    for path in files() {
        let mut new = String::new();
        let mut is_formatted = true;
        for piece in pieces(&path) {
            let text = match &piece {
                Piece::Other(text) => text.clone(),
                Piece::Source(text) if text.contains(UNTOUCHED) => text.clone(),
                Piece::Source(text) => {
                    count += 1;
                    let formatted = formatted(text).unwrap_or_else(|| text.clone());
                    is_formatted &= formatted == *text;
                    formatted
                }
            };
            new.push_str(&text);
        }
        if !is_formatted && bless {
            fs::write(&path, new).expect("a file to write to");
        } else if !is_formatted {
            wrong.push(path);
        }
    }
    assert!(count > 700, "{count}");
    assert!(wrong.is_empty(), "not formatted: {wrong:#?}");
}

/// How one gap between tokens is changed.
#[derive(Debug, Clone, Copy)]
enum Change {
    Nothing,
    Space,
    Spaces,
    Break,
    Blank,
    Trailing,
    Own,
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        6 => Just(Change::Nothing),
        2 => Just(Change::Space),
        1 => Just(Change::Spaces),
        2 => Just(Change::Break),
        1 => Just(Change::Blank),
        1 => Just(Change::Trailing),
        1 => Just(Change::Own),
    ]
}

/// A text with changes between its tokens, as long as it has no errors.
fn scramble(text: &str, at: usize, changes: &[Change]) -> String {
    let source = Source::new(FileId(0), "test.argot", text);
    let tokens = parse(&source, &mut Diagnostics::default()).tokens;
    let tokens: Vec<_> = tokens.iter().collect();
    let mut texts: Vec<String> = tokens
        .iter()
        .map(|(_, span)| source.slice(*span).to_owned())
        .collect();
    let is_inside = |index: usize| {
        let before = tokens[..index].iter().rev();
        let string = before.map(|(kind, _)| *kind).find(|kind| {
            matches!(
                kind,
                TokenKind::StringHead | TokenKind::StringMiddle | TokenKind::StringTail
            )
        });
        matches!(
            string,
            Some(TokenKind::StringHead | TokenKind::StringMiddle)
        )
    };
    let gaps: Vec<usize> = (0..tokens.len())
        .filter(|index| {
            let is_blank = matches!(tokens[*index].0, TokenKind::Space | TokenKind::LineBreak);
            let is_punctuation = matches!(
                tokens[*index].0,
                TokenKind::OpenParen
                    | TokenKind::CloseParen
                    | TokenKind::OpenBracket
                    | TokenKind::CloseBracket
                    | TokenKind::Comma
                    | TokenKind::Colon
            );
            (is_blank || is_punctuation) && !is_inside(*index)
        })
        .collect();
    if gaps.is_empty() {
        return text.to_owned();
    }
    let mut result = text.to_owned();
    for (number, change) in changes.iter().enumerate() {
        let index = gaps[(at + number) % gaps.len()];
        let old = texts[index].clone();
        let is_blank = matches!(tokens[index].0, TokenKind::Space | TokenKind::LineBreak);
        let gap = match change {
            Change::Nothing => continue,
            Change::Space => " ",
            Change::Spaces => "     ",
            Change::Break => "\n",
            Change::Blank => "\n \n\n",
            Change::Trailing => " # after\n",
            Change::Own => "\n  # own \n",
        };
        texts[index] = match is_blank {
            true => gap.to_owned(),
            false => format!("{old}{gap}"),
        };
        let changed = texts.concat();
        if read(&changed).1.has_errors() || read(&changed).0 != read(text).0 {
            texts[index] = old;
        } else {
            result = changed;
        }
    }
    result
}

/// Sources that are not too long to be changed and read many times.
fn short() -> &'static [String] {
    static SHORT: OnceLock<Vec<String>> = OnceLock::new();
    SHORT.get_or_init(|| {
        let mut corpus = corpus();
        corpus.retain(|text| text.len() < 2500);
        corpus
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_layout_is_formatted(
        index: prop::sample::Index,
        at in 0_usize..10_000,
        changes in prop::collection::vec(change(), 1..40),
    ) {
        let text: &String = index.get(short());
        let text = scramble(text, at, &changes);
        prop_assert!(check(&text).is_some(), "{text}");
    }
}
