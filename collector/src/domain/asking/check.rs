//! Whether an asking document is sound: everything wrong with it, at once, each with its path.

use jiff::{SignedDuration, Span, SpanRelativeTo};
use wire::FieldProblem;

use super::{Asking, Quota, Reminders, Rule, Window, whom};
use crate::domain::dates::time_zone;
use crate::domain::limits::Limits;
use crate::domain::names::is_survey_id;
use crate::domain::organisation::Organisation;
use crate::domain::query::{Condition, Key};

/// Most rules, and most quotas: each interaction is held against all of them.
const MOST: usize = 100;

/// The longest delay, days.
const LONGEST_DELAY: i64 = 31;

/// The longest quiet period, days.
const LONGEST_QUIET: u16 = 3650;

/// What a document may name.
pub struct Names<'a> {
    /// Whether there is such a survey.
    pub survey: &'a dyn Fn(&str) -> bool,
    /// Whether there is such a mail.
    pub mail: &'a dyn Fn(&str) -> bool,
    /// The kinds of units.
    pub organisation: &'a Organisation,
}

/// Everything that is wrong with a document; nothing, if it can be used.
pub fn check(document: &Asking, names: &Names<'_>, limits: &Limits) -> Vec<FieldProblem> {
    let mut found = Findings { names, limits, problems: Vec::new() };
    if let Some(zone) = document.time_zone.as_ref().filter(|zone| time_zone(zone).is_none()) {
        found.add("time_zone", format!("there is no time zone {zone:?}: such as Europe/London"));
    }
    found.quiet(document);
    found.many("rule", document.rules.iter().map(|rule| &rule.name));
    found.many("quota", document.quotas.iter().map(|quota| &quota.name));
    for (i, rule) in document.rules.iter().enumerate() {
        found.rule(&format!("rule[{i}]"), rule);
    }
    for (i, quota) in document.quotas.iter().enumerate() {
        found.quota(&format!("quota[{i}]"), quota);
    }
    if let Some(Reminders { most, after_days }) = document.reminders {
        if !(1..=5).contains(&most) {
            found.add("reminders.most", format!("{most}: from 1 to 5"));
        }
        if !(1..=60).contains(&after_days) {
            found.add("reminders.after_days", format!("{after_days}: from 1 to 60"));
        }
    }
    if let Some(slowing) = document.backlog.filter(|slowing| slowing.slow_from >= slowing.stop_at) {
        found.add("backlog.stop_at", format!("{}: above slow_from, {}", slowing.stop_at, slowing.slow_from));
    }
    found.problems
}

/// Reads how long after an interaction somebody is asked.
///
/// # Errors
/// In the words to be shown.
pub(super) fn read_delay(text: &str) -> Result<SignedDuration, String> {
    let no_span = || format!("{text:?} is not a time such as 20m, 2h or 1d");
    let span: Span = text.trim().parse().map_err(|_| no_span())?;
    let delay = span.to_duration(SpanRelativeTo::days_are_24_hours()).map_err(|_| no_span())?;
    if delay.is_negative() || delay > SignedDuration::from_hours(24 * LONGEST_DELAY) {
        return Err(format!("{text:?}: from nothing to {LONGEST_DELAY} days"));
    }
    Ok(delay)
}

struct Findings<'a> {
    names: &'a Names<'a>,
    limits: &'a Limits,
    problems: Vec<FieldProblem>,
}

