//! Passes values that earlier steps left in files into a command line or environment.
//!
//! A Job is constant, whatever its steps output. If a container needs a value that only the run knows, a shell script
//! starts its program. The script is a constant and reads the value from its file as a single text, so a value can
//! never become code. It is started as `sh FILE` from a ConfigMap, in which the kubelet expands nothing. Its own
//! variables start with `argot_`; all others are for the program.

use std::fmt::Write;

use argot_compiler::{Output, Type};

/// A part of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Piece {
    /// A constant.
    Text(String),
    /// The content of a file, less one line break at its end.
    File {
        /// Its path in the container.
        path: String,
        /// Whether it is part of JSON, as a string.
        quoted: bool,
    },
    /// A constant that differs from turn to turn.
    Item {
        /// Which list of constants: see [`Turns::items`](super::flat::Turns).
        list: usize,
        /// Whether it is part of JSON.
        json: bool,
    },
    /// The namespace of the pod.
    Namespace,
}

/// The environment variable that holds the namespace of the pod.
pub(crate) const NAMESPACE: &str = "ARGOT_NAMESPACE";

/// A text, as a sequence of parts.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Text(pub(crate) Vec<Piece>);

impl Text {
    /// A constant.
    pub(crate) fn constant(text: impl Into<String>) -> Self {
        Self(vec![Piece::Text(text.into())])
    }

    /// Adds a part; constants side by side become one.
    pub(crate) fn push(&mut self, piece: Piece) {
        match (self.0.last_mut(), piece) {
            (Some(Piece::Text(before)), Piece::Text(text)) => before.push_str(&text),
            (_, piece) => self.0.push(piece),
        }
    }

    /// Whether a script has to put it together.
    pub(crate) fn needs_script(&self) -> bool {
        let is_late = |piece: &Piece| matches!(piece, Piece::File { .. } | Piece::Item { .. });
        self.0.iter().any(is_late)
    }

    /// Whether the namespace of the pod is a part of it.
    pub(crate) fn has_namespace(&self) -> bool {
        self.0.contains(&Piece::Namespace)
    }
}

/// A program that a script starts.
#[derive(Debug, Default)]
pub(crate) struct Start<'a> {
    /// The name of the task.
    pub(crate) task: &'a str,
    /// The environment variables that the script sets.
    pub(crate) env: Vec<(&'a str, &'a Text)>,
    /// The program and its arguments.
    pub(crate) command: Vec<&'a Text>,
    /// The constants of each turn, as texts and as JSON.
    pub(crate) items: Vec<Vec<(String, String)>>,
    /// What comes before the program: see [`outputs`].
    pub(crate) before: Vec<String>,
}

/// The script that starts a program which has to leave outputs.
pub(crate) const OUTPUTS: &str = include_str!("outputs.sh");

/// The words that start a program which has to leave these outputs, with the script at this path.
pub(crate) fn outputs<'a>(path: &str, outputs: impl Iterator<Item = &'a Output>) -> Vec<String> {
    let mut words = vec!["sh".to_owned(), path.to_owned()];
    for output in outputs {
        let is = match &output.ty {
            Type::Bool => "-b",
            ty if ty.is_artifact() => "-e",
            _ => "-f",
        };
        words.extend([is.to_owned(), output.name.clone()]);
    }
    words.push("--".to_owned());
    words
}

const VALUE: &str = r#"
# Takes the text of a file into $argot_text, less one line break at its end.
value() {
    if [ ! -f "$1" ]; then
        echo "argot: there is no file $1: the step that should have written it has not" >&2
        exit 1
    fi
    argot_text=$(cat "$1" && echo x)
    argot_text=${argot_text%x}
    argot_text=${argot_text%"$argot_line"}
}
"#;

