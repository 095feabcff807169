//! Finds the environment variables that a script reads by looking at its text.
//!
//! When in doubt, it assumes that the script reads everything. That applies to every program, module and command that
//! is not in the lists below.

use crate::programs::{Language, language};

/// Python modules that do not read the environment for a script.
#[rustfmt::skip]
const PLAIN_MODULES: &[&str] = &[
    "__future__", "abc", "argparse", "array", "ast", "asyncio", "base64", "bisect", "boto3", "botocore", "calendar",
    "collections", "concurrent", "contextlib", "copy", "csv", "cv2", "dataclasses", "datasets", "datetime", "decimal",
    "difflib", "duckdb", "enum", "fractions", "functools", "gc", "glob", "google", "gzip", "hashlib", "heapq", "html",
    "httpx", "inspect", "io", "itertools", "joblib", "json", "jsonlines", "keras", "lightgbm", "logging", "lzma", "math",
    "matplotlib", "mimetypes", "minio", "mlflow", "numbers", "numpy", "onnx", "onnxruntime", "operator", "os",
    "pandas", "pathlib", "pickle", "PIL", "platform", "polars", "pprint", "pyarrow", "queue", "random", "re",
    "requests", "scipy", "seaborn", "secrets", "sentence_transformers", "shutil", "signal", "sklearn", "skimage",
    "socket", "sqlalchemy", "sqlite3", "statistics", "statsmodels", "string", "struct", "sys", "tarfile", "tempfile",
    "tensorflow", "textwrap", "threading", "time", "timeit", "tokenizers", "torch", "torchaudio", "torchvision",
    "tqdm", "traceback", "transformers", "types", "typing", "unicodedata", "urllib", "urllib3", "uuid", "warnings",
    "xgboost", "xml", "yaml", "zipfile", "zlib", "zoneinfo",
];

/// Parts of Python code that may read variables it does not name, or run code that is not in the text.
#[rustfmt::skip]
const PYTHON_READS_ALL: &[&str] = &[
    "subprocess",
    "os.system",
    "os.exec",
    "os.spawn",
    "os.posix_spawn",
    "os.popen",
    "os.fork",
    "expandvars",
    "import_module",
    "__import__",
    "exec(",
    "eval(",
    "runpy",
    "/proc/",
    "from os import *",
    "getattr(os",
];

/// Shell words and programs that read only variables named in the script.
#[rustfmt::skip]
const PLAIN_COMMANDS: &[&str] = &[
    "", ":", "!", "[", "[[", "{", "}", "apk", "apt", "apt-get", "aws", "awk", "base64", "basename", "break", "bunzip2",
    "bzip2", "case", "cat", "cd", "chgrp", "chmod", "chown", "cmp", "command", "continue", "cp", "curl", "cut", "date",
    "dd", "df", "diff", "dirname", "dnf", "do", "done", "du", "echo", "egrep", "elif", "else", "esac", "exit", "export",
    "expr", "false", "fgrep", "fi", "for", "free", "function", "gawk", "gcloud", "git", "grep", "gsutil", "gunzip",
    "gzip", "head", "hostname", "id", "if", "in", "install", "join", "jq", "kill", "ln", "local", "ls", "mc", "md5sum",
    "mkdir", "mktemp", "mv", "nl", "nproc", "nvidia-smi", "od", "openssl", "paste", "pip", "pip3", "printf", "pwd",
    "read", "readlink", "readonly", "realpath", "return", "rm", "rmdir", "sed", "seq", "set", "sha1sum", "sha256sum",
    "sha512sum", "shift", "shuf", "sleep", "sort", "split", "stat", "sync", "tac", "tail", "tar", "tee", "test", "then",
    "time", "touch", "tr", "trap", "true", "truncate", "type", "uname", "uniq", "unset", "until", "unxz", "unzip", "wait",
    "wc", "wget", "while", "whoami", "xz", "yes", "yum", "zcat", "zip",
];

/// Words that make a shell, or a program it may run, read a variable by its bare name.
#[rustfmt::skip]
const READ_BY_NAME: &[&str] = &[
    "((", "$[", "[[", "let ", "-v ", "export", "readonly", "local", "printenv", "ENVIRON", "$ENV", "env.", "read ",
    "${!",
];

/// Parts of code in any other language that may read variables it does not name.
#[rustfmt::skip]
const OTHERS_READ_ALL: &[&str] = &[
    "import", "require", "include", "source", "load", "use ", "using ", "exec", "spawn", "system", "popen", "eval",
    "run(", "`", "getenv(", "envir", "object.", "/proc/",
];

