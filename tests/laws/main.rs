//! Laws that hold for every input: nothing panics, the same source gives the same bytes, and the order of
//! statements that do not depend on each other is only an order.

#![allow(clippy::expect_used, reason = "a test fails by panicking")]

use argot_compiler::{check, plan};
use argot_syntax::Diagnostics;
use argot_targets::argo::Argo;
use argot_targets::profile::Profile;
use argot_targets::target::{Request, Target};
use argot_targets::targets::TARGETS;
use argot_testing::memory::{ENTRY, Memory};
use indexmap::IndexMap;
use proptest::prelude::*;

/// All stages, as far as they go: the YAML of every pipeline, and whether there was an error.
fn compile(source: &[u8], target: &dyn Target, name: Option<&str>) -> (String, bool) {
    let checked = check(&Memory(source), ENTRY);
    if checked.diagnostics.has_errors() {
        return (String::new(), true);
    }
    let request = Request {
        name: name.map(ToOwned::to_owned),
        ..Request::default()
    };
    let mut diagnostics = Diagnostics::default();
    let mut out = String::new();
    for entry in &checked.program.entries {
        if let Some(plan) = plan(&checked.program, *entry, &IndexMap::new(), &mut diagnostics) {
            let manifests = target.lower(&plan, &Profile::default(), &request, &mut diagnostics);
            out += &argot_targets::print(&manifests, &mut diagnostics);
        }
    }
    (out, diagnostics.has_errors())
}

/// Real files, which mutations start from.
const FILES: &[&str] = &[
    include_str!("../../examples/quickstart/quickstart.argot"),
    include_str!("../../examples/nightly/nightly.argot"),
    include_str!("../../examples/gpu-finetune/gpu-finetune.argot"),
    include_str!("../../examples/five-step-ml/five-step-ml.argot"),
    include_str!("../../examples/modules/steps.argot"),
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn no_bytes_make_the_compiler_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        for target in TARGETS {
            compile(&bytes, *target, None);
        }
    }

    #[test]
    fn no_change_of_a_real_file_makes_the_compiler_panic(
        file in 0..FILES.len(),
        changes in proptest::collection::vec((any::<prop::sample::Index>(), 0..12_usize, "[ -~]{0,6}"), 1..4),
    ) {
        let mut text: Vec<char> = FILES.get(file).copied().unwrap_or_default().chars().collect();
        for (at, length, insert) in changes {
            let at = at.index(text.len().max(1)).min(text.len());
            let end = (at + length).min(text.len());
            text.splice(at..end, insert.chars());
        }
        let text: String = text.into_iter().collect();
        for target in TARGETS {
            let first = compile(text.as_bytes(), *target, None);
            prop_assert_eq!(first, compile(text.as_bytes(), *target, None), "the same source, the same bytes");
        }
    }

    #[test]
    fn independent_statements_may_stand_in_any_order(
        order in Just((0..8_usize).collect::<Vec<_>>()).prop_shuffle(),
    ) {
        let program = |order: &[usize]| {
            let mut text = String::new();
            for step in 0..order.len() {
                text += &format!("component c{step}(n: int) {{ image = \"a:1\", command = [\"run\"], args = [n] }}\n");
            }
            text += "pipeline p(n: int = 1) {\n";
            for step in order {
                text += &format!("    c{step}(n)\n");
            }
            text + "}\n"
        };
        for target in TARGETS {
            let lines = |order: &[usize]| {
                let (yaml, failed) = compile(program(order).as_bytes(), *target, Some("p"));
                assert!(!failed && yaml.contains("c7"), "the program compiles:\n{yaml}");
                let mut lines: Vec<String> = yaml.lines().map(ToOwned::to_owned).collect();
                lines.sort();
                lines
            };
            prop_assert_eq!(lines(&order), lines(&[0, 1, 2, 3, 4, 5, 6, 7]));
        }
    }
}

