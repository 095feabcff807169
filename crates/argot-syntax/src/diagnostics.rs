//! Every message of this crate: the manual of what can be wrong with the text of a file.

use crate::ast::Ident;
use crate::expected::{Expected, ExpectedSet};
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

/// Whether a character cannot be seen, or changes the direction of the text around it.
fn is_invisible(character: char) -> bool {
    matches!(
        character,
        '\u{a0}' | '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202f}' | '\u{205f}'..='\u{206f}'
            | '\u{3000}' | '\u{feff}'
    )
}

/// A syntax error.
fn error(span: Span, message: impl Into<String>) -> Diagnostic {
    Code::SyntaxError.at(span, message)
}

// ------------------------------------------------------------------------------------------------ text

/// A carriage return does not belong to a line break.
pub(crate) fn lone_carriage_return(span: Span) -> Diagnostic {
    error(span, "a carriage return without a line feed")
        .label("this does not end the line")
        .help("end lines with a line feed, or with a carriage return and a line feed; in a string, `\\u{d}` writes a carriage return")
}

/// Brackets, blocks or operators nest deeper than is read.
pub(crate) fn nesting_too_deep(span: Span) -> Diagnostic {
    let message = format!("more than {MAX_NESTING} brackets, blocks or operators are nested");
    Code::NestingTooDeep
        .at(span, message)
        .label("this is one too many")
        .help("give a part of it a name of its own with `const` or `let`")
}