/// The variables that a script reads.
pub(super) enum Reads<'a> {
    /// All variables, in a way that the text does not show.
    Any,
    /// The variables whose names occur in the text in this form.
    Named(Form, &'a str),
}

/// How a variable is named in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// `$name`, `${name}`.
    Dollar,
    /// `"name"`, `'name'`.
    Quoted,
    /// The bare word, anywhere.
    Word,
}

/// The variables that a script reads.
pub(super) fn reads<'a>(interpreter: &[String], text: &'a str) -> Reads<'a> {
    let words: Vec<&str> = interpreter.iter().map(String::as_str).collect();
    match language(&words) {
        Some(Language::Shell) if shell_reads_all(text) => Reads::Any,
        Some(Language::Shell) => match READ_BY_NAME.iter().any(|part| text.contains(part)) {
            true => Reads::Named(Form::Word, text),
            false => Reads::Named(Form::Dollar, text),
        },
        Some(Language::Python) if python_reads_all(text) => Reads::Any,
        Some(Language::Python) => Reads::Named(Form::Quoted, text),
        _ => {
            let small = text.to_ascii_lowercase();
            match OTHERS_READ_ALL.iter().any(|part| small.contains(part)) {
                true => Reads::Any,
                false => Reads::Named(Form::Word, text),
            }
        }
    }
}

/// How a script with this interpreter refers to an environment variable.
pub(super) fn variable(interpreter: &[String]) -> fn(&str) -> String {
    let words: Vec<&str> = interpreter.iter().map(String::as_str).collect();
    match language(&words) {
        Some(Language::Shell) => |name| format!("\"${name}\""),
        Some(Language::Python) => |name| format!("os.environ[\"{name}\"]"),
        Some(Language::JavaScript) => |name| format!("process.env.{name}"),
        Some(Language::Ruby | Language::Julia) => |name| format!("ENV[\"{name}\"]"),
        Some(Language::Perl) => |name| format!("$ENV{{{name}}}"),
        Some(Language::R) => |name| format!("Sys.getenv(\"{name}\")"),
        _ => |name| name.to_owned(),
    }
}

impl Reads<'_> {
    /// Whether a variable may be read.
    pub(super) fn has(&self, name: &str) -> bool {
        match self {
            Self::Any => true,
            Self::Named(form, text) => occurrences(text, name).any(|(before, after)| match form {
                Form::Word => true,
                Form::Dollar => {
                    before.ends_with('$') || before.ends_with("${") || before.ends_with("${#")
                }
                Form::Quoted => ['"', '\'']
                    .iter()
                    .any(|quote| before.ends_with(*quote) && after.starts_with(*quote)),
            }),
        }
    }
}

/// The texts before and after each occurrence of a word.
fn occurrences<'a>(text: &'a str, word: &'a str) -> impl Iterator<Item = (&'a str, &'a str)> {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices(word).filter_map(move |(at, _)| {
        let (before, rest) = text.split_at_checked(at)?;
        let after = rest.strip_prefix(word)?;
        (!before.ends_with(is_part) && !after.starts_with(is_part)).then_some((before, after))
    })
}

fn python_reads_all(text: &str) -> bool {
    if PYTHON_READS_ALL.iter().any(|part| text.contains(part)) {
        return true;
    }
    // An access is plain if the name is a literal: `os.environ["x"]`, `os.getenv("x")`.
    let is_literal = |rest: &str, opening: &str| {
        let rest = rest.trim_start().strip_prefix(opening).map(str::trim_start);
        rest.is_some_and(|rest| rest.starts_with(['"', '\'']) && !rest.starts_with("\"\"\""))
    };
    let is_import = |before: &str| {
        let line = before.rsplit('\n').next().unwrap_or_default();
        line.trim_start().starts_with("from os import")
    };
    let others = occurrences(text, "environ").any(|(before, after)| {
        !is_import(before)
            && !is_literal(after, "[")
            && !is_literal(after, ".get(")
            && !is_literal(after, ".pop(")
            && !is_literal(after, ".setdefault(")
    }) || occurrences(text, "getenv")
        .any(|(before, after)| !is_import(before) && !is_literal(after, "("))
        || text.contains("environb");
    others || text.lines().any(imports_unknown)
}

/// Whether a line of Python imports a module that is not in the list.
fn imports_unknown(line: &str) -> bool {
    let line = line.trim_start();
    let is_plain = |module: &str| {
        let first = module.split(['.', ' ', '\t', ';', '#']).next();
        first.is_some_and(|first| PLAIN_MODULES.contains(&first))
    };
    if let Some(rest) = line.strip_prefix("from ") {
        return !is_plain(rest.trim_start());
    }
    match line.strip_prefix("import ") {
        Some(rest) => !rest.split(',').all(|module| is_plain(module.trim_start())),
        None => false,
    }
}

