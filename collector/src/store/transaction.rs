//! What one commit will write, put together by the jobs that go in it.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::disk::Disk;
use super::journal::Changes;
use super::last_scores::Known;
use super::{Catalog, StoreError, codec, keys};
use crate::domain::customers::Customer;
use crate::domain::events::Event;
use crate::domain::invitations::Invitation;
use crate::domain::names::CustomerId;
use crate::domain::responses::Response;
use crate::domain::secrets::TokenHash;

pub(super) type CatalogChange = Box<dyn FnOnce(&mut Catalog) + Send>;

/// Key → value, or nothing for a key to be removed.
type Writes = BTreeMap<Vec<u8>, Option<Vec<u8>>>;

/// What jobs want written, and what is to happen once it is.
#[derive(Default)]
pub(super) struct Kept {
    pub(super) writes: Writes,
    pub(super) next_sequence: u64,
    /// What of it is counted.
    pub(super) changes: Changes,
    pub(super) responses: Vec<(u64, Response)>,
    /// Under their numbers; whether they have led to a score.
    pub(super) invitations: Vec<(u64, Invitation, bool)>,
    pub(super) customers: Vec<Known>,
    /// Told of after all else. That is their order: an erasure goes alone, as large writes do.
    pub(super) forgotten: Vec<Forgotten>,
    pub(super) catalog: Vec<CatalogChange>,
    /// What others hear of, in order.
    pub(super) events: Vec<Event>,
    /// Whether something was put into the outbox.
    pub(super) to_send: bool,
}

/// What is there no more.
pub(super) enum Forgotten {
    /// A customer, of whom this was known.
    Customer(CustomerId, Customer),
    /// A response, by its sequence number.
    Response(u64),
    /// An invitation, by its number; and what found it.
    Invitation(u64, TokenHash),
}

/// A transaction under way. A job reads what the jobs before it and it itself have written; of a job that fails nothing
/// is kept.
pub(super) struct Transaction<'a> {
    disk: &'a Disk,
    kept: Kept,
    job: Kept,
}

impl<'a> Transaction<'a> {
    /// `next_sequence` is the number of the next response.
    pub(super) fn new(disk: &'a Disk, next_sequence: u64) -> Self {
        let begin = || Kept { next_sequence, ..Kept::default() };
        Self { disk, kept: begin(), job: begin() }
    }

    /// Ends a job: what it wrote is kept or forgotten.
    pub(super) fn end_job(&mut self, keep: bool) {
        let mut job = std::mem::take(&mut self.job);
        if keep {
            self.kept.writes.append(&mut job.writes);
            self.kept.changes.append(&mut job.changes);
            self.kept.responses.append(&mut job.responses);
            self.kept.invitations.append(&mut job.invitations);
            self.kept.customers.append(&mut job.customers);
            self.kept.forgotten.append(&mut job.forgotten);
            self.kept.catalog.append(&mut job.catalog);
            self.kept.events.append(&mut job.events);
            self.kept.next_sequence = job.next_sequence;
            self.kept.to_send |= job.to_send;
        }
        self.job.next_sequence = self.kept.next_sequence;
    }

    /// What all the jobs wrote.
    pub(super) fn finish(self) -> Kept {
        self.kept
    }

    pub(super) fn get<T: DeserializeOwned>(&self, key: &[u8]) -> Result<Option<T>, StoreError> {
        match self.job.writes.get(key).or_else(|| self.kept.writes.get(key)) {
            Some(written) => written.as_deref().map(codec::decode).transpose(),
            None => self.disk.get(key),
        }
    }

    /// Whether there may be an entry of the suppression list about this address.
    pub(super) fn may_be_suppressed(&self, address: &TokenHash) -> bool {
        self.disk.suppressed.may_hold(address)
    }

    /// The keys with this prefix, in order.
    pub(super) fn keys(&self, prefix: &[u8]) -> Result<Vec<Vec<u8>>, StoreError> {
        self.keys_from(prefix, prefix.to_vec())
    }

    /// The same, from this key on, which has the prefix.
    pub(super) fn keys_from(&self, prefix: &[u8], from: Vec<u8>) -> Result<Vec<Vec<u8>>, StoreError> {
        let mut keys = BTreeSet::new();
        for key in self.disk.db.range(from.clone()..).keys() {
            let key = key?;
            if !key.starts_with(prefix) {
                break;
            }
            keys.insert(key.to_vec());
        }
        for writes in [&self.kept.writes, &self.job.writes] {
            let range = writes.range(from.clone()..);
            for (key, value) in range.take_while(|(key, _)| key.starts_with(prefix)) {
                match value {
                    Some(_) => keys.insert(key.clone()),
                    None => keys.remove(key),
                };
            }
        }
        Ok(keys.into_iter().collect())
    }

