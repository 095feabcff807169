//! Every diagnostic about pods. The `system` of some is the one that runs them, by its name.

use argot_syntax::{Code, Diagnostic, Span};

// Names.

pub(crate) fn collision(
    system: &str,
    what: &str,
    written: &str,
    span: Span,
    other: &str,
    place: Span,
    name: &str,
) -> Diagnostic {
    Diagnostic::new(
        Code::NameCollision,
        span,
        format!("`{written}` and `{other}` both become the {what} `{name}`"),
    )
    .label(format!("this is `{name}` on {system}"))
    .also(place, format!("and so is this `{name}`"))
    .help(format!(
        "rename one of them: on {system} `_` becomes `-` and letters become small"
    ))
}

pub(crate) fn invalid_object_name(name: &str, problem: &str, span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::InvalidTargetName,
        span,
        format!("the object cannot be called `{name}`: {problem}"),
    )
    .help("rename the pipeline, or give the object another name with `--name`")
}

pub(crate) fn invalid_namespace(name: &str, problem: &str) -> Diagnostic {
    Diagnostic::global(
        Code::InvalidTargetName,
        format!("`{name}` cannot be a namespace: {problem}"),
    )
    .help("give `--namespace` the name of a namespace of the cluster")
}

// Texts.

pub(crate) fn zero_byte(span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::UnprintableText,
        span,
        "no command line or environment can hold the character U+0000",
    )
    .help("remove the character, or write it to a file in a script")
}

pub(crate) fn long_text(what: &str, length: usize, most: usize, span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::LimitExceeded,
        span,
        format!("{what} has {length} bytes, and Linux takes {most}"),
    )
    .help("pass the text as an artifact: `Dataset(text = ...)`")
}

// Expressions.

pub(crate) fn run_time(system: &str, what: &str, span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::RunTimeValue,
        span,
        format!("{system} needs {what} before the run"),
    )
    .label("this is known only while the pipeline runs")
    .help("use a constant, or a `const`")
}

pub(crate) fn no_expression(system: &str, what: &str, span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::UnsupportedByTarget,
        span,
        format!("{system} cannot {what} while the pipeline runs"),
    )
    .help("let a component do it, or use constants")
}

// Containers and volumes.

pub(crate) fn reserved_mount(path: &str, span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::InvalidMount,
        span,
        format!("`{path}` lies where Argot keeps inputs, outputs and scripts"),
    )
    .help("mount the volume somewhere that is not below `/argot`")
}

pub(crate) fn mount_taken(system: &str, path: &str, span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::InvalidMount,
        span,
        format!("{system} keeps its own files at `{path}`"),
    )
    .help("mount the volume somewhere else")
}

pub(crate) fn reserved_container(
    system: &str,
    name: &str,
    reserved: &[&str],
    span: Span,
) -> Diagnostic {
    let names: Vec<_> = reserved.iter().map(|name| format!("`{name}`")).collect();
    let names = match names.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} and {last}", others.join(", ")),
        None => String::new(),
    };
    Diagnostic::new(
        Code::InvalidTargetName,
        span,
        format!("a container cannot be called `{name}` on {system}"),
    )
    .help(format!("{system} uses {names} itself; take another name"))
}

pub(crate) fn container_name(name: &str, problem: &str, span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::InvalidTargetName,
        span,
        format!("a container cannot be called `{name}`: {problem}"),
    )
    .help("use lower-case letters, digits and `-`")
}

// Devices.

pub(crate) fn unknown_accelerator(
    model: &str,
    span: Span,
    near: Option<&str>,
    known: &str,
) -> Diagnostic {
    let diagnostic = Diagnostic::new(
        Code::UnknownAccelerator,
        span,
        format!("no accelerator is known as `{model}`"),
    )
    .note(format!("known are {known}"));
    match near {
        Some(near) => diagnostic.help(format!("did you mean `{near}`?")).fix(span, format!("\"{near}\"")),
        None => diagnostic
            .help("use a known name, or write the node's label in `node_selector` and leave the model out"),
    }
}

pub(crate) fn incomplete_accelerator(message: &str, help: &str, span: Span) -> Diagnostic {
    Diagnostic::new(Code::UnknownAccelerator, span, message).help(help)
}

// Raw fields.

pub(crate) fn raw_has_attribute(field: &str, attribute: &str, span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::RawFieldHasAttribute,
        span,
        format!("`{field}` is what the attribute `{attribute}` says"),
    )
    .help(format!("write `{attribute}` in place of the raw field"))
}

pub(crate) fn unknown_raw(field: &str, of: &str, near: Option<&str>, span: Span) -> Diagnostic {
    let diagnostic = Diagnostic::new(
        Code::UnknownRawField,
        span,
        format!("{of} has no field `{field}`"),
    );
    match near {
        Some(near) => diagnostic
            .help(format!("did you mean `{near}`?"))
            .fix(span, near),
        None => diagnostic.help("fields are written as in the target's own documentation"),
    }
}

pub(crate) fn invalid_raw(field: &str, expected: &str, span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::InvalidRawField,
        span,
        format!("`{field}` expects {expected}"),
    )
    .help(format!("give it {expected}"))
}
