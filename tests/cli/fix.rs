//! `argot check --fix` and `--diff`.

use std::fs;

use crate::support::{HELLO, MISTAKE, Sandbox};

/// A file with two errors that have safe fixes, one that has an unsafe fix, and one that has none.
const FOUR: &str = r#"component show(text: string, loud: bool = false) {
    image = "busybox:1.37.0"
    args = [text]  # what is shown
    command: ["echo", "${loud}"]
}

pipeline four() {
    show(text = 12, loud = "true")
    shwo(text = "x")
    show(text = [1])
}
"#;

const FIXED: &str = r#"component show(text: string, loud: bool = false) {
    image = "busybox:1.37.0"
    args = [text]  # what is shown
    command = ["echo", "${loud}"]
}

pipeline four() {
    show(text = "12", loud = true)
    shwo(text = "x")
    show(text = [1])
}
"#;

#[test]
fn safe_fixes_are_made_and_the_rest_is_reported() {
    let sandbox = Sandbox::new().file("a.argot", FOUR).file("b.argot", HELLO);
    let run = sandbox.run("check --fix").finds();
    assert_eq!(sandbox.read("a.argot"), FIXED);
    assert_eq!(sandbox.read("b.argot"), HELLO);
    assert_eq!(sandbox.names("."), ["a.argot", "b.argot"]);
    run.stderr_has("error[E0209 unknown-function]")
        .stderr_has("error[E0301 type-mismatch]")
        .stderr_has(
            "fixed 3 errors in 1 file\n\
             checked 2 files: 2 errors\n\
             `argot check --fix --unsafe-fixes` can fix 1 of them\n",
        );
    // There is nothing left to do.
    let run = sandbox.run("check --fix").finds();
    assert!(!run.stderr.contains("fixed"), "{run:#?}");
    assert_eq!(sandbox.read("a.argot"), FIXED);
}

#[test]
fn unsafe_fixes_are_made_if_asked() {
    let sandbox = Sandbox::new().file("a.argot", FOUR);
    sandbox
        .run("check --fix --unsafe-fixes")
        .finds()
        .stderr_has("fixed 4 errors in 1 file\nchecked 1 file: 1 error\n");
    assert_eq!(
        sandbox.read("a.argot"),
        FIXED.replace("shwo(text", "show(text")
    );
}

#[test]
fn all_is_well_after_all_is_fixed() {
    let sandbox = Sandbox::new().file("a.argot", MISTAKE);
    sandbox
        .run("check --fix")
        .passes()
        .stderr_is("fixed 1 error in 1 file\nchecked 1 file: no errors\n");
    assert_eq!(sandbox.read("a.argot"), MISTAKE.replace("12", "\"12\""));
}

#[test]
fn nothing_to_fix() {
    let sandbox = Sandbox::new().file("a.argot", HELLO);
    let written = fs::metadata(sandbox.path("a.argot")).unwrap().modified();
    sandbox
        .run("check --fix")
        .passes()
        .stderr_is("checked 1 file: no errors\n");
    let now = fs::metadata(sandbox.path("a.argot")).unwrap().modified();
    assert_eq!(written.unwrap(), now.unwrap());
    sandbox
        .run("check --diff")
        .passes()
        .stdout_is("")
        .stderr_is("checked 1 file: nothing to fix\n");
}

#[test]
fn what_can_be_fixed_is_counted() {
    Sandbox::new()
        .file("a.argot", FOUR)
        .run("check")
        .finds()
        .stderr_has("`argot check --fix` can fix ");
}

#[test]
fn a_diff_shows_what_would_change() {
    let sandbox = Sandbox::new().file("a.argot", FOUR).file("b.argot", HELLO);
    sandbox
        .run("check --diff")
        .passes_not()
        .stdout_is(
            r#"--- a.argot
+++ a.argot
@@ -1,11 +1,11 @@
 component show(text: string, loud: bool = false) {
     image = "busybox:1.37.0"
     args = [text]  # what is shown
-    command: ["echo", "${loud}"]
+    command = ["echo", "${loud}"]
 }
 
 pipeline four() {
-    show(text = 12, loud = "true")
+    show(text = "12", loud = true)
     shwo(text = "x")
     show(text = [1])
 }
"#,
        )
        .stderr_is("checked 2 files: would fix 3 errors in 1 file\n");
    assert_eq!(sandbox.read("a.argot"), FOUR);
    sandbox
        .run("check --diff --unsafe-fixes")
        .passes_not()
        .stdout_has("+    show(text = \"12\", loud = true)\n+    show(text = \"x\")\n");
}

#[test]
fn the_diff_is_one_that_patch_takes() {
    let sandbox = Sandbox::new()
        .file("a.argot", FOUR.trim_end())
        .file("deep/b.argot", FOUR.replace('\n', "\r\n"));
    let run = sandbox.run("check --diff").passes_not();
    let sandbox = sandbox.file("changes.diff", run.stdout);
    let patch = sandbox
        .in_folder("patch")
        .args(["-p0", "--binary", "-s", "-i", "changes.diff"])
        .status();
    // It is not everywhere.
    if let Ok(status) = patch {
        assert!(status.success());
        assert_eq!(sandbox.read("a.argot"), FIXED.trim_end());
        assert_eq!(sandbox.read("deep/b.argot"), FIXED.replace('\n', "\r\n"));
    }
}

