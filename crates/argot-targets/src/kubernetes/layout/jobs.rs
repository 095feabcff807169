//! A suspended Job for each step, and one that releases them when their turn comes.
//!
//! A waiting step uses no resources, since its pod does not exist yet. The releaser has no state of its own: the Jobs
//! record which of them were released and how they ended. See `release.sh`.

use k8s_openapi::api::batch::v1 as batch;
use k8s_openapi::api::core::v1 as core;
use k8s_openapi::api::rbac::v1 as rbac;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;

use super::{Lowering, empty};
use crate::Manifest;
use crate::kubernetes::files::{PodFiles, mount};
use crate::kubernetes::step::JobPod;
use crate::kubernetes::{diagnostics, graph, own, workspace};
use crate::pod::volumes::volume_name;
use crate::pod::{MAIN, variable};

/// The annotation of a Job's pods that says whether the Job has been released. Since it is part of the template, it
/// cannot be reset while the Job runs, so a second `kubectl apply` is refused instead of suspending the Job.
const STATE: &str = "argot.dev/state";
/// The script of the releaser.
const SCRIPT: &str = include_str!("../release.sh");
/// The configuration of its `kubectl`.
const CONFIG: &str = include_str!("../kubectl.yaml");
/// The statuses of the releaser after which it is not started again: the graph cannot be read, the run has failed, or
/// the cluster does not answer.
const LAST_STATUSES: [i32; 3] = [2, 3, 4];
/// The volume in which `kubectl` keeps what it has learned of the cluster.
const SCRATCH: &str = "argot-tmp";
/// How often the releaser is restarted if it is lost.
const RESTARTS: i32 = 100;

/// The objects of the run.
pub(crate) fn lower(lowering: &mut Lowering<'_>) -> Vec<Manifest> {
    refuse(lowering);
    let pods = lowering.pods();
    let mut releaser = PodFiles::default();
    let run = lowering.run;
    let names = |name: &str| run.object(name);
    let mut text = graph::text(lowering.flat, names);
    let mut jobs = Vec::new();
    let claims = claim_names(lowering, &pods);
    let others = ["configmap", "serviceaccount", "role", "rolebinding"];
    let devices: Vec<String> = lowering
        .claims
        .iter()
        .map(|(name, _)| name.clone())
        .collect();
    let owned = claims
        .iter()
        .map(|name| ("persistentvolumeclaim", name))
        .chain(devices.iter().map(|name| ("resourceclaimtemplate", name)))
        .chain(others.map(|kind| (kind, &run.name)));
    for (kind, name) in owned {
        text.push_str(&format!("own {kind} {name}\n"));
    }
    let files = &mut lowering.files;
    releaser.add(files, "graph", "graph", text);
    releaser.add(files, "kubectl.yaml", "kubectl.yaml", CONFIG.to_owned());
    releaser.add(files, "release.sh", "release.sh", SCRIPT.to_owned());
    let stores = lowering.stores(&pods);
    for (job, job_pod) in lowering.flat.jobs.iter().zip(pods) {
        let metadata = ObjectMeta {
            labels: Some(lowering.labels_of(job)),
            ..lowering.metadata(run.object(&job.name))
        };
        let mut spec = lowering.job(job, job_pod);
        spec.suspend = Some(true);
        spec.template
            .metadata
            .get_or_insert_default()
            .annotations
            .get_or_insert_default()
            .insert(STATE.to_owned(), "waiting".to_owned());
        jobs.push(Manifest::object(batch::Job {
            metadata,
            spec: Some(spec),
            status: None,
        }));
    }
    let mut out = stores;
    out.extend(rights(lowering, claims, devices));
    out.extend(jobs);
    out.push(lowering.releaser(releaser));
    out
}

fn refuse(lowering: &mut Lowering<'_>) {
    lowering.refuse_of_pods("jobs", (false, "stop"));
    for job in &lowering.flat.jobs {
        if let Some(queue) = &job.step.attributes.pod.queue() {
            lowering
                .diagnostics
                .push(diagnostics::queue_of_jobs(queue.span));
            break;
        }
    }
}

/// The claims of the run, by their names in the cluster.
fn claim_names(lowering: &Lowering<'_>, pods: &[JobPod]) -> Vec<String> {
    let shared = pods.iter().any(|job_pod| job_pod.uses_workspace);
    let claims = lowering.plan.claims.iter();
    let names = claims.map(|claim| volume_name(&claim.name));
    shared
        .then(|| workspace::CLAIM.to_owned())
        .into_iter()
        .chain(names)
        .map(|name| lowering.run.object(&name))
        .collect()
}

