//! The organisation: one record for each unit and agent. What differs from the one before is written, in one step.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use jiff::Timestamp;
use serde::Serialize;
use wire::FieldProblem;

use super::committer::Size;
use super::transaction::Transaction;
use super::{Catalog, Store, StoreError, keys};
use crate::domain::organisation::{Change, Organisation};

/// Why the organisation was not changed.
#[derive(Clone, Debug, thiserror::Error)]
pub enum ChangeError {
    /// The change cannot be made.
    #[error("the change is not valid")]
    Invalid(Vec<FieldProblem>),
    /// It cannot be written.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What a change came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Changed {
    /// How many units there are now.
    pub units: usize,
    /// How many agents there are now.
    pub agents: usize,
    /// How many units are new, others than before, or gone.
    pub changed_units: usize,
    /// How many agents are new, others than before, or gone.
    pub changed_agents: usize,
}

impl Store {
    /// Keeps a sound organisation in place of the one before.
    ///
    /// # Errors
    /// When it cannot be written.
    pub async fn replace_organisation(&self, organisation: Organisation) -> Result<Changed, StoreError> {
        let catalog = Arc::clone(&self.0.catalog);
        self.write(Size::Large, move |transaction| write(transaction, &present(&catalog), organisation)).await
    }

    /// Changes the organisation as it is when the change's turn comes: of two at once, neither is lost.
    ///
    /// # Errors
    /// When it cannot be done, in part or in all, or not be written. Then nothing is changed.
    pub async fn change_organisation(&self, change: Change, now: Timestamp) -> Result<Changed, ChangeError> {
        let catalog = Arc::clone(&self.0.catalog);
        let job = move |transaction: &mut Transaction<'_>| {
            let before = present(&catalog);
            let after = before.changed(&change, now).map_err(ChangeError::Invalid)?;
            Ok(write(transaction, &before, after)?)
        };
        self.write(Size::Large, job).await
    }
}

/// The organisation that the writer has before it. Only large writes change it, and each of those has a commit of its own: what
/// is in the tables is what the one before has written.
fn present(catalog: &RwLock<Catalog>) -> Arc<Organisation> {
    catalog.read().unwrap_or_else(PoisonError::into_inner).organisation()
}

/// Writes what differs.
fn write(
    transaction: &mut Transaction<'_>,
    before: &Organisation,
    mut after: Organisation,
) -> Result<Changed, StoreError> {
    // As they will be read again.
    after.units.sort_by(|a, b| a.id.cmp(&b.id));
    after.agents.sort_by(|a, b| a.id.cmp(&b.id));
    if before.time_zone != after.time_zone {
        match &after.time_zone {
            Some(time_zone) => transaction.put(keys::TIME_ZONE.to_vec(), time_zone)?,
            None => transaction.remove(keys::TIME_ZONE.to_vec()),
        }
    }
    let changed_units =
        write_all(transaction, &before.units, &after.units, |unit| keys::unit(unit.id.as_str()))?;
    let changed_agents =
        write_all(transaction, &before.agents, &after.agents, |agent| keys::agent(agent.id.as_str()))?;
    let (units, agents) = (after.units.len(), after.agents.len());
    transaction.after(move |catalog| catalog.organisation = Arc::new(after));
    Ok(Changed { units, agents, changed_units, changed_agents })
}

