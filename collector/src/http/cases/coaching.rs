//! Coaching: all about one agent, for the agent and whoever leads.

use std::sync::Arc;

use axum::Json as Reply;
use axum::extract::{Path, State};
use jiff::Timestamp;
use serde::Deserialize;
use utoipa::IntoParams;
use wire::cases::State as CaseState;
use wire::evidence::{Coaching, CommentOfAgent, UnitTargetOfAgent};
use wire::{Problem, Tally};

use super::asked::now;
use super::caller::Looker;
use super::evidence::in_turn;
use super::languages;
use super::view::Names;
use crate::domain::cases::{CaseId, Sees};
use crate::domain::names::AgentId;
use crate::domain::organisation::Organisation;
use crate::domain::people::Sees as Whose;
use crate::domain::query::{Calendar, Condition, Key, Space, Value};
use crate::domain::statistics::target;
use crate::facts::Ask;
use crate::http::App;
use crate::http::asked::{Asked, Reading};
use crate::http::body::Query;
use crate::http::error::Error;
use crate::reports::{self, NpsAsk};
use crate::store::{Counted, Store, Wanted};

/// Comments and cases where nobody says how many.
const SHOWN: usize = 20;

/// Of so many of the agent's newest responses comments are looked for.
const LOOKED_AT: usize = 5000;

/// Responses read at a time.
const BLOCK: usize = 100;

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct CoachingQuery {
    /// Only answers to this survey.
    survey: Option<String>,
    /// Only answers of this time or date, or after.
    from: Option<String>,
    /// Only answers before this time or date.
    to: Option<String>,
    /// The parts of time of the trend: `day`, `week`, `month` (without it), `quarter`, `year`.
    every: Option<String>,
    /// How many comments and cases at most, 20 without it, `limits.page` at most.
    limit: Option<usize>,
    /// The time zone of dates and of the calendar, such as `Europe/Berlin`.
    zone: Option<String>,
    /// In which language root causes are named.
    language: Option<String>,
}

/// All about one agent: the numbers with interval and trend, against the target of the unit, what customers wrote, and the cases.
/// The agent sees it, whoever leads the agent's unit or one above, and keys that read. A lead sees so far as the agent was hers or his
/// then.
#[utoipa::path(get, path = "/v1/agents/{agent}/coaching", operation_id = "coaching", tag = "results", security(("key" = ["read"])),
    params(("agent" = String, Path, description = "The agent's id"), CoachingQuery),
    responses((status = 200, body = Coaching), (status = 400, body = Problem),
        (status = 404, body = Problem, description = "there is none, or the caller does not see the agent")))]
pub(super) async fn show(
    looker: Looker,
    State(app): State<App>,
    Path(id): Path<String>,
    Query(asked): Query<CoachingQuery>,
) -> Result<Reply<Coaching>, Error> {
    let unknown = || Error::NotFound { what: "agent", id: id.clone() };
    let agent: AgentId = id.parse().map_err(|_| unknown())?;
    let organisation = app.store.catalog().organisation();
    let is_seen = looker.of.part_of(&organisation).agent(&id).is_some();
    if !is_seen && !looker.of.is_all() {
        return Err(unknown());
    }
    let CoachingQuery { survey, from, to, zone, .. } = &asked;
    let [survey, from, to, zone] = [survey, from, to, zone].map(Option::as_deref);
    let common = Asked { survey, from, to, zone, ..Asked::default() };
    let (mut reading, mut query) = Reading::begin(&app, common, &looker.of)?;
    let every = reading.every(asked.every.as_deref()).unwrap_or(Calendar::Month);
    reading.number("limit", asked.limit, 1..=app.limits.page);
    reading.end()?;
    let limit = asked.limit.unwrap_or(SHOWN.min(app.limits.page));
    let key = Key { space: Space::Any, name: "agent".to_owned() };
    query.condition = Condition::Is(key, vec![Value::Text(id.clone())]);

    let ask = Ask { query: query.clone(), every: Some(every), most: app.limits.groups, ..Ask::default() };
    let asking = NpsAsk { ask, rolling: 1, ..NpsAsk::default() };
    let numbers = app.report(move |source| reports::nps(source, &asking)).await?;
    let score = numbers.total;
    let at = (app.clock)();
    let names = Names::new(&app.store, languages(asked.language, looker.language), at);
    let cases = Cases { app: &app, agent: &agent, sees: &looker.sees, limit, at };
    let (open, counted) = cases.find(true).await?;
    let (closed, _) = cases.find(false).await?;
    let never = score.figures.n == 0 && counted.states.iter().sum::<u64>() == 0;
    if !is_seen && never {
        return Err(unknown());
    }
    // Who led the agent once is not told where that is now.
    let home = organisation.unit_of(&id, at);
    let home =
        home.filter(|home| looker.of == Whose::Agent(agent.clone()) || looker.of.unit(home, &organisation));
    let goal = home.and_then(|home| goal(&organisation, home.as_str()));
    let comments = {
        let organisation = Arc::clone(&organisation);
        let (store, facts, sees) = (app.store.clone(), app.facts.clone(), looker.sees.clone());
        in_turn(&app, move || {
            let rows = facts.find(&query, 0, usize::MAX, &organisation)?;
            comments(&store, &rows, &sees, limit)
        })
    };
    Ok(Reply(Coaching {
        asked: numbers.asked,
        agent: names.agent(&agent),
        unit: home.map(|home| names.unit(home)),
        every: every.as_str().to_owned(),
        target: goal.map(|(unit, wanted)| UnitTargetOfAgent {
            unit: names.unit_of_id(&unit),
            target: target(&Tally(score.figures.distribution), wanted),
        }),
        score,
        comments: comments.await?,
        counts: names.counts(counted),
        open_cases: app.store.cases(open).await?.iter().map(|case| names.summary(case)).collect(),
        closed_cases: app.store.cases(closed).await?.iter().map(|case| names.summary(case)).collect(),
    }))
}

