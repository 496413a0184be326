//! Looks after what was promised to customers who are followed up: what is missed goes up in the organisation.

use std::time::Duration;

use tokio::sync::watch;

use super::Clock;
use crate::store::{Store, StoreError};

/// How often the clock is looked at: promises are of hours, and a look at what is due first costs microseconds.
const LOOK: Duration = Duration::from_secs(1);

/// Most cases that go up in one transaction.
const MOST: usize = 64;

/// Looks until told to stop. What was not looked at by then is looked at after the next start.
pub async fn look_after(store: Store, clock: Clock, mut stopping: watch::Receiver<bool>) {
    loop {
        let more = match look(&store, &clock).await {
            Ok(more) => more,
            Err(error) => {
                tracing::warn!(%error, "what was promised cannot be looked after");
                false
            }
        };
        if *stopping.borrow() {
            return;
        }
        if !more {
            tokio::select! {
                _ = stopping.wait_for(|stop| *stop) => return,
                () = tokio::time::sleep(LOOK) => {}
            }
        }
    }
}

/// Looks once; says whether there may be more.
async fn look(store: &Store, clock: &Clock) -> Result<bool, StoreError> {
    let Some(following) = store.following() else { return Ok(false) };
    let now = clock();
    let watched = store.watched(now, MOST).await?;
    if watched.is_empty() {
        return Ok(false);
    }
    let more = watched.len() == MOST;
    let missed = store.look_after(watched, following, now).await?;
    metrics::counter!("hearback_promises_missed_total").increment(missed as u64);
    Ok(more)
}
