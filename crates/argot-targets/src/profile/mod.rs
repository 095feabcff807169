//! Profiles: settings that a cluster and its users apply to every pipeline that runs there.
//!
//! [`apply`] applies a profile to a plan before any target sees it, so targets know nothing about profiles. The
//! remaining settings are in the options of the target.

mod diagnostics;
mod images;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use argot_compiler::{
    Amount, Attribute, Attributes, ContainerAttribute, Expr, PipelineAttribute, Plan,
    PlanVolumeSource, PodAttribute, Quantity, Resource, Resources, Set, Step, TolerationAttribute,
    Type, Value, VolumeSource, Workspace, WorkspaceAttribute,
};
use argot_syntax::{Diagnostics, Span};
use indexmap::IndexMap;
pub use k8s_openapi::api::core::v1::Toleration;

use crate::accelerators::Platform;

/// Settings that a cluster and its users apply to every pipeline that runs there. The settings of a pipeline win.
#[derive(Debug, Clone, Default)]
pub struct Profile {
    /// The name, for messages; `None` if no profile is chosen.
    pub name: Option<String>,
    /// The namespace of the objects.
    pub namespace: Option<String>,
    /// The nodes of the cluster and what is on them.
    pub platform: Platform,
    /// Prefixes of images with what takes their place. The longest one that fits wins, and one fits only
    /// where it ends at a `/`, `:`, `@` or at the end of the image.
    pub registry: IndexMap<String, String>,
    /// The service account of the run, where the pipeline names none.
    pub service_account: Option<String>,
    /// Storage classes by access mode, for claims and ephemeral volumes that name none.
    pub storage_class: IndexMap<String, String>,
    /// Secrets that images are pulled with, besides those of each step.
    pub image_pull_secrets: Vec<String>,
    /// Resources of containers that do not say how much they take.
    pub resources: DefaultResources,
    /// Labels of the run and of each step's pod, under their own.
    pub labels: IndexMap<String, String>,
    /// Annotations of the run and of each step's pod, under their own.
    pub annotations: IndexMap<String, String>,
    /// What the pools of nodes are, by the names that `node_pool` uses.
    pub node_pools: IndexMap<String, NodePool>,
    /// The pool of steps that name none.
    pub node_pool: Option<String>,
    /// Whether steps that do not say run on nodes that the provider may take back.
    pub spot: Option<bool>,
    /// The Kueue queue of steps that name none.
    pub queue: Option<String>,
    /// The workspace, as far as the pipeline does not say.
    pub workspace: Workspace,
    /// An image with `kubectl` and `sh`, for the container that releases Jobs.
    pub releaser_image: Option<String>,
    /// The span of each setting, by its path: `labels.team`.
    pub spans: IndexMap<String, Span>,
}

/// Resources of containers that do not say how much they take.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct DefaultResources {
    /// Processor cores.
    pub cpu: Option<DefaultAmount>,
    /// Bytes of memory.
    pub memory: Option<DefaultAmount>,
    /// Bytes on the node's disk.
    pub ephemeral: Option<DefaultAmount>,
}

/// A request with its limit.
#[derive(Debug, Clone, PartialEq)]
pub struct DefaultAmount {
    /// What the scheduler sets aside.
    pub request: Quantity,
    /// What the container may not exceed.
    pub limit: Quantity,
}

/// A pool of nodes: what a pod must say to run there.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct NodePool {
    /// Labels that its nodes have.
    pub node_selector: IndexMap<String, String>,
    /// The taints of its nodes, tolerated.
    pub tolerations: Vec<Toleration>,
}

impl Profile {
    /// Where a setting is.
    pub fn span(&self, path: &str) -> Span {
        self.spans.get(path).copied().unwrap_or_default()
    }

    /// An image under the prefix that takes the place of its own.
    pub fn image(&self, image: &str) -> String {
        let mut renamed = Expr::text(image, Span::default());
        images::rename(&self.registry, &mut renamed);
        renamed.as_str().unwrap_or(image).to_owned()
    }

    fn text(&self, value: &str, path: &str) -> Expr {
        Expr::text(value, self.span(path))
    }
}

