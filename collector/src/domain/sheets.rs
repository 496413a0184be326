//! Rows of what is counted, by the sheet: so many, one behind the other, as are kept together.

/// Of what there are rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Table {
    /// Responses, by the time they were given.
    #[default]
    Responses,
    /// Invitations, by the time they were made. What is counted of one is 1 where it led to a score, and nothing elsewhere.
    Invitations,
}

/// Rows of a sheet: small enough that copying one in memory (about 350 KB) under a running query does not hold up the writer.
pub const ROWS: usize = 16_384;

/// Which rows a sheet has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Sheet {
    /// The table.
    pub table: Table,
    /// Its place among the sheets of the table.
    pub place: usize,
}

impl Sheet {
    /// The sheet that has the row of this number.
    pub fn of(table: Table, number: u64) -> Self {
        Self { table, place: number as usize / ROWS }
    }

    /// All sheets, where there are so many of responses and so many of invitations.
    pub fn all([responses, invitations]: [usize; 2]) -> impl Iterator<Item = Self> {
        let sheets = |table, many| (0..many).map(move |place| Self { table, place });
        sheets(Table::Responses, responses).chain(sheets(Table::Invitations, invitations))
    }
}
