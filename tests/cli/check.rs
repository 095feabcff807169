//! `argot check`: files and folders.

use crate::support::{HELLO, MISTAKE, Sandbox, WARNING, pipelines};

#[test]
fn the_current_folder_is_checked() {
    Sandbox::new()
        .file("a.argot", HELLO)
        .file("deep/er/b.argot", HELLO)
        .file("notes.txt", "no pipeline")
        .run("check")
        .passes()
        .stdout_is("")
        .stderr_is("checked 2 files: no errors\n");
}

#[test]
fn findings_are_summed_up() {
    Sandbox::new()
        .file("a.argot", MISTAKE)
        .file("b.argot", WARNING)
        .run("check --format short")
        .finds()
        .stderr_has("a.argot:5:17: error[type-mismatch]: ")
        .stderr_has("b.argot:4:18: warning[unused-parameter]: ")
        .stderr_has("\nchecked 2 files: 1 error, 1 warning\n");
}

#[test]
fn warnings_pass_unless_they_are_denied() {
    let sandbox = Sandbox::new().file("x.argot", WARNING);
    sandbox
        .run("check")
        .passes()
        .stderr_has("checked 1 file: 1 warning\n");
    sandbox
        .run("check --deny-warnings")
        .finds()
        .stderr_has("checked 1 file: 1 error\n");
}

#[test]
fn a_file_that_is_given_and_imported_is_reported_once() {
    let sandbox = Sandbox::new()
        .file("bad.argot", "component c() { image = 12 }\n")
        .file(
            "a.argot",
            "from \"./bad.argot\" import c\npipeline p() { c() }\n",
        )
        .file(
            "b.argot",
            "from \"./bad.argot\" import c\npipeline q() { c() }\n",
        );
    let run = sandbox
        .run("check . a.argot ./bad.argot --format short")
        .finds();
    assert_eq!(
        run.stderr.matches("bad.argot:1:25: error[").count(),
        1,
        "{run:#?}"
    );
    run.stderr_has("checked 3 files: 1 error\n");
}

#[test]
fn several_findings_at_one_place_are_reported_once_each() {
    let mut sandbox = Sandbox::new().file(
        "bad.argot",
        "component c(x: int, y: int) { image = \"a:1\", args = [x, y] }\npipeline p() { c() }\n",
    );
    for name in ["a", "b", "d"] {
        let text = format!("from \"./bad.argot\" import p\npipeline {name}() {{ p() }}\n");
        sandbox = sandbox.file(&format!("{name}.argot"), text);
    }
    sandbox
        .run("check --format short")
        .finds()
        .stderr_has("checked 4 files: 2 errors\n");
}

#[test]
fn findings_have_the_same_order_with_any_number_of_jobs() {
    let mut sandbox = Sandbox::new()
        .file("argot.toml", "[profile.dev]\nsppot = true\n")
        .file("z/argot.toml", "[profile.dev]\nqueu = \"a\"\n")
        .file(
            "shared.argot",
            "component shared(x: int, unused: int) { image = 12 }\npipeline p() { shared() }\n",
        );
    for index in 0..40 {
        // The first files take longest.
        let body = "show(text = 12)\n    ".repeat((40 - index) * 5);
        let mut text = String::from("from \"../shared.argot\" import shared\n");
        text.push_str(&pipelines(&[("all", &body)]));
        let folder = ["y", "z"][index % 2];
        sandbox = sandbox.file(&format!("{folder}/{index:02}.argot"), text);
    }
    for format in ["human", "short", "json"] {
        let run = |jobs: &str| {
            let run = sandbox.run(&format!("check --format {format} {jobs}"));
            (run.status, run.stdout, run.stderr)
        };
        let one = run("-j 1");
        assert_eq!(one.0, Some(1));
        for jobs in ["-j 8", "--jobs 1000", ""] {
            assert!(run(jobs) == one, "{format} {jobs}");
        }
    }
    sandbox
        .run("check -j 0")
        .fails()
        .stderr_has("invalid value '0' for '--jobs <N>'");
}

#[test]
fn ignored_and_hidden_files_are_left_out_of_folders() {
    let sandbox = Sandbox::new()
        .file(".gitignore", "build/\n")
        .file("build/x.argot", MISTAKE)
        .file(".hidden/x.argot", MISTAKE)
        .file("a.argot", HELLO);
    sandbox
        .run("check .")
        .passes()
        .stderr_is("checked 1 file: no errors\n");
    sandbox.run("check build/x.argot").finds();
}

#[test]
fn files_without_a_pipeline_are_fine() {
    Sandbox::new()
        .file(
            "steps.argot",
            "component c() { image = \"busybox:1.37.0\", command = [\"true\"] }\n",
        )
        .run("check")
        .passes()
        .stderr_is("checked 1 file: no errors\n");
}

#[test]
fn what_the_target_refuses_is_found() {
    let text = pipelines(&[("p", "argo = { noSuchField = 1 }\n    show(text = who)")]);
    Sandbox::new()
        .file("x.argot", text)
        .run("check")
        .finds()
        .stderr_has("error[E0707 unknown-raw-field]");
}

#[test]
fn parameters_need_no_value() {
    let text = "component show(text: string) { image = \"busybox:1.37.0\", args = [text] }\n\
                pipeline p(who: string) { show(text = who) }\n";
    let sandbox = Sandbox::new().file("x.argot", text);
    sandbox
        .run("check")
        .passes()
        .stderr_is("checked 1 file: no errors\n");
    sandbox
        .run("compile x.argot")
        .finds()
        .stderr_has("error[E0603 missing-parameter]");
    sandbox.run("compile x.argot -p who=me").clean();
    sandbox
        .run("compile x.argot --as workflow-template")
        .clean();
}

#[test]
fn standard_input_is_checked_for_a_dash() {
    Sandbox::new()
        .stdin(MISTAKE)
        .run("check - --format short")
        .finds()
        .stderr_has("<stdin>:5:17: error[type-mismatch]: ");
}

#[test]
fn a_path_that_is_not_there_is_an_error() {
    Sandbox::new()
        .run("check nowhere")
        .fails()
        .stderr_is("error: cannot read `nowhere`: no such file or directory\n");
}

#[test]
fn a_folder_without_sources_is_an_error() {
    let sandbox = Sandbox::new().folder("empty");
    sandbox
        .run("check")
        .fails()
        .stderr_is("error: there is no *.argot file in `.`\n");
    sandbox
        .run("check empty")
        .fails()
        .stderr_is("error: there is no *.argot file in `empty`\n");
}

#[test]
fn a_project_file_marks_the_root() {
    let sandbox = Sandbox::new()
        .file(
            "jobs/x.argot",
            "from \"../steps.argot\" import show\npipeline p() { show(text = \"x\") }\n",
        )
        .file("steps.argot", HELLO);
    sandbox
        .run("check jobs")
        .finds()
        .stderr_has("error[E0109 outside-project]");
    sandbox.file("argot.toml", "").run("check jobs").passes();
}

#[test]
fn parameters_of_plain_kubernetes_may_be_given_later() {
    let sandbox = Sandbox::new().file(
        "open.argot",
        "component a(n: int) { image = \"alpine:3.22\", command = [\"a\", \"${n}\"] }\n\
         pipeline open(n: int) { if n + 1 > 2 { a(n) } }\n",
    );
    sandbox
        .run("check --target kubernetes")
        .passes()
        .stderr_is("checked 1 file: no errors\n");
    sandbox
        .run("compile open.argot --target kubernetes --format short")
        .finds()
        .stderr_has("open.argot:2:15: error[missing-parameter]: the parameter `n` has no value\n");
}
