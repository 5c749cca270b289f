//! Ghost's users.

use super::super::document::GhostUser;
use super::super::pictures::Mover;
use super::{Ids, Import, or, own_id, some, times};
use crate::model::{Role, User};
use crate::store::{Error, Result};
use crate::text;

impl Import<'_> {
    pub(super) async fn users(&mut self, mover: &mut Mover<'_>) -> Result<Ids> {
        let mut ids = Ids::new();
        let has_owner = self.store.users(0).await?.iter().any(|user| user.user.role == Role::Owner);
        for ghost in &self.data.users {
            let mut user = self.user(ghost);
            let name = user.name.clone();
            if user.role == Role::Owner && has_owner {
                user.role = Role::Editor;
                self.note(
                    format!("user '{name}'"),
                    "an owner of Ghost is an editor here, where there is an owner already",
                );
            }
            user.image = mover.text(&user.image).await;
            match self.store.import_user(&user).await {
                Ok(true) => {
                    self.done.users += 1;
                    ids.insert(ghost.id.clone(), user.id);
                }
                Ok(false) => {
                    let known = match self.store.user_by_email(&user.email).await? {
                        Some(known) => known.id,
                        None => user.id,
                    };
                    self.note(format!("user '{name}'"), "is here already and stays as it is");
                    ids.insert(ghost.id.clone(), known);
                }
                Err(Error::Invalid(reason)) => self.note(format!("user '{name}'"), reason),
                Err(error) => return Err(error),
            }
        }
        if self.done.users > 0 {
            self.note("users", "passwords are not in Ghost's exports: an owner invites them, or `blog-demo create-user --reset` sets one");
        }
        Ok(ids)
    }

    fn user(&mut self, ghost: &GhostUser) -> User {
        let name = some(ghost.name.as_ref());
        let (created_at, updated_at) = times(ghost.created_at.as_ref(), ghost.updated_at.as_ref());
        let email = some(ghost.email.as_ref()).trim().to_lowercase();
        User {
            id: own_id(&ghost.id),
            slug: or(ghost.slug.as_ref(), &name),
            email: if email.is_empty() {
                format!("{}@ghost.invalid", text::slug(&name))
            } else {
                email
            },
            password_hash: None,
            role: self.role(&ghost.id, &name),
            is_active: !some(ghost.status.as_ref()).starts_with("inactive"),
            bio: some(ghost.bio.as_ref()),
            image: some(ghost.profile_image.as_ref()),
            website: some(ghost.website.as_ref()),
            location: some(ghost.location.as_ref()),
            name,
            created_at,
            updated_at,
        }
    }

    fn role(&mut self, user_id: &str, name: &str) -> Role {
        let role_id = self.data.roles_users.iter().find(|role| role.user_id == user_id);
        let role = role_id
            .and_then(|found| self.data.roles.iter().find(|role| role.id == found.role_id))
            .map(|role| some(role.name.as_ref()));
        match role.as_deref() {
            Some("Owner") => Role::Owner,
            Some("Administrator" | "Editor" | "Super Editor") => Role::Editor,
            Some("Author") | None => Role::Author,
            Some(other) => {
                self.note(format!("user '{name}'"), format!("the role '{other}' became author"));
                Role::Author
            }
        }
    }
}
