//! Versions of Argo Workflows: minor versions, and single releases.

use std::fmt;
use std::str::FromStr;

use crate::target::SettingValue;

/// A release of Argo Workflows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Release(pub(super) u16, pub(super) u16, pub(super) u16);

/// The supported minor versions, oldest first, each with its newest known release.
const LINES: [(&str, Release); 4] = [
    ("3.6", Release(3, 6, 19)),
    ("3.7", Release(3, 7, 18)),
    ("4.0", Release(4, 0, 10)),
    ("4.1", Release(4, 1, 2)),
];

/// A version of Argo Workflows to compile for: every release of a minor version, or one release.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Version {
    major: u16,
    minor: u16,
    /// The patch level; if missing, every release of the minor version.
    patch: Option<u16>,
}

impl Version {
    /// The supported minor versions, oldest first.
    pub const MINORS: &'static [&'static str] = &[LINES[0].0, LINES[1].0, LINES[2].0, LINES[3].0];

    /// A regular expression that matches every supported version.
    pub const PATTERN: &'static str = r"^(3\.6|3\.7|4\.0|4\.1)(\.(0|[1-9][0-9]*))?$";

    /// Returns the version for every release of a minor version.
    pub(super) const fn every(major: u16, minor: u16) -> Self {
        Self {
            major,
            minor,
            patch: None,
        }
    }

    /// Returns the version for one release.
    pub(super) const fn only(release: Release) -> Self {
        Self {
            major: release.0,
            minor: release.1,
            patch: Some(release.2),
        }
    }

    /// Returns the version for every release of this one's minor version.
    pub(super) const fn line(self) -> Self {
        Self::every(self.major, self.minor)
    }

    /// Returns the first of its releases.
    pub(super) fn first(self) -> Release {
        Release(self.major, self.minor, self.patch.unwrap_or(0))
    }

    /// Returns the end of its releases: the first one that is no longer included.
    pub(super) fn end(self) -> Release {
        let patch = self.patch.map_or(u16::MAX, |patch| patch.saturating_add(1));
        Release(self.major, self.minor, patch)
    }

    /// Whether it covers all releases of a minor version.
    pub(super) fn is_minor(self) -> bool {
        self.patch.is_none()
    }
}

impl Default for Version {
    fn default() -> Self {
        Self::every(4, 1)
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)?;
        match self.patch {
            Some(patch) => write!(f, ".{patch}"),
            None => Ok(()),
        }
    }
}

impl FromStr for Version {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let version = parse(text).ok_or_else(|| malformed(text))?;
        let Version { major, minor, .. } = version;
        let known = LINES
            .iter()
            .find(|(_, newest)| (newest.0, newest.1) == (major, minor));
        let Some((line, newest)) = known else {
            return Err(unknown(version));
        };
        if version.patch.is_some_and(|patch| patch > newest.2) {
            let newest = Version::only(*newest);
            return Err(format!(
                "the newest release of Argo {line} known here is {newest}: write `{line}`, which means every release of it"
            ));
        }
        Ok(version)
    }
}

/// Parses a number of a version: no sign, no leading zeros.
fn number(text: &str) -> Option<u16> {
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
    let is_padded = text.len() > 1 && text.starts_with('0');
    (is_number && !is_padded)
        .then(|| text.parse().ok())
        .flatten()
}

/// Parses two numbers, or three.
fn parse(text: &str) -> Option<Version> {
    let mut parts = text.split('.');
    let (major, minor) = (number(parts.next()?)?, number(parts.next()?)?);
    let patch = match parts.next() {
        Some(patch) => Some(number(patch)?),
        None => None,
    };
    parts.next().is_none().then_some(Version {
        major,
        minor,
        patch,
    })
}

/// Returns the error for a text that is not a version at all.
fn malformed(text: &str) -> String {
    if let Some(version) = text.strip_prefix('v').filter(|text| parse(text).is_some()) {
        return format!("write `{version}`, without the `v`");
    }
    let line = LINES.iter().find(|(line, _)| {
        let rest = text.strip_prefix(line);
        rest.is_some_and(|rest| rest.starts_with('.'))
    });
    if let Some((line, _)) = line {
        return format!(
            "`{text}` is not a release: write `{line}`, which means every release of it"
        );
    }
    let of_major: Vec<_> = Version::MINORS
        .iter()
        .filter(|line| number(text).is_some_and(|major| line.starts_with(&format!("{major}."))))
        .map(|line| format!("`{line}`"))
        .collect();
    match of_major.is_empty() {
        true => format!("`{text}` is not a version such as `4.1` or `4.1.2`"),
        false => format!(
            "`{text}` has no minor version: write {}",
            of_major.join(" or ")
        ),
    }
}

