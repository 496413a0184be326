//! A fixed number of rows, column by column.

use jiff::Timestamp;
use wire::Score;

use super::column::{ABSENT, Codes};

/// Rows of a segment.
pub(super) use crate::domain::sheets::ROWS;

/// The score of a response that has none.
pub(super) const NO_SCORE: u8 = 0xff;

/// What stands for the score where there is no response: erased, or a number that was never used.
pub(super) const NOBODY: u8 = 0xfe;

/// The duration of a response that was not completed.
pub(super) const NOT_COMPLETED: u16 = u16::MAX;

/// One response, as codes.
pub(super) struct Row {
    pub(super) at: u32,
    pub(super) updated: u32,
    pub(super) score: u8,
    pub(super) duration: u16,
    /// The code in each column, as far as columns are known; the rest is absent.
    pub(super) codes: Vec<u32>,
}

/// Up to [`ROWS`] rows.
#[derive(Clone, Default)]
pub(super) struct Segment {
    /// Seconds since 1970. Whole seconds are as fine as periods are told apart.
    pub(super) at: Vec<u32>,
    /// When it was last changed, likewise.
    pub(super) updated: Vec<u32>,
    pub(super) scores: Vec<u8>,
    /// Seconds from the first submission to the completing one.
    pub(super) durations: Vec<u16>,
    /// One for each column in which some row here has a value.
    pub(super) columns: Vec<Option<Codes>>,
    /// Earliest and latest `at`, so that a query can pass over the whole segment.
    pub(super) earliest: u32,
    pub(super) latest: u32,
    /// The latest `updated`.
    pub(super) latest_update: u32,
    /// How many rows are nobody's.
    pub(super) nobodies: u32,
}

impl Segment {
    /// Writes a row; rows skipped so far are nobody's.
    pub(super) fn set(&mut self, row: usize, values: &Row) {
        let first = self.at.is_empty();
        if self.at.len() <= row {
            let skipped = row - self.at.len();
            self.nobodies += skipped as u32 + 1;
            resize(&mut self.at, row + 1, values.at);
            resize(&mut self.updated, row + 1, 0);
            resize(&mut self.scores, row + 1, NOBODY);
            resize(&mut self.durations, row + 1, NOT_COMPLETED);
        }
        self.nobodies -= u32::from(self.scores[row] == NOBODY);
        self.nobodies += u32::from(values.score == NOBODY);
        self.at[row] = values.at;
        self.updated[row] = values.updated;
        self.scores[row] = values.score;
        self.durations[row] = values.duration;
        let known = self.columns.len().max(values.codes.len());
        for place in 0..known {
            self.set_code(row, place, values.codes.get(place).copied().unwrap_or(ABSENT));
        }
        self.earliest = if first { values.at } else { self.earliest.min(values.at) };
        self.latest = self.latest.max(values.at);
        self.latest_update = self.latest_update.max(values.updated);
    }

    /// Makes a row nobody's, and forgets what stood in it.
    pub(super) fn forget(&mut self, row: usize) {
        if let Some(at) = self.at.get(row).copied() {
            let nobody = Row { at, updated: 0, score: NOBODY, duration: NOT_COMPLETED, codes: Vec::new() };
            self.set(row, &nobody);
        }
    }

    fn set_code(&mut self, row: usize, place: usize, code: u32) {
        match self.columns.get_mut(place) {
            Some(Some(codes)) => codes.set(row, code),
            _ if code == ABSENT => {}
            _ => {
                if self.columns.len() <= place {
                    self.columns.resize(place + 1, None);
                }
                self.columns[place].get_or_insert_default().set(row, code);
            }
        }
    }

    /// The codes of the column of this place, if some row here has one.
    pub(super) fn column(&self, place: usize) -> Option<&Codes> {
        self.columns.get(place).and_then(Option::as_ref)
    }

    pub(super) fn len(&self) -> usize {
        self.scores.len()
    }

    pub(super) fn bytes(&self) -> usize {
        let columns: usize = self.columns.iter().flatten().map(Codes::bytes).sum();
        (self.at.capacity() + self.updated.capacity()) * 4
            + self.scores.capacity()
            + self.durations.capacity() * 2
            + columns
    }
}

/// Grows to the first value and then to the whole segment: a doubling vector would waste up to half of its memory, and one
/// that grows by each row would be copied for each.
pub(super) fn resize<T: Clone>(values: &mut Vec<T>, rows: usize, value: T) {
    if values.capacity() < rows {
        let most = if values.is_empty() { rows } else { ROWS.max(rows) };
        values.reserve_exact(most - values.len());
    }
    values.resize(rows, value);
}

/// A time as rows hold it, from 1970 to 2106.
pub(super) fn seconds(at: Timestamp) -> u32 {
    at.as_second().clamp(0, i64::from(u32::MAX)) as u32
}

/// A score as rows hold it.
pub(super) fn score(score: Option<Score>) -> u8 {
    score.map_or(NO_SCORE, Score::get)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(at: u32, score: u8, codes: &[u32]) -> Row {
        Row { at, updated: at, score, duration: NOT_COMPLETED, codes: codes.to_vec() }
    }

    #[test]
    fn a_row_that_is_forgotten_leaves_nothing_behind() {
        let mut segment = Segment::default();
        segment.set(2, &row(50, 9, &[1, 0, 7]));
        assert_eq!((segment.len(), segment.nobodies), (3, 2), "skipped rows are nobody's");
        segment.set(0, &row(40, 3, &[2]));
        assert_eq!(segment.nobodies, 1);
        segment.forget(2);
        assert_eq!((segment.nobodies, segment.scores[2]), (2, NOBODY));
        let mut seen = Vec::new();
        segment.column(2).unwrap().each(3, |_, code| seen.push(code));
        assert_eq!(seen, [0, 0, 0]);
        segment.set(2, &row(60, 1, &[1]));
        assert_eq!(segment.nobodies, 1);
    }
}
