//! What is left when a signal ends `argot` while it writes.

#![cfg(unix)]

use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::support::{HELLO, Sandbox};

/// Waits until something is so.
fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let start = Instant::now();
    while !is_so() {
        assert!(start.elapsed() < Duration::from_secs(60), "{what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// Starts to write three files, the middle one into a pipe that nobody reads. When all that can be prepared is there,
/// `argot` waits, and nothing has been replaced.
fn waiting(sandbox: &Sandbox, mut command: Command) -> Child {
    assert!(
        sandbox
            .in_folder("mkfifo")
            .arg("out/b.yaml")
            .status()
            .unwrap()
            .success()
    );
    let child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    until("it does not write", || {
        let written = fs::read_dir(sandbox.path("out")).unwrap().filter(|entry| {
            let entry = entry.as_ref().unwrap();
            entry.file_name().as_encoded_bytes().starts_with(b".argot-")
                && entry.metadata().is_ok_and(|found| found.len() > 0)
        });
        written.count() == 2
    });
    child
}

const ARGUMENTS: [&str; 6] = ["compile", "a.argot", "b.argot", "c.argot", "-o", "out"];

fn sandbox() -> Sandbox {
    Sandbox::new()
        .file("a.argot", HELLO.replace("hello", "a"))
        .file("b.argot", HELLO.replace("hello", "b"))
        .file("c.argot", HELLO.replace("hello", "c"))
        .file("out/c.yaml", "old")
}

fn kill(child: &Child, signal: &str) {
    let id = child.id().to_string();
    let mut kill = Command::new("kill");
    assert!(kill.args([signal, &id]).status().unwrap().success());
}

#[test]
fn what_was_begun_is_removed() {
    for (name, signal) in [("-INT", 2), ("-TERM", 15), ("-HUP", 1), ("-QUIT", 3)] {
        let sandbox = sandbox();
        let mut command = sandbox.command();
        command.args(ARGUMENTS);
        let mut child = waiting(&sandbox, command);
        kill(&child, name);
        // A program that `nohup` or a shell without job control has started in the background ignores some signals.
        until("it goes on: are signals ignored here?", || {
            child.try_wait().unwrap().is_some()
        });
        let output = child.wait_with_output().unwrap();
        // Shells show this as 130 and 143.
        assert_eq!(output.status.signal(), Some(signal), "{output:?}");
        assert_eq!(sandbox.names("out"), ["b.yaml", "c.yaml"]);
        assert_eq!(sandbox.read("out/c.yaml"), "old");
    }
}

#[test]
fn a_shell_sees_the_usual_status() {
    for (name, status) in [("-INT", 130), ("-TERM", 143)] {
        let sandbox = sandbox();
        let argot = env!("CARGO_BIN_EXE_argot");
        let mut command = sandbox.in_folder("sh");
        let inner = format!("echo $$ > id; exec '{argot}' {}", ARGUMENTS.join(" "));
        command.args(["-c", "sh -c \"$1\"; echo $? > status", "sh", &inner]);
        let shell = waiting(&sandbox, command);
        let id = sandbox.read("id");
        let mut kill = Command::new("kill");
        assert!(kill.args([name, id.trim()]).status().unwrap().success());
        shell.wait_with_output().unwrap();
        assert_eq!(sandbox.read("status"), format!("{status}\n"));
        assert_eq!(sandbox.names("out"), ["b.yaml", "c.yaml"]);
    }
}

/// Whoever starts a program may want it to ignore a signal, as `nohup` does.
#[test]
fn an_ignored_signal_stays_ignored() {
    let sandbox = sandbox();
    let argot = env!("CARGO_BIN_EXE_argot");
    let mut command = sandbox.in_folder("sh");
    let script = format!("trap '' HUP; exec '{argot}' {}", ARGUMENTS.join(" "));
    command.args(["-c", &script]);
    let child = waiting(&sandbox, command);
    kill(&child, "-HUP");
    fs::read(sandbox.path("out/b.yaml")).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{output:?}");
    assert_eq!(sandbox.names("out"), ["a.yaml", "b.yaml", "c.yaml"]);
}

/// What comes of a run that cannot replace the last of its files.
fn with_a_folder_in_the_way(sandbox: &Sandbox) -> std::process::Output {
    let mut command = sandbox.command();
    command.args(ARGUMENTS);
    let child = waiting(sandbox, command);
    // It was a file when `argot` looked, and is a folder when it wants to replace it.
    fs::remove_file(sandbox.path("out/c.yaml")).unwrap();
    fs::create_dir(sandbox.path("out/c.yaml")).unwrap();
    fs::read(sandbox.path("out/b.yaml")).unwrap();
    child.wait_with_output().unwrap()
}

/// Until the last file is ready, none has been replaced; a rename that fails is undone with all before it.
#[test]
fn a_file_that_cannot_be_replaced_leaves_all_as_they_were() {
    let sandbox = sandbox().file("out/a.yaml", "old a");
    let before = fs::metadata(sandbox.path("out/a.yaml")).unwrap();
    let output = with_a_folder_in_the_way(&sandbox);
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(
        String::from_utf8(output.stderr).unwrap(),
        "error: cannot write `out/c.yaml`: is a directory\n"
    );
    assert_eq!(sandbox.names("out"), ["a.yaml", "b.yaml", "c.yaml"]);
    assert_eq!(sandbox.read("out/a.yaml"), "old a");
    use std::os::unix::fs::MetadataExt;
    let after = fs::metadata(sandbox.path("out/a.yaml")).unwrap();
    assert_eq!(after.ino(), before.ino(), "it is the very file");
}

#[test]
fn a_new_file_goes_where_another_cannot_be_replaced() {
    let sandbox = sandbox();
    let output = with_a_folder_in_the_way(&sandbox);
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(sandbox.names("out"), ["b.yaml", "c.yaml"]);
}
