//! Every diagnostic about pods. The `system` of some is the one that runs them, by its name.

use argot_compiler::RawField;
use argot_syntax::{Code, Diagnostic, Span, listed, one_of};

use super::key::Kind;

// Names.

messages! {
    pub(crate) fn collision(
        system: &str, what: &str, written: &str, span: Span, other: &str, place: Span, name: &str,
    ) = NameCollision
        .at(span, "`{written}` and `{other}` both become the {what} `{name}`")
        .label("this is `{name}` on {system}")
        .also(place, "and so is this `{name}`")
        .help("rename one of them: on {system} `_` becomes `-` and letters become lowercase");

    pub(crate) fn invalid_object_name(name: &str, problem: &str, span: Span) = InvalidTargetName
        .at(span, "the object cannot be called `{name}`: {problem}")
        .help("rename the pipeline, or give the object another name with `--name`");

    pub(crate) fn invalid_namespace(name: &str, problem: &str) = InvalidTargetName
        .global("`{name}` cannot be a namespace: {problem}")
        .help("give `--namespace` the name of a namespace in the cluster");
}

// Texts.

messages! {
    pub(crate) fn zero_byte(span: Span) = UnprintableText
        .at(span, "no command line or environment can contain the character U+0000")
        .help("remove the character, or write it to a file in a script");

    pub(crate) fn long_text(what: &str, length: usize, most: usize, span: Span) = LimitExceeded
        .at(span, "{what} has {length} bytes, and Linux accepts at most {most}")
        .help("pass the text as an artifact: `Dataset(text = ...)`");
}

// Expressions.

messages! {
    pub(crate) fn run_time(system: &str, what: &str, span: Span) = RunTimeValue
        .at(span, "{system} needs {what} before the run")
        .label("this is known only while the pipeline runs")
        .help("use a constant");

    pub(crate) fn no_expression(system: &str, what: &str, span: Span) = UnsupportedByTarget
        .at(span, "{system} cannot {what} while the pipeline runs")
        .help("let a component do it, or use constants");
}

// Labels and annotations.

messages! {
    pub(crate) fn reserved_key(
        kind: Kind, key: &str, owner: &str, why: &str, instead: &str, span: Span,
    ) = ReservedLabel
        .at(span, "the {} `{key}` belongs to {owner}", kind.name())
        .label("it is set here")
        .note(why)
        .help(instead);
}

// Containers and volumes.

messages! {
    pub(crate) fn reserved_mount(path: &str, span: Span) = InvalidMount
        .at(span, "`{path}` is where Argot keeps inputs, outputs and scripts")
        .help("mount the volume somewhere that is not below `/argot`");

    pub(crate) fn mount_taken(system: &str, path: &str, span: Span) = InvalidMount
        .at(span, "{system} keeps its own files at `{path}`")
        .help("mount the volume somewhere else");

    pub(crate) fn reserved_container(system: &str, name: &str, reserved: &[&str], span: Span) = InvalidTargetName
        .at(span, "a container cannot be called `{name}` on {system}")
        .help("{system} uses {} itself; choose another name", listed(reserved));

    pub(crate) fn container_name(name: &str, problem: &str, span: Span) = InvalidTargetName
        .at(span, "a container cannot be called `{name}`: {problem}")
        .help("use lowercase letters, digits and `-`");
}

// Devices.

messages! {
    pub(crate) fn incomplete_accelerator(message: &str, help: &str, span: Span) = UnknownAccelerator
        .at(span, message)
        .help(help);

    /// Two labels of one name, of which no node has both.
    pub(crate) fn apart(label: &str, span: Span, other: Span) = UnknownAccelerator
        .at(span, "no node has all the devices that the containers of this pod request")
        .label("this requests a different `{label}`")
        .also(other, "than this")
        .help("request one model in all containers of a step, or split it into two steps");

    pub(crate) fn same_resource(name: &str, attribute: &str, span: Span) = InvalidValue
        .at(span, "`{attribute}` already requests `{name}`")
        .help("set only one of the two");

    pub(crate) fn unknown_node_pool(name: &str, span: Span) = InvalidValue
        .at(span, "there is no node pool `{name}`")
        .label("node pools are defined in a profile")
        .help("choose a profile that has it, or write `node_selector` and `tolerations`");
}

// Amounts.

