//! Every message of this crate: the manual of what can be wrong with the text of a file.

use crate::ast::Ident;
use crate::{Code, Diagnostic, MAX_NESTING, Span};

/// The most characters of user text that a message repeats.
const SHOWN: usize = 40;

/// User text for a message: in backticks, on one line, not too long, with nothing invisible.
fn shown(text: &str) -> String {
    let mut result = String::from("`");
    let mut characters = text.chars();
    for character in characters.by_ref().take(SHOWN) {
        if character.is_control() || is_invisible(character) {
            result.extend(character.escape_unicode());
        } else {
            result.push(character);
        }
    }
    if characters.next().is_some() {
        result.push('…');
    }
    result.push('`');
    result
}

/// Whether nothing is to be seen of a character, or it turns the text around it.
fn is_invisible(character: char) -> bool {
    matches!(
        character,
        '\u{a0}' | '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202f}' | '\u{205f}'..='\u{206f}'
            | '\u{3000}' | '\u{feff}'
    )
}

// ------------------------------------------------------------------------------------------------ text

/// A carriage return does not belong to a line break.
pub(crate) fn lone_carriage_return(span: Span) -> Diagnostic {
    Diagnostic::new(Code::SyntaxError, span, "a carriage return stands without a line feed")
        .label("this ends no line")
        .help("lines end in a line feed, or in a carriage return and a line feed; `\\u{d}` writes one in a string")
}

/// A character that has no meaning outside strings and comments.
pub(crate) fn unexpected_character(span: Span, character: char) -> Diagnostic {
    let text = shown(&character.to_string());
    Diagnostic::new(
        Code::SyntaxError,
        span,
        format!("unexpected character {text}"),
    )
}

/// Brackets, blocks or operators nest deeper than is read.
pub(crate) fn nesting_too_deep(span: Span) -> Diagnostic {
    let message =
        format!("more than {MAX_NESTING} brackets, blocks or operators stand in each other");
    Diagnostic::new(Code::NestingTooDeep, span, message)
        .label("this is one too many")
        .help("give a part of it a name of its own with `const` or `let`")
}

/// The tree builder has met pairs that it does not know.
pub(crate) fn unreadable(span: Span) -> Diagnostic {
    Diagnostic::new(Code::SyntaxError, span, "this could not be read")
        .note("this is a defect of the compiler")
}

// --------------------------------------------------------------------------------------------- strings

/// A string has no closing quotes.
pub(crate) fn unterminated_string(
    opening: Span,
    quotes: &str,
    interpolation: Option<Span>,
) -> Diagnostic {
    let place = if quotes.len() == 1 { "line" } else { "file" };
    let message = format!("a string does not end before its {place} ends");
    let diagnostic = Diagnostic::new(Code::UnterminatedString, opening, message)
        .label(format!("no `{quotes}` closes this"));
    let diagnostic = match interpolation {
        Some(span) => diagnostic.also(span, "this interpolation is open"),
        None => diagnostic,
    };
    if quotes.len() == 1 {
        diagnostic
            .help("a string of several lines stands in `\"\"\"`; a quote in a string is `\\\"`")
    } else {
        diagnostic
    }
}

/// An escape that does not exist.
pub(crate) fn invalid_escape(span: Span, text: &str) -> Diagnostic {
    let message = if text.starts_with("\\u{") {
        format!("{} is no Unicode character", shown(text))
    } else {
        format!("there is no escape {}", shown(text))
    };
    Diagnostic::new(Code::InvalidEscape, span, message)
        .help("the escapes are `\\n`, `\\t`, `\\\"`, `\\\\`, `\\$` and `\\u{1F600}`")
        .help("a raw string `r\"...\"` takes every backslash as it is")
}

/// A character that is not seen, or that changes the order in which others are shown.
pub(crate) fn invisible_character(
    character: char,
    name: &str,
    more: usize,
    span: Span,
) -> Diagnostic {
    let code = u32::from(character);
    let diagnostic = Diagnostic::new(
        Code::InvisibleCharacter,
        span,
        format!("the line has {name}, U+{code:04X}, which is not seen"),
    )
    .label("it is here")
    .help(format!(
        "write `\\u{{{code:04X}}}` in a string, and delete it anywhere else"
    ));
    match more {
        0 => diagnostic,
        1 => diagnostic.note("the line has one more such character"),
        more => diagnostic.note(format!("the line has {more} more such characters")),
    }
}

/// A string with an interpolation where the text must be fixed.
pub(crate) fn interpolation_refused(span: Span, what: &str) -> Diagnostic {
    Diagnostic::new(
        Code::SyntaxError,
        span,
        format!("{what} holds an interpolation"),
    )
    .label("no value is known here")
    .help("`\\$` writes a dollar sign as it is")
}

