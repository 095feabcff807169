//! Steps: components with what their tasks lay over them.

use std::{
    collections::{HashMap, HashSet, hash_map::DefaultHasher},
    hash::{Hash, Hasher},
};

use argot_syntax::{Diagnostics, Span};

use super::{
    Claim, PlanVolume, PlanVolumeSource, Port, Step, add_port,
    naming::{Names, Use},
    scope::{Binding, DagScope, Values, VolumeValue, ports, resolve},
    simplify::{Presence, There, simplify},
};
use crate::{
    Attributes, Call, Component, ComponentId, Container, ContainerAttribute, Context, Expr,
    ExprKind, InputId, Mount, OutputId, StepId, VolumeExpr, VolumeId, VolumeSource, evaluate,
};

/// The steps of a plan as they are found.
#[derive(Default)]
pub(super) struct StepBuilder {
    pub(super) steps: Vec<Step>,
    uses: Vec<Use>,
    /// The steps of each component, by [`fingerprint`].
    by_component: HashMap<(ComponentId, u64), Vec<StepId>>,
}

/// A call of a component, as a task makes it.
#[derive(Clone, Copy)]
pub(super) struct CallSite<'a> {
    pub(super) task: &'a str,
    pub(super) call: &'a Call,
    pub(super) span: Span,
    /// What its inputs are bound to.
    pub(super) bindings: &'a [Binding],
    /// The outputs that a loop around it gathers.
    pub(super) gathered: &'a [OutputId],
}

impl CallSite<'_> {
    /// Whether it changes attributes of the component.
    fn changes(&self) -> bool {
        *self.call.with != Attributes::default()
    }
}

impl StepBuilder {
    /// The step that a task runs, and the arguments that carry values of the pipeline into it.
    pub(super) fn step(
        &mut self,
        id: ComponentId,
        component: &Component,
        site: CallSite<'_>,
        scope: &DagScope<'_>,
        values: &mut Values,
        diagnostics: &mut Diagnostics,
    ) -> (StepId, Vec<(InputId, Expr)>) {
        let (mut step, lifted) = built(component, site, scope, diagnostics);
        let mark = fingerprint(&mut step);
        let known = self.by_component.entry((id, mark)).or_default();
        let same = known
            .iter()
            .copied()
            .find(|known| self.steps.get(known.index()) == Some(&step));
        let found = match same {
            Some(found) => found,
            None => {
                let found = StepId::new(self.steps.len());
                known.push(found);
                crate::check::step_commands(&step.attributes, diagnostics);
                values.spend(bytes(&mut step), site.span, diagnostics);
                self.steps.push(step);
                self.uses.push(Use {
                    base: component.name.clone(),
                    task: Some(site.task.to_owned()),
                    group: Some(id.index()),
                    plain: !site.changes(),
                    made_up: false,
                });
                found
            }
        };
        (found, lifted)
    }

    /// Gives every step its name. A volume of a step never has the name of a claim, which is the run's.
    pub(super) fn name(&mut self, names: &mut Names, claims: &[Claim]) {
        let of_run: HashSet<&str> = claims.iter().map(|claim| claim.name.as_str()).collect();
        for step in &mut self.steps {
            let mut of_step: HashSet<String> = step
                .volumes
                .iter()
                .map(|volume| volume.name.clone())
                .collect();
            for volume in &mut step.volumes {
                let is_claim = matches!(volume.source, PlanVolumeSource::Claim(_));
                if !is_claim && of_run.contains(volume.name.as_str()) {
                    let base = volume.name.clone();
                    let mut count = 1;
                    while of_run.contains(volume.name.as_str()) || of_step.contains(&volume.name) {
                        count += 1;
                        volume.name = format!("{base}-{count}");
                    }
                    of_step.insert(volume.name.clone());
                }
            }
        }
        for (step, name) in self.steps.iter_mut().zip(names.assign(&self.uses)) {
            step.name = name;
        }
    }
}