/// Places where an author writes keys and texts, each with `KEY` and `TEXT` in it.
const PLACES: &[&str] = &[
    "component c() { image = \"a:1\", command = [\"x\"], labels = { KEY = TEXT } }\npipeline p() { c() }",
    "component c() { image = \"a:1\", command = [\"x\"], annotations = { KEY = TEXT } }\npipeline p() { c() }",
    "component c() { image = \"a:1\", command = [\"x\"] }\npipeline p() { annotations = { KEY = TEXT }\n c() }",
    "component c() { image = \"a:1\", command = [\"x\"], node_selector = { KEY = TEXT } }\npipeline p() { c() }",
    "component c() { image = \"a:1\", command = [\"x\"], env = { KEY = TEXT } }\npipeline p() { c() }",
    "component c() { image = \"a:1\", command = [\"x\", TEXT], args = [TEXT] }\npipeline p() { c() }",
    "component c() { image = \"a:1\", command = [\"sh\", TEXT], script = \"true\" }\npipeline p() { c() }",
    "component c() { image = \"a:1\", command = [\"x\"], mounts = { \"/d\" = csi(\"d\", { KEY = TEXT }) } }\npipeline p() { c() }",
    "component c() { image = \"a:1\", command = [\"x\"], mounts = { KEY = scratch_volume(1Gi) } }\npipeline p() { c() }",
    "component c() { image = \"a:1\", command = [\"x\"], mounts = { \"/d\" = nfs(TEXT, \"/x\") } }\npipeline p() { c() }",
    "component c() { image = \"a:1\", command = [\"x\"], affinity = { podAffinity = { requiredDuringSchedulingIgnoredDuringExecution = [{ topologyKey = \"k\", labelSelector = { matchLabels = { KEY = TEXT } } }] } } }\npipeline p() { c() }",
    "component c() { image = \"a:1\", command = [\"x\"], pod = { overhead = { KEY = 1 }, hostname = TEXT } }\npipeline p() { c() }",
    "component c(m: quantity) { image = \"a:1\", command = [\"x\"], resources { memory = m }, pod = { overhead = { KEY = 1 }, hostname = TEXT } }\npipeline p(m: quantity = 1Gi) { c(m) }",
    "component c() { image = \"a:1\", command = [\"x\"], container = { lifecycle = { preStop = { exec = { command = [TEXT] } } } } }\npipeline p() { c() }",
    "component c(t: json) { image = \"a:1\", command = [\"x\"], args = [t] }\npipeline p() { c(t = { KEY = TEXT }) }",
    "component c(t: json) { image = \"a:1\", command = [\"x\"], args = [t] }\npipeline p(x: string = \"a\") { c(t = { KEY = x, other = TEXT }) }",
    "component c(t: json) { image = \"a:1\", command = [\"x\"], args = [t] }\npipeline p(x: json = 1) { c(t = [{ KEY = 9007199254740993 }, x]) }",
    "component c(t: string) { image = \"a:1\", command = [\"x\"], args = [t] }\npipeline p(x: int = 1) { c(t = json({ KEY = x })) }",
    "component c(t: map[string]) { image = \"a:1\", command = [\"x\"], args = [t] }\npipeline p(xs: list[int] = [1]) { for x in xs { c(t = { KEY = \"${x}\" }) } }",
    "component c(t: map[string] = { KEY = TEXT }) { image = \"a:1\", command = [\"x\"], args = [t] }\npipeline p() { c() }",
    "component c(t: \"a\" | TEXT) { image = \"a:1\", command = [\"x\"], args = [t] }\npipeline p(t: \"a\" | TEXT = \"a\") { c(t) }",
    "component c(t: json) { image = \"a:1\", command = [\"x\"], args = [t] }\npipeline p(x: string = \"a\") { if x == TEXT { c(t = { KEY = x }) } }",
    "component c() { template_ref { name = \"x\", template = TEXT } }\npipeline p() { c() }",
    "component c() { image = \"a:1\", command = [\"x\"], mutex = TEXT }\npipeline p() { c() }",
    "component c() { image = \"a:1\", command = [\"x\"], cache { key = TEXT } }\npipeline p() { c() }",
    "component c() { image = \"a:1\", command = [\"x\"], queue = TEXT, service_account = TEXT, priority_class = TEXT }\npipeline p() { c() }",
    "component c() { image = \"a:1\", command = [\"x\"], tolerations = [{ key = TEXT, operator = \"Equal\", value = TEXT }] }\npipeline p() { c() }",
    "component c() { image = \"a:1\", command = [\"x\"], sidecar \"s\" { image = \"a:1\", args = [TEXT], env = { KEY = TEXT } } }\npipeline p() { c() }",
    "## TEXT\ncomponent c() { image = \"a:1\", command = [\"x\"] }\n## DOC\npipeline p(\n ## DOC\n a: int = 1) { c() }",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// Wherever an author writes a key or a text that Argo would take for a variable, it is an error, or it does not come
    /// out: neither as it is, nor as a literal of which an expression makes it again.
    #[test]
    fn nothing_that_an_author_writes_becomes_a_variable(
        place in 0..PLACES.len(),
        before in "[a-z/.]{0,3}",
        inner in "=?[a-z.]{0,4}",
        after in "(\\}\\})?[a-z]{0,2}",
        key in any::<bool>(),
    ) {
        let hostile = format!("{before}{{{{{inner}zq{after}");
        let (key, text) = match key {
            true => (hostile.as_str(), "v"),
            false => ("k", hostile.as_str()),
        };
        let key = if PLACES.get(place).is_some_and(|place| place.contains("KEY = scratch")) { format!("/{key}") } else { key.to_owned() };
        let source = PLACES.get(place).copied().unwrap_or_default()
            .replace("KEY", &format!("{key:?}"))
            .replace("TEXT", &format!("{text:?}"))
            .replace("DOC", &hostile);
        let (yaml, failed) = compile(source.as_bytes(), &Argo, None);
        if !failed {
            let escaped = yaml.replace("\\\\u007b", "{").replace("\\u007b", "{");
            let bad = format!("{{{{{inner}zq");
            prop_assert!(!escaped.contains(&bad), "{source}\n{yaml}");
        }
    }
}

/// Without anything hostile all of them compile, so that the law above says something.
#[test]
fn the_places_of_authors_compile() {
    for place in PLACES {
        let key = match place.contains("KEY = scratch") {
            true => "\"/k\"",
            false => "\"k\"",
        };
        let source = place
            .replace("KEY", key)
            .replace("TEXT", "\"v\"")
            .replace("DOC", "doc");
        let (yaml, failed) = compile(source.as_bytes(), &Argo, None);
        assert!(!failed && !yaml.is_empty(), "{source}");
    }
}
