//! Sends to one endpoint: hears of events, puts them in order, and writes down what became of each.
//!
//! Read on in `writing`.

mod writing;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use hyper::body::Bytes;
use jiff::Timestamp;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::Instant;

use writing::{Unwritten, Writing, written};

use super::Senders;
use super::connection::{Answer, Endpoint, Trouble};
use super::message::{Meaning, headers, meaning};
use crate::domain::events::{EventId, What};
use crate::domain::names::CustomerId;
use crate::domain::webhooks::delivery::{Delivery, Outcome, shortened};
use crate::domain::webhooks::queue::{Failure, Fate, Queue, Source, Start};
use crate::domain::webhooks::target::Target;
use crate::domain::webhooks::{Progress, Replay, Webhook, Why, lane};
use crate::feed::{Follower, News, Written};
use crate::store::{Store, StoreError, Waiting};

/// How often the clock is looked at: it may be set.
const LOOK: Duration = Duration::from_secs(1);

/// How long an event is sent as it was heard; later it is read again, as it then is.
const FRESH: Duration = Duration::from_secs(1);

/// How long to wait before something is tried again that the store did not take or give.
const ROOM: Duration = Duration::from_millis(100);

/// How many events are read at a time that are sent once more.
const READ: usize = 64;

/// An event as it is sent.
#[derive(Clone)]
struct Sent {
    id: EventId,
    what: What,
    customer: Option<CustomerId>,
    body: Bytes,
}

impl From<&Written> for Sent {
    fn from(written: &Written) -> Self {
        let happened = &written.happened;
        Self {
            id: happened.id,
            what: happened.event.what,
            customer: happened.subject.customer().cloned(),
            body: Bytes::copy_from_slice(written.json()),
        }
    }
}

/// A message that was on its way.
struct Landed {
    start: Start,
    at: Timestamp,
    took: Duration,
    /// What was sent; nothing, if that was about what is gone.
    sent: Option<Sent>,
    answer: Result<Answer, Trouble>,
}

pub(super) struct Sender {
    senders: Senders,
    webhook: Arc<Webhook>,
    changed: watch::Receiver<Arc<Webhook>>,
    endpoint: Result<Arc<Endpoint>, String>,
    queue: Queue,
    follower: Follower,
    /// Events as they were just heard.
    fresh: HashMap<u64, (Instant, Sent)>,
    under_way: JoinSet<Landed>,
    replays: Vec<Replay>,
    unwritten: Unwritten,
    writing: Writing,
    /// The place that is written down.
    written: u64,
    /// Whether a message has landed since that was said.
    has_landed: bool,
    /// How many tries are kept.
    kept: usize,
    /// What of the progress others decide.
    before: Progress,
    /// Why nothing more is to be sent.
    ending: Option<(Why, String)>,
}

impl Sender {
    /// Goes on where this webhook was.
    pub(super) async fn begin(
        senders: Senders,
        mut changed: watch::Receiver<Arc<Webhook>>,
    ) -> Result<Self, StoreError> {
        let webhook = Arc::clone(&changed.borrow_and_update());
        let Waiting { mut progress, replays, parked, kept } = senders.store.waiting_for(webhook.id).await?;
        let oldest = senders.store.first_event_since(Timestamp::MIN).await?;
        if let Some(missed) = oldest.checked_sub(progress.next).filter(|missed| *missed > 0) {
            tracing::warn!(webhook = %webhook.id, missed, "events were not kept until they could be sent");
            progress.missed += missed;
            progress.next = oldest;
        }
        let target = Target::read(&webhook.url, &senders.reach.allow);
        let endpoint = target.map(|target| Arc::new(Endpoint::new(target, senders.reach.clone())));
        // A stop is told to the sender, which reads no more from then on.
        let follower = senders.feed.follow(&senders.store, Some(progress.next));
        Ok(Self {
            queue: Queue::new(senders.schedule.clone(), senders.settings.connections, &progress, parked),
            follower,
            endpoint,
            changed,
            webhook,
            fresh: HashMap::new(),
            under_way: JoinSet::new(),
            replays,
            unwritten: Unwritten::default(),
            writing: None,
            written: progress.next,
            has_landed: false,
            kept,
            before: progress,
            ending: None,
            senders,
        })
    }

