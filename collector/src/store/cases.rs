//! Cases: what people do with them, what a missed promise does, and reading them again.

use std::sync::{Arc, PoisonError};

use jiff::{SignedDuration, Timestamp};
use wire::Survey;
use wire::cases::{Act, State};

use super::committer::Size;
use super::customers::Past;
use super::disk::Disk;
use super::follow_up::Following;
use super::remembered::scores;
use super::transaction::Transaction;
use super::work_list::WorkList;
use super::{Due, Store, StoreError, keys};
use crate::domain::cases::{
    Acting, Becomes, ByHand, Case, CaseId, Entry, Refused, Sees, What, Who, act, by_hand, escalate,
};
use crate::domain::customers::Customer;
use crate::domain::limits::Limits;
use crate::domain::names::{CustomerId, PersonId, UnitId};
use crate::domain::outbox::ToPerson;
use crate::domain::responses::Response;

/// Why nothing was done with a case.
#[derive(Clone, Debug, thiserror::Error)]
pub enum ActError {
    /// There is none of this number.
    #[error("there is no such case")]
    Unknown,
    /// The response has one already.
    #[error("the response has the case {0}")]
    Exists(CaseId),
    /// It is not sound.
    #[error("it is not valid")]
    Invalid(Vec<wire::FieldProblem>),
    /// Somebody was faster: the state that the case is in, and what made it so.
    #[error("the case is {0}")]
    Changed(State, Option<Box<Entry>>),
    /// It could not be written.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A case whose time to be looked at has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Watched {
    /// Which.
    pub id: CaseId,
    /// Since when.
    pub at: Timestamp,
}

/// A case with what a list shows of it.
pub struct Listed {
    /// Its number.
    pub id: CaseId,
    /// The case.
    pub case: Case,
    /// The response it is about, with the survey that it answers.
    pub response: Option<(Response, Option<Arc<Survey>>)>,
    /// What is known of the customer.
    pub customer: Option<Customer>,
}

/// A case with all that is known of it.
pub struct Detail {
    /// As a list shows it.
    pub listed: Listed,
    /// What happened, in order.
    pub trail: Vec<Entry>,
    /// The customer's scores, the newest first, each with the case that it led to.
    pub history: Vec<(Past, Option<CaseId>)>,
}

/// What a case by hand is about.
pub struct Told {
    /// The sequence number of a response.
    pub response: Option<u64>,
    /// The customer, where it is about no response.
    pub customer: Option<CustomerId>,
    /// The unit.
    pub unit: Option<UnitId>,
    /// Who follows up.
    pub owner: Option<PersonId>,
    /// Why.
    pub note: Option<String>,
    /// Who says so.
    pub who: Who,
}

/// Most scores that a case shows of its customer.
const HISTORY: usize = 24;

impl Store {
    /// Does something with a case, once for a key of the caller's.
    ///
    /// # Errors
    /// Why it is not done, or when it cannot be written: then nothing is.
    pub async fn act(
        &self,
        id: CaseId,
        told: Act,
        who: Who,
        following: Following,
        limits: Arc<Limits>,
        now: Timestamp,
    ) -> Result<(), ActError> {
        self.write(Size::Small, move |transaction| {
            let case: Option<Case> = transaction.get(&keys::case(id))?;
            let case = case.ok_or(ActError::Unknown)?;
            if let Some(key) = &told.key
                && transaction.trail(id)?.iter().any(|entry| entry.key.as_ref() == Some(key))
            {
                return Ok(());
            }
            let Following { in_force, staff } = &following;
            let acting = Acting { act: told, who, in_force, staff, limits: &limits };
            let becomes = act(case.clone(), acting, now).map_err(|refused| match refused {
                Refused::Invalid(problems) => ActError::Invalid(problems),
                Refused::Changed(state) => {
                    let trail = transaction.trail(id).unwrap_or_default();
                    let moved =
                        |entry: &Entry| matches!(entry.what, What::State | What::Opened | What::Reopened);
                    ActError::Changed(state, trail.into_iter().rfind(moved).map(Box::new))
                }
            })?;
            if becomes.entries.is_empty() {
                return Ok(());
            }
            Ok(transaction.change_case(id, &case, becomes, Some(&following))?)
        })
        .await
    }

