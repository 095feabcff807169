//! A source, a profile, and what the plan says then.

use argot_compiler::{
    Attributes, Expr, Plan, PlanVolumeSource, Quantity, ReadError, Type, Value, VolumeSource,
    Workspace, WorkspaceAttribute, World, check, plan,
};
use argot_syntax::{Code, Diagnostics, FileId, Span};
use indexmap::IndexMap;

use super::{DefaultAmount, NodePool, Profile, Toleration, apply};

struct Memory(String);

impl World for Memory {
    fn read(&self, _: &str) -> Result<Vec<u8>, ReadError> {
        Ok(self.0.clone().into_bytes())
    }
}

/// The plan of the last pipeline of a source, under a profile.
fn under(profile: &Profile, source: &str) -> (Plan, Diagnostics) {
    let checked = check(&Memory(source.to_owned()), "main.argot");
    assert!(
        !checked.diagnostics.has_errors(),
        "{:#?}",
        checked.diagnostics
    );
    let mut found = Diagnostics::default();
    let pipeline = *checked.program.entries.last().unwrap();
    let mut plan = plan(&checked.program, pipeline, &IndexMap::new(), &mut found).unwrap();
    assert!(!found.has_errors(), "{found:#?}");
    let mut found = Diagnostics::default();
    apply(profile, &mut plan, &mut found);
    (plan, found)
}

/// The attributes of the one step, which runs with these.
fn step(profile: &Profile, attributes: &str) -> Attributes {
    let (plan, found) = under(profile, &component(attributes));
    assert!(!found.has_errors(), "{found:#?}");
    plan.steps[0].attributes.clone()
}

fn component(attributes: &str) -> String {
    format!(
        "component run() {{ image = \"busybox:1.37.0\", args = [\"x\"], {attributes} }}\n\
         pipeline main() {{ run() }}\n"
    )
}

fn map(pairs: &[(&str, &str)]) -> IndexMap<String, String> {
    pairs
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect()
}

fn texts(map: &IndexMap<String, Expr>) -> IndexMap<String, String> {
    map.iter()
        .map(|(name, expr)| (name.clone(), expr.as_str().unwrap().to_owned()))
        .collect()
}

fn quantity(text: &str) -> Quantity {
    Quantity::parse(text).unwrap()
}

#[test]
fn nothing_changes_without_a_profile() {
    let source = component("labels = { a = \"b\" }");
    let checked = check(&Memory(source.clone()), "main.argot");
    let pipeline = checked.program.entries[0];
    let mut found = Diagnostics::default();
    let plain = plan(&checked.program, pipeline, &IndexMap::new(), &mut found).unwrap();
    let (applied, _) = under(&Profile::default(), &source);
    assert_eq!(
        serde_json::to_value(applied).unwrap(),
        serde_json::to_value(plain).unwrap()
    );
}

#[test]
fn the_longest_prefix_that_ends_well_is_replaced() {
    let profile = Profile {
        registry: map(&[
            ("ghcr.io", "mirror.example/ghcr"),
            ("ghcr.io/acme", "mirror.example/acme"),
            ("ghcr.io/acme/train", "mirror.example/train"),
            ("python", "mirror.example/library/python"),
            ("redis:7", "mirror.example/redis:7-hardened"),
        ]),
        ..Profile::default()
    };
    for (image, expected) in [
        ("ghcr.io/other/x:1", "mirror.example/ghcr/other/x:1"),
        ("ghcr.io/acme/x:1", "mirror.example/acme/x:1"),
        ("ghcr.io/acme/train:1", "mirror.example/train:1"),
        ("ghcr.io/acme/trainer:1", "mirror.example/acme/trainer:1"),
        ("ghcr.io/acmeville/x:1", "mirror.example/ghcr/acmeville/x:1"),
        ("ghcr.io.example/x:1", "ghcr.io.example/x:1"),
        ("python:3.12", "mirror.example/library/python:3.12"),
        ("python", "mirror.example/library/python"),
        ("pythonic:3.12", "pythonic:3.12"),
        (
            "python@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
            "mirror.example/library/python@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
        ),
        ("redis:7", "mirror.example/redis:7-hardened"),
        ("redis:7.4", "redis:7.4"),
        ("quay.io/ghcr.io/x:1", "quay.io/ghcr.io/x:1"),
    ] {
        let source = format!(
            "component run() {{ image = \"{image}\", args = [\"x\"] }}\npipeline main() {{ run() }}\n"
        );
        let (plan, _) = under(&profile, &source);
        let found = plan.steps[0].attributes.main.image().unwrap();
        assert_eq!(found.as_str(), Some(expected), "{image}");
    }
}

