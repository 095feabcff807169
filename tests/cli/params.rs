//! `-p` and `--params`: values of parameters.

use crate::support::{Sandbox, pipelines};

const TRAIN: &str = r#"
component fit(lr: float, layers: list[int], name: string) {
    image   = "busybox:1.37.0"
    command = ["echo"]
    args    = [lr, layers, name]
}

pipeline train(lr: float = 0.5, layers: list[int] = [8], name: string = "none") {
    fit(lr, layers, name)
}
"#;

fn train() -> Sandbox {
    Sandbox::new().file("train.argot", TRAIN)
}

#[test]
fn flags_give_values() {
    train()
        .run_with(&[
            "compile",
            "train.argot",
            "-p",
            "lr=0.125",
            "-p",
            "layers=[64, 32]",
            "-p",
            "name=a=b c",
        ])
        .clean()
        .stdout_has("0.125")
        .stdout_has("[64,32]")
        .stdout_has("a=b c");
}

#[test]
fn a_file_gives_values() {
    let sandbox = train()
        .file(
            "p.yaml",
            "# tuned\nlr: 0.125\nlayers: [64, 32]\nname: yes\n",
        )
        .file(
            "p.json",
            r#"{"lr": 0.125, "layers": [64, 32], "name": "yes"}"#,
        );
    let yaml = sandbox.run("compile train.argot --params p.yaml").clean();
    let yaml = yaml.stdout_has("0.125").stdout_has("[64,32]");
    sandbox
        .run("compile train.argot --params p.json")
        .clean()
        .stdout_is(&yaml.stdout);
}

#[test]
fn a_flag_wins_over_the_file() {
    train()
        .file("p.yaml", "lr: 0.25\n")
        .run("compile train.argot --params p.yaml -p lr=0.125")
        .clean()
        .stdout_has("0.125")
        .stdout_lacks("0.25");
}

#[test]
fn an_empty_file_gives_nothing() {
    let sandbox = train().file("p.yaml", "# nothing yet\n");
    let plain = sandbox.run("compile train.argot").stdout;
    sandbox
        .run("compile train.argot --params p.yaml")
        .clean()
        .stdout_is(&plain);
}

#[test]
fn a_flag_is_given_once() {
    train()
        .run("compile train.argot -p lr=1 -p lr=2")
        .fails()
        .stderr_is("error: the parameter `lr` is given several times with `-p`\n");
}

#[test]
fn a_flag_has_a_name_and_a_value() {
    for argument in ["lr", "=1"] {
        train()
            .run(&format!("compile train.argot -p {argument}"))
            .fails()
            .stderr_has("the form is NAME=VALUE, as in `-p lr=0.1`");
    }
}

#[test]
fn an_unknown_parameter_is_an_error() {
    train()
        .run("compile train.argot -p layer=[1]")
        .finds()
        .stderr_has("error[E0601 unknown-parameter]")
        .stderr_has("`layers`");
}

#[test]
fn a_value_of_another_type_is_an_error() {
    train()
        .run("compile train.argot -p lr=fast")
        .finds()
        .stderr_has("error[E0602 invalid-parameter]");
}

#[test]
fn a_value_goes_to_every_pipeline_that_takes_it() {
    let text = pipelines(&[("one", "show(text = who)"), ("two", "show(text = who)")])
        + "\npipeline three(other: string = \"x\") { show(text = other) }\n";
    let sandbox = Sandbox::new().file("x.argot", text);
    let run = sandbox.run("compile x.argot -p who=everyone").clean();
    assert_eq!(run.names(), ["one", "two", "three"]);
    assert_eq!(run.stdout.matches("everyone").count(), 2);
    let run = sandbox.run("compile x.argot -p woh=everyone").finds();
    assert_eq!(
        run.stderr.matches("error[E0601 unknown-parameter]").count(),
        1
    );
}

#[test]
fn what_is_wrong_with_a_file_is_said_with_its_place() {
    for (name, text, message) in [
        (
            "p.yaml",
            "lr: 1\nlr: 2\n",
            "p.yaml:2:1: the key `lr` is given twice",
        ),
        (
            "p.yaml",
            "lr:\n  a: 1\n  a: 2\n",
            "p.yaml:3:3: lr: the key `a` is given twice",
        ),
        (
            "p.yaml",
            "lr: [1\n",
            "p.yaml:2:1: did not find expected ',' or ']'",
        ),
        (
            "p.yaml",
            "- lr\n",
            "p.yaml:1:1: parameters are a map of names to values",
        ),
        (
            "p.yaml",
            "1: 2\n",
            "p.yaml:1:1: invalid type: integer `1`, expected a key that is text",
        ),
        (
            "p.yaml",
            "lr: !fast 1\n",
            "p.yaml:1:5: lr: a tag such as `!x` has no meaning here",
        ),
        (
            "p.yaml",
            "lr: .nan\n",
            "p.yaml:1:5: lr: a number must be finite",
        ),
        (
            "p.json",
            "{\"lr\": 1,\n \"lr\": 2}",
            "p.json:2:5: the key `lr` is given twice",
        ),
        ("p.json", "{\"lr\": 1,}", "p.json:1:10: trailing comma"),
        ("p.json", "", "p.json:1:0: EOF while parsing a value"),
        ("p.json", "{} {}", "p.json:1:4: trailing characters"),
    ] {
        let run = train()
            .file(name, text)
            .run(&format!("compile train.argot --params {name}"))
            .fails();
        assert!(
            run.stderr.starts_with(&format!("error: {message}")),
            "{text:?}: {run:#?}"
        );
    }
}

#[test]
fn a_file_that_cannot_be_read_is_named() {
    train()
        .run("compile train.argot --params p.yaml")
        .fails()
        .stderr_is("error: cannot read the parameters in `p.yaml`: no such file or directory\n");
    train()
        .folder("p.yaml")
        .run("compile train.argot --params p.yaml")
        .fails()
        .stderr_is("error: cannot read the parameters in `p.yaml`: it is a folder\n");
    train()
        .file("p.yaml", b"lr: \xff\n")
        .run("compile train.argot --params p.yaml")
        .fails()
        .stderr_is("error: cannot read the parameters in `p.yaml`: it is not UTF-8 text\n");
}

#[test]
fn a_byte_order_mark_is_no_part_of_the_values() {
    for (name, text) in [("p.json", "{\"lr\": 0.25}"), ("p.yaml", "lr: 0.25\n")] {
        train()
            .file(name, format!("\u{feff}{text}"))
            .run(&format!("compile train.argot --params {name}"))
            .clean()
            .stdout_has("0.25");
    }
}
