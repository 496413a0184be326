//! What people do with a case.

use jiff::Timestamp;
use wire::FieldProblem;
use wire::cases::{Act, Action, State};

use super::follow::Becomes;
use super::{Case, Due, Entry, InForce, Promises, Staff, What, Who};
use crate::domain::count_characters;
use crate::domain::limits::Limits;

/// The longest key that a caller may give what is done, bytes.
const MAX_KEY_BYTES: usize = 64;

/// Somebody does something.
pub struct Acting<'a> {
    /// What.
    pub act: Act,
    /// Who.
    pub who: Who,
    /// The document in force.
    pub in_force: &'a InForce,
    /// The company as it is now.
    pub staff: &'a Staff,
    /// How much is taken.
    pub limits: &'a Limits,
}

/// Why something is not done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refused {
    /// It is not sound.
    Invalid(Vec<FieldProblem>),
    /// The case is in a state in which it cannot be done, or was not expected to be.
    Changed(State),
}

/// What can be done with a case in this state.
pub fn allowed(state: State) -> Vec<Action> {
    let all = Action::ALL.iter().copied();
    all.filter(|action| leads_to(*action, state).is_some()).collect()
}

/// The state that an action leads to from this one; nothing, where it cannot be done.
fn leads_to(action: Action, from: State) -> Option<State> {
    let open = from.is_open();
    match action {
        Action::Acknowledge => (from == State::New).then_some(State::Acknowledged),
        Action::Contact => matches!(from, State::New | State::Acknowledged).then_some(State::Contacted),
        Action::Resolve => open.then_some(State::Resolved),
        Action::NoAnswer => open.then_some(State::NoAnswer),
        Action::NotNeeded => open.then_some(State::NotNeeded),
        Action::Reopen => (!open).then_some(State::Acknowledged),
        Action::Assign => open.then_some(from),
        Action::RootCause | Action::Note => Some(from),
    }
}

/// What becomes of a case by what somebody does.
///
/// # Errors
/// Why it is not done.
pub fn act(case: Case, acting: Acting<'_>, now: Timestamp) -> Result<Becomes, Refused> {
    let problems = check(&case, &acting);
    if !problems.is_empty() {
        return Err(Refused::Invalid(problems));
    }
    let Acting { act, who, in_force, staff, .. } = acting;
    let before = case.state;
    let state = leads_to(act.action, before).filter(|_| act.expected.is_none_or(|seen| seen == before));
    let state = state.ok_or(Refused::Changed(before))?;

    let mut case = case;
    let mut entries = Vec::new();
    let mut mail = None;
    let entry = |what| Entry::new(now, who.clone(), what);
    if let Some(cause) = act.root_cause.filter(|cause| case.root_cause.as_ref() != Some(cause)) {
        entries.push(entry(What::RootCause).change(case.root_cause.as_ref(), Some(&cause)));
        case.root_cause = Some(cause);
    }
    match act.action {
        Action::Assign => {
            let to = act.to.as_deref().and_then(|to| staff.active(to)).map(|person| person.id.clone());
            // It was checked above.
            let to = to.unwrap_or_else(|| case.owner.clone());
            entries.push(entry(What::Assigned).change(Some(&case.owner), Some(&to)).noting(act.note));
            mail = (who != Who::Person(to.clone())).then(|| (to.clone(), now));
            case.owner = to;
            case.assigned = true;
        }
        Action::RootCause | Action::Note => {
            entries.extend(act.note.map(|note| entry(What::Note).noting(Some(note))));
        }
        _ => {
            entries.push(entry(What::State).change(Some(before), Some(state)).noting(act.note));
            case.moved(state, in_force, staff, now);
        }
    }
    if let (Some(key), Some(last)) = (act.key, entries.last_mut()) {
        last.key = Some(key);
    }
    Ok(Becomes { case, entries, mail })
}

