//! How cases are written: case, trail, what is watched, how many everybody has, mails and events, all in the transaction of what
//! caused it.

use jiff::Timestamp;
use wire::Survey;
use wire::cases::State;

use super::follow_up::Following;
use super::transaction::Transaction;
use super::{StoreError, keys};
use crate::domain::cases::{Answer, Becomes, Case, CaseId, Entry, What, opened, reanswered};
use crate::domain::erasures::Erasure;
use crate::domain::events::{self, About, Event};
use crate::domain::names::{CustomerId, PersonId};
use crate::domain::outbox::{Outgoing, ToPerson};
use crate::domain::responses::Response;
use crate::domain::{cases, secrets::TokenHash};

impl Transaction<'_> {
    /// Follows up a response that is new or has changed. Where no rule is for it, and it has no case, nothing is written.
    pub(super) fn follow_up(
        &mut self,
        (sequence, response): (u64, &Response),
        survey: &Survey,
        following: Option<&Following>,
        is_new: bool,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let Some(following) = following else { return Ok(()) };
        let Following { in_force, staff } = following;
        let answer = Answer { sequence, response, survey };
        let found = match is_new {
            true => None,
            false => self.get::<CaseId>(&keys::case_of_response(sequence))?,
        };
        let Some(id) = found else {
            if let Some(opened) = opened(&answer, in_force, staff, self, now)? {
                self.open_case(opened, following, now)?;
            }
            return Ok(());
        };
        let Some(case) = self.get::<Case>(&keys::case(id))? else { return Ok(()) };
        if response.completed_at.is_some() {
            self.hurry(ToPerson::id(id, &case.owner), now)?;
        }
        match reanswered(case.clone(), &answer, in_force, staff, self, now)? {
            Some(becomes) => {
                if becomes.case.owner != case.owner {
                    self.take_back(&ToPerson::id(id, &case.owner))?;
                }
                self.change_case(id, &case, becomes, Some(following))
            }
            None => Ok(()),
        }
    }

    /// Writes a new case.
    pub(super) fn open_case(
        &mut self,
        opened: Becomes,
        following: &Following,
        now: Timestamp,
    ) -> Result<CaseId, StoreError> {
        let id = CaseId(self.get::<u64>(keys::NEXT_CASE)?.unwrap_or(1));
        self.put(keys::NEXT_CASE.to_vec(), &(id.0 + 1))?;
        if let Some(sequence) = opened.case.response {
            self.put(keys::case_of_response(sequence), &id)?;
        }
        if let Some(customer) = &opened.case.customer {
            self.put(keys::case_of_customer(customer, id), &())?;
        }
        // As if there had been nothing to do for nobody.
        let nothing = Case { state: State::NotNeeded, watch: None, opened_at: now, ..opened.case.clone() };
        self.change_case(id, &nothing, opened, Some(following))?;
        Ok(id)
    }

    /// Writes what becomes of a case.
    pub(super) fn change_case(
        &mut self,
        id: CaseId,
        before: &Case,
        becomes: Becomes,
        following: Option<&Following>,
    ) -> Result<(), StoreError> {
        let Becomes { mut case, entries, mail } = becomes;
        for entry in entries {
            self.add_entry(id, &mut case, &entry)?;
        }
        if before.watch != case.watch {
            before.watch.iter().for_each(|at| self.remove(keys::watched(*at, id)));
            case.watch.iter().try_for_each(|at| self.put(keys::watched(*at, id), &()))?;
        }
        if let Some(following) = following {
            let owner_of = |case: &Case| Some(case.owner.clone()).filter(|_| case.state.is_open());
            let (was, is) = (owner_of(before), owner_of(&case));
            if was != is {
                let Following { in_force, staff } = following;
                let capacity = |person| staff.capacity(person, &in_force.document);
                was.iter().try_for_each(|person| self.change_load(person, capacity(person), -1))?;
                is.iter().try_for_each(|person| self.change_load(person, capacity(person), 1))?;
            }
            if let Some((person, at)) = mail.filter(|_| following.in_force.document.mail.send) {
                let entries = case.entries;
                let mail = ToPerson { case: id, person: person.clone(), entries, since: at, tries: 0 };
                self.send_later(ToPerson::id(id, &person), at, Outgoing::Case(mail))?;
            }
        }
        self.put_case(id, case)
    }

    /// Adds something to a case's trail.
    pub(super) fn add_entry(&mut self, id: CaseId, case: &mut Case, entry: &Entry) -> Result<(), StoreError> {
        self.put(keys::trail(id, case.entries), entry)?;
        case.entries += 1;
        if let Some(what) = heard_of(entry) {
            self.announce(Event::new(what, entry.at, About::Case(id)));
        }
        Ok(())
    }

    /// Writes a case as it is, and lists it so.
    pub(super) fn put_case(&mut self, id: CaseId, case: Case) -> Result<(), StoreError> {
        self.put(keys::case(id), &case)?;
        self.after(move |catalog| catalog.change_work_list(|list| list.set(id, &case)));
        Ok(())
    }

    /// Erases whom the cases of a customer were about.
    pub(super) fn erase_cases(
        &mut self,
        customer: &CustomerId,
        how: &Erasure,
        following: Option<&Following>,
    ) -> Result<(), StoreError> {
        for key in self.keys(&keys::cases_of(customer))? {
            let id = keys::case_of(&key).ok_or_else(|| StoreError::Unreadable("the key of a case".into()))?;
            self.remove(key);
            let Some(case) = self.get::<Case>(&keys::case(id))? else { continue };
            for key in self.keys(&keys::trail_of(id))? {
                if let Some(entry) = self.get::<Entry>(&key)? {
                    self.put(key, &entry.without_texts())?;
                }
            }
            if let Some(sequence) = case.response.filter(|_| !how.keep_scores) {
                self.remove(keys::case_of_response(sequence));
            }
            self.forget_mails(&ToPerson::id(id, &case.owner))?;
            let becomes = cases::erase(case.clone(), how, how.at);
            self.change_case(id, &case, becomes, following)?;
        }
        Ok(())
    }

    /// A mail about a case was handed over, or given up: it is in the trail from now on.
    pub(super) fn case_mailed(
        &mut self,
        id: &TokenHash,
        at: Timestamp,
        mail: &ToPerson,
        now: Timestamp,
        failed: Option<String>,
    ) -> Result<(), StoreError> {
        if !self.leave_outbox(id, at)? {
            return Ok(());
        }
        let Some(mut case) = self.get::<Case>(&keys::case(mail.case))? else { return Ok(()) };
        let what = if failed.is_some() { What::NotMailed } else { What::Mailed };
        let entry = Entry::new(now, cases::Who::System, what)
            .change(None::<&PersonId>, Some(&mail.person))
            .noting(failed);
        self.add_entry(mail.case, &mut case, &entry)?;
        self.put(keys::case(mail.case), &case)
    }
}

/// What others hear of it.
fn heard_of(entry: &Entry) -> Option<events::What> {
    let state = |text: &Option<String>| text.as_deref().and_then(|text| text.parse::<State>().ok());
    let (from, to) = (state(&entry.from), state(&entry.to));
    match entry.what {
        What::Opened => Some(events::What::CaseOpened),
        What::Reopened => Some(events::What::CaseReopened),
        What::Assigned => Some(events::What::CaseAssigned),
        What::Escalated => Some(events::What::CaseEscalated),
        What::State => to.map(|to| match to {
            _ if to.is_open() && from.is_some_and(|from| !from.is_open()) => events::What::CaseReopened,
            State::New | State::Acknowledged => events::What::CaseAcknowledged,
            State::Contacted => events::What::CaseContacted,
            State::Resolved | State::NoAnswer | State::NotNeeded => events::What::CaseClosed,
        }),
        What::RootCause | What::Note | What::Answered => Some(events::What::CaseUpdated),
        What::Mailed | What::NotMailed | What::Erased => None,
    }
}
