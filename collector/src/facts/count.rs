//! Filtering and counting, segment by segment, column by column.

use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use super::ROWS;
use super::ask::{BadQuery, Counts, Measure};
use super::axis::{Axis, lay_out};
use super::cells::{Cells, Scratch};
use super::chosen::{Choice, Chosen};
use super::names::{Found, Names};
use super::pool::Pool;
use super::segment::{NO_SCORE, NOBODY, NOT_COMPLETED, Segment};
use super::test::Test;
use crate::domain::query::{Key, Space};

/// Rows below which one thread is enough: waking others costs more than it saves.
const ROWS_FOR_THREADS: usize = 1 << 18;

/// Where that is counted which has no number: no score, or no answer.
pub(super) const NOTHING: usize = 15;

/// The same in a row.
const NO_NUMBER: u8 = NOTHING as u8;

/// Which rows, of everything that is there: looked up, so that no lock is needed any more.
pub(super) struct Selection {
    pub(super) segments: Vec<Arc<Segment>>,
    pub(super) period: Range<u32>,
    pub(super) test: Test,
}

/// What is counted of a row: a number below 15.
pub(super) enum Slots {
    Score,
    Codes { column: usize, slot_of: Vec<u8> },
    Completion,
}

/// How the rows of a group spread: how many there are, how many count, and how many of them are promoters and detractors.
#[derive(Clone, Copy, Default)]
pub(super) struct Margin {
    pub(super) rows: u32,
    pub(super) n: u32,
    pub(super) promoters: u32,
    pub(super) detractors: u32,
}

impl Margin {
    fn add(&mut self, other: &Self) {
        self.rows += other.rows;
        self.n += other.n;
        self.promoters += other.promoters;
        self.detractors += other.detractors;
    }
}

impl Slots {
    pub(super) fn new(measure: &Measure, names: &Names<'_>) -> Result<Self, BadQuery> {
        let question = match measure {
            Measure::Score => return Ok(Self::Score),
            Measure::Completion => return Ok(Self::Completion),
            Measure::Answer(question) => question,
        };
        let key = Key { space: Space::Answer, name: question.clone() };
        match names.find(&key)? {
            Found::Column { place, .. } => {
                let dictionary = &names.columns.dictionaries[place];
                let mut slot_of = vec![NO_NUMBER; dictionary.codes()];
                for (code, value) in dictionary.values() {
                    slot_of[code as usize] =
                        value.parse().ok().filter(|number| *number < NO_NUMBER).unwrap_or(NO_NUMBER);
                }
                Ok(Self::Codes { column: place, slot_of })
            }
            _ => Ok(Self::Codes { column: usize::MAX, slot_of: vec![NO_NUMBER] }),
        }
    }

    /// Writes each row's slot.
    fn read<'a>(&self, segment: &'a Segment, slots: &'a mut Vec<u8>) -> &'a [u8] {
        slots.clear();
        match self {
            Self::Score => return &segment.scores,
            Self::Completion => {
                slots.extend(segment.durations.iter().map(|took| u8::from(*took != NOT_COMPLETED)));
            }
            Self::Codes { column, slot_of } => {
                slots.resize(segment.len(), NO_NUMBER);
                if let Some(codes) = segment.column(*column) {
                    codes.each(segment.len(), |row, code| slots[row] = slot_of[code as usize]);
                }
            }
        }
        slots
    }
}

impl Selection {
    /// Counts by cell: those of the last axis lie side by side.
    pub(super) fn count(&self, axes: &mut [Axis], slots: &Slots, pool: &Pool) -> Vec<Counts> {
        let cells = lay_out(axes);
        self.in_parts(
            pool,
            || vec![Counts::default(); cells],
            add,
            |segments, counts| {
                let mut read = Vec::new();
                self.each(segments, axes, |segment, chosen, cells| {
                    let slots = slots.read(segment, &mut read);
                    match cells.only() {
                        Some(cell) => add(&mut counts[cell], &count_one(chosen, slots)),
                        // `& 15` makes of "no score" (255) a place that is not read, and spares a bounds check.
                        None => {
                            cells.each(chosen, |row, cell| counts[cell][usize::from(slots[row] & 15)] += 1)
                        }
                    }
                });
            },
        )
    }