impl Findings<'_> {
    fn add(&mut self, path: impl Into<String>, detail: impl Into<String>) {
        self.problems.push(FieldProblem::new(path, detail));
    }

    fn quiet(&mut self, document: &Asking) {
        let quiet = &document.quiet;
        let too_long =
            |days: u16| (days > LONGEST_QUIET).then(|| format!("{days}: from 0 to {LONGEST_QUIET}"));
        if let Some(detail) = too_long(quiet.days) {
            self.add("quiet.days", detail);
        }
        for (survey, days) in &quiet.surveys {
            let path = format!("quiet.surveys.{survey}");
            if let Some(detail) = too_long(*days) {
                self.add(&path, detail);
            }
            if !(self.names.survey)(survey) {
                self.add(&path, format!("there is no survey {survey:?}"));
            }
        }
        if let Some(times) = quiet.per_year.filter(|times| !(1..=365).contains(times)) {
            self.add("quiet.per_year", format!("{times}: from 1 to 365"));
        }
    }

    /// Names that tell one from another, and not too many of them.
    fn many<'b>(&mut self, list: &str, names: impl Iterator<Item = &'b String>) {
        let names: Vec<&String> = names.collect();
        if names.len() > MOST {
            self.add(list, format!("{} of them, more than {MOST}", names.len()));
        }
        for (i, name) in names.iter().enumerate() {
            if !is_survey_id(name) {
                self.add(format!("{list}[{i}].name"), "1 to 64 lower-case letters, digits and -");
            } else if names[..i].contains(name) {
                self.add(format!("{list}[{i}].name"), format!("{name:?} is there twice"));
            }
        }
    }

    fn rule(&mut self, path: &str, rule: &Rule) {
        if !(self.names.survey)(&rule.survey) {
            self.add(format!("{path}.survey"), format!("there is no survey {:?}", rule.survey));
        }
        if let Some(mail) = rule.mail.as_ref().filter(|mail| !(self.names.mail)(mail)) {
            self.add(format!("{path}.mail"), format!("there is no mail {mail:?} that can ask"));
        }
        for (name, value) in [("outcome", &rule.outcome), ("journey", &rule.journey)] {
            let most = self.limits.attribute_bytes;
            let can_be = |value: &String| {
                !value.is_empty()
                    && value.trim() == value
                    && value.len() <= most
                    && !value.chars().any(char::is_control)
            };
            if value.as_ref().is_some_and(|value| !can_be(value)) {
                let detail = format!("1 to {most} bytes, without spaces around: no interaction has another");
                self.add(format!("{path}.{name}"), detail);
            }
        }
        self.condition(path, rule.condition.as_deref());
        if !(0.0..=1.0).contains(&rule.share) {
            self.add(format!("{path}.share"), format!("{}: from 0 to 1", rule.share));
        }
        if let Some(Err(detail)) = rule.delay.as_deref().map(read_delay) {
            self.add(format!("{path}.delay"), detail);
        }
    }

    fn quota(&mut self, path: &str, quota: &Quota) {
        self.condition(path, quota.condition.as_deref());
        if let Some(by) = &quota.by {
            let key = Key::read(by).map_err(|error| error.to_string());
            if let Err(detail) = key.and_then(|key| whom::check_key(&key, self.names.organisation)) {
                self.add(format!("{path}.by"), detail);
            }
        }
        if let Err(detail) = Window::read(&quota.days, quota.hours.as_deref()) {
            self.add(format!("{path}.hours"), detail);
        }
        for (i, day) in quota.days.iter().enumerate() {
            if quota.days[..i].contains(day) {
                self.add(format!("{path}.days[{i}]"), "the day is there twice");
            }
        }
        if quota.per_day.is_none() && (quota.spread || quota.by.is_some()) {
            self.add(
                format!("{path}.per_day"),
                "how many a day: without it there is nothing to count or spread",
            );
        }
        if quota.per_day.is_none() && quota.days.is_empty() && quota.hours.is_none() {
            self.add(path, "none of per_day, days and hours: it limits nothing");
        }
    }

    fn condition(&mut self, path: &str, text: Option<&str>) {
        let Some(text) = text else { return };
        let condition = Condition::read(text).map_err(|error| error.to_string());
        if let Err(detail) = condition.and_then(|condition| whom::check(&condition, self.names.organisation))
        {
            self.add(format!("{path}.where"), detail);
        }
    }
}
