//! The trait of targets, which each row of [`TARGETS`](crate::targets::TARGETS) implements.

use std::fmt::{Debug, Display};
use std::str::FromStr;

use argot_compiler::Plan;
use argot_syntax::{Code, Diagnostics};
use indexmap::IndexMap;

use crate::Manifest;
use crate::profile::Profile;

/// A system that runs pipelines.
pub trait Target: Debug + Sync {
    /// Returns its name in flags and in `argot.toml`, which is unique.
    fn name(&self) -> &'static str;

    /// Returns the settings that it reads and that some other targets lack.
    fn settings(&self) -> &'static [Setting];

    /// Lowers a plan to manifests. Use them only if no error was reported.
    fn lower(
        &self,
        plan: &Plan,
        profile: &Profile,
        request: &Request,
        diagnostics: &mut Diagnostics,
    ) -> Vec<Manifest>;
}

/// A setting of a target: a key of a profile, a flag, or both.
#[derive(Debug, Clone, Copy)]
pub struct Setting {
    /// Its key in a profile. A setting that is only a flag has the flag's name, with `_` for `-`.
    pub key: &'static str,
    /// Its default, for a setting that always has a value.
    pub default: Option<fn() -> String>,
}

impl Setting {
    /// Returns a setting that may be missing.
    pub(crate) const fn optional(key: &'static str) -> Self {
        Self { key, default: None }
    }

    /// Returns a setting that always has a value.
    pub(crate) const fn with_default<T: Default + Display>(key: &'static str) -> Self {
        Self {
            key,
            default: Some(|| T::default().to_string()),
        }
    }
}

/// What the user asks of a target, in addition to the profile.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// The name of the main object; by default it is derived from the pipeline's.
    pub name: Option<String>,
    /// The namespace of the objects; it takes precedence over the profile's.
    pub namespace: Option<String>,
    /// Whether the plan is only checked, so parameters may have no value yet.
    pub is_draft: bool,
    /// Values of the target's own [settings](Target::settings), by key.
    pub settings: IndexMap<String, String>,
}

impl Request {
    /// Returns the value of a setting, and reports a value that cannot be read.
    pub(crate) fn setting<T: FromStr<Err: Display>>(
        &self,
        key: &str,
        diagnostics: &mut Diagnostics,
    ) -> Option<T> {
        let text = self.settings.get(key)?;
        match text.parse() {
            Ok(value) => Some(value),
            Err(problem) => {
                let message = format!("`{key}` has no such value: {problem}");
                diagnostics.push(Code::UnsupportedByTarget.global(message));
                None
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_that_cannot_be_read_is_reported() {
        let mut request = Request::default();
        request
            .settings
            .insert("layout".to_owned(), "round".to_owned());
        let mut diagnostics = Diagnostics::default();
        let layout: Option<crate::kubernetes::Layout> = request.setting("layout", &mut diagnostics);
        assert_eq!(layout, None);
        assert!(diagnostics.has_errors());
    }
}