/// The step that a call runs, without a name, and the arguments that carry values of the pipeline into it.
fn built(
    component: &Component,
    site: CallSite<'_>,
    scope: &DagScope<'_>,
    diagnostics: &mut Diagnostics,
) -> (Step, Vec<(InputId, Expr)>) {
    let there: Vec<There> = site.bindings.iter().map(Binding::there).collect();
    let presence = Presence {
        inputs: &there,
        matters: component.inputs.iter().any(|input| input.ty.is_optional()),
    };
    let mut volumes = Volumes::default();
    let mut inputs = ports(&component.inputs, &there);
    let mut lifted = Vec::new();
    let mut of_pipeline =
        |attributes: &Attributes, volumes: &mut Volumes, diagnostics: &mut Diagnostics| {
            let mut attributes = attributes.clone();
            lift(
                &mut attributes,
                &mut inputs,
                &mut lifted,
                scope,
                diagnostics,
            );
            volumes.resolve(&mut attributes, |volume| scope.resolve(volume));
            attributes
        };

    let mut attributes = match component.body.facts().takes_defaults {
        true => of_pipeline(
            scope.pipeline.attributes.defaults(),
            &mut volumes,
            diagnostics,
        ),
        false => Attributes::default(),
    };
    let mut own = component.attributes.clone();
    let mut body = component.body.clone();
    if presence.matters {
        for (_, expr) in own.exprs_mut() {
            simplify(expr, &presence, diagnostics);
        }
        body.for_each_expr(&mut |expr| simplify(expr, &presence, diagnostics));
    }
    // A component declares no volumes.
    volumes.resolve(&mut own, |volume| resolve(volume, site.bindings, &[]));
    attributes.merge(&own);
    if site.changes() {
        attributes.merge(&of_pipeline(&site.call.with, &mut volumes, diagnostics));
    }
    attributes.main.span = component.span;
    let volumes = volumes.used_by(&mut attributes);
    let step = Step {
        name: String::new(),
        doc: component.doc.clone(),
        inputs,
        declared: component.inputs.len(),
        outputs: component.outputs.clone(),
        body,
        attributes,
        gathered: site.gathered.to_vec(),
        volumes,
        span: component.span,
    };
    (step, lifted)
}

/// A number that equal steps have in common, and others hardly ever.
fn fingerprint(step: &mut Step) -> u64 {
    let mut sum = 0_u64;
    // In any order, as the attributes of equal steps may stand.
    for (name, expr) in step.attributes.exprs_mut() {
        let mut hasher = DefaultHasher::new();
        name.hash(&mut hasher);
        match expr.value() {
            Some(value) => evaluate::hash(value, &mut hasher),
            None => std::mem::discriminant(&expr.kind).hash(&mut hasher),
        }
        sum = sum.wrapping_add(hasher.finish());
    }
    let mut hasher = DefaultHasher::new();
    sum.hash(&mut hasher);
    for input in &step.inputs {
        (&input.name, input.present).hash(&mut hasher);
    }
    for volume in &step.volumes {
        volume.name.hash(&mut hasher);
    }
    hasher.finish()
}

/// About how much the values of a step take.
fn bytes(step: &mut Step) -> usize {
    let defaults = step
        .inputs
        .iter()
        .filter_map(|input| input.default.as_ref());
    let defaults: usize = defaults.map(Expr::bytes).sum();
    let attributes = step.attributes.exprs_mut();
    let attributes: usize = attributes.into_iter().map(|(_, expr)| expr.bytes()).sum();
    step.body.bytes() + defaults + attributes
}

