//! What stays of a case whose customer is erased: that there was one, how it went, and when.

use jiff::Timestamp;
use wire::cases::State;

use super::follow::Becomes;
use super::{Case, Entry, What, Who};
use crate::domain::erasures::Erasure;

/// Nobody's case. One that is open is closed: there is nobody to be followed up any more.
pub fn erase(mut case: Case, how: &Erasure, now: Timestamp) -> Becomes {
    case.customer = None;
    if how.keep_scores {
        case.agent = case.agent.filter(|_| !how.leaves("agent"));
    } else {
        (case.response, case.score, case.agent, case.survey) = (None, None, None, None);
    }
    let mut entries = vec![Entry::new(now, Who::System, What::Erased)];
    if case.state.is_open() {
        let closed = Entry::new(now, Who::System, What::State);
        entries.push(closed.change(Some(case.state), Some(State::NotNeeded)));
        case.close(State::NotNeeded, now);
    }
    Becomes { case, entries, mail: None }
}
