//! The decision: whether somebody is asked, and when.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::check::read_delay;
use super::whom::Known;
use super::{Accepted, Asking, HandMade, Outside, Quiet, Quota, Rule, Seed, Skip, Window};
use crate::domain::customers::Customer;
use crate::domain::dates;
use crate::domain::names::CustomerId;
use crate::domain::organisation::Organisation;
use crate::domain::query::{Condition, Key};
use crate::domain::suppressions::{Address, Reason, Suppression};

/// How often a time is looked for that suits all quotas.
const ROUNDS: usize = 16;

const DAY: SignedDuration = SignedDuration::from_hours(24);

/// What is known when it is decided: of the moment at which it is decided, so that nothing comes in between.
pub trait Ledger {
    /// Why it cannot be told.
    type Error;

    /// What is known of a customer; and what the customer was asked since then, whatever the channel, in any order. What is to be
    /// sent yet counts as asked. Nothing was, where no time is given.
    ///
    /// # Errors
    /// When it cannot be read.
    fn known(
        &self,
        customer: &CustomerId,
        since: Option<Timestamp>,
    ) -> Result<(Customer, Vec<Asked>), Self::Error>;

    /// How many were counted.
    ///
    /// # Errors
    /// When it cannot be read.
    fn counter(&self, counted: &Counted) -> Result<Counter, Self::Error>;

    /// The entry of the suppression list for an address, for this survey or all of them.
    ///
    /// # Errors
    /// When it cannot be read.
    fn suppression(&self, address: &Address, survey: &str) -> Result<Option<Suppression>, Self::Error>;
}

/// That a customer was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// The survey.
    pub survey: String,
    /// When; of a mail that waits, when it is sent.
    pub at: Timestamp,
}

/// What a quota counts.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Counted {
    /// The quota's name.
    pub quota: String,
    /// The agent, unit or value it is of; empty where there is none, or one number for all.
    pub of: String,
    /// The customer's day.
    pub day: Date,
}

/// How many were asked on one day. Stored: fields are only added, with a default.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counter {
    /// How many.
    pub used: u32,
    /// For when the last of them was asked.
    pub last: Option<Timestamp>,
}

/// What becomes of an interaction. Stored: fields are only added, with a default.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// The customer is asked.
    Invited(Invite),
    /// The customer is not asked.
    Skipped(Skip),
}

/// How the customer is asked. Stored: fields are only added, with a default.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Invite {
    /// The rule that says so.
    pub rule: String,
    /// The survey.
    pub survey: String,
    /// The mail; without one, whoever has the link sends it.
    pub mail: Option<String>,
    /// When it is to be sent.
    pub send_at: Timestamp,
    /// What counts it, as it is with it.
    #[serde(skip)]
    pub counted: Vec<(Counted, Counter)>,
}

/// When somebody is asked, and what counts it.
type Place = (Timestamp, Vec<(Counted, Counter)>);

/// The document, made ready for many interactions at one moment.
pub struct Asker {
    document: Arc<Asking>,
    /// Of each rule, its condition and delay.
    rules: Vec<(Condition, SignedDuration)>,
    quotas: Vec<Ready>,
    zone: TimeZone,
    kinds: BTreeSet<String>,
    seed: Seed,
    /// How many cases are open.
    open: u64,
    now: Timestamp,
}

/// A quota with everything read.
struct Ready {
    by: Option<Key>,
    condition: Condition,
    window: Window,
}

impl Asker {
    /// A sound document, ready to decide by; `open` is how many cases wait to be followed up.
    pub fn new(
        document: Arc<Asking>,
        organisation: &Organisation,
        seed: Seed,
        open: u64,
        now: Timestamp,
    ) -> Self {
        // What cannot be read was not taken; that a condition is never right is the safe side.
        let condition = |text: &Option<String>| match text {
            None => Condition::default(),
            Some(text) => Condition::read(text).unwrap_or(Condition::Any(Vec::new())),
        };
        let rule = |rule: &Rule| (condition(&rule.condition), delay(rule));
        let quota = |quota: &Quota| {
            let window =
                Window::read(&quota.days, quota.hours.as_deref()).or_else(|_| Window::read(&[], None));
            let by = quota.by.as_deref().and_then(|by| Key::read(by).ok());
            Some(Ready { by, condition: condition(&quota.condition), window: window.ok()? })
        };
        let zone = document.time_zone.as_deref().and_then(dates::time_zone);
        Self {
            rules: document.rules.iter().map(rule).collect(),
            quotas: document.quotas.iter().filter_map(quota).collect(),
            zone: zone.unwrap_or_else(|| organisation.zone()),
            kinds: organisation.kinds().into_iter().map(str::to_owned).collect(),
            document,
            seed,
            open,
            now,
        }
    }

