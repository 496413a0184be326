//! The log of events: what happened, in the order of commits, for those who want to hear of it and for those who come back.
//!
//! A commit writes one record, under the number of its first event; what is large is cut into several. Records that are older
//! than is kept go a few with each commit, but for the newest, by which it is known what number comes next.
//!
//! A record refers to what changed, and holds no word of it (`domain::events`): with the records of a customer who is erased goes
//! all that the log would lead to.

use std::sync::{Arc, PoisonError};

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use tokio::sync::watch;

use super::disk::Disk;
use super::journal::Journal;
use super::{Store, StoreError, codec, keys};
use crate::domain::cases::Case;
use crate::domain::events::{About, Event, EventId, Happened, Subject, What};
use crate::domain::invitations::Invitation;
use crate::domain::organisation::Organisation;
use crate::domain::responses::Response;
use crate::domain::timeline::{Step, Timeline};
use crate::domain::webhooks::Webhook;

/// Most events in one record: 25 KB of them, of which 17 must fit in a leaf (`disk::SEGMENT_BYTES`).
const PART: usize = 500;

/// Most records that one commit removes: more than it writes, so that what is too old becomes less.
const SWEPT: usize = 4;

/// Events that follow one another. Stored: fields are only added, with a default.
#[derive(Serialize, Deserialize)]
struct Record {
    /// A part of their ids.
    opening: u32,
    /// What, when in milliseconds of Unix time, and to what. 30 to 50 bytes each.
    events: Vec<(What, i64, About)>,
}

/// What the writer knows of the log.
pub(super) struct Log {
    opening: u32,
    kept: SignedDuration,
    /// The number of the oldest record's first event, and when that happened.
    oldest: Option<(u64, Timestamp)>,
    /// The number of the next event.
    newest: watch::Sender<u64>,
}

/// What a commit writes to the log, and what the log is once that is durable.
pub(super) struct Entered {
    pub(super) writes: Vec<(Vec<u8>, Option<Vec<u8>>)>,
    pub(super) log: (Option<(u64, Timestamp)>, u64),
}

impl Log {
    pub(super) fn open(disk: &Disk, journal: &Journal, kept: SignedDuration) -> Result<Self, StoreError> {
        let last = disk.scan::<Record>(keys::EVENTS).next_back().transpose()?;
        let next = match last {
            Some((key, record)) => number(&key)? + record.events.len() as u64,
            None => 0,
        };
        let oldest = disk.scan::<Record>(keys::EVENTS).next().transpose()?;
        let oldest = oldest.map(|(key, record)| Ok::<_, StoreError>((number(&key)?, begin(&record))));
        Ok(Self {
            // Half of it is by chance as well.
            opening: (journal.opening >> 32) as u32,
            kept,
            oldest: oldest.transpose()?,
            newest: watch::Sender::new(next),
        })
    }

    /// Tells the number of the next event after each commit.
    pub(super) fn news(&self) -> watch::Receiver<u64> {
        self.newest.subscribe()
    }

    /// What a commit with these events has to write and to remove.
    pub(super) fn enter(&self, disk: &Disk, events: &[Event]) -> Result<Entered, StoreError> {
        let next = *self.newest.borrow();
        let mut entered = Entered { writes: Vec::new(), log: (self.oldest, next) };
        let Some(first) = events.first() else { return Ok(entered) };
        let first_of_commit = (next, first.at);
        let stored = |event: &Event| (event.what, event.at.as_millisecond(), event.about);
        for (part, events) in events.chunks(PART).enumerate() {
            let first = next + (part * PART) as u64;
            let record = Record { opening: self.opening, events: events.iter().map(stored).collect() };
            entered.writes.push((keys::events(first), Some(codec::encode(&record)?)));
        }
        entered.log = (self.oldest.or(Some(first_of_commit)), next + events.len() as u64);
        let before = first.at.saturating_sub(self.kept).unwrap_or(Timestamp::MIN);
        self.sweep(disk, before, first_of_commit, &mut entered)?;
        Ok(entered)
    }

