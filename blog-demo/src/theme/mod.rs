//! How the blog looks: templates and assets, from one folder.
//!
//! The default theme is in the program. A directory may replace any of its files, and add others:
//! they are read anew for each page, so that a designer sees a change at once.

mod assets;
mod filters;
mod templates;

use std::path::{Path, PathBuf};

pub use assets::Asset;
use assets::Assets;
pub(crate) use filters::http_url;
use minijinja::Value;
use minijinja::value::Serde;
use templates::Templates;

/// The templates and assets of a blog.
#[derive(Debug)]
pub struct Theme {
    templates: Templates,
    assets: Assets,
}

/// A value as templates see it.
pub(crate) fn view(value: impl serde::Serialize) -> Value {
    Value::from(Serde(value))
}

/// Why a page could not be made.
#[derive(Debug, thiserror::Error)]
#[error("the template {name} failed: {source:#}")]
pub struct Error {
    name: String,
    #[source]
    source: Box<minijinja::Error>,
}

impl Theme {
    /// The theme in the program. Each template is compiled when it is used first.
    #[must_use]
    pub fn embedded() -> Self {
        Self::new(None)
    }

    /// The theme in the program, with a directory's files before it.
    #[must_use]
    pub fn with_directory(directory: impl AsRef<Path>) -> Self {
        Self::new(Some(directory.as_ref().to_owned()))
    }

    fn new(directory: Option<PathBuf>) -> Self {
        let assets = Assets::new(directory.clone());
        Self { templates: Templates::new(directory, &assets), assets }
    }

    /// Compiles these templates, so that the first page that needs one finds it compiled.
    ///
    /// # Errors
    /// If there is none of a name, or it can't be read.
    pub fn compile<'n>(&self, names: impl IntoIterator<Item = &'n str>) -> Result<(), Error> {
        names.into_iter().try_for_each(|name| {
            let source = self.templates.compile(name).err().map(Box::new);
            source.map_or(Ok(()), |source| Err(Error { name: name.to_owned(), source }))
        })
    }

    /// The names of the default theme's templates.
    #[must_use]
    pub fn template_names() -> Vec<String> {
        Templates::names()
    }

    /// A page, from the template of that name.
    ///
    /// # Errors
    /// If there is no such template or it fails.
    pub fn render(&self, name: &str, context: Value) -> Result<String, Error> {
        self.templates
            .render(name, context)
            .map_err(|source| Error { name: name.to_owned(), source: Box::new(source) })
    }

    /// The asset that a page calls by this name, which has a hash of its content in it.
    #[must_use]
    pub fn asset(&self, name: &str) -> Option<Asset> {
        self.assets.by_hashed_name(name)
    }
}
