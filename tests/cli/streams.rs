//! Which text goes where, and what happens when nobody reads it.

use std::io;
use std::process::Stdio;

use crate::support::{HELLO, MISTAKE, Run, Sandbox, WARNING};

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let sandbox = Sandbox::new().file("hello.argot", HELLO);
    for arguments in [
        "compile hello.argot",
        "check hello.argot --format json",
        "dump hello.argot --stage program",
        "explain",
        "completions zsh",
        "--help",
        "compile --help",
        "--version",
    ] {
        let (reader, writer) = io::pipe().unwrap();
        drop(reader);
        let output = sandbox
            .command()
            .args(arguments.split(' '))
            .stdout(writer)
            .stderr(Stdio::piped())
            .output()
            .unwrap();
        let run = Run::from(output).passes();
        assert!(!run.stderr.contains("error:"), "{run:#?}");
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
