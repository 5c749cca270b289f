//! AWS's partitions: `aws`, and those of China, of governments and others.

use std::pin::pin;
use std::task::{Context, Poll, Waker};

use aws_sdk_s3::config::endpoint::{DefaultResolver, Params, ResolveEndpoint};

/// Whether a region is one of the partition `aws`, by the SDK's own list of partitions.
///
/// The SDK keeps that list to itself, but S3's rules ask it: a client of one partition gets no
/// address for an access point in another one.
pub(crate) fn is_aws(region: &str) -> bool {
    let elsewhere = "arn:aws:s3:us-east-1:123456789012:accesspoint:any";
    let params = Params::builder().region(region).bucket(elsewhere).build();
    let Ok(params) = params else {
        return false;
    };
    let resolver = DefaultResolver::new();
    let address = pin!(resolver.resolve_endpoint(&params));
    // It waits for nothing.
    matches!(address.poll(&mut Context::from_waker(Waker::noop())), Poll::Ready(Ok(_)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regions_are_told_apart_by_partition() {
        for region in ["us-east-1", "eu-west-1", "ap-southeast-7", "il-central-1", "mx-central-1"] {
            assert!(is_aws(region), "{region}");
        }
        for region in [
            "cn-north-1",
            "us-gov-west-1",
            "us-iso-east-1",
            "us-isob-east-1",
            "us-isof-south-1",
            "eu-isoe-west-1",
            "eusc-de-east-1",
        ] {
            assert!(!is_aws(region), "{region}");
        }
    }
}
