//! What moved the score, what goes with it, and who stands where.

use axum::extract::State;
use axum::response::Response;
use wire::Problem;
use wire::report::{DriversReport, MovedReport, RankingReport, TargetsReport};

use super::App;
use super::asked::{Reading, asked};
use super::body::Query;
use super::caller::Viewer;
use super::error::Error;
use super::output::Accept;
use super::shown::Shown;
use crate::facts::Ask;
use crate::reports;

asked! { MovedQuery {
    /// What to group by.
    by: Option<String>,
    /// The earlier period: `previous` (the default), or one that is named (`2026-01-01..2026-02-01`).
    compare: Option<String>,
} }

asked! { DriversQuery {
    /// What to look at; without it, every attribute, every question and the language. May be repeated.
    #[serde(default)]
    by: Vec<String>,
} }

asked! { RankingQuery {
    /// What to rank: `agent`, a kind of unit, or anything else.
    by: Option<String>,
} }

asked! { TargetsQuery {} }

/// How much of the change between two periods each group contributed: by scoring otherwise (rate), and by being a larger or
/// smaller part of the whole (mix). All contributions together are the change.
#[utoipa::path(get, path = "/v1/nps/moved", operation_id = "nps_moved", tag = "results", security(("key" = ["read"])), params(MovedQuery),
    responses((status = 200, content((MovedReport = "application/json"), (String = "text/csv"))), (status = 400, body = Problem), (status = 406, body = Problem), (status = 404, body = Problem, description = "unknown survey")))]
pub(super) async fn moved(
    Viewer(sees): Viewer,
    State(app): State<App>,
    accept: Accept,
    Query(asked): Query<MovedQuery>,
) -> Result<Response, Error> {
    let shown = Shown::read::<MovedReport>(&app, &accept, &asked.asked())?;
    let (mut reading, query) = Reading::begin(&app, asked.asked(), &sees)?;
    let by = reading.by_one(asked.by.as_deref());
    let compare = asked.compare.as_deref().filter(|compare| !compare.is_empty()).unwrap_or("previous");
    let before = reading.other_period("compare", compare, &query.period).unwrap_or_default();
    reading.end()?;
    let ask = Ask { query, by, most: app.limits.groups, ..Ask::default() };
    shown.reply(&app, move |source| reports::moved(source, &ask, before)).await
}

/// Which attributes and answers go with the score: how strongly, how sure that is, and a sentence for each.
#[utoipa::path(get, path = "/v1/nps/drivers", operation_id = "nps_drivers", tag = "results", security(("key" = ["read"])), params(DriversQuery),
    responses((status = 200, content((DriversReport = "application/json"), (String = "text/csv"))), (status = 400, body = Problem), (status = 406, body = Problem), (status = 404, body = Problem, description = "unknown survey")))]
pub(super) async fn drivers(
    Viewer(sees): Viewer,
    State(app): State<App>,
    accept: Accept,
    Query(asked): Query<DriversQuery>,
) -> Result<Response, Error> {
    let shown = Shown::read::<DriversReport>(&app, &accept, &asked.asked())?;
    let (mut reading, query) = Reading::begin(&app, asked.asked(), &sees)?;
    let mut by = Vec::new();
    for one in &asked.by {
        by.extend(reading.by_one(Some(one)));
    }
    reading.end()?;
    let ask = Ask { query, by, most: app.limits.groups, ..Ask::default() };
    shown.reply(&app, move |source| reports::drivers(source, &ask)).await
}

/// Agents, units or any other groups in order, where ties are ties: a group is behind another only if that one is shown to be
/// better. Units come with their targets.
#[utoipa::path(get, path = "/v1/nps/ranking", operation_id = "nps_ranking", tag = "results", security(("key" = ["read"])), params(RankingQuery),
    responses((status = 200, content((RankingReport = "application/json"), (String = "text/csv"), (String = "image/svg+xml"))), (status = 400, body = Problem), (status = 406, body = Problem), (status = 404, body = Problem, description = "unknown survey")))]
pub(super) async fn ranking(
    Viewer(sees): Viewer,
    State(app): State<App>,
    accept: Accept,
    Query(asked): Query<RankingQuery>,
) -> Result<Response, Error> {
    let shown = Shown::read::<RankingReport>(&app, &accept, &asked.asked())?;
    let (mut reading, query) = Reading::begin(&app, asked.asked(), &sees)?;
    let by = reading.by_one(asked.by.as_deref());
    reading.end()?;
    let ask = Ask { query, by, most: app.limits.groups, ..Ask::default() };
    shown.reply(&app, move |source| reports::ranking(source, &ask)).await
}

/// Every unit that has a target: how far it is from it, and whether that is sure.
#[utoipa::path(get, path = "/v1/nps/targets", operation_id = "nps_targets", tag = "results", security(("key" = ["read"])), params(TargetsQuery),
    responses((status = 200, content((TargetsReport = "application/json"), (String = "text/csv"))), (status = 400, body = Problem), (status = 406, body = Problem), (status = 404, body = Problem, description = "unknown survey")))]
pub(super) async fn targets(
    Viewer(sees): Viewer,
    State(app): State<App>,
    accept: Accept,
    Query(asked): Query<TargetsQuery>,
) -> Result<Response, Error> {
    let shown = Shown::read::<TargetsReport>(&app, &accept, &asked.asked())?;
    let (reading, query) = Reading::begin(&app, asked.asked(), &sees)?;
    reading.end()?;
    let ask = Ask { query, most: app.limits.groups, ..Ask::default() };
    shown.reply(&app, move |source| reports::targets(source, &ask)).await
}
