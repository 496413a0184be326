//! Who comes to answer, by the token of a form or a submission.

use wire::Survey;

use super::error::Error;
use crate::domain::pages::Pages;
use crate::domain::secrets::{Token, TokenHash};

/// Who comes.
pub(super) enum Visitor {
    /// Somebody with a personal link.
    Invited(TokenHash),
    /// Somebody who tries the survey out.
    Trial,
}

/// Reads the token that a survey was asked for or answered with.
pub(super) fn read(token: &str, _survey: &Survey, pages: &Pages) -> Result<Visitor, Error> {
    if token.is_empty() {
        Err(Error::TokenMissing)
    } else if pages.is_trial(token) {
        Ok(Visitor::Trial)
    } else {
        let token = Token::parse(token).ok_or(Error::TokenMalformed)?;
        Ok(Visitor::Invited(token.hash()))
    }
}
