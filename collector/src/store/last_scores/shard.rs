//! A part of the customers, and a part of the addresses by which they are found: each with a lock of its own, so that a
//! table which grows holds up one look-up in many.

use hashbrown::HashTable;
use hashbrown::hash_table::Entry;

use super::super::customers::LastScore;
use super::Found;
use super::record::{self, Given, NO_SURVEY, Record};
use crate::domain::names::CustomerId;

/// What an address is looked up by, and what it knows its customers by: 96 bits of it, hashed with keys that nobody knows. Among
/// a thousand million addresses two share them with a probability of 10⁻¹¹.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Digest {
    pub(super) hash: u64,
    pub(super) more: u32,
}

/// The same in 12 bytes.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Packed([u32; 3]);

impl From<Digest> for Packed {
    fn from(Digest { hash, more }: Digest) -> Self {
        Self([hash as u32, (hash >> 32) as u32, more])
    }
}

impl From<Packed> for Digest {
    fn from(Packed([low, high, more]): Packed) -> Self {
        Self { hash: u64::from(high) << 32 | u64::from(low), more }
    }
}

/// An address and one of the customers who have it: 24 bytes.
struct Address {
    digest: Packed,
    customer: Packed,
}

#[derive(Default)]
pub(super) struct Shard {
    /// By the hash of the id.
    customers: HashTable<Record>,
    addresses: HashTable<Address>,
    /// Ids of surveys, by their codes.
    surveys: Vec<Box<str>>,
    text_bytes: usize,
}

impl Shard {
    /// The customer with this id.
    pub(super) fn find(&self, hash: u64, id: &str) -> Option<&Record> {
        self.customers.find(hash, |record| record.is(id))
    }

    /// The customer whom an address knows by this. `hash_of` hashes ids.
    pub(super) fn known_by(&self, customer: Digest, hash_of: impl Fn(&str) -> u64) -> Option<&Record> {
        let Digest { hash, more } = customer;
        self.customers.find(hash, |record| record.is_known_by(more) && hash_of(record.id()) == hash)
    }

    /// Puts a customer in, unless there is one of this id. `hash_of` hashes ids.
    pub(super) fn add(&mut self, customer: Digest, id: &str, hash_of: impl Fn(&str) -> u64) {
        let rehash = |record: &Record| hash_of(record.id());
        if let Entry::Vacant(place) = self.customers.entry(customer.hash, |record| record.is(id), rehash) {
            place.insert(Record::new(id, customer.more));
            self.text_bytes += id.len();
        }
    }

    /// Forgets the customer with this id.
    pub(super) fn forget(&mut self, hash: u64, id: &str) {
        if let Ok(found) = self.customers.find_entry(hash, |record| record.is(id)) {
            let (record, _) = found.remove();
            self.text_bytes -= record.text_bytes();
        }
    }

    /// Takes in a response of the customer with this id, who is there.
    pub(super) fn take(&mut self, hash: u64, id: &str, given: &Given<'_>) {
        let survey = self.survey(given.survey);
        if let Some(record) = self.customers.find_mut(hash, |record| record.is(id)) {
            let before = record.text_bytes();
            *record = record.with(given, survey);
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

    /// The customers with this address.
    pub(super) fn with_address(&self, digest: Digest) -> Vec<Digest> {
        let same = |address: &&Address| address.digest == digest.into();
        self.addresses.iter_hash(digest.hash).filter(same).map(|address| address.customer.into()).collect()
    }

    pub(super) fn add_address(&mut self, digest: Digest, customer: Digest) {
        if !self.with_address(digest).contains(&customer) {
            let address = Address { digest: digest.into(), customer: customer.into() };
            self.addresses.insert_unique(digest.hash, address, |address| Digest::from(address.digest).hash);
        }
    }

    pub(super) fn remove_address(&mut self, digest: Digest, customer: Digest) {
        let is_it = |it: &Address| it.customer == customer.into() && it.digest == digest.into();
        if let Ok(found) = self.addresses.find_entry(digest.hash, is_it) {
            found.remove();
        }
    }

    /// Bytes of memory, those that lie idle in the tables too.
    pub(super) fn bytes(&self) -> usize {
        // A table keeps a byte beside each place, and at least one place in eight empty.
        let table = |capacity: usize, size: usize| capacity * 8 / 7 * (size + 1);
        self.customers.len() * record::BYTES
            + self.text_bytes
            + table(self.customers.capacity(), size_of::<Record>())
            + table(self.addresses.capacity(), size_of::<Address>())
    }
}