messages! {
    pub(crate) fn request_over_limit(request: &str, limit: &str, span: Span) = RequestOverLimit
        .at(span, "the request {request} exceeds the limit {limit}")
        .help("raise the limit, or lower the request");

    pub(crate) fn rounded_amount(resource: &str, amount: &str, span: Span) = InvalidQuantity
        .at(span, match resource {
            "cpu" => format!("`{amount}` is finer than a thousandth, the unit in which CPU is counted"),
            _ => format!("`{amount}` is not a whole number of bytes"),
        })
        .if(resource == "cpu").help("write whole thousandths: `1m`, `250m`")
        .if(resource != "cpu").help("write the unit: `512Mi`, `1.5Gi`");

    pub(crate) fn memory_volume_over_limit(
        path: &str, size: &str, limit: &str, mount: Span, memory: Span,
    ) = MemoryVolumeOverLimit
        .at(mount, "the memory volume at `{path}` may grow to {size}, and the container's memory to {limit}")
        .label("what is written here counts as the container's memory")
        .also(memory, "the limit")
        .help("raise the memory above {size}, or make the volume smaller");
}

pub(crate) fn gpu_without_requests(missing: &[&str], span: Span) -> Diagnostic {
    let (names, amounts): (Vec<_>, Vec<_>) = missing
        .iter()
        .map(|name| match *name {
            "cpu" => ("CPU", "cpu = 8"),
            _ => ("memory", "memory = 64Gi"),
        })
        .unzip();
    let message = format!(
        "a container with a GPU does not set its {}",
        names.join(" and ")
    );
    let help = format!(
        "set how much it needs: `{}`; or give defaults in a profile",
        amounts.join(", ")
    );
    Code::GpuWithoutRequests
        .at(span, message)
        .note("the scheduler reserves none for it")
        .help(help)
}

// Raw fields.

messages! {
    pub(crate) fn raw_has_attribute(field: &str, attribute: &str, span: Span) = RawFieldHasAttribute
        .at(span, "`{field}` is set by the attribute `{attribute}`")
        .help("write `{attribute}` instead of the raw field");

    pub(crate) fn unknown_raw(field: &str, of: &str, near: Option<&str>, span: Span) = UnknownRawField
        .at(span, "{of} has no field `{field}`")
        .did_you_mean(near)
        .if(near.is_none()).help("fields are written as in the target's own documentation");

    /// A raw field that is not what the schema expects; the outermost record has no name.
    pub(crate) fn invalid_raw(field: &str, expected: &str, span: Span) = InvalidRawField
        .at(span, match field {
            "" => format!("raw fields must be written as {expected} here"),
            field => format!("`{field}` expects {expected}"),
        })
        .if(field.is_empty()).help("write `{{ field = value }}`; the values in it may come from the run")
        .if(!field.is_empty()).help("give it {expected}");

    /// A text that a field does not accept.
    pub(crate) fn invalid_raw_text(
        field: &str, text: &str, expected: &str, near: Option<&str>, span: Span,
    ) = InvalidRawField
        .at(span, "`{field}` does not accept `{text}`")
        .if(let Some(near) = near).help("did you mean `{near}`? It accepts {expected}")
        .if(let Some(near) = near).suggest(span, "\"{near}\"")
        .if(near.is_none()).help("give it {expected}");

    /// A required field of an object.
    pub(crate) fn missing_raw(of: &str, field: &str, span: Span) = InvalidRawField
        .at(span, "`{of}` is missing the field `{field}`")
        .help("add `{field} = ...`");

    /// An object that has none of some fields of which it needs one.
    pub(crate) fn missing_choice(of: &str, fields: &[&str], span: Span) = InvalidRawField
        .at(span, "`{of}` has none of the fields {}", members(fields))
        .help("add exactly one of them");

    /// Two fields that exclude each other.
    pub(crate) fn raw_choices(first: &RawField, second: &RawField) = InvalidRawField
        .at(second.name_span, "`{}` excludes `{}`", first.name, second.name)
        .also(first.name_span, "`{}` is here", first.name)
        .help("keep one of the two");

    /// An operator of a selector that accepts other values.
    pub(crate) fn raw_operator(operator: &str, expected: &str, span: Span) = InvalidRawField
        .at(span, "the operator `{operator}` must have {expected}")
        .help("change the operator or the values");
}

/// `a`, `b` or `c`, in backticks.
pub(crate) fn members(names: &[&str]) -> String {
    let names: Vec<&str> = names
        .iter()
        .copied()
        .filter(|name| !name.is_empty())
        .collect();
    one_of(&names)
}