/// The tag comes from the run; the prefix is known.
#[test]
fn the_beginning_of_an_image_decides() {
    let profile = Profile {
        registry: map(&[("ghcr.io/acme", "mirror.example")]),
        ..Profile::default()
    };
    for (image, expected) in [
        ("ghcr.io/acme/x:${tag}", "mirror.example/x:"),
        ("ghcr.io/acme:${tag}", "mirror.example:"),
        ("ghcr.io/acmeville:${tag}", "ghcr.io/acmeville:"),
        ("quay.io/${tag}", "quay.io/"),
    ] {
        let (plan, _) = under(&profile, &with_tag(image));
        let found = plan.steps[0].attributes.main.image().unwrap();
        let argot_compiler::ExprKind::Concat(parts) = &found.kind else {
            panic!("{found:#?}");
        };
        assert_eq!(parts[0].as_str(), Some(expected), "{image}");
        assert_eq!(parts.len(), 2, "{image}");
    }
}

fn with_tag(image: &str) -> String {
    format!(
        "component run(tag: string) {{ image = \"{image}\", args = [\"x\"] }}\n\
         pipeline main(tag: string = \"1\") {{ run(tag) }}\n"
    )
}

/// What only the run knows is replaced in the run, by the same rule.
#[test]
fn an_image_of_the_run_is_replaced_in_the_run() {
    let profile = Profile {
        registry: map(&[
            ("ghcr.io/acme", "mirror.example/acme"),
            ("ghcr.io", "mirror.example/ghcr"),
            ("python", "ghcr.io/python"),
        ]),
        ..Profile::default()
    };
    for (image, tag, expected) in [
        ("${tag}", "ghcr.io/acme/x:1", "mirror.example/acme/x:1"),
        (
            "${tag}",
            "ghcr.io/acmeville/x:1",
            "mirror.example/ghcr/acmeville/x:1",
        ),
        ("${tag}", "ghcr.io/acme", "mirror.example/acme"),
        ("${tag}", "python:3.12", "ghcr.io/python:3.12"),
        (
            "${tag}",
            "quay.io/ghcr.io/acme/x:1",
            "quay.io/ghcr.io/acme/x:1",
        ),
        ("ghcr.io/${tag}", "acme/x:1", "mirror.example/acme/x:1"),
        (
            "ghcr.io/${tag}",
            "other/x:1",
            "mirror.example/ghcr/other/x:1",
        ),
        ("ghcr.io/acme${tag}", "/x:1", "mirror.example/acme/x:1"),
        (
            "ghcr.io/acme${tag}",
            "ville/x:1",
            "mirror.example/ghcr/acmeville/x:1",
        ),
    ] {
        let (plan, _) = under(&profile, &with_tag(image));
        let found = plan.steps[0].attributes.main.image().unwrap();
        assert!(found.value().is_none());
        assert_eq!(said(found, tag), expected, "{image} {tag}");
    }
}

/// What an expression of concatenations and replacements says where its input is `tag`.
fn said(expr: &Expr, tag: &str) -> String {
    use argot_compiler::ExprKind::{Concat, Constant, Function, Input};
    match &expr.kind {
        Constant(value) => value.text(),
        Input(_) => tag.to_owned(),
        Concat(parts) => parts.iter().map(|part| said(part, tag)).collect(),
        Function { arguments, .. } => {
            let [text, old, new] = arguments.as_slice() else {
                panic!("{expr:#?}");
            };
            said(text, tag).replace(&said(old, tag), &said(new, tag))
        }
        other => panic!("{other:#?}"),
    }
}

#[test]
fn every_container_is_looked_at() {
    let profile = Profile {
        registry: map(&[("busybox", "mirror.example/busybox")]),
        resources: super::DefaultResources {
            cpu: Some(DefaultAmount {
                request: quantity("500m"),
                limit: quantity("2"),
            }),
            ..super::DefaultResources::default()
        },
        ..Profile::default()
    };
    let attributes = step(
        &profile,
        "resources { memory = 1Gi } \
         init \"a\" { image = \"busybox:1\" } \
         sidecar \"b\" { image = \"busybox:2\", resources { cpu = 3 } }",
    );
    let main = &attributes.main;
    assert_eq!(
        main.image().unwrap().as_str(),
        Some("mirror.example/busybox:1.37.0")
    );
    assert_eq!(
        attributes.step.init()["a"].image().unwrap().as_str(),
        Some("mirror.example/busybox:1")
    );
    assert_eq!(
        attributes.step.sidecar()["b"].image().unwrap().as_str(),
        Some("mirror.example/busybox:2")
    );
    let cpu = |container: &argot_compiler::Container| {
        let amount = container.resources().cpu().unwrap();
        let text = |expr: &Expr| expr.value().map(Value::text).unwrap();
        format!("{}..{}", text(&amount.request), text(&amount.limit))
    };
    assert_eq!(cpu(main), "500m..2");
    assert_eq!(cpu(&attributes.step.init()["a"]), "500m..2");
    assert_eq!(cpu(&attributes.step.sidecar()["b"]), "3..3");
    assert!(main.resources().memory().is_some() && main.resources().ephemeral().is_none());
}

