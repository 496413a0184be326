//! In which order messages go to one endpoint.
//!
//! Events about one customer are a **line**: one is sent at a time, and those behind wait for it. Lines do not wait for each other.
//! A message that is not taken is **parked**, and all behind it in its line: they are written down, so that the place in the log can
//! go on. An endpoint that takes nothing at all is **down**: no event is read for it, and one message asks whether it is back, at
//! waits that grow. Once that one is taken, everything follows in order.

mod values;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque};

use jiff::{SignedDuration, Timestamp};

pub use values::{Change, Failure, Fate, Parked, Source, Start};

use super::Progress;
use super::schedule::{Down, Schedule};
use crate::domain::secrets::TokenHash;

/// Most events that are read before they were taken, and not parked.
pub const WINDOW: usize = 256;

/// Most events that are parked; with more, none is read.
pub const MOST_PARKED: usize = 10_000;

/// How many lines must fail one after the other, with none that succeeds between them, for the endpoint to be down, where it
/// answers.
const FAILING: usize = 5;

/// The longest that an endpoint can ask for.
const LONGEST: SignedDuration = SignedDuration::from_hours(24);

struct Item {
    number: u64,
    source: Source,
    /// How it is written down, if it is.
    parked: Option<Parked>,
}

#[derive(Default)]
struct Line {
    items: VecDeque<Item>,
    is_under_way: bool,
    /// When its first one is sent again.
    due: Option<Timestamp>,
}

/// What waits for one endpoint.
pub struct Queue {
    schedule: Schedule,
    /// Messages at once.
    most: usize,
    lines: HashMap<TokenHash, Line>,
    /// Lines whose first message can go.
    ready: VecDeque<TokenHash>,
    /// Lines whose first message waits for its time.
    later: BTreeSet<(Timestamp, TokenHash)>,
    under_way: usize,
    /// Numbers that were read and neither taken nor parked.
    open: BTreeSet<u64>,
    /// The same, of events that are sent once more.
    replayed: BTreeMap<u64, usize>,
    parked: usize,
    /// Lines that failed since a message was taken.
    failing: HashSet<TokenHash>,
    down: Option<Down>,
    /// The line that asks whether the endpoint is back.
    asking: Option<TokenHash>,
    last_success: Option<Timestamp>,
}

impl Queue {
    /// What waits after a start: what is parked, in any order.
    pub fn new(
        schedule: Schedule,
        most: usize,
        progress: &Progress,
        parked: impl IntoIterator<Item = (TokenHash, u64, Parked)>,
    ) -> Self {
        let mut queue = Self {
            schedule,
            most,
            lines: HashMap::new(),
            ready: VecDeque::new(),
            later: BTreeSet::new(),
            under_way: 0,
            open: BTreeSet::new(),
            replayed: BTreeMap::new(),
            parked: 0,
            failing: HashSet::new(),
            down: progress.down.clone(),
            asking: None,
            last_success: progress.last_success,
        };
        let mut all: Vec<_> = parked.into_iter().collect();
        all.sort_by_key(|(line, number, _)| (*number, *line));
        for (line, number, mut parked) in all {
            // Since it was made active again, everything counts from the beginning.
            if parked.since.is_some_and(|since| progress.resumed_at.is_some_and(|resumed| since <= resumed)) {
                parked = Parked { tries: 0, since: None, due: Timestamp::MIN };
            }
            queue.parked += 1;
            let due = parked.due;
            let line_of = queue.lines.entry(line).or_default();
            line_of.items.push_back(Item { number, source: Source::Log, parked: Some(parked) });
            if line_of.items.len() == 1 {
                line_of.due = Some(due);
                queue.later.insert((due, line));
            }
        }
        queue
    }

    /// Whether more is to be read.
    pub fn has_room(&self) -> bool {
        let down_and_asking = self.down.is_some() && !self.lines.is_empty();
        self.open.len() + self.replayed.len() < WINDOW && self.parked < MOST_PARKED && !down_and_asking
    }

    /// Whether more is to be read of what is sent once more: what happens now finds room beside it.
    pub fn has_room_for_replays(&self) -> bool {
        self.has_room() && self.replayed.len() < WINDOW / 4
    }

