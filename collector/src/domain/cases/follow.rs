//! What a response does: it opens a case, changes the one it has, or does nothing.
//!
//! An answer that changes never makes a second case:
//! - The case's score is the newest, and the trail says what it was.
//! - Nobody has taken notice yet, and no rule is for the new answer: the case is closed as not needed. Another rule is: the case
//!   is that rule's from then on, unless somebody was given it by hand or a promise was missed. So a rule for words in the comment
//!   has its turn, although the score comes first.
//! - It is closed, and a rule is for the new answer: it is opened again if the score fell, or if it was closed because of
//!   the answer before. Promises begin anew.

use jiff::{SignedDuration, Timestamp};
use wire::Survey;
use wire::cases::State;

use super::{Case, Due, Entry, InForce, Loads, Promises, Staff, What, Who};
use crate::domain::names::{CustomerId, PersonId, UnitId};
use crate::domain::responses::Response;

/// Said in the trail of a case that the customer has closed.
const TAKEN_BACK: &str = "The customer has changed the answer, and no rule is for it any more.";

/// The longest trail that a customer can make by changing the answer.
const MOST_ENTRIES: u32 = 2000;

/// A response as it is now.
pub struct Answer<'a> {
    /// Its sequence number.
    pub sequence: u64,
    /// The response.
    pub response: &'a Response,
    /// The survey's version that it answers.
    pub survey: &'a Survey,
}

/// What becomes of a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Becomes {
    /// The case from then on.
    pub case: Case,
    /// What is added to its trail.
    pub entries: Vec<Entry>,
    /// Who gets a mail about it, and when.
    pub mail: Option<(PersonId, Timestamp)>,
}

/// The case that a response opens; nothing, where no rule is for it.
///
/// # Errors
/// When it cannot be told how many cases somebody has.
pub fn opened<L: Loads>(
    answer: &Answer<'_>,
    in_force: &InForce,
    staff: &Staff,
    loads: &L,
    now: Timestamp,
) -> Result<Option<Becomes>, L::Error> {
    let organisation = &staff.organisation;
    let Some(rule) = in_force.rule(answer, organisation) else { return Ok(None) };
    let response = answer.response;
    let agent = response.agent.as_ref();
    let unit = agent.and_then(|agent| organisation.unit_of(agent.as_str(), response.at));
    let owner = staff.owner(&rule.owner, &in_force.document, (agent, unit), loads, now)?;
    let mut case = Case {
        response: Some(answer.sequence),
        customer: response.customer.clone(),
        survey: Some(response.survey.clone()),
        agent: agent.cloned(),
        unit: unit.cloned(),
        score: response.score,
        rule: Some(rule.name.clone()),
        due: in_force.due(rule.promises, organisation, now),
        ..new(owner, now)
    };
    case.watch_from(now);
    let entry = Entry::new(now, Who::System, What::Opened).change(None::<&str>, Some(&rule.name));
    let mail = Some((case.owner.clone(), mail_at(response, in_force, now)));
    Ok(Some(Becomes { case, entries: vec![entry], mail }))
}

/// What a response that changed makes of its case; nothing, if the case stays as it is.
///
/// # Errors
/// When it cannot be told how many cases somebody has.
pub fn reanswered<L: Loads>(
    mut case: Case,
    answer: &Answer<'_>,
    in_force: &InForce,
    staff: &Staff,
    loads: &L,
    now: Timestamp,
) -> Result<Option<Becomes>, L::Error> {
    let (before, score) = (case.score, answer.response.score);
    let rule = in_force.rule(answer, &staff.organisation);
    let is_untouched = case.state == State::New && case.escalations == 0 && !case.assigned;
    let another = rule.filter(|rule| is_untouched && case.rule.as_ref().is_some_and(|of| *of != rule.name));
    if before == score && another.is_none() {
        return Ok(None);
    }
    case.score = score;
    if case.entries >= MOST_ENTRIES {
        // Whoever plays with the scale is not followed any further; the score is the newest all the same.
        return Ok(Some(Becomes { case, entries: Vec::new(), mail: None }));
    }
    let mut entries = Vec::new();
    if before != score {
        let answered = Entry::new(now, Who::System, What::Answered);
        entries.push(answered.change(before.map(|score| score.get()), score.map(|score| score.get())));
    }
    let mut mail = None;
    let agent_and_unit = (case.agent.clone(), case.unit.clone());
    let agent_and_unit = (agent_and_unit.0.as_ref(), agent_and_unit.1.as_ref());
    match rule {
        Some(rule) if another.is_some() => {
            let owner = staff.owner(&rule.owner, &in_force.document, agent_and_unit, loads, now)?;
            let assigned =
                Entry::new(now, Who::System, What::Assigned).change(Some(&case.owner), Some(&owner));
            entries.push(assigned.noting(Some(format!("The answer is one for the rule {:?}.", rule.name))));
            case.rule = Some(rule.name.clone());
            case.due = in_force.due(rule.promises, &staff.organisation, now);
            case.watch_from(now);
            case.owner = owner;
            mail = Some((case.owner.clone(), mail_at(answer.response, in_force, now)));
        }
        None if case.state == State::New && case.rule.is_some() => {
            let closed = Entry::new(now, Who::System, What::State)
                .change(Some(case.state), Some(State::NotNeeded))
                .noting(Some(TAKEN_BACK.to_owned()));
            entries.push(closed);
            case.close(State::NotNeeded, now);
        }
        Some(rule) if !case.state.is_open() => {
            let fell = before.zip(score).is_some_and(|(before, score)| score < before);
            // By the customer: nobody has taken notice of it.
            let was_taken_back = case.state == State::NotNeeded && case.acknowledged_at.is_none();
            if fell || was_taken_back {
                if staff.active(case.owner.as_str()).is_none() {
                    case.owner = staff.owner(&rule.owner, &in_force.document, agent_and_unit, loads, now)?;
                }
                case.rule = Some(rule.name.clone());
                let reopened = Entry::new(now, Who::System, What::Reopened);
                entries.push(reopened.change(Some(case.state), Some(State::New)));
                case.open_again(State::New, in_force.due(rule.promises, &staff.organisation, now), now);
                mail = Some((case.owner.clone(), mail_at(answer.response, in_force, now)));
            }
        }
        _ => {}
    }
    Ok(Some(Becomes { case, entries, mail }))
}

