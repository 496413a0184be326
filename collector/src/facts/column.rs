//! A column of dictionary codes, in one, two or four bytes each: as narrow as its largest code allows.

use super::chosen::Chosen;

/// The code of "no value".
pub(super) const ABSENT: u32 = 0;

/// The codes of one column in one segment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Codes {
    U8(Vec<u8>),
    U16(Vec<u16>),
    U32(Vec<u32>),
}

impl Default for Codes {
    fn default() -> Self {
        Self::U8(Vec::new())
    }
}

impl Codes {
    /// Sets a row's code; rows skipped so far are absent.
    pub(super) fn set(&mut self, row: usize, code: u32) {
        if code > u32::from(u16::MAX) {
            self.widen_to_u32();
        } else if code > u32::from(u8::MAX) {
            self.widen_to_u16();
        }
        match self {
            Self::U8(codes) => set(codes, row, code as u8),
            Self::U16(codes) => set(codes, row, code as u16),
            Self::U32(codes) => set(codes, row, code),
        }
    }

    fn widen_to_u16(&mut self) {
        if let Self::U8(codes) = self {
            *self = Self::U16(codes.iter().map(|&code| code.into()).collect());
        }
    }

    fn widen_to_u32(&mut self) {
        match self {
            Self::U8(codes) => *self = Self::U32(codes.iter().map(|&code| code.into()).collect()),
            Self::U16(codes) => *self = Self::U32(codes.iter().map(|&code| code.into()).collect()),
            Self::U32(_) => {}
        }
    }

    pub(super) fn bytes(&self) -> usize {
        match self {
            Self::U8(codes) => codes.capacity(),
            Self::U16(codes) => codes.capacity() * 2,
            Self::U32(codes) => codes.capacity() * 4,
        }
    }

    /// How many rows it holds; those behind are absent.
    pub(super) fn len(&self) -> usize {
        match self {
            Self::U8(codes) => codes.len(),
            Self::U16(codes) => codes.len(),
            Self::U32(codes) => codes.len(),
        }
    }

    /// A row's code.
    pub(super) fn get(&self, row: usize) -> u32 {
        let code = match self {
            Self::U8(codes) => codes.get(row).map(|code| u32::from(*code)),
            Self::U16(codes) => codes.get(row).map(|code| u32::from(*code)),
            Self::U32(codes) => codes.get(row).copied(),
        };
        code.unwrap_or(ABSENT)
    }

    /// The largest code; none of a column without rows.
    pub(super) fn largest(&self) -> Option<u32> {
        match self {
            Self::U8(codes) => codes.iter().max().map(|code| u32::from(*code)),
            Self::U16(codes) => codes.iter().max().map(|code| u32::from(*code)),
            Self::U32(codes) => codes.iter().max().copied(),
        }
    }

    /// The codes as they are.
    pub(super) fn view(&self) -> View<'_> {
        match self {
            Self::U8(codes) => View::U8(codes),
            Self::U16(codes) => View::U16(codes),
            Self::U32(codes) => View::U32(codes),
        }
    }

    /// Calls `visit(row, code)` for each row of a segment of `rows` rows.
    #[inline]
    pub(super) fn each(&self, rows: usize, visit: impl FnMut(usize, u32)) {
        self.view().each(Chosen::All(rows), visit);
    }
}

/// Codes to be read: a column's, or whatever else is a small number for each row. Rows behind the last are absent.
#[derive(Clone, Copy)]
pub(super) enum View<'a> {
    U8(&'a [u8]),
    U16(&'a [u16]),
    U32(&'a [u32]),
}

impl View<'_> {
    /// Calls `visit(row, code)` for each of these rows. A loop of its own for each width, which the compiler sees whole.
    #[inline]
    pub(super) fn each(self, chosen: Chosen<'_>, visit: impl FnMut(usize, u32)) {
        match self {
            Self::U8(codes) => each(codes, chosen, visit),
            Self::U16(codes) => each(codes, chosen, visit),
            Self::U32(codes) => each(codes, chosen, visit),
        }
    }
}

fn set<T: Copy + Default>(codes: &mut Vec<T>, row: usize, code: T) {
    if codes.len() <= row {
        super::segment::resize(codes, row + 1, T::default());
    }
    codes[row] = code;
}

#[inline]
fn each<T: Copy + Into<u32>>(codes: &[T], chosen: Chosen<'_>, mut visit: impl FnMut(usize, u32)) {
    match chosen {
        Chosen::All(rows) => {
            codes.iter().enumerate().for_each(|(row, &code)| visit(row, code.into()));
            (codes.len()..rows).for_each(|row| visit(row, ABSENT));
        }
        Chosen::These(rows) => {
            let (filled, others) = rows.split_at(rows.partition_point(|row| usize::from(*row) < codes.len()));
            filled.iter().for_each(|&row| visit(row.into(), codes[usize::from(row)].into()));
            others.iter().for_each(|&row| visit(row.into(), ABSENT));
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_column_gives_back_what_was_set(sets in prop::collection::vec((0usize..50, prop_oneof![0u32..300, any::<u32>()]), 0..60)) {
            let mut codes = Codes::default();
            let mut expected = vec![ABSENT; 50];
            for (row, code) in sets {
                codes.set(row, code);
                expected[row] = code;
            }
            let mut seen = vec![u32::MAX; 50];
            codes.each(50, |row, code| seen[row] = code);
            prop_assert_eq!(seen, expected);
        }
    }
}
