//! No text makes the parser panic, run out of stack or take more than linear time, and every place that it
//! names is in the text.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test may fail so"
)]

mod common;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use argot_syntax::{
    Code, Diagnostics, FileId, MAX_NESTING, Source, Span, TokenKind, apply_edits, parse,
};
use common::read;
use proptest::prelude::*;
use serde_json::Value;

const SAMPLE: &str = r#"
## A file.
import "./a.argot" as a
from "std/b" import c, d as e
const A = [1, -2.5, 1h30m, "x${a.b + "y"}z", r"\d", null, { k = true, "l" = 1 }]
type T = { a: list[int]?, b: "x" | "y" = "x" }
artifact Tokens: Dataset
component train(data: Dataset, lr: float = 1e-4) -> (model: Model) {
    image = A, args = ["--lr", lr]   # a comment
    script = """
        print("${lr}")
        """
    resources { cpu = 4..8, memory = 16Gi }
    init "x" { image = "y" }
}
pipeline p(xs: list[int]) -> (model: Model) {
    volume v = claim(size = 1Gi)
    ## A table.
    let t = train(data = Dataset("s3://x"), lr) after v with { timeout = 2h }
    let r = for x in 0..3 parallel 2 { yield { x = x ** 2 } }
    if not t.ok and a ?? b != c { f() } else if x in xs { g(1)[0].y() } else { }
    repeat max 3 { h() } until x // 2 == 1
    on exit { alert(text = "done") }
    return { model = t.model }
}
"#;

/// Reads a text and checks everything that holds for any text.
fn check(text: &str) {
    let (file, diagnostics, source) = read(text);
    for diagnostic in diagnostics.iter() {
        assert!(!diagnostic.labels.is_empty());
        for label in &diagnostic.labels {
            check_span(&source, label.span);
        }
        if let Some(fix) = &diagnostic.fix {
            for edit in &fix.edits {
                check_span(&source, edit.span);
            }
            assert!(apply_edits(text, &fix.edits).is_some(), "{fix:?}");
        }
        let message = &diagnostic.message;
        assert!(
            !message.contains("could not be read"),
            "{message}: {text:?}"
        );
        assert!(!message.contains('\n') && message.len() < 400, "{message}");
    }
    check_tokens(text);
    let json = serde_json::to_value(&file.items).expect("a tree");
    check_tree(&source, &json, (0, text.len()), 0);
}

/// The texts of the tokens, joined, are the text of the file.
fn check_tokens(text: &str) {
    let source = Source::new(FileId(0), "test.argot", text);
    let tokens = parse(&source, &mut Diagnostics::default()).tokens;
    let mut joined = String::new();
    for (kind, span) in tokens.iter() {
        let token = source.slice(span);
        assert_eq!(kind == TokenKind::End, token.is_empty(), "{kind:?}");
        assert!(kind != TokenKind::Comment || token.starts_with('#'));
        joined.push_str(token);
    }
    assert_eq!(joined, text);
}

fn check_span(source: &Source, span: Span) {
    let (start, end) = (span.start as usize, span.end as usize);
    assert!(
        start <= end && source.text().get(start..end).is_some(),
        "{span:?}"
    );
}

/// Every place is on character boundaries and inside the place of what stands above it; no tree is deep.
fn check_tree(source: &Source, json: &Value, within: (usize, usize), depth: usize) {
    assert!(depth < 12 * MAX_NESTING, "the tree is deep");
    match json {
        Value::Array(values) => {
            for value in values {
                check_tree(source, value, within, depth + 1);
            }
        }
        Value::Object(fields) => {
            let mut within = within;
            for name in ["span", "operator_span", "keyword"] {
                if let Some(ends) = fields.get(name).and_then(Value::as_array) {
                    let end = |index: usize| ends[index].as_u64().expect("an offset") as usize;
                    let (start, end) = (end(0), end(1));
                    assert!(source.text().get(start..end).is_some(), "{start}..{end}");
                    assert!(
                        within.0 <= start && end <= within.1,
                        "{start}..{end} in {within:?}"
                    );
                    if name == "span" {
                        within = (start, end);
                    }
                }
            }
            for (name, value) in fields {
                // Documentation is above what it is about.
                if name == "doc" {
                    check_tree(source, value, (0, source.text().len()), depth + 1);
                } else if !["span", "operator_span", "keyword"].contains(&name.as_str()) {
                    check_tree(source, value, within, depth + 1);
                }
            }
        }
        _ => {}
    }
}