    /// How many rows there are of each group of an axis.
    pub(super) fn margins(&self, axis: &Axis, slots: &Slots, pool: &Pool) -> Vec<Margin> {
        let scores = matches!(slots, Slots::Score);
        let by_cell = self.in_parts(
            pool,
            || vec![Margin::default(); axis.cells],
            Margin::add,
            |segments, margins| {
                let mut read = Vec::new();
                self.each(segments, std::slice::from_ref(axis), |segment, chosen, cells| {
                    let slots = slots.read(segment, &mut read);
                    cells.each(chosen, |row, cell| {
                        let (slot, margin) = (slots[row], &mut margins[cell]);
                        margin.rows += 1;
                        margin.n += u32::from(slot < NO_NUMBER);
                        margin.promoters += u32::from(scores && (9..=10).contains(&slot));
                        margin.detractors += u32::from(scores && slot <= 6);
                    });
                });
            },
        );
        if !axis.is_spread() {
            return by_cell;
        }
        let mut by_group = vec![Margin::default(); axis.groups()];
        for (cell, margin) in by_cell.iter().enumerate() {
            for group in axis.groups_of(cell) {
                by_group[*group as usize].add(margin);
            }
        }
        by_group
    }

    /// The median of the seconds that completing took, by cell.
    pub(super) fn medians(&self, axes: &mut [Axis], pool: &Pool) -> Vec<Option<f64>> {
        let cells = lay_out(axes);
        let add = |sum: &mut Vec<u16>, part: &Vec<u16>| sum.extend(part);
        let took = self.in_parts(
            pool,
            || vec![Vec::new(); cells],
            add,
            |segments, took| {
                self.each(segments, axes, |segment, chosen, cells| {
                    cells.each(chosen, |row, cell| match segment.durations[row] {
                        NOT_COMPLETED => {}
                        duration => took[cell].push(duration),
                    });
                });
            },
        );
        took.into_iter().map(median).collect()
    }

    /// The rows that match, from row `from` on, at most `limit`.
    pub(super) fn rows(&self, from: u64, limit: usize) -> Vec<u64> {
        let mut found = Vec::new();
        let mut choice = Choice::default();
        for (place, segment) in self.segments.iter().enumerate().skip(from as usize / ROWS) {
            if !self.reaches(segment) {
                continue;
            }
            let first = (place * ROWS) as u64;
            self.choose(segment, &mut choice).each(|row| found.push(first + row as u64));
            found.retain(|row| *row >= from);
            if found.len() >= limit {
                found.truncate(limit);
                break;
            }
        }
        found
    }

