//! The examples against the YAML that lies beside them.
//!
//! `ARGOT_BLESS=1 cargo test -p argot-cli --test golden` writes the YAML anew.

#![allow(clippy::expect_used, reason = "a test fails by panicking")]

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

fn examples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples")
}

fn names() -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(examples())
        .expect("the examples are there")
        .map(|entry| {
            entry
                .expect("a folder can be read")
                .file_name()
                .into_string()
                .expect("a name is text")
        })
        .collect();
    names.sort();
    names
}

/// The flags with which the page of an example says to compile it.
fn flags(name: &str) -> Vec<String> {
    let page = fs::read_to_string(examples().join(name).join("README.md")).expect("it has a page");
    let command = format!("argot compile examples/{name}/{name}.argot");
    let line = page
        .lines()
        .find_map(|line| line.trim().strip_prefix(&command))
        .expect("the page says how to compile it");
    line.split_whitespace()
        .take_while(|word| *word != ">")
        .map(ToOwned::to_owned)
        .collect()
}

fn compile(name: &str) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_argot"))
        .current_dir(examples())
        .arg("compile")
        .arg(format!("{name}/{name}.argot"))
        .args(flags(name))
        .output()
        .expect("the binary starts");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success(),
        "{name} does not compile:\n{errors}"
    );
    assert_eq!(errors, "", "{name} is without warnings");
    String::from_utf8(output.stdout).expect("YAML is text")
}

#[test]
fn every_example_compiles_to_its_golden_file() {
    let bless = std::env::var_os("ARGOT_BLESS").is_some();
    let names = names();
    assert!(
        names.len() >= 12,
        "there are twelve examples at least, found {names:?}"
    );
    let mut stale = Vec::new();
    for name in names {
        let path = examples().join(&name).join(format!("{name}.yaml"));
        let now = compile(&name);
        if bless {
            fs::write(&path, &now).expect("the golden file can be written");
        } else if fs::read_to_string(&path).unwrap_or_default() != now {
            stale.push(path.display().to_string());
        }
    }
    assert!(
        stale.is_empty(),
        "these differ from what is compiled now; run with ARGOT_BLESS=1 and read the difference: {stale:#?}"
    );
}

#[test]
fn the_same_source_gives_the_same_bytes() {
    for name in names() {
        assert_eq!(compile(&name), compile(&name), "{name}");
    }
}
