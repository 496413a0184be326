//! Evidence: what came of the cases that were opened in a period.

use std::sync::Arc;

use axum::Json as Reply;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use serde::Deserialize;
use utoipa::IntoParams;
use wire::Problem;
use wire::cases::Named;
use wire::evidence::{Evidence, EvidenceGroup, EvidencePart, EvidenceReport};

use super::caller::Looker;
use super::languages;
use super::view::Names;
use crate::domain::cases::Case;
use crate::domain::evidence::{Cohort, Group};
use crate::domain::names::UnitId;
use crate::domain::query::{Calendar, Period, Timeline};
use crate::http::App;
use crate::http::asked::{Asked, Reading};
use crate::http::body::Query;
use crate::http::error::Error;
use crate::http::output::{self, Accept, Format};
use crate::reports::{self, tables};

/// The forms of a report that is not drawn.
pub(super) const FORMATS: [Format; 5] =
    [Format::Json, Format::Csv, Format::Excel, Format::Ndjson, Format::Parquet];

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct EvidenceQuery {
    /// Only cases of this survey.
    survey: Option<String>,
    /// Only cases that were opened at this time or date, or after.
    from: Option<String>,
    /// Only cases that were opened before this time or date.
    to: Option<String>,
    /// The id of a unit; those below it are included.
    unit: Option<String>,
    /// The id of the person who follows up.
    owner: Option<String>,
    /// The name of the rule that opened them.
    rule: Option<String>,
    /// The parts of time to tell apart: `hour`, `day`, `week`, `month`, `quarter`, `year`.
    every: Option<String>,
    /// The time zone of dates and of the calendar, such as `Europe/Berlin`.
    zone: Option<String>,
    /// In which language root causes are named.
    language: Option<String>,
    /// `json`, `csv`, `excel`, `ndjson` or `parquet`; without it `Accept` decides.
    format: Option<String>,
}

/// Which cases are meant.
#[derive(Default)]
pub(super) struct Meant {
    pub(super) period: Period,
    pub(super) survey: Option<String>,
    pub(super) units: Option<Vec<UnitId>>,
    pub(super) owner: Option<String>,
    pub(super) rule: Option<String>,
}

impl Meant {
    pub(super) fn is(&self, case: &Case) -> bool {
        let Self { period, survey, units, owner, rule } = self;
        let same = |wanted: &Option<String>, value: Option<&str>| {
            wanted.as_deref().is_none_or(|wanted| value == Some(wanted))
        };
        period.from.is_none_or(|from| case.opened_at >= from)
            && period.to.is_none_or(|to| case.opened_at < to)
            && units.as_ref().is_none_or(|units| case.unit.as_ref().is_some_and(|unit| units.contains(unit)))
            && same(survey, case.survey.as_deref())
            && same(owner, Some(case.owner.as_str()))
            && same(rule, case.rule.as_deref())
    }
}

/// What came of the cases that were opened in a period: how long it took to acknowledge them, to talk to the customer and to close
/// them, whether promises were kept, and what was behind them; in all, by part of time, by who follows up, by unit.
#[utoipa::path(get, path = "/v1/cases/evidence", operation_id = "case_evidence", tag = "cases", security(("key" = ["read"])), params(EvidenceQuery),
    responses((status = 200, content((EvidenceReport = "application/json"), (String = "text/csv"))), (status = 400, body = Problem), (status = 406, body = Problem), (status = 404, body = Problem, description = "unknown survey")))]
pub(super) async fn report(
    looker: Looker,
    State(app): State<App>,
    accept: Accept,
    Query(asked): Query<EvidenceQuery>,
) -> Result<Response, Error> {
    let format = accept.choose(asked.format.as_deref(), &FORMATS)?;
    let EvidenceQuery { survey, from, to, zone, .. } = &asked;
    let [survey, from, to, zone] = [survey, from, to, zone].map(Option::as_deref);
    let common = Asked { survey, from, to, zone, ..Asked::default() };
    let (mut reading, query) = Reading::begin(&app, common, &looker.of)?;
    let units = units(&app, &mut reading, asked.unit.as_deref());
    let every = reading.every(asked.every.as_deref());
    reading.end()?;
    let now = (app.clock)();
    let meant = Meant {
        period: query.period,
        survey: query.survey.clone(),
        units,
        owner: present(asked.owner),
        rule: present(asked.rule),
    };
    let (owner, rule) = (meant.owner.clone(), meant.rule.clone());
    let names = Names::new(&app.store, languages(asked.language, looker.language), now);
    let (smallest, most) = (app.limits.smallest_group, app.limits.groups);
    let asked_for = reports::asked(&query);
    let (store, sees) = (app.store.clone(), looker.sees);
    let report = in_turn(&app, move || {
        let is_meant = |case: &Case| meant.is(case) && sees.case(case);
        let cohort = cohort(&store, &meant.period, is_meant, now)?;
        let parts = match every {
            Some(every) => parts(&cohort, every, &query, most)?,
            None => Vec::new(),
        };
        Ok(EvidenceReport {
            asked: asked_for,
            unit: present(asked.unit),
            owner,
            rule,
            every: every.map(|every| every.as_str().to_owned()),
            smallest,
            total: cohort.total(),
            parts,
            owners: cohort.by_owner(smallest).into_iter().map(group).collect(),
            units: cohort.by_unit(smallest).into_iter().map(group).collect(),
        })
    });
    let report = named(report.await?, &names);
    match format {
        Format::Json => Ok(Reply(report).into_response()),
        _ => output::table(format, tables::evidence(&report)).await,
    }
}

