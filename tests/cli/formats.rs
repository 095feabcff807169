//! `--format`: diagnostics for people, for editors and for programs.

use serde_json::{Value, json};

use crate::support::{HELLO, MISTAKE, Sandbox, WARNING};

#[test]
fn people_see_the_source() {
    let run = Sandbox::new()
        .file("x.argot", MISTAKE)
        .run("compile x.argot")
        .finds();
    insta::assert_snapshot!(run.stderr);
}

#[test]
fn people_see_warnings_too() {
    let run = Sandbox::new()
        .file("x.argot", WARNING)
        .run("compile x.argot")
        .passes();
    insta::assert_snapshot!(run.stderr);
}

#[test]
fn editors_see_one_line_each() {
    let run = Sandbox::new()
        .file("x.argot", MISTAKE)
        .file("y.argot", WARNING)
        .run("compile x.argot y.argot --format short")
        .finds();
    let lines: Vec<&str> = run.stderr.lines().collect();
    assert_eq!(lines.len(), 2, "{run:#?}");
    assert!(
        lines[0].starts_with("x.argot:5:17: error[type-mismatch]: "),
        "{run:#?}"
    );
    assert!(
        lines[1].starts_with("y.argot:4:18: warning[unused-parameter]: "),
        "{run:#?}"
    );
}

#[test]
fn programs_see_one_object() {
    let sandbox = Sandbox::new()
        .file("x.argot", MISTAKE)
        .file("y.argot", WARNING);
    let run = sandbox.run("compile x.argot y.argot --format json").finds();
    let output: Value = serde_json::from_str(&run.stderr).unwrap();
    assert_eq!(output["version"], 1);
    assert_eq!(output["summary"], json!({ "errors": 1, "warnings": 1 }));
    let first = &output["diagnostics"][0];
    assert_eq!(
        (&first["code"], &first["name"], &first["severity"]),
        (&json!("E0301"), &json!("type-mismatch"), &json!("error"))
    );
    let label = &first["labels"][0];
    let start = MISTAKE.find("12)").unwrap();
    assert_eq!(label["file"], "x.argot");
    assert_eq!(label["primary"], true);
    assert_eq!(
        label["start"],
        json!({ "line": 5, "column": 17, "offset": start })
    );
    assert_eq!(
        label["end"],
        json!({ "line": 5, "column": 19, "offset": start + 2 })
    );
    assert_eq!(output["diagnostics"][1]["severity"], "warning");
}

#[test]
fn programs_see_an_object_when_all_is_well() {
    let nothing = "{\"version\":1,\"diagnostics\":[],\"summary\":{\"errors\":0,\"warnings\":0}}\n";
    let sandbox = Sandbox::new().file("hello.argot", HELLO);
    sandbox
        .run("compile hello.argot --format json")
        .passes()
        .stderr_is(nothing);
    sandbox
        .run("dump hello.argot --stage plan --format json")
        .passes()
        .stderr_is(nothing);
    sandbox
        .run("check --format json")
        .passes()
        .stdout_is(nothing);
}

#[test]
fn the_diagnostics_of_a_check_are_its_output() {
    let run = Sandbox::new()
        .file("x.argot", MISTAKE)
        .run("check --format json");
    assert_eq!(run.status, Some(1));
    let output: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(output["summary"]["errors"], 1);
    run.stderr_is("checked 1 file: 1 error\n");
}
