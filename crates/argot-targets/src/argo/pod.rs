//! What concerns a step's whole pod: nodes, users, and raw fields.

use argot_compiler::{Expr, Security};
use k8s_openapi::api::core::v1 as core;
use serde_json::Value as Json;

use super::objects::{Template, lay};
use super::patch::Patch;
use super::raw::{Reader, expanded, kubernetes, read};
use super::step::Lowering;
use super::{covered, messages, schema};

impl Lowering<'_, '_> {
    pub(super) fn tolerations(&mut self) -> Vec<core::Toleration> {
        let mut out = Vec::new();
        for toleration in self.step.attributes.tolerations.iter().flatten() {
            let seconds = toleration
                .seconds
                .as_ref()
                .and_then(|expr| self.int(expr, "a toleration's seconds"));
            out.push(core::Toleration {
                key: self.optional(toleration.key.as_ref()),
                operator: self.optional(toleration.operator.as_ref()),
                value: self.optional(toleration.value.as_ref()),
                effect: self.optional(toleration.effect.as_ref()),
                toleration_seconds: seconds,
            });
        }
        out
    }

    pub(super) fn pod_security(&mut self, security: &Security) -> Option<core::PodSecurityContext> {
        let mut id = |expr: &Option<Expr>| expr.as_ref().and_then(|expr| self.int(expr, "an id"));
        let (user, group, fs_group) = (
            id(&security.run_as_user),
            id(&security.run_as_group),
            id(&security.fs_group),
        );
        let context = core::PodSecurityContext {
            run_as_user: user,
            run_as_group: group,
            fs_group,
            run_as_non_root: self.bool(security.run_as_non_root.as_ref(), "`run_as_non_root`"),
            seccomp_profile: self.optional(security.seccomp.as_ref()).map(|type_| {
                core::SeccompProfile {
                    localhost_profile: None,
                    type_,
                }
            }),
            ..core::PodSecurityContext::default()
        };
        (context != core::PodSecurityContext::default()).then_some(context)
    }

    /// Which nodes the pod may run on: what the user says, and what the devices need.
    pub(super) fn nodes(&mut self, template: &mut Template) {
        for key in std::mem::take(&mut self.needs.tolerations) {
            if !template
                .tolerations
                .iter()
                .any(|toleration| toleration.key.as_deref() == Some(key))
            {
                template.tolerations.push(core::Toleration {
                    key: Some(key.to_owned()),
                    operator: Some("Exists".to_owned()),
                    effect: Some("NoSchedule".to_owned()),
                    ..core::Toleration::default()
                });
            }
        }
        template.affinity = self.step.attributes.affinity.as_ref().and_then(|raw| {
            let reader = Reader::new(&self.scope, self.context.version, &[]);
            let affinity = read::<core::Affinity>(&reader, &expanded(raw));
            self.diagnostics.extend(reader.problems.into_inner());
            affinity
        });
        for (label, values) in std::mem::take(&mut self.needs.labels) {
            if template.node_selector.contains_key(label) {
                // The user knows better which nodes there are.
                continue;
            }
            match <[String; 1]>::try_from(values) {
                Ok([value]) => {
                    template.node_selector.insert(label.to_owned(), value);
                }
                Err(values) => {
                    require_node(template.affinity.get_or_insert_default(), label, values)
                }
            }
        }
    }

    pub(super) fn pull_secrets(&mut self) {
        let mut secrets = Vec::new();
        for expr in self.step.attributes.image_pull_secrets.iter().flatten() {
            match expr.as_str() {
                Some(name) => secrets.push(serde_json::json!({ "name": name })),
                None => self.diagnostics.push(messages::run_time(
                    "the name of an image pull secret",
                    expr.span,
                )),
            }
        }
        if !secrets.is_empty() {
            self.patch
                .set(&["imagePullSecrets"], Patch::Constant(Json::Array(secrets)));
        }
    }

    /// Merges the raw fields of the pod and of the template.
    pub(super) fn raw(
        &mut self,
        template: &mut Template,
        mut out: serde_json::Map<String, Json>,
    ) -> serde_json::Map<String, Json> {
        if let Some(raw) = &self.step.attributes.pod {
            let reader = Reader::new(&self.scope, self.context.version, covered::POD);
            let value = kubernetes::<core::PodSpec>(&reader, &reader.uncovered(raw));
            self.diagnostics.extend(reader.problems.into_inner());
            if let Some(Json::Object(fields)) = value {
                self.pod(fields, template, &mut out);
            }
        }
        if let Some(raw) = &self.step.attributes.argo {
            let reader = Reader::new(&self.scope, self.context.version, covered::TEMPLATE);
            let value = reader.object(&reader.uncovered(raw), schema::TEMPLATE_SCHEMA, "argo");
            self.diagnostics.extend(reader.problems.into_inner());
            let mut whole = Json::Object(out);
            lay(&mut whole, &value);
            out = match whole {
                Json::Object(fields) => fields,
                _ => serde_json::Map::new(),
            };
        }
        out
    }

    /// A field of the pod goes to the template's own field where it has one, else into the patch.
    pub(super) fn pod(
        &mut self,
        fields: serde_json::Map<String, Json>,
        template: &mut Template,
        out: &mut serde_json::Map<String, Json>,
    ) {
        const TEMPLATE_FIELDS: &[&str] = &[
            "schedulerName",
            "hostAliases",
            "automountServiceAccountToken",
            "volumes",
            "securityContext",
        ];
        for (name, value) in fields {
            // `PodSpec` writes its containers even where there are none.
            if name == "containers" {
                continue;
            }
            if name == "securityContext" {
                let mut whole =
                    serde_json::to_value(&template.security_context).unwrap_or_default();
                if whole.is_null() {
                    whole = Json::Object(serde_json::Map::new());
                }
                lay(&mut whole, &value);
                template.security_context = serde_json::from_value(whole).ok();
            } else if TEMPLATE_FIELDS.contains(&name.as_str()) {
                out.insert(name, value);
            } else {
                self.patch.set(&[&name], Patch::Constant(value));
            }
        }
    }
}

/// Asks for a label in every way in which a node may be chosen.
fn require_node(affinity: &mut core::Affinity, label: &str, values: Vec<String>) {
    let requirement = core::NodeSelectorRequirement {
        key: label.to_owned(),
        operator: "In".to_owned(),
        values: Some(values),
    };
    let terms = &mut affinity
        .node_affinity
        .get_or_insert_default()
        .required_during_scheduling_ignored_during_execution
        .get_or_insert_default()
        .node_selector_terms;
    if terms.is_empty() {
        terms.push(core::NodeSelectorTerm::default());
    }
    for term in terms {
        term.match_expressions
            .get_or_insert_default()
            .push(requirement.clone());
    }
}
