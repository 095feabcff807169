//! The list of targets, one row each. Code that offers a choice of targets asks the row. To add a target, add a row
//! and its module.

use crate::target::Target;
use crate::{argo, kubernetes};

/// Every target.
pub const TARGETS: &[&dyn Target] = &[&argo::Argo, &kubernetes::Kubernetes];
/// The target if none is named.
pub const DEFAULT: &dyn Target = &argo::Argo;

/// Returns the target with a name.
pub fn named(name: &str) -> Option<&'static dyn Target> {
    TARGETS.iter().copied().find(|target| target.name() == name)
}

/// Whether a setting belongs to other targets only.
pub fn is_foreign(target: &dyn Target, key: &str) -> bool {
    let has = |target: &dyn Target| target.settings().iter().any(|setting| setting.key == key);
    !has(target) && TARGETS.iter().any(|other| has(*other))
}

/// Returns the target that a setting belongs to, if only targets other than `target` have it.
pub fn owner(target: &dyn Target, key: &str) -> Option<&'static dyn Target> {
    let mut others = TARGETS.iter().copied();
    others.find(|other| {
        is_foreign(target, key) && other.settings().iter().any(|setting| setting.key == key)
    })
}

#[cfg(test)]
mod tests {
    use argot_compiler::lint;
    use argot_syntax::Code;

    use super::*;
    use crate::{pod, target::Setting};

    /// Warnings about something other than a program or plan: the text of a file, a setting, the objects of a target.
    const ELSEWHERE: &[Code] = &[
        Code::LargeManifest,
        Code::SplitDelays,
        Code::LargeRun,
        Code::UnusedSetting,
        Code::InvisibleCharacter,
    ];

    #[test]
    fn every_warning_has_one_row() {
        let rows: Vec<Code> = (lint::ALL.iter().map(|row| row.code))
            .chain(pod::lint::ALL.iter().map(|row| row.code))
            .chain(argo::lint::ALL.iter().map(|row| row.code))
            .chain(ELSEWHERE.iter().copied())
            .collect();
        for code in Code::ALL {
            let count = rows.iter().filter(|row| *row == code).count();
            assert_eq!(count, usize::from(code.is_lint()), "{}", code.id());
        }
    }

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
}
