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
            "p.yaml:3:3: the key `a` is given twice",
        ),
        ("p.yaml", "lr: [1\n", "p.yaml:2:1: "),
        (
            "p.yaml",
            "- lr\n",
            "p.yaml:1:1: parameters are a map of names to values",
        ),
        (
            "p.yaml",
            "1: 2\n",
            "p.yaml:1:1: a key must be a text: write `\"1\"`",
        ),
        (
            "p.yaml",
            "lr: !fast 1\n",
            "p.yaml:1:5: a tag such as `!x` has no meaning here",
        ),
        (
            "p.yaml",
            "lr: .nan\n",
            "p.yaml:1:5: a number must be finite",
        ),
        (
            "p.json",
            "{\"lr\": 1,\n \"lr\": 2}",
            "p.json:2:2: the key `lr` is given twice",
        ),
        ("p.json", "{\"lr\": 1,}", "p.json:1:9: trailing comma"),
        ("p.json", "", "p.json:1:1: incomplete document"),
        (
            "p.yaml",
            "name: !!binary aGVsbG8=\n",
            "p.yaml:1:7: a tag such as `!x` has no meaning here",
        ),
        (
            "p.yaml",
            "layers: &x [8]\nname: *x\n",
            "p.yaml:1:9: an anchor such as `&x` has no meaning here",
        ),
        (
            "p.yaml",
            "lr: 1\n---\nlr: 2\n",
            "p.yaml:2:1: a second document begins, and only one is read",
        ),
        (
            "p.yaml",
            "layers: [012]\n",
            "p.yaml:1:10: `012` is 12 to some readers of YAML, and octal to others",
        ),
        (
            "p.yaml",
            "layers: [1_000]\n",
            "p.yaml:1:10: `1_000` is a number to some readers of YAML",
        ),
        (
            "p.yaml",
            "name: 12:30\n",
            "p.yaml:1:7: `12:30` is a number to some readers of YAML",
        ),
        (
            "p.json",
            "{\"layers\": [1, // two\n 2]}",
            "p.json:1:16: comments",
        ),
        (
            "p.json",
            "{\"lr\": 1e999}",
            "p.json:1:8: `1e999` does not fit 64 bits",
        ),
        ("p.json", "{} {}", "p.json:1:4: trailing data"),
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

const NOTE: &str = r#"
component note(text: string) {
    image   = "busybox:1.37.0"
    command = ["echo"]
    args    = [text]
}

pipeline keep(data: json = 1, count: int = 1, rate: float = 1.0) {
    note(text = "${json(data)} ${count} ${rate}")
}
"#;

/// What is given is kept to the digit, or is an error with its place.
#[test]
fn a_number_is_exact_or_refused() {
    let sandbox = |file: &str, text: &str| Sandbox::new().file("x.argot", NOTE).file(file, text);
    for (text, kept) in [
        ("data=9223372036854775807", "9223372036854775807"),
        ("data=[0.1, 1e3, 2.50]", "[0.1,1000,2.5]"),
        ("data=100000000000000000000", "100000000000000000000"),
        ("rate=9007199254740992", "9007199254740992"),
        ("rate=0.30000000000000004", "0.30000000000000004"),
        ("count=-9223372036854775808", "-9223372036854775808"),
    ] {
        let flag = sandbox("none", "");
        flag.run_with(&["compile", "x.argot", "-p", text])
            .clean()
            .stdout_has(&format!("value: \"{kept}\""));
        let (name, value) = text.split_once('=').unwrap_or_default();
        sandbox("p.yaml", &format!("{name}: {value}\n"))
            .run("compile x.argot --params p.yaml")
            .clean()
            .stdout_has(&format!("value: \"{kept}\""));
    }
    for (name, value, becomes) in [
        ("data", "12345678901234567890", "12345678901234567000"),
        ("data", "0.1000000000000000055511151231257827", "0.1"),
        ("data", "1e-400", "0"),
        ("rate", "9007199254740993", "9007199254740992"),
        ("rate", "3.14159265358979323846", "3.141592653589793"),
    ] {
        let problem = format!("`{value}` cannot be kept exactly, and would become `{becomes}`");
        sandbox("none", "")
            .run_with(&["compile", "x.argot", "-p", &format!("{name}={value}")])
            .finds()
            .stderr_has("error[E0602 invalid-parameter]")
            .stderr_has(&problem);
        for (file, text) in [
            (
                "p.yaml",
                format!("other: 1\n{name}: {value}\n").replace("other: 1", "# other"),
            ),
            ("p.json", format!("{{\n\"{name}\": {value}}}")),
        ] {
            let column = name.len() + if file == "p.json" { 5 } else { 3 };
            sandbox(file, &text)
                .run(&format!("compile x.argot --params {file}"))
                .finds()
                .stderr_has(&problem)
                .stderr_has(&format!("= note: the value is set at {file}:2:{column}\n"));
        }
        if value.contains('.') {
            Sandbox::new()
                .file("x.argot", NOTE)
                .file(
                    "argot.toml",
                    format!("[profile.prod]\nparams = {{ {name} = {value} }}\n"),
                )
                .run("compile x.argot --profile prod")
                .finds()
                .stderr_has(&problem);
        }
    }
    sandbox("none", "")
        .run_with(&["compile", "x.argot", "-p", "count=9223372036854775808"])
        .finds()
        .stderr_has("is not a whole number");
    sandbox("p.json", "{\"count\": 9223372036854775808}")
        .run("compile x.argot --params p.json")
        .finds()
        .stderr_has("`9223372036854775808` does not fit 64 bits")
        .stderr_has("= note: the value is set at p.json:1:11\n");
}

/// The value of a flag is JSON of the same strict kind.
#[test]
fn a_flag_is_read_as_strictly_as_a_file() {
    for (text, problem) in [
        (
            "data={\"a\": 1, \"a\": 2}",
            "the key `a` is given twice (column 10)",
        ),
        (
            "data={\"a\": {\"b\": 1,\n \"\\u0062\": 2}}",
            "the key `b` is given twice (line 2, column 2)",
        ),
        ("data=[1, 2,]", "trailing comma (column 6)"),
        ("data=[NaN]", "(column 2)"),
        ("data=01", "is not JSON"),
        ("rate=nan", "`nan` is not a number"),
    ] {
        Sandbox::new()
            .file("x.argot", NOTE)
            .run_with(&["compile", "x.argot", "-p", text])
            .finds()
            .stderr_has(problem);
    }
    let deep = format!("data={}{}", "[".repeat(200), "]".repeat(200));
    Sandbox::new()
        .file("x.argot", NOTE)
        .run_with(&["compile", "x.argot", "-p", &deep])
        .finds()
        .stderr_has("lists and records are nested more than 128 deep");
}

/// A wrong value inside of another is shown at its own place.
#[test]
fn a_value_in_a_list_has_its_own_place() {
    train()
        .file("p.yaml", "layers:\n  - 8\n  - 12345678901234567890\n")
        .run("compile train.argot --params p.yaml")
        .finds()
        .stderr_has("`12345678901234567890` does not fit 64 bits")
        .stderr_has("= note: the value is set at p.yaml:3:5\n");
}
