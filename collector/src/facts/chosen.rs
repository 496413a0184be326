//! Which rows of a segment are meant.

/// The rows of a segment that are chosen. Numbers of rows fit in 16 bits: a segment has no more.
#[derive(Clone, Copy)]
pub(super) enum Chosen<'a> {
    /// All of so many.
    All(usize),
    /// These, ascending.
    These(&'a [u16]),
}

impl Chosen<'_> {
    /// Calls `visit(row)` for each.
    #[inline]
    pub(super) fn each(self, mut visit: impl FnMut(usize)) {
        match self {
            Self::All(rows) => (0..rows).for_each(visit),
            Self::These(rows) => rows.iter().for_each(|row| visit((*row).into())),
        }
    }

    /// The last, if there is one.
    pub(super) fn last(self) -> Option<usize> {
        match self {
            Self::All(rows) => rows.checked_sub(1),
            Self::These(rows) => rows.last().map(|row| (*row).into()),
        }
    }
}

/// Rows to be chosen: first all, then fewer with each condition. Kept from segment to segment, so that its memory is.
#[derive(Default)]
pub(super) struct Choice {
    /// 1 for each row that is chosen, 0 for the others.
    pub(super) mask: Vec<u8>,
    rows: Vec<u16>,
}

/// Rows that are looked at together: where none of them is chosen, none is looked at further.
const BLOCK: usize = 64;

/// The places of the ones among eight bits, for each number that these can be.
static PLACES: [[u16; 8]; 256] = {
    let mut places = [[0; 8]; 256];
    let mut bits = 0;
    while bits < 256 {
        let (mut bit, mut many) = (0, 0);
        while bit < 8 {
            if bits >> bit & 1 == 1 {
                places[bits][many] = bit;
                many += 1;
            }
            bit += 1;
        }
        bits += 1;
    }
    places
};

impl Choice {
    /// All of so many rows.
    pub(super) fn all(&mut self, rows: usize) -> &mut [u8] {
        self.mask.clear();
        self.mask.resize(rows, 1);
        &mut self.mask
    }

    /// What the mask says. Eight rows are written at a time, and those counted that are chosen: there is no branch that
    /// cannot be foreseen.
    pub(super) fn chosen(&mut self) -> Chosen<'_> {
        let Self { mask, rows } = self;
        rows.resize(mask.len() + 8, 0);
        let mut many = 0;
        for (block, yes) in mask.chunks(BLOCK).enumerate() {
            if none(yes) {
                continue;
            }
            let mut first = (block * BLOCK) as u16;
            for eight in yes.chunks(8) {
                let bits = bits(eight);
                if let Some(places) = rows[many..].first_chunk_mut() {
                    *places = PLACES[usize::from(bits)].map(|place| first + place);
                }
                many += bits.count_ones() as usize;
                first += 8;
            }
        }
        if many == mask.len() { Chosen::All(many) } else { Chosen::These(&rows[..many]) }
    }
}

/// Up to eight ones and zeros as bits, the first lowest: the multiplication moves each into the highest byte.
fn bits(eight: &[u8]) -> u8 {
    let mut bytes = [0; 8];
    match <[u8; 8]>::try_from(eight) {
        Ok(eight) => bytes = eight,
        Err(_) => bytes[..eight.len()].copy_from_slice(eight),
    }
    (u64::from_le_bytes(bytes).wrapping_mul(0x0102_0408_1020_4080) >> 56) as u8
}

/// Whether no row is chosen.
pub(super) fn none(mask: &[u8]) -> bool {
    mask.iter().fold(0, |any, yes| any | yes) == 0
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_rows_are_those_of_the_mask(
            mask in prop_oneof![
                prop::collection::vec(0u8..2, 0..200),
                prop::collection::vec(prop::bool::weighted(0.02).prop_map(u8::from), 0..200),
                prop::collection::vec(Just(1u8), 0..70),
            ],
        ) {
            let mut choice = Choice::default();
            choice.all(mask.len()).copy_from_slice(&mask);
            let mut seen = Vec::new();
            choice.chosen().each(|row| seen.push(row));
            let expected: Vec<usize> = (0..mask.len()).filter(|row| mask[*row] == 1).collect();
            prop_assert_eq!(&seen, &expected);
            prop_assert_eq!(none(&mask), expected.is_empty());
        }
    }
}
