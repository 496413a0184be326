//! The organisation: one record for each unit and agent, replaced together.

use std::sync::Arc;

use super::committer::Size;
use super::{Store, StoreError, keys};
use crate::domain::organisation::Organisation;

impl Store {
    /// Keeps a sound organisation in place of the one before.
    ///
    /// # Errors
    /// When it cannot be written.
    pub async fn replace_organisation(&self, organisation: Organisation) -> Result<(), StoreError> {
        self.write(Size::Large, move |transaction| {
            let before = [transaction.keys(keys::UNITS)?, transaction.keys(keys::AGENTS)?].concat();
            before.into_iter().for_each(|key| transaction.remove(key));
            for unit in &organisation.units {
                transaction.put(keys::unit(unit.id.as_str()), unit)?;
            }
            for agent in &organisation.agents {
                transaction.put(keys::agent(agent.id.as_str()), agent)?;
            }
            transaction.after(move |catalog| catalog.organisation = Arc::new(organisation));
            Ok(())
        })
        .await
    }
}
