//! Messages about files and imports.

use argot_syntax::{Code, Diagnostic, Span};

use crate::ReadError;
use crate::limits::chain;

/// Why a path does not refer to a file of the project.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PathProblem {
    /// It is absolute.
    Absolute,
    /// It does not start with `./` or `../`.
    NotRelative,
    /// It leads out of the project.
    OutsideProject,
    /// It is empty, ends with `/` or contains a backslash.
    Malformed,
}

messages! {
    pub(crate) fn empty_file(path: &str) = EmptyFile
        .global("`{path}` contains nothing to compile")
        .help("a pipeline starts with `pipeline name() {{ ... }}`");

    pub(crate) fn not_text(path: &str, at: usize) = NotText
        .global("`{path}` is not UTF-8 text: byte {at} is not part of a character")
        .help("save it as UTF-8");

    pub(crate) fn file_not_text(path: &str, at: usize, span: Span) = NotText
        .at(span, "`{path}` is not UTF-8 text: byte {at} is not part of a character")
        .help("only text can be put into a pipeline; keep other files in the image or in a bucket");

    pub(crate) fn import_is_not_plain(span: Span) = NotConstant
        .at(span, "the path of an import has an interpolation")
        .help("write the path out");

    pub(crate) fn import_cycle(circle: &[&str], span: Span) = ImportCycle
        .at(span, "files import each other in a circle: {}", chain(circle))
        .label("this import closes the circle")
        .help("move the shared definitions into a file of their own");

    pub(crate) fn unknown_import(name: &str, path: &str, span: Span, near: Option<&str>) = UnknownImport
        .at(span, "`{path}` does not define `{name}`")
        .did_you_mean(near);

    pub(crate) fn private_import(name: &str, span: Span) = PrivateImport
        .at(span, "`{name}` is private to its file")
        .help("a name that starts with `_` cannot be imported; rename it there");
}

pub(crate) fn unreadable_file(path: &str, error: &ReadError, span: Option<Span>) -> Diagnostic {
    let code = match error {
        ReadError::TooLarge => Code::FileTooLarge,
        ReadError::OutsideProject => Code::OutsideProject,
        _ => Code::UnreadableFile,
    };
    let message = format!("`{path}` cannot be read: {error}");
    let diagnostic = code.maybe_at(span, message);
    match error {
        ReadError::NotFound if span.is_some() => {
            diagnostic.help("a path is relative to the file that it is written in")
        }
        ReadError::TooLarge => diagnostic.help(format!(
            "a file can have at most {} MiB",
            argot_syntax::MAX_SOURCE_BYTES / 1024 / 1024
        )),
        ReadError::OutsideProject => diagnostic
            .note("a link leads out of the project, and only files in the project are read")
            .help("put the file itself into the project"),
        _ => diagnostic,
    }
}

/// `is_written` says that the path is a literal in plain quotes, neither named nor computed.
pub(crate) fn bad_path(
    path: &str,
    problem: PathProblem,
    is_written: bool,
    span: Span,
) -> Diagnostic {
    let diagnostic = |reason: &str| Code::OutsideProject.at(span, format!("`{path}` {reason}"));
    match problem {
        PathProblem::Absolute => {
            diagnostic("is an absolute path").help("write a path that starts with `./` or `../`")
        }
        PathProblem::NotRelative => {
            let diagnostic = diagnostic("does not start with `./` or `../`")
                .help(format!("write `./{path}` for a file next to this one"));
            if !is_written || path.contains("://") {
                return diagnostic;
            }
            // After the quote.
            let start = Span {
                start: span.start + 1,
                ..span
            };
            diagnostic.fix(start.before(), "./")
        }
        PathProblem::OutsideProject => diagnostic("leads out of the project")
            .note("the project is the folder of `argot.toml`, or of the compiled file if there is none")
            .help("put an `argot.toml` into the folder that contains all files of the project"),
        PathProblem::Malformed => {
            diagnostic("is not the path of a file").help("separate folders with `/`")
        }
    }
}
