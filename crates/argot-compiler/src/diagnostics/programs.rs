//! Messages about text that programs read: code on command lines, and scripts.

use argot_syntax::{Code, Diagnostic, Span};

use crate::programs::Language;

/// A value inside a text that something reads as code.
#[derive(Debug)]
pub(crate) enum Spliced {
    /// In an argument of a program.
    Argument(CodeWithValues),
    /// In a raw field that is YAML.
    Yaml(RawText),
    /// In a raw field that is an expression or a query.
    Raw(RawText),
}

/// Values inside an argument that a program reads as code.
#[derive(Debug)]
pub(crate) struct CodeWithValues {
    pub(crate) program: String,
    pub(crate) language: Language,
    /// For each value, the name of the input if it is one.
    pub(crate) names: Vec<Option<String>>,
    /// The text with the values replaced by `$1`, `$2` and so on, and the values.
    pub(crate) safe: Option<(String, Vec<String>)>,
    /// The span of the first value.
    pub(crate) at: Span,
    /// The spans of the other values.
    pub(crate) others: Vec<Span>,
}

/// A value inside the text of a raw field.
#[derive(Debug)]
pub(crate) struct RawText {
    pub(crate) field: String,
    /// The name of the input, if the value is one.
    pub(crate) name: Option<String>,
    pub(crate) span: Span,
}

impl Spliced {
    /// Whether the text is only a query, which cannot run a program.
    pub(crate) fn is_query(&self) -> bool {
        match self {
            Self::Argument(found) => {
                matches!(found.language, Language::Sed | Language::Jq | Language::Sql)
            }
            Self::Yaml(_) => false,
            Self::Raw(_) => true,
        }
    }
}

pub(crate) fn spliced(found: &Spliced) -> Diagnostic {
    let code = match found.is_query() {
        true => Code::ValueInQuery,
        false => Code::ValueBecomesCode,
    };
    match found {
        Spliced::Argument(found) => value_becomes_code(code, found),
        Spliced::Yaml(RawText { field, name, span }) => {
            value_in_yaml(field, name.as_deref(), *span)
        }
        Spliced::Raw(RawText { field, name, span }) => {
            value_in_raw_text(field, name.as_deref(), *span)
        }
    }
}

messages! {
    fn value_in_yaml(field: &str, name: Option<&str>, span: Span) = ValueBecomesCode
        .at(span, "{} would become part of the YAML in `{field}`", value_of(name))
        .label("a line break or `: ` in it changes what the YAML says")
        .help("write it as JSON, which is YAML, without quotes around it: `${{json({})}}`", name.unwrap_or("x"));

    fn value_in_raw_text(field: &str, name: Option<&str>, span: Span) = ValueInQuery
        .at(span, "{} becomes part of the code in `{field}`", value_of(name))
        .label("a quote or an operator in it changes what the code says")
        .help("use a constant, or an `int`, or let a component check the value");

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

fn value_becomes_code(code: Code, found: &CodeWithValues) -> Diagnostic {
    let (language, reads) = described(found.language);
    let program = &found.program;
    let name = found.names.first().and_then(Option::as_deref);
    let value = value_of(name);
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

/// A value, by the name of the input if it is one.
fn value_of(name: Option<&str>) -> String {
    name.map_or_else(|| "a value".to_owned(), |name| format!("`{name}`"))
}
