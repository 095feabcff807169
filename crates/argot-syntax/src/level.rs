//! Levels of warnings, which a project chooses.

use std::collections::BTreeMap;

use crate::{Code, Severity};

/// How much a warning counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// It is not reported.
    Allow,
    /// It is reported.
    Warn,
    /// It is an error.
    Deny,
}

impl Level {
    /// Every level.
    pub const ALL: &'static [Self] = &[Self::Allow, Self::Warn, Self::Deny];

    /// The word for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::Warn => "warn",
            Self::Deny => "deny",
        }
    }

    /// The severity of what is found. `None` if it is not reported.
    pub fn severity(self) -> Option<Severity> {
        match self {
            Self::Allow => None,
            Self::Warn => Some(Severity::Warning),
            Self::Deny => Some(Severity::Error),
        }
    }
}

/// The levels that somebody has chosen. All other warnings are [`Level::Warn`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Levels(BTreeMap<Code, Level>);

impl Levels {
    /// Chooses the level of a warning. Errors have no level.
    pub fn set(&mut self, code: Code, level: Level) {
        if code.is_lint() {
            self.0.insert(code, level);
        }
    }

    /// The level of a warning; `None` for an error.
    pub fn of(&self, code: Code) -> Option<Level> {
        let default = code.is_lint().then_some(Level::Warn)?;
        Some(self.0.get(&code).copied().unwrap_or(default))
    }
}
