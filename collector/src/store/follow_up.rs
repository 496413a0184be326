//! The follow-up document, and how many open cases everybody has.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::committer::Size;
use super::transaction::Transaction;
use super::{Store, StoreError, keys};
use crate::domain::cases::{FollowUp, InForce, Loads, Staff};
use crate::domain::names::PersonId;

/// What is needed to say who follows up. Clones share it.
#[derive(Clone)]
pub struct Following {
    /// The document in force.
    pub in_force: Arc<InForce>,
    /// The company as it is now.
    pub staff: Staff,
}

/// How many open cases somebody has. Stored: fields are only added, with a default.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Load {
    open: u32,
    /// How many of them are above what the person can have, as it was counted last.
    #[serde(default)]
    above: u32,
}

pub(super) fn read(json: &str) -> Result<InForce, StoreError> {
    let document: FollowUp =
        serde_json::from_str(json).map_err(|error| StoreError::Unreadable(error.to_string().into()))?;
    InForce::new(document).map_err(|why| StoreError::Unreadable(why.into()))
}

impl Store {
    /// The document in force and the company, if there is such a document.
    pub fn following(&self) -> Option<Following> {
        let catalog = self.catalog();
        let in_force = catalog.follow_up()?;
        let staff = Staff { people: catalog.people(), organisation: catalog.organisation() };
        Some(Following { in_force, staff })
    }

    /// Puts a sound document in force; says whether it differs from the one before. Promises that were made stay as they are.
    ///
    /// # Errors
    /// When it cannot be written.
    pub async fn push_follow_up(&self, document: FollowUp) -> Result<bool, StoreError> {
        let unreadable = |error: serde_json::Error| StoreError::Unreadable(error.to_string().into());
        let json = serde_json::to_string(&document).map_err(unreadable)?;
        let in_force = Arc::new(read(&json)?);
        let staff = {
            let catalog = self.catalog();
            Staff { people: catalog.people(), organisation: catalog.organisation() }
        };
        self.write(Size::Small, move |transaction| {
            if transaction.get::<String>(keys::FOLLOW_UP)?.is_some_and(|before| before == json) {
                return Ok(false);
            }
            transaction.put(keys::FOLLOW_UP.to_vec(), &json)?;
            // What people can have may be another number now.
            for key in transaction.keys(keys::LOADS)? {
                let person = key.get(keys::LOADS.len()..).and_then(|id| std::str::from_utf8(id).ok());
                if let Some(person) = person.and_then(|id| id.parse().ok()) {
                    transaction.change_load(&person, staff.capacity(&person, &in_force.document), 0)?;
                }
            }
            transaction.after(move |catalog| catalog.follow_up = Some(in_force));
            Ok(true)
        })
        .await
    }
}

impl Transaction<'_> {
    /// Somebody has so many more open cases, or fewer. What is above the capacities of all is kept as their backlog.
    pub(super) fn change_load(
        &mut self,
        person: &PersonId,
        capacity: u32,
        more: i64,
    ) -> Result<(), StoreError> {
        let before: Load = self.get(&keys::load(person))?.unwrap_or_default();
        let open = u32::try_from((i64::from(before.open) + more).max(0)).unwrap_or(u32::MAX);
        let load = Load { open, above: open.saturating_sub(capacity) };
        if load == before {
            return Ok(());
        }
        self.put(keys::load(person), &load)?;
        if load.above != before.above {
            let all: u64 = self.get(keys::OVERLOAD)?.unwrap_or_default();
            let all = (all + u64::from(load.above)).saturating_sub(before.above.into());
            self.put(keys::OVERLOAD.to_vec(), &all)?;
            self.after(move |catalog| catalog.overload = all);
        }
        Ok(())
    }
}

impl Loads for Transaction<'_> {
    type Error = StoreError;

    fn open_cases(&self, person: &PersonId) -> Result<u32, StoreError> {
        Ok(self.get::<Load>(&keys::load(person))?.unwrap_or_default().open)
    }
}
