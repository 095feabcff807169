//! Containers that do not come from a step: the releaser, cleaners and waiting containers. They run with minimal
//! permissions and pass the Pod Security Standard `restricted`.

use k8s_openapi::api::core::v1 as core;
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;

use crate::pod::OUTPUTS;

/// The user and the group of such a container: nobody's, in any image.
const NOBODY: i64 = 65_532;

/// What such a container may do. Its root may still remove what other users have written: see [`cleaner`].
fn locked(user: i64, group: Option<i64>) -> core::SecurityContext {
    let add = (user == 0).then(|| vec!["DAC_OVERRIDE".to_owned()]);
    core::SecurityContext {
        allow_privilege_escalation: Some(false),
        capabilities: Some(core::Capabilities {
            add,
            drop: Some(vec!["ALL".to_owned()]),
        }),
        read_only_root_filesystem: Some(true),
        run_as_group: group,
        run_as_non_root: Some(user != 0),
        run_as_user: Some(user),
        seccomp_profile: Some(core::SeccompProfile {
            localhost_profile: None,
            type_: "RuntimeDefault".to_owned(),
        }),
        ..core::SecurityContext::default()
    }
}

/// A container of this image and command.
pub(crate) fn container(name: &str, image: String, command: &[&str]) -> core::Container {
    core::Container {
        name: name.to_owned(),
        image: Some(image),
        command: Some(command.iter().map(|&word| word.to_owned()).collect()),
        resources: Some(small()),
        security_context: Some(locked(NOBODY, Some(NOBODY))),
        ..core::Container::default()
    }
}

/// A container that removes leftovers of an earlier attempt of a step. It runs as the step's user. If only the image
/// knows that user, it runs as root, unless the step must not run as root.
pub(crate) fn cleaner(
    image: String,
    step: Option<&core::PodSecurityContext>,
    mounts: Vec<core::VolumeMount>,
) -> core::Container {
    let user = step.and_then(|step| step.run_as_user);
    let is_other = step.and_then(|step| step.run_as_non_root) == Some(true);
    let group = step.and_then(|step| step.run_as_group);
    let command = ["find", OUTPUTS, "-mindepth", "1", "-delete"];
    core::Container {
        security_context: Some(match (user, is_other) {
            (Some(user), _) => locked(user, group),
            (None, true) => locked(NOBODY, group),
            (None, false) => locked(0, group),
        }),
        volume_mounts: Some(mounts),
        ..container("argot-clean", image, &command)
    }
}

/// The resource requests of a container that does almost nothing.
fn small() -> core::ResourceRequirements {
    let amounts = |amounts: [(&str, &str); 2]| {
        amounts
            .map(|(name, amount)| (name.to_owned(), Quantity(amount.to_owned())))
            .into()
    };
    core::ResourceRequirements {
        requests: Some(amounts([("cpu", "50m"), ("memory", "64Mi")])),
        limits: Some(amounts([("cpu", "500m"), ("memory", "256Mi")])),
        ..core::ResourceRequirements::default()
    }
}
