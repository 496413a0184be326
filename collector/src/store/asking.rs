//! Who is asked: the document, the numbers that it goes by, and interactions decided on.
//!
//! A decision is made in the transaction that writes what follows from it: whatever is asked at the same time, by whichever way,
//! comes before it or after it.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp, ToSpan, tz::TimeZone};
use serde::{Deserialize, Serialize};
use wire::Survey;

use super::committer::Size;
use super::remembered::Remembered;
use super::transaction::Transaction;
use super::{Invited, Mailing, Store, StoreError, keys};
use crate::domain::asking::{
    self, Accepted, Asked, Asker, Asking, Before, Counted, Counter, Decision, Invite, Ledger, Seed, Skip,
    WouldAsk, decide,
};
use crate::domain::customers::Customer;
use crate::domain::invitations::{self, Decided, Invitation};
use crate::domain::names::CustomerId;
use crate::domain::secrets::{Token, TokenHash};
use crate::domain::suppressions::{Address, Suppression};

/// From so many interactions on, others are not to wait for them.
const MANY: usize = 16;

/// Days for which an interaction's id is known at least, and twice as long at most.
const GENERATION: i64 = 30;

/// The longest time from an invitation's making to its sending: the longest delay, and the wait for the hours of a quota.
const LONGEST_WAIT: SignedDuration = SignedDuration::from_hours(24 * 45);

/// The document in force.
pub struct InForce {
    /// When customers are asked.
    pub document: Arc<Asking>,
    /// What draws are made with; the same for every version.
    pub seed: Seed,
}

/// The same as it is stored: documents may leave fields out, which the other records' encoding does not allow for.
#[derive(Serialize, Deserialize)]
pub(super) struct Written {
    document: String,
    seed: Seed,
}

impl InForce {
    pub(super) fn read(written: Written) -> Result<Self, StoreError> {
        let document = serde_json::from_str(&written.document);
        let document = document.map_err(|error| StoreError::Unreadable(error.to_string().into()))?;
        Ok(Self { document: Arc::new(document), seed: written.seed })
    }
}

/// An interaction to be decided on.
pub struct Case {
    /// The interaction.
    pub interaction: Accepted,
    /// The token of the invitation that it may lead to.
    pub token: Token,
}

/// What became of an interaction. Stored: fields are only added, with a default.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    /// Whether the customer is asked.
    pub decision: Decision,
    /// When that was decided.
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    pub at: Timestamp,
    /// Until when the link works.
    #[serde(default)]
    pub expires_at: Option<Timestamp>,
    /// Whether it was decided before, on the same interaction.
    #[serde(skip)]
    pub duplicate: bool,
}

impl Outcome {
    /// What an interaction with an id led to, by the invitation.
    fn of(invitation: Invitation) -> Option<Self> {
        let Invitation { survey, decided, created_at: at, expires_at, .. } = invitation;
        let Decided { rule, mail, send_at, .. } = decided?;
        let decision = Decision::Invited(Invite { rule, survey, mail, send_at, counted: Vec::new() });
        Some(Self { decision, at, expires_at: Some(expires_at), duplicate: false })
    }

    /// What counted it is told of a trial only.
    fn forget_counted(&mut self) {
        if let Decision::Invited(invite) = &mut self.decision {
            invite.counted.clear();
        }
    }
}

/// Why nothing of a job is kept.
enum Undone {
    /// It was only tried.
    Tried(Vec<Outcome>),
    Failed(StoreError),
}

impl From<StoreError> for Undone {
    fn from(error: StoreError) -> Self {
        Self::Failed(error)
    }
}

impl Store {
    /// Puts a sound document in force; says whether it differs from the one before. The first one comes with the seed.
    ///
    /// # Errors
    /// When it cannot be written.
    pub async fn push_asking(&self, document: Asking, seed: Seed) -> Result<bool, StoreError> {
        let unreadable = |error: serde_json::Error| StoreError::Unreadable(error.to_string().into());
        let json = serde_json::to_string(&document).map_err(unreadable)?;
        self.write(Size::Small, move |transaction| {
            let before: Option<Written> = transaction.get(keys::ASKING)?;
            let seed = before.as_ref().map_or(seed, |before| before.seed);
            if before.is_some_and(|before| before.document == json) {
                return Ok(false);
            }
            transaction.put(keys::ASKING.to_vec(), &Written { document: json, seed })?;
            let in_force = Arc::new(InForce { document: Arc::new(document), seed });
            transaction.after(move |catalog| catalog.asking = Some(in_force));
            Ok(true)
        })
        .await
    }