#[test]
fn standard_input_is_fixed_to_standard_output() {
    let sandbox = Sandbox::new().stdin(FOUR);
    sandbox
        .run("check --fix - --format short")
        .passes_not()
        .stdout_is(FIXED)
        .stderr_has("<stdin>:9:5: error[unknown-function]: ")
        .stderr_has("fixed 3 errors in 1 file\nchecked 1 file: 2 errors\n");
    sandbox
        .run("check --diff -")
        .passes_not()
        .stdout_has("--- <stdin>\n+++ <stdin>\n@@");
    Sandbox::new()
        .stdin(HELLO)
        .run("check --fix -")
        .passes()
        .stdout_is(HELLO);
}

/// Only what was read from standard input is fixed then: nothing is written.
#[test]
fn imports_of_standard_input_are_left_alone() {
    let sandbox = Sandbox::new()
        .file("a.argot", FOUR)
        .stdin("from \"./a.argot\" import show\npipeline p() { show(text = 1) }\n");
    sandbox
        .run("check --fix -")
        .passes_not()
        .stdout_has("show(text = \"1\")");
    assert_eq!(sandbox.read("a.argot"), FOUR);
}

#[test]
fn standard_input_is_fixed_by_itself() {
    let sandbox = Sandbox::new().file("a.argot", FOUR).stdin(FOUR);
    sandbox
        .run("check --fix - a.argot")
        .fails()
        .stderr_is("error: standard input is fixed by itself: give `-` and no other path\n");
    assert_eq!(sandbox.read("a.argot"), FOUR);
    let mut run = sandbox.run("check --fix --format json -").fails();
    assert!(run.stderr.contains("`--format json`"), "{run:#?}");
    run = sandbox.run("check --diff --format json").fails();
    assert!(run.stderr.contains("`--format json`"), "{run:#?}");
}

#[test]
fn flags_that_do_not_go_together() {
    let sandbox = Sandbox::new().file("a.argot", FOUR);
    for flags in ["--fix --diff", "--unsafe-fixes"] {
        sandbox.run(&format!("check {flags}")).fails();
    }
    assert_eq!(sandbox.read("a.argot"), FOUR);
}

#[test]
fn programs_see_what_is_left() {
    let sandbox = Sandbox::new().file("a.argot", FOUR);
    let run = sandbox.run("check --fix --format json").passes_not();
    let output: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(output["summary"]["errors"], 2);
    let fix = &output["diagnostics"][0]["fix"];
    assert_eq!(fix["title"], "Replace it with `show`");
    assert_eq!(fix["applicability"], "unsafe");
    assert_eq!(fix["edits"][0]["file"], "a.argot");
    assert_eq!(fix["edits"][0]["start"]["line"], 9);
    assert_eq!(fix["edits"][0]["text"], "show");
    run.stderr_has("fixed 3 errors in 1 file\n");
}

#[test]
fn the_lines_keep_their_ends() {
    let sandbox = Sandbox::new()
        .file("a.argot", FOUR.replace('\n', "\r\n"))
        .file("b.argot", format!("\u{feff}{}", MISTAKE.trim_end()));
    sandbox.run("check --fix").finds();
    assert_eq!(sandbox.read("a.argot"), FIXED.replace('\n', "\r\n"));
    let fixed = MISTAKE.trim_end().replace("12", "\"12\"");
    assert_eq!(sandbox.read("b.argot"), format!("\u{feff}{fixed}"));
}

#[test]
fn imported_files_of_the_project_are_fixed_too() {
    let sandbox = Sandbox::new()
        .file("argot.toml", "")
        .file("lib/a.argot", FOUR)
        .file(
            "jobs/x.argot",
            "from \"../lib/a.argot\" import show\npipeline p() { show(text = 1) }\n",
        );
    sandbox
        .run("check --fix jobs/x.argot")
        .finds()
        .stderr_has("fixed 4 errors in 2 files\nchecked 1 file: 2 errors\n");
    assert_eq!(sandbox.read("lib/a.argot"), FIXED);
}

