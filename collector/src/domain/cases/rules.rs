//! The document ready to be asked: conditions read, words in the form in which they are compared.

use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use wire::{Answer as Said, Kind, Score, Survey};

use super::follow::Answer;
use super::words::Words;
use super::{Due, FollowUp, Promises, Rule, WorkingHours};
use crate::domain::asking::Window;
use crate::domain::dates::time_zone;
use crate::domain::organisation::Organisation;
use crate::domain::query::{Condition, Key, OF_ALL, Space, Value, matches};
use crate::domain::responses::Response;

/// The follow-up document in force.
pub struct InForce {
    /// As it was pushed.
    pub document: Arc<FollowUp>,
    rules: Vec<Ready>,
    window: Window,
    zone: Option<TimeZone>,
}

/// A rule ready to be asked.
struct Ready {
    /// The scores that it is for, by a bit of each; those without a score are bit 11.
    scores: u16,
    condition: Condition,
    words: Words,
}

const NO_SCORE: u16 = 1 << 11;

impl InForce {
    /// Makes a document ready.
    ///
    /// # Errors
    /// Says what cannot be read; nothing of a document that was checked.
    pub fn new(document: FollowUp) -> Result<Self, String> {
        let rules = document.rules.iter().map(Ready::new).collect::<Result<_, _>>()?;
        let window = Window::read(&document.hours.days, document.hours.hours.as_deref())?;
        let zone = document.hours.time_zone.as_deref().and_then(time_zone);
        Ok(Self { document: Arc::new(document), rules, window, zone })
    }

    /// When people work.
    pub fn hours(&self, organisation: &Organisation) -> WorkingHours {
        let zone = self.zone.clone().unwrap_or_else(|| organisation.zone());
        WorkingHours::new(self.window.clone(), self.document.hours.holidays.iter().copied(), zone)
    }

    /// The first rule that a response matches.
    pub(super) fn rule(&self, answer: &Answer<'_>, organisation: &Organisation) -> Option<&Rule> {
        let score = answer.response.score.map_or(NO_SCORE, |score| 1 << score.get());
        let known = Known { answer, organisation, homes: OnceCell::new() };
        let matching = self.rules.iter().position(|rule| {
            rule.scores & score != 0
                && known.is(&rule.condition)
                && (rule.words.is_empty()
                    || known
                        .comments()
                        .any(|text| rule.words.are_in(text, answer.response.language.as_deref())))
        });
        matching.and_then(|place| self.document.rules.get(place))
    }

    /// Until when what is promised that begins now.
    pub(super) fn due(&self, promises: Promises, organisation: &Organisation, now: Timestamp) -> Due {
        let hours = self.hours(organisation);
        let by = |promised: Option<f64>| promised.map(|promised| hours.after(now, as_duration(promised)));
        let Promises { acknowledge_hours, contact_hours, resolve_hours } =
            promises.or(self.document.promises);
        Due { acknowledge: by(acknowledge_hours), contact: by(contact_hours), resolve: by(resolve_hours) }
    }

    /// When the next one is told, where still nothing happens.
    pub(super) fn again(&self, organisation: &Organisation, now: Timestamp) -> Timestamp {
        self.hours(organisation).after(now, as_duration(self.document.escalation.again_hours))
    }

    /// The words for a root cause in this language.
    pub fn root_cause(&self, id: &str, languages: &[&str]) -> Option<&str> {
        let cause = self.document.root_causes.iter().find(|cause| cause.id == id)?;
        let offered: Vec<String> = cause.text.keys().cloned().collect();
        cause.text.get(crate::domain::surveys::pick_language(&offered, languages)).map(String::as_str)
    }
}

fn as_duration(hours: f64) -> SignedDuration {
    SignedDuration::from_millis((hours * 3_600_000.0).round() as i64)
}

impl Ready {
    fn new(rule: &Rule) -> Result<Self, String> {
        let condition = rule.condition.as_deref().map_or(Ok(Condition::default()), Condition::read);
        let condition = condition.map_err(|error| error.to_string())?;
        let is_meant = |number: u8| {
            let category = Score::try_from(number).ok().map(Score::category);
            (rule.category.is_empty() || category.is_some_and(|category| rule.category.contains(&category)))
                && rule.scores.is_none_or(|[low, high]| (low..=high).contains(&number))
        };
        let mut scores = (0..=10).filter(|number| is_meant(*number)).fold(0, |all, number| all | 1 << number);
        if rule.category.is_empty() && rule.scores.is_none() {
            scores |= NO_SCORE;
        }
        Ok(Self { scores, condition, words: Words::new(&rule.words) })
    }
}