    /// Keeps how many cases wait to be followed up.
    ///
    /// # Errors
    /// When it cannot be written.
    pub async fn set_backlog(&self, open: u64) -> Result<(), StoreError> {
        self.write(Size::Small, move |transaction| {
            transaction.put(keys::BACKLOG.to_vec(), &open)?;
            transaction.after(move |catalog| catalog.backlog = open);
            Ok(())
        })
        .await
    }

    /// Decides on interactions, one after the other, and keeps what follows, all or nothing. Where it is only tried, after what
    /// was tried before, nothing is kept. `surveys` are those of the rules.
    ///
    /// # Errors
    /// When it cannot be written.
    pub async fn interact(
        &self,
        cases: Vec<Case>,
        asker: Asker,
        surveys: BTreeMap<String, Arc<Survey>>,
        only_try: Option<Before>,
    ) -> Result<Vec<Outcome>, StoreError> {
        let supposed = only_try.as_ref().map_or(0, |before| before.invited.len() + before.counted.len());
        let size = if cases.len() + supposed > MANY { Size::Large } else { Size::Small };
        let job = move |transaction: &mut Transaction<'_>| {
            let most = 4 * cases.len() + 16;
            let is_trial = only_try.is_some();
            only_try.map_or(Ok(()), |before| transaction.suppose(before, asker.now()))?;
            let outcomes = cases.into_iter().map(|case| transaction.interact(case, &asker, &surveys));
            let mut outcomes = outcomes.collect::<Result<Vec<_>, StoreError>>()?;
            if is_trial {
                return Err(Undone::Tried(outcomes));
            }
            outcomes.iter_mut().for_each(Outcome::forget_counted);
            transaction.tidy(asker.now(), most)?;
            Ok(outcomes)
        };
        match self.write(size, job).await {
            Ok(outcomes) | Err(Undone::Tried(outcomes)) => Ok(outcomes),
            Err(Undone::Failed(error)) => Err(error),
        }
    }

    /// Whether a quiet period stands in the way of asking a customer this survey at this moment.
    ///
    /// # Errors
    /// When it cannot be read.
    pub async fn quiet(
        &self,
        customer: CustomerId,
        survey: String,
        now: Timestamp,
    ) -> Result<Option<Skip>, StoreError> {
        let Some(asking) = self.catalog().asking() else { return Ok(None) };
        self.read(move |disk| {
            let view = Transaction::new(disk, 0);
            asking::is_quiet(&asking.document, &view, &customer, &survey, now)
        })
        .await
    }
}

