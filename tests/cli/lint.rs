//! The levels of warnings in `argot.toml`.

use crate::support::{HELLO, Sandbox, WARNING};

fn sandbox(lint: &str) -> Sandbox {
    Sandbox::new()
        .file("argot.toml", format!("[lint]\n{lint}\n"))
        .file("x.argot", WARNING)
}

#[test]
fn an_allowed_warning_is_not_reported() {
    let run = sandbox("unused-parameter = \"allow\"")
        .run("check x.argot --deny-warnings")
        .passes();
    assert!(!run.stderr.contains("unused"), "{}", run.stderr);
}

#[test]
fn a_warning_is_reported_as_it_is_without_a_level() {
    let warned = sandbox("unused-parameter = \"warn\"").run("check x.argot");
    let plain = sandbox("").run("check x.argot");
    let (warned, plain) = (warned.passes(), plain.passes());
    assert_eq!(warned.stderr, plain.stderr);
    assert!(plain.stderr.contains("warning[W0802"), "{}", plain.stderr);
}

/// Nothing is written, as with any other error.
#[test]
fn a_denied_warning_is_an_error() {
    sandbox("unused-parameter = \"deny\"")
        .run("compile x.argot --format short")
        .finds()
        .stderr_has("x.argot:4:18: error[unused-parameter]: ");
}

/// Only the named warning is an error.
#[test]
fn other_warnings_stay_warnings() {
    sandbox("image-without-tag = \"deny\"")
        .run("compile x.argot --format short")
        .passes()
        .stderr_has("x.argot:4:18: warning[unused-parameter]: ");
}

#[test]
fn all_others_can_be_denied_by_the_flag() {
    sandbox("unused-parameter = \"warn\"")
        .run("compile x.argot --deny-warnings --format short")
        .finds()
        .stderr_has("x.argot:4:18: error[unused-parameter]: ");
}

/// Each file of one command line has the levels of its own project.
#[test]
fn levels_are_those_of_the_project() {
    let run = Sandbox::new()
        .file("a/argot.toml", "[lint]\nunused-parameter = \"deny\"\n")
        .file("a/x.argot", WARNING)
        .file("b/argot.toml", "[lint]\nunused-parameter = \"allow\"\n")
        .file("b/x.argot", WARNING)
        .file("c/x.argot", WARNING)
        .run("check a b c --format short")
        .passes_not()
        .stderr_has("c/x.argot:4:18: warning[unused-parameter]: ");
    assert!(
        run.stderr.contains("a/x.argot:4:18: error["),
        "{}",
        run.stderr
    );
    assert!(!run.stderr.contains("b/x.argot"), "{}", run.stderr);
}

/// What the file itself is warned about has a level too.
#[test]
fn warnings_about_the_project_file_have_levels() {
    let profile = "[profile.p.params]\nwhom = \"x\"\n";
    let sandbox = |level: &str| {
        Sandbox::new()
            .file(
                "argot.toml",
                format!("[lint]\nunused-setting = \"{level}\"\n{profile}"),
            )
            .file("x.argot", HELLO)
    };
    sandbox("allow").run("check --deny-warnings .").passes();
    sandbox("deny")
        .run("check . --format short")
        .passes_not()
        .stderr_has("error[unused-setting]: ");
}

#[test]
fn an_allowed_fix_is_not_made() {
    let source =
        "from \"./y.argot\" import show\n".to_owned() + HELLO.replace("show", "say").as_str();
    let sandbox = |level: &str| {
        Sandbox::new()
            .file(
                "argot.toml",
                format!("[lint]\nunused-import = \"{level}\"\n"),
            )
            .file("x.argot", &source)
            .file("y.argot", HELLO)
    };
    let kept = sandbox("allow");
    kept.run("check x.argot --fix").passes();
    assert_eq!(kept.read("x.argot"), source);
    let fixed = sandbox("warn");
    fixed.run("check x.argot --fix").passes();
    assert!(
        !fixed.read("x.argot").contains("import"),
        "{}",
        fixed.read("x.argot")
    );
}

#[test]
fn the_levels_are_settings() {
    let run = sandbox("unused-parameter = \"deny\"")
        .run("config x.argot")
        .passes();
    assert!(
        run.stdout
            .lines()
            .any(|line| line.contains("lint.unused-parameter") && line.contains("argot.toml:2")),
        "{}",
        run.stdout
    );
}