impl Case {
    /// Goes to another state.
    fn moved(&mut self, state: State, in_force: &InForce, staff: &Staff, now: Timestamp) {
        if !self.state.is_open() {
            // What was promised first was kept or missed long ago: what is promised now is the end.
            let due = in_force.due(Promises::default(), &staff.organisation, now);
            self.open_again(state, Due { resolve: due.resolve, ..Due::default() }, now);
            self.acknowledged_at = Some(now);
            return;
        }
        let was_overdue = self.is_overdue(now);
        self.state = state;
        self.acknowledged_at = self.acknowledged_at.or(Some(now));
        match state {
            State::Contacted => self.contacted_at = self.contacted_at.or(Some(now)),
            State::Resolved | State::NoAnswer | State::NotNeeded => return self.close(state, now),
            State::New | State::Acknowledged => {}
        }
        self.watch_from(now);
        if was_overdue && self.is_overdue(now) {
            let again = in_force.again(&staff.organisation, now);
            self.watch = Some(self.watch.map_or(again, |watch| watch.min(again)));
        }
    }
}

fn check(case: &Case, acting: &Acting<'_>) -> Vec<FieldProblem> {
    let Acting { act, in_force, staff, limits, .. } = acting;
    let mut problems = Vec::new();
    let mut wrong = |path: &str, detail: String| problems.push(FieldProblem::new(path, detail));
    let most = limits.note_characters;
    let has_note = act.note.as_ref().is_some_and(|note| !note.trim().is_empty());
    if let Some(note) = &act.note {
        if !has_note {
            wrong("note", "must not be empty".into());
        } else if count_characters(note) > most {
            wrong("note", format!("at most {most} characters (limits.note_characters)"));
        }
    }
    // What leads to the end of a case is a few entries at most, and is always taken.
    let has_no_end = matches!(act.action, Action::Note | Action::RootCause | Action::Assign | Action::Reopen);
    if has_no_end && case.entries as usize >= limits.case_entries {
        let most = limits.case_entries;
        wrong(
            "action",
            format!("the case has {most} entries, as many as there can be (limits.case_entries)"),
        );
    }
    match act.action {
        Action::Resolve if !has_note => wrong("note", "what was done".into()),
        Action::Note if !has_note => wrong("note", "what is to be known".into()),
        _ => {}
    }
    let document = &in_force.document;
    let closes = matches!(act.action, Action::Resolve | Action::NoAnswer | Action::NotNeeded);
    match &act.root_cause {
        Some(_) if !closes && act.action != Action::RootCause => {
            wrong("root_cause", "only where a case is closed, or with the action root_cause".into());
        }
        Some(cause) if !document.root_causes.iter().any(|known| known.id == *cause) => {
            let known: Vec<&str> = document.root_causes.iter().map(|cause| cause.id.as_str()).collect();
            wrong("root_cause", format!("there is no root cause {cause:?}: {}", known.join(", ")));
        }
        None if act.action == Action::RootCause => wrong("root_cause", "which".into()),
        None if act.action == Action::Resolve
            && document.root_cause_required
            && case.root_cause.is_none() =>
        {
            wrong("root_cause", "what was behind it (root_cause_required)".into());
        }
        _ => {}
    }
    match (&act.to, act.action) {
        (None, Action::Assign) => wrong("to", "the id of the person who follows it up".into()),
        (Some(to), Action::Assign) => match staff.active(to) {
            None => wrong("to", format!("there is no person {to:?} who can be given a case")),
            Some(person) if person.id == case.owner => wrong("to", format!("{to:?} follows it up already")),
            Some(_) => {}
        },
        (Some(_), _) => wrong("to", "only with the action assign".into()),
        (None, _) => {}
    }
    if let Some(key) = act.key.as_ref().filter(|key| key.is_empty() || key.len() > MAX_KEY_BYTES) {
        wrong("key", format!("{} bytes: 1 to {MAX_KEY_BYTES}", key.len()));
    }
    problems
}
