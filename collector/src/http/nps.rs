//! The Net Promoter Score, in all or by group.

use std::sync::Arc;

use axum::Json as Reply;
use axum::extract::State;
use serde::Deserialize;
use utoipa::IntoParams;
use wire::Problem;
use wire::report::NpsReport;

use super::body::Query;
use super::caller::Reader;
use super::error::Error;
use super::period;
use crate::domain::limits::Limits;
use crate::facts::Facts;
use crate::store::Store;

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub(super) struct NpsQuery {
    /// Only this survey.
    survey: Option<String>,
    /// From this time or date on.
    from: Option<String>,
    /// Before this time or date.
    to: Option<String>,
    /// `agent`, a kind of unit such as `team`, `survey`, or any attribute.
    by: Option<String>,
    /// `key:value`, such as `region:north`; may be repeated, and all must hold.
    #[serde(default, rename = "where")]
    filters: Vec<String>,
}

/// The NPS with n, counts, distribution and 95 % interval; of everything that matches and of each group.
#[utoipa::path(get, path = "/v1/nps", operation_id = "nps_report", tag = "results", security(("key" = ["read"])), params(NpsQuery),
    responses((status = 200, body = NpsReport), (status = 400, body = Problem), (status = 404, body = Problem, description = "unknown survey")))]
pub(super) async fn report(
    _: Reader,
    State(store): State<Store>,
    State(facts): State<Arc<Facts>>,
    State(limits): State<Arc<Limits>>,
    Query(asked): Query<NpsQuery>,
) -> Result<Reply<NpsReport>, Error> {
    let query =
        period::query(asked.survey.as_deref(), asked.from.as_deref(), asked.to.as_deref(), &asked.filters)?;
    period::check_survey(&query, &store)?;
    let by = asked.by.filter(|by| !by.is_empty());
    let organisation = store.catalog().organisation();
    // Milliseconds of counting: not on the threads that serve everybody.
    let counted = tokio::task::spawn_blocking(move || {
        let (total, groups) = facts.report(&query, by.as_deref(), limits.groups, &organisation)?;
        Ok::<_, Error>(NpsReport {
            survey: query.survey,
            from: query.from.map(|at| at.to_string()),
            to: query.to.map(|at| at.to_string()),
            by,
            total,
            groups,
        })
    });
    counted.await.map_err(|panic| Error::Internal(panic.to_string()))?.map(Reply)
}
