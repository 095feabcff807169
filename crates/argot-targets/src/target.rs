//! What a target is: the trait that each row of [`TARGETS`](crate::targets::TARGETS) has.

use std::fmt::{Debug, Display};
use std::str::FromStr;

use argot_compiler::Plan;
use argot_syntax::{Code, Diagnostics};
use indexmap::IndexMap;

use crate::Manifest;
use crate::profile::Profile;

/// A system that runs pipelines.
pub trait Target: Debug + Sync {
    /// Its name in flags and in `argot.toml`, which is unique.
    fn name(&self) -> &'static str;

    /// The settings that it reads and that not every target has.
    fn settings(&self) -> &'static [Setting];

    /// Makes manifests of a plan. They are of use only if nothing was reported as an error.
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
    /// Its value if nobody says otherwise, for a setting that always has one.
    pub default: Option<fn() -> String>,
}

impl Setting {
    /// A setting that may be missing.
    pub(crate) const fn optional(key: &'static str) -> Self {
        Self { key, default: None }
    }

    /// A setting that always has a value.
    pub(crate) const fn with_default<T: Default + Display>(key: &'static str) -> Self {
        Self {
            key,
            default: Some(|| T::default().to_string()),
        }
    }
}

/// What is asked of a target besides what a profile says.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// The name of the main object; by default it is made of the pipeline's.
    pub name: Option<String>,
    /// The namespace of the objects; it wins over the profile's.
    pub namespace: Option<String>,
    /// Whether the plan is only checked, so parameters may have no value yet.
    pub is_draft: bool,
    /// Values of the target's own [settings](Target::settings), by key.
    pub settings: IndexMap<String, String>,
}

impl Request {
    /// The value of a setting. One that cannot be read is reported.
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
