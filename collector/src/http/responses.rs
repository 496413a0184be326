//! Responses: a page at a time, or all of them as a file.

mod export;

use std::sync::Arc;

use axum::Json as Reply;
use axum::extract::State;
use axum::http::{HeaderName, HeaderValue};
use axum::response::{IntoResponse, Response as Answered};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use wire::Problem;

use super::App;
use super::asked::{Reading, asked};
use super::body::Query;
use super::caller::Viewer;
use super::error::Error;
use super::output::{self, Accept, Format};
use super::quotes::quotable;
use crate::domain::limits::Limits;
use crate::domain::responses::{Response, ResponseView};
use crate::facts::Facts;
use crate::store::Store;

pub(super) use export::Export;

/// The forms that responses can have.
pub(super) const FORMATS: [Format; 5] =
    [Format::Json, Format::Ndjson, Format::Csv, Format::Excel, Format::Parquet];

/// Where a later file goes on: what `next` is to a page.
const NEXT: HeaderName = HeaderName::from_static("hearback-next");

/// A page of responses.
#[derive(Serialize, Deserialize, ToSchema)]
pub(super) struct ResponsesPage {
    /// In the order in which they were first given.
    pub(super) responses: Vec<ResponseView>,
    /// Where the next page begins: give it as `cursor`. Stable for ever: a later call with it gives what came since.
    pub(super) next: String,
    /// Whether there is more right now.
    pub(super) more: bool,
}

asked! { ResponsesQuery {
    /// Only what was given or changed at this time or date, or after.
    updated_since: Option<String>,
    /// Where to begin: `next` of the page before.
    cursor: Option<String>,
    /// Only those whose words may be quoted (`true`), or may not (`false`).
    quotable: Option<bool>,
    /// How many at most: of a page `limits.page`, of a file as many as there are.
    limit: Option<usize>,
} }

/// Responses, oldest first: a page of them as JSON, or all of them as a file.
///
/// A file holds everything that matches and was there when it was asked for, and the header `hearback-next` says where a later
/// one goes on. As NDJSON a line is what an element of a page is; as CSV and Parquet there is a column for each attribute
/// (`attribute.region`) and each answer (`answer.why`). In CSV several choices are joined by `; `, and a text that begins like a
/// formula has an apostrophe before it. A connection that ends early breaks off: what came is not the whole file.
///
/// To hear of what is new, follow `next`. To hear of what is changed too (a score is stored when it is chosen, the comment
/// comes later), remember when you asked, and ask next time for everything `updated_since` a minute before, from the first page
/// to the last: answers may be on their way to the disk while you ask. Each change comes at least once; the newest
/// `updated_at` of an `id` holds.
#[utoipa::path(get, path = "/v1/responses", operation_id = "list_responses", tag = "results", security(("key" = ["read"])), params(ResponsesQuery),
    responses(
        (status = 200, content((ResponsesPage = "application/json"), (ResponseView = "application/x-ndjson"), (String = "text/csv"),
            (Vec<u8> = "application/vnd.apache.parquet")),
            headers(("hearback-next" = String, description = "of a file without a limit: the cursor of what comes after it"))),
        (status = 400, body = Problem), (status = 404, body = Problem, description = "unknown survey"),
        (status = 406, body = Problem, description = "in none of the forms that the request accepts")))]
pub(super) async fn list(
    Viewer(sees): Viewer,
    State(app): State<App>,
    accept: Accept,
    Query(asked): Query<ResponsesQuery>,
) -> Result<Answered, Error> {
    let format = accept.choose(asked.format.as_deref(), &FORMATS)?;
    let (mut reading, mut query) = Reading::begin(&app, asked.asked(), &sees)?;
    query.updated_since = reading.time("updated_since", asked.updated_since.as_deref());
    if let Some(may) = asked.quotable {
        query.condition = query.condition.and(quotable(may));
    }
    let from = reading.cursor(asked.cursor.as_deref());
    reading.end()?;
    let App { store, facts, limits, .. } = app;
    if format == Format::Json {
        let Page { responses, next, more } = page(store, facts, &limits, query, from, asked.limit).await?;
        let responses = responses.into_iter().map(ResponseView::from).collect();
        return Ok(Reply(ResponsesPage { responses, next, more }).into_response());
    }
    file(format, store, facts, query, from, asked.limit).await
}

/// A part of the responses that match.
pub(super) struct Page {
    pub(super) responses: Vec<Response>,
    pub(super) next: String,
    pub(super) more: bool,
}

/// The responses that match from a place on, as many as a page has.
pub(super) async fn page(
    store: Store,
    facts: Arc<Facts>,
    limits: &Limits,
    query: crate::facts::Query,
    from: u64,
    limit: Option<usize>,
) -> Result<Page, Error> {
    let limit = limit.unwrap_or(limits.page.min(100));
    if !(1..=limits.page).contains(&limit) {
        return Err(Error::parameter("limit", format!("1 to {} (limits.page)", limits.page)));
    }
    let organisation = store.catalog().organisation();
    // One more than asked for tells whether there is more.
    let found = tokio::task::spawn_blocking(move || facts.find(&query, from, limit + 1, &organisation)).await;
    let mut rows = found.map_err(|panic| Error::Internal(panic.to_string()))??;
    let more = rows.len() > limit;
    rows.truncate(limit);
    let next = rows.last().map_or(from, |last| last + 1).to_string();
    let responses = store.responses(rows).await?.into_iter().map(|(_, response)| response).collect();
    Ok(Page { responses, next, more })
}

async fn file(
    format: Format,
    store: Store,
    facts: Arc<Facts>,
    query: crate::facts::Query,
    from: u64,
    limit: Option<usize>,
) -> Result<Answered, Error> {
    let export = Export::start(store, facts, query, from, limit).await?;
    // With a limit, the last row is known when it was sent.
    let next = limit.is_none().then(|| HeaderValue::from(export.end));
    let mut answer = match format {
        Format::Ndjson => {
            let name = export.name();
            output::file(format, &name, export.lines()).await?
        }
        _ => {
            let table = tokio::task::spawn_blocking(move || export.table()).await;
            output::table(format, table.map_err(|panic| Error::Internal(panic.to_string()))?).await?
        }
    };
    answer.headers_mut().extend(next.map(|next| (NEXT, next)));
    Ok(answer)
}