/// A character that cannot be seen, or that changes the order in which others are shown.
pub(crate) fn invisible_character(
    character: char,
    name: &str,
    more: usize,
    span: Span,
) -> Diagnostic {
    let code = u32::from(character);
    let message = format!("this line has {name}, U+{code:04X}, which is invisible");
    let diagnostic = Code::InvisibleCharacter
        .at(span, message)
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

// --------------------------------------------------------------------------------------------- strings

/// A string has no closing quotes.
pub(crate) fn unterminated_string(
    opening: Span,
    quotes: &str,
    interpolation: Option<Span>,
) -> Diagnostic {
    let place = if quotes.len() == 1 { "line" } else { "file" };
    let message = format!("a string is not closed before the end of its {place}");
    let diagnostic = Code::UnterminatedString
        .at(opening, message)
        .label(format!("no `{quotes}` closes this"));
    let diagnostic = match interpolation {
        Some(span) => diagnostic.also(span, "this interpolation is open"),
        None => diagnostic,
    };
    match quotes.len() {
        1 => diagnostic
            .help("write a string of several lines in `\"\"\"`; a quote in a string is `\\\"`"),
        _ => diagnostic,
    }
}

/// A `${` in a block string that nothing closes.
pub(crate) fn unclosed_interpolation(span: Span) -> Diagnostic {
    Code::UnterminatedString
        .at(span, "an interpolation is not closed")
        .label("no `}` closes this")
        .help("`\\$` writes a dollar sign; a raw string `r\"\"\"...\"\"\"` has no interpolations")
}

/// `${x:-y}` and the like: what a shell would expand.
pub(crate) fn shell_expansion(span: Span, text: &str) -> Diagnostic {
    error(span, format!("{} is a shell expansion, not an expression", shown(text)))
        .label("`${` begins an interpolation here")
        .help("write the text as a raw string, `r\"...\"` or `r\"\"\"...\"\"\"`, to leave every `$` to the shell")
        .help("or write `\\$` for this one")
}

/// An escape that does not exist.
pub(crate) fn invalid_escape(span: Span, text: &str) -> Diagnostic {
    let message = match text.starts_with("\\u{") {
        true => format!("{} is not a Unicode character", shown(text)),
        false => format!("there is no escape {}", shown(text)),
    };
    Code::InvalidEscape
        .at(span, message)
        .help("the escapes are `\\n`, `\\t`, `\\\"`, `\\\\`, `\\$` and `\\u{1F600}`")
        .help("a raw string `r\"...\"` has no escapes")
}

/// A string with an interpolation where the text must be fixed.
pub(crate) fn interpolation_refused(span: Span, what: &str) -> Diagnostic {
    error(span, format!("{what} cannot contain an interpolation"))
        .label("no value is known here")
        .help("`\\$` writes a dollar sign")
}

/// `f"..."`.
pub(crate) fn prefixed_string(span: Span, prefix: &str) -> Diagnostic {
    let message = format!("a string has no {} before its quotes", shown(prefix));
    let diagnostic = error(span, message);
    match prefix {
        "R" => diagnostic
            .help("a raw string begins with a lowercase `r`")
            .fix(span, "r"),
        "f" | "F" => diagnostic
            .help("every string can interpolate: `\"${name}\"`")
            .suggest(span, ""),
        // What is raw in the other language is not without the letter.
        _ if prefix.len() > 1 => diagnostic
            .help("strings are Unicode text; `r\"...\"` has no escapes")
            .suggest(span, ""),
        _ => diagnostic
            .help("strings are Unicode text; `r\"...\"` has no escapes")
            .fix(span, ""),
    }
}

/// Whether other languages put this word before the quotes of a string.
pub(crate) fn is_string_prefix(word: &str) -> bool {
    matches!(
        word,
        "f" | "F" | "b" | "B" | "u" | "U" | "R" | "fr" | "rf" | "br" | "rb"
    )
}

/// `'text'`.
pub(crate) fn single_quotes(span: Span, text: &str) -> Diagnostic {
    let diagnostic = error(span, format!("{} is in single quotes", shown(text)))
        .help("write a string in double quotes");
    let inside = text.trim_matches('\'');
    match inside.contains(['\\', '$']) {
        true => diagnostic,
        false => diagnostic.fix(span, format!("\"{inside}\"")),
    }
}

// --------------------------------------------------------------------------------------------- numbers

/// `10 GB`.
pub(crate) fn spaced_unit(span: Span, unit: &str, gap: Span) -> Diagnostic {
    let message = format!("expected a line break, found {}", shown(unit));
    error(span, message)
        .help("a unit touches its number, as in `10Gi`")
        .suggest(gap, "")
}

/// A number that does not fit 64 bits.
pub(crate) fn number_out_of_range(span: Span, text: &str, ty: &str) -> Diagnostic {
    let message = format!("{} is out of range for {ty}", shown(text));
    let diagnostic = Code::NumberOutOfRange.at(span, message);
    match ty {
        "int" => diagnostic.note(format!("an int is from {} to {}", i64::MIN, i64::MAX)),
        _ => diagnostic.note("a float has 64 bits, as in IEEE 754"),
    }
}

/// Digits that run into something that is not a unit.
pub(crate) fn bad_number(span: Span, text: &str) -> Diagnostic {
    let diagnostic = error(span, format!("{} is not a number", shown(text)));
    if text.contains('_') {
        let plain = text.replace('_', "");
        diagnostic
            .help(format!("write the digits without `_`: {}", shown(&plain)))
            .fix(span, plain)
    } else {
        diagnostic.help("every part of a number needs a unit, as in `1h30m`")
    }
}

/// A number with a leading zero, which other languages read as octal.
pub(crate) fn leading_zero(span: Span, text: &str) -> Diagnostic {
    error(span, format!("{} begins with a zero", shown(text)))
        .help("numbers are decimal and have no leading zeros; put text in quotes")
}

// ----------------------------------------------------------------------------------------------- names

/// A reserved word where a name is expected.
pub(crate) fn reserved_word(span: Span, word: &str) -> Diagnostic {
    let message = format!("{} is a reserved word and cannot be a name", shown(word));
    error(span, message).label("expected a name here")
}

/// `my-step` as a name.
pub(crate) fn hyphenated_name(span: Span, name: &str) -> Diagnostic {
    let fixed = name.replace('-', "_");
    let help = format!(
        "use underscores: {}; names in the output get hyphens again",
        shown(&fixed)
    );
    error(span, format!("{} is not a name", shown(name)))
        .label("`-` subtracts")
        .help(help)
        .suggest(span, fixed)
}

/// `{ my-key = 1 }`.
pub(crate) fn hyphenated_key(span: Span, name: &str) -> Diagnostic {
    error(span, format!("{} is not a name", shown(name)))
        .label("`-` subtracts")
        .help("put a key with hyphens in quotes")
        .fix(span, format!("\"{name}\""))
}

// ----------------------------------------------------------------------------------------- expressions

/// A literal as another language writes it.
pub(crate) fn foreign_literal(span: Span, name: &str, meant: &str) -> Diagnostic {
    error(span, format!("{} is written `{meant}`", shown(name))).fix(span, meant)
}

/// `a < b < c` or `a..b..c`.
pub(crate) fn chained_operators(first: Span, second: Span, is_range: bool) -> Diagnostic {
    if is_range {
        error(second, "a range has only two ends").also(first, "the range is here")
    } else {
        error(second, "comparisons do not chain")
            .label("this compares the result of a comparison")
            .also(first, "the first comparison is here")
            .help("join two comparisons with `and`, as in `a < b and b < c`")
    }
}

/// `a == not b`.
pub(crate) fn not_after_operator(span: Span) -> Diagnostic {
    error(span, "`not` after an operator needs parentheses")
        .help("`not` applies to everything up to the next `and` or `or`: write `(not x)`")
}

/// `// text`, which divides.
pub(crate) fn slash_comment(span: Span) -> Diagnostic {
    let message = "`//` divides and rounds down; it does not begin a comment";
    error(span, message)
        .help("a comment begins with `#`")
        .suggest(span, "#")
}

/// Two entries on one line without a comma.
pub(crate) fn missing_comma(span: Span, gap: Span) -> Diagnostic {
    error(span, "expected `,` or a line break before this entry")
        .label("this is another entry")
        .fix(gap, ",")
}

// ----------------------------------------------------------------------------------------------- types

/// `string[]`.
pub(crate) fn array_type(span: Span, name: &str) -> Diagnostic {
    let fixed = format!("list[{name}]");
    error(span, format!("a list type is written `{fixed}`")).fix(span, fixed)
}

/// `-> (a: int = 1)`.
pub(crate) fn output_with_default(name: &Ident, default: Span) -> Diagnostic {
    let message = format!("the output {} has a default", shown(&name.name));
    error(default, message)
        .label("a step always writes its outputs")
        .help("a type `T?` says that an output may be missing")
}

/// `-> x: int`.
pub(crate) fn bare_outputs(span: Span, text: &str) -> Diagnostic {
    error(span, format!("expected `{{`, found {}", shown(text)))
        .help("put outputs with names in parentheses, as in `-> (auc: float)`")
}

/// `component f(a: int): int`.
pub(crate) fn other_arrow(span: Span, text: &str) -> Diagnostic {
    let message = format!("expected `->` or `{{`, found {}", shown(text));
    error(span, message)
        .help("outputs come after `->`")
        .fix(span, if text == ":" { " ->" } else { "->" })
}

/// `pipeline p {`.
pub(crate) fn missing_parameters(span: Span, text: &str, gap: Span) -> Diagnostic {
    error(span, format!("expected `(`, found {}", shown(text)))
        .help("parentheses are needed, even if there is nothing in them")
        .fix(gap, "()")
}

/// `component f(a: int -> int`.
pub(crate) fn missing_paren(span: Span, opening: Span, gap: Span) -> Diagnostic {
    error(span, "expected `)`, found `->`")
        .also(opening, "this is open")
        .help("close the inputs before the arrow")
        .fix(gap, ")")
}

// ------------------------------------------------------------------------------- items and statements

/// `let x: int = 3`.
pub(crate) fn type_of_value(colon: Span, annotation: Option<Span>) -> Diagnostic {
    let diagnostic = error(colon, "expected `=`, found `:`")
        .help("a `let` or `const` has the type of its value; leave the type out");
    match annotation {
        Some(span) => diagnostic.suggest(span, ""),
        None => diagnostic,
    }
}

/// `else` that follows no `if`.
pub(crate) fn else_without_if(span: Span) -> Diagnostic {
    error(span, "`else` without an `if`").help(
        "`else` follows the closing brace of an `if` or `else if`, and an `if` has only one `else`",
    )
}

/// `elif`.
pub(crate) fn elif(span: Span, word: &str) -> Diagnostic {
    error(span, format!("`{word}` is written `else if`")).fix(span, "else if")
}

/// `repeat` without the most turns.
pub(crate) fn repeat_without_max(span: Span, has_count: bool) -> Diagnostic {
    let diagnostic = error(span, "expected `max` after `repeat`")
        .help("`repeat` needs a limit: `repeat max 10 { ... } until condition`");
    match has_count {
        true => diagnostic.fix(
            Span {
                end: span.start,
                ..span
            },
            "max ",
        ),
        false => diagnostic,
    }
}

/// `after` or `with` twice after one call.
pub(crate) fn repeated_suffix(span: Span, word: &str) -> Diagnostic {
    let help = match word {
        "after" => "write all names after one `after`, as in `after a, b`",
        _ => "put all attributes in one block",
    };
    error(span, format!("a second `{word}` after one call")).help(help)
}

/// `after "step"`.
pub(crate) fn text_after(span: Span, name: Option<&str>) -> Diagnostic {
    let diagnostic = error(span, "expected a name after `after`, found a string");
    let is_name = |name: &&str| {
        let mut characters = name.chars();
        characters
            .next()
            .is_some_and(|first| first.is_ascii_alphabetic() || first == '_')
            && characters.all(|one| one.is_ascii_alphanumeric() || one == '_')
    };
    match name.filter(is_name) {
        Some(name) => diagnostic
            .help(format!(
                "write the name of the task without quotes: {}",
                shown(name)
            ))
            .fix(span, name),
        None => diagnostic.help("write the name of a task, as in `after prepare`"),
    }
}

/// `after step()`.
pub(crate) fn call_after(span: Span, name: &Ident) -> Diagnostic {
    let message = "expected the name of a task after `after`, found a call";
    error(span, message).help(format!(
        "give the call a name with `let first = {}(...)`, then write `after first`",
        name.name
    ))
}

/// `test "name" { ... }`.
pub(crate) fn test_not_supported(span: Span) -> Diagnostic {
    Code::NotYetSupported.at(span, "`test` is not supported yet")
}

/// `x + 1` as a statement.
pub(crate) fn expression_as_statement(span: Span) -> Diagnostic {
    error(span, "expected a statement, found an expression")
        .label("this value is not used")
        .help("a statement calls a component or pipeline, as in `train(data = table)`; `let name = ...` names a value")
}

/// `f();`.
pub(crate) fn needless_separator(span: Span, text: &str) -> Diagnostic {
    let message = format!("unexpected {} after a statement", shown(text));
    error(span, message)
        .help("statements need no separator")
        .fix(span, "")
}

/// Documentation above something that has none.
pub(crate) fn misplaced_documentation(span: Span, found: &Found<'_>) -> Diagnostic {
    let message = match found {
        Found::Documentation => "documentation above something that cannot have any".to_owned(),
        _ => format!("{} cannot have documentation", found.describe()),
    };
    error(span, message).help(
        "`##` documents the item, parameter, output, `let` or `volume` below it; write a comment with `#`",
    )
}

/// `image "x"`.
pub(crate) fn missing_assign(span: Span, name: &Ident) -> Diagnostic {
    let gap = Span {
        end: span.start,
        ..span
    };
    let message = format!("expected `=` after {}, found a string", shown(&name.name));
    error(span, message).suggest(gap, "= ")
}

/// `let` or `if` among the attributes of a component.
pub(crate) fn statement_in_attributes(span: Span, word: &str) -> Diagnostic {
    let message = format!("expected an attribute, found {}", shown(word));
    error(span, message)
        .label("this begins a statement")
        .help("statements are part of a pipeline, not of a component")
}

/// A call among the attributes of a component.
pub(crate) fn call_in_attributes(span: Span, name: &Ident) -> Diagnostic {
    let message = format!(
        "expected `=` or `{{` after {}, found `(`",
        shown(&name.name)
    );
    error(span, message)
        .help("attributes are in this block; components and pipelines are called in a pipeline")
}

/// `const` or `type` in a body.
pub(crate) fn item_in_body(span: Span, word: &str) -> Diagnostic {
    let word = shown(word);
    error(span, format!("{word} inside a body"))
        .label("this begins an item")
        .help(format!("move the {word} to the top level of the file"))
}

/// An item begins before the one above is complete.
pub(crate) fn item_cut_short(span: Span, word: &str) -> Diagnostic {
    let word = shown(word);
    let message = format!("the item above is not complete, found {word}");
    error(span, message).label("another item begins here")
}

/// A body is never closed.
pub(crate) fn unclosed(span: Span, opening: Span, found: &Found<'_>) -> Diagnostic {
    error(span, format!("expected `}}`, found {}", found.describe()))
        .also(opening, "no `}` closes this")
}

// ------------------------------------------------------------------------------------------ mismatches

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
    fn describe(&self) -> String {
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
    /// What was found there.
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
