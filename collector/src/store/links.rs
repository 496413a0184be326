//! The secret that links to last scores are sealed with.

use std::sync::Arc;

use jiff::Timestamp;

use super::committer::Size;
use super::{Store, StoreError, keys};
use crate::domain::links::LinkSecret;
use crate::domain::secrets::random;

impl Store {
    /// The secret; made, if there is none.
    ///
    /// # Errors
    /// When it cannot be written.
    pub async fn link_secret(&self, now: Timestamp) -> Result<Arc<LinkSecret>, StoreError> {
        if let Some(secret) = self.catalog().link_secret() {
            return Ok(secret);
        }
        let no_randomness = |error: getrandom::Error| StoreError::Stopped(error.to_string().into());
        let secret = LinkSecret { key: random().map_err(no_randomness)?, created_at: now };
        self.write(Size::Small, move |transaction| {
            // Another caller may have been first.
            if let Some(secret) = transaction.get::<LinkSecret>(keys::LINK_SECRET)? {
                return Ok(Arc::new(secret));
            }
            transaction.put(keys::LINK_SECRET.to_vec(), &secret)?;
            let secret = Arc::new(secret);
            let kept = Arc::clone(&secret);
            transaction.after(move |catalog| catalog.link_secret = Some(kept));
            Ok(secret)
        })
        .await
    }

    /// Forgets the secret: no link made so far shows anything any more.
    ///
    /// # Errors
    /// When it cannot be written.
    pub async fn revoke_links(&self) -> Result<(), StoreError> {
        self.write(Size::Small, |transaction| {
            transaction.remove(keys::LINK_SECRET.to_vec());
            transaction.after(|catalog| catalog.link_secret = None);
            Ok(())
        })
        .await
    }
}
