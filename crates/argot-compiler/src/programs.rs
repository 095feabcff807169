//! Programs that accept code on their command line, and where on it the code is.
//!
//! Each row of [`PROGRAMS`] follows the manual page of that program. It lists the options that introduce code, and the
//! other options that have a value, so the value is not mistaken for an operand.

use crate::{Container, Context, Expr, ExprKind, Input, TaskValue};

/// A language that programs read on their command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Language {
    Shell,
    PowerShell,
    Python,
    Perl,
    Ruby,
    JavaScript,
    Php,
    Lua,
    R,
    Julia,
    Awk,
    Sed,
    Jq,
    Sql,
}

/// Which arguments are code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Code {
    /// The first operand, if the options include this letter: `sh -euc CODE`.
    OperandAfter(char),
    /// The values of these letters: `perl -ne CODE`.
    Letters(&'static str),
    /// The argument after one of these words: `node --eval CODE`.
    Words,
    /// The same, also after operands: `psql database -c CODE`.
    WordsAnywhere,
    /// All arguments after one of these words: `pwsh -Command CODE...`.
    AllAfterWords,
    /// The first operand: `awk CODE`.
    Operand,
}

/// A program that accepts code on its command line.
struct Program {
    /// Its names; a version may follow: `python3.12`.
    names: &'static [&'static str],
    language: Language,
    code: Code,
    /// Words whose next argument is code; with `=` the rest of the word.
    words: &'static [&'static str],
    /// Letters whose value is the rest of the argument or, if that is empty, the next one.
    valued: &'static str,
    /// Letters whose value is the rest of the argument, which may be empty.
    attached: &'static str,
    /// Words with this many values.
    skipped: &'static [(&'static str, usize)],
    /// Letters after which no argument is code: `python -m`.
    ends: &'static str,
}

const NONE: Program = Program {
    names: &[],
    language: Language::Shell,
    code: Code::Words,
    words: &[],
    valued: "",
    attached: "",
    skipped: &[],
    ends: "",
};

#[rustfmt::skip]
const PROGRAMS: &[Program] = &[
    Program { names: &["sh", "bash", "dash", "ash", "zsh", "ksh", "mksh", "fish", "rbash"],
        code: Code::OperandAfter('c'), valued: "oO",
        skipped: &[("--rcfile", 1), ("--init-file", 1)], ..NONE },
    Program { names: &["su", "flock", "script"], code: Code::WordsAnywhere, words: &["-c", "--command"], ..NONE },
    Program { names: &["pwsh", "powershell"], language: Language::PowerShell, code: Code::AllAfterWords,
        words: &["-c", "-command", "-commandwithargs", "-cwa"], ..NONE },
    Program { names: &["python", "pypy", "ipython"], language: Language::Python, code: Code::Letters("c"),
        valued: "WX", skipped: &[("--check-hash-based-pycs", 1)], ends: "m", ..NONE },
    Program { names: &["perl"], language: Language::Perl, code: Code::Letters("eE"), valued: "I",
        attached: "iFMmxCdD", ..NONE },
    Program { names: &["ruby"], language: Language::Ruby, code: Code::Letters("e"), valued: "rICE",
        attached: "iFxKWT", ..NONE },
    Program { names: &["node", "nodejs", "bun"], language: Language::JavaScript,
        words: &["-e", "--eval", "-p", "--print", "-pe"],
        skipped: &[("-r", 1), ("--require", 1), ("--import", 1), ("-C", 1), ("--conditions", 1)], ..NONE },
    Program { names: &["deno"], language: Language::JavaScript, words: &["eval"], ..NONE },
    Program { names: &["php"], language: Language::Php, words: &["-r", "-R", "-B", "-E", "--run",
        "--process-code", "--process-begin", "--process-end"], skipped: &[("-d", 1), ("-c", 1), ("-z", 1)], ..NONE },
    Program { names: &["lua", "luajit"], language: Language::Lua, code: Code::Letters("e"), valued: "l", ..NONE },
    Program { names: &["Rscript", "R"], language: Language::R, words: &["-e"], ..NONE },
    Program { names: &["julia"], language: Language::Julia, words: &["-e", "--eval", "-E", "--print"],
        skipped: &[("-p", 1), ("-t", 1), ("-C", 1), ("-J", 1), ("-L", 1), ("-H", 1)], ..NONE },
    Program { names: &["awk", "gawk", "mawk", "nawk"], language: Language::Awk, code: Code::Operand,
        valued: "Fv", skipped: &[("--assign", 1), ("--field-separator", 1)], ends: "fE", ..NONE },
    Program { names: &["sed", "gsed"], language: Language::Sed, code: Code::Operand, words: &["-e", "--expression"],
        valued: "l", attached: "i", ends: "f", ..NONE },
    Program { names: &["jq", "gojq", "jaq"], language: Language::Jq, code: Code::Operand, valued: "L",
        skipped: &[("--arg", 2), ("--argjson", 2), ("--slurpfile", 2), ("--rawfile", 2), ("--argfile", 2),
            ("--indent", 1)], ends: "f", ..NONE },
    Program { names: &["psql", "duckdb"], language: Language::Sql, code: Code::WordsAnywhere, words: &["-c", "--command"], ..NONE },
    Program { names: &["mysql", "mariadb"], language: Language::Sql, code: Code::WordsAnywhere, words: &["-e", "--execute"], ..NONE },
    Program { names: &["clickhouse-client"], language: Language::Sql, code: Code::WordsAnywhere, words: &["-q", "--query"], ..NONE },
];