    /// Opens a case by hand.
    ///
    /// # Errors
    /// When the response has one already, or it cannot be written.
    pub async fn open_case(
        &self,
        told: Told,
        following: Following,
        now: Timestamp,
    ) -> Result<CaseId, ActError> {
        self.write(Size::Small, move |transaction| {
            let Told { response: sequence, customer, unit, owner, note, who } = told;
            let mut response: Option<Response> = None;
            if let Some(sequence) = sequence {
                if let Some(id) = transaction.get::<CaseId>(&keys::case_of_response(sequence))? {
                    return Err(ActError::Exists(id));
                }
                response = transaction.get(&keys::response(sequence))?;
            }
            let answer = sequence.zip(response.as_ref());
            let told = ByHand { answer, customer, unit, owner, note, who };
            let Following { in_force, staff } = &following;
            let opened: Becomes = by_hand(told, in_force, staff, transaction, now)?;
            Ok(transaction.open_case(opened, &following, now)?)
        })
        .await
    }

    /// Which cases are to be looked at by now, at most so many, those first that were to be first.
    ///
    /// # Errors
    /// When they cannot be read.
    pub async fn watched(&self, now: Timestamp, most: usize) -> Result<Vec<Watched>, StoreError> {
        let after =
            keys::watched(now.saturating_add(SignedDuration::from_millis(1)).unwrap_or(now), CaseId(0));
        self.read(move |disk| {
            let keys = disk.db.range(keys::WATCHED.to_vec()..after).keys().take(most);
            keys.map(|key| read_watched(&key?)).collect()
        })
        .await
    }

    /// When the next one is to be looked at.
    ///
    /// # Errors
    /// When it cannot be read.
    pub async fn next_watched(&self) -> Result<Option<Timestamp>, StoreError> {
        self.read(move |disk| {
            let first = disk.db.scan_prefix(keys::WATCHED).keys().next().transpose()?;
            first.map(|key| Ok(read_watched(&key)?.at)).transpose()
        })
        .await
    }

    /// Looks whether promises were missed; says how many were. Those that were looked at meanwhile are left alone.
    ///
    /// # Errors
    /// When it cannot be written.
    pub async fn look_after(
        &self,
        watched: Vec<Watched>,
        following: Following,
        now: Timestamp,
    ) -> Result<usize, StoreError> {
        self.write(Size::Small, move |transaction| {
            let mut missed = 0;
            for Watched { id, at } in watched {
                if transaction.get::<()>(&keys::watched(at, id))?.is_none() {
                    continue;
                }
                let Some(case) = transaction.get::<Case>(&keys::case(id))? else {
                    transaction.remove(keys::watched(at, id));
                    continue;
                };
                let Following { in_force, staff } = &following;
                let becomes = escalate(case.clone(), in_force, staff, transaction, now)?;
                missed += usize::from(!becomes.entries.is_empty());
                transaction.change_case(id, &case, becomes, Some(&following))?;
            }
            Ok(missed)
        })
        .await
    }

    /// These cases, as a list shows them; those that are not there are left out.
    ///
    /// # Errors
    /// When they cannot be read.
    pub async fn cases(&self, ids: Vec<CaseId>) -> Result<Vec<Listed>, StoreError> {
        let catalog = Arc::clone(&self.0.catalog);
        self.read(move |disk| {
            let survey = |id: &str, version| {
                let catalog = catalog.read().unwrap_or_else(PoisonError::into_inner);
                catalog.survey_version(id, version)
            };
            ids.into_iter().filter_map(|id| listed(disk, id, &survey).transpose()).collect()
        })
        .await
    }

    /// One case, with all that is known of it; nothing, if it is not among those that somebody sees.
    ///
    /// # Errors
    /// When it cannot be read.
    pub async fn case(&self, id: CaseId, sees: Sees) -> Result<Option<Detail>, StoreError> {
        let catalog = Arc::clone(&self.0.catalog);
        self.read(move |disk| {
            let survey = |id: &str, version| {
                let catalog = catalog.read().unwrap_or_else(PoisonError::into_inner);
                catalog.survey_version(id, version)
            };
            let listed = listed(disk, id, &survey)?.filter(|listed| sees.case(&listed.case));
            let Some(listed) = listed else { return Ok(None) };
            let trail = disk.scan::<Entry>(&keys::trail_of(id)).map(|entry| Ok(entry?.1));
            let trail = trail.collect::<Result<_, StoreError>>()?;
            let history = match &listed.case.customer {
                Some(customer) => history(disk, customer, &sees)?,
                None => Vec::new(),
            };
            Ok(Some(Detail { listed, trail, history }))
        })
        .await
    }

    /// The case itself, by its number.
    ///
    /// # Errors
    /// When it cannot be read.
    pub async fn bare_case(&self, id: CaseId) -> Result<Option<Case>, StoreError> {
        self.read(move |disk| disk.get(&keys::case(id))).await
    }

