//! Who has come, and what this customer has answered so far.

use std::sync::Arc;

use axum::http::HeaderMap;
use wire::{Answers, Form, Receipt, Survey, rules};

use super::asked::Asked;
use crate::domain::count_characters;
use crate::domain::responses::{self, Refusal};
use crate::domain::secrets::Token;
use crate::domain::surveys::{self, pick_language};
use crate::http::App;
use crate::http::error::Error;
use crate::http::forms::Languages;

/// A customer with a survey.
pub(super) struct Visit {
    /// What the address holds.
    pub(super) token: String,
    /// The survey in force.
    pub(super) survey: Arc<Survey>,
    /// The same as this customer sees it.
    pub(super) form: Form,
    /// What is answered already, as far as it answers the survey in force.
    pub(super) known: Answers,
    /// What the customer was told of it.
    pub(super) receipt: Option<Receipt>,
    /// Why no answer is taken any more.
    pub(super) closed: Option<Refusal>,
}

/// Why there is nothing to show, and what is needed to say so.
pub(super) struct Refused {
    pub(super) error: Error,
    /// The language the customer reads best.
    pub(super) language: String,
    /// Whose brand the page has.
    pub(super) survey: Option<Arc<Survey>>,
}

impl Refused {
    /// Before anything is known about the customer.
    pub(super) fn stranger(error: Error, asked: &Asked, headers: &HeaderMap) -> Self {
        Self { error, language: languages(asked, None, headers)[0].clone(), survey: None }
    }
}

impl Visit {
    /// Looks the customer up.
    pub(super) async fn begin(
        app: &App,
        token: &str,
        asked: &Asked,
        headers: &HeaderMap,
    ) -> Result<Self, Refused> {
        let stranger = |error| Refused::stranger(error, asked, headers);
        let hash = Token::parse(token).ok_or_else(|| stranger(Error::TokenMalformed))?.hash();
        let found = app.store.invitation(hash).await.map_err(|error| stranger(error.into()))?;
        let (invitation, response) = found.ok_or_else(|| stranger(Error::TokenUnknown))?;
        let survey = app.store.catalog().survey(&invitation.survey);
        let survey = survey.ok_or_else(|| stranger(Error::UnknownSurvey(invitation.survey.clone())))?;

        let languages = languages(asked, invitation.language.as_deref(), headers);
        let wanted: Vec<&str> = languages.iter().map(String::as_str).collect();
        let organisation = app.store.catalog().organisation();
        let agent = invitation.agent.as_ref().and_then(|agent| organisation.agent(agent.as_str()));
        let personal = invitation.personal(agent.map(|agent| agent.name.as_str()));
        let mut form = surveys::form(&survey, pick_language(&survey.languages, &wanted), &personal);
        form.answered = response.as_ref().is_some_and(|response| response.completed_at.is_some());

        let closed = responses::open(&invitation, response.as_ref(), &survey, (app.clock)()).err();
        let receipt = response.as_ref().map(responses::Response::receipt);
        let known = response.map(|response| response.answers).unwrap_or_default();
        Ok(Self { token: token.to_owned(), known: fitting(&survey, known), survey, form, receipt, closed })
    }

    /// The same, if answers are taken.
    pub(super) fn open(self) -> Result<Self, Refused> {
        match self.closed {
            Some(refusal) => Err(self.refused(refusal.into())),
            None => Ok(self),
        }
    }

    pub(super) fn refused(&self, error: Error) -> Refused {
        let survey = Some(Arc::clone(&self.survey));
        Refused { error, language: self.form.language.clone(), survey }
    }
}

/// What was answered to another version of the survey may be no answer to this one.
fn fitting(survey: &Survey, mut answers: Answers) -> Answers {
    for problem in rules::check(&survey.questions, &answers, false, &count_characters) {
        answers.remove(problem.path.trim_start_matches("answers."));
    }
    answers
}

/// The languages to try, best first: the one asked for, the customer's own, the browser's; never none.
fn languages(asked: &Asked, own: Option<&str>, headers: &HeaderMap) -> Vec<String> {
    let browsers = Languages::read(None, headers);
    let first = asked.language.as_deref().into_iter().chain(own);
    let mut all: Vec<String> = first.chain(browsers.wanted()).map(str::to_owned).collect();
    if all.is_empty() {
        all.push("en".to_owned());
    }
    all
}
