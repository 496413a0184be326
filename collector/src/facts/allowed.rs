//! Which codes of a column are allowed.

use super::column::{ABSENT, View};

/// Codes that are looked for one by one: that many comparisons of sixteen rows at a time are faster than a table.
const FEW: usize = 4;

/// The allowed codes.
pub(super) struct Allowed {
    /// By code.
    is: Vec<bool>,
    /// Which, if they are few.
    few: Option<Vec<u32>>,
}

impl Allowed {
    /// For each code whether it is allowed.
    pub(super) fn new(is: Vec<bool>) -> Self {
        let codes = is.iter().enumerate().filter(|(_, is)| **is).map(|(code, _)| code as u32);
        let few: Vec<u32> = codes.take(FEW + 1).collect();
        Self { is, few: Some(few).filter(|few| few.len() <= FEW) }
    }

    /// Whether "absent" is.
    pub(super) fn absent(&self) -> bool {
        self.is[ABSENT as usize]
    }

    /// Sets `mask` to 0 for each row whose code is not allowed.
    pub(super) fn narrow(&self, codes: View<'_>, mask: &mut [u8]) {
        let filled = match codes {
            View::U8(codes) => self.narrow_some(codes, mask),
            View::U16(codes) => self.narrow_some(codes, mask),
            View::U32(codes) => self.narrow_some(codes, mask),
        };
        if !self.absent() {
            mask[filled..].fill(0);
        }
    }

    fn narrow_some<T: Copy + Into<u32> + TryFrom<u32> + PartialEq>(
        &self,
        codes: &[T],
        mask: &mut [u8],
    ) -> usize {
        let rows = mask.iter_mut().zip(codes);
        match &self.few {
            None => rows.for_each(|(yes, code)| *yes &= u8::from(self.is[(*code).into() as usize])),
            Some(few) => {
                // A code that is too large for this column is in no row of it.
                let few: Vec<T> = few.iter().filter_map(|code| T::try_from(*code).ok()).collect();
                match few[..] {
                    [] => rows.for_each(|(yes, _)| *yes = 0),
                    [one] => rows.for_each(|(yes, code)| *yes &= u8::from(*code == one)),
                    [one, .., last] => {
                        let of = |place| few.get(place).copied().unwrap_or(last);
                        let others: [T; FEW - 1] = std::array::from_fn(|place| of(place + 1));
                        rows.for_each(|(yes, code)| {
                            let is = others.iter().fold(*code == one, |is, other| is | (*code == *other));
                            *yes &= u8::from(is);
                        });
                    }
                }
            }
        }
        codes.len()
    }
}
