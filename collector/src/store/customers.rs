//! Customers: how they are found, and their last score.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use wire::Score;

use super::disk::Disk;
use super::{Store, StoreError, keys};
use crate::domain::customers::Customer;
use crate::domain::names::CustomerId;
use crate::domain::responses::Response;

/// By what a customer is looked up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lookup {
    /// The company's id.
    Id(CustomerId),
    /// An e-mail address in its normal form.
    Email(String),
    /// A telephone number in its normal form.
    Phone(String),
}

/// One entry of a customer's history. Stored: fields are only added, with a default.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Past {
    /// The score given.
    pub score: Score,
    /// When.
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    pub at: Timestamp,
}

/// What a customer said last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LastScore {
    /// Who it is.
    pub customer: CustomerId,
    /// The newest response with a score.
    pub last: Option<Response>,
    /// The one before.
    pub previous: Option<Past>,
    /// How many customers the look-up found; where several share an address, the one who answered last is given.
    pub matches: usize,
}

impl Store {
    /// The last score of a customer; nothing if no such customer is known.
    ///
    /// # Errors
    /// When it cannot be read.
    pub async fn last_score(&self, lookup: Lookup) -> Result<Option<LastScore>, StoreError> {
        self.read(move |disk| last_score(disk, &lookup)).await
    }
}

fn last_score(disk: &Disk, lookup: &Lookup) -> Result<Option<LastScore>, StoreError> {
    let found = find(disk, lookup)?;
    let matches = found.len();
    let mut newest: Option<(CustomerId, Recent)> = None;
    for customer in found {
        let recent = recent(disk, &customer)?;
        if newest.as_ref().is_none_or(|(_, best)| recent.last > best.last) {
            newest = Some((customer, recent));
        }
    }
    let Some((customer, Recent { last, previous })) = newest else { return Ok(None) };
    let last = last.map(|sequence| disk.get::<Response>(&keys::response(sequence))).transpose()?.flatten();
    Ok(Some(LastScore { customer, last, previous, matches }))
}

/// The end of a customer's history: the sequence number of the newest response, and the entry before it.
struct Recent {
    last: Option<u64>,
    previous: Option<Past>,
}

fn recent(disk: &Disk, customer: &CustomerId) -> Result<Recent, StoreError> {
    let mut history = disk.scan::<Past>(&keys::history_of(customer)).rev();
    let last = history.next().transpose()?.and_then(|(key, _)| keys::sequence_of(&key));
    let previous = history.next().transpose()?.map(|(_, past)| past);
    Ok(Recent { last, previous })
}

fn find(disk: &Disk, lookup: &Lookup) -> Result<Vec<CustomerId>, StoreError> {
    let prefix = match lookup {
        Lookup::Id(id) => {
            let known = disk.get::<Customer>(&keys::customer(id))?;
            return Ok(known.map(|_| id.clone()).into_iter().collect());
        }
        Lookup::Email(email) => keys::with_email(email),
        Lookup::Phone(phone) => keys::with_phone(phone),
    };
    let unreadable = |what: String| StoreError::Unreadable(what.into());
    disk.db
        .scan_prefix(&prefix)
        .keys()
        .map(|key| {
            let id = String::from_utf8(key?[prefix.len()..].to_vec())
                .map_err(|error| unreadable(error.to_string()))?;
            id.parse().map_err(|error: crate::domain::names::BadName| unreadable(error.to_string()))
        })
        .collect()
}
