//! Files that nobody should have written: each gets an answer, and none a panic.

use crate::support::{HELLO, Run, Sandbox, pipelines};

/// What is said about a file.
fn check(content: impl AsRef<[u8]>) -> Run {
    Sandbox::new()
        .file("x.argot", content)
        .run("compile x.argot --format short")
        .finds()
}

#[test]
fn an_empty_file() {
    check("").stderr_has("error[empty-file]");
    check(" \n\t\r\n").stderr_has("error[empty-file]");
}

#[test]
fn a_file_that_is_not_text() {
    check(b"\x7fELF\x02\x01\x01\x00\x00\x00\xff\xfe").stderr_has("error[not-text]");
    check(b"pipeline p() { show(text = \"\xff\") }").stderr_has("error[not-text]");
}

#[test]
fn a_string_without_an_end() {
    check("const X = \"abc\n").stderr_has("x.argot:1:11: error[unterminated-string]");
    check("const X = \"\"\"abc\n").stderr_has("x.argot:1:11: error[unterminated-string]");
}

#[test]
fn brackets_without_an_end() {
    for bracket in ["(", "[", "{ a = "] {
        let text = format!("const X = {}", bracket.repeat(100_000));
        check(text).stderr_has("error[nesting-too-deep]");
    }
    let text = format!(
        "const X = {}1{}\n",
        "(".repeat(100_000),
        ")".repeat(100_000)
    );
    check(text).stderr_has("error[nesting-too-deep]");
}

#[test]
fn a_line_that_is_far_too_long() {
    let text = format!("const X = \"{}\"\n", "x".repeat(50_000_000));
    check(text).stderr_has("error[file-too-large]");
}

#[test]
fn a_long_line_is_not_printed() {
    let text = format!("const X = \"{}\" + 1\n", "x".repeat(1_000_000));
    let run = Sandbox::new()
        .file("x.argot", text)
        .run("compile x.argot")
        .finds();
    assert!(run.stderr.len() < 10_000);
    run.stderr_has("--> x.argot:1:");
}

#[test]
fn an_import_that_is_not_there() {
    check("from \"./nowhere.argot\" import x\n").stderr_has("x.argot:1:6: error[unreadable-file]");
}

#[test]
fn an_import_of_a_folder() {
    Sandbox::new()
        .folder("steps")
        .file("x.argot", "from \"./steps\" import x\n")
        .run("compile x.argot --format short")
        .finds()
        .stderr_has("x.argot:1:6: error[unreadable-file]");
}

#[test]
fn an_import_that_leaves_the_project() {
    for path in ["../x.argot", "./a/../../x.argot", "/etc/passwd"] {
        let run = check(format!("from \"{path}\" import x\n"));
        assert!(run.stderr.starts_with("x.argot:1:6: error["), "{run:#?}");
    }
}

#[test]
fn an_import_of_itself() {
    check("from \"./x.argot\" import x\n").stderr_has("error[import-cycle]");
}

#[test]
fn imports_in_a_circle() {
    Sandbox::new()
        .file("a.argot", "from \"./b.argot\" import x\n")
        .file("b.argot", "from \"./c.argot\" import x\n")
        .file("c.argot", "from \"./a.argot\" import x\n")
        .run("compile a.argot --format short")
        .finds()
        .stderr_has("error[import-cycle]");
}

#[test]
fn two_things_of_one_name() {
    check(pipelines(&[
        ("p", "show(text = who)"),
        ("p", "show(text = who)"),
    ]))
    .stderr_has("error[duplicate-name]");
}

#[test]
fn names_that_differ_in_the_source_only() {
    let text = pipelines(&[
        ("train_all", "show(text = who)"),
        ("Train_all", "show(text = who)"),
    ]);
    check(text).stderr_has("error[name-collision]");
}

#[test]
fn control_characters_reach_no_terminal() {
    let run = Sandbox::new()
        .file("x.argot", "pipeline \u{1b}[31mp() {}\u{7}\n")
        .run("compile x.argot")
        .finds();
    assert!(!run.stderr.contains(['\u{1b}', '\u{7}']), "{run:#?}");
}

#[test]
fn a_name_with_odd_letters() {
    Sandbox::new()
        .file("ä b'c.argot", HELLO)
        .run_with(&["compile", "ä b'c.argot"])
        .clean();
    Sandbox::new()
        .file("-x.argot", HELLO)
        .run_with(&["compile", "--", "-x.argot"])
        .clean();
}

#[test]
fn windows_line_ends_and_a_byte_order_mark() {
    let run = Sandbox::new()
        .file("x.argot", HELLO.replace('\n', "\r\n"))
        .run("compile x.argot")
        .clean();
    assert_eq!(run.names(), ["hello"]);
    let run = Sandbox::new()
        .file("x.argot", format!("\u{feff}{HELLO}"))
        .run("compile x.argot")
        .clean();
    assert_eq!(run.names(), ["hello"]);
}

