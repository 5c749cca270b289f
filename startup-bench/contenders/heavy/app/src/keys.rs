//! Tokens and who may sign them.

use anyhow::Context;
use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use serde::{Deserialize, Serialize};

use crate::Error;

/// The identity provider's public keys.
pub struct Keys(JwkSet);

/// What a token says.
#[derive(Deserialize, Serialize)]
pub struct Claims {
    /// Whom it is about.
    pub sub: String,
    /// When it ends, in seconds since 1970.
    pub exp: u64,
}

/// Fetches the keys.
///
/// # Errors
/// If the provider can't be reached or sends something else.
pub async fn fetch(http: &reqwest::Client, url: &str) -> Result<Keys, Error> {
    Ok(Keys(http.get(url).send().await?.error_for_status()?.json().await?))
}

impl Keys {
    /// What a token says.
    ///
    /// # Errors
    /// If none of the keys signed it, or it has ended.
    pub fn verify(&self, token: &str) -> Result<Claims, Error> {
        let header = decode_header(token)?;
        let name = header.kid.context("the token does not name its key")?;
        let key = self.0.find(&name).context("the token's key is not known")?;
        let validation = Validation::new(Algorithm::EdDSA);
        Ok(decode::<Claims>(token, &DecodingKey::from_jwk(key)?, &validation)?.claims)
    }
}
