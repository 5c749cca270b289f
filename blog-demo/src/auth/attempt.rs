//! Attempts to log in.

use super::{hash, password};
use crate::model::{Millis, User, now};
use crate::store::{Result, Store};

/// Wrong passwords for one account before it has to wait.
const FREE_OF_ACCOUNT: i64 = 5;
/// Wrong passwords from one network before it has to wait: there may be an office behind it.
const FREE_OF_NETWORK: i64 = 20;

/// What became of an attempt.
#[derive(Debug)]
pub(crate) enum Attempt {
    /// It is this user.
    Right(Box<User>),
    /// The address or the password is wrong; which one nobody is told.
    Wrong,
    /// There were too many: so long to wait.
    Blocked(Millis),
}

/// Checks an address and a password.
pub(crate) async fn attempt(
    store: &Store,
    email: &str,
    password: String,
    network: &str,
) -> Result<Attempt> {
    let account = subject("account", &email.trim().to_lowercase());
    let network = subject("network", network);
    let wait_ms = wait_ms(store, &account, &network).await?;
    if wait_ms > 0 {
        return Ok(Attempt::Blocked(wait_ms));
    }
    let user = store.user_by_email(email).await?.filter(|user| user.is_active);
    let hash = user.as_ref().and_then(|user| user.password_hash.clone());
    let is_right = password::is_right(password, hash).await;
    let Some(user) = user.filter(|_| is_right) else { return Ok(Attempt::Wrong) };
    store.forget_attempts(&account).await?;
    store.forget_attempts(&network).await?;
    Ok(Attempt::Right(Box::new(user)))
}

/// Whether this is the password of someone who is logged in: a session that was left open is not
/// enough to take over an account, and no place to guess from.
pub(crate) async fn confirm(store: &Store, user: &User, password: String) -> Result<Attempt> {
    attempt(store, &user.email, password, &format!("session of {}", user.id)).await
}

/// Counts the attempt for both before it is made.
async fn wait_ms(store: &Store, account: &str, network: &str) -> Result<Millis> {
    let time = now();
    let wait_ms = store.count_attempt(network, FREE_OF_NETWORK, time).await?;
    if wait_ms > 0 {
        return Ok(wait_ms);
    }
    store.count_attempt(account, FREE_OF_ACCOUNT, time).await
}

/// Hashed: of one length, and no list of addresses for whoever reads the table.
fn subject(kind: &str, name: &str) -> String {
    format!("{kind} {}", hash(name))
}
