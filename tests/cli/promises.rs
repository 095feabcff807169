//! What `docs/security.md` promises and no other test holds.

use std::fs;
use std::path::{Path, PathBuf};

use argot_targets::targets::TARGETS;

use crate::support::{HELLO, Sandbox};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Every file below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut all = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            all.extend(files(&path));
        } else {
            all.push(path);
        }
    }
    all.sort();
    all
}

/// The compiler opens no connection, starts no program, and reads no clock; of the environment, it reads two variables.
#[test]
fn the_sources_use_nothing_but_files_and_streams() {
    let mut environment = Vec::new();
    let mut seen = 0;
    for krate in [
        "argot-syntax",
        "argot-compiler",
        "argot-simulate",
        "argot-partition",
        "argot-targets",
        "argot-cli",
    ] {
        for file in files(&root().join("crates").join(krate).join("src")) {
            let Ok(text) = fs::read_to_string(&file) else {
                continue;
            };
            // These files are tests.
            let is_test = file.ends_with("tests.rs")
                || file.ends_with("project/schema.rs")
                || file.components().any(|part| part.as_os_str() == "tests");
            if is_test {
                continue;
            }
            seen += 1;
            for forbidden in [
                "std::net",
                "::net::",
                "process::Command",
                "SystemTime",
                "env::vars",
                "libloading",
            ] {
                assert!(!text.contains(forbidden), "{}: {forbidden}", file.display());
            }
            let code = text.split("#[cfg(test)]").next().unwrap_or_default();
            let variables = code.matches("env::var_os(").count();
            if variables > 0 {
                environment.push((file.file_name().unwrap().to_owned(), variables));
            }
        }
    }
    assert!(seen > 100, "{seen}");
    // `NO_COLOR` and `TERM`.
    assert_eq!(environment, [("mod.rs".into(), 2)]);
}

/// What is built into the program speaks no protocol.
#[test]
fn no_dependency_knows_the_network() {
    let lock = fs::read_to_string(root().join("Cargo.lock")).unwrap();
    for name in [
        "curl",
        "h2",
        "hyper",
        "mio",
        "native-tls",
        "openssl",
        "reqwest",
        "rustls",
        "socket2",
        "tokio",
        "ureq",
    ] {
        assert!(!lock.contains(&format!("name = \"{name}\"\n")), "{name}");
    }
}

#[test]
fn neither_place_nor_time_nor_environment_change_a_byte() {
    let text = format!(
        "from \"./lib/steps.argot\" import greet\n{HELLO}\npipeline other() {{ greet() }}\n"
    );
    let steps = "component greet() { image = \"alpine:3.22\", script = file(\"./run.sh\") }\n";
    let sandbox = |folder: &str| {
        Sandbox::new()
            .file(&format!("{folder}/argot.toml"), "[project]\nname = \"x\"\n")
            .file(&format!("{folder}/x.argot"), &text)
            .file(&format!("{folder}/lib/steps.argot"), steps)
            .file(&format!("{folder}/lib/run.sh"), "echo hello\n")
    };
    for target in TARGETS.iter().map(|target| target.name()) {
        let arguments = format!("compile here/x.argot --target {target}");
        let expected = sandbox("here").run(&arguments).clean().stdout;
        let elsewhere = sandbox("a/very/deep folder/here")
            .env("LANG", "tr_TR.UTF-8")
            .env("TZ", "Asia/Kolkata")
            .env("HOME", "/nonexistent")
            .env("USER", "somebody")
            .env("SOURCE_DATE_EPOCH", "1");
        let mut command = elsewhere.command();
        command.current_dir(elsewhere.path("a/very/deep folder"));
        let output = command.args(arguments.split(' ')).output().unwrap();
        assert_eq!(String::from_utf8(output.stdout).unwrap(), expected);
        let mut bare = elsewhere.command();
        let path = elsewhere.path("a/very/deep folder/here/x.argot");
        bare.env_clear().current_dir("/").arg("compile").arg(path);
        let output = bare.args(["--target", target]).output().unwrap();
        assert_eq!(String::from_utf8(output.stdout).unwrap(), expected);
    }
}

/// A promise without the test that holds it is only a sentence.
#[test]
fn the_page_names_tests_that_are_there() {
    let page = fs::read_to_string(root().join("docs/security.md")).unwrap();
    let promises: Vec<&str> = page
        .lines()
        .filter(|line| line.starts_with("| **"))
        .collect();
    assert!(promises.len() >= 9);
    for promise in promises {
        let tests = promise.trim_end_matches('|').rsplit(" | ").next().unwrap();
        let mut named = 0;
        for path in tests.split('`').skip(1).step_by(2) {
            assert!(root().join(path).exists(), "{path} in {promise}");
            named += 1;
        }
        assert!(named > 0, "{promise}");
    }
}
