//! The trait of targets, which each row of [`TARGETS`](crate::targets::TARGETS) implements.

use std::fmt::Debug;

use argot_compiler::Plan;
use argot_syntax::{Code, Diagnostics};
use indexmap::IndexMap;

use crate::profile::Profile;
use crate::{Manifest, not_one_of};

/// A system that runs pipelines.
pub trait Target: Debug + Sync {
    /// Returns its name in flags and in `argot.toml`, which is unique.
    fn name(&self) -> &'static str;

    /// Returns its name for people, with a capital letter.
    fn title(&self) -> &'static str;

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
    /// Its flag.
    pub flag: Option<Flag>,
}

/// The flag of a setting.
#[derive(Debug, Clone, Copy)]
pub struct Flag {
    /// The name, as in `--layout`.
    pub name: &'static str,
    /// The name of its value, as in `VERSION`. `None` for a switch.
    pub value: Option<&'static str>,
    /// The commands that have it.
    pub commands: Commands,
    /// The lines of its help.
    pub help: &'static [&'static str],
    /// Returns its values, or those that completions offer if there are others.
    pub values: fn() -> Vec<&'static str>,
    /// Whether there are other values.
    pub is_open: bool,
    /// Says what is wrong with a value.
    pub check: fn(&str) -> Result<(), String>,
}

/// The commands that have a flag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Commands {
    /// All that have `--target`.
    All,
    /// Those that make objects.
    Output,
}

/// The type of a setting.
pub(crate) trait SettingValue: Default {
    /// Its default, for a setting that always has a value.
    const DEFAULT: Option<fn() -> String> = None;

    /// Whether there are values besides [`values`](Self::values).
    const IS_OPEN: bool = false;

    /// Returns its values, or those that completions offer if there are others.
    fn values() -> Vec<&'static str>;

    /// Reads a value.
    ///
    /// # Errors
    /// Says what is wrong with it.
    fn read(text: &str) -> Result<Self, String>;
}

/// A switch.
impl SettingValue for bool {
    fn values() -> Vec<&'static str> {
        vec!["true", "false"]
    }

    fn read(text: &str) -> Result<Self, String> {
        text.parse().map_err(|_| not_one_of(text, Self::values()))
    }
}

/// Declares the settings of a target: a struct with a field for each, the rows, and the reader. A setting has a key, a
/// type, and a flag with the commands that have it. The documentation is the help of the flag. Settings that only
/// profiles have, and that [`Profile`] reads, come last.
macro_rules! settings {
    (
        $(#[$doc:meta])*
        $name:ident {
            $(
                $(#[doc = $help:literal])*
                $field:ident $key:literal: $ty:ty, $flag:literal $($value:literal)?, $commands:ident;
            )*
        }
        $($profile:literal)*
    ) => {
        $(#[$doc])*
        struct $name {
            $($(#[doc = $help])* $field: $ty,)*
        }

        impl $name {
            const ROWS: &'static [$crate::target::Setting] = &[
                $($crate::target::Setting {
                    key: $key,
                    default: <$ty as $crate::target::SettingValue>::DEFAULT,
                    flag: Some($crate::target::Flag {
                        name: $flag,
                        value: [$($value,)?].as_slice().first().copied(),
                        commands: $crate::target::Commands::$commands,
                        help: &[$($help),*],
                        values: <$ty as $crate::target::SettingValue>::values,
                        is_open: <$ty as $crate::target::SettingValue>::IS_OPEN,
                        check: |text| {
                            <$ty as $crate::target::SettingValue>::read(text).map(|_| ())
                        },
                    }),
                },)*
                $($crate::target::Setting { key: $profile, default: None, flag: None },)*
            ];

            fn read(
                request: &$crate::target::Request,
                diagnostics: &mut argot_syntax::Diagnostics,
            ) -> Self {
                Self { $($field: request.setting($key, diagnostics),)* }
            }
        }
    };
}
pub(crate) use settings;

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
    pub(crate) fn setting<T: SettingValue>(&self, key: &str, diagnostics: &mut Diagnostics) -> T {
        let Some(text) = self.settings.get(key) else {
            return T::default();
        };
        T::read(text).unwrap_or_else(|problem| {
            let message = format!("`{key}` has no such value: {problem}");
            diagnostics.push(Code::UnsupportedByTarget.global(message));
            T::default()
        })
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
        let layout: crate::kubernetes::Layout = request.setting("layout", &mut diagnostics);
        assert_eq!(layout, crate::kubernetes::Layout::Auto);
        assert!(diagnostics.has_errors());
    }
}