fn access(mode: &str) -> WorkspaceAttribute {
    WorkspaceAttribute::Access(Expr::text(mode, Span::default()))
}

#[test]
fn classes_go_by_access_mode() {
    let profile = Profile {
        storage_class: map(&[("ReadWriteOnce", "ssd"), ("ReadWriteMany", "nfs")]),
        workspace: Workspace::from_iter([access("ReadWriteMany")]),
        ..Profile::default()
    };
    let source = r#"
component run(a: volume, b: volume, c: volume) {
    image  = "busybox:1.37.0"
    args   = ["x"]
    mounts = {
        "/a" = a, "/b" = b, "/c" = c
        "/d" = ephemeral(1Gi)
        "/e" = ephemeral(1Gi, class = "own")
        "/f" = scratch_volume(1Gi)
    }
}
pipeline main() {
    volume a = claim(1Gi)
    volume b = claim(1Gi, access = "ReadWriteMany")
    volume c = claim(1Gi, class = "own")
    run(a, b, c)
}
"#;
    let (plan, _) = under(&profile, source);
    let classes: Vec<Option<&str>> = plan
        .claims
        .iter()
        .map(|claim| claim.class.as_deref())
        .collect();
    assert_eq!(classes, [Some("ssd"), Some("nfs"), Some("own")]);
    let ephemeral: Vec<Option<&str>> = plan.steps[0]
        .volumes
        .iter()
        .filter_map(|volume| match &volume.source {
            PlanVolumeSource::Source(VolumeSource::Ephemeral { class, .. }) => {
                Some(class.as_ref().and_then(Expr::as_str))
            }
            _ => None,
        })
        .collect();
    assert_eq!(ephemeral, [Some("ssd"), Some("own")]);
    let workspace = plan.attributes.workspace();
    assert_eq!(workspace.class().and_then(Expr::as_str), Some("nfs"));
}

#[test]
fn the_workspace_is_filled_field_by_field() {
    let profile = Profile {
        workspace: Workspace::from_iter([
            WorkspaceAttribute::Size(Expr::constant(
                Value::Quantity(quantity("10Gi")),
                Type::Quantity,
                Span::default(),
            )),
            WorkspaceAttribute::Class(Expr::text("nfs", Span::default())),
            access("ReadWriteMany"),
        ]),
        ..Profile::default()
    };
    let source = component("").replace("run() }", "workspace { size = 50Gi } run() }");
    let (plan, _) = under(&profile, &source);
    let texts: Vec<String> = plan
        .attributes
        .workspace()
        .iter()
        .map(|attribute| match attribute {
            WorkspaceAttribute::Size(value)
            | WorkspaceAttribute::Class(value)
            | WorkspaceAttribute::Access(value) => value.value().map(Value::text).unwrap(),
        })
        .collect();
    assert_eq!(texts, ["50Gi", "nfs", "ReadWriteMany"]);
}

#[test]
fn labels_stand_under_those_of_the_step_and_of_the_run() {
    let profile = Profile {
        labels: map(&[
            ("team", "profile"),
            ("cost", "profile"),
            ("zone", "profile"),
        ]),
        annotations: map(&[("note", "profile")]),
        ..Profile::default()
    };
    let source = component("labels = { team = \"step\" }").replace(
        "run() }",
        "labels = { team = \"run\", cost = \"run\" } run() }",
    );
    let (plan, _) = under(&profile, &source);
    assert_eq!(
        texts(plan.attributes.labels()),
        map(&[("team", "run"), ("cost", "run"), ("zone", "profile")])
    );
    let attributes = &plan.steps[0].attributes;
    assert_eq!(
        texts(attributes.pod.labels()),
        map(&[("team", "step"), ("cost", "run"), ("zone", "profile")])
    );
    assert_eq!(
        texts(attributes.pod.annotations()),
        map(&[("note", "profile")])
    );
    assert_eq!(
        texts(plan.attributes.annotations()),
        map(&[("note", "profile")])
    );
}

