//! Mails that came back: noted, and nothing more is sent where nothing arrives.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::committer::Size;
use super::transaction::Transaction;
use super::{Store, StoreError, keys};
use crate::domain::bounces::{Fate, Report};
use crate::domain::customers::Customer;
use crate::domain::invitations::Invitation;
use crate::domain::names::CustomerId;
use crate::domain::secrets::TokenHash;
use crate::domain::suppressions::{Address, Reason, Suppression};
use crate::domain::timeline::{Step, Timeline, What};

/// What a report was about, and what was done.
pub struct Bounced {
    /// The invitation whose mail it is.
    pub invitation: Invitation,
    /// How many mails are not sent any more.
    pub taken_back: usize,
}

impl Store {
    /// Notes what is reported of a mail. A complaint puts the customer on the suppression list, with the address. What was given up takes back what is still to be sent: of this invitation, and where
    /// the address is refused for good, of every other to the same address. Nothing, if there is no such invitation.
    ///
    /// # Errors
    /// When it cannot be written.
    pub async fn bounce(&self, report: Report, now: Timestamp) -> Result<Option<Bounced>, StoreError> {
        self.write(Size::Small, move |transaction| transaction.bounce(&report, now)).await
    }
}

impl Transaction<'_> {
    fn bounce(&mut self, report: &Report, now: Timestamp) -> Result<Option<Bounced>, StoreError> {
        let hash = report.mail.invitation;
        let Some(invitation) = self.get::<Invitation>(&keys::invitation(&hash))? else { return Ok(None) };
        let what = match report.fate {
            Fate::Delayed => What::Deferred,
            Fate::GivenUp | Fate::Refused => What::Bounced,
            Fate::Complained => What::Complained,
        };
        let step = Step::because(now, what, &report.words);
        let timeline: Timeline = self.get(&keys::timeline(&hash))?.unwrap_or_default();
        // The same report may come twice: a mail server that heard no answer sends it again.
        if !timeline.steps.iter().any(|noted| (noted.what, &noted.detail) == (step.what, &step.detail)) {
            self.note(hash, step)?;
        }
        let taken_back = match report.fate {
            Fate::Delayed => 0,
            Fate::Complained => self.heed(&hash, &invitation, report, now)?,
            Fate::GivenUp | Fate::Refused => self.take_back_all(&hash, &invitation, report, now)?,
        };
        Ok(Some(Bounced { invitation, taken_back }))
    }

    /// Takes back what would be sent to an address that nothing arrives at; says how many mails that were.
    fn take_back_all(
        &mut self,
        hash: &TokenHash,
        invitation: &Invitation,
        report: &Report,
        now: Timestamp,
    ) -> Result<usize, StoreError> {
        let known: Option<Customer> = match &invitation.customer {
            Some(customer) => self.get(&keys::customer(customer))?,
            None => None,
        };
        let Some(email) = known.and_then(|customer| customer.email) else { return Ok(0) };
        // The customer has another address by now: nothing is to be sent to the one that failed.
        if report.to.as_ref().is_some_and(|to| *to != email) {
            return Ok(0);
        }
        let mut taken_back = usize::from(self.take_back(hash)?);
        if report.fate == Fate::Refused {
            // A server's policy (5.7.x) is about what was sent, not about the address.
            if !report.status.as_ref().is_some_and(|status| status.starts_with("5.7.")) {
                self.suppress_for(Address::Email(email.clone()), Reason::Bounced, now)?;
            }
            taken_back += self.send_nothing_to(&email, now, "another mail to this address came back")?;
        }
        Ok(taken_back)
    }

    /// Whoever calls a mail spam is asked nothing more, under no address that is known; says how many mails are taken back.
    fn heed(
        &mut self,
        hash: &TokenHash,
        invitation: &Invitation,
        report: &Report,
        now: Timestamp,
    ) -> Result<usize, StoreError> {
        let known: Customer = match &invitation.customer {
            Some(customer) => self.get(&keys::customer(customer))?.unwrap_or_default(),
            None => Customer::default(),
        };
        let addresses = invitation.customer.iter().flat_map(|customer| Address::all_of(customer, &known));
        let addresses: Vec<Address> = addresses.collect();
        let emails: BTreeSet<String> = known.email.into_iter().chain(report.to.clone()).collect();
        let mut taken_back = usize::from(self.take_back(hash)?);
        for address in addresses.into_iter().chain(emails.iter().cloned().map(Address::Email)) {
            self.suppress_for(address, Reason::Complained, now)?;
        }
        for email in &emails {
            taken_back += self.send_nothing_to(email, now, "another mail to this address was called spam")?;
        }
        Ok(taken_back)
    }

    /// Takes back what is still to be sent to an address; says how many mails that were.
    fn send_nothing_to(&mut self, email: &str, now: Timestamp, why: &str) -> Result<usize, StoreError> {
        let mut taken_back = 0;
        for invitation in self.asked_at(email)? {
            if self.take_back(&invitation)? {
                self.note(invitation, Step::because(now, What::GivenUp, why))?;
                taken_back += 1;
            }
        }
        Ok(taken_back)
    }

    /// Puts an address on the suppression list, unless it is there already.
    fn suppress_for(&mut self, address: Address, reason: Reason, now: Timestamp) -> Result<(), StoreError> {
        let key = keys::suppression(&address.hash(), None);
        if self.get::<Suppression>(&key)?.is_some() {
            return Ok(());
        }
        let entry = Suppression {
            address: Some(address.as_str().to_owned()),
            kind: address.kind().to_owned(),
            survey: None,
            reason,
            at: now,
        };
        self.put(key, &entry)
    }

    /// The invitations of everybody with this address.
    fn asked_at(&self, email: &str) -> Result<Vec<TokenHash>, StoreError> {
        let prefix = keys::with_email(email);
        let mut found = Vec::new();
        for key in self.keys(&prefix)? {
            let id =
                std::str::from_utf8(&key[prefix.len()..]).ok().and_then(|id| id.parse::<CustomerId>().ok());
            let customer = id.ok_or_else(|| StoreError::Unreadable("the key of an e-mail address".into()))?;
            found.extend(self.asked(&customer, Timestamp::MIN)?.into_iter().map(|(_, hash, _)| hash));
        }
        Ok(found)
    }
}
