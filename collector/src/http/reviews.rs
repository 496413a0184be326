//! Links to tell others: that somebody has followed one, and how many have.
//!
//! A page tells it by a `POST`, once for each time it was drawn: programs that follow the links in a mail make none. It tells the
//! link and the category, and nothing of the customer.

use axum::Json as Reply;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use jiff::civil::Date;
use serde::Deserialize;
use utoipa::IntoParams;
use wire::{Category, Problem, Survey};

use super::App;
use super::body::Query;
use super::caller::Reader;
use super::error::Error;
use super::forms::{check_origin, host};
use super::plain::is_from_here;
use crate::domain::pages::Pages;
use crate::domain::reviews::{self, ReviewsReport};
use crate::domain::{dates, surveys};

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub(super) struct FollowedQuery {
    /// Where the link leads.
    url: String,
    /// What the customer's score says: `promoter`, `passive` or `detractor`.
    category: Category,
}

/// Counts that somebody has followed a link to tell others. From the page on which a survey is tried out it counts nothing.
#[utoipa::path(post, path = "/v1/surveys/{survey}/reviews/followed", operation_id = "follow_review", tag = "public",
    params(("survey" = String, Path, description = "The survey's id"), FollowedQuery),
    responses((status = 204), (status = 400, body = Problem), (status = 403, body = Problem, description = "the page's origin is not allowed"),
        (status = 404, body = Problem, description = "unknown survey, or no such link for such a customer")))]
pub(super) async fn follow(
    State(app): State<App>,
    Path(id): Path<String>,
    headers: HeaderMap,
    Query(FollowedQuery { url, category }): Query<FollowedQuery>,
) -> Result<StatusCode, Error> {
    let survey = app.survey(&id)?;
    if !reviews::is_offered(&survey, &url, category) {
        return Err(Error::NotFound { what: "link to tell others", id: url });
    }
    if is_counted(&survey, &headers, &app.pages)? {
        let day = (app.clock)().to_zoned(zone(&app, &survey)).date();
        app.store.follow_review(id, url, category, day).await?;
    }
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub(super) struct ReviewsQuery {
    /// From this day on.
    from: Option<String>,
    /// Before this day.
    to: Option<String>,
}

/// How many customers have followed each link to tell others, by category. Days are those of the survey's time zone. A link in a
/// mail leads straight to its site, and is not counted.
#[utoipa::path(get, path = "/v1/surveys/{survey}/reviews", operation_id = "reviews_followed", tag = "results", security(("key" = ["read"])),
    params(("survey" = String, Path, description = "The survey's id"), ReviewsQuery),
    responses((status = 200, body = ReviewsReport), (status = 400, body = Problem), (status = 404, body = Problem, description = "unknown survey")))]
pub(super) async fn report(
    _: Reader,
    State(app): State<App>,
    Path(id): Path<String>,
    Query(asked): Query<ReviewsQuery>,
) -> Result<Reply<ReviewsReport>, Error> {
    let survey = app.survey(&id)?;
    let (from, to) = (day("from", asked.from.as_deref())?, day("to", asked.to.as_deref())?);
    if from.zip(to).is_some_and(|(from, to)| from >= to) {
        return Err(Error::parameter("from", "is not before `to`"));
    }
    let days = app.store.reviews_followed(id.clone(), from, to).await?;
    Ok(Reply(ReviewsReport { survey: id, from, to, reviews: reviews::sum(&survey, days) }))
}

/// Whether it was a customer's page that told: the company's; or ours without a script, where the browser tells by itself and says so
/// (`Ping-To`). Otherwise our own pages are those on which a survey is tried out.
fn is_counted(survey: &Survey, headers: &HeaderMap, pages: &Pages) -> Result<bool, Error> {
    let origin = headers.get(header::ORIGIN).and_then(|origin| origin.to_str().ok()).unwrap_or("null");
    if surveys::allows_origin(survey, origin) {
        return Ok(true);
    }
    if pages.are_at(origin, host(headers)) {
        return Ok(headers.contains_key("ping-to"));
    }
    // Our pages tell nobody where their reader comes from: not even us.
    if origin == "null" && is_from_here(headers, pages) {
        return Ok(true);
    }
    check_origin(survey, headers, pages).map(|()| true)
}

fn zone(app: &App, survey: &Survey) -> jiff::tz::TimeZone {
    let own = survey.time_zone.as_deref().and_then(dates::time_zone);
    own.unwrap_or_else(|| app.store.catalog().organisation().zone())
}

fn day(name: &str, text: Option<&str>) -> Result<Option<Date>, Error> {
    let text = text.filter(|text| !text.is_empty());
    text.map(dates::read).transpose().map_err(|why| Error::parameter(name, why))
}
