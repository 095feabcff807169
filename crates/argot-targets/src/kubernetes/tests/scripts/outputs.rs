//! The script that stays with a program which has to leave outputs.

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::process::Command;

use super::{Folder, shells};
use crate::kubernetes::values::OUTPUTS;

/// The script that starts a program and checks its outputs, which are looked for in a folder of the test.
fn checks(folder: &Folder) -> String {
    let text = OUTPUTS.replace("/argot/outputs", folder.0.join("outputs").to_str().unwrap());
    fs::create_dir_all(folder.0.join("outputs")).unwrap();
    folder.write("outputs.sh", &text)
}

/// A program that has to leave the value `n` and the artifact `data`, as a script.
fn checked(shell: &[&str], script: &str, program: &str) -> Command {
    let mut command = Command::new(shell[0]);
    command.args(&shell[1..]).args([
        script, "-f", "n", "-e", "data", "--", "sh", "-c", program, "name", "a  b", "*",
    ]);
    command
}

#[test]
fn a_step_that_leaves_no_output_fails() {
    for shell in shells() {
        let folder = Folder::new();
        let script = checks(&folder);
        let outputs = folder.0.join("outputs");
        let at = outputs.to_str().unwrap();
        let both = format!("echo 1 >{at}/n; mkdir {at}/data");
        let missing = |name: &str| {
            format!(
                "argot: there is no file {at}/{name}: the step has ended well, but has not written it\n"
            )
        };
        for (program, code, error) in [
            (
                format!("{both}; [ $# = 2 ] && [ \"$1\" = 'a  b' ]"),
                0,
                String::new(),
            ),
            (format!("echo 1 >{at}/n"), 1, missing("data")),
            (format!("mkdir {at}/data"), 1, missing("n")),
            // A value is a file.
            (format!("mkdir {at}/data {at}/n"), 1, missing("n")),
            (String::new(), 1, missing("n") + &missing("data")),
            // The program's own status counts first.
            ("exit 7".to_owned(), 7, String::new()),
            (format!("{both}; exit 3"), 3, String::new()),
            ("exec nowhere 2>&-".to_owned(), 127, String::new()),
            ("kill -KILL $$".to_owned(), 137, String::new()),
        ] {
            let _ = fs::remove_dir_all(&outputs);
            fs::create_dir_all(&outputs).unwrap();
            let output = checked(shell, &script, &program).output().unwrap();
            // Some shells say in their own words that a program was killed.
            let said = String::from_utf8_lossy(&output.stderr);
            let own = said
                .split_inclusive('\n')
                .filter(|line| line.starts_with("argot: "));
            assert_eq!(
                (output.status.code(), own.collect::<String>().as_str()),
                (Some(code), error.as_str()),
                "{shell:?}: {program}"
            );
        }
    }
}

#[test]
fn a_bool_is_read_as_programs_write_it() {
    for shell in shells() {
        let folder = Folder::new();
        let script = checks(&folder);
        let file = folder.0.join("outputs/b");
        for (written, read) in [
            ("true", Some("true")),
            ("True\n", Some("true")),
            (" TRUE", Some("true")),
            ("\n\t1 \r\n", Some("true")),
            ("false\n", Some("false")),
            ("False", Some("false")),
            ("FALSE ", Some("false")),
            ("0", Some("false")),
            ("", None),
            ("yes", None),
            ("2", None),
            ("true false", None),
            ("\"true\"", None),
        ] {
            fs::write(&file, written).unwrap();
            let mut command = Command::new(shell[0]);
            command
                .args(&shell[1..])
                .args([&script, "-b", "b", "--", "sh", "-c", ":"]);
            let output = command.output().unwrap();
            let said = String::from_utf8_lossy(&output.stderr);
            let (code, text) = match read {
                Some(text) => (0, text),
                None => (1, written),
            };
            assert_eq!(
                output.status.code(),
                Some(code),
                "{shell:?}: {written:?}: {said}"
            );
            assert_eq!(
                fs::read_to_string(&file).unwrap(),
                text,
                "{shell:?}: {written:?}"
            );
            assert_eq!(
                said.contains("says neither true nor false"),
                code != 0,
                "{said}"
            );
        }
    }
}

#[test]
fn the_program_has_the_standard_input() {
    for shell in shells() {
        let folder = Folder::new();
        let script = checks(&folder);
        let at = folder.0.join("outputs");
        let at = at.to_str().unwrap();
        let input = folder.write("input", "hello\n");
        let program = format!("mkdir {at}/data; cat >{at}/n; ! (: >&3) 2>&-");
        let status = checked(shell, &script, &program)
            .stdin(fs::File::open(input).unwrap())
            .status()
            .unwrap();
        assert_eq!(status.code(), Some(0), "{shell:?}");
        assert_eq!(
            fs::read_to_string(format!("{at}/n")).unwrap(),
            "hello\n",
            "{shell:?}"
        );
    }
}

/// Sends signals to the script once its program says that it is there; the status and what the program has said.
fn signalled(
    shell: &[&str],
    script: &str,
    program: &str,
    signals: &[&str],
) -> (Option<i32>, String) {
    let mut child = checked(shell, script, program)
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let mut out = BufReader::new(child.stdout.take().unwrap());
    let mut said = String::new();
    out.read_line(&mut said).unwrap();
    assert_eq!(said, "there\n", "{shell:?}");
    said.clear();
    for signal in signals {
        let sent = Command::new("kill")
            .args(["-s", signal, &child.id().to_string()])
            .status()
            .unwrap();
        assert!(sent.success());
        // The program says something to each, so that none comes while another is told.
        if signals.len() > 1 {
            out.read_line(&mut said).unwrap();
        }
    }
    out.read_to_string(&mut said).unwrap();
    (child.wait().unwrap().code(), said)
}

#[test]
fn signals_reach_the_program() {
    let wait = "while :; do sleep 0.05; done";
    for shell in shells() {
        let folder = Folder::new();
        let script = checks(&folder);
        let at = folder.0.join("outputs");
        let at = at.to_str().unwrap();
        for (program, signals, expected) in [
            // It ends by the signal.
            (
                format!("echo there; {wait}"),
                &["TERM"][..],
                (Some(143), ""),
            ),
            (format!("echo there; {wait}"), &["HUP"], (Some(129), "")),
            // It ends by itself, as it sees fit.
            (
                format!("trap 'echo bye; exit 5' TERM; echo there; {wait}"),
                &["TERM"],
                (Some(5), "bye\n"),
            ),
            (
                format!("trap 'echo 1 >{at}/n; mkdir {at}/data; exit 0' TERM; echo there; {wait}"),
                &["TERM"],
                (Some(0), ""),
            ),
            // It goes on.
            (
                format!(
                    "trap 'echo one' USR1; trap 'echo two' USR2; trap 'echo bye; exit 9' TERM; echo there; {wait}"
                ),
                &["USR1", "USR2", "USR1", "TERM"],
                (Some(9), "one\ntwo\none\nbye\n"),
            ),
        ] {
            let (code, said) = signalled(shell, &script, &program, signals);
            assert_eq!((code, said.as_str()), expected, "{shell:?}: {program}");
        }
    }
}