/// The codes that are reported, without repetitions.
fn codes(text: &str) -> Vec<Code> {
    let (_, diagnostics, _) = read(text);
    let mut codes: Vec<_> = diagnostics
        .iter()
        .map(|diagnostic| diagnostic.code)
        .collect();
    codes.dedup();
    codes
}

const MANY: usize = 100_000;

#[test]
fn deep_nesting_is_refused() {
    let openings = ["[", "(", "- ", "not ", "f(", "x[", "{ a = ", "[("];
    for opening in ["\"${", "\"\"\"${"] {
        let codes = codes(&format!("const A = {}1", opening.repeat(MANY)));
        assert!(codes.contains(&Code::UnterminatedString), "{codes:?}");
    }
    for opening in openings {
        let deep = opening.repeat(MANY);
        assert_eq!(
            codes(&format!("const A = {deep}1")),
            [Code::NestingTooDeep],
            "{opening}"
        );
        let less = opening.repeat(MANY / 20);
        let body = codes(&format!(
            "pipeline p() {{\nlet a = {less}1\n}}\nconst B = ]\n"
        ));
        assert!(body.contains(&Code::NestingTooDeep), "{opening}");
        assert!(!codes(&less).is_empty(), "{opening}");
    }
    for endings in [
        (" + 1", "1"),
        (".a", "a"),
        ("[0]", "a"),
        ("()", "f"),
        (" ?? b", "a"),
        (" and b", "a"),
    ] {
        let chain = format!("const A = {}{}", endings.1, endings.0.repeat(MANY / 20));
        assert_eq!(codes(&chain), [Code::NestingTooDeep], "{}", endings.0);
    }
    for text in [
        format!("type A = {}", "list[".repeat(MANY)),
        format!("type A = {}", "{ a: ".repeat(MANY)),
        format!("component a() {{{}", "a {".repeat(MANY)),
        format!("pipeline a() {{{}", "if a {".repeat(MANY)),
        format!("pipeline a() {{{}", "let a = for b in c {".repeat(MANY)),
    ] {
        assert!(codes(&text).contains(&Code::NestingTooDeep));
        check(&text);
    }
}

/// A group counts under the fields behind it: each of these levels alone is shallow.
#[test]
fn groups_and_fields_add_up() {
    let fields = ".a".repeat(100);
    let mut text = "x".to_owned();
    for _ in 0..100 {
        text = format!("({text}{fields})");
    }
    assert_eq!(codes(&format!("const A = {text}")), [Code::NestingTooDeep]);
}

#[test]
fn what_follows_deep_nesting_is_read() {
    let deep = "[".repeat(MANY);
    let text = format!("const A = 1\nconst B = {deep}\nconst C = 3\nconst D = ]");
    assert_eq!(
        common::partial_tree(&text),
        "const A = 1\n<broken B>\nconst C = 3\n<broken D>"
    );
    assert_eq!(codes(&text), [Code::NestingTooDeep, Code::SyntaxError]);
}

#[test]
fn nesting_up_to_the_limit_is_read() {
    let nest = |open: &str, close: &str, depth: usize| {
        format!("const A = {}1{}", open.repeat(depth), close.repeat(depth))
    };
    for (open, close, each) in [
        ("[", "]", 1),
        ("(", ")", 1),
        ("{ a = ", "}", 1),
        ("\"${", "}\"", 1),
        ("- ", "", 1),
        ("not ", "", 1),
        ("1 + (", ")", 2),
        ("f(a = ", ")", 2),
        ("[\"${x + f(a = { b = ", " })}\"]", 5),
    ] {
        let deepest = MAX_NESTING / each - 1;
        assert_eq!(codes(&nest(open, close, deepest)), [], "{open}");
        assert_eq!(
            codes(&nest(open, close, MAX_NESTING + 1)),
            [Code::NestingTooDeep],
            "{open}"
        );
    }
    let blocks = |depth: usize| {
        format!(
            "pipeline p() {{{}f(){}}}",
            "if a { let x = ".repeat(depth),
            "}".repeat(depth)
        )
    };
    assert_eq!(codes(&blocks(1)), []);
    let blocks = |depth: usize| {
        format!(
            "pipeline p() {{{}f(){}}}",
            "let x = if a { ".repeat(depth),
            "}".repeat(depth)
        )
    };
    assert_eq!(codes(&blocks(MAX_NESTING - 2)), []);
    assert_eq!(codes(&blocks(MAX_NESTING)), [Code::NestingTooDeep]);
    let chain = |terms: usize| format!("const A = 1{}", " + 1".repeat(terms));
    assert_eq!(codes(&chain(MAX_NESTING)), []);
    assert_eq!(codes(&chain(MAX_NESTING + 1)), [Code::NestingTooDeep]);
}