    /// Adds an event that was read. What is there already is not added again.
    pub fn add(&mut self, line: TokenHash, number: u64, source: Source) -> Option<Change> {
        let waiting = self.lines.entry(line).or_default();
        if waiting.items.iter().any(|item| item.number == number) {
            return None;
        }
        let behind_parked = waiting.items.back().is_some_and(|item| item.parked.is_some());
        let parked = behind_parked.then_some(Parked { tries: 0, since: None, due: Timestamp::MIN });
        waiting.items.push_back(Item { number, source, parked: parked.clone() });
        if waiting.items.len() == 1 && !waiting.is_under_way {
            self.ready.push_back(line);
        }
        match parked {
            Some(parked) => {
                self.parked += 1;
                Some(Change::Park(line, number, parked))
            }
            None => {
                self.opened(number, source);
                None
            }
        }
    }

    /// The next message that can go, if there is one.
    pub fn start(&mut self, now: Timestamp) -> Option<Start> {
        let line = match &self.down {
            Some(down) => (now >= down.until && self.under_way == 0).then(|| self.first_line()).flatten()?,
            None => {
                while let Some((due, line)) = self.later.first().copied().filter(|(due, _)| *due <= now) {
                    self.later.remove(&(due, line));
                    self.ready.push_back(line);
                }
                (self.under_way < self.most).then(|| self.ready.pop_front()).flatten()?
            }
        };
        let waiting = self.lines.get_mut(&line)?;
        let first = waiting.items.front()?;
        waiting.is_under_way = true;
        self.under_way += 1;
        if self.down.is_some() {
            self.asking = Some(line);
        }
        let attempt = first.parked.as_ref().map_or(0, |parked| parked.tries) + 1;
        Some(Start { line, number: first.number, attempt })
    }

    /// The line that asks whether the endpoint is back: of those whose first message was sent least often, the one with the
    /// earliest event. So a message that is never taken does not ask for all others.
    fn first_line(&mut self) -> Option<TokenHash> {
        let place = |line: &Line| {
            let first = line.items.front()?;
            Some((first.parked.as_ref().map_or(0, |parked| parked.tries), first.number))
        };
        let first = self.lines.iter().filter_map(|(id, line)| Some((place(line)?, *id))).min()?.1;
        self.ready.retain(|line| *line != first);
        self.later.retain(|(_, line)| *line != first);
        Some(first)
    }

    /// A message was taken.
    pub fn succeeded(&mut self, line: TokenHash, now: Timestamp) -> Vec<Change> {
        self.last_success = Some(now);
        self.failing.clear();
        self.asking = None;
        let change = self.landed(line);
        if self.down.take().is_some() {
            self.release();
        }
        change.into_iter().collect()
    }

    /// What a message was about is gone, or it is not to be sent any more.
    pub fn dropped(&mut self, line: TokenHash) -> Vec<Change> {
        self.asking = self.asking.filter(|asking| *asking != line);
        self.landed(line).into_iter().collect()
    }

    /// A message was not taken.
    pub fn failed(&mut self, line: TokenHash, failure: &Failure, now: Timestamp) -> (Vec<Change>, Fate) {
        let mut changes = Vec::new();
        let Some(waiting) = self.lines.get_mut(&line) else { return (changes, Fate::GivenUp) };
        let Some(first) = waiting.items.front_mut() else { return (changes, Fate::GivenUp) };
        let number = first.number;
        let before = first.parked.clone().unwrap_or(Parked { tries: 0, since: None, due: now });
        let (tries, since) = (before.tries + 1, before.since.unwrap_or(now));
        let asked = failure.retry_after.unwrap_or_default().min(LONGEST);
        let until = |wait: SignedDuration| now.saturating_add(wait.max(asked)).unwrap_or(Timestamp::MAX);

        self.failing.insert(line);
        let was_asking = self.asking.take_if(|asking| *asking == line).is_some();
        let seed = number ^ u64::from_be_bytes(*line.0.first_chunk().unwrap_or(&[0; 8]));
        let own = self.schedule.wait(tries, seed).map(until);
        let fate = match &mut self.down {
            Some(down) if was_asking => {
                down.failures += 1;
                down.detail = failure.detail.clone();
                let next = self.schedule.wait(down.failures, seed).map(until);
                down.until = next.unwrap_or(down.until);
                next.map_or(Fate::Dead, Fate::Again)
            }
            // It went before the endpoint was known to be down.
            Some(down) => Fate::Again(down.until),
            None if failure.is_down || self.failing.len() >= FAILING => {
                let first = self.schedule.wait(1, seed).map(until);
                let until = first.unwrap_or(now);
                self.down = Some(Down { since: now, failures: 1, until, detail: failure.detail.clone() });
                first.map_or(Fate::Dead, Fate::Again)
            }
            None => match own {
                Some(due) => Fate::Again(due),
                // Nothing else was taken meanwhile either.
                None if self.last_success.is_none_or(|success| success < since) => Fate::Dead,
                None => Fate::GivenUp,
            },
        };
        if fate == Fate::GivenUp {
            return (self.landed(line).into_iter().collect(), fate);
        }
        let due = if let Fate::Again(due) = fate { due } else { now };
        self.park(line, Parked { tries, since: Some(since), due }, &mut changes);
        (changes, fate)
    }

