//! Users: inviting them, their roles, shutting them out.

use axum::extract::Path;
use axum::http::StatusCode;
use minijinja::context;
use serde::Serialize;

use super::error::sentence;
use super::shell::role_name;
use super::{Answer, Error, Fields, Page, invitation, see};
use crate::auth::Action;
use crate::model::{Role, User, now};
use crate::store::{self, NewUser};
use crate::theme::view;

pub(super) async fn list(page: Page) -> Answer {
    page.require(Action::EditUsers)?;
    listed(&page, StatusCode::OK, &Fields::default(), "").await
}

pub(super) async fn create(page: Page, fields: Fields) -> Answer {
    page.require(Action::EditUsers)?;
    let new = NewUser {
        name: fields.line("name"),
        email: fields.line("email"),
        password_hash: None,
        role: role(&fields)?,
    };
    match page.store().create_user(&new).await {
        Ok(user) => invited(&page, &user).await,
        Err(store::Error::Invalid(why)) => {
            listed(&page, StatusCode::UNPROCESSABLE_ENTITY, &fields, &sentence(&why)).await
        }
        Err(error) => Err(error.into()),
    }
}

pub(super) async fn form(page: Page, Path(id): Path<String>) -> Answer {
    page.require(Action::EditUsers)?;
    let user = find(&page, &id).await?;
    shown(&page, StatusCode::OK, &user, "", "")
}

pub(super) async fn save(page: Page, Path(id): Path<String>, fields: Fields) -> Answer {
    page.require(Action::EditUsers)?;
    let user = find(&page, &id).await?;
    let changed = User {
        name: fields.line("name"),
        email: fields.line("email"),
        role: role(&fields)?,
        is_active: fields.is_checked("is_active"),
        ..user
    };
    match page.store().save_user(&changed).await {
        Ok(_) => Ok(see(&format!("/admin/users/{id}?done=saved"))),
        Err(store::Error::Invalid(why)) => {
            shown(&page, StatusCode::UNPROCESSABLE_ENTITY, &changed, &sentence(&why), "")
        }
        Err(error) => Err(error.into()),
    }
}

/// A new link to set a password, for an invitation that got lost or a password that was forgotten.
pub(super) async fn invite(page: Page, Path(id): Path<String>) -> Answer {
    page.require(Action::EditUsers)?;
    let user = find(&page, &id).await?;
    if !user.is_active {
        let problem = "The user is shut out: let them in first.";
        return shown(&page, StatusCode::UNPROCESSABLE_ENTITY, &user, problem, "");
    }
    invited(&page, &user).await
}

/// Shows the link, this once: only its hash is kept.
async fn invited(page: &Page, user: &User) -> Answer {
    let link = invitation::link(&page.blog, &page.origin, &user.id).await?;
    shown(page, StatusCode::OK, user, "", &link)
}

async fn find(page: &Page, id: &str) -> Result<User, Error> {
    page.store().user(id).await?.ok_or(Error::NotFound)
}

fn role(fields: &Fields) -> Result<Role, Error> {
    Role::from_name(fields.raw("role"))
        .ok_or_else(|| store::Error::Invalid("there is no such role".to_owned()).into())
}

async fn listed(page: &Page, status: StatusCode, fields: &Fields, problem: &str) -> Answer {
    let users = page.store().users(now()).await?;
    let users: Vec<_> =
        users.iter().map(|counted| UserView::new(&counted.user, counted.posts)).collect();
    let context = context! {
        users => view(users),
        name => fields.line("name"),
        email => fields.line("email"),
        problem,
    };
    page.render_as(status, "users", "admin/users.html", context)
}

fn shown(page: &Page, status: StatusCode, user: &User, problem: &str, link: &str) -> Answer {
    let context = context! {
        user => view(UserView::new(user, 0)),
        is_self => user.id == page.user.id,
        problem,
        link,
    };
    page.render_as(status, "users", "admin/user.html", context)
}

/// A user as owners see them.
#[derive(Debug, Serialize)]
struct UserView {
    id: String,
    name: String,
    email: String,
    role: &'static str,
    role_name: &'static str,
    is_active: bool,
    has_password: bool,
    posts: i64,
}

impl UserView {
    fn new(user: &User, posts: i64) -> Self {
        Self {
            id: user.id.clone(),
            name: user.name.clone(),
            email: user.email.clone(),
            role: user.role.as_str(),
            role_name: role_name(user.role),
            is_active: user.is_active,
            has_password: user.password_hash.is_some(),
            posts,
        }
    }
}
