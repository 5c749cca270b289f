//! From the text of a Cargo.toml to settings.

use serde::Deserialize;

use super::{Places, Settings, SettingsError};

#[derive(Deserialize)]
struct Manifest {
    package: Option<Package>,
}

#[derive(Deserialize)]
struct Package {
    #[serde(default)]
    metadata: Metadata,
}

#[derive(Default, Deserialize)]
struct Metadata {
    #[serde(default)]
    lambdafy: Settings,
}

impl Settings {
    /// Reads the settings of a manifest; `file` is its name in errors. A manifest that says
    /// nothing of lambdafy has all defaults.
    ///
    /// # Errors
    /// If the text is no TOML, a key is unknown, a value is of another type or out of its limits,
    /// or two settings contradict each other; the error names the line and the key.
    pub fn from_manifest(file: &str, text: &str) -> Result<Self, SettingsError> {
        let manifest: Manifest = toml::from_str(text).map_err(|error| {
            SettingsError::new(file, text, error.span(), error.message().to_owned())
        })?;
        let Some(package) = manifest.package else {
            return Err(SettingsError::new(
                file,
                text,
                None,
                "expected a [package]; choose one of the workspace's with --package NAME"
                    .to_owned(),
            ));
        };
        package.metadata.lambdafy.checked(file, text)
    }

    /// The same settings, if none contradicts another; `file` and `text` are the manifest's, for
    /// the error.
    ///
    /// # Errors
    /// If two settings contradict each other.
    pub fn checked(self, file: &str, text: &str) -> Result<Self, SettingsError> {
        match self.contradiction() {
            None => Ok(self),
            Some((key, message)) => {
                let span = Places::of(text).of_key(&key);
                Err(SettingsError::new(file, text, span, message).about(key))
            }
        }
    }
}
