//! Responses: recording submissions, and reading them again.

use std::sync::Arc;

use jiff::Timestamp;
use wire::{Receipt, Survey};

use super::committer::Size;
use super::customers::Past;
use super::disk::Disk;
use super::follow_up::Following;
use super::remembered::Remembered;
use super::transaction::Transaction;
use super::{Store, StoreError, keys};
use crate::domain::customers::Customer;
use crate::domain::events::{About, Event, What};
use crate::domain::invitations::Invitation;
use crate::domain::names::CustomerId;
use crate::domain::responses::{Checked, Outcome, Refusal, Response, record};
use crate::domain::secrets::TokenHash;

/// Why a submission was not recorded.
#[derive(Clone, Debug, thiserror::Error)]
pub enum RecordError {
    /// No invitation of this survey has such a token.
    #[error("no invitation has this token")]
    UnknownToken,
    /// The invitation takes no more answers.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// It could not be written.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Some responses, with their sequence numbers, in that order.
pub type Page = Vec<(u64, Response)>;

impl Store {
    /// Records a submission; returns once it is durable. Also says whether it made a new response. `invite` is the
    /// invitation to be made if there is none by this token, and how long the one that is there is valid at least.
    ///
    /// # Errors
    /// When the invitation is unknown or closed, or when it cannot be written: then nothing is.
    pub async fn record(
        &self,
        token: TokenHash,
        invite: Option<(Invitation, Customer)>,
        checked: Checked,
        survey: Arc<Survey>,
        now: Timestamp,
    ) -> Result<(bool, Receipt), RecordError> {
        let following = self.following();
        self.write(Size::Small, move |transaction| {
            transaction.record(token, invite, checked, &survey, following.as_ref(), now)
        })
        .await
    }

    /// The responses with these sequence numbers; those that are gone are left out.
    ///
    /// # Errors
    /// When they cannot be read.
    pub async fn responses(&self, sequences: Vec<u64>) -> Result<Page, StoreError> {
        self.read(move |disk| read(disk, &sequences)).await
    }

    /// The same. Blocks.
    ///
    /// # Errors
    /// When they cannot be read.
    pub fn responses_blocking(&self, sequences: &[u64]) -> Result<Page, StoreError> {
        read(&self.0.disk, sequences)
    }
}

fn read(disk: &Disk, sequences: &[u64]) -> Result<Page, StoreError> {
    let one = |sequence| Ok(disk.get(&keys::response(sequence))?.map(|response| (sequence, response)));
    sequences.iter().filter_map(|sequence| one(*sequence).transpose()).collect()
}

impl Transaction<'_> {
    fn record(
        &mut self,
        token: TokenHash,
        invite: Option<(Invitation, Customer)>,
        checked: Checked,
        survey: &Survey,
        following: Option<&Following>,
        now: Timestamp,
    ) -> Result<(bool, Receipt), RecordError> {
        let key = keys::invitation(&token);
        let found = self.get(&key)?.filter(|found: &Invitation| found.survey == survey.id);
        let mut invitation = match (found, invite) {
            (Some(found), Some((newer, _))) => found.valid_until(newer.expires_at),
            (Some(found), None) => found,
            (None, Some((made, customer))) => {
                self.ask(&token, &made, &customer, made.created_at)?;
                made
            }
            (None, None) => return Err(RecordError::UnknownToken),
        };
        let existing: Option<Response> = match invitation.response {
            Some(sequence) => self.get(&keys::response(sequence))?,
            None => None,
        };
        let score_before = existing.as_ref().and_then(|response| response.score);
        let link = checked.submission.token.clone();

        let (new, response) = match record(&invitation, existing, checked, survey, now)? {
            Outcome::Known(response) => return Ok((false, response.receipt())),
            Outcome::New(response) => (true, response),
            Outcome::Changed(response) => (false, response),
        };
        let sequence = match invitation.response {
            Some(sequence) => sequence,
            None => {
                let sequence = self.take_sequence();
                invitation.response = Some(sequence);
                self.put(key, &invitation)?;
                sequence
            }
        };
        if let Some(customer) = &response.customer
            && response.score != score_before
        {
            self.put_score(customer, sequence, response.score.map(|score| Past { score, at: response.at }))?;
        }
        let receipt = response.receipt();
        if response.score.is_some() != score_before.is_some() {
            self.tell_of_invitation(token, invitation.clone(), response.score.is_some());
        }
        let what = if new { What::ResponseCreated } else { What::ResponseUpdated };
        self.announce(Event::new(what, now, About::Response(sequence)));
        self.follow_up((sequence, &response), survey, following, new, now)?;
        self.thank(&link, &invitation, &response, survey, now)?;
        self.put_response(sequence, response)?;
        Ok((new, receipt))
    }

    /// Puts the score of a response into the customer's history, or takes it out of there.
    pub(super) fn put_score(
        &mut self,
        customer: &CustomerId,
        sequence: u64,
        past: Option<Past>,
    ) -> Result<(), StoreError> {
        let key = keys::customer(customer);
        let mut remembered: Remembered = self.get(&key)?.unwrap_or_default();
        match past {
            Some(past) => {
                for (sequence, past) in remembered.scores.put(sequence, past) {
                    self.put(keys::history(customer, sequence), &past)?;
                }
            }
            None => {
                remembered.scores.remove(sequence);
                self.remove(keys::history(customer, sequence));
            }
        }
        self.put(key, &remembered)
    }
}
