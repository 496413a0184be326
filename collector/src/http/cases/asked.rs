//! What is asked of the work list.

use jiff::{Timestamp, ToSpan};
use serde::Deserialize;
use utoipa::IntoParams;
use wire::FieldProblem;
use wire::cases::State;

use crate::domain::dates::first_moment;
use crate::domain::names::{CustomerId, PersonId};
use crate::domain::organisation::Organisation;
use crate::http::error::Error;
use crate::store::{Following, Now, Place, Soon, Wanted};

/// Cases on a page where nobody says how many.
const PAGE: usize = 50;

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct CasesQuery {
    /// `open` (without it), `closed`, `all`, or states, separated by commas.
    state: Option<String>,
    /// The id of the person who follows up.
    owner: Option<String>,
    /// The id of a unit; those below it are included.
    unit: Option<String>,
    /// The id of a root cause.
    root_cause: Option<String>,
    /// `overdue`: a promise was missed; `today`: something is due before the day ends.
    due: Option<String>,
    /// The customer's id.
    pub(super) customer: Option<String>,
    /// `next` of the page before.
    cursor: Option<String>,
    /// How many, 50 without it, `limits.page` at most.
    limit: Option<usize>,
    /// In which language root causes and questions are named.
    pub(super) language: Option<String>,
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct CaseQuery {
    /// In which language root causes and questions are named.
    pub(super) language: Option<String>,
}

impl CasesQuery {
    /// What is wanted; the customer's cases are looked up by the caller.
    pub(super) fn read(&self, organisation: &Organisation, most: usize) -> Result<Wanted, Error> {
        let mut problems = Vec::new();
        let mut wanted = Wanted { limit: self.limit.unwrap_or(PAGE.min(most)), ..Wanted::default() };
        let mut wrong = |field: &str, detail: String| problems.push(FieldProblem::new(field, detail));
        match states(self.state.as_deref().unwrap_or("open")) {
            Ok(states) => wanted.states = states,
            Err(detail) => wrong("state", detail),
        }
        match self.owner.as_deref().map(str::parse::<PersonId>).transpose() {
            Ok(owner) => wanted.owner = owner,
            Err(error) => wrong("owner", error.to_string()),
        }
        if let Some(unit) = &self.unit {
            match organisation.unit(unit) {
                Some(unit) => {
                    let units = organisation.with_all_below(std::slice::from_ref(&unit.id));
                    wanted.units = Some(units.into_iter().collect());
                }
                None => wrong("unit", format!("there is no unit {unit:?}")),
            }
        }
        wanted.root_cause.clone_from(&self.root_cause);
        match self.due.as_deref() {
            None => {}
            Some("overdue") => wanted.due = Some(Soon::Overdue),
            Some("today") => wanted.due = Some(Soon::Today),
            Some(other) => wrong("due", format!("{other:?} is neither overdue nor today")),
        }
        if let Some(cursor) = &self.cursor {
            wanted.after = Place::read(cursor);
            if wanted.after.is_none() {
                wrong("cursor", "it is not what a list gave as next".into());
            }
        }
        if !(1..=most).contains(&wanted.limit) {
            wrong("limit", format!("{}: from 1 to {most} (limits.page)", wanted.limit));
        }
        if problems.is_empty() { Ok(wanted) } else { Err(unreadable(problems)) }
    }

    pub(super) fn customer(&self) -> Result<Option<CustomerId>, Error> {
        let customer = self.customer.as_deref().map(str::parse).transpose();
        customer.map_err(|error: crate::domain::names::BadName| {
            unreadable(vec![FieldProblem::new("customer", error.to_string())])
        })
    }
}

fn unreadable(problems: Vec<FieldProblem>) -> Error {
    let said: Vec<String> =
        problems.iter().map(|problem| format!("{}: {}", problem.path, problem.detail)).collect();
    Error::Query(said.join("; "), problems)
}

fn states(text: &str) -> Result<Vec<State>, String> {
    let all = State::ALL.iter().copied();
    match text {
        "all" => Ok(Vec::new()),
        "open" => Ok(all.filter(|state| state.is_open()).collect()),
        "closed" => Ok(all.filter(|state| !state.is_open()).collect()),
        names => {
            let mut states = names.split(',').map(str::parse).collect::<Result<Vec<State>, String>>()?;
            states.sort_unstable();
            states.dedup();
            Ok(states)
        }
    }
}

/// What time it is, where people work.
pub(super) fn now(at: Timestamp, following: Option<&Following>, organisation: &Organisation) -> Now {
    let zone = following.map(|following| following.in_force.hours(organisation).zone().clone());
    let zone = zone.unwrap_or_else(|| organisation.zone());
    let tomorrow = at.to_zoned(zone.clone()).date().saturating_add(1.day());
    Now { at, day_ends: first_moment(tomorrow, &zone) }
}
