//! Errors for a token other than the expected ones.

use super::{error, misplaced_documentation, shown};
use crate::expected::{Expected, ExpectedSet};
use crate::{Diagnostic, Span};

/// What was found in place of something else.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Found<'a> {
    /// A word or a punctuation.
    Text(&'a str),
    /// A string.
    String,
    /// `##`.
    Documentation,
    /// The end of the file.
    End,
}

impl Found<'_> {
    pub(super) fn describe(&self) -> String {
        match self {
            Self::Text(text) => shown(text),
            Self::String => "a string".to_owned(),
            Self::Documentation => "documentation".to_owned(),
            Self::End => "the end of the file".to_owned(),
        }
    }
}

/// A place where something else is expected.
pub(crate) struct Place<'a> {
    /// The token found there.
    pub(crate) span: Span,
    /// The word before it, if that is on the same line.
    pub(crate) before: Option<&'a str>,
    /// Whether there is a space before it.
    pub(crate) is_spaced: bool,
}

/// A token that is none of those that are expected.
pub(crate) fn mismatch(place: &Place<'_>, expected: ExpectedSet, found: &Found<'_>) -> Diagnostic {
    if *found == Found::Documentation {
        return misplaced_documentation(place.span, found);
    }
    let after = place.before.map(|word| format!(" after {}", shown(word)));
    let after = after.unwrap_or_default();
    let words = expected.words();
    let found_words = found.describe();
    let message = match words.is_empty() {
        true => format!("unexpected {found_words}{after}"),
        false => format!("expected {words}{after}, found {found_words}"),
    };
    let diagnostic = error(place.span, message);
    let Some((help, fix)) = advice(place, expected, found) else {
        return diagnostic;
    };
    let diagnostic = diagnostic.help(help);
    match fix {
        None => diagnostic,
        Some("=") if !place.is_spaced => diagnostic.fix(place.span, " ="),
        Some(text) => diagnostic.fix(place.span, text),
    }
}

/// Help for a mistake that is often made, and what to write in place of what was found if that alone fixes it.
type Advice = (&'static str, Option<&'static str>);

fn advice(place: &Place<'_>, expected: ExpectedSet, found: &Found<'_>) -> Option<Advice> {
    use Expected as E;
    let has = |one| expected.has(one);
    let Found::Text(text) = *found else {
        let help = match found {
            Found::String if has(E::Name) => Some("write a name without quotes"),
            _ if has(E::As) => Some(IMPORT),
            _ => None,
        };
        return help.map(|help| (help, None));
    };
    let by_place: Option<Advice> = match text {
        ":" if has(E::Assign) => Some((
            "a colon is followed by a type, an equals sign by a value",
            Some("="),
        )),
        "=" if has(E::Colon) => Some((
            "a colon is followed by a type, an equals sign by a value: `name: type = default`",
            Some(":"),
        )),
        ":" if has(E::OpenBrace) => Some(("put the block in braces", None)),
        "=" if has(E::OpenBrace) && !has(E::Assign) => {
            Some(("`=` sets a value, `==` compares", None))
        }
        "==" if has(E::Assign) => Some(("`=` sets a value, `==` compares", Some("="))),
        ":=" if has(E::Assign) => Some(("write `=`", Some("="))),
        "," if expected.is_only(E::CloseParen) => {
            Some(("write a list in brackets, as in `[1, 2]`", None))
        }
        "," if expected.is_only(E::CloseBracket) => Some((
            "the brackets contain one type: `list[T]`, or `map[T]` with strings as keys",
            None,
        )),
        "," if expected.is_only(E::Assign) => Some((
            "a call has one name; its outputs are fields, as in `name.output`",
            None,
        )),
        ";" if has(E::Comma) => Some(("separate them with commas", Some(","))),
        ":" if has(E::CloseBracket) => Some(("there are no slices; an index is one number", None)),
        "for" if has(E::CloseBracket) => Some((
            "a loop makes a list: `let ys = for x in xs { yield f(x) }`",
            None,
        )),
        "else" => Some((CHOICE, None)),
        "." if has(E::Expression) || has(E::Argument) => Some((
            "write a digit before the dot of a number, as in `0.5`",
            None,
        )),
        "|" if expected == ExpectedSet::default() => Some((
            "only strings have alternatives, as in `\"adam\" | \"sgd\"`",
            None,
        )),
        "?" => Some((CHOICE, None)),
        _ if text.contains(|one: char| one.is_alphabetic() && !one.is_ascii()) => Some((
            "names have only the letters `a` to `z` and `A` to `Z`, digits and `_`",
            None,
        )),
        _ if has(E::As) => Some((IMPORT, None)),
        _ => None,
    };
    by_place
        .or_else(|| habit(text))
        .or_else(|| place.before.and_then(habit))
        .or_else(|| has(E::Item).then_some((ITEMS, None)))
}

const IMPORT: &str = "give an imported file a name, as in `import \"./steps.argot\" as steps`";

const CHOICE: &str = "choose a value with `let x = if condition { yield a } else { yield b }`";

const ITEMS: &str =
    "an item is `import`, `from`, `const`, `type`, `artifact`, `component` or `pipeline`";

/// What to write in place of a word or a symbol of other languages.
fn habit(text: &str) -> Option<Advice> {
    let mut habits = HABITS.iter();
    let (_, help, fix) = habits.find(|(words, ..)| words.contains(&text))?;
    Some((help, *fix))
}

/// Words and symbols of other languages, what to write instead, and what to put in their place if that is all.
const HABITS: [(&[&str], &str, Option<&str>); 24] = [
    (&["&&"], "join conditions with `and`", Some("and")),
    (&["&"], "join conditions with `and`", None),
    (&["||"], "join conditions with `or`", Some("or")),
    (&["!"], "negate a condition with `not`", None),
    (&[";"], "statements need no separator", Some("")),
    (&["//", "/*"], "a comment begins with `#`", None),
    (
        &["=>"],
        "write `=` before a value and `->` before the outputs of a component",
        None,
    ),
    (
        &["->"],
        "`->` comes before the outputs of a component or pipeline",
        None,
    ),
    (&[":="], "`let name = ...` names a value", None),
    (&["**"], "there is no power operator", None),
    (
        &["=~"],
        "`matches(text, pattern)` tests a text against a pattern",
        None,
    ),
    (
        &["++", "+=", "-="],
        "a value never changes; `let` names a new one",
        None,
    ),
    (
        &["def", "fn", "func", "function"],
        "a step is a `component`, a graph of steps is a `pipeline`",
        None,
    ),
    (
        &["class", "struct"],
        "`type Name = { field: type }` names a record type",
        None,
    ),
    (&["var", "val"], "`let name = ...` names a value", None),
    (
        &["while", "loop"],
        "`repeat max n { ... } until condition` runs a block again and again",
        None,
    ),
    (
        &["switch", "match", "case", "when"],
        "`if` and `else if` choose what runs",
        None,
    ),
    (
        &["try", "catch", "except", "finally"],
        "`on failure { ... }` and `on exit { ... }` run steps at the end; `with { allow_failure = true }` lets a step fail",
        None,
    ),
    (
        &["async", "await"],
        "steps run at the same time unless one needs another's output",
        None,
    ),
    (&["is"], "`==` and `!=` compare, also with `null`", None),
    (&["elif", "elsif", "elseif"], "write `else if`", None),
    (
        &["import"],
        "import a file by its path: `import \"./steps.argot\" as steps`",
        None,
    ),
    (
        &["from"],
        "import names from a path: `from \"./steps.argot\" import fetch`",
        None,
    ),
    (&["::"], "write `.` between a file and a name of it", None),
];
