//! The outbox: what is to be sent, by the time it is due, and what happened to each invitation so far.
//!
//! An entry is written in the transaction that causes it. Taking it changes nothing: it goes when its sending is reported
//! (`sent`, `give_up`), so a process that ends between the two sends that one again, and loses none.

use jiff::Timestamp;

use super::committer::Size;
use super::transaction::Transaction;
use super::{Store, StoreError, keys};
use crate::domain::asking;
use crate::domain::customers::Customer;
use crate::domain::events::{self, About, Event};
use crate::domain::invitations::Invitation;
use crate::domain::outbox::{Kind, Outgoing, ToCustomer};
use crate::domain::responses::Response;
use crate::domain::secrets::TokenHash;
use crate::domain::timeline::{Step, Timeline, What};

/// An entry of the outbox whose time has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Due {
    /// What finds it: of a mail to a customer the invitation, of one about a case what is made of case and person.
    pub id: TokenHash,
    /// Since when it is due.
    pub at: Timestamp,
    /// What is to be sent.
    pub outgoing: Outgoing,
}

/// What is known of whom a mail is for.
pub struct Addressee {
    /// The invitation, if it is still there.
    pub invitation: Option<Invitation>,
    /// Whether it was answered.
    pub answered: bool,
    /// The response, if it is complete.
    pub complete: Option<Response>,
    /// The customer's address.
    pub email: Option<String>,
    /// Whether the customer is on the suppression list.
    pub suppressed: bool,
}

impl Store {
    /// What is due by now, at most so many, the longest due first.
    ///
    /// # Errors
    /// When it cannot be read.
    pub async fn due(&self, now: Timestamp, most: usize) -> Result<Vec<Due>, StoreError> {
        self.read(move |disk| {
            let mut due = Vec::new();
            for entry in disk.scan::<Outgoing>(keys::OUTBOX).take(most) {
                let (key, outgoing) = entry?;
                let (at, id) = place(&key)?;
                if at > now {
                    break;
                }
                due.push(Due { id, at, outgoing });
            }
            Ok(due)
        })
        .await
    }

    /// When the first entry after this time is due.
    ///
    /// # Errors
    /// When it cannot be read.
    pub async fn next_due(&self, after: Timestamp) -> Result<Option<Timestamp>, StoreError> {
        self.read(move |disk| {
            let first = disk.db.range(keys::due_from(milliseconds(after) + 1)..).keys().next().transpose()?;
            let first = first.filter(|key| key.starts_with(keys::OUTBOX));
            first.map(|key| Ok(place(&key)?.0)).transpose()
        })
        .await
    }

    /// Whom an entry is for, as things are now; nothing, if it was taken back.
    ///
    /// # Errors
    /// When it cannot be read.
    pub async fn addressee(&self, due: &Due) -> Result<Option<Addressee>, StoreError> {
        let Due { id: hash, at, .. } = *due;
        self.read(move |disk| {
            if !disk.db.contains_key(keys::outgoing(milliseconds(at), &hash))? {
                return Ok(None);
            }
            let invitation: Option<Invitation> = disk.get(&keys::invitation(&hash))?;
            let customer = invitation.as_ref().and_then(|invitation| invitation.customer.as_ref());
            let known: Option<Customer> = match customer {
                Some(id) => disk.get(&keys::customer(id))?,
                None => None,
            };
            let suppressed = match (&invitation, customer) {
                (Some(invitation), Some(id)) => {
                    let view = Transaction::new(disk, 0);
                    let known = known.clone().unwrap_or_default();
                    view.is_suppressed(id, &known, &invitation.survey)?
                }
                _ => false,
            };
            let response: Option<Response> = match invitation.as_ref().and_then(|found| found.response) {
                Some(sequence) => disk.get(&keys::response(sequence))?,
                None => None,
            };
            Ok(Some(Addressee {
                suppressed,
                complete: response.filter(|response| response.completed_at.is_some()),
                answered: invitation.as_ref().is_some_and(|invitation| invitation.response.is_some()),
                email: known.and_then(|customer| customer.email),
                invitation,
            }))
        })
        .await
    }

    /// How many mails are to be sent, now or later.
    ///
    /// # Errors
    /// When they cannot be read.
    pub async fn waiting(&self) -> Result<usize, StoreError> {
        self.read(|disk| {
            disk.db.scan_prefix(keys::OUTBOX).keys().try_fold(0, |n, key| Ok(key.map(|_| n + 1)?))
        })
        .await
    }

    /// Resolves once something was put into the outbox since the last time. For one worker.
    pub async fn something_to_send(&self) {
        self.0.outbox.notified().await;
    }