// --------------------------------------------------------------------------------------------- numbers

/// A number that does not fit 64 bits.
pub(crate) fn number_out_of_range(span: Span, text: &str, ty: &str) -> Diagnostic {
    let message = format!("{} is out of range for {ty}", shown(text));
    let diagnostic = Diagnostic::new(Code::NumberOutOfRange, span, message);
    match ty {
        "int" => diagnostic.note(format!("an int is from {} to {}", i64::MIN, i64::MAX)),
        _ => diagnostic.note("a float has 64 bits, as in IEEE 754"),
    }
}

/// Digits that run into something that is no unit.
pub(crate) fn bad_number(span: Span, text: &str) -> Diagnostic {
    let diagnostic = Diagnostic::new(
        Code::SyntaxError,
        span,
        format!("{} is no number", shown(text)),
    );
    if text.contains('_') {
        let plain = text.replace('_', "");
        diagnostic
            .help(format!(
                "digits stand without `_` in between: {}",
                shown(&plain)
            ))
            .fix(span, plain)
    } else {
        diagnostic.help("a unit stands behind every part of a number, as in `1h30m`")
    }
}

/// A number with a zero in front, which other languages read as octal.
pub(crate) fn leading_zero(span: Span, text: &str) -> Diagnostic {
    Diagnostic::new(
        Code::SyntaxError,
        span,
        format!("{} begins with a zero", shown(text)),
    )
    .help("numbers are decimal and are written without zeros in front; a text stands in quotes")
}

// ----------------------------------------------------------------------------------------- expressions

/// A literal as another language writes it.
pub(crate) fn foreign_literal(span: Span, name: &str, meant: &str) -> Diagnostic {
    Diagnostic::new(
        Code::SyntaxError,
        span,
        format!("{} is no value", shown(name)),
    )
    .help(format!("it is written `{meant}`"))
    .fix(span, meant)
}

/// `a < b < c` or `a..b..c`.
pub(crate) fn chained_operators(first: Span, second: Span, is_range: bool) -> Diagnostic {
    if is_range {
        Diagnostic::new(Code::SyntaxError, second, "a range has more than two ends")
            .also(first, "the range is here")
    } else {
        Diagnostic::new(Code::SyntaxError, second, "comparisons do not chain")
            .label("this compares the outcome of a comparison")
            .also(first, "the first comparison is here")
            .help("join two comparisons with `and`, as in `a < b and b < c`")
    }
}

/// `a == not b`.
pub(crate) fn not_after_operator(span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::SyntaxError,
        span,
        "`not` behind an operator needs parentheses",
    )
    .help("`not` reaches to the next `and` or `or`: write `(not x)`")
}

/// Two entries on one line without a comma.
pub(crate) fn missing_comma(span: Span, between: Span) -> Diagnostic {
    let place = Span {
        end: between.start,
        ..between
    };
    Diagnostic::new(
        Code::SyntaxError,
        span,
        "expected `,` or a line break before this entry",
    )
    .label("this is another entry")
    .fix(place, ",")
}

// ------------------------------------------------------------------------------- items and statements

/// `-> (a: int = 1)`.
pub(crate) fn output_with_default(name: &Ident, default: Span) -> Diagnostic {
    let message = format!("the output {} has a default", shown(&name.name));
    Diagnostic::new(Code::SyntaxError, default, message)
        .label("an output is always written by its step")
        .help(format!(
            "`{}?` as its type says that an output may be absent",
            "T"
        ))
}

/// `else` that follows no `if`.
pub(crate) fn else_without_if(span: Span) -> Diagnostic {
    Diagnostic::new(Code::SyntaxError, span, "`else` belongs to no `if`")
        .help("`else` follows the closing brace of an `if`; no second `else` follows the first")
}

/// `after` or `with` twice behind one call.
pub(crate) fn repeated_suffix(span: Span, word: &str) -> Diagnostic {
    let help = match word {
        "after" => "several names stand behind one `after`, as in `after a, b`",
        _ => "all attributes stand in one block",
    };
    Diagnostic::new(
        Code::SyntaxError,
        span,
        format!("`{word}` stands twice behind one call"),
    )
    .help(help)
}

/// `test "name" { ... }`.
pub(crate) fn test_not_supported(span: Span) -> Diagnostic {
    Diagnostic::new(Code::NotYetSupported, span, "`test` is not supported yet")
}

