//! The words that may be quoted, with nothing beside them that was not agreed to.

use axum::Json as Reply;
use axum::extract::State;
use axum::response::{IntoResponse, Response as Answered};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use wire::{Problem, Score};

use super::App;
use super::asked::{Reading, asked};
use super::body::Query;
use super::caller::Viewer;
use super::error::Error;
use super::output::{self, Accept, Format};
use super::quotes::quotable;
use super::responses::{Export, FORMATS, Page, page};
use crate::domain::quotes::Quotation;
use crate::output::{Broken, Cell, Column, Kind, Row, Table};

/// The columns of a file.
const COLUMNS: [(&str, Kind); 11] = [
    ("at", Kind::Time),
    ("survey", Kind::Text),
    ("score", Kind::Integer),
    ("category", Kind::Text),
    ("customer", Kind::Text),
    ("language", Kind::Text),
    ("words", Kind::Text),
    ("question", Kind::Text),
    ("agreed_at", Kind::Time),
    ("agreed_to", Kind::Text),
    ("response", Kind::Text),
];

/// A page of what may be quoted.
#[derive(Serialize, Deserialize, ToSchema)]
pub struct QuotesPage {
    /// In the order in which the responses were first given.
    pub quotes: Vec<Quotation>,
    /// Where the next page begins: give it as `cursor`.
    pub next: String,
    /// Whether there is more right now.
    pub more: bool,
}

asked! { QuotesQuery {
    /// Where to begin: `next` of the page before.
    cursor: Option<String>,
    /// How many at most: of a page `limits.page`, of a file as many as there are.
    limit: Option<usize>,
} }

/// What may be quoted now, oldest first: a page of it as JSON, or all of it as a file.
///
/// The customer is named only where the words may be quoted with the name. Consent that was taken back is not there any more:
/// look before each use.
#[utoipa::path(get, path = "/v1/quotes", operation_id = "list_quotes", tag = "results", security(("key" = ["read"])), params(QuotesQuery),
    responses(
        (status = 200, content((QuotesPage = "application/json"), (Quotation = "application/x-ndjson"), (String = "text/csv"),
            (Vec<u8> = "application/vnd.apache.parquet"))),
        (status = 400, body = Problem), (status = 404, body = Problem, description = "unknown survey"),
        (status = 406, body = Problem, description = "in none of the forms that the request accepts")))]
pub(super) async fn list(
    Viewer(sees): Viewer,
    State(app): State<App>,
    accept: Accept,
    Query(asked): Query<QuotesQuery>,
) -> Result<Answered, Error> {
    let format = accept.choose(asked.format.as_deref(), &FORMATS)?;
    let (mut reading, mut query) = Reading::begin(&app, asked.asked(), &sees)?;
    query.condition = query.condition.and(quotable(true));
    let from = reading.cursor(asked.cursor.as_deref());
    reading.end()?;
    let App { store, facts, limits, .. } = app;
    if format == Format::Json {
        let Page { responses, next, more } = page(store, facts, &limits, query, from, asked.limit).await?;
        let quotes = responses.into_iter().filter_map(Quotation::of).collect();
        return Ok(Reply(QuotesPage { quotes, next, more }).into_response());
    }
    let export = Export::start(store, facts, query, from, asked.limit).await?;
    output::table(format, table(export)).await
}

fn table(export: Export) -> Table {
    // Consent may have been taken back since the file was begun.
    let quotes = export.filter_map(|response| response.map(Quotation::of).transpose());
    Table {
        name: "quotes".to_owned(),
        columns: COLUMNS.map(|(name, kind)| Column::new(name, kind)).into(),
        rows: Box::new(quotes.map(|quote: Result<Quotation, Broken>| quote.map(row))),
    }
}

fn row(quote: Quotation) -> Row {
    let category = quote.category.map(|category| category.as_str());
    let cells: [Cell; COLUMNS.len()] = [
        quote.at.into(),
        quote.survey.into(),
        quote.score.map(Score::get).into(),
        category.into(),
        quote.customer.into(),
        quote.language.into(),
        quote.words.into(),
        quote.question.into(),
        quote.agreed_at.into(),
        quote.agreed_to.into(),
        quote.response.into(),
    ];
    cells.into()
}