fn shell_reads_all(text: &str) -> bool {
    if ["/proc/", "BASH_ENV", "declare", "typeset", "compgen"]
        .iter()
        .any(|part| text.contains(part))
    {
        return true;
    }
    // A here document may be in another language, but its lines are treated as commands.
    text.split(['\n', ';', '|', '&', '(', ')', '`'])
        .any(|piece| !is_plain_command(piece))
}

/// Whether the command at the start of a piece of a shell script is in the list.
fn is_plain_command(piece: &str) -> bool {
    let mut words = piece.split_whitespace().peekable();
    while let Some(word) = words.next() {
        if word.starts_with('#') {
            return true;
        }
        let is_assignment = word.split_once('=').is_some_and(|(name, _)| {
            !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_')
        });
        let leads = matches!(
            word,
            "if" | "then"
                | "else"
                | "elif"
                | "while"
                | "until"
                | "do"
                | "!"
                | "time"
                | "{"
                | "command"
        );
        if is_assignment || leads {
            continue;
        }
        // `set` without arguments prints all variables; so does `export -p`.
        let prints = match word {
            "set" => words.peek().is_none(),
            "export" | "readonly" => matches!(words.peek().copied(), None | Some("-p")),
            _ => false,
        };
        return !prints && PLAIN_COMMANDS.contains(&word);
    }
    true
}

#[cfg(test)]
mod tests {
    use super::reads;

    fn has(interpreter: &str, text: &str, name: &str) -> bool {
        let interpreter: Vec<String> = interpreter.split(' ').map(ToOwned::to_owned).collect();
        reads(&interpreter, text).has(name)
    }

    #[test]
    #[rustfmt::skip]
    fn what_reads_a_variable() {
        for (interpreter, text) in [
            ("sh", "echo 3 > $out"),
            ("sh", "echo 3 > \"${out}\""),
            ("bash -eu", "cp x ${out%/}"),
            ("bash", "echo ${#out}"),
            ("bash", "echo $((out + 1))"),
            ("bash", "x=out; echo ${!x}"),
            ("sh", "env"),
            ("sh", "set"),
            ("sh", "set | sort"),
            ("sh", "export -p"),
            ("sh", "printenv"),
            ("sh", ". ./lib.sh"),
            ("sh", "source lib.sh"),
            ("sh", "eval x"),
            ("sh", "exec ./main"),
            ("sh", "python3 main.py"),
            ("sh", "if x=1 /opt/tool; then echo 1; fi"),
            ("sh", "echo $(tool)"),
            ("sh", "python3 <<EOF\nimport main\nEOF"),
            ("sh", "awk 'BEGIN { print ENVIRON[\"out\"] }'"),
            ("python3", "import os\nopen(os.environ[\"out\"])"),
            ("python3", "import os\nopen(os.getenv('out'))"),
            ("python3 -u", "from os import environ\nopen(environ.get('out', 1))"),
            ("python3", "import os\nfor k in os.environ: print(k)"),
            ("python3", "import os\nopen(os.environ[name])"),
            ("python3", "import os\ne = os.environ"),
            ("python3", "import acme.train"),
            ("python3", "import os, subprocess"),
            ("python3", "from acme import main"),
            ("python3", "exec(open('x').read())"),
            ("uv run python", "import os\nprint(f\"{os.environ['out']}\")"),
            ("node", "process.env.out"),
            ("node", "const x = require('x')"),
            ("Rscript", "Sys.getenv(\"out\")"),
            ("tool", "out"),
        ] {
            assert!(has(interpreter, text, "out"), "{interpreter}: {text}");
        }
        for (interpreter, text) in [
            ("sh", "echo 3"),
            ("sh", "echo 3 > out"),
            ("sh", "echo $output ${outs} > /tmp/x; exit 0"),
            ("bash -euo pipefail", "set -e\nif [ -f x ]; then\n  cat x | head -n 1\nfi"),
            ("sh", "# a comment\nfor i in 1 2 3; do echo $i; done"),
            ("sh", "A=b\nexport A\necho $A"),
            ("python3", "print(3)"),
            ("python3", "import os, json\nprint(os.environ[\"n\"])"),
            ("python3", "import os\nimport numpy as np\nout = 3\nprint(out, os.getenv('n'))"),
            ("python3.12 -u", "from pathlib import Path\nPath('x').write_text('3')"),
            ("node", "console.log(3)"),
            ("Rscript", "print(3)"),
            ("tool", "output 3"),
        ] {
            assert!(!has(interpreter, text, "out"), "{interpreter}: {text}");
        }
    }
}
