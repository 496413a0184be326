//! Filtering and counting, segment by segment, column by column.

use std::ops::Range;
use std::sync::Arc;

use rayon::prelude::*;

use super::ROWS;
use super::ask::{BadQuery, Counts, Measure};
use super::axis::Axis;
use super::names::{Found, Names};
use super::pool::Pool;
use super::segment::{NO_SCORE, NOBODY, NOT_COMPLETED, Segment};
use super::test::Test;
use crate::domain::query::{Key, Space};

/// Rows below which one thread is enough: waking others costs more than it saves.
const ROWS_FOR_THREADS: usize = 1 << 18;

/// What is not counted: no score, or no answer.
const NOTHING: u8 = 15;

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
                let mut slot_of = vec![NOTHING; dictionary.codes()];
                for (code, value) in dictionary.values() {
                    slot_of[code as usize] =
                        value.parse().ok().filter(|number| *number < NOTHING).unwrap_or(NOTHING);
                }
                Ok(Self::Codes { column: place, slot_of })
            }
            _ => Ok(Self::Codes { column: usize::MAX, slot_of: vec![NOTHING] }),
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
                slots.resize(segment.len(), NOTHING);
                if let Some(codes) = segment.column(*column) {
                    codes.each(segment.len(), |row, code| slots[row] = slot_of[code as usize]);
                }
            }
        }
        slots
    }
}

impl Selection {
    /// Counts by cell: that of the first axis, times the number of cells of the second, and so on.
    pub(super) fn count(&self, axes: &[Axis], slots: &Slots, pool: &Pool) -> Vec<Counts> {
        let cells = axes.iter().map(|axis| axis.cells).product();
        let add = |mut sum: Vec<Counts>, part: Vec<Counts>| {
            let pairs = sum.iter_mut().flatten().zip(part.into_iter().flatten());
            pairs.for_each(|(sum, part)| *sum += part);
            sum
        };
        let part = |segments: &[Arc<Segment>]| self.count_part(segments, axes, slots, cells);
        self.in_parts(pool, part, add).unwrap_or_else(|| vec![Counts::default(); cells])
    }

