//! Argot's equivalents of Argo's variables, for users who know Argo.

/// Returns what to write for the first `{{...}}` of a text, if it is a variable that Argot has an equivalent for.
pub(super) fn instead(text: &str) -> Option<String> {
    let (_, rest) = text.split_once("{{")?;
    let (tag, _) = rest.split_once("}}")?;
    let tag = tag.trim().trim_start_matches(['=', '$', '.']).trim();
    let tag = tag.replace("['", ".").replace("']", "");
    let parts: Vec<&str> = tag.split('.').collect();
    let written = |value: String| format!("`{{{{{tag}}}}}` is {value}");
    Some(match parts.as_slice() {
        ["inputs", "parameters", name] if is_name(name) => {
            let name = name.replace('-', "_");
            written(format!(
                "`${{{name}}}`, where `{name}` is an input of the component"
            ))
        }
        ["inputs", "artifacts", name, ..] if is_name(name) => {
            let name = name.replace('-', "_");
            written(format!(
                "`${{{name}.path}}`, where `{name}` is an input of the component"
            ))
        }
        ["outputs", "parameters" | "artifacts", name, ..] if is_name(name) => {
            let name = name.replace('-', "_");
            written(format!(
                "`${{{name}.path}}`, where `{name}` is an output of the component"
            ))
        }
        [
            "tasks" | "steps",
            task,
            "outputs",
            "parameters" | "artifacts",
            name,
        ] if is_name(task) && is_name(name) => {
            let (task, name) = (task.replace('-', "_"), name.replace('-', "_"));
            written(format!(
                "`${{{task}.{name}}}`, where `let {task} = ...` names the call"
            ))
        }
        ["item"] => written("`${x}` in a loop `for x in xs`".to_owned()),
        ["item", field] if is_name(field) => written(format!(
            "`${{x.{}}}` in a loop `for x in xs`",
            field.replace('-', "_")
        )),
        ["workflow", "parameters", name] if is_name(name) => {
            let name = name.replace('-', "_");
            written(format!(
                "`${{{name}}}`, where `{name}` is a parameter of the pipeline"
            ))
        }
        ["workflow", field] => {
            let (_, value) = RUN.iter().find(|(argo, _)| argo == field)?;
            written(format!("`${{{value}}}`"))
        }
        ["retries"] => written("`${task.attempt}`".to_owned()),
        _ => return None,
    })
}

/// The variables of a workflow, and their names in Argot.
const RUN: [(&str, &str); 7] = [
    ("name", "run.name"),
    ("uid", "run.id"),
    ("namespace", "run.namespace"),
    ("creationTimestamp", "run.created"),
    ("status", "run.status"),
    ("failures", "run.failures"),
    ("duration", "run.duration"),
];

fn is_name(text: &str) -> bool {
    let mut bytes = text.bytes();
    bytes
        .next()
        .is_some_and(|first| first.is_ascii_alphabetic() || first == b'_')
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
}

#[cfg(test)]
mod tests {
    use super::instead;

    #[test]
    fn variables_of_argo_have_words_here() {
        let told = |text| instead(text).unwrap_or_default();
        for (text, expected) in [
            (
                "a {{inputs.parameters.max-depth}}",
                "`{{inputs.parameters.max-depth}}` is `${max_depth}`, where `max_depth` is an input of the component",
            ),
            (
                "{{ item.lr }}",
                "`{{item.lr}}` is `${x.lr}` in a loop `for x in xs`",
            ),
            (
                "{{tasks.fit.outputs.parameters.auc}}",
                "`{{tasks.fit.outputs.parameters.auc}}` is `${fit.auc}`, where `let fit = ...` names the call",
            ),
            ("{{workflow.uid}}", "`{{workflow.uid}}` is `${run.id}`"),
            (
                "{{$.inputs.parameters['lr']}}",
                "`{{inputs.parameters.lr}}` is `${lr}`, where `lr` is an input of the component",
            ),
            ("{{ .Values.name }}", ""),
            ("{{item", ""),
        ] {
            assert_eq!(told(text), expected, "{text}");
        }
    }
}
