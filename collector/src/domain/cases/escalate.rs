//! What a missed promise does: whoever leads above hears of it.

use jiff::Timestamp;

use super::follow::Becomes;
use super::{Case, Entry, InForce, Loads, Staff, What, Who};

/// What becomes of a case that somebody was to look at by now.
///
/// # Errors
/// When it cannot be told how many cases somebody has.
pub fn escalate<L: Loads>(
    mut case: Case,
    in_force: &InForce,
    staff: &Staff,
    loads: &L,
    now: Timestamp,
) -> Result<Becomes, L::Error> {
    case.watch_from(now);
    let missed = case.next_due().filter(|(_, by)| *by <= now);
    let Some((promise, _)) = missed else {
        return Ok(Becomes { case, entries: Vec::new(), mail: None });
    };
    let next = staff.above(&case, &in_force.document, loads)?;
    let mut entry = Entry::new(now, Who::System, What::Escalated).change(Some(&case.owner), next.as_ref());
    entry.promise = Some(promise);
    let mail = next.map(|next| {
        case.escalations += 1;
        let again = in_force.again(&staff.organisation, now);
        case.watch = Some(case.watch.map_or(again, |watch| watch.min(again)));
        if in_force.document.escalation.hand_over {
            case.owner = next.clone();
        }
        (next, now)
    });
    Ok(Becomes { case, entries: vec![entry], mail })
}
