//! What whoever runs the blog decides.

use std::path::PathBuf;

/// How a blog is run; see each field for what it is without.
#[derive(Clone, Debug, Default)]
pub struct Config {
    /// The blog's address, `https://blog.example.org`, for feeds, canonical links and cookies that
    /// only travel encrypted. None: the address that the request names.
    pub url: Option<String>,
    /// A directory whose templates and assets come before the default theme's.
    pub theme: Option<PathBuf>,
}
