//! Other questions than the score.

use axum::extract::{Path, State};
use axum::response::Response;
use wire::report::AnswersReport;
use wire::{Kind, Problem};

use super::App;
use super::asked::{Reading, asked};
use super::body::Query;
use super::caller::Viewer;
use super::error::Error;
use super::nps::Largest;
use super::output::Accept;
use super::shown::Shown;
use crate::facts::Ask;
use crate::reports::{self, AnswersAsk, Question};

asked! { AnswersQuery {
    /// What to group by, up to three; see `/v1/nps`.
    #[serde(default)]
    by: Vec<String>,
    /// The parts of time of a trend: `hour`, `day`, `week`, `month`, `quarter`, `year`.
    every: Option<String>,
    /// With what to compare: `previous` period, a period (`2026-01-01..2026-02-01`), the `rest` of each group, or the key of one group.
    compare: Option<String>,
    /// Only so many of the largest groups; the others are summed.
    top: Option<usize>,
} }

/// The answers to one question: satisfaction (the share of the two best) and mean of a rating, effort, the share of each
/// choice.
#[utoipa::path(get, path = "/v1/answers/{question}", operation_id = "answers_report", tag = "results", security(("key" = ["read"])),
    params(("question" = String, Path, description = "The question's id"), AnswersQuery),
    responses((status = 200, content((AnswersReport = "application/json"), (String = "text/csv"), (String = "image/svg+xml"))), (status = 400, body = Problem), (status = 406, body = Problem), (status = 404, body = Problem, description = "unknown survey, or no such question")))]
pub(super) async fn report(
    Viewer(sees): Viewer,
    State(app): State<App>,
    Path(id): Path<String>,
    accept: Accept,
    Query(asked): Query<AnswersQuery>,
) -> Result<Response, Error> {
    let shown = Shown::read::<AnswersReport>(&app, &accept, &asked.asked())?;
    let (mut reading, query) = Reading::begin(&app, asked.asked(), &sees)?;
    let question = find(&app, query.survey.as_deref(), &id)?;
    let by = reading.by(&asked.by);
    let every = reading.every(asked.every.as_deref());
    reading.number("top", asked.top, 1..=app.limits.groups);
    let compare = reading.compare(asked.compare.as_deref(), &by, &query.period);
    reading.end()?;
    let top = Largest::N.top(asked.top);
    let ask = Ask { query, by, every, top, most: app.limits.groups, ..Ask::default() };
    let asking = AnswersAsk { question, ask, compare };
    shown.reply(&app, move |source| reports::answers(source, &asking)).await
}

/// The question of the survey, or of the first that has one of this id, if its answers can be counted.
fn find(app: &App, survey: Option<&str>, id: &str) -> Result<Question, Error> {
    let catalog = app.store.catalog();
    let surveys = catalog.surveys();
    let wanted = surveys.iter().filter(|of| survey.is_none_or(|survey| of.id == survey));
    let found = wanted.flat_map(|survey| &survey.questions).find(|question| question.id == id);
    match found {
        None => Err(Error::NotFound { what: "question", id: id.to_owned() }),
        Some(question) => match question.kind {
            Kind::Rating | Kind::Ces | Kind::Choice | Kind::Choices => Ok(Question {
                id: question.id.clone(),
                kind: question.kind,
                points: question.points.unwrap_or(5),
            }),
            Kind::Nps => Err(Error::Query(format!("{id:?} is the score: GET /v1/nps"), Vec::new())),
            kind => Err(Error::Query(
                format!("{id:?} is of kind {}: nothing of it is counted", kind.as_str()),
                Vec::new(),
            )),
        },
    }
}