/// Wrappers: programs that run another program given in their arguments.
const WRAPPERS: &[&str] = &[
    "env",
    "exec",
    "nohup",
    "nice",
    "ionice",
    "taskset",
    "timeout",
    "setsid",
    "stdbuf",
    "time",
    "tini",
    "dumb-init",
    "catatonit",
    "sudo",
    "doas",
    "su-exec",
    "gosu",
    "setpriv",
    "chroot",
    "unshare",
    "busybox",
    "toybox",
    "xargs",
    "find",
    "parallel",
    "strace",
    "ltrace",
    "conda",
    "mamba",
    "micromamba",
    "pixi",
    "uv",
    "poetry",
    "pipenv",
    "mpirun",
    "mpiexec",
    "srun",
    "nsenter",
    "kubectl",
    "docker",
    "podman",
    "flock",
    "retry",
    "xvfb-run",
    "catchsegv",
    "numactl",
];

/// An argument that a program reads as code.
#[derive(Debug)]
pub(crate) struct CodeArgument {
    /// The program, as written.
    pub(crate) program: String,
    pub(crate) language: Language,
    /// The index of the argument in the command line.
    pub(crate) index: usize,
}

/// The command line of a container.
pub(crate) fn argv(container: &Container) -> Vec<&Expr> {
    let parts = [container.command(), container.args()];
    parts.into_iter().flatten().flatten().collect()
}

/// Finds the arguments of a command line that programs read as code.
pub(crate) fn code(argv: &[&Expr]) -> Vec<CodeArgument> {
    let mut out = Vec::new();
    let mut from = 0;
    while let Some((name, program, first)) = argv.get(from..).and_then(head) {
        from += first;
        let arguments = argv.get(from..).unwrap_or_default();
        let (mut taken, end) = program.read(arguments);
        // The last option may lack its value.
        taken.retain(|index| *index < arguments.len());
        let through = matches!(program.code, Code::OperandAfter(_))
            && taken.iter().all(|index| {
                let text = arguments.get(*index).and_then(|code| code.as_str());
                text.is_some_and(|text| text.contains("$@") || text.contains("$*"))
            });
        out.extend(taken.into_iter().map(|index| CodeArgument {
            program: name.to_owned(),
            language: program.language,
            index: from + index,
        }));
        // `sh -c 'exec "$@"' -- python3 -c ...` runs the program after the script's name.
        if !through {
            break;
        }
        from += end + 2;
    }
    out
}

/// The language of the program that a command line starts, if the program is in the table.
pub(crate) fn language(argv: &[&str]) -> Option<Language> {
    let at = start(argv.iter().map(|word| Some(*word)))?;
    known(argv.get(at)?).map(|program| program.language)
}

/// The program that a command line starts, if it is in the table: its name, its row, and the index of its first
/// argument.
fn head<'a>(argv: &[&'a Expr]) -> Option<(&'a str, &'static Program, usize)> {
    let at = start(argv.iter().map(|expr| expr.as_str()))?;
    let name = argv.get(at)?.as_str()?;
    Some((name, known(name)?, at + 1))
}

/// The index of the first program that is in the table: the first word, or one after a wrapper.
fn start<'a>(mut words: impl Iterator<Item = Option<&'a str>>) -> Option<usize> {
    let first = words.next()??;
    let wrapped = || words.position(|word| word.is_some_and(|word| known(word).is_some()));
    match WRAPPERS.contains(&base(first)).then(wrapped).flatten() {
        Some(at) => Some(at + 1),
        None => known(first).map(|_| 0),
    }
}

fn base(program: &str) -> &str {
    program.rsplit('/').next().unwrap_or(program)
}

