//! Every diagnostic about a project file.

use argot_compiler::{ReadError, suggest};
use argot_syntax::{Code, Diagnostic, MAX_SOURCE_BYTES, Span, listed};

messages! {
    pub(super) fn not_toml(file: &str, problem: &str, span: Option<Span>) = InvalidProjectFile
        .maybe_at(span, "`{file}` is not TOML: {problem}");

    pub(super) fn unreadable(file: &str, problem: &str) = InvalidProjectFile
        .global("`{file}` cannot be read: {problem}");

    pub(super) fn missing_setting(path: &str, name: &str, example: &str, span: Span) = InvalidSetting
        .at(span, "`{path}` does not set its `{name}`")
        .help("add `{example}`");

    pub(super) fn invalid_setting(path: &str, expected: &str, problem: &str, span: Span) = InvalidSetting
        .at(span, "`{path}` is not valid: {problem}")
        .label("expected {expected}");

    pub(super) fn invalid_toleration(path: &str, problem: &str, span: Span) = InvalidSetting
        .at(span, "`{path}` is not valid: {problem}");

    /// A version is one digit away from many others, none of which is meant.
    pub(super) fn no_member(path: &str, text: &str, all: &[&str], span: Span) = InvalidSetting
        .at(span, "`{path}` cannot be `{text}`")
        .note("it is one of {}", listed(all))
        .if(text.contains(|c: char| c.is_ascii_alphabetic())).did_you_mean_string(suggest(text, all.iter().copied()));

    pub(super) fn invalid_key(path: &str, name: &str, problem: &str, span: Span) = InvalidSetting
        .at(span, "`{name}` cannot be a key of `{path}`: {problem}");

    pub(super) fn circle(names: &[&str], span: Span) = InvalidSetting
        .at(span, "profiles extend each other in a circle: {}", names.join(" -> "))
        .help("remove one `extends`");

    pub(super) fn unknown_default_pool(path: &str, name: &str, known: &[&str], span: Span) = InvalidSetting
        .at(span, "there is no node pool `{name}`")
        .if(known.is_empty()).note("the profile has no node pools")
        .if(!known.is_empty()).note("the node pools of the profile are {}", listed(known))
        .help(near_or(name, known, format!("add a table `[{path}.node_pools.{name}]`")));

    pub(super) fn unused_param(profile: &str, name: &str, known: &[&str], span: Span) = UnusedSetting
        .at(span, "the profile `{profile}` sets `{name}`, but no pipeline of the project has such a parameter")
        .help(near_or(name, known, "remove it, or add the parameter to a pipeline".to_owned()));
}

/// Help for a name that does not exist: a known one that is near, or what else to do.
fn near_or(name: &str, known: &[&str], otherwise: String) -> String {
    match suggest(name, known.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => otherwise,
    }
}

pub(super) fn refused(file: &str, error: &ReadError) -> Diagnostic {
    let diagnostic = unreadable(file, &error.to_string());
    match error {
        ReadError::OutsideProject => diagnostic
            .note("a link leads out of the project, and only files in the project are read")
            .help("put the file itself into the project"),
        ReadError::TooLarge => diagnostic.help(format!(
            "a file can have at most {} MiB",
            MAX_SOURCE_BYTES / 1024 / 1024
        )),
        _ => diagnostic.help("create a TOML file there; an empty one is enough"),
    }
}

/// The name of a table in messages.
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
    let message = format!("{} has no setting `{name}`", table(path));
    let diagnostic = Code::UnknownSetting.at(span, message);
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
        _ => format!("its settings are {}", listed(known)),
    });
    if near.is_some() {
        return diagnostic.did_you_mean(near);
    }
    if matches!(path, "" | "project") && of_profiles.contains(&name) {
        return diagnostic.help(format!(
            "`{name}` is a setting of a profile: `[profile.NAME]`"
        ));
    }
    diagnostic
}

pub(super) fn wrong_type(path: &str, expected: &str, found: &str, span: Span) -> Diagnostic {
    let diagnostic = Code::InvalidSetting
        .at(span, format!("`{path}` must be {expected}, not {found}"))
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
        Asked::Flag => Code::UnknownProfile.global(message),
        Asked::Setting(path, span) => Code::UnknownProfile
            .at(*span, message)
            .label(format!("`{path}` sets it")),
    };
    let Some(file) = file else {
        return diagnostic
            .note("profiles are defined in `argot.toml`, and there is none in the folder of the source or above it")
            .help(format!("create an `argot.toml` with a table `[profile.{name}]`"));
    };
    let note = match known {
        [] => format!("`{file}` has no profiles"),
        known => format!("the profiles of `{file}` are {}", listed(known)),
    };
    let otherwise = format!("add a table `[profile.{name}]`");
    diagnostic.note(note).help(near_or(name, known, otherwise))
}