/// What a case by hand is about.
pub struct ByHand<'a> {
    /// A response…
    pub answer: Option<(u64, &'a Response)>,
    /// …or a customer.
    pub customer: Option<CustomerId>,
    /// The unit; that of the response's agent without it.
    pub unit: Option<UnitId>,
    /// Who follows up; the unit's lead without it.
    pub owner: Option<PersonId>,
    /// Why.
    pub note: Option<String>,
    /// Who says so.
    pub who: Who,
}

/// A case that somebody opens.
///
/// # Errors
/// When it cannot be told how many cases somebody has.
pub fn by_hand<L: Loads>(
    told: ByHand<'_>,
    in_force: &InForce,
    staff: &Staff,
    loads: &L,
    now: Timestamp,
) -> Result<Becomes, L::Error> {
    let organisation = &staff.organisation;
    let response = told.answer.map(|(_, response)| response);
    let agent = response.and_then(|response| response.agent.as_ref());
    let of_agent = || organisation.unit_of(agent?.as_str(), response?.at).cloned();
    let unit = told.unit.or_else(of_agent);
    let owner = match told.owner {
        Some(owner) => owner,
        None => {
            let lead = super::Owner::Lead;
            staff.owner(&lead, &in_force.document, (agent, unit.as_ref()), loads, now)?
        }
    };
    let mut case = Case {
        response: told.answer.map(|(sequence, _)| sequence),
        customer: response.and_then(|response| response.customer.clone()).or(told.customer),
        survey: response.map(|response| response.survey.clone()),
        agent: agent.cloned(),
        unit,
        score: response.and_then(|response| response.score),
        due: in_force.due(Promises::default(), organisation, now),
        ..new(owner, now)
    };
    case.watch_from(now);
    let mail = (told.who != Who::Person(case.owner.clone())).then(|| (case.owner.clone(), now));
    let entry = Entry::new(now, told.who, What::Opened).noting(told.note);
    Ok(Becomes { case, entries: vec![entry], mail })
}

/// When the owner's mail goes out: at once when the customer has finished, and else a little later, for the comment to be in it.
pub fn mail_at(response: &Response, in_force: &InForce, now: Timestamp) -> Timestamp {
    let wait = SignedDuration::from_mins(in_force.document.mail.wait_minutes.into());
    match response.completed_at {
        Some(_) => now,
        None => now.saturating_add(wait).unwrap_or(now),
    }
}

fn new(owner: PersonId, now: Timestamp) -> Case {
    Case {
        response: None,
        customer: None,
        survey: None,
        agent: None,
        unit: None,
        score: None,
        rule: None,
        state: State::New,
        owner,
        root_cause: None,
        opened_at: now,
        acknowledged_at: None,
        contacted_at: None,
        closed_at: None,
        due: Due::default(),
        watch: None,
        escalations: 0,
        assigned: false,
        entries: 0,
        first: None,
    }
}

impl Case {
    /// Looks next at the first of the promises that are still open and not yet missed.
    pub(super) fn watch_from(&mut self, now: Timestamp) {
        let promises = [
            (self.due.acknowledge, self.state == State::New),
            (self.due.contact, matches!(self.state, State::New | State::Acknowledged)),
            (self.due.resolve, self.state.is_open()),
        ];
        let open = promises.into_iter().filter_map(|(at, is_open)| at.filter(|at| is_open && *at > now));
        self.watch = open.min();
    }

    pub(super) fn close(&mut self, state: State, now: Timestamp) {
        self.state = state;
        self.closed_at = Some(now);
        self.watch = None;
    }

    pub(super) fn open_again(&mut self, state: State, due: Due, now: Timestamp) {
        self.first = self.first.or_else(|| Some(self.round()));
        self.state = state;
        (self.acknowledged_at, self.contacted_at, self.closed_at) = (None, None, None);
        self.due = due;
        self.escalations = 0;
        self.assigned = false;
        self.watch_from(now);
    }
}
