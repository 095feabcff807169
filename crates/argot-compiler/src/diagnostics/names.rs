//! Messages about names and what they refer to.

use argot_syntax::Span;

use super::call_by_itself;
use crate::limits::{DEEPEST_CALLS, chain};

messages! {
    pub(crate) fn unknown_name(name: &str, span: Span, near: Option<&str>) = UnknownName
        .at(span, "there is no `{name}` here")
        .did_you_mean(near);

    pub(crate) fn unknown_function(name: &str, span: Span, near: Option<&str>) = UnknownFunction
        .at(span, "there is no component, pipeline or function `{name}`")
        .did_you_mean(near);

    pub(crate) fn duplicate_name(name: &str, span: Span, first: Span) = DuplicateName
        .at(span, "`{name}` is defined twice")
        .label("again here")
        .also(first, "first here")
        .help("give one of them another name");

    pub(crate) fn builtin_type_redefined(name: &str, span: Span) = DuplicateName
        .at(span, "`{name}` is a type of the language")
        .help("give it another name");

    pub(crate) fn not_a_module(name: &str, found: &str, span: Span) = WrongKind
        .at(span, "`{name}` is not an imported file")
        .label("this is {found}");

    pub(crate) fn not_a_type(name: &str, found: &str, span: Span) = WrongKind
        .at(span, "`{name}` is not a type")
        .label("this is {found}");

    pub(crate) fn not_a_value(name: &str, found: &str, span: Span) = WrongKind
        .at(span, "`{name}` is not a value")
        .label("this is {found}")
        .if(matches!(found, "a component" | "a pipeline")).help(call_by_itself(name))
        .if(found == "an imported file").help("name something in it: `{name}.something`");

    pub(crate) fn cannot_be_called(name: &str, found: &str, span: Span) = WrongKind
        .at(span, "`{name}` cannot be called")
        .label("this is {found}");

    pub(crate) fn not_callable(span: Span) = WrongKind
        .at(span, "this cannot be called")
        .help("only functions, components and pipelines can be called, by name");

    pub(crate) fn used_before_definition(name: &str, span: Span, later: Span) = UsedBeforeDefinition
        .at(span, "`{name}` is used before it is defined")
        .also(later, "defined here")
        .help("put statements in the order of their data; tasks cannot depend on each other in a circle");

    pub(crate) fn bound_in_block(name: &str, span: Span, bound: Span) = UnknownName
        .at(span, "there is no `{name}` here")
        .also(bound, "this name is visible only in its block")
        .help("to pass a value out of a block, use `yield`");

    pub(crate) fn recursive_pipeline(names: &[&str], span: Span) = RecursivePipeline
        .at(span, "a pipeline calls itself: {}", chain(names))
        .label("this call closes the circle")
        .help("a pipeline is a fixed graph; to run steps again, use `repeat`");

    /// `names` is the path from the definition back to itself, which is all if it refers to itself.
    pub(crate) fn recursive_definition(what: &str, names: &[&str], span: Span) = RecursiveDefinition
        .at(span, "the {what} `{}` is defined in terms of itself", names.first().copied().unwrap_or_default())
        .if(names.len() > 2).note("the circle is {}", chain(names));

    /// `names` are the pipelines in the chain of calls.
    pub(crate) fn calls_too_deep(names: &[&str], span: Span) = TooLarge
        .at(
            span,
            "the pipeline `{}` is too large: pipelines and blocks are nested more than {DEEPEST_CALLS} deep",
            names.first().copied().unwrap_or_default()
        )
        .note("the calls are {}", chain(names))
        .help("nest fewer pipeline calls");
}