/// Replaces what only the pipeline knows by inputs of the step, and gives the arguments for them.
fn lift(
    attributes: &mut Attributes,
    inputs: &mut Vec<Port>,
    lifted: &mut Vec<(InputId, Expr)>,
    scope: &DagScope<'_>,
    diagnostics: &mut Diagnostics,
) {
    for (attribute, expr) in attributes.exprs_mut() {
        simplify(expr, &scope.presence, diagnostics);
        let of_pipeline = expr.any(|expr| {
            matches!(
                expr.kind,
                ExprKind::Task(_)
                    | ExprKind::Input(_)
                    | ExprKind::Context(
                        Context::RunStatus | Context::RunFailures | Context::RunDuration
                    )
            )
        });
        if !of_pipeline {
            continue;
        }
        let id = match lifted.iter().find(|(_, other)| other == expr) {
            Some((id, _)) => *id,
            None => {
                let name = format!("with_{attribute}");
                let id = add_port(inputs, &name, expr.ty.clone(), expr.span);
                lifted.push((id, expr.clone()));
                id
            }
        };
        expr.kind = ExprKind::Input(id);
    }
}

/// The mounts of a container, to change them.
fn mounts_mut(container: &mut Container) -> impl Iterator<Item = (&String, &mut Mount)> {
    let mounts = container.get_mut(ContainerAttribute::mounts);
    mounts.into_iter().flatten()
}

/// The volumes of one step, each once.
#[derive(Default)]
struct Volumes(Vec<PlanVolume>);

impl Volumes {
    /// Makes every mount speak of this list.
    fn resolve(
        &mut self,
        attributes: &mut Attributes,
        find: impl Fn(&VolumeExpr) -> Option<VolumeValue>,
    ) {
        for container in attributes.containers_mut() {
            for (path, mount) in mounts_mut(container) {
                if let Some(value) = find(&mount.volume) {
                    mount.volume = VolumeExpr::Declared(VolumeId::new(self.place(value, path)));
                }
            }
        }
    }

    fn place(&mut self, value: VolumeValue, path: &str) -> usize {
        let (name, source, shared) = match value {
            VolumeValue::Claim(index, name) => (name, PlanVolumeSource::Claim(index), true),
            VolumeValue::Source(name, source) => {
                // What is made anew for a pod in place is another volume each time.
                let made = matches!(
                    source,
                    VolumeSource::Memory { .. }
                        | VolumeSource::Scratch { .. }
                        | VolumeSource::Ephemeral { .. }
                );
                let shared = !made || !name.is_empty();
                (name, PlanVolumeSource::Source(source), shared)
            }
        };
        let same = |volume: &PlanVolume| {
            volume.source == source && (name.is_empty() || volume.name == name)
        };
        if shared && let Some(at) = self.0.iter().position(same) {
            return at;
        }
        // A claim's name is the run's; whatever else has it is named anew at the end.
        if let PlanVolumeSource::Claim(_) = source {
            self.0.push(PlanVolume { name, source });
            return self.0.len() - 1;
        }
        let base = if name.is_empty() {
            path.trim_matches('/').replace('/', "-")
        } else {
            name
        };
        let mut unique = base.clone();
        let mut count = 1;
        while self.0.iter().any(|volume| volume.name == unique) {
            count += 1;
            unique = format!("{base}-{count}");
        }
        self.0.push(PlanVolume {
            name: unique,
            source,
        });
        self.0.len() - 1
    }

    /// The volumes that are mounted after merging, in order; the mounts are counted anew.
    fn used_by(self, attributes: &mut Attributes) -> Vec<PlanVolume> {
        let mut places: HashMap<usize, usize> = HashMap::new();
        let mut used = Vec::new();
        for container in attributes.containers_mut() {
            for (_, mount) in mounts_mut(container) {
                let VolumeExpr::Declared(id) = &mut mount.volume else {
                    continue;
                };
                let Some(volume) = self.0.get(id.index()) else {
                    continue;
                };
                let place = *places.entry(id.index()).or_insert_with(|| {
                    used.push(volume.clone());
                    used.len() - 1
                });
                *id = VolumeId::new(place);
            }
        }
        used
    }
}
