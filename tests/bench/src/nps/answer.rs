//! What everybody answers, so far as it can be compared.

use std::collections::BTreeMap;

use anyhow::Context;
use hearback::facts::{Counted, Counts, Key};

use super::question::Question;

/// What stands for "there is none". No value is called so.
const NONE: &str = "-";

/// Responses, promoters, detractors.
type Three = [u64; 3];

/// Group, and part of time, → counts. What nobody counted is left out.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Answer(BTreeMap<Vec<String>, Three>);

impl Answer {
    /// What the facts say.
    pub(super) fn ours(counted: &Counted, question: &Question) -> Self {
        let mut answer = Self::default();
        let whole = [(Vec::new(), &counted.total)];
        let groups = counted.groups.iter().map(|group| {
            let keys = group.key.iter().zip(&question.ask.by);
            (keys.map(|(key, by)| name(key, &by.key.name)).collect(), &group.counts)
        });
        let all: Vec<(Vec<String>, &Vec<Counts>)> = match question.ask.by.is_empty() {
            true => whole.into(),
            false => groups.collect(),
        };
        for (key, counts) in all {
            for (place, counts) in counts.iter().enumerate() {
                let sum = |scores: &[u32]| scores.iter().map(|count| u64::from(*count)).sum::<u64>();
                let three = [sum(&counts[..=10]), sum(&counts[9..=10]), sum(&counts[..=6])];
                let mut key: Vec<String> = key.clone();
                key.extend(counted.parts.get(place).map(|part| part.label.clone()));
                // Nobody but the facts tells of those who gave no answer to a question with several.
                let told = question.tells_none || key.iter().all(|name| name != NONE);
                if three[0] > 0 && told {
                    answer.0.insert(key, three);
                }
            }
        }
        answer
    }

    /// Takes in a line of what a rival says: its fields are the groups, the first second of the month, and the counts.
    pub(super) fn read(&mut self, line: &str) -> anyhow::Result<()> {
        let mut fields: Vec<&str> = line.split('\t').collect();
        let counts = fields.split_off(fields.len().saturating_sub(3));
        let counts = counts.into_iter().map(str::parse).collect::<Result<Vec<u64>, _>>();
        let counts = counts.ok().and_then(|counts| Three::try_from(counts).ok());
        let counts = counts.with_context(|| format!("an answer that is not understood: {line:?}"))?;
        let key = fields.into_iter().map(|field| match field {
            "" => NONE.to_owned(),
            time if time.ends_with("-01 00:00:00") => time[..7].to_owned(),
            value => value.to_owned(),
        });
        self.0.insert(key.collect(), counts);
        Ok(())
    }

    /// The first thing that another says otherwise.
    pub(super) fn difference(&self, other: &Self) -> Option<String> {
        let keys = self.0.keys().chain(other.0.keys());
        let different = keys.into_iter().find(|key| self.0.get(*key) != other.0.get(*key))?;
        let of = |answer: &Self| format!("{:?}", answer.0.get(different));
        Some(format!("counted {} of {different:?}, the collector {}", of(other), of(self)))
    }
}

/// A group as the rivals call it: they count hours and days.
fn name(key: &Key, by: &str) -> String {
    const DAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    match (key, by) {
        (Key::Absent, _) => NONE.to_owned(),
        (Key::Rest, _) => "rest".to_owned(),
        (Key::Value(hour), "hour") => hour.trim_start_matches('0').parse().unwrap_or(0u8).to_string(),
        (Key::Value(day), "weekday") => {
            DAYS.iter().position(|known| **known == **day).map_or(0, |place| place + 1).to_string()
        }
        (Key::Value(value), _) => value.to_string(),
    }
}
