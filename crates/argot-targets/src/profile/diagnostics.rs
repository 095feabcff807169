//! Every diagnostic that a profile brings.

use argot_syntax::{Code, Diagnostic, Span};

use super::Profile;

pub(super) fn unknown_node_pool(profile: &Profile, name: &str, span: Span) -> Diagnostic {
    let diagnostic = Code::InvalidValue.at(span, format!("there is no node pool `{name}`"));
    let Some(profile_name) = &profile.name else {
        return diagnostic
            .label("what the pools of nodes are stands in a profile, and none is chosen")
            .help("choose one with `--profile NAME`, or set `default_profile` in `argot.toml`");
    };
    let known: Vec<String> = profile
        .node_pools
        .keys()
        .map(|name| format!("`{name}`"))
        .collect();
    let diagnostic = match known.as_slice() {
        [] => diagnostic.note(format!("the profile `{profile_name}` has no node pools")),
        known => diagnostic.note(format!(
            "the node pools of the profile `{profile_name}` are {}",
            known.join(", ")
        )),
    };
    let names = profile.node_pools.keys().map(String::as_str);
    match argot_compiler::suggest(name, names) {
        Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
        None => diagnostic.help(format!(
            "add `[profile.{profile_name}.node_pools.{name}]` to `argot.toml`"
        )),
    }
}
