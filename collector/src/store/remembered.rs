//! What is kept of a customer in one record: what is known, when the customer was asked, and the scores given.
//!
//! In one, because a record costs what its finding costs, not its bytes: an invitation is written with one place in the tree
//! fewer, and a start, which takes as long as there are records, reads two fifths fewer. A record holds the newest of each, at
//! most [`MOST`]. Older ones move to keys of their own, so that of who is asked every day nothing grows that is written each time.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::customers::Past;
use super::disk::Disk;
use super::{StoreError, keys};
use crate::domain::customers::Customer;
use crate::domain::invitations::Asked;
use crate::domain::names::CustomerId;
use crate::domain::secrets::TokenHash;

/// Most entries of a kind in a customer's record.
pub(super) const MOST: usize = 32;

/// The record. Stored: fields are only added, with a default. Whoever wants no more of it than a [`Customer`] reads it as one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Remembered {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    email: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    phone: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    first_name: Option<String>,
    /// By when the invitation was made, in ms since 1970, and the hash of its token.
    #[serde(default, skip_serializing_if = "Newest::is_empty")]
    pub(super) asked: Newest<(u64, TokenHash), Asked>,
    /// By the response's sequence number.
    #[serde(default, skip_serializing_if = "Newest::is_empty")]
    pub(super) scores: Newest<u64, Past>,
}

impl Remembered {
    pub(super) fn customer(&self) -> Customer {
        let Self { email, phone, first_name, .. } = self.clone();
        Customer { email, phone, first_name }
    }

    pub(super) fn set_customer(&mut self, customer: Customer) {
        let Customer { email, phone, first_name } = customer;
        (self.email, self.phone, self.first_name) = (email, phone, first_name);
    }
}

/// The newest entries of something that grows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(bound(deserialize = "K: Ord + Deserialize<'de>, V: Deserialize<'de>"))]
pub(super) struct Newest<K, V> {
    list: BTreeMap<K, V>,
    /// Whether there are older ones, under keys of their own.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    older: bool,
}

impl<K, V> Default for Newest<K, V> {
    fn default() -> Self {
        Self { list: BTreeMap::new(), older: false }
    }
}

impl<K: Copy + Ord, V> Newest<K, V> {
    /// Of these, the newest ones; and those that are to have keys of their own.
    pub(super) fn of(mut all: BTreeMap<K, V>) -> (Self, BTreeMap<K, V>) {
        let Some(first) = all.len().checked_sub(MOST).filter(|older| *older > 0) else {
            return (Self { list: all, older: false }, BTreeMap::new());
        };
        let first = all.keys().nth(first).copied();
        let list = first.map(|first| all.split_off(&first)).unwrap_or_default();
        (Self { list, older: true }, all)
    }

    fn is_empty(&self) -> bool {
        self.list.is_empty() && !self.older
    }

    /// Tells which ones have keys of their own; nothing, if none have.
    pub(super) fn older(&self) -> Option<impl Fn(&K) -> bool + use<K, V>> {
        let first = self.list.keys().next().copied();
        self.older.then_some(move |key: &K| first.is_none_or(|first| *key < first))
    }

    pub(super) fn into_list(self) -> BTreeMap<K, V> {
        self.list
    }

    /// Puts one in its place. Returns what is to have keys of its own: half of them at a time.
    pub(super) fn put(&mut self, key: K, value: V) -> BTreeMap<K, V> {
        if self.older().is_some_and(|is_older| is_older(&key)) {
            return BTreeMap::from([(key, value)]);
        }
        self.list.insert(key, value);
        if self.list.len() <= MOST {
            return BTreeMap::new();
        }
        self.older = true;
        let half = self.list.keys().nth(MOST / 2).copied();
        let newer = half.map(|half| self.list.split_off(&half)).unwrap_or_default();
        std::mem::replace(&mut self.list, newer)
    }

    /// Takes one out. It may have a key of its own as well.
    pub(super) fn remove(&mut self, key: K) {
        self.list.remove(&key);
    }
}

/// The scores of a customer with the sequence numbers of their responses, the newest first.
pub(super) fn scores(
    disk: &Disk,
    customer: &CustomerId,
) -> Result<impl Iterator<Item = Result<(u64, Past), StoreError>> + use<>, StoreError> {
    let remembered: Option<Remembered> = disk.get(&keys::customer(customer))?;
    let scores = remembered.unwrap_or_default().scores;
    let older = scores.older().map(|is_older| {
        let entries = disk.scan::<Past>(&keys::history_of(customer)).rev();
        let read = entries.map(|entry| {
            let (key, past) = entry?;
            let unreadable = || StoreError::Unreadable("the key of a score".into());
            Ok((keys::sequence_of(&key).ok_or_else(unreadable)?, past))
        });
        // Since the record was read, more may have moved here.
        read.filter(move |entry| entry.as_ref().map_or(true, |(sequence, _)| is_older(sequence)))
    });
    Ok(scores.into_list().into_iter().rev().map(Ok).chain(older.into_iter().flatten()))
}
