use std::fmt::Write as _;

use super::table::{Model, SPOTS, TPUS, VENDORS, tpus, vendors};
use super::*;

fn said<T>(value: T) -> Said<T> {
    Said {
        value,
        span: Span::default(),
    }
}

/// Reads `gpu=1 gpu_model=h100`, and writes what is granted for it.
fn granted(platform: &Platform, text: &str) -> String {
    let field = |name: &str| {
        text.split(' ')
            .filter_map(|pair| pair.split_once('='))
            .find(|(key, _)| *key == name)
            .map(|(_, value)| said(value))
    };
    let number = |name: &str| said(field(name).and_then(|said| said.value.parse().ok()));
    let wanted = match field("tpu") {
        Some(_) => Wanted::Tpu(Tpu {
            count: number("tpu"),
            model: field("tpu_model").unwrap(),
            topology: field("tpu_topology").unwrap(),
        }),
        None => Wanted::Gpu(Gpu {
            count: number("gpu"),
            model: field("gpu_model"),
            vendor: field("gpu_vendor"),
            slice: field("gpu_slice"),
            shared: field("gpu_shared").map(|shared| said(shared.value == "true")),
        }),
    };
    written(platform.grant(&wanted))
}

fn written(outcome: Result<Grant, Diagnostic>) -> String {
    let mut out = String::new();
    match outcome {
        Ok(grant) => {
            if let Some(resource) = grant.resource {
                writeln!(out, "  {resource}").unwrap();
            }
            for (label, values) in grant.labels {
                writeln!(out, "  on {label}: {}", values.join(" | ")).unwrap();
            }
            for toleration in grant.tolerations {
                let value = toleration.value.map(|value| format!("={value}"));
                let key = toleration.key.unwrap();
                writeln!(out, "  tolerates {key}{}", value.unwrap_or_default()).unwrap();
            }
            if let Some(claim) = grant.claim {
                writeln!(out, "  claims {} of {}", claim.count, claim.class).unwrap();
                for selector in claim.selectors {
                    writeln!(out, "    where {selector}").unwrap();
                }
            }
        }
        Err(diagnostic) => {
            writeln!(
                out,
                "  error[{}]: {}",
                diagnostic.code.id(),
                diagnostic.message
            )
            .unwrap();
            for note in diagnostic.notes {
                writeln!(out, "    note: {note}").unwrap();
            }
            for help in diagnostic.help {
                writeln!(out, "    help: {help}").unwrap();
            }
        }
    }
    out
}

fn platforms() -> impl Iterator<Item = Platform> {
    Platform::NAMES
        .iter()
        .map(|name| Platform::named(name).unwrap())
}

#[test]
fn every_row_of_the_table_is_read() {
    let is_label_value = |value: &str| {
        let ends = [value.chars().next(), value.chars().last()];
        value.len() <= 63
            && value
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c))
            && ends.iter().all(|end| end.unwrap().is_ascii_alphanumeric())
    };
    let known = |platform: &&str| Platform::NAMES.contains(platform);
    for vendor in VENDORS {
        assert!(vendor.platforms.iter().all(known), "{vendor:?}");
        assert!(vendor.source.starts_with("https://"), "{vendor:?}");
        assert!(vendor.resource.contains('/'), "{vendor:?}");
        assert!(
            vendor.models.is_empty() || vendor.label.is_some() || vendor.class.is_some(),
            "{vendor:?}"
        );
        for name in vendor.unchecked {
            assert!(vendor.model(name).is_some(), "{name}");
        }
        for name in vendor.nameless {
            assert!(vendor.model(name).is_none(), "{name}");
        }
        for (name, model) in vendor.models {
            let values: Vec<&str> = match model {
                Model::Values(values) => values.to_vec(),
                Model::Labels(labels) => labels.iter().map(|(_, value)| *value).collect(),
            };
            assert!(!values.is_empty(), "{name}");
            for value in values {
                assert!(is_label_value(&value.replace(' ', "-")), "{value}");
            }
        }
    }
    for tpu in TPUS {
        assert!(tpu.platforms.iter().all(known), "{tpu:?}");
        assert!(tpu.source.starts_with("https://"), "{tpu:?}");
        assert!(is_label_value(tpu.accelerator), "{tpu:?}");
        for (topology, chips) in tpu.hosts {
            let sides = topology.split('x').map(|side| side.parse::<i64>().unwrap());
            assert_eq!(sides.product::<i64>(), *chips, "{tpu:?}");
        }
    }
    for spot in SPOTS {
        assert!(known(&spot.platform), "{spot:?}");
        assert!(spot.source.starts_with("https://"), "{spot:?}");
    }
    for platform in platforms() {
        let own = || vendors(platform.name()).map(|vendor| vendor.name);
        assert!(own().count() > 0, "{platform:?}");
        let names: std::collections::BTreeSet<_> = own().collect();
        assert_eq!(names.len(), own().count());
    }
}

