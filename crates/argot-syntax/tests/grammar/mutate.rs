//! Changes of texts.

use proptest::prelude::*;

/// What changes put in.
const TOKENS: &[&str] = &[
    "\n",
    " ",
    "\r",
    "\r\n",
    "\t",
    ",",
    ".",
    "..",
    ":",
    "=",
    "==",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "?",
    "??",
    "|",
    "->",
    "-",
    "+",
    "/",
    "//",
    "*",
    "%",
    "<",
    ">=",
    "!=",
    "\"",
    "\"\"\"",
    "r\"",
    "${",
    "$",
    "\\",
    "\\n",
    "\\u{41}",
    "#",
    "##",
    "###",
    "# c\n",
    "## d\n",
    "1",
    "0",
    "1.5",
    "1e3",
    "2Gi",
    "-1",
    "if",
    "else",
    "for",
    "in",
    "let",
    "and",
    "or",
    "not",
    "true",
    "null",
    "None",
    "x",
    "r",
    "_",
    "import",
    "from",
    "as",
    "const",
    "type",
    "artifact",
    "component",
    "pipeline",
    "volume",
    "after",
    "with",
    "parallel",
    "repeat",
    "max",
    "until",
    "on",
    "exit",
    "yield",
    "return",
    "\u{e4}",
    "\u{1}",
    "\u{feff}",
    "'",
    ";",
    "&",
];

/// Where a text may be cut: between words, strings of white space and other characters.
fn cuts(text: &str) -> Vec<usize> {
    let class = |one: char| match one {
        ' ' => 1,
        _ if one.is_alphanumeric() || one == '_' => 2,
        _ => 0,
    };
    let mut cuts = vec![0];
    let mut before = None;
    for (at, one) in text.char_indices() {
        if before.is_some_and(|before| class(before) != class(one) || class(one) == 0) {
            cuts.push(at);
        }
        before = Some(one);
    }
    cuts.push(text.len());
    cuts
}

/// A change of a text.
#[derive(Debug, Clone)]
pub(crate) enum Change {
    Insert(prop::sample::Index, usize),
    Delete(prop::sample::Index, usize),
    Replace(prop::sample::Index, usize, usize),
    Copy(prop::sample::Index, usize, prop::sample::Index),
}

/// Any change.
pub(crate) fn change() -> impl Strategy<Value = Change> {
    let place = any::<prop::sample::Index>;
    let token = 0..TOKENS.len();
    prop_oneof![
        (place(), token.clone()).prop_map(|(at, token)| Change::Insert(at, token)),
        (place(), 1..4_usize).prop_map(|(at, count)| Change::Delete(at, count)),
        (place(), 1..3_usize, token)
            .prop_map(|(at, count, token)| Change::Replace(at, count, token)),
        (place(), 1..12_usize, place()).prop_map(|(at, count, to)| Change::Copy(at, count, to)),
    ]
}

/// Makes a change.
pub(crate) fn apply(text: &mut String, change: &Change) {
    let cuts = cuts(text);
    let chunk = |at: &prop::sample::Index, count: usize| {
        let first = at.index(cuts.len());
        cuts[first]..cuts[(first + count).min(cuts.len() - 1)]
    };
    match change {
        Change::Insert(at, token) => text.insert_str(chunk(at, 0).start, TOKENS[*token]),
        Change::Delete(at, count) => text.replace_range(chunk(at, *count), ""),
        Change::Replace(at, count, token) => {
            text.replace_range(chunk(at, *count), TOKENS[*token]);
        }
        Change::Copy(at, count, to) => {
            let copied = text[chunk(at, *count)].to_owned();
            text.insert_str(chunk(to, 0).start, &copied);
        }
    }
}
