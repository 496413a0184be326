//! Recovery: the next score of customers who were followed up, against those who were not.

use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;

use axum::Json as Reply;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use serde::Deserialize;
use utoipa::IntoParams;
use wire::cases::State as CaseState;
use wire::evidence::{Among, NextScore, RecoveryReport};
use wire::{Problem, Score};

use super::caller::Looker;
use super::evidence::{FORMATS, Meant, in_turn, present, units};
use crate::domain::cases::{Case, Sees};
use crate::domain::evidence::{Customer, Recovery, followed_up_at};
use crate::domain::names::{CustomerId, UnitId};
use crate::domain::organisation::Organisation;
use crate::domain::query::{Condition, Key, Space, Value};
use crate::facts::{Facts, Query as FactsQuery};
use crate::http::App;
use crate::http::asked::{Asked, Reading};
use crate::http::body::Query;
use crate::http::error::Error;
use crate::http::output::{self, Accept, Format};
use crate::reports::{self, tables};
use crate::store::{Store, StoreError};

/// Responses read at a time.
const BLOCK: usize = 1000;

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct RecoveryQuery {
    /// Only answers to this survey.
    survey: Option<String>,
    /// Only cases that were opened, or answers that were given, at this time or date, or after.
    from: Option<String>,
    /// Only before this time or date.
    to: Option<String>,
    /// The id of a unit; those below it are included.
    unit: Option<String>,
    /// `cases` (without it): customers whose answer has opened a case by a rule; `all_cases`: also those whose case was opened by
    /// hand, with their last score before; `detractors`: who gave 0 to 6.
    #[serde(default)]
    #[param(inline)]
    among: Among,
    /// `same` (without it): the next score of the same survey; `any`: of any.
    #[serde(default)]
    #[param(inline)]
    next: NextScore,
    /// The time zone of dates, such as `Europe/Berlin`.
    zone: Option<String>,
    /// `json`, `csv`, `excel`, `ndjson` or `parquet`; without it `Accept` decides.
    format: Option<String>,
}

/// An answer whose customer may have been followed up.
struct Begun {
    customer: CustomerId,
    response: u64,
    survey: String,
    score: Score,
    at: Timestamp,
    case: Option<Case>,
}

/// The next score of customers who were followed up, against those who were not: as it was counted, and among customers who began
/// with the same score. With everything that makes the comparison unfair, in words.
#[utoipa::path(get, path = "/v1/cases/recovery", operation_id = "case_recovery", tag = "cases", security(("key" = ["read"])), params(RecoveryQuery),
    responses((status = 200, content((RecoveryReport = "application/json"), (String = "text/csv"))), (status = 400, body = Problem), (status = 406, body = Problem), (status = 404, body = Problem, description = "unknown survey")))]
pub(super) async fn report(
    looker: Looker,
    State(app): State<App>,
    accept: Accept,
    Query(asked): Query<RecoveryQuery>,
) -> Result<Response, Error> {
    let format = accept.choose(asked.format.as_deref(), &FORMATS)?;
    let RecoveryQuery { survey, from, to, zone, .. } = &asked;
    let [survey, from, to, zone] = [survey, from, to, zone].map(Option::as_deref);
    let common = Asked { survey, from, to, zone, ..Asked::default() };
    let (mut reading, query) = Reading::begin(&app, common, &looker.of)?;
    let units = units(&app, &mut reading, asked.unit.as_deref());
    reading.end()?;
    let (store, facts) = (app.store.clone(), Arc::clone(&app.facts));
    let (among, next) = (asked.among, asked.next);
    let smallest = app.limits.smallest_group;
    let asked_for = reports::asked(&query);
    let report = in_turn(&app, move || {
        let mut customers = Customers {
            store: &store,
            next,
            seen: HashSet::new(),
            hasher: RandomState::new(),
            sum: Recovery::default(),
        };
        match among {
            Among::Cases | Among::AllCases => {
                let meant = Meant { period: query.period, units, ..Meant::default() };
                let wanted =
                    Wanted { meant, survey: query.survey.clone(), by_hand: among == Among::AllCases };
                of_cases(&store, &wanted, &looker.sees, &mut customers)?;
            }
            Among::Detractors => of_detractors(&store, &facts, query, units.as_deref(), &mut customers)?,
        }
        Ok(customers.sum.report((among, next), asked_for, present(asked.unit), smallest))
    });
    let report: RecoveryReport = report.await?;
    match format {
        Format::Json => Ok(Reply(report).into_response()),
        _ => output::table(format, tables::recovery(&report)).await,
    }
}

