use proptest::prelude::*;
use serde_json::{Value, json};

use super::{Error, Part};

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

/// Writes a value, and compares the size that is reported with its JSON.
fn document<T: serde::Serialize + ?Sized>(value: &T) -> Result<String, Error> {
    let written = super::document(value, &mut |_, _| {})?;
    let json = serde_json::to_string(value).unwrap();
    assert_eq!(written.json_bytes, json.len(), "{json}");
    Ok(written.text)
}

#[test]
fn every_string_with_a_brace_is_seen_once() {
    let value = json!({
        "args": ["{a", "{b"], "{c": ["{d", 1, { "{e": "f{" }, "g"], "command": ["x\n{h}", true, "{i"],
    });
    let mut seen = Vec::new();
    let mut look = |part, text: &str| seen.push((part == Part::Key, text.to_owned()));
    super::document(&value, &mut look).unwrap();
    seen.sort();
    let texts = |keys| {
        let of = seen.iter().filter(|(is_key, _)| *is_key == keys);
        of.map(|(_, text)| text.as_str()).collect::<Vec<_>>()
    };
    assert_eq!(texts(true), ["{c", "{e"]);
    assert_eq!(texts(false), ["f{", "x\n{h}", "{a", "{b", "{d", "{i"]);
}

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
        assert_eq!(read(&document(text).unwrap()), *text, "a whole document");
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

/// Texts, many of which look like something else.
fn texts() -> impl Strategy<Value = String> + Clone {
    prop_oneof![
        "\\PC{0,12}",
        "[-a1:#\\[{}&*!|>'\"%@`,?~ _.\\n\\t\\r=+\u{1b}\u{85}\u{2028}\u{feff}\u{0}éx]{0,10}",
        "[-+]?[0-9_]{0,4}[.:eExob_T -]?[-+0-9_a-f]{0,4}[.:T -]?[0-9_]{0,4}",
        "[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([tT ] ?[0-9]{1,2}:[0-9]{1,2}:[0-9]{1,2}([.,][0-9]{0,3})?( ?[-+Z][0-9]{0,2}(:[0-9]{1,2})?)?)?",
        "[a-zA-Z]{1,5}",
        proptest::sample::select(AWKWARD).prop_map(str::to_owned),
    ]
}

/// Any data, with texts that look like something else, and with keys that the writer knows.
fn data() -> impl Strategy<Value = Value> {
    let text = texts();
    let key = prop_oneof![
        proptest::sample::select(
            &[
                "name",
                "kind",
                "labels",
                "args",
                "command",
                "value",
                "enum",
                "containers",
                "initContainers",
                "image",
                "data",
                "a",
                "spec",
                "values",
                "true",
                "012"
            ][..]
        )
        .prop_map(str::to_owned),
        "[ -~]{0,8}".prop_map(|s| s),
    ];
    let leaf = prop_oneof![
        4 => text.clone().prop_map(Value::from),
        1 => any::<i64>().prop_map(Value::from),
        1 => any::<f64>().prop_map(Value::from),
        1 => (-1e25..1e25f64).prop_map(Value::from),
        1 => (-1000..1000i32).prop_map(|n| Value::from(f64::from(n) / 8.0)),
        1 => any::<bool>().prop_map(Value::from),
        1 => Just(Value::Null),
    ];
    leaf.prop_recursive(4, 24, 5, move |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::vec(text.clone(), 0..4).prop_map(Value::from),
            proptest::collection::vec((key.clone(), inner), 0..5)
                .prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn every_value_comes_back(value in data()) {
        let out = document(&value).unwrap();
        prop_assert_eq!(read(&out), value, "written as\n{}", out);
    }

    /// Another writer of YAML 1.1 writes everything without quotes that ours does.
    #[test]
    fn what_is_bare_is_bare_elsewhere(text in texts()) {
        let out = document(&text).unwrap();
        if out.strip_suffix('\n') == Some(&*text) {
            prop_assert_eq!(serde_saphyr::to_string(&text).unwrap(), out);
        }
    }
}
