//! Security contexts: the users and permissions of the processes of a pod.

use argot_compiler::{Expr, Security};
use k8s_openapi::api::core::v1 as core;

use super::{Builder, Dialect};

impl<D: Dialect> Builder<'_, D> {
    /// What holds for the whole pod.
    pub(super) fn security(&mut self, security: &Security) -> Option<core::PodSecurityContext> {
        let mut id = |expr: Option<&Expr>| self.int(expr?, "an id");
        let (user, group, fs_group) = (
            id(security.run_as_user()),
            id(security.run_as_group()),
            id(security.fs_group()),
        );
        let context = core::PodSecurityContext {
            run_as_user: user,
            run_as_group: group,
            fs_group,
            run_as_non_root: self.bool(security.run_as_non_root(), "`run_as_non_root`"),
            seccomp_profile: self
                .optional(security.seccomp())
                .map(|type_| core::SeccompProfile {
                    localhost_profile: None,
                    type_,
                }),
            ..core::PodSecurityContext::default()
        };
        (context != core::PodSecurityContext::default()).then_some(context)
    }

    /// What every container of the step gets.
    pub(super) fn container_security(&mut self) -> Option<core::SecurityContext> {
        let security = self.step.attributes.pod.security();
        let mut list = |exprs: Option<&[Expr]>| -> Option<Vec<String>> {
            exprs.map(|exprs| exprs.iter().filter_map(|expr| self.field(expr)).collect())
        };
        let (add, drop) = (
            list(security.add_capabilities()),
            list(security.drop_capabilities()),
        );
        let context = core::SecurityContext {
            read_only_root_filesystem: self.bool(security.read_only_root(), "`read_only_root`"),
            allow_privilege_escalation: self.bool(
                security.allow_privilege_escalation(),
                "`allow_privilege_escalation`",
            ),
            privileged: self.bool(security.privileged(), "`privileged`"),
            capabilities: (add.is_some() || drop.is_some())
                .then_some(core::Capabilities { add, drop }),
            ..core::SecurityContext::default()
        };
        (context != core::SecurityContext::default()).then_some(context)
    }
}
