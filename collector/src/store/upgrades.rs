//! Opening what an earlier version has written.
//!
//! An upgrade writes in batches, so that its memory does not grow with the store, and the new format last: one that was
//! stopped half-way begins again at the next opening, and writes the same once more. One that moves what is there writes first
//! that it is under way, in a format that no earlier version opens.

use serde::de::DeserializeOwned;

use super::customers::Past;
use super::disk::Disk;
use super::remembered::{Newest, Remembered};
use super::{StoreError, codec, keys};
use crate::domain::invitations::{Asked, Invitation};
use crate::domain::names::CustomerId;
use crate::domain::secrets::TokenHash;

/// Records read for one batch.
const BATCH: usize = 1000;

/// Format 2 notes with each customer what the customer was asked.
pub(super) fn to_2(disk: &Disk) -> Result<(), StoreError> {
    tracing::info!("the store is of an earlier version: noting with each customer what was asked");
    let invitations = in_batches(disk, keys::INVITATIONS, |batch, key, invitation: Invitation| {
        let token =
            keys::token_of(key).ok_or_else(|| StoreError::Unreadable("the key of an invitation".into()))?;
        let Invitation { customer: Some(customer), survey, created_at, .. } = invitation else {
            return Ok(());
        };
        let asked = codec::encode(&Asked { survey, later: None })?;
        batch.insert(keys::asked(&customer, keys::millisecond(created_at), &token), asked);
        Ok(())
    })?;
    write_format(disk, 2)?;
    tracing::info!(invitations, "noted; the store has format 2");
    Ok(())
}

/// The format of a store on the way to format 3: what is moved there already, an earlier version would not find.
pub(super) const ON_THE_WAY_TO_3: u32 = 23;

/// Format 3 keeps the newest of what a customer was asked, and the last scores, in the customer's record.
pub(super) fn to_3(disk: &Disk) -> Result<(), StoreError> {
    tracing::info!(
        "the store is of an earlier version: putting with each customer what was asked and answered last"
    );
    write_format(disk, ON_THE_WAY_TO_3)?;
    let customers = in_batches(disk, keys::CUSTOMERS, |batch, key, mut remembered: Remembered| {
        let id = std::str::from_utf8(key.get(1..).unwrap_or_default()).ok().and_then(|id| id.parse().ok());
        let id: CustomerId = id.ok_or_else(|| StoreError::Unreadable("the key of a customer".into()))?;
        let asked = disk.scan::<Asked>(&keys::asked_of(&id)).map(|entry| {
            let (key, asked) = entry?;
            Ok((place(keys::time_and_token(&key))?, asked))
        });
        let asked = asked.collect::<Result<Vec<((u64, TokenHash), Asked)>, StoreError>>()?;
        let scores = disk.scan::<Past>(&keys::history_of(&id)).map(|entry| {
            let (key, past) = entry?;
            Ok((place(keys::sequence_of(&key))?, past))
        });
        let scores = scores.collect::<Result<Vec<(u64, Past)>, StoreError>>()?;
        remembered.asked = newest(remembered.asked, asked, |(at, token)| {
            batch.remove(keys::asked(&id, at, &token));
        });
        remembered.scores = newest(remembered.scores, scores, |sequence| {
            batch.remove(keys::history(&id, sequence));
        });
        batch.insert(key, codec::encode(&remembered)?);
        Ok(())
    })?;
    write_format(disk, 3)?;
    tracing::info!(customers, "put there; the store has format 3");
    Ok(())
}

/// Reads every record under a prefix, and commits what each leads to; returns how many there were.
fn in_batches<T: DeserializeOwned>(
    disk: &Disk,
    prefix: &[u8],
    mut upgrade: impl FnMut(&mut sled::Batch, &[u8], T) -> Result<(), StoreError>,
) -> Result<usize, StoreError> {
    let mut batch = sled::Batch::default();
    let mut read = 0;
    for entry in disk.scan::<T>(prefix) {
        let (key, record) = entry?;
        upgrade(&mut batch, &key, record)?;
        read += 1;
        if read % BATCH == 0 {
            disk.check_room(0)?;
            disk.commit(std::mem::take(&mut batch))?;
        }
    }
    disk.commit(batch)?;
    Ok(read)
}

fn write_format(disk: &Disk, format: u32) -> Result<(), StoreError> {
    let mut batch = sled::Batch::default();
    batch.insert(keys::FORMAT_KEY, codec::encode(&format)?);
    disk.commit(batch)
}

/// The newest of what is there and of these, which have keys of their own; says which of those go there.
fn newest<K: Copy + Ord, V>(there: Newest<K, V>, own: Vec<(K, V)>, mut goes: impl FnMut(K)) -> Newest<K, V> {
    let keys: Vec<K> = own.iter().map(|(key, _)| *key).collect();
    let (newest, older) = Newest::of(there.into_list().into_iter().chain(own).collect());
    keys.into_iter().filter(|key| !older.contains_key(key)).for_each(&mut goes);
    newest
}