    /// A mail server has taken it: the entry goes. Where the asking document says so, a reminder is put in for later.
    ///
    /// # Errors
    /// When it cannot be written.
    pub async fn sent(&self, due: &Due, now: Timestamp) -> Result<(), StoreError> {
        let (invitation, mail) = match &due.outgoing {
            Outgoing::Case(mail) => return self.told_of_case(due, mail, now, None).await,
            Outgoing::Invitation(mail) => (due.id, mail.clone()),
        };
        let what = match mail.kind {
            Kind::Invitation => What::Sent,
            Kind::Reminder(_) => What::Reminded,
            Kind::Thanks => What::Thanked,
        };
        let asking = self.catalog().asking();
        let remind = move |transaction: &mut Transaction<'_>, timeline: &Timeline| {
            let found: Option<Invitation> = transaction.get(&keys::invitation(&invitation))?;
            let next = asking.zip(found).and_then(|(asking, found)| {
                asking::remind(&asking.document, &found, timeline, mail.kind, now)
            });
            let Some((number, at)) = next else { return Ok(()) };
            let reminder = ToCustomer { kind: Kind::Reminder(number), since: at, tries: 0, ..mail };
            transaction.send_later(invitation, at, Outgoing::Invitation(reminder))
        };
        self.done(due, Step::new(now, what), remind).await
    }

    /// It is not sent and not tried again: the entry goes, and the reason is noted.
    ///
    /// # Errors
    /// When it cannot be written.
    pub async fn give_up(&self, due: &Due, now: Timestamp, why: &str) -> Result<(), StoreError> {
        match &due.outgoing {
            Outgoing::Case(mail) => self.told_of_case(due, mail, now, Some(why)).await,
            Outgoing::Invitation(_) => {
                self.done(due, Step::because(now, What::GivenUp, why), |_, _| Ok(())).await
            }
        }
    }

    /// It is tried again at `until`. `counts` says whether the mail itself was put off, by a server that answered.
    ///
    /// # Errors
    /// When it cannot be written.
    pub async fn defer(
        &self,
        due: &Due,
        until: Timestamp,
        counts: bool,
        step: Step,
    ) -> Result<(), StoreError> {
        let Due { id, at, mut outgoing } = due.clone();
        if counts {
            outgoing.put_off();
        }
        let of_invitation = matches!(outgoing, Outgoing::Invitation(_));
        self.write(Size::Small, move |transaction| {
            // It may have been taken back meanwhile, or the customer erased.
            if transaction.get::<Outgoing>(&keys::outgoing(milliseconds(at), &id))?.is_some() {
                transaction.send_later(id, until, outgoing)?;
                if of_invitation {
                    transaction.note(id, step)?;
                }
            }
            Ok(())
        })
        .await
    }

    /// What happened to the invitation with this token's hash, as far as it was noted.
    ///
    /// # Errors
    /// When it cannot be read.
    pub async fn timeline(&self, invitation: TokenHash) -> Result<Timeline, StoreError> {
        self.read(move |disk| Ok(disk.get(&keys::timeline(&invitation))?.unwrap_or_default())).await
    }

    /// What happened to each of these, with the response it led to.
    ///
    /// # Errors
    /// When it cannot be read.
    pub async fn timelines(
        &self,
        invitations: Vec<(TokenHash, Invitation)>,
    ) -> Result<Vec<(Invitation, Timeline, Option<Response>)>, StoreError> {
        self.read(move |disk| {
            let one = |(hash, invitation): (TokenHash, Invitation)| {
                let timeline = disk.get(&keys::timeline(&hash))?.unwrap_or_default();
                let response = match invitation.response {
                    Some(sequence) => disk.get(&keys::response(sequence))?,
                    None => None,
                };
                Ok((invitation, timeline, response))
            };
            invitations.into_iter().map(one).collect()
        })
        .await
    }

    async fn done(
        &self,
        due: &Due,
        step: Step,
        then: impl FnOnce(&mut Transaction<'_>, &Timeline) -> Result<(), StoreError> + Send + 'static,
    ) -> Result<(), StoreError> {
        let (at, invitation) = (milliseconds(due.at), due.id);
        self.write(Size::Small, move |transaction| {
            transaction.remove(keys::outgoing(at, &invitation));
            // Without one, the customer was erased while the mail was on its way.
            let timeline: Option<Timeline> = transaction.get(&keys::timeline(&invitation))?;
            let Some(mut timeline) = timeline else { return Ok(()) };
            // Another mail may have been put in meanwhile: that one stays.
            timeline.due = timeline.due.filter(|due| *due != at);
            let is_thanked = step.what == What::Thanked;
            transaction.note_in(invitation, &mut timeline, step)?;
            if is_thanked {
                // What was said meanwhile is thanked for by the same mail.
                return transaction.take_back(&invitation).map(drop);
            }
            if timeline.due.is_none() { then(transaction, &timeline) } else { Ok(()) }
        })
        .await
    }
}

