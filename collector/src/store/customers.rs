//! Customers: how they are found, and their last score.

use std::sync::{Arc, PoisonError};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use wire::Score;

use super::disk::Disk;
use super::last_scores::Found;
use super::remembered::scores;
use super::{Catalog, Store, StoreError, keys};
use crate::domain::customers::Customer;
use crate::domain::names::CustomerId;
use crate::domain::phones::Phones;
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

/// A customer's newest response with a score.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Last {
    /// The score given.
    pub score: Score,
    /// When.
    pub at: Timestamp,
    /// The response's id.
    pub response: Uuid,
    /// The survey's id.
    pub survey: String,
    /// The customer's words.
    pub comment: Option<String>,
}

/// What a customer said last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LastScore {
    /// Who it is.
    pub customer: CustomerId,
    /// The newest response with a score.
    pub last: Option<Last>,
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
        if !self.0.last_scores.is_complete() {
            return self.last_score_on_disk(lookup).await;
        }
        match self.0.last_scores.find(lookup) {
            Found::Customer(found) => Ok(Some(found)),
            Found::Nobody => Ok(None),
            Found::OnDisk(customers) => self.newest_on_disk(customers).await,
        }
    }

    /// The same from the disk: what is in memory must agree with it.
    pub(super) async fn last_score_on_disk(&self, lookup: Lookup) -> Result<Option<LastScore>, StoreError> {
        let phones = self.0.phones;
        let customers = self.read(move |disk| find(disk, &lookup, phones)).await?;
        self.newest_on_disk(customers).await
    }

    /// The scores of a customer, the oldest first, the newest ones if there are more than `most`.
    ///
    /// # Errors
    /// When they cannot be read.
    pub async fn history(&self, customer: CustomerId, most: usize) -> Result<Vec<Past>, StoreError> {
        self.read(move |disk| {
            let newest = scores(disk, &customer)?.take(most);
            let mut history = newest.map(|entry| Ok(entry?.1)).collect::<Result<Vec<_>, StoreError>>()?;
            history.reverse();
            Ok(history)
        })
        .await
    }

    /// The last score of the one among these who answered last.
    async fn newest_on_disk(&self, customers: Vec<CustomerId>) -> Result<Option<LastScore>, StoreError> {
        let catalog = Arc::clone(&self.0.catalog);
        self.read(move |disk| {
            let found = last_score(disk, customers)?;
            let catalog = catalog.read().unwrap_or_else(PoisonError::into_inner);
            Ok(found.map(|(customer, Recent { last, previous }, matches)| LastScore {
                customer,
                last: last.and_then(|(_, response)| Last::new(response, &catalog)),
                previous,
                matches,
            }))
        })
        .await
    }
}

impl Last {
    /// What counts of a response, if it has a score.
    fn new(response: Response, catalog: &Catalog) -> Option<Self> {
        let survey = catalog.survey_version(&response.survey, response.version);
        let comment = survey.and_then(|survey| response.comment(&survey).map(str::to_owned));
        let Response { id, survey, score, at, .. } = response;
        Some(Self { score: score?, at, response: id, survey, comment })
    }
}

fn last_score(
    disk: &Disk,
    mut found: Vec<CustomerId>,
) -> Result<Option<(CustomerId, Recent, usize)>, StoreError> {
    let matches = found.len();
    // Of those who never answered, the first by id.
    found.sort();
    let mut newest: Option<(CustomerId, Recent)> = None;
    for customer in found {
        let recent = recent(disk, &customer)?;
        if newest.as_ref().is_none_or(|(_, best)| recent.sequence() > best.sequence()) {
            newest = Some((customer, recent));
        }
    }
    Ok(newest.map(|(customer, recent)| (customer, recent, matches)))
}

/// The end of a customer's history: the newest response with a score, with its sequence number, and the one before it.
struct Recent {
    last: Option<(u64, Response)>,
    previous: Option<Past>,
}

impl Recent {
    fn sequence(&self) -> Option<u64> {
        self.last.as_ref().map(|(sequence, _)| *sequence)
    }
}

fn recent(disk: &Disk, customer: &CustomerId) -> Result<Recent, StoreError> {
    let mut recent = Recent { last: None, previous: None };
    for entry in scores(disk, customer)? {
        let (sequence, _) = entry?;
        // Stores of earlier versions have entries of responses that have lost their score.
        let Some(response) = disk.get::<Response>(&keys::response(sequence))? else { continue };
        let Some(score) = response.score else { continue };
        if recent.last.is_some() {
            recent.previous = Some(Past { score, at: response.at });
            break;
        }
        recent.last = Some((sequence, response));
    }
    Ok(recent)
}

fn find(disk: &Disk, lookup: &Lookup, phones: Phones) -> Result<Vec<CustomerId>, StoreError> {
    let prefixes = match lookup {
        Lookup::Id(id) => {
            let known = disk.get::<Customer>(&keys::customer(id))?;
            return Ok(known.map(|_| id.clone()).into_iter().collect());
        }
        Lookup::Email(email) => vec![keys::with_email(email)],
        Lookup::Phone(phone) => phones.earlier(phone).iter().map(|phone| keys::with_phone(phone)).collect(),
    };
    let unreadable = |what: String| StoreError::Unreadable(what.into());
    let mut found = Vec::new();
    for prefix in prefixes {
        for key in disk.db.scan_prefix(&prefix).keys() {
            let id = String::from_utf8(key?[prefix.len()..].to_vec())
                .map_err(|error| unreadable(error.to_string()))?;
            found.push(
                id.parse().map_err(|error: crate::domain::names::BadName| unreadable(error.to_string()))?,
            );
        }
    }
    Ok(found)
}