    /// Sends until told to stop or nothing more is to be sent; then waits for what is on its way, and writes it down.
    pub(super) async fn run(mut self, mut stopping: watch::Receiver<bool>) {
        loop {
            let is_ending = *stopping.borrow() || self.ending.is_some();
            if is_ending && self.under_way.is_empty() {
                break;
            }
            if !is_ending {
                self.read_again().await;
                self.launch();
            }
            self.write_down();
            let reads = !is_ending && self.queue.has_room();
            let wait = self.wait();
            tokio::select! {
                () = stopped(&mut stopping), if !is_ending => {}
                Ok(()) = self.changed.changed() => self.heed().await,
                news = self.follower.more(), if reads => match news {
                    Ok(Some(news)) => self.hear(&news),
                    Ok(None) => break,
                    Err(error) => {
                        tracing::error!(%error, "events cannot be read");
                        tokio::time::sleep(ROOM).await;
                    }
                },
                Some(landed) = self.under_way.join_next() => match landed {
                    Ok(landed) => self.land(landed),
                    // Whatever it was is sent again after the next start.
                    Err(error) => {
                        tracing::error!(webhook = %self.webhook.id, %error, "a message was not sent to its end");
                        break;
                    }
                },
                done = written(&mut self.writing) => self.wrote(done).await,
                () = tokio::time::sleep(wait) => {}
            }
        }
        self.finish().await;
    }

    /// Takes note of events that are for this webhook.
    fn hear(&mut self, news: &News) {
        for event in news.events().filter(|event| self.webhook.admits(&event.happened)) {
            let number = event.happened.id.number;
            match self.queue.add(lane(&event.happened), number, Source::Log) {
                Some(parked) => self.unwritten.changes.push(parked),
                None => drop(self.fresh.insert(number, (Instant::now(), event.into()))),
            }
        }
    }

    /// Reads more of what is sent once more, beside what happens now.
    async fn read_again(&mut self) {
        while let Some(replay) = self.replays.iter_mut().find(|replay| replay.next < replay.end)
            && self.queue.has_room_for_replays()
        {
            let Ok(heard) = self.senders.store.events(replay.next, READ).await else { return };
            let end = replay.end;
            replay.next = if heard.next > replay.next { heard.next.min(end) } else { end };
            let events = heard.events.into_iter().filter(|happened| happened.id.number < end);
            for happened in events.filter(|happened| self.webhook.admits(happened)) {
                let change = self.queue.add(lane(&happened), happened.id.number, Source::Replay);
                self.unwritten.changes.extend(change);
            }
        }
    }

    /// Sends what can go.
    fn launch(&mut self) {
        let now = (self.senders.clock)();
        while let Some(start) = self.queue.start(now) {
            let fresh = self.fresh.remove(&start.number).filter(|(since, _)| since.elapsed() < FRESH);
            let (store, webhook) = (self.senders.store.clone(), Arc::clone(&self.webhook));
            let endpoint = self.endpoint.clone();
            self.under_way.spawn(async move {
                let begun = Instant::now();
                let sent = match fresh {
                    Some((_, sent)) => Ok(Some(sent)),
                    None => read(&store, start.number).await,
                };
                let (sent, answer) = match (sent, endpoint) {
                    (Ok(Some(sent)), Ok(endpoint)) => {
                        let headers = headers(&webhook, &sent.id.to_string(), now, &sent.body);
                        let answer = endpoint.post(&headers, sent.body.clone(), now).await;
                        (Some(sent), answer)
                    }
                    (Ok(sent), Err(why)) => (sent, Err(Trouble::Address(why))),
                    (Ok(None), Ok(_)) => (None, Err(Trouble::Address(String::new()))),
                    (Err(error), _) => (None, Err(Trouble::Unread(error))),
                };
                Landed { start, at: now, took: begun.elapsed(), sent, answer }
            });
        }
    }

    /// Takes note of what became of a message.
    fn land(&mut self, landed: Landed) {
        let Landed { start, at, took, sent, answer } = landed;
        let now = (self.senders.clock)();
        let was_down = self.queue.down().is_some();
        self.has_landed = true;
        let Some(sent) = sent else {
            let changes = match &answer {
                Err(Trouble::Unread(error)) => {
                    let failure = Failure { detail: error.to_string(), ..Failure::default() };
                    self.queue.failed(start.line, &failure, now).0
                }
                _ => self.queue.dropped(start.line),
            };
            self.unwritten.changes.extend(changes);
            return;
        };
        let (changes, outcome, next_try) = match meaning(&answer) {
            Meaning::Taken => (self.queue.succeeded(start.line, now), Outcome::Delivered, None),
            Meaning::Refused(failure) => {
                // Whatever waits behind it is read again when its turn comes.
                self.fresh.retain(|_, (since, _)| since.elapsed() < FRESH);
                let (changes, fate) = self.queue.failed(start.line, &failure, now);
                match fate {
                    Fate::Again(due) => (changes, Outcome::Failed, Some(due)),
                    Fate::GivenUp => (changes, Outcome::GivenUp, None),
                    Fate::Dead => {
                        self.ending = Some((Why::Dead, failure.detail));
                        (changes, Outcome::Failed, None)
                    }
                }
            }
            Meaning::Gone => {
                let failure = Failure { is_down: true, ..Failure::default() };
                self.ending = Some((Why::Gone, "it answered 410 Gone".to_owned()));
                (self.queue.failed(start.line, &failure, now).0, Outcome::Failed, None)
            }
        };
        self.say(was_down, outcome);
        self.unwritten.changes.extend(changes);
        self.log(start, at, took, &sent, answer, outcome, next_try);
    }

