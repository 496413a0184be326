//! The Net Promoter Score: in all, by group, over time, compared.

use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;
use utoipa::ToSchema;
use wire::Problem;
use wire::report::NpsReport;

use super::App;
use super::asked::{Reading, asked};
use super::body::Query;
use super::caller::Viewer;
use super::error::Error;
use super::output::Accept;
use super::shown::Shown;
use crate::domain::people::Sees;
use crate::facts::{Ask, Rest, Top};
use crate::reports::{NpsAsk, nps};

/// Most parts of time in one point of a trend.
const MOST_ROLLING: usize = 400;

asked! { NpsQuery {
    /// What to group by, up to three: `agent`, a kind of unit such as `team`, `survey`, `language`, `category`, `score`, `complete`,
    /// `hour`, `weekday`, `day`, `week`, `month`, `quarter`, `year`, any attribute, any question. Numbers fall in bands:
    /// `order_value:0,50,200`.
    #[serde(default)]
    by: Vec<String>,
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
} }

/// What makes a group large.
#[derive(Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum Largest {
    /// That it has many responses.
    #[default]
    N,
    /// That the NPS of all would be another without it.
    Impact,
}

impl Largest {
    /// So many of the largest groups, if there is a number.
    pub(super) fn top(self, groups: Option<usize>) -> Option<Top> {
        let rest = match self {
            Self::N => Rest::ByNumber,
            Self::Impact => Rest::ByImpact,
        };
        groups.map(|groups| Top { groups, rest })
    }
}

/// The NPS with n, counts, distribution and 95 % interval; of everything that matches and of each group.
#[utoipa::path(get, path = "/v1/nps", operation_id = "nps_report", tag = "results", security(("key" = ["read"])), params(NpsQuery),
    responses((status = 200, content((NpsReport = "application/json"), (String = "text/csv"), (String = "image/svg+xml"))), (status = 400, body = Problem), (status = 406, body = Problem), (status = 404, body = Problem, description = "unknown survey")))]
pub(super) async fn report(
    Viewer(sees): Viewer,
    State(app): State<App>,
    accept: Accept,
    Query(asked): Query<NpsQuery>,
) -> Result<Response, Error> {
    let shown = Shown::read::<NpsReport>(&app, &accept, &asked.asked())?;
    let asking = read(&app, &asked, &sees)?;
    shown.reply(&app, move |source| nps(source, &asking)).await
}

fn read(app: &App, asked: &NpsQuery, sees: &Sees) -> Result<NpsAsk, Error> {
    let (mut reading, query) = Reading::begin(app, asked.asked(), sees)?;
    let by = reading.by(&asked.by);
    let every = reading.every(asked.every.as_deref());
    reading.number("rolling", asked.rolling, 1..=MOST_ROLLING);
    if asked.rolling.is_some() && asked.every.is_none() {
        reading.note("rolling", "needs `every`: it is so many parts of time");
    }
    reading.number("top", asked.top, 1..=app.limits.groups);
    let compare = reading.compare(asked.compare.as_deref(), &by, &query.period);
    reading.end()?;
    let ask = Ask {
        query,
        by,
        every,
        top: asked.largest.top(asked.top),
        most: app.limits.groups,
        ..Ask::default()
    };
    Ok(NpsAsk { ask, rolling: asked.rolling.unwrap_or(1), rates: asked.rates, compare })
}
