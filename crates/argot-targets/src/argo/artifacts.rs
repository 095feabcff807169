//! Where artifacts are read from and where they are stored.

use argot_compiler::{ArtifactSource, Expr, Location, OutputSettings};
use argot_syntax::Diagnostic;

use super::diagnostics;
use super::objects::{
    Archive, Artifact, AzureArtifact, GcsArtifact, GitArtifact, HttpArtifact, OssArtifact,
    RawArtifact, S3Artifact,
};
use super::scope::Scope;
use super::text::Place;

type Outcome<T> = Result<T, Diagnostic>;

/// The host of Amazon's own S3 service.
const S3_ENDPOINT: &str = "s3.amazonaws.com";

/// Fills in the source of an input artifact.
pub(crate) fn source(
    artifact: &mut Artifact,
    source: &ArtifactSource,
    scope: &Scope<'_>,
) -> Outcome<()> {
    match source {
        ArtifactSource::Text(text) => {
            artifact.raw = Some(RawArtifact {
                data: scope.plain(text, Place::Artifact)?,
            });
            Ok(())
        }
        ArtifactSource::Location(place) => location(artifact, place, scope),
    }
}

/// Fills in a key of the default repository, whatever kind of service that is; Argo fills in the rest of the location.
/// Such an artifact is not packed, so a folder's key is the prefix of its elements' keys.
pub(crate) fn stored(artifact: &mut Artifact, key: String) {
    artifact.archive = Some(Archive::None);
    artifact.s3 = Some(S3Artifact {
        key,
        ..S3Artifact::default()
    });
}

/// Fills in a location. Argo reads a location without a host, bucket and key as a key of the default repository, so
/// all three are always set. Access comes from the pod's own identity.
fn location(artifact: &mut Artifact, location: &Location, scope: &Scope<'_>) -> Outcome<()> {
    let text = |expr: &Expr| scope.plain(expr, Place::Artifact);
    match location {
        Location::S3 { bucket, key } => {
            artifact.s3 = Some(S3Artifact {
                endpoint: S3_ENDPOINT.to_owned(),
                bucket: text(bucket)?,
                key: text(key)?,
                use_sdk_creds: Some(true),
            });
        }
        Location::Gcs { bucket, key } => {
            artifact.gcs = Some(GcsArtifact {
                bucket: text(bucket)?,
                key: text(key)?,
            });
        }
        Location::Oss {
            endpoint,
            bucket,
            key,
        } => {
            artifact.oss = Some(OssArtifact {
                endpoint: text(endpoint)?,
                bucket: text(bucket)?,
                key: text(key)?,
                use_sdk_creds: Some(true),
            });
        }
        Location::Azure {
            account,
            container,
            blob,
        } => {
            artifact.azure = Some(AzureArtifact {
                endpoint: format!("https://{}.blob.core.windows.net", text(account)?),
                container: text(container)?,
                blob: text(blob)?,
                use_sdk_creds: Some(true),
            });
        }
        Location::Http { url } => artifact.http = Some(HttpArtifact { url: text(url)? }),
        Location::Git {
            repository,
            revision,
        } => {
            artifact.git = Some(GitArtifact {
                repo: text(repository)?,
                revision: revision.as_ref().map(text).transpose()?,
            });
        }
    }
    Ok(())
}

/// Fills in how an output is stored.
pub(crate) fn settings(
    artifact: &mut Artifact,
    settings: &OutputSettings,
    scope: &Scope<'_>,
) -> Outcome<()> {
    if let Some(archive) = settings.archive() {
        artifact.archive = Some(match archive.as_str() {
            Some("none") => Archive::None,
            Some("tar") => Archive::Tar,
            Some("zip") => Archive::Zip,
            _ => {
                return Err(diagnostics::run_time(
                    "how an artifact is packed",
                    archive.span,
                ));
            }
        });
    }
    match settings.to().map(Box::as_ref) {
        Some(Location::Git { repository, .. }) => Err(diagnostics::unsupported(
            "an artifact cannot be kept in a Git repository",
            "Argo only reads from there",
            "keep it in a bucket, and push it in the component",
            repository.span,
        )),
        Some(place) => location(artifact, place, scope),
        None => Ok(()),
    }
}
