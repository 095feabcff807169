//! Where artifacts come from and what volumes are made of.

use serde::Serialize;

use super::Expr;
use crate::{InputId, VolumeId};

/// An artifact from outside the run.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
#[expect(clippy::large_enum_variant, reason = "it always stands in a box")]
pub enum ArtifactSource {
    /// `Dataset("s3://bucket/key")`: a place to read from.
    Location(Location),
    /// `Dataset(text = "...")`: the content itself.
    Text(Expr),
}

/// Where an artifact is kept. Each text is a `string` expression.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Location {
    /// `s3://bucket/key`.
    S3 {
        /// The bucket.
        bucket: Expr,
        /// The key in it.
        key: Expr,
    },
    /// `gs://bucket/key`.
    Gcs {
        /// The bucket.
        bucket: Expr,
        /// The key in it.
        key: Expr,
    },
    /// `oss://bucket.endpoint/key`: Alibaba Cloud.
    Oss {
        /// The host of the service, such as `oss-cn-hangzhou.aliyuncs.com`.
        endpoint: Expr,
        /// The bucket.
        bucket: Expr,
        /// The key in it.
        key: Expr,
    },
    /// `az://account/container/blob`: Azure Blob Storage.
    Azure {
        /// The storage account.
        account: Expr,
        /// The container.
        container: Expr,
        /// The blob.
        blob: Expr,
    },
    /// `https://...` or `http://...`.
    Http {
        /// The whole address.
        url: Expr,
    },
    /// `git+https://host/repo@revision`.
    Git {
        /// The repository's address.
        repository: Expr,
        /// A branch, tag or commit.
        revision: Option<Expr>,
    },
}

/// A reference to a volume.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum VolumeExpr {
    /// An input of type `volume`.
    Input(InputId),
    /// A volume that the pipeline declares.
    Declared(VolumeId),
    /// A volume created in place.
    Source(Box<VolumeSource>),
}

/// The source of a volume.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum VolumeSource {
    /// `claim(size, class, access, from)`: created for the run and deleted with it.
    Claim {
        /// The size, as a quantity.
        size: Expr,
        /// The storage class. `None` means the cluster's default.
        class: Option<Expr>,
        /// `ReadWriteOnce`, `ReadWriteMany`, `ReadOnlyMany` or `ReadWriteOncePod`.
        access: String,
        /// The VolumeSnapshot it is created from.
        snapshot: Option<Expr>,
    },
    /// `existing(name, read_only)`: a claim that already exists.
    Existing {
        /// The claim's name.
        name: Expr,
        /// Whether it is mounted read-only.
        read_only: bool,
    },
    /// `memory_volume(size)`: an emptyDir in memory.
    Memory {
        /// The size, as a quantity.
        size: Expr,
    },
    /// `scratch_volume(size)`: an emptyDir on the node's disk.
    Scratch {
        /// The size, as a quantity.
        size: Expr,
    },
    /// `secret_volume(name)`: the keys of a Secret as files.
    Secret {
        /// The Secret's name.
        name: Expr,
    },
    /// `config_volume(name)`: the keys of a ConfigMap as files.
    Config {
        /// The ConfigMap's name.
        name: Expr,
    },
    /// `ephemeral(size, class, access)`: a claim per pod, deleted with the pod.
    Ephemeral {
        /// The size, as a quantity.
        size: Expr,
        /// The storage class. `None` means the cluster's default.
        class: Option<Expr>,
        /// The access mode, as for a claim.
        access: String,
    },
    /// `host_path(path)`.
    HostPath {
        /// A path on the node.
        path: Expr,
    },
    /// `nfs(server, path)`.
    Nfs {
        /// The server's host name.
        server: Expr,
        /// The exported path.
        path: Expr,
    },
    /// `csi(driver, attributes)`: an inline volume of a storage driver.
    Csi {
        /// The driver's name.
        driver: Expr,
        /// Driver-specific settings.
        attributes: Vec<(String, Expr)>,
    },
}
