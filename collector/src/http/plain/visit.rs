//! Who has come, and what this customer has answered so far.

use std::sync::Arc;

use axum::http::HeaderMap;
use jiff::Timestamp;
use uuid::Uuid;
use wire::{Answers, Form, Receipt, Survey, rules};

use super::asked::Asked;
use crate::domain::invitations::Invitation;
use crate::domain::responses::{self, Refusal, Response};
use crate::domain::secrets::Token;
use crate::domain::surveys::{self, Personal, pick_language};
use crate::domain::{count_characters, open, passes};
use crate::http::App;
use crate::http::error::Error;
use crate::http::forms::{Languages, may_be_asked};
use crate::http::visitors::{self, Visitor};

/// By which address somebody comes.
pub(super) enum Door {
    /// `/s/{token}`: by a personal link, or with a pass that the company's page signed.
    Personal(String),
    /// `/o/{survey}`: anybody.
    Open(String),
}

/// What somebody comes for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    /// To be asked: not within a quiet period.
    Look,
    /// To answer what was asked.
    Answer,
}

/// A customer with a survey.
pub(super) struct Visit {
    /// The token of the submissions; empty for anybody.
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
    closed: Option<Refusal>,
    /// The submission that an open survey was begun with, and its latest revision.
    begun: Option<(Uuid, u32)>,
}

/// Why there is nothing to show, and what is needed to say so.
pub(super) struct Refused {
    pub(super) error: Error,
    /// The language the customer reads best.
    pub(super) language: String,
    /// Whose brand the page has.
    pub(super) survey: Option<Arc<Survey>>,
}

impl Visit {
    /// Looks the customer up. Nothing is made by looking: who was not invited is kept with the first answer.
    pub(super) async fn begin(
        app: &App,
        door: &Door,
        asked: &Asked,
        purpose: Purpose,
        headers: &HeaderMap,
    ) -> Result<Self, Refused> {
        let now = (app.clock)();
        let mut survey = None;
        let found = find(app, door, asked, purpose, now, &mut survey).await;
        let refused = |error| Refused {
            error,
            language: languages(asked, None, headers)[0].clone(),
            survey: survey.clone(),
        };
        let (invitation, response) = found.map_err(refused)?;
        let Some(survey) = survey else { return Err(refused(Error::TokenUnknown)) };

        let own = invitation.as_ref().and_then(|invitation| invitation.language.as_deref());
        let languages = languages(asked, own, headers);
        let wanted: Vec<&str> = languages.iter().map(String::as_str).collect();
        let language = pick_language(&survey.languages, &wanted);
        let organisation = app.store.catalog().organisation();
        let agent = invitation.as_ref().and_then(|it| organisation.agent(it.agent.as_ref()?.as_str()));
        let agent = agent.map(|agent| agent.name.as_str());
        let personal = invitation.as_ref().map_or(Personal::nobody(), |it| it.personal(agent));
        let mut form = surveys::form(&survey, language, &personal);
        form.answered = response.as_ref().is_some_and(|response| response.completed_at.is_some());

        let closed =
            invitation.as_ref().and_then(|it| responses::open(it, response.as_ref(), &survey, now).err());
        let seen = |id: &Uuid| response.as_ref()?.submissions.iter().find(|seen| seen.id == *id);
        let (token, begun) = match door {
            Door::Personal(token) => (token.clone(), None),
            Door::Open(_) => {
                (String::new(), asked.begun.map(|id| (id, seen(&id).map_or(0, |seen| seen.revision))))
            }
        };
        let receipt = response.as_ref().map(Response::receipt);
        let known = response.map(|response| response.answers).unwrap_or_default();
        Ok(Self { token, known: fitting(&survey, known), survey, form, receipt, closed, begun })
    }

    /// What the submission of a form that was posted with this id is called.
    ///
    /// By a personal link the invitation holds the answers together, and each form drawn is a submission of its own. Of
    /// an open survey all forms of a visit are one submission, which grows.
    pub(super) fn submission(&self, posted: Option<Uuid>) -> (Uuid, u32) {
        match self.begun {
            Some((id, revision)) => (id, revision + 1),
            None => (posted.unwrap_or_else(Uuid::new_v4), 1),
        }
    }

    /// Whether anybody may come, and nothing is known yet of who does.
    pub(super) fn is_anybody(&self) -> bool {
        self.token.is_empty()
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

/// The invitation and the response behind an address, if there are any; and on the way the survey, if it is known.
async fn find(
    app: &App,
    door: &Door,
    asked: &Asked,
    purpose: Purpose,
    now: Timestamp,
    survey: &mut Option<Arc<Survey>>,
) -> Result<(Option<Invitation>, Option<Response>), Error> {
    let named = |id: &str| app.survey(id);
    let (survey, token) = match door {
        Door::Personal(token) if passes::looks_like_one(token) => {
            (survey.insert(named(&passes::audience(token)?)?), token.as_str())
        }
        Door::Personal(token) => {
            let hash = Token::parse(token).ok_or(Error::TokenMalformed)?.hash();
            let (invitation, response) = app.store.invitation(hash).await?.ok_or(Error::TokenUnknown)?;
            survey.replace(named(&invitation.survey)?);
            return Ok((Some(invitation), response));
        }
        Door::Open(id) => (survey.insert(named(id)?), ""),
    };
    let (key, pass) = match visitors::read(app, token, survey, now)? {
        Visitor::Signed(pass) => (pass.key, Some(*pass)),
        Visitor::Anybody => match asked.begun {
            Some(id) => (open::key(survey, id), None),
            None => return Ok((None, None)),
        },
        Visitor::Invited(_) | Visitor::Trial => return Err(Error::TokenMalformed),
    };
    Ok(match (app.store.invitation(key).await?, pass) {
        (Some((found, response)), Some(pass)) => {
            (Some(found.valid_until(pass.invitation.expires_at)), response)
        }
        (Some((found, response)), None) => (Some(found), response),
        // Who answers a page that was drawn in time is listened to.
        (None, Some(pass)) if purpose == Purpose::Answer => (Some(pass.unexpired(now)?.invitation), None),
        (None, Some(pass)) => {
            (Some(may_be_asked(&app.store, pass.unexpired(now)?, now).await?.invitation), None)
        }
        (None, None) => (None, None),
    })
}

/// What was answered to another version of the survey may be no answer to this one.
fn fitting(survey: &Survey, mut answers: Answers) -> Answers {
    for problem in rules::check(&survey.questions, &answers, false, &count_characters) {
        answers.remove(problem.path.trim_start_matches("answers."));
    }
    answers
}

/// The languages to try, best first: the one asked for, the customer's own, the browser's; never none.
pub(super) fn languages(asked: &Asked, own: Option<&str>, headers: &HeaderMap) -> Vec<String> {
    let browsers = Languages::read(None, headers);
    let first = asked.language.as_deref().into_iter().chain(own);
    let mut all: Vec<String> = first.chain(browsers.wanted()).map(str::to_owned).collect();
    if all.is_empty() {
        all.push("en".to_owned());
    }
    all
}
