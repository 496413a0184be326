//! In which cell each row of a segment is: that of the first axis, plus that of the second, and so on.

use super::axis::Axis;
use super::chosen::Chosen;
use super::column::View;
use super::homes::Homes;
use super::line::Line;
use super::segment::{NOT_COMPLETED, Segment};

/// What the cells of one axis are read off, in one segment.
pub(super) enum Read<'a> {
    /// All rows have this one.
    One(u32),
    /// By codes: the cell of each.
    Codes(View<'a>, &'a [u32]),
    /// By agents' codes, but for those of agents who moved meanwhile.
    Homes { agents: View<'a>, settled: &'a [u32], homes: &'a Homes },
    /// By time.
    Line { line: &'a Line, cell_of: &'a [u32] },
    /// By whether it was completed: no, yes.
    Complete([u32; 2]),
}

impl Read<'_> {
    /// Adds each row's cell to `rows`.
    fn add(&self, segment: &Segment, chosen: Chosen<'_>, rows: &mut [u32]) {
        match self {
            Self::One(cell) => chosen.each(|row| rows[row] += cell),
            Self::Codes(codes, cell_of) => {
                codes.each(chosen, |row, code| rows[row] += cell_of[code as usize]);
            }
            Self::Homes { agents, settled, homes } => {
                agents.each(chosen, |row, code| rows[row] += homes.cell(settled, code, segment.at[row]));
            }
            Self::Line { line, cell_of } => {
                line.each(segment, chosen, |row, label| rows[row] += cell_of[label as usize]);
            }
            Self::Complete([no, yes]) => chosen.each(|row| {
                rows[row] += if segment.durations[row] == NOT_COMPLETED { no } else { yes };
            }),
        }
    }
}

/// What the cells of all axes together are read off, in one segment.
pub(super) struct Cells<'a> {
    /// What is the same for all rows.
    base: usize,
    /// What differs by row.
    rows: Option<&'a [u32]>,
    /// What is read off a column and not in `rows`: it is added where the cell is needed, which spares a pass.
    codes: Option<(View<'a>, &'a [u32])>,
}

/// What cells are found in. Kept from segment to segment, so that its memory is.
#[derive(Default)]
pub(super) struct Scratch {
    rows: Vec<u32>,
    tables: Vec<Vec<u32>>,
}

impl<'a> Cells<'a> {
    /// The cells of these rows.
    pub(super) fn new(
        axes: &'a [Axis],
        segment: &'a Segment,
        chosen: Chosen<'_>,
        scratch: &'a mut Scratch,
    ) -> Self {
        let Scratch { rows, tables } = scratch;
        rows.clear();
        tables.resize_with(axes.len(), Vec::new);
        let (mut base, mut last) = (0, None);
        let mut add = |read: Read<'_>| {
            if rows.is_empty() {
                rows.resize(segment.len(), 0);
            }
            read.add(segment, chosen, rows);
        };
        for (axis, table) in axes.iter().zip(tables) {
            match axis.read(segment, table) {
                Read::One(cell) => base += cell as usize,
                Read::Codes(codes, cell_of) => {
                    if let Some((codes, cell_of)) = last.replace((codes, cell_of)) {
                        add(Read::Codes(codes, cell_of));
                    }
                }
                read => add(read),
            }
        }
        Self { base, rows: (!rows.is_empty()).then_some(rows), codes: last }
    }

    /// The cell of all rows, if they have the same.
    pub(super) fn only(&self) -> Option<usize> {
        (self.rows.is_none() && self.codes.is_none()).then_some(self.base)
    }

    /// Calls `visit(row, cell)` for each of these rows.
    #[inline]
    pub(super) fn each(&self, chosen: Chosen<'_>, mut visit: impl FnMut(usize, usize)) {
        let Self { base, rows, codes } = *self;
        match (rows, codes) {
            (None, None) => chosen.each(|row| visit(row, base)),
            (Some(rows), None) => chosen.each(|row| visit(row, base + rows[row] as usize)),
            (None, Some((codes, cell_of))) => {
                codes.each(chosen, |row, code| visit(row, base + cell_of[code as usize] as usize));
            }
            (Some(rows), Some((codes, cell_of))) => codes.each(chosen, |row, code| {
                visit(row, base + (rows[row] + cell_of[code as usize]) as usize);
            }),
        }
    }
}
