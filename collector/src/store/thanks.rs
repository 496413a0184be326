//! Mails that thank for an answer: put into the outbox with it, to be sent some minutes later, once.

use jiff::{SignedDuration, Timestamp};
use wire::{Score, Survey};

use super::transaction::Transaction;
use super::{StoreError, keys};
use crate::domain::customers::Customer;
use crate::domain::invitations::Invitation;
use crate::domain::outbox::{Kind, Outgoing, ToCustomer};
use crate::domain::responses::Response;
use crate::domain::secrets::Token;
use crate::domain::timeline::{Timeline, What};

impl Transaction<'_> {
    /// Sees to it that the customer is thanked as the survey says, for the score as it is now: a mail that waits becomes the
    /// one for another category, or is taken back; what was sent is not sent again. Only the token of a personal link leads to where
    /// the customer takes leave: who came otherwise is thanked on the page alone.
    pub(super) fn thank(
        &mut self,
        token: &str,
        invitation: &Invitation,
        response: &Response,
        survey: &Survey,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let thanks = &survey.thanks;
        let some = thanks.named().iter().any(|(_, thanks)| thanks.mail.is_some());
        let (true, Some(_), Some(token)) = (some, response.completed_at, Token::parse(token)) else {
            return Ok(());
        };
        let hash = token.hash();
        let timeline: Timeline = self.get(&keys::timeline(&hash))?.unwrap_or_default();
        if timeline.steps.iter().any(|step| step.what == What::Thanked) {
            return Ok(());
        }
        let waiting: Option<Outgoing> = match timeline.due {
            Some(due) => self.get(&keys::outgoing(due, &hash))?,
            None => None,
        };
        let waiting = match waiting {
            Some(Outgoing::Invitation(mail)) if mail.kind == Kind::Thanks => Some(mail),
            _ => None,
        };
        let category = response.score.map(Score::category);
        match (category.and_then(|category| thanks.get(category).mail.clone()), waiting) {
            (Some(wanted), Some(waiting)) if wanted == waiting.mail => Ok(()),
            (Some(mail), Some(waiting)) => {
                let thanks = ToCustomer { mail, ..waiting };
                self.send_later(hash, thanks.since, Outgoing::Invitation(thanks))
            }
            (Some(mail), None) if self.can_be_thanked(invitation)? => {
                let wait = SignedDuration::from_mins(i64::from(survey.thanks_minutes));
                let since = now.saturating_add(wait).unwrap_or(now);
                let thanks = ToCustomer { token, mail, kind: Kind::Thanks, since, tries: 0 };
                self.send_later(hash, since, Outgoing::Invitation(thanks))
            }
            (None, Some(_)) => self.take_back(&hash).map(drop),
            (_, None) => Ok(()),
        }
    }

    /// Whether there is somebody with an address who wants to be written to.
    fn can_be_thanked(&self, invitation: &Invitation) -> Result<bool, StoreError> {
        let Some(customer) = &invitation.customer else { return Ok(false) };
        let known: Customer = self.get(&keys::customer(customer))?.unwrap_or_default();
        Ok(known.email.is_some() && !self.is_suppressed(customer, &known, &invitation.survey)?)
    }
}
