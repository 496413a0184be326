//! Erasing a customer, found by what the customer was asked (`asked`): in one transaction, of customers who were not asked
//! very often.

use std::ops::AddAssign;
use std::sync::{Arc, PoisonError, RwLock};

use super::committer::Size;
use super::remembered::Remembered;
use super::transaction::{Forgotten, Transaction};
use super::{Catalog, Store, StoreError, keys};
use crate::domain::erasures::Erasure;
use crate::domain::invitations::Invitation;
use crate::domain::names::CustomerId;
use crate::domain::responses::Response;
use crate::domain::secrets::TokenHash;

/// Most invitations erased in one transaction. Each is a few records; others wait for so many for some milliseconds.
const AT_ONCE: usize = 1000;

/// What was erased.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Erased {
    /// Responses that are gone, or nobody's.
    pub responses: u64,
    /// Invitations whose links lead nowhere any more.
    pub invitations: u64,
}

impl AddAssign for Erased {
    fn add_assign(&mut self, more: Self) {
        self.responses += more.responses;
        self.invitations += more.invitations;
    }
}

impl Store {
    /// Erases a customer; returns once nothing can be found any more. Doing it again does no harm. A customer who was asked
    /// more than a thousand times is erased in several steps; should one fail, the next call goes on from there.
    ///
    /// # Errors
    /// When it cannot be written.
    pub async fn erase(&self, customer: CustomerId, how: Erasure) -> Result<Erased, StoreError> {
        let mut erased = Erased::default();
        let following = self.following();
        loop {
            let following = following.clone();
            let (customer, how, catalog) = (customer.clone(), how.clone(), Arc::clone(&self.0.catalog));
            let step = move |transaction: &mut Transaction<'_>| {
                transaction.erase_cases(&customer, &how, following.as_ref())?;
                transaction.erase(&customer, &how, &catalog, AT_ONCE)
            };
            let (step, more) = self.write::<_, StoreError>(Size::Large, step).await?;
            erased += step;
            if !more {
                return Ok(erased);
            }
        }
    }
}

impl Transaction<'_> {
    /// Erases what the customer is known by, every score of the history, and so many of the invitations with what they led to.
    /// Says also whether there are more of these.
    fn erase(
        &mut self,
        customer: &CustomerId,
        how: &Erasure,
        catalog: &RwLock<Catalog>,
        most: usize,
    ) -> Result<(Erased, bool), StoreError> {
        let remembered: Remembered = self.get(&keys::customer(customer))?.unwrap_or_default();
        let known = remembered.customer();
        known.email.iter().for_each(|email| self.remove(keys::email(email, customer)));
        known.phone.iter().for_each(|phone| self.remove(keys::phone(phone, customer)));
        // Of who took leave a hash is left, so that nobody asks again by another system's list.
        self.forget_suppressed(customer, &known)?;
        self.remove(keys::customer(customer));
        self.keys(&keys::history_of(customer))?.into_iter().for_each(|key| self.remove(key));
        self.forget_deliveries(customer, catalog)?;
        self.forget(Forgotten::Customer(customer.clone(), known));

        // After the first step they have keys of their own, and no record: nothing but the next steps finds them.
        let mut asked = self.older_asked(customer, 0)?;
        for (place, what) in remembered.asked.into_list() {
            let key = keys::asked(customer, place.0, &place.1);
            self.put(key.clone(), &what)?;
            asked.push((key, place));
        }
        let mut erased = Erased::default();
        for (key, (_, token)) in asked.iter().take(most) {
            self.remove(key.clone());
            self.forget_mails(token)?;
            let key = keys::invitation(token);
            let Some(invitation) = self.get::<Invitation>(&key)? else { continue };
            self.remove(key);
            self.remember_decided(&invitation)?;
            erased.invitations += 1;
            erased.responses += self.erase_one(*token, invitation, how, catalog)?;
        }
        Ok((erased, asked.len() > most))
    }

    /// Erases what an invitation led to, and that there was one. Says how many responses that were, one or none.
    fn erase_one(
        &mut self,
        token: TokenHash,
        invitation: Invitation,
        how: &Erasure,
        catalog: &RwLock<Catalog>,
    ) -> Result<u64, StoreError> {
        let response: Option<Response> = match invitation.response {
            Some(sequence) => self.get(&keys::response(sequence))?,
            None => None,
        };
        let answered = response.as_ref().is_some_and(|response| response.score.is_some());
        let erased = u64::from(response.is_some());
        if let (Some(sequence), Some(response)) = (invitation.response, response) {
            if how.keep_scores {
                let catalog = catalog.read().unwrap_or_else(PoisonError::into_inner);
                let survey = catalog.survey_version(&response.survey, response.version);
                self.put_response(sequence, how.nobodys_response(response, survey.as_deref()))?;
            } else {
                self.remove_response(sequence)?;
            }
        }
        let Some(number) = invitation.number else { return Ok(erased) };
        if how.keep_scores {
            // It goes on counting as asked, under what no link's token has as its hash.
            let kept = how.nobodys_invitation(invitation);
            let nobodys = TokenHash::derived(&["erased", &number.to_string()]);
            self.put(keys::invitation(&nobodys), &kept)?;
            self.tell_of_invitation(nobodys, kept, answered);
        } else {
            self.forget(Forgotten::Invitation(number, token));
        }
        Ok(erased)
    }
}