    /// Parks the first of a line, and all behind it.
    fn park(&mut self, line: TokenHash, first: Parked, changes: &mut Vec<Change>) {
        let Some(waiting) = self.lines.get_mut(&line) else { return };
        waiting.is_under_way = false;
        self.under_way -= 1;
        let due = first.due;
        let mut next = Some(first);
        let mut opened = Vec::new();
        for item in &mut waiting.items {
            let parked = match next.take() {
                Some(first) => first,
                None if item.parked.is_some() => continue,
                None => Parked { tries: 0, since: None, due: Timestamp::MIN },
            };
            changes.push(Change::Park(line, item.number, parked.clone()));
            if item.parked.replace(parked).is_none() {
                opened.push((item.number, item.source));
            }
        }
        waiting.due = Some(due);
        self.later.insert((due, line));
        self.parked += opened.len();
        opened.into_iter().for_each(|(number, source)| self.closed(number, source));
    }

    /// Takes the first of a line away; the next one can go.
    fn landed(&mut self, line: TokenHash) -> Option<Change> {
        let waiting = self.lines.get_mut(&line)?;
        waiting.is_under_way = false;
        waiting.due = None;
        self.under_way -= 1;
        let first = waiting.items.pop_front()?;
        if waiting.items.is_empty() {
            self.lines.remove(&line);
        } else {
            self.ready.push_back(line);
        }
        if first.parked.is_some() {
            self.parked -= 1;
            return Some(Change::Unpark(line, first.number));
        }
        self.closed(first.number, first.source);
        None
    }

    /// The endpoint is back: everything goes, in order.
    fn release(&mut self) {
        self.later.clear();
        let waiting = self.lines.iter().filter(|(_, line)| !line.is_under_way);
        let mut all: Vec<_> =
            waiting.filter_map(|(id, line)| Some((line.items.front()?.number, *id))).collect();
        all.sort_unstable();
        self.ready = all.into_iter().map(|(_, line)| line).collect();
    }

    /// Asks at once whether the endpoint is back.
    pub fn ask_now(&mut self, now: Timestamp) {
        self.down.iter_mut().for_each(|down| down.until = now);
    }

    fn opened(&mut self, number: u64, source: Source) {
        match source {
            Source::Log => drop(self.open.insert(number)),
            Source::Replay => *self.replayed.entry(number).or_default() += 1,
        }
    }

    fn closed(&mut self, number: u64, source: Source) {
        match source {
            Source::Log => drop(self.open.remove(&number)),
            Source::Replay => {
                if let Some(times) = self.replayed.get_mut(&number) {
                    *times -= 1;
                    if *times == 0 {
                        self.replayed.remove(&number);
                    }
                }
            }
        }
    }

    /// When something waits for its time, if something does.
    pub fn next_due(&self) -> Option<Timestamp> {
        match &self.down {
            Some(down) => (!self.lines.is_empty()).then_some(down.until),
            None => self.later.first().map(|(due, _)| *due),
        }
    }

    /// The first number that was read and is neither taken nor parked.
    pub fn first_open(&self) -> Option<u64> {
        self.open.first().copied()
    }

    /// The same of what is sent once more.
    pub fn first_replayed(&self) -> Option<u64> {
        self.replayed.keys().next().copied()
    }

    /// Whether the endpoint takes nothing.
    pub fn down(&self) -> Option<&Down> {
        self.down.as_ref()
    }

    /// When a message was taken last.
    pub fn last_success(&self) -> Option<Timestamp> {
        self.last_success
    }

    /// How many messages are on their way.
    pub fn under_way(&self) -> usize {
        self.under_way
    }
}

#[cfg(test)]
#[path = "queue_tests.rs"]
mod tests;