impl Transaction<'_> {
    fn interact(
        &mut self,
        case: Case,
        asker: &Asker,
        surveys: &BTreeMap<String, Arc<Survey>>,
    ) -> Result<Outcome, StoreError> {
        let Case { interaction, token } = case;
        let now = asker.now();
        let generation = generation(now);
        let hash = interaction.id.as_ref().map(keys::interaction_hash);
        if let Some(hash) = hash
            && let Some(before) = self.decided(hash, &token, generation)?
        {
            return Ok(Outcome { duplicate: true, ..before });
        }
        let decision = decide(asker, &interaction, self)?;
        let mut expires_at = None;
        if let Decision::Invited(invite) = &decision {
            for (counted, counter) in &invite.counted {
                self.put(keys::counter(counted), counter)?;
            }
            let send_at = invite.send_at;
            let survey = surveys.get(&invite.survey);
            let survey = survey.ok_or_else(|| StoreError::Unreadable("a rule's survey is gone".into()))?;
            let customer = interaction.known().clone();
            let mut invitation = interaction.invitation(survey, now, send_at);
            invitation.decided = hash.map(|interaction| {
                let Invite { rule, mail, .. } = invite.clone();
                Decided { interaction, rule, mail, send_at }
            });
            expires_at = Some(invitation.expires_at);
            let mailing = invite.mail.clone().map(|mail| Mailing { mail, send_at });
            self.invite(Invited { token, invitation, customer, mailing }, send_at)?;
        }
        let outcome = Outcome { decision, at: now, expires_at, duplicate: false };
        if let Some(hash) = hash.filter(|_| matches!(outcome.decision, Decision::Skipped(_))) {
            self.put(keys::interaction(generation, hash), &outcome)?;
        }
        Ok(outcome)
    }

    /// What was decided on an interaction that was told before: the invitation says it, where there is one.
    fn decided(
        &self,
        interaction: u128,
        token: &Token,
        generation: u32,
    ) -> Result<Option<Outcome>, StoreError> {
        let invitation: Option<Invitation> = self.get(&keys::invitation(&token.hash()))?;
        if let Some(outcome) = invitation.and_then(Outcome::of)
            && self::generation(outcome.at) + 1 >= generation
        {
            return Ok(Some(outcome));
        }
        for number in [generation, generation.saturating_sub(1)] {
            let before: Option<Outcome> = self.get(&keys::interaction(number, interaction))?;
            if before.is_some() {
                return Ok(before);
            }
        }
        Ok(None)
    }

    /// Remembers what was decided, once the invitation is gone that said it: who is erased is not asked by a repetition.
    pub(super) fn remember_decided(&mut self, invitation: &Invitation) -> Result<(), StoreError> {
        let (Some(decided), Some(outcome)) = (&invitation.decided, Outcome::of(invitation.clone())) else {
            return Ok(());
        };
        self.put(keys::interaction(generation(outcome.at), decided.interaction), &outcome)
    }

    /// Takes what a trial has come to so far for done.
    fn suppose(&mut self, before: Before, now: Timestamp) -> Result<(), StoreError> {
        for (n, would_ask) in before.invited.into_iter().enumerate() {
            let WouldAsk { customer, survey, send_at, email, phone } = would_ask;
            let nobodys = TokenHash::derived(&["tried", &n.to_string()]);
            let asked = invitations::Asked { survey, later: Some(send_at) };
            let known = Customer { email, phone, first_name: None };
            self.remember(&customer, &known, now, &nobodys, asked)?;
        }
        before.counted.into_iter().map(Into::into).try_for_each(|(counted, counter): (Counted, Counter)| {
            self.put(keys::counter(&counted), &counter)
        })
    }

    /// Removes what is needed no more: counters of days that are over everywhere, and interactions told long ago.
    fn tidy(&mut self, now: Timestamp, most: usize) -> Result<(), StoreError> {
        let today = now.to_zoned(TimeZone::UTC).date();
        let day = today.checked_sub(3.days()).unwrap_or(today);
        self.sweep(keys::COUNTERS, &keys::counters_of(day), most)?;
        let before = generation(now).saturating_sub(1);
        self.sweep(keys::INTERACTIONS, &keys::generation(before), most)
    }
}

/// Which generation of interactions is told at this time.
fn generation(now: Timestamp) -> u32 {
    u32::try_from(now.as_second() / (GENERATION * 24 * 60 * 60)).unwrap_or_default()
}

impl Ledger for Transaction<'_> {
    type Error = StoreError;

    fn known(
        &self,
        customer: &CustomerId,
        since: Option<Timestamp>,
    ) -> Result<(Customer, Vec<Asked>), StoreError> {
        let remembered: Remembered = self.get(&keys::customer(customer))?.unwrap_or_default();
        let known = remembered.customer();
        let Some(since) = since else { return Ok((known, Vec::new())) };
        let made = since.saturating_sub(LONGEST_WAIT).unwrap_or(Timestamp::MIN);
        let all = self.asked_of(customer, remembered, made)?.into_iter();
        let asked = all.map(|(at, _, asked)| Asked { survey: asked.survey, at: asked.later.unwrap_or(at) });
        Ok((known, asked.filter(|asked| asked.at >= since).collect()))
    }

    fn counter(&self, counted: &Counted) -> Result<Counter, StoreError> {
        Ok(self.get(&keys::counter(counted))?.unwrap_or_default())
    }

    fn suppression(&self, address: &Address, survey: &str) -> Result<Option<Suppression>, StoreError> {
        let hash = address.hash();
        if !self.may_be_suppressed(&hash) {
            return Ok(None);
        }
        match self.get(&keys::suppression(&hash, None))? {
            Some(of_all) => Ok(Some(of_all)),
            None => self.get(&keys::suppression(&hash, Some(survey))),
        }
    }
}

#[cfg(test)]
#[path = "asking_tests.rs"]
mod tests;