/// Splits and rejoins whole texts. Cutting them off piece by piece would take a shell minutes.
const QUOTE: &str = r#"
# Writes a text as a string of JSON.
# shellcheck disable=SC1003,SC2086,SC2141
quote() (
    LC_ALL=C
    set -f
    IFS=\\
    set -- $1.
    text=$(printf '%s\\\\' "$@")
    IFS=\"
    set -- ${text%??}
    text=$(printf '%s\\"' "$@")
    text=${text%???} before=\"
    printf '%s\n' "$text" | while IFS= read -r line; do
        printf %s "$before"
        before='\n'
        while :; do
            case $line in
                *[[:cntrl:]]*) ;;
                *) break ;;
            esac
            good=${line%%[[:cntrl:]]*}
            line=${line#"$good"}
            printf '%s\\u%04x' "$good" "'${line%"${line#?}"}"
            line=${line#?}
        done
        printf %s "$line"
    done
    printf \"
)
"#;

impl Start<'_> {
    /// The script.
    pub(crate) fn script(&self) -> String {
        let texts = || {
            self.env
                .iter()
                .map(|(_, text)| *text)
                .chain(self.command.iter().copied())
        };
        let pieces: Vec<&Piece> = texts().flat_map(|text| &text.0).collect();
        let mut files: Vec<(&str, bool)> = Vec::new();
        let mut items: Vec<(usize, bool)> = Vec::new();
        for piece in pieces {
            match piece {
                Piece::File { path, quoted } if !files.contains(&(path, *quoted)) => {
                    files.push((path, *quoted));
                }
                Piece::Item { list, json } if !items.contains(&(*list, *json)) => {
                    items.push((*list, *json));
                }
                _ => {}
            }
        }
        let mut out = String::from("#!/bin/sh\n");
        // Writing to a text does not fail.
        let _ = writeln!(
            out,
            "# Starts the program of `{}` with values that were left in files.\nset -eu\ntrap 'exit 143' TERM",
            self.task
        );
        if !files.is_empty() {
            out.push_str("argot_line='\n'\n");
            out.push_str(VALUE);
        }
        if files.iter().any(|(_, quoted)| *quoted) {
            out.push_str(QUOTE);
        }
        out.push('\n');
        for (index, (path, quoted)) in files.iter().enumerate() {
            let text = match quoted {
                true => r#"$(quote "$argot_text")"#,
                false => "$argot_text",
            };
            let _ = writeln!(out, "value {}; argot_{}={text}", word(path), index + 1);
        }
        self.write_items(&items, &mut out);
        let part = |piece: &Piece| match piece {
            Piece::Text(text) => word(text),
            Piece::Namespace => format!("\"${NAMESPACE}\""),
            Piece::File { path, quoted } => {
                let index = files
                    .iter()
                    .position(|file| *file == (path.as_str(), *quoted));
                format!("\"$argot_{}\"", index.unwrap_or_default() + 1)
            }
            Piece::Item { list, json } => {
                let index = items.iter().position(|item| item == &(*list, *json));
                format!("\"$argot_i{}\"", index.unwrap_or_default() + 1)
            }
        };
        let whole = |text: &Text| match text.0.as_slice() {
            [] => "''".to_owned(),
            pieces => pieces.iter().map(part).collect(),
        };
        for (name, text) in &self.env {
            let _ = writeln!(out, "export {name}={}", whole(text));
        }
        out.push_str("exec");
        for text in &self.before {
            let _ = write!(out, " {}", word(text));
        }
        for text in &self.command {
            let _ = write!(out, " {}", whole(text));
        }
        out.push('\n');
        out
    }

    fn write_items(&self, items: &[(usize, bool)], out: &mut String) {
        let Some(count) = items
            .iter()
            .filter_map(|(list, _)| self.items.get(*list).map(Vec::len))
            .max()
        else {
            return;
        };
        out.push_str("case $JOB_COMPLETION_INDEX in\n");
        for turn in 0..count {
            let _ = write!(out, "    {turn})");
            for (index, (list, json)) in items.iter().enumerate() {
                let found = self.items.get(*list).and_then(|list| list.get(turn));
                let text = found.map_or("", |(text, as_json)| if *json { as_json } else { text });
                let _ = write!(out, " argot_i{}={}", index + 1, word(text));
            }
            out.push_str(" ;;\n");
        }
        out.push_str("esac\n");
    }
}

/// A text as one word of the shell.
pub(crate) fn word(text: &str) -> String {
    let is_bare = !text.is_empty()
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "_-./:,@%+".contains(c));
    match is_bare {
        true => text.to_owned(),
        false => format!("'{}'", text.replace('\'', r"'\''")),
    }
}

/// Variables that belong to a shell: where `sh` is bash, they cannot be set or do not keep their value.
const OF_SHELLS: &[&str] = &[
    "_",
    "BASHOPTS",
    "BASHPID",
    "BASH_VERSINFO",
    "DIRSTACK",
    "EUID",
    "FUNCNAME",
    "GROUPS",
    "HISTCMD",
    "IFS",
    "LINENO",
    "OPTIND",
    "POSIXLY_CORRECT",
    "PPID",
    "RANDOM",
    "SECONDS",
    "SHELLOPTS",
    "UID",
];

/// Whether a shell can set a variable of this name for a program.
pub(crate) fn is_variable(name: &str) -> bool {
    name.chars()
        .next()
        .is_some_and(|c| c.is_ascii_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        && !name.starts_with("argot_")
        && !OF_SHELLS.contains(&name)
}
