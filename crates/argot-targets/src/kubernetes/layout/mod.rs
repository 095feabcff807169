//! The layouts of a run: the sets of objects it can become.
//!
//! | layout | module | what it is |
//! |---|---|---|
//! | `pod` | [`pod`] | one Job, whose pod runs the steps one after the other |
//! | `jobs` | [`jobs`] | a suspended Job for each step, and one that releases them |
//! | `jobset` | [`jobset`] | one JobSet |

pub(crate) mod jobs;
pub(crate) mod jobset;
mod merge;
pub(crate) mod pod;

use std::collections::{BTreeMap, BTreeSet};

use argot_compiler::{Expr, Plan};
use argot_syntax::Diagnostics;
use k8s_openapi::api::batch::v1 as batch;
use k8s_openapi::api::core::v1 as core;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;

use super::diagnostics;
use super::files::Files;
use super::flat::{Flat, Job, JobId, Order};
use super::own;
use super::step::{Context, JobPod, put};
use super::text::{KUBERNETES, Run};
use super::workspace;
use super::{Options, RELEASER_IMAGE};
use crate::Manifest;
use crate::accelerators::DeviceClaim;
use crate::pod::raw::laid;
use crate::pod::volumes::{OUTPUTS_VOLUME, claims};
use crate::pod::{Pod, QUEUE_LABEL};

/// The label that every object of a run has, with the run's name.
pub(crate) const RUN_LABEL: &str = "argot.dev/run";
/// The label of a step's Job and pods, with the task's name.
const TASK_LABEL: &str = "argot.dev/task";
/// The most bytes that a ConfigMap may have.
const LARGEST_CONFIG_MAP: usize = 1 << 20;

/// State while the objects of a run are built.
pub(crate) struct Lowering<'a> {
    pub(crate) plan: &'a Plan,
    pub(crate) flat: &'a Flat,
    pub(crate) order: &'a Order,
    /// The jobs whose outputs are kept in the workspace because something reads them.
    pub(crate) kept: &'a BTreeSet<JobId>,
    pub(crate) options: &'a Options,
    pub(crate) run: &'a Run,
    pub(crate) files: Files,
    /// The devices that pods claim, by the name of the template of their claim.
    pub(crate) claims: Vec<(String, DeviceClaim)>,
    pub(crate) diagnostics: &'a mut Diagnostics,
}

