//! Who may do what: all of it, in one place.

use crate::model::{Kind, Post, Role, User};

/// What someone wants to do in the administration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action<'a> {
    /// Begin a post or a page.
    Create(Kind),
    /// See a draft, change, publish, withdraw or delete this post or page.
    Edit(&'a Post),
    /// See everybody's posts in lists, and say who a post is by.
    EditAll,
    /// Upload images.
    Upload,
    /// Change or delete tags. New ones come with the posts that name them.
    EditTags,
    /// Change a profile: the user's of this id.
    EditProfile(&'a str),
    /// Invite users, give them roles, shut them out.
    EditUsers,
    /// Change the blog's settings.
    EditSettings,
}

impl User {
    /// Whether the user may do that.
    #[must_use]
    pub fn may(&self, action: Action<'_>) -> bool {
        if !self.is_active {
            return false;
        }
        let is_editor = self.role >= Role::Editor;
        match action {
            Action::Upload | Action::Create(Kind::Post) => true,
            Action::Edit(post) => {
                is_editor
                    || post.kind == Kind::Post
                        && post.authors.iter().any(|author| author.id == self.id)
            }
            Action::Create(Kind::Page) | Action::EditAll | Action::EditTags => is_editor,
            Action::EditProfile(id) => id == self.id || self.role == Role::Owner,
            Action::EditUsers | Action::EditSettings => self.role == Role::Owner,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{AuthorRef, Format, Status};

    fn user(role: Role) -> User {
        User {
            id: "me".to_owned(),
            slug: "me".to_owned(),
            name: "Me".to_owned(),
            email: "me@example.org".to_owned(),
            password_hash: None,
            role,
            is_active: true,
            bio: String::new(),
            image: String::new(),
            website: String::new(),
            location: String::new(),
            created_at: 0,
            updated_at: 0,
        }
    }

    fn post(kind: Kind, author: &str) -> Post {
        let author = AuthorRef {
            id: author.to_owned(),
            slug: author.to_owned(),
            name: author.to_owned(),
            image: String::new(),
        };
        Post {
            id: "id".to_owned(),
            uuid: String::new(),
            kind,
            slug: String::new(),
            title: String::new(),
            format: Format::Markdown,
            source: String::new(),
            html: String::new(),
            excerpt: String::new(),
            custom_excerpt: String::new(),
            cover_image: String::new(),
            cover_alt: String::new(),
            cover_caption: String::new(),
            status: Status::Draft,
            is_featured: false,
            meta_title: String::new(),
            meta_description: String::new(),
            canonical_url: String::new(),
            reading_minutes: 1,
            authors: vec![author],
            tags: Vec::new(),
            version: 1,
            created_at: 0,
            updated_at: 0,
            published_at: None,
        }
    }

    #[test]
    fn each_role_may_do_what_the_table_says_and_nothing_else() {
        let (own, other) = (post(Kind::Post, "me"), post(Kind::Post, "you"));
        let (own_page, other_page) = (post(Kind::Page, "me"), post(Kind::Page, "you"));
        let table = [
            // action                          author  editor owner
            (Action::Create(Kind::Post), [true, true, true]),
            (Action::Create(Kind::Page), [false, true, true]),
            (Action::Edit(&own), [true, true, true]),
            (Action::Edit(&other), [false, true, true]),
            (Action::Edit(&own_page), [false, true, true]),
            (Action::Edit(&other_page), [false, true, true]),
            (Action::EditAll, [false, true, true]),
            (Action::Upload, [true, true, true]),
            (Action::EditTags, [false, true, true]),
            (Action::EditProfile("me"), [true, true, true]),
            (Action::EditProfile("you"), [false, false, true]),
            (Action::EditUsers, [false, false, true]),
            (Action::EditSettings, [false, false, true]),
        ];
        for (action, allowed) in table {
            for (role, allowed) in
                [Role::Author, Role::Editor, Role::Owner].into_iter().zip(allowed)
            {
                assert_eq!(user(role).may(action), allowed, "{role:?}: {action:?}");
                let gone = User { is_active: false, ..user(role) };
                assert!(!gone.may(action), "{role:?}, not active: {action:?}");
            }
        }
    }
}
