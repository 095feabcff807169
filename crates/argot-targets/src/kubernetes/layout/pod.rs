//! One Job, whose pod runs the steps one after the other.
//!
//! All steps but the last are init containers. A `schedule` makes it a CronJob.

use std::collections::HashSet;

use argot_compiler::{Expr, PlanVolumeSource, Schedule, ScheduleAttribute};
use argot_syntax::Diagnostic;
use k8s_openapi::api::batch::v1 as batch;
use k8s_openapi::api::core::v1 as core;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;

use super::{Lowering, empty, merge, of_pod};
use crate::Manifest;
use crate::kubernetes::flat::{Flat, Job, JobId, Order};
use crate::kubernetes::step::{JobPod, put};
use crate::kubernetes::text::KUBERNETES;
use crate::kubernetes::{Layout, diagnostics, workspace};
use crate::pod::names::LONGEST_LABEL;
use crate::pod::volumes::{OUTPUTS_VOLUME, claims};

/// The reason why a run does not fit in one pod.
fn misfit(flat: &Flat, order: &Order) -> Option<Diagnostic> {
    if let Some(job) = flat.behind_a_condition() {
        return Some(diagnostics::pod_has_no_conditions(&job.task, job.span));
    }
    if let Some(job) = flat.allowed_to_fail() {
        return Some(diagnostics::pod_has_no_conditions(&job.task, job.span));
    }
    let ids: Vec<JobId> = (0..flat.jobs.len()).map(JobId).collect();
    if let Some((first, second)) = order.beside(flat, &ids) {
        let (first, second) = (flat.job(first)?, flat.job(second)?);
        let place = |job: &Job| (job.span.file, job.span.start);
        return Some(match place(first) == place(second) {
            true => diagnostics::pod_has_no_turns(&first.task, first.span),
            false => {
                diagnostics::pod_is_a_chain(&first.task, first.span, &second.task, second.span)
            }
        });
    }
    if let Some(job) = flat.jobs.iter().find(|job| job.turns.is_some()) {
        return Some(diagnostics::pod_has_no_turns(&job.task, job.span));
    }
    if flat.jobs.len() < 2 {
        return None;
    }
    // A setting of one step would apply to all of them.
    flat.jobs.iter().find_map(alone)
}

/// An attribute of a step that a pod of several steps cannot honour.
fn alone(job: &Job) -> Option<Diagnostic> {
    let attributes = &job.step.attributes;
    let first = [
        ("timeout", attributes.step.timeout().map(|expr| expr.span)),
        (
            "retry",
            attributes.step.retry().limit().map(|expr| expr.span),
        ),
        (
            "sidecar",
            attributes
                .step
                .sidecar()
                .values()
                .next()
                .map(|found| found.span),
        ),
        ("pod", attributes.pod.pod().map(|raw| raw.span)),
        (
            "kubernetes",
            attributes.step.kubernetes().map(|raw| raw.span),
        ),
    ];
    first
        .into_iter()
        .find_map(|(name, span)| Some(diagnostics::pod_of_several(name, &job.task, span?)))
}

/// Whether a device would stand idle while other steps run.
pub(crate) fn wastes_devices(flat: &Flat) -> bool {
    let has_device = |job: &Job| {
        let resources = &job.step.attributes.main.resources();
        resources.gpu().is_some() || resources.tpu().is_some() || !resources.extended().is_empty()
    };
    let some = flat.jobs.iter().any(has_device);
    some && !flat.jobs.iter().all(has_device)
}

