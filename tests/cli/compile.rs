//! `argot compile`: what is compiled, and to what.

use crate::support::{HELLO, MISTAKE, Sandbox, WARNING, pipelines};

#[test]
fn a_manifest_goes_to_standard_output() {
    let run = Sandbox::new()
        .file("hello.argot", HELLO)
        .run("compile hello.argot")
        .clean();
    assert_eq!(run.names(), ["hello"]);
    run.stdout_has("kind: Workflow\n");
}

#[test]
fn the_same_source_gives_the_same_bytes() {
    let sandbox = Sandbox::new().file("hello.argot", HELLO);
    let first = sandbox.run("compile hello.argot").stdout;
    sandbox.run("compile hello.argot").stdout_is(&first);
}

#[test]
fn several_files_give_several_documents_in_order() {
    let sandbox = Sandbox::new()
        .file("b.argot", pipelines(&[("second", "show(text = who)")]))
        .file("a.argot", pipelines(&[("first", "show(text = who)")]));
    let run = sandbox.run("compile b.argot a.argot").clean();
    assert_eq!(run.names(), ["second", "first"]);
    assert_eq!(run.stdout.matches("---\n").count(), 1);
}

#[test]
fn all_pipelines_that_no_other_calls_are_compiled() {
    let text = pipelines(&[
        ("called", "show(text = who)"),
        ("first", "called(who)"),
        ("_private", "show(text = who)"),
        ("second", "show(text = who)"),
    ]);
    let run = Sandbox::new()
        .file("x.argot", text)
        .run("compile x.argot")
        .clean();
    assert_eq!(run.names(), ["first", "second"]);
}

#[test]
fn a_pipeline_that_is_called_through_a_private_one_counts_as_called() {
    let text = pipelines(&[
        ("inner", "show(text = who)"),
        ("_between", "inner(who)"),
        ("outer", "_between(who)"),
    ]);
    let run = Sandbox::new()
        .file("x.argot", text)
        .run("compile x.argot")
        .clean();
    assert_eq!(run.names(), ["outer"]);
}

