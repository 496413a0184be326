//! The survey as plain pages, without any script: for browsers that run none, in a frame where the widget can't run, and
//! for companies without a page of their own.
//!
//! Each page asks some questions ([`crate::domain::plain`] says which) and posts them to itself. What is posted goes the
//! same way as a widget's submissions: a step is an incomplete one, the last step a complete one. After that the browser
//! is sent on to the next page, so that loading it again posts nothing. Only a post records anything: programs that look
//! into mail open every link.
//!
//! A form's submission has an id of its own each time it is drawn, unless the survey is open (`Visit::submission`). The
//! same form sent twice is one submission, and a form found by going back is another, which changes the answer.

mod acknowledge;
mod arrival;
mod asked;
mod headers;
mod leave;
mod page;
mod questions;
mod scale;
mod step;
mod style;
mod visit;

use axum::Form as Posted;
use axum::extract::rejection::FormRejection;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use uuid::Uuid;
use wire::{Answers, Question, Submission, rules};

use super::error::Error;
use super::{App, submissions};
use crate::domain::plain::{Merged, Steps, merge, mistakes, read};

use asked::Asked;
use step::{Notice, StepPage};
use visit::{Door, Purpose, Refused, Visit};

pub(super) use acknowledge::{acknowledge, show as show_acknowledge};
pub(super) use arrival::{arrive, find};
pub(super) use headers::is_from_here;
pub(super) use leave::{leave, show as show_leave};
pub(super) use style::{bare_style, style};

/// Names and values, in the order in which they came.
type Pairs = Vec<(String, String)>;

/// The submission's id in a form. No question can be called so.
const ID: &str = "hb-id";

/// The button that goes back.
const BACK: &str = "hb-back";

/// A page that says why there are no questions, before anybody has looked who asks.
pub(super) fn refuse(error: Error, language: &str) -> Response {
    page::refusal(&Refused { error, language: language.to_owned(), survey: None })
}

/// `GET /s/{token}`.
pub(super) async fn show(
    State(app): State<App>,
    Path(token): Path<String>,
    Query(query): Query<Pairs>,
    headers: HeaderMap,
) -> Response {
    look(&app, &Door::Personal(token), Asked::read(query), &headers).await
}

/// `GET /o/{survey}`.
pub(super) async fn show_open(
    State(app): State<App>,
    Path(survey): Path<String>,
    Query(query): Query<Pairs>,
    headers: HeaderMap,
) -> Response {
    look(&app, &Door::Open(survey), Asked::read(query), &headers).await
}

/// `POST /s/{token}`: the answers of a step.
pub(super) async fn answer(
    State(app): State<App>,
    Path(token): Path<String>,
    Query(query): Query<Pairs>,
    headers: HeaderMap,
    posted: Result<Posted<Pairs>, FormRejection>,
) -> Response {
    receive(&app, &Door::Personal(token), Asked::read(query), &headers, posted).await
}

/// `POST /o/{survey}`: the same.
pub(super) async fn answer_open(
    State(app): State<App>,
    Path(survey): Path<String>,
    Query(query): Query<Pairs>,
    headers: HeaderMap,
    posted: Result<Posted<Pairs>, FormRejection>,
) -> Response {
    receive(&app, &Door::Open(survey), Asked::read(query), &headers, posted).await
}

/// A step, or the words of thanks.
async fn look(app: &App, door: &Door, asked: Asked, headers: &HeaderMap) -> Response {
    match Visit::begin(app, door, &asked, Purpose::Look, headers).await.and_then(|visit| draw(visit, &asked))
    {
        Ok(response) => response,
        Err(refused) => page::refusal(&refused),
    }
}

fn draw(visit: Visit, asked: &Asked) -> Result<Response, Refused> {
    let finished = visit.receipt.as_ref().filter(|receipt| receipt.complete);
    if let Some(category) = finished.filter(|_| asked.thanks).and_then(|receipt| receipt.category) {
        return Ok(page::thanks(&visit, category));
    }
    let visit = visit.open()?;
    let mut answers = visit.known.clone();
    let steps = Steps::new(&visit.form.questions, visit.form.layout, &visit.known);
    let step = steps.find(&asked.at);
    asked.prefill(&visit.form.questions, &mut answers);
    let notice = match &visit.receipt {
        Some(receipt) if !receipt.complete && receipt.score.is_some() => Notice::Saved,
        _ => Notice::None,
    };
    let page = StepPage {
        visit: &visit,
        asked,
        steps: &steps,
        step,
        answers: &answers,
        mistakes: &[],
        id: visit.submission(None).0,
        notice,
    };
    Ok(page.respond(StatusCode::OK))
}