#[test]
fn every_model_of_every_platform() {
    let mut out = String::new();
    for platform in platforms() {
        for vendor in vendors(platform.name()) {
            for name in vendor.names() {
                let text = format!("gpu=1 gpu_model={name}");
                writeln!(
                    out,
                    "{} {text}\n{}",
                    platform.name(),
                    granted(&platform, &text)
                )
                .unwrap();
            }
        }
        for tpu in tpus(platform.name()) {
            for (topology, chips) in tpu.hosts {
                let text = format!(
                    "tpu={chips} tpu_model={} tpu_topology={topology}",
                    tpu.model
                );
                writeln!(
                    out,
                    "{} {text}\n{}",
                    platform.name(),
                    granted(&platform, &text)
                )
                .unwrap();
            }
        }
    }
    insta::assert_snapshot!(out);
}

#[test]
fn parts_of_gpus_and_shared_ones() {
    let mut out = String::new();
    for platform in platforms() {
        for (settings, mig, time_slicing) in [
            ("mixed, plain", Mig::Mixed, TimeSlicing::Plain),
            ("single, renamed", Mig::Single, TimeSlicing::Renamed),
            ("single, plain", Mig::Single, TimeSlicing::Plain),
        ] {
            if settings == "single, plain" && platform.name() != "gfd" {
                continue;
            }
            let mut platform = platform.clone();
            platform.set_mig(mig);
            platform.set_time_slicing(time_slicing);
            for text in [
                "gpu=1 gpu_slice=1g.10gb",
                "gpu=1 gpu_model=a100-80gb gpu_slice=1g.10gb",
                "gpu=1 gpu_shared=true",
                "gpu=1 gpu_model=a100-80gb gpu_shared=true",
                "gpu=1 gpu_model=a100-80gb gpu_slice=1g.10gb gpu_shared=true",
            ] {
                let grant = granted(&platform, text);
                let shown: Vec<_> = grant
                    .lines()
                    .filter(|line| !line.starts_with("    "))
                    .collect();
                let shown = shown.join("\n");
                writeln!(out, "{} ({settings}) {text}\n{shown}\n", platform.name()).unwrap();
            }
        }
    }
    insta::assert_snapshot!(out);
}

