use std::net::IpAddr;
use std::path::Path;

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa,
    KeyPair, KeyUsagePurpose,
};

use crate::Error;

/// A certificate authority made for this run, which only those trust who are given its certificate.
pub struct CertificateAuthority(CertifiedIssuer<'static, KeyPair>);

/// A server's certificate and its key, both PEM.
pub struct ServerCertificate {
    /// The certificate. Its authority's own is not in it.
    pub certificate_pem: String,
    /// The private key, PKCS #8.
    pub key_pem: String,
}

impl CertificateAuthority {
    /// Makes a new one, with an ECDSA P-256 key.
    ///
    /// # Errors
    /// If the operating system has no random numbers.
    pub fn new() -> Result<Self, Error> {
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, "lambdafy-backends");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let key = KeyPair::generate().map_err(Error::Certificate)?;
        CertifiedIssuer::self_signed(params, key).map(Self).map_err(Error::Certificate)
    }

    /// Its certificate, for clients to trust.
    #[must_use]
    pub fn pem(&self) -> String {
        self.0.pem()
    }

    /// Writes its certificate to a file.
    ///
    /// # Errors
    /// If the file can't be written.
    pub fn write_pem(&self, path: &Path) -> Result<(), Error> {
        std::fs::write(path, self.pem())
            .map_err(Error::io(format!("can't write {}", path.display())))
    }

    /// A certificate for a server at `address`, and at `localhost` and 127.0.0.1.
    ///
    /// # Errors
    /// If the operating system has no random numbers.
    pub fn certify(&self, address: IpAddr) -> Result<ServerCertificate, Error> {
        let names = ["localhost".to_owned(), "127.0.0.1".to_owned(), address.to_string()];
        let mut params = CertificateParams::new(names).map_err(Error::Certificate)?;
        params.distinguished_name.push(DnType::CommonName, "localhost");
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        params.use_authority_key_identifier_extension = true;
        let key = KeyPair::generate().map_err(Error::Certificate)?;
        let certificate = params.signed_by(&key, &self.0).map_err(Error::Certificate)?;
        Ok(ServerCertificate { certificate_pem: certificate.pem(), key_pem: key.serialize_pem() })
    }
}

impl std::fmt::Debug for CertificateAuthority {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CertificateAuthority").finish_non_exhaustive()
    }
}

impl std::fmt::Debug for ServerCertificate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ServerCertificate").finish_non_exhaustive()
    }
}
