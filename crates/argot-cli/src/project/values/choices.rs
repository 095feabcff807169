//! Texts from a fixed list.

use argot_syntax::Level;
use argot_targets::accelerators::{self, Mig, TimeSlicing};
use argot_targets::kubernetes;
use argot_targets::target::Target;
use argot_targets::targets::{self, DEFAULT, TARGETS};

use super::super::read::Key;
use super::Text;

macro_rules! choices {
    ($($name:ty, $expected:literal, $all:expr, $text:expr;)*) => {$(
        impl Text for $name {
            fn expected() -> String {
                $expected.to_owned()
            }

            fn parse(text: &str) -> Result<Self, String> {
                let all: &[Self] = $all;
                let found = all.iter().find(|value| value.text() == text);
                found.cloned().ok_or_else(String::new)
            }

            fn text(&self) -> &str {
                let text: fn(&Self) -> &'static str = $text;
                text(self)
            }

            fn all() -> Vec<&'static str> {
                let all: &[Self] = $all;
                let text: fn(&Self) -> &'static str = $text;
                all.iter().map(text).collect()
            }
        }
    )*};
}

/// The system that runs pipelines, by its name.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TargetName(pub(crate) &'static dyn Target);

impl Default for TargetName {
    fn default() -> Self {
        Self(DEFAULT)
    }
}

impl Text for TargetName {
    fn expected() -> String {
        "a target".to_owned()
    }

    fn parse(text: &str) -> Result<Self, String> {
        targets::named(text).map(Self).ok_or_else(String::new)
    }

    fn text(&self) -> &str {
        self.0.name()
    }

    fn all() -> Vec<&'static str> {
        TARGETS.iter().map(|target| target.name()).collect()
    }
}

/// Access modes, for the workspace of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    ReadWriteOnce,
    ReadWriteMany,
}

/// `Exists` or `Equal`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operator {
    Exists,
    Equal,
}

/// What a taint does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Effect {
    NoSchedule,
    PreferNoSchedule,
    NoExecute,
}

/// The name of a platform.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PlatformName(pub(crate) &'static str);

impl Text for PlatformName {
    fn expected() -> String {
        "the name of a platform".to_owned()
    }

    fn parse(text: &str) -> Result<Self, String> {
        let mut all = accelerators::Platform::NAMES.iter();
        all.find(|name| **name == text)
            .map(|name| Self(name))
            .ok_or_else(String::new)
    }

    fn text(&self) -> &str {
        self.0
    }

    fn all() -> Vec<&'static str> {
        accelerators::Platform::NAMES.to_vec()
    }
}

choices! {
    Level, "a level", Self::ALL, |level| level.name();
    kubernetes::Version, "a version of Kubernetes", Self::ALL, |version| version.name();
    kubernetes::Layout, "a layout", Self::ALL, |layout| layout.name();
    Mig, "a strategy for MIG", &[Self::Mixed, Self::Single], |mig| match mig {
        Mig::Mixed => "mixed",
        Mig::Single => "single",
    };
    TimeSlicing, "a way to offer shared GPUs", &[Self::Plain, Self::Renamed], |slicing| match slicing {
        TimeSlicing::Plain => "plain",
        TimeSlicing::Renamed => "renamed",
    };
    Access, "an access mode", &[Self::ReadWriteOnce, Self::ReadWriteMany], |access| match access {
        Access::ReadWriteOnce => "ReadWriteOnce",
        Access::ReadWriteMany => "ReadWriteMany",
    };
    Operator, "an operator", &[Self::Exists, Self::Equal], |operator| match operator {
        Operator::Exists => "Exists",
        Operator::Equal => "Equal",
    };
    Effect, "an effect", &[Self::NoSchedule, Self::PreferNoSchedule, Self::NoExecute], |effect| match effect {
        Effect::NoSchedule => "NoSchedule",
        Effect::PreferNoSchedule => "PreferNoSchedule",
        Effect::NoExecute => "NoExecute",
    };
}

/// An access mode of a claim.
#[derive(Debug, Clone)]
pub(crate) struct AccessMode;

impl AccessMode {
    const NAMES: &'static [&'static str] = &[
        "ReadWriteOnce",
        "ReadWriteMany",
        "ReadOnlyMany",
        "ReadWriteOncePod",
    ];
}

impl Key for AccessMode {
    const WHAT: &'static str = "access modes";
    #[cfg(test)]
    const ALL: &'static [&'static str] = Self::NAMES;

    fn check(key: &str) -> Result<(), String> {
        if Self::NAMES.contains(&key) {
            return Ok(());
        }
        let names: Vec<String> = Self::NAMES.iter().map(|name| format!("`{name}`")).collect();
        Err(format!("the access modes are {}", names.join(", ")))
    }
}
