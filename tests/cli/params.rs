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
            "p.yaml:1:1: the file must contain a map of parameter names to values",
        ),
        (
            "p.yaml",
            "1: 2\n",
            "p.yaml:1:1: a key must be a text: write `\"1\"`",
        ),
        (
            "p.yaml",
            "lr: !fast 1\n",
            "p.yaml:1:5: a tag such as `!x` is not read: remove it",
        ),
        (
            "p.yaml",
            "lr: .nan\n",
            "p.yaml:1:5: a number must be finite",
        ),
        (
            "p.json",
            "{\"lr\": 1,\n \"lr\": 2}",
            "p.json:2:3: the key `lr` is given twice",
        ),
        ("p.json", "{\"lr\": 1,}", "p.json:1:9: trailing comma"),
        ("p.json", "", "p.json:1:1: incomplete document"),
        (
            "p.yaml",
            "name: !!binary aGVsbG8=\n",
            "p.yaml:1:7: a tag such as `!x` is not read: remove it",
        ),
        (
            "p.yaml",
            "layers: &x [8]\nname: *x\n",
            "p.yaml:1:9: an anchor such as `&x` is not read: remove it",
        ),
        (
            "p.yaml",
            "lr: 1\n---\nlr: 2\n",
            "p.yaml:2:1: only one document is read: remove this one",
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
            .run(&format!(
                "compile train.argot --params {name} --format short"
            ))
            .finds();
        let (place, problem) = message.split_once(' ').unwrap();
        let expected = format!(
            "{place} error[invalid-parameter-file]: cannot read the parameters in `{name}`: {problem}"
        );
        assert!(run.stderr.starts_with(&expected), "{text:?}: {run:#?}");
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
        .run("compile train.argot --params p.yaml --format short")
        .finds()
        .stderr_is(
            "error[invalid-parameter-file]: cannot read the parameters in `p.yaml`: it is not UTF-8 text\n",
        );
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
                .stderr_has(&format!(" --> {file}:2:{column}\n"));
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
        .stderr_has(" --> p.json:1:11\n");
}

/// The value of a flag is JSON of the same strict kind.
#[test]
fn a_flag_is_read_as_strictly_as_a_file() {
    for (text, place, problem) in [
        (
            "data={\"a\": 1, \"a\": 2}",
            "<-p data>:1:16: ",
            "the key `a` is given twice\n",
        ),
        (
            "data={\"a\": {\"b\": 1,\n \"\\u0062\": 2}}",
            "<-p data>:2:3: ",
            "the key `b` is given twice\n",
        ),
        ("data=[1, 2,]", "<-p data>:1:11: ", "trailing comma\n"),
        ("data=[NaN]", "<-p data>:1:7: ", "is not JSON"),
        ("data=01", "<-p data>:1:6: ", "is not JSON"),
        ("rate=nan", "<-p rate>:1:6: ", "`nan` is not a number\n"),
    ] {
        Sandbox::new()
            .file("x.argot", NOTE)
            .run_with(&["compile", "x.argot", "-p", text, "--format", "short"])
            .finds()
            .stderr_has(place)
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
        .stderr_has(" --> p.yaml:3:5\n");
}

const TRIAL: &str = r#"
type Trial = { lr: float, optimizer: "adam" | "sgd" = "adam" }

component fit(trial: Trial, layers: list[int], size: quantity) {
    image   = "busybox:1.37.0"
    command = ["echo"]
    args    = [json(trial), layers, size]
}

pipeline train(trial: Trial = { lr = 0.1 }, layers: list[int] = [8], size: quantity = 1Gi) {
    fit(trial, layers, size)
}
"#;

/// Every mistake is found in one run, each at its own place.
#[test]
fn all_mistakes_of_a_file_are_reported_at_once() {
    let yaml = "layers:\n  - 8\n  - many\n  - 1.5\n\
                trial: {rate: 0.1, optimizer: adan}\n\
                size: large\n\
                layer: 1\n";
    let json = r#"{
  "layers": [8, "many", 1.5],
  "trial": {"rate": 0.1, "optimizer": "adan"},
  "size": "large", "layer": 1
}"#;
    let problems = [
        ("`\"many\"` is not a whole number", "3:5", "2:17"),
        ("`1.5` is not a whole number", "4:5", "2:25"),
        ("there is no field `rate`", "5:9", "3:14"),
        ("the field `lr` is missing", "5:8", "3:12"),
        ("`adan` is not `adam` or `sgd`", "5:31", "3:39"),
        ("`large` is not a quantity, such as `16Gi`", "6:7", "4:11"),
        ("has no parameter `layer`", "7:1", "4:21"),
    ];
    for (file, text, is_json) in [("p.yaml", yaml, false), ("p.json", json, true)] {
        let run = Sandbox::new()
            .file("train.argot", TRIAL)
            .file(file, text)
            .run(&format!(
                "compile train.argot --params {file} --format short"
            ))
            .finds();
        for (problem, in_yaml, in_json) in problems {
            let place = if is_json { in_json } else { in_yaml };
            let found = run.stderr.lines().any(|line| {
                line.starts_with(&format!("{file}:{place}: error[")) && line.ends_with(problem)
            });
            assert!(found, "{place} {problem}: {run:#?}");
        }
        assert_eq!(run.stderr.lines().count(), problems.len(), "{run:#?}");
    }
}

