//! A part of the customers, and a part of the addresses by which they are found: each with a lock of its own, so that a
//! table which grows holds up one look-up in many.

use hashbrown::HashTable;

use super::super::customers::LastScore;
use super::Found;
use super::record::{Given, NO_SURVEY, Record};
use crate::domain::names::CustomerId;

/// What an address is looked up by: 96 bits of it, hashed with keys that nobody knows. Among a thousand million addresses
/// two share them with a probability of 10⁻¹¹.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Digest {
    pub(super) hash: u64,
    pub(super) more: u32,
}

/// An address and one of the customers who have it: 16 bytes.
struct Address {
    digest: [u32; 3],
    customer: u32,
}

impl Address {
    fn new(digest: Digest, customer: u32) -> Self {
        Self { digest: [digest.hash as u32, (digest.hash >> 32) as u32, digest.more], customer }
    }

    fn digest(&self) -> Digest {
        let [low, high, more] = self.digest;
        Digest { hash: u64::from(high) << 32 | u64::from(low), more }
    }
}

#[derive(Default)]
pub(super) struct Shard {
    records: Vec<Record>,
    /// Places in `records`, by the hash of the id.
    customers: HashTable<u32>,
    addresses: HashTable<Address>,
    /// Ids of surveys, by their codes.
    surveys: Vec<Box<str>>,
    text_bytes: usize,
}

impl Shard {
    /// The customer with this id.
    pub(super) fn find(&self, hash: u64, id: &str) -> Option<&Record> {
        let place = self.customers.find(hash, |place| self.records[*place as usize].id() == id)?;
        self.records.get(*place as usize)
    }

    pub(super) fn at(&self, place: u32) -> Option<&Record> {
        self.records.get(place as usize)
    }

    /// The place of the customer with this id, who is put in if need be. `hash_of` hashes ids.
    pub(super) fn place(&mut self, hash: u64, id: &str, hash_of: impl Fn(&str) -> u64) -> u32 {
        let Self { records, customers, text_bytes, .. } = self;
        if let Some(place) = customers.find(hash, |place| records[*place as usize].id() == id) {
            return *place;
        }
        if records.len() == records.capacity() {
            // A quarter more: twice as much would be half empty.
            records.reserve_exact((records.len() / 4).max(16));
        }
        let place = records.len() as u32;
        records.push(Record::new(id));
        *text_bytes += id.len();
        customers.insert_unique(hash, place, |place| hash_of(records[*place as usize].id()));
        place
    }

    /// Forgets the customer with this id. The place stays empty until the next start: a look-up may be about to read it, and
    /// must not find somebody else there.
    pub(super) fn forget(&mut self, hash: u64, id: &str) {
        let is_it = |place: &u32| self.records[*place as usize].id() == id;
        if let Ok(found) = self.customers.find_entry(hash, is_it) {
            let (place, _) = found.remove();
            let record = &mut self.records[place as usize];
            self.text_bytes -= record.text_bytes();
            *record = Record::new("");
        }
    }

    /// Takes in a response of the customer at this place.
    pub(super) fn take(&mut self, place: u32, given: &Given<'_>) {
        let survey = self.survey(given.survey);
        if let Some(record) = self.records.get_mut(place as usize) {
            let before = record.text_bytes();
            record.take(given, survey);
            self.text_bytes = self.text_bytes + record.text_bytes() - before;
        }
    }

    fn survey(&mut self, id: &str) -> u16 {
        let known = self.surveys.iter().position(|survey| **survey == *id);
        let code = known.unwrap_or_else(|| {
            self.surveys.push(id.into());
            self.surveys.len() - 1
        });
        u16::try_from(code).unwrap_or(NO_SURVEY)
    }

    /// What is to be told of a customer who was looked up.
    pub(super) fn answer(&self, record: &Record, customer: CustomerId, matches: usize) -> Found {
        if record.asks_the_store() {
            return Found::OnDisk(vec![customer]);
        }
        let survey = self.surveys.get(usize::from(record.survey()));
        let last = survey.and_then(|survey| record.last(survey));
        Found::Customer(LastScore { customer, last, previous: record.previous(), matches })
    }

    /// The customers with this address, by their numbers.
    pub(super) fn with_address(&self, digest: Digest) -> Vec<u32> {
        let same = |address: &&Address| address.digest() == digest;
        self.addresses.iter_hash(digest.hash).filter(same).map(|address| address.customer).collect()
    }

    pub(super) fn add_address(&mut self, digest: Digest, customer: u32) {
        if !self.with_address(digest).contains(&customer) {
            let hash_of = |address: &Address| address.digest().hash;
            self.addresses.insert_unique(digest.hash, Address::new(digest, customer), hash_of);
        }
    }

    pub(super) fn remove_address(&mut self, digest: Digest, customer: u32) {
        let is_it = |address: &Address| address.customer == customer && address.digest() == digest;
        if let Ok(found) = self.addresses.find_entry(digest.hash, is_it) {
            found.remove();
        }
    }

    /// Bytes of memory, those that lie idle in the tables too.
    pub(super) fn bytes(&self) -> usize {
        // A table keeps a byte beside each place, and at least one place in eight empty.
        let table = |capacity: usize, size: usize| capacity * 8 / 7 * (size + 1);
        self.records.capacity() * size_of::<Record>()
            + self.text_bytes
            + table(self.customers.capacity(), size_of::<u32>())
            + table(self.addresses.capacity(), size_of::<Address>())
    }
}
