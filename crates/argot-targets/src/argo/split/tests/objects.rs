//! Templates in several objects.

use std::collections::BTreeSet;
use std::sync::Arc;

use argot_compiler::{ContainerAttribute, Expr, PipelineAttribute, Plan, ScheduleAttribute};
use argot_syntax::{Code, Span};

use crate::argo::tests::{call, compile_with, dag, plan, step, task, text};
use crate::argo::{Kind, Options};

/// Returns a plan in which graph `a` calls `b`, which calls many steps, some of which `a` also calls.
fn many_steps(count: usize) -> Plan {
    let each: Vec<_> = (0..count)
        .map(|index| task(&format!("t{index}"), index, vec![]))
        .collect();
    let mut entry: Vec<_> = (0..3)
        .map(|index| task(&format!("t{index}"), index, vec![]))
        .collect();
    entry.push(call("b", 1));
    let steps = (0..count).map(|index| step(&format!("s{index}"), vec![]));
    plan(
        "many",
        vec![dag("many", entry), dag("b", each)],
        steps.collect(),
    )
}

type Found = (String, String, Vec<String>, BTreeSet<(String, String)>);

/// Returns the objects of an output: kind, name, templates, and calls as pairs of object and template.
fn objects_of(yaml: &str) -> Vec<Found> {
    let mut out = Vec::new();
    for document in yaml.split("---\n") {
        let value: serde_json::Value = serde_yaml::from_str(document).unwrap();
        let spec = match value["kind"].as_str() {
            Some("CronWorkflow") => &value["spec"]["workflowSpec"],
            _ => &value["spec"],
        };
        let name = value["metadata"]["name"].as_str().unwrap_or_default();
        let templates = spec["templates"].as_array().cloned().unwrap_or_default();
        let mut calls = BTreeSet::new();
        for task in templates.iter().flat_map(|template| {
            template["dag"]["tasks"]
                .as_array()
                .cloned()
                .unwrap_or_default()
        }) {
            let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
            let reference = &task["templateRef"];
            calls.insert(match reference.is_null() {
                true => (name.to_owned(), text(&task["template"])),
                false => (text(&reference["name"]), text(&reference["template"])),
            });
        }
        let names = templates
            .iter()
            .map(|template| template["name"].as_str().unwrap().to_owned());
        let kind = value["kind"].as_str().unwrap().to_owned();
        out.push((kind, name.to_owned(), names.collect(), calls));
    }
    out
}

#[test]
fn templates_move_to_objects_of_their_own() {
    let mut scheduled = many_steps(420);
    let cron = Expr::text("0 0 * * *", Span::default());
    let schedule = [ScheduleAttribute::Cron(cron)].into_iter().collect();
    scheduled
        .attributes
        .set(PipelineAttribute::Schedule(schedule));
    for (kind, part) in [
        (Kind::Workflow, "WorkflowTemplate"),
        (Kind::WorkflowTemplate, "WorkflowTemplate"),
        (Kind::ClusterWorkflowTemplate, "ClusterWorkflowTemplate"),
        (Kind::CronWorkflow, "WorkflowTemplate"),
    ] {
        let options = Options {
            kind: Some(kind),
            ..Options::default()
        };
        let (yaml, diagnostics) = compile_with(&scheduled, &options);
        let codes: Vec<_> = diagnostics
            .iter()
            .map(|diagnostic| diagnostic.code)
            .collect();
        assert_eq!(codes, []);
        assert_eq!(
            yaml.contains("clusterScope: true"),
            kind == Kind::ClusterWorkflowTemplate
        );
        let objects = objects_of(&yaml);
        let (main, parts) = objects.split_last().unwrap();
        assert_eq!(main.0, kind.name());
        assert!(parts.iter().all(|object| object.0 == part));
        let there: BTreeSet<(String, String)> = objects
            .iter()
            .flat_map(|(_, object, names, _)| {
                names.iter().map(move |name| (object.clone(), name.clone()))
            })
            .collect();
        // The graphs are `many`, `b` and two parts of it.
        assert_eq!(there.len(), 420 + 4);
        for (_, name, names, calls) in &objects {
            assert!(names.len() <= 200, "{name}");
            assert!(name.len() <= 63);
            assert!(
                calls.is_subset(&there),
                "{name}: {:?}",
                calls.difference(&there)
            );
            for (called, _) in calls {
                assert!(
                    called == name || *called != main.1,
                    "{name} calls the object itself"
                );
            }
        }
    }
}

#[test]
fn large_templates_move_too() {
    let mut plan = many_steps(60);
    for step in Arc::make_mut(&mut plan.steps) {
        let args = (0..20).map(|index| text(&format!("{index}{}", "x".repeat(1000))));
        step.attributes
            .main
            .set(ContainerAttribute::Args(args.collect()));
    }
    let (yaml, diagnostics) = compile_with(&plan, &Options::default());
    let codes: Vec<_> = diagnostics
        .iter()
        .map(|diagnostic| diagnostic.code)
        .collect();
    assert_eq!(codes, [Code::LargeRun]);
    let sizes: Vec<usize> = yaml.split("---\n").map(str::len).collect();
    assert!(
        sizes.len() > 4 && sizes.iter().all(|size| *size < 256 * 1024),
        "{sizes:?}"
    );
    let whole = Options {
        split: false,
        ..Options::default()
    };
    let (_, diagnostics) = compile_with(&plan, &whole);
    let codes: Vec<_> = diagnostics
        .iter()
        .map(|diagnostic| diagnostic.code)
        .collect();
    assert_eq!(codes, [Code::LimitExceeded]);
}
