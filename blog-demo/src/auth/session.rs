//! Sessions: a random token in the browser, its hash in the database.

use axum::http::HeaderMap;

use super::{Cookie, Secret, drop_cookie, set_cookie, value_of};
use crate::model::{Millis, new_secret, now};
use crate::store::{Result, Session, Store};
use crate::web::Origin;

/// A session that is not used for two weeks ends.
const IDLE_MS: Millis = 14 * 24 * 60 * 60_000;
/// A session ends after three months in any case.
const LONGEST_MS: Millis = 90 * 24 * 60 * 60_000;
/// Use is noted once an hour: a request need not write.
const NOTED_EACH_MS: Millis = 60 * 60_000;

/// Begins a session of a user, and ends whatever session the browser had: a token that was there
/// before the log-in is worth nothing after it.
pub(crate) async fn begin(
    store: &Store,
    user_id: &str,
    origin: &Origin,
    request: &HeaderMap,
    answer: &mut HeaderMap,
) -> Result<()> {
    if let Some(former) = value_of(Cookie::Session, origin, request) {
        store.end_session(&former.hash()).await?;
    }
    let token = Secret::new();
    let time = now();
    store.begin_session(&token.hash(), user_id, &new_secret(), time, time + IDLE_MS).await?;
    set_cookie(answer, Cookie::Session, origin, token.reveal(), IDLE_MS / 1000);
    drop_cookie(answer, Cookie::Form, origin);
    Ok(())
}

/// The session of a request, prolonged if it was not for some time; the browser is told so.
pub(crate) async fn current(
    store: &Store,
    origin: &Origin,
    request: &HeaderMap,
    answer: &mut HeaderMap,
) -> Result<Option<Session>> {
    let Some(token) = value_of(Cookie::Session, origin, request) else { return Ok(None) };
    let (hash, time) = (token.hash(), now());
    let Some(session) = store.session(&hash, time).await? else { return Ok(None) };
    let end = (time + IDLE_MS).min(session.created_at + LONGEST_MS);
    if end <= time {
        store.end_session(&hash).await?;
        return Ok(None);
    }
    if time - session.seen_at > NOTED_EACH_MS {
        store.prolong_session(&hash, time, end).await?;
        set_cookie(answer, Cookie::Session, origin, token.reveal(), (end - time) / 1000);
    }
    Ok(Some(session))
}

/// Ends the session of a request.
pub(crate) async fn end(
    store: &Store,
    origin: &Origin,
    request: &HeaderMap,
    answer: &mut HeaderMap,
) -> Result<()> {
    if let Some(token) = value_of(Cookie::Session, origin, request) {
        store.end_session(&token.hash()).await?;
    }
    drop_cookie(answer, Cookie::Session, origin);
    Ok(())
}
