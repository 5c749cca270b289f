//! Ghost's posts and pages.

use std::collections::HashSet;

use super::super::body::from_ghost;
use super::super::document::{GhostPost, PostMeta, Time};
use super::super::pictures::Mover;
use super::{Ids, Import, or, own_id, some, times};
use crate::model::{Draft, Kind, new_uuid};
use crate::store::{Error, ImportedPost, Result};
use crate::text;

impl Import<'_> {
    pub(super) async fn posts(
        &mut self,
        mover: &mut Mover<'_>,
        users: &Ids,
        tags: &Ids,
    ) -> Result<()> {
        let data = self.data;
        for ghost in &data.posts {
            let what = format!("post '{}'", some(ghost.title.as_ref()));
            let Some(mut post) = self.post(ghost, users, tags, &what) else { continue };
            post.draft.source = mover.text(&post.draft.source).await;
            post.draft.cover_image = mover.text(&post.draft.cover_image).await;
            if post.draft.authors.is_empty() {
                match self.anybody().await? {
                    Some(id) => post.draft.authors.push(id),
                    None => {
                        self.note(what, "has no author, and the blog no user: it was left out");
                        continue;
                    }
                }
                self.note(&what, "its author is not in the export: it is the owner's now");
            }
            match self.store.import_post(&post).await {
                Ok(true) if post.draft.kind == Kind::Page => self.done.pages += 1,
                Ok(true) => self.done.posts += 1,
                Ok(false) => self.note(what, "is here already and stays as it is"),
                Err(Error::Invalid(reason)) => {
                    self.note(what, format!("{reason}: it was left out"));
                }
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    async fn anybody(&self) -> Result<Option<String>> {
        let users = self.store.users(0).await?;
        Ok(users.into_iter().max_by_key(|user| user.user.role).map(|user| user.user.id))
    }

    fn post(
        &mut self,
        ghost: &GhostPost,
        users: &Ids,
        tags: &Ids,
        what: &str,
    ) -> Option<ImportedPost> {
        let status = some(ghost.status.as_ref());
        if status == "sent" {
            self.note(what, "was only sent as a newsletter: it came as a draft");
        }
        let visibility = some(ghost.visibility.as_ref());
        let is_for_all = matches!(visibility.as_str(), "" | "public");
        if !is_for_all {
            self.note(what, format!("is for {visibility} only: it came as a draft, since here everybody would see it"));
        }
        for (name, code) in
            [("head", &ghost.codeinjection_head), ("foot", &ghost.codeinjection_foot)]
        {
            if code.as_ref().is_some_and(|code| !code.trim().is_empty()) {
                self.note(what, format!("its code for the page's {name} was left out"));
            }
        }
        let (created_at, updated_at) = times(ghost.created_at.as_ref(), ghost.updated_at.as_ref());
        let published_at = ghost.published_at.as_ref().and_then(Time::millis);
        let is_published = is_for_all && matches!(status.as_str(), "published" | "scheduled");
        Some(ImportedPost {
            id: own_id(&ghost.id),
            uuid: ghost.uuid.clone().unwrap_or_else(new_uuid),
            draft: self.draft(ghost, users, tags, what),
            is_published,
            published_at: published_at.or(is_published.then_some(updated_at)),
            created_at,
            updated_at,
        })
    }

    fn draft(&mut self, ghost: &GhostPost, users: &Ids, tags: &Ids, what: &str) -> Draft {
        let none = PostMeta::default();
        let meta = self.data.posts_meta.iter().find(|meta| meta.post_id == ghost.id);
        let meta = meta.unwrap_or(&none);
        let (lexical, mobiledoc) = (ghost.lexical.as_deref(), ghost.mobiledoc.as_deref());
        let body = from_ghost(lexical, mobiledoc, ghost.html.as_deref());
        for note in &body.notes {
            self.note(what, note);
        }
        let is_page = ghost.page || ghost.kind.as_deref() == Some("page");
        let title = some(ghost.title.as_ref());
        Draft {
            kind: if is_page { Kind::Page } else { Kind::Post },
            slug: or(ghost.slug.as_ref(), &title),
            title,
            format: body.format,
            source: body.source,
            custom_excerpt: some(ghost.custom_excerpt.as_ref()),
            cover_image: some(ghost.feature_image.as_ref()),
            cover_alt: some(meta.feature_image_alt.as_ref()),
            cover_caption: text::plain(&some(meta.feature_image_caption.as_ref())),
            is_featured: ghost.featured,
            meta_title: or(meta.meta_title.as_ref(), &some(ghost.meta_title.as_ref())),
            meta_description: or(
                meta.meta_description.as_ref(),
                &some(ghost.meta_description.as_ref()),
            ),
            canonical_url: some(ghost.canonical_url.as_ref()),
            authors: self.authors(ghost, users),
            tags: self.tag_names(ghost, tags),
        }
    }

    fn authors(&self, ghost: &GhostPost, users: &Ids) -> Vec<String> {
        let mut own: Vec<_> =
            self.data.posts_authors.iter().filter(|of| of.post_id == ghost.id).collect();
        own.sort_by_key(|author| author.sort_order);
        let ids = own.iter().map(|author| &author.author_id).chain([&ghost.author_id]);
        let mut seen = HashSet::new();
        ids.filter_map(|id| users.get(id)).filter(|id| seen.insert(*id)).cloned().collect()
    }

    fn tag_names(&self, ghost: &GhostPost, names: &Ids) -> Vec<String> {
        let mut own: Vec<_> =
            self.data.posts_tags.iter().filter(|of| of.post_id == ghost.id).collect();
        own.sort_by_key(|tag| tag.sort_order);
        own.iter().filter_map(|tag| names.get(&tag.tag_id)).cloned().collect()
    }
}
