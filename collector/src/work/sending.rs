//! The loop: takes what is due, so many at once and so many a second, and reports what became of each.

use std::collections::HashMap;
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::watch;
use tokio::task::{Id, JoinSet};
use tokio::time::Instant;

use super::carrier::Outcome;
use super::letter::Letter;
use super::{Post, again};
use crate::domain::secrets::TokenHash;
use crate::domain::timeline::{Step, What};
use crate::store::{Due, StoreError};

/// How often the clock is looked at, although nothing was put in: it may be set.
const LOOK: Duration = Duration::from_secs(1);

/// How long a stop waits for mails that are being handed over.
const GRACE: Duration = Duration::from_secs(5);

/// How long to wait before a report is tried again that the store had no room for.
const ROOM: Duration = Duration::from_millis(100);

/// Whether the server was there.
enum Seen {
    Yes,
    No,
    /// It was not asked.
    Unknown,
}

/// Sends what is due until told to stop, then finishes what is being handed over.
pub async fn run(post: Post, mut stopping: watch::Receiver<bool>) {
    let mut sending = Sending {
        under_way: JoinSet::new(),
        taken: HashMap::new(),
        failures: 0,
        paused_until: Instant::now(),
        next: Instant::now(),
        gap: Duration::from_secs(1) / post.smtp.per_second,
        post,
    };
    loop {
        if *stopping.borrow() {
            break;
        }
        let now = (sending.post.clock)();
        if let Err(error) = sending.start(now).await {
            tracing::warn!(%error, "the outbox cannot be read");
        }
        let wait = sending.wait(now).await;
        tokio::select! {
            _ = stopping.wait_for(|stop| *stop) => break,
            Some(ended) = sending.under_way.join_next_with_id() => match ended {
                Ok((task, seen)) => sending.ended(task, seen),
                // A panic was reported by its own message; the mail is still in the outbox.
                Err(error) => sending.ended(error.id(), Seen::No),
            },
            () = sending.post.store.something_to_send() => {}
            () = tokio::time::sleep(wait) => {}
        }
    }
    let finished = async { while sending.under_way.join_next().await.is_some() {} };
    if tokio::time::timeout(GRACE, finished).await.is_err() {
        // They are still in the outbox, and due again at the next start.
        tracing::warn!("some mails were not handed over in time");
    }
}

struct Sending {
    post: Post,
    under_way: JoinSet<Seen>,
    /// Which mails are under way.
    taken: HashMap<Id, TokenHash>,
    /// How often the server was not reached, one time after the other.
    failures: u32,
    /// Nothing is sent before.
    paused_until: Instant,
    /// When the next mail may go.
    next: Instant,
    /// The time between two.
    gap: Duration,
}

impl Sending {
    /// Begins with what is due, as far as there are connections for it.
    async fn start(&mut self, now: Timestamp) -> Result<(), StoreError> {
        // A server that was not there is asked by one mail first.
        let most = if self.failures > 0 { 1 } else { self.post.smtp.connections };
        let room = most.saturating_sub(self.taken.len());
        if room == 0 || Instant::now() < self.paused_until {
            return Ok(());
        }
        let due = self.post.store.due(now, self.taken.len() + room).await?;
        let fresh = |due: &Due| !self.taken.values().any(|taken| *taken == due.id);
        for due in due.into_iter().filter(fresh).take(room).collect::<Vec<_>>() {
            self.next = self.next.max(Instant::now()) + self.gap;
            let (post, turn) = (self.post.clone(), self.next - self.gap);
            let id = due.id;
            let task = self.under_way.spawn(async move {
                tokio::time::sleep_until(turn).await;
                post.send(&due).await
            });
            self.taken.insert(task.id(), id);
        }
        Ok(())
    }

    /// Takes note of a mail that is under way no more.
    fn ended(&mut self, task: Id, seen: Seen) {
        self.taken.remove(&task);
        match seen {
            Seen::Yes => self.failures = 0,
            Seen::No => {
                self.failures += 1;
                self.paused_until = Instant::now() + again::pause(self.failures);
            }
            Seen::Unknown => {}
        }
    }