/// The target of a unit, or of the nearest above that has one.
fn goal(organisation: &Organisation, unit: &str) -> Option<(String, f64)> {
    let mut unit = organisation.unit(unit);
    // As often as there are units: one that stands in its own way is refused when it is pushed.
    for _ in 0..organisation.units.len() {
        let here = unit?;
        if let Some(target) = here.target {
            return Some((here.id.as_str().to_owned(), target));
        }
        unit = here.parent.as_ref().and_then(|parent| organisation.unit(parent.as_str()));
    }
    None
}

/// The agent's cases, so far as they are seen.
struct Cases<'a> {
    app: &'a App,
    agent: &'a AgentId,
    sees: &'a Sees,
    limit: usize,
    at: Timestamp,
}

impl Cases<'_> {
    async fn find(&self, open: bool) -> Result<(Vec<CaseId>, Counted), Error> {
        let Self { app, agent, sees, limit, at } = *self;
        let (organisation, list) = {
            let catalog = app.store.catalog();
            (catalog.organisation(), catalog.work_list())
        };
        let states = CaseState::ALL.iter().copied().filter(|state| state.is_open() == open).collect();
        let wanted = Wanted { states, agent: Some(agent.clone()), limit, ..Wanted::default() };
        let now = now(at, app.store.following().as_ref(), &organisation);
        let sees = sees.clone();
        let found = tokio::task::spawn_blocking(move || list.find(&wanted, &sees, now)).await;
        let found =
            found.map_err(|_| Error::Internal("the agent's cases were not found to the end".to_owned()))?;
        Ok((found.cases, found.counts))
    }
}

/// What customers wrote in these responses, the newest first.
fn comments(store: &Store, rows: &[u64], sees: &Sees, limit: usize) -> Result<Vec<CommentOfAgent>, Error> {
    let mut comments = Vec::new();
    let newest = &rows[rows.len().saturating_sub(LOOKED_AT)..];
    for rows in newest.rchunks(BLOCK) {
        for (sequence, response) in store.responses_blocking(rows)?.into_iter().rev() {
            let survey = store.catalog().survey_version(&response.survey, response.version);
            let Some(comment) = survey.and_then(|survey| response.comment(&survey).map(str::to_owned)) else {
                continue;
            };
            let case = store.case_of_blocking(sequence)?.filter(|(_, case)| sees.case(case));
            comments.push(CommentOfAgent {
                response: response.id.to_string(),
                at: response.at.to_string(),
                score: response.score,
                survey: response.survey,
                comment,
                case: case.map(|(CaseId(id), _)| id),
            });
            if comments.len() == limit {
                return Ok(comments);
            }
        }
    }
    Ok(comments)
}