/// The objects of the run.
pub(crate) fn lower(lowering: &mut Lowering<'_>) -> Vec<Manifest> {
    if let Some(why) = misfit(lowering.flat, lowering.order) {
        lowering
            .diagnostics
            .push(match lowering.plan.attributes.scheduled() {
                Some(schedule) if lowering.options.layout == Layout::Auto => {
                    diagnostics::schedule_is_no_pod(schedule.span, &why)
                }
                _ => why,
            });
        // Other errors in its steps are reported too.
        lowering.pods();
        return Vec::new();
    }
    let mut pods = lowering.pods();
    let queue = pods.iter().find_map(|job_pod| job_pod.pod.queue.clone());
    lowering.agree(&pods);
    let ttl = lowering.ttl();
    let timeout = lowering.plan.attributes.timeout();
    let deadline = timeout.and_then(Expr::as_seconds);
    let deadline = deadline.map(|seconds| seconds.max(1));
    let labels = match lowering.flat.jobs.as_slice() {
        [only] => lowering.labels_of(only),
        _ => lowering.labels(),
    };
    let pod = of_pod(labels, pods.iter().map(|job_pod| &job_pod.pod));
    let Some(last) = pods.pop() else {
        return Vec::new();
    };
    let single = pods.is_empty();
    let retries = last.retries.clone();
    let raw = lowering
        .flat
        .jobs
        .first()
        .filter(|_| single)
        .map(|job| lowering.raw_job(job))
        .unwrap_or_default();
    let spec = lowering.chain(pods, last);
    // Claims of volumes are volumes of the pod.
    let mut out = lowering.files();
    let job = batch::JobSpec {
        active_deadline_seconds: deadline,
        backoff_limit: Some(retries.limit),
        pod_failure_policy: retries.policy,
        pod_replacement_policy: Some("Failed".to_owned()),
        ttl_seconds_after_finished: ttl,
        template: core::PodTemplateSpec {
            metadata: Some(pod),
            spec: Some(spec),
        },
        ..batch::JobSpec::default()
    };
    let job = match raw.is_empty() {
        true => job,
        false => crate::pod::raw::laid(job, &raw.into()),
    };
    let mut metadata = lowering.metadata(lowering.run.name.clone());
    metadata.annotations = lowering.annotations();
    if let Some(queue) = queue {
        Lowering::queue(&mut metadata, queue);
    }
    out.push(match lowering.plan.attributes.scheduled() {
        None => Manifest::object(batch::Job {
            metadata,
            spec: Some(job),
            status: None,
        }),
        Some(schedule) => cron(schedule, metadata, job, lowering),
    });
    out
}

fn cron(
    schedule: &Schedule,
    metadata: ObjectMeta,
    job: batch::JobSpec,
    lowering: &mut Lowering<'_>,
) -> Manifest {
    let crons = schedule.crons();
    let [cron] = crons.as_slice() else {
        lowering
            .diagnostics
            .push(diagnostics::one_cron(crons.len(), schedule.span));
        return Manifest::object(batch::CronJob::default());
    };
    let text = |expr: &Expr| expr.as_str().map(ToOwned::to_owned);
    let count = |expr: &Expr| {
        let count = expr.as_int()?;
        Some(i32::try_from(count).unwrap_or(i32::MAX))
    };
    let mut spec = batch::CronJobSpec {
        schedule: (*cron).to_owned(),
        job_template: batch::JobTemplateSpec {
            metadata: Some(ObjectMeta {
                labels: metadata.labels.clone(),
                ..ObjectMeta::default()
            }),
            spec: Some(job),
        },
        ..batch::CronJobSpec::default()
    };
    for attribute in schedule.iter() {
        match attribute {
            // It has been read already.
            ScheduleAttribute::Cron(_) => {}
            ScheduleAttribute::Timezone(zone) => spec.time_zone = text(zone),
            ScheduleAttribute::Concurrency(policy) => spec.concurrency_policy = text(policy),
            ScheduleAttribute::Suspend(suspend) => spec.suspend = Some(*suspend),
            ScheduleAttribute::History(history) => {
                spec.successful_jobs_history_limit = history.success().and_then(count);
                spec.failed_jobs_history_limit = history.failure().and_then(count);
            }
        }
    }
    Manifest::object(batch::CronJob {
        metadata,
        spec: Some(spec),
        status: None,
    })
}

impl Lowering<'_> {
    /// Reports attributes of the pod that steps see differently.
    fn agree(&mut self, pods: &[JobPod]) {
        let all: Vec<(&Job, &JobPod)> = self.flat.jobs.iter().zip(pods).collect();
        let mut reported = HashSet::new();
        for (name, differ) in merge::ROWS {
            let pairs = all.iter().enumerate().flat_map(|(at, other)| {
                let before = all.iter().take(at);
                before.map(move |one| (one, other))
            });
            let mut apart = pairs.filter(|((_, a), (_, b))| differ(&a.pod, &b.pod));
            // Two fields may come from one attribute.
            if let Some(((one, _), (other, _))) = apart.next()
                && reported.insert(*name)
            {
                let place = |job: &Job| (job.task.clone(), job.span);
                self.diagnostics
                    .push(diagnostics::pod_differs(name, place(one), place(other)));
            }
        }
    }

    /// The pod that runs all steps.
    fn chain(&mut self, before: Vec<JobPod>, last: JobPod) -> core::PodSpec {
        let JobPod {
            pod,
            mut files,
            timeout,
            mut uses_workspace,
            ..
        } = last;
        let mut spec = pod.spec;
        let mut specs = Vec::new();
        for job_pod in before {
            files.extend(job_pod.files);
            uses_workspace |= job_pod.uses_workspace;
            specs.push(job_pod.pod.spec);
        }
        let all = || specs.iter().chain([&spec]);
        let outputs = all().any(|spec| spec.containers.iter().any(writes_apart));
        if !specs.is_empty() {
            let names = self.flat.jobs.iter().map(|job| job.name.clone());
            tell_apart(names.collect(), &mut specs, &mut spec);
        }
        for before in &mut specs {
            let own = std::mem::take(&mut before.containers);
            put(&mut before.init_containers, own);
        }
        merge::merge(specs, &mut spec);
        let mut volumes: Vec<_> = files.volume(&self.config_map()).into_iter().collect();
        if uses_workspace {
            volumes.push(self.own_workspace());
        }
        if outputs {
            volumes.push(empty(OUTPUTS_VOLUME));
        }
        let claims = claims(self.plan, KUBERNETES, self.diagnostics);
        for (index, (name, spec)) in claims.into_iter().enumerate() {
            let mut used = self.flat.jobs.iter().flat_map(|job| &job.step.volumes);
            if used.any(|volume| volume.source == PlanVolumeSource::Claim(index)) {
                volumes.push(ephemeral(&name, spec));
            }
        }
        put(&mut spec.volumes, volumes);
        self.finish(&mut spec, timeout, uses_workspace);
        spec
    }

    /// The workspace as a volume of the pod: on its node's disk, or as a claim if somebody says how large.
    fn own_workspace(&self) -> core::Volume {
        let settings = self.plan.attributes.workspace();
        if settings.size().is_none() && settings.class().is_none() {
            return empty(workspace::VOLUME);
        }
        let access = settings.access().and_then(Expr::as_str);
        let access = access.unwrap_or("ReadWriteOnce");
        ephemeral(
            workspace::VOLUME,
            workspace::spec(settings, access, &self.options.storage_class),
        )
    }
}

