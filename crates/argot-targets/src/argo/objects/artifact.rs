//! Artifacts, and their locations.

use std::collections::BTreeMap;

use serde::{Serialize, Serializer};

use super::is_default;

object! {
    /// A file or folder.
    Artifact {
        /// The name that expressions use.
        name: String,
        /// The path in the container.
        path: Option<String>,
        /// Whether it may be missing.
        optional: Option<bool>,
        /// An artifact of a task or an input, as a tag.
        from: Option<String>,
        /// An expression that evaluates to an artifact of a task or an input.
        from_expression: Option<String>,
        /// How it is packed; by default a compressed tar file.
        archive: Option<Archive>,
        /// The content itself.
        raw: Option<RawArtifact>,
        /// An object in an S3 bucket.
        s3: Option<S3Artifact>,
        /// An object in a Google Cloud Storage bucket.
        gcs: Option<GcsArtifact>,
        /// An object in an Alibaba Cloud bucket.
        oss: Option<OssArtifact>,
        /// An Azure blob.
        azure: Option<AzureArtifact>,
        /// A URL.
        http: Option<HttpArtifact>,
        /// A Git repository.
        git: Option<GitArtifact>,
    }
}

/// How an artifact is packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Archive {
    /// Not packed.
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

/// The inline content of an artifact.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct RawArtifact {
    /// The content.
    pub data: String,
}

object! {
    /// An object in an S3 bucket.
    S3Artifact {
        /// The service's host. Without one, Argo would use the bucket of the default repository.
        endpoint: String,
        /// The name of the bucket.
        bucket: String,
        /// The key in the bucket.
        key: String,
        /// Whether the pod's own identity is used.
        #[serde(rename = "useSDKCreds")]
        use_sdk_creds: Option<bool>,
    }
}

object! {
    /// An object in a Google Cloud Storage bucket.
    GcsArtifact {
        /// The name of the bucket.
        bucket: String,
        /// The key in the bucket.
        key: String,
    }
}

object! {
    /// An object in an Alibaba Cloud bucket.
    OssArtifact {
        /// The service's host.
        endpoint: String,
        /// The name of the bucket.
        bucket: String,
        /// The key in the bucket.
        key: String,
        /// Whether the pod's own identity is used.
        #[serde(rename = "useSDKCreds")]
        use_sdk_creds: Option<bool>,
    }
}

object! {
    /// An Azure blob.
    AzureArtifact {
        /// The URL of the storage account.
        endpoint: String,
        /// The storage container.
        container: String,
        /// The name of the blob.
        blob: String,
        /// Whether the pod's own identity is used.
        #[serde(rename = "useSDKCreds")]
        use_sdk_creds: Option<bool>,
    }
}

object! {
    /// A file at a URL.
    HttpArtifact {
        /// The URL.
        url: String,
    }
}

object! {
    /// A Git repository.
    GitArtifact {
        /// The URL of the repository.
        repo: String,
        /// A branch, tag or commit.
        revision: Option<String>,
    }
}
