//! The numbers beside a count of what is stored.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use wire::Survey;

use super::recount::{Months, Scores, Tally, difference, of_invitation, of_response};
use super::{Grouping, MOST_TOLD, Report};
use crate::domain::organisation::Organisation;
use crate::domain::query::{Calendar, Dimension};
use crate::facts::{Ask, BadQuery, Counted, Facts, Shown, Table};
use crate::store::{Changes, Store, StoreError};

/// Records read at a time.
const READ: usize = 512;

/// Differences that are remembered with what the record says. Of more, the counts don't matter any more.
const MOST_REMEMBERED: usize = 10_000;

/// Verifies the facts. Tells how many records were read, of how many.
pub(super) fn verify(
    store: &Store,
    facts: &Arc<Facts>,
    progress: impl Fn(u64, u64),
) -> Result<Report, StoreError> {
    // In this order: whatever the copy has that came later is told of as changed.
    let held = store.hold();
    let copy = facts.copy();
    let of = [Table::Responses, Table::Invitations].map(|table| copy.numbers(table).len() as u64);
    let all = of[0] + of[1];
    let mut responses = Comparison::new(&copy, Table::Responses);
    let mut scored = Bits::default();
    let mut surveys = Surveys { store, known: HashMap::new() };
    let mut from = 0;
    loop {
        let read = store.responses_from(from, READ)?;
        let Some((last, _)) = read.last() else { break };
        from = last + 1;
        let rows = read.iter().map(|(sequence, response)| {
            if response.score.is_some() {
                scored.set(*sequence);
            }
            let survey = surveys.find(&response.survey, response.version);
            (*sequence, of_response(response, survey.as_deref()))
        });
        responses.compare(rows.collect());
        progress(responses.seen.count, all);
    }
    let mut invitations = Comparison::new(&copy, Table::Invitations);
    let mut after = None;
    loop {
        let read = store.invitations_after(after, READ)?;
        let Some((last, _)) = read.last() else { break };
        after = Some(*last);
        let rows = read.iter().filter_map(|(_, invitation)| {
            let answered = invitation.response.is_some_and(|sequence| scored.get(sequence));
            Some((invitation.number?, of_invitation(invitation, answered)))
        });
        invitations.compare(rows.collect());
        progress(responses.seen.count + invitations.seen.count, all);
    }
    let Changes { responses: responded, invitations: invited } = store.changes_since(&held)?;
    let mut report = Report { changed: (responded.len() + invited.len()) as u64, ..Report::default() };
    report.responses = responses.end(&responded, &mut report);
    report.invitations = invitations.end(&invited.into_keys().collect(), &mut report);
    Ok(report)
}

/// The surveys that responses answer.
struct Surveys<'a> {
    store: &'a Store,
    known: HashMap<(String, u32), Option<Arc<Survey>>>,
}

impl Surveys<'_> {
    fn find(&mut self, id: &str, version: u32) -> Option<Arc<Survey>> {
        let key = (id.to_owned(), version);
        let find = || self.store.catalog().survey_version(id, version);
        self.known.entry(key).or_insert_with(find).clone()
    }
}

/// One table beside what is stored of it.
struct Comparison<'a> {
    facts: &'a Facts,
    table: Table,
    tally: Tally,
    /// The numbers that were read…
    seen: Bits,
    /// …and those of them that were as in the table, and counted.
    tallied: Bits,
    /// Number → what is stored, and how it differs. It may have changed meanwhile.
    different: BTreeMap<u64, Option<(Shown, String)>>,
}

impl<'a> Comparison<'a> {
    fn new(facts: &'a Facts, table: Table) -> Self {
        let tally = Tally::default();
        let (seen, tallied) = (Bits::default(), Bits::default());
        Self { facts, table, tally, seen, tallied, different: BTreeMap::new() }
    }

    fn compare(&mut self, rows: Vec<(u64, Shown)>) {
        let numbers: Vec<u64> = rows.iter().map(|(number, _)| *number).collect();
        let counted = self.facts.shown(self.table, &numbers);
        for ((number, stored), counted) in rows.into_iter().zip(counted) {
            self.seen.set(number);
            let how = match counted {
                Some(counted) => difference(&stored, &counted),
                None => Some("it is in the store and not in the numbers".to_owned()),
            };
            match how {
                None => {
                    self.tally.add(&stored);
                    self.tallied.set(number);
                }
                Some(how) => {
                    let remembered = self.different.len() < MOST_REMEMBERED;
                    self.different.insert(number, remembered.then_some((stored, how)));
                }
            }
        }
    }

