//! What a customer said last: as JSON, and as an icon.

mod picture;

use axum::body::Body;
use axum::extract::{FromRequestParts, Path, State};
use axum::http::{HeaderMap, HeaderValue, header, request::Parts};
use axum::response::Response;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use wire::{Category, FieldProblem, Problem, Score};

use super::body::Query;
use super::caller::Reader;
use super::error::Error;
use super::{App, Shared};
use crate::domain::customers::normal_email;
use crate::store::{LastScore, Lookup, Past};

pub(super) use picture::{Kind, Looks, Offered, picture};

/// What a customer said last; everything but `customer` is absent if the customer never gave a score.
#[derive(Serialize, Deserialize, ToSchema)]
pub(super) struct LastScoreView {
    /// The customer's id.
    pub(super) customer: String,
    /// The score, 0 to 10.
    pub(super) score: Option<Score>,
    /// What it says.
    pub(super) category: Option<Category>,
    /// When it was given.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub(super) at: Option<Timestamp>,
    /// How many seconds ago that is.
    pub(super) age_seconds: Option<i64>,
    /// The customer's words.
    pub(super) comment: Option<String>,
    /// The response's id.
    #[schema(value_type = Option<String>)]
    pub(super) response: Option<Uuid>,
    /// The survey's id.
    pub(super) survey: Option<String>,
    /// The score before.
    pub(super) previous: Option<PastScore>,
    /// How many customers share the address or number looked up; the one who answered last is shown.
    pub(super) matches: usize,
}

/// A score given earlier.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub(super) struct PastScore {
    /// The score, 0 to 10.
    pub(super) score: Score,
    /// What it says.
    pub(super) category: Category,
    /// When it was given.
    #[schema(value_type = String, format = DateTime)]
    pub(super) at: Timestamp,
}

/// What the `{customer}` of the address is.
#[derive(Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum By {
    /// The company's id.
    #[default]
    Id,
    /// An e-mail address.
    Email,
    /// A telephone number.
    Phone,
}

#[derive(Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub(super) struct LastScoreQuery {
    /// What the customer is looked up by: `id` (the default), `email` or `phone`.
    #[serde(default)]
    #[param(inline)]
    by: By,
    /// `json`, `svg` or `png`; without it, what the header `Accept` prefers.
    #[param(inline)]
    format: Option<Kind>,
    /// Width and height of an icon in points, 16 to 256; 32 without it. Below 32 it holds the shape and the score alone.
    size: Option<u32>,
    /// Languages for an icon's words, best first, separated by commas; without it, those of the header `Accept-Language`.
    language: Option<String>,
}

impl<S: Send + Sync> FromRequestParts<S> for LastScoreQuery {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Error> {
        // Mostly there is none, and reading nothing takes its time too.
        if parts.uri.query().is_none() {
            return Ok(Self::default());
        }
        Query::from_request_parts(parts, state).await.map(|Query(query)| query)
    }
}

/// The last score of a customer, with the one before.
///
/// By `Accept: image/svg+xml` or `image/png`, or by `format`, as an icon, which there is also for a customer who never answered
/// and for one who is not known: an icon is never an error 404.
#[utoipa::path(get, path = "/v1/customers/{customer}/last-score", tag = "results", security(("key" = ["read"])),
    params(("customer" = String, Path, description = "The customer's id, e-mail address or telephone number"), LastScoreQuery),
    responses((status = 200, content((LastScoreView = "application/json"), (String = "image/svg+xml"), (Vec<u8> = "image/png"))),
        (status = 400, body = Problem), (status = 404, body = Problem, description = "no such customer")))]
pub(super) async fn last_score(
    _: Reader,
    State(Shared(app)): State<Shared>,
    Path(customer): Path<String>,
    offered: Offered,
    LastScoreQuery { by, format, size, language }: LastScoreQuery,
) -> Result<Response, Error> {
    let kind = format.or(offered.kind).unwrap_or(Kind::Json);
    let found = app.store.last_score(lookup(&app, &customer, by)?).await?;
    let now = (app.clock)();
    if kind == Kind::Json {
        let found = found.ok_or(Error::NotFound { what: "customer", id: customer })?;
        return json(&view(found, now));
    }
    picture(found.as_ref(), kind, &Looks { size, language }, &offered.headers, now)
}

/// As `axum::Json`, but in memory that is large enough from the beginning, for the body and for the headers that every answer has.
fn json(view: &LastScoreView) -> Result<Response, Error> {
    let mut body =
        Vec::with_capacity(256 + view.comment.as_ref().map_or(0, String::len) + view.customer.len());
    serde_json::to_writer(&mut body, view).map_err(|error| Error::Internal(error.to_string()))?;
    let mut headers = HeaderMap::with_capacity(8);
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    let mut response = Response::new(Body::from(body));
    *response.headers_mut() = headers;
    Ok(response)
}

pub(super) fn lookup(app: &App, text: &str, by: By) -> Result<Lookup, Error> {
    let wrong = |detail: String| Error::Query(detail.clone(), vec![FieldProblem::new("customer", detail)]);
    match by {
        By::Id => {
            text.parse().map(Lookup::Id).map_err(|why: crate::domain::names::BadName| wrong(why.to_string()))
        }
        By::Email => normal_email(text).map(Lookup::Email).map_err(|why| wrong(why.into())),
        By::Phone => app.phones.normal(text).map(Lookup::Phone).map_err(|why| wrong(why.into())),
    }
}

pub(super) fn view(found: LastScore, now: Timestamp) -> LastScoreView {
    let last = found.last;
    let score = last.as_ref().map(|last| last.score);
    LastScoreView {
        customer: found.customer.into(),
        score,
        category: score.map(Score::category),
        at: last.as_ref().map(|last| last.at),
        age_seconds: last.as_ref().map(|last| picture::age(last.at, now)),
        response: last.as_ref().map(|last| last.response),
        previous: found.previous.map(PastScore::from),
        matches: found.matches,
        survey: last.as_ref().map(|last| last.survey.clone()),
        comment: last.and_then(|last| last.comment),
    }
}

impl From<Past> for PastScore {
    fn from(Past { score, at }: Past) -> Self {
        Self { score, category: score.category(), at }
    }
}
