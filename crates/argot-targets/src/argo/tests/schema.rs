use std::collections::BTreeSet;

use serde_json::Value;

use super::super::features::FIELDS;
use super::super::schema::{Kind, Schema, TEMPLATE_SCHEMA, WORKFLOW_SPEC_SCHEMA};
use super::super::versions::Version;

fn collect(schema: &'static Schema, seen: &mut Vec<&'static Schema>) {
    if seen.iter().any(|other| other.name == schema.name) {
        return;
    }
    seen.push(schema);
    for (_, kind) in schema.fields {
        let mut kind = kind;
        while let Kind::List(inner) | Kind::Map(inner) = kind {
            kind = inner;
        }
        if let Kind::Object(inner) = kind {
            collect(inner, seen);
        }
    }
}

/// Compares the table with Argo's own types, which the conformance program writes (`schema`) to the file that
/// `ARGOT_ARGO_SCHEMA` names. Without that file, there is nothing to compare with.
#[test]
fn the_table_is_what_argo_has() {
    let Some(path) = std::env::var_os("ARGOT_ARGO_SCHEMA") else {
        return;
    };
    let argo: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    let mut schemas = Vec::new();
    collect(TEMPLATE_SCHEMA, &mut schemas);
    collect(WORKFLOW_SPEC_SCHEMA, &mut schemas);
    for schema in schemas {
        let Some(fields) = argo.get(schema.name).and_then(Value::as_object) else {
            // Values of maps, which the list does not follow, and objects without fields.
            let is_left_out = matches!(schema.name, "LifecycleHook" | "LabelValueFrom");
            assert!(
                is_left_out || schema.fields.is_empty(),
                "Argo has no {}",
                schema.name
            );
            continue;
        };
        let mine: BTreeSet<&str> = schema.fields.iter().map(|(name, _)| *name).collect();
        let theirs: BTreeSet<&str> = fields.keys().map(String::as_str).collect();
        if schema.with.is_some() {
            assert!(mine.is_subset(&theirs), "{}", schema.name);
        } else {
            assert_eq!(mine, theirs, "{}", schema.name);
        }
        for (name, kind) in schema.fields {
            let theirs = fields
                .get(*name)
                .and_then(Value::as_str)
                .unwrap_or_default();
            let fits = match kind {
                Kind::Text => theirs == "string" || theirs == "any",
                Kind::Bool => theirs == "boolean",
                Kind::Int => theirs == "integer",
                Kind::IntOrText => theirs == "int-or-string",
                Kind::List(_) => theirs.starts_with("array"),
                Kind::Map(_) => theirs.starts_with("object"),
                Kind::Object(schema) => theirs == format!("object:{}", schema.name),
                Kind::Kubernetes(_) => theirs.starts_with("object:k8s."),
                Kind::Any => true,
            };
            assert!(fits, "{}.{name} is {theirs}", schema.name);
        }
    }
}

#[test]
fn newer_fields_are_in_the_table() {
    let mut schemas = Vec::new();
    collect(TEMPLATE_SCHEMA, &mut schemas);
    collect(WORKFLOW_SPEC_SCHEMA, &mut schemas);
    let oldest: Version = "3.6".parse().unwrap();
    for (object, field, since) in FIELDS {
        let schema = schemas.iter().find(|schema| schema.name == *object);
        let schema = schema.unwrap_or_else(|| panic!("{object} is not in the table"));
        let is_known = schema.fields.iter().any(|(name, _)| name == field);
        assert!(is_known || schema.with.is_some(), "{object}.{field}");
        let first = Version::only(*since);
        assert_eq!(first.needs_field(object, field), None);
        assert_eq!(first.line().needs_field(object, field), None);
        assert_eq!(oldest.needs_field(object, field), Some(first.line()));
    }
    assert_eq!(oldest.needs_field("Template", "name"), None);
}
