//! For who looks at everything that is stored, a little at a time, while others write.

use super::{Store, StoreError, keys};
use crate::domain::invitations::Invitation;
use crate::domain::responses::Response;
use crate::domain::secrets::TokenHash;

impl Store {
    /// The next responses from a sequence number on, at most so many. Blocks.
    ///
    /// # Errors
    /// When they cannot be read, or the store was closed.
    pub fn responses_from(&self, sequence: u64, most: usize) -> Result<Vec<(u64, Response)>, StoreError> {
        self.0.committer.check_open()?;
        let range = keys::response(sequence)..keys::after(keys::RESPONSES);
        let found = self.0.disk.range::<Response>(range).take(most).map(|entry| {
            let (key, response) = entry?;
            let sequence = keys::sequence_of(&key);
            Ok((sequence.ok_or_else(|| StoreError::Unreadable("the key of a response".into()))?, response))
        });
        found.collect()
    }

    /// The next invitations after one, at most so many, in the order of the hashes of their tokens. Blocks.
    ///
    /// # Errors
    /// When they cannot be read, or the store was closed.
    pub fn invitations_after(
        &self,
        token: Option<TokenHash>,
        most: usize,
    ) -> Result<Vec<(TokenHash, Invitation)>, StoreError> {
        self.0.committer.check_open()?;
        let from = match token {
            Some(token) => [&keys::invitation(&token)[..], &[0]].concat(),
            None => keys::INVITATIONS.to_vec(),
        };
        let found =
            self.0.disk.range::<Invitation>(from..keys::after(keys::INVITATIONS)).take(most).map(|entry| {
                let (key, invitation) = entry?;
                let token = keys::token_of(&key);
                Ok((token.ok_or_else(|| StoreError::Unreadable("an invitation's key".into()))?, invitation))
            });
        found.collect()
    }
}