    /// Removes keys on the disk that lie before `end`, from `begin` on, at most so many: what grows without an end is kept short
    /// so, a little with each write.
    pub(super) fn sweep(&mut self, begin: &[u8], end: &[u8], most: usize) -> Result<(), StoreError> {
        for key in self.disk.db.range(begin..end).keys().take(most) {
            self.job.writes.insert(key?.to_vec(), None);
        }
        Ok(())
    }

    /// The first records on the disk from `begin` on that lie before `end`, at most so many.
    pub(super) fn oldest<T: DeserializeOwned>(
        &self,
        begin: Vec<u8>,
        end: Vec<u8>,
        most: usize,
    ) -> Result<Vec<(Vec<u8>, T)>, StoreError> {
        let records = self.disk.range(begin..end).take(most);
        records.map(|record| record.map(|(key, value)| (key.to_vec(), value))).collect()
    }

    pub(super) fn put<T: Serialize>(&mut self, key: Vec<u8>, value: &T) -> Result<(), StoreError> {
        self.disk.suppressed.note(&key);
        self.job.writes.insert(key, Some(codec::encode(value)?));
        Ok(())
    }

    /// Writes bytes that nobody here reads.
    pub(super) fn put_bytes(&mut self, key: Vec<u8>, bytes: &[u8]) {
        self.job.writes.insert(key, Some(bytes.to_vec()));
    }

    pub(super) fn remove(&mut self, key: Vec<u8>) {
        self.job.writes.insert(key, None);
    }

    /// The sequence number of the next response. Numbers of commits that fail are given again.
    pub(super) fn take_sequence(&mut self) -> u64 {
        let sequence = self.job.next_sequence;
        self.job.next_sequence += 1;
        sequence
    }

    /// Writes a response, and tells the numbers of it once it is durable.
    pub(super) fn put_response(&mut self, sequence: u64, response: Response) -> Result<(), StoreError> {
        self.put(keys::response(sequence), &response)?;
        self.job.changes.responses.insert(sequence);
        self.job.responses.push((sequence, response));
        Ok(())
    }

    /// Removes a response. Its number is not given again.
    pub(super) fn remove_response(&mut self, sequence: u64) -> Result<(), StoreError> {
        self.remove(keys::response(sequence));
        let next = self.job.next_sequence;
        self.put(keys::NEXT_RESPONSE.to_vec(), &next)?;
        self.forget(Forgotten::Response(sequence));
        Ok(())
    }

    /// Tells of what is gone, once it is so for good.
    pub(super) fn forget(&mut self, forgotten: Forgotten) {
        match forgotten {
            Forgotten::Customer(..) => {}
            Forgotten::Response(sequence) => drop(self.job.changes.responses.insert(sequence)),
            Forgotten::Invitation(number, token) => {
                self.job.changes.invitations.insert(number, token);
            }
        }
        self.job.forgotten.push(forgotten);
    }

    /// Tells the numbers of an invitation that was sent to somebody, once it is durable.
    pub(super) fn tell_of_invitation(&mut self, token: TokenHash, invitation: Invitation, answered: bool) {
        if let Some(number) = invitation.number {
            self.job.changes.invitations.insert(number, token);
            self.job.invitations.push((number, invitation, answered));
        }
    }

    /// Tells what has become known of a customer, once it is durable.
    pub(super) fn tell_of_customer(&mut self, known: Known) {
        self.job.customers.push(known);
    }

    /// Lets others hear of something: it is written with all else, and told once that is durable.
    pub(super) fn announce(&mut self, event: Event) {
        self.job.events.push(event);
    }

    /// Wakes who sends mails once the transaction is durable.
    pub(super) fn wake_outbox(&mut self) {
        self.job.to_send = true;
    }

    /// Changes the tables in memory once the transaction is durable.
    pub(super) fn after(&mut self, change: impl FnOnce(&mut Catalog) + Send + 'static) {
        self.job.catalog.push(Box::new(change));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_job_that_fails_nothing_is_kept() {
        let directory = tempfile::tempdir().unwrap();
        let options = crate::store::Options::for_test(directory.path());
        let disk = Disk::open(&options).unwrap();
        let mut transaction = Transaction::new(&disk, 7);
        transaction.put(b"x1".to_vec(), &1).unwrap();
        transaction.end_job(true);

        transaction.put(b"x2".to_vec(), &2).unwrap();
        transaction.remove(b"x1".to_vec());
        assert_eq!(transaction.take_sequence(), 7);
        assert_eq!(transaction.get::<u32>(b"x1").unwrap(), None, "a job sees what it wrote");
        transaction.end_job(false);

        assert_eq!(transaction.get::<u32>(b"x1").unwrap(), Some(1));
        assert_eq!(transaction.keys(b"x").unwrap(), [b"x1".to_vec()]);
        let kept = transaction.finish();
        assert_eq!((kept.writes.len(), kept.next_sequence), (1, 7));
    }
}
