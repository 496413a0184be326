//! One customer, in one piece of memory: 80 bytes, and behind them the texts of id and comment.
//!
//! In one piece, because a look-up among a million customers takes as long as the memory that it has to wait for: nothing of
//! another customer's is of use to the next one.

use jiff::Timestamp;
use triomphe::ThinArc;
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
/// order, and again when they have changed. Behind the head the id, and the comment of the newest.
#[derive(Clone)]
pub(super) struct Record(ThinArc<Head, u8>);

#[derive(Clone, Copy)]
struct Head {
    /// The id of the newest response.
    response: Uuid,
    /// Sequence numbers of the newest and of the one before.
    sequences: [u64; 2],
    /// When they were given, in milliseconds since 1970.
    times: [i64; 2],
    /// What addresses know the customer by, besides the hash.
    more: u32,
    survey: u16,
    scores: [u8; 2],
    id_bytes: u8,
    /// The newest has a comment that is too long for here.
    is_long: bool,
    /// One of the newest two lost its score: which one comes in its place is not known here.
    is_withdrawn: bool,
}

/// Bytes of a record beside its texts: the head, how many share it, and the length of the texts.
pub(super) const BYTES: usize = size_of::<Head>() + 2 * size_of::<usize>();

const _: () = assert!(BYTES == 80);

impl Record {
    /// A customer who has not answered.
    pub(super) fn new(id: &str, more: u32) -> Self {
        let head = Head {
            response: Uuid::nil(),
            sequences: [0; 2],
            times: [0; 2],
            more,
            survey: NO_SURVEY,
            scores: [NO_SCORE; 2],
            id_bytes: id.len() as u8,
            is_long: false,
            is_withdrawn: false,
        };
        Self(ThinArc::from_header_and_slice(head, id.as_bytes()))
    }

    fn head(&self) -> &Head {
        &self.0.header.header
    }

    /// Id and comment.
    fn texts(&self) -> (&[u8], &[u8]) {
        self.0.slice.split_at(usize::from(self.head().id_bytes))
    }

    /// Whether it is the customer with this id.
    pub(super) fn is(&self, id: &str) -> bool {
        self.texts().0 == id.as_bytes()
    }

    /// Whether it may be the customer whom addresses know by this.
    pub(super) fn is_known_by(&self, more: u32) -> bool {
        self.head().more == more
    }

    pub(super) fn id(&self) -> &str {
        str::from_utf8(self.texts().0).unwrap_or_default()
    }

    /// Bytes of text.
    pub(super) fn text_bytes(&self) -> usize {
        self.0.slice.len()
    }

    /// Whether only the store can tell.
    pub(super) fn asks_the_store(&self) -> bool {
        let head = self.head();
        head.is_withdrawn || head.is_long || (head.has(0) && head.survey == NO_SURVEY)
    }

    /// Whether it is unknown here which response is the newest.
    pub(super) fn is_withdrawn(&self) -> bool {
        self.head().is_withdrawn
    }

    /// The newest response's sequence number, if there is one.
    pub(super) fn newest(&self) -> Option<u64> {
        self.head().has(0).then_some(self.head().sequences[0])
    }

    /// The same with a response as it now is, of the survey with this code.
    pub(super) fn with(&self, given: &Given<'_>, survey: u16) -> Self {
        let mut head = *self.head();
        let (id, mut comment) = self.texts();
        if head.take(given, survey) {
            comment = if head.is_long { b"" } else { given.comment.unwrap_or_default().as_bytes() };
        }
        Self(ThinArc::from_header_and_slice(head, &[id, comment].concat()))
    }

    /// The newest response, of the survey with this id.
    pub(super) fn last(&self, survey: &str) -> Option<Last> {
        let Past { score, at } = self.head().past(0)?;
        let comment = str::from_utf8(self.texts().1).unwrap_or_default();
        Some(Last {
            score,
            at,
            response: self.head().response,
            survey: survey.to_owned(),
            comment: (!comment.is_empty()).then(|| comment.to_owned()),
        })
    }

    /// The survey's code.
    pub(super) fn survey(&self) -> u16 {
        self.head().survey
    }

    /// The response before the newest.
    pub(super) fn previous(&self) -> Option<Past> {
        self.head().past(1)
    }
}

impl Head {
    fn has(&self, place: usize) -> bool {
        self.scores[place] != NO_SCORE
    }

    /// Takes in a response; whether it is the newest.
    fn take(&mut self, given: &Given<'_>, survey: u16) -> bool {
        let known = (0..2).find(|place| self.has(*place) && self.sequences[*place] == given.sequence);
        let Some(score) = given.score else {
            // The store keeps the whole history; this keeps the end of it.
            self.is_withdrawn |= known.is_some();
            return false;
        };
        let is_after = |place: usize| !self.has(place) || given.sequence > self.sequences[place];
        let place = match known {
            Some(place) => place,
            None if is_after(0) => {
                self.sequences[1] = self.sequences[0];
                self.times[1] = self.times[0];
                self.scores[1] = self.scores[0];
                0
            }
            None if is_after(1) => 1,
            None => return false,
        };
        self.sequences[place] = given.sequence;
        self.times[place] = given.at.as_millisecond();
        self.scores[place] = score.get();
        if place == 0 {
            self.response = given.response;
            self.survey = survey;
            self.is_long = given.comment.is_some_and(|comment| comment.len() > LONGEST_COMMENT);
        }
        place == 0
    }

    fn past(&self, place: usize) -> Option<Past> {
        // What is no score is nothing: an empty place.
        let score = Score::try_from(self.scores[place]).ok()?;
        let at = Timestamp::from_millisecond(self.times[place]).unwrap_or_default();
        Some(Past { score, at })
    }
}
