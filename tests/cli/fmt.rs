//! `argot fmt`: what it writes, and what it leaves alone.

use std::fs;

use crate::support::Sandbox;

const MESSY: &str = "const A=1\n\n\n\n# why\nconst B =  [1,2]  # this\n";
const TIDY: &str = "const A = 1\n\n# why\nconst B = [1, 2]  # this\n";
const BROKEN: &str = "const A = \n";

#[test]
fn files_of_a_folder_are_written() {
    let sandbox = Sandbox::new()
        .file("a.argot", MESSY)
        .file("deep/er/b.argot", TIDY)
        .file("notes.txt", MESSY)
        .file(".gitignore", "ignored.argot\n")
        .file("ignored.argot", MESSY);
    sandbox
        .run("fmt")
        .passes()
        .stdout_is("")
        .stderr_is("1 file reformatted, 1 file left unchanged\n");
    assert_eq!(sandbox.read("a.argot"), TIDY);
    assert_eq!(sandbox.read("notes.txt"), MESSY);
    assert_eq!(sandbox.read("ignored.argot"), MESSY);
    sandbox
        .run("fmt .")
        .passes()
        .stderr_is("2 files left unchanged\n");
    sandbox.run("fmt ignored.argot").passes();
    assert_eq!(sandbox.read("ignored.argot"), TIDY);
}

#[test]
fn check_lists_and_writes_nothing() {
    let sandbox = Sandbox::new()
        .file("a.argot", MESSY)
        .file("b.argot", TIDY)
        .file("c/d.argot", MESSY);
    sandbox
        .run("fmt --check")
        .passes_not()
        .stdout_is("a.argot\nc/d.argot\n")
        .stderr_is("2 files would be reformatted, 1 file already formatted\n");
    assert_eq!(sandbox.read("a.argot"), MESSY);
    sandbox
        .run("fmt --check b.argot")
        .passes()
        .stdout_is("")
        .stderr_is("1 file already formatted\n");
}

#[test]
fn diff_shows_and_writes_nothing() {
    let sandbox = Sandbox::new().file("a.argot", MESSY).file("b.argot", TIDY);
    let diff = "--- a.argot\n+++ a.argot\n@@ -1,6 +1,4 @@\n-const A=1\n-\n+const A = 1\n \n-\n # why\n\
                -const B =  [1,2]  # this\n+const B = [1, 2]  # this\n";
    sandbox.run("fmt --diff").passes_not().stdout_is(diff);
    sandbox
        .run("fmt --diff --check")
        .passes_not()
        .stdout_is(diff);
    assert_eq!(sandbox.read("a.argot"), MESSY);
    sandbox.run("fmt --diff b.argot").passes().stdout_is("");
}

#[test]
fn standard_input_goes_to_standard_output() {
    let sandbox = Sandbox::new().stdin(MESSY);
    sandbox.run("fmt -").clean().stdout_is(TIDY);
    sandbox
        .run("fmt --check -")
        .passes_not()
        .stdout_is("<stdin>\n")
        .stderr_is("");
    Sandbox::new()
        .stdin(TIDY)
        .run("fmt -")
        .clean()
        .stdout_is(TIDY);
    Sandbox::new().stdin("").run("fmt -").clean().stdout_is("");
    Sandbox::new()
        .stdin(BROKEN)
        .run("fmt -")
        .finds()
        .stderr_has("<stdin>:2:1");
    sandbox
        .run("fmt - a.argot")
        .fails()
        .stderr_has("`-` is standard input, and cannot be given with other paths");
}

/// A file with errors stays as it is, and the others are formatted.
#[test]
fn a_file_with_errors_is_left_alone() {
    let sandbox = Sandbox::new()
        .file("a.argot", MESSY)
        .file("b.argot", BROKEN)
        .file("c.argot", b"const A = \"\xff\"\n");
    sandbox
        .run("fmt")
        .finds()
        .stderr_has("b.argot:2:1")
        .stderr_has("`c.argot`")
        .stderr_has("1 file reformatted, 2 files with errors\n");
    assert_eq!(sandbox.read("a.argot"), TIDY);
    assert_eq!(sandbox.read("b.argot"), BROKEN);
    sandbox.run("fmt --check").finds();
}

#[test]
fn line_ends_are_kept_and_a_byte_order_mark_is_not() {
    let text = format!("\u{feff}{}", MESSY.replace('\n', "\r\n"));
    let sandbox = Sandbox::new().file("a.argot", text);
    sandbox.run("fmt").passes();
    assert_eq!(sandbox.read("a.argot"), TIDY.replace('\n', "\r\n"));
}

#[test]
fn what_is_not_there_is_a_wrong_command_line() {
    let sandbox = Sandbox::new();
    sandbox
        .run("fmt")
        .fails()
        .stderr_has("there is no *.argot file");
    sandbox
        .run("fmt a.argot")
        .fails()
        .stderr_has("cannot read `a.argot`");
}

#[cfg(unix)]
#[test]
fn the_mode_of_a_file_is_kept() {
    use std::os::unix::fs::PermissionsExt;
    let sandbox = Sandbox::new().file("a.argot", MESSY);
    let path = sandbox.path("a.argot");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
    sandbox.run("fmt").passes();
    assert_eq!(
        fs::metadata(path).unwrap().permissions().mode() & 0o777,
        0o640
    );
    assert_eq!(sandbox.names("."), ["a.argot"]);
}

/// A link stays one, and its file is formatted; one that leads out of the project is not followed.
#[cfg(unix)]
#[test]
fn links_lead_to_their_files() {
    let sandbox = Sandbox::new()
        .file("p/argot.toml", "")
        .file("p/text", MESSY)
        .file("outside", MESSY)
        .link("p/a.argot", "text");
    sandbox.run("fmt p").passes();
    assert_eq!(sandbox.read("p/text"), TIDY);
    assert!(sandbox.path("p/a.argot").is_symlink());
    let sandbox = sandbox.link("p/b.argot", "../outside");
    sandbox
        .run("fmt p")
        .finds()
        .stderr_has("it is outside the project");
    sandbox
        .run("fmt p/b.argot")
        .fails()
        .stderr_has("`p/b.argot` is a link that leads out of the project");
    assert_eq!(sandbox.read("outside"), MESSY);
}

/// What is written is the same, however many files there are.
#[test]
fn many_files_are_formatted() {
    let mut sandbox = Sandbox::new();
    for index in 0..200 {
        let text = if index % 3 == 0 { TIDY } else { MESSY };
        sandbox = sandbox.file(&format!("{index:03}.argot"), text);
    }
    sandbox
        .run("fmt")
        .passes()
        .stderr_is("133 files reformatted, 67 files left unchanged\n");
    for index in 0..200 {
        assert_eq!(sandbox.read(&format!("{index:03}.argot")), TIDY);
    }
}
