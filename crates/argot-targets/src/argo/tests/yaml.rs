use proptest::prelude::*;
use serde_json::{Value, json};

use crate::yaml::document;

/// Texts that some YAML readers interpret as something other than a string.
const AWKWARD: &[&str] = &[
    "",
    " ",
    "y",
    "Y",
    "n",
    "yes",
    "No",
    "on",
    "OFF",
    "true",
    "True",
    "null",
    "~",
    "Null",
    "=",
    "<<",
    "-",
    "?",
    ":",
    "012",
    "0755",
    "0o7",
    "0x1F",
    "0b101",
    "1_000",
    "1e3",
    "1.",
    ".5",
    "+1",
    "-1",
    "1:30",
    "190:20:30",
    ".inf",
    "-.INF",
    ".nan",
    "2001-01-01",
    "2001-12-14t21:59:43.10-05:00",
    "- x",
    "# x",
    "a # b",
    "a: b",
    "a:",
    "a :b",
    "{a}",
    "[a]",
    "*a",
    "&a",
    "!a",
    "|",
    ">",
    "%a",
    "@a",
    "`a`",
    "'",
    "\"",
    "\\",
    "a\\nb",
    " a",
    "a ",
    "\ta",
    "a\t",
    "a\nb",
    "a\nb\n",
    "a\nb\n\n",
    "\na",
    "\n",
    "\n\n",
    " a\nb",
    "a \nb",
    "a\t\nb",
    "a\r\nb",
    "a\rb",
    "\u{1b}[0m",
    "\u{7f}",
    "\u{0}",
    "\u{85}",
    "a\u{85}b",
    "\u{a0}",
    "\u{2028}",
    "a\u{2028}b\nc",
    "\u{feff}",
    "\u{feff}a\nb",
    "\u{fffe}",
    "😀",
    "é",
    "---",
    "--- a",
    "...",
    "a\n---\nb",
    "a\n...\nb",
    "#!/bin/sh\necho 'x' \"y\" $z\n",
    "\"\"\"doc\"\"\"\n\nimport os\n",
    "{{x}}",
    "{{=a ? 'b' : \"c\"}}",
    "key: |\n  text\n",
    "?\ta",
    "-\ta",
    "0b1_0",
    "1__0",
    "_1",
    "0_",
    "685.230_15e+03",
    "12e03",
    "NaN",
    "!!str x",
    "a,b",
    "a]",
    "a}",
    ", ",
    "\u{2029}x",
];

fn read(text: &str) -> Value {
    serde_yaml::from_str(text).unwrap()
}

fn check(text: &str) {
    for value in [
        json!({ "plain": text, "value": text, "list": [text, text], "args": [text], "nested": { "source": text, "after": 1 } }),
        json!({ "items": [{ "name": "a", "value": text }, { "source": text, "x": [[text]] }] }),
        json!({ "data": { text: text } }),
    ] {
        let out = document(&value).unwrap();
        assert_eq!(read(&out), value, "{text:?} was written as\n{out}");
        assert_eq!(out, document(&value).unwrap());
    }
}

#[test]
fn awkward_strings_come_back() {
    for text in AWKWARD {
        check(text);
    }
}

#[test]
fn words_that_yaml_1_1_reads_otherwise_are_quoted() {
    for text in [
        "y",
        "yes",
        "on",
        "012",
        "1_000",
        "0x1F",
        ".5",
        "~",
        "=",
        "1:30",
        "2001-01-01",
        "0o7",
        "",
    ] {
        let out = document(&json!({ "key": text })).unwrap();
        assert!(
            out.starts_with("key: \"") || out.starts_with("key: '"),
            "{out}"
        );
    }
}

#[test]
fn texts_of_several_lines_stay_readable() {
    let value = json!({ "source": "#!/bin/sh\nset -eu\n\n\techo \"$x\" # done\n", "data": { "a.py": "x = 1\ny = 2" } });
    insta::assert_snapshot!(document(&value).unwrap(), @r##"
    source: |
      #!/bin/sh
      set -eu

      	echo "$x" # done
    data:
      a.py: |-
        x = 1
        y = 2
    "##);
}

proptest! {
    #[test]
    fn every_string_comes_back(text in "\\PC{0,12}") {
        check(&text);
    }

    #[test]
    fn every_awkward_string_comes_back(text in "[-a1:#\\[{}&*!|>'\"%@`,?~ _.\\n\\t\\r=+\u{1b}\u{85}\u{2028}\u{feff}\u{0}éx]{0,10}") {
        check(&text);
    }
}
