//! Messages about attributes: which exist, where they are allowed, and how they are written.

use argot_syntax::{Code, Diagnostic, Span, first_listed};

/// How an attribute is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Written {
    Value,
    Block,
    Labelled,
}

messages! {
    fn no_such_attribute(name: &str, place: &str, span: Span) = UnknownAttribute
        .at(span, "there is no attribute `{name}` {place}");

    pub(crate) fn unknown_attribute(
        name: &str, place: &str, near: Option<&str>, elsewhere: Option<&str>, names: &[&str], span: Span,
    ) = no_such_attribute(name, place, span)
        .if(let Some(elsewhere) = elsewhere).help("`{name}` belongs {elsewhere}")
        .if(elsewhere.is_none()).did_you_mean(near)
        .if(elsewhere.or(near).is_none()).note("the attributes {place} are {}", first_listed(names));

    /// A call in a pipeline that assigns a name without `let`.
    pub(crate) fn forgotten_let(name: &str, span: Span) = no_such_attribute(name, "in a pipeline", span)
        .help("`let {name} = ...` names what a call returns")
        .fix(span.before(), "let ");

    /// An attribute under the name that another tool uses.
    pub(crate) fn renamed_attribute(name: &str, place: &str, mine: &str, span: Span) = no_such_attribute(name, place, span)
        .help("Argot calls it `{mine}`")
        .suggest(span, mine);

    /// An attribute of another tool, with what to write instead.
    pub(crate) fn foreign_attribute(name: &str, place: &str, help: &str, span: Span) = no_such_attribute(name, place, span)
        .help(help);

    pub(crate) fn duplicate_attribute(name: &str, span: Span, first: Span) = DuplicateAttribute
        .at(span, "`{name}` is written twice")
        .label("again here")
        .also(first, "first here")
        .help("merge the two");

    pub(crate) fn missing_attribute(block: &str, name: &str, span: Span) = MissingAttribute
        .at(span, "`{block}` is missing `{name}`")
        .if(block == "retry").note("without a limit the step would be retried forever")
        .if(block == "retry").help("set the number of further attempts: `limit = 3`");

    pub(crate) fn missing_image(name: &str, span: Span) = MissingAttribute
        .at(span, "`{name}` has no image")
        .help("set the container image it runs in: `image = \"python:3.12-slim\"`");

    pub(crate) fn missing_body(name: &str, span: Span) = MissingBody
        .at(span, "the component `{name}` does not say what to run")
        .help("give it an `image` with `command` and `args`, a `script`, a `template_ref` or a `raw_template`");

    pub(crate) fn several_bodies(first: &str, second: &str, span: Span, first_span: Span) = SeveralBodies
        .at(span, "a component has either `{first}` or `{second}`")
        .also(first_span, "the other is here")
        .help("split it into two components");

    pub(crate) fn script_takes_no_args(span: Span) = SeveralBodies
        .at(span, "a script has no `args`")
        .help("its inputs are environment variables of the same names");

    pub(crate) fn attribute_of_reference(name: &str, span: Span) = SeveralBodies
        .at(span, "`{name}` belongs to the template in the cluster")
        .help("a `template_ref` is only the typed signature of a template that exists already");

    pub(crate) fn attribute_of_raw_template(name: &str, span: Span) = SeveralBodies
        .at(span, "`{name}` cannot be combined with `raw_template`")
        .help("write it in the raw template, in the target's own fields");

    pub(crate) fn with_on_pipeline(name: &str, span: Span) = WrongKind
        .at(span, "`{name}` is a pipeline, and attributes belong to steps")
        .help("set them in its `defaults`, or in the `with` of the calls inside it");

    pub(crate) fn task_value_in_defaults(span: Span) = WrongKind
        .at(span, "`defaults` apply to every task and cannot use the value of one")
        .help("use it in the `with` of the tasks that need it");

    pub(crate) fn run_attribute(pipeline: &str, name: &str, span: Span, call: Span) = RunAttribute
        .at(span, "`{name}` applies to a whole run, but `{pipeline}` is called here by another pipeline")
        .also(call, "called here")
        .help("set it in the calling pipeline, or for each step in `defaults`");

    pub(crate) fn invalid_value(name: &str, reason: &str, span: Span) = InvalidValue
        .at(span, "`{name}` does not accept this value: {reason}");

    pub(crate) fn not_one_of(name: &str, found: &str, members: &[&str], span: Span) = InvalidValue
        .at(span, "`{name}` is one of {}, not `{found}`", first_listed(members))
        .did_you_mean_string(crate::suggest(found, members.iter().copied()));

    pub(crate) fn not_a_written_list(name: &str, found: &str, span: Span) = TypeMismatch
        .at(span, "`{name}` must be written as a list here, found {found}")
        .help(match name {
            "command" | "args" => format!("write `{name} = [ ... ]`; each element is one argument, and a list inside it is written as JSON"),
            "env_from" => "write `env_from = [secret(\"name\"), config(\"name\")]`".to_owned(),
            "tolerations" => "write `tolerations = [{ key = \"gpu\", operator = \"Exists\" }]`; the texts in it may come from the run".to_owned(),
            _ => format!("write `{name} = [ ... ]`; its elements may come from the run"),
        });

    pub(crate) fn not_a_written_record(name: &str, span: Span) = TypeMismatch
        .at(span, "`{name}` must be written as a record here")
        .help("write `{name} = {{ key = value }}`; its values may come from the run");

    pub(crate) fn parameter_is_not_kept(attribute: &str, output: &str, span: Span) = InvalidValue
        .at(span, "`{attribute}` is for artifacts, and `{output}` is a parameter")
        .help("a parameter is kept in the run's own record");

    pub(crate) fn daemon_may_fail(name: &str, span: Span) = InvalidValue
        .at(span, "the daemon `{name}` cannot have `allow_failure`")
        .note("a task that may fail runs in a graph of its own, and a daemon ends with its graph")
        .help("remove one of the two");
}

pub(crate) fn attribute_shape(name: &str, shape: Written, record: bool, span: Span) -> Diagnostic {
    let (what, form) = match shape {
        Written::Value => ("a value", format!("{name} = ...")),
        Written::Block => ("a block", format!("{name} {{ ... }}")),
        Written::Labelled => ("a named block", format!("{name} \"name\" {{ ... }}")),
    };
    let help = match shape {
        Written::Block if record => format!("leave the `=` out: `{form}`"),
        _ => format!("write `{form}`"),
    };
    Code::AttributeShape
        .at(span, format!("`{name}` is {what}"))
        .help(help)
}
