//! The first set-up: makes the owner, once.

use axum::extract::{Extension, Request, State};
use axum::http::StatusCode;
use minijinja::context;

use super::entrance::too_many;
use super::error::sentence;
use super::fields::at_most;
use super::{Answer, Error, Fields, guard, page, see};
use crate::Blog;
use crate::auth::{FormCookie, Password, begin, hash, is_same, network};
use crate::model::{Role, Settings, now};
use crate::store::{self, NewUser};

/// Wrong set-up tokens from one network before it has to wait.
const FREE: i64 = 10;

pub(super) async fn form(
    State(blog): State<Blog>,
    Extension(form): Extension<FormCookie>,
) -> Answer {
    if blog.store().has_users().await? {
        return Err(Error::NotFound);
    }
    shown(&blog, &form, StatusCode::OK, &Fields::default(), "").await
}

pub(super) async fn set_up(
    State(blog): State<Blog>,
    Extension(form): Extension<FormCookie>,
    fields: Fields,
    request: Request,
) -> Answer {
    if blog.store().has_users().await? {
        return Err(Error::NotFound);
    }
    let (parts, _) = request.into_parts();
    let subject = format!("setup {}", hash(&network(&parts, blog.config())));
    let wait_ms = blog.store().count_attempt(&subject, FREE, now()).await?;
    if wait_ms > 0 {
        let status = StatusCode::TOO_MANY_REQUESTS;
        return shown(&blog, &form, status, &fields, &too_many(wait_ms)).await;
    }
    if let Some(token) = &blog.config().setup_token
        && !is_same(token, fields.raw("token"))
    {
        let problem = "The set-up token is wrong: it is what the blog was started with.";
        return shown(&blog, &form, StatusCode::FORBIDDEN, &fields, problem).await;
    }
    let user = match owner(&blog, &fields).await {
        Ok(Some(user)) => user,
        // Somebody else was quicker.
        Ok(None) => return Err(Error::NotFound),
        Err(store::Error::Invalid(why)) => {
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            return shown(&blog, &form, status, &fields, &sentence(&why)).await;
        }
        Err(error) => return Err(error.into()),
    };
    blog.store().forget_attempts(&subject).await?;
    let origin = guard::origin(&parts);
    let mut response = see("/admin/posts?done=welcome");
    begin(blog.store(), &user, &origin, &parts.headers, response.headers_mut()).await?;
    Ok(response)
}

/// Makes the owner and names the blog; the owner's id, or none if there is a user already.
async fn owner(blog: &Blog, fields: &Fields) -> store::Result<Option<String>> {
    let title = fields.line("title");
    at_most(150, "the blog's title", &title)?;
    let password = Password::new(fields.raw("password"));
    let invalid = |error: crate::auth::PasswordError| store::Error::Invalid(error.to_string());
    let new = NewUser {
        name: fields.line("name"),
        email: fields.line("email"),
        password_hash: Some(password.map_err(invalid)?.hash().await.map_err(invalid)?),
        role: Role::Owner,
    };
    let Some(user) = blog.store().create_owner(&new).await? else { return Ok(None) };
    let settings = blog.store().site().await?.settings;
    if !title.is_empty() {
        blog.store().set_settings(&Settings { title, ..settings }).await?;
    }
    Ok(Some(user.id))
}

async fn shown(
    blog: &Blog,
    form: &FormCookie,
    status: StatusCode,
    fields: &Fields,
    problem: &str,
) -> Answer {
    let context = context! {
        title => fields.line("title"),
        name => fields.line("name"),
        email => fields.line("email"),
        needs_token => blog.config().setup_token.is_some(),
        problem,
    };
    page::outside(blog, status, &form.token(), "admin/setup.html", context).await
}
