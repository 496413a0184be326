//! A fixed number of rows, column by column.

use jiff::Timestamp;
use wire::Score;

use super::column::{ABSENT, Codes};

/// Rows of a segment: small enough that copying one (about 300 KB) under a running query does not hold up the writer.
pub(super) const ROWS: usize = 16_384;

/// The score of a row that has none: an answer without a score, or no response at all.
const NO_SCORE: u8 = u8::MAX;

/// One response, as codes.
pub(super) struct Row {
    pub(super) at: u32,
    pub(super) updated: u32,
    pub(super) score: Option<Score>,
    pub(super) survey: u32,
    pub(super) agent: u32,
    pub(super) attributes: Vec<u32>,
}

/// Up to [`ROWS`] rows.
#[derive(Clone, Default)]
pub(super) struct Segment {
    /// Seconds since 1970. Whole seconds are as fine as periods are told apart.
    pub(super) at: Vec<u32>,
    /// When it was last changed, likewise.
    pub(super) updated: Vec<u32>,
    pub(super) scores: Vec<u8>,
    pub(super) survey: Codes,
    pub(super) agent: Codes,
    /// One for each attribute that some row here has.
    attributes: Vec<Option<Codes>>,
    /// Earliest and latest `at`, so that a query can pass over the whole segment.
    pub(super) earliest: u32,
    pub(super) latest: u32,
    /// The latest `updated`.
    pub(super) latest_update: u32,
}

impl Segment {
    /// Writes a row; rows skipped so far have no score.
    pub(super) fn set(&mut self, row: usize, values: &Row) {
        let first = self.at.is_empty();
        if self.at.len() <= row {
            self.at.resize(row + 1, values.at);
            self.updated.resize(row + 1, values.updated);
            self.scores.resize(row + 1, NO_SCORE);
        }
        self.at[row] = values.at;
        self.updated[row] = values.updated;
        self.scores[row] = values.score.map_or(NO_SCORE, Score::get);
        self.survey.set(row, values.survey);
        self.agent.set(row, values.agent);
        for (place, &code) in values.attributes.iter().enumerate() {
            self.set_attribute(row, place, code);
        }
        self.earliest = if first { values.at } else { self.earliest.min(values.at) };
        self.latest = self.latest.max(values.at);
        self.latest_update = self.latest_update.max(values.updated);
    }

    fn set_attribute(&mut self, row: usize, place: usize, code: u32) {
        match self.attributes.get_mut(place) {
            Some(Some(codes)) => codes.set(row, code),
            _ if code == ABSENT => {}
            _ => {
                if self.attributes.len() <= place {
                    self.attributes.resize(place + 1, None);
                }
                self.attributes[place].get_or_insert_default().set(row, code);
            }
        }
    }

    /// The column of the attribute at this place, if some row here has it.
    pub(super) fn attribute(&self, place: usize) -> Option<&Codes> {
        self.attributes.get(place).and_then(Option::as_ref)
    }

    pub(super) fn len(&self) -> usize {
        self.scores.len()
    }

    pub(super) fn bytes(&self) -> usize {
        let attributes: usize = self.attributes.iter().flatten().map(Codes::bytes).sum();
        (self.at.capacity() + self.updated.capacity()) * 4
            + self.scores.capacity()
            + self.survey.bytes()
            + self.agent.bytes()
            + attributes
    }
}

/// A time as rows hold it, from 1970 to 2106.
pub(super) fn seconds(at: Timestamp) -> u32 {
    at.as_second().clamp(0, i64::from(u32::MAX)) as u32
}
