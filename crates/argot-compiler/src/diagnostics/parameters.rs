//! The parameters of a compilation, and what must be known before the run.

use argot_syntax::{Code, Diagnostic, Span, listed};

pub(crate) fn unknown_parameter(
    pipeline: &str,
    name: &str,
    suggestion: Option<&str>,
    names: &[&str],
) -> Diagnostic {
    let message = format!("the pipeline `{pipeline}` has no parameter `{name}`");
    let diagnostic = Code::UnknownParameter.global(message);
    let diagnostic = if names.is_empty() {
        diagnostic.note("it has none at all")
    } else {
        diagnostic.note(format!("its parameters are {}", listed(names)))
    };
    match suggestion {
        Some(name) => diagnostic.help(format!("did you mean `{name}`?")),
        None => diagnostic,
    }
}

pub(crate) fn invalid_parameter(name: &str, ty: &str, reason: &str, defined: Span) -> Diagnostic {
    let message = format!("the value given for `{name}` does not fit: {reason}");
    Code::InvalidParameter
        .at(defined, message)
        .label(format!("this parameter is {ty}"))
}

pub(crate) fn unbound_volume(name: &str, span: Span) -> Diagnostic {
    Code::MissingParameter.at(span, format!("the volume `{name}` is given by no one"))
        .note(
        "a pipeline with a parameter of type `volume` can be called by another, not run by itself",
    )
    .help("declare the volume in the pipeline: `volume data = claim(...)`")
}

pub(crate) fn list_parameter(name: &str, span: Span) -> Diagnostic {
    let message = format!("`{name}` is a list of artifacts, which only another pipeline can give");
    Code::MissingParameter
        .at(span, message)
        .help("compile a pipeline that calls this one, or take a folder: an `Artifact`")
}

pub(crate) fn run_time_claim(span: Span) -> Diagnostic {
    Code::RunTimeValue.at(span, "the size of a claim is needed before the run")
        .note("a claim is made before the first step starts")
        .help("make it a constant, or use `ephemeral(size)` in the component, whose size may come from the run")
}

pub(crate) fn run_time_volume(span: Span) -> Diagnostic {
    let message = "what a pipeline's volume is made of must be known at compile time";
    Code::RunTimeValue.at(span, message)
        .help("take the value as an input of the component and make the volume there: `mounts = { \"/dev/shm\" = memory_volume(shm) }`")
}
