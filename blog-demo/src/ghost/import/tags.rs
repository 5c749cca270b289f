//! Ghost's tags.

use super::super::document::GhostTag;
use super::super::pictures::Mover;
use super::{Ids, Import, or, own_id, some, times};
use crate::model::Tag;
use crate::store::Result;

impl Import<'_> {
    pub(super) async fn tags(&mut self, mover: &mut Mover<'_>) -> Result<Ids> {
        let mut names = Ids::new();
        for ghost in &self.data.tags {
            let mut tag = tag(ghost);
            if tag.name.is_empty() {
                self.note(format!("tag {}", ghost.id), "has no name and was left out");
                continue;
            }
            tag.image = mover.text(&tag.image).await;
            if self.store.import_tag(&tag).await? {
                self.done.tags += 1;
            }
            names.insert(ghost.id.clone(), tag.name);
        }
        Ok(names)
    }
}

fn tag(ghost: &GhostTag) -> Tag {
    let (created_at, updated_at) = times(ghost.created_at.as_ref(), ghost.updated_at.as_ref());
    let name = some(ghost.name.as_ref()).trim().to_owned();
    Tag {
        id: own_id(&ghost.id),
        slug: or(ghost.slug.as_ref(), &name),
        description: some(ghost.description.as_ref()),
        image: some(ghost.feature_image.as_ref()),
        is_internal: name.starts_with('#') || ghost.visibility.as_deref() == Some("internal"),
        meta_title: some(ghost.meta_title.as_ref()),
        meta_description: some(ghost.meta_description.as_ref()),
        name,
        created_at,
        updated_at,
    }
}
