//! What whoever runs the blog decides.

use std::fmt;
use std::path::PathBuf;

use axum::http::HeaderName;

use crate::media::Storage;

/// How a blog is run; see each field for what it is without.
#[derive(Clone, Default)]
pub struct Config {
    /// The blog's address, `https://blog.example.org`, for feeds, canonical links and cookies that
    /// only travel encrypted. None: the address that the request names.
    pub url: Option<String>,
    /// A directory whose templates and assets come before the default theme's.
    pub theme: Option<PathBuf>,
    /// Where images are kept; the folder `images` unless set.
    pub images: Storage,
    /// A secret that the first set-up asks for, so that nobody else is quicker. None: whoever comes
    /// first becomes the owner.
    pub setup_token: Option<String>,
    /// The header in which a proxy in front names the client, such as `x-forwarded-for`, whose last
    /// address counts. Only for a blog that nobody reaches but through that proxy. None: the address
    /// that the connection comes from.
    pub client_header: Option<HeaderName>,
}

impl fmt::Debug for Config {
    /// Without the secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Config")
            .field("url", &self.url)
            .field("theme", &self.theme)
            .field("images", &self.images)
            .field("has_setup_token", &self.setup_token.is_some())
            .field("client_header", &self.client_header)
            .finish()
    }
}