impl Transaction<'_> {
    /// Puts a mail into the outbox, to be sent at `due`. An invitation has one there at most: the newest.
    pub(super) fn send_later(
        &mut self,
        invitation: TokenHash,
        due: Timestamp,
        outgoing: Outgoing,
    ) -> Result<(), StoreError> {
        let mut timeline: Timeline = self.get(&keys::timeline(&invitation))?.unwrap_or_default();
        if let Some(before) = timeline.due {
            self.remove(keys::outgoing(before, &invitation));
        }
        let due = milliseconds(due);
        timeline.due = Some(due);
        self.put(keys::timeline(&invitation), &timeline)?;
        self.put(keys::outgoing(due, &invitation), &outgoing)?;
        self.wake_outbox();
        Ok(())
    }

    /// Sends at this time what was to be sent later, if that is still there.
    pub(super) fn hurry(&mut self, id: TokenHash, now: Timestamp) -> Result<(), StoreError> {
        let timeline: Option<Timeline> = self.get(&keys::timeline(&id))?;
        let due = timeline.and_then(|timeline| timeline.due).filter(|due| *due > milliseconds(now));
        let Some(due) = due else { return Ok(()) };
        match self.get::<Outgoing>(&keys::outgoing(due, &id))? {
            Some(outgoing) => self.send_later(id, now, outgoing),
            None => Ok(()),
        }
    }

    /// Takes a mail out of the outbox that leaves nothing behind; says whether it was the one that is there.
    pub(super) fn leave_outbox(&mut self, id: &TokenHash, at: Timestamp) -> Result<bool, StoreError> {
        let key = keys::outgoing(milliseconds(at), id);
        if self.get::<Outgoing>(&key)?.is_none() {
            return Ok(false);
        }
        self.remove(key);
        let timeline: Option<Timeline> = self.get(&keys::timeline(id))?;
        // Another mail may have been put in meanwhile: that one stays.
        if timeline.is_some_and(|timeline| timeline.due == Some(milliseconds(at))) {
            self.remove(keys::timeline(id));
        }
        Ok(true)
    }

    /// Takes back what is still to be sent for an invitation; says whether there was something.
    pub(super) fn take_back(&mut self, invitation: &TokenHash) -> Result<bool, StoreError> {
        let timeline: Option<Timeline> = self.get(&keys::timeline(invitation))?;
        let Some(mut timeline) = timeline else { return Ok(false) };
        let Some(due) = timeline.due.take() else { return Ok(false) };
        self.remove(keys::outgoing(due, invitation));
        self.put(keys::timeline(invitation), &timeline)?;
        Ok(true)
    }

    /// Sends nothing more, and forgets what happened so far.
    pub(super) fn forget_mails(&mut self, invitation: &TokenHash) -> Result<(), StoreError> {
        let Some(timeline) = self.get::<Timeline>(&keys::timeline(invitation))? else { return Ok(()) };
        timeline.due.iter().for_each(|due| self.remove(keys::outgoing(*due, invitation)));
        self.remove(keys::timeline(invitation));
        Ok(())
    }

    /// Notes what happened to an invitation.
    pub(super) fn note(&mut self, invitation: TokenHash, step: Step) -> Result<(), StoreError> {
        let mut timeline: Timeline = self.get(&keys::timeline(&invitation))?.unwrap_or_default();
        self.note_in(invitation, &mut timeline, step)
    }

    /// The same where the timeline is at hand: the one place where a step is noted, and others hear of it.
    fn note_in(
        &mut self,
        invitation: TokenHash,
        timeline: &mut Timeline,
        step: Step,
    ) -> Result<(), StoreError> {
        if let Some(what) = events::What::of_step(step.what) {
            self.announce(Event::new(what, step.at, About::Invitation(invitation)));
        }
        timeline.note(step);
        self.put(keys::timeline(&invitation), timeline)
    }
}

/// Milliseconds of Unix time; what lies before it is due at once.
fn milliseconds(at: Timestamp) -> u64 {
    u64::try_from(at.as_millisecond()).unwrap_or(0)
}

/// The time and the invitation of an entry's key.
fn place(key: &[u8]) -> Result<(Timestamp, TokenHash), StoreError> {
    let read = || {
        let (due, invitation) = keys::place_in_outbox(key)?;
        Some((Timestamp::from_millisecond(i64::try_from(due).ok()?).ok()?, invitation))
    };
    read().ok_or_else(|| StoreError::Unreadable("the key of a mail to be sent".into()))
}

#[cfg(test)]
#[path = "outbox_tests.rs"]
mod tests;