#[test]
fn flags_pick_pipelines() {
    let text = pipelines(&[
        ("inner", "show(text = who)"),
        ("_hidden", "show(text = who)"),
        ("outer", "inner(who)"),
    ]);
    let sandbox = Sandbox::new().file("x.argot", text);
    let picked = |flags: &str| {
        let run = sandbox.run(&format!("compile x.argot {flags}")).passes();
        run.names()
            .into_iter()
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    assert_eq!(picked("--pipeline inner"), ["inner"]);
    assert_eq!(
        picked("--pipeline outer --pipeline inner"),
        ["inner", "outer"]
    );
    assert_eq!(picked("--pipeline _hidden").len(), 1);
}

#[test]
fn a_picked_pipeline_may_be_in_any_of_the_files() {
    let sandbox = Sandbox::new()
        .file("a.argot", pipelines(&[("first", "show(text = who)")]))
        .file("b.argot", pipelines(&[("second", "show(text = who)")]));
    let run = sandbox
        .run("compile a.argot b.argot --pipeline second")
        .clean();
    assert_eq!(run.names(), ["second"]);
}

#[test]
fn an_unknown_pipeline_is_answered_with_a_suggestion_and_the_list() {
    let text = pipelines(&[("train", "show(text = who)"), ("score", "show(text = who)")]);
    Sandbox::new()
        .file("x.argot", text)
        .run("compile x.argot --pipeline trian")
        .finds()
        .stderr_is(
            "error[E0508 no-pipeline]: there is no pipeline `trian`
 |
 = note: the pipelines are `train` and `score`
 = help: did you mean `train`?

error: 1 error
For more, try `argot explain E0508`.
",
        );
}

#[test]
fn a_file_without_a_pipeline_has_nothing_to_compile() {
    let text = "component show() { image = \"busybox:1.37.0\", command = [\"true\"] }\n";
    Sandbox::new()
        .file("steps.argot", text)
        .run("compile steps.argot")
        .finds()
        .stderr_has("error[E0508 no-pipeline]: `steps.argot` has no pipeline to compile");
}

#[test]
fn a_file_with_private_pipelines_only_says_which() {
    Sandbox::new()
        .file("x.argot", pipelines(&[("_one", "show(text = who)")]))
        .run("compile x.argot")
        .finds()
        .stderr_has("`x.argot` has only private pipelines: `_one`")
        .stderr_has("pick one, as in `--pipeline _one`");
}

#[test]
fn a_kind_can_be_chosen() {
    let sandbox = Sandbox::new().file("hello.argot", HELLO);
    for (flag, kind) in [
        ("workflow", "Workflow"),
        ("workflow-template", "WorkflowTemplate"),
        ("cluster-workflow-template", "ClusterWorkflowTemplate"),
    ] {
        sandbox
            .run(&format!("compile hello.argot --as {flag}"))
            .clean()
            .stdout_has(&format!("kind: {kind}\n"));
    }
}

#[test]
fn a_schedule_makes_a_cron_workflow() {
    let text = pipelines(&[(
        "nightly",
        "schedule { cron = \"0 3 * * *\" }\n    show(text = who)",
    )]);
    let sandbox = Sandbox::new().file("nightly.argot", text);
    sandbox
        .run("compile nightly.argot")
        .clean()
        .stdout_has("kind: CronWorkflow\n");
    sandbox
        .run("compile nightly.argot --as cron-workflow")
        .clean()
        .stdout_has("kind: CronWorkflow\n");
}

#[test]
fn every_version_compiles_a_simple_pipeline() {
    let sandbox = Sandbox::new().file("hello.argot", HELLO);
    let compiled = |version: &str| {
        sandbox
            .run(&format!("compile hello.argot --argo-version {version}"))
            .clean()
            .stdout
    };
    for version in ["3.6", "3.7", "4.0", "3.6.19", "3.7.16", "4.1.2"] {
        assert_eq!(compiled(version), compiled("4.1"));
    }
}

#[test]
fn what_is_no_version_of_argo() {
    let sandbox = Sandbox::new().file("hello.argot", HELLO);
    for (version, problem) in [
        ("4", "`4` has no minor version: write `4.0` or `4.1`"),
        (
            "4.1.x",
            "`4.1.x` is not a release: write `4.1`, which means every release of it",
        ),
        ("v4.1", "write `4.1`, without the `v`"),
        (
            "3.5",
            "Argo 3.5 is older than 3.6, the oldest version that can be compiled for",
        ),
        (
            "5.0",
            "Argo 5.0 is newer than 4.1, the newest version that can be compiled for",
        ),
        (
            "3.6.99",
            "the newest release of Argo 3.6 known here is 3.6.19: write `3.6`, which means every release of it",
        ),
    ] {
        sandbox
            .run(&format!("compile hello.argot --argo-version {version}"))
            .fails()
            .stderr_has(&format!(
                "invalid value '{version}' for '--argo-version <VERSION>': {problem}"
            ));
        // The same in the project's file, at the setting.
        let file = format!("[profile.prod]\nargo_version = \"{version}\"\n");
        Sandbox::new()
            .file("hello.argot", HELLO)
            .file("argot.toml", file)
            .run("compile hello.argot --profile prod")
            .finds()
            .stderr_has(&format!(
                "`profile.prod.argo_version` is not valid: {problem}"
            ))
            .stderr_has("expected a version of Argo Workflows");
    }
}

#[test]
fn an_object_can_be_named() {
    let sandbox = Sandbox::new().file("hello.argot", HELLO);
    let run = sandbox
        .run("compile hello.argot --name my-run --namespace ml")
        .clean();
    assert_eq!(run.names(), ["my-run"]);
    run.stdout_has("  namespace: ml\n");
    sandbox
        .run("compile hello.argot --generate-name")
        .clean()
        .stdout_has("  generateName: hello-\n")
        .stdout_lacks("\n  name: ");
}

#[test]
fn what_is_created_many_times_needs_nothing_beside_it() {
    let script = |text: &str| {
        format!(
            "component report(n: int) {{\n    image  = \"alpine:3.22\"\n    command = [\"sh\"]\n    \
             script = r\"echo $n {text}\"\n}}\npipeline main(n: int = 1) {{ report(n) }}\n"
        )
    };
    let sandbox = Sandbox::new()
        .file("plain.argot", script("{ }"))
        .file("braces.argot", script("{{ }}"))
        .file("dollars.argot", script("$$"))
        .file("variable.argot", script("$(HOME)"));
    sandbox.run("compile plain.argot --generate-name").clean();
    for name in ["braces", "dollars", "variable"] {
        sandbox
            .run(&format!("compile {name}.argot --generate-name --format short"))
            .finds()
            .stderr_has(&format!(
                "{name}.argot:4:14: error[fixed-name]: with `--generate-name` a second `kubectl create` would fail: \
                 this run needs the ConfigMap `main-scripts-"
            ));
        sandbox.run(&format!("compile {name}.argot")).clean();
        sandbox
            .run(&format!("compile {name}.argot --as workflow-template"))
            .clean();
    }
}

#[test]
fn one_name_does_not_fit_two_objects() {
    let text = pipelines(&[("one", "show(text = who)"), ("two", "show(text = who)")]);
    let sandbox = Sandbox::new().file("x.argot", text);
    sandbox.run("compile x.argot --name n").fails().stderr_is(
        "error: `--name` can name one object only, and there are 2 pipelines to compile; \
         pick one with `--pipeline`\n",
    );
    sandbox
        .run("compile x.argot --name n --pipeline one")
        .passes();
}

#[test]
fn a_name_is_given_or_generated() {
    Sandbox::new()
        .file("hello.argot", HELLO)
        .run("compile hello.argot --name n --generate-name")
        .fails()
        .stderr_has("'--name <NAME>' cannot be used with '--generate-name'");
}

#[test]
fn objects_of_one_kind_and_name_collide() {
    let sandbox = Sandbox::new()
        .file("a.argot", pipelines(&[("train_all", "show(text = who)")]))
        .file(
            "b.argot",
            pipelines(&[("train_all", "show(text = \"other\")")]),
        );
    sandbox
        .run("compile a.argot b.argot --as workflow-template --format short")
        .finds()
        .stderr_has(
            "b.argot:3:10: error[name-collision]: the pipelines `train_all` and `train_all` of `a.argot` \
             both become the WorkflowTemplate `train-all`",
        );
    sandbox
        .run("compile a.argot b.argot --generate-name")
        .passes();
}

#[test]
fn standard_input_is_read_for_a_dash() {
    let sandbox = Sandbox::new().stdin(HELLO);
    assert_eq!(sandbox.run("compile -").clean().names(), ["hello"]);
}

#[test]
fn imports_of_standard_input_start_at_the_current_folder() {
    let text = "from \"./steps.argot\" import show\npipeline p() { show(text = \"x\") }\n";
    let sandbox = Sandbox::new().file("steps.argot", HELLO).stdin(text);
    assert_eq!(sandbox.run("compile -").clean().names(), ["p"]);
}

#[test]
fn messages_call_standard_input_by_a_name_of_its_own() {
    Sandbox::new()
        .stdin(MISTAKE)
        .run("compile - --format short")
        .finds()
        .stderr_has("<stdin>:5:17: error[type-mismatch]: ");
}

#[test]
fn standard_input_is_read_once() {
    Sandbox::new()
        .stdin(HELLO)
        .run("compile - -")
        .fails()
        .stderr_is("error: standard input can be read only once, and `-` is given several times\n");
}

#[test]
fn warnings_do_not_stop_the_output() {
    let sandbox = Sandbox::new().file("x.argot", WARNING);
    sandbox
        .run("compile x.argot")
        .passes()
        .stdout_has("kind: Workflow\n")
        .stderr_has("warning[W0802 unused-parameter]");
}

#[test]
fn denied_warnings_are_errors() {
    let sandbox = Sandbox::new().file("x.argot", WARNING);
    sandbox
        .run("compile x.argot --deny-warnings")
        .finds()
        .stderr_has("error[W0802 unused-parameter]")
        .stderr_has("error: 1 error\n");
}

#[test]
fn one_file_with_an_error_stops_all_output() {
    Sandbox::new()
        .file("good.argot", HELLO)
        .file("bad.argot", MISTAKE)
        .run("compile good.argot bad.argot")
        .finds();
}

#[test]
fn a_missing_file_is_no_error_of_a_source() {
    Sandbox::new()
        .run("compile nowhere.argot")
        .fails()
        .stderr_is("error: cannot read `nowhere.argot`: no such file or directory\n");
}

#[test]
fn a_folder_is_not_compiled() {
    Sandbox::new()
        .folder("pipelines")
        .run("compile pipelines")
        .fails()
        .stderr_is(
            "error: `pipelines` is a folder, where a file is expected; name the files, as in `pipelines/*.argot`\n",
        );
}

#[test]
fn paths_are_shown_as_they_are_typed() {
    let sandbox = Sandbox::new()
        .file("argot.toml", "")
        .file("shared/bad.argot", "component c() { image = 12 }\n")
        .file("jobs/near.argot", "component c() { image = 12 }\n")
        .file(
            "jobs/x.argot",
            "from \"../shared/bad.argot\" import c\nfrom \"./near.argot\" import c as d\n\
             pipeline p() {\n    c()\n    d()\n}\n",
        );
    sandbox
        .run("compile ./jobs/x.argot --format short")
        .finds()
        .stderr_has("\njobs/near.argot:1:25: error[")
        .stderr_has("shared/bad.argot:1:25: error[");
    let absolute = sandbox.path("jobs/x.argot");
    let near = sandbox.path("jobs/near.argot");
    sandbox
        .run_with(&["compile", absolute.to_str().unwrap(), "--format", "short"])
        .finds()
        .stderr_has(&format!("{}:1:25: error[", near.display()));
}

#[test]
fn a_file_is_given_once() {
    let sandbox = Sandbox::new().file("hello.argot", HELLO);
    for arguments in [
        "compile hello.argot hello.argot",
        "compile hello.argot ./hello.argot",
        "compile hello.argot hello.argot -o out/",
    ] {
        let run = sandbox.run(arguments).fails();
        run.stderr_is("error: the file `hello.argot` is given several times\n");
    }
}

/// Absolute paths need no current folder.
#[cfg(unix)]
#[test]
fn the_current_folder_may_be_gone() {
    let sandbox = Sandbox::new().file("hello.argot", HELLO).folder("gone");
    let argot = env!("CARGO_BIN_EXE_argot");
    let file = sandbox.path("hello.argot");
    let script = format!(
        "cd gone; rmdir ../gone; '{argot}' compile '{}'",
        file.display()
    );
    let mut command = sandbox.in_folder("sh");
    let output = command.args(["-c", &script]).output().unwrap();
    crate::support::Run::from(output).clean();
}