/// Writes those of a kind that are new or others than before, removes those that are gone, and says how many there are of both.
fn write_all<T: Serialize + PartialEq>(
    transaction: &mut Transaction<'_>,
    before: &[T],
    after: &[T],
    key: impl Fn(&T) -> Vec<u8>,
) -> Result<usize, StoreError> {
    let mut gone: HashMap<Vec<u8>, &T> = before.iter().map(|record| (key(record), record)).collect();
    let mut changed = 0;
    for record in after {
        let key = key(record);
        if gone.remove(&key) != Some(record) {
            transaction.put(key, record)?;
            changed += 1;
        }
    }
    changed += gone.len();
    gone.into_keys().for_each(|key| transaction.remove(key));
    Ok(changed)
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;
    use serde_json::json;

    use super::*;
    use crate::domain::organisation::{Agent, Unit};
    use crate::store::{Options, codec, patiently};

    fn organisation() -> Organisation {
        toml::from_str(
            r#"
            time_zone = "Europe/London"
            units = [
                { id = "north", kind = "team", name = "North", parent = "care", target = 12.5 },
                { id = "care", kind = "department", name = "Care" },
            ]
            agents = [
                { id = "b", name = "B", unit = "north", memberships = [{ unit = "care", from = 2026-01-01, to = 2026-02-01 }] },
                { id = "a", name = "A", memberships = [{ unit = "north", from = 2026-01-01 }, { unit = "care", to = 2025-12-01 }] },
                { id = "c", name = "C" },
            ]
        "#,
        )
        .unwrap()
    }

    async fn reopened(options: &Options, store: Store) -> Store {
        store.close();
        drop(store);
        patiently(|| Store::open(options, Box::new(|_| {})))
    }

    #[tokio::test]
    async fn an_organisation_is_the_same_after_a_restart_and_what_is_removed_is_gone() {
        let directory = tempfile::tempdir().unwrap();
        let options = Options::for_test(directory.path());
        let store = Store::open(&options, Box::new(|_| {})).unwrap();
        let changed = store.replace_organisation(organisation()).await.unwrap();
        assert_eq!(changed, Changed { units: 2, agents: 3, changed_units: 2, changed_agents: 3 });
        let before = store.catalog().organisation();
        let store = reopened(&options, store).await;
        assert_eq!(store.catalog().organisation(), before);

        let again = store.replace_organisation(organisation()).await.unwrap();
        assert_eq!((again.changed_units, again.changed_agents), (0, 0));
        let mut other = organisation();
        other.time_zone = None;
        other.units[0].target = None;
        other.agents.remove(2);
        other.agents[0].unit = Some("care".parse().unwrap());
        let changed = store.replace_organisation(other).await.unwrap();
        assert_eq!(changed, Changed { units: 2, agents: 2, changed_units: 1, changed_agents: 2 });
        let before = store.catalog().organisation();
        assert_eq!((before.time_zone.as_deref(), before.agents.len()), (None, 2));
        let store = reopened(&options, store).await;
        assert_eq!(store.catalog().organisation(), before);
        store.close();
    }

    #[tokio::test]
    async fn of_changes_at_once_none_is_lost_and_one_that_cannot_be_done_does_nothing() {
        let directory = tempfile::tempdir().unwrap();
        let options = Options { queue: 64, ..Options::for_test(directory.path()) };
        let store = Store::open(&options, Box::new(|_| {})).unwrap();
        store.replace_organisation(organisation()).await.unwrap();
        let now = Timestamp::UNIX_EPOCH;
        let tasks: Vec<_> = (0..20)
            .map(|n| {
                let agents = json!([{"id": format!("new{n}"), "name": "New"}]);
                let bad = json!([{"id": "gone", "name": "G", "unit": "nowhere"}]);
                let change = json!({"agents": if n % 5 == 4 { bad } else { agents }});
                let (store, change) = (store.clone(), serde_json::from_value::<Change>(change).unwrap());
                tokio::spawn(async move { store.change_organisation(change, now).await })
            })
            .collect();
        for (n, task) in tasks.into_iter().enumerate() {
            match task.await.unwrap() {
                Ok(changed) => assert_eq!((changed.changed_units, changed.changed_agents), (0, 1)),
                Err(ChangeError::Invalid(problems)) => {
                    assert_eq!((n % 5, problems[0].path.as_str()), (4, "agents[0].unit"));
                }
                Err(error) => panic!("{error}"),
            }
        }
        let after = store.catalog().organisation();
        assert_eq!(after.agents.len(), 3 + 16);
        let store = reopened(&options, store).await;
        assert_eq!(store.catalog().organisation(), after);
        store.close();
    }

    /// What was written before there were memberships and targets.
    #[derive(Serialize, Deserialize)]
    struct OldUnit {
        id: String,
        kind: String,
        name: String,
        parent: Option<String>,
    }

    #[derive(Serialize, Deserialize)]
    struct OldAgent {
        id: String,
        name: String,
        unit: Option<String>,
    }

    #[test]
    fn a_record_of_before_there_were_memberships_is_read_as_ever() {
        let (unit, agent) = (
            OldUnit { id: "u".into(), kind: "team".into(), name: "U".into(), parent: None },
            OldAgent { id: "a".into(), name: "A".into(), unit: Some("u".into()) },
        );
        let read: Unit = codec::decode(&codec::encode(&unit).unwrap()).unwrap();
        assert_eq!((read.id.as_str(), read.target), ("u", None));
        assert_eq!(codec::encode(&read).unwrap(), codec::encode(&unit).unwrap(), "written as ever");
        let read: Agent = codec::decode(&codec::encode(&agent).unwrap()).unwrap();
        assert_eq!((read.unit.as_ref().map(|unit| unit.as_str()), read.memberships.len()), (Some("u"), 0));
        assert_eq!(codec::encode(&read).unwrap(), codec::encode(&agent).unwrap(), "written as ever");
    }
}
