//! Who came by a mail: noted in what happened to the invitation.

use super::committer::Size;
use super::{Store, StoreError, keys};
use crate::domain::invitations::Invitation;
use crate::domain::secrets::TokenHash;
use crate::domain::timeline::Step;

impl Store {
    /// Notes that somebody, or something, came by an invitation's mail. Where there is no such invitation, nothing is made.
    ///
    /// # Errors
    /// When it cannot be written.
    pub async fn arrive(&self, invitation: TokenHash, step: Step) -> Result<(), StoreError> {
        let key = keys::invitation(&invitation);
        let look = key.clone();
        // Looked at first, so that guesses cost no write.
        if !self.read(move |disk| Ok(disk.db.contains_key(look)?)).await? {
            return Ok(());
        }
        self.write(Size::Small, move |transaction| match transaction.get::<Invitation>(&key)? {
            Some(_) => transaction.note(invitation, step),
            // The customer was erased meanwhile.
            None => Ok(()),
        })
        .await
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::super::Options;
    use super::*;
    use crate::domain::arrivals::Door;
    use crate::domain::timeline::Timeline;

    #[tokio::test]
    async fn of_an_invitation_that_there_is_not_nothing_is_noted() {
        let directory = tempfile::tempdir().unwrap();
        let store = Store::open(&Options::for_test(directory.path()), Box::new(|_| {})).unwrap();
        let unknown = TokenHash([7; 16]);
        store.arrive(unknown, Door::Page.step(Timestamp::UNIX_EPOCH, false)).await.unwrap();
        assert_eq!(store.timeline(unknown).await.unwrap(), Timeline::default());
    }
}
