//! Signing secrets: what the passes of a survey's customers are signed with.

use std::sync::Arc;

use jiff::Timestamp;

use super::committer::Size;
use super::{Store, StoreError, keys};
use crate::domain::passes::{MAX_SECRETS, SigningSecret};
use crate::domain::secrets::random;

impl Store {
    /// Makes a signing secret for a survey; nothing, if it has as many as it can have.
    ///
    /// # Errors
    /// When it cannot be written.
    pub async fn create_signing_secret(
        &self,
        survey: String,
        now: Timestamp,
    ) -> Result<Option<SigningSecret>, StoreError> {
        let no_randomness = |error: getrandom::Error| StoreError::Stopped(error.to_string().into());
        let id = uuid::Uuid::new_v4().simple().to_string()[..12].to_owned();
        let secret = SigningSecret::from_random(id, random().map_err(no_randomness)?, now);
        self.write(Size::Small, move |transaction| {
            if transaction.keys(&keys::signing_secrets_of(&survey))?.len() >= MAX_SECRETS {
                return Ok(None);
            }
            transaction.put(keys::signing_secret(&survey, &secret.id), &secret)?;
            let stored = Arc::new(secret.clone());
            transaction.after(move |catalog| catalog.add_signing_secret(survey, stored));
            Ok(Some(secret))
        })
        .await
    }

    /// Revokes a survey's signing secret; says whether there was one by this id.
    ///
    /// # Errors
    /// When it cannot be written.
    pub async fn revoke_signing_secret(&self, survey: String, id: String) -> Result<bool, StoreError> {
        self.write(Size::Small, move |transaction| {
            let key = keys::signing_secret(&survey, &id);
            if transaction.get::<SigningSecret>(&key)?.is_none() {
                return Ok(false);
            }
            transaction.remove(key);
            transaction.after(move |catalog| {
                let secrets = catalog.signing_secrets.entry(survey).or_default();
                secrets.retain(|secret| secret.id != id);
            });
            Ok(true)
        })
        .await
    }
}