    /// How long there is nothing to do, unless something is put in.
    async fn wait(&self, now: Timestamp) -> Duration {
        // One that cannot be read is looked for again soon.
        let next = self.post.store.next_due(now).await.unwrap_or_default();
        let paused = self.paused_until.saturating_duration_since(Instant::now());
        if !paused.is_zero() {
            return paused.min(LOOK);
        }
        let wait = next.and_then(|at| at.duration_since(now).try_into().ok());
        wait.unwrap_or(LOOK).min(LOOK)
    }
}

/// What became of a mail.
enum Became {
    Sent,
    GivenUp(String),
    /// It is tried again. Whether a server has put it off, and why.
    Deferred {
        until: Timestamp,
        by_server: bool,
        why: String,
    },
}

impl Became {
    /// Its name in the metrics.
    fn name(&self) -> &'static str {
        match self {
            Self::Sent => "sent",
            Self::GivenUp(_) => "given_up",
            Self::Deferred { .. } => "deferred",
        }
    }
}

impl Post {
    /// Sends one mail and reports what became of it.
    async fn send(&self, due: &Due) -> Seen {
        let (message, name) = match self.letter(due, (self.clock)()).await {
            Ok(Letter::Ready(message, name)) => (message, name),
            Ok(Letter::Gone) => return Seen::Unknown,
            Ok(Letter::Pointless(why)) => {
                self.report(due, (self.clock)(), Became::GivenUp(why)).await;
                return Seen::Unknown;
            }
            Err(error) => {
                // Others are not to wait for it.
                tracing::error!(%error, "a mail that is due cannot be read");
                let now = (self.clock)();
                let became = self.try_again(due, now, "it cannot be read".into());
                self.report(due, now, became).await;
                return Seen::Unknown;
            }
        };
        let outcome = self.carrier.take(*message, &name).await;
        let now = (self.clock)();
        let (became, seen) = match outcome {
            Outcome::Taken => {
                let late = now.duration_since(due.outgoing.since()).as_secs_f64();
                metrics::histogram!("hearback_mail_delay_seconds").record(late.max(0.0));
                (Became::Sent, Seen::Yes)
            }
            Outcome::Refused(why) => (Became::GivenUp(why), Seen::Yes),
            Outcome::PutOff(why) => (self.try_again(due, now, why), Seen::Yes),
            Outcome::BrokenOff(why) => {
                trouble(&why);
                (self.try_again(due, now, why), Seen::No)
            }
            Outcome::Unreachable(why) => {
                trouble(&why);
                let until = now.saturating_add(again::pause(1)).unwrap_or(now);
                (Became::Deferred { until, by_server: false, why }, Seen::No)
            }
        };
        self.report(due, now, became).await;
        seen
    }

    /// What becomes of a mail that a server has put off.
    fn try_again(&self, due: &Due, now: Timestamp, why: String) -> Became {
        let hours = self.smtp.retry_hours;
        match again::next_try(&due.outgoing, &due.id, now, hours) {
            Some(until) => Became::Deferred { until, by_server: true, why },
            None => Became::GivenUp(format!("put off for {hours} hours: {why}")),
        }
    }

    /// Writes what became of a mail, however long it takes: what is not written would be sent again.
    async fn report(&self, due: &Due, now: Timestamp, became: Became) {
        loop {
            let written = match &became {
                Became::Sent => self.store.sent(due, now).await,
                Became::GivenUp(why) => self.store.give_up(due, now, why).await,
                Became::Deferred { until, by_server, why } => {
                    let step = Step::because(now, What::Deferred, why);
                    self.store.defer(due, *until, *by_server, step).await
                }
            };
            match written {
                Ok(()) => break,
                Err(StoreError::Busy | StoreError::Full { .. }) => tokio::time::sleep(ROOM).await,
                Err(error) => {
                    tracing::error!(%error, "what became of a mail cannot be written: it may be sent again");
                    return;
                }
            }
        }
        metrics::counter!("hearback_mails_total", "outcome" => became.name()).increment(1);
    }
}

/// For the operator: it names the server's trouble, and nobody whom a mail was for.
fn trouble(why: &str) {
    tracing::warn!(why, "the mail server cannot be reached, or broke off");
    metrics::counter!("hearback_mail_server_failures_total").increment(1);
}