    /// The moment at which it decides.
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// The first rule that an interaction matches.
    fn rule(&self, known: &Known<'_>) -> Option<(&Rule, SignedDuration)> {
        let attribute = |name: &str| known.interaction.told.attributes.get(name);
        let is = |wanted: &Option<String>, name: &str| wanted.is_none() || wanted.as_ref() == attribute(name);
        let mut rules = self.document.rules.iter().zip(&self.rules);
        let fits = |(rule, (condition, _)): &(&Rule, &(Condition, SignedDuration))| {
            is(&rule.outcome, "outcome") && is(&rule.journey, "journey") && known.is(condition)
        };
        rules.find(fits).map(|(rule, (_, delay))| (rule, *delay))
    }

    /// Whether this rule's draw goes for the customer.
    fn drawn(&self, rule: &Rule, customer: &CustomerId) -> Result<(), Skip> {
        let day = self.now.to_zoned(self.zone.clone()).date();
        let draw = self.seed.draw(customer, &rule.name, day);
        if draw >= rule.share {
            return Err(Skip::NotSampled { share: rule.share });
        }
        // The same draw: as follow-up falls behind, those who are left out are more and more, and nobody comes in.
        let share = self.document.backlog.map_or(1.0, |slowing| slowing.share(self.open));
        if draw >= rule.share * share { Err(Skip::Backlog { open: self.open }) } else { Ok(()) }
    }

    /// The first time from a moment on that suits every quota, and how they count it.
    fn place<L: Ledger>(
        &self,
        known: &Known<'_>,
        ledger: &L,
        from: Timestamp,
    ) -> Result<Result<Place, Skip>, L::Error> {
        let zone = known.interaction.zone.as_ref().unwrap_or(&self.zone);
        let quotas = self.document.quotas.iter().zip(&self.quotas);
        let quotas: Vec<(&Quota, &Ready)> = quotas.filter(|(_, ready)| known.is(&ready.condition)).collect();
        let mut at = from;
        let mut last = "";
        for _ in 0..ROUNDS {
            let mut counted = Vec::with_capacity(quotas.len());
            let before = at;
            for (quota, ready) in &quotas {
                let outside = || Skip::OutsideHours { quota: quota.name.clone() };
                let Some(opening) = ready.window.open(at, zone) else { return Ok(Err(outside())) };
                if opening.from > at && quota.outside == Outside::Skip {
                    return Ok(Err(outside()));
                }
                at = opening.from;
                if let Some(per_day) = quota.per_day {
                    let of = ready.by.as_ref().and_then(|by| known.value(by));
                    let name = Counted {
                        quota: quota.name.clone(),
                        of: of.unwrap_or_default().to_owned(),
                        day: opening.day,
                    };
                    let counter = ledger.counter(&name)?;
                    let Some(left) = per_day.checked_sub(counter.used).filter(|left| *left > 0) else {
                        let of = of.map(str::to_owned);
                        return Ok(Err(Skip::QuotaUsedUp { quota: quota.name.clone(), of, per_day }));
                    };
                    if let Some(last) = counter.last.filter(|_| quota.spread) {
                        at = at.max(next_place(last, opening.to, left));
                    }
                    counted.push((name, counter));
                }
                if at > before {
                    last = &quota.name;
                }
            }
            if at == before {
                for (_, counter) in &mut counted {
                    *counter = Counter { used: counter.used + 1, last: counter.last.max(Some(at)) };
                }
                return Ok(Ok((at, counted)));
            }
        }
        // Quotas that are never open at the same time.
        Ok(Err(Skip::OutsideHours { quota: last.to_owned() }))
    }
}

/// What is left of a day is cut into as many parts as can still be asked, and one more: the next begins after the first part.
fn next_place(last: Timestamp, end: Timestamp, left: u32) -> Timestamp {
    let part = end.duration_since(last).as_millis() / (i128::from(left) + 1);
    last + SignedDuration::from_millis(i64::try_from(part).unwrap_or_default().max(0))
}

fn delay(rule: &Rule) -> SignedDuration {
    rule.delay.as_deref().and_then(|text| read_delay(text).ok()).unwrap_or_default()
}

/// Decides on one interaction.
///
/// # Errors
/// When the ledger cannot be read.
pub fn decide<L: Ledger>(asker: &Asker, interaction: &Accepted, ledger: &L) -> Result<Decision, L::Error> {
    let skipped = |skip| Ok(Decision::Skipped(skip));
    let known = Known { interaction, homes: &interaction.homes, kinds: &asker.kinds };
    let Some((rule, delay)) = asker.rule(&known) else { return skipped(Skip::NoRule) };
    let customer = interaction.customer();
    let (mut person, asked) =
        ledger.known(customer, since(&asker.document.quiet, &rule.survey, asker.now))?;
    person.update(interaction.known());
    if rule.mail.is_some() && person.email.is_none() {
        return skipped(Skip::NoAddress);
    }
    if let Some(skip) = suppressed(ledger, customer, &person, &rule.survey)? {
        return skipped(skip);
    }
    if let Some(skip) = quiet(&asker.document.quiet, &asked, &rule.survey, asker.now) {
        return skipped(skip);
    }
    if let Err(skip) = asker.drawn(rule, customer) {
        return skipped(skip);
    }
    let from = asker.now.saturating_add(delay).unwrap_or(Timestamp::MAX);
    match asker.place(&known, ledger, from)? {
        Err(skip) => skipped(skip),
        Ok((send_at, counted)) => Ok(Decision::Invited(Invite {
            rule: rule.name.clone(),
            survey: rule.survey.clone(),
            mail: rule.mail.clone(),
            send_at,
            counted,
        })),
    }
}

