//! The last score of every customer, in memory: an agent waits for it while the telephone rings.
//!
//! What is here is what the store holds, in step with it: the writer tells of each commit, and a thread reads what was
//! there before the start (`filling`). Until it has, and of what does not fit here (`record`), the store itself is asked,
//! so that an answer is never other than the store's. Nothing here is kept on disk.
//!
//! Read in this order: `record` (one customer), `shard` (some of them, and their addresses), `filling`.

mod filling;
mod record;
mod shard;
#[cfg(test)]
mod tests;

use std::cmp::Reverse;
use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};
use std::sync::atomic::{AtomicBool, Ordering::Acquire};
use std::sync::{Mutex, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use super::Catalog;
use super::customers::{LastScore, Lookup};
use super::transaction::Forgotten;
use crate::domain::customers::Customer;
use crate::domain::names::CustomerId;
use crate::domain::phones::Phones;
use crate::domain::responses::Response;
use record::{Given, Record};
use shard::{Digest, Shard};

pub(super) use filling::Filling;

/// How many parts there are; a power of two.
const SHARDS: usize = 64;

/// The answer to a look-up.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// No such customer.
    Nobody,
    /// This one.
    Customer(LastScore),
    /// One of these, of whom only the disk can tell.
    OnDisk(Vec<CustomerId>),
}

/// A customer of whom more is known than before.
pub(super) struct Known {
    pub(super) id: CustomerId,
    pub(super) before: Customer,
    pub(super) now: Customer,
}

/// The last scores. Read by everybody, fed by the writer and, at first, by the one who reads what is there.
pub(super) struct LastScores {
    phones: Phones,
    hashers: [RandomState; 2],
    shards: Box<[RwLock<Shard>]>,
    /// Everything that is stored is here.
    is_complete: AtomicBool,
    /// Held by whoever feeds. While what is stored is being read: what was committed meanwhile, which is newer than what
    /// will be read of the same.
    newer: Mutex<Option<Newer>>,
}

#[derive(Default)]
struct Newer {
    responses: HashSet<u64>,
    customers: HashSet<CustomerId>,
}

impl LastScores {
    /// Nothing so far.
    pub(super) fn new(phones: Phones) -> Self {
        Self {
            phones,
            hashers: [RandomState::new(), RandomState::new()],
            shards: (0..SHARDS).map(|_| RwLock::default()).collect(),
            is_complete: AtomicBool::new(false),
            newer: Mutex::new(Some(Newer::default())),
        }
    }

    /// The last score of a customer. Not to be asked before everything is here.
    pub(super) fn find(&self, lookup: Lookup) -> Found {
        match lookup {
            Lookup::Id(id) => {
                let hash = self.hash(id.as_str());
                let shard = self.read(shard_of(hash));
                match shard.find(hash, id.as_str()) {
                    Some(record) => shard.answer(record, id, 1),
                    None => Found::Nobody,
                }
            }
            Lookup::Email(email) => self.find_by_address(self.email(&email)),
            Lookup::Phone(phone) => self.find_by_address(self.phone(&phone)),
        }
    }

    /// Where several share an address, the one who answered last; of those who never answered, the first by id.
    fn find_by_address(&self, address: Digest) -> Found {
        let known_by = self.read(shard_of(address.hash)).with_address(address);
        let hash_of = |id: &str| self.hash(id);
        let record = |it: &Digest| self.read(shard_of(it.hash)).known_by(*it, hash_of).cloned();
        let with_id = |record: Record| Some((record.id().parse::<CustomerId>().ok()?, record));
        let found: Vec<_> = known_by.iter().filter_map(record).filter_map(with_id).collect();
        let Some((id, newest)) = found.iter().max_by_key(|(id, record)| (record.newest(), Reverse(id)))
        else {
            return Found::Nobody;
        };
        if found.iter().any(|(_, record)| record.is_withdrawn()) || newest.asks_the_store() {
            return Found::OnDisk(found.into_iter().map(|(id, _)| id).collect());
        }
        let shard = self.read(shard_of(self.hash(id.as_str())));
        shard.answer(newest, id.clone(), found.len())
    }

