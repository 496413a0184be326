//! What a customer's browser asks for: the survey as this customer sees it, and the words of the thank-you page.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, header};
use jiff::Timestamp;
use serde::Deserialize;
use utoipa::IntoParams;
use wire::form::ThanksPage;
use wire::{Category, Form, Problem, Survey};

use super::App;
use super::body::Query;
use super::error::{Error, ToCustomer};
use super::visitors::{self, Visitor};
use crate::domain::pages::Pages;
use crate::domain::passes::Pass;
use crate::domain::responses;
use crate::domain::surveys::{self, Personal, pick_language};
use crate::store::Store;

/// The languages the customer reads, best first.
pub(super) struct Languages(Vec<String>);

impl Languages {
    /// From a comma-separated list of tags, or else from the browser's own header.
    pub(super) fn read(listed: Option<&str>, headers: &HeaderMap) -> Self {
        let header = || headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
        let list = listed.filter(|list| !list.is_empty()).or_else(header).unwrap_or_default();
        let tag = |item: &str| item.split(';').next().unwrap_or_default().trim().to_owned();
        Self(list.split(',').map(tag).filter(|tag| !tag.is_empty()).collect())
    }

    /// Puts the customer's own language first, if it is known.
    fn prefer(&mut self, language: Option<&str>) {
        self.0.splice(..0, language.map(str::to_owned));
    }

    pub(super) fn wanted(&self) -> Vec<&str> {
        self.0.iter().map(String::as_str).collect()
    }

    /// The one for a sentence about an error: before a survey is known, what the customer reads best.
    pub(super) fn first(&self) -> &str {
        self.0.first().map_or("en", String::as_str)
    }
}

/// The host that a request was sent to.
pub(super) fn host(headers: &HeaderMap) -> Option<&str> {
    headers.get(header::HOST)?.to_str().ok()
}

/// Refuses pages of origins that the survey does not name and that are not our own. A request without an origin comes
/// from no page.
pub(super) fn check_origin(survey: &Survey, headers: &HeaderMap, pages: &Pages) -> Result<(), Error> {
    let Some(origin) = headers.get(header::ORIGIN) else {
        return Ok(());
    };
    let origin = origin.to_str().unwrap_or_default();
    if surveys::allows_origin(survey, origin) || pages.are_at(origin, host(headers)) {
        Ok(())
    } else {
        Err(Error::OriginNotAllowed { origin: origin.to_owned(), survey: survey.id.clone() })
    }
}

#[derive(Deserialize, IntoParams)]
pub(super) struct FormQuery {
    /// The token of the personal link, or the pass that the company's server signed; nothing, where the survey is open.
    #[serde(default)]
    token: String,
    /// Languages the page and the browser prefer, best first, separated by commas.
    #[serde(default)]
    language: Option<String>,
}

/// The survey as one customer sees it.
#[utoipa::path(get, path = "/v1/surveys/{survey}/form", tag = "public",
    params(("survey" = String, Path, description = "The survey's id"), FormQuery),
    responses((status = 200, body = Form), (status = 400, body = Problem, description = "no token, or malformed"),
        (status = 403, body = Problem, description = "the page's origin is not allowed, the pass is not taken, or the customer was asked not long ago"),
        (status = 404, body = Problem, description = "unknown survey or token"),
        (status = 410, body = Problem, description = "expired, or answered already")))]
pub(super) async fn form(
    State(app): State<App>,
    Path(survey): Path<String>,
    headers: HeaderMap,
    Query(query): Query<FormQuery>,
) -> Result<Json<Form>, ToCustomer> {
    let mut languages = Languages::read(query.language.as_deref(), &headers);
    let found = find_form(&app, &survey, &headers, &query.token, &mut languages).await;
    found.map(Json).map_err(|error| error.for_customer(languages.first()))
}

async fn find_form(
    app: &App,
    id: &str,
    headers: &HeaderMap,
    token: &str,
    languages: &mut Languages,
) -> Result<Form, Error> {
    let (store, now) = (&app.store, (app.clock)());
    let survey = app.survey(id)?;
    check_origin(&survey, headers, &app.pages)?;
    let (key, pass) = match visitors::read(app, token, &survey, now)? {
        Visitor::Trial | Visitor::Anybody => return Ok(draw(&survey, languages, &Personal::nobody())),
        Visitor::Invited(key) => (key, None),
        Visitor::Signed(pass) => (pass.key, Some(*pass)),
    };
    let found = store.invitation(key).await?.filter(|(found, _)| found.survey == survey.id);
    let (invitation, response) = match (found, pass) {
        (Some((found, response)), Some(pass)) => (found.valid_until(pass.invitation.expires_at), response),
        (Some(found), None) => found,
        // Nothing is made by looking: the invitation comes with the first answer.
        (None, Some(pass)) => (may_be_asked(store, pass.unexpired(now)?, now).await?.invitation, None),
        (None, None) => return Err(Error::TokenUnknown),
    };
    // Before the first refusal that is this customer's own: it is to be read too.
    languages.prefer(invitation.language.as_deref());
    responses::open(&invitation, response.as_ref(), &survey, now)?;

    let organisation = store.catalog().organisation();
    let agent = invitation.agent.as_ref().and_then(|agent| organisation.agent(agent.as_str()));
    let personal = invitation.personal(agent.map(|agent| agent.name.as_str()));
    let mut form = draw(&survey, languages, &personal);
    form.answered = response.is_some_and(|response| response.completed_at.is_some());
    Ok(form)
}

/// The pass of a customer who may be asked now. One who has answered anyway is listened to: only asking is refused.
pub(super) async fn may_be_asked(store: &Store, pass: Pass, now: Timestamp) -> Result<Pass, Error> {
    let Some(customer) = pass.invitation.customer.clone() else { return Ok(pass) };
    match store.quiet(customer, pass.invitation.survey.clone(), now).await? {
        Some(skip) => Err(Error::NotNow(skip.sentence(now))),
        None => Ok(pass),
    }
}

fn draw(survey: &Survey, languages: &Languages, personal: &Personal<'_>) -> Form {
    let language = pick_language(&survey.languages, &languages.wanted());
    surveys::form(survey, language, personal)
}

#[derive(Deserialize, IntoParams)]
pub(super) struct ThanksQuery {
    /// Whom to thank: `promoter`, `passive` or `detractor`.
    category: Category,
    /// Languages the page and the browser prefer, best first, separated by commas.
    #[serde(default)]
    language: Option<String>,
}

/// The words of the thank-you page.
#[utoipa::path(get, path = "/v1/surveys/{survey}/thanks", tag = "public",
    params(("survey" = String, Path, description = "The survey's id"), ThanksQuery),
    responses((status = 200, body = ThanksPage), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn thanks(
    State(store): State<Store>,
    State(pages): State<Arc<Pages>>,
    Path(id): Path<String>,
    headers: HeaderMap,
    Query(query): Query<ThanksQuery>,
) -> Result<Json<ThanksPage>, ToCustomer> {
    let languages = Languages::read(query.language.as_deref(), &headers);
    let survey = store.catalog().survey(&id).ok_or(Error::UnknownSurvey(id));
    let survey = survey.and_then(|survey| check_origin(&survey, &headers, &pages).map(|()| survey));
    let survey = survey.map_err(|error| error.for_customer(languages.first()))?;
    let language = pick_language(&survey.languages, &languages.wanted());
    Ok(Json(surveys::thanks_page(&survey, language, query.category)))
}
