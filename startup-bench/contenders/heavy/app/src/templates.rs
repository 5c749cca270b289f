//! The pages.

use minijinja::{Environment, context};
use serde::Serialize;

use crate::Error;

/// All of them, parsed.
pub struct Templates(Environment<'static>);

macro_rules! files {
    ($($name:literal)*) => { [$(($name, include_str!(concat!("../templates/", $name)))),*] };
}

const FILES: [(&str, &str); 20] = files!(
    "about.html" "archive.html" "base.html" "catalog.html" "code.html" "detail.html" "error.html"
    "feed.xml" "form.html" "gallery.html" "home.html" "list.html" "login.html" "macros.html"
    "mail.txt" "search.html" "sent.html" "status.html" "tag.html" "tags.html"
);

/// Parses them.
///
/// # Errors
/// If one has a mistake.
pub fn load() -> Result<Templates, Error> {
    let mut environment = Environment::new();
    for (name, source) in FILES {
        environment.add_template(name, source)?;
    }
    Ok(Templates(environment))
}

/// Parses each when it is first used.
#[must_use]
pub fn lazy() -> Templates {
    let mut environment = Environment::new();
    environment.set_loader(|name| {
        let file = FILES.iter().find(|(file, _)| *file == name);
        Ok(file.map(|(_, source)| (*source).to_owned()))
    });
    Templates(environment)
}

impl Templates {
    /// Renders one.
    ///
    /// # Errors
    /// If it asks for what is not there.
    pub fn render(
        &self,
        name: &str,
        site: &impl Serialize,
        values: minijinja::Value,
    ) -> Result<String, Error> {
        let site = minijinja::Value::from_serialize(site);
        Ok(self.0.get_template(name)?.render(context! { site, ..values })?)
    }
}