/// Applies a profile to a plan. The settings of the plan win, and images are renamed.
///
/// It is also called if no profile is chosen, to report settings that need one.
pub fn apply(profile: &Profile, plan: &mut Plan, diagnostics: &mut Diagnostics) {
    run(profile, plan);
    for claim in &mut plan.claims {
        if claim.class.is_none() {
            claim.class = profile.storage_class.get(&claim.access).cloned();
        }
    }
    let of_run = &plan.attributes;
    let labels = of_pods(profile, &profile.labels, of_run.labels(), "labels");
    let annotations = of_pods(
        profile,
        &profile.annotations,
        of_run.annotations(),
        "annotations",
    );
    for step in Arc::make_mut(&mut plan.steps) {
        // A template of the target's own has nothing that could be added to.
        if !step.body.facts().has_pod {
            continue;
        }
        let of_pod = &mut step.attributes.pod;
        under(of_pod, &labels, PodAttribute::Labels, PodAttribute::labels);
        under(
            of_pod,
            &annotations,
            PodAttribute::Annotations,
            PodAttribute::annotations,
        );
        pod(profile, &mut step.attributes);
        pool(profile, &mut step.attributes, diagnostics);
        containers(profile, &mut step.attributes);
        volumes(profile, step);
    }
}

/// Applies the settings of the run as a whole.
fn run(profile: &Profile, plan: &mut Plan) {
    let attributes = &mut plan.attributes;
    if let (None, Some(name)) = (attributes.service_account(), &profile.service_account) {
        let name = profile.text(name, "service_account");
        attributes.set(PipelineAttribute::ServiceAccount(name));
    }
    under(
        attributes,
        &texts(profile, &profile.labels, "labels"),
        PipelineAttribute::Labels,
        PipelineAttribute::labels,
    );
    under(
        attributes,
        &texts(profile, &profile.annotations, "annotations"),
        PipelineAttribute::Annotations,
        PipelineAttribute::annotations,
    );
    let mut workspace = profile.workspace.clone();
    workspace.overlay(attributes.workspace());
    if workspace.class().is_none()
        && let Some(access) = workspace.access().and_then(Expr::as_str)
        && let Some(class) = profile.storage_class.get(access)
    {
        let class = profile.text(class, &format!("storage_class.{access}"));
        workspace.set(WorkspaceAttribute::Class(class));
    }
    if !workspace.is_empty() {
        let at = attributes.span_of("workspace").unwrap_or_default();
        attributes.set_at(at, PipelineAttribute::Workspace(workspace));
    }
}

/// The labels or annotations of the profile.
fn texts(profile: &Profile, given: &IndexMap<String, String>, path: &str) -> Texts {
    let texts = given.iter().map(|(name, value)| {
        let path = format!("{path}.{name}");
        (name.clone(), profile.text(value, &path))
    });
    texts.collect()
}

/// The labels or annotations of the profile as pods are to have them: with the run's value where the
/// pipeline has one of its own. One that only the run knows is left out.
fn of_pods(
    profile: &Profile,
    given: &IndexMap<String, String>,
    of_run: &IndexMap<String, Expr>,
    path: &str,
) -> Texts {
    let mut texts = texts(profile, given, path);
    for (name, text) in &mut texts {
        if let Some(own) = of_run.get(name) {
            text.clone_from(own);
        }
    }
    texts.retain(|_, text| text.value().is_some());
    texts
}

type Texts = IndexMap<String, Expr>;

/// Adds texts to an attribute that has none of their names.
fn under<A: Attribute>(
    attributes: &mut Set<A>,
    given: &Texts,
    new: fn(Texts) -> A,
    pick: fn(&mut A) -> Option<&mut Texts>,
) {
    if given.is_empty() {
        return;
    }
    if let Some(own) = attributes.or_set(new(Texts::new()), pick) {
        for (name, value) in given {
            own.entry(name.clone()).or_insert_with(|| value.clone());
        }
    }
}

/// Applies the settings of a step's pod.
fn pod(profile: &Profile, attributes: &mut Attributes) {
    if let (None, Some(queue)) = (attributes.pod.queue(), &profile.queue) {
        let queue = profile.text(queue, "queue");
        attributes.pod.set(PodAttribute::Queue(queue));
    }
    if let (None, Some(spot)) = (attributes.pod.spot(), profile.spot) {
        let span = profile.span("spot");
        let spot = Expr::constant(Value::Bool(spot), Type::Bool, span);
        attributes.pod.set(PodAttribute::Spot(spot));
    }
    if !profile.image_pull_secrets.is_empty() {
        let empty = PodAttribute::ImagePullSecrets(Vec::new());
        let secrets = attributes
            .pod
            .or_set(empty, PodAttribute::image_pull_secrets);
        let Some(secrets) = secrets else { return };
        for name in &profile.image_pull_secrets {
            if !secrets
                .iter()
                .any(|secret| secret.as_str() == Some(name.as_str()))
            {
                secrets.push(profile.text(name, "image_pull_secrets"));
            }
        }
    }
}