/// Pages of messages help nobody: the first of a file are shown, and how many more there are.
#[test]
fn thousands_of_mistakes() {
    let body = "show(txt = 1)\n    ".repeat(3_000);
    let sandbox = Sandbox::new().file("x.argot", pipelines(&[("p", &body)]));
    let all = sandbox.run("compile x.argot --format json").finds();
    let all: serde_json::Value = serde_json::from_str(&all.stderr).unwrap();
    let count = all["summary"]["errors"].as_u64().unwrap();
    assert!(count >= 3_000);
    assert_eq!(all["diagnostics"].as_array().unwrap().len(), 200);
    let rest = count - 200;
    assert_eq!(
        all["omitted"],
        serde_json::json!([{ "file": "x.argot", "errors": rest, "warnings": 0 }])
    );
    let run = sandbox.run("compile x.argot --format short").finds();
    let lines: Vec<&str> = run.stderr.lines().collect();
    assert_eq!(lines.len(), 201);
    let note = format!("note: {rest} more errors in `x.argot` are not shown");
    assert_eq!(lines[200], note);
    let run = sandbox.run("compile x.argot").finds();
    assert_eq!(run.stderr.matches("error[E").count(), 200);
    run.stderr_has(&format!("\n\n{note}\n\nerror: {count} errors\n"));
}

/// An error decides about the exit status, and is shown, however many warnings come before it.
#[test]
fn warnings_hide_no_error() {
    let untagged: String = (0..300)
        .map(|n| format!("component c{n}() {{ image = \"alpine\", command = [\"true\"] }}\n"))
        .collect();
    let text = format!("{untagged}pipeline p() {{ c0() }}\nconst x = y\n");
    let sandbox = Sandbox::new().file("x.argot", text);
    let run = sandbox.run("compile x.argot --format short").finds();
    let lines: Vec<&str> = run.stderr.lines().collect();
    assert_eq!(lines.len(), 201, "{run:#?}");
    assert!(lines[198].starts_with("x.argot:199:"), "{run:#?}");
    assert!(lines[199].starts_with("x.argot:302:11: error["), "{run:#?}");
    assert_eq!(
        lines[200],
        "note: 101 more warnings in `x.argot` are not shown"
    );
}

/// Every file begins anew.
#[test]
fn each_file_has_its_own_count() {
    let body = "show(txt = 1)\n    ".repeat(250);
    let sandbox = Sandbox::new()
        .file("x.argot", pipelines(&[("p", &body)]))
        .file("y.argot", pipelines(&[("q", &body)]));
    let run = sandbox.run("check --format short").finds();
    let of = |file: &str| run.stderr.matches(file).count();
    assert_eq!(of("x.argot:"), 200, "{run:#?}");
    assert_eq!(of("y.argot:"), 200, "{run:#?}");
    run.stderr_has("note: 50 more errors in `x.argot` are not shown\n")
        .stderr_has("note: 50 more errors in `y.argot` are not shown\n");
}

#[cfg(unix)]
mod unix {
    use crate::support::{HELLO, Sandbox};

    const IMPORT: &str =
        "from \"./steps.argot\" import show\npipeline p() { show(text = \"x\") }\n";

    #[test]
    fn a_link_that_leaves_the_project() {
        let outside = Sandbox::new().file("steps.argot", HELLO);
        let inside = Sandbox::new().file("x.argot", IMPORT);
        inside
            .link("steps.argot", outside.path("steps.argot"))
            .run("compile x.argot --format short")
            .finds()
            .stderr_has("x.argot:1:6: error[outside-project]");
    }

    #[test]
    fn a_link_inside_the_project() {
        Sandbox::new()
            .file("x.argot", IMPORT)
            .file("lib/show.argot", HELLO)
            .link("steps.argot", "lib/show.argot")
            .run("compile x.argot")
            .clean();
    }

    #[test]
    fn an_entry_file_may_be_a_link() {
        let outside = Sandbox::new().file("x.argot", IMPORT);
        Sandbox::new()
            .file("steps.argot", HELLO)
            .link("entry.argot", outside.path("x.argot"))
            .run("compile entry.argot")
            .clean();
    }

    #[test]
    fn links_in_a_circle() {
        let sandbox = Sandbox::new()
            .file("x.argot", IMPORT)
            .link("steps.argot", "other.argot")
            .link("other.argot", "steps.argot");
        sandbox
            .run("compile x.argot --format short")
            .finds()
            .stderr_has("x.argot:1:6: error[unreadable-file]");
        sandbox
            .run("compile steps.argot")
            .fails()
            .stderr_has("error: cannot read `steps.argot`: too many levels of symbolic links");
    }

    /// A pipe would be waited for until somebody writes to it.
    #[test]
    fn an_import_of_a_pipe() {
        let sandbox = Sandbox::new().file("x.argot", IMPORT);
        assert!(
            sandbox
                .in_folder("mkfifo")
                .arg("steps.argot")
                .status()
                .unwrap()
                .success()
        );
        sandbox
            .run("compile x.argot --format short")
            .finds()
            .stderr_has("x.argot:1:6: error[unreadable-file]");
    }
}
