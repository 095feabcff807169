//! Limits of Argo and Kubernetes, checked on the finished output.

use std::collections::HashMap;

use argot_syntax::Diagnostics;
use k8s_openapi::api::core::v1::ConfigMap;

use super::diagnostics;
use super::objects::{WorkflowSpec, run_spec};
use crate::Manifest;
pub(crate) use crate::manifest::bytes;

/// The most templates an object may have: Argo's own schema (`maxItems`), since 4.0.
pub(crate) const MOST_TEMPLATES: usize = 200;
/// The most tasks a dag may have: Argo's own schema.
pub(crate) const MOST_TASKS: usize = 200;
/// The most parameters a list may have: Argo's own schema.
pub(crate) const MOST_PARAMETERS: usize = 500;
/// The largest object, in bytes. etcd accepts requests of up to 1.5 MiB, and Argo adds the run's status to the object.
pub(crate) const MOST_BYTES: usize = 1024 * 1024;
/// The most bytes that client-side `kubectl apply` copies into an annotation.
const MOST_ANNOTATION: usize = 256 * 1024;

/// Reports everything that is over a limit or near one. `kept` holds the reasons why graphs over the limit were not
/// split; `splits` is false if nothing was to be split.
pub(crate) fn check(
    manifests: &[Manifest],
    kept: &HashMap<String, &'static str>,
    splits: bool,
    diagnostics: &mut Diagnostics,
) {
    for manifest in manifests {
        let name = manifest.display_name();
        let bytes = manifest.bytes();
        if bytes > MOST_BYTES {
            let (what, help) = match manifest.get::<ConfigMap>() {
                Some(_) => (
                    format!("bytes of the scripts in `{name}`"),
                    "put scripts into images, or split the pipeline over several files",
                ),
                None if splits => (
                    format!("bytes of `{name}`"),
                    "put long texts into artifacts or images, or split the pipeline over several files",
                ),
                None => (
                    format!("bytes of `{name}`"),
                    "compile without `--no-split`, or put long texts into artifacts or images",
                ),
            };
            diagnostics.push(diagnostics::over_limit(&what, bytes, MOST_BYTES, help));
        } else if bytes > MOST_ANNOTATION {
            diagnostics.push(diagnostics::large_manifest(name, bytes, MOST_ANNOTATION));
        }
        if let Some(spec) = run_spec(manifest) {
            counts(spec, name, kept, splits, diagnostics);
        }
    }
}

fn counts(
    spec: &WorkflowSpec,
    name: &str,
    kept: &HashMap<String, &'static str>,
    splits: bool,
    diagnostics: &mut Diagnostics,
) {
    let templates = spec.templates.len();
    if templates > MOST_TEMPLATES {
        diagnostics.push(diagnostics::over_limit(
            &format!("templates of `{name}`"),
            templates,
            MOST_TEMPLATES,
            if splits {
                "use a component in the same way more often, or call a part as `template_ref`"
            } else {
                "compile without `--no-split`, or use a component in the same way more often"
            },
        ));
    }
    for template in spec.templates.iter().map(|template| &template.typed) {
        let of = &template.name;
        let tasks = template.dag.as_ref().map_or(0, |dag| dag.tasks.len());
        if tasks > MOST_TASKS {
            let diagnostic = diagnostics::over_limit(
                &format!("tasks of `{of}`"),
                tasks,
                MOST_TASKS,
                if splits {
                    "move some of the tasks into a pipeline of their own, and call it"
                } else {
                    "compile without `--no-split`, or move some of the tasks into a pipeline of their own, and call it"
                },
            );
            diagnostics.push(match kept.get(of) {
                Some(reason) => diagnostic.note(format!("it is not split: {reason}")),
                None => diagnostic,
            });
        }
        let inputs = template.inputs.parameters.len();
        if inputs > MOST_PARAMETERS {
            diagnostics.push(diagnostics::over_limit(
                &format!("input parameters of `{of}`"),
                inputs,
                MOST_PARAMETERS,
                "put several values into one record",
            ));
        }
    }
}
