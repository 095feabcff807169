//! Scripts: in the template if Argo leaves them as they are, otherwise in a ConfigMap.

/// The longest script that is kept in its template, in bytes. Argo passes the template to a container in an
/// environment variable, which Linux limits to 128 KiB.
const LONGEST_INLINE: usize = 64 * 1024;

/// Whether a script is too long for its template, or would be changed on its way.
///
/// Argo substitutes `{{...}}` in it. The script is then passed in an environment variable of Argo's own container,
/// where the kubelet replaces `$$` with `$`, and `$(NAME)` with the value of a variable of that container. Those
/// variables have uppercase names, so `$(date)` is safe.
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
