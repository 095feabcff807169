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
    /// What a task of the run has put under a key of the run's storage, not archived. Only in a plan.
    Stored(Expr),
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

/// Which volume is meant.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum VolumeExpr {
    /// An input of type `volume`.
    Input(InputId),
    /// A volume that the pipeline declares.
    Declared(VolumeId),
    /// One that is made in place.
    Source(Box<VolumeSource>),
}

/// What a volume is made of.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum VolumeSource {
    /// `claim(size, class, access, from)`: made for the run and deleted with it.
    Claim {
        /// A quantity.
        size: Expr,
        /// The storage class; the cluster's default where absent.
        class: Option<Expr>,
        /// `ReadWriteOnce`, `ReadWriteMany`, `ReadOnlyMany` or `ReadWriteOncePod`.
        access: String,
        /// The VolumeSnapshot that it starts from.
        snapshot: Option<Expr>,
    },
    /// `existing(name, read_only)`: a claim that is there already.
    Existing {
        /// The claim's name.
        name: Expr,
        /// Whether it is mounted for reading only.
        read_only: bool,
    },
    /// `memory_volume(size)`: an emptyDir in memory.
    Memory {
        /// A quantity.
        size: Expr,
    },
    /// `scratch_volume(size)`: an emptyDir on the node's disk.
    Scratch {
        /// A quantity.
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
    /// `ephemeral(size, class, access)`: a claim for each pod, deleted with it.
    Ephemeral {
        /// A quantity.
        size: Expr,
        /// The storage class; the cluster's default where absent.
        class: Option<Expr>,
        /// As for a claim.
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
        /// Its settings.
        attributes: Vec<(String, Expr)>,
    },
}