    /// Removes the oldest records whose events happened before this time.
    fn sweep(
        &self,
        disk: &Disk,
        before: Timestamp,
        first_of_commit: (u64, Timestamp),
        entered: &mut Entered,
    ) -> Result<(), StoreError> {
        let is_old = |(_, at): &(u64, Timestamp)| *at < before;
        let Some((oldest, _)) = self.oldest.filter(is_old) else { return Ok(()) };
        let records = disk.range::<Record>(keys::events(oldest)..keys::after(keys::EVENTS));
        // What is being written now comes behind all of them.
        entered.log.0 = Some(first_of_commit);
        for (place, entry) in records.take(SWEPT + 1).enumerate() {
            let (key, record) = entry?;
            let found = (number(&key)?, begin(&record));
            if place == SWEPT || !is_old(&found) {
                entered.log.0 = Some(found);
                break;
            }
            entered.writes.push((key.to_vec(), None));
        }
        Ok(())
    }

    /// Goes on from a commit that is durable, and tells of it.
    pub(super) fn follow(&mut self, (oldest, next): (Option<(u64, Timestamp)>, u64)) {
        self.oldest = oldest;
        self.newest.send_if_modified(|newest| std::mem::replace(newest, next) != next);
    }
}

/// When the first event of a record happened.
fn begin(record: &Record) -> Timestamp {
    let at = record.events.first().and_then(|(_, at, _)| Timestamp::from_millisecond(*at).ok());
    at.unwrap_or(Timestamp::MIN)
}

fn number(key: &[u8]) -> Result<u64, StoreError> {
    keys::sequence_of(key).ok_or_else(|| StoreError::Unreadable("the key of events".into()))
}

/// A part of the log.
pub struct Heard {
    /// Events in order. Those that are about what is gone are left out.
    pub events: Vec<Happened>,
    /// The number to go on from.
    pub next: u64,
    /// The id of the last of them, also where it is left out.
    pub last: Option<EventId>,
    /// The number of the oldest event that was there, from the one on that was asked for; later than that one, where it is not kept
    /// any more.
    pub from: u64,
}

impl Store {
    /// Tells the number of the next event, after each commit.
    pub fn news(&self) -> watch::Receiver<u64> {
        self.0.news.clone()
    }

    /// The events from this number on, at most about so many, with what they are about as that is now.
    ///
    /// # Errors
    /// When they cannot be read.
    pub async fn events(&self, from: u64, most: usize) -> Result<Heard, StoreError> {
        let catalog = Arc::clone(&self.0.catalog);
        self.read(move |disk| {
            let organisation = catalog.read().unwrap_or_else(PoisonError::into_inner).organisation();
            read(disk, &organisation, from, most)
        })
        .await
    }

    /// The number of the event after this one; nothing, if this one is not kept any more, or never was in this store.
    ///
    /// # Errors
    /// When it cannot be read.
    pub async fn after_event(&self, id: EventId) -> Result<Option<u64>, StoreError> {
        Ok(self.event_id(id.number).await?.filter(|known| *known == id).map(|id| id.number + 1))
    }

    /// The number of the first event that is kept and happened at this time or later, as far as clocks go forward; that of the next
    /// one, where there is none.
    ///
    /// # Errors
    /// When it cannot be read.
    pub async fn first_event_since(&self, at: Timestamp) -> Result<u64, StoreError> {
        let newest = *self.news().borrow();
        self.read(move |disk| {
            let oldest = disk.db.scan_prefix(keys::EVENTS).keys().next().transpose()?;
            let oldest = oldest.map_or(Ok(newest), |key| number(&key))?;
            // Between them lies the first record that begins at this time or later.
            let (mut before, mut after) = (oldest, newest);
            while before < after {
                let middle = before + (after - before) / 2;
                match holding(disk, middle)? {
                    Some((first, record)) if begin(&record) >= at => after = first,
                    Some((first, record)) => before = first + record.events.len() as u64,
                    None => break,
                }
            }
            Ok(before)
        })
        .await
    }