#[test]
fn what_a_step_says_itself_wins() {
    let profile = Profile {
        service_account: Some("robot".to_owned()),
        queue: Some("shared".to_owned()),
        spot: Some(true),
        image_pull_secrets: vec!["a".to_owned(), "b".to_owned()],
        ..Profile::default()
    };
    let names = |attributes: &Attributes| -> Vec<String> {
        let secrets = attributes.pod.image_pull_secrets().into_iter().flatten();
        secrets
            .map(|secret| secret.as_str().unwrap().to_owned())
            .collect()
    };
    let silent = step(&profile, "");
    assert_eq!(silent.pod.queue().unwrap().as_str(), Some("shared"));
    assert_eq!(silent.pod.spot().unwrap().value(), Some(&Value::Bool(true)));
    assert_eq!(names(&silent), ["a", "b"]);
    let own = step(
        &profile,
        "queue = \"own\", spot = false, image_pull_secrets = [\"b\", \"c\"]",
    );
    assert_eq!(own.pod.queue().unwrap().as_str(), Some("own"));
    assert_eq!(own.pod.spot().unwrap().value(), Some(&Value::Bool(false)));
    assert_eq!(names(&own), ["b", "c", "a"]);

    let (plan, _) = under(&profile, &component(""));
    assert_eq!(
        plan.attributes.service_account().unwrap().as_str(),
        Some("robot")
    );
    let source = component("").replace("run() }", "service_account = \"own\" run() }");
    let (plan, _) = under(&profile, &source);
    assert_eq!(
        plan.attributes.service_account().unwrap().as_str(),
        Some("own")
    );
}

fn pools() -> Profile {
    let toleration = |key: &str| Toleration {
        key: Some(key.to_owned()),
        operator: Some("Exists".to_owned()),
        ..Toleration::default()
    };
    let pool = |name: &str| NodePool {
        node_selector: map(&[("pool", name), ("zone", "a")]),
        tolerations: vec![toleration(name)],
    };
    Profile {
        name: Some("prod".to_owned()),
        node_pools: [("big", pool("big")), ("small", pool("small"))]
            .map(|(name, pool)| (name.to_owned(), pool))
            .into(),
        node_pool: Some("small".to_owned()),
        ..Profile::default()
    }
}

#[test]
fn a_pool_becomes_a_selector_and_tolerations() {
    let keys = |attributes: &Attributes| -> Vec<String> {
        let tolerations = attributes.pod.tolerations().into_iter().flatten();
        tolerations
            .map(|toleration| toleration.key().unwrap().as_str().unwrap().to_owned())
            .collect()
    };
    let silent = step(&pools(), "");
    assert_eq!(
        texts(silent.pod.node_selector()),
        map(&[("pool", "small"), ("zone", "a")])
    );
    assert_eq!(keys(&silent), ["small"]);
    let own = step(
        &pools(),
        "node_pool = \"big\", node_selector = { zone = \"b\" }, \
         tolerations = [{ key = \"big\", operator = \"Exists\" }, { key = \"x\", operator = \"Exists\" }]",
    );
    assert_eq!(
        texts(own.pod.node_selector()),
        map(&[("zone", "b"), ("pool", "big")])
    );
    assert_eq!(keys(&own), ["big", "x"]);
    assert!(own.pod.node_pool().is_none());
}

#[test]
fn a_pool_that_nobody_knows_is_an_error() {
    let source = component("node_pool = \"bgi\"");
    for (profile, note, help) in [
        (
            pools(),
            "the node pools of the profile `prod` are `big` and `small`",
            "did you mean `big`?",
        ),
        (
            Profile {
                name: Some("test".to_owned()),
                ..Profile::default()
            },
            "the profile `test` has no node pools",
            "add `[profile.test.node_pools.bgi]` to `argot.toml`",
        ),
        (
            Profile::default(),
            "",
            "choose one with `--profile NAME`, or set `default_profile` in `argot.toml`",
        ),
    ] {
        let (_, found) = under(&profile, &source);
        let all: Vec<_> = found.iter().collect();
        let [only] = all.as_slice() else {
            panic!("{all:#?}");
        };
        assert_eq!(only.code, Code::InvalidValue);
        assert_eq!(only.message, "there is no node pool `bgi`");
        let span = only.span().unwrap();
        assert_eq!(&source[span.start as usize..span.end as usize], "\"bgi\"");
        assert_eq!(only.notes.first().map_or("", String::as_str), note);
        assert_eq!(only.help, [help]);
    }
}

/// What a profile adds points to the project file, or to no file at all, but never into a source.
#[test]
fn what_is_added_stands_in_the_project_file() {
    let mut profile = pools();
    profile.labels = map(&[("team", "ml")]);
    let place = Span::new(FileId(7), 3, 7);
    profile.spans.insert("labels.team".to_owned(), place);
    let attributes = step(&profile, "");
    assert_eq!(attributes.pod.labels()["team"].span.key(), place.key());
    assert_eq!(
        attributes.pod.node_selector()["pool"].span.file,
        FileId::default()
    );
}

/// Templates of the target's own take nothing.
#[test]
fn templates_are_left_alone() {
    let mut profile = pools();
    profile.labels = map(&[("team", "ml")]);
    let source = "component run() { template_ref { name = \"ci\", template = \"build\" } }\n\
                  pipeline main() { run() }\n";
    let (plan, _) = under(&profile, source);
    assert_eq!(plan.steps[0].attributes, Attributes::default());
}
