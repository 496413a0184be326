//! At start: what there is, told to those who count it.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

use super::disk::Disk;
use super::journal::{self, Mark};
use super::{Catalog, Event, OnEvents, StoreError, codec, keys};
use crate::domain::counted::{CountedInvitation, CountedResponse};

/// Records read before they are told of.
const BATCH: usize = 256;

/// Sequence numbers of which one thread reads all.
const SHARE: u64 = 1 << 16;

/// Tells `on_events` of every response there is, and then of every invitation: of both in no order, on as many threads as there
/// are processors.
pub(super) fn everything(disk: &Disk, catalog: &Catalog, on_events: &OnEvents) -> Result<(), StoreError> {
    let last = disk.db.scan_prefix(keys::RESPONSES).next_back().transpose()?;
    let end = last.map(|(key, _)| number_of(&key)).transpose()?.map_or(0, |last| last + 1);
    // By sequence number: whether there is a score.
    let scored: Vec<AtomicBool> = (0..end).map(|_| AtomicBool::default()).collect();

    in_shares(end.div_ceil(SHARE) as usize, |share| {
        let from = share as u64 * SHARE;
        let records = disk.db.range(keys::response(from)..keys::response(from + SHARE));
        in_batches(records, |records| {
            let event = |(key, bytes)| {
                let sequence = number_of(key)?;
                let response: CountedResponse<'_> = codec::decode(bytes)?;
                if let Some(scored) = scored.get(sequence as usize) {
                    scored.store(response.score.is_some(), Ordering::Relaxed);
                }
                let survey = catalog.version(response.survey, response.version);
                Ok(Some(Event::Responded(sequence, response, survey)))
            };
            tell(records, event, on_events)
        })
    })?;

    // They lie under hashes, which are spread evenly over the first byte.
    in_shares(256, |share| {
        let records = disk.db.scan_prefix([keys::INVITATIONS, &[share as u8]].concat());
        in_batches(records, |records| {
            let event = |(_, bytes)| {
                let invitation: CountedInvitation<'_> = codec::decode(bytes)?;
                let scored = invitation.response.and_then(|sequence| scored.get(sequence as usize));
                let answered = scored.is_some_and(|scored| scored.load(Ordering::Relaxed));
                Ok(invitation.number.map(|number| Event::Invited(number, invitation, answered)))
            };
            tell(records, event, on_events)
        })
    })
}

/// Tells `on_events` of everything that has changed since a mark, and says how much it was; of nothing, if the mark is not this
/// store's.
pub(super) fn since(
    disk: &Disk,
    catalog: &Catalog,
    mark: Mark,
    on_events: &OnEvents,
) -> Result<Option<u64>, StoreError> {
    let Some(changes) = journal::since(disk, mark)? else { return Ok(None) };
    for sequence in &changes.responses {
        let Some(bytes) = disk.db.get(keys::response(*sequence))? else {
            on_events(&[Event::Forgotten(*sequence)]);
            continue;
        };
        let response: CountedResponse<'_> = codec::decode(&bytes)?;
        let survey = catalog.version(response.survey, response.version);
        on_events(&[Event::Responded(*sequence, response, survey)]);
    }
    for (number, token) in &changes.invitations {
        let Some(bytes) = disk.db.get(keys::invitation(token))? else {
            on_events(&[Event::ForgottenInvitation(*number)]);
            continue;
        };
        let invitation: CountedInvitation<'_> = codec::decode(&bytes)?;
        let answered = match invitation.response {
            Some(sequence) => match disk.db.get(keys::response(sequence))? {
                Some(bytes) => codec::decode::<CountedResponse<'_>>(&bytes)?.score.is_some(),
                None => false,
            },
            None => false,
        };
        on_events(&[Event::Invited(*number, invitation, answered)]);
    }
    Ok(Some(changes.len() as u64))
}

fn number_of(key: &[u8]) -> Result<u64, StoreError> {
    keys::sequence_of(key).ok_or_else(|| StoreError::Unreadable("the key of a response".into()))
}

/// Calls `read` for each share, on as many threads as there are processors, and stops at the first error.
fn in_shares(shares: usize, read: impl Fn(usize) -> Result<(), StoreError> + Sync) -> Result<(), StoreError> {
    let next = AtomicUsize::new(0);
    let work = || {
        loop {
            let share = next.fetch_add(1, Ordering::Relaxed);
            if share >= shares {
                return Ok(());
            }
            if let Err(error) = read(share) {
                next.store(shares, Ordering::Relaxed);
                return Err(error);
            }
        }
    };
    let threads = thread::available_parallelism().map_or(1, usize::from).min(shares);
    thread::scope(|scope| {
        let others: Vec<_> = (1..threads).map(|_| scope.spawn(work)).collect();
        let mine = work();
        let panicked = |_| Err(StoreError::Stopped("a thread that reads panicked".into()));
        others.into_iter().map(|other| other.join().unwrap_or_else(panicked)).fold(mine, Result::and)
    })
}

type Record = (sled::IVec, sled::IVec);

fn in_batches(
    records: sled::Iter,
    mut tell: impl FnMut(&[Record]) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let mut batch = Vec::with_capacity(BATCH);
    for record in records {
        batch.push(record?);
        if batch.len() == BATCH {
            tell(&batch)?;
            batch.clear();
        }
    }
    tell(&batch)
}

/// Tells of what these records hold, all at once.
fn tell<'a>(
    records: &'a [Record],
    event: impl Fn((&'a [u8], &'a [u8])) -> Result<Option<Event<'a>>, StoreError>,
    on_events: &OnEvents,
) -> Result<(), StoreError> {
    let events = records.iter().filter_map(|(key, bytes)| event((key, bytes)).transpose());
    on_events(&events.collect::<Result<Vec<_>, _>>()?);
    Ok(())
}
