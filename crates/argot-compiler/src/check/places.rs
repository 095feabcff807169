//! The table of places: which rule holds for the value of which attribute.

use super::{amounts, values::Rule};
use crate::{Amount, Attributes, Container, EnvFrom, EnvValue, Expr, Location, VolumeSource};

/// Is called with the name of an attribute, its rule and its value.
type Visit<'v, 'a> = dyn FnMut(&'a str, Rule, &'a Expr) + 'v;

/// Visits the values of a block that are there.
macro_rules! each {
    ($visit:expr, $block:expr; $($field:ident: $rule:expr),* $(,)?) => {
        $(if let Some(expr) = $block.$field.as_ref() {
            $visit(stringify!($field), $rule, expr);
        })*
    };
}

impl Attributes {
    /// Every value that a rule holds for. The sources of volumes have [places](VolumeSource::places) of their own.
    pub(crate) fn places<'a>(&'a self, visit: &mut Visit<'_, 'a>) {
        use Rule as R;
        self.containers()
            .for_each(|container| container.places(visit));
        each!(visit, self.retry; limit: R::AtLeast(0), backoff: R::LongerThanNothing,
            factor: R::AtLeast(1), max: R::LongerThanNothing);
        each!(visit, self.cache; max_age: R::LongerThanNothing, key: R::Filled);
        each!(visit, self.semaphore; config: R::ObjectName, key: R::Filled);
        each!(visit, self.security; run_as_user: R::Id, run_as_group: R::Id, fs_group: R::Id,
            run_as_non_root: R::Any);
        each!(visit, self; timeout: R::LongerThanNothing, mutex: R::Filled,
            priority_class: R::ObjectName, service_account: R::ObjectName, queue: R::LabelValue,
            node_pool: R::Filled);
        for (name, expr) in self.labels.iter().chain(&self.node_selector) {
            visit(name, R::LabelValue, expr);
        }
        for expr in self.image_pull_secrets.iter().flatten() {
            visit("image_pull_secrets", R::ObjectName, expr);
        }
        for toleration in self.tolerations.iter().flatten() {
            each!(visit, toleration; key: R::LabelKey, operator: R::TolerationOperator,
                value: R::LabelValue, effect: R::TaintEffect);
        }
        for location in self
            .outputs
            .values()
            .filter_map(|output| output.to.as_ref())
        {
            location.places(visit);
        }
    }

    /// The step's own container, then its init containers and sidecars.
    pub(crate) fn containers(&self) -> impl Iterator<Item = &Container> {
        std::iter::once(&self.main)
            .chain(self.init.values())
            .chain(self.sidecar.values())
    }
}

impl Container {
    fn places<'a>(&'a self, visit: &mut Visit<'_, 'a>) {
        use Rule as R;
        each!(visit, self; image: R::Image, workdir: R::AbsolutePath);
        each!(visit, self.resources; gpu: R::Devices, tpu: R::Devices);
        for (name, count) in &self.resources.extended {
            visit(name, R::Devices, count);
        }
        for (name, amount) in self.amounts() {
            let rule = R::Amount(amounts::Of::resource(name));
            visit(name, rule, &amount.request);
            if !amount.is_one() {
                visit(name, rule, &amount.limit);
            }
        }
        for value in self.env.values() {
            match value {
                EnvValue::Secret { name, key } | EnvValue::Config { name, key } => {
                    visit("name", R::ObjectName, name);
                    visit("key", R::DataKey, key);
                }
                EnvValue::Value(_) | EnvValue::Field { .. } => {}
            }
        }
        for source in self.env_from.iter().flatten() {
            match source {
                EnvFrom::Secret(name) | EnvFrom::Config(name) => {
                    visit("env_from", R::ObjectName, name);
                }
            }
        }
    }

    /// The amounts by the names of their attributes.
    pub(crate) fn amounts(&self) -> impl Iterator<Item = (&'static str, &Amount)> {
        let resources = &self.resources;
        [
            ("cpu", &resources.cpu),
            ("memory", &resources.memory),
            ("ephemeral", &resources.ephemeral),
        ]
        .into_iter()
        .filter_map(|(name, amount)| Some((name, amount.as_ref()?)))
    }
}

impl Amount {
    /// Whether one value is both the request and the limit.
    pub(crate) fn is_one(&self) -> bool {
        self.request.span.key() == self.limit.span.key()
    }
}

impl VolumeSource {
    /// Every value that a rule holds for.
    pub(crate) fn places<'a>(&'a self, visit: &mut Visit<'_, 'a>) {
        use Rule as R;
        match self {
            Self::Claim {
                size,
                class,
                snapshot,
                ..
            } => {
                visit("size", R::Size, size);
                if let Some(class) = class {
                    visit("class", R::ObjectName, class);
                }
                if let Some(snapshot) = snapshot {
                    visit("snapshot", R::ObjectName, snapshot);
                }
            }
            Self::Ephemeral { size, class, .. } => {
                visit("size", R::Size, size);
                if let Some(class) = class {
                    visit("class", R::ObjectName, class);
                }
            }
            Self::Existing { name, .. } | Self::Secret { name } | Self::Config { name } => {
                visit("name", R::ObjectName, name);
            }
            Self::Memory { size } | Self::Scratch { size } => visit("size", R::Size, size),
            Self::HostPath { path } => visit("path", R::VolumePath, path),
            Self::Nfs { server, path } => {
                visit("server", R::Filled, server);
                visit("path", R::VolumePath, path);
            }
            Self::Csi { driver, .. } => visit("driver", R::Filled, driver),
        }
    }
}

impl Location {
    /// Every part that must not be empty.
    pub(crate) fn places<'a>(&'a self, visit: &mut Visit<'_, 'a>) {
        let mut part = |name, expr| visit(name, Rule::AddressPart, expr);
        match self {
            Self::S3 { bucket, key } | Self::Gcs { bucket, key } => {
                part("bucket", bucket);
                part("key", key);
            }
            Self::Oss {
                endpoint,
                bucket,
                key,
            } => {
                part("endpoint", endpoint);
                part("bucket", bucket);
                part("key", key);
            }
            Self::Azure {
                account,
                container,
                blob,
            } => {
                part("account", account);
                part("container", container);
                part("blob", blob);
            }
            Self::Http { url } => part("address", url),
            Self::Git {
                repository,
                revision,
            } => {
                part("repository", repository);
                if let Some(revision) = revision {
                    part("revision", revision);
                }
            }
        }
    }
}
