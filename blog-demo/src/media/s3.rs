//! Images in S3, or in anything that speaks like it.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use aws_config::BehaviorVersion;
use aws_sdk_s3::Client;
use aws_sdk_s3::error::{DisplayErrorContext, SdkError};
use aws_sdk_s3::presigning::PresigningConfig;
use aws_sdk_s3::primitives::ByteStream;
use aws_smithy_http_client::Builder;
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};
use axum::body::Bytes;
use axum::http::Uri;
use tokio::sync::OnceCell;

use super::direct::WAITING;
use super::storage::Direct;
use super::{Error, MAX_BYTES};

/// How long a browser may take to begin a direct upload.
const DIRECT_FOR: Duration = Duration::from_secs(600);
/// Images never change under their names.
const FOR_EVER: &str = "public, max-age=31536000, immutable";

/// A bucket. Its client is made when it is first used: most starts don't need it.
///
/// Region and credentials come from where AWS's programs look for them: `AWS_REGION`,
/// `AWS_ACCESS_KEY_ID`, the role of a function or machine, ...
#[derive(Clone, Debug)]
pub struct S3 {
    bucket: String,
    prefix: String,
    endpoint: Option<String>,
    client: Arc<OnceCell<Client>>,
    /// What all signed addresses begin with.
    direct_place: Arc<OnceCell<String>>,
}

impl S3 {
    /// The bucket of that name; images are kept below the prefix, which may be empty. With an
    /// endpoint it is another service than AWS's, such as `http://localhost:9000`.
    #[must_use]
    pub fn new(bucket: impl Into<String>, prefix: &str, endpoint: Option<String>) -> Self {
        let prefix = prefix.trim_matches('/');
        let prefix = if prefix.is_empty() { String::new() } else { format!("{prefix}/") };
        let (client, direct_place) = (Arc::default(), Arc::default());
        Self { bucket: bucket.into(), prefix, endpoint, client, direct_place }
    }

    /// The same by a client of one's own.
    #[must_use]
    pub fn with_client(bucket: impl Into<String>, prefix: &str, client: Client) -> Self {
        Self { client: Arc::new(OnceCell::from(client)), ..Self::new(bucket, prefix, None) }
    }

    pub(super) async fn put(
        &self,
        path: &str,
        bytes: &[u8],
        mime: &'static str,
    ) -> Result<(), Error> {
        let request = self.client().await.put_object().bucket(&self.bucket).key(self.key(path));
        let body = ByteStream::from(bytes.to_vec());
        let request = request.content_type(mime).cache_control(FOR_EVER).body(body);
        request.send().await.map(drop).map_err(failed)
    }

    pub(super) async fn get(&self, path: &str) -> Result<Option<Bytes>, Error> {
        let request = self.client().await.get_object().bucket(&self.bucket).key(self.key(path));
        let object = match request.send().await {
            Ok(object) => object,
            Err(SdkError::ServiceError(error)) if error.err().is_no_such_key() => return Ok(None),
            Err(error) => return Err(failed(error)),
        };
        let size = object.content_length().unwrap_or(0);
        if usize::try_from(size).is_ok_and(|size| size > MAX_BYTES) {
            return Err(Error::TooLarge);
        }
        let body = object.body.collect().await.map_err(|error| Error::Failed(Box::new(error)))?;
        Ok(Some(body.into_bytes()))
    }

    pub(super) async fn delete(&self, path: &str) -> Result<(), Error> {
        let request = self.client().await.delete_object().bucket(&self.bucket).key(self.key(path));
        request.send().await.map(drop).map_err(failed)
    }

    /// Lets whoever has it put one file of just this size and type there, for ten minutes.
    pub(super) async fn direct(
        &self,
        path: &str,
        mime: &str,
        size_bytes: i64,
    ) -> Result<Direct, Error> {
        let request = self.client().await.put_object().bucket(&self.bucket).key(self.key(path));
        let limits = PresigningConfig::expires_in(DIRECT_FOR);
        let limits = limits.map_err(|error| Error::Failed(Box::new(error)))?;
        let request = request.content_type(mime).content_length(size_bytes);
        let signed = request.presigned(limits).await.map_err(failed)?;
        let headers = signed.headers().map(|(name, value)| (name.to_owned(), value.to_owned()));
        Ok(Direct { url: signed.uri().to_owned(), headers: headers.collect() })
    }

    /// Where browsers send files to: what the addresses that are signed begin with, the folder of waiting
    /// files included. On one host there may be other people's buckets.
    pub(super) async fn direct_place(&self) -> Result<&str, Error> {
        let find = async || {
            let signed = self.direct(&format!("{WAITING}file"), "image/png", 1).await?.url;
            let no_place = || "S3_ENDPOINT or the prefix can't stand in a policy".into();
            place_of(&signed).ok_or_else(|| Error::Failed(no_place()))
        };
        self.direct_place.get_or_try_init(find).await.map(String::as_str)
    }

    fn key(&self, path: &str) -> String {
        format!("{}{path}", self.prefix)
    }

    async fn client(&self) -> &Client {
        self.client.get_or_init(|| client(self.endpoint.as_deref())).await
    }
}

/// The address up to its last `/`; nothing that could stand for more than one place in a policy, or end it.
fn place_of(url: &str) -> Option<String> {
    let uri: Uri = url.parse().ok()?;
    let (scheme, authority) = (uri.scheme_str()?, uri.authority()?.as_str());
    let (folder, _) = uri.path().rsplit_once('/')?;
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b".-_:[]".contains(&byte);
    let is_plain_path = |byte: u8| byte.is_ascii_alphanumeric() || b".-_~%/".contains(&byte);
    let is_one_place = authority.bytes().all(is_plain) && folder.bytes().all(is_plain_path);
    is_one_place.then(|| format!("{scheme}://{authority}{folder}/"))
}

async fn client(endpoint: Option<&str>) -> Client {
    // TLS by ring, which needs no cmake.
    let tls = Provider::Rustls(CryptoMode::Ring);
    let http = Builder::new().tls_provider(tls).build_https();
    let config = aws_config::defaults(BehaviorVersion::v2026_01_12()).http_client(http);
    let mut config = aws_sdk_s3::config::Builder::from(&config.load().await);
    if let Some(endpoint) = endpoint {
        // Other services have no host name for each bucket.
        config = config.endpoint_url(endpoint).force_path_style(true);
    }
    Client::from_conf(config.build())
}

impl fmt::Display for S3 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "s3://{}/{}", self.bucket, self.prefix)
    }
}

fn failed<E: std::error::Error + Send + Sync + 'static>(error: E) -> Error {
    // Its own text is only "service error".
    Error::Failed(DisplayErrorContext(error).to_string().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_policy_names_is_one_place() {
        let signed = "https://pictures.s3.eu-central-1.amazonaws.com/uploads/a?X-Amz-Signature=0";
        let place = "https://pictures.s3.eu-central-1.amazonaws.com/uploads/";
        assert_eq!(place_of(signed).as_deref(), Some(place));
        let by_path = "http://[::1]:9000/pictures/my%20blog/uploads/a?x=/";
        let place = "http://[::1]:9000/pictures/my%20blog/uploads/";
        assert_eq!(place_of(by_path).as_deref(), Some(place));
        for wrong in [
            "/a",
            "https://*.example/a",
            "https://a;b/c",
            "https://u:p@b.example/",
            "https://b.example/a;b/c",
            "https://b.example/a,b/c",
            "",
        ] {
            assert_eq!(place_of(wrong), None, "{wrong}");
        }
    }
}