/// A file that cannot be read hides no mistake of the source, and adds none.
#[test]
fn mistakes_of_the_file_and_of_the_source_are_reported_together() {
    let source = TRIAL.replace(
        "pipeline train(trial: Trial = { lr = 0.1 },",
        "pipeline train(trial: Trial,",
    );
    let run = Sandbox::new()
        .file("train.argot", format!("{source}\nconst A = 1 + true\n"))
        .file("p.yaml", "size: 1_0\nlayers: &all [8]\nsize: 1Gi\nlr: [1\n")
        .run("compile train.argot --params p.yaml --format short")
        .finds();
    let places: Vec<&str> = run
        .stderr
        .lines()
        .filter_map(|line| Some(line.split_once("]: ")?.0))
        .collect();
    assert_eq!(
        places,
        [
            "p.yaml:1:7: error[invalid-parameter-file",
            "p.yaml:2:9: error[invalid-parameter-file",
            "p.yaml:3:1: error[invalid-parameter-file",
            "p.yaml:5:1: error[invalid-parameter-file",
            "train.argot:14:13: error[invalid-operand",
        ]
    );
    Sandbox::new()
        .file("train.argot", source)
        .file("p.yaml", "- 1\n")
        .run("dump train.argot --stage plan --params p.yaml --format short")
        .finds()
        .stderr_is("p.yaml:1:1: error[invalid-parameter-file]: cannot read the parameters in `p.yaml`: the file must contain a map of parameter names to values\n");
}

#[test]
fn programs_see_the_place_of_a_value() {
    let run = |arguments: &[&str]| {
        let command = ["compile", "train.argot", "--format", "json"];
        let run = Sandbox::new()
            .file("train.argot", TRIAL)
            .file("p.json", "{\"layer\": [1]}")
            .run_with(&[&command[..], arguments].concat())
            .finds();
        serde_json::from_str::<serde_json::Value>(&run.stderr).unwrap()["diagnostics"][0].clone()
    };
    let found = run(&["-p", "layers=[1, \"é\", 2]"]);
    assert_eq!(found["code"], "E0602");
    let label = &found["labels"][0];
    assert_eq!(
        (&label["file"], &label["primary"]),
        (&"<-p layers>".into(), &true.into())
    );
    assert_eq!(
        label["start"],
        serde_json::json!({"line": 1, "column": 12, "offset": 11})
    );
    assert_eq!(
        label["end"],
        serde_json::json!({"line": 1, "column": 15, "offset": 15})
    );
    assert_eq!(found["labels"][1]["file"], "train.argot");
    // The fix keeps the quotes of the key.
    let found = run(&["--params", "p.json"]);
    let edit = &found["fix"]["edits"][0];
    assert_eq!(
        (&edit["file"], &edit["text"]),
        (&"p.json".into(), &"layers".into())
    );
    assert_eq!(
        (&edit["start"]["offset"], &edit["end"]["offset"]),
        (&2.into(), &7.into())
    );
}
