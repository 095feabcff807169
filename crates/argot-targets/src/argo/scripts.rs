//! Scripts: in the template where Argo leaves them as they are, in a ConfigMap where it would not.

/// The longest script that stays in its template. Argo hands the template to a container in an environment
/// variable, of which Linux takes 128 KiB.
const LONGEST_INLINE: usize = 64 * 1024;

/// Whether a script would be changed on its way, or is too long, when it stands in its template.
///
/// Argo substitutes `{{...}}` in it. It then travels in an environment variable of Argo's own container, in
/// which the kubelet makes `$$` to `$`, and `$(NAME)` to the value of a variable of that container: those
/// have names in capital letters, so that `$(date)` is safe.
pub(crate) fn needs_config_map(text: &str) -> bool {
    text.len() > LONGEST_INLINE || text.contains("{{") || text.contains("$$") || has_variable(text)
}

fn has_variable(text: &str) -> bool {
    text.split("$(")
        .skip(1)
        .any(|rest| match rest.split_once(')') {
            Some((name, _)) => {
                !name.is_empty()
                    && name
                        .chars()
                        .all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
            }
            None => false,
        })
}

#[cfg(test)]
mod tests {
    use super::needs_config_map;

    #[test]
    fn what_argo_and_the_kubelet_change() {
        for changed in ["echo {{ x }}", "echo $$", "echo $(HOME)", "a$(POD_IP)b"] {
            assert!(needs_config_map(changed), "{changed}");
        }
        for kept in [
            "echo $(date)",
            "echo ${HOME} $1",
            "$(ls -l)",
            "${{ x }",
            "$(HOME",
            "cost: 5$",
            "f'{x}'",
        ] {
            assert_eq!(needs_config_map(kept), kept.contains("{{"), "{kept}");
        }
        assert!(needs_config_map(&"x".repeat(70_000)));
    }
}