/// `x + 1` as a statement.
pub(crate) fn expression_as_statement(span: Span) -> Diagnostic {
    Diagnostic::new(Code::SyntaxError, span, "expected a statement, found an expression")
        .label("this value is not used")
        .help("a statement calls a component or pipeline, as in `train(data = table)`; `let name = ...` names a value")
}

/// Documentation above something that has none.
pub(crate) fn misplaced_documentation(span: Span, found: &Found<'_>) -> Diagnostic {
    let message = match found {
        Found::Documentation => "documentation stands where nothing can carry it".to_owned(),
        _ => format!("{} cannot carry documentation", found.describe()),
    };
    Diagnostic::new(Code::SyntaxError, span, message).help(
        "`##` stands above an item, a parameter, an output, `let` or `volume`; `#` is a comment",
    )
}

/// `let` or `if` among the attributes of a component.
pub(crate) fn statement_in_attributes(span: Span, word: &str) -> Diagnostic {
    let message = format!("expected an attribute, found {}", shown(word));
    Diagnostic::new(Code::SyntaxError, span, message)
        .label("this begins a statement")
        .help("statements stand in the body of a pipeline")
}

/// `const` or `type` in a body.
pub(crate) fn item_in_body(span: Span, word: &str) -> Diagnostic {
    let word = shown(word);
    Diagnostic::new(
        Code::SyntaxError,
        span,
        format!("{word} stands inside a body"),
    )
    .label("this begins an item")
    .help(format!("{word} stands at the top level of a file"))
}

// ------------------------------------------------------------------------------------------ mismatches

/// An item begins where the one above lacks something.
pub(crate) fn item_cut_short(span: Span, word: &str) -> Diagnostic {
    let word = shown(word);
    Diagnostic::new(
        Code::SyntaxError,
        span,
        format!("the item above is not complete, found {word}"),
    )
    .label("another item begins here")
}

/// What could stand somewhere, in words.
pub(crate) type Expected = &'static str;

/// What stands where something else is expected.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Found<'a> {
    /// A word or a punctuation.
    Text(&'a str),
    /// A string with double quotes.
    String,
    /// `##`.
    Documentation,
    /// Nothing.
    End,
}

impl Found<'_> {
    fn describe(&self) -> String {
        match self {
            Self::Text(text) => shown(text),
            Self::String => "a string".to_owned(),
            Self::Documentation => "documentation".to_owned(),
            Self::End => "the end of the file".to_owned(),
        }
    }

    fn label(&self) -> String {
        match self {
            Self::End => "the file ends here".to_owned(),
            _ => format!("{} stands here", self.describe()),
        }
    }
}

/// A place where something else is expected.
pub(crate) struct Place<'a> {
    /// What stands there.
    pub(crate) span: Span,
    /// The word before, if it stands on the same line.
    pub(crate) before: Option<&'a str>,
    /// The first of exactly two words before.
    pub(crate) introduced_by: Option<&'a str>,
    /// Whether white space stands before.
    pub(crate) spaced: bool,
    /// Whether it is an item that goes wrong there, rather than something in a body.
    pub(crate) in_item: bool,
}

/// Something stands where the grammar expects something else.
pub(crate) fn mismatch(place: &Place<'_>, expected: &[Expected], found: &Found<'_>) -> Diagnostic {
    let behind = place
        .before
        .map(|word| format!(" after {}", shown(word)))
        .unwrap_or_default();
    let message = if expected.is_empty() {
        format!("unexpected {}{behind}", found.describe())
    } else {
        format!(
            "expected {}{behind}, found {}",
            either(expected),
            found.describe()
        )
    };
    let diagnostic = Diagnostic::new(Code::SyntaxError, place.span, message).label(found.label());
    match advice(place, expected, found) {
        Some(COLON_RULE) if *found == Found::Text(":") => {
            let replacement = if place.spaced { "=" } else { " =" };
            diagnostic.help(COLON_RULE).fix(place.span, replacement)
        }
        Some(help) => diagnostic.help(help),
        None => diagnostic,
    }
}

const COLON_RULE: &str = "a colon gives a type, an equals sign gives a value";