/// Returns the containers, claims and volumes of several steps names under which they can be in one pod: those of their
/// steps, or ones that begin with them.
fn tell_apart(names: Vec<String>, before: &mut [core::PodSpec], last: &mut core::PodSpec) {
    let mut taken: HashSet<String> = names.iter().cloned().collect();
    let mut volumes: Vec<core::Volume> = Vec::new();
    for (spec, step) in before.iter_mut().chain([last]).zip(&names) {
        for container in spec.init_containers.iter_mut().flatten() {
            container.name = inner_name(&mut taken, step, &container.name);
        }
        for main in &mut spec.containers {
            main.name.clone_from(step);
            for claim in spec.resource_claims.iter_mut().flatten() {
                rename_claim(main, claim, step);
            }
        }
        rename_volumes(spec, step, &mut volumes);
    }
}

/// The name of a step's init container in a pod of several steps: one that no other container has.
fn inner_name(taken: &mut HashSet<String>, step: &str, own: &str) -> String {
    let wanted: String = format!("{step}-{own}")
        .chars()
        .take(LONGEST_LABEL)
        .collect();
    let wanted = wanted.trim_end_matches('-').to_owned();
    let mut name = wanted.clone();
    let mut count = 1;
    while !taken.insert(name.clone()) {
        count += 1;
        name = format!("{wanted}-{count}");
    }
    name
}

/// Puts the name of a step before that of a claim of its container.
fn rename_claim(main: &mut core::Container, claim: &mut core::PodResourceClaim, step: &str) {
    let name = format!("{step}-{}", claim.name);
    let claims = main
        .resources
        .as_mut()
        .and_then(|resources| resources.claims.as_mut());
    for used in claims.into_iter().flatten() {
        if used.name == claim.name {
            used.name.clone_from(&name);
        }
    }
    claim.name = name;
}

/// Whether a container leaves outputs that nobody reads.
fn writes_apart(container: &core::Container) -> bool {
    let mut mounts = container.volume_mounts.iter().flatten();
    mounts.any(|mount| mount.name == OUTPUTS_VOLUME)
}

/// Puts the name of a step before that of a volume if another step has another volume of that name.
fn rename_volumes(spec: &mut core::PodSpec, step: &str, others: &mut Vec<core::Volume>) {
    for volume in spec.volumes.iter_mut().flatten() {
        if others.contains(volume) {
            continue;
        }
        if others.iter().any(|other| other.name == volume.name) {
            let name = format!("{step}-{}", volume.name);
            let init = spec.init_containers.iter_mut().flatten();
            let mounts = init
                .chain(&mut spec.containers)
                .flat_map(|container| container.volume_mounts.iter_mut().flatten());
            for mount in mounts.filter(|mount| mount.name == volume.name) {
                mount.name.clone_from(&name);
            }
            volume.name = name;
        }
        others.push(volume.clone());
    }
}

fn ephemeral(name: &str, spec: core::PersistentVolumeClaimSpec) -> core::Volume {
    core::Volume {
        name: name.to_owned(),
        ephemeral: Some(core::EphemeralVolumeSource {
            volume_claim_template: Some(core::PersistentVolumeClaimTemplate {
                metadata: None,
                spec,
            }),
        }),
        ..core::Volume::default()
    }
}
