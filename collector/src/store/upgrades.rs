//! Opening what an earlier version has written.
//!
//! An upgrade writes in batches, so that its memory does not grow with the store, and the new format last: one that was
//! stopped half-way begins again at the next opening, and writes the same once more.

use super::disk::Disk;
use super::{StoreError, codec, keys};
use crate::domain::invitations::{Asked, Invitation};

/// Records written at once.
const BATCH: usize = 1000;

/// Format 2 notes with each customer what the customer was asked.
pub(super) fn to_2(disk: &Disk) -> Result<(), StoreError> {
    tracing::info!("the store is of an earlier version: noting with each customer what was asked");
    let mut batch = sled::Batch::default();
    let mut noted = 0;
    for entry in disk.scan::<Invitation>(keys::INVITATIONS) {
        let (key, invitation) = entry?;
        let token =
            keys::token_of(&key).ok_or_else(|| StoreError::Unreadable("the key of an invitation".into()))?;
        let Some(customer) = &invitation.customer else { continue };
        let asked = codec::encode(&Asked::from(&invitation))?;
        batch.insert(keys::asked(customer, invitation.created_at, &token), asked);
        noted += 1;
        if noted % BATCH == 0 {
            disk.check_room(0)?;
            disk.commit(std::mem::take(&mut batch))?;
        }
    }
    batch.insert(keys::FORMAT_KEY, codec::encode(&2_u32)?);
    disk.commit(batch)?;
    tracing::info!(invitations = noted, "noted; the store has format 2");
    Ok(())
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::super::{Invited, Options, Store, patiently};
    use super::*;
    use crate::domain::customers::Customer;
    use crate::domain::names::CustomerId;
    use crate::domain::secrets::{Token, TokenHash};

    const CUSTOMERS: usize = 7;

    fn customer(n: usize) -> CustomerId {
        format!("C-{n}").parse().unwrap()
    }

    fn invited(n: usize) -> Invited {
        let mut token = [0; 16];
        token[..8].copy_from_slice(&n.to_be_bytes());
        let created_at = Timestamp::from_second(n as i64).unwrap();
        let invitation = Invitation {
            survey: format!("s-{}", n % 3),
            customer: Some(customer(n % CUSTOMERS)),
            ..Invitation::for_test(created_at, Timestamp::from_second(1_000_000).unwrap())
        };
        Invited { token: Token::from_random(token), invitation, customer: Customer::default(), mailing: None }
    }

    async fn all(store: &Store) -> Vec<Vec<(TokenHash, Invitation)>> {
        let mut all = Vec::new();
        for n in 0..CUSTOMERS {
            all.push(store.invitations_of(customer(n)).await.unwrap());
        }
        all
    }

    /// What is on the disk of the index, and the format.
    fn written(disk: &Disk) -> (Vec<(sled::IVec, Asked)>, Option<u32>) {
        let asked = disk.scan(keys::ASKED).map(Result::unwrap).collect();
        (asked, disk.get(keys::FORMAT_KEY).unwrap())
    }

    #[tokio::test]
    async fn a_store_of_the_first_version_learns_what_customers_were_asked() {
        let directory = tempfile::tempdir().unwrap();
        let options = Options::for_test(directory.path());
        let open = || patiently(|| Store::open(&options, Box::new(|_| {})));
        let store = open();
        // More than go in one batch.
        store.invite((0..2 * BATCH + 300).map(invited).collect()).await.unwrap();
        let before = all(&store).await;
        store.close();
        drop(store);

        let disk = patiently(|| Disk::open(&options));
        let new = written(&disk);
        assert_eq!((new.0.len(), new.1), (2 * BATCH + 300, Some(2)));
        // The first version, and an upgrade of it that was stopped on its way.
        let mut batch = sled::Batch::default();
        new.0.iter().skip(BATCH).for_each(|(key, _)| batch.remove(key));
        batch.insert(keys::FORMAT_KEY, codec::encode(&1_u32).unwrap());
        disk.commit(batch).unwrap();
        drop(disk);

        let store = open();
        assert_eq!(all(&store).await, before);
        let newest = &before[3][0].1;
        assert_eq!((newest.created_at.as_second(), &*newest.survey), (2299, "s-1"), "the newest comes first");
        store.close();
        drop(store);
        assert_eq!(written(&patiently(|| Disk::open(&options))), new, "as if it had always been there");
    }
}