impl Lowering<'_> {
    /// Every job's pod.
    pub(crate) fn pods(&mut self) -> Vec<JobPod> {
        let mut context = Context {
            flat: self.flat,
            run: self.run,
            kept: self.kept,
            files: &mut self.files,
            platform: &self.options.platform,
            version: self.options.version,
            claims: &mut self.claims,
            diagnostics: self.diagnostics,
        };
        let jobs = self.flat.jobs.iter().enumerate();
        jobs.map(|(index, job)| context.pod(JobId(index), job))
            .collect()
    }

    /// The name of the ConfigMap, once all files are known. What runs by a schedule keeps its name while its files
    /// change, and a ConfigMap cannot: its name tells its content.
    pub(crate) fn config_map(&self) -> String {
        match self.plan.attributes.scheduled() {
            Some(_) => self.run.object(&self.files.digest()),
            None => self.run.name.clone(),
        }
    }

    /// The metadata of an object of the run.
    pub(crate) fn metadata(&mut self, name: String) -> ObjectMeta {
        ObjectMeta {
            name: Some(name),
            namespace: self.run.namespace.clone(),
            labels: Some(self.labels()),
            ..ObjectMeta::default()
        }
    }

    /// The labels of every object of the run.
    fn labels(&mut self) -> BTreeMap<String, String> {
        let mut labels: BTreeMap<String, String> = [
            (RUN_LABEL, self.run.name.as_str()),
            ("app.kubernetes.io/managed-by", "argot"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into();
        for (name, value) in self.plan.attributes.labels() {
            labels.insert(name.clone(), self.constant(value));
        }
        labels
    }

    /// The labels of what belongs to one step of the run.
    fn labels_of(&mut self, job: &Job) -> BTreeMap<String, String> {
        let mut labels = self.labels();
        labels.insert(TASK_LABEL.to_owned(), job.name.clone());
        labels
    }

    /// The annotations of the object that represents the run.
    pub(crate) fn annotations(&mut self) -> Option<BTreeMap<String, String>> {
        let mut out: BTreeMap<String, String> = self
            .plan
            .attributes
            .annotations()
            .iter()
            .map(|(name, value)| (name.clone(), self.constant(value)))
            .collect();
        if let Some(description) = &self.plan.description {
            out.entry("kubernetes.io/description".to_owned())
                .or_insert_with(|| description.clone());
        }
        (!out.is_empty()).then_some(out)
    }

    /// The text of an attribute of the pipeline, which is a constant.
    fn constant(&self, expr: &Expr) -> String {
        expr.value()
            .map(argot_compiler::Value::text)
            .unwrap_or_default()
    }

    /// The template of the pods of one job, which have nothing of other jobs in them.
    pub(crate) fn template(&mut self, job: &Job, job_pod: JobPod) -> core::PodTemplateSpec {
        let retries = job_pod.retries.limit;
        let (mut pod, uses_workspace) = (job_pod.pod, job_pod.uses_workspace);
        let mounts = pod
            .main()
            .and_then(|container| container.volume_mounts.as_ref());
        let folder: Vec<_> = mounts
            .into_iter()
            .flatten()
            .filter(|mount| workspace::is_own(mount))
            .cloned()
            .collect();
        let is_kept = !folder.is_empty();
        let mut volumes: Vec<_> = job_pod
            .files
            .volume(&self.config_map())
            .into_iter()
            .collect();
        if uses_workspace {
            volumes.push(self.shared_workspace());
        }
        if !job.step.outputs.is_empty() && !is_kept {
            volumes.push(empty(OUTPUTS_VOLUME));
        }
        put(&mut pod.spec.volumes, volumes);
        if is_kept && retries > 0 {
            let security = pod.spec.security_context.as_ref();
            let cleaner = own::cleaner(self.releaser_image(), security, folder);
            let init = pod.spec.init_containers.get_or_insert_default();
            init.insert(0, cleaner);
        }
        self.finish(&mut pod.spec, job_pod.timeout, uses_workspace);
        let labels = self.labels_of(job);
        core::PodTemplateSpec {
            metadata: Some(of_pod(labels, [&pod])),
            spec: Some(pod.spec),
        }
    }

    /// A pod for a container of our own.
    fn own_template(
        &mut self,
        container: core::Container,
        spec: core::PodSpec,
    ) -> core::PodTemplateSpec {
        core::PodTemplateSpec {
            metadata: Some(ObjectMeta {
                labels: Some(self.labels()),
                ..ObjectMeta::default()
            }),
            spec: Some(core::PodSpec {
                restart_policy: Some("Never".to_owned()),
                image_pull_secrets: self.pull_secrets(),
                containers: vec![container],
                ..spec
            }),
        }
    }

    /// Fills in defaults that the steps of a pod leave open.
    pub(crate) fn finish(
        &self,
        spec: &mut core::PodSpec,
        timeout: Option<i64>,
        uses_workspace: bool,
    ) {
        // Every user may write to a folder of the node's disk.
        let is_disk =
            |volume: &core::Volume| volume.name == workspace::VOLUME && volume.empty_dir.is_some();
        if uses_workspace && !spec.volumes.iter().flatten().any(is_disk) {
            let security = spec.security_context.get_or_insert_default();
            if security.fs_group.is_none() {
                security.fs_group = Some(workspace::GROUP);
            }
            security
                .fs_group_change_policy
                .get_or_insert_with(|| "OnRootMismatch".to_owned());
        }
        spec.restart_policy
            .get_or_insert_with(|| "Never".to_owned());
        spec.active_deadline_seconds = timeout;
        if spec.service_account_name.is_none() {
            let account = self.plan.attributes.service_account();
            spec.service_account_name = account.map(|expr| self.constant(expr));
        }
        // Steps do not need the token of the default account.
        if spec.service_account_name.is_none() {
            spec.automount_service_account_token.get_or_insert(false);
        }
    }

    /// The workspace as a claim of the run.
    fn shared_workspace(&self) -> core::Volume {
        core::Volume {
            name: workspace::VOLUME.to_owned(),
            persistent_volume_claim: Some(core::PersistentVolumeClaimVolumeSource {
                claim_name: self.run.object(workspace::CLAIM),
                read_only: None,
            }),
            ..core::Volume::default()
        }
    }

    pub(crate) fn releaser_image(&self) -> String {
        let image = self.options.releaser_image.clone();
        image.unwrap_or_else(|| RELEASER_IMAGE.to_owned())
    }

    /// The Secrets for containers that no step has written.
    pub(crate) fn pull_secrets(&self) -> Option<Vec<core::LocalObjectReference>> {
        let secrets = self.options.image_pull_secrets.iter();
        let secrets: Vec<_> = secrets
            .map(|name| core::LocalObjectReference { name: name.clone() })
            .collect();
        (!secrets.is_empty()).then_some(secrets)
    }

    /// The spec of the Job of a step.
    pub(crate) fn job(&mut self, job: &Job, job_pod: JobPod) -> batch::JobSpec {
        let retries = job_pod.retries.clone();
        let raw = self.raw_job(job);
        let template = self.template(job, job_pod);
        let turns = job.turns.as_ref();
        let count = turns.map(|turns| i32::try_from(turns.count).unwrap_or(i32::MAX));
        let parallel = turns.and_then(|turns| turns.parallel);
        let spec = batch::JobSpec {
            completion_mode: turns.map(|_| "Indexed".to_owned()),
            completions: count,
            parallelism: match (count, parallel) {
                (Some(count), Some(most)) => {
                    Some(count.min(i32::try_from(most).unwrap_or(i32::MAX)))
                }
                (count, _) => count,
            },
            backoff_limit: turns.is_none().then_some(retries.limit),
            backoff_limit_per_index: turns.map(|_| retries.limit),
            pod_failure_policy: retries.policy,
            // Never two pods at a time that write to one place.
            pod_replacement_policy: Some("Failed".to_owned()),
            template,
            ..batch::JobSpec::default()
        };
        match raw.is_empty() {
            true => spec,
            false => laid(spec, &raw.into()),
        }
    }

    /// The objects that hold files and volumes of the run.
    pub(crate) fn stores(&mut self, pods: &[JobPod]) -> Vec<Manifest> {
        let mut out = Vec::new();
        let users: Vec<JobId> = pods
            .iter()
            .enumerate()
            .filter(|(_, job_pod)| job_pod.uses_workspace)
            .map(|(index, _)| JobId(index))
            .collect();
        if !users.is_empty() {
            let access = self.workspace_access(&users);
            let spec = workspace::spec(
                self.plan.attributes.workspace(),
                access,
                &self.options.storage_class,
            );
            let metadata = self.metadata(self.run.object(workspace::CLAIM));
            out.push(claim(metadata, spec));
        }
        for (name, spec) in claims(self.plan, KUBERNETES, self.diagnostics) {
            let metadata = self.metadata(self.run.object(&name));
            out.push(claim(metadata, spec));
        }
        out.extend(self.files());
        out
    }

    /// The objects that hold files of the run, and say which devices its pods claim.
    pub(crate) fn files(&mut self) -> Vec<Manifest> {
        let mut out = Vec::new();
        for (name, claim) in std::mem::take(&mut self.claims) {
            let template = claim.template(self.metadata(name));
            out.push(Manifest::object(template).shared());
        }
        let name = self.config_map();
        let files = &self.files;
        if !files.is_empty() {
            let size = files.size();
            if size > LARGEST_CONFIG_MAP {
                let span = self.plan.span;
                self.diagnostics
                    .push(diagnostics::large_files(size, LARGEST_CONFIG_MAP, span));
            }
            let map = core::ConfigMap {
                metadata: self.metadata(name),
                immutable: Some(true),
                data: Some(self.files.data().clone()),
                ..core::ConfigMap::default()
            };
            out.push(Manifest::object(map).shared());
        }
        out
    }

    /// How many nodes must be able to use the workspace at the same time.
    fn workspace_access(&mut self, users: &[JobId]) -> &'static str {
        let workspace = self.plan.attributes.workspace();
        let access = workspace.access().and_then(Expr::as_str);
        match (access, self.order.beside(self.flat, users)) {
            (Some("ReadWriteMany"), _) => "ReadWriteMany",
            (Some(_), None) | (None, None) => "ReadWriteOnce",
            (None, Some(_)) => "ReadWriteMany",
            (Some(_), Some((first, second))) => {
                let task = |id| self.flat.job(id).map_or("", |job| job.task.as_str());
                let at = self.flat.job(second).map(|job| job.span);
                let at = at.unwrap_or(self.plan.span);
                let set = workspace.span;
                let message = diagnostics::shared_workspace(task(first), task(second), at, set);
                self.diagnostics.push(message);
                "ReadWriteOnce"
            }
        }
    }

    /// Reports what only the layout `pod` honours, and the one answer to an error that the layout does not give:
    /// whether it is to continue, and how that is written.
    pub(crate) fn refuse_of_pods(&mut self, layout: &str, (continues, answer): (bool, &str)) {
        let attributes = &self.plan.attributes;
        let schedule = attributes.scheduled();
        let timeout = attributes.timeout();
        let found = [
            schedule.map(|schedule| diagnostics::no_schedule(layout, schedule.span)),
            timeout.map(|timeout| diagnostics::no_timeout(layout, timeout.span)),
            (attributes.continues_on_error() == Some(continues))
                .then(|| attributes.span_of("on_error"))
                .flatten()
                .map(|span| diagnostics::on_error(layout, answer, span)),
        ];
        self.diagnostics.extend(found.into_iter().flatten());
    }

    /// The label by which Kueue finds the queue.
    pub(crate) fn queue(metadata: &mut ObjectMeta, queue: String) {
        let labels = metadata.labels.get_or_insert_default();
        labels.insert(QUEUE_LABEL.to_owned(), queue);
    }

    /// How long the object that represents the run is kept after its end.
    pub(crate) fn ttl(&mut self) -> Option<i32> {
        let ttl = self.plan.attributes.ttl();
        let seconds: Vec<i64> = [ttl.after(), ttl.success(), ttl.failure()]
            .into_iter()
            .filter_map(|time| time?.as_seconds())
            .collect();
        let first = *seconds.first()?;
        let whole = ttl.after().is_some() || seconds.len() == 2;
        if seconds.iter().any(|other| *other != first) || !whole {
            self.diagnostics.push(diagnostics::one_ttl(ttl.span));
        }
        Some(i32::try_from(first).unwrap_or(i32::MAX))
    }

    fn raw_job(&mut self, job: &Job) -> serde_json::Map<String, serde_json::Value> {
        let Some(raw) = &job.step.attributes.step.kubernetes() else {
            return serde_json::Map::new();
        };
        let texts = super::text::Texts::new(self.flat, job, self.run);
        let mut pod =
            crate::pod::Builder::new(&job.step, texts, &self.options.platform, self.diagnostics);
        pod.raw_object::<batch::JobSpec>(JOB_FIELDS, raw, "template")
    }
}