/// Puts in place of the pool's name what a pod must say to run there. What the step says itself wins.
fn pool(profile: &Profile, attributes: &mut Attributes, diagnostics: &mut Diagnostics) {
    let written = match attributes.pod.unset("node_pool") {
        Some(PodAttribute::NodePool(written)) => Some(written),
        _ => None,
    };
    let name = match &written {
        Some(expr) => expr.as_str(),
        None => profile.node_pool.as_deref(),
    };
    let Some(name) = name else { return };
    let Some(pool) = profile.node_pools.get(name) else {
        let span = match &written {
            Some(expr) => expr.span,
            None => profile.span("node_pool"),
        };
        diagnostics.push(diagnostics::unknown_node_pool(profile, name, span));
        return;
    };
    let path = format!("node_pools.{name}.node_selector");
    let labels = pool.node_selector.iter().map(|(label, value)| {
        let value = profile.text(value, &format!("{path}.{label}"));
        (label.clone(), value)
    });
    let of_pod = &mut attributes.pod;
    under(
        of_pod,
        &labels.collect(),
        PodAttribute::NodeSelector,
        PodAttribute::node_selector,
    );
    let path = format!("node_pools.{name}.tolerations");
    if !pool.tolerations.is_empty() {
        let empty = PodAttribute::Tolerations(Vec::new());
        let tolerations = attributes.pod.or_set(empty, PodAttribute::tolerations);
        let Some(tolerations) = tolerations else {
            return;
        };
        for toleration in &pool.tolerations {
            let toleration = tolerated(profile, toleration, &path);
            if !tolerations.contains(&toleration) {
                tolerations.push(toleration);
            }
        }
    }
}

fn tolerated(profile: &Profile, toleration: &Toleration, path: &str) -> argot_compiler::Toleration {
    let text = |value: &Option<String>| value.as_deref().map(|value| profile.text(value, path));
    let seconds = toleration
        .toleration_seconds
        .map(|seconds| Expr::constant(Value::Int(seconds), Type::Int, profile.span(path)));
    let fields = [
        text(&toleration.key).map(TolerationAttribute::Key),
        text(&toleration.operator).map(TolerationAttribute::Operator),
        text(&toleration.value).map(TolerationAttribute::Value),
        text(&toleration.effect).map(TolerationAttribute::Effect),
        seconds.map(TolerationAttribute::Seconds),
    ];
    let mut out = argot_compiler::Toleration::at(profile.span(path));
    fields
        .into_iter()
        .flatten()
        .for_each(|field| out.set(field));
    out
}

/// Applies the settings of each container: its image and its resources.
fn containers(profile: &Profile, attributes: &mut Attributes) {
    let DefaultResources {
        cpu,
        memory,
        ephemeral,
    } = &profile.resources;
    for container in attributes.containers_mut() {
        if let Some(image) = container.get_mut(ContainerAttribute::image) {
            images::rename(&profile.registry, image);
        }
        let own = container.resources();
        type New = fn(Amount) -> Resource;
        let missing: [(bool, _, _, New); 3] = [
            (own.cpu().is_none(), cpu, "resources.cpu", Resource::Cpu),
            (
                own.memory().is_none(),
                memory,
                "resources.memory",
                Resource::Memory,
            ),
            (
                own.ephemeral().is_none(),
                ephemeral,
                "resources.ephemeral",
                Resource::Ephemeral,
            ),
        ];
        for (is_missing, given, path, new) in missing {
            if let (true, Some(given)) = (is_missing, given) {
                let quantity = |quantity: &Quantity| {
                    let value = Value::Quantity(quantity.clone());
                    Expr::constant(value, Type::Quantity, profile.span(path))
                };
                let amount = new(Amount {
                    request: quantity(&given.request),
                    limit: quantity(&given.limit),
                });
                let empty = ContainerAttribute::Resources(Resources::default());
                if let Some(resources) = container.or_set(empty, ContainerAttribute::resources) {
                    resources.set(amount);
                }
            }
        }
    }
}

/// The classes of volumes that are made for each pod.
fn volumes(profile: &Profile, step: &mut Step) {
    for volume in &mut step.volumes {
        if let PlanVolumeSource::Source(VolumeSource::Ephemeral { class, access, .. }) =
            &mut volume.source
            && class.is_none()
            && let Some(name) = profile.storage_class.get(access)
        {
            *class = Some(profile.text(name, &format!("storage_class.{access}")));
        }
    }
}
