//! The examples against the YAML that lies beside them.
//!
//! The page of an example says how each YAML file of its folder is made, one on a line:
//!
//! ```text
//! argot compile examples/quickstart/quickstart.argot > quickstart.yaml
//! ```
//!
//! `ARGOT_BLESS=1 cargo test -p argot-cli --test golden` writes the YAML anew.

#![allow(clippy::expect_used, reason = "a test fails by panicking")]

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The names of what is in a folder, in order.
fn entries(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("the folder is there");
    let name = |entry: fs::DirEntry| entry.file_name().into_string().expect("a name is text");
    let mut names: Vec<String> = entries
        .map(|entry| name(entry.expect("a folder can be read")))
        .collect();
    names.sort();
    names
}

fn examples() -> Vec<String> {
    entries(&root().join("examples"))
}

/// A YAML file, and the flags with which the page of its example says to make it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Golden {
    example: String,
    flags: Vec<String>,
    file: String,
}

impl Golden {
    /// Those of a page.
    fn of(example: &str, page: &str) -> Vec<Self> {
        let command = format!("    argot compile examples/{example}/{example}.argot");
        let lines = page.lines().filter_map(|line| line.strip_prefix(&command));
        lines
            .filter_map(|rest| {
                let (flags, file) = rest.split_once('>')?;
                Some(Self {
                    example: example.to_owned(),
                    flags: flags.split_whitespace().map(ToOwned::to_owned).collect(),
                    file: file.trim().to_owned(),
                })
            })
            .collect()
    }

    fn folder(&self) -> PathBuf {
        root().join("examples").join(&self.example)
    }

    fn compile(&self) -> String {
        let example = &self.example;
        let output = Command::new(env!("CARGO_BIN_EXE_argot"))
            .current_dir(root())
            .arg("compile")
            .arg(format!("examples/{example}/{example}.argot"))
            .args(&self.flags)
            .output()
            .expect("the binary starts");
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(
            output.status.success(),
            "{self:?} does not compile:\n{errors}"
        );
        assert_eq!(errors, "", "{self:?} is without warnings");
        String::from_utf8(output.stdout).expect("YAML is text")
    }
}

/// The golden files of an example.
fn goldens(example: &str) -> Vec<Golden> {
    let page = root().join("examples").join(example).join("README.md");
    Golden::of(example, &fs::read_to_string(page).expect("it has a page"))
}

/// The YAML files of a folder against what its page says, each file once.
fn differences(files: &[String], goldens: &[Golden]) -> Vec<String> {
    let mut out = Vec::new();
    let mut said: Vec<&str> = Vec::new();
    for golden in goldens {
        if said.contains(&golden.file.as_str()) {
            out.push(format!("{} is made twice", golden.file));
        }
        said.push(&golden.file);
    }
    for file in files {
        if file.ends_with(".yaml") && !said.contains(&file.as_str()) {
            out.push(format!("{file} is made by no line of the page"));
        }
    }
    out
}

#[test]
fn a_page_says_how_each_file_is_made() {
    let page = "Text.\n\n    argot compile examples/a/a.argot > a.yaml\n\
                \x20   argot compile examples/a/a.argot --profile b -p x=1 > b.yaml\n\
                \x20   argot compile examples/a/a.argot | kubectl apply -f -\n\
                \x20   argot compile examples/ab/ab.argot > c.yaml\n";
    let golden = |flags: &[&str], file: &str| Golden {
        example: "a".to_owned(),
        flags: flags.iter().map(|&flag| flag.to_owned()).collect(),
        file: file.to_owned(),
    };
    let found = Golden::of("a", page);
    assert_eq!(
        found,
        [
            golden(&[], "a.yaml"),
            golden(&["--profile", "b", "-p", "x=1"], "b.yaml"),
        ]
    );
    let files = ["README.md", "a.yaml", "b.yaml", "old.yaml"].map(str::to_owned);
    assert_eq!(
        differences(&files, &found),
        ["old.yaml is made by no line of the page"]
    );
    let twice = [golden(&[], "a.yaml"), golden(&["--x"], "a.yaml")];
    assert_eq!(
        differences(&["a.yaml".to_owned()], &twice),
        ["a.yaml is made twice"]
    );
}

#[test]
fn every_example_compiles_to_its_golden_files() {
    let bless = std::env::var_os("ARGOT_BLESS").is_some();
    let names = examples();
    assert!(
        names.len() >= 15,
        "there are fifteen examples at least, found {names:?}"
    );
    let mut wrong = Vec::new();
    for name in names {
        let goldens = goldens(&name);
        if goldens.is_empty() {
            wrong.push(format!("{name}: the page says how no file is made"));
        }
        for golden in &goldens {
            let path = golden.folder().join(&golden.file);
            let now = golden.compile();
            if bless {
                fs::write(&path, &now).expect("the golden file can be written");
            } else if fs::read_to_string(&path).unwrap_or_default() != now {
                wrong.push(format!("{name}/{} differs", golden.file));
            }
        }
        let files = entries(&root().join("examples").join(&name));
        for difference in differences(&files, &goldens) {
            wrong.push(format!("{name}/{difference}"));
        }
    }
    assert!(
        wrong.is_empty(),
        "against what is compiled now; where it is meant, run with ARGOT_BLESS=1 and read the difference: {wrong:#?}"
    );
}

#[test]
fn the_same_source_gives_the_same_bytes() {
    for golden in examples().iter().flat_map(|name| goldens(name)) {
        assert_eq!(golden.compile(), golden.compile(), "{golden:?}");
    }
}
