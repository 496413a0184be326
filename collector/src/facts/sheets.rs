//! A segment as bytes that need nothing else: its rows, and the values that their codes stand for.
//!
//! Unlike the blocks of [`super::frozen`], which belong together, each sheet can be written anew for itself, when its rows
//! have changed. It holds no value that none of its rows has.
//!
//! ```text
//! form:u32 columns:u32
//! { kind:u32 name values:u32 value… }…    each column that some row has a value in
//! segment                                 as in a block, with these columns alone; codes count from 1, as values do here
//! ```

use std::sync::Arc;

use super::column::{ABSENT, Codes};
use super::columns::{self, Columns, Places};
use super::frozen::{self, FORM};
use super::segment::{ROWS, Segment};
use super::thaw::{self, in_turn};
use super::{Facts, Inner};
use crate::domain::sheets::Sheet;

/// What a column is of.
#[derive(Clone, Copy)]
enum Kind {
    /// It has a place of its own.
    Fixed,
    Attribute,
    Answer,
}

impl Facts {
    /// How many sheets there are: of responses, and of invitations.
    pub fn sheets(&self) -> [usize; 2] {
        let inner = self.read();
        [inner.responses.segments.len(), inner.invitations.segments.len()]
    }

    /// A sheet as it is now; none where there is none.
    pub fn sheet(&self, Sheet { table, place }: Sheet) -> Option<Vec<u8>> {
        let inner = self.read();
        let segment = Arc::clone(inner.rows(table).segments.get(place)?);
        drop(inner);
        let mut head = frozen::Bytes::default();
        let (mut columns, mut marked) = (Vec::new(), Vec::new());
        for (place, codes) in segment.columns.iter().enumerate() {
            let Some(codes) = codes else { continue };
            let mut used: Vec<u32> = Vec::with_capacity(codes.len());
            codes.each(codes.len(), |_, code| used.push(code));
            used.sort_unstable();
            used.dedup();
            used.retain(|code| *code != ABSENT);
            if used.is_empty() {
                continue;
            }
            // Not for all columns at once: the writer waits meanwhile.
            let inner = self.read();
            let (kind, name) = inner.columns.named(place)?;
            head.number(kind as u32);
            head.text(name);
            head.number(used.len() as u32);
            for code in &used {
                head.text(inner.columns.dictionaries[place].value(*code)?);
            }
            // Absent lies below all, so it stays 0.
            let own = |code| used.partition_point(|known| *known <= code) as u32;
            columns.push(Some(recoded(codes, own)));
            marked.push(vec![false; used.len() + 1]);
        }
        let mut bytes = frozen::Bytes::default();
        bytes.number(FORM);
        bytes.number(columns.len() as u32);
        bytes.0.append(&mut head.0);
        bytes.segment(&Segment { columns, ..Segment::clone(&segment) }, &mut marked);
        Some(bytes.0)
    }

    /// Facts of as many sheets of responses and of invitations as this, read on so many threads; none, if one is not what [`Self::sheet`] wrote.
    ///
    /// # Errors
    /// Those of `read`.
    pub fn of_sheets<E: Send>(
        many: [usize; 2],
        threads: usize,
        read: impl Fn(Sheet) -> Result<Vec<u8>, E> + Sync,
    ) -> Result<Option<Self>, E> {
        let facts = Self::default();
        let sheets: Vec<Sheet> = Sheet::all(many).collect();
        let read =
            in_turn(sheets.len(), threads, |nth| Ok(facts.segment_of(&read(sheets[nth])?).map(Arc::new)))?;
        let Some(mut segments) = read.into_iter().collect::<Option<Vec<_>>>() else { return Ok(None) };
        let mut inner = facts.write();
        inner.invitations.segments = segments.split_off(many[0]);
        inner.responses.segments = segments;
        drop(inner);
        Ok(Some(facts))
    }

    /// A sheet as a segment of these facts.
    fn segment_of(&self, bytes: &[u8]) -> Option<Segment> {
        let mut bytes = thaw::Bytes(bytes);
        if bytes.number()? != FORM {
            return None;
        }
        let many = bytes.count()?;
        let mut codes = Vec::new();
        for _ in 0..many {
            let (kind, name) = (bytes.number()?, bytes.text()?);
            let values = bytes.count().filter(|values| *values <= ROWS)?;
            let values = (0..values).map(|_| bytes.text()).collect::<Option<Vec<_>>>()?;
            codes.push(self.write().known(kind, name, &values)?);
        }
        let known: Vec<usize> = codes.iter().map(|(_, codes)| codes.len()).collect();
        let segment = Segment::thaw(&mut bytes, &known)?;
        if segment.columns.len() != many {
            return None;
        }
        let mut columns = vec![None; codes.iter().map(|(place, _)| place + 1).max().unwrap_or_default()];
        for ((place, codes), column) in codes.iter().zip(&segment.columns) {
            columns[*place] = column.as_ref().map(|column| recoded(column, |own| codes[own as usize]));
        }
        Some(Segment { columns, ..segment })
    }
}

/// The name that has a place.
fn named(places: &Places, place: usize) -> Option<&str> {
    places.iter().find(|(_, known)| **known == place).map(|(name, _)| &**name)
}

impl Columns {
    /// What the column of a place is of, and its name.
    fn named(&self, place: usize) -> Option<(Kind, &str)> {
        let fixed = columns::FIXED.get(place).map(|name| (Kind::Fixed, *name));
        let attribute = || named(&self.attributes, place).map(|name| (Kind::Attribute, name));
        fixed.or_else(attribute).or_else(|| named(&self.answers, place).map(|name| (Kind::Answer, name)))
    }
}

impl Inner {
    /// The place of a column, and the codes of "absent" and of these values.
    fn known(&mut self, kind: u32, name: &str, values: &[&str]) -> Option<(usize, Vec<u32>)> {
        let Columns { dictionaries, attributes, answers, .. } = &mut self.columns;
        let place = match kind {
            kind if kind == Kind::Fixed as u32 => columns::FIXED.iter().position(|fixed| *fixed == name)?,
            kind if kind == Kind::Attribute as u32 => columns::place(attributes, dictionaries, name),
            kind if kind == Kind::Answer as u32 => columns::place(answers, dictionaries, name),
            _ => return None,
        };
        let dictionary = &mut dictionaries[place];
        Some((place, [ABSENT].into_iter().chain(values.iter().map(|value| dictionary.code(value))).collect()))
    }
}

fn recoded(codes: &Codes, code: impl Fn(u32) -> u32) -> Codes {
    let mut recoded = Codes::default();
    codes.each(codes.len(), |row, known| recoded.set(row, code(known)));
    recoded
}