#[test]
fn unused_imports_are_removed() {
    let steps = "component a() { image = \"a:1\", command = [\"a\"] }\n\
                 component b() { image = \"a:1\", command = [\"b\"] }\n\
                 component c() { image = \"a:1\", command = [\"c\"] }\n";
    for (before, after) in [
        (
            "from \"./steps.argot\" import a, b, c\npipeline p() { b() }\n",
            "from \"./steps.argot\" import b\npipeline p() { b() }\n",
        ),
        (
            "from \"./steps.argot\" import a as x, b,\n    c,\npipeline p() { x() }\n",
            "from \"./steps.argot\" import a as x,\npipeline p() { x() }\n",
        ),
        (
            "import \"./steps.argot\" as steps\nfrom \"./steps.argot\" import a\n\npipeline p() { a() }\n",
            "from \"./steps.argot\" import a\n\npipeline p() { a() }\n",
        ),
        (
            "from \"./steps.argot\" import a\nimport \"./steps.argot\" as steps  # why\npipeline p() { a() }\n",
            "from \"./steps.argot\" import a\n  # why\npipeline p() { a() }\n",
        ),
        // A comment would go, or documentation of the file.
        (
            "from \"./steps.argot\" import a,  # why\n    b\npipeline p() { b() }\n",
            "from \"./steps.argot\" import a,  # why\n    b\npipeline p() { b() }\n",
        ),
    ] {
        let sandbox = Sandbox::new()
            .file("steps.argot", steps)
            .file("x.argot", before);
        sandbox.run("check --fix").passes();
        assert_eq!(sandbox.read("x.argot"), after, "{before}");
    }
}

#[test]
fn what_takes_several_rounds() {
    let sandbox = Sandbox::new().file(
        "a.argot",
        "component show(text: string) {\n    image: \"a:1\", command: [\"x\", text], env: { A = \"1\" B = \"2\" }\n}\n\
         pipeline p() {\n    show(text: 1)\n}\n",
    );
    sandbox.run("check --fix").passes();
    assert_eq!(
        sandbox.read("a.argot"),
        "component show(text: string) {\n    image = \"a:1\", command = [\"x\", text], env = { A = \"1\", B = \"2\" }\n}\n\
         pipeline p() {\n    show(text = \"1\")\n}\n"
    );
}

#[test]
fn a_fix_that_adds_an_error_is_not_made() {
    let sandbox = Sandbox::new()
        .file("steps.argot", HELLO)
        .file("x.argot", "from \"./steps.argot\" import show\n");
    // Without the import, nothing is left in the file, which is an error.
    sandbox
        .run("check --fix x.argot")
        .passes()
        .stderr_has("not fixed: x.argot:1:29 [unused-import]; the fix would have added an error\n");
    assert_eq!(
        sandbox.read("x.argot"),
        "from \"./steps.argot\" import show\n"
    );
}

#[test]
fn the_project_file_is_fixed_by_guesses_only() {
    let sandbox = Sandbox::new()
        .file("argot.toml", "[profile.prod]  # ours\nspto = true\n")
        .file("x.argot", HELLO);
    sandbox.run("check --fix").finds();
    sandbox
        .run("check --fix --unsafe-fixes")
        .passes()
        .stderr_has("fixed 1 error in 1 file\n");
    assert_eq!(
        sandbox.read("argot.toml"),
        "[profile.prod]  # ours\nspot = true\n"
    );
}

#[cfg(unix)]
mod unix {
    use std::fs;
    use std::os::unix::fs::PermissionsExt;

    use super::{FIXED, FOUR};
    use crate::support::Sandbox;

    #[test]
    fn a_file_keeps_its_permissions() {
        let sandbox = Sandbox::new().file("a.argot", FOUR);
        let path = sandbox.path("a.argot");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o750)).unwrap();
        sandbox.run("check --fix").finds();
        assert_eq!(sandbox.read("a.argot"), FIXED);
        let mode = fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o750);
    }

    #[test]
    fn a_read_only_file_is_not_fixed() {
        let sandbox = Sandbox::new().file("a.argot", FOUR).file("b.argot", FOUR);
        let path = sandbox.path("a.argot");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o444)).unwrap();
        if fs::OpenOptions::new().write(true).open(&path).is_ok() {
            // The superuser may write everything.
            return;
        }
        let run = sandbox.run("check --fix");
        assert_eq!(run.status, Some(2), "{run:#?}");
        run.stderr_has("error: cannot write `a.argot`: permission denied\n");
        assert_eq!(sandbox.read("a.argot"), FOUR);
        assert_eq!(sandbox.read("b.argot"), FOUR);
    }

    #[test]
    fn a_link_stays_and_its_target_is_fixed_once() {
        let sandbox = Sandbox::new()
            .file("real/a.argot", FOUR)
            .file("argot.toml", "")
            .link("a.argot", "real/a.argot");
        sandbox
            .run("check --fix a.argot real/a.argot")
            .finds()
            .stderr_has("fixed 3 errors in 1 file\n");
        assert!(sandbox.path("a.argot").is_symlink());
        assert_eq!(sandbox.read("real/a.argot"), FIXED);
    }

    #[test]
    fn files_outside_of_the_project_are_not_fixed() {
        let sandbox = Sandbox::new()
            .file("outside.argot", FOUR)
            .folder("project")
            .link("project/named.argot", "../outside.argot");
        // Found, it is not even read; named, it is read and not shown.
        sandbox.run("check --fix project").finds();
        sandbox.run("check --fix project/named.argot").finds();
        assert_eq!(sandbox.read("outside.argot"), FOUR);
        let sandbox = sandbox.file(
            "project/x.argot",
            "from \"./named.argot\" import show\npipeline p() { show(text = 1) }\n",
        );
        sandbox.run("check --fix project/x.argot").finds();
        assert_eq!(sandbox.read("outside.argot"), FOUR);
    }
}
