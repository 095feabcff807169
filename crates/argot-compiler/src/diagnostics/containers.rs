//! Messages about containers: images, scripts, variables, names, mounts and amounts.

use argot_syntax::{Code, Diagnostic, Span, first_listed};

use super::invalid_value;
use crate::texts::{Explained, Mismatch, Rule};

messages! {
    pub(crate) fn invalid_image(text: &str, mismatch: &Mismatch, span: Span) = InvalidImage
        .at(span, "`{text}` is not an image reference: {}", mismatch.reason)
        .part(text, mismatch.at.clone())
        .help("write it as `registry/name:tag` or `registry/name@sha256:...`");

    pub(crate) fn interpolated_script(span: Span) = NotConstant
        .at(span, "a script has an interpolation")
        .note("values never become part of a program")
        .help("read the input from the environment variable of the same name, and write `\\${{` or a raw string r\"\"\"...\"\"\" for the shell's own `${{`");

    pub(crate) fn no_interpreter(span: Span) = NoInterpreter
        .at(span, "the script does not say what runs it")
        .help("add `command = [\"python3\"]`, a `#!` line, or a file ending such as `.py` or `.sh`");

    pub(crate) fn invalid_env_name(name: &str, span: Span) = InvalidEnvName
        .at(span, "`{name}` cannot be the name of an environment variable")
        .explained(Rule::env_name, name)
        .help("use letters, digits, `_`, `-` and `.`, and do not start with a digit");

    pub(crate) fn taken_env(name: &str, span: Span) = ConflictingNames
        .at(span, "a script's `{name}` would replace the environment's own")
        .note("in a script every input and output is an environment variable of the same name")
        .help("give it another name");

    pub(crate) fn env_is_input(name: &str, span: Span) = ConflictingNames
        .at(span, "`{name}` is also set in `env`")
        .note("in a script every input and output is an environment variable of the same name")
        .help("give one of them another name");

    pub(crate) fn invalid_pod_field(path: &str, span: Span) = InvalidValue
        .at(span, "`{path}` is not a field that a pod can read about itself")
        .help("use, for example, `metadata.name`, `metadata.labels['key']`, `spec.nodeName` or `status.podIP`");

    pub(crate) fn env_from_item(span: Span) = TypeMismatch
        .at(span, "an element of `env_from` is `secret(\"name\")` or `config(\"name\")`");

    pub(crate) fn invalid_data_key(name: &str, text: &str, span: Span) =
        invalid_value(name, "it can only have letters, digits, `-`, `_` and `.`", span)
        .explained(Rule::data_key, text);

    pub(crate) fn invalid_label_key(text: &str, span: Span) = InvalidLabel
        .at(span, "`{text}` is not a valid label key")
        .explained(Rule::label_key, text)
        .help("use `name` or `domain/name`, with at most 63 letters, digits, `-`, `_` or `.` in the name, starting and ending with a letter or digit");

    pub(crate) fn invalid_label_value(text: &str, span: Span) = InvalidLabel
        .at(span, "`{text}` is not a valid label value")
        .explained(Rule::label_value, text)
        .help("use at most 63 letters, digits, `-`, `_` or `.`, starting and ending with a letter or digit; an annotation can be any text");

    pub(crate) fn invalid_object_name(text: &str, span: Span) = InvalidObjectName
        .at(span, "`{text}` cannot be the name of a Kubernetes object")
        .explained(Rule::dns_subdomain, text)
        .help("use lowercase letters, digits, `-` or `.`, starting and ending with a letter or digit");

    pub(crate) fn invalid_container_name(text: &str, span: Span) = InvalidObjectName
        .at(span, "`{text}` cannot be the name of a container")
        .explained(Rule::dns_label, text)
        .help("use at most 63 lowercase letters, digits or `-`, starting and ending with a letter or digit");

    pub(crate) fn reserved_container_name(text: &str, span: Span) = InvalidObjectName
        .at(span, "`{text}` is the name of a container that every step has")
        .help("give it another name");

    pub(crate) fn invalid_mount(path: &str, reason: &str, span: Span) = InvalidMount
        .at(span, "nothing can be mounted at `{path}`: {reason}");

    pub(crate) fn duplicate_mount(path: &str, span: Span, first: Span) = InvalidMount
        .at(span, "two volumes are mounted at `{path}`")
        .also(first, "first here");

    pub(crate) fn claim_in_place(span: Span) = WrongKind
        .at(span, "a `claim` is made for a run, not for a step")
        .help("declare it in the pipeline, `volume data = claim(...)`, and accept it as an input of type `volume`; for a claim of this step alone, use `ephemeral(...)`");

    pub(crate) fn volume_is_alias(calls: &[&str], span: Span) = TypeMismatch
        .at(span, "`volume` must create a volume here")
        .help("write one of {}", first_listed(calls));

    pub(crate) fn request_over_limit(request: &str, limit: &str, span: Span) = RequestOverLimit
        .at(span, "the request {request} exceeds the limit {limit}")
        .help("write `{limit}..{request}`: the request comes first");

    pub(crate) fn request_over_known_limit(request: &str, limit: &str, span: Span) = RequestOverLimit
        .at(span, "the request {request} exceeds the limit {limit}")
        .help("use a request that is not larger than the limit");

    pub(crate) fn fractional_device(name: &str, found: &str, span: Span) = FractionalDevice
        .at(span, "`{name}` must be a whole number, found {found}")
        .help("to request a part of a GPU, use `gpu_slice = \"1g.10gb\"`");

    pub(crate) fn device_range(name: &str, span: Span) = FractionalDevice
        .at(span, "`{name}` cannot have a request that differs from its limit")
        .help("devices are not shared: give one number");

    pub(crate) fn invalid_toleration(reason: &str, span: Span) = InvalidToleration
        .at(span, "this toleration is not valid: {reason}");

    pub(crate) fn toleration_member(
        what: &str, found: &str, members: &[&str], near: Option<&str>, span: Span,
    ) = InvalidToleration
        .at(span, "the `{what}` of a toleration is one of {}, not `{found}`", first_listed(members))
        .did_you_mean_string(near);

    /// An address that matches no rule. `text` is empty if parts of it are known only during the run.
    pub(crate) fn unread_location(text: &str, mismatch: &Mismatch, span: Span) = invalid_location(&mismatch.reason, span)
        .part(text, mismatch.at.clone());

    pub(crate) fn invalid_location(reason: &str, span: Span) = InvalidLocation
        .at(span, "this is not the address of an artifact: {reason}");

    pub(crate) fn unwritten_output(name: &str, span: Span) = UnwrittenOutput
        .at(span, "the program is never told where to write `{name}`")
        .help("pass it `{name}.path` in `args` or `env`");

    pub(crate) fn unwritten_list(name: &str, span: Span) = UnwrittenOutput
        .at(span, "the program is never told where to write `{name}`")
        .note("the program puts the elements into the folder `.path`, and lists their names, as JSON, in the file `.names`")
        .help("pass it `{name}.path` and `{name}.names` in `args` or `env`");
}

