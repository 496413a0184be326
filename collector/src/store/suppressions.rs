//! The suppression list: who is not to be asked.

use jiff::Timestamp;

use super::committer::Size;
use super::transaction::Transaction;
use super::{Store, StoreError, keys};
use crate::domain::asking::Ledger;
use crate::domain::customers::Customer;
use crate::domain::invitations::Invitation;
use crate::domain::names::CustomerId;
use crate::domain::secrets::TokenHash;
use crate::domain::suppressions::{Address, Reason, Suppression};
use crate::domain::timeline::{Step, What};

/// From so many entries on, others are not to wait for them.
const MANY: usize = 64;

/// An entry of the list, and its place in it.
pub type Listed = (Vec<u8>, Suppression);

/// What a customer wants of an invitation's survey.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Leave {
    /// Not to be asked it again.
    Survey,
    /// Not to be asked anything again.
    All,
    /// To be asked again after all.
    Undo,
}

impl Store {
    /// Puts these on the list, all or none, in place of what was there of the same address and survey.
    ///
    /// # Errors
    /// When they cannot be written.
    pub async fn suppress(&self, entries: Vec<(TokenHash, Suppression)>) -> Result<(), StoreError> {
        let size = if entries.len() > MANY { Size::Large } else { Size::Small };
        self.write(size, move |transaction| {
            for (hash, entry) in entries {
                transaction.put(keys::suppression(&hash, entry.survey.as_deref()), &entry)?;
            }
            Ok(())
        })
        .await
    }

    /// Takes an address off the list, for a survey or, without one, for all of them; says whether it was on it.
    ///
    /// # Errors
    /// When it cannot be written.
    pub async fn unsuppress(&self, address: Address, survey: Option<String>) -> Result<bool, StoreError> {
        self.write(Size::Small, move |transaction| {
            let key = keys::suppression(&address.hash(), survey.as_deref());
            let was = transaction.get::<Suppression>(&key)?.is_some();
            if was {
                transaction.remove(key);
            }
            Ok(was)
        })
        .await
    }

    /// The list behind a place in it, at most so many.
    ///
    /// # Errors
    /// When it cannot be read.
    pub async fn suppressions(&self, after: Vec<u8>, most: usize) -> Result<Vec<Listed>, StoreError> {
        self.read(move |disk| {
            let begin = [keys::SUPPRESSIONS, &after].concat();
            let mut listed = Vec::new();
            for entry in disk.db.range(begin.clone()..) {
                let (key, bytes) = entry?;
                let Some(place) = key.strip_prefix(keys::SUPPRESSIONS) else { break };
                if *key == *begin {
                    continue;
                }
                if listed.len() == most {
                    break;
                }
                listed.push((place.to_vec(), super::codec::decode(&bytes)?));
            }
            Ok(listed)
        })
        .await
    }

    /// Does what the customer with this token wants. The survey's id; nothing, if there is no such invitation or nobody is
    /// known to have it.
    ///
    /// # Errors
    /// When it cannot be written.
    pub async fn leave(
        &self,
        token: TokenHash,
        leave: Leave,
        now: Timestamp,
    ) -> Result<Option<String>, StoreError> {
        self.write(Size::Small, move |transaction| {
            let invitation: Option<Invitation> = transaction.get(&keys::invitation(&token))?;
            let Some(invitation) = invitation else { return Ok(None) };
            let Some(customer) = &invitation.customer else { return Ok(None) };
            let survey = invitation.survey.clone();
            match leave {
                Leave::Undo => transaction.come_back(customer, &survey)?,
                Leave::Survey => transaction.take_leave(customer, Some(&survey), now)?,
                Leave::All => transaction.take_leave(customer, None, now)?,
            }
            if leave != Leave::Undo {
                transaction.take_back(&token)?;
                transaction.note(token, Step::new(now, What::Unsubscribed))?;
            }
            Ok(Some(survey))
        })
        .await
    }
}

impl Transaction<'_> {
    /// A customer with an address takes leave with it: another id that has the same is the same person.
    fn take_leave(
        &mut self,
        customer: &CustomerId,
        survey: Option<&str>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        for address in self.addresses(customer)? {
            let key = keys::suppression(&address.hash(), survey);
            // Why it is there already matters more.
            if self.get::<Suppression>(&key)?.is_none() {
                let entry = Suppression {
                    address: Some(address.as_str().to_owned()),
                    kind: address.kind().to_owned(),
                    survey: survey.map(str::to_owned),
                    reason: Reason::Unsubscribed,
                    at: now,
                };
                self.put(key, &entry)?;
            }
        }
        Ok(())
    }

    /// Takes off the list what the customer put there, and nothing else.
    fn come_back(&mut self, customer: &CustomerId, survey: &str) -> Result<(), StoreError> {
        for address in self.addresses(customer)? {
            for survey in [None, Some(survey)] {
                let key = keys::suppression(&address.hash(), survey);
                let entry: Option<Suppression> = self.get(&key)?;
                if entry.is_some_and(|entry| entry.reason == Reason::Unsubscribed) {
                    self.remove(key);
                }
            }
        }
        Ok(())
    }

    /// Whether a customer is not to be asked this survey.
    pub(super) fn is_suppressed(
        &self,
        customer: &CustomerId,
        known: &Customer,
        survey: &str,
    ) -> Result<bool, StoreError> {
        for address in Address::all_of(customer, known) {
            if self.suppression(&address, survey)?.is_some() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn addresses(&self, customer: &CustomerId) -> Result<Vec<Address>, StoreError> {
        let known: Customer = self.get(&keys::customer(customer))?.unwrap_or_default();
        Ok(Address::all_of(customer, &known))
    }

    /// Forgets of whom the entries of a customer are, and keeps them: only their hashes are left.
    pub(super) fn forget_suppressed(
        &mut self,
        customer: &CustomerId,
        known: &Customer,
    ) -> Result<(), StoreError> {
        for address in Address::all_of(customer, known) {
            for key in self.keys(&keys::suppression(&address.hash(), None))? {
                if let Some(entry) = self.get::<Suppression>(&key)? {
                    self.put(key, &Suppression { address: None, ..entry })?;
                }
            }
        }
        Ok(())
    }
}