/// Raw fields of a Job's spec that Argot has an attribute for.
const JOB_FIELDS: crate::pod::covered::Fields = &[
    ("template", "pod"),
    ("suspend", "layout"),
    ("completionMode", "for"),
    ("completions", "for"),
    ("parallelism", "parallel"),
    ("backoffLimit", "retry"),
    ("backoffLimitPerIndex", "retry"),
    ("podFailurePolicy", "retry"),
    ("podReplacementPolicy", "retry"),
    ("ttlSecondsAfterFinished", "ttl"),
];

/// The metadata of a pod, with what its steps say over these labels.
fn of_pod<'a>(
    mut labels: BTreeMap<String, String>,
    pods: impl IntoIterator<Item = &'a Pod>,
) -> ObjectMeta {
    let mut annotations = BTreeMap::new();
    for pod in pods {
        labels.extend(pod.labels.clone());
        annotations.extend(pod.annotations.clone());
    }
    ObjectMeta {
        labels: Some(labels),
        annotations: (!annotations.is_empty()).then_some(annotations),
        ..ObjectMeta::default()
    }
}

pub(crate) fn empty(name: &str) -> core::Volume {
    core::Volume {
        name: name.to_owned(),
        empty_dir: Some(core::EmptyDirVolumeSource::default()),
        ..core::Volume::default()
    }
}

fn claim(metadata: ObjectMeta, spec: core::PersistentVolumeClaimSpec) -> Manifest {
    Manifest::object(core::PersistentVolumeClaim {
        metadata,
        spec: Some(spec),
        status: None,
    })
}
