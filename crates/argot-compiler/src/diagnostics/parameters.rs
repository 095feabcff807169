//! Messages about the parameters of a compilation and values that must be known before the run.

use argot_syntax::{Code, Diagnostic, Span};

use super::known;
use crate::{Flaw, Input, suggest};

pub(crate) fn unknown_parameter(
    pipeline: &str,
    name: &str,
    names: &[&str],
    span: Span,
) -> Diagnostic {
    let message = format!("the pipeline `{pipeline}` has no parameter `{name}`");
    Code::UnknownParameter
        .maybe_at(span.known(), message)
        .note(known("parameters", names))
        .did_you_mean(suggest(name, names.iter().copied()))
}

pub(crate) fn invalid_parameter(parameter: &Input, ty: &str, flaw: &Flaw) -> Diagnostic {
    let Flaw { span, problem } = flaw;
    let name = &parameter.name;
    let message = format!("the value given for `{name}` is not valid: {problem}");
    Code::InvalidParameter
        .maybe_at(span.known(), message)
        .also(parameter.span, format!("this parameter is {ty}"))
}

pub(crate) fn unbound_volume(name: &str, span: Span) -> Diagnostic {
    let note =
        "a pipeline with a parameter of type `volume` can be called by another, not run by itself";
    Code::MissingParameter
        .at(span, format!("nothing provides the volume `{name}`"))
        .note(note)
        .help("declare the volume in the pipeline: `volume data = claim(...)`")
}

pub(crate) fn list_parameter(name: &str, span: Span) -> Diagnostic {
    let message = format!("`{name}` is a list of artifacts, which only another pipeline can pass");
    Code::MissingParameter
        .at(span, message)
        .help("compile a pipeline that calls this one, or accept a folder: an `Artifact`")
}

pub(crate) fn run_time_claim(span: Span) -> Diagnostic {
    Code::RunTimeValue.at(span, "the size of a claim must be known before the run")
        .note("a claim is created before the first step starts")
        .help("make it a constant, or use `ephemeral(size)` in the component, whose size may come from the run")
}

pub(crate) fn run_time_volume(span: Span) -> Diagnostic {
    let message = "the definition of a pipeline's volume must be known at compile time";
    Code::RunTimeValue.at(span, message)
        .help("accept the value as an input of the component and create the volume there: `mounts = { \"/dev/shm\" = memory_volume(shm) }`")
}