/// A text that says something.
pub(super) fn present(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.is_empty())
}

/// A unit and all below it.
pub(super) fn units(app: &App, reading: &mut Reading, unit: Option<&str>) -> Option<Vec<UnitId>> {
    let unit = unit.filter(|unit| !unit.is_empty())?;
    let organisation = app.store.catalog().organisation();
    let Some(found) = organisation.unit(unit) else {
        reading.note("unit", format!("there is no unit {unit:?}"));
        return None;
    };
    Some(organisation.with_all_below(std::slice::from_ref(&found.id)).into_iter().collect())
}

/// Makes what takes long where it disturbs nobody, as many at a time as reports are.
pub(super) async fn in_turn<T: Send + 'static>(
    app: &App,
    make: impl FnOnce() -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    let unmade = || Error::Internal("a report was not made to its end".to_owned());
    let turn = Arc::clone(&app.reports).acquire_owned().await.map_err(|_| unmade())?;
    let made = tokio::task::spawn_blocking(move || {
        let made = make();
        drop(turn);
        made
    });
    made.await.map_err(|_| unmade())?
}

fn cohort(
    store: &crate::store::Store,
    period: &Period,
    is_meant: impl Fn(&Case) -> bool,
    now: Timestamp,
) -> Result<Cohort, Error> {
    let list = store.catalog().work_list();
    let Some((first, last, earliest)) = list.opened(period) else {
        return Ok(Cohort::new(None, now));
    };
    let following = store.following();
    let hours = following.map(|following| following.in_force.hours(&following.staff.organisation));
    let mut cohort = Cohort::new(hours.map(|hours| hours.meter(earliest, now)), now);
    store.each_case_blocking(first, last, |_, case| {
        if is_meant(&case) {
            cohort.add(&case);
        }
    })?;
    Ok(cohort)
}

/// The period cut along the calendar; where it has no end, from the first case to the last.
fn parts(
    cohort: &Cohort,
    every: Calendar,
    query: &crate::facts::Query,
    most: usize,
) -> Result<Vec<EvidencePart>, Error> {
    let Some((first, last)) = cohort.span() else { return Ok(Vec::new()) };
    let Period { from, to } = query.period;
    let seconds = from.unwrap_or(first).as_second()..to.map_or(last.as_second() + 1, Timestamp::as_second);
    let line = Timeline::cut(every, seconds, &query.zone, most)
        .map_err(|error| Error::parameter("every", error.to_string()))?;
    let moment = |second: i64| Timestamp::from_second(second).unwrap_or_default().to_string();
    let part = |(place, evidence)| EvidencePart {
        label: every.label(line.local(place, &query.zone)),
        from: moment(line.starts[place]),
        to: moment(line.starts.get(place + 1).copied().unwrap_or(line.end)),
        evidence,
    };
    Ok(cohort.by_part(&line).into_iter().enumerate().map(part).collect())
}

fn group(group: Group) -> EvidenceGroup {
    let Group { id, n, evidence } = group;
    EvidenceGroup {
        group: id.map(|id| Named { name: id.clone(), id }),
        withheld: evidence.is_none().then_some(n),
        evidence,
    }
}

/// With the names that people know.
fn named(mut report: EvidenceReport, names: &Names) -> EvidenceReport {
    let parts = report.parts.iter_mut().map(|part| &mut part.evidence);
    let groups = report.owners.iter_mut().chain(&mut report.units);
    let groups = groups.filter_map(|group| group.evidence.as_mut());
    let all: Vec<&mut Evidence> = parts.chain(groups).chain([&mut report.total]).collect();
    for cause in all.into_iter().flat_map(|evidence| &mut evidence.root_causes) {
        cause.root_cause = names.root_cause(&cause.root_cause.id);
    }
    for owner in report.owners.iter_mut().filter_map(|group| group.group.as_mut()) {
        *owner = names.person(&owner.id);
    }
    for unit in report.units.iter_mut().filter_map(|group| group.group.as_mut()) {
        *unit = names.unit_of_id(&unit.id);
    }
    report
}
