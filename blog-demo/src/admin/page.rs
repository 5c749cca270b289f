//! A page behind the log-in: who asks, and what every such page needs.

use axum::extract::FromRequestParts;
use axum::http::StatusCode;
use axum::http::header::CONTENT_SECURITY_POLICY;
use axum::http::request::Parts;
use axum::response::{Html, IntoResponse, Response};
use minijinja::{Value, context};

use super::shell::Shell;
use super::{Answer, Error, Fields, guard, notice};
use crate::Blog;
use crate::auth::Action;
use crate::model::{Settings, User};
use crate::store::{Session, Store};
use crate::web::Origin;
use crate::web::headers::policy_with;

/// What a handler behind the log-in starts from.
#[derive(Clone, Debug)]
pub(super) struct Page {
    pub(super) blog: Blog,
    pub(super) user: User,
    pub(super) settings: Settings,
    pub(super) origin: Origin,
    csrf: String,
    notice: &'static str,
}

impl Page {
    pub(super) fn store(&self) -> &Store {
        self.blog.store()
    }

    /// That the user may do that.
    ///
    /// # Errors
    /// [`Error::Forbidden`] if not.
    pub(super) fn require(&self, action: Action<'_>) -> Result<(), Error> {
        if self.user.may(action) { Ok(()) } else { Err(Error::Forbidden) }
    }

    /// The page of a template.
    ///
    /// # Errors
    /// If the template fails.
    pub(super) fn render(&self, section: &'static str, template: &str, context: Value) -> Answer {
        self.render_as(StatusCode::OK, section, template, context)
    }

    /// The page of a template, with another status.
    ///
    /// # Errors
    /// If the template fails.
    pub(super) fn render_as(
        &self,
        status: StatusCode,
        section: &'static str,
        template: &str,
        context: Value,
    ) -> Answer {
        self.answer(status, self.shell(section), template, context)
    }

    /// The page of a template that takes pictures, whose scripts may send them into the bucket.
    ///
    /// # Errors
    /// If the template fails.
    pub(super) async fn render_with_pictures(
        &self,
        status: StatusCode,
        section: &'static str,
        template: &str,
        context: Value,
    ) -> Answer {
        let bucket = self.blog.media().storage().direct_place().await;
        let policy = bucket.and_then(policy_with);
        let shell = self.shell(section).with_direct_uploads(policy.is_some());
        let mut response = self.answer(status, shell, template, context)?;
        if let Some(policy) = policy {
            response.headers_mut().insert(CONTENT_SECURITY_POLICY, policy);
        }
        Ok(response)
    }

    fn shell(&self, section: &'static str) -> Shell {
        Shell::inside(&self.settings, &self.csrf, &self.user, section, self.notice)
    }

    fn answer(&self, status: StatusCode, shell: Shell, template: &str, context: Value) -> Answer {
        let context = context! { shell => shell.view(), ..context };
        let html = self.blog.theme().render(template, context)?;
        Ok((status, Html(html)).into_response())
    }
}

impl FromRequestParts<Blog> for Page {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, blog: &Blog) -> Result<Self, Error> {
        // Put there by the guard: without it there is no page.
        let session = parts.extensions.get::<Session>().cloned();
        let session = session.ok_or(Error::LoggedOut(None))?;
        let query = Fields::parse(parts.uri.query().unwrap_or("").as_bytes());
        Ok(Self {
            settings: blog.store().site().await?.settings,
            blog: blog.clone(),
            user: session.user,
            origin: guard::origin(parts),
            csrf: session.csrf_token,
            notice: notice::text(query.raw("done")),
        })
    }
}

/// A page before the log-in.
///
/// # Errors
/// If the settings can't be read or the template fails.
pub(super) async fn outside(
    blog: &Blog,
    status: StatusCode,
    csrf: &str,
    template: &str,
    context: Value,
) -> Result<Response, Error> {
    let settings = blog.store().site().await?.settings;
    let shell = Shell::outside(&settings, csrf);
    let html = blog.theme().render(template, context! { shell => shell.view(), ..context })?;
    Ok((status, Html(html)).into_response())
}
