//! Links by which users set their passwords: the first one, or a new one for a forgotten one.

use axum::extract::{Extension, Path, Request, State};
use axum::http::StatusCode;
use minijinja::context;

use super::error::sentence;
use super::{Answer, Error, Fields, guard, page, see};
use crate::Blog;
use crate::auth::{FormCookie, Password, PasswordError, Secret, begin};
use crate::model::{Millis, User, now};
use crate::store;
use crate::web::Origin;

/// An invitation can be taken up for a week.
const VALID_MS: Millis = 7 * 24 * 60 * 60_000;

/// Makes a link for a user; an earlier one ends.
///
/// # Errors
/// If the database fails.
pub(super) async fn link(blog: &Blog, origin: &Origin, user_id: &str) -> store::Result<String> {
    let token = Secret::new();
    let time = now();
    blog.store().invite(user_id, &token.hash(), time, time + VALID_MS).await?;
    Ok(format!("{}/admin/invitation/{}", origin.0, token.reveal()))
}

pub(super) async fn form(
    State(blog): State<Blog>,
    Extension(form): Extension<FormCookie>,
    Path(token): Path<String>,
) -> Answer {
    let (_, user) = invited(&blog, &token).await?;
    shown(&blog, &form, StatusCode::OK, &user, "").await
}

pub(super) async fn accept(
    State(blog): State<Blog>,
    Extension(form): Extension<FormCookie>,
    Path(token): Path<String>,
    fields: Fields,
    request: Request,
) -> Answer {
    let (parts, _) = request.into_parts();
    let (token, user) = invited(&blog, &token).await?;
    let hash = match new_hash(fields.raw("password")).await {
        Ok(hash) => hash,
        Err(error) => {
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            return shown(&blog, &form, status, &user, &sentence(&error.to_string())).await;
        }
    };
    blog.store().accept_invitation(&token.hash(), &user.id, &hash).await?;
    let origin = guard::origin(&parts);
    let mut response = see("/admin/posts");
    begin(blog.store(), &user.id, &origin, &parts.headers, response.headers_mut()).await?;
    Ok(response)
}

async fn new_hash(password: &str) -> Result<String, PasswordError> {
    Password::new(password)?.hash().await
}

/// A token of 256 bits cannot be guessed: there is no limit on attempts.
async fn invited(blog: &Blog, token: &str) -> Result<(Secret, User), Error> {
    let token = Secret::parse(token).ok_or(Error::NotFound)?;
    let user = blog.store().invited(&token.hash(), now()).await?.ok_or(Error::NotFound)?;
    Ok((token, user))
}

async fn shown(
    blog: &Blog,
    form: &FormCookie,
    status: StatusCode,
    user: &User,
    problem: &str,
) -> Answer {
    let context = context! { name => &user.name, email => &user.email, problem };
    page::outside(blog, status, &form.token(), "admin/invitation.html", context).await
}
