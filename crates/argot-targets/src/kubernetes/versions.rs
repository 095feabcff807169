//! Versions of Kubernetes.

use std::fmt;
use std::str::FromStr;

use crate::not_one_of;
use crate::target::SettingValue;

/// A version of Kubernetes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Version {
    /// 1.30.
    V1_30,
    /// 1.31.
    V1_31,
    /// 1.32.
    #[default]
    V1_32,
    /// 1.33.
    V1_33,
    /// 1.34.
    V1_34,
    /// 1.35.
    V1_35,
}

impl Version {
    /// Every version that can be compiled for, the oldest first.
    pub const ALL: &'static [Self] = &[
        Self::V1_30,
        Self::V1_31,
        Self::V1_32,
        Self::V1_33,
        Self::V1_34,
        Self::V1_35,
    ];

    /// Its major and minor number.
    pub(crate) fn number(self) -> (u32, u32) {
        (1, self as u32 + 30)
    }

    /// As written in the source: `1.32`.
    pub fn name(self) -> &'static str {
        match self {
            Self::V1_30 => "1.30",
            Self::V1_31 => "1.31",
            Self::V1_32 => "1.32",
            Self::V1_33 => "1.33",
            Self::V1_34 => "1.34",
            Self::V1_35 => "1.35",
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
        let plain = text.strip_prefix('v').unwrap_or(text);
        Self::ALL
            .iter()
            .copied()
            .find(|version| {
                plain
                    .strip_prefix(version.name())
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '+', '-']))
            })
            .ok_or_else(|| not_one_of(text, Self::ALL.iter().map(|version| version.name())))
    }
}

impl SettingValue for Version {
    const DEFAULT: Option<fn() -> String> = Some(|| Self::default().to_string());

    fn values() -> Vec<&'static str> {
        Self::ALL.iter().map(|version| version.name()).collect()
    }

    fn read(text: &str) -> Result<Self, String> {
        text.parse()
    }
}

#[cfg(test)]
mod tests {
    use super::Version;

    #[test]
    fn what_is_a_version() {
        for (text, version) in [
            ("1.30", Some(Version::V1_30)),
            ("v1.35.2", Some(Version::V1_35)),
            ("v1.33.4+k3s1", Some(Version::V1_33)),
            ("1.3", None),
            ("1.300", None),
            ("1.29", None),
            ("", None),
        ] {
            assert_eq!(text.parse().ok(), version, "{text}");
        }
        for version in Version::ALL {
            assert_eq!(version.to_string().parse(), Ok(*version));
        }
        assert!(Version::ALL.is_sorted() && Version::ALL.contains(&Version::default()));
    }
}
