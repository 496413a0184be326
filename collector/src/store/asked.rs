//! What a customer was asked, and when: an index of invitations by customer, written in the transaction that makes each.

use jiff::Timestamp;

use super::transaction::Transaction;
use super::{Store, StoreError, keys};
use crate::domain::invitations::{Asked, Invitation};
use crate::domain::names::CustomerId;
use crate::domain::secrets::TokenHash;

impl Store {
    /// The invitations of a customer by the hashes of their tokens, the newest first; those made by a pass among them.
    ///
    /// # Errors
    /// When they cannot be read.
    pub async fn invitations_of(
        &self,
        customer: CustomerId,
    ) -> Result<Vec<(TokenHash, Invitation)>, StoreError> {
        self.read(move |disk| {
            let mut invitations = Vec::new();
            for key in disk.db.scan_prefix(keys::asked_of(&customer)).keys().rev() {
                let (_, token) = time_and_token(&key?)?;
                // Without one, it was erased meanwhile.
                invitations
                    .extend(disk.get(&keys::invitation(&token))?.map(|invitation| (token, invitation)));
            }
            Ok(invitations)
        })
        .await
    }
}

impl Transaction<'_> {
    /// Notes with the customer that this invitation was made. Of nobody, nothing is noted.
    pub(super) fn ask(&mut self, token: &TokenHash, invitation: &Invitation) -> Result<(), StoreError> {
        let Some(customer) = &invitation.customer else { return Ok(()) };
        self.put(keys::asked(customer, invitation.created_at, token), &Asked::from(invitation))
    }

    /// What a customer was asked at this time or later, the oldest first.
    pub(super) fn asked(
        &self,
        customer: &CustomerId,
        since: Timestamp,
    ) -> Result<Vec<(Timestamp, TokenHash, Asked)>, StoreError> {
        let keys = self.keys_from(&keys::asked_of(customer), keys::asked_since(customer, since))?;
        let read = |key: Vec<u8>| {
            let (at, token) = time_and_token(&key)?;
            Ok(self.get(&key)?.map(|asked| (at, token, asked)))
        };
        keys.into_iter().filter_map(|key| read(key).transpose()).collect()
    }
}

fn time_and_token(key: &[u8]) -> Result<(Timestamp, TokenHash), StoreError> {
    keys::time_and_token(key)
        .ok_or_else(|| StoreError::Unreadable("the key of what a customer was asked".into()))
}

#[cfg(test)]
mod tests {
    use super::super::Options;
    use super::super::disk::Disk;
    use super::*;

    fn invitation(customer: Option<&str>, second: i64) -> Invitation {
        Invitation {
            customer: customer.map(|customer| customer.parse().unwrap()),
            ..Invitation::for_test(
                Timestamp::from_second(second).unwrap(),
                Timestamp::from_second(1_000_000).unwrap(),
            )
        }
    }

    #[test]
    fn a_job_sees_what_others_of_its_commit_have_asked() {
        let directory = tempfile::tempdir().unwrap();
        let disk = Disk::open(&Options::for_test(directory.path())).unwrap();
        let customer = "C-1".parse().unwrap();
        let since = |transaction: &Transaction<'_>, second| -> Vec<(i64, u8)> {
            let asked = transaction.asked(&customer, Timestamp::from_second(second).unwrap()).unwrap();
            asked.into_iter().map(|(at, token, _)| (at.as_second(), token.0[0])).collect()
        };

        let mut transaction = Transaction::new(&disk, 0);
        for (token, customer, second) in
            [(1, Some("C-1"), 30), (2, Some("C-1"), 10), (3, Some("C-10"), 20), (4, None, 20)]
        {
            transaction.ask(&TokenHash([token; 16]), &invitation(customer, second)).unwrap();
        }
        transaction.end_job(true);
        transaction.ask(&TokenHash([5; 16]), &invitation(Some("C-1"), 20)).unwrap();
        assert_eq!(since(&transaction, 0), [(10, 2), (20, 5), (30, 1)]);
        assert_eq!(since(&transaction, 20), [(20, 5), (30, 1)]);
        transaction.end_job(false);
        assert_eq!(since(&transaction, 0), [(10, 2), (30, 1)], "what failed was not asked");

        let mut batch = sled::Batch::default();
        for (key, value) in transaction.finish().writes {
            batch.insert(key, value.unwrap());
        }
        disk.commit(batch).unwrap();
        let mut transaction = Transaction::new(&disk, 0);
        transaction.ask(&TokenHash([6; 16]), &invitation(Some("C-1"), 30)).unwrap();
        transaction.remove(keys::asked(&customer, Timestamp::from_second(10).unwrap(), &TokenHash([2; 16])));
        assert_eq!(since(&transaction, 0), [(30, 1), (30, 6)], "what lies on the disk is seen too");
        assert_eq!(since(&transaction, 31), []);
    }
}