    /// How many rows there are of each group of an axis.
    pub(super) fn margins(&self, axis: &Axis, slots: &Slots, pool: &Pool) -> Vec<Margin> {
        let add = |mut sum: Vec<Margin>, part: Vec<Margin>| {
            for (sum, part) in sum.iter_mut().zip(part) {
                sum.add(&part);
            }
            sum
        };
        let by_cell = self.in_parts(pool, |segments| self.margins_part(segments, axis, slots), add);
        let by_cell = by_cell.unwrap_or_else(|| vec![Margin::default(); axis.cells]);
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
    pub(super) fn medians(&self, axes: &[Axis], pool: &Pool) -> Vec<Option<f64>> {
        let cells: usize = axes.iter().map(|axis| axis.cells).product();
        let part = |segments: &[Arc<Segment>]| {
            let mut took: Vec<Vec<u16>> = vec![Vec::new(); cells];
            self.each(segments, axes, |segment, selected, cells| {
                for (row, duration) in segment.durations.iter().enumerate() {
                    if selected[row] != 0 && *duration != NOT_COMPLETED {
                        took[cells[row] as usize].push(*duration);
                    }
                }
            });
            took
        };
        let add = |mut sum: Vec<Vec<u16>>, part: Vec<Vec<u16>>| {
            sum.iter_mut().zip(part).for_each(|(sum, part)| sum.extend(part));
            sum
        };
        let took = self.in_parts(pool, part, add).unwrap_or_else(|| vec![Vec::new(); cells]);
        took.into_iter().map(median).collect()
    }

    /// The rows that match, from row `from` on, at most `limit`.
    pub(super) fn rows(&self, from: u64, limit: usize) -> Vec<u64> {
        let mut found = Vec::new();
        let mut selected = Vec::new();
        for (place, segment) in self.segments.iter().enumerate().skip(from as usize / ROWS) {
            if !self.reaches(segment) {
                continue;
            }
            self.select(segment, &mut selected);
            let first = (place * ROWS) as u64;
            let rows = selected.iter().enumerate().filter(|(_, yes)| **yes != 0);
            found.extend(rows.map(|(row, _)| first + row as u64).filter(|row| *row >= from));
            if found.len() >= limit {
                found.truncate(limit);
                break;
            }
        }
        found
    }

    /// `part` of all segments, in as many parts as there are threads, put together by `add`; nothing, if there are none.
    fn in_parts<T: Send>(
        &self,
        pool: &Pool,
        part: impl Fn(&[Arc<Segment>]) -> T + Sync,
        add: impl Fn(T, T) -> T + Sync,
    ) -> Option<T> {
        let reached: Vec<Arc<Segment>> =
            self.segments.iter().filter(|segment| self.reaches(segment)).cloned().collect();
        if reached.is_empty() {
            return None;
        }
        if reached.len() * ROWS <= ROWS_FOR_THREADS {
            return Some(part(&reached));
        }
        pool.run(|| {
            let share = reached.len().div_ceil(rayon::current_num_threads());
            reached.par_chunks(share).map(&part).reduce_with(&add)
        })
    }

    fn count_part(
        &self,
        segments: &[Arc<Segment>],
        axes: &[Axis],
        slots: &Slots,
        cells: usize,
    ) -> Vec<Counts> {
        let mut counts = vec![Counts::default(); cells];
        let mut read = Vec::new();
        // A row that is not selected counts 0: cheaper than a branch that cannot be foreseen. `& 15` turns "no score" (255)
        // into a place that is not read, and spares a bounds check.
        if let [axis] = axes
            && let Some((column, cell_of)) = axis.plain()
        {
            self.each(segments, &[], |segment, selected, _| {
                let slots = slots.read(segment, &mut read);
                let mut count = |row: usize, cell: u32| {
                    counts[cell as usize][usize::from(slots[row] & 15)] += u32::from(selected[row]);
                };
                match segment.column(column) {
                    Some(codes) => codes.each(segment.len(), |row, code| count(row, cell_of[code as usize])),
                    None => (0..segment.len()).for_each(|row| count(row, cell_of[0])),
                }
            });
            return counts;
        }
        self.each(segments, axes, |segment, selected, cells| {
            let slots = slots.read(segment, &mut read);
            for ((cell, slot), yes) in cells.iter().zip(slots).zip(selected) {
                counts[*cell as usize][usize::from(slot & 15)] += u32::from(*yes);
            }
        });
        counts
    }

    fn margins_part(&self, segments: &[Arc<Segment>], axis: &Axis, slots: &Slots) -> Vec<Margin> {
        let mut margins = vec![Margin::default(); axis.cells];
        let mut read = Vec::new();
        let scores = matches!(slots, Slots::Score);
        self.each(segments, std::slice::from_ref(axis), |segment, selected, cells| {
            let slots = slots.read(segment, &mut read);
            for ((cell, slot), yes) in cells.iter().zip(slots).zip(selected) {
                let margin = &mut margins[*cell as usize];
                margin.rows += u32::from(*yes);
                margin.n += u32::from(*yes != 0 && *slot < NOTHING);
                margin.promoters += u32::from(scores && *yes != 0 && (9..=10).contains(slot));
                margin.detractors += u32::from(scores && *yes != 0 && *slot <= 6);
            }
        });
        margins
    }

    /// Calls `visit(segment, selected, cells)` for each segment in which some row is selected.
    fn each(&self, segments: &[Arc<Segment>], axes: &[Axis], mut visit: impl FnMut(&Segment, &[u8], &[u32])) {
        let mut selected = Vec::new();
        let mut cells = Vec::new();
        for segment in segments {
            self.select(segment, &mut selected);
            if selected.iter().all(|yes| *yes == 0) {
                continue;
            }
            cells.clear();
            cells.resize(segment.len(), 0);
            axes.iter().for_each(|axis| axis.refine(segment, &mut cells));
            visit(segment, &selected, &cells);
        }
    }

    fn reaches(&self, segment: &Segment) -> bool {
        segment.len() > 0 && segment.latest >= self.period.start && segment.earliest < self.period.end
    }

    /// Sets `selected` to 1 for each row that matches, 0 for the others.
    fn select(&self, segment: &Segment, selected: &mut Vec<u8>) {
        selected.clear();
        if self.period.start <= segment.earliest && segment.latest < self.period.end {
            selected.resize(segment.len(), 1);
        } else {
            selected.extend(segment.at.iter().map(|at| u8::from(self.period.contains(at))));
        }
        if segment.nobodies > 0 {
            let rows = selected.iter_mut().zip(&segment.scores);
            rows.for_each(|(yes, score)| *yes &= u8::from(*score != NOBODY));
        }
        self.test.narrow(segment, selected);
    }
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

const _: () = assert!(NO_SCORE & 15 == NOTHING, "no score is not counted");