    /// The numbers of a customer's cases.
    ///
    /// # Errors
    /// When they cannot be read.
    pub async fn cases_of(&self, customer: CustomerId) -> Result<Vec<CaseId>, StoreError> {
        let unreadable = || StoreError::Unreadable("the key of a customer's case".into());
        self.read(move |disk| {
            let keys = disk.db.scan_prefix(keys::cases_of(&customer)).keys();
            keys.map(|key| keys::case_of(&key?).ok_or_else(unreadable)).collect()
        })
        .await
    }

    /// The sequence number of a customer's response with this id, if it has a score.
    ///
    /// # Errors
    /// When it cannot be read.
    pub async fn response_of(&self, customer: CustomerId, id: String) -> Result<Option<u64>, StoreError> {
        self.read(move |disk| {
            for entry in scores(disk, &customer)? {
                let (sequence, _) = entry?;
                let response: Option<Response> = disk.get(&keys::response(sequence))?;
                if response.is_some_and(|response| response.id.to_string() == id) {
                    return Ok(Some(sequence));
                }
            }
            Ok(None)
        })
        .await
    }

    /// Whether a mail about a case is still to be sent.
    ///
    /// # Errors
    /// When it cannot be read.
    pub async fn is_still_due(&self, due: &Due) -> Result<bool, StoreError> {
        let milliseconds = u64::try_from(due.at.as_millisecond()).unwrap_or_default();
        let key = keys::outgoing(milliseconds, &due.id);
        self.read(move |disk| Ok(disk.db.contains_key(key)?)).await
    }

    /// A mail about a case was handed over, or given up.
    pub(super) async fn told_of_case(
        &self,
        due: &Due,
        mail: &ToPerson,
        now: Timestamp,
        failed: Option<&str>,
    ) -> Result<(), StoreError> {
        let (id, at, mail, failed) = (due.id, due.at, mail.clone(), failed.map(str::to_owned));
        self.write(Size::Small, move |transaction| transaction.case_mailed(&id, at, &mail, now, failed)).await
    }
}

impl Transaction<'_> {
    /// What happened to a case, in order.
    fn trail(&self, id: CaseId) -> Result<Vec<Entry>, StoreError> {
        let keys = self.keys(&keys::trail_of(id))?.into_iter();
        keys.filter_map(|key| self.get(&key).transpose()).collect()
    }
}

/// Lists everything there is.
pub(super) fn read_all(disk: &Disk, list: &mut WorkList) -> Result<(), StoreError> {
    for entry in disk.scan::<Case>(keys::ALL_CASES) {
        let (key, case) = entry?;
        let id = keys::case_of(&key).ok_or_else(|| StoreError::Unreadable("the key of a case".into()))?;
        list.set(id, &case);
    }
    Ok(())
}

fn read_watched(key: &[u8]) -> Result<Watched, StoreError> {
    let (at, id) = keys::time_and_case(key)
        .ok_or_else(|| StoreError::Unreadable("the key of what is watched".into()))?;
    Ok(Watched { id, at })
}

fn listed(
    disk: &Disk,
    id: CaseId,
    survey: &impl Fn(&str, u32) -> Option<Arc<Survey>>,
) -> Result<Option<Listed>, StoreError> {
    let Some(case) = disk.get::<Case>(&keys::case(id))? else { return Ok(None) };
    let response: Option<Response> = match case.response {
        Some(sequence) => disk.get(&keys::response(sequence))?,
        None => None,
    };
    let response = response.map(|response| {
        let survey = survey(&response.survey, response.version);
        (response, survey)
    });
    let customer = match &case.customer {
        Some(customer) => disk.get(&keys::customer(customer))?,
        None => None,
    };
    Ok(Some(Listed { id, case, response, customer }))
}

/// The scores, and of those whose cases are seen as well their cases.
fn history(
    disk: &Disk,
    customer: &CustomerId,
    sees: &Sees,
) -> Result<Vec<(Past, Option<CaseId>)>, StoreError> {
    let newest = scores(disk, customer)?.take(HISTORY);
    let one = |entry: Result<(u64, Past), StoreError>| {
        let (sequence, past) = entry?;
        let Some(id) = disk.get(&keys::case_of_response(sequence))? else { return Ok((past, None)) };
        let case: Option<Case> = disk.get(&keys::case(id))?;
        Ok((past, case.filter(|case| sees.case(case)).map(|_| id)))
    };
    newest.map(one).collect()
}

#[cfg(test)]
#[path = "cases_tests.rs"]
mod tests;
