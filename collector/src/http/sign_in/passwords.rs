//! Passwords compared and hashed where nobody waits for it who does not have to, and only so many at once: each takes a
//! processor for some hundredths of a second, and 19 MiB.

use std::sync::Arc;

use tokio::sync::Semaphore;

use crate::domain::people::Password;
use crate::domain::secrets::random;
use crate::http::error::Error;

/// The hash of a password that nobody knows, made as all are: who is not there takes as long as who is.
const NOBODYS: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5IGtub3dzIGl0IQ$D8vXKLj4kBDbgWf1o8hI1cfUWZXOq0Mjb1h9y1Nc0AM";

/// Turns at hashing.
#[derive(Clone)]
pub struct Passwords(Arc<Semaphore>);

impl Passwords {
    /// So many at once.
    pub fn new(at_once: usize) -> Self {
        Self(Arc::new(Semaphore::new(at_once)))
    }

    /// Whether this is the password of the hash; without one, it is not, and that takes as long.
    pub(in crate::http) async fn match_hash(
        &self,
        password: Password,
        hash: Option<String>,
    ) -> Result<bool, Error> {
        self.turn(move || {
            let matches = password.matches(hash.as_deref().unwrap_or(NOBODYS));
            Ok(matches && hash.is_some())
        })
        .await
    }

    /// What is kept of a password.
    pub(in crate::http) async fn hash(&self, password: Password) -> Result<String, Error> {
        let salt = random().map_err(|error| Error::Internal(error.to_string()))?;
        self.turn(move || password.hash(salt).map_err(|error| Error::Internal(error.to_string()))).await
    }

    async fn turn<T: Send + 'static>(
        &self,
        job: impl FnOnce() -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let ended = |error: String| Error::Internal(error);
        let turn = Arc::clone(&self.0).acquire_owned().await.map_err(|error| ended(error.to_string()))?;
        let done = tokio::task::spawn_blocking(move || {
            let done = job();
            drop(turn);
            done
        });
        done.await.map_err(|panic| ended(panic.to_string()))?
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_of_nobody_is_made_as_others_are() {
        let one = Password::new("correct horse battery").hash([0; 16]).unwrap();
        let how = |hash: &str| hash.split('$').take(4).map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(how(&one), how(NOBODYS));
        assert_eq!(one.len(), NOBODYS.len());
        assert!(argon2::password_hash::phc::PasswordHash::new(NOBODYS).is_ok());
    }
}
