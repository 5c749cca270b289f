//! What the blog reads and writes.
//!
//! Every write that readers can notice raises the site's revision in the same transaction: pages
//! are kept in memory as long as it stands.

mod attempts;
mod error;
mod images;
mod import;
mod invitations;
mod keys;
mod listing;
mod post_rows;
mod post_writing;
mod posts;
mod publish;
mod redirects;
mod revisions;
mod save;
mod search;
mod selection;
mod sessions;
mod site;
mod sitemap;
mod slugs;
mod tags;
mod user_writing;
mod users;

pub use error::{Error, Result};
pub use import::ImportedPost;
pub use listing::Listing;
pub use posts::{Filter, Page, PostPage};
pub use publish::When;
pub use revisions::Revision;
pub use save::Saved;
pub use selection::Selection;
pub use sessions::Session;
pub use site::Site;
pub use sitemap::{Entry, Sitemap};
pub use tags::CountedTag;
pub use user_writing::NewUser;
pub use users::CountedAuthor;

use crate::database::{Database, Transaction};
use crate::model::now;
use crate::values;

/// The blog's data.
#[derive(Clone, Debug)]
pub struct Store {
    database: Database,
}

impl Store {
    /// The data in a database whose schema is up to date.
    #[must_use]
    pub fn new(database: Database) -> Self {
        Self { database }
    }

    /// The database.
    #[must_use]
    pub fn database(&self) -> &Database {
        &self.database
    }
}

/// Tells all readers' caches, here and elsewhere, that something has changed.
async fn raise_revision(transaction: &mut Transaction) -> Result<()> {
    let sql = "UPDATE site SET revision = revision + 1, changed_at = ? WHERE id = 1";
    transaction.execute(sql, values![now()]).await?;
    Ok(())
}
