//! API keys.

use jiff::Timestamp;
use std::sync::Arc;

use super::committer::Size;
use super::{Store, StoreError, keys};
use crate::domain::access::{ApiKey, Scope};
use crate::domain::secrets::{KeyHash, KeySecret, random};

/// A key that was just made: the only time that its secret is there.
pub struct KeyCreated {
    /// What is kept.
    pub key: ApiKey,
    /// What its owner uses.
    pub secret: KeySecret,
}

impl Store {
    /// Makes an API key.
    ///
    /// # Errors
    /// When it cannot be written.
    pub async fn create_key(
        &self,
        name: String,
        scopes: Vec<Scope>,
        now: Timestamp,
    ) -> Result<KeyCreated, StoreError> {
        let no_randomness = |error: getrandom::Error| StoreError::Stopped(error.to_string().into());
        let secret = KeySecret::from_random(random().map_err(no_randomness)?);
        let id = uuid::Uuid::new_v4().simple().to_string()[..12].to_owned();
        let key = ApiKey { id, name, scopes, created_at: now };
        let hash = KeySecret::hash(secret.reveal());
        let stored = key.clone();
        self.write(Size::Small, move |transaction| {
            transaction.put(keys::api_key(&hash), &stored)?;
            transaction.after(move |catalog| drop(catalog.api_keys.insert(hash, Arc::new(stored))));
            Ok::<_, StoreError>(())
        })
        .await?;
        Ok(KeyCreated { key, secret })
    }

    /// Revokes the API key with this id; says whether there was one.
    ///
    /// # Errors
    /// When it cannot be written.
    pub async fn revoke_key(&self, id: &str) -> Result<bool, StoreError> {
        let found: Option<KeyHash> =
            self.catalog().api_keys.iter().find(|(_, key)| key.id == id).map(|(hash, _)| *hash);
        let Some(hash) = found else { return Ok(false) };
        self.write(Size::Small, move |transaction| {
            transaction.remove(keys::api_key(&hash));
            transaction.after(move |catalog| drop(catalog.api_keys.remove(&hash)));
            Ok::<_, StoreError>(true)
        })
        .await
    }
}
