//! Passwords: argon2id, off the threads that answer requests, and few at once.

use std::fmt;
use std::sync::LazyLock;

use argon2::password_hash::phc::PasswordHash;
use argon2::{Argon2, PasswordHasher, PasswordVerifier};
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;

/// The shortest password, in characters: what cannot be guessed within the rate that log-ins have.
const SHORTEST: usize = 10;
/// The longest password: a pass phrase fits, and no hash takes noticeably longer.
const LONGEST_BYTES: usize = 1024;
/// A password of fewer different characters is guessed at once.
const DIFFERENT: usize = 5;

/// So many are hashed at once. Each takes 19 MiB: whoever asks a thousand times waits.
static AT_ONCE: Semaphore = Semaphore::const_new(4);

/// What the password of an unknown user is checked against, so that the answer takes as long as for
/// a known one. Made at the first check of any password.
static NOBODYS: LazyLock<Option<String>> =
    LazyLock::new(|| hashed(&crate::model::new_secret()).ok());

/// A password that is good enough to be set.
#[derive(Clone)]
pub struct Password(String);

/// Why a password was not taken or not hashed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PasswordError {
    /// It is too short.
    #[error("the password needs at least {SHORTEST} characters")]
    Short,
    /// It is too long.
    #[error("the password is longer than {LONGEST_BYTES} bytes")]
    Long,
    /// It is one character over and over, or nearly.
    #[error("the password needs at least {DIFFERENT} different characters")]
    Simple,
    /// It could not be hashed.
    #[error("the password could not be hashed: try again")]
    Failed,
}

impl Password {
    /// Takes a password as it was typed in.
    ///
    /// # Errors
    /// If it is too short, too long, or hardly more than one character.
    pub fn new(text: &str) -> Result<Self, PasswordError> {
        if text.chars().count() < SHORTEST {
            return Err(PasswordError::Short);
        }
        if text.len() > LONGEST_BYTES {
            return Err(PasswordError::Long);
        }
        let mut letters: Vec<char> = text.chars().collect();
        letters.sort_unstable();
        letters.dedup();
        if letters.len() < DIFFERENT {
            return Err(PasswordError::Simple);
        }
        Ok(Self(text.to_owned()))
    }

    /// Its hash, to be kept with a user: argon2id with a new salt.
    ///
    /// # Errors
    /// If there is no memory or randomness to be had.
    pub async fn hash(self) -> Result<String, PasswordError> {
        let _permit = AT_ONCE.acquire().await.map_err(|_| PasswordError::Failed)?;
        spawn_blocking(move || hashed(&self.0)).await.map_err(|_| PasswordError::Failed)?
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(..)")
    }
}

/// Whether this is the password of that hash; no hash takes as long as a wrong password.
pub(super) async fn is_right(password: String, hash: Option<String>) -> bool {
    let Ok(_permit) = AT_ONCE.acquire().await else { return false };
    let check = move || {
        let nobodys = NOBODYS.as_deref();
        // A longer one was never set; its length must not cost anything.
        if password.len() > LONGEST_BYTES {
            return false;
        }
        let is_same = hash.as_deref().or(nobodys).is_some_and(|hash| verify(&password, hash));
        is_same && hash.is_some()
    };
    spawn_blocking(check).await.unwrap_or(false)
}

/// By the crate's defaults, which are OWASP's: 19 MiB, two passes, one lane.
fn hashed(password: &str) -> Result<String, PasswordError> {
    let hash = Argon2::default().hash_password(password.as_bytes());
    hash.map(|hash| hash.to_string()).map_err(|_| PasswordError::Failed)
}

fn verify(password: &str, hash: &str) -> bool {
    PasswordHash::new(hash)
        .is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_the_password_itself_is_right() {
        let hash = Password::new("correct horse").unwrap().hash().await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert!(is_right("correct horse".to_owned(), Some(hash.clone())).await);
        assert!(!is_right("correct horsf".to_owned(), Some(hash.clone())).await);
        assert!(!is_right(String::new(), Some(hash.clone())).await);
        assert!(!is_right("correct horse".to_owned(), None).await);
        assert!(!is_right("correct horse".to_owned(), Some("no hash".to_owned())).await);
        let other = Password::new("correct horse").unwrap().hash().await.unwrap();
        assert_ne!(hash, other, "each has a salt of its own");
    }

    #[test]
    fn weak_passwords_are_refused() {
        let refused = |text: &str| Password::new(text).map(|_| ()).unwrap_err();
        assert_eq!(refused("ninechars"), PasswordError::Short);
        assert_eq!(refused("aaaaaaaaaaaaabcd"), PasswordError::Simple);
        assert_eq!(refused(&"abcdefgh".repeat(200)), PasswordError::Long);
        assert!(Password::new("pässwörter").is_ok());
        assert_eq!(format!("{:?}", Password::new("correct horse").unwrap()), "Password(..)");
    }
}
