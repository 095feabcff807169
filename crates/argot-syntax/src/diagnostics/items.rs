//! Expressions, types, items and statements.

use super::{Found, error, shown};
use crate::ast::Ident;
use crate::{Diagnostic, Span};

messages! {
    /// A literal as another language writes it.
    pub(crate) fn foreign_literal(span: Span, name: &str, meant: &str) = SyntaxError
        .at(span, "{} is written `{meant}`", shown(name))
        .fix(span, meant);

    /// `a == not b`.
    pub(crate) fn not_after_operator(span: Span) = SyntaxError
        .at(span, "`not` after an operator needs parentheses")
        .help("`not` applies to everything up to the next `and` or `or`: write `(not x)`");

    /// `// text`, which divides.
    pub(crate) fn slash_comment(span: Span) = SyntaxError
        .at(span, "`//` divides and rounds down; it does not begin a comment")
        .help("a comment begins with `#`")
        .suggest(span, "#");

    /// Two entries on one line without a comma.
    pub(crate) fn missing_comma(span: Span, gap: Span) = SyntaxError
        .at(span, "expected `,` or a line break before this entry")
        .label("this is another entry")
        .fix(gap, ",");

    /// `string[]`.
    pub(crate) fn array_type(span: Span, name: &str) = SyntaxError
        .at(span, "a list type is written `list[{name}]`")
        .fix(span, "list[{name}]");

    /// `-> (a: int = 1)`.
    pub(crate) fn output_with_default(name: &Ident, default: Span) = SyntaxError
        .at(default, "the output {} has a default", shown(&name.name))
        .label("a step always writes its outputs")
        .help("a type `T?` says that an output may be missing");

    /// `-> x: int`.
    pub(crate) fn bare_outputs(span: Span, text: &str) = SyntaxError
        .at(span, "expected `{{`, found {}", shown(text))
        .help("put outputs with names in parentheses, as in `-> (auc: float)`");

    /// `component f(a: int): int`.
    pub(crate) fn other_arrow(span: Span, text: &str) = SyntaxError
        .at(span, "expected `->` or `{{`, found {}", shown(text))
        .help("outputs come after `->`")
        .fix(span, if text == ":" { " ->" } else { "->" });

    /// `pipeline p {`.
    pub(crate) fn missing_parameters(span: Span, text: &str, gap: Span) = SyntaxError
        .at(span, "expected `(`, found {}", shown(text))
        .help("parentheses are needed, even if there is nothing in them")
        .fix(gap, "()");

    /// `component f(a: int -> int`.
    pub(crate) fn missing_paren(span: Span, opening: Span, gap: Span) = SyntaxError
        .at(span, "expected `)`, found `->`")
        .also(opening, "this is open")
        .help("close the inputs before the arrow")
        .fix(gap, ")");

    /// `let x: int = 3`.
    pub(crate) fn type_of_value(colon: Span, annotation: Option<Span>) = SyntaxError
        .at(colon, "expected `=`, found `:`")
        .help("a `let` or `const` has the type of its value; leave the type out")
        .if(let Some(span) = annotation).suggest(span, "");

    /// `else` that follows no `if`.
    pub(crate) fn else_without_if(span: Span) = SyntaxError
        .at(span, "`else` without an `if`")
        .help("`else` follows the closing brace of an `if` or `else if`, and an `if` has only one `else`");

    /// `elif`.
    pub(crate) fn elif(span: Span, word: &str) = SyntaxError
        .at(span, "`{word}` is written `else if`")
        .fix(span, "else if");

    /// `repeat` without the maximum number of turns.
    pub(crate) fn repeat_without_max(span: Span, has_count: bool) = SyntaxError
        .at(span, "expected `max` after `repeat`")
        .help("`repeat` needs a limit: `repeat max 10 {{ ... }} until condition`")
        .if(has_count).fix(span.before(), "max ");

    /// `after` or `with` twice after one call.
    pub(crate) fn repeated_suffix(span: Span, word: &str) = SyntaxError
        .at(span, "a second `{word}` after one call")
        .if(word == "after").help("write all names after one `after`, as in `after a, b`")
        .if(word != "after").help("put all attributes in one block");

    /// `after step()`.
    pub(crate) fn call_after(span: Span, name: &Ident) = SyntaxError
        .at(span, "expected the name of a task after `after`, found a call")
        .help("give the call a name with `let first = {}(...)`, then write `after first`", name.name);

    /// `test "name" { ... }`.
    pub(crate) fn test_not_supported(span: Span) = NotYetSupported
        .at(span, "`test` is not supported yet");

    /// `x + 1` as a statement.
    pub(crate) fn expression_as_statement(span: Span) = SyntaxError
        .at(span, "expected a statement, found an expression")
        .label("this value is not used")
        .help("a statement calls a component or pipeline, as in `train(data = table)`; `let name = ...` names a value");

    /// `f();`.
    pub(crate) fn needless_separator(span: Span, text: &str) = SyntaxError
        .at(span, "unexpected {} after a statement", shown(text))
        .help("statements need no separator")
        .fix(span, "");

    /// `image "x"`.
    pub(crate) fn missing_assign(span: Span, name: &Ident) = SyntaxError
        .at(span, "expected `=` after {}, found a string", shown(&name.name))
        .suggest(span.before(), "= ");

    /// `let` or `if` among the attributes of a component.
    pub(crate) fn statement_in_attributes(span: Span, word: &str) = SyntaxError
        .at(span, "expected an attribute, found {}", shown(word))
        .label("this begins a statement")
        .help("statements are part of a pipeline, not of a component");

    /// A call among the attributes of a component.
    pub(crate) fn call_in_attributes(span: Span, name: &Ident) = SyntaxError
        .at(span, "expected `=` or `{{` after {}, found `(`", shown(&name.name))
        .help("attributes are in this block; components and pipelines are called in a pipeline");

    /// `const` or `type` in a body.
    pub(crate) fn item_in_body(span: Span, word: &str) = SyntaxError
        .at(span, "{} inside a body", shown(word))
        .label("this begins an item")
        .help("move the {} to the top level of the file", shown(word));

    /// An item begins before the one above is complete.
    pub(crate) fn item_cut_short(span: Span, word: &str) = SyntaxError
        .at(span, "the item above is not complete, found {}", shown(word))
        .label("another item begins here");

    /// A body is never closed.
    pub(crate) fn unclosed(span: Span, opening: Span, found: &Found<'_>) = SyntaxError
        .at(span, "expected `}}`, found {}", found.describe())
        .also(opening, "no `}}` closes this");
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
