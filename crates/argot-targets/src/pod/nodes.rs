//! The nodes that a pod may run on.

use argot_compiler::{Expr, Raw, Toleration};
use argot_syntax::Span;
use indexmap::IndexMap;
use k8s_openapi::api::core::v1 as core;

use super::{Builder, Dialect, diagnostics, raw};

/// The node placement of a step.
#[derive(Default)]
pub(super) struct Placement<'a> {
    /// Labels that the node must have.
    pub(super) selector: Option<&'a IndexMap<String, Expr>>,
    /// Taints that the pod tolerates.
    pub(super) tolerations: &'a [Toleration],
    /// Everything else, in Kubernetes' own fields.
    pub(super) affinity: Option<&'a Raw>,
    /// Whether the provider may take the node back.
    pub(super) spot: Option<&'a Expr>,
    /// A pool of nodes that no profile knows.
    pub(super) pool: Option<&'a Expr>,
}

/// Which nodes a pod may run on.
pub(super) struct Nodes {
    /// Labels that the node must have.
    pub(super) selector: IndexMap<String, String>,
    /// Taints that the pod tolerates.
    pub(super) tolerations: Vec<core::Toleration>,
    /// Everything else.
    pub(super) affinity: Option<core::Affinity>,
}

impl<D: Dialect> Builder<'_, D> {
    /// Which nodes the pod may run on: what the user says, and what the devices of the containers need that
    /// have been made so far.
    pub(super) fn nodes(&mut self, said: Placement<'_>) -> Nodes {
        if let Some(spot) = said.spot
            && self.bool(Some(spot), "`spot`") == Some(true)
        {
            let grant = self.platform.spot(spot.span);
            if let Some(grant) = self.keep(grant) {
                self.needs.add(grant, spot.span);
            }
        }
        // A profile has put in its place what the pod must say.
        if let Some(pool) = said.pool {
            let name = pool.as_str().unwrap_or_default();
            self.diagnostics
                .push(diagnostics::unknown_node_pool(name, pool.span));
        }
        let mut nodes = Nodes {
            selector: said
                .selector
                .map(|labels| self.texts(labels))
                .unwrap_or_default(),
            tolerations: said
                .tolerations
                .iter()
                .map(|toleration| self.toleration(toleration))
                .collect(),
            affinity: said
                .affinity
                .and_then(|raw| self.read(&[], raw::read::<core::Affinity>, raw)),
        };
        let needs = std::mem::take(&mut self.needs);
        for toleration in needs.tolerations {
            let is_there = |other: &core::Toleration| other.key == toleration.key;
            if !nodes.tolerations.iter().any(is_there) {
                nodes.tolerations.push(toleration);
            }
        }
        // The user knows better which nodes there are.
        let labels = needs.labels.into_iter();
        let labels = labels.filter(|(label, ..)| !nodes.selector.contains_key(label));
        for (label, values) in self.together(labels.collect()) {
            match <[String; 1]>::try_from(values) {
                Ok([value]) => {
                    nodes.selector.insert(label, value);
                }
                Err(values) => {
                    require_node(nodes.affinity.get_or_insert_default(), &label, values);
                }
            }
        }
        nodes
    }

    /// The values of each label that will do for all who ask for it.
    fn together(&mut self, all: Vec<(String, Vec<String>, Span)>) -> IndexMap<String, Vec<String>> {
        let mut out: IndexMap<String, (Vec<String>, Span)> = IndexMap::new();
        for (label, values, span) in all {
            match out.get_mut(&label) {
                Some((own, other)) => {
                    own.retain(|value| values.contains(value));
                    if own.is_empty() {
                        self.diagnostics
                            .push(diagnostics::apart(&label, span, *other));
                        own.extend(values);
                    }
                }
                None => {
                    out.insert(label, (values, span));
                }
            }
        }
        out.into_iter()
            .map(|(label, (values, _))| (label, values))
            .collect()
    }

    fn toleration(&mut self, toleration: &Toleration) -> core::Toleration {
        core::Toleration {
            toleration_seconds: toleration
                .seconds()
                .as_ref()
                .and_then(|expr| self.int(expr, "a toleration's seconds")),
            key: self.optional(toleration.key()),
            operator: self.optional(toleration.operator()),
            value: self.optional(toleration.value()),
            effect: self.optional(toleration.effect()),
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