/// Customers on their way into the comparison.
struct Customers<'a> {
    store: &'a Store,
    next: NextScore,
    /// Hashes of those who were there already: a customer counts once.
    seen: HashSet<u64>,
    hasher: RandomState,
    sum: Recovery,
}

impl Customers<'_> {
    fn add(&mut self, begun: Begun) -> Result<(), StoreError> {
        if !self.seen.insert(self.hasher.hash_one(begun.customer.as_str())) {
            return Ok(());
        }
        let Begun { customer, response, survey, score, at, case } = begun;
        let survey = (self.next == NextScore::Same).then_some(&*survey);
        let after = self.store.after_blocking(&customer, response, at, survey)?;
        self.sum.add(&Customer {
            first: score,
            at,
            followed_up: case.as_ref().and_then(followed_up_at),
            by_hand: case.as_ref().is_some_and(|case| case.rule.is_none()),
            not_reached: case
                .is_some_and(|case| case.rounds().iter().any(|round| round.state == CaseState::NoAnswer)),
            next: after.next,
            asked: after.asked,
        });
        Ok(())
    }
}

/// Which cases count.
struct Wanted {
    meant: Meant,
    survey: Option<String>,
    by_hand: bool,
}

impl Wanted {
    /// What a case has begun with, if it counts. What somebody opens by hand is another choice than a rule's, and made at another
    /// time: it counts only where that is asked for, with the last score before. Of a rule's case that is the one that has opened it.
    fn begun(&self, store: &Store, case: Case) -> Result<Option<Begun>, StoreError> {
        let (meant, survey) = (self.meant.is(&case), self.survey.as_deref());
        let Some(customer) = case.customer.clone().filter(|_| meant) else { return Ok(None) };
        let first = match (&case.rule, case.response, case.score) {
            (Some(_), Some(response), Some(score)) => {
                let of = case.survey.clone().unwrap_or_default();
                survey.is_none_or(|survey| of == survey).then_some((response, of, score))
            }
            (None, ..) if self.by_hand => store.score_before_blocking(&customer, case.opened_at, survey)?,
            _ => None,
        };
        Ok(first.map(|(response, survey, score)| Begun {
            customer,
            response,
            survey,
            score,
            at: case.opened_at,
            case: Some(case),
        }))
    }
}

fn of_cases(store: &Store, wanted: &Wanted, sees: &Sees, customers: &mut Customers<'_>) -> Result<(), Error> {
    let list = store.catalog().work_list();
    let Some((first, last, _)) = list.opened(&wanted.meant.period) else { return Ok(()) };
    let mut failed = Ok(());
    store.each_case_blocking(first, last, |_, case| {
        if failed.is_ok() && sees.case(&case) {
            let begun = wanted.begun(store, case);
            failed = begun.and_then(|begun| begun.map_or(Ok(()), |begun| customers.add(begun)));
        }
    })?;
    Ok(failed?)
}

fn of_detractors(
    store: &Store,
    facts: &Facts,
    mut query: FactsQuery,
    units: Option<&[UnitId]>,
    customers: &mut Customers<'_>,
) -> Result<(), Error> {
    let organisation = store.catalog().organisation();
    let key = Key { space: Space::Any, name: "category".to_owned() };
    query.condition = query.condition.and(Condition::Is(key, vec![Value::Text("detractor".to_owned())]));
    let rows = facts.find(&query, 0, usize::MAX, &organisation)?;
    for rows in rows.chunks(BLOCK) {
        for (sequence, response) in store.responses_blocking(rows)? {
            let home = |organisation: &Organisation| {
                let agent = response.agent.as_ref()?;
                organisation.unit_of(agent.as_str(), response.at).cloned()
            };
            let is_meant =
                units.is_none_or(|units| home(&organisation).is_some_and(|home| units.contains(&home)));
            let (Some(customer), Some(score), true) = (response.customer, response.score, is_meant) else {
                continue;
            };
            let case = store.case_of_blocking(sequence)?.map(|(_, case)| case);
            let (survey, at) = (response.survey, response.at);
            customers.add(Begun { customer, response: sequence, survey, score, at, case })?;
        }
    }
    Ok(())
}