/// A response, with what else is known of it.
struct Known<'a> {
    answer: &'a Answer<'a>,
    organisation: &'a Organisation,
    /// Kind of unit → the agent's unit; worked out when somebody asks.
    homes: OnceCell<BTreeMap<&'a str, &'a str>>,
}

impl Known<'_> {
    fn is(&self, condition: &Condition) -> bool {
        match condition {
            Condition::All(parts) => parts.iter().all(|part| self.is(part)),
            Condition::Any(parts) => parts.iter().any(|part| self.is(part)),
            Condition::Not(inner) => !self.is(inner),
            Condition::Is(key, values) => self.has(key, values),
        }
    }

    fn has(&self, key: &Key, values: &[Value]) -> bool {
        let response: &Response = self.answer.response;
        let one = |value: Option<&str>| match value {
            Some(value) => matches(values, value),
            None => values.contains(&Value::Absent),
        };
        let name = key.name.as_str();
        let attribute = || response.known().find(|(known, _)| *known == name).map(|(_, value)| value);
        match (key.space, name) {
            (Space::Any, "survey") => one(Some(&response.survey)),
            (Space::Any, "agent") => one(response.agent.as_ref().map(|agent| agent.as_str())),
            (Space::Any, "language") => one(response.language.as_deref()),
            (Space::Any, "category") => one(response.score.map(|score| score.category().as_str())),
            (Space::Any, "score") => one(response.score.map(|score| score.get().to_string()).as_deref()),
            (Space::Any, "complete") => {
                one(Some(if response.completed_at.is_some() { "true" } else { "false" }))
            }
            (Space::Any, kind) if self.organisation.has_kind(kind) => one(self.home(kind)),
            (Space::Unit, kind) => one(self.home(kind)),
            (Space::Any, _) if attribute().is_some() => one(attribute()),
            (Space::Attribute, _) => one(attribute()),
            (Space::Any | Space::Answer, question) => self.answered(question, values),
        }
    }

    fn home(&self, kind: &str) -> Option<&str> {
        let response: &Response = self.answer.response;
        let homes = || match &response.agent {
            Some(agent) => self.organisation.units_of(agent.as_str(), response.at),
            None => BTreeMap::new(),
        };
        self.homes.get_or_init(homes).get(kind).copied()
    }

    fn answered(&self, question: &str, values: &[Value]) -> bool {
        match self.answer.response.answers.get(question) {
            None => values.contains(&Value::Absent),
            Some(Said::Number(number)) => matches(values, &number.to_string()),
            Some(Said::Text(text)) => matches(values, text),
            Some(Said::List(list)) => list.iter().any(|one| matches(values, one)),
            Some(Said::Flag(flag)) => matches(values, if *flag { "true" } else { "false" }),
        }
    }

    /// What the customer wrote.
    fn comments(&self) -> impl Iterator<Item = &str> {
        let survey: &Survey = self.answer.survey;
        let questions = survey.questions.iter().filter(|question| question.kind == Kind::Comment);
        questions.filter_map(|question| match self.answer.response.answers.get(&question.id) {
            Some(Said::Text(text)) => Some(text.as_str()),
            _ => None,
        })
    }
}

/// Why a condition cannot be asked of a response the moment it is given.
pub(super) fn check_condition(condition: &Condition, organisation: &Organisation) -> Result<(), String> {
    match condition {
        Condition::All(parts) | Condition::Any(parts) => {
            parts.iter().try_for_each(|part| check_condition(part, organisation))
        }
        Condition::Not(inner) => check_condition(inner, organisation),
        Condition::Is(key, _) => match (key.space, key.name.as_str()) {
            (Space::Any, "survey" | "agent" | "language" | "category" | "score" | "complete") => Ok(()),
            (Space::Any, "customer" | "email" | "phone" | "first_name") => {
                Err(format!("{key}: a rule goes by what was answered, not by who it was"))
            }
            (Space::Any, name) if OF_ALL.contains(&name) => {
                Err(format!("{key}: a case is opened whenever the answer comes; promises know working hours"))
            }
            (Space::Unit, kind) if !organisation.has_kind(kind) => {
                Err(format!("{key}: the organisation has no units of this kind"))
            }
            _ => Ok(()),
        },
    }
}