    /// Leaves out what has changed, and asks for groups. Returns how many were compared.
    fn end(mut self, changed: &BTreeSet<u64>, report: &mut Report) -> u64 {
        let what = match self.table {
            Table::Responses => "response",
            Table::Invitations => "invitation",
        };
        for number in changed {
            self.different.remove(number);
            if self.tallied.get(*number)
                && let Some(Some(row)) = self.facts.shown(self.table, &[*number]).pop()
            {
                self.tally.take(&row);
            }
            match self.table {
                Table::Responses => self.facts.change().forget(*number),
                Table::Invitations => self.facts.change().forget_invitation(*number),
            }
        }
        for (number, different) in std::mem::take(&mut self.different) {
            let how = match different {
                Some((stored, how)) => {
                    self.tally.add(&stored);
                    how
                }
                None => "it differs".to_owned(),
            };
            report.differ(|| format!("{what} {number}: {how}"));
        }
        let numbers = self.facts.numbers(self.table);
        for number in numbers.into_iter().filter(|number| !self.seen.get(*number)) {
            report.differ(|| format!("{what} {number}: it is in the numbers and not in the store"));
        }
        self.ask(None, report);
        let mut keys: BTreeSet<String> = self.tally.by.keys().cloned().collect();
        keys.extend(self.facts.columns());
        for key in keys {
            self.ask(Some(&key), report);
        }
        self.tally.all.values().flatten().map(|count| u64::from(*count)).sum()
    }

    /// Asks for the groups of a key, month by month.
    fn ask(&self, key: Option<&str>, report: &mut Report) {
        let of = match self.table {
            Table::Responses => "responses",
            Table::Invitations => "invitations",
        };
        let mut grouping = Grouping { of: of.to_owned(), by: key.map(str::to_owned), ..Grouping::default() };
        match self.expected(key) {
            None => grouping.passed_over = Some("it has too many values to be grouped by".to_owned()),
            Some(expected) => match self.counted(key) {
                Err(why) => grouping.passed_over = Some(why.to_string()),
                Ok(counted) => {
                    let places: BTreeSet<&(Option<String>, String)> =
                        expected.keys().chain(counted.keys()).collect();
                    grouping.compared = places.len() as u64;
                    for place in places {
                        let none = [0; 16];
                        let stored = expected.get(place).unwrap_or(&none);
                        let counted = counted.get(place).unwrap_or(&none);
                        if stored != counted {
                            let (value, month) = place;
                            let group = key.map(|key| match value {
                                Some(value) => format!(" with {key} {value:?}"),
                                None => format!(" without {key}"),
                            });
                            let group = group.unwrap_or_default();
                            report.differ(|| {
                                format!("{of}{group} in {month}: the scores (0 to 10, none last) are {stored:?} in the store and {counted:?} in the numbers")
                            });
                        }
                    }
                }
            },
        }
        report.groupings.push(grouping);
    }

    fn expected(&self, key: Option<&str>) -> Option<Counts> {
        let mut counts = Counts::new();
        let mut add = |value: Option<&str>, months: &Months| {
            let months = months.iter().filter(|(_, scores)| scores.iter().any(|count| *count > 0));
            counts.extend(months.map(|(month, scores)| ((value.map(str::to_owned), month.clone()), *scores)));
        };
        let Some(key) = key else {
            add(None, &self.tally.all);
            return Some(counts);
        };
        let nothing = HashMap::new();
        let groups = match self.tally.by.get(key) {
            Some(groups) => groups.as_ref()?,
            None => &nothing,
        };
        groups.iter().for_each(|(value, months)| add(Some(value), months));
        let mut without = self.tally.all.clone();
        for (month, scores) in self.tally.with.get(key).into_iter().flatten() {
            if let Some(all) = without.get_mut(month) {
                all.iter_mut().zip(scores).for_each(|(all, with)| *all -= with);
            }
        }
        add(None, &without);
        Some(counts)
    }

    fn counted(&self, key: Option<&str>) -> Result<Counts, BadQuery> {
        let by = key.map(|key| Dimension::read(key).map_err(|error| BadQuery::Period(error.to_string())));
        let by: Vec<Dimension> = by.transpose()?.into_iter().collect();
        let every = Some(Calendar::Month);
        let ask = Ask { table: self.table, by, every, most: 1 << 20, ..Ask::default() };
        let Counted { parts, total, groups } = self.facts.count(&ask, &Organisation::default())?;
        let rows = match key {
            None => vec![(None, total)],
            Some(_) => groups
                .into_iter()
                .map(|group| (group.key.first().and_then(|key| key.value().map(str::to_owned)), group.counts))
                .collect(),
        };
        let mut counts = Counts::new();
        for (value, months) in rows {
            for (part, scores) in parts.iter().zip(months).filter(|(_, scores)| scores.iter().any(|n| *n > 0))
            {
                counts.insert((value.clone(), part.label.clone()), scores);
            }
        }
        Ok(counts)
    }
}

/// Value (nothing, where there is none, or no key) and month → how often each score was given.
type Counts = BTreeMap<(Option<String>, String), Scores>;

impl Report {
    fn differ(&mut self, how: impl FnOnce() -> String) {
        if self.differences.len() < MOST_TOLD {
            self.differences.push(how());
        }
        self.different += 1;
    }
}

/// Numbers that are in a set.
#[derive(Default)]
struct Bits {
    words: Vec<u64>,
    count: u64,
}

impl Bits {
    fn set(&mut self, number: u64) {
        let (word, bit) = (number as usize / 64, 1 << (number % 64));
        if self.words.len() <= word {
            self.words.resize(word + 1, 0);
        }
        self.count += u64::from(self.words[word] & bit == 0);
        self.words[word] |= bit;
    }

    fn get(&self, number: u64) -> bool {
        self.words.get(number as usize / 64).is_some_and(|word| word & (1 << (number % 64)) != 0)
    }
}
