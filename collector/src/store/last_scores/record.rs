//! One customer, as small as it goes: 72 bytes, and the texts of id and comment.

use jiff::Timestamp;
use uuid::Uuid;
use wire::Score;

use super::super::customers::{Last, Past};

/// The longest comment that is kept here, bytes; of a longer one the store is asked.
pub(super) const LONGEST_COMMENT: usize = 512;

/// The score of a place that is empty.
const NO_SCORE: u8 = u8::MAX;

/// The survey's code when it has none: there are too many surveys.
pub(super) const NO_SURVEY: u16 = u16::MAX;

/// A response, as much of it as counts here.
pub(super) struct Given<'a> {
    pub(super) sequence: u64,
    pub(super) score: Option<Score>,
    pub(super) at: Timestamp,
    pub(super) response: Uuid,
    pub(super) survey: &'a str,
    pub(super) comment: Option<&'a str>,
}

/// A customer with the newest two responses that have a score, by their sequence numbers. Responses can be told in any
/// order, and again when they have changed.
pub(super) struct Record {
    /// The id, and behind it the comment of the newest.
    text: Box<str>,
    /// The id of the newest response.
    response: Uuid,
    /// Sequence numbers of the newest and of the one before.
    sequences: [u64; 2],
    /// When they were given, in milliseconds since 1970.
    times: [i64; 2],
    survey: u16,
    scores: [u8; 2],
    id_bytes: u8,
    /// The newest has a comment that is too long for here.
    is_long: bool,
    /// One of the newest two lost its score: which one comes in its place is not known here.
    is_withdrawn: bool,
}

const _: () = assert!(size_of::<Record>() == 72);

impl Record {
    /// A customer who has not answered.
    pub(super) fn new(id: &str) -> Self {
        Self {
            text: id.into(),
            response: Uuid::nil(),
            sequences: [0; 2],
            times: [0; 2],
            survey: NO_SURVEY,
            scores: [NO_SCORE; 2],
            id_bytes: id.len() as u8,
            is_long: false,
            is_withdrawn: false,
        }
    }

    pub(super) fn id(&self) -> &str {
        &self.text[..usize::from(self.id_bytes)]
    }

    /// Bytes of text.
    pub(super) fn text_bytes(&self) -> usize {
        self.text.len()
    }

    /// Whether only the store can tell.
    pub(super) fn asks_the_store(&self) -> bool {
        self.is_withdrawn || self.is_long || (self.has(0) && self.survey == NO_SURVEY)
    }

    /// Whether it is unknown here which response is the newest.
    pub(super) fn is_withdrawn(&self) -> bool {
        self.is_withdrawn
    }

    /// The newest response's sequence number, if there is one.
    pub(super) fn newest(&self) -> Option<u64> {
        self.has(0).then_some(self.sequences[0])
    }

    fn has(&self, place: usize) -> bool {
        self.scores[place] != NO_SCORE
    }

    /// Takes in a response as it now is, of the survey with this code.
    pub(super) fn take(&mut self, given: &Given<'_>, survey: u16) {
        let known = (0..2).find(|place| self.has(*place) && self.sequences[*place] == given.sequence);
        let Some(score) = given.score else {
            // The store keeps the whole history; this keeps the end of it.
            self.is_withdrawn |= known.is_some();
            return;
        };
        let is_after = |place: usize| !self.has(place) || given.sequence > self.sequences[place];
        match known {
            Some(place) => self.set(place, given, score, survey),
            None if is_after(0) => {
                self.sequences[1] = self.sequences[0];
                self.times[1] = self.times[0];
                self.scores[1] = self.scores[0];
                self.set(0, given, score, survey);
            }
            None if is_after(1) => self.set(1, given, score, survey),
            None => {}
        }
    }

    fn set(&mut self, place: usize, given: &Given<'_>, score: Score, survey: u16) {
        self.sequences[place] = given.sequence;
        self.times[place] = given.at.as_millisecond();
        self.scores[place] = score.get();
        if place == 0 {
            self.response = given.response;
            self.survey = survey;
            let comment = given.comment.unwrap_or_default();
            self.is_long = comment.len() > LONGEST_COMMENT;
            let kept = if self.is_long { "" } else { comment };
            if self.text[usize::from(self.id_bytes)..] != *kept {
                self.text = [self.id(), kept].concat().into();
            }
        }
    }

    /// The newest response, of the survey with this id.
    pub(super) fn last(&self, survey: &str) -> Option<Last> {
        let Past { score, at } = self.past(0)?;
        let comment = &self.text[usize::from(self.id_bytes)..];
        Some(Last {
            score,
            at,
            response: self.response,
            survey: survey.to_owned(),
            comment: (!comment.is_empty()).then(|| comment.to_owned()),
        })
    }

    /// The survey's code.
    pub(super) fn survey(&self) -> u16 {
        self.survey
    }

    /// The response before the newest.
    pub(super) fn previous(&self) -> Option<Past> {
        self.past(1)
    }

    fn past(&self, place: usize) -> Option<Past> {
        // What is no score is nothing: an empty place.
        let score = Score::try_from(self.scores[place]).ok()?;
        let at = Timestamp::from_millisecond(self.times[place]).unwrap_or_default();
        Some(Past { score, at })
    }
}
