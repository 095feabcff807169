//! CPU, memory and devices: requests and limits.

use argot_compiler::{Amount, Expr, Resources, Value};
use argot_syntax::Diagnostic;
use indexmap::IndexMap;
use k8s_openapi::api::core::v1 as core;
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;

use super::{Builder, Dialect, devices};

/// What the devices of a pod need of its node.
#[derive(Debug, Default)]
pub(super) struct Needs {
    /// Taints to tolerate.
    pub(super) tolerations: Vec<core::Toleration>,
    /// Labels that the node must have, with the values that will do.
    pub(super) labels: IndexMap<String, Vec<String>>,
}

type Outcome = Result<(), Diagnostic>;

impl<D: Dialect> Builder<'_, D> {
    /// The resources of the container behind a path from the pod's spec.
    pub(super) fn resources(
        &mut self,
        path: &[&str],
        resources: &Resources,
    ) -> Option<core::ResourceRequirements> {
        let mut requirements = Requirements {
            path,
            dialect: &mut self.dialect,
            out: core::ResourceRequirements::default(),
        };
        for (name, amount) in [
            ("cpu", &resources.cpu),
            ("memory", &resources.memory),
            ("ephemeral-storage", &resources.ephemeral),
        ] {
            if let Some(amount) = amount {
                self.diagnostics
                    .extend(requirements.amount(name, amount).err());
            }
        }
        let outcome = requirements
            .devices(resources, &mut self.needs)
            .and_then(|()| requirements.extended(resources));
        self.diagnostics.extend(outcome.err());
        let out = requirements.out;
        (out != core::ResourceRequirements::default()).then_some(out)
    }
}

struct Requirements<'a, D> {
    path: &'a [&'a str],
    dialect: &'a mut D,
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
    fn devices(&mut self, resources: &Resources, needs: &mut Needs) -> Outcome {
        for device in devices::of(resources, self.dialect.system())? {
            self.one("limits", &device.resource, device.count)?;
            for toleration in device.tolerations {
                if !needs.tolerations.contains(&toleration) {
                    needs.tolerations.push(toleration);
                }
            }
            needs.labels.extend(device.labels);
        }
        Ok(())
    }

    /// Devices by the names of their resources.
    fn extended(&mut self, resources: &Resources) -> Outcome {
        resources
            .extended
            .iter()
            .filter(|(_, count)| !is_none(count))
            .try_for_each(|(name, count)| self.one("limits", name, count))
    }
}

/// Whether a count says that there is no device.
pub(super) fn is_none(count: &Expr) -> bool {
    matches!(count.value(), Some(Value::Int(0)))
}