    /// Tells the operator when an endpoint takes nothing any more, and when it is back.
    fn say(&self, was_down: bool, outcome: Outcome) {
        let id = self.webhook.id;
        match (was_down, self.queue.down()) {
            (false, Some(down)) => {
                tracing::warn!(webhook = %id, why = down.detail, "a webhook takes nothing: it is asked again and again");
            }
            (true, None) => tracing::info!(webhook = %id, "a webhook is back: everything follows"),
            _ => {}
        }
        let name = match outcome {
            Outcome::Delivered => "delivered",
            Outcome::Failed => "failed",
            Outcome::GivenUp => {
                tracing::warn!(webhook = %id, "a message was given up: the webhook took others, and never this one");
                "given_up"
            }
        };
        metrics::counter!("hearback_webhooks_total", "outcome" => name).increment(1);
    }

    #[expect(clippy::too_many_arguments, reason = "what a try is")]
    fn log(
        &mut self,
        start: Start,
        at: Timestamp,
        took: Duration,
        sent: &Sent,
        answer: Result<Answer, Trouble>,
        outcome: Outcome,
        next_try: Option<Timestamp>,
    ) {
        if self.senders.settings.keep_deliveries == 0 {
            return;
        }
        let body = String::from_utf8_lossy(&sent.body);
        let (status, error, reply) = match answer {
            Ok(answer) => (Some(answer.status), None, answer.reply),
            Err(trouble) => (None, Some(trouble.to_string()), String::new()),
        };
        self.unwritten.deliveries.push(Delivery {
            event: start.number,
            opening: sent.id.opening,
            what: sent.what,
            customer: sent.customer.clone(),
            at,
            attempt: start.attempt,
            outcome,
            status,
            error,
            milliseconds: u64::try_from(took.as_millis()).unwrap_or(u64::MAX),
            body: shortened(&body, self.senders.settings.log_bytes).to_owned(),
            reply,
            next_try,
        });
    }

    /// Takes note that the webhook was changed: from now on it is sent to as it now is.
    async fn heed(&mut self) {
        let webhook = Arc::clone(&self.changed.borrow_and_update());
        if webhook.nudges != self.webhook.nudges {
            self.queue.ask_now((self.senders.clock)());
        }
        self.webhook = webhook;
        match self.senders.store.waiting_for(self.webhook.id).await {
            Ok(waiting) => {
                let is_new = |new: &Replay| {
                    !self.replays.iter().any(|known| (known.from, known.end) == (new.from, new.end))
                };
                let new: Vec<Replay> = waiting.replays.into_iter().filter(is_new).collect();
                self.replays.extend(new);
            }
            Err(error) => tracing::error!(%error, "what is to be sent once more cannot be read"),
        }
    }

    /// How long there is nothing to do, unless something happens.
    fn wait(&self) -> Duration {
        let now = (self.senders.clock)();
        let due = self.queue.next_due().map(|due| due.duration_since(now));
        due.map_or(LOOK * 60, |due| Duration::try_from(due).unwrap_or_default().clamp(ROOM / 10, LOOK))
    }
}

async fn stopped(stopping: &mut watch::Receiver<bool>) {
    // Who could tell is gone: that is a stop as well.
    let _ = stopping.wait_for(|stop| *stop).await;
}

/// An event as it now is; nothing, if what it is about is gone.
async fn read(store: &Store, number: u64) -> Result<Option<Sent>, StoreError> {
    let heard = store.events(number, 1).await?;
    let happened = heard.events.into_iter().find(|happened| happened.id.number == number);
    let written = happened.map(Written::new).transpose();
    let written = written.map_err(|error| StoreError::Unreadable(error.to_string().into()))?;
    Ok(written.as_ref().map(Sent::from))
}
