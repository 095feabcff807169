//! One JobSet: a Job for each step, which the JobSet controller creates when its turn comes.

use argot_syntax::Span;
use k8s_openapi::api::batch::v1 as batch;
use k8s_openapi::api::core::v1 as core;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use sha2::{Digest, Sha256};

use super::Lowering;
use crate::Manifest;
use crate::kubernetes::flat::JobId;
use crate::kubernetes::objects::{DependsOn, JobSet, JobSetSpec, ReplicatedJob};
use crate::kubernetes::{LONGEST_NAME, diagnostics, own};
use crate::pod::MAIN;
use crate::pod::names::hex;

/// The most Jobs that a Job of a JobSet may depend on: since JobSet 0.9.
const MOST_DEPENDENCIES: usize = 5;

/// The objects of the run.
pub(crate) fn lower(lowering: &mut Lowering<'_>) -> Vec<Manifest> {
    refuse(lowering);
    let pods = lowering.pods();
    let queue = pods.iter().find_map(|job_pod| job_pod.pod.queue.clone());
    let other = pods
        .iter()
        .position(|job_pod| job_pod.pod.queue != queue)
        .and_then(|at| lowering.flat.jobs.get(at));
    if let (Some(_), Some(job)) = (&queue, other) {
        lowering
            .diagnostics
            .push(diagnostics::one_queue(&job.task, job.span));
    }
    let mut out = lowering.stores(&pods);
    let mut jobs: Vec<ReplicatedJob> = Vec::new();
    for (index, (job, job_pod)) in lowering.flat.jobs.iter().zip(pods).enumerate() {
        let before = lowering.order.direct(JobId(index));
        let names: Vec<String> = before
            .into_iter()
            .filter_map(|id| Some(lowering.flat.job(id)?.name.clone()))
            .collect();
        let depends_on = lowering.few(&job.name, names, &mut jobs);
        let labels = lowering.labels_of(job);
        let spec = lowering.job(job, job_pod);
        jobs.push(ReplicatedJob {
            name: job.name.clone(),
            depends_on,
            template: batch::JobTemplateSpec {
                metadata: Some(ObjectMeta {
                    labels: Some(labels),
                    ..ObjectMeta::default()
                }),
                spec: Some(spec),
            },
        });
    }
    let mut metadata = lowering.metadata(lowering.run.name.clone());
    metadata.annotations = lowering.annotations();
    if let Some(queue) = queue {
        Lowering::queue(&mut metadata, queue);
    }
    let spec = JobSetSpec {
        ttl_seconds_after_finished: lowering.ttl(),
        replicated_jobs: jobs,
    };
    out.push(JobSet::new(metadata, spec).into());
    out
}

fn refuse(lowering: &mut Lowering<'_>) {
    lowering.refuse_of_pods("jobset", (true, "continue"));
    if let Some(job) = lowering.flat.behind_a_condition() {
        let message = diagnostics::jobset_has_no_conditions(&job.task, job.span);
        lowering.diagnostics.push(message);
    }
    if let Some(job) = lowering.flat.allowed_to_fail() {
        let message = diagnostics::jobset_fails_whole(&job.task, job.span);
        lowering.diagnostics.push(message);
    }
    if let Some(job) = lowering.flat.jobs.iter().find(|job| !job.limits.is_empty()) {
        let message = diagnostics::jobset_has_no_limit(limit_span(lowering, job.span));
        lowering.diagnostics.push(message);
    }
}

/// The span that limits the number of Jobs at a time.
fn limit_span(lowering: &Lowering<'_>, otherwise: Span) -> Span {
    let mut dags = lowering.plan.dags.iter();
    let found = dags.find_map(|dag| dag.attributes.parallel());
    found.map_or(otherwise, |expr| expr.span)
}

impl Lowering<'_> {
    /// Limits dependencies to as many as a JobSet accepts. If there are more, Jobs that do nothing wait for some of
    /// them each.
    fn few(
        &mut self,
        name: &str,
        mut names: Vec<String>,
        jobs: &mut Vec<ReplicatedJob>,
    ) -> Vec<DependsOn> {
        let mut count = 0;
        while names.len() > MOST_DEPENDENCIES {
            let mut fewer = Vec::new();
            for some in names.chunks(MOST_DEPENDENCIES) {
                if let [one] = some {
                    fewer.push(one.clone());
                    continue;
                }
                count += 1;
                let barrier = self.barrier_name(name, count);
                let job = self.barrier(&barrier, some);
                jobs.push(job);
                fewer.push(barrier);
            }
            names = fewer;
        }
        depends_on(&names)
    }

    /// The name of a Job that does nothing: its pods' names are not longer than those of steps may be.
    fn barrier_name(&self, name: &str, count: usize) -> String {
        let end = format!("-after-{count}");
        let room = LONGEST_NAME.saturating_sub(self.run.name.len() + "-".len() + "-0-0".len());
        if name.len() + end.len() <= room {
            return format!("{name}{end}");
        }
        let end = format!("-{}{end}", hex(&Sha256::digest(name), 6));
        let kept = name.get(..room.saturating_sub(end.len())).unwrap_or(name);
        format!("{}{end}", kept.trim_end_matches('-'))
    }

    /// A Job that does nothing.
    fn barrier(&mut self, name: &str, before: &[String]) -> ReplicatedJob {
        let container = own::container(MAIN, self.releaser_image(), &["true"]);
        let pod = core::PodSpec {
            automount_service_account_token: Some(false),
            ..core::PodSpec::default()
        };
        ReplicatedJob {
            name: name.to_owned(),
            depends_on: depends_on(before),
            template: batch::JobTemplateSpec {
                metadata: None,
                spec: Some(batch::JobSpec {
                    template: self.own_template(container, pod),
                    ..batch::JobSpec::default()
                }),
            },
        }
    }
}

fn depends_on(names: &[String]) -> Vec<DependsOn> {
    let depends = |name: &String| DependsOn {
        name: name.clone(),
        status: "Complete",
    };
    names.iter().map(depends).collect()
}
