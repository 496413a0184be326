//! Counting as anybody would: one record after the other, in plain maps. Nothing here knows how the columns do it.

use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;
use jiff::tz::TimeZone;
use wire::{Answer, Kind, Survey};

use crate::domain::invitations::Invitation;
use crate::domain::names::AgentId;
use crate::domain::responses::Response;
use crate::facts::Shown;

/// How often each score was given; no score in the last place.
pub type Scores = [u32; 16];

/// Groups of one key that are counted; of more, none is.
const MOST_VALUES: usize = 200_000;

/// Stands between several answers to one question.
const BETWEEN: &str = "\u{1f}";

/// What the row of a response should say.
pub fn of_response(response: &Response, survey: Option<&Survey>) -> Shown {
    let mut values = common(&response.survey, response.agent.as_ref(), response.language.as_ref());
    for (name, value) in &response.attributes {
        values.insert(format!("attribute.{name}"), value.clone());
    }
    let channel = response.channel.map(|channel| channel.as_str());
    let device = response.device.map(|device| device.as_str());
    for (name, seen) in [("channel", channel), ("device", device)] {
        if let Some(seen) = seen {
            values.entry(format!("attribute.{name}")).or_insert_with(|| seen.to_owned());
        }
    }
    for question in survey.iter().flat_map(|survey| &survey.questions) {
        let value = match (question.kind, response.answers.get(&question.id)) {
            (Kind::Rating | Kind::Ces, Some(Answer::Number(number))) => number.to_string(),
            (Kind::Choice, Some(Answer::Text(choice))) => choice.clone(),
            (Kind::Choices, Some(Answer::List(choices))) if !choices.is_empty() => {
                let sorted: std::collections::BTreeSet<&str> = choices.iter().map(String::as_str).collect();
                sorted.into_iter().collect::<Vec<_>>().join(BETWEEN)
            }
            (Kind::Comment, Some(Answer::Text(text))) if !text.trim().is_empty() => "given".to_owned(),
            _ => continue,
        };
        values.insert(format!("answer.{}", question.id), value);
    }
    let took = response.completed_at.map(|completed| completed.as_second() - response.at.as_second());
    Shown {
        score: response.score.map(|score| score.get()),
        at: seconds(response.at),
        updated: seconds(response.updated_at),
        took: took.map(|took| took.clamp(0, 65_534) as u16),
        values,
    }
}

/// What the row of an invitation should say.
pub fn of_invitation(invitation: &Invitation, answered: bool) -> Shown {
    let Invitation { survey, agent, language, attributes, .. } = invitation;
    let mut values = common(survey, agent.as_ref(), language.as_ref());
    for (name, value) in attributes {
        values.insert(format!("attribute.{name}"), value.clone());
    }
    Shown { score: answered.then_some(1), at: seconds(invitation.created_at), values, ..Shown::default() }
}

fn common(survey: &str, agent: Option<&AgentId>, language: Option<&String>) -> BTreeMap<String, String> {
    let agent = agent.map(ToString::to_string);
    let told = [("survey", Some(survey.to_owned())), ("agent", agent), ("language", language.cloned())];
    told.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect()
}

/// Seconds since 1970, as far as rows can tell them: until 2106.
fn seconds(at: Timestamp) -> u32 {
    u32::try_from(at.as_second().max(0)).unwrap_or(u32::MAX)
}

/// What two rows differ in, in words; nothing, if they don't.
pub fn difference(stored: &Shown, counted: &Shown) -> Option<String> {
    if stored == counted {
        return None;
    }
    let number = |number: Option<u64>| number.map_or("nothing".to_owned(), |number| number.to_string());
    let plain = |row: &Shown| {
        [
            ("score", number(row.score.map(u64::from))),
            ("at", number(Some(row.at.into()))),
            ("updated", number(Some(row.updated.into()))),
            ("took", number(row.took.map(u64::from))),
        ]
    };
    let mut all = Vec::new();
    for ((name, stored), (_, counted)) in plain(stored).into_iter().zip(plain(counted)) {
        if stored != counted {
            all.push(format!("{name} is {stored} in the store and {counted} in the numbers"));
        }
    }
    let mut names: Vec<&String> = stored.values.keys().chain(counted.values.keys()).collect();
    names.sort();
    names.dedup();
    for name in names {
        let (stored, counted) = (stored.values.get(name), counted.values.get(name));
        if stored != counted {
            let said =
                |value: Option<&String>| value.map_or("nothing".to_owned(), |value| format!("{value:?}"));
            all.push(format!("{name} is {} in the store and {} in the numbers", said(stored), said(counted)));
        }
    }
    Some(all.join("; "))
}

/// Month, such as `2026-03` (UTC) → how often each score was given.
pub type Months = BTreeMap<String, Scores>;

/// Counts of everything, by everything.
#[derive(Default)]
pub struct Tally {
    /// Of all rows.
    pub all: Months,
    /// Key → value → counts. Without values where there are too many.
    pub by: BTreeMap<String, Option<HashMap<String, Months>>>,
    /// Key → of all rows that have it.
    pub with: BTreeMap<String, Months>,
}

impl Tally {
    /// Counts a row.
    pub fn add(&mut self, row: &Shown) {
        self.change(row, |count| *count += 1);
    }

    /// Takes a row back.
    pub fn take(&mut self, row: &Shown) {
        self.change(row, |count| *count -= 1);
    }

    fn change(&mut self, row: &Shown, change: impl Fn(&mut u32)) {
        let at = Timestamp::from_second(row.at.into()).unwrap_or_default();
        let date = TimeZone::UTC.to_datetime(at).date();
        let month = format!("{:04}-{:02}", date.year(), date.month());
        let slot = usize::from(row.score.unwrap_or(15));
        let count = |months: &mut Months| match months.get_mut(&month) {
            Some(scores) => change(&mut scores[slot]),
            None => change(&mut months.entry(month.clone()).or_default()[slot]),
        };
        count(&mut self.all);
        for (key, value) in &row.values {
            match self.with.get_mut(key) {
                Some(with) => count(with),
                None => count(self.with.entry(key.clone()).or_default()),
            }
            let by = match self.by.get_mut(key) {
                Some(by) => by,
                None => self.by.entry(key.clone()).or_insert_with(|| Some(HashMap::new())),
            };
            let Some(groups) = by else { continue };
            for value in value.split(BETWEEN) {
                match groups.get_mut(value) {
                    Some(months) => count(months),
                    None => count(groups.entry(value.to_owned()).or_default()),
                }
            }
            if groups.len() > MOST_VALUES {
                *by = None;
            }
        }
    }
}
