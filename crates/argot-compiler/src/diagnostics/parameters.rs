//! Messages about the parameters of a compilation and values that must be known before the run.

use argot_syntax::Span;

use super::known;
use crate::{Flaw, Input, suggest};

messages! {
    pub(crate) fn unknown_parameter(pipeline: &str, name: &str, names: &[&str], span: Span) = UnknownParameter
        .maybe_at(span.known(), "the pipeline `{pipeline}` has no parameter `{name}`")
        .note(known("parameters", names))
        .did_you_mean(suggest(name, names.iter().copied()));

    pub(crate) fn invalid_parameter(parameter: &Input, ty: &str, flaw: &Flaw) = InvalidParameter
        .maybe_at(flaw.span.known(), "the value given for `{}` is not valid: {}", parameter.name, flaw.problem)
        .also(parameter.span, "this parameter is {ty}");

    pub(crate) fn unbound_volume(name: &str, span: Span) = MissingParameter
        .at(span, "nothing provides the volume `{name}`")
        .note("a pipeline with a parameter of type `volume` can be called by another, not run by itself")
        .help("declare the volume in the pipeline: `volume data = claim(...)`");

    pub(crate) fn list_parameter(name: &str, span: Span) = MissingParameter
        .at(span, "`{name}` is a list of artifacts, which only another pipeline can pass")
        .help("compile a pipeline that calls this one, or accept a folder: an `Artifact`");

    pub(crate) fn run_time_claim(span: Span) = RunTimeValue
        .at(span, "the size of a claim must be known before the run")
        .note("a claim is created before the first step starts")
        .help("make it a constant, or use `ephemeral(size)` in the component, whose size may come from the run");

    pub(crate) fn run_time_volume(span: Span) = RunTimeValue
        .at(span, "the definition of a pipeline's volume must be known at compile time")
        .help("accept the value as an input of the component and create the volume there: `mounts = {{ \"/dev/shm\" = memory_volume(shm) }}`");
}
