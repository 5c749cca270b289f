//! A Ghost blog's content into this one.

mod posts;
mod settings;
mod tags;
mod users;

use std::collections::HashMap;

use super::document::{Data, Document, Time};
use super::pictures::{Mover, Pictures};
use crate::media::Media;
use crate::model::{new_id, now};
use crate::store::{Result, Store};

/// What became of an import.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Imported {
    /// Posts that were added.
    pub posts: usize,
    /// Pages that were added.
    pub pages: usize,
    /// Tags that were added.
    pub tags: usize,
    /// Users that were added.
    pub users: usize,
    /// Images that were taken over.
    pub images: usize,
    /// Whether the settings were taken over.
    pub settings: bool,
    /// What was not taken over as it was, and why.
    pub notes: Vec<String>,
}

/// Takes over what a Ghost blog has exported. What is there already, by id, name or address, stays
/// as it is: a second import adds only what is new.
///
/// # Errors
/// If the database fails. What can't be taken over for a reason of its own is noted.
pub async fn import(
    store: &Store,
    media: &Media,
    document: &Document,
    pictures: &Pictures,
) -> Result<Imported> {
    let mut imported = Imported::default();
    for part in &document.db {
        let mut mover = Mover::new(store, media, pictures);
        let mut import = Import { store, data: &part.data, done: &mut imported };
        let users = import.users(&mut mover).await?;
        let tags = import.tags(&mut mover).await?;
        import.posts(&mut mover, &users, &tags).await?;
        import.settings(&mut mover).await?;
        import.note_the_rest();
        imported.images += mover.count();
        let left =
            mover.left.into_iter().map(|left| format!("the image {left}: it stays where it was"));
        imported.notes.extend(left);
    }
    Ok(imported)
}

struct Import<'a> {
    store: &'a Store,
    data: &'a Data,
    done: &'a mut Imported,
}

/// The ids that Ghost's ids have here.
type Ids = HashMap<String, String>;

impl Import<'_> {
    fn note(&mut self, what: impl AsRef<str>, note: impl AsRef<str>) {
        self.done.notes.push(format!("{}: {}", what.as_ref(), note.as_ref()));
    }

    /// Names the tables with content that are not taken over.
    fn note_the_rest(&mut self) {
        // Ghost's own: rights, plans and where its migrations are.
        const OF_GHOST: [&str; 9] = [
            "permissions",
            "permissions_roles",
            "permissions_users",
            "migrations",
            "migrations_lock",
            "custom_theme_settings",
            "stripe_products",
            "newsletters",
            "products",
        ];
        let others: Vec<_> = self
            .data
            .others
            .iter()
            .filter_map(|(name, rows)| Some((name, rows.as_array()?.len())))
            .filter(|(name, rows)| *rows > 0 && !OF_GHOST.contains(&name.as_str()))
            .map(|(name, rows)| format!("{rows} of {name}"))
            .collect();
        if !others.is_empty() {
            self.note("not taken over, since the blog has no such thing", others.join(", "));
        }
    }
}

/// Ghost's id, if it is of the form that ids have here, or else a new one.
fn own_id(id: &str) -> String {
    let is_own =
        id.len() == 24 && id.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
    if is_own { id.to_owned() } else { new_id() }
}

fn some(text: Option<&String>) -> String {
    text.cloned().unwrap_or_default()
}

fn or(first: Option<&String>, second: &str) -> String {
    first.filter(|first| !first.is_empty()).cloned().unwrap_or_else(|| second.to_owned())
}

fn times(created: Option<&Time>, updated: Option<&Time>) -> (i64, i64) {
    let created = created.and_then(Time::millis);
    let updated = updated.and_then(Time::millis);
    let either = created.or(updated).unwrap_or_else(now);
    (either, updated.unwrap_or(either))
}
