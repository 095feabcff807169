//! The rules for parts of volumes and of artifact locations.

use crate::attributes::{Resource, Rule, Visit};
use crate::{Amount, Container, Location, VolumeSource};

impl Container {
    /// The amounts, with the names of their attributes.
    pub(crate) fn amounts(&self) -> impl Iterator<Item = (&'static str, &Amount)> {
        self.resources()
            .iter()
            .filter_map(|resource| match resource {
                Resource::Cpu(amount) => Some(("cpu", amount)),
                Resource::Memory(amount) => Some(("memory", amount)),
                Resource::Ephemeral(amount) => Some(("ephemeral", amount)),
                _ => None,
            })
    }
}

impl VolumeSource {
    /// Every value that must follow a rule.
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
