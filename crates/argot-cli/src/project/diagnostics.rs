//! Every diagnostic about a project file.

use argot_compiler::{ReadError, suggest};
use argot_syntax::{Code, Diagnostic, MAX_SOURCE_BYTES, Span};

fn list(names: &[&str]) -> String {
    names
        .iter()
        .map(|name| format!("`{name}`"))
        .collect::<Vec<_>>()
        .join(", ")
}

pub(super) fn not_toml(file: &str, problem: &str, span: Option<Span>) -> Diagnostic {
    let message = format!("`{file}` is not TOML: {problem}");
    match span {
        Some(span) => Diagnostic::new(Code::InvalidProjectFile, span, message),
        None => Diagnostic::global(Code::InvalidProjectFile, message),
    }
}

pub(super) fn unreadable(file: &str, problem: &str) -> Diagnostic {
    Diagnostic::global(
        Code::InvalidProjectFile,
        format!("`{file}` cannot be read: {problem}"),
    )
}

pub(super) fn refused(file: &str, error: &ReadError) -> Diagnostic {
    let diagnostic = unreadable(file, &error.to_string());
    match error {
        ReadError::OutsideProject => diagnostic
            .note("a link leads there, and only what lies in the project is read")
            .help("put the file itself into the project"),
        ReadError::TooLarge => diagnostic.help(format!(
            "a file may have {} MiB",
            MAX_SOURCE_BYTES / 1024 / 1024
        )),
        _ => diagnostic.help("put a file of TOML there; an empty one is enough"),
    }
}

/// How a table is called in messages.
fn table(path: &str) -> String {
    match path {
        "" => "a project file".to_owned(),
        path => format!("`{path}`"),
    }
}

pub(super) fn unknown_setting(
    path: &str,
    name: &str,
    near: Option<&str>,
    known: &[&str],
    of_profiles: &[&str],
    span: Span,
) -> Diagnostic {
    let diagnostic = Diagnostic::new(
        Code::UnknownSetting,
        span,
        format!("{} has no setting `{name}`", table(path)),
    );
    if path == "lint"
        && let Some(code) = Code::find(name)
    {
        return match code.is_lint() {
            true => diagnostic
                .help(format!("`{name}` is called `{}` here", code.id()))
                .suggest(span, code.id()),
            false => diagnostic
                .label("this is an error, and always reported")
                .help("only warnings have levels"),
        };
    }
    let diagnostic = diagnostic.note(match path {
        "lint" => "its settings are the names of warnings, which `argot explain` lists".to_owned(),
        _ => format!("its settings are {}", list(known)),
    });
    if let Some(near) = near {
        return diagnostic
            .help(format!("did you mean `{near}`?"))
            .suggest(span, near);
    }
    if matches!(path, "" | "project") && of_profiles.contains(&name) {
        return diagnostic.help(format!(
            "`{name}` is a setting of a profile: `[profile.NAME]`"
        ));
    }
    diagnostic
}

pub(super) fn missing_setting(path: &str, name: &str, example: &str, span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::InvalidSetting,
        span,
        format!("`{path}` does not say its `{name}`"),
    )
    .help(format!("add `{example}`"))
}

pub(super) fn wrong_type(path: &str, expected: &str, found: &str, span: Span) -> Diagnostic {
    let diagnostic = Diagnostic::new(
        Code::InvalidSetting,
        span,
        format!("`{path}` takes {expected}, not {found}"),
    )
    .label(format!("this is {found}"));
    let is_scalar = matches!(
        found,
        "a whole number" | "a number" | "a truth value" | "a date or time"
    );
    let wants_text = !expected.starts_with("a table")
        && !expected.starts_with("a quantity")
        && !matches!(expected, "a list" | "`true` or `false`" | "a whole number");
    match (expected, found) {
        _ if is_scalar && wants_text => diagnostic.help("write it in quotes"),
        ("a list", "a text") => diagnostic.help("write it in brackets: `[\"...\"]`"),
        ("`true` or `false`", "a text") => diagnostic.help("write it without quotes"),
        _ => diagnostic,
    }
}

