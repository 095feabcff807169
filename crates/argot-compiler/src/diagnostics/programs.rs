//! Messages about text that programs read: code on command lines, and scripts.

use argot_syntax::{Code, Diagnostic, Span};

use crate::programs::Language;

/// Values inside a text that a program reads as code.
pub(crate) struct Spliced<'a> {
    pub(crate) program: &'a str,
    pub(crate) language: Language,
    /// For each value, the name of the input if it is one.
    pub(crate) names: &'a [Option<&'a str>],
    /// The text with the values replaced by `$1`, `$2` and so on, and the values.
    pub(crate) safe: Option<(String, Vec<String>)>,
    /// The span of the first value.
    pub(crate) at: Span,
    /// The spans of the other values.
    pub(crate) others: Vec<Span>,
}

messages! {
    pub(crate) fn value_in_yaml(field: &str, name: Option<&str>, span: Span) = ValueBecomesCode
        .at(span, "{} would become part of the YAML in `{field}`", name.map_or_else(|| "a value".to_owned(), |name| format!("`{name}`")))
        .label("a line break or `: ` in it changes what the YAML says")
        .help("write it as JSON, which is YAML, without quotes around it: `${{json({})}}`", name.unwrap_or("x"));

    pub(crate) fn value_in_raw_text(field: &str, name: Option<&str>, span: Span) = ValueInQuery
        .at(span, "{} becomes part of the code in `{field}`", name.map_or_else(|| "a value".to_owned(), |name| format!("`{name}`")))
        .label("a quote or an operator in it changes what the code says")
        .help("use a constant, or an `int`, or let a component check the value");

    /// An input that the script never names. `variable` is how the script would refer to it.
    pub(crate) fn unread_by_script(name: &str, variable: &str, span: Span) = UnusedParameter
        .at(span, "the input `{name}` is never used")
        .label("the script never reads the variable `{name}`")
        .help("read it as `{variable}`, remove it, or name it `_{name}` to show that this is intended");

    /// An output that the script never names. `variable` is how the script would refer to it.
    pub(crate) fn unwritten_by_script(name: &str, variable: &str, span: Span) = UnwrittenOutput
        .at(span, "the script never writes `{name}`")
        .label("the script never reads the variable `{name}`, which has the path of this output")
        .help("write the output to the file `{variable}`");

    /// Like [`unwritten_by_script`], for a list of artifacts.
    pub(crate) fn unwritten_list_of_script(name: &str, folder: &str, names: &str, span: Span) = UnwrittenOutput
        .at(span, "the script never writes `{name}`")
        .help("put the elements into the folder `{folder}`, and list their names, as JSON, in the file `{names}`");

    /// `$(NAME)` for a variable of the same container. `value` is the name of the variable's value, if it has one; `shell`
    /// is the command line for a shell.
    pub(crate) fn unexpanded_variable(
        name: &str, value: Option<&str>, is_code: bool, shell: Option<&str>, span: Span,
    ) = UnexpandedVariable
        .at(span, "`$({name})` is not replaced by the variable `{name}`")
        .label("the program receives these characters")
        .help(match (value, shell) {
            _ if is_code => format!("write `${name}`, which the shell reads"),
            (Some(value), _) => format!("use the value itself: `{value}` or `${{{value}}}`"),
            (None, Some(shell)) => format!("let a shell read the variable: `command = [\"sh\", \"-c\", r\"exec {shell}\"]`"),
            (None, None) => format!("let a shell read the variable: `command = [\"sh\", \"-c\", r\"exec ... ${name}\"]`"),
        });
}

/// The name of a language, and how programs in it read an argument.
fn described(language: Language) -> (&'static str, &'static str) {
    match language {
        Language::Shell => ("shell", "`$1`"),
        Language::PowerShell => ("PowerShell", "`$env:NAME`"),
        Language::Python => ("Python", "`sys.argv[1]`"),
        Language::Perl => ("Perl", "`$ARGV[0]`"),
        Language::Ruby => ("Ruby", "`ARGV[0]`"),
        Language::JavaScript => ("JavaScript", "`process.argv[1]`"),
        Language::Php => ("PHP", "`$argv[1]`"),
        Language::Lua => ("Lua", "`os.getenv(\"NAME\")`"),
        Language::R => ("R", "`commandArgs(TRUE)[1]`"),
        Language::Julia => ("Julia", "`ARGS[1]`"),
        Language::Awk => ("awk", "`ENVIRON[\"NAME\"]`"),
        Language::Sed => ("sed", ""),
        Language::Jq => ("jq", "`$NAME`"),
        Language::Sql => ("SQL", ""),
    }
}

pub(crate) fn value_becomes_code(found: &Spliced<'_>) -> Diagnostic {
    let (language, reads) = described(found.language);
    let program = found.program;
    let name = found.names.first().copied().flatten();
    let value = name.map_or_else(|| "a value".to_owned(), |name| format!("`{name}`"));
    let code = match found.language {
        Language::Sed | Language::Jq | Language::Sql => Code::ValueInQuery,
        _ => Code::ValueBecomesCode,
    };
    let message = format!("{value} would become part of {language} code");
    let mut diagnostic = code
        .at(found.at, message)
        .label(format!("`{program}` reads this as code"));
    for other in &found.others {
        diagnostic = diagnostic.also(*other, "and this");
    }
    let x = name.unwrap_or("x");
    let env = format!("`env = {{ NAME = {x} }}`");
    diagnostic.help(match found.language {
        Language::Shell => {
            let (text, values) = match &found.safe {
                Some((text, values)) => (text.clone(), values.join(", ")),
                None => ("... $1 ...".to_owned(), x.to_owned()),
            };
            format!("pass it as an argument: `[\"sh\", \"-c\", r\"{text}\", \"--\", {values}]`")
        }
        Language::Python
        | Language::Perl
        | Language::Ruby
        | Language::JavaScript
        | Language::Php
        | Language::R
        | Language::Julia => {
            let dashes = match found.language {
                Language::Python | Language::R | Language::Julia => "",
                _ => "\"--\", ",
            };
            format!(
                "pass it as an argument after the code, `[..., {dashes}{x}]`, and read it with {reads}"
            )
        }
        Language::PowerShell | Language::Lua | Language::Awk => {
            format!("pass it as a variable, {env}, and read it with {reads}")
        }
        Language::Jq => format!("pass it with `\"--arg\", \"NAME\", {x}`, and read it with {reads}"),
        Language::Sed | Language::Sql => format!(
            "pass it as a variable, {env}, and let a `script` quote it for {language}"
        ),
    })
}