/// What is known of a mistake that is made often.
fn advice(place: &Place<'_>, expected: &[Expected], found: &Found<'_>) -> Option<&'static str> {
    let expects = |word| expected.contains(&word);
    let Found::Text(text) = *found else {
        let is_prefix = place
            .before
            .is_some_and(|word| STRING_PREFIXES.contains(&word));
        return if is_prefix && *found == Found::String {
            Some("a string interpolates without a letter before its quotes: `\"${name}\"`")
        } else if expects("`as`") {
            Some(IMPORT)
        } else {
            None
        };
    };
    let by_place = match text {
        ":" if expects("`=`") => match place.introduced_by {
            Some("let" | "const") => Some("the type of a `let` or `const` is that of its value"),
            _ => Some(COLON_RULE),
        },
        ":" if expects("`{`") && place.in_item => {
            Some("outputs with names stand in parentheses, as in `-> (auc: float)`")
        }
        "," if *expected == ["`)`"] => Some("a list stands in brackets, as in `[1, 2]`"),
        ":" if expects("`{`") => Some("a block stands in braces"),
        "=" if expects("`:`") => {
            Some("a colon gives a type, an equals sign gives a value: `name: type = default`")
        }
        "(" if expects("`=`") && !expects("`(`") && expects("`{`") => {
            Some("components and pipelines are called in the body of a pipeline")
        }
        "." if expects("an expression") => {
            Some("a digit stands before the dot of a number, as in `0.5`")
        }
        "=" | "==" => Some("`=` gives a value, `==` compares"),
        "|" => Some("only strings have alternatives, as in `\"adam\" | \"sgd\"`"),
        _ if text.starts_with(|first: char| first.is_alphabetic() && !first.is_ascii()) => {
            Some("a name is made of the letters `a` to `z` and `A` to `Z`, digits and `_`")
        }
        _ if text.starts_with('\'') => Some("a string stands in double quotes"),
        _ if expects("`as`") => Some(IMPORT),
        _ => None,
    };
    by_place
        .or_else(|| habit(text))
        .or_else(|| place.before.and_then(habit))
        .or_else(|| expects("an item").then_some(ITEMS))
}

const IMPORT: &str = "an imported file is given a name, as in `import \"./steps.argot\" as steps`";

const ITEMS: &str =
    "an item is `import`, `from`, `const`, `type`, `artifact`, `component` or `pipeline`";

/// What other languages put before the quotes.
const STRING_PREFIXES: [&str; 8] = ["f", "F", "b", "B", "u", "fr", "rf", "R"];

/// What to write in place of a word or a punctuation of other languages.
pub(crate) fn habit(text: &str) -> Option<&'static str> {
    let mut habits = HABITS.iter();
    habits
        .find(|(words, _)| words.contains(&text))
        .map(|(_, help)| *help)
}

const HABITS: [(&[&str], &str); 18] = [
    (&["&&", "&"], "`and` joins conditions"),
    (&["||"], "`or` joins conditions"),
    (&["!"], "`not` negates a condition"),
    (&[";"], "nothing stands at the end of a statement"),
    (&["//", "/*"], "a comment begins with `#`"),
    (
        &["=>"],
        "a value stands behind `=`, the outputs of a component behind `->`",
    ),
    (
        &["->"],
        "`->` gives the outputs of a component or a pipeline",
    ),
    (&[":="], "`let name = ...` names a value"),
    (&["**"], "there is no power operator"),
    (
        &["++", "+=", "-="],
        "a value never changes; `let` names a new one",
    ),
    (&["elif", "elsif", "elseif"], "it is written `else if`"),
    (
        &["def", "fn", "func", "function"],
        "a step is a `component`, a graph of steps is a `pipeline`",
    ),
    (
        &["class", "struct"],
        "`type Name = { field: type }` names a record",
    ),
    (&["var", "val"], "`let name = ...` names a value"),
    (
        &["while", "loop"],
        "`repeat max n { ... } until condition` runs again and again",
    ),
    (&["is"], "`==` and `!=` compare, also with `null`"),
    (
        &["import"],
        "a file is imported by its path: `import \"./steps.argot\" as steps`",
    ),
    (
        &["from"],
        "names are imported from a path: `from \"./steps.argot\" import fetch`",
    ),
];

/// `a`, `a or b`, `a, b or c`.
fn either(alternatives: &[Expected]) -> String {
    match alternatives.split_last() {
        Some((last, [])) => (*last).to_owned(),
        Some((last, others)) => format!("{} or {last}", others.join(", ")),
        None => String::new(),
    }
}

/// A bracket is never closed.
pub(crate) fn unclosed(
    span: Span,
    opening: Span,
    closer: Expected,
    found: &Found<'_>,
) -> Diagnostic {
    let message = format!("expected {closer}, found {}", found.describe());
    Diagnostic::new(Code::SyntaxError, span, message)
        .label(found.label())
        .also(opening, format!("no {closer} closes this"))
}

/// A reserved word where a name is expected.
pub(crate) fn reserved_word(span: Span, word: &str) -> Diagnostic {
    let message = format!("{} is a reserved word and cannot be a name", shown(word));
    Diagnostic::new(Code::SyntaxError, span, message).label("expected a name here")
}