/// Reads a text of so many repetitions that a reader whose time doubles with each of them would never end.
fn ends(name: &str, text: impl Fn(usize) -> String) {
    let (_, diagnostics, source) = read(&text(960));
    for diagnostic in diagnostics {
        assert!(
            diagnostic
                .span()
                .is_none_or(|span| span.end as usize <= source.text().len()),
            "{name}"
        );
    }
}

#[test]
fn repetition_ends() {
    ends("files", |count| SAMPLE.repeat(count / 40));
    ends("items", |count| "const A = 1\n".repeat(count));
    ends("broken items", |count| "const A = ]\n".repeat(count));
    ends("open components", |count| "component a() {\n".repeat(count));
    ends("open lists", |count| "const A = [\n".repeat(count));
    ends("open labels", |count| "import \"a\" {\n".repeat(count));
    ends("documentation", |count| "## a\n".repeat(count));
    ends("comments", |count| {
        format!("const A = \n{}", "# a\n".repeat(count))
    });
    ends("words", |count| "x ".repeat(count));
    ends("quotes", |count| {
        format!("const A = {}", "\"\\\"".repeat(count))
    });
    ends("strings", |count| "const A = \"\n".repeat(count));
    ends("one line", |count| "const A = \"a\" ] ".repeat(count));
    ends("digits", |count| {
        format!("const A = {}", "1".repeat(count * 10))
    });
    let in_pipeline = |line: &'static str| {
        move |count: usize| format!("pipeline p() {{\n{}}}\n", line.repeat(count))
    };
    for line in [
        "let x = $\n",
        "let x = f(\n",
        "let x = f(])\n",
        "let x = \"abc\n",
        "x { $ }\n",
        "({[])}",
        "(])",
        "let x = \"${ $ }\"",
        "## a\n",
        "repeat max 1 {\n",
        "let x = repeat max 1 { }\n",
        "if a { } else\n",
        "if a { } else if $ { }\n",
        "f() after\n",
    ] {
        ends(line, in_pipeline(line));
    }
}

/// On one long line, so that whoever looks back to its beginning for each mistake or brace does not end.
#[test]
fn long_lines_end() {
    let many = |head: &str, part: &str| format!("{head}{}", part.repeat(MANY));
    for text in [
        many("component c() {", "a { } "),
        many("component c() {", "a { ] } "),
        many("const A = [", "a b, "),
        many("const A = [", "(a b) c d, "),
        many("const A = ", "\"${x:-y}\" "),
        many("const A = ", "\"${x:\" "),
        many("const A = ", "1h1.5"),
        many("const A = ", "x - a-b "),
        many("const A = ", "'"),
        many("", "const A = ] "),
        many("## a ", "## a "),
        many("pipeline p() {", "let a = f(]) "),
        many("pipeline p() {", "if a { f( } "),
        (0..MANY)
            .map(|one| format!("const a-{one} = b-{one}\n"))
            .collect(),
        format!(
            "const A = {}{}",
            "\"\"\"${".repeat(MANY),
            "\"${\n".repeat(MANY)
        ),
    ] {
        read(&text);
    }
}

#[test]
fn a_hundred_thousand_errors() {
    let (_, diagnostics, _) = read(&"const A = ]\n".repeat(MANY));
    assert_eq!(diagnostics.iter().count(), MANY);
}

/// One mistake is one message: a token is missing from a file of the examples.
///
/// Now and then one looks like two, as a brace does that closes another block than the one that was meant.
#[test]
fn a_missing_token_is_one_message() {
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples");
    let mut counts = BTreeMap::new();
    let folders = fs::read_dir(examples).expect("examples");
    for folder in folders.map(|folder| folder.expect("an example").path()) {
        let name = folder.file_name().expect("a name").to_owned();
        // One of them is large and says the same again and again.
        let path = folder.join(&name).with_extension("argot");
        if name == "wide" || !path.exists() {
            continue;
        }
        let text = fs::read_to_string(path).expect("a source");
        let source = Source::new(FileId(0), "test.argot", text.as_str());
        let tokens = parse(&source, &mut Diagnostics::default()).tokens;
        let words = tokens
            .iter()
            .filter(|(kind, _)| !kind.is_trivia() && *kind != TokenKind::End);
        for (_, span) in words.step_by(3) {
            let mut text = text.clone();
            text.replace_range(span.start as usize..span.end as usize, "");
            let (_, found, _) = read(&text);
            *counts.entry(found.iter().count()).or_insert(0_usize) += 1;
        }
    }
    let total: usize = counts.values().sum();
    let several: usize = counts.range(2..).map(|(_, count)| count).sum();
    assert!(total > 1_000, "{counts:?}");
    assert!(several * 50 < total, "{counts:?}");
    assert!(counts.keys().all(|count| *count <= 3), "{counts:?}");
}

