//! Whether a follow-up document is sound: everything wrong with it, at once, each with its path.

use wire::FieldProblem;

use super::rules::check_condition;
use super::{FollowUp, Owner, Promises, Rule, Staff};
use crate::domain::asking::Window;
use crate::domain::dates::time_zone;
use crate::domain::names::is_survey_id;
use crate::domain::query::Condition;
use crate::domain::surveys::is_language;

/// Most rules, and most root causes: each response is held against all rules, and each list shows all causes.
const MOST: usize = 100;

/// Most words of a rule.
const MOST_WORDS: usize = 200;

/// The longest word of a rule, and the longest text of a root cause, bytes.
const MAX_BYTES: usize = 200;

/// The longest promise, working hours: about a year.
const MOST_HOURS: f64 = 2000.0;

/// Most holidays: ten years of them.
const MOST_HOLIDAYS: usize = 366;

/// Everything that is wrong with a document; nothing, if it can be used.
pub fn check(document: &FollowUp, staff: &Staff) -> Vec<FieldProblem> {
    let mut found = Findings { staff, problems: Vec::new() };
    found.person("fallback", document.fallback.as_str());
    found.hours(document);
    found.promises("promises", document.promises);
    let again = document.escalation.again_hours;
    if !(again > 0.0 && again <= MOST_HOURS) {
        found.add("escalation.again_hours", format!("{again}: above 0, up to {MOST_HOURS}"));
    }
    if document.capacity.each == 0 {
        found.add("capacity.each", "1 or more; who is to be given no case is not active");
    }
    let mail = &document.mail;
    if mail.wait_minutes > 60 {
        found.add("mail.wait_minutes", format!("{}: from 0 to 60", mail.wait_minutes));
    }
    if !(1..=31).contains(&mail.link_days) {
        found.add("mail.link_days", format!("{}: from 1 to 31", mail.link_days));
    }
    found.many("rule", "name", document.rules.iter().map(|rule| &rule.name));
    for (i, rule) in document.rules.iter().enumerate() {
        found.rule(&format!("rule[{i}]"), rule, document.promises);
    }
    found.root_causes(document);
    found.problems
}

struct Findings<'a> {
    staff: &'a Staff,
    problems: Vec<FieldProblem>,
}