/// Returns the error for a minor version that is not supported.
fn unknown(version: Version) -> String {
    let line = version.line();
    let [(oldest, first), .., (newest, last)] = LINES;
    if version.first() < Release(first.0, first.1, 0) {
        format!("Argo {line} is older than {oldest}, the oldest version that can be compiled for")
    } else if version.first() > last {
        format!("Argo {line} is newer than {newest}, the newest version that can be compiled for")
    } else {
        format!(
            "there is no Argo {line}: the versions are {}",
            Version::MINORS.join(", ")
        )
    }
}

impl SettingValue for Version {
    const DEFAULT: Option<fn() -> String> = Some(|| Self::default().to_string());

    const IS_OPEN: bool = true;

    fn values() -> Vec<&'static str> {
        Self::MINORS.to_vec()
    }

    fn read(text: &str) -> Result<Self, String> {
        text.parse()
    }
}

#[cfg(test)]
mod tests {
    use super::{LINES, Version};

    fn problem(text: &str) -> String {
        text.parse::<Version>().unwrap_err()
    }

    #[test]
    fn what_is_a_version() {
        for text in ["3.6", "3.7", "4.0", "4.1", "3.6.0", "3.7.16", "4.1.2"] {
            let version: Version = text.parse().unwrap();
            assert_eq!(version.to_string(), text);
        }
        for (line, newest) in LINES {
            assert!(line.parse::<Version>().unwrap().is_minor());
            assert_eq!(
                Version::only(newest).to_string().parse(),
                Ok(Version::only(newest))
            );
        }
        assert_eq!(Version::default().to_string(), "4.1");
        let lines = Version::MINORS.join("|").replace('.', r"\.");
        assert!(Version::PATTERN.starts_with(&format!("^({lines})")));
    }

    #[test]
    fn what_is_none() {
        let cases = [
            ("4", "`4` has no minor version: write `4.0` or `4.1`"),
            ("3", "`3` has no minor version: write `3.6` or `3.7`"),
            ("5", "`5` is not a version such as `4.1` or `4.1.2`"),
            ("", "`` is not a version such as `4.1` or `4.1.2`"),
            (
                "latest",
                "`latest` is not a version such as `4.1` or `4.1.2`",
            ),
            ("4.01", "`4.01` is not a version such as `4.1` or `4.1.2`"),
            ("+4.1", "`+4.1` is not a version such as `4.1` or `4.1.2`"),
            ("v4.1", "write `4.1`, without the `v`"),
            ("v3.7.16", "write `3.7.16`, without the `v`"),
            (
                "4.1.x",
                "`4.1.x` is not a release: write `4.1`, which means every release of it",
            ),
            (
                "4.0.0-rc1",
                "`4.0.0-rc1` is not a release: write `4.0`, which means every release of it",
            ),
            (
                "4.1.2.3",
                "`4.1.2.3` is not a release: write `4.1`, which means every release of it",
            ),
            (
                "3.5",
                "Argo 3.5 is older than 3.6, the oldest version that can be compiled for",
            ),
            (
                "2.12.13",
                "Argo 2.12 is older than 3.6, the oldest version that can be compiled for",
            ),
            (
                "5.0",
                "Argo 5.0 is newer than 4.1, the newest version that can be compiled for",
            ),
            (
                "4.10",
                "Argo 4.10 is newer than 4.1, the newest version that can be compiled for",
            ),
            (
                "3.8.1",
                "there is no Argo 3.8: the versions are 3.6, 3.7, 4.0, 4.1",
            ),
            (
                "3.6.99",
                "the newest release of Argo 3.6 known here is 3.6.19: write `3.6`, which means every release of it",
            ),
            (
                "4.1.99999999",
                "`4.1.99999999` is not a release: write `4.1`, which means every release of it",
            ),
        ];
        for (text, wanted) in cases {
            assert_eq!(problem(text), wanted);
        }
    }
}
