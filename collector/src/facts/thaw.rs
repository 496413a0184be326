//! Facts from bytes: see [`super::frozen`] for what they are.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, RwLock};
use std::thread;

use super::column::Codes;
use super::columns::Columns;
use super::dictionary::Dictionary;
use super::frozen::{FORM, GONE, SAME};
use super::segment::{ROWS, Segment};
use super::{Facts, Inner, Rows};

/// Why facts were not read.
#[derive(Debug, thiserror::Error)]
pub enum NotThawed<E> {
    /// A block could not be had.
    #[error(transparent)]
    Block(#[from] E),
    /// Another program wrote it, in a form of its own.
    #[error("it has another form than this program's")]
    OtherForm,
    /// It is not what this program writes.
    #[error("it makes no sense")]
    Nonsense,
}

impl Facts {
    /// Reads `blocks` blocks, on so many threads.
    ///
    /// # Errors
    /// Those of `read`; or when what is read is not what [`Facts::write_blocks`] wrote.
    pub fn thaw<E: Send>(
        blocks: usize,
        threads: usize,
        read: impl Fn(usize) -> Result<Vec<u8>, E> + Sync,
    ) -> Result<Self, NotThawed<E>> {
        let last = blocks.checked_sub(1).ok_or(NotThawed::Nonsense)?;
        let head = Head::read(&read(last)?).map_err(NotThawed::of)?;
        let Head { responses, invitations, dictionary_blocks, .. } = head;
        let segments = responses.checked_add(invitations).ok_or(NotThawed::Nonsense)?;
        if segments.checked_add(dictionary_blocks) != Some(last) {
            return Err(NotThawed::Nonsense);
        }
        let mut columns = Columns::thawed(&head).ok_or(NotThawed::Nonsense)?;
        for block in segments..last {
            columns.thaw(&Bytes(&read(block)?)).ok_or(NotThawed::Nonsense)?;
        }
        if columns
            .dictionaries
            .iter()
            .zip(&head.codes)
            .any(|(dictionary, codes)| dictionary.codes() != *codes)
        {
            return Err(NotThawed::Nonsense);
        }
        let mut thawed = in_turn(segments, threads, |block| {
            let segment = Segment::thaw(&mut Bytes(&read(block)?), &head.codes);
            segment.map(Arc::new).ok_or(NotThawed::Nonsense)
        })?;
        let invitations = Rows { segments: thawed.split_off(responses) };
        let inner = Inner { responses: Rows { segments: thawed }, invitations, columns, ..Inner::default() };
        Ok(Self { inner: RwLock::new(inner), ..Self::default() })
    }
}

impl<E> NotThawed<E> {
    fn of(form: bool) -> Self {
        if form { Self::OtherForm } else { Self::Nonsense }
    }
}

/// Does `work` for each number below `many`, on so many threads. The results are in order.
pub(super) fn in_turn<T: Send, E: Send>(
    many: usize,
    threads: usize,
    work: impl Fn(usize) -> Result<T, E> + Sync,
) -> Result<Vec<T>, E> {
    let next = AtomicUsize::new(0);
    let some = || {
        let mut done = Vec::new();
        loop {
            let one = next.fetch_add(1, Ordering::Relaxed);
            if one >= many {
                return Ok(done);
            }
            done.push((one, work(one)?));
        }
    };
    let threads = threads.min(many);
    let mut done = thread::scope(|scope| {
        let others: Vec<_> = (1..threads).map(|_| scope.spawn(some)).collect();
        let mut done = some()?;
        for other in others {
            done.extend(other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))?);
        }
        Ok(done)
    })?;
    done.sort_unstable_by_key(|(place, _)| *place);
    Ok(done.into_iter().map(|(_, value)| value).collect())
}

/// What the last block says.
struct Head {
    responses: usize,
    invitations: usize,
    dictionary_blocks: usize,
    codes: Vec<usize>,
    attributes: Vec<(Box<str>, usize)>,
    answers: Vec<(Box<str>, usize)>,
}

impl Head {
    /// Fails with whether it is another form that it has.
    fn read(bytes: &[u8]) -> Result<Self, bool> {
        let (bytes, form) = bytes.split_last_chunk::<4>().ok_or(false)?;
        if u32::from_le_bytes(*form) != FORM {
            return Err(true);
        }
        Self::read_form(&mut Bytes(bytes)).ok_or(false)
    }