    /// Takes in what was committed, in that order.
    pub(super) fn follow(&self, customers: &[Known], responses: &[(u64, Response)], catalog: &Catalog) {
        let mut newer = self.newer.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(newer) = &mut *newer {
            newer.customers.extend(customers.iter().map(|known| known.id.clone()));
            newer.responses.extend(responses.iter().map(|(sequence, _)| sequence));
        }
        customers.iter().for_each(|Known { id, before, now }| self.know(id, before, now));
        for (sequence, response) in responses {
            let survey = catalog.survey_version(&response.survey, response.version);
            let given = Given {
                sequence: *sequence,
                score: response.score,
                at: response.at,
                response: response.id,
                survey: &response.survey,
                comment: survey.as_ref().and_then(|survey| response.comment(survey)),
            };
            response.customer.iter().for_each(|customer| self.take(customer.as_str(), &given));
        }
    }

    /// Takes in what was erased.
    pub(super) fn forget(&self, forgotten: &[Forgotten]) {
        let mut newer = self.newer.lock().unwrap_or_else(PoisonError::into_inner);
        for forgotten in forgotten {
            match forgotten {
                Forgotten::Customer(id, known) => {
                    newer.iter_mut().for_each(|newer| newer.customers.extend([id.clone()]));
                    self.know(id, known, &Customer::default());
                    let hash = self.hash(id.as_str());
                    self.write(shard_of(hash)).forget(hash, id.as_str());
                }
                Forgotten::Response(sequence) => {
                    newer.iter_mut().for_each(|newer| newer.responses.extend([*sequence]));
                }
                Forgotten::Invitation(..) => {}
            }
        }
    }

    fn know(&self, id: &CustomerId, before: &Customer, now: &Customer) {
        let customer = self.add(id.as_str());
        let email = |of: &Customer| of.email.as_deref().map(|email| self.email(email));
        let phone = |of: &Customer| of.phone.as_deref().map(|phone| self.stored_phone(phone));
        for (before, now) in [(email(before), email(now)), (phone(before), phone(now))] {
            if before != now {
                before.iter().for_each(|it| self.write(shard_of(it.hash)).remove_address(*it, customer));
            }
            now.iter().for_each(|it| self.write(shard_of(it.hash)).add_address(*it, customer));
        }
    }

    fn take(&self, id: &str, given: &Given<'_>) {
        let Digest { hash, .. } = self.add(id);
        self.write(shard_of(hash)).take(hash, id, given);
    }

    /// Puts a customer in, who may be there already.
    fn add(&self, id: &str) -> Digest {
        let [hash, more] = [0, 1].map(|which: usize| self.hashers[which].hash_one(id));
        let customer = Digest { hash, more: more as u32 };
        self.write(shard_of(hash)).add(customer, id, |id| self.hash(id));
        customer
    }

    fn hash(&self, id: &str) -> u64 {
        self.hashers[0].hash_one(id)
    }

    fn email(&self, email: &str) -> Digest {
        self.digest(("email", email))
    }

    /// Of a number in normal form.
    fn phone(&self, phone: &str) -> Digest {
        self.digest(("phone", phone))
    }

    /// Of a number that was stored, perhaps before the company's country was known.
    fn stored_phone(&self, phone: &str) -> Digest {
        self.phones.normal(phone).map_or_else(|_| self.phone(phone), |normal| self.phone(&normal))
    }

    fn digest(&self, address: (&str, &str)) -> Digest {
        let [hash, more] = [0, 1].map(|which: usize| self.hashers[which].hash_one(address));
        Digest { hash, more: more as u32 }
    }

    fn read(&self, shard: usize) -> RwLockReadGuard<'_, Shard> {
        self.shards[shard].read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self, shard: usize) -> RwLockWriteGuard<'_, Shard> {
        self.shards[shard].write().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether everything that is stored is here.
    pub(super) fn is_complete(&self) -> bool {
        self.is_complete.load(Acquire)
    }

    /// Bytes of memory.
    pub(super) fn bytes(&self) -> usize {
        (0..SHARDS).map(|shard| self.read(shard).bytes()).sum()
    }
}

/// The tables use the lower bits for themselves.
fn shard_of(hash: u64) -> usize {
    (hash >> 40) as usize % SHARDS
}