/// The permissions of the releaser: it may read and change the objects of the run, by name.
fn rights(lowering: &mut Lowering<'_>, claims: Vec<String>, devices: Vec<String>) -> Vec<Manifest> {
    let run = lowering.run;
    let jobs = lowering.flat.jobs.iter().map(|job| run.object(&job.name));
    let own = || vec![run.name.clone()];
    let mut rules = vec![rule("batch", &["jobs"], jobs.collect())];
    if !claims.is_empty() {
        rules.push(rule("", &["persistentvolumeclaims"], claims));
    }
    if !devices.is_empty() {
        rules.push(rule(
            "resource.k8s.io",
            &["resourceclaimtemplates"],
            devices,
        ));
    }
    rules.push(rule("", &["configmaps", "serviceaccounts"], own()));
    rules.push(rule(
        "rbac.authorization.k8s.io",
        &["roles", "rolebindings"],
        own(),
    ));
    let account = core::ServiceAccount {
        metadata: lowering.metadata(run.name.clone()),
        ..core::ServiceAccount::default()
    };
    let role = rbac::Role {
        metadata: lowering.metadata(run.name.clone()),
        rules: Some(rules),
    };
    let binding = rbac::RoleBinding {
        metadata: lowering.metadata(run.name.clone()),
        role_ref: rbac::RoleRef {
            api_group: "rbac.authorization.k8s.io".to_owned(),
            kind: "Role".to_owned(),
            name: run.name.clone(),
        },
        subjects: Some(vec![rbac::Subject {
            kind: "ServiceAccount".to_owned(),
            name: run.name.clone(),
            namespace: run.namespace.clone(),
            api_group: None,
        }]),
    };
    vec![
        Manifest::object(account),
        Manifest::object(role),
        Manifest::object(binding),
    ]
}

fn rule(group: &str, resources: &[&str], names: Vec<String>) -> rbac::PolicyRule {
    rbac::PolicyRule {
        api_groups: Some(vec![group.to_owned()]),
        resources: Some(resources.iter().map(|&name| name.to_owned()).collect()),
        resource_names: Some(names),
        verbs: vec!["get".to_owned(), "patch".to_owned()],
        ..rbac::PolicyRule::default()
    }
}

impl Lowering<'_> {
    /// The Job that releases the others, and represents the run.
    fn releaser(&mut self, files: PodFiles) -> Manifest {
        let own = |name: &str, path: &str| core::EnvVar {
            name: name.to_owned(),
            value: None,
            value_from: Some(core::EnvVarSource {
                field_ref: Some(core::ObjectFieldSelector {
                    api_version: None,
                    field_path: path.to_owned(),
                }),
                ..core::EnvVarSource::default()
            }),
        };
        let command = ["sh", "/argot/run/release.sh", "/argot/run/graph"];
        let container = core::Container {
            env: Some(vec![
                own(
                    "ARGOT_JOB",
                    "metadata.labels['batch.kubernetes.io/job-name']",
                ),
                own(
                    "ARGOT_UID",
                    "metadata.labels['batch.kubernetes.io/controller-uid']",
                ),
                own("ARGOT_NAMESPACE", "metadata.namespace"),
                variable("KUBECONFIG", "/argot/run/kubectl.yaml".to_owned()),
                // kubectl keeps what it has learned of the cluster below the home folder.
                variable("HOME", "/tmp".to_owned()),
            ]),
            volume_mounts: Some(vec![
                mount(),
                core::VolumeMount {
                    name: SCRATCH.to_owned(),
                    mount_path: "/tmp".to_owned(),
                    ..core::VolumeMount::default()
                },
            ]),
            ..own::container(MAIN, self.releaser_image(), &command)
        };
        let mut volumes = vec![empty(SCRATCH)];
        volumes.extend(files.volume(&self.config_map()));
        let mut metadata = self.metadata(self.run.name.clone());
        metadata.annotations = self.annotations();
        let pod = core::PodSpec {
            service_account_name: Some(self.run.name.clone()),
            volumes: Some(volumes),
            ..core::PodSpec::default()
        };
        let spec = batch::JobSpec {
            backoff_limit: Some(RESTARTS),
            pod_failure_policy: Some(batch::PodFailurePolicy {
                rules: vec![batch::PodFailurePolicyRule {
                    action: "FailJob".to_owned(),
                    on_exit_codes: Some(batch::PodFailurePolicyOnExitCodesRequirement {
                        container_name: Some(MAIN.to_owned()),
                        operator: "In".to_owned(),
                        values: LAST_STATUSES.into(),
                    }),
                    on_pod_conditions: None,
                }],
            }),
            pod_replacement_policy: Some("Failed".to_owned()),
            ttl_seconds_after_finished: self.ttl(),
            template: self.own_template(container, pod),
            ..batch::JobSpec::default()
        };
        Manifest::object(batch::Job {
            metadata,
            spec: Some(spec),
            status: None,
        })
    }
}
