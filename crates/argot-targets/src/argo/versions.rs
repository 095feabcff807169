//! Versions of Argo Workflows, and what came when.

use std::fmt;
use std::str::FromStr;

use crate::not_one_of;

/// A version of Argo Workflows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Version {
    /// 3.6.
    V3_6,
    /// 3.7.
    V3_7,
    /// 4.0.
    V4_0,
    /// 4.1.
    #[default]
    V4_1,
}

impl Version {
    /// Every version that can be compiled for, the oldest first.
    pub const ALL: &'static [Self] = &[Self::V3_6, Self::V3_7, Self::V4_0, Self::V4_1];

    /// As it is written: `3.6`.
    pub fn name(self) -> &'static str {
        match self {
            Self::V3_6 => "3.6",
            Self::V3_7 => "3.7",
            Self::V4_0 => "4.0",
            Self::V4_1 => "4.1",
        }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Version {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.strip_prefix('v').unwrap_or(text);
        Self::ALL
            .iter()
            .copied()
            .find(|version| {
                text.strip_prefix(version.name())
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
            })
            .ok_or_else(|| not_one_of(text, Self::ALL.iter().map(|version| version.name())))
    }
}
