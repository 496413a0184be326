//! Reading for evidence: the cases of a stretch, one after the other, and what came after a score.

use jiff::Timestamp;
use wire::Score;

use super::customers::Past;
use super::remembered::scores;
use super::transaction::Transaction;
use super::{Store, StoreError, keys};
use crate::domain::cases::{Case, CaseId};
use crate::domain::invitations::Invitation;
use crate::domain::names::CustomerId;
use crate::domain::responses::Response;

/// What came after a score of a customer's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct After {
    /// The next score, and when it was given.
    pub next: Option<(Score, Timestamp)>,
    /// When the customer was sent an invitation next, and whether that was answered.
    pub asked: Option<(Timestamp, bool)>,
}

impl Store {
    /// Tells of each case from one number up to another. Blocks.
    ///
    /// # Errors
    /// When one cannot be read.
    pub fn each_case_blocking(
        &self,
        first: CaseId,
        last: CaseId,
        mut tell: impl FnMut(CaseId, Case),
    ) -> Result<(), StoreError> {
        let end = CaseId(last.0.saturating_add(1));
        for entry in self.0.disk.range::<Case>(keys::case(first)..keys::case(end)) {
            let (key, case) = entry?;
            let id = keys::case_of(&key).ok_or_else(|| StoreError::Unreadable("the key of a case".into()))?;
            tell(id, case);
        }
        Ok(())
    }

    /// The case that a response has, if it has one. Blocks.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn case_of_blocking(&self, response: u64) -> Result<Option<(CaseId, Case)>, StoreError> {
        let disk = &self.0.disk;
        let Some(id) = disk.get::<CaseId>(&keys::case_of_response(response))? else { return Ok(None) };
        Ok(disk.get(&keys::case(id))?.map(|case| (id, case)))
    }

    /// What came after a response of a customer's, of one survey or of any. Blocks.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn after_blocking(
        &self,
        customer: &CustomerId,
        response: u64,
        at: Timestamp,
        survey: Option<&str>,
    ) -> Result<After, StoreError> {
        Ok(After {
            next: self.next_score(customer, response, survey)?,
            asked: self.next_asked(customer, response, at, survey)?,
        })
    }

    /// The last score that a customer gave before a moment, in a response to one survey or to any: the response's number, and its
    /// survey. Blocks.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn score_before_blocking(
        &self,
        customer: &CustomerId,
        at: Timestamp,
        survey: Option<&str>,
    ) -> Result<Option<(u64, String, Score)>, StoreError> {
        let disk = &self.0.disk;
        for entry in scores(disk, customer)? {
            let (sequence, past) = entry?;
            if past.at >= at {
                continue;
            }
            let answered = disk.get::<Response>(&keys::response(sequence))?;
            let meant = answered.filter(|answered| survey.is_none_or(|survey| answered.survey == survey));
            if let Some(Response { survey, .. }) = meant {
                return Ok(Some((sequence, survey, past.score)));
            }
        }
        Ok(None)
    }

    fn next_score(
        &self,
        customer: &CustomerId,
        response: u64,
        survey: Option<&str>,
    ) -> Result<Option<(Score, Timestamp)>, StoreError> {
        let disk = &self.0.disk;
        let is_later = |entry: &Result<(u64, Past), StoreError>| {
            entry.as_ref().map_or(true, |(sequence, _)| *sequence > response)
        };
        let later = scores(disk, customer)?.take_while(is_later).collect::<Result<Vec<_>, _>>()?;
        for (sequence, Past { score, at }) in later.into_iter().rev() {
            let Some(survey) = survey else { return Ok(Some((score, at))) };
            let answered = disk.get::<Response>(&keys::response(sequence))?;
            if answered.is_some_and(|answered| answered.survey == survey) {
                return Ok(Some((score, at)));
            }
        }
        Ok(None)
    }

    /// Invitations that were sent: what was made for an answer that came unasked says nothing about who answers.
    fn next_asked(
        &self,
        customer: &CustomerId,
        response: u64,
        at: Timestamp,
        survey: Option<&str>,
    ) -> Result<Option<(Timestamp, bool)>, StoreError> {
        let disk = &self.0.disk;
        for (when, token, asked) in Transaction::new(disk, 0).asked(customer, at)? {
            if survey.is_some_and(|survey| asked.survey != survey) {
                continue;
            }
            let invitation = disk.get::<Invitation>(&keys::invitation(&token))?;
            // The one that led to this response may have been made in the same moment.
            let is_next = |invitation: &Invitation| {
                invitation.number.is_some() && invitation.response != Some(response)
            };
            if let Some(invitation) = invitation.filter(is_next) {
                return Ok(Some((when, invitation.response.is_some())));
            }
        }
        Ok(None)
    }
}
