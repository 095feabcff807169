//! `argot dump`: the stages as JSON.

use serde_json::Value;

use crate::support::{HELLO, MISTAKE, Sandbox, pipelines};

fn dump(sandbox: &Sandbox, arguments: &str) -> Value {
    serde_json::from_str(&sandbox.run(&format!("dump {arguments}")).clean().stdout).unwrap()
}

#[test]
fn the_syntax_trees_of_all_files() {
    let sandbox = Sandbox::new().file("hello.argot", HELLO).file(
        "x.argot",
        "from \"./hello.argot\" import show\npipeline p() { show(text = \"x\") }\n",
    );
    let trees = dump(&sandbox, "x.argot --stage ast");
    assert_eq!(trees[0]["file"], "x.argot");
    assert!(trees[0]["ast"]["items"][0]["import"].is_object(), "{trees}");
    assert_eq!(trees[1]["file"], "hello.argot");
    assert!(trees[1]["ast"]["items"][0]["component"].is_object());
}

#[test]
fn the_program() {
    let program = dump(
        &Sandbox::new().file("hello.argot", HELLO),
        "hello.argot --stage program",
    );
    assert_eq!(program["pipelines"][0]["name"], "hello");
}

#[test]
fn the_plans() {
    let text = pipelines(&[("one", "show(text = who)"), ("two", "show(text = who)")]);
    let sandbox = Sandbox::new().file("x.argot", text);
    let plans = dump(&sandbox, "x.argot --stage plan");
    assert_eq!(
        (&plans[0]["name"], &plans[1]["name"]),
        (&"one".into(), &"two".into())
    );
    let plans = dump(&sandbox, "x.argot --stage plan --pipeline two");
    assert_eq!(plans.as_array().unwrap().len(), 1);
}

#[test]
fn the_manifests() {
    let sandbox = Sandbox::new().file("hello.argot", HELLO);
    let manifests = dump(&sandbox, "hello.argot --stage manifest --namespace ml");
    assert_eq!(manifests[0]["kind"], "Workflow");
    assert_eq!(manifests[0]["metadata"]["namespace"], "ml");
}

#[test]
fn standard_input() {
    let program = dump(&Sandbox::new().stdin(HELLO), "- --stage program");
    assert_eq!(program["pipelines"][0]["name"], "hello");
}

#[test]
fn nothing_where_there_is_an_error() {
    let sandbox = Sandbox::new().file("x.argot", MISTAKE);
    for stage in ["ast", "program", "plan", "manifest"] {
        sandbox
            .run(&format!("dump x.argot --stage {stage}"))
            .finds()
            .stderr_has("type-mismatch");
    }
}

#[test]
fn a_stage_has_to_be_named() {
    let sandbox = Sandbox::new().file("hello.argot", HELLO);
    sandbox
        .run("dump hello.argot")
        .fails()
        .stderr_has("--stage <STAGE>");
    sandbox
        .run("dump hello.argot --stage yaml")
        .fails()
        .stderr_has("ast, program, plan, manifest");
}