fn known(program: &str) -> Option<&'static Program> {
    let name = base(program);
    let plain = name.trim_end_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | '-'));
    PROGRAMS
        .iter()
        .find(|row| row.names.contains(&name) || row.names.contains(&plain))
}

/// The constant text with which an argument begins, and whether it is all of it.
fn prefix(expr: &Expr) -> (&str, bool) {
    match &expr.kind {
        ExprKind::Concat(parts) => {
            let text = parts.first().and_then(Expr::as_str).unwrap_or_default();
            (text, false)
        }
        _ => (expr.as_str().unwrap_or_default(), expr.value().is_some()),
    }
}

impl Program {
    /// The indexes of the arguments that are code, and of the last one that was read.
    fn read(&self, arguments: &[&Expr]) -> (Vec<usize>, usize) {
        let mut taken = Vec::new();
        let mut at = 0;
        let mut asked = matches!(self.code, Code::Operand);
        while let Some(argument) = arguments.get(at) {
            let here = at;
            let (text, is_whole) = prefix(argument);
            if let Some(word) = self.word(text) {
                if self.code == Code::AllAfterWords {
                    taken.extend(at + 1..arguments.len());
                    return (taken, arguments.len());
                }
                match text.len() > word.len() {
                    true => taken.push(here),
                    false => {
                        at += 1;
                        taken.push(at);
                    }
                }
                asked &= self.code != Code::Operand;
                at += 1;
                continue;
            }
            let is_option = text.len() > 1 && text.starts_with(['-', '+']) && text != "--";
            if !is_option && self.code == Code::WordsAnywhere {
                at += 1;
                continue;
            }
            if !is_option {
                if text == "--" && is_whole {
                    at += 1;
                }
                let is_code = asked && matches!(self.code, Code::Operand | Code::OperandAfter(_));
                taken.extend(is_code.then_some(at));
                break;
            }
            at += 1;
            if let Some((_, values)) = self.skipped.iter().find(|(name, _)| *name == text) {
                at += values;
                continue;
            }
            if text.starts_with("--") {
                continue;
            }
            let letters: Vec<char> = text.chars().skip(1).collect();
            for (index, letter) in letters.iter().enumerate() {
                let is_last = is_whole && index + 1 == letters.len();
                match self.code {
                    Code::OperandAfter(code) if code == *letter => asked = true,
                    // A shell reads the values of all its letters from the arguments that follow.
                    Code::OperandAfter(_) if self.valued.contains(*letter) => at += 1,
                    Code::Letters(code) if code.contains(*letter) => {
                        match is_last {
                            true => {
                                taken.push(at);
                                at += 1;
                            }
                            false => taken.push(here),
                        }
                        break;
                    }
                    _ if self.ends.contains(*letter) => return (taken, at),
                    _ if self.attached.contains(*letter) => break,
                    _ if self.valued.contains(*letter) => {
                        at += usize::from(is_last);
                        break;
                    }
                    _ => {}
                }
            }
        }
        (taken, at)
    }

    /// The word of the table that an argument equals, or begins with before a `=`.
    fn word(&self, text: &str) -> Option<&'static str> {
        let is_cased = self.language != Language::PowerShell;
        self.words.iter().copied().find(|word| {
            let (name, rest) = text.split_at_checked(word.len()).unwrap_or((text, ""));
            let same = match is_cased {
                true => name == *word,
                false => name.eq_ignore_ascii_case(word),
            };
            same && (rest.is_empty() || (word.starts_with("--") && rest.starts_with('=')))
        })
    }
}

/// The parts of an argument whose text is known only to the run or to whoever starts it.
///
/// Types do not matter: Argo passes on the output of a program or the value of `argo submit -p` without checking its
/// type. File paths and names generated by the system cannot be chosen by anyone.
pub(crate) fn open_parts(expr: &Expr) -> Vec<&Expr> {
    match &expr.kind {
        ExprKind::Error
        | ExprKind::Constant(_)
        | ExprKind::InputPath(_)
        | ExprKind::OutputPath(_)
        | ExprKind::OutputNames(_)
        | ExprKind::Task(TaskValue::Status(_) | TaskValue::Ip(_))
        | ExprKind::TaskStatus(_)
        | ExprKind::TaskIp(_)
        | ExprKind::Context(
            Context::RunName
            | Context::RunId
            | Context::RunNamespace
            | Context::RunCreated
            | Context::RunStatus
            | Context::RunDuration
            | Context::TaskName
            | Context::TaskAttempt,
        ) => Vec::new(),
        ExprKind::Concat(parts) => parts.iter().flat_map(open_parts).collect(),
        ExprKind::Choose {
            then, otherwise, ..
        } => [then, otherwise]
            .into_iter()
            .flat_map(|branch| open_parts(branch))
            .collect(),
        // One of the elements written in the source.
        ExprKind::Index { base, .. } if base.value().is_some() => Vec::new(),
        _ => vec![expr],
    }
}

