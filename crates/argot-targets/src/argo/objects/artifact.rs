//! Artifacts, and where they are kept.

use std::collections::BTreeMap;

use serde::{Serialize, Serializer};

use super::is_default;

object! {
    /// A file or folder.
    Artifact {
        /// The name.
        name: String,
        /// Where the container finds or leaves it.
        path: Option<String>,
        /// Whether it may be missing.
        optional: Option<bool>,
        /// An artifact of a task or an input.
        from: Option<String>,
        /// An expression that gives an artifact of a task or an input.
        from_expression: Option<String>,
        /// How it is packed.
        archive: Option<Archive>,
        /// The content itself.
        raw: Option<RawArtifact>,
        /// A key of a bucket.
        s3: Option<S3Artifact>,
        /// A key of a Google Cloud Storage bucket.
        gcs: Option<GcsArtifact>,
        /// A key of an Alibaba Cloud bucket.
        oss: Option<OssArtifact>,
        /// A blob of Azure's storage.
        azure: Option<AzureArtifact>,
        /// An address.
        http: Option<HttpArtifact>,
        /// A repository.
        git: Option<GitArtifact>,
    }
}

/// How an artifact is packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Archive {
    /// As it is.
    None,
    /// A compressed tar file.
    Tar,
    /// A zip file.
    Zip,
}

impl Serialize for Archive {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let name = match self {
            Self::None => "none",
            Self::Tar => "tar",
            Self::Zip => "zip",
        };
        serializer.collect_map([(name, BTreeMap::<String, String>::new())])
    }
}

/// An artifact's content.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct RawArtifact {
    /// The content.
    pub data: String,
}

object! {
    /// A key of a bucket.
    S3Artifact {
        /// The service's host. Without one Argo would take the bucket of the default repository.
        endpoint: String,
        /// The bucket.
        bucket: String,
        /// The key.
        key: String,
        /// Whether the pod's own identity is used.
        #[serde(rename = "useSDKCreds")]
        use_sdk_creds: Option<bool>,
    }
}

object! {
    /// A key of a Google Cloud Storage bucket.
    GcsArtifact {
        /// The bucket.
        bucket: String,
        /// The key.
        key: String,
    }
}

object! {
    /// A key of an Alibaba Cloud bucket.
    OssArtifact {
        /// The service's host.
        endpoint: String,
        /// The bucket.
        bucket: String,
        /// The key.
        key: String,
        /// Whether the pod's own identity is used.
        #[serde(rename = "useSDKCreds")]
        use_sdk_creds: Option<bool>,
    }
}

object! {
    /// A blob of Azure's storage.
    AzureArtifact {
        /// The storage account's address.
        endpoint: String,
        /// The container.
        container: String,
        /// The blob.
        blob: String,
        /// Whether the pod's own identity is used.
        #[serde(rename = "useSDKCreds")]
        use_sdk_creds: Option<bool>,
    }
}

object! {
    /// An address.
    HttpArtifact {
        /// The address.
        url: String,
    }
}

object! {
    /// A repository.
    GitArtifact {
        /// The address.
        repo: String,
        /// A branch, tag or commit.
        revision: Option<String>,
    }
}
