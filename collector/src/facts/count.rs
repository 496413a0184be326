//! Filtering and counting, segment by segment, column by column.

use std::ops::Range;
use std::sync::Arc;

use wire::{Score, Tally};

use super::ROWS;
use super::column::{ABSENT, Codes};
use super::lookup::{Column, Grouping, Test};
use super::segment::Segment;

/// Rows below which one thread is enough: starting another costs more than it saves.
const ROWS_FOR_THREADS: usize = 1 << 20;

/// A query with everything looked up: it needs no lock any more.
pub(super) struct Plan {
    pub(super) segments: Vec<Arc<Segment>>,
    pub(super) period: Range<u32>,
    pub(super) tests: Vec<Test>,
    pub(super) grouping: Option<Grouping>,
}

/// Counts of one group, by score; what has no score is counted beyond the last.
type Counts = [u32; 16];

impl Plan {
    /// One tally for each group, the first for the rows that are in none (for all rows, where there are no groups).
    pub(super) fn count(&self) -> Vec<Tally> {
        if self.segments.len() * ROWS < ROWS_FOR_THREADS {
            return self.count_part(&self.segments);
        }
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        let parts: Vec<Vec<Tally>> = std::thread::scope(|scope| {
            let share = self.segments.len().div_ceil(threads);
            let parts = self.segments.chunks(share).map(|part| scope.spawn(|| self.count_part(part)));
            let threads: Vec<_> = parts.collect();
            let join = |thread: std::thread::ScopedJoinHandle<'_, _>| {
                thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
            };
            threads.into_iter().map(join).collect()
        });
        parts.into_iter().reduce(add).unwrap_or_default()
    }

    /// Leaves out the values that no scored row has, so that counting takes no memory for them; returns how many are left.
    /// Units stay: there are never many.
    pub(super) fn leave_out_empty_values(&mut self) -> usize {
        let Some(grouping) = &self.grouping else {
            return 0;
        };
        let mut marked = vec![false; self.groups()];
        let mut selected = Vec::new();
        for segment in self.segments.iter().filter(|segment| self.reaches(segment)) {
            self.select(segment, &mut selected);
            if let Some(codes) = segment.column(grouping.column) {
                codes.each(segment.len(), |row, code| {
                    let counts = selected[row] != 0 && segment.scores[row] <= Score::MAX;
                    marked[grouping.group_of[code as usize] as usize] |= counts;
                });
            }
        }
        self.grouping.as_mut().map_or(0, |grouping| grouping.keep(&marked))
    }

    fn groups(&self) -> usize {
        1 + self.grouping.as_ref().map_or(0, |grouping| grouping.groups.len())
    }

    fn count_part(&self, segments: &[Arc<Segment>]) -> Vec<Tally> {
        let mut counts = vec![Counts::default(); self.groups()];
        let mut selected = Vec::new();
        for segment in segments.iter().filter(|segment| self.reaches(segment)) {
            self.select(segment, &mut selected);
            let scores = &segment.scores;
            // A row that is not selected counts 0: cheaper than a branch that cannot be foreseen. `& 15` turns "no score"
            // (255) into a place that is not read, and spares a bounds check.
            let codes = self
                .grouping
                .as_ref()
                .and_then(|grouping| Some((grouping, segment.column(grouping.column)?)));
            match codes {
                Some((grouping, codes)) => codes.each(scores.len(), |row, code| {
                    let group = grouping.group_of[code as usize] as usize;
                    counts[group][usize::from(scores[row] & 15)] += u32::from(selected[row]);
                }),
                None => scores.iter().zip(&selected).for_each(|(score, yes)| {
                    counts[0][usize::from(score & 15)] += u32::from(*yes);
                }),
            }
        }
        counts.iter().map(|counts| Tally(std::array::from_fn(|score| u64::from(counts[score])))).collect()
    }

    fn reaches(&self, segment: &Segment) -> bool {
        segment.len() > 0 && segment.latest >= self.period.start && segment.earliest < self.period.end
    }

    /// Sets `selected` to 1 for each row that matches, 0 for the others. One pass for each condition, so that each is a
    /// plain loop over one column.
    pub(super) fn select(&self, segment: &Segment, selected: &mut Vec<u8>) {
        selected.clear();
        if self.period.start <= segment.earliest && segment.latest < self.period.end {
            selected.resize(segment.len(), 1);
        } else {
            selected.extend(segment.at.iter().map(|at| u8::from(self.period.contains(at))));
        }
        for test in &self.tests {
            match test {
                Test::Scores(range) => {
                    selected
                        .iter_mut()
                        .zip(&segment.scores)
                        .for_each(|(yes, score)| *yes &= u8::from(range.contains(score)));
                }
                Test::Updated(since) if *since > segment.latest_update => selected.fill(0),
                Test::Updated(since) => selected
                    .iter_mut()
                    .zip(&segment.updated)
                    .for_each(|(yes, updated)| *yes &= u8::from(updated >= since)),
                Test::Codes { column, allowed } => match segment.column(*column) {
                    Some(codes) => codes
                        .each(segment.len(), |row, code| selected[row] &= u8::from(allowed[code as usize])),
                    None if allowed[ABSENT as usize] => {}
                    None => selected.fill(0),
                },
            }
        }
    }
}

impl Segment {
    fn column(&self, column: Column) -> Option<&Codes> {
        match column {
            Column::Survey => Some(&self.survey),
            Column::Agent => Some(&self.agent),
            Column::Attribute(place) => self.attribute(place),
        }
    }
}

fn add(mut sum: Vec<Tally>, part: Vec<Tally>) -> Vec<Tally> {
    sum.iter_mut().zip(part).for_each(|(sum, part)| *sum += part);
    sum
}

const _: () = assert!(Score::MAX < 15, "a score and \"no score\" must differ in their last four bits");