    fn read_form(bytes: &mut Bytes<'_>) -> Option<Self> {
        let [responses, invitations, dictionary_blocks, many] =
            [bytes.count()?, bytes.count()?, bytes.count()?, bytes.count()?];
        let codes = (0..many).map(|_| bytes.count()).collect::<Option<Vec<_>>>()?;
        let mut names = || {
            let many = bytes.count()?;
            (0..many)
                .map(|_| {
                    let place = bytes.count().filter(|place| *place < codes.len())?;
                    Some((bytes.text()?.into(), place))
                })
                .collect::<Option<Vec<_>>>()
        };
        let (attributes, answers) = (names()?, names()?);
        Some(Self { responses, invitations, dictionary_blocks, codes, attributes, answers })
    }
}

impl Columns {
    fn thawed(head: &Head) -> Option<Self> {
        let mut columns = Self::default();
        if head.codes.len() < columns.dictionaries.len() {
            return None;
        }
        columns.dictionaries.resize_with(head.codes.len(), Dictionary::default);
        columns.attributes.extend(head.attributes.iter().cloned());
        columns.answers.extend(head.answers.iter().cloned());
        Some(columns)
    }

    fn thaw(&mut self, bytes: &Bytes<'_>) -> Option<()> {
        let mut bytes = Bytes(bytes.0);
        let dictionary = self.dictionaries.get_mut(bytes.count()?)?;
        let (from, many) = (bytes.count()?, bytes.count()?);
        if dictionary.codes() != from {
            return None;
        }
        for _ in 0..many {
            match bytes.number()? {
                GONE => dictionary.pass_over(),
                length => {
                    let value = std::str::from_utf8(bytes.take(length as usize)?).ok()?;
                    let known = dictionary.codes();
                    if dictionary.code(value) as usize != known {
                        return None;
                    }
                }
            }
        }
        Some(())
    }
}

impl Segment {
    pub(super) fn thaw(bytes: &mut Bytes<'_>, codes: &[usize]) -> Option<Self> {
        let rows = bytes.count().filter(|rows| *rows <= ROWS)?;
        let [earliest, latest, latest_update, nobodies] =
            [bytes.number()?, bytes.number()?, bytes.number()?, bytes.number()?];
        let (at, updated) = (bytes.column(u32::from_le_bytes)?, bytes.column(u32::from_le_bytes)?);
        let (scores, durations) = (bytes.column(u8::from_le_bytes)?, bytes.column(u16::from_le_bytes)?);
        if [at.len(), updated.len(), scores.len(), durations.len()] != [rows; 4] {
            return None;
        }
        let many = bytes.count().filter(|many| *many <= codes.len())?;
        let mut columns = Vec::with_capacity(many);
        for known in &codes[..many] {
            let column = match *bytes.0.first()? {
                1 => Codes::U8(bytes.column(u8::from_le_bytes)?),
                2 => Codes::U16(bytes.column(u16::from_le_bytes)?),
                _ => Codes::U32(bytes.column(u32::from_le_bytes)?),
            };
            let largest = column.largest();
            if column.len() > rows || largest.is_some_and(|largest| largest as usize >= *known) {
                return None;
            }
            columns.push(largest.map(|_| column));
        }
        Some(Self { at, updated, scores, durations, columns, earliest, latest, latest_update, nobodies })
    }
}

/// What is not read yet.
pub(super) struct Bytes<'a>(pub(super) &'a [u8]);

impl<'a> Bytes<'a> {
    fn take(&mut self, many: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(many)?;
        self.0 = rest;
        Some(taken)
    }

    pub(super) fn number(&mut self) -> Option<u32> {
        self.take(4)?.try_into().ok().map(u32::from_le_bytes)
    }

    pub(super) fn count(&mut self) -> Option<usize> {
        self.number().map(|number| number as usize)
    }

    pub(super) fn text(&mut self) -> Option<&'a str> {
        let length = self.count()?;
        std::str::from_utf8(self.take(length)?).ok()
    }

    fn column<T: Copy, const N: usize>(&mut self, value: impl Fn([u8; N]) -> T) -> Option<Vec<T>> {
        let [width, kind] = *self.take(2)?.first_chunk()?;
        let rows = self.count().filter(|rows| *rows <= ROWS && usize::from(width) == N)?;
        // Room for a whole segment, as if it had grown: the next row does not copy it all.
        let mut values = Vec::with_capacity(if rows <= 1 { rows } else { ROWS });
        if kind == SAME {
            values.resize(rows, value(self.take(N)?.try_into().ok()?));
        } else {
            let (bytes, _) = self.take(rows * N)?.as_chunks::<N>();
            values.extend(bytes.iter().map(|bytes| value(*bytes)));
        }
        Some(values)
    }
}
