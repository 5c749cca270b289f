//! Logging in and out.

use axum::extract::{Extension, Query, Request, State};
use axum::http::header::RETRY_AFTER;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::Response;
use minijinja::context;
use serde::Deserialize;

use super::{Answer, Fields, guard, page, see};
use crate::Blog;
use crate::auth::{Attempt, FormCookie, attempt, begin, end, network};
use crate::web::Origin;

#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    next: String,
}

pub(super) async fn form(
    State(blog): State<Blog>,
    Extension(form): Extension<FormCookie>,
    Query(asked): Query<Asked>,
) -> Answer {
    if !blog.store().has_users().await? {
        return Ok(see("/admin/setup"));
    }
    shown(&blog, &form, StatusCode::OK, &asked.next, "", "").await
}

pub(super) async fn log_in(
    State(blog): State<Blog>,
    Extension(form): Extension<FormCookie>,
    fields: Fields,
    request: Request,
) -> Answer {
    let (parts, _) = request.into_parts();
    let (email, next) = (fields.line("email"), fields.raw("next").to_owned());
    let password = fields.raw("password").to_owned();
    let network = network(&parts, blog.config());
    match attempt(blog.store(), &email, password, &network).await? {
        Attempt::Right(user) => {
            let origin = guard::origin(&parts);
            let mut response = see(&landing(&next));
            let answer = response.headers_mut();
            begin(blog.store(), &user.id, &origin, &parts.headers, answer).await?;
            Ok(response)
        }
        Attempt::Wrong => {
            let problem = "The e-mail address or the password is wrong.";
            shown(&blog, &form, StatusCode::UNAUTHORIZED, &next, &email, problem).await
        }
        Attempt::Blocked(wait_ms) => {
            let status = StatusCode::TOO_MANY_REQUESTS;
            let problem = too_many(wait_ms);
            let mut response = shown(&blog, &form, status, &next, &email, &problem).await?;
            retry_after(&mut response, wait_ms);
            Ok(response)
        }
    }
}

pub(super) async fn log_out(
    State(blog): State<Blog>,
    Extension(origin): Extension<Origin>,
    headers: HeaderMap,
) -> Answer {
    let mut response = see("/admin/login");
    end(blog.store(), &origin, &headers, response.headers_mut()).await?;
    Ok(response)
}

/// That there were too many attempts.
pub(super) fn too_many(wait_ms: i64) -> String {
    let minutes = wait_ms.max(1).div_euclid(60_000) + 1;
    let unit = if minutes == 1 { "minute" } else { "minutes" };
    format!("Too many attempts. Try again in {minutes} {unit}.")
}

fn retry_after(response: &mut Response, wait_ms: i64) {
    if let Ok(value) = HeaderValue::from_str(&(wait_ms / 1000 + 1).to_string()) {
        response.headers_mut().insert(RETRY_AFTER, value);
    }
}

/// Where a log-in leads to: a page of the administration and nowhere else.
fn landing(next: &str) -> String {
    let is_ours = next.strip_prefix("/admin").is_some_and(|rest| {
        (rest.is_empty() || rest.starts_with('/') || rest.starts_with('?'))
            && rest.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\')
            && !rest.contains("//")
            && !rest.contains("..")
    });
    if is_ours { next.to_owned() } else { "/admin/posts".to_owned() }
}

async fn shown(
    blog: &Blog,
    form: &FormCookie,
    status: StatusCode,
    next: &str,
    email: &str,
    problem: &str,
) -> Answer {
    let context = context! { next, email, problem };
    page::outside(blog, status, &form.token(), "admin/login.html", context).await
}

#[cfg(test)]
mod tests {
    use super::landing;

    #[test]
    fn a_log_in_leads_into_the_administration_only() {
        for good in ["/admin", "/admin/posts/1?done=saved", "/admin?x=1"] {
            assert_eq!(landing(good), good);
        }
        for bad in [
            "",
            "/",
            "https://evil.example/admin",
            "//evil.example/admin",
            "/\\evil.example",
            "/admin.evil.example",
            "/admin@evil.example",
            "/admin//evil.example",
            "/admin/..//evil.example",
            "/admin/../x",
            "/admin\\evil",
            "/admin/\r\nSet-Cookie: a=b",
            "/admin/ü",
            "javascript:alert(1)",
        ] {
            assert_eq!(landing(bad), "/admin/posts", "{bad}");
        }
    }
}
