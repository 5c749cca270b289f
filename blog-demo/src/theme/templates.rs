//! Templates: compiled when they are used first.

use std::path::PathBuf;

use minijinja::syntax::SyntaxConfig;
use minijinja::{
    AutoEscape, Environment, Error, ErrorKind, Output, State, UndefinedBehavior, Value,
};
use rust_embed::RustEmbed;

use super::assets::Assets;
use super::filters;

#[derive(RustEmbed)]
#[folder = "theme/templates"]
struct Embedded;

#[derive(Debug)]
pub(super) struct Templates {
    environment: Environment<'static>,
    directory: Option<PathBuf>,
    assets: Assets,
}

impl Templates {
    pub(super) fn new(directory: Option<PathBuf>, assets: &Assets) -> Self {
        let directory = directory.map(|directory| directory.join("templates"));
        let environment = environment(directory.clone(), assets.clone());
        Self { environment, directory, assets: assets.clone() }
    }

    pub(super) fn names() -> Vec<String> {
        Embedded::iter().map(|name| name.into_owned()).collect()
    }

    pub(super) fn compile(&self, name: &str) -> Result<(), Error> {
        self.environment.get_template(name).map(drop)
    }

    pub(super) fn render(&self, name: &str, context: Value) -> Result<String, Error> {
        if self.directory.is_some() {
            // A new one each time: it has compiled nothing yet, and so sees every change.
            let fresh = environment(self.directory.clone(), self.assets.clone());
            return fresh.get_template(name)?.render(context);
        }
        self.environment.get_template(name)?.render(context)
    }
}

fn environment(directory: Option<PathBuf>, assets: Assets) -> Environment<'static> {
    let mut environment = Environment::new();
    // Whatever the file's name: what is not marked as safe is escaped.
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_formatter(escaped);
    // Blocks alone on a line leave no empty line behind.
    let syntax = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build();
    environment.set_syntax(syntax.unwrap_or_default());
    environment.set_loader(move |name| Ok(source(directory.as_ref(), name)));
    environment.add_function("asset", move |name: &str| {
        assets
            .url(name)
            .ok_or_else(|| Error::new(ErrorKind::InvalidOperation, format!("no asset '{name}'")))
    });
    filters::add(&mut environment);
    environment
}

/// Escapes what is not marked as safe. minijinja's own also escapes slashes: right, but every address
/// on a page would be hard to read.
fn escaped(out: &mut Output, _: &mut State, value: &Value) -> Result<(), Error> {
    if value.is_undefined() {
        return Err(Error::from(ErrorKind::UndefinedError));
    }
    let text = value.to_string();
    let text = if value.is_safe() { text } else { filters::escape(&text) };
    out.write_str(&text).map_err(Error::from)
}

/// The directory's own, or else the program's. Only templates name templates, never a request.
fn source(directory: Option<&PathBuf>, name: &str) -> Option<String> {
    if name.split('/').any(|part| part.is_empty() || part.starts_with('.')) {
        return None;
    }
    let own = directory.and_then(|directory| std::fs::read_to_string(directory.join(name)).ok());
    own.or_else(|| String::from_utf8(Embedded::get(name)?.data.into_owned()).ok())
}
