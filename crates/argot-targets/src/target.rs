//! The targets, one row each. Whoever offers a choice of targets asks the row; a new target is a row and its module.

use std::fmt::{Debug, Display};
use std::str::FromStr;

use argot_compiler::Plan;
use argot_syntax::{Code, Diagnostics};
use indexmap::IndexMap;

use crate::profile::Profile;
use crate::{Manifest, argo, kubernetes};

/// Every target.
pub const TARGETS: &[&dyn Target] = &[&argo::Argo, &kubernetes::Kubernetes];
/// The target if none is named.
pub const DEFAULT: &dyn Target = &argo::Argo;

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

/// The target of a name.
pub fn named(name: &str) -> Option<&'static dyn Target> {
    TARGETS.iter().copied().find(|target| target.name() == name)
}

/// Whether a setting belongs to other targets only.
pub fn is_foreign(target: &dyn Target, key: &str) -> bool {
    let has = |target: &dyn Target| target.settings().iter().any(|setting| setting.key == key);
    !has(target) && TARGETS.iter().any(|other| has(*other))
}

/// The target whose setting it is, if only others than `target` have it.
pub fn owner(target: &dyn Target, key: &str) -> Option<&'static dyn Target> {
    let mut others = TARGETS.iter().copied();
    others.find(|other| {
        is_foreign(target, key) && other.settings().iter().any(|setting| setting.key == key)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_target_has_a_name_of_its_own() {
        for target in TARGETS {
            let found = named(target.name()).map(Target::settings);
            assert_eq!(
                found.map(<[Setting]>::as_ptr),
                Some(target.settings().as_ptr())
            );
        }
    }

    #[test]
    fn a_setting_of_one_target_is_foreign_to_the_other() {
        assert!(is_foreign(&argo::Argo, "layout"));
        assert!(!is_foreign(&kubernetes::Kubernetes, "layout"));
        assert!(!is_foreign(&argo::Argo, "namespace"));
        assert_eq!(
            owner(&kubernetes::Kubernetes, "argo_version").map(Target::name),
            Some("argo")
        );
    }

    #[test]
    fn a_value_that_cannot_be_read_is_reported() {
        let mut request = Request::default();
        request
            .settings
            .insert("layout".to_owned(), "round".to_owned());
        let mut diagnostics = Diagnostics::default();
        let layout: Option<kubernetes::Layout> = request.setting("layout", &mut diagnostics);
        assert_eq!(layout, None);
        assert!(diagnostics.has_errors());
    }
}
