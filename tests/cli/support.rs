//! A folder to run `argot` in.

use std::ffi::OsStr;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

/// A file that compiles, with one pipeline `hello`.
pub(crate) const HELLO: &str = r#"
component show(text: string) { image = "busybox:1.37.0", command = ["echo"], args = [text] }

pipeline hello(who: string = "world") {
    show(text = who)
}
"#;

/// A file with one error, at line 5, column 17.
pub(crate) const MISTAKE: &str = r#"
component show(text: string) { image = "busybox:1.37.0", command = ["echo"], args = [text] }

pipeline mistake() {
    show(text = 12)
}
"#;

/// A file with one warning, at line 4, column 18.
pub(crate) const WARNING: &str = r#"
component show(text: string) { image = "busybox:1.37.0", command = ["echo"], args = [text] }

pipeline warning(unused: int = 1) {
    show(text = "x")
}
"#;

/// A component and pipelines with these names and bodies; `who` is a parameter of each.
pub(crate) fn pipelines(all: &[(&str, &str)]) -> String {
    let mut text = String::from(
        "component show(text: string) { image = \"busybox:1.37.0\", args = [text] }\n",
    );
    for (name, body) in all {
        text.push_str(&format!(
            "\npipeline {name}(who: string = \"world\") {{\n    {body}\n}}\n"
        ));
    }
    text
}

/// A temporary folder.
pub(crate) struct Sandbox {
    folder: TempDir,
    stdin: Vec<u8>,
    env: Vec<(&'static str, String)>,
}

impl Sandbox {
    pub(crate) fn new() -> Self {
        Self {
            folder: TempDir::new().unwrap(),
            stdin: Vec::new(),
            env: Vec::new(),
        }
    }

    /// Adds a file, and the folders that it lies in.
    pub(crate) fn file(self, path: &str, content: impl AsRef<[u8]>) -> Self {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
        self
    }

    /// Adds a folder.
    pub(crate) fn folder(self, path: &str) -> Self {
        fs::create_dir_all(self.path(path)).unwrap();
        self
    }

    /// Adds a symbolic link.
    #[cfg(unix)]
    pub(crate) fn link(self, path: &str, target: impl AsRef<Path>) -> Self {
        std::os::unix::fs::symlink(target, self.path(path)).unwrap();
        self
    }

    /// What standard input holds.
    pub(crate) fn stdin(mut self, text: &str) -> Self {
        self.stdin = text.as_bytes().to_owned();
        self
    }

    pub(crate) fn env(mut self, name: &'static str, value: &str) -> Self {
        self.env.push((name, value.to_owned()));
        self
    }

    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    pub(crate) fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap()
    }

    /// The names of what lies in a folder.
    pub(crate) fn names(&self, path: &str) -> Vec<String> {
        let entries = fs::read_dir(self.path(path)).unwrap();
        let mut names: Vec<String> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    /// The command `argot` in this folder, with nothing of the caller's settings.
    pub(crate) fn command(&self) -> Command {
        self.in_folder(env!("CARGO_BIN_EXE_argot"))
    }

    /// A command in this folder.
    pub(crate) fn in_folder(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        command.current_dir(self.folder.path());
        for name in [
            "NO_COLOR",
            "CLICOLOR",
            "CLICOLOR_FORCE",
            "COLUMNS",
            "RUST_BACKTRACE",
        ] {
            command.env_remove(name);
        }
        command.envs(self.env.iter().map(|(name, value)| (name, value)));
        command.stdin(Stdio::null());
        command
    }

    /// Runs `argot` with arguments that are separated by spaces.
    pub(crate) fn run(&self, arguments: &str) -> Run {
        self.run_with(&arguments.split_whitespace().collect::<Vec<_>>())
    }

    /// Runs `argot` with these arguments.
    pub(crate) fn run_with(&self, arguments: &[&str]) -> Run {
        let mut command = self.command();
        let mut child = command
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdin = child.stdin.take().unwrap();
        // `argot` need not read it.
        let _ = stdin.write_all(&self.stdin);
        drop(stdin);
        Run::from(child.wait_with_output().unwrap())
    }
}

/// What a run of `argot` gave.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) status: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl From<Output> for Run {
    fn from(output: Output) -> Self {
        let run = Self {
            status: output.status.code(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        };
        assert!(!run.stderr.contains("panicked"), "{run:#?}");
        run
    }
}

impl Run {
    /// The exit status is 0, and nothing is said.
    pub(crate) fn clean(self) -> Self {
        assert_eq!(
            (self.status, self.stderr.as_str()),
            (Some(0), ""),
            "{self:#?}"
        );
        self
    }

    /// The exit status is 0.
    pub(crate) fn passes(self) -> Self {
        assert_eq!(self.status, Some(0), "{self:#?}");
        self
    }

    /// The exit status is 1, whatever is printed.
    pub(crate) fn passes_not(self) -> Self {
        assert_eq!(self.status, Some(1), "{self:#?}");
        self
    }

    /// The source has errors: exit status 1, and nothing on standard output.
    pub(crate) fn finds(self) -> Self {
        assert_eq!(
            (self.status, self.stdout.as_str()),
            (Some(1), ""),
            "{self:#?}"
        );
        self
    }

    /// The command could not do its work: exit status 2, and nothing on standard output.
    pub(crate) fn fails(self) -> Self {
        assert_eq!(
            (self.status, self.stdout.as_str()),
            (Some(2), ""),
            "{self:#?}"
        );
        self
    }

    pub(crate) fn stdout_is(self, text: &str) -> Self {
        assert_eq!(self.stdout, text, "{self:#?}");
        self
    }

    pub(crate) fn stdout_has(self, text: &str) -> Self {
        assert!(self.stdout.contains(text), "no {text:?} in {self:#?}");
        self
    }

    pub(crate) fn stdout_lacks(self, text: &str) -> Self {
        assert!(!self.stdout.contains(text), "{text:?} in {self:#?}");
        self
    }

    pub(crate) fn stderr_is(self, text: &str) -> Self {
        assert_eq!(self.stderr, text, "{self:#?}");
        self
    }

    pub(crate) fn stderr_has(self, text: &str) -> Self {
        assert!(self.stderr.contains(text), "no {text:?} in {self:#?}");
        self
    }

    /// The names of the objects on standard output, in order, without the hash that a Workflow's ends in.
    pub(crate) fn names(&self) -> Vec<&str> {
        let is_hash = |end: &str| end.len() == 8 && end.chars().all(|c| c.is_ascii_hexdigit());
        self.stdout
            .split("---\n")
            .filter_map(|document| {
                let mut metadata = document.lines().skip_while(|line| *line != "metadata:");
                let name = metadata.find_map(|line| line.strip_prefix("  name: "))?;
                let (start, end) = name.rsplit_once('-').unwrap_or((name, ""));
                Some(if is_hash(end) { start } else { name })
            })
            .collect()
    }
}