    /// The id of the event of this number, if it is kept.
    ///
    /// # Errors
    /// When it cannot be read.
    pub async fn event_id(&self, number: u64) -> Result<Option<EventId>, StoreError> {
        self.read(move |disk| {
            let found = holding(disk, number)?;
            let found = found.filter(|(first, record)| number - first < record.events.len() as u64);
            Ok(found.map(|(_, record)| EventId { number, opening: record.opening }))
        })
        .await
    }
}

/// The record that holds the event of this number, or would, and the number of its first event.
fn holding(disk: &Disk, number_of_event: u64) -> Result<Option<(u64, Record)>, StoreError> {
    let up_to = keys::events(0)..=keys::events(number_of_event);
    let Some((key, bytes)) = disk.db.range(up_to).next_back().transpose()? else { return Ok(None) };
    Ok(Some((number(&key)?, codec::decode(&bytes)?)))
}

fn read(disk: &Disk, organisation: &Organisation, from: u64, most: usize) -> Result<Heard, StoreError> {
    let begin = holding(disk, from)?.map_or(from, |(first, _)| first);
    let mut heard = Heard { events: Vec::new(), next: from, last: None, from };
    let mut seen = 0;
    for entry in disk.range::<Record>(keys::events(begin)..keys::after(keys::EVENTS)) {
        let (key, record) = entry?;
        let first = number(&key)?;
        let skipped = usize::try_from(from.saturating_sub(first)).unwrap_or(usize::MAX);
        if seen == 0 {
            heard.from = first.max(from);
        }
        for (place, (what, at, about)) in record.events.iter().enumerate().skip(skipped) {
            if seen >= most {
                return Ok(heard);
            }
            let id = EventId { number: first + place as u64, opening: record.opening };
            let at = Timestamp::from_millisecond(*at).unwrap_or(Timestamp::MIN);
            let event = Event { what: *what, at, about: *about };
            match happened(disk, organisation, id, event) {
                // It can be told to nobody, and is to hold up nothing else.
                Err(StoreError::Unreadable(why)) => {
                    tracing::error!(%id, %why, "what an event is about cannot be read");
                }
                read => heard.events.extend(read?),
            }
            (heard.next, heard.last) = (id.number + 1, Some(id));
            seen += 1;
        }
    }
    Ok(heard)
}

/// An event with what it is about; nothing, if that is gone.
fn happened(
    disk: &Disk,
    organisation: &Organisation,
    id: EventId,
    event: Event,
) -> Result<Option<Happened>, StoreError> {
    let subject = match event.about {
        About::Response(sequence) => {
            let response: Option<Response> = disk.get(&keys::response(sequence))?;
            response.map(|response| Subject::Response(Box::new(response)))
        }
        About::Invitation(token) => {
            let invitation: Option<Invitation> = disk.get(&keys::invitation(&token))?;
            let timeline: Timeline = disk.get(&keys::timeline(&token))?.unwrap_or_default();
            let told = |step: &Step| step.at == event.at && What::of_step(step.what) == Some(event.what);
            let step = timeline.steps.into_iter().find(told);
            invitation.map(|invitation| Subject::Invitation(Box::new(invitation), step))
        }
        About::Webhook(id) => {
            let webhook: Option<Webhook> = disk.get(&keys::webhook(id))?;
            webhook.map(|webhook| Subject::Webhook(Box::new(webhook)))
        }
        About::Case(id) => {
            let case: Option<Case> = disk.get(&keys::case(id))?;
            case.map(|case| Subject::Case(id, Box::new(case)))
        }
    };
    let Some(subject) = subject else { return Ok(None) };
    let path = match &subject {
        Subject::Case(_, case) => case.unit.as_ref().map(|unit| organisation.path(unit.as_str())),
        _ => subject.agent().map(|agent| organisation.path_of(agent.as_str(), event.at)),
    };
    let units = path.into_iter().flatten().rev().map(|unit| unit.id.clone()).collect();
    Ok(Some(Happened { id, event, subject, units }))
}

#[cfg(test)]
#[path = "events_tests.rs"]
mod tests;
