//! The numbers: every response as a row of columns in memory, and the questions that are asked of them.
//!
//! A response's sequence number is its row. Rows live in segments of fixed size; a query takes the list of segments,
//! which costs a copy of pointers, and then reads without disturbing the writer, who copies a segment before changing
//! it if a query still holds it. Values are codes of dictionaries; a code never changes its meaning. Invitations are rows of
//! a table of their own with the same columns, so that whatever tells responses apart also counts who was asked.
//!
//! Nothing here is the only copy of anything: it is fed by the store at each commit and can be rebuilt from it.
//!
//! Read in this order: `column` and `dictionary` (codes as narrow as they can be), `segment` (rows), `columns` (a response
//! as a row), `ask` (what can be asked), `names` (names to codes), `test` (which rows), `line`, `homes` and `axis` (which
//! group), `count` (segment by segment), `query` (all of it put together), `known` (what there is), `frozen`
//! and `thaw` (as bytes, and back), `sheets` (some rows as bytes, and back), `shown` (a row in words).

mod allowed;
mod ask;
mod axis;
mod beforehand;
mod cells;
mod chosen;
mod column;
mod columns;
mod count;
mod dictionary;
mod frozen;
mod groups;
mod homes;
mod known;
mod labels;
mod line;
mod names;
mod pool;
mod query;
mod segment;
mod sheets;
mod shown;
mod test;
mod thaw;

use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use wire::Survey;

use crate::domain::counted::{CountedInvitation, CountedResponse};
use crate::domain::responses::Response;
use columns::Columns;
use segment::{ROWS, Row, Segment};

use pool::Pool;

pub use ask::{Ask, BadQuery, Counted, Counts, Group, Measure, Medians, Part, Query, Rest, Table, Top};
pub use frozen::Frozen;
pub use homes::Members;
pub use labels::Key;
pub use shown::Shown;
pub use thaw::NotThawed;

/// The columns. Shared by the writer, which feeds them, and everybody who asks.
#[derive(Default)]
pub struct Facts {
    inner: RwLock<Inner>,
    pool: Pool,
}

#[derive(Default)]
struct Inner {
    responses: Rows,
    invitations: Rows,
    columns: Columns,
    /// How often something was forgotten.
    forgotten: u64,
    /// Whether something here was found not to be what is stored.
    doubted: bool,
}

/// The rows of one table.
#[derive(Clone, Default)]
struct Rows {
    segments: Vec<Arc<Segment>>,
}

impl Rows {
    fn set(&mut self, number: u64, row: &Row) {
        let place = number as usize / ROWS;
        while self.segments.len() <= place {
            self.segments.push(Arc::default());
        }
        Arc::make_mut(&mut self.segments[place]).set(number as usize % ROWS, row);
    }

    fn forget(&mut self, number: u64) {
        if let Some(segment) = self.segments.get_mut(number as usize / ROWS) {
            Arc::make_mut(segment).forget(number as usize % ROWS);
        }
    }

    /// How many rows are somebody's.
    fn len(&self) -> usize {
        self.segments.iter().map(|segment| segment.len() - segment.nobodies as usize).sum()
    }

    fn bytes(&self) -> usize {
        self.segments.iter().map(|segment| segment.bytes()).sum()
    }
}

/// Facts while they are changed: nobody else reads or changes them.
pub struct Changing<'a>(RwLockWriteGuard<'a, Inner>);

impl Changing<'_> {
    /// Takes in a response as it now is; a known sequence number replaces the row. Without the survey that it answered, its
    /// answers cannot be told from one another and are left out.
    pub fn respond(&mut self, sequence: u64, response: &CountedResponse<'_>, survey: Option<&Survey>) {
        let row = self.0.columns.response(response, survey);
        self.0.responses.set(sequence, &row);
    }

    /// Takes in an invitation, and whether it led to a score.
    pub fn invite(&mut self, number: u64, invitation: &CountedInvitation<'_>, answered: bool) {
        let row = self.0.columns.invitation(invitation, answered);
        self.0.invitations.set(number, &row);
    }

    /// Forgets a response.
    pub fn forget(&mut self, sequence: u64) {
        self.0.responses.forget(sequence);
        self.forgot();
    }

    /// Forgets an invitation.
    pub fn forget_invitation(&mut self, number: u64) {
        self.0.invitations.forget(number);
        self.forgot();
    }

    /// Notes that something was forgotten.
    pub fn forgot(&mut self) {
        self.0.forgotten += 1;
    }
}

impl Facts {
    /// Begins to change them. Whoever has many changes makes them all at once.
    pub fn change(&self) -> Changing<'_> {
        self.pool.note_writing();
        Changing(self.write())
    }

    /// Takes in one response: see [`Changing::respond`].
    pub fn apply(&self, sequence: u64, response: &Response, survey: Option<&Survey>) {
        self.change().respond(sequence, &response.into(), survey);
    }

    /// Has `job` done on one of the threads that count: they give way to everybody else. A job that waits for others, as each
    /// does that counts, begins further ones meanwhile; so there should not be many more at a time than there are threads.
    pub fn spawn(&self, job: impl FnOnce() + Send + 'static) {
        self.pool.spawn(job);
    }

    /// How many responses there are.
    pub fn len(&self) -> usize {
        self.read().responses.len()
    }

    /// Whether there are no responses.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How often something was forgotten.
    pub fn forgotten(&self) -> u64 {
        self.read().forgotten
    }

    /// Notes that something here was found not to be what is stored: no copy of it is to be kept.
    pub fn doubt(&self) {
        self.write().doubted = true;
    }

    /// Whether that was noted.
    pub fn is_doubted(&self) -> bool {
        self.read().doubted
    }

    /// Bytes of memory that rows take, dictionaries not counted.
    pub fn row_bytes(&self) -> usize {
        let inner = self.read();
        inner.responses.bytes() + inner.invitations.bytes()
    }

    /// Bytes of memory that dictionaries take: what grows with the number of different values.
    pub fn dictionary_bytes(&self) -> usize {
        self.read().columns.bytes()
    }

    /// The names of attributes that some response or invitation has, in order.
    pub fn attributes(&self) -> Vec<String> {
        self.read().columns.attributes()
    }

    /// The names of questions that some response answers, in order, as far as answers are counted.
    pub fn answers(&self) -> Vec<String> {
        self.read().columns.answers()
    }

    fn read(&self) -> RwLockReadGuard<'_, Inner> {
        self.inner.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Inner> {
        self.inner.write().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod recount_tests;
