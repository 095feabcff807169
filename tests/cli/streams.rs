//! Which text goes where, and what happens when nobody reads it.

use std::io;
use std::process::Stdio;

use crate::support::{HELLO, MISTAKE, Run, Sandbox, WARNING};

const WHOLE_COMMANDS: [&str; 10] = [
    "compile hello.argot",
    "compile hello.argot -o /dev/stdout",
    "check hello.argot --format json",
    "dump hello.argot --stage program",
    "config",
    "explain",
    "completions zsh",
    "--help",
    "compile --help",
    "--version",
];

/// As with `cat`, a shell with `pipefail` sees that not all was read, and nothing is said of it.
#[cfg(unix)]
#[test]
fn a_reader_that_goes_away_ends_the_program_in_silence() {
    let sandbox = Sandbox::new().file("hello.argot", HELLO);
    for arguments in WHOLE_COMMANDS {
        let (reader, writer) = io::pipe().unwrap();
        drop(reader);
        let output = sandbox
            .command()
            .args(arguments.split(' '))
            .stdout(writer)
            .stderr(Stdio::piped())
            .output()
            .unwrap();
        let run = Run::from(output);
        assert_eq!(run.status, Some(141), "{arguments}: {run:#?}");
        assert!(!run.stderr.contains("error:"), "{run:#?}");
    }
}

/// The standard library would take it for an output that takes everything.
#[cfg(unix)]
#[test]
fn an_output_that_cannot_be_written_is_an_error() {
    let sandbox = Sandbox::new().file("hello.argot", HELLO);
    for arguments in WHOLE_COMMANDS {
        let output = sandbox
            .command()
            .args(arguments.split(' '))
            .stdout(std::fs::File::open("/dev/null").unwrap())
            .stderr(Stdio::piped())
            .output()
            .unwrap();
        let run = Run::from(output).fails();
        let said = "error: cannot write to standard output: bad file descriptor\n";
        assert!(run.stderr.ends_with(said), "{arguments}: {run:#?}");
    }
}

/// What writes nothing needs no output.
#[cfg(unix)]
#[test]
fn an_output_that_is_not_used_may_be_anything() {
    let sandbox = Sandbox::new().file("hello.argot", HELLO);
    for arguments in ["check hello.argot", "compile hello.argot -o out.yaml"] {
        let output = sandbox
            .command()
            .args(arguments.split(' '))
            .stdout(std::fs::File::open("/dev/null").unwrap())
            .stderr(Stdio::piped())
            .output()
            .unwrap();
        Run::from(output).passes();
    }
}

#[test]
fn nobody_has_to_read_the_messages() {
    let sandbox = Sandbox::new()
        .file("mistake.argot", MISTAKE)
        .file("warning.argot", WARNING);
    for (arguments, status) in [
        ("compile mistake.argot", 1),
        ("compile warning.argot", 0),
        ("check warning.argot", 0),
        ("compile nowhere.argot", 2),
        ("compile --nonsense", 2),
    ] {
        let (reader, writer) = io::pipe().unwrap();
        drop(reader);
        let output = sandbox
            .command()
            .args(arguments.split(' '))
            .stderr(writer)
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(status), "{arguments}");
    }
}

#[test]
fn messages_are_plain_where_no_terminal_reads_them() {
    let sandbox = Sandbox::new().file("x.argot", MISTAKE);
    assert!(!sandbox.run("compile x.argot").stderr.contains('\u{1b}'));
    assert!(
        sandbox
            .run("compile x.argot --color always")
            .stderr
            .contains('\u{1b}')
    );
    assert!(
        !sandbox
            .run("--color never compile x.argot")
            .stderr
            .contains('\u{1b}')
    );
}

#[test]
fn standard_output_is_never_coloured() {
    let sandbox = Sandbox::new()
        .file("hello.argot", HELLO)
        .env("CLICOLOR_FORCE", "1");
    let plain = sandbox.run("compile hello.argot").stdout;
    sandbox
        .run("compile hello.argot --color always")
        .stdout_is(&plain);
    assert!(!plain.contains('\u{1b}'));
}
