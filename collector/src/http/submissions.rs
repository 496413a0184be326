//! Answers arrive.

use std::sync::Arc;

use axum::Json as Reply;
use axum::extract::{FromRequest, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use jiff::Timestamp;
use uuid::Uuid;
use wire::{FieldProblem, Problem, Receipt, Submission, Survey, rules};

use super::App;
use super::body::{BodyLimit, WidgetJson};
use super::error::{Error, ToCustomer};
use super::forms::{Languages, check_origin};
use super::visitors::{self, Visitor};
use crate::domain::customers::Customer;
use crate::domain::passes::{self, Pass};
use crate::domain::responses::Checked;
use crate::domain::visits::{Channel, Device};
use crate::domain::{count_characters, open};
use crate::store::{RecordError, Store};

/// A submission that is not too large; a pass in it does not count.
pub(super) struct Sent(Submission);

impl<S: Send + Sync> FromRequest<S> for Sent {
    type Rejection = Error;

    async fn from_request(request: Request, state: &S) -> Result<Self, Error> {
        let limit = request.extensions().get::<BodyLimit>().map_or(0, |limit| limit.0);
        let (read, bytes) = WidgetJson::<Submission>::sized(request, state).await?;
        let pass = read.as_ref().map_or(0, |read| match &*read.0.token {
            token if passes::looks_like_one(token) => token.len(),
            _ => 0,
        });
        if bytes > limit + pass { Err(Error::TooLarge(limit)) } else { read.map(|read| Self(read.0)) }
    }
}

/// Records answers. The reply is given once they are on disk; sending the same again changes nothing.
#[utoipa::path(post, path = "/v1/submissions", tag = "public", request_body = Submission,
    responses((status = 201, body = Receipt, description = "a new response"), (status = 200, body = Receipt, description = "known, or changed"),
        (status = 400, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem), (status = 410, body = Problem),
        (status = 413, body = Problem), (status = 415, body = Problem), (status = 422, body = Problem),
        (status = 503, body = Problem, description = "nothing was stored; send again after Retry-After seconds")))]
pub(super) async fn submit(
    State(app): State<App>,
    headers: HeaderMap,
    body: Result<Sent, Error>,
) -> Result<(StatusCode, Reply<Receipt>), ToCustomer> {
    let language = body.as_ref().ok().and_then(|Sent(submission)| submission.language.clone());
    let languages = Languages::read(language.as_deref(), &headers);
    let recorded = match body {
        Ok(Sent(submission)) => record(&app, &headers, submission).await,
        Err(error) => Err(error),
    };
    let (new, receipt) = recorded.map_err(|error| error.for_customer(languages.first()))?;
    Ok((if new { StatusCode::CREATED } else { StatusCode::OK }, Reply(receipt)))
}

/// Also says whether it made a new response.
pub(super) async fn record(
    app: &App,
    headers: &HeaderMap,
    submission: Submission,
) -> Result<(bool, Receipt), Error> {
    let now = (app.clock)();
    let survey = find_survey(&app.store, &submission)?;
    check_origin(&survey, headers, &app.pages)?;
    let visitor = visitors::read(app, &submission.token, &survey, now)?;
    let channel = match &visitor {
        Visitor::Invited(_) | Visitor::Trial => Channel::Link,
        Visitor::Anybody => Channel::Page,
        Visitor::Signed(_) => Channel::Login,
    };
    let user_agent = headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok());
    let checked = check(submission, &survey, channel, user_agent.map(Device::of))?;
    let (key, invite) = match visitor {
        Visitor::Trial => return Ok((true, checked.as_if_stored())),
        Visitor::Invited(key) => (key, None),
        Visitor::Anybody => {
            let invitation = open::invite(&survey, &checked.submission, now, &app.limits);
            let invitation = invitation.map_err(|fields| Error::Invalid("submission", fields))?;
            (open::key(&survey, checked.id), Some((invitation, Customer::default())))
        }
        Visitor::Signed(pass) => return record_signed(app, *pass, checked, survey, now).await,
    };
    count(app.store.record(key, invite, checked, survey, now).await?)
}

/// Who has begun by a pass that has expired since may finish; begin by it, nobody.
async fn record_signed(
    app: &App,
    pass: Pass,
    checked: Checked,
    survey: Arc<Survey>,
    now: Timestamp,
) -> Result<(bool, Receipt), Error> {
    let key = pass.key;
    let (invite, expired) = match pass.unexpired(now) {
        Ok(Pass { invitation, customer, .. }) => (Some((invitation, customer)), None),
        Err(expired) => (None, Some(expired)),
    };
    let recorded = app.store.record(key, invite, checked, survey, now).await;
    match (recorded, expired) {
        (Err(RecordError::UnknownToken), Some(expired)) => Err(expired.into()),
        (recorded, _) => count(recorded?),
    }
}

fn count((new, receipt): (bool, Receipt)) -> Result<(bool, Receipt), Error> {
    metrics::counter!("hearback_submissions_total", "new" => if new { "yes" } else { "no" }).increment(1);
    Ok((new, receipt))
}

/// The survey in force, with the questions of the version that the form had: who may ask and for how long an answer can be
/// changed is not for an older version to say. A version that is gone or was never there means the newest.
fn find_survey(store: &Store, submission: &Submission) -> Result<Arc<Survey>, Error> {
    let catalog = store.catalog();
    let newest =
        catalog.survey(&submission.survey).ok_or_else(|| Error::UnknownSurvey(submission.survey.clone()))?;
    let shown = submission.version.filter(|version| *version != newest.version);
    Ok(match shown.and_then(|version| catalog.survey_version(&submission.survey, version)) {
        Some(shown) => Arc::new(Survey {
            version: shown.version,
            questions: shown.questions.clone(),
            languages: shown.languages.clone(),
            ..Survey::clone(&newest)
        }),
        None => newest,
    })
}

fn check(
    mut submission: Submission,
    survey: &Survey,
    channel: Channel,
    device: Option<Device>,
) -> Result<Checked, Error> {
    let mut problems =
        rules::check(&survey.questions, &submission.answers, submission.complete, &count_characters);
    let id = submission.id.parse::<Uuid>();
    if id.is_err() {
        problems.insert(0, FieldProblem::new("id", "a UUID made by the client"));
    }
    // A client may send any text; only a language of the survey is kept.
    submission.language = submission.language.filter(|language| survey.languages.contains(language));
    match id {
        Ok(id) if problems.is_empty() => {
            let score = rules::score(&survey.questions, &submission.answers);
            Ok(Checked {
                submission,
                id,
                response: Uuid::new_v4(),
                version: survey.version,
                score,
                channel,
                device,
            })
        }
        _ => Err(Error::Invalid("submission", problems)),
    }
}
