//! What lies outside of a project, or is no file at all, and what a link to it comes to.

#![cfg(unix)]

use std::fs;
use std::os::unix::net::UnixListener;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::support::{HELLO, Run, Sandbox};

/// A word that nobody may get to see.
const SECRET: &str = "hunter2";

/// A pipeline that takes a step from another file.
const IMPORT: &str = "from \"./steps.argot\" import show\npipeline p() { show(text = \"x\") }\n";

/// Runs `argot`, which has to end by itself: what waits for a pipe would wait for ever.
fn run_within_time(mut command: Command) -> Run {
    let mut child = command
        .env("SECRET", SECRET)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let start = Instant::now();
    while child.try_wait().unwrap().is_none() {
        if start.elapsed() > Duration::from_secs(60) {
            child.kill().unwrap();
            panic!("{command:?} does not end");
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    let run = Run::from(child.wait_with_output().unwrap());
    assert!(
        !run.stderr.contains(SECRET) && !run.stdout.contains(SECRET),
        "{run:#?}"
    );
    run
}

fn run(sandbox: &Sandbox, arguments: &str) -> Run {
    let mut command = sandbox.command();
    command.args(arguments.split_whitespace());
    run_within_time(command)
}

/// A file with the secret in it, and a folder beside it with `hello.argot`.
fn beside(secret: &str) -> Sandbox {
    Sandbox::new()
        .file(secret, format!("{SECRET} = {SECRET}\n"))
        .file("project/hello.argot", HELLO)
}

fn pipe(sandbox: Sandbox, path: &str) -> Sandbox {
    let made = sandbox.in_folder("mkfifo").arg(path).status().unwrap();
    assert!(made.success());
    sandbox
}

#[test]
fn a_folder_is_searched_for_sources_of_the_project_alone() {
    for target in ["/proc/self/environ", "/etc/passwd", "../secret.txt"] {
        let sandbox = beside("secret.txt").link("project/x.argot", target);
        run(&sandbox, "check project --format short").finds().stderr_is(
            "error[outside-project]: `project/x.argot` cannot be read: it is outside the project\n\
             checked 2 files: 1 error\n",
        );
    }
}

#[test]
fn what_is_no_file_is_found_and_not_opened() {
    let sandbox = pipe(Sandbox::new().file("hello.argot", HELLO), "x.argot");
    let _socket = UnixListener::bind(sandbox.path("y.argot")).unwrap();
    let sandbox = sandbox.link("z.argot", "nowhere.argot");
    run(&sandbox, "check --format short").finds().stderr_is(
        "error[unreadable-file]: `x.argot` cannot be read: it is not a regular file\n\
         error[unreadable-file]: `y.argot` cannot be read: it is not a regular file\n\
         error[unreadable-file]: `z.argot` cannot be read: it is a link to nowhere\n\
         checked 4 files: 3 errors\n",
    );
    let sandbox = Sandbox::new().link("x.argot", "/dev/zero");
    run(&sandbox, "check --format short")
        .finds()
        .stderr_has("error[outside-project]: `x.argot` cannot be read: ");
}

#[test]
fn links_inside_of_the_project_are_followed() {
    let sandbox = Sandbox::new()
        .file("argot.toml", "")
        .file("lib/hello.argot", HELLO)
        .folder("jobs")
        .link("jobs/again.argot", "../lib/hello.argot");
    sandbox
        .run("check jobs")
        .passes()
        .stderr_is("checked 1 file: no errors\n");
    let real = sandbox.path("lib/hello.argot");
    sandbox
        .link("absolute.argot", real)
        .run("compile absolute.argot")
        .clean();
}

/// Without a project file, the project of a source is its own folder.
#[test]
fn without_a_project_file_a_link_stays_in_its_folder() {
    let sandbox = Sandbox::new()
        .file("lib/hello.argot", HELLO)
        .folder("jobs")
        .link("jobs/again.argot", "../lib/hello.argot");
    sandbox
        .run("check jobs --format short")
        .finds()
        .stderr_has("error[outside-project]: `jobs/again.argot` cannot be read: ");
    sandbox.file("argot.toml", "").run("check jobs").passes();
}

#[test]
fn links_to_folders_are_not_followed() {
    let sandbox = beside("secret.argot")
        .link("project/up", "..")
        .link("project/loop", ".")
        .link("project/away", "/proc/self")
        .link("project/folder.argot", "..");
    run(&sandbox, "check project")
        .passes()
        .stderr_is("checked 1 file: no errors\n");
}

/// The user has named it, and may not know that it is a link: it is read, and nothing of it is shown.
#[test]
fn nothing_is_shown_of_a_link_that_leads_out_of_the_project() {
    for format in ["human", "short", "json"] {
        for target in ["/proc/self/environ", "../secret.txt", "../mistake.argot"] {
            let sandbox = beside("secret.txt")
                .file("mistake.argot", format!("const x = 1 + {SECRET}\n"))
                .link("project/x.argot", target);
            for command in ["compile", "check", "dump --stage ast"] {
                let arguments = format!("{command} project/x.argot --format {format}");
                run(&sandbox, &arguments).passes_not();
            }
        }
    }
    let sandbox = beside("secret.txt").link("project/x.argot", "../secret.txt");
    run(&sandbox, "compile project/x.argot").finds().stderr_has(
        "error[E0101 syntax-error]: the text is not valid Argot (`project/x.argot`, line 1, column 1)\n",
    );
    // What was written in the project is shown, wherever the current folder is.
    let sandbox = sandbox.file("project/mistake.argot", "const x = y\n");
    let mut command = sandbox.command();
    command.current_dir("/").arg("check");
    let run = run_within_time({
        command.arg(sandbox.path("project/mistake.argot"));
        command
    });
    run.passes_not().stderr_has("const x = y");
}

#[test]
fn a_project_file_is_a_file_of_the_project() {
    for target in ["/proc/self/environ", "/etc/passwd", "../secret.toml"] {
        let sandbox = beside("secret.toml").link("project/argot.toml", target);
        for command in [
            "check project",
            "compile project/hello.argot",
            "config project",
        ] {
            run(&sandbox, command).passes_not().stderr_has(
                "error[E0901 invalid-project-file]: `project/argot.toml` cannot be read: \
                 it is outside the project\n",
            );
        }
    }
    let sandbox = Sandbox::new()
        .file("settings/argot.toml", "[profile.x]\n")
        .link("argot.toml", "settings/argot.toml");
    sandbox.run("profiles").clean().stdout_has("x ");
}

#[test]
fn a_project_file_that_is_no_file_is_an_error() {
    let says = |sandbox: &Sandbox, problem: &str| {
        run(sandbox, "compile hello.argot --format short")
            .finds()
            .stderr_is(&format!(
                "error[invalid-project-file]: `argot.toml` cannot be read: {problem}\n"
            ));
    };
    let hello = || Sandbox::new().file("hello.argot", HELLO);
    says(&pipe(hello(), "argot.toml"), "it is not a regular file");
    says(&hello().folder("argot.toml"), "it is a folder");
    let sandbox = hello();
    let _socket = UnixListener::bind(sandbox.path("argot.toml")).unwrap();
    says(&sandbox, "it is not a regular file");
    let large = hello().file("argot.toml", "#".repeat(16 * 1024 * 1024 + 1));
    says(&large, "it is too large");
    let sandbox = hello().link("argot.toml", "nowhere");
    run(&sandbox, "compile hello.argot")
        .fails()
        .stderr_is("error: cannot read `argot.toml`: no such file or directory\n");
}

#[test]
fn a_named_pipe_is_not_waited_for() {
    let sandbox = pipe(Sandbox::new().file("hello.argot", HELLO), "pipe");
    run(&sandbox, "compile pipe")
        .fails()
        .stderr_is("error: cannot read `pipe`: it is not a regular file\n");
    run(&sandbox, "check pipe").fails();
    run(&sandbox, "compile hello.argot --params pipe")
        .fails()
        .stderr_is("error: cannot read the parameters in `pipe`: it is not a regular file\n");
    let import = Sandbox::new().file("x.argot", IMPORT);
    run(&pipe(import, "steps.argot"), "check x.argot --format short")
        .finds()
        .stderr_has("x.argot:1:6: error[unreadable-file]");
    let text = "component c() { image = \"alpine:3.22\", script = file(\"./run.sh\") }\n\
                pipeline p() { c() }\n";
    let script = Sandbox::new().file("x.argot", text);
    run(&pipe(script, "run.sh"), "check x.argot --format short")
        .finds()
        .stderr_has("error[unreadable-file]");
}

/// What a shell makes of `<(...)`, and what stands in `/dev`, was meant.
#[test]
fn streams_are_read_that_the_command_line_names() {
    let sandbox = Sandbox::new().file("hello.argot", HELLO);
    let argot = env!("CARGO_BIN_EXE_argot");
    for script in [
        format!("cat hello.argot | '{argot}' compile /dev/stdin"),
        format!("'{argot}' compile /dev/stdin < hello.argot"),
        format!("cat hello.argot | '{argot}' compile /dev/fd/3 3<&0"),
        format!("echo 'who: you' | '{argot}' compile hello.argot --params /dev/stdin"),
    ] {
        let mut command = sandbox.in_folder("sh");
        command.args(["-c", &script]);
        run_within_time(command)
            .clean()
            .stdout_has("kind: Workflow");
    }
    let sandbox = sandbox.file("mistake.argot", "const x = y\n");
    let mut command = sandbox.in_folder("sh");
    let script = format!("'{argot}' check /dev/stdin < mistake.argot");
    command.args(["-c", &script]);
    run_within_time(command).finds().stderr_has("const x = y");
}

#[test]
fn nothing_is_read_without_end() {
    let sandbox = Sandbox::new().file("hello.argot", HELLO);
    run(&sandbox, "compile /dev/zero --format short")
        .finds()
        .stderr_is("error[file-too-large]: `/dev/zero` cannot be read: it is too large\n");
    run(&sandbox, "compile hello.argot --params /dev/zero")
        .fails()
        .stderr_is("error: cannot read the parameters in `/dev/zero`: it is too large\n");
    let mut command = sandbox.command();
    command.args(["compile", "-", "--format", "short"]);
    command.stdin(fs::File::open("/dev/zero").unwrap());
    run_within_time(command)
        .finds()
        .stderr_has("error[file-too-large]");
    let large = vec![b' '; 16 * 1024 * 1024 + 1];
    let sandbox = sandbox
        .file("params.yaml", &large)
        .file("params.json", &large)
        .file(".gitignore", &large);
    for file in ["params.yaml", "params.json"] {
        run(&sandbox, &format!("compile hello.argot --params {file}"))
            .fails()
            .stderr_is(&format!(
                "error: cannot read the parameters in `{file}`: it is too large\n"
            ));
    }
    run(&sandbox, "check")
        .fails()
        .stderr_is("error: cannot read `.gitignore`: it is too large\n");
}

#[test]
fn what_says_what_is_left_out_is_a_file_of_the_project() {
    for name in [".gitignore", ".ignore", "more/.gitignore"] {
        let hello = || beside("secret.txt").file("project/more/again.argot", HELLO);
        let shown = format!("project/{name}");
        let sandbox = pipe(hello(), &shown);
        run(&sandbox, "check project").fails().stderr_is(&format!(
            "error: cannot read `{shown}`: it is not a regular file\n"
        ));
        for target in ["/proc/self/environ", "/dev/zero"] {
            let sandbox = hello().link(&shown, target);
            run(&sandbox, "check project").fails().stderr_is(&format!(
                "error: cannot read `{shown}`: it leads out of the project\n"
            ));
        }
    }
    // One that lies in a folder that is left out is not looked at.
    let sandbox = Sandbox::new()
        .file(".gitignore", "build/\n")
        .file("hello.argot", HELLO)
        .folder("build")
        .folder(".hidden");
    let sandbox = pipe(pipe(sandbox, "build/.gitignore"), ".hidden/.ignore");
    run(&sandbox, "check").passes();
}

#[test]
fn rules_of_the_whole_repository_count_and_no_others() {
    let sandbox = Sandbox::new()
        .file(".gitignore", "*.argot\n")
        .file("repository/.gitignore", "old*.argot\nbuild/\n")
        .file("repository/jobs/.ignore", "!old2.argot\n")
        .folder("repository/.git");
    let mut sandbox = sandbox.file("repository/jobs/build/x.argot", "nonsense");
    for (name, text) in [("old1", "nonsense"), ("old2", HELLO), ("new", "")] {
        sandbox = sandbox.file(&format!("repository/jobs/{name}.argot"), text);
    }
    sandbox
        .run("check repository/jobs --format short")
        .finds()
        .stderr_is(
            "error[empty-file]: `repository/jobs/new.argot` contains nothing to compile\n\
             checked 2 files: 1 error\n",
        );
}

#[test]
fn a_script_is_a_file_of_the_project() {
    let text = "component c() { image = \"alpine:3.22\", script = file(\"./run.sh\") }\n\
                pipeline p() { c() }\n";
    for target in ["/proc/self/environ", "/etc/passwd", "../secret.sh"] {
        let sandbox = beside("secret.sh")
            .file("project/x.argot", text)
            .link("project/run.sh", target);
        run(&sandbox, "compile project/x.argot --format short")
            .finds()
            .stderr_has("error[outside-project]");
    }
}