fn place<T>(read: Option<T>) -> Result<T, StoreError> {
    read.ok_or_else(|| StoreError::Unreadable("the key of what is known of a customer".into()))
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::super::committer::Size;
    use super::super::remembered::MOST;
    use super::super::transaction::Transaction;
    use super::super::{Invited, Options, Store, patiently};
    use super::*;
    use crate::domain::customers::Customer;
    use crate::domain::secrets::Token;

    /// Who is asked often, and how often that is: more than a record holds.
    const FEW: usize = 7;
    const OFTEN: usize = 57;

    /// Customers: more than go in one batch.
    const CUSTOMERS: usize = BATCH + 200;

    fn customer(n: usize) -> CustomerId {
        format!("C-{n}").parse().unwrap()
    }

    fn invited(n: usize) -> Invited {
        let mut token = [0; 16];
        token[..8].copy_from_slice(&n.to_be_bytes());
        let created_at = Timestamp::from_second(n as i64).unwrap();
        let invitation = Invitation {
            survey: format!("s-{}", n % 3),
            customer: Some(customer(if n < FEW * OFTEN { n % FEW } else { n - FEW * OFTEN })),
            ..Invitation::for_test(created_at, Timestamp::from_second(1_000_000).unwrap())
        };
        let customer = Customer { first_name: Some("Jo".into()), ..Customer::default() };
        Invited { token: Token::from_random(token), invitation, customer, mailing: None }
    }

    type All = Vec<(Vec<(TokenHash, Invitation)>, Vec<Past>)>;

    /// What is told of every customer.
    async fn all(store: &Store) -> All {
        let mut all = Vec::new();
        for n in 0..CUSTOMERS {
            let history = store.history(customer(n), usize::MAX).await.unwrap();
            all.push((store.invitations_of(customer(n)).await.unwrap(), history));
        }
        all
    }

    /// A store of this version in which customers were asked and answered; and what it tells.
    async fn filled(options: &Options) -> All {
        let store = patiently(|| Store::open(options, Box::new(|_| {})));
        store.invite((0..FEW * OFTEN + CUSTOMERS).map(invited).collect()).await.unwrap();
        let answer = |transaction: &mut Transaction<'_>| -> Result<(), StoreError> {
            (0..2 * BATCH).try_for_each(|n| {
                let at = Timestamp::from_second(n as i64).unwrap();
                let score = ((n % 11) as u8).try_into().unwrap();
                transaction.put_score(&customer(n % FEW), n as u64, Some(Past { score, at }))
            })
        };
        store.write(Size::Large, answer).await.unwrap();
        let all = all(&store).await;
        store.close();
        all
    }

    /// Makes of the customers' records, but for so many, what format 2 had: a key for each time of being asked and each score.
    fn take_apart(disk: &Disk, all_but: usize) {
        let mut batch = sled::Batch::default();
        for entry in disk.scan::<Remembered>(keys::CUSTOMERS).skip(all_but) {
            let (key, remembered) = entry.unwrap();
            let id = std::str::from_utf8(&key[1..]).unwrap().parse().unwrap();
            batch.insert(key, codec::encode(&remembered.customer()).unwrap());
            for ((at, token), asked) in remembered.asked.into_list() {
                batch.insert(keys::asked(&id, at, &token), codec::encode(&asked).unwrap());
            }
            for (sequence, past) in remembered.scores.into_list() {
                batch.insert(keys::history(&id, sequence), codec::encode(&past).unwrap());
            }
        }
        let format = if all_but == 0 { 2 } else { ON_THE_WAY_TO_3 };
        batch.insert(keys::FORMAT_KEY, codec::encode(&format).unwrap());
        disk.commit(batch).unwrap();
    }

    async fn reopened(options: &Options) -> All {
        let store = patiently(|| Store::open(options, Box::new(|_| {})));
        let all = all(&store).await;
        store.close();
        all
    }

    fn count(disk: &Disk, prefix: &[u8]) -> usize {
        disk.db.scan_prefix(prefix).count()
    }

    #[tokio::test]
    async fn a_store_of_the_second_version_tells_the_same() {
        let directory = tempfile::tempdir().unwrap();
        let options = Options::for_test(directory.path());
        let before = filled(&options).await;
        let newest = &before[3].0[1].1;
        assert_eq!((newest.created_at.as_second(), &*newest.survey), (395, "s-2"), "the newest but one");
        assert_eq!((before[3].0.len(), before[3].1.len()), (OFTEN + 1, 286));

        // Also if it is stopped on its way, or done again.
        for all_but in [0, BATCH, CUSTOMERS] {
            let disk = patiently(|| Disk::open(&options));
            take_apart(&disk, all_but);
            drop(disk);
            assert!(reopened(&options).await == before, "{all_but}");
            let disk = patiently(|| Disk::open(&options));
            assert_eq!(disk.get::<u32>(keys::FORMAT_KEY).unwrap(), Some(3));
            assert_eq!(count(&disk, keys::ASKED), FEW * (OFTEN + 1 - MOST));
        }
    }

    #[tokio::test]
    async fn a_store_of_the_first_version_learns_what_customers_were_asked() {
        let directory = tempfile::tempdir().unwrap();
        let options = Options::for_test(directory.path());
        let before = filled(&options).await;
        let disk = patiently(|| Disk::open(&options));
        take_apart(&disk, 0);
        // The first version, and an upgrade of it that was stopped on its way.
        let mut batch = sled::Batch::default();
        disk.db.scan_prefix(keys::ASKED).keys().skip(BATCH).for_each(|key| batch.remove(key.unwrap()));
        batch.insert(keys::FORMAT_KEY, codec::encode(&1_u32).unwrap());
        disk.commit(batch).unwrap();
        drop(disk);
        assert!(reopened(&options).await == before);
    }
}