/// Why a customer who is invited by hand is not asked. The suppression list is always kept, quiet periods as the document says.
///
/// # Errors
/// When the ledger cannot be read.
pub fn by_hand<L: Ledger>(
    document: Option<&Asking>,
    ledger: &L,
    customer: &CustomerId,
    told: &Customer,
    survey: &str,
    now: Timestamp,
) -> Result<Option<Skip>, L::Error> {
    let kept = document.map(|document| &document.quiet).filter(|quiet| quiet.hand_made == HandMade::Keep);
    let (mut person, asked) = ledger.known(customer, kept.and_then(|quiet| since(quiet, survey, now)))?;
    person.update(told);
    if let Some(skip) = suppressed(ledger, customer, &person, survey)? {
        return Ok(Some(skip));
    }
    Ok(kept.and_then(|kept| quiet(kept, &asked, survey, now)))
}

/// Whether a quiet period stands in the way of asking a customer this survey.
///
/// # Errors
/// When the ledger cannot be read.
pub fn is_quiet<L: Ledger>(
    document: &Asking,
    ledger: &L,
    customer: &CustomerId,
    survey: &str,
    now: Timestamp,
) -> Result<Option<Skip>, L::Error> {
    let (_, asked) = ledger.known(customer, since(&document.quiet, survey, now))?;
    Ok(quiet(&document.quiet, &asked, survey, now))
}

/// Whether the customer is on the suppression list.
fn suppressed<L: Ledger>(
    ledger: &L,
    customer: &CustomerId,
    person: &Customer,
    survey: &str,
) -> Result<Option<Skip>, L::Error> {
    for address in Address::all_of(customer, person) {
        if let Some(Suppression { reason, at, .. }) = ledger.suppression(&address, survey)? {
            return Ok(Some(match reason {
                Reason::Unsubscribed => Skip::Unsubscribed { at },
                Reason::Bounced => Skip::Bounced { at },
                Reason::Complained | Reason::Listed => Skip::Suppressed { at },
            }));
        }
    }
    Ok(None)
}

/// How long a quiet period is that keeps from asking anything, and one that keeps from asking this survey.
fn lengths(quiet: &Quiet, survey: &str) -> (SignedDuration, SignedDuration) {
    let own = quiet.surveys.get(survey).copied().unwrap_or_default();
    (days(quiet.days), days(own.max(quiet.days)))
}

fn days(days: u16) -> SignedDuration {
    DAY.checked_mul(days.into()).unwrap_or(SignedDuration::MAX)
}

/// From when on it matters what somebody was asked, if it does.
fn since(quiet: &Quiet, survey: &str, now: Timestamp) -> Option<Timestamp> {
    let (_, longest) = lengths(quiet, survey);
    let longest = if quiet.per_year.is_some() { longest.max(days(365)) } else { longest };
    (!longest.is_zero()).then(|| now.saturating_sub(longest).unwrap_or(Timestamp::MIN))
}

/// Why somebody who was asked this is not asked the survey now.
fn quiet(quiet: &Quiet, asked: &[Asked], survey: &str, now: Timestamp) -> Option<Skip> {
    let (all, own) = lengths(quiet, survey);
    let end = |at: Timestamp, length: SignedDuration| at.saturating_add(length).unwrap_or(Timestamp::MAX);
    let ends = asked.iter().map(|asked| {
        let length = if asked.survey == survey { own } else { all };
        (end(asked.at, length), asked)
    });
    if let Some((until, asked)) = ends.filter(|(until, _)| *until > now).max_by_key(|(until, _)| *until) {
        return Some(Skip::AskedRecently { survey: asked.survey.clone(), at: asked.at, until });
    }
    let per_year = quiet.per_year?;
    let mut ends: Vec<Timestamp> =
        asked.iter().map(|asked| end(asked.at, days(365))).filter(|end| *end > now).collect();
    ends.sort_unstable();
    // Enough of them must have ended that one fewer than may be is left.
    let over = ends.len().checked_sub(per_year.into()).and_then(|more| ends.get(more));
    over.map(|until| Skip::AskedOftenEnough { times: per_year, until: *until })
}