#[test]
fn what_is_refused() {
    let mut out = String::new();
    for (platform, text) in [
        ("gfd", "gpu=1 gpu_model=h1000"),
        ("gfd", "gpu=1 gpu_model=rtx-pro-6000"),
        ("gke", "gpu=1 gpu_model=a10g"),
        ("gke", "gpu=1 gpu_vendor=amd gpu_model=mi300x"),
        ("gke", "gpu=1 gpu_vendor=intel gpu_model=gaudi2"),
        ("gfd", "gpu=1 gpu_model=gaudi3"),
        ("eks", "gpu=1 gpu_model=gaudi2"),
        ("gfd", "gpu=1 gpu_vendor=nvidea"),
        ("gfd", "gpu=1 gpu_vendor=nvidia gpu_model=mi300x"),
        ("gfd", "gpu=1 gpu_slice=half"),
        ("gfd", "gpu=1 gpu_model=mi300x gpu_slice=1g.10gb"),
        ("gke", "gpu=1 gpu_slice=1g.10gb.me"),
        ("gfd", "gpu=2 gpu_shared=true"),
        ("none", "gpu=1 gpu_model=h100"),
        ("dra", "gpu=1 gpu_model=mi300x"),
        ("dra", "gpu_model=h100"),
        ("gke", "tpu=4 tpu_model=v6 tpu_topology=2x2"),
        ("gke", "tpu=4 tpu_model=v6e tpu_topology=4x4"),
        ("gke", "tpu=4 tpu_model=v5p tpu_topology=2x2"),
        ("gke", "tpu=4 tpu_model=v5e tpu_topology=2x4"),
        ("gke", "tpu=4 tpu_model=v5e tpu_topology=1x1"),
        ("gke", "tpu=4 tpu_model=v5e tpu_topology=four"),
        ("gke", "tpu=4 tpu_model=v5e tpu_topology=0x4"),
        ("eks", "tpu=4 tpu_model=v5e tpu_topology=2x2"),
    ] {
        let grant = granted(&Platform::named(platform).unwrap(), text);
        assert!(grant.starts_with("  error"), "{platform} {text}\n{grant}");
        writeln!(out, "{platform} {text}\n{grant}").unwrap();
    }
    insta::assert_snapshot!(out);
}

#[test]
fn vendors_without_a_model() {
    let gfd = Platform::default();
    assert_eq!(
        granted(&gfd, "gpu=1"),
        "  nvidia.com/gpu\n  tolerates nvidia.com/gpu\n"
    );
    assert_eq!(
        granted(&gfd, "gpu=8 gpu_vendor=intel"),
        "  habana.ai/gaudi\n  tolerates habana.ai/gaudi\n"
    );
    let none = Platform::named("none").unwrap();
    assert_eq!(granted(&none, "gpu=1"), "  nvidia.com/gpu\n");
    assert_eq!(
        granted(&none, "gpu=16 gpu_vendor=aws"),
        "  aws.amazon.com/neuron\n"
    );
    // Only the run knows how many.
    assert_eq!(
        granted(&gfd, "gpu_shared=false"),
        "  nvidia.com/gpu\n  tolerates nvidia.com/gpu\n"
    );
}

#[test]
fn spot_nodes() {
    let mut out = String::new();
    for platform in platforms() {
        let grant = written(platform.spot(said(()).span));
        writeln!(out, "{}\n{grant}", platform.name()).unwrap();
    }
    insta::assert_snapshot!(out);
}

#[test]
fn a_profile_adds_rows() {
    let mut platform = Platform::named("gke").unwrap();
    let row = |resource: &str| Row {
        resource: resource.to_owned(),
        node_selector: [("acme.org/gpu".to_owned(), "big".to_owned())].into(),
        tolerations: vec![toleration("acme.org/gpu=yes")],
    };
    platform.set_row("h100", row("nvidia.com/gpu"));
    platform.set_row("asic", row("acme.org/asic"));
    platform.set_row("v9", row("google.com/tpu"));
    assert!(platform.models().contains(&"asic"));
    assert_eq!(
        platform
            .models()
            .iter()
            .filter(|name| **name == "h100")
            .count(),
        1
    );
    assert_eq!(
        granted(&platform, "gpu=1 gpu_model=h100"),
        "  nvidia.com/gpu\n  on acme.org/gpu: big\n  tolerates acme.org/gpu=yes\n"
    );
    assert_eq!(
        granted(&platform, "gpu=1 gpu_model=asic"),
        "  acme.org/asic\n  on acme.org/gpu: big\n  tolerates acme.org/gpu=yes\n"
    );
    assert_eq!(
        granted(&platform, "tpu=16 tpu_model=v9 tpu_topology=4x4"),
        "  google.com/tpu\n  on acme.org/gpu: big\n  on cloud.google.com/gke-tpu-topology: 4x4\n  tolerates acme.org/gpu=yes\n"
    );
    assert!(
        granted(&platform, "gpu=1 gpu_model=asic gpu_slice=1g.10gb")
            .contains("describes all of it")
    );
    assert!(granted(&platform, "gpu=1 gpu_model=asics").contains("did you mean `\"asic\"`?"));
}

