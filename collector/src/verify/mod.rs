//! Are the numbers right? Every record is read from the store and counted once more, in a few lines that know nothing of the
//! columns, and the two are compared: row by row, and by what the columns answer when they are asked for groups and months.
//!
//! It goes on while responses come in. What is compared is the numbers as they were when it began; what has changed since
//! then, as the store's journal tells, is left out on both sides. The thread gives way to everybody.
//!
//! Read in this order: [`recount`] (what a row should be, and the counts), `compare`.

mod compare;
pub mod recount;

use std::sync::{Arc, Mutex, PoisonError};

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::facts::Facts;
use crate::store::{Store, StoreError};

/// How far the thread stands back: see `facts::pool`.
const NICE: i32 = 10;

/// How many differences are told one by one.
pub const MOST_TOLD: usize = 1000;

/// A verification.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Verification {
    /// Whether it goes on.
    pub running: bool,
    /// How many records were read.
    pub read: u64,
    /// How many there were when it began.
    pub of: u64,
    /// What it came to, when it is over.
    pub report: Option<Report>,
    /// Why there is no report.
    pub failed: Option<String>,
}

/// What was compared, and what differs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Report {
    /// Responses compared with their rows.
    pub responses: u64,
    /// Invitations compared with their rows.
    pub invitations: u64,
    /// Responses and invitations that changed meanwhile and were left out.
    pub changed: u64,
    /// Groups that were asked for, each with its counts.
    pub groupings: Vec<Grouping>,
    /// What differs: the first of it, in words.
    pub differences: Vec<String>,
    /// How much differs in all.
    pub different: u64,
}

/// Groups that were asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Grouping {
    /// Of what: responses or invitations.
    pub of: String,
    /// By what; nothing, where all were counted together.
    pub by: Option<String>,
    /// How many groups in how many months were compared.
    pub compared: u64,
    /// Why not, if they were not.
    pub passed_over: Option<String>,
}

/// Verifies, one verification at a time.
#[derive(Clone, Default)]
pub struct Verifier(Arc<Mutex<Option<Verification>>>);

impl Verifier {
    /// The verification that goes on, or the last one.
    pub fn state(&self) -> Option<Verification> {
        self.lock().clone()
    }

    /// Begins a verification, unless one goes on.
    ///
    /// # Errors
    /// When there is no thread for it.
    pub fn begin(&self, store: Store, facts: Arc<Facts>) -> std::io::Result<()> {
        let mut state = self.lock();
        if state.as_ref().is_some_and(|state| state.running) {
            return Ok(());
        }
        let verifier = self.clone();
        std::thread::Builder::new().name("verifying".into()).spawn(move || {
            // On Linux the niceness is the thread's own. Where it is not to be had, verifying works all the same.
            let _ = rustix::process::nice(NICE);
            let verify = || compare::verify(&store, &facts, |read, of| verifier.progress(read, of));
            let verified = std::panic::catch_unwind(std::panic::AssertUnwindSafe(verify));
            if matches!(&verified, Ok(Ok(report)) if report.different > 0) {
                facts.doubt();
            }
            drop((store, facts));
            verifier.end(verified.unwrap_or_else(|_| Err(StoreError::Stopped("verifying panicked".into()))));
        })?;
        *state = Some(Verification { running: true, ..Verification::default() });
        Ok(())
    }

    fn progress(&self, read: u64, of: u64) {
        if let Some(state) = &mut *self.lock() {
            (state.read, state.of) = (read, of);
        }
    }

    fn end(&self, verified: Result<Report, StoreError>) {
        if let Some(state) = &mut *self.lock() {
            state.running = false;
            match verified {
                Ok(report) => {
                    if report.different > 0 {
                        tracing::error!(
                            different = report.different,
                            "the numbers are not what is stored; the next start counts everything again"
                        );
                    }
                    state.report = Some(report);
                }
                Err(error) => {
                    tracing::warn!(%error, "verifying has failed");
                    state.failed = Some(error.to_string());
                }
            }
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<Verification>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests;
