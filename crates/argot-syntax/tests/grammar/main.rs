//! The parser and `grammar/argot.pest` are held to each other: what one accepts without an error the other accepts, with
//! the same tokens and the same tree at the same places. The table at the head of the grammar says what the parser
//! refuses beyond it.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::string_slice,
    reason = "a test may fail so"
)]

mod constructs;
mod corpus;
mod generate;
mod judge;
mod mutate;
mod shape;

use std::collections::BTreeSet;
use std::fs;

use argot_syntax::MAX_NESTING;
use pest::Parser as _;
use proptest::prelude::*;

use argot_testing::synthetic;
use corpus::{blocks, files};
use generate::{Generator, Random};
use judge::{BEYOND, GRAMMAR, Grammar, Rule, Verdict, judge, parsed};
use mutate::{apply, change};

fn is_right(text: &str) -> bool {
    judge(text) == Verdict::Right
}

fn accepts(text: &str) -> bool {
    Grammar::parse(Rule::file, text).is_ok()
}

/// A number from the environment, to try more than a run of the tests has time for.
fn count(variable: &str, otherwise: usize) -> usize {
    let given = std::env::var(variable).ok();
    given
        .and_then(|given| given.parse().ok())
        .unwrap_or(otherwise)
}

// ------------------------------------------------------------------------------------------------ corpus

#[test]
fn every_example() {
    let paths = files("examples", "argot");
    assert!(paths.len() >= 5, "{paths:?}");
    for path in paths {
        let text = fs::read_to_string(&path).expect("an example");
        assert!(is_right(&text), "{path:?}");
        assert!(is_right(&text.replace('\n', "\r\n")), "{path:?} with CRLF");
        assert!(is_right(&format!("\u{feff}{text}")), "{path:?} with a mark");
    }
}

#[test]
fn the_synthetic_pipelines() {
    for text in [
        synthetic::source(40),
        synthetic::fan(40),
        synthetic::flow(40),
    ] {
        assert!(is_right(&text));
    }
}

#[test]
fn every_block_of_a_page() {
    let mut right = 0;
    for path in [
        files("tests", "md"),
        files("docs", "md"),
        files("examples", "md"),
    ]
    .concat()
    {
        let markdown = fs::read_to_string(&path).expect("a page");
        for block in blocks(&markdown) {
            right += usize::from(is_right(&block));
        }
    }
    assert!(right > 500, "{right} blocks");
}

#[test]
fn every_construct() {
    for text in constructs::texts() {
        judge(&text);
    }
}

// ------------------------------------------------------------------------------------------------ bounds

/// The levels of operators are rules of the grammar, so each bracket takes a good deal of stack.
fn with_a_large_stack(run: impl FnOnce() + Send + 'static) {
    let thread = std::thread::Builder::new().stack_size(1 << 30);
    let thread = thread.spawn(run).expect("a thread");
    thread.join().expect("it ends well");
}

#[test]
fn nesting() {
    with_a_large_stack(|| {
        let shapes: [(&str, &str, &str); 12] = [
            ("(", "a", ")"),
            ("[", "a", "]"),
            ("{ a = ", "a", " }"),
            ("f(", "a", ")"),
            ("a[", "a", "]"),
            ("- ", "a", ""),
            ("not ", "a", ""),
            ("", "a", ".b"),
            ("", "a", " + b"),
            ("a ?? ", "a", ""),
            ("(a + ", "a", ").b"),
            ("\"${", "a", "}\""),
        ];
        for depth in [MAX_NESTING / 3 - 1, MAX_NESTING - 1, MAX_NESTING + 1] {
            for (before, inside, after) in shapes {
                let expr = format!("{}{inside}{}", before.repeat(depth), after.repeat(depth));
                let verdict = judge(&format!("const A = {expr}"));
                // A group with an operator and a field is three levels.
                let levels = if before == "(a + " { 3 } else { 1 };
                let expected = match depth * levels > MAX_NESTING {
                    true => Verdict::Beyond,
                    false => Verdict::Right,
                };
                assert_eq!(verdict, expected, "{before}{inside}{after} {depth} times");
            }
        }
    });
}

/// The rows of the table at the head of the grammar: what is refused, with an example.
fn rows() -> Vec<(&'static str, &'static str)> {
    let cells = |line: &'static str| {
        let line = line.strip_prefix("//! | ")?.strip_suffix(" |")?;
        line.split_once(" | ")
    };
    GRAMMAR.lines().filter_map(cells).skip(1).collect()
}

#[test]
fn what_the_parser_also_refuses() {
    let rows = rows();
    assert_eq!(rows.len(), BEYOND.len());
    for ((what, example), is_it) in rows.into_iter().zip(BEYOND) {
        let Some(example) = example
            .strip_prefix('`')
            .and_then(|text| text.strip_suffix('`'))
        else {
            assert!(what.contains(&MAX_NESTING.to_string()), "{what}: {example}");
            continue;
        };
        let example = example.replace('\u{23ce}', "\n");
        assert!(accepts(&example), "{what}: the grammar refuses {example}");
        let (_, errors) = parsed(&example);
        assert!(errors.first().is_some_and(is_it), "{what}: {errors:?}");
    }
}

