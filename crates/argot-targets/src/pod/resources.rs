//! CPU, memory and devices: requests and limits.

use argot_compiler::{Amount, Container, Expr, Quantity as Size, Resources, Value};
use argot_syntax::{Diagnostic, Span};
use k8s_openapi::api::core::v1 as core;
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;

use super::devices::{self, is_none};
use super::{Builder, Claimed, Dialect, diagnostics};
use crate::accelerators::{Grant, Platform};

/// What the devices of a pod need of its node.
#[derive(Debug, Default)]
pub(super) struct Needs {
    /// Taints to tolerate.
    pub(super) tolerations: Vec<core::Toleration>,
    /// Labels that the node must have, with the values that will do and who asks for them.
    pub(super) labels: Vec<(String, Vec<String>, Span)>,
}

impl Needs {
    pub(super) fn add(&mut self, grant: Grant, span: Span) {
        for toleration in grant.tolerations {
            if !self.tolerations.contains(&toleration) {
                self.tolerations.push(toleration);
            }
        }
        let labels = grant.labels.into_iter();
        self.labels
            .extend(labels.map(|(label, values)| (label, values, span)));
    }
}

type Outcome = Result<(), Diagnostic>;

impl<D: Dialect> Builder<'_, D> {
    /// The resources of the container at a path from the pod's spec.
    pub(super) fn resources(
        &mut self,
        path: &[&str],
        container: &Container,
    ) -> Option<core::ResourceRequirements> {
        let resources = container.resources();
        self.sane(resources);
        let mut requirements = Requirements {
            path,
            dialect: &mut self.dialect,
            platform: self.platform,
            out: core::ResourceRequirements::default(),
        };
        for (name, amount) in amounts(resources) {
            self.diagnostics
                .extend(requirements.amount(name, amount).err());
        }
        let outcome = requirements
            .devices(resources, &mut self.needs, &mut self.claims)
            .and_then(|()| requirements.extended(resources));
        let out = requirements.out;
        self.diagnostics.extend(outcome.err());
        (out != core::ResourceRequirements::default()).then_some(out)
    }

    /// Reports amounts that cannot be meant, as far as they are known.
    fn sane(&mut self, resources: &Resources) {
        for (name, amount) in amounts(resources) {
            let (request, limit) = (size(&amount.request), size(&amount.limit));
            for (expr, size) in [(&amount.request, request), (&amount.limit, limit)] {
                if let Some(size) = size.filter(|size| is_rounded(name, size)) {
                    self.diagnostics.push(diagnostics::rounded_amount(
                        name,
                        size.text(),
                        expr.span,
                    ));
                    // One number for both is reported once.
                    break;
                }
            }
            if let (Some(request), Some(limit)) = (request, limit)
                && request > limit
            {
                self.diagnostics.push(diagnostics::request_over_limit(
                    request.text(),
                    limit.text(),
                    amount.request.span,
                ));
            }
        }
    }
}

/// The amounts of a container by the names of the resources.
fn amounts(resources: &Resources) -> impl Iterator<Item = (&'static str, &Amount)> {
    [
        ("cpu", resources.cpu()),
        ("memory", resources.memory()),
        ("ephemeral-storage", resources.ephemeral()),
    ]
    .into_iter()
    .filter_map(|(name, amount)| Some((name, amount?)))
}

/// An amount, if it is known.
pub(super) fn size(expr: &Expr) -> Option<&Size> {
    match expr.value() {
        Some(Value::Quantity(size)) => Some(size),
        _ => None,
    }
}

/// Whether the API server would round an amount: of CPU up to a thousandth, of bytes to a whole one.
fn is_rounded(name: &str, size: &Size) -> bool {
    match name {
        "cpu" => !size.is_whole_milli(),
        _ => !size.is_whole(),
    }
}

struct Requirements<'a, D> {
    path: &'a [&'a str],
    dialect: &'a mut D,
    platform: &'a Platform,
    out: core::ResourceRequirements,
}

impl<D: Dialect> Requirements<'_, D> {
    /// Both sides of an amount are written, so that a reader need not know what Kubernetes fills in.
    fn amount(&mut self, name: &str, amount: &Amount) -> Outcome {
        self.one("requests", name, &amount.request)?;
        self.one("limits", name, &amount.limit)
    }

    fn one(&mut self, side: &str, name: &str, expr: &Expr) -> Outcome {
        match expr.value() {
            Some(value) => {
                let map = match side {
                    "requests" => &mut self.out.requests,
                    _ => &mut self.out.limits,
                };
                map.get_or_insert_default()
                    .insert(name.to_owned(), Quantity(value.text()));
                Ok(())
            }
            None => {
                let mut path = self.path.to_vec();
                path.extend(["resources", side, name]);
                self.dialect.late(&path, expr)
            }
        }
    }

    /// GPUs and TPUs. For each a limit only, which Kubernetes takes as the request.
    fn devices(
        &mut self,
        resources: &Resources,
        needs: &mut Needs,
        claims: &mut Vec<Claimed>,
    ) -> Outcome {
        for device in devices::of(resources, self.platform, self.dialect.system())? {
            let mut grant = device.grant;
            if let Some(name) = grant.resource.take() {
                if let Some((_, count)) = resources.extended().iter().find(|(own, _)| **own == name)
                {
                    return Err(diagnostics::same_resource(
                        &name,
                        device.attribute,
                        count.span,
                    ));
                }
                self.one("limits", &name, device.count)?;
            }
            if let Some(claim) = grant.claim.take() {
                let name = format!("gpu-{}", claims.len() + 1);
                self.out
                    .claims
                    .get_or_insert_default()
                    .push(core::ResourceClaim {
                        name: name.clone(),
                        request: None,
                    });
                claims.push(Claimed {
                    name,
                    claim,
                    span: device.count.span,
                });
            }
            needs.add(grant, device.count.span);
        }
        Ok(())
    }

    /// Devices by the names of their resources.
    fn extended(&mut self, resources: &Resources) -> Outcome {
        resources
            .extended()
            .iter()
            .filter(|(_, count)| !is_none(count))
            .try_for_each(|(name, count)| self.one("limits", name, count))
    }
}