/// The name of the input that a part is.
pub(crate) fn input_name<'a>(part: &Expr, inputs: &'a [Input]) -> Option<&'a str> {
    match part.kind {
        ExprKind::Input(id) => inputs.get(id.index()).map(|input| input.name.as_str()),
        _ => None,
    }
}

#[cfg(test)]
#[allow(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test that panics has failed"
)]
mod tests {
    use argot_syntax::Span;

    use super::{Language, code, language};
    use crate::Expr;

    /// The indexes of the arguments that are code.
    fn places(argv: &[&str]) -> Vec<usize> {
        let exprs: Vec<_> = argv
            .iter()
            .map(|text| Expr::text((*text).to_owned(), Span::default()))
            .collect();
        let argv: Vec<_> = exprs.iter().collect();
        code(&argv).iter().map(|code| code.index).collect()
    }

    #[test]
    fn where_code_is() {
        for (argv, expected) in [
            ("sh -c CODE -- a b", vec![2]),
            ("bash -lc CODE", vec![2]),
            ("/bin/bash -euxc CODE", vec![2]),
            ("bash -euo pipefail -c CODE name", vec![4]),
            ("bash -c -e CODE", vec![3]),
            ("bash +x -ceuo pipefail CODE", vec![4]),
            ("bash --norc -c CODE", vec![3]),
            ("bash --rcfile file -c CODE", vec![4]),
            ("bash script.sh -c a", vec![]),
            ("sh -s a", vec![]),
            ("env A=b bash -c CODE", vec![4]),
            ("/usr/bin/env -i sh -c CODE", vec![4]),
            ("timeout 5 sh -c CODE", vec![4]),
            ("tini -- python3.12 -u -c CODE a", vec![5]),
            ("busybox sh -c CODE", vec![3]),
            ("conda run -n base python -c CODE", vec![6]),
            ("python3 -c CODE a", vec![2]),
            ("python3 -W ignore -Ic CODE", vec![4]),
            ("python3 -cCODE", vec![1]),
            ("python3 -m tool -c a", vec![]),
            ("python3 train.py -c a", vec![]),
            ("perl -ne CODE file", vec![2]),
            ("perl -pi.bak -e CODE -e CODE", vec![3, 5]),
            ("ruby -r json -e CODE a", vec![4]),
            ("node -e CODE a", vec![2]),
            ("node --eval=CODE", vec![1]),
            ("node -pe CODE", vec![2]),
            ("node --require x -p CODE", vec![4]),
            ("deno eval CODE", vec![2]),
            ("php -d a=b -r CODE", vec![4]),
            ("Rscript --vanilla -e CODE", vec![3]),
            ("julia --project -E CODE", vec![3]),
            ("pwsh -NoLogo -Command a b", vec![3, 4]),
            ("awk -F , -v x=1 CODE file", vec![5]),
            ("awk -f prog a", vec![]),
            ("sed -n CODE file", vec![2]),
            ("sed -i -e CODE -e CODE file", vec![3, 5]),
            ("jq --arg a b -r CODE file", vec![5]),
            ("psql -h host -c CODE", vec![4]),
            ("su user -c CODE", vec![3]),
            ("train --shell bash -c a", vec![]),
            ("train -c a", vec![]),
        ] {
            let argv: Vec<&str> = expected_words(argv);
            assert_eq!(places(&argv), expected, "{argv:?}");
        }
        assert_eq!(
            places(&["sh", "-c", "exec \"$@\"", "--", "python3", "-c", "CODE"]),
            [2, 6]
        );
        assert_eq!(
            places(&["sh", "-c", "train \"$1\"", "--", "python3", "-c", "a"]),
            [2]
        );
    }

    fn expected_words(text: &str) -> Vec<&str> {
        text.split(' ').collect()
    }

    #[test]
    fn what_runs_a_script() {
        for (argv, expected) in [
            ("bash -eu", Some(Language::Shell)),
            ("/usr/local/bin/python3.13 -u", Some(Language::Python)),
            ("uv run python", Some(Language::Python)),
            ("torchrun", None),
        ] {
            let argv: Vec<&str> = argv.split(' ').collect();
            assert_eq!(language(&argv), expected, "{argv:?}");
        }
    }
}
