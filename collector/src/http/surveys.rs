//! Surveys: listed, shown, pushed.

use axum::Json as Reply;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::ToSchema;
use wire::{FieldProblem, Problem, Survey};

use super::body::Json;
use super::caller::{Administrator, Viewer};
use super::error::Error;
use crate::domain::limits::Limits;
use crate::domain::pages::Pages;
use crate::domain::surveys::check;
use crate::store::{Pushed, Store};

/// The largest survey, as JSON, bytes: larger records would leave the database's synced file.
const MAX_SURVEY_BYTES: usize = 56 * 1024;

/// One survey in a list.
#[derive(Serialize, Deserialize, ToSchema)]
pub struct SurveySummary {
    /// Its id.
    pub id: String,
    /// Its newest version.
    pub version: u32,
    /// Its name.
    pub name: String,
    /// Its languages.
    pub languages: Vec<String>,
    /// How many questions it has.
    pub questions: usize,
}

/// Every survey, by id.
#[utoipa::path(get, path = "/v1/surveys", operation_id = "list_surveys", tag = "surveys", security(("key" = ["read"])),
    responses((status = 200, body = Vec<SurveySummary>), (status = 401, body = Problem), (status = 403, body = Problem)))]
pub(super) async fn list(_: Viewer, State(store): State<Store>) -> Reply<Vec<SurveySummary>> {
    let summary = |survey: Arc<Survey>| SurveySummary {
        id: survey.id.clone(),
        version: survey.version,
        name: survey.name.clone(),
        languages: survey.languages.clone(),
        questions: survey.questions.len(),
    };
    Reply(store.catalog().surveys().into_iter().map(summary).collect())
}

/// The newest version of a survey.
#[utoipa::path(get, path = "/v1/surveys/{survey}", operation_id = "show_survey", tag = "surveys", security(("key" = ["read"])),
    params(("survey" = String, Path, description = "The survey's id")),
    responses((status = 200, body = Survey), (status = 404, body = Problem)))]
pub(super) async fn show(
    _: Viewer,
    State(store): State<Store>,
    Path(id): Path<String>,
) -> Result<Reply<Survey>, Error> {
    let survey = store.catalog().survey(&id).ok_or(Error::NotFound { what: "survey", id })?;
    Ok(Reply(Survey::clone(&survey)))
}

/// What pushing did.
#[derive(Serialize, Deserialize, ToSchema)]
pub struct SurveyPushed {
    /// The survey's id.
    pub id: String,
    /// The version in force now.
    pub version: u32,
    /// Whether it differs from the one before.
    pub changed: bool,
}

/// Puts a survey in force: a new version, unless it is what the newest version says already.
#[utoipa::path(put, path = "/v1/surveys/{survey}", operation_id = "push_survey", tag = "surveys", security(("key" = ["admin"])),
    params(("survey" = String, Path, description = "The survey's id")), request_body = Survey,
    responses((status = 201, body = SurveyPushed), (status = 200, body = SurveyPushed, description = "no change"),
        (status = 400, body = Problem), (status = 422, body = Problem, description = "not valid; the one in force stays")))]
pub(super) async fn push(
    _: Administrator,
    State(store): State<Store>,
    State(limits): State<Arc<Limits>>,
    State(pages): State<Arc<Pages>>,
    Path(id): Path<String>,
    Json(survey): Json<Survey>,
) -> Result<(StatusCode, Reply<SurveyPushed>), Error> {
    let mut problems = check(&survey, &limits, pages.public_url.as_deref());
    problems.extend(unknown_mails(&survey, &store));
    if survey.id != id {
        problems
            .push(FieldProblem::new("id", format!("{:?} differs from the {id:?} of the address", survey.id)));
    }
    if serde_json::to_vec(&survey).is_ok_and(|json| json.len() > MAX_SURVEY_BYTES) {
        problems.push(FieldProblem::new("", format!("the survey is larger than {MAX_SURVEY_BYTES} bytes")));
    }
    if !problems.is_empty() {
        return Err(Error::Invalid("survey", problems));
    }
    let (status, version, changed) = match store.push_survey(survey).await? {
        Pushed::New(version) => (StatusCode::CREATED, version, true),
        Pushed::Unchanged(version) => (StatusCode::OK, version, false),
    };
    Ok((status, Reply(SurveyPushed { id, version, changed })))
}

/// Those that a survey thanks by and that there are not.
fn unknown_mails(survey: &Survey, store: &Store) -> Vec<FieldProblem> {
    let catalog = store.catalog();
    let mut problems = Vec::new();
    for (name, thanks) in survey.thanks.named() {
        if let Some(mail) = thanks.mail.as_deref().filter(|mail| catalog.mail(mail).is_none()) {
            problems
                .push(FieldProblem::new(format!("thanks.{name}.mail"), format!("there is no mail {mail:?}")));
        }
    }
    problems
}
