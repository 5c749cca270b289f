//! The zip with the executable, and the bucket that it is uploaded into.

use std::io::{Cursor, Write};
use std::path::Path;

use aws_sdk_s3::config::endpoint::{DefaultResolver, Params, ResolveEndpoint};
use aws_sdk_s3::operation::create_bucket::CreateBucketError;
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::{
    BucketLocationConstraint, CreateBucketConfiguration, PublicAccessBlockConfiguration,
};
use sha2::{Digest, Sha256};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use super::error::aws;
use super::{Cloud, Progress, ShipError};
use crate::settings::Name;

/// A zip with the executable `bootstrap`: the same bytes for the same executable, so that nothing
/// is deployed again that has not changed.
#[derive(Clone, Debug)]
pub struct Zip {
    bytes: Vec<u8>,
    /// The digest of its bytes, in hexadecimal.
    pub digest: String,
}

impl Zip {
    /// Zips an executable.
    ///
    /// # Errors
    /// If it cannot be read.
    pub fn of(executable: &Path) -> Result<Self, ShipError> {
        let wrong = |error: &dyn std::fmt::Display| {
            ShipError::new(format!("{}: {error}", executable.display()))
        };
        let content = std::fs::read(executable).map_err(|error| wrong(&error))?;
        let bytes = zipped(&content).map_err(|error| wrong(&error))?;
        let digest = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        Ok(Self { bytes, digest })
    }

    /// Its size in bytes.
    #[must_use]
    pub fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Whether it has no bytes, which a zip always has.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// The key in the bucket.
    #[must_use]
    pub fn key(&self, name: &Name) -> String {
        format!("{name}/{}.zip", self.digest)
    }
}

fn zipped(content: &[u8]) -> zip::result::ZipResult<Vec<u8>> {
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .unix_permissions(0o755)
        .last_modified_time(DateTime::default());
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    writer.start_file("bootstrap", options)?;
    writer.write_all(content)?;
    Ok(writer.finish()?.into_inner())
}

impl Cloud {
    /// The bucket for code and large templates: one for an account and a region.
    pub(super) fn code_bucket(&self) -> String {
        format!("lambdafy-code-{}-{}", self.account, self.region)
    }

    /// Uploads the zip, unless it is there.
    pub(super) async fn upload(
        &self,
        zip: &Zip,
        key: &str,
        progress: Progress<'_>,
    ) -> Result<(), ShipError> {
        let bucket = self.code_bucket();
        self.make_bucket(&bucket, progress).await?;
        let head = self.objects.head_object().bucket(&bucket).key(key).send().await;
        if head.is_ok() {
            progress.detail(&format!("s3://{bucket}/{key} is there already"));
            return Ok(());
        }
        progress.detail(&format!("s3://{bucket}/{key}, {} KB", zip.bytes.len() / 1024));
        self.put(&bucket, key, zip.bytes.clone()).await
    }

    pub(super) async fn put(
        &self,
        bucket: &str,
        key: &str,
        bytes: Vec<u8>,
    ) -> Result<(), ShipError> {
        let body = ByteStream::from(bytes);
        let put = self.objects.put_object().bucket(bucket).key(key).body(body).send().await;
        put.map_err(aws(format!("uploading {key}")))?;
        Ok(())
    }

    async fn make_bucket(&self, bucket: &str, progress: Progress<'_>) -> Result<(), ShipError> {
        // Only ours: a bucket of this name in another account is a trap.
        let head = self.objects.head_bucket().bucket(bucket).expected_bucket_owner(&self.account);
        match head.send().await {
            Ok(_) => return Ok(()),
            Err(error) if error.as_service_error().is_some_and(|error| error.is_not_found()) => {}
            Err(error) => return Err(aws(format!("looking at the bucket {bucket}"))(error)),
        }
        progress.detail(&format!("making the bucket {bucket}"));
        // us-east-1 is the one region that must not be named.
        let place = (self.region != "us-east-1").then(|| {
            let region = BucketLocationConstraint::from(self.region.as_str());
            CreateBucketConfiguration::builder().location_constraint(region).build()
        });
        let create =
            self.objects.create_bucket().bucket(bucket).set_create_bucket_configuration(place);
        match create.send().await {
            Ok(_) => {}
            // Another deployment of this account was faster.
            Err(error) if error.as_service_error().is_some_and(is_ours) => {}
            Err(error) => return Err(aws(format!("making the bucket {bucket}"))(error)),
        }
        let blocked = PublicAccessBlockConfiguration::builder()
            .block_public_acls(true)
            .block_public_policy(true)
            .ignore_public_acls(true)
            .restrict_public_buckets(true)
            .build();
        let block = self.objects.put_public_access_block().bucket(bucket);
        let block = block.public_access_block_configuration(blocked).send().await;
        block.map_err(aws(format!("closing the bucket {bucket}")))?;
        Ok(())
    }
}

fn is_ours(error: &CreateBucketError) -> bool {
    error.is_bucket_already_owned_by_you()
}

/// Where S3 has an object, as CloudFormation asks for it: China's regions and others have domains
/// of their own, which the SDK knows.
pub(super) async fn address(region: &str, bucket: &str, key: &str) -> Result<String, ShipError> {
    let wrong = |error: &dyn std::fmt::Display| {
        ShipError::new(format!("S3 has no address in {region}: {error}"))
    };
    let of = Params::builder().region(region).bucket(bucket).build();
    let of = of.map_err(|error| wrong(&error))?;
    let endpoint = DefaultResolver::new().resolve_endpoint(&of).await;
    let endpoint = endpoint.map_err(|error| wrong(&error))?;
    Ok(format!("{}/{key}", endpoint.url()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_object_has_its_address_in_every_partition() {
        for (region, domain) in [
            ("eu-west-1", "amazonaws.com"),
            ("cn-north-1", "amazonaws.com.cn"),
            ("us-gov-west-1", "amazonaws.com"),
        ] {
            let url = address(region, "lambdafy-code-1", "orders/template.json").await.unwrap();
            let wanted =
                format!("https://lambdafy-code-1.s3.{region}.{domain}/orders/template.json");
            assert_eq!(url, wanted);
        }
    }

    #[test]
    fn the_same_executable_makes_the_same_zip() {
        let first = zipped(b"\x7fELF and more").unwrap();
        assert_eq!(first, zipped(b"\x7fELF and more").unwrap());
        assert_ne!(first, zipped(b"\x7fELF and less").unwrap());
    }
}
