//! Who comes to answer, by the token of a form or a submission.

use jiff::Timestamp;
use wire::Survey;

use super::App;
use super::error::Error;
use crate::domain::passes::{self, Pass};
use crate::domain::secrets::{Token, TokenHash};

/// Who comes.
pub(super) enum Visitor {
    /// Somebody with a personal link.
    Invited(TokenHash),
    /// A customer whom the company's page names.
    Signed(Box<Pass>),
    /// Somebody, where the survey is open.
    Anybody,
    /// Somebody who tries the survey out.
    Trial,
}

/// Reads the token that a survey was asked for or answered with.
pub(super) fn read(app: &App, token: &str, survey: &Survey, now: Timestamp) -> Result<Visitor, Error> {
    if token.is_empty() {
        return if survey.open.is_some() { Ok(Visitor::Anybody) } else { Err(Error::TokenMissing) };
    }
    if app.pages.is_trial(token) {
        return Ok(Visitor::Trial);
    }
    if passes::looks_like_one(token) {
        let secrets = app.store.catalog().signing_secrets(&survey.id);
        let pass = passes::read(token, survey, &secrets, now, &app.limits, app.phones)?;
        app.throttles.link(&pass.key)?;
        return Ok(Visitor::Signed(Box::new(pass)));
    }
    let token = Token::parse(token).ok_or(Error::TokenMalformed)?.hash();
    app.throttles.link(&token)?;
    Ok(Visitor::Invited(token))
}
