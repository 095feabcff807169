//! Limits of Argo and Kubernetes, checked over what was made.

use argot_syntax::Diagnostics;
use serde_json::Value;

use super::messages;
use crate::Manifest;

/// The most templates of an object: Argo's own schema (`maxItems`), since 4.0.
const MOST_TEMPLATES: usize = 200;
/// The most tasks of a dag: Argo's own schema.
const MOST_TASKS: usize = 200;
/// The most parameters of one list: Argo's own schema.
const MOST_PARAMETERS: usize = 500;
/// The largest object: etcd takes 1.5 MiB of a request, and Argo adds the run's status to it.
const MOST_BYTES: usize = 1024 * 1024;
/// The most that client-side `kubectl apply` copies into an annotation.
const MOST_ANNOTATION: usize = 256 * 1024;

/// Reports what is over a limit, and what is near one.
pub(crate) fn check(manifests: &[Manifest], diagnostics: &mut Diagnostics) {
    for manifest in manifests {
        let Ok(value) = serde_json::to_value(manifest) else {
            continue;
        };
        let bytes = value.to_string().len();
        let name = manifest.display_name();
        if bytes > MOST_BYTES {
            let (what, help) = match manifest {
                Manifest::ConfigMap(_) => (
                    format!("bytes of the scripts in `{name}`"),
                    "put scripts into images, or split the pipeline over several files",
                ),
                _ => (
                    format!("bytes of `{name}`"),
                    "put long texts into artifacts or images, or split the pipeline over several files",
                ),
            };
            diagnostics.push(messages::over_limit(&what, bytes, MOST_BYTES, help));
        } else if bytes > MOST_ANNOTATION {
            diagnostics.push(messages::large_manifest(&name, bytes, MOST_ANNOTATION));
        }
        let spec = value.get("spec").unwrap_or(&Value::Null);
        counts(spec.get("workflowSpec").unwrap_or(spec), &name, diagnostics);
    }
}

fn counts(spec: &Value, name: &str, diagnostics: &mut Diagnostics) {
    let list = |value: &Value, path: &str| {
        value
            .pointer(path)
            .and_then(Value::as_array)
            .map_or(0, Vec::len)
    };
    let templates = list(spec, "/templates");
    if templates > MOST_TEMPLATES {
        diagnostics.push(messages::over_limit(
            &format!("templates of `{name}`"),
            templates,
            MOST_TEMPLATES,
            "use a component in the same way more often, or call a part as `template_ref`",
        ));
    }
    for template in spec
        .get("templates")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
    {
        let of = template
            .get("name")
            .and_then(Value::as_str)
            .unwrap_or_default();
        let tasks = list(template, "/dag/tasks");
        if tasks > MOST_TASKS {
            diagnostics.push(messages::over_limit(
                &format!("tasks of `{of}`"),
                tasks,
                MOST_TASKS,
                "move some of the tasks into a pipeline of their own, and call it",
            ));
        }
        let inputs = list(template, "/inputs/parameters");
        if inputs > MOST_PARAMETERS {
            diagnostics.push(messages::over_limit(
                &format!("input parameters of `{of}`"),
                inputs,
                MOST_PARAMETERS,
                "put several values into one record",
            ));
        }
    }
}
