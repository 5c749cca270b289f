//! Ghost's settings.

use std::collections::HashMap;

use super::super::pictures::Mover;
use super::{Import, some};
use crate::store::Result;

impl Import<'_> {
    pub(super) async fn settings(&mut self, mover: &mut Mover<'_>) -> Result<()> {
        if self.data.settings.is_empty() {
            return Ok(());
        }
        let mut settings = self.store.site().await?.settings;
        let found: HashMap<&str, String> = self
            .data
            .settings
            .iter()
            .map(|setting| (setting.key.as_str(), some(setting.value.as_ref())))
            .collect();
        let set = |to: &mut String, keys: &[&str]| {
            if let Some(value) = keys.iter().find_map(|key| found.get(key)) {
                to.clone_from(value);
            }
        };
        set(&mut settings.title, &["title"]);
        set(&mut settings.description, &["description"]);
        set(&mut settings.language, &["locale", "lang", "default_locale"]);
        set(&mut settings.accent_color, &["accent_color"]);
        set(&mut settings.logo, &["logo"]);
        set(&mut settings.icon, &["icon"]);
        set(&mut settings.cover_image, &["cover_image"]);
        set(&mut settings.meta_title, &["meta_title"]);
        set(&mut settings.meta_description, &["meta_description"]);
        set(&mut settings.twitter, &["twitter"]);
        set(&mut settings.timezone, &["timezone", "active_timezone"]);
        for (key, links) in [
            ("navigation", &mut settings.navigation),
            ("secondary_navigation", &mut settings.secondary_navigation),
        ] {
            let Some(json) = found.get(key) else { continue };
            match serde_json::from_str(json) {
                Ok(read) => *links = read,
                Err(error) => {
                    self.done.notes.push(format!("setting {key}: can't be read ({error})"))
                }
            }
        }
        for image in [&mut settings.logo, &mut settings.icon, &mut settings.cover_image] {
            *image = mover.text(image).await;
        }
        for link in settings.navigation.iter_mut().chain(&mut settings.secondary_navigation) {
            link.url = mover.text(&link.url).await;
        }
        self.done.settings = true;
        self.store.set_settings(&settings).await
    }
}