pub(crate) fn rounded_amount(resource: &str, amount: &str, span: Span) -> Diagnostic {
    if resource == "cpu" {
        let message =
            format!("`{amount}` is finer than a thousandth, the unit in which CPU is counted");
        return Code::InvalidQuantity
            .at(span, message)
            .note("Kubernetes would round it up")
            .help("write whole thousandths: `1m`, `250m`");
    }
    let diagnostic =
        Code::InvalidQuantity.at(span, format!("`{amount}` is not a whole number of bytes"));
    match amount.strip_suffix('m') {
        Some(number) => diagnostic
            .note("the suffix `m` means a thousandth")
            .did_you_mean(Some(&format!("{number}Mi"))),
        None => diagnostic.help("write the unit: `512Mi`, `1.5Gi`"),
    }
}

/// A list of records has an element that is not a record.
pub(crate) fn not_records(name: &str, fields: &[&str], span: Span) -> Diagnostic {
    if name == "tolerations" {
        let reason = "a toleration is a record: `{ key = \"...\", operator = \"Exists\" }`";
        return invalid_toleration(reason, span);
    }
    let first = fields.first().copied().unwrap_or_default();
    let reason = format!("each element is a record: `{{ {first} = ... }}`");
    invalid_value(name, &reason, span)
}