#[test]
fn a_claim_is_made_from_a_template() {
    let claim = DeviceClaim {
        class: "gpu.nvidia.com".to_owned(),
        selectors: vec!["true".to_owned()],
        count: 2,
    };
    let template =
        claim.template(k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta::default());
    insta::assert_snapshot!(serde_yaml::to_string(&template).unwrap(), @r#"
    apiVersion: resource.k8s.io/v1
    kind: ResourceClaimTemplate
    metadata: {}
    spec:
      spec:
        devices:
          requests:
          - exactly:
              allocationMode: ExactCount
              count: 2
              deviceClassName: gpu.nvidia.com
              selectors:
              - cel:
                  expression: 'true'
            name: devices
    "#);
}

/// What each platform has, for people.
fn page() -> String {
    let mut out = String::new();
    for platform in platforms() {
        writeln!(out, "### {}\n", platform.name()).unwrap();
        out.push_str("| asked for | resource | found by |\n|---|---|---|\n");
        for vendor in vendors(platform.name()) {
            let resource = match vendor.class {
                Some(class) => format!("a claim of `{class}`"),
                None => format!("`{}`", vendor.resource),
            };
            writeln!(out, "| `gpu_vendor = \"{}\"` | {resource} | |", vendor.name).unwrap();
            for (name, model) in vendor.models {
                let values = |values: &[&str]| {
                    let dash = |value: &&str| match vendor.class {
                        Some(_) => format!("`{value}`"),
                        None => format!("`{}`", value.replace(' ', "-")),
                    };
                    values.iter().map(dash).collect::<Vec<_>>().join(", ")
                };
                let found = match model {
                    Model::Values(list) => match vendor.label {
                        Some(label) => format!("`{label}`: {}", values(list)),
                        None => format!("product: {}", values(list)),
                    },
                    Model::Labels(labels) => labels
                        .iter()
                        .map(|(label, value)| format!("`{label}`: {}", values(&[value])))
                        .collect::<Vec<_>>()
                        .join("; "),
                };
                writeln!(out, "| `{name}` | {resource} | {found} |").unwrap();
            }
        }
        for tpu in tpus(platform.name()) {
            let hosts: Vec<_> = tpu
                .hosts
                .iter()
                .map(|(name, _)| format!("`{name}`"))
                .collect();
            writeln!(
                out,
                "| `tpu_model = \"{}\"` | `google.com/tpu` | `cloud.google.com/gke-tpu-accelerator`: `{}`; topologies {} |",
                tpu.model,
                tpu.accelerator,
                hosts.join(", ")
            )
            .unwrap();
        }
        if let Some(spot) = SPOTS.iter().find(|spot| spot.platform == platform.name()) {
            writeln!(
                out,
                "| `spot = true` | | `{}`: `{}` |",
                spot.label, spot.value
            )
            .unwrap();
        }
        out.push('\n');
    }
    format!("{}\n", out.trim_end())
}

/// `ARGOT_BLESS=1` rewrites it.
#[test]
fn the_page_of_accelerators() {
    const START: &str = "## What each platform has\n\n";
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/accelerators.md");
    let text = std::fs::read_to_string(path).unwrap();
    let (start, written) = text.split_once(START).unwrap();
    if std::env::var_os("ARGOT_BLESS").is_some() {
        std::fs::write(path, format!("{start}{START}{}", page())).unwrap();
    } else {
        assert_eq!(written, page());
    }
}