pub(super) fn invalid_setting(path: &str, expected: &str, problem: &str, span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::InvalidSetting,
        span,
        format!("`{path}` is not valid: {problem}"),
    )
    .label(format!("{expected} is wanted here"))
}

pub(super) fn invalid_toleration(path: &str, problem: &str, span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::InvalidSetting,
        span,
        format!("`{path}` is not valid: {problem}"),
    )
}

pub(super) fn no_member(path: &str, text: &str, all: &[&str], span: Span) -> Diagnostic {
    let diagnostic = Diagnostic::new(
        Code::InvalidSetting,
        span,
        format!("`{path}` cannot be `{text}`"),
    )
    .note(format!("it is one of {}", list(all)));
    // A version is one digit away from many others, none of which is meant.
    let near = suggest(text, all.iter().copied());
    match near.filter(|_| text.contains(|c: char| c.is_ascii_alphabetic())) {
        Some(near) => diagnostic
            .help(format!("did you mean `{near}`?"))
            .suggest(span, format!("\"{near}\"")),
        None => diagnostic,
    }
}

pub(super) fn invalid_key(path: &str, name: &str, problem: &str, span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::InvalidSetting,
        span,
        format!("`{name}` cannot be a key of `{path}`: {problem}"),
    )
}

/// Where a profile was asked for.
pub(super) enum Asked<'a> {
    /// By `--profile`.
    Flag,
    /// By a setting.
    Setting(&'a str, Span),
}

pub(super) fn unknown_profile(
    name: &str,
    known: &[&str],
    file: Option<&str>,
    asked: &Asked<'_>,
) -> Diagnostic {
    let message = format!("there is no profile `{name}`");
    let diagnostic = match asked {
        Asked::Flag => Diagnostic::global(Code::UnknownProfile, message),
        Asked::Setting(path, span) => Diagnostic::new(Code::UnknownProfile, *span, message)
            .label(format!("`{path}` asks for it")),
    };
    let Some(file) = file else {
        return diagnostic
            .note("profiles stand in `argot.toml`, and there is none in the folder of the source or above it")
            .help(format!("make an `argot.toml` with a table `[profile.{name}]`"));
    };
    let diagnostic = match known {
        [] => diagnostic.note(format!("`{file}` has no profiles")),
        known => diagnostic.note(format!("the profiles of `{file}` are {}", list(known))),
    };
    match suggest(name, known.iter().copied()) {
        Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
        None => diagnostic.help(format!("add a table `[profile.{name}]`")),
    }
}

pub(super) fn circle(names: &[&str], span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::InvalidSetting,
        span,
        format!(
            "profiles extend each other in a circle: {}",
            names.join(" -> ")
        ),
    )
    .help("take one `extends` out")
}

pub(super) fn unknown_default_pool(
    path: &str,
    name: &str,
    known: &[&str],
    span: Span,
) -> Diagnostic {
    let diagnostic = Diagnostic::new(
        Code::InvalidSetting,
        span,
        format!("there is no node pool `{name}`"),
    );
    let diagnostic = match known {
        [] => diagnostic.note("the profile has no node pools"),
        known => diagnostic.note(format!("the node pools of the profile are {}", list(known))),
    };
    match suggest(name, known.iter().copied()) {
        Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
        None => diagnostic.help(format!("add a table `[{path}.node_pools.{name}]`")),
    }
}

pub(super) fn unused_param(profile: &str, name: &str, known: &[&str], span: Span) -> Diagnostic {
    let diagnostic = Diagnostic::new(
        Code::UnusedSetting,
        span,
        format!(
            "the profile `{profile}` gives a value to `{name}`, and no pipeline of the project has such a parameter"
        ),
    );
    match suggest(name, known.iter().copied()) {
        Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
        None => diagnostic.help("take it out, or add the parameter to a pipeline"),
    }
}
