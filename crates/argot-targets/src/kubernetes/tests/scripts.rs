//! Start scripts, run by the shells that this machine has.

mod outputs;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::atomic::{AtomicUsize, Ordering};

use proptest::prelude::{ProptestConfig, any, prop, proptest};

use crate::kubernetes::values::{OUTPUTS, Piece, Start, Text, is_variable};

const RELEASER: &str = include_str!("../release.sh");

/// Shells that an image may have as `sh`.
const SHELLS: &[&[&str]] = &[&["sh"], &["dash"], &["busybox", "sh"], &["bash", "--posix"]];

/// The shells that are here.
fn shells() -> Vec<&'static [&'static str]> {
    let works = |shell: &&&[&str]| {
        let run = Command::new(shell[0])
            .args(&shell[1..])
            .args(["-c", ":"])
            .output();
        run.is_ok_and(|output| output.status.success())
    };
    let found: Vec<_> = SHELLS.iter().filter(works).copied().collect();
    assert!(!found.is_empty(), "there is no shell");
    found
}

/// A folder that is removed when the test ends. It contains `cat`, and `show`, which prints its arguments.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("argot-scripts-{}-{count}", std::process::id());
        let folder = Self(std::env::temp_dir().join(name));
        fs::create_dir_all(folder.0.join("bin")).unwrap();
        let cat = ["/bin/cat", "/usr/bin/cat"]
            .map(Path::new)
            .into_iter()
            .find(|path| path.exists());
        std::os::unix::fs::symlink(cat.unwrap(), folder.0.join("bin/cat")).unwrap();
        folder.write(
            "bin/show",
            "#!/bin/sh\nprintf '%s\\0' \"$@\" \"${X-no}\" \"${rest-no}\" \"${line-no}\"\n",
        );
        let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
        fs::set_permissions(folder.0.join("bin/show"), mode).unwrap();
        folder
    }

    /// Writes a file; its path.
    fn write(&self, name: &str, text: &str) -> String {
        let path = self.0.join(name);
        fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    }

    fn run(&self, shell: &[&str], start: &Start<'_>, env: &[(&str, &str)]) -> Output {
        let script = self.write("start", &start.script());
        // An empty environment, but for what is to be found there.
        let program = which(shell[0]);
        let output = Command::new(program)
            .args(&shell[1..])
            .arg(script)
            .env_clear()
            .env("PATH", self.0.join("bin"))
            .envs(env.iter().copied())
            .current_dir(&self.0)
            .output()
            .unwrap();
        assert!(!self.0.join("pwned").exists(), "a value was run");
        output
    }

    /// What the program was given: its arguments, then `X`, `rest` and `line`.
    fn shown(&self, shell: &[&str], start: &Start<'_>, env: &[(&str, &str)]) -> Vec<String> {
        let output = self.run(shell, start, env);
        let error = String::from_utf8_lossy(&output.stderr);
        assert!(
            output.status.success() && error.is_empty(),
            "{shell:?}: {error}"
        );
        let text = String::from_utf8(output.stdout).unwrap();
        text.split_terminator('\0').map(str::to_owned).collect()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn which(program: &str) -> PathBuf {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut folders = std::env::split_paths(&path).map(|folder| folder.join(program));
    folders.find(|path| path.exists()).unwrap()
}

fn file(path: &str, quoted: bool) -> Piece {
    Piece::File {
        path: path.to_owned(),
        quoted,
    }
}

fn constant(text: &str) -> Piece {
    Piece::Text(text.to_owned())
}

/// The text of a file as a program is to have it.
fn arrives(text: &str) -> &str {
    text.strip_suffix('\n').unwrap_or(text)
}

/// Checks that a text comes through every way that a value can take.
fn comes_through(folder: &Folder, shell: &[&str], text: &str) {
    let path = folder.write("value", text);
    let program = Text::constant("show");
    let plain = Text(vec![file(&path, false)]);
    let within = Text(vec![
        constant("$(touch pwned) '"),
        file(&path, false),
        constant("\n"),
    ]);
    let json = Text(vec![constant("[1,"), file(&path, true), constant("]")]);
    let start = Start {
        task: "t",
        env: vec![("X", &plain)],
        command: vec![&program, &plain, &within, &json],
        ..Start::default()
    };
    let shown = folder.shown(shell, &start, &[("rest", "mine"), ("line", "mine")]);
    let expected = arrives(text);
    assert_eq!(shown.len(), 6, "{shell:?} {text:?}: {shown:?}");
    assert!(
        shown[0] == expected,
        "{shell:?}: {text:?} became {:?}",
        shown[0]
    );
    assert!(
        shown[1] == format!("$(touch pwned) '{expected}\n"),
        "{shell:?}: {text:?}"
    );
    let parsed: serde_json::Value = serde_json::from_str(&shown[2]).unwrap();
    assert!(
        parsed == serde_json::json!([1, expected]),
        "{shell:?}: {text:?} became {}",
        shown[2]
    );
    assert!(shown[3] == expected, "{shell:?}: {text:?}");
    // What the script has for itself is not the program's.
    assert_eq!(shown[4..], ["mine", "mine"]);
}

#[test]
fn every_text_comes_through_every_shell() {
    let long = "a".repeat(60_000);
    let lines = "a line with \"quotes\"\n".repeat(2_000);
    let texts = [
        "",
        "\n",
        "\n\n",
        "a",
        "a\n",
        "a\n\n",
        "\na",
        "a\n\n\nb",
        " ",
        "  a  b ",
        "\t",
        "a\tb\t\n",
        "$(touch pwned)",
        "`touch pwned`",
        "'; touch pwned; '",
        "\"; touch pwned; \"",
        "$HOME ${X} $$",
        "*",
        "/*",
        "?",
        "[a-z]*",
        "~",
        "-n",
        "-e a",
        "--",
        "\\",
        "\\\\",
        "\\n",
        "\\\"",
        "\"",
        "a\"b",
        "'",
        "%s%d%%",
        "\\\\\"\\",
        ".\\",
        ".\"",
        "!!",
        "#",
        "&&",
        "|",
        "\r\n",
        "a\rb\r",
        "\u{1}\u{2}\u{1b}[0m\u{7f}",
        "\u{80}\u{81}\u{88}\u{85}",
        "grün ☃ 𝄞",
        "\u{2028}",
        "\u{feff}a",
        "x",
        "{\"a\": [1, \"b\"]}",
        long.as_str(),
        lines.as_str(),
    ];
    let folder = Folder::new();
    for shell in shells() {
        for text in texts {
            comes_through(&folder, shell, text);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn any_text_comes_through(text in prop::collection::vec(
        proptest::prop_oneof![
            proptest::sample::select(vec!['"', '\\', '\n', '\t', '\'', '$', '`', '.', ' ', 'x', '\r', '%']),
            any::<char>(),
        ], 0..40)) {
        let text: String = text.into_iter().filter(|c| *c != '\0').collect();
        let folder = Folder::new();
        for shell in shells() {
            comes_through(&folder, shell, &text);
        }
    }

    #[test]
    fn any_constant_comes_through(words in prop::collection::vec("[^\0]{0,12}", 1..4)) {
        let folder = Folder::new();
        let path = folder.write("value", "v");
        let texts: Vec<Text> = ["show"].into_iter().chain(words.iter().map(String::as_str)).map(Text::constant).collect();
        let late = Text(vec![file(&path, false)]);
        let start = Start { task: "t", env: vec![("X", &late)], command: texts.iter().collect(), ..Start::default() };
        for shell in shells() {
            let shown = folder.shown(shell, &start, &[]);
            assert_eq!(shown[..words.len()], words, "{shell:?}");
        }
    }
}

#[test]
fn a_file_that_is_not_there_ends_it() {
    let folder = Folder::new();
    let (program, text) = (
        Text::constant("show"),
        Text(vec![file("/nowhere/auc", false)]),
    );
    let start = Start {
        task: "t",
        command: vec![&program, &text],
        ..Start::default()
    };
    for shell in shells() {
        let output = folder.run(shell, &start, &[]);
        assert_eq!(output.status.code(), Some(1), "{shell:?}");
        assert!(output.stdout.is_empty());
        assert_eq!(
            String::from_utf8_lossy(&output.stderr),
            "argot: there is no file /nowhere/auc: the step that should have written it has not\n"
        );
    }
}

#[test]
fn a_turn_has_its_items() {
    let folder = Folder::new();
    let items: Vec<(String, String)> = ["a", "$(touch pwned)", "it's\n"]
        .map(|text| (text.to_owned(), serde_json::json!(text).to_string()))
        .into();
    let program = Text::constant("show");
    let item = |json| Text(vec![Piece::Item { list: 0, json }]);
    let (text, json) = (item(false), item(true));
    let start = Start {
        task: "t",
        command: vec![&program, &text, &json],
        items: vec![items.clone()],
        ..Start::default()
    };
    for shell in shells() {
        for (index, (text, json)) in items.iter().enumerate() {
            let shown = folder.shown(
                shell,
                &start,
                &[("JOB_COMPLETION_INDEX", &index.to_string())],
            );
            assert_eq!(shown[..2], [text.as_str(), json.as_str()]);
        }
        for wrong in [&[][..], &[("JOB_COMPLETION_INDEX", "3")]] {
            assert!(
                !folder.run(shell, &start, wrong).status.success(),
                "{shell:?}"
            );
        }
    }
}

#[test]
fn the_namespace_is_that_of_the_pod() {
    let folder = Folder::new();
    let path = folder.write("value", "v\n");
    let program = Text::constant("show");
    let text = Text(vec![Piece::Namespace, constant("/"), file(&path, false)]);
    let start = Start {
        task: "t",
        command: vec![&program, &text],
        ..Start::default()
    };
    for shell in shells() {
        let shown = folder.shown(shell, &start, &[("ARGOT_NAMESPACE", "a b")]);
        assert_eq!(shown[0], "a b/v");
    }
}

#[test]
fn which_variables_a_shell_can_set() {
    for (name, can) in [
        ("A", true),
        ("_a1", true),
        ("v1", true),
        ("PATH", true),
        ("LC_ALL", true),
        ("", false),
        ("1a", false),
        ("a-b", false),
        ("a.b", false),
        ("é", false),
        ("UID", false),
        ("_", false),
        ("argot_1", false),
    ] {
        assert_eq!(is_variable(name), can, "{name}");
    }
}

#[test]
fn shellcheck_has_nothing_to_say() {
    if Command::new("shellcheck")
        .arg("--version")
        .output()
        .is_err()
    {
        return;
    }
    let folder = Folder::new();
    let program = Text::constant("show");
    let plain = Text(vec![file("/a b", false), constant("it's $1")]);
    let json = Text(vec![
        file("/a b", true),
        Piece::Item {
            list: 0,
            json: true,
        },
    ]);
    let other = Text(vec![
        Piece::Item {
            list: 0,
            json: false,
        },
        Piece::Namespace,
    ]);
    let items = vec![vec![("a b".to_owned(), "\"a b\"".to_owned()); 2]];
    let scripts = [
        vec![&program, &plain],
        vec![&program, &json],
        vec![&program, &other],
        vec![&program, &plain, &json, &other],
    ];
    let others = [("release.sh", RELEASER), ("outputs.sh", OUTPUTS)];
    let others = others.map(|(name, text)| folder.write(name, text));
    let files = scripts.into_iter().enumerate().map(|(index, command)| {
        let start = Start {
            task: "t",
            env: vec![("X", &plain)],
            command,
            items: items.clone(),
            ..Start::default()
        };
        folder.write(&format!("script-{index}"), &start.script())
    });
    // That constants are not expanded is meant.
    let output = Command::new("shellcheck")
        .arg("--exclude=SC2016")
        .args(files.chain(others))
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stdout)
    );
}