impl Findings<'_> {
    fn add(&mut self, path: impl Into<String>, detail: impl Into<String>) {
        self.problems.push(FieldProblem::new(path, detail));
    }

    fn person(&mut self, path: &str, id: &str) {
        let known = id.parse().ok().and_then(|id| self.staff.people.get(&id));
        match known {
            None => self.add(path, format!("there is no person {id:?}")),
            Some(person) if !person.active => self.add(path, format!("{id:?} is not active")),
            Some(_) => {}
        }
    }

    fn hours(&mut self, document: &FollowUp) {
        let hours = &document.hours;
        if let Some(zone) = hours.time_zone.as_ref().filter(|zone| time_zone(zone).is_none()) {
            self.add("hours.time_zone", format!("there is no time zone {zone:?}: such as Europe/London"));
        }
        if let Err(detail) = Window::read(&hours.days, hours.hours.as_deref()) {
            self.add("hours.hours", detail);
        }
        for (i, day) in hours.days.iter().enumerate() {
            if hours.days[..i].contains(day) {
                self.add(format!("hours.days[{i}]"), "the day is there twice");
            }
        }
        if hours.holidays.len() > MOST_HOLIDAYS {
            self.add(
                "hours.holidays",
                format!("{} of them, more than {MOST_HOLIDAYS}", hours.holidays.len()),
            );
        }
    }

    /// Names that tell one from another, and not too many of them.
    fn many<'b>(&mut self, list: &str, field: &str, names: impl Iterator<Item = &'b String>) {
        let names: Vec<&String> = names.collect();
        if names.len() > MOST {
            self.add(list, format!("{} of them, more than {MOST}", names.len()));
        }
        for (i, name) in names.iter().enumerate() {
            if !is_survey_id(name) {
                self.add(format!("{list}[{i}].{field}"), "1 to 64 lower-case letters, digits and -");
            } else if names[..i].contains(name) {
                self.add(format!("{list}[{i}].{field}"), format!("{name:?} is there twice"));
            }
        }
    }

    fn rule(&mut self, path: &str, rule: &Rule, general: Promises) {
        if let Some([low, high]) = rule.scores.filter(|[low, high]| low > high || *high > 10) {
            self.add(format!("{path}.scores"), format!("[{low}, {high}]: from 0 to 10, the lower one first"));
        }
        if let Some(text) = &rule.condition {
            let condition = Condition::read(text).map_err(|error| error.to_string());
            let checked =
                condition.and_then(|condition| check_condition(&condition, &self.staff.organisation));
            if let Err(detail) = checked {
                self.add(format!("{path}.where"), detail);
            }
        }
        if rule.words.len() > MOST_WORDS {
            self.add(
                format!("{path}.words"),
                format!("{} of them, more than {MOST_WORDS}", rule.words.len()),
            );
        }
        for (i, word) in rule.words.iter().enumerate() {
            let has_letters = word.chars().any(char::is_alphanumeric);
            if !has_letters || word.len() > MAX_BYTES {
                let detail = format!("a word or several, up to {MAX_BYTES} bytes");
                self.add(format!("{path}.words[{i}]"), detail);
            }
        }
        match &rule.owner {
            Owner::Person(id) => self.person(&format!("{path}.owner.person"), id),
            Owner::LeastLoaded(unit) if self.staff.organisation.unit(unit).is_none() => {
                self.add(format!("{path}.owner.least_loaded"), format!("there is no unit {unit:?}"));
            }
            Owner::Lead | Owner::Agent | Owner::LeastLoaded(_) => {}
        }
        let before = self.problems.len();
        self.promises(&format!("{path}.promises"), rule.promises);
        if rule.promises != Promises::default() && self.problems.len() == before {
            self.order(&format!("{path}.promises"), rule.promises.or(general));
        }
    }

    fn promises(&mut self, path: &str, promises: Promises) {
        let Promises { acknowledge_hours, contact_hours, resolve_hours } = promises;
        for (name, hours) in [
            ("acknowledge_hours", acknowledge_hours),
            ("contact_hours", contact_hours),
            ("resolve_hours", resolve_hours),
        ] {
            if let Some(hours) = hours.filter(|hours| !(*hours > 0.0 && *hours <= MOST_HOURS)) {
                self.add(format!("{path}.{name}"), format!("{hours}: above 0, up to {MOST_HOURS}"));
            }
        }
        self.order(path, promises);
    }

    /// What comes later is promised for later.
    fn order(&mut self, path: &str, promises: Promises) {
        let Promises { acknowledge_hours, contact_hours, resolve_hours } = promises;
        let earlier = acknowledge_hours.zip(contact_hours).filter(|(first, then)| first > then);
        if let Some((first, then)) = earlier {
            self.add(
                format!("{path}.contact_hours"),
                format!("{then}: not before acknowledge_hours, {first}"),
            );
        }
        let first = contact_hours.or(acknowledge_hours);
        if let Some((first, then)) = first.zip(resolve_hours).filter(|(first, then)| first > then) {
            self.add(
                format!("{path}.resolve_hours"),
                format!("{then}: not before what comes first, {first}"),
            );
        }
    }

    fn root_causes(&mut self, document: &FollowUp) {
        self.many("root_cause", "id", document.root_causes.iter().map(|cause| &cause.id));
        for (i, cause) in document.root_causes.iter().enumerate() {
            if cause.text.is_empty() {
                self.add(
                    format!("root_cause[{i}].text"),
                    "at least one language, such as { en = \"Billing\" }",
                );
            }
            for (language, text) in &cause.text {
                if !is_language(language) {
                    let detail = "not a language tag such as \"en\" or \"pt-BR\"";
                    self.add(format!("root_cause[{i}].text.{language}"), detail);
                }
                if text.trim().is_empty() || text.len() > MAX_BYTES {
                    self.add(format!("root_cause[{i}].text.{language}"), format!("1 to {MAX_BYTES} bytes"));
                }
            }
        }
        if document.root_cause_required && document.root_causes.is_empty() {
            self.add("root_cause_required", "there are no root causes to choose from");
        }
    }
}
