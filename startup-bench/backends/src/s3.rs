use std::net::{IpAddr, SocketAddr};
use std::path::{Component, Path};

use nix::sys::signal::Signal;
use s3s::auth::SimpleAuth;
use s3s::service::S3ServiceBuilder;
use s3s_fs::FileSystem;
use tempfile::TempDir;

use crate::guard::Guard;
use crate::secret::Secret;
use crate::{CertificateAuthority, Error, HttpServer};

/// An S3 server in this process, whose files are in a temporary directory. It checks signatures.
///
/// ```no_run
/// use lambdafy_backends::{CertificateAuthority, S3};
///
/// # fn main() -> Result<(), lambdafy_backends::Error> {
/// let authority = CertificateAuthority::new()?;
/// let s3 = S3::start([127, 0, 0, 1].into(), Some(&authority))?;
/// s3.put("my-bucket", "folder/file.txt", b"hello")?;
/// # let mut command = std::process::Command::new("app");
/// command.envs(s3.environment()); // what the AWS SDKs read
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
#[must_use = "dropping it ends the server"]
pub struct S3 {
    // In this order: the server ends before its files go, and the guard before neither.
    server: HttpServer,
    directory: TempDir,
    secret_key: Secret,
    _guard: Guard,
}

/// Of the form that AWS's have.
const ACCESS_KEY: &str = "AKIALAMBDAFYBACKENDS";

impl S3 {
    /// Starts it on a free port of this address. With an authority, it speaks TLS only.
    ///
    /// # Errors
    /// If the address is not this machine's, or there is no room for temporary files.
    pub fn start(address: IpAddr, authority: Option<&CertificateAuthority>) -> Result<Self, Error> {
        let directory = tempfile::Builder::new()
            .prefix("lambdafy-backends-")
            .tempdir()
            .map_err(Error::io("can't make a temporary directory"))?;
        let guard = Guard::new(Signal::SIGKILL, directory.path())?;
        let secret_key = Secret::random()?;
        let files = FileSystem::new(directory.path()).map_err(|error| Error::Failed {
            program: "s3s-fs".into(),
            output: format!("{error:?}"),
        })?;
        let mut builder = S3ServiceBuilder::new(files);
        builder.set_auth(SimpleAuth::from_single(ACCESS_KEY, secret_key.0.as_str()));
        let server = HttpServer::start(address, authority, builder.build())?;
        Ok(Self { server, directory, secret_key, _guard: guard })
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.server.address()
    }

    /// Its URL, for clients that put the bucket into the path.
    #[must_use]
    pub fn url(&self) -> String {
        self.server.url()
    }

    /// The environment variables by which the AWS SDKs and the AWS CLI find it.
    #[must_use]
    pub fn environment(&self) -> [(&'static str, String); 4] {
        self.environment_at(self.address())
    }

    /// The same at another address, as that of a relay.
    #[must_use]
    pub fn environment_at(&self, address: SocketAddr) -> [(&'static str, String); 4] {
        [
            ("AWS_ENDPOINT_URL_S3", self.server.url_at(address)),
            ("AWS_ACCESS_KEY_ID", ACCESS_KEY.to_owned()),
            ("AWS_SECRET_ACCESS_KEY", self.secret_key.0.clone()),
            ("AWS_REGION", "us-east-1".to_owned()),
        ]
    }

    /// Puts a file into a bucket, which is made if it is not there.
    ///
    /// # Errors
    /// If the key is a path out of the bucket, or the file can't be written.
    pub fn put(&self, bucket: &str, key: &str, bytes: &[u8]) -> Result<(), Error> {
        let name = Path::new(bucket).join(key);
        let is_inside =
            name.components().all(|component| matches!(component, Component::Normal(_)));
        if !is_inside {
            let output = format!("{bucket}/{key} is not a path inside the bucket");
            return Err(Error::Failed { program: "S3".into(), output });
        }
        let path = self.directory.path().join(name);
        let doing = || Error::io(format!("can't write {}", path.display()));
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).map_err(doing())?;
        }
        std::fs::write(&path, bytes).map_err(doing())
    }
}