async fn receive(
    app: &App,
    door: &Door,
    mut asked: Asked,
    headers: &HeaderMap,
    posted: Result<Posted<Pairs>, FormRejection>,
) -> Response {
    match (door, &posted) {
        // Whoever goes back to the first form goes on with what was begun by it.
        (Door::Open(_), Ok(Posted(fields))) => {
            asked.hear(fields);
            asked.begun = asked.begun.or(id(fields));
        }
        (Door::Open(_), Err(_)) => {}
        (Door::Personal(_), _) => asked.forget_told(),
    }
    let visit = match Visit::begin(app, door, &asked, Purpose::Answer, headers).await.and_then(Visit::open) {
        Ok(visit) => visit,
        Err(refused) => return page::refusal(&refused),
    };
    let error = match posted {
        Ok(_) if !headers::is_from_here(headers, &app.pages) => {
            let origin = headers.get(header::ORIGIN).and_then(|origin| origin.to_str().ok());
            let origin = origin.unwrap_or("another origin").to_owned();
            Error::OriginNotAllowed { origin, survey: visit.survey.id.clone() }
        }
        Ok(Posted(fields)) => return take(app, &visit, asked, &fields).await,
        Err(rejection) if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE => {
            Error::TooLarge(app.limits.submission_bytes)
        }
        Err(rejection) => Error::Body(rejection.body_text(), Vec::new()),
    };
    page::refusal(&visit.refused(error))
}

/// The submission's id in what was posted.
fn id(fields: &Pairs) -> Option<Uuid> {
    fields.iter().find(|(name, _)| name == ID).and_then(|(_, id)| id.parse().ok())
}

/// Records what was posted and sends the customer on; or says what is wrong, with everything that was typed.
async fn take(app: &App, visit: &Visit, mut asked: Asked, fields: &Pairs) -> Response {
    let (questions, layout) = (&visit.form.questions, visit.form.layout);
    let before = Steps::new(questions, layout, &visit.known);
    let step = before.find(&asked.at);
    let places = before.asked(step);
    let shown: Vec<&Question<String>> = places.iter().map(|place| &questions[*place]).collect();
    let Merged { answers, mut changes } = merge(&visit.known, &shown, read(&shown, fields));

    let goes_back = fields.iter().any(|(name, _)| name == BACK);
    let submission = visit.submission(id(fields));
    asked.begun = visit.is_anybody().then_some(submission.0);
    let mut mistakes = mistakes(questions, &places, &answers);
    // Nobody has to answer a question to get away from it.
    mistakes.retain(|mistake| !(goes_back && mistake.missing));

    let after = Steps::new(questions, layout, &answers);
    let next =
        if goes_back { before.before(step).or(Some(step)) } else { after.after(step).or(after.missing()) };
    let complete = next.is_none() && mistakes.is_empty();
    // What is right counts, whatever is wrong beside it.
    for mistake in &mistakes {
        let question = &questions[mistake.question];
        rules::parts(question).iter().for_each(|part| drop(changes.remove(&rules::name(question, *part))));
    }
    let recorded = record(app, visit, &asked, submission, complete, &answers, changes).await;

    let page = |notice| StepPage {
        visit,
        asked: &asked,
        steps: &before,
        step,
        answers: &answers,
        mistakes: &mistakes,
        id: submission.0,
        notice,
    };
    match recorded {
        Err(error @ Error::Unavailable(_)) => page(Notice::Unavailable).respond_with(&error),
        Err(error @ Error::TooLarge(_)) => page(Notice::TooLarge).respond_with(&error),
        Err(error) => page::refusal(&visit.refused(error)),
        Ok(()) if !mistakes.is_empty() => {
            page(Notice::Mistakes).respond_with(&Error::Invalid("submission", Vec::new()))
        }
        Ok(()) => {
            let address = next.map_or_else(|| asked.thanks(), |next| asked.step(after.name(next)));
            (StatusCode::SEE_OTHER, [(header::LOCATION, address)]).into_response()
        }
    }
}

/// Hands over what a widget would: of an unfinished survey what is new, of a finished one everything.
async fn record(
    app: &App,
    visit: &Visit,
    asked: &Asked,
    (id, revision): (Uuid, u32),
    complete: bool,
    answers: &Answers,
    changes: Answers,
) -> Result<(), Error> {
    let answers = if complete {
        let mut all = answers.clone();
        rules::prune(&visit.form.questions, &mut all);
        all
    } else if changes.is_empty() {
        return Ok(());
    } else {
        changes
    };
    let submission = Submission {
        id: id.to_string(),
        revision,
        survey: visit.form.survey.clone(),
        version: Some(visit.form.version),
        token: visit.token.clone(),
        language: Some(visit.form.language.clone()),
        complete,
        answers,
        agent: asked.agent.clone(),
        attributes: asked.attributes.clone().into(),
    };
    let (most, bytes) =
        (app.limits.submission_bytes, serde_json::to_vec(&submission).map_or(0, |it| it.len()));
    if bytes > most {
        return Err(Error::TooLarge(most));
    }
    submissions::record(app, &HeaderMap::new(), submission).await.map(drop)
}
