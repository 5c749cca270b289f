//! Images that authors send.

use axum::Router;
use axum::extract::Request;
use axum::middleware::{Next, from_fn};

use super::{Answer, Error};
use crate::Blog;
use crate::auth::Action;
use crate::media::{self, Uploader};
use crate::store::Session;

pub(super) fn routes() -> Router<Blog> {
    media::routes().layer(from_fn(named))
}

/// Says who sends it.
async fn named(mut request: Request, next: Next) -> Answer {
    let session = request.extensions().get::<Session>();
    let user = session.map(|session| &session.user).filter(|user| user.may(Action::Upload));
    let user_id = user.ok_or(Error::Forbidden)?.id.clone();
    request.extensions_mut().insert(Uploader { user_id });
    Ok(next.run(request).await)
}
