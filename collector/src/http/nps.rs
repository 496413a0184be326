//! The Net Promoter Score: in all, by group, over time, compared.

use axum::Json as Reply;
use axum::extract::State;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use wire::Problem;
use wire::report::NpsReport;

use super::App;
use super::asked::{Asked, Reading};
use super::body::Query;
use super::caller::Reader;
use super::error::Error;
use crate::domain::query::{Calendar, Period};
use crate::facts::{Ask, Rest, Top};
use crate::reports::{Comparing, NpsAsk, nps};

/// Most parts of time in one point of a trend.
const MOST_ROLLING: usize = 400;

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub(super) struct NpsQuery {
    /// Only this survey.
    survey: Option<String>,
    /// From this time or date on.
    from: Option<String>,
    /// Before this time or date.
    to: Option<String>,
    /// What to group by, up to three: `agent`, a kind of unit such as `team`, `survey`, `language`, `category`, `score`, `complete`,
    /// `hour`, `weekday`, `day`, `week`, `month`, `quarter`, `year`, any attribute, any question. Numbers fall in bands:
    /// `order_value:0,50,200`.
    #[serde(default)]
    by: Vec<String>,
    /// A condition, such as `region:north and not score:7..`; may be repeated, and all must hold.
    #[serde(default, rename = "where")]
    filters: Vec<String>,
    /// The parts of time of a trend: `hour`, `day`, `week`, `month`, `quarter`, `year`.
    every: Option<String>,
    /// How many parts each point of the trend covers.
    rolling: Option<usize>,
    /// With what to compare: `previous` period, a period (`2026-01-01..2026-02-01`), the `rest` of each group, or the key of one group.
    compare: Option<String>,
    /// Only so many of the largest groups; the others are summed.
    top: Option<usize>,
    /// What makes a group large: the number of its responses, or its impact on the NPS of all.
    #[serde(default)]
    #[param(inline)]
    largest: Largest,
    /// Whether to tell response rate, completion rate and median time as well.
    #[serde(default)]
    rates: bool,
    /// The time zone of dates and of the calendar, such as `Europe/Berlin`; the survey's own when absent.
    zone: Option<String>,
    /// When an agent's unit is looked at: `then` (the default), when the response was given; `now`; or on a day.
    org: Option<String>,
}

/// What makes a group large.
#[derive(Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum Largest {
    /// That it has many responses.
    #[default]
    N,
    /// That the NPS of all would be another without it.
    Impact,
}

/// The NPS with n, counts, distribution and 95 % interval; of everything that matches and of each group.
#[utoipa::path(get, path = "/v1/nps", operation_id = "nps_report", tag = "results", security(("key" = ["read"])), params(NpsQuery),
    responses((status = 200, body = NpsReport), (status = 400, body = Problem), (status = 404, body = Problem, description = "unknown survey")))]
pub(super) async fn report(
    _: Reader,
    State(app): State<App>,
    Query(asked): Query<NpsQuery>,
) -> Result<Reply<NpsReport>, Error> {
    let asking = read(&app, &asked)?;
    app.report(move |source| nps(source, &asking)).await.map(Reply)
}

fn read(app: &App, asked: &NpsQuery) -> Result<NpsAsk, Error> {
    let (mut reading, query) = Reading::begin(
        app,
        Asked {
            survey: asked.survey.as_deref(),
            from: asked.from.as_deref(),
            to: asked.to.as_deref(),
            filters: &asked.filters,
            zone: asked.zone.as_deref(),
            org: asked.org.as_deref(),
        },
    )?;
    let by = reading.by(&asked.by);
    let every = asked.every.as_deref().filter(|every| !every.is_empty());
    let every = every.and_then(|every| reading.or_note("every", Calendar::read(every)));
    reading.number("rolling", asked.rolling, 1..=MOST_ROLLING);
    if asked.rolling.is_some() && asked.every.is_none() {
        reading.note("rolling", "needs `every`: it is so many parts of time");
    }
    reading.number("top", asked.top, 1..=app.limits.groups);
    let compare = asked.compare.as_deref().filter(|compare| !compare.is_empty());
    let compare = compare.and_then(|compare| match compare {
        "previous" => reading.or_note("compare", query.period.previous(&query.zone)).map(Comparing::Period),
        "rest" => Some(Comparing::Rest),
        period if period.contains("..") => {
            reading.or_note("compare", Period::read(period, &query.zone)).map(Comparing::Period)
        }
        key => Some(Comparing::Group(key.split(',').map(str::to_owned).collect())),
    });
    if by.is_empty() && matches!(compare, Some(Comparing::Rest | Comparing::Group(_))) {
        reading.note("compare", "needs `by`: groups are compared");
    }
    reading.end()?;
    let rest = match asked.largest {
        Largest::N => Rest::ByNumber,
        Largest::Impact => Rest::ByImpact,
    };
    let ask = Ask {
        query,
        by,
        every,
        top: asked.top.map(|groups| Top { groups, rest }),
        most: app.limits.groups,
        ..Ask::default()
    };
    Ok(NpsAsk { ask, rolling: asked.rolling.unwrap_or(1), rates: asked.rates, compare })
}
