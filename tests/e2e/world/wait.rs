//! Waiting for something to be so, with a deadline.

use std::time::{Duration, Instant};

use anyhow::{Result, anyhow};

/// How long anything may take. What fails takes this long; what works takes a fraction of it.
const DEADLINE: Duration = Duration::from_secs(20);

/// How often it is looked.
const INTERVAL: Duration = Duration::from_millis(20);

/// Looks until there is something to see. An error means: not yet.
pub(crate) async fn until<T>(what: &str, mut look: impl AsyncFnMut() -> Result<Option<T>>) -> Result<T> {
    let started = Instant::now();
    loop {
        let seen = look().await;
        if let Ok(Some(value)) = seen {
            return Ok(value);
        }
        if started.elapsed() > DEADLINE {
            let waited = format!("waited {} s for {what}", DEADLINE.as_secs());
            return Err(match seen {
                Err(error) => error.context(waited),
                Ok(_) => anyhow!(waited),
            });
        }
        tokio::time::sleep(INTERVAL).await;
    }
}

/// Does something to an element once the browser lets it be done: one that has just come may not be drawn yet, or not where it
/// will be, and then nothing happens but an error.
pub(crate) async fn once_interactable(mut act: impl AsyncFnMut() -> Result<()>) -> Result<()> {
    until("the element to be drawn", async || match act().await {
        Err(error)
            if ["not interactable", "intercepted"].iter().any(|why| format!("{error:#}").contains(why)) =>
        {
            Err(error)
        }
        done => Ok(Some(done)),
    })
    .await?
}