    /// Has `part` write into `none` what it finds in segments, on as many threads as there are, and puts it together by `add`.
    fn in_parts<T: Send>(
        &self,
        pool: &Pool,
        none: impl Fn() -> Vec<T> + Send + Sync,
        add: impl Fn(&mut T, &T) + Send + Sync,
        part: impl Fn(Queue<'_>, &mut [T]) + Sync,
    ) -> Vec<T> {
        let reached: Vec<&Segment> =
            self.segments.iter().map(Arc::as_ref).filter(|segment| self.reaches(segment)).collect();
        let queue = Queue { segments: &reached, next: &AtomicUsize::new(0) };
        let part = || {
            let mut found = none();
            part(queue, &mut found);
            found
        };
        if reached.len() * ROWS <= ROWS_FOR_THREADS {
            return part();
        }
        let together = |mut sum: Vec<T>, found: Vec<T>| {
            sum.iter_mut().zip(&found).for_each(|(sum, part)| add(sum, part));
            sum
        };
        pool.each_thread(part, together).unwrap_or_else(none)
    }

    /// Calls `visit(segment, chosen, cells)` for each segment of which some row is chosen.
    fn each(
        &self,
        segments: Queue<'_>,
        axes: &[Axis],
        mut visit: impl FnMut(&Segment, Chosen<'_>, &Cells<'_>),
    ) {
        let (mut choice, mut scratch) = (Choice::default(), Scratch::default());
        for segment in segments {
            let chosen = self.choose(segment, &mut choice);
            if chosen.last().is_some() {
                visit(segment, chosen, &Cells::new(axes, segment, chosen, &mut scratch));
            }
        }
    }

    fn reaches(&self, segment: &Segment) -> bool {
        segment.len() > 0 && segment.latest >= self.period.start && segment.earliest < self.period.end
    }

    /// The rows of a segment that match.
    fn choose<'a>(&self, segment: &Segment, choice: &'a mut Choice) -> Chosen<'a> {
        let Range { start, end } = self.period;
        let whole = start <= segment.earliest && segment.latest < end;
        if whole && segment.nobodies == 0 && self.test.always() {
            return Chosen::All(segment.len());
        }
        let mask = choice.all(segment.len());
        if !whole {
            let rows = mask.iter_mut().zip(&segment.at);
            rows.for_each(|(yes, at)| *yes = u8::from((start <= *at) & (*at < end)));
        }
        if segment.nobodies > 0 {
            let rows = mask.iter_mut().zip(&segment.scores);
            rows.for_each(|(yes, score)| *yes &= u8::from(*score != NOBODY));
        }
        self.test.narrow(segment, mask);
        choice.chosen()
    }
}

/// Segments, one after the other for whoever is free: a thread that others hold up takes fewer.
#[derive(Clone, Copy)]
struct Queue<'a> {
    segments: &'a [&'a Segment],
    next: &'a AtomicUsize,
}

impl<'a> Iterator for Queue<'a> {
    type Item = &'a Segment;

    fn next(&mut self) -> Option<&'a Segment> {
        // Whoever waits for this processor gets it now: the scheduler alone would let them wait for its next tick, milliseconds
        // in which a segment is counted many times over.
        thread::yield_now();
        self.segments.get(self.next.fetch_add(1, Ordering::Relaxed)).copied()
    }
}

/// Adds counts to others.
pub(super) fn add(sum: &mut Counts, counts: &Counts) {
    sum.iter_mut().zip(counts).for_each(|(sum, count)| *sum += count);
}

/// Counts rows that are in one cell. In four places in turn, since adding twice in the same takes the time of both.
fn count_one(chosen: Chosen<'_>, slots: &[u8]) -> Counts {
    let mut four = [0; 64];
    chosen.each(|row| four[(row & 3) << 4 | usize::from(slots[row] & 15)] += 1);
    std::array::from_fn(|slot| four.iter().skip(slot).step_by(16).sum())
}

/// The earliest `at` of all rows, and the first second after the latest; of no rows, the first second there is.
pub(super) fn span(segments: &[Arc<Segment>]) -> Range<u32> {
    let rows = segments.iter().filter(|segment| segment.len() > 0);
    let ends = rows.map(|segment| (segment.earliest, segment.latest));
    let (earliest, latest) = ends.reduce(|(a, b), (c, d)| (a.min(c), b.max(d))).unwrap_or((0, 0));
    earliest..latest.saturating_add(1)
}

/// The middle of the values; the mean of the two in the middle, where there are two.
fn median(mut values: Vec<u16>) -> Option<f64> {
    let middle = values.len() / 2;
    if values.is_empty() {
        return None;
    }
    let even = values.len().is_multiple_of(2);
    let (below, high, _) = values.select_nth_unstable(middle);
    let high = f64::from(*high);
    match below.iter().max().filter(|_| even) {
        Some(low) => Some((f64::from(*low) + high) / 2.0),
        None => Some(high),
    }
}

const _: () = assert!(NO_SCORE & 15 == NO_NUMBER, "no score is not counted");
