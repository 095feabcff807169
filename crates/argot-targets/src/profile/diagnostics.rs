//! Every diagnostic that a profile brings.

use argot_syntax::{Code, Diagnostic, Span, listed};

use super::Profile;

pub(super) fn unknown_node_pool(profile: &Profile, name: &str, span: Span) -> Diagnostic {
    let diagnostic = Code::InvalidValue.at(span, format!("there is no node pool `{name}`"));
    let Some(profile_name) = &profile.name else {
        return diagnostic
            .label("node pools are defined in a profile, and none is chosen")
            .help("choose one with `--profile NAME`, or set `default_profile` in `argot.toml`");
    };
    let known: Vec<&str> = profile.node_pools.keys().map(String::as_str).collect();
    let note = match known.as_slice() {
        [] => format!("the profile `{profile_name}` has no node pools"),
        known => {
            let known = listed(known);
            format!("the node pools of the profile `{profile_name}` are {known}")
        }
    };
    let help = match argot_compiler::suggest(name, known) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("add `[profile.{profile_name}.node_pools.{name}]` to `argot.toml`"),
    };
    diagnostic.note(note).help(help)
}