#[test]
fn what_the_language_refuses() {
    for text in [
        "pipeline p() { yield { a { } } }",
        "pipeline p() { return \"x\" { } }",
        "pipeline p() { return(x = 1) }",
        "pipeline p() { yield.x() }",
        "pipeline p() { repeat { max = 1 } }",
        "pipeline p() { f() after a after b }",
        "pipeline p() { f() with { } with { } }",
        "pipeline p() { f() with { } after a with { } }",
        "component c() -> (a: int = 1) { }",
        "const A = r \"x\"",
        "const A = 01",
        "const A = 1_000",
        "const A = a < b < c",
        "const A = 1..2..3",
        "const A = a + not b",
        "const A = \"\\x\"",
        "const A = \"\\u{1234567}\"",
        "const A = { \"a${b}\" = 1 }",
        "import \"${a}\" as b",
        "type T = \"${a}\"",
        "component c() { init \"${a}\" { } }",
        "const A = \"a\rb\"",
        "const A = r\"\"\"a\rb\"\"\"",
        "const A = 1 # a\rb",
        "const A = 1\r",
        "const A = \"\"\"${#x}\n y }\"\"\"",
        "const A = \"\"\"${x#y\n }\"\"\"",
        "const A = \"${x:-y}\"",
        "const A = \"${x%%y}\"",
        "const A = \"${x^^}\"",
        "const A = \"${x[@]}\"",
        "const A = \"${!x}\"",
        "const A = \"${?}\"",
    ] {
        assert_eq!(judge(text), Verdict::Wrong, "{text}");
    }
}

#[test]
fn what_the_language_accepts() {
    for text in [
        "pipeline p() { yield = 1 return = 2 repeat = 3 repeat(max = 3) repeat \"x\" { } }",
        "pipeline p() {\non\nexit { } }",
        "component c() { yield { } return \"x\" { } yield r\"x\" { } repeat { } }",
        "const A = \"\"\"${# x\n y }\"\"\"",
        "const A = \"\"\"${x # y\n }\"\"\"\r\n",
        "const A = r\"${x:-y}\\\"",
        "const A = (not a) == (a < b)",
        "const A = 0.5\nconst B = -0\nconst C = 0e5\nconst D = 1h05m",
    ] {
        assert_eq!(judge(text), Verdict::Right, "{text}");
    }
}

// --------------------------------------------------------------------------------------------- sentences

/// What a number of sentences of the grammar came to.
#[derive(Debug, Default)]
struct Sentences {
    made: usize,
    valid: usize,
    beyond: usize,
    bytes: usize,
    /// The rules that were walked for sentences that both accept.
    rules: BTreeSet<String>,
}

fn sentences(seed: u64, count: usize) -> Sentences {
    let generator = Generator::new(GRAMMAR);
    let mut random = Random::new(seed);
    let mut found = Sentences::default();
    while found.valid < count {
        found.made += 1;
        let (text, walked) = generator.sentence("file", &mut random);
        // A look-ahead that does not hold, or words that have become one.
        if !accepts(&text) {
            continue;
        }
        found.valid += 1;
        found.bytes += text.len();
        match judge(&text) {
            Verdict::Right => found.rules.extend(walked),
            _ => found.beyond += 1,
        }
    }
    found
}

#[test]
fn sentences_of_the_grammar() {
    let found = sentences(1, count("ARGOT_SENTENCES", 2000));
    println!(
        "{} sentences, {} valid, {} beyond the grammar, {} bytes",
        found.made, found.valid, found.beyond, found.bytes
    );
    // Most of what is made has to be right, or little is tested.
    assert!(found.valid * 4 > found.made, "{found:?}");
    assert!(found.beyond * 5 < found.valid, "{found:?}");
    let generator = Generator::new(GRAMMAR);
    let missing: Vec<_> = generator
        .names()
        .into_iter()
        .filter(|name| !found.rules.contains(*name))
        .collect();
    // These are only looked at, or are between the parts.
    let others = [
        "COMMENT",
        "WHITESPACE",
        "item_start",
        "keyword_here",
        "reserved",
        "shell_expansion",
    ];
    assert_eq!(missing, others, "{found:?}");
}

fn bases() -> Vec<String> {
    let mut all = constructs::bases();
    let generator = Generator::new(GRAMMAR);
    let mut random = Random::new(2);
    let sentences = std::iter::repeat_with(|| generator.sentence("file", &mut random).0);
    all.extend(sentences.filter(|text| accepts(text)).take(200));
    all.retain(|text| is_right(text));
    all
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: u32::try_from(count("ARGOT_MUTATIONS", 256)).unwrap_or(u32::MAX),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn changed_files(
        file in prop::sample::select(bases()),
        changes in prop::collection::vec((any::<bool>(), change()), 1..24),
    ) {
        // What is still accepted is changed further.
        let mut text = file;
        for (keeps, change) in &changes {
            let before = text.clone();
            apply(&mut text, change);
            if !is_right(&text) && *keeps {
                text = before;
            }
        }
    }
}
