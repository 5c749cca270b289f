//! Whom the app trusts.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use lambdafy_backends::{CertificateAuthority, PostgreSql};

/// Where the machine keeps the certificates that everybody trusts.
const SYSTEM: [&str; 3] =
    ["/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem"];

/// Files of certificates.
pub(crate) struct Trust {
    /// Only the authority of these servers, as databases are reached.
    authority: PathBuf,
    /// The machine's certificates and the authority, since reading the many is a part of a start.
    pub(crate) bundle: PathBuf,
}

/// Writes them.
pub(crate) fn write(authority: &CertificateAuthority, folder: &Path) -> Result<Trust> {
    let folder =
        folder.canonicalize().with_context(|| format!("--certificates {}", folder.display()))?;
    let trust =
        Trust { authority: folder.join("authority.pem"), bundle: folder.join("bundle.pem") };
    authority.write_pem(&trust.authority)?;
    let mut bundle =
        SYSTEM.iter().find_map(|path| std::fs::read_to_string(path).ok()).unwrap_or_default();
    bundle.push_str(&authority.pem());
    std::fs::write(&trust.bundle, bundle)
        .with_context(|| format!("can't write {}", trust.bundle.display()))?;
    Ok(trust)
}

impl Trust {
    /// The database's URL at this address. Its certificates are named from here, not from the server's
    /// own folder in `/tmp`, which sandboxes with a `/tmp` of their own don't see.
    pub(crate) fn database_url(&self, database: &PostgreSql, address: SocketAddr) -> String {
        let own = database.authority_file().display().to_string();
        database.url_at(address).replace(&own, &self.authority.display().to_string())
    }
}
