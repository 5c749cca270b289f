//! One's own profile, e-mail address and password.

use axum::extract::{Extension, State};
use axum::http::{HeaderMap, StatusCode};
use minijinja::context;
use serde::Serialize;

use super::entrance::too_many;
use super::error::sentence;
use super::fields::at_most;
use super::{Answer, Error, Fields, Page, see};
use crate::Blog;
use crate::auth::{Action, Attempt, Password, begin, confirm};
use crate::model::User;
use crate::store;
use crate::theme::view;
use crate::web::Origin;

pub(super) async fn form(page: Page) -> Answer {
    shown(&page, StatusCode::OK, &page.user, "", "").await
}

pub(super) async fn save(page: Page, fields: Fields) -> Answer {
    page.require(Action::EditProfile(&page.user.id))?;
    let changed = User {
        name: fields.line("name"),
        slug: fields.line("slug"),
        bio: fields.line("bio"),
        image: fields.line("image"),
        website: fields.line("website"),
        location: fields.line("location"),
        ..page.user.clone()
    };
    let saved = match check(&changed) {
        Ok(()) => page.store().save_user(&changed).await.map(drop),
        Err(error) => Err(error),
    };
    match saved {
        Ok(()) => Ok(see("/admin/profile?done=saved")),
        Err(store::Error::Invalid(why)) => {
            shown(&page, StatusCode::UNPROCESSABLE_ENTITY, &changed, &sentence(&why), "").await
        }
        Err(error) => Err(error.into()),
    }
}

/// The e-mail address and the password: both need the password of now, since whoever has them has
/// the account.
pub(super) async fn save_account(
    page: Page,
    State(blog): State<Blog>,
    Extension(origin): Extension<Origin>,
    headers: HeaderMap,
    fields: Fields,
) -> Answer {
    let refuse = async |status, problem: &str| shown(&page, status, &page.user, "", problem).await;
    match confirm(page.store(), &page.user, fields.raw("password").to_owned()).await? {
        Attempt::Right(_) => {}
        Attempt::Wrong => return refuse(StatusCode::FORBIDDEN, "The password is wrong.").await,
        Attempt::Blocked(ms) => {
            return refuse(StatusCode::TOO_MANY_REQUESTS, &too_many(ms)).await;
        }
    }
    let changed = match account(&page.user, &fields).await {
        Ok(changed) => page.store().save_user(&changed).await,
        Err(error) => Err(error),
    };
    match changed {
        Ok(changed) => {
            let has_new = changed.password_hash != page.user.password_hash;
            let done = if has_new { "password" } else { "saved" };
            let mut response = see(&format!("/admin/profile?done={done}"));
            if has_new {
                // It has ended all sessions, this one too.
                let answer = response.headers_mut();
                begin(blog.store(), &page.user.id, &origin, &headers, answer).await?;
            }
            Ok(response)
        }
        Err(store::Error::Invalid(why)) => {
            refuse(StatusCode::UNPROCESSABLE_ENTITY, &sentence(&why)).await
        }
        Err(error) => Err(Error::from(error)),
    }
}

/// With what was entered; no new password leaves the one of now.
async fn account(user: &User, fields: &Fields) -> store::Result<User> {
    let invalid = |error: crate::auth::PasswordError| store::Error::Invalid(error.to_string());
    let password_hash = match fields.raw("new_password") {
        "" => user.password_hash.clone(),
        new => Some(Password::new(new).map_err(invalid)?.hash().await.map_err(invalid)?),
    };
    Ok(User { email: fields.line("email"), password_hash, ..user.clone() })
}

fn check(user: &User) -> store::Result<()> {
    at_most(500, "the text about you", &user.bio)?;
    at_most(2000, "the picture's address", &user.image)?;
    at_most(2000, "the website's address", &user.website)?;
    at_most(150, "the place", &user.location)
}

async fn shown(
    page: &Page,
    status: StatusCode,
    user: &User,
    problem: &str,
    account_problem: &str,
) -> Answer {
    let context = context! { user => view(ProfileView::from(user)), problem, account_problem };
    page.render_with_pictures(status, "profile", "admin/profile.html", context).await
}

/// A user as they see themselves.
#[derive(Debug, Serialize)]
struct ProfileView {
    name: String,
    slug: String,
    email: String,
    bio: String,
    image: String,
    website: String,
    location: String,
}

impl From<&User> for ProfileView {
    fn from(user: &User) -> Self {
        Self {
            name: user.name.clone(),
            slug: user.slug.clone(),
            email: user.email.clone(),
            bio: user.bio.clone(),
            image: user.image.clone(),
            website: user.website.clone(),
            location: user.location.clone(),
        }
    }
}