#[test]
fn large_texts() {
    for text in [
        format!("const A = \"{}\"", "a".repeat(5_000_000)),
        format!("const A = \"{}", "a".repeat(5_000_000)),
        "\"".repeat(1_000_001),
        "\u{1}".repeat(10_000),
        "\0".repeat(100_000),
        "ß".repeat(100_000),
        " ".repeat(1_000_000),
    ] {
        read(&text);
    }
}

#[test]
fn random_bytes() {
    let mut state: u64 = 1;
    let bytes: Vec<u8> = std::iter::repeat_with(|| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (state >> 33) as u8
    })
    .take(1_000_000)
    .collect();
    check(&String::from_utf8_lossy(&bytes));
}

#[test]
fn nothing_is_outside_of_what_holds_it() {
    check("component b(component\n){");
    check("const A = 1\ncomponent b(a:\n\n");
    check("pipeline p() { let a = \n\n }");
}

#[test]
fn every_prefix_of_a_file() {
    let ends = (0..=SAMPLE.len()).step_by(3);
    for end in ends.filter(|end| SAMPLE.is_char_boundary(*end)) {
        check(&SAMPLE[..end]);
        check(&SAMPLE[end..]);
    }
}

const TOKENS: &[&str] = &[
    "component",
    "pipeline",
    "import",
    "from",
    "const",
    "type",
    "artifact",
    "test",
    "let",
    "if",
    "else",
    "for",
    "in",
    "and",
    "or",
    "not",
    "true",
    "null",
    "volume",
    "on",
    "exit",
    "yield",
    "return",
    "repeat",
    "max",
    "until",
    "after",
    "with",
    "parallel",
    "as",
    "x",
    "y",
    "r",
    "_",
    "1",
    "2.5",
    "1h",
    "1_0",
    "\"a\"",
    "\"",
    "\"\"\"",
    "r\"",
    "r\"\"\"",
    "${",
    "}",
    "{",
    "(",
    ")",
    "[",
    "]",
    "=",
    "==",
    ":",
    ",",
    ".",
    "..",
    "->",
    "=>",
    "?",
    "??",
    "|",
    "+",
    "-",
    "*",
    "//",
    "<",
    "!=",
    "&&",
    ";",
    "'",
    "#",
    "##",
    "###",
    "\\",
    "\\n",
    "\n",
    "\r\n",
    "\r",
    " ",
    "\t",
    "ß",
    "\u{1F600}",
    "\u{1}",
    "\u{feff}",
    "\0",
    "None",
    "elif",
    "component a() {",
    "pipeline p() {",
    "\ncomponent b(",
    "\nlet x = ",
    "f(a = 1)",
];

fn tokens(most: usize) -> impl Strategy<Value = String> {
    let token = proptest::sample::select(TOKENS);
    proptest::collection::vec((token, "[ \n]?"), 0..most).prop_map(|tokens| {
        tokens
            .into_iter()
            .map(|(token, gap)| format!("{token}{gap}"))
            .collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        check(&String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn any_string(text in "\\PC{0,200}") {
        check(&text);
    }

    #[test]
    fn any_tokens(text in tokens(60)) {
        check(&text);
    }

    #[test]
    fn any_tokens_in_a_pipeline(text in tokens(60)) {
        check(&format!("pipeline p() {{\n{text}\n}}\nconst A = 1\n"));
    }

    #[test]
    fn any_tokens_in_a_string(text in tokens(30)) {
        check(&format!("const A = \"{text}\"\nconst B = \"\"\"{text}\"\"\"\n"));
    }

    #[test]
    fn a_file_with_a_part_replaced(start in 0..SAMPLE.len(), length in 0..40usize, text in tokens(6)) {
        let end = (start + length).min(SAMPLE.len());
        if SAMPLE.is_char_boundary(start) && SAMPLE.is_char_boundary(end) {
            check(&format!("{}{text}{}", &SAMPLE[..start], &SAMPLE[end..]));
        }
    }
}
