//! Former texts of a post, and what was not saved of it.

use axum::extract::Path;
use minijinja::context;
use serde::Serialize;

use super::{Answer, Error, Page, draft_of, editable, section};
use crate::admin::diff;
use crate::model::Millis;
use crate::store::Revision;
use crate::theme::view;

pub(super) async fn list(page: Page, Path(id): Path<String>) -> Answer {
    let post = editable(&page, &id).await?;
    let revisions = page.store().revisions(&id).await?;
    let revisions: Vec<_> = revisions.iter().map(RevisionView::from).collect();
    let context = context! {
        id => &post.id,
        title => &post.title,
        updated_at => post.updated_at,
        revisions => view(revisions),
    };
    page.render(section(post.kind), "admin/revisions.html", context)
}

/// A former text beside the text of now.
pub(super) async fn compare(page: Page, Path((id, revision)): Path<(String, String)>) -> Answer {
    let post = editable(&page, &id).await?;
    let former = page.store().revision_of(&id, &revision).await?.ok_or(Error::NotFound)?;
    let draft = draft_of(&post);
    let (from, to) = if former.is_autosaved {
        (draft.source, former.source.clone())
    } else {
        (former.source.clone(), draft.source)
    };
    let lines = diff::lines(from, to).await.ok_or(Error::Task)?;
    let context = context! {
        id => &post.id,
        title => &post.title,
        revision => view(RevisionView::from(&former)),
        lines => view(lines),
    };
    page.render(section(post.kind), "admin/revision.html", context)
}

/// A former text in a list.
#[derive(Debug, Serialize)]
struct RevisionView {
    id: String,
    title: String,
    editor: String,
    created_at: Millis,
    is_autosaved: bool,
}

impl From<&Revision> for RevisionView {
    fn from(revision: &Revision) -> Self {
        Self {
            id: revision.id.clone(),
            title: revision.title.clone(),
            editor: revision.editor.clone().unwrap_or_default(),
            created_at: revision.created_at,
            is_autosaved: revision.is_autosaved,
        }
    }
}
