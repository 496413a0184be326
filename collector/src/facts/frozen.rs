//! Facts as bytes: blocks that [`super::thaw`] reads again.
//!
//! Columns are written as they lie in memory, in little-endian order, one block for each segment; then the dictionaries, and
//! last a block that says what the others are. A value that no row has any more is left out, and so is a name without values:
//! whoever is erased leaves nothing in what is written from then on.

use std::sync::Arc;

use super::column::{ABSENT, Codes};
use super::columns::Places;
use super::dictionary::Dictionary;
use super::segment::Segment;
use super::{Facts, Inner};

/// The form of the blocks. Another form, or another meaning of what is in a column, has another number: what this program
/// would not have written is counted again.
pub(super) const FORM: u32 = 1;

/// Values of a dictionary in one block.
pub(super) const VALUES: usize = 4096;

/// The length of a value that no row has any more.
pub(super) const GONE: u32 = u32::MAX;

/// The width of a column whose rows are all the same.
pub(super) const SAME: u8 = 0;

/// Facts as they were at one moment. The rows cost no memory until they are changed; then the writer keeps a copy of what
/// was here.
pub struct Frozen {
    pub(super) responses: Vec<Arc<Segment>>,
    pub(super) invitations: Vec<Arc<Segment>>,
    /// How many codes each dictionary had: more than that, no row here has.
    pub(super) codes: Vec<usize>,
    pub(super) attributes: Vec<(Box<str>, usize)>,
    pub(super) answers: Vec<(Box<str>, usize)>,
}

impl Facts {
    /// What there is at this moment.
    pub fn frozen(&self) -> Frozen {
        let inner = self.read();
        let Inner { responses, invitations, columns, .. } = &*inner;
        let names = |places: &Places| places.iter().map(|(name, place)| (name.clone(), *place)).collect();
        Frozen {
            responses: responses.segments.clone(),
            invitations: invitations.segments.clone(),
            codes: columns.dictionaries.iter().map(Dictionary::codes).collect(),
            attributes: names(&columns.attributes),
            answers: names(&columns.answers),
        }
    }

    /// Gives `put` one block after the other of what was frozen from these facts. No lock is held while `put` works.
    ///
    /// # Errors
    /// Those of `put`.
    pub fn write_blocks<E>(
        &self,
        frozen: Frozen,
        mut put: impl FnMut(&[u8]) -> Result<(), E>,
    ) -> Result<(), E> {
        let Frozen { responses, invitations, codes, attributes, answers } = frozen;
        let mut used: Vec<Vec<bool>> = codes.iter().map(|codes| vec![false; *codes]).collect();
        let (many_responses, many_invitations) = (responses.len(), invitations.len());
        let mut bytes = Bytes::default();
        // Each is let go when it is written, so that the writer need not copy it.
        for segment in responses.into_iter().chain(invitations) {
            bytes.0.clear();
            bytes.segment(&segment, &mut used);
            put(&bytes.0)?;
        }
        let mut dictionary_blocks = 0;
        for (place, used) in used.iter().enumerate() {
            for from in (1..used.len()).step_by(VALUES) {
                bytes.0.clear();
                let to = (from + VALUES).min(used.len());
                bytes.values(&self.read(), place, from..to, used);
                put(&bytes.0)?;
                dictionary_blocks += 1;
            }
        }
        bytes.0.clear();
        for number in [many_responses, many_invitations, dictionary_blocks, codes.len()] {
            bytes.number(number as u32);
        }
        codes.iter().for_each(|codes| bytes.number(*codes as u32));
        for mut names in [attributes, answers] {
            names.retain(|(_, place)| used[*place].contains(&true));
            bytes.number(names.len() as u32);
            for (name, place) in names {
                bytes.number(place as u32);
                bytes.text(&name);
            }
        }
        bytes.number(FORM);
        put(&bytes.0)
    }
}

#[derive(Default)]
pub(super) struct Bytes(pub(super) Vec<u8>);

impl Bytes {
    pub(super) fn number(&mut self, number: u32) {
        self.0.extend(number.to_le_bytes());
    }

    pub(super) fn text(&mut self, text: &str) {
        self.number(text.len() as u32);
        self.0.extend(text.as_bytes());
    }

    pub(super) fn segment(&mut self, segment: &Segment, used: &mut [Vec<bool>]) {
        let Segment { at, updated, scores, durations, columns, .. } = segment;
        let ends = [segment.earliest, segment.latest, segment.latest_update, segment.nobodies];
        self.number(segment.len() as u32);
        ends.into_iter().for_each(|end| self.number(end));
        self.column(at, |at| at.to_le_bytes());
        self.column(updated, |updated| updated.to_le_bytes());
        self.column(scores, |score| [score]);
        self.column(durations, |took| took.to_le_bytes());
        self.number(columns.len() as u32);
        for (codes, used) in columns.iter().zip(used) {
            match codes {
                None => self.column::<u8, 1>(&[], |code| [code]),
                Some(Codes::U8(codes)) => self.column(codes, |code| [code]),
                Some(Codes::U16(codes)) => self.column(codes, |code| code.to_le_bytes()),
                Some(Codes::U32(codes)) => self.column(codes, |code| code.to_le_bytes()),
            }
            if let Some(codes) = codes {
                codes.each(codes.len(), |_, code| used[code as usize] = code != ABSENT);
            }
        }
    }

    /// Width, number of rows, and values; where all are the same, that one value.
    fn column<T: Copy + PartialEq, const N: usize>(&mut self, values: &[T], bytes: impl Fn(T) -> [u8; N]) {
        let same = values.first().filter(|first| values.iter().all(|value| value == *first));
        self.0.push(N as u8);
        self.0.push(if same.is_some() { SAME } else { 1 });
        self.number(values.len() as u32);
        match same {
            Some(value) => self.0.extend(bytes(*value)),
            None => {
                let from = self.0.len();
                self.0.resize(from + values.len() * N, 0);
                let (places, _) = self.0[from..].as_chunks_mut::<N>();
                places.iter_mut().zip(values).for_each(|(place, value)| *place = bytes(*value));
            }
        }
    }

    fn values(&mut self, inner: &Inner, place: usize, codes: std::ops::Range<usize>, used: &[bool]) {
        self.number(place as u32);
        self.number(codes.start as u32);
        self.number(codes.len() as u32);
        for code in codes {
            match inner.columns.dictionaries[place].value(code as u32).filter(|_| used[code]) {
                Some(value) => self.text(value),
                None => self.number(GONE),
            }
        }
    }
}
